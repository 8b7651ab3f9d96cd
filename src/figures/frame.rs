//! The rectangle that a figure is drawn into.

use super::theme::Theme;

/// How large a figure is drawn, how finely, and in which colours.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// Width in CSS pixels.
    pub width: f64,
    /// Height in CSS pixels.
    pub height: f64,
    /// Device pixels per CSS pixel.
    pub scale: f64,
    /// The colours.
    pub theme: Theme,
    /// Whether the title is drawn; a page writes it beside the figure instead.
    pub titled: bool,
}

impl Frame {
    /// A frame without title at one device pixel per CSS pixel.
    #[must_use]
    pub fn new(width: f64, height: f64, theme: Theme) -> Self {
        Self { width, height, scale: 1.0, theme, titled: false }
    }

    /// The same frame with a size and a scale that can be drawn, whatever was asked for.
    pub(super) fn usable(&self) -> Self {
        let size = |v: f64| if v.is_finite() { v.clamp(1.0, 16384.0) } else { 1.0 };
        let scale = if self.scale.is_finite() { self.scale.clamp(0.01, 256.0) } else { 1.0 };
        Self { width: size(self.width), height: size(self.height), scale, ..self.clone() }
    }
}

/// A rectangle in CSS pixels; `y` grows downwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Its left edge.
    pub left: f64,
    /// Its upper edge.
    pub top: f64,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
}

impl Rect {
    /// Its right edge.
    #[must_use]
    pub fn right(&self) -> f64 {
        self.left + self.width
    }

    /// Its lower edge.
    #[must_use]
    pub fn bottom(&self) -> f64 {
        self.top + self.height
    }

    /// Its middle.
    #[must_use]
    pub fn centre(&self) -> (f64, f64) {
        (self.left + 0.5 * self.width, self.top + 0.5 * self.height)
    }

    /// Whether a place is in it or on its edge.
    #[must_use]
    pub fn contains(&self, (x, y): (f64, f64)) -> bool {
        self.left <= x && x <= self.right() && self.top <= y && y <= self.bottom()
    }

    /// Whether another rectangle lies wholly in it.
    #[must_use]
    pub fn encloses(&self, other: &Self) -> bool {
        self.contains((other.left, other.top)) && self.contains((other.right(), other.bottom()))
    }

    /// Whether they share more than an edge.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right()
            && other.left < self.right()
            && self.top < other.bottom()
            && other.top < self.bottom()
    }

    /// The same rectangle with every edge moved outwards.
    #[must_use]
    pub fn grown(&self, by: f64) -> Self {
        Self {
            left: self.left - by,
            top: self.top - by,
            width: (self.width + 2.0 * by).max(0.0),
            height: (self.height + 2.0 * by).max(0.0),
        }
    }
}
