//! Colours by their roles, once for light pages and once for dark ones.

use plotters::style::RGBColor;

use super::figure::Ink;

/// The colours of a page. Text contrasts with the background by 4.5 : 1 at least, lines by 3 : 1; the colours of
/// series and classes can be told apart with any common kind of colour blindness.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// What everything is drawn on.
    pub background: RGBColor,
    /// Words and outlines.
    pub text: RGBColor,
    /// Words that matter less, and lines that should stay in the background.
    pub muted: RGBColor,
    /// The lines of the grid.
    pub grid: RGBColor,
    /// Whether the background is dark.
    pub dark: bool,
    /// Series and classes in turn; the first is the accent.
    pub series: [RGBColor; 8],
}

/// The colour of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Words and outlines.
    Text,
    /// Words that matter less.
    Muted,
    /// That of a mark.
    Ink(Ink),
    /// A colour of its own, for words on a map.
    Own(RGBColor),
}

const fn rgb(hex: u32) -> RGBColor {
    RGBColor((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

impl Theme {
    /// Dark on light.
    #[must_use]
    pub const fn light() -> Self {
        Self {
            background: rgb(0xffffff),
            text: rgb(0x1b1f24),
            muted: rgb(0x5c646e),
            grid: rgb(0xe4e7ea),
            dark: false,
            series: [
                rgb(0x0b61c4),
                rgb(0xa85000),
                rgb(0x00a088),
                rgb(0x532a6f),
                rgb(0xc9770b),
                rgb(0x9b7dd9),
                rgb(0x720206),
                rgb(0x59566a),
            ],
        }
    }

    /// Light on dark.
    #[must_use]
    pub const fn dark() -> Self {
        Self {
            background: rgb(0x14171a),
            text: rgb(0xe8eaed),
            muted: rgb(0x9aa3ad),
            grid: rgb(0x2b3036),
            dark: true,
            series: [
                rgb(0x5aa9ff),
                rgb(0xff9a3c),
                rgb(0x128c68),
                rgb(0x9b5fd6),
                rgb(0xf4ef86),
                rgb(0x86f0f0),
                rgb(0xe8402c),
                rgb(0xb0b0ae),
            ],
        }
    }

    /// The colour of a mark.
    #[must_use]
    pub fn ink(&self, ink: Ink) -> RGBColor {
        match ink {
            Ink::Accent => self.series[0],
            Ink::Text => self.text,
            Ink::Muted => self.muted,
            Ink::Series(i) | Ink::Class(i) => self.series[i % self.series.len()],
        }
    }

    /// The colour of samples without a value.
    pub(super) fn missing(&self) -> RGBColor {
        blend(self.background, self.muted, 0.3)
    }

    /// The colour of words: that of a mark is brought nearer to that of text until it can be read.
    pub(super) fn role(&self, role: Role) -> RGBColor {
        match role {
            Role::Text => self.text,
            Role::Muted => self.muted,
            Role::Ink(ink) => {
                let shades = (0..=10).map(|share| blend(self.ink(ink), self.text, 0.1 * f64::from(share)));
                let legible = |shade: &RGBColor| contrast(*shade, self.background) >= 4.5;
                shades.into_iter().find(legible).unwrap_or(self.text)
            }
            Role::Own(colour) => colour,
        }
    }
}

/// Relative luminance of an sRGB colour, 0 for black to 1 for white (WCAG 2.2).
pub fn luminance(RGBColor(r, g, b): RGBColor) -> f64 {
    let linear = |v: u8| {
        let v = f64::from(v) / 255.0;
        if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

/// Contrast ratio of two colours, 1 to 21 (WCAG 2.2).
pub fn contrast(a: RGBColor, b: RGBColor) -> f64 {
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    (a / b).max(b / a)
}

/// A colour between two, `share` of the way from `a` to `b`.
pub fn blend(a: RGBColor, b: RGBColor, share: f64) -> RGBColor {
    let mix = |a: u8, b: u8| (f64::from(a) + share * (f64::from(b) - f64::from(a))).round() as u8;
    RGBColor(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}
