//! A figure on a canvas of the page: the map as pixels, everything else by plotters on top.

use plotters::style::Color;
use plotters_canvas::CanvasBackend;
use serde::Serialize;
use wasm_bindgen::Clamped;
use wasm_bindgen::prelude::{JsCast, JsError, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

use super::brush::Brush;
use crate::figures::{self, Figure, Frame, Freedom, Handle, Layout, Plane};

/// Units of plotters, which only knows whole ones, to a device pixel.
const PARTS: f64 = 4.0;

/// A canvas that is about to be drawn on.
pub(super) struct Canvas<'a> {
    element: &'a HtmlCanvasElement,
    context: CanvasRenderingContext2d,
}

/// A figure as it was drawn.
pub(super) struct Painted {
    figure: Figure,
    frame: Frame,
    element: HtmlCanvasElement,
    /// Where its parts are.
    pub(super) layout: Layout,
}

impl<'a> Canvas<'a> {
    /// # Errors
    /// If the browser has no 2-D context for it.
    pub(super) fn new(element: &'a HtmlCanvasElement) -> Result<Self, JsError> {
        let context = element.get_context("2d").map_err(|e| failure("this canvas cannot be drawn on", &e))?;
        let context = context.and_then(|context| context.dyn_into().ok());
        let context = context.ok_or_else(|| JsError::new("this browser has no 2-D canvas"))?;
        Ok(Self { element, context })
    }

    /// Draws a figure in place of whatever was there.
    ///
    /// # Errors
    /// What the browser or plotters refused.
    pub(super) fn paint(&self, figure: Figure, frame: &Frame) -> Result<Painted, JsError> {
        let pixels = |length: f64| (length * frame.scale).round().clamp(1.0, 16384.0) as u32;
        // Setting a size takes new memory for the pixels, even if it is the old size.
        let (width, height) = (pixels(frame.width), pixels(frame.height));
        if (self.element.width(), self.element.height()) != (width, height) {
            self.element.set_width(width);
            self.element.set_height(height);
        }
        self.scale(1.0)?;
        self.context.set_line_join("round");
        let (red, green, blue) = frame.theme.background.rgb();
        self.context.set_fill_style_str(&format!("rgb({red},{green},{blue})"));
        self.context.fill_rect(0.0, 0.0, width.into(), height.into());
        if let Some(raster) = figures::raster(&figure, frame) {
            let image = ImageData::new_with_u8_clamped_array_and_sh(
                Clamped(&raster.pixels),
                raster.width,
                raster.height,
            );
            let image = image.map_err(|e| failure("the map cannot be shown", &e))?;
            let put = self.context.put_image_data(&image, f64::from(raster.left), f64::from(raster.top));
            put.map_err(|e| failure("the map cannot be shown", &e))?;
        }
        let shapes = CanvasBackend::with_canvas_object(self.element.clone());
        let shapes = shapes.ok_or_else(|| JsError::new("this browser has no 2-D canvas"))?;
        self.scale(1.0 / PARTS)?;
        let brush = Brush { shapes, context: &self.context, unit: 1.0 / PARTS };
        figures::draw(&figure, &frame.finer(PARTS), brush).map_err(|message| JsError::new(&message))?;
        let layout = figures::layout(&figure, frame);
        Ok(Painted { figure, frame: frame.clone(), element: self.element.clone(), layout })
    }

    /// How long a unit is from now on, in device pixels.
    fn scale(&self, unit: f64) -> Result<(), JsError> {
        let scaled = self.context.set_transform(unit, 0.0, 0.0, unit, 0.0, 0.0);
        scaled.map_err(|e| failure("this canvas cannot be scaled", &e))
    }
}

impl Painted {
    /// Whether this is what drawing that figure on that canvas would give.
    pub(super) fn shows(&self, figure: &Figure, frame: &Frame, element: &HtmlCanvasElement) -> bool {
        self.frame == *frame && self.element == *element && self.figure == *figure
    }

    /// Where the plot and its handles are, for the page to put controls there.
    pub(super) fn describe(&self) -> LayoutDescription {
        let plot = self.layout.plot;
        LayoutDescription {
            plot: Place { left: plot.left, top: plot.top, width: plot.width, height: plot.height },
            handles: self.figure.handles.iter().map(|handle| self.handle(handle)).collect(),
            x: AxisDescription { label: self.figure.x.label.clone(), range: self.figure.x.range },
            y: AxisDescription { label: self.figure.y.label.clone(), range: self.figure.y.range },
            turns: matches!(self.figure.plane, Plane::Surface { .. }),
        }
    }

    fn handle(&self, handle: &Handle) -> HandleDescription {
        let (left, top) = self.layout.to_pixel(handle.at.0, handle.at.1);
        HandleDescription {
            id: handle.id.clone(),
            name: handle.name.clone(),
            left,
            top,
            x: handle.at.0,
            y: handle.at.1,
            freedom: match handle.freedom {
                Freedom::Plane => "plane",
                Freedom::X => "x",
                Freedom::Y => "y",
            },
            selected: handle.selected,
        }
    }
}

/// Where the parts of a drawing are, in CSS pixels.
#[derive(Serialize)]
pub(super) struct LayoutDescription {
    plot: Place,
    handles: Vec<HandleDescription>,
    x: AxisDescription,
    y: AxisDescription,
    /// Whether it is a surface in space.
    turns: bool,
}

#[derive(Serialize)]
struct Place {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

#[derive(Serialize)]
struct AxisDescription {
    label: String,
    range: (f64, f64),
}

/// A handle: where it is in CSS pixels and in units of the axes.
#[derive(Serialize)]
struct HandleDescription {
    id: String,
    name: String,
    left: f64,
    top: f64,
    x: f64,
    y: f64,
    freedom: &'static str,
    selected: bool,
}

fn failure(what: &str, why: &JsValue) -> JsError {
    let why = why.as_string().or_else(|| js_sys::Error::from(why.clone()).message().as_string());
    JsError::new(&format!("{what}: {}", why.unwrap_or_default()))
}
