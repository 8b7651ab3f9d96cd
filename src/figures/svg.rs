//! A figure as an SVG document: complete, sharp at any size, with text that can be selected.

use std::fmt::Write;

use plotters::backend::SVGBackend;
use plotters::style::RGBColor;

use super::clip::Place;
use super::colours::Shading;
use super::contours::Contours;
use super::drawing::{Drawing, Layer};
use super::figure::{Axis, AxisScale, Colours, Figure, Map, Mark};
use super::frame::Frame;
use super::grid;
use super::layout::{self, Layout};
use super::pen::{Pen, Type};
use super::quantity;
use super::raster;
use super::text;
use super::theme::Theme;

/// Units of the drawing per CSS pixel: backends draw at whole numbers.
const UNITS: f64 = 10.0;
/// How many steps of colour a smooth map has.
const BANDS: usize = 32;

/// A figure as a complete SVG document; [`Frame::scale`] does not matter.
#[must_use]
pub fn svg(figure: &Figure, frame: &Frame) -> String {
    let frame = &Frame { scale: UNITS, ..frame.usable() };
    let drawing = Drawing::new(figure.clone(), frame, None);
    let layout = &drawing.layout;
    let (width, height) = (frame.width, frame.height);
    let (units_x, units_y) = ((UNITS * width).round(), (UNITS * height).round());
    let mut text = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {units_x} {units_y}" role="img" stroke-linejoin="round">
<title>{}</title>
<desc>{}</desc>
<rect width="100%" height="100%" fill="{}"/>
"#,
        escaped(&figure.title),
        escaped(&description(figure)),
        hex(frame.theme.background)
    );
    if let Some(map) = layout::map(figure).filter(|_| layout.view.is_none()) {
        write_map(&mut text, map, frame, layout);
    }
    let mut drawn = String::new();
    let mut backend = SVGBackend::with_string(&mut drawn, (units_x as u32, units_y as u32));
    let mut pen = Pen::new(&mut backend, frame, 1.0, Type::SVG);
    for layer in Layer::ALL {
        // Writing to a string cannot fail.
        let _ = drawing.draw_with(layer, &mut pen);
    }
    drop(backend);
    // Everything but the opening tag: this document has one already.
    text.push_str(drawn.split_once('\n').map_or("</svg>\n", |(_, rest)| rest));
    text
}

/// What a figure shows, for those who cannot see it.
fn description(figure: &Figure) -> String {
    let axis = |axis: &Axis| {
        let name = if axis.label.is_empty() { "unnamed" } else { &axis.label };
        match &axis.scale {
            AxisScale::Names(names) => format!("{name}: {}", names.join(", ")),
            _ => format!(
                "{name} from {} to {}",
                quantity::number(axis.range.0),
                quantity::number(axis.range.1)
            ),
        }
    };
    let names = figure.marks.iter().filter_map(|mark| match mark {
        Mark::Line { name, .. }
        | Mark::Points { name, .. }
        | Mark::Arrows { name, .. }
        | Mark::Bars { name, .. }
        | Mark::Rule { name, .. }
        | Mark::Band { name, .. }
        | Mark::Hatch { name, .. } => Some(name.as_str()),
        Mark::Map(map) => Some(map.name.as_str()),
        Mark::Cover { .. } | Mark::Text { .. } => None,
    });
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    let shown = if names.is_empty() { String::new() } else { format!(" Shown: {}.", names.join(", ")) };
    format!("Horizontal: {}. Vertical: {}.{shown}", axis(&figure.x), axis(&figure.y))
}

/// Text without what XML reserves or forbids.
fn escaped(text: &str) -> String {
    text::printable(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn hex(RGBColor(r, g, b): RGBColor) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// The map as areas of one colour each, cut at the plot by a nested drawing.
fn write_map(text: &mut String, map: &Map, frame: &Frame, layout: &Layout) {
    let plot = &layout.plot;
    let (left, top, right, bottom) =
        (unit(plot.left), unit(plot.top), unit(plot.right()), unit(plot.bottom()));
    let (width, height) = (right - left, bottom - top);
    if width <= 0 || height <= 0 {
        return;
    }
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        r#"<svg x="{left}" y="{top}" width="{width}" height="{height}" viewBox="{left} {top} {width} {height}" overflow="hidden">"#
    );
    let shading = Shading::new(map, &frame.theme);
    if raster::in_cells(map) {
        write_cells(text, map, &frame.theme, &shading, layout);
    } else if map.colours == Colours::Classes {
        write_classes(text, map, &shading, layout);
    } else if let Some(contours) = Contours::new(map, &shading) {
        write_bands(text, &contours, &shading, layout);
        text.push_str("<g shape-rendering=\"crispEdges\">\n");
        contours.gaps(layout).into_iter().for_each(|[a, b]| write_rect(text, a, b, frame.theme.missing()));
        text.push_str("</g>\n");
    }
    let _ = writeln!(text, "</svg>");
}

/// Areas above each step of the colours, each painted over those below it.
fn write_bands(text: &mut String, contours: &Contours<'_>, shading: &Shading, layout: &Layout) {
    for band in 0..BANDS {
        let colour = shading.colour((band as f64 + 0.5) / BANDS as f64).unwrap_or(RGBColor(0, 0, 0));
        // The lowest area is all that has a value at all.
        let from = if band == 0 { -0.5 } else { band as f64 / BANDS as f64 };
        write_area(text, &contours.area(from, layout), colour);
    }
}

/// The region of each class, painted over those of all lower ones, so that no gap is left where three meet.
fn write_classes(text: &mut String, map: &Map, shading: &Shading, layout: &Layout) {
    let mut classes: Vec<f64> = map.values.iter().copied().filter(|class| class.is_finite()).collect();
    classes.sort_unstable_by(f64::total_cmp);
    classes.dedup();
    for class in classes {
        if let (Some(colour), Some(contours)) = (shading.colour(class), Contours::of_classes(map, class)) {
            write_area(text, &contours.area(0.5, layout), colour);
        }
    }
}

fn unit(v: f64) -> i64 {
    (v * UNITS).round().clamp(-1e8, 1e8) as i64
}

/// Closed rings filled with a colour; rings within rings are holes.
fn write_area(text: &mut String, rings: &[Vec<Place>], colour: RGBColor) {
    if rings.is_empty() {
        return;
    }
    // Writing to a string cannot fail.
    let _ = write!(text, r#"<path fill="{}" fill-rule="evenodd" d=""#, hex(colour));
    for ring in rings {
        let mut command = 'M';
        for &(x, y) in ring {
            let _ = write!(text, "{command}{} {}", unit(x), unit(y));
            command = 'L';
        }
        text.push('Z');
    }
    text.push_str("\"/>\n");
}

/// A filled rectangle between two opposite corners.
fn write_rect(text: &mut String, a: Place, b: Place, colour: RGBColor) {
    let (x, y) = (unit(a.0.min(b.0)), unit(a.1.min(b.1)));
    let (width, height) = (unit(a.0.max(b.0)) - x, unit(a.1.max(b.1)) - y);
    if width > 0 && height > 0 {
        let fill = hex(colour);
        // Writing to a string cannot fail.
        let _ = writeln!(text, r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}"/>"#);
    }
}

/// Cells of one colour side by side become one rectangle.
fn write_cells(text: &mut String, map: &Map, theme: &Theme, shading: &Shading, layout: &Layout) {
    let (dx, dy) = (grid::step(map.x, map.columns), grid::step(map.y, map.rows()));
    let (low, high) = (layout.x.extent(), layout.y.extent());
    // The edge between two cells, as far as it is on the axes.
    let edge_x = |i: usize| layout.x.pixel((map.x.0 + dx * (i as f64 - 0.5)).clamp(low.0, low.1));
    let edge_y = |j: usize| layout.y.pixel((map.y.0 + dy * (j as f64 - 0.5)).clamp(high.0, high.1));
    let colour = |&value: &f64| match shading.share(value) {
        share if share.is_nan() => Some(theme.missing()),
        share => shading.colour(share),
    };
    let colours: Vec<Option<RGBColor>> = map.values.iter().map(colour).collect();
    text.push_str("<g shape-rendering=\"crispEdges\">\n");
    for (j, row) in colours.chunks_exact(map.columns).enumerate() {
        let (y0, y1) = (edge_y(j), edge_y(j + 1));
        let mut start = 0;
        for run in row.chunk_by(|a, b| a == b) {
            let (x0, x1) = (edge_x(start), edge_x(start + run.len()));
            start += run.len();
            if let Some(colour) = run[0] {
                write_rect(text, (x0, y0), (x1, y1), colour);
            }
        }
    }
    text.push_str("</g>\n");
}
