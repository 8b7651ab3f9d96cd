//! How the values of a map become colours.

use plotters::style::RGBColor;

use super::figure::{Colours, Map};
use super::quantity;
use super::theme::{Theme, blend};
use super::ticks::{self, Tick};

/// Control points of "vik" (F. Crameri, Scientific colour maps, 2018): two hues that meet in white, even in
/// lightness and safe for colour blindness.
const VIK: [u32; 11] = [
    0x001261, 0x02397a, 0x116496, 0x5496b7, 0xa7c9da, 0xece5e0, 0xe1b8a0, 0xcc875f, 0xb75a26, 0x852206,
    0x590008,
];

/// Control points of "berlin", its counterpart that meets in black.
const BERLIN: [u32; 11] = [
    0x9eb0ff, 0x62a6e0, 0x3280a6, 0x20526a, 0x112732, 0x190c09, 0x371000, 0x61200b, 0x964a36, 0xca7b71,
    0xffadad,
];

/// How much higher the top of a valley is than what is told apart at its bottom.
const DEPTH: f64 = 1000.0;

/// The way from the values of one map to colours.
#[derive(Clone, Debug, PartialEq)]
pub struct Shading {
    colours: Colours,
    /// Least and greatest value that have a colour.
    pub range: (f64, f64),
    table: Vec<RGBColor>,
}

impl Shading {
    /// The shading of a map.
    pub fn new(map: &Map, theme: &Theme) -> Self {
        // Beyond this differences and their logarithms could overflow.
        let (low, high) = map.extent();
        let (low, high) = (low.clamp(-1e300, 1e300), high.clamp(-1e300, 1e300));
        let high = if high - low < 1e-290 { low } else { high };
        let range = match map.colours {
            Colours::Signed => {
                let size = low.abs().max(high.abs());
                (-size, size)
            }
            Colours::HalfTurn => (0.0, 180.0),
            _ => (low, high),
        };
        let table = match map.colours {
            Colours::Classes => theme.series.iter().map(|&c| blend(theme.background, c, 0.3)).collect(),
            _ => (0..256).map(|i| gradient(map.colours, theme, f64::from(i) / 255.0)).collect(),
        };
        Self { colours: map.colours, range, table }
    }

    /// The place of a value from 0 to 1 along the colours; NaN if it has none. For classes the number itself.
    pub fn share(&self, value: f64) -> f64 {
        if !value.is_finite() {
            return f64::NAN;
        }
        let (low, high) = self.range;
        let share = if high > low { ((value - low) / (high - low)).clamp(0.0, 1.0) } else { 0.5 };
        match self.colours {
            Colours::Classes => value,
            Colours::Depth => (DEPTH * share).ln_1p() / DEPTH.ln_1p(),
            Colours::Magnitude | Colours::Signed | Colours::HalfTurn => share,
        }
    }

    /// The colour at a place from 0 to 1, of class 0, 1, 2, … for classes; none for NaN.
    pub fn colour(&self, share: f64) -> Option<RGBColor> {
        let place = match self.colours {
            Colours::Classes => share.round() % self.table.len() as f64,
            _ => share.clamp(0.0, 1.0) * 255.0 + 0.5,
        };
        // A class below 0 stands for none.
        if place >= 0.0 { self.table.get(place as usize).copied() } else { None }
    }

    /// Round values along the colours, `most` of them or a few more, without repetition.
    pub fn ticks(&self, most: usize) -> Vec<Tick> {
        match self.colours {
            Colours::Classes => Vec::new(),
            _ if self.range.0 >= self.range.1 => {
                vec![Tick { value: self.range.0, label: quantity::number(self.range.0) }]
            }
            Colours::Depth => self.depths(most),
            Colours::Magnitude | Colours::Signed | Colours::HalfTurn => ticks::linear(self.range, most),
        }
    }

    /// The lowest value, and those that are 1, 2, 5, 10, 20, 50, … higher, as finely as `most` allows.
    fn depths(&self, most: usize) -> Vec<Tick> {
        let (low, high) = self.range;
        let powers = |digits: &[f64]| -> Vec<(f64, f64)> {
            let from = ((high - low) * 2.0 / DEPTH).log10().floor() as i32;
            let powers = (from..from + 5).map(|power| 10_f64.powi(power));
            let heights = powers.flat_map(|power| digits.iter().map(move |digit| (digit * power, power)));
            heights.filter(|(height, _)| (2.0 / DEPTH..=1.0).contains(&(height / (high - low)))).collect()
        };
        let choices: [&[f64]; 3] = [&[1.0, 2.0, 5.0], &[1.0, 3.0], &[1.0]];
        let heights =
            choices.map(powers).into_iter().find(|heights| heights.len() < most).unwrap_or_default();
        let bottom = Tick { value: low, label: quantity::number(low) };
        let tick = |(height, power): (f64, f64)| {
            let value = low + height;
            Tick {
                value,
                label: quantity::rounded(value, if low.abs() < 0.01 * height { power } else { 0.1 * power }),
            }
        };
        let mut ticks: Vec<Tick> = std::iter::once(bottom).chain(heights.into_iter().map(tick)).collect();
        ticks.dedup_by(|a, b| a.label == b.label);
        ticks
    }
}

fn gradient(colours: Colours, theme: &Theme, share: f64) -> RGBColor {
    if matches!(colours, Colours::Signed | Colours::HalfTurn) {
        let share = if colours == Colours::HalfTurn { 0.5 + 0.5 * share } else { share };
        let points = if theme.dark { &BERLIN } else { &VIK };
        let place = share * (points.len() - 1) as f64;
        let i = (place as usize).min(points.len() - 2);
        let rgb = |hex: u32| RGBColor((hex >> 16) as u8, (hex >> 8) as u8, hex as u8);
        return blend(rgb(points[i]), rgb(points[i + 1]), place - i as f64);
    }
    let colour = colorous::CIVIDIS.eval_continuous(share);
    RGBColor(colour.r, colour.g, colour.b)
}
