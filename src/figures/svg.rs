//! A figure as an SVG document: complete, sharp at any size, with text that can be selected.

use std::fmt::Write;

use plotters::backend::SVGBackend;
use plotters::style::RGBColor;

use super::colours::Shading;
use super::contours::Contours;
use super::draw::draw_with;
use super::figure::{Axis, AxisScale, Figure, Map, Mark};
use super::frame::Frame;
use super::grid;
use super::layout::{self, Layout, layout};
use super::pen::Type;
use super::raster;
use super::ticks;

/// Units of the drawing per CSS pixel: backends draw at whole numbers.
const UNITS: f64 = 10.0;
/// How many steps of colour a smooth map has.
const BANDS: usize = 32;

/// A figure as a complete SVG document; [`Frame::scale`] does not matter.
#[must_use]
pub fn svg(figure: &Figure, frame: &Frame) -> String {
    let frame = &Frame { scale: UNITS, ..frame.usable() }.usable();
    let layout = layout(figure, frame);
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
        write_map(&mut text, map, frame, &layout);
    }
    let mut drawing = String::new();
    let mut backend = SVGBackend::with_string(&mut drawing, (units_x as u32, units_y as u32));
    // Writing to a string cannot fail.
    let _ = draw_with(figure, frame, &mut backend, Type::SVG);
    drop(backend);
    // Everything but the opening tag: this document has one already.
    text.push_str(drawing.split_once('\n').map_or("</svg>\n", |(_, rest)| rest));
    text
}

/// What a figure shows, for those who cannot see it.
fn description(figure: &Figure) -> String {
    let axis = |axis: &Axis| {
        let name = if axis.label.is_empty() { "unnamed" } else { &axis.label };
        match &axis.scale {
            AxisScale::Names(names) => format!("{name}: {}", names.join(", ")),
            _ => format!("{name} from {} to {}", ticks::number(axis.range.0), ticks::number(axis.range.1)),
        }
    };
    let names = figure.marks.iter().filter_map(|mark| match mark {
        Mark::Line { name, .. }
        | Mark::Points { name, .. }
        | Mark::Arrows { name, .. }
        | Mark::Bars { name, .. }
        | Mark::Rule { name, .. }
        | Mark::Band { name, .. } => Some(name.as_str()),
        Mark::Map(map) => Some(map.name.as_str()),
        Mark::Text { .. } => None,
    });
    let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
    let shown = if names.is_empty() { String::new() } else { format!(" Shown: {}.", names.join(", ")) };
    format!("Horizontal: {}. Vertical: {}.{shown}", axis(&figure.x), axis(&figure.y))
}

/// Text without what XML reserves or forbids.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => safe.push(c),
            _ => {}
        }
    }
    safe
}

fn hex(RGBColor(r, g, b): RGBColor) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// The map as areas of one colour each, cut at the plot by a nested drawing.
fn write_map(text: &mut String, map: &Map, frame: &Frame, layout: &Layout) {
    let unit = |v: f64| (v * UNITS).round().clamp(-1e8, 1e8) as i64;
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
    match Contours::new(map, &shading).filter(|_| !raster::in_cells(map)) {
        Some(contours) => write_bands(text, &contours, &shading, layout),
        None => write_cells(text, map, &shading, layout),
    }
    let _ = writeln!(text, "</svg>");
}

/// Areas above each step of the colours, each painted over those below it.
fn write_bands(text: &mut String, contours: &Contours<'_>, shading: &Shading, layout: &Layout) {
    for band in 0..BANDS {
        let colour = shading.colour((band as f64 + 0.5) / BANDS as f64).unwrap_or(RGBColor(0, 0, 0));
        // The lowest area is all that has a value at all.
        let from = if band == 0 { -0.5 } else { band as f64 / BANDS as f64 };
        let rings = contours.area(from, layout);
        if rings.is_empty() {
            continue;
        }
        let _ = write!(text, r#"<path fill="{}" fill-rule="evenodd" d=""#, hex(colour));
        for ring in rings {
            let mut command = 'M';
            for (x, y) in ring {
                let unit = |v: f64| (v * UNITS).round().clamp(-1e8, 1e8) as i64;
                let _ = write!(text, "{command}{} {}", unit(x), unit(y));
                command = 'L';
            }
            text.push('Z');
        }
        text.push_str("\"/>\n");
    }
}

/// Cells of one colour side by side become one rectangle.
fn write_cells(text: &mut String, map: &Map, shading: &Shading, layout: &Layout) {
    let (dx, dy) = (grid::step(map.x, map.columns), grid::step(map.y, map.rows()));
    let (low, high) = (layout.x.extent(), layout.y.extent());
    // The edge between two cells, as far as it is on the axes.
    let edge_x = |i: usize| layout.x.pixel((map.x.0 + dx * (i as f64 - 0.5)).clamp(low.0, low.1));
    let edge_y = |j: usize| layout.y.pixel((map.y.0 + dy * (j as f64 - 0.5)).clamp(high.0, high.1));
    let colours: Vec<Option<RGBColor>> =
        map.values.iter().map(|&value| shading.colour(shading.share(value))).collect();
    text.push_str("<g shape-rendering=\"crispEdges\">\n");
    for (j, row) in colours.chunks_exact(map.columns).enumerate() {
        let (y0, y1) = (edge_y(j), edge_y(j + 1));
        let mut start = 0;
        for run in row.chunk_by(|a, b| a == b) {
            let (x0, x1) = (edge_x(start), edge_x(start + run.len()));
            start += run.len();
            let Some(colour) = run[0] else { continue };
            let unit = |v: f64| (v * UNITS).round().clamp(-1e8, 1e8) as i64;
            let (x, y) = (unit(x0.min(x1)), unit(y0.min(y1)));
            let (width, height) = (unit(x0.max(x1)) - x, unit(y0.max(y1)) - y);
            if width > 0 && height > 0 {
                let fill = hex(colour);
                let _ = writeln!(
                    text,
                    r#"<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}"/>"#
                );
            }
        }
    }
    text.push_str("</g>\n");
}
