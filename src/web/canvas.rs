//! A figure on the page: each layer on a canvas of its own, one over the other.

use plotters::style::Color;
use plotters_canvas::CanvasBackend;
use serde::Serialize;
use wasm_bindgen::Clamped;
use wasm_bindgen::prelude::{JsCast, JsError, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

use super::brush::{self, Brush};
use crate::figures::{Drawing, Figure, Frame, Freedom, Handle, Layer, Layout, Mark, Plane, Theme};

/// Units of plotters, which only knows whole ones, to a device pixel.
const PARTS: f64 = 4.0;

/// A figure as it was drawn.
pub(super) struct Painted {
    drawing: Drawing,
    elements: Vec<HtmlCanvasElement>,
    places: LayoutDescription,
}

impl Painted {
    /// Draws a figure on canvases that lie over each other: each layer on one of its own, or all on one. A canvas on
    /// which nothing has changed since `before` stays as it is.
    ///
    /// # Errors
    /// What the browser or plotters refused.
    pub(super) fn new(
        figure: Figure,
        frame: &Frame,
        elements: Vec<HtmlCanvasElement>,
        before: Option<&Self>,
    ) -> Result<Self, JsError> {
        let before = before.filter(|before| before.elements == elements).map(|before| &before.drawing);
        let drawing = Drawing::new(figure, frame, before);
        let layers = Layer::ALL.chunks(Layer::ALL.len().div_ceil(elements.len().max(1)));
        for (element, layers) in elements.iter().zip(layers) {
            let same = |before: &Drawing| layers.iter().all(|&layer| drawing.shares(layer, before));
            if !before.is_some_and(same) {
                let canvas = Canvas::new(element, &drawing.frame, before.is_none())?;
                layers.iter().try_for_each(|&layer| canvas.paint(&drawing, layer))?;
            }
        }
        let places = LayoutDescription::of(&drawing);
        Ok(Self { drawing, elements, places })
    }

    /// Where its parts are.
    pub(super) fn layout(&self) -> &Layout {
        &self.drawing.layout
    }

    /// Where the plot and its handles are, for the page to put controls there; nothing if it knows that from `before`.
    pub(super) fn news(&self, before: Option<&Self>) -> Option<&LayoutDescription> {
        let known = before.is_some_and(|b| b.elements == self.elements && b.places == self.places);
        (!known).then_some(&self.places)
    }
}

/// A canvas that is about to be drawn on.
struct Canvas<'a> {
    element: &'a HtmlCanvasElement,
    context: CanvasRenderingContext2d,
}

impl<'a> Canvas<'a> {
    /// With nothing on it, in the size of a frame; `unknown` if it may never have been drawn on.
    ///
    /// # Errors
    /// If the browser has no 2-D context for it.
    fn new(element: &'a HtmlCanvasElement, frame: &Frame, unknown: bool) -> Result<Self, JsError> {
        let context = element.get_context("2d").map_err(|e| failure("this canvas cannot be drawn on", &e))?;
        let context = context.and_then(|context| context.dyn_into().ok());
        let context: CanvasRenderingContext2d =
            context.ok_or_else(|| JsError::new("this browser has no 2-D canvas"))?;
        let pixels = |length: f64| (length * frame.scale).round().clamp(1.0, 16384.0) as u32;
        let (width, height) = (pixels(frame.width), pixels(frame.height));
        // Setting a size takes new memory for the pixels, even if it is the old size, and forgets how to draw.
        let resized = (element.width(), element.height()) != (width, height);
        if resized {
            element.set_width(width);
            element.set_height(height);
        }
        if resized || unknown {
            context.set_line_join("round");
            brush::set_type(&context);
        }
        let canvas = Self { element, context };
        canvas.scale(1.0)?;
        canvas.context.clear_rect(0.0, 0.0, width.into(), height.into());
        Ok(canvas)
    }

    /// Draws a layer over what is there.
    fn paint(&self, drawing: &Drawing, layer: Layer) -> Result<(), JsError> {
        if layer == Layer::Ground {
            self.scale(1.0)?;
            self.fill(&drawing.frame.theme);
            self.put(drawing)?;
        }
        let shapes = CanvasBackend::with_canvas_object(self.element.clone());
        let shapes = shapes.ok_or_else(|| JsError::new("this browser has no 2-D canvas"))?;
        self.scale(1.0 / PARTS)?;
        let brush = Brush { shapes, context: &self.context, unit: 1.0 / PARTS };
        drawing.draw(layer, PARTS, brush).map_err(|message| JsError::new(&message))
    }

    fn fill(&self, theme: &Theme) {
        let (red, green, blue) = theme.background.rgb();
        self.context.set_fill_style_str(&format!("rgb({red},{green},{blue})"));
        self.context.fill_rect(0.0, 0.0, self.element.width().into(), self.element.height().into());
    }

    /// Puts the pixels of a map there.
    fn put(&self, drawing: &Drawing) -> Result<(), JsError> {
        let Some(raster) = drawing.raster() else { return Ok(()) };
        let (width, height) = (raster.width, raster.height);
        ImageData::new_with_u8_clamped_array_and_sh(Clamped(&raster.pixels), width, height)
            .and_then(|image| self.context.put_image_data(&image, raster.left.into(), raster.top.into()))
            .map_err(|e| failure("the map cannot be shown", &e))
    }

    /// How long a unit is from now on, in device pixels.
    fn scale(&self, unit: f64) -> Result<(), JsError> {
        let scaled = self.context.set_transform(unit, 0.0, 0.0, unit, 0.0, 0.0);
        scaled.map_err(|e| failure("this canvas cannot be scaled", &e))
    }
}

/// Where the parts of a drawing are, in CSS pixels.
#[derive(PartialEq, Serialize)]
pub(super) struct LayoutDescription {
    plot: Place,
    handles: Vec<HandleDescription>,
    x: AxisDescription,
    y: AxisDescription,
    /// Whether it is a surface in space.
    turns: bool,
    /// What the hatched zones are.
    zones: Vec<String>,
}

impl LayoutDescription {
    fn of(Drawing { figure, layout, .. }: &Drawing) -> Self {
        let plot = layout.plot;
        Self {
            plot: Place { left: plot.left, top: plot.top, width: plot.width, height: plot.height },
            handles: figure.handles.iter().map(|handle| HandleDescription::of(handle, layout)).collect(),
            x: AxisDescription { label: figure.x.label.clone(), range: figure.x.range },
            y: AxisDescription { label: figure.y.label.clone(), range: figure.y.range },
            turns: matches!(figure.plane, Plane::Surface { .. }),
            zones: figure.marks.iter().filter_map(zone).collect(),
        }
    }
}

/// What a hatched zone is.
fn zone(mark: &Mark) -> Option<String> {
    if let Mark::Hatch { name, .. } = mark { Some(name.clone()) } else { None }
}

#[derive(PartialEq, Serialize)]
struct Place {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

#[derive(PartialEq, Serialize)]
struct AxisDescription {
    label: String,
    range: (f64, f64),
}

/// A handle: where it is in CSS pixels and in units of the axes.
#[derive(PartialEq, Serialize)]
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

impl HandleDescription {
    fn of(handle: &Handle, layout: &Layout) -> Self {
        let (left, top) = layout.to_pixel(handle.at.0, handle.at.1);
        Self {
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

fn failure(what: &str, why: &JsValue) -> JsError {
    let why = why.as_string().or_else(|| js_sys::Error::from(why.clone()).message().as_string());
    JsError::new(&format!("{what}: {}", why.unwrap_or_default()))
}
