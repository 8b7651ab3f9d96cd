//! How much room words take, without asking a browser or a font file: a figure is laid out alike everywhere.

use std::borrow::Cow;

use super::frame::Rect;
use super::theme::Role;

/// Advance widths of the printable ASCII characters in hundredths of the font size, those of DejaVu Sans. It is
/// the widest of the fonts that a generic `sans-serif` stands for, so that words fit in any of them.
const ASCII: [u8; 95] = [
    32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64,
    34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63,
    61, 73, 68, 99, 69, 61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35, 63, 63, 28, 28, 58, 28, 97,
    63, 61, 63, 63, 41, 52, 39, 63, 59, 82, 59, 59, 52, 64, 34, 64, 84,
];

/// Height of a line of text over its font size.
pub const LINE: f64 = 1.25;

/// The width of a line of text in the unit of `size`.
pub fn width(text: &str, size: f64) -> f64 {
    text.chars().map(advance).sum::<f64>() * size / 100.0
}

fn advance(c: char) -> f64 {
    match c as u32 {
        code @ 32..127 => f64::from(ASCII[code as usize - 32]),
        0x2070..0x20a0 | 0xb0..0xba => 50.0,
        0x300..0x370 => 0.0,
        0x2013 | 0x2016..0x2020 => 50.0,
        0x2190..0x2300 | 0x2014 | 0x2026 | 0x3c9 | 0xd7 => 100.0,
        0..0x2e80 => 68.0,
        _ => 130.0,
    }
}

/// A text without characters that cannot be drawn and that XML forbids.
pub fn printable(text: &str) -> Cow<'_, str> {
    let fine = |c: char| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}');
    if text.chars().all(fine) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|&c| fine(c)).collect())
}

/// A text that takes no more than `room`, its end replaced by an ellipsis if need be. Nothing if not even that
/// fits.
pub fn shortened(text: &str, size: f64, room: f64) -> Cow<'_, str> {
    if width(text, size) <= room {
        return Cow::Borrowed(text);
    }
    let mut left = room - width("…", size);
    if left < 0.0 {
        return Cow::Borrowed("");
    }
    let mut short: String = text
        .chars()
        .take_while(|&c| {
            left -= advance(c) * size / 100.0;
            left >= 0.0
        })
        .collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    Cow::Owned(short)
}

/// Which point of a line of text is at its place; upwards it is always the middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Its left end.
    Left,
    /// Its middle.
    Middle,
    /// Its right end.
    Right,
}

/// A line of text at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// The words.
    pub text: String,
    /// Where they are, in CSS pixels.
    pub at: (f64, f64),
    /// Which point of them is there.
    pub anchor: Anchor,
    /// Font size in CSS pixels.
    pub size: f64,
    /// Colour.
    pub role: Role,
}

impl Label {
    /// The room it takes.
    pub fn rect(&self) -> Rect {
        let width = width(&self.text, self.size);
        let left = match self.anchor {
            Anchor::Left => self.at.0,
            Anchor::Middle => self.at.0 - 0.5 * width,
            Anchor::Right => self.at.0 - width,
        };
        Rect { left, top: self.at.1 - 0.5 * LINE * self.size, width, height: LINE * self.size }
    }

    /// The same label, moved as little as possible to lie in `room`; shortened if it is wider.
    pub fn within(mut self, room: &Rect) -> Self {
        if width(&self.text, self.size) > room.width {
            self.text = shortened(&self.text, self.size, room.width).into_owned();
        }
        let rect = self.rect();
        self.at.0 += (room.left - rect.left).max(0.0) - (rect.right() - room.right()).max(0.0);
        self.at.1 += (room.top - rect.top).max(0.0) - (rect.bottom() - room.bottom()).max(0.0);
        self
    }
}
