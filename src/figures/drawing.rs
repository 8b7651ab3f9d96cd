//! A figure laid out in a frame, and how it is drawn: in layers, so that what did not change can stay.

use std::rc::Rc;

use plotters::backend::DrawingBackend;
use plotters::style::{BLACK, RGBColor, WHITE};

use super::colour_bar::ColourBar;
use super::colours::Shading;
use super::contours::{self, Contours, Level};
use super::figure::{Colours, Figure, Map};
use super::frame::{Frame, Rect};
use super::layout::{self, Layout, layout};
use super::marks;
use super::names::{self, Words};
use super::pen::{Pen, Type};
use super::pixels::Pixels;
use super::quantity;
use super::raster::{self, Raster};
use super::text::{self, Anchor, LINE, Label};
use super::theme::{Role, contrast};

/// Font size of the numbers in the cells of a matrix.
const CELL: f64 = 10.0;

/// What of a drawing usually changes together. Each layer lies over those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// What the marks are drawn on: the grid, the contours over the pixels of a map, or a surface in its box.
    Ground,
    /// The marks, and the words among them.
    Marks,
    /// Around the plot: numbers and names of the axes, legend, colour bar; and the edge of a map.
    Margin,
}

impl Layer {
    /// From the back to the front.
    pub const ALL: [Self; 3] = [Self::Ground, Self::Marks, Self::Margin];
}

/// A figure that has its place in a frame.
pub struct Drawing {
    /// What is seen.
    pub figure: Figure,
    /// How large, how finely, and in which colours.
    pub frame: Frame,
    /// Where everything is.
    pub layout: Layout,
    /// The map, if it is seen from above.
    relief: Option<Rc<Relief>>,
}

/// How the heights of a map are shown.
struct Relief {
    shading: Shading,
    contours: Vec<Level>,
}

impl Drawing {
    /// The drawing of a figure. What it has in common with the one `before` is taken from there.
    #[must_use]
    pub fn new(figure: Figure, frame: &Frame, before: Option<&Self>) -> Self {
        let frame = frame.usable();
        let layout = layout(&figure, &frame);
        let mut drawing = Self { figure, frame, layout, relief: None };
        let known = before.filter(|before| drawing.shares(Layer::Ground, before));
        drawing.relief = match known {
            Some(before) => before.relief.clone(),
            None => drawing.flat_map().map(|map| Rc::new(Relief::new(map, &drawing))),
        };
        drawing
    }

    /// Whether a layer looks as in another drawing.
    #[must_use]
    pub fn shares(&self, layer: Layer, other: &Self) -> bool {
        let (a, b) = (&self.layout, &other.layout);
        let shared = match layer {
            Layer::Ground => {
                layout::map(&self.figure) == layout::map(&other.figure)
                    && self.figure.plane == other.figure.plane
                    && (a.plot, &a.x, &a.y) == (b.plot, &b.x, &b.y)
                    && (&a.x_ticks, &a.y_ticks) == (&b.x_ticks, &b.y_ticks)
            }
            Layer::Marks => self.figure.marks == other.figure.marks && a == b,
            Layer::Margin => {
                (&a.labels, &a.keys, &a.bar) == (&b.labels, &b.keys, &b.bar)
                    && (a.plot, &a.x_ticks, &a.y_ticks) == (b.plot, &b.x_ticks, &b.y_ticks)
                    && self.flat_map().is_some() == other.flat_map().is_some()
            }
        };
        shared && self.frame == other.frame
    }

    /// Draws a layer except for the pixels of a map or surface, see [`raster`](Self::raster). A CSS pixel has [`Frame::scale`]
    /// device pixels of `parts` units of the backend each: backends of plotters draw at whole numbers, so one that
    /// shrinks its drawing by `parts` gets curves that are smooth to that fraction of a pixel.
    ///
    /// # Errors
    /// What the backend says when it cannot draw.
    pub fn draw<DB: DrawingBackend>(&self, layer: Layer, parts: f64, mut backend: DB) -> Result<(), String> {
        if layer == Layer::Ground && self.layout.view.is_some() {
            return Ok(());
        }
        self.draw_with(layer, &mut Pen::new(&mut backend, &self.frame, parts, Type::EXACT))
    }

    /// Draws a layer, and a surface with it.
    pub(super) fn draw_with(&self, layer: Layer, pen: &mut Pen<'_>) -> Result<(), String> {
        match layer {
            Layer::Ground => self.ground(pen),
            Layer::Marks => self.marks(pen),
            Layer::Margin => self.margin(pen),
        }
    }

    /// The colours of the map, to be put under the ground; nothing if there is none. Samples that are not finite are
    /// hatched, and what lies beyond the samples is transparent. A surface comes with its box, in the whole frame.
    #[must_use]
    pub fn raster(&self) -> Option<Raster> {
        if let Some(view) = &self.layout.view {
            let mut pixels = Pixels::new(&self.frame);
            // Pixels take everything.
            let _ = view.draw(&mut pixels);
            return Some(pixels.raster());
        }
        raster::raster(self.flat_map()?, &self.relief.as_ref()?.shading, &self.layout, &self.frame)
    }

    fn flat_map(&self) -> Option<&Map> {
        layout::map(&self.figure).filter(|_| self.layout.view.is_none())
    }

    fn ground(&self, pen: &mut Pen<'_>) -> Result<(), String> {
        match (&self.layout.view, &self.relief) {
            (Some(view), _) => view.draw(pen),
            (None, None) => grid(pen, &self.layout),
            (None, Some(relief)) => relief.contours.iter().try_for_each(|level| {
                let ink = over(relief.shading.colour(level.share).unwrap_or(WHITE));
                level.pieces.iter().try_for_each(|piece| pen.path(piece, ink, 0.45, 1.0))
            }),
        }
    }

    fn marks(&self, pen: &mut Pen<'_>) -> Result<(), String> {
        let Self { figure, layout, .. } = self;
        let words = names::names(figure, layout);
        let numbers = self.numbers(&words);
        for (number, behind) in &numbers {
            if let Some(colour) = behind {
                pen.rect(&contours::clearing(number), *colour, 1.0)?;
            }
        }
        figure.marks.iter().try_for_each(|mark| marks::draw(pen, figure, layout, mark))?;
        numbers.iter().try_for_each(|(number, _)| pen.label(number))?;
        for Words { label, crowded } in &words {
            if *crowded || self.relief.is_some() {
                let background = pen.theme.background;
                pen.rect(&contours::clearing(label), background, 0.75)?;
            }
            pen.label(label)?;
        }
        Ok(())
    }

    /// The numbers on a map, each with the colour that the contour under it is hidden with.
    fn numbers(&self, words: &[Words]) -> Vec<(Label, Option<RGBColor>)> {
        let (Some(map), Some(relief)) = (self.flat_map(), &self.relief) else { return Vec::new() };
        let Relief { shading, contours } = &**relief;
        if in_patches(map) {
            return cell_numbers(map, shading, &self.layout).into_iter().map(|label| (label, None)).collect();
        }
        // They find room beside everything else.
        let mut taken = marks::rooms(&self.figure, &self.layout);
        taken.extend(words.iter().map(|word| word.label.rect()));
        let labels = contours::labels(contours, shading, &self.layout.plot, taken);
        let behind = |label: &Label| {
            let level = contours.iter().find(|level| level.text == label.text);
            level.and_then(|level| shading.colour(level.share)).unwrap_or(WHITE)
        };
        labels.into_iter().map(|label| (behind(&label), label)).map(|(colour, l)| (l, Some(colour))).collect()
    }

    fn margin(&self, pen: &mut Pen<'_>) -> Result<(), String> {
        let Layout { labels, keys, bar, .. } = &self.layout;
        if self.relief.is_some() {
            border(pen, &self.layout)?;
        }
        labels.iter().try_for_each(|label| pen.label(label))?;
        keys.iter().try_for_each(|key| marks::key(pen, key))?;
        bar.as_ref().map_or(Ok(()), |bar| draw_bar(pen, bar))
    }
}

impl Relief {
    fn new(map: &Map, Drawing { frame, layout, .. }: &Drawing) -> Self {
        let shading = Shading::new(map, &frame.theme);
        let contours = Contours::new(map, &shading).filter(|_| map.contours > 0 && !in_patches(map));
        let contours = contours.map(|contours| contours.levels(&shading, map.contours, layout));
        Self { shading, contours: contours.unwrap_or_default() }
    }
}

/// Whether a map has no heights between its samples.
fn in_patches(map: &Map) -> bool {
    raster::in_cells(map) || map.colours == Colours::Classes
}

fn grid(pen: &mut Pen<'_>, layout: &Layout) -> Result<(), String> {
    let plot = &layout.plot;
    let (grid, muted) = (pen.theme.grid, pen.theme.muted);
    let upright = |x: f64| [(x, plot.top), (x, plot.bottom())];
    let level = |y: f64| [(plot.left, y), (plot.right(), y)];
    for tick in layout.x_ticks.iter().filter(|_| !layout.x.named) {
        let alpha = if tick.label.is_empty() { 0.5 } else { 1.0 };
        pen.path(&marks::crisp(&upright(layout.x.pixel(tick.value))), grid, alpha, 1.0)?;
    }
    for tick in layout.y_ticks.iter().filter(|_| !layout.y.named) {
        let alpha = if tick.label.is_empty() { 0.5 } else { 1.0 };
        pen.path(&marks::crisp(&level(layout.y.pixel(tick.value))), grid, alpha, 1.0)?;
    }
    // The lines of zero say where a curve changes its sign.
    let (x, y) = (layout.x.pixel(0.0), layout.y.pixel(0.0));
    let within = |v: f64, from: f64, to: f64| v.is_finite() && v >= from - 0.5 && v <= to + 0.5;
    if !layout.x.named && within(x, plot.left, plot.right()) {
        pen.path(&marks::crisp(&upright(x)), muted, 0.55, 1.0)?;
    }
    if !layout.y.named && within(y, plot.top, plot.bottom()) {
        pen.path(&marks::crisp(&level(y)), muted, 0.55, 1.0)?;
    }
    Ok(())
}

fn border(pen: &mut Pen<'_>, layout: &Layout) -> Result<(), String> {
    let plot = &layout.plot;
    let muted = pen.theme.muted;
    let (left, right) = (plot.left, plot.right());
    let around = [
        (left, plot.top),
        (right, plot.top),
        (right, plot.bottom()),
        (left, plot.bottom()),
        (left, plot.top),
    ];
    pen.path(&around.map(|(x, y)| (x.floor() + 0.5, y.floor() + 0.5)), muted, 0.6, 1.0)?;
    for tick in layout.x_ticks.iter().filter(|tick| !tick.label.is_empty()) {
        let x = layout.x.pixel(tick.value);
        pen.path(&marks::crisp(&[(x, plot.bottom()), (x, plot.bottom() + 4.0)]), muted, 0.8, 1.0)?;
    }
    for tick in layout.y_ticks.iter().filter(|tick| !tick.label.is_empty()) {
        let y = layout.y.pixel(tick.value);
        pen.path(&marks::crisp(&[(plot.left - 4.0, y), (plot.left, y)]), muted, 0.8, 1.0)?;
    }
    Ok(())
}

/// Black or white, whichever is seen on a colour.
fn over(colour: RGBColor) -> RGBColor {
    if contrast(colour, BLACK) > contrast(colour, WHITE) { BLACK } else { WHITE }
}

/// The values of a matrix in its cells, if the cells are large enough for every one of them.
fn cell_numbers(map: &Map, shading: &Shading, layout: &Layout) -> Vec<Label> {
    let step = |ends, count| super::grid::step(ends, count);
    let (dx, dy) = (step(map.x, map.columns), step(map.y, map.rows()));
    let place = |i: usize, j: usize| {
        (layout.x.pixel(map.x.0 + dx * i as f64), layout.y.pixel(map.y.0 + dy * j as f64))
    };
    let (origin, next) = (place(0, 0), place(1, 1));
    let (width, height) = ((next.0 - origin.0).abs(), (next.1 - origin.1).abs());
    let largest = (layout.plot.width / width) * (layout.plot.height / height);
    if !map.cells || height < CELL * LINE + 4.0 || !largest.is_finite() || largest > 4096.0 {
        return Vec::new();
    }
    // Two decimals, or two digits of the largest where that is smaller.
    let (low, high) = map.extent();
    let step = 10_f64.powf((high.max(-low).log10().floor() - 1.0).min(-2.0)).max(1e-300);
    let texts: Vec<String> =
        map.values.iter().map(|&value| quantity::number((value / step).round() * step)).collect();
    if texts.iter().any(|text| text::width(text, CELL) > width - 6.0) {
        return Vec::new();
    }
    let seen = layout.plot.grown(-2.0);
    let label = |(k, text): (usize, String)| {
        let colour = shading.colour(shading.share(map.values[k]))?;
        let at = place(k % map.columns, k / map.columns);
        let label = Label { text, at, anchor: Anchor::Middle, size: CELL, role: Role::Own(over(colour)) };
        seen.encloses(&label.rect()).then_some(label)
    };
    texts.into_iter().enumerate().filter_map(label).collect()
}

fn draw_bar(pen: &mut Pen<'_>, bar: &ColourBar) -> Result<(), String> {
    let rect = &bar.rect;
    let parts = (0.5 * rect.width.max(rect.height)).clamp(16.0, 160.0) as usize;
    for part in 0..parts {
        let share = part as f64 / (parts - 1) as f64;
        let Some(colour) = bar.shading.colour(share) else { continue };
        // Each part reaches to the end, so that no gap shows between two.
        let from = part as f64 / parts as f64;
        let part = if bar.stands {
            Rect { height: rect.height * (1.0 - from), ..*rect }
        } else {
            Rect { left: rect.left + rect.width * from, width: rect.width * (1.0 - from), ..*rect }
        };
        pen.rect(&part, colour, 1.0)?;
    }
    let muted = pen.theme.muted;
    for &share in &bar.ticks {
        let mark = if bar.stands {
            let y = rect.bottom() - share * rect.height;
            [(rect.right() - 3.0, y), (rect.right() + 2.0, y)]
        } else {
            let x = rect.left + share * rect.width;
            [(x, rect.bottom() - 3.0), (x, rect.bottom() + 2.0)]
        };
        pen.path(&marks::crisp(&mark), muted, 1.0, 1.0)?;
    }
    Ok(())
}
