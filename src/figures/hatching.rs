//! Slanted lines over a zone of the plane, which are seen on any colours.

use super::clip::{self, Place};
use super::figure::Zone;
use super::frame::Rect;
use super::grid::nearest;
use super::layout::Layout;
use super::pen::Pen;

/// From one line to the next along an axis in CSS pixels, and along an axis of a surface as a share of it.
const APART: f64 = 9.0;
const APART_ON_SURFACE: f64 = 1.0 / 30.0;

/// How finely the ends of a line are found, likewise.
const STEP: f64 = 1.0;
const STEP_ON_SURFACE: f64 = 1.0 / 120.0;

/// Width of a line and of the rim that sets it off in CSS pixels.
const WIDTH: f64 = 1.2;
const RIM: f64 = 3.0;

/// Hatches a zone, from above or on a surface.
#[cold]
#[inline(never)]
pub fn draw(pen: &mut Pen<'_>, layout: &Layout, zone: &Zone) -> Result<(), String> {
    let plot = &layout.plot;
    // How far the lines are apart and how long their steps are, as shares of both axes.
    let (across, up, step) = if layout.view.is_some() {
        (APART_ON_SURFACE, APART_ON_SURFACE, STEP_ON_SURFACE / APART_ON_SURFACE)
    } else {
        (APART / plot.width.max(1.0), APART / plot.height.max(1.0), STEP / APART)
    };
    let (columns, rows) = ((1.0 / across).ceil() as usize, (1.0 / up).ceil() as usize);
    let mut runs: Vec<Vec<Place>> = Vec::new();
    for line in 1..columns + rows {
        let mut run: Vec<Place> = Vec::new();
        let steps = (line as f64 / step).ceil() as usize;
        for i in 0..=steps {
            let along = step * i as f64;
            let (u, v) = (across * along, up * (line as f64 - along));
            let is_on_plot = (0.0..=1.0).contains(&u) && (0.0..=1.0).contains(&v);
            let at = (layout.x.value(u), layout.y.value(v));
            if is_on_plot && is_inside(zone, at) {
                run.push(layout.to_pixel(at.0, at.1));
            } else if !run.is_empty() {
                runs.push(std::mem::take(&mut run));
            }
        }
        runs.push(run);
    }
    runs.retain(|run| run.len() > 1);
    if layout.view.is_none() {
        // Straight from end to end.
        runs.iter_mut().for_each(|run| _ = run.drain(1..run.len() - 1));
    }
    stroke(pen, &runs, plot)
}

/// Whether the sample that is nearest to a place belongs to a zone.
fn is_inside(zone: &Zone, (x, y): (f64, f64)) -> bool {
    let (column, row) = (nearest(x, zone.x, zone.columns), nearest(y, zone.y, zone.rows()));
    matches!((column, row), (Some(column), Some(row)) if zone.samples[row * zone.columns + column])
}

/// A piece of it for the legend.
#[cold]
#[inline(never)]
pub fn sample(pen: &mut Pen<'_>, rect: &Rect) -> Result<(), String> {
    let apart = 0.5 * rect.width;
    let line = |i: u32| {
        let sum = f64::from(i) * apart;
        let (from, to) = ((sum - rect.height).max(0.0), sum.min(rect.width));
        let place = |along: f64| (rect.left + along, rect.top + sum - along);
        vec![place(from), place(to)]
    };
    stroke(pen, &(1..4).map(line).collect::<Vec<_>>(), rect)
}

fn stroke(pen: &mut Pen<'_>, runs: &[Vec<Place>], within: &Rect) -> Result<(), String> {
    let (rim, colour) = (pen.theme.background, pen.theme.text);
    for (colour, alpha, width) in [(rim, 0.55, RIM), (colour, 0.85, WIDTH)] {
        for run in runs {
            clip::line(run.iter().copied(), within, |piece| pen.path(piece, colour, alpha, width))?;
        }
    }
    Ok(())
}
