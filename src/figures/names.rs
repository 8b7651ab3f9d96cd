//! Where the names of rules and bands and other words in the plot are written, so that none covers another.

use super::figure::{At, Figure, Ink, Mark};
use super::frame::Rect;
use super::layout::{Layout, label};
use super::marks;
use super::text::{self, Anchor, LINE, Label};
use super::theme::Role;

/// Font size in CSS pixels.
const SIZE: f64 = 11.0;
/// Between a rule and its name.
const NEAR: f64 = 4.0;

/// The words in the plot of a figure. What finds no free place is left out. Adds their rooms to `taken`.
pub fn names(figure: &Figure, layout: &Layout, taken: &mut Vec<Rect>) -> Vec<Label> {
    let room = if layout.view.is_some() { layout.frame } else { layout.plot.grown(-1.0) };
    let mut labels = Vec::new();
    for mark in &figure.marks {
        let Some((text, ink, places)) = choices(mark, layout) else { continue };
        let free = |(at, anchor): ((f64, f64), Anchor)| {
            if !at.0.is_finite() || !at.1.is_finite() {
                return None;
            }
            let label = label(text, at, anchor, SIZE, Role::Ink(ink));
            let rect = label.rect();
            let clear = room.encloses(&rect) && taken.iter().all(|other| !other.overlaps(&rect));
            clear.then_some((label, rect))
        };
        if let Some((label, rect)) = places.into_iter().find_map(free) {
            taken.push(rect);
            labels.push(label);
        }
    }
    labels
}

type Choices = Vec<((f64, f64), Anchor)>;

/// The words of a mark, and where they may be, the best place first.
fn choices<'a>(mark: &'a Mark, layout: &Layout) -> Option<(&'a str, Ink, Choices)> {
    let plot = &layout.plot;
    let line = SIZE * LINE;
    let solid = layout.view.is_some();
    let lines = (plot.height / line).clamp(0.0, 40.0) as usize;
    match mark {
        Mark::Rule { name, at: At::X(x), ink } if !name.is_empty() && !solid => {
            let x = layout.x.pixel(*x);
            let inside = plot.left - 0.5 <= x && x <= plot.right() + 0.5;
            let at = |i: usize| plot.top + (0.5 + i as f64) * line + 2.0;
            let sides = [(x + NEAR, Anchor::Left), (x - NEAR, Anchor::Right)];
            let places = (0..lines).flat_map(|i| sides.map(|(x, anchor)| ((x, at(i)), anchor)));
            inside.then(|| (name.as_str(), *ink, places.collect()))
        }
        Mark::Rule { name, at: At::Y(y), ink } if !name.is_empty() && !solid => {
            let y = layout.y.pixel(*y);
            let inside = plot.top - 0.5 <= y && y <= plot.bottom() + 0.5;
            let width = text::width(name, SIZE);
            let rows = [y - 0.5 * line - 1.0, y + 0.5 * line + 1.0];
            let columns = (0..8).map(|i| plot.right() - NEAR - i as f64 * 0.125 * (plot.width - width));
            let places = columns.flat_map(|x| rows.map(|y| ((x, y), Anchor::Right)));
            inside.then(|| (name.as_str(), *ink, places.collect()))
        }
        Mark::Band { name, range, ink } if !name.is_empty() && !solid => {
            let rect = marks::band(layout, *range)?;
            let middle = rect.centre().0;
            let half = 0.5 * text::width(name, SIZE) + 2.0;
            // A band narrower than its name may have it stand out, within the plot.
            let x = if half < 0.5 * plot.width {
                middle.clamp(plot.left + half, plot.right() - half)
            } else {
                middle
            };
            let at = |i: usize| plot.top + (0.5 + i as f64) * line + 2.0;
            Some((name, *ink, (0..lines).map(|i| ((x, at(i)), Anchor::Middle)).collect()))
        }
        Mark::Text { text, at, ink } if !text.trim().is_empty() => {
            let (x, y) = layout.to_pixel(at.0, at.1);
            let width = text::width(text, SIZE);
            let around =
                [(0.0, 0.0), (0.0, -1.1), (0.0, 1.1), (0.6, 0.0), (-0.6, 0.0), (0.6, -1.1), (-0.6, -1.1)];
            let place = |(dx, dy): (f64, f64)| ((x + dx * (width + 6.0), y + dy * line), Anchor::Middle);
            Some((text, *ink, around.into_iter().map(place).collect()))
        }
        _ => None,
    }
}
