//! How each kind of mark is drawn.

use plotters::style::RGBColor;

use super::clip::{self, Place};
use super::figure::{At, Dash, Figure, Ink, Mark};
use super::frame::Rect;
use super::hatching;
use super::layout::{Layout, map};
use super::legend::{Key, Sample};
use super::pen::Pen;
use super::shapes;

/// Length of a dash and of a gap in CSS pixels.
const DASHES: (f64, f64) = (6.0, 4.0);
/// Width of the shaft of an arrow.
const SHAFT: f64 = 1.6;
/// Arrows shorter than this are not drawn: nobody could tell where they point.
const LEAST: f64 = 2.5;
/// Length of the head of an arrow.
const HEAD: f64 = 7.0;

/// Places along a side of a cover that words keep away from.
const ALONG_A_SIDE: u32 = 40;

/// Draws a mark other than a map or words.
pub fn draw(pen: &mut Pen<'_>, figure: &Figure, layout: &Layout, mark: &Mark) -> Result<(), String> {
    let solid = layout.view.is_some();
    let plot = &layout.plot;
    match mark {
        Mark::Line { points, ink, dash, width, .. } => {
            let colour = pen.theme.ink(*ink);
            let width = in_pixels(*width);
            let places = points.iter().map(|&(x, y)| layout.to_pixel(x, y));
            // Over the colours of a map a line needs a rim to be seen.
            let rim = map(figure).map(|_| pen.theme.background);
            // A curve that runs along the edge keeps its full width.
            clip::line(places, &plot.grown(0.5 * width), |piece| {
                if let Some(rim) = rim {
                    pen.path(piece, rim, 0.6, width + 2.0)?;
                }
                stroke(pen, piece, colour, width, *dash)
            })
        }
        Mark::Points { points, ink, shape, size, .. } => {
            let colour = pen.theme.ink(*ink);
            let seen = plot.grown(0.5);
            let places = points.iter().map(|&(x, y)| layout.to_pixel(x, y));
            places
                .filter(|&place| seen.contains(place))
                .try_for_each(|place| shapes::draw(pen, place, *shape, in_pixels(*size), colour))
        }
        Mark::Arrows { arrows, ink, .. } => {
            let colour = pen.theme.ink(*ink);
            arrows.iter().try_for_each(|ends| {
                let [tail, tip] = ends.map(|(x, y)| layout.to_pixel(x, y));
                arrow(pen, tail, tip, &plot.grown(0.5), colour)
            })
        }
        Mark::Bars { heights, inks, .. } if !solid => bars(pen, figure, layout, mark, heights, inks),
        Mark::Rule { at, ink, .. } if !solid => {
            let colour = pen.theme.ink(*ink);
            let ends = match at {
                At::X(x) => [(layout.x.pixel(*x), plot.top), (layout.x.pixel(*x), plot.bottom())],
                At::Y(y) => [(plot.left, layout.y.pixel(*y)), (plot.right(), layout.y.pixel(*y))],
            };
            clip::line(ends, plot, |piece| pen.path(&crisp(piece), colour, 1.0, 1.0))
        }
        Mark::Band { range, ink, .. } if !solid => match band(layout, *range) {
            Some(rect) => pen.rect(&rect, pen.theme.ink(*ink), 0.12),
            None => Ok(()),
        },
        Mark::Hatch { zone, .. } => hatching::draw(pen, layout, zone),
        Mark::Cover { points } if !solid => {
            let within = |(x, y): Place| (x.clamp(plot.left, plot.right()), y.clamp(plot.top, plot.bottom()));
            let places: Vec<Place> = points.iter().map(|&(x, y)| within(layout.to_pixel(x, y))).collect();
            let is_area = places.iter().all(|(x, y)| x.is_finite() && y.is_finite());
            if is_area { pen.polygon(&places, pen.theme.background, 1.0) } else { Ok(()) }
        }
        _ => Ok(()),
    }
}

/// A width or radius that can be drawn, whatever was asked for.
pub fn in_pixels(length: f64) -> f64 {
    if length.is_nan() { 1.0 } else { length.clamp(0.5, 50.0) }
}

/// What points, arrows and covers take of the plot: each point, each arrow in a few places, the sides of covers.
pub fn rooms(figure: &Figure, layout: &Layout) -> Vec<Rect> {
    let around = |(x, y): Place, by: f64| Rect { left: x, top: y, width: 0.0, height: 0.0 }.grown(by);
    let place = |(x, y): (f64, f64)| layout.to_pixel(x, y);
    let mut rooms = Vec::new();
    for mark in &figure.marks {
        match mark {
            Mark::Points { points, size, .. } => {
                rooms.extend(points.iter().map(|&point| around(place(point), in_pixels(*size) + 2.0)));
            }
            Mark::Arrows { arrows, .. } => {
                let shares = [0.1, 0.5, 0.9];
                rooms.extend(arrows.iter().flat_map(|&[tail, tip]| {
                    let (a, b) = (place(tail), place(tip));
                    shares.map(|t| around((a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1)), 2.0))
                }));
            }
            Mark::Cover { points } => {
                for (i, &from) in points.iter().enumerate() {
                    let (a, b) = (place(from), place(points[(i + 1) % points.len()]));
                    let along = (0..=ALONG_A_SIDE).map(|k| f64::from(k) / f64::from(ALONG_A_SIDE));
                    let at = |t: f64| (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1));
                    rooms.extend(along.map(|t| around(at(t), 2.0)));
                }
            }
            _ => {}
        }
    }
    rooms
}

/// The part of the plot between two values of the horizontal axis.
pub fn band(layout: &Layout, (from, to): (f64, f64)) -> Option<Rect> {
    let plot = &layout.plot;
    let (low, high) = layout.x.extent();
    // An end beyond the axis, even an infinite one, is the end of the axis.
    let at = |v: f64| if v.is_nan() { f64::NAN } else { layout.x.pixel(v.clamp(low, high)) };
    let (left, right) = (at(from.min(to)).min(at(from.max(to))), at(from.min(to)).max(at(from.max(to))));
    (right > left).then_some(Rect { left, top: plot.top, width: right - left, height: plot.height })
}

/// A hairline moved to the middle of a pixel if it is level or upright.
pub fn crisp(piece: &[Place]) -> Vec<Place> {
    let half = |v: f64| v.floor() + 0.5;
    let same = |pick: fn(&Place) -> f64| piece.windows(2).all(|p| (pick(&p[0]) - pick(&p[1])).abs() < 1e-6);
    let (upright, level) = (same(|p| p.0), same(|p| p.1));
    piece.iter().map(|&(x, y)| (if upright { half(x) } else { x }, if level { half(y) } else { y })).collect()
}

fn stroke(
    pen: &mut Pen<'_>,
    piece: &[Place],
    colour: RGBColor,
    width: f64,
    dash: Dash,
) -> Result<(), String> {
    match dash {
        Dash::Solid => pen.path(piece, colour, 1.0, width),
        Dash::Dashed => clip::dashes(piece, DASHES, |dash| pen.path(dash, colour, 1.0, width)),
    }
}

fn arrow(pen: &mut Pen<'_>, tail: Place, tip: Place, plot: &Rect, colour: RGBColor) -> Result<(), String> {
    let (dx, dy) = (tip.0 - tail.0, tip.1 - tail.1);
    let length = dx.hypot(dy);
    if !length.is_finite() || length < LEAST || !plot.contains(tail) {
        return Ok(());
    }
    let (dx, dy) = (dx / length, dy / length);
    let back =
        |from: Place, by: f64, aside: f64| (from.0 - by * dx - aside * dy, from.1 - by * dy + aside * dx);
    // One that leaves the plot shows its shaft alone.
    let headed = plot.contains(tip);
    let head = if headed { HEAD.min(0.6 * length) } else { 0.0 };
    let triangle = |grown: f64| {
        let base = head + grown;
        [
            back(tip, -1.6 * grown, 0.0),
            back(tip, base, 0.42 * head + grown),
            back(tip, base, -0.42 * head - grown),
        ]
    };
    let Some((from, to)) = clip::segment(tail, back(tip, 0.7 * head, 0.0), plot) else { return Ok(()) };
    let rim = pen.theme.background;
    let thick = (0.1 * length).min(1.0);
    pen.path(&[from, to], rim, 0.8, SHAFT + 2.0 * thick)?;
    if headed {
        pen.polygon(&triangle(thick), rim, 0.8)?;
    }
    pen.path(&[from, to], colour, 1.0, SHAFT)?;
    if headed { pen.polygon(&triangle(0.0), colour, 1.0) } else { Ok(()) }
}

#[cold]
#[inline(never)]
fn bars(
    pen: &mut Pen<'_>,
    figure: &Figure,
    layout: &Layout,
    mark: &Mark,
    heights: &[f64],
    inks: &[Ink],
) -> Result<(), String> {
    // Several sets of bars stand side by side.
    let sets: Vec<&Mark> = figure.marks.iter().filter(|m| matches!(m, Mark::Bars { .. })).collect();
    let place = sets.iter().position(|set| std::ptr::eq(*set, mark)).unwrap_or(0) as f64;
    let slot = (layout.x.pixel(1.0) - layout.x.pixel(0.0)).abs();
    let width = (0.74 * slot / sets.len().max(1) as f64).min(64.0);
    let first = -0.5 * width * sets.len() as f64 + place * width;
    let plot = &layout.plot;
    let inside = |y: f64| y.clamp(plot.top, plot.bottom());
    let foot = layout.y.pixel(0.0);
    let foot = if foot.is_finite() { inside(foot) } else { plot.bottom() };
    for (i, &height) in heights.iter().enumerate().filter(|(_, height)| !height.is_nan()) {
        let top = if height.is_finite() { layout.y.pixel(height) } else { f64::NAN };
        let top = match (top.is_finite(), height > 0.0) {
            (true, _) => inside(top),
            (false, true) => plot.top,
            (false, false) => plot.bottom(),
        };
        let left = layout.x.pixel(i as f64) + first;
        let rect =
            Rect { left, top: top.min(foot), width: (width - 1.0).max(1.0), height: (top - foot).abs() };
        if rect.left < plot.right() && rect.right() > plot.left {
            let right = rect.right().min(plot.right());
            let left = rect.left.max(plot.left);
            let ink = inks.get(i).or(inks.first()).copied().unwrap_or(Ink::Accent);
            pen.rect(&Rect { left, width: right - left, ..rect }, pen.theme.ink(ink), 1.0)?;
        }
    }
    Ok(())
}

/// Draws an entry of the legend: samples of its marks, then its name.
pub fn key(pen: &mut Pen<'_>, key: &Key) -> Result<(), String> {
    let rect = &key.sample;
    let middle = rect.centre();
    for sample in &key.samples {
        match *sample {
            Sample::Line(ink, dash, width) => {
                let ends = [(rect.left, middle.1), (rect.right(), middle.1)];
                stroke(pen, &ends, pen.theme.ink(ink), in_pixels(width), dash)?;
            }
            Sample::Point(ink, shape, size) => {
                let size = in_pixels(size).clamp(3.0, 5.0);
                shapes::draw(pen, middle, shape, size, pen.theme.ink(ink))?;
            }
            Sample::Arrow(ink) => {
                let ends = ((rect.left + 2.0, middle.1), (rect.right() - 2.0, middle.1));
                arrow(pen, ends.0, ends.1, &rect.grown(4.0), pen.theme.ink(ink))?;
            }
            Sample::Bar(ink) => {
                let square = Rect { left: middle.0 - 5.0, top: middle.1 - 5.0, width: 10.0, height: 10.0 };
                pen.rect(&square, pen.theme.ink(ink), 1.0)?;
            }
            Sample::Hatch => {
                let square = Rect { left: middle.0 - 6.0, top: middle.1 - 6.0, width: 12.0, height: 12.0 };
                hatching::sample(pen, &square)?;
            }
        }
    }
    pen.label(&key.label)
}
