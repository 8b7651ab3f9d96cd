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

/// A place in units of the backend.
type Unit = (i32, i32);

/// A plotters backend behind a pointer, so that one copy of the drawing code serves them all.
trait Sheet {
    fn path(&mut self, places: Vec<Unit>, style: &ShapeStyle) -> Result<(), String>;
    fn polygon(&mut self, corners: Vec<Unit>, style: &ShapeStyle) -> Result<(), String>;
    fn rect(&mut self, from: Unit, to: Unit, style: &ShapeStyle) -> Result<(), String>;
    fn circle(&mut self, centre: Unit, radius: u32, style: &ShapeStyle, fill: bool) -> Result<(), String>;
    fn text(&mut self, text: &str, style: &TextStyle<'_>, at: Unit) -> Result<(), String>;
}

impl<DB: DrawingBackend> Sheet for DB {
    fn path(&mut self, places: Vec<Unit>, style: &ShapeStyle) -> Result<(), String> {
        self.draw_path(places, style).map_err(|e| e.to_string())
    }

    fn polygon(&mut self, corners: Vec<Unit>, style: &ShapeStyle) -> Result<(), String> {
        self.fill_polygon(corners, style).map_err(|e| e.to_string())
    }

    fn rect(&mut self, from: Unit, to: Unit, style: &ShapeStyle) -> Result<(), String> {
        self.draw_rect(from, to, style, true).map_err(|e| e.to_string())
    }

    fn circle(&mut self, centre: Unit, radius: u32, style: &ShapeStyle, fill: bool) -> Result<(), String> {
        self.draw_circle(centre, radius, style, fill).map_err(|e| e.to_string())
    }

    fn text(&mut self, text: &str, style: &TextStyle<'_>, at: Unit) -> Result<(), String> {
        self.draw_text(text, style, at).map_err(|e| e.to_string())
    }
}

/// Draws in CSS pixels.
pub struct Pen<'a> {
    sheet: &'a mut dyn Sheet,
    scale: f64,
    typesetting: Type,
    /// The colours.
    pub theme: &'a Theme,
}

impl<'a> Pen<'a> {
    /// A pen on a backend that shows `parts` units as a device pixel.
    pub fn new(
        backend: &'a mut impl DrawingBackend,
        frame: &'a Frame,
        parts: f64,
        typesetting: Type,
    ) -> Self {
        Self { sheet: backend, scale: parts * frame.scale, typesetting, theme: &frame.theme }
    }

    fn unit(&self, (x, y): Place) -> Unit {
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
        self.sheet.path(units, &style)
    }

    /// A filled polygon.
    pub fn polygon(&mut self, places: &[Place], colour: RGBColor, alpha: f64) -> Result<(), String> {
        let style = self.style(colour, alpha, 0.0);
        let units: Vec<_> = places.iter().map(|&p| self.unit(p)).collect();
        self.sheet.polygon(units, &style)
    }

    /// A filled rectangle.
    pub fn rect(&mut self, rect: &Rect, colour: RGBColor, alpha: f64) -> Result<(), String> {
        let style = self.style(colour, alpha, 0.0);
        let (from, to) = (self.unit((rect.left, rect.top)), self.unit((rect.right(), rect.bottom())));
        self.sheet.rect(from, to, &style)
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
        self.sheet.circle(self.unit(centre), units, &style, stroke.is_none())
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
        self.sheet.text(&text, &style.pos(Pos::new(h_pos, VPos::Center)), at)
    }
}
