//! The colours of a map as pixels, to be put under the drawing: far more of them than a backend could draw.

use loss_explorer_lanes::{Pixel, shade};
use plotters::style::RGBColor;

use super::colours::Shading;
use super::figure::{Colours, Map};
use super::frame::Frame;
use super::grid::{self, Between};
use super::layout::Layout;
use super::theme::Theme;

/// A picture in device pixels, and where it belongs.
#[derive(Clone, Debug, PartialEq)]
pub struct Raster {
    /// Its left edge in device pixels.
    pub left: u32,
    /// Its upper edge in device pixels.
    pub top: u32,
    /// Its width in device pixels.
    pub width: u32,
    /// Its height in device pixels.
    pub height: u32,
    /// Red, green, blue and opacity of each pixel, row by row from the top.
    pub pixels: Vec<u8>,
}

/// The colours of a map; nothing if it has no room.
pub fn raster(map: &Map, shading: &Shading, layout: &Layout, frame: &Frame) -> Option<Raster> {
    // Device pixels whose centres are in the plot.
    let edges = |from: f64, to: f64| {
        let from = (from * frame.scale).round().max(0.0);
        (from, ((to * frame.scale).round() - from).clamp(0.0, 16384.0))
    };
    let (left, width) = edges(layout.plot.left, layout.plot.right());
    let (top, height) = edges(layout.plot.top, layout.plot.bottom());
    if width < 1.0 || height < 1.0 {
        return None;
    }
    let columns: Vec<f64> =
        (0..width as usize).map(|i| layout.x.at((left + i as f64 + 0.5) / frame.scale)).collect();
    let rows: Vec<f64> =
        (0..height as usize).map(|j| layout.y.at((top + j as f64 + 0.5) / frame.scale)).collect();
    let pixels = paint(map, shading, &frame.theme, &columns, &rows, frame.scale);
    Some(Raster { left: left as u32, top: top as u32, width: width as u32, height: height as u32, pixels })
}

/// Whether each sample is a cell of its own.
pub fn in_cells(map: &Map) -> bool {
    map.cells || map.columns < 2 || map.rows() < 2
}

/// The pixels at the given values of both axes, row by row.
fn paint(map: &Map, shading: &Shading, theme: &Theme, columns: &[f64], rows: &[f64], scale: f64) -> Vec<u8> {
    let shares: Vec<f64> = map.values.iter().map(|&v| shading.share(v)).collect();
    let (missing, background) = (opaque(theme.missing()), opaque(theme.background));
    let period = (6.0 * scale).max(2.0) as usize;
    let hatch = |i: usize, j: usize| if (i + j) % period < period / 2 { missing } else { background };
    let mut pixels = vec![0; 4 * columns.len() * rows.len()];
    let lines = pixels.chunks_exact_mut(4 * columns.len()).zip(rows).enumerate();
    if in_cells(map) {
        let across: Vec<Option<usize>> =
            columns.iter().map(|&x| grid::nearest(x, map.x, map.columns)).collect();
        let colours: Vec<Option<RGBColor>> = shares.iter().map(|&share| shading.colour(share)).collect();
        for (j, (line, &y)) in lines {
            let Some(row) = grid::nearest(y, map.y, map.rows()) else { continue };
            for (i, (pixel, column)) in line.chunks_exact_mut(4).zip(&across).enumerate() {
                let Some(column) = column else { continue };
                let sample = row * map.columns + column;
                match colours[sample] {
                    Some(colour) => pixel.copy_from_slice(&opaque(colour)),
                    None if shares[sample].is_nan() => pixel.copy_from_slice(&hatch(i, j)),
                    None => {}
                }
            }
        }
        return pixels;
    }
    let across: Vec<Option<Between>> =
        columns.iter().map(|&x| grid::between(x, map.x, map.columns)).collect();
    // What lies beyond the samples is at both ends, and stays transparent.
    let first = across.iter().position(Option::is_some).unwrap_or(0);
    let across: Vec<(usize, f64)> = across.into_iter().flatten().map(|b| (b.index, b.share)).collect();
    let colour = |share: f64| shading.colour(share).map_or(missing, opaque);
    let table: [Pixel; 256] = std::array::from_fn(|i| colour(i as f64 / 255.0));
    let mut mixed = vec![0.0; map.columns];
    for (j, (line, &y)) in lines {
        let Some(up) = grid::between(y, map.y, map.rows()) else { continue };
        let (low, high) = shares[up.index * map.columns..].split_at(map.columns);
        let line = &mut line.as_chunks_mut().0[first..];
        if map.colours == Colours::Classes {
            let mut known = (f64::NAN, None);
            for (i, (pixel, &(k, share))) in line.iter_mut().zip(&across).enumerate() {
                let class = prevailing([low[k], low[k + 1], high[k], high[k + 1]], share, up.share);
                if class != known.0 {
                    known = (class, shading.colour(class));
                }
                match known.1 {
                    Some(colour) => *pixel = opaque(colour),
                    None if class.is_nan() => *pixel = hatch(first + i, j),
                    None => {}
                }
            }
            continue;
        }
        for ((mixed, &a), &b) in mixed.iter_mut().zip(low).zip(high) {
            *mixed = 255.0 * grid::mix(a, b, up.share) + 0.5;
        }
        if mixed.iter().any(|height| height.is_nan()) {
            line[..across.len()].iter_mut().enumerate().for_each(|(i, pixel)| *pixel = hatch(first + i, j));
        }
        shade(&mut line[..across.len()], &across, &mixed, &table);
    }
    pixels
}

fn opaque(colour: RGBColor) -> Pixel {
    [colour.0, colour.1, colour.2, 255]
}

/// The class at a place between four samples: their median, each weighted by how near it is. So borders between
/// classes run straight through the samples' squares, and are the same as in [`svg`](super::svg()).
fn prevailing(corners: [f64; 4], across: f64, up: f64) -> f64 {
    if corners == [corners[0]; 4] || corners.iter().any(|class| class.is_nan()) {
        return corners[0];
    }
    let weights = [(1.0 - across) * (1.0 - up), across * (1.0 - up), (1.0 - across) * up, across * up];
    let mut order = [0, 1, 2, 3];
    order.sort_unstable_by(|&a: &usize, &b| corners[b].total_cmp(&corners[a]));
    let mut sum = 0.0;
    let median = order.into_iter().find(|&k| {
        sum += weights[k];
        sum >= 0.5
    });
    corners[median.unwrap_or(0)]
}
