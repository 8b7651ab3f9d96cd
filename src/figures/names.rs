//! Where the names of rules and bands and other words in the plot are written, so that none covers another.

use super::clip::Place;
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

/// Words in the plot.
pub struct Words {
    /// The words and where they are.
    pub label: Label,
    /// Whether something is drawn under them.
    pub crowded: bool,
}

/// The words in the plot of a figure. Of the places that are free the first beside everything drawn is taken,
/// else the first; what finds none is left out.
pub fn names(figure: &Figure, layout: &Layout) -> Vec<Words> {
    let room = if layout.view.is_some() { layout.frame } else { layout.plot.grown(-1.0) };
    let mut words: Vec<Words> = Vec::new();
    let mut drawn = None;
    for mark in &figure.marks {
        let Some((text, ink, places)) = choices(mark, layout) else { continue };
        let free = |(at, anchor): (Place, Anchor)| {
            if !at.0.is_finite() || !at.1.is_finite() {
                return None;
            }
            let label = label(text, at, anchor, SIZE, Role::Ink(ink));
            let rect = label.rect();
            let clear = room.encloses(&rect) && words.iter().all(|other| !other.label.rect().overlaps(&rect));
            clear.then_some((label, rect))
        };
        let drawn: &Drawn = drawn.get_or_insert_with(|| Drawn::new(figure, layout));
        let mut found = places.into_iter().filter_map(free).peekable();
        let first = found.peek().cloned();
        // Words at a place stay there unless a point is under them.
        let stays = matches!(mark, Mark::Text { .. });
        let beside =
            |(_, rect): &(Label, Rect)| drawn.points_avoid(rect) && (stays || drawn.lines_avoid(rect));
        if let Some((label, rect)) = found.find(beside).or(first) {
            let crowded = !drawn.points_avoid(&rect) || !drawn.lines_avoid(&rect);
            words.push(Words { label, crowded });
        }
    }
    words
}

/// Where something is drawn that words should keep clear of.
struct Drawn {
    lines: Vec<Place>,
    points: Vec<(Place, f64)>,
}

impl Drawn {
    fn new(figure: &Figure, layout: &Layout) -> Self {
        let plot = &layout.plot;
        let mut drawn = Self { lines: Vec::new(), points: Vec::new() };
        let place = |&(x, y): &(f64, f64)| layout.to_pixel(x, y);
        for mark in &figure.marks {
            match mark {
                Mark::Line { points, .. } => {
                    drawn.lines.extend(points.iter().map(place).filter(|&place| plot.contains(place)));
                }
                Mark::Points { points, size, .. } => {
                    drawn.points.extend(points.iter().map(|p| (place(p), marks::in_pixels(*size))));
                }
                Mark::Rule { at: At::X(x), .. } if layout.view.is_none() => {
                    let x = layout.x.pixel(*x);
                    drawn
                        .lines
                        .extend((0..=plot.height as usize / 8).map(|i| (x, plot.top + 8.0 * i as f64)));
                }
                _ => {}
            }
        }
        drawn
    }

    fn points_avoid(&self, rect: &Rect) -> bool {
        // Letters do not fill their line.
        let letters = rect.grown(-2.0);
        !self.points.iter().any(|&(place, size)| letters.grown(size).contains(place))
    }

    fn lines_avoid(&self, rect: &Rect) -> bool {
        let near = rect.grown(2.0);
        !self.lines.iter().any(|&place| near.contains(place))
    }
}

type Choices = Vec<(Place, Anchor)>;

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
            let inside =
                [(x, Anchor::Middle), (rect.left + NEAR, Anchor::Left), (rect.right() - NEAR, Anchor::Right)];
            Some((
                name,
                *ink,
                (0..lines).flat_map(|i| inside.map(|(x, anchor)| ((x, at(i)), anchor))).collect(),
            ))
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
