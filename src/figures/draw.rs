//! Draws a figure on any backend of plotters.

use plotters::backend::DrawingBackend;
use plotters::style::{BLACK, RGBColor, WHITE};

use super::colour_bar::ColourBar;
use super::colours::Shading;
use super::contours::{self, Contours};
use super::figure::{Colours, Figure, Map, Mark};
use super::frame::{Frame, Rect};
use super::layout::{self, Layout, layout};
use super::marks;
use super::names::{self, Words};
use super::pen::{Pen, Type};
use super::raster;
use super::text::{self, Anchor, LINE, Label};
use super::theme::{Role, contrast};
use super::ticks;

/// Font size of the numbers in the cells of a matrix.
const CELL: f64 = 10.0;

/// Draws a figure except for its background and the pixels of its map, see [`raster`](super::raster()).
/// Coordinates of the backend are [`Frame::scale`] to a CSS pixel and begin at the upper left.
///
/// # Errors
/// What the backend says when it cannot draw.
pub fn draw<DB: DrawingBackend>(figure: &Figure, frame: &Frame, mut backend: DB) -> Result<(), String> {
    draw_with(figure, frame, &mut backend, Type::EXACT)
}

/// [`draw`] on a backend that sets type in its own way.
pub fn draw_with<DB: DrawingBackend>(
    figure: &Figure,
    frame: &Frame,
    backend: &mut DB,
    typesetting: Type,
) -> Result<(), String> {
    let frame = &frame.usable();
    draw_by(&mut Pen::new(backend, frame, typesetting), figure, &layout(figure, frame))
}

fn draw_by(pen: &mut Pen<'_>, figure: &Figure, layout: &Layout) -> Result<(), String> {
    let map = layout::map(figure);
    match &layout.view {
        Some(view) => view.draw(pen)?,
        None if map.is_none() => grid(pen, layout)?,
        None => {}
    }
    let flat_map = map.filter(|_| layout.view.is_none());
    let words = names::names(figure, layout);
    let mut numbers = Vec::new();
    for mark in &figure.marks {
        match (mark, flat_map) {
            (Mark::Map(this), Some(map)) if std::ptr::eq(map, this) => {
                // The numbers of contours find room beside everything else.
                let mut taken = marks::rooms(figure, layout);
                taken.extend(words.iter().map(|word| word.label.rect()));
                numbers = draw_map(pen, map, layout, taken)?;
            }
            _ => marks::draw(pen, figure, layout, mark)?,
        }
    }
    if flat_map.is_some() {
        border(pen, layout)?;
    }
    numbers.iter().try_for_each(|number| pen.label(number))?;
    for Words { label, crowded } in &words {
        if *crowded || flat_map.is_some() {
            let background = pen.theme.background;
            pen.rect(&contours::clearing(label), background, 0.75)?;
        }
        pen.label(label)?;
    }
    layout.labels.iter().try_for_each(|label| pen.label(label))?;
    layout.keys.iter().try_for_each(|key| marks::key(pen, figure, key))?;
    if let Some(bar) = &layout.bar {
        draw_bar(pen, bar)?;
    }
    pen.finish()
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

/// Draws what lies over the pixels of a map, and gives the words on it.
fn draw_map(pen: &mut Pen<'_>, map: &Map, layout: &Layout, taken: Vec<Rect>) -> Result<Vec<Label>, String> {
    let shading = Shading::new(map, pen.theme);
    if raster::in_cells(map) || map.colours == Colours::Classes {
        return Ok(cell_numbers(map, &shading, layout));
    }
    let Some(contours) = Contours::new(map, &shading).filter(|_| map.contours > 0) else {
        return Ok(Vec::new());
    };
    let levels = contours.levels(&shading, map.contours, layout);
    for level in &levels {
        let ink = over(shading.colour(level.share).unwrap_or(WHITE));
        level.pieces.iter().try_for_each(|piece| pen.path(piece, ink, 0.45, 1.0))?;
    }
    let labels = contours::labels(&levels, &shading, &layout.plot, taken);
    for label in &labels {
        let level = levels.iter().find(|level| level.text == label.text);
        let colour = level.and_then(|level| shading.colour(level.share)).unwrap_or(WHITE);
        pen.rect(&contours::clearing(label), colour, 1.0)?;
    }
    Ok(labels)
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
    let texts: Vec<String> =
        map.values.iter().map(|&value| ticks::number((value * 100.0).round() / 100.0)).collect();
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
