//! The canvas of `plotters-canvas`, except for how it sets type.

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{BackendColor, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind};
use plotters_canvas::CanvasBackend;
use web_sys::CanvasRenderingContext2d;

use crate::figures::FONTS;

/// The font size that everything is set in before it is scaled.
const SIZE: f64 = 16.0;

/// A canvas on which all words are of one font, see [`set_type`], scaled to the size they should have.
pub(super) struct Brush<'a> {
    /// Draws everything but words.
    pub(super) shapes: CanvasBackend,
    /// The canvas.
    pub(super) context: &'a CanvasRenderingContext2d,
    /// Device pixels to a unit of the backend.
    pub(super) unit: f64,
}

type Outcome = Result<(), DrawingErrorKind<<CanvasBackend as DrawingBackend>::ErrorType>>;
type Place = (i32, i32);

/// Sets the font of a canvas once for all words: whenever it is set, even to what it is, a browser first brings the
/// style of the whole page up to date, for longer than it takes to write the words.
pub(super) fn set_type(context: &CanvasRenderingContext2d) {
    context.set_font(&format!("{SIZE}px {FONTS}"));
}

impl Brush<'_> {
    fn transform(&self, unit: f64, (x, y): Place) {
        // Only a context that is lost refuses, and then there is nothing to see anyway.
        let [left, top] = [x, y].map(|v| self.unit * f64::from(v));
        let _ = self.context.set_transform(unit, 0.0, 0.0, unit, left, top);
    }
}

impl DrawingBackend for Brush<'_> {
    type ErrorType = <CanvasBackend as DrawingBackend>::ErrorType;

    fn get_size(&self) -> (u32, u32) {
        self.shapes.get_size()
    }

    fn ensure_prepared(&mut self) -> Outcome {
        self.shapes.ensure_prepared()
    }

    fn present(&mut self) -> Outcome {
        self.shapes.present()
    }

    fn draw_pixel(&mut self, at: Place, colour: BackendColor) -> Outcome {
        self.shapes.draw_pixel(at, colour)
    }

    fn draw_rect<S: BackendStyle>(&mut self, from: Place, to: Place, style: &S, fill: bool) -> Outcome {
        self.shapes.draw_rect(from, to, style, fill)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = Place>>(&mut self, path: I, style: &S) -> Outcome {
        self.shapes.draw_path(path, style)
    }

    fn draw_circle<S: BackendStyle>(&mut self, centre: Place, radius: u32, style: &S, fill: bool) -> Outcome {
        self.shapes.draw_circle(centre, radius, style, fill)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = Place>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Outcome {
        self.shapes.fill_polygon(corners, style)
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: Place) -> Outcome {
        let context = self.context;
        context.set_text_align(match style.anchor().h_pos {
            HPos::Left => "left",
            HPos::Center => "center",
            HPos::Right => "right",
        });
        context.set_text_baseline(match style.anchor().v_pos {
            VPos::Top => "top",
            VPos::Center => "middle",
            VPos::Bottom => "bottom",
        });
        let BackendColor { rgb: (red, green, blue), alpha } = style.color();
        context.set_fill_style_str(&format!("rgba({red},{green},{blue},{alpha})"));
        self.transform(self.unit * style.size() / SIZE, at);
        let _ = context.fill_text(text, 0.0, 0.0);
        self.transform(self.unit, (0, 0));
        Ok(())
    }
}
