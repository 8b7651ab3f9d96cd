//! The names of the marks, in rows over the plot.

use super::figure::{Dash, Figure, Ink, Mark, Shape};
use super::frame::Rect;
use super::text::{self, Anchor, LINE, Label};
use super::theme::Role;

/// Font size in CSS pixels.
const SIZE: f64 = 12.0;
/// Height of a row.
pub const ROW: f64 = SIZE * LINE + 3.0;
/// Width of the sample of a line or an arrow.
const LONG: f64 = 22.0;
/// Width of the sample of anything else.
const SHORT: f64 = 12.0;
/// Between a sample and its name.
const NEAR: f64 = 5.0;
/// Between two entries.
const GAP: f64 = 14.0;

/// One entry: samples of the marks that share a name, and the name.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// What is drawn in the place of the sample, one over the other.
    pub samples: Vec<Sample>,
    /// Where the sample is.
    pub sample: Rect,
    /// The name.
    pub label: Label,
}

/// How a mark looks, wherever it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sample {
    /// A curve, as wide as it is in CSS pixels.
    Line(Ink, Dash, f64),
    /// A point, with its radius in CSS pixels.
    Point(Ink, Shape, f64),
    /// An arrow.
    Arrow(Ink),
    /// A bar.
    Bar(Ink),
    /// A hatched zone.
    Hatch,
}

impl Sample {
    /// The name of a mark and how it looks, if it is in the legend.
    fn of(mark: &Mark) -> Option<(&str, Self)> {
        let (name, sample) = match mark {
            Mark::Line { name, ink, dash, width, .. } => (name, Self::Line(*ink, *dash, *width)),
            Mark::Points { name, ink, shape, size, .. } => (name, Self::Point(*ink, *shape, *size)),
            Mark::Arrows { name, ink, .. } => (name, Self::Arrow(*ink)),
            Mark::Bars { name, inks, .. } => (name, Self::Bar(inks.first().copied().unwrap_or(Ink::Accent))),
            Mark::Hatch { name, .. } => (name, Self::Hatch),
            Mark::Map(_) | Mark::Rule { .. } | Mark::Band { .. } | Mark::Cover { .. } | Mark::Text { .. } => {
                return None;
            }
        };
        (!name.trim().is_empty()).then_some((name, sample))
    }
}

/// The names of a figure's marks, each once, with how the marks look that bear it.
fn entries(figure: &Figure) -> Vec<(&str, Vec<Sample>)> {
    let mut entries: Vec<(&str, Vec<Sample>)> = Vec::new();
    for (name, sample) in figure.marks.iter().filter_map(Sample::of) {
        match entries.iter_mut().find(|(known, _)| *known == name) {
            Some((_, samples)) => samples.push(sample),
            None => entries.push((name, vec![sample])),
        }
    }
    entries
}

/// The entries from the left in as many rows as they need, each at most `width` wide; the first row begins at
/// the origin.
pub fn rows(figure: &Figure, width: f64) -> Vec<Vec<Key>> {
    let mut rows: Vec<Vec<Key>> = Vec::new();
    let mut x = 0.0;
    for (name, samples) in entries(figure) {
        let long = |sample: &Sample| matches!(sample, Sample::Line(..) | Sample::Arrow(_));
        let sample = if samples.iter().any(long) { LONG } else { SHORT };
        let name = text::shortened(name, SIZE, width - sample - NEAR).into_owned();
        let needs = sample + NEAR + text::width(&name, SIZE);
        if rows.is_empty() || x + needs > width {
            rows.push(Vec::new());
            x = 0.0;
        }
        let middle = (rows.len() as f64 - 0.5) * ROW;
        let at = (x + sample + NEAR, middle);
        let sample = Rect { left: x, top: middle - 0.5 * SIZE, width: sample, height: SIZE };
        let label = Label { text: name, at, anchor: Anchor::Left, size: SIZE, role: Role::Text };
        x += needs + GAP;
        if let Some(row) = rows.last_mut() {
            row.push(Key { samples, sample, label });
        }
    }
    rows
}

/// The entries one under the other, beside a plot whose upper right corner is the origin, at most `width` wide. What
/// stands behind a comma goes below.
pub fn column(figure: &Figure, width: f64) -> Vec<(Key, Option<Label>)> {
    let mut bottom = 0.0;
    let entry = |(name, samples): (&str, Vec<Sample>)| {
        let left = GAP + LONG + NEAR;
        let room = (width - left).max(0.0);
        let (first, second) = match name.split_once(", ") {
            Some((first, second)) if text::width(name, SIZE) > 0.5 * room => (first, Some(second)),
            _ => (name, None),
        };
        let mut line = |name: &str| {
            let (text, at) = (text::shortened(name, SIZE, room).into_owned(), (left, bottom + 0.5 * ROW));
            bottom += ROW;
            Label { text, at, anchor: Anchor::Left, size: SIZE, role: Role::Text }
        };
        let (label, more) = (line(first), second.map(line));
        let sample = Rect { left: GAP, top: label.at.1 - 0.5 * SIZE, width: LONG, height: SIZE };
        (Key { samples, sample, label }, more)
    };
    entries(figure).into_iter().map(entry).collect()
}

/// The width of a column.
pub fn width_of(column: &[(Key, Option<Label>)]) -> f64 {
    let labels = column.iter().flat_map(|(key, more)| std::iter::once(&key.label).chain(more));
    labels.fold(0.0, |most, label| most.max(label.rect().right()))
}

/// The same label elsewhere.
pub fn moved(mut label: Label, (dx, dy): (f64, f64)) -> Label {
    label.at.0 += dx;
    label.at.1 += dy;
    label
}

/// The width of a row.
pub fn width(row: &[Key]) -> f64 {
    row.last().map_or(0.0, |key| key.label.rect().right())
}

impl Key {
    /// The same entry elsewhere.
    pub fn moved(mut self, to: (f64, f64)) -> Self {
        self.sample.left += to.0;
        self.sample.top += to.1;
        self.label = moved(self.label, to);
        self
    }
}
