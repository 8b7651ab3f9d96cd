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

/// The colour of something that is not a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Words and outlines.
    Text,
    /// Words that matter less.
    Muted,
    /// The colour of a mark.
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
                rgb(0xc4500c),
                rgb(0x00805e),
                rgb(0x8f3a84),
                rgb(0x8a7000),
                rgb(0x0088a8),
                rgb(0x7a2d10),
                rgb(0x4a4f57),
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
                rgb(0xff8a4c),
                rgb(0x2fc295),
                rgb(0xd987cf),
                rgb(0xe3c552),
                rgb(0x58cbe6),
                rgb(0xc0694a),
                rgb(0xb4bac2),
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

    /// The colour of a role.
    #[must_use]
    pub fn role(&self, role: Role) -> RGBColor {
        match role {
            Role::Text => self.text,
            Role::Muted => self.muted,
            Role::Ink(ink) => self.ink(ink),
            Role::Own(colour) => colour,
        }
    }
}

/// Relative luminance of an sRGB colour, 0 for black to 1 for white (WCAG 2.2).
#[must_use]
pub fn luminance(RGBColor(r, g, b): RGBColor) -> f64 {
    let linear = |v: u8| {
        let v = f64::from(v) / 255.0;
        if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

/// Contrast ratio of two colours, 1 to 21 (WCAG 2.2).
#[must_use]
pub fn contrast(a: RGBColor, b: RGBColor) -> f64 {
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    (a / b).max(b / a)
}

/// A colour between two, `share` of the way from `a` to `b`.
#[must_use]
pub fn blend(a: RGBColor, b: RGBColor, share: f64) -> RGBColor {
    let mix = |a: u8, b: u8| (f64::from(a) + share * (f64::from(b) - f64::from(a))).round() as u8;
    RGBColor(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}
