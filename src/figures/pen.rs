//! Strokes, areas and words in CSS pixels on a plotters backend.

use plotters::backend::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle, TextStyle};

use super::clip::Place;
use super::frame::{Frame, Rect};
use super::text::{self, Anchor, Label};
use super::theme::Theme;

/// The families that words are set in, the first that is there.
pub const FONTS: &str = "system-ui, sans-serif";

/// How a backend sets type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Type {
    /// What a font size is multiplied by.
    pub size: f64,
    /// How far down a line is moved, in font sizes.
    pub drop: f64,
}

impl Type {
    /// Takes a font size at its word and centres the line itself.
    pub const EXACT: Self = Self { size: 1.0, drop: 0.0 };
    /// The SVG backend of plotters: it divides font sizes by 1.24 and centres lower-case letters.
    pub const SVG: Self = Self { size: 1.24, drop: 0.1 };
}

/// Draws in CSS pixels.
pub struct Pen<'a, DB: DrawingBackend> {
    backend: &'a mut DB,
    scale: f64,
    typesetting: Type,
    /// The colours.
    pub theme: &'a Theme,
}

impl<'a, DB: DrawingBackend> Pen<'a, DB> {
    /// A pen on a backend.
    pub fn new(backend: &'a mut DB, frame: &'a Frame, typesetting: Type) -> Self {
        Self { backend, scale: frame.scale, typesetting, theme: &frame.theme }
    }

    fn unit(&self, (x, y): Place) -> (i32, i32) {
        // Far enough outside of any frame, near enough for backends to add and subtract.
        let unit = |v: f64| (v * self.scale).round().clamp(-1e8, 1e8) as i32;
        (unit(x), unit(y))
    }

    fn style(&self, colour: RGBColor, alpha: f64, width: f64) -> ShapeStyle {
        let stroke_width = (width * self.scale).round().clamp(1.0, 1e6) as u32;
        ShapeStyle { color: colour.mix(alpha), filled: true, stroke_width }
    }

    /// A line through places.
    pub fn path(&mut self, places: &[Place], colour: RGBColor, alpha: f64, width: f64) -> Result<(), String> {
        let style = self.style(colour, alpha, width);
        let units: Vec<_> = places.iter().map(|&p| self.unit(p)).collect();
        self.backend.draw_path(units, &style).map_err(|e| e.to_string())
    }

    /// A filled polygon.
    pub fn polygon(&mut self, places: &[Place], colour: RGBColor, alpha: f64) -> Result<(), String> {
        let style = self.style(colour, alpha, 0.0);
        let units: Vec<_> = places.iter().map(|&p| self.unit(p)).collect();
        self.backend.fill_polygon(units, &style).map_err(|e| e.to_string())
    }

    /// A filled rectangle.
    pub fn rect(&mut self, rect: &Rect, colour: RGBColor, alpha: f64) -> Result<(), String> {
        let style = self.style(colour, alpha, 0.0);
        let (from, to) = (self.unit((rect.left, rect.top)), self.unit((rect.right(), rect.bottom())));
        self.backend.draw_rect(from, to, &style, true).map_err(|e| e.to_string())
    }

    /// A disc, or a circle of a stroke's width.
    pub fn circle(
        &mut self,
        centre: Place,
        radius: f64,
        colour: RGBColor,
        stroke: Option<f64>,
    ) -> Result<(), String> {
        let style = self.style(colour, 1.0, stroke.unwrap_or(0.0));
        let units = (radius * self.scale).round().clamp(1.0, 1e6) as u32;
        self.backend
            .draw_circle(self.unit(centre), units, &style, stroke.is_none())
            .map_err(|e| e.to_string())
    }

    /// A line of text.
    pub fn label(&mut self, label: &Label) -> Result<(), String> {
        let text = text::printable(&label.text);
        if text.trim().is_empty() {
            return Ok(());
        }
        let h_pos = match label.anchor {
            Anchor::Left => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::Right => HPos::Right,
        };
        let size = label.size * self.typesetting.size * self.scale;
        let font = FontDesc::new(FontFamily::Name(FONTS), size, FontStyle::Normal);
        let style: TextStyle<'_> = font.color(&self.theme.role(label.role));
        let at = self.unit((label.at.0, label.at.1 + self.typesetting.drop * label.size));
        self.backend
            .draw_text(&text, &style.pos(Pos::new(h_pos, VPos::Center)), at)
            .map_err(|e| e.to_string())
    }

    /// Tells the backend that the drawing is complete.
    pub fn finish(&mut self) -> Result<(), String> {
        self.backend.present().map_err(|e| e.to_string())
    }
}
