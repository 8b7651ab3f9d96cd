//! The numbers of a figure as a table.

use std::fmt::Write;

use super::figure::{Axis, AxisScale, Figure, Ink, Map, Mark, Shape};

/// Rows of cells under named columns; every row has a cell for each column, which may be empty. Numbers are
/// written by [`number`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows from the top.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    fn new(columns: &[&str], rows: Vec<Vec<String>>) -> Self {
        Self { columns: columns.iter().map(|&c| c.to_owned()).collect(), rows }
    }

    /// The table as comma-separated values with a line of names first (RFC 4180, lines end in a line feed).
    #[must_use]
    pub fn csv(&self) -> String {
        let mut text = String::new();
        for row in std::iter::once(&self.columns).chain(&self.rows) {
            for (i, cell) in row.iter().enumerate() {
                if i > 0 {
                    text.push(',');
                }
                if cell.contains([',', '"', '\n', '\r']) {
                    // Writing to a string cannot fail.
                    let _ = write!(text, "\"{}\"", cell.replace('"', "\"\""));
                } else {
                    text.push_str(cell);
                }
            }
            text.push('\n');
        }
        text
    }
}

/// The numbers of the named marks of a figure. Curves stand side by side over what they share; marks of several
/// kinds stand one under the other, with a first column that names them.
#[must_use]
pub fn table(figure: &Figure) -> Table {
    let sections: Vec<(String, Table)> = [curves(figure), points(figure)]
        .into_iter()
        .flatten()
        .chain(figure.marks.iter().filter_map(|mark| section(figure, mark)))
        .collect();
    match sections.len() {
        0 | 1 => sections.into_iter().next().map(|(_, table)| table).unwrap_or_default(),
        _ => stacked(sections),
    }
}

/// Several tables one under the other, with the columns of all of them.
fn stacked(sections: Vec<(String, Table)>) -> Table {
    let mut columns = vec!["mark".to_owned()];
    for (_, table) in &sections {
        for column in &table.columns {
            if !columns.contains(column) {
                columns.push(column.clone());
            }
        }
    }
    let mut rows = Vec::new();
    for (name, table) in sections {
        let places: Vec<usize> =
            table.columns.iter().filter_map(|name| columns.iter().position(|c| c == name)).collect();
        for cells in table.rows {
            let mut row = vec![String::new(); columns.len()];
            row[0].clone_from(&name);
            for (cell, &place) in cells.into_iter().zip(&places) {
                row[place] = cell;
            }
            rows.push(row);
        }
    }
    Table { columns, rows }
}

/// A number with all its digits, as programs read it back.
#[must_use]
pub fn number(value: f64) -> String {
    let is_long = value != 0.0 && !(1e-5..1e16).contains(&value.abs());
    if is_long && value.is_finite() { format!("{value:e}") } else { value.to_string() }
}

/// The name of an axis without its unit's brackets being lost: it is the label itself, or `x`.
fn title(axis: &Axis, otherwise: &str) -> String {
    let label = axis.label.trim();
    if label.is_empty() { otherwise.into() } else { label.into() }
}

/// A place on an axis: its name if places have names.
fn place(axis: &Axis, value: f64) -> String {
    match &axis.scale {
        AxisScale::Names(names) if value >= 0.0 && value.fract() == 0.0 => {
            names.get(value as usize).cloned().unwrap_or_else(|| number(value))
        }
        _ => number(value),
    }
}

fn curves(figure: &Figure) -> Option<(String, Table)> {
    let lines: Vec<(&str, &[(f64, f64)])> = figure
        .marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Line { name, points, .. } if !name.is_empty() => Some((name.as_str(), points.as_slice())),
            _ => None,
        })
        .collect();
    let (_, first) = lines.first()?;
    let x = title(&figure.x, "x");
    let same = |a: &[(f64, f64)]| {
        a.len() == first.len()
            && a.iter().zip(*first).all(|(p, q)| p.0 == q.0 || (p.0.is_nan() && q.0.is_nan()))
    };
    if lines.iter().all(|(_, points)| same(points)) {
        let mut columns = vec![x];
        columns.extend(lines.iter().map(|(name, _)| (*name).to_owned()));
        let row = |i: usize| {
            let mut row = vec![place(&figure.x, first[i].0)];
            row.extend(lines.iter().map(|(_, points)| number(points[i].1)));
            row
        };
        return Some(("curves".into(), Table { columns, rows: (0..first.len()).map(row).collect() }));
    }
    let row = |name: &str, p: (f64, f64)| vec![name.to_owned(), place(&figure.x, p.0), place(&figure.y, p.1)];
    let rows = lines.iter().flat_map(|(name, points)| points.iter().map(|&p| row(name, p))).collect();
    Some(("curves".into(), Table::new(&["curve", &x, &title(&figure.y, "y")], rows)))
}

fn points(figure: &Figure) -> Option<(String, Table)> {
    let mut rows = Vec::new();
    for mark in &figure.marks {
        if let Mark::Points { name, points, ink, shape, .. } = mark
            && !name.is_empty()
        {
            let class = match (shape, ink) {
                (Shape::OfClass(class) | Shape::HollowOfClass(class), _) | (_, Ink::Class(class)) => {
                    class.to_string()
                }
                _ => String::new(),
            };
            let row = |p: &(f64, f64)| {
                vec![name.clone(), place(&figure.x, p.0), place(&figure.y, p.1), class.clone()]
            };
            rows.extend(points.iter().map(row));
        }
    }
    let columns = ["name", &title(&figure.x, "x"), &title(&figure.y, "y"), "class"];
    (!rows.is_empty()).then(|| ("points".into(), Table::new(&columns, rows)))
}

fn section(figure: &Figure, mark: &Mark) -> Option<(String, Table)> {
    let (x, y) = (title(&figure.x, "x"), title(&figure.y, "y"));
    match mark {
        Mark::Arrows { name, arrows, .. } if !name.is_empty() => {
            let row = |[a, b]: &[(f64, f64); 2]| [a.0, a.1, b.0 - a.0, b.1 - a.1].map(number).to_vec();
            Some((name.clone(), Table::new(&[&x, &y, "dx", "dy"], arrows.iter().map(row).collect())))
        }
        Mark::Bars { name, heights, .. } => {
            let row = |(i, &height): (usize, &f64)| vec![place(&figure.x, i as f64), number(height)];
            let rows = heights.iter().enumerate().map(row).collect();
            let value = if name.is_empty() { &y } else { name };
            Some((value.clone(), Table::new(&["name", value], rows)))
        }
        Mark::Hatch { name, zone } => {
            let inside = (0..zone.columns * zone.rows()).filter(|&i| zone.samples[i]);
            let at = |i| coordinates(figure, i, (zone.columns, zone.rows()), zone.x, zone.y).to_vec();
            Some((name.clone(), Table::new(&[&x, &y], inside.map(at).collect())))
        }
        Mark::Map(map) if map.columns > 0 => {
            let value = if map.name.is_empty() { "value" } else { &map.name };
            Some((value.to_owned(), Table::new(&[&x, &y, value], samples(figure, map))))
        }
        _ => None,
    }
}

fn samples(figure: &Figure, map: &Map) -> Vec<Vec<String>> {
    let size = (map.columns, map.rows());
    let row = |(i, &value): (usize, &f64)| {
        let [x, y] = coordinates(figure, i, size, map.x, map.y);
        vec![x, y, number(value)]
    };
    map.values.iter().take(map.columns * map.rows()).enumerate().map(row).collect()
}

/// Where a sample is of so many along both axes, between these ends.
fn coordinates(
    figure: &Figure,
    i: usize,
    (columns, rows): (usize, usize),
    x: (f64, f64),
    y: (f64, f64),
) -> [String; 2] {
    let at = |i: usize, (from, to): (f64, f64), count: usize| {
        if count < 2 { from } else { from + (to - from) * i as f64 / (count - 1) as f64 }
    };
    [place(&figure.x, at(i % columns, x, columns)), place(&figure.y, at(i / columns, y, rows))]
}
