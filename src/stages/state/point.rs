//! A labelled point, and the text of several in a link: `x,y,class;x,y,class;…`.

use ndarray::{Array2, ArrayD};

use super::State;
use crate::number;

/// The name of the points of a stage among the arrays of a state.
pub(super) const POINTS: &str = "points";

/// The most points that a link holds.
const MOST: usize = 256;

/// The largest coordinate, either way.
const FARTHEST: f64 = 1e6;

/// Classes are below this.
const CLASSES: usize = 64;

/// A labelled point in the plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Horizontal coordinate.
    pub x: f64,
    /// Vertical coordinate.
    pub y: f64,
    /// Its class, from 0.
    pub class: usize,
}

impl State {
    /// The points that a person has set, none where they are those of the stage's own toy data.
    #[must_use]
    pub fn points(&self) -> Vec<Point> {
        self.arrays.get(POINTS).map(of).unwrap_or_default()
    }

    /// Sets the points of the stage; without any they are those of its toy data again.
    pub fn set_points(&mut self, points: &[Point]) {
        if points.is_empty() {
            self.arrays.remove(POINTS);
        } else {
            self.arrays.insert(POINTS.to_owned(), rows(points));
        }
    }
}

/// The points in an array, a row `x, y, class` each.
fn of(array: &ArrayD<f64>) -> Vec<Point> {
    let entries: Vec<f64> = array.iter().copied().collect();
    let (rows, _) = entries.as_chunks();
    rows.iter().map(|&[x, y, class]| Point { x, y, class: class as usize }).collect()
}

/// Points as an array; coordinates stay where a link can say them.
fn rows(points: &[Point]) -> ArrayD<f64> {
    let held = |x: f64| x.clamp(-FARTHEST, FARTHEST);
    let entries = points.iter().flat_map(|p| [held(p.x), held(p.y), p.class as f64]).collect();
    Array2::from_shape_vec((points.len(), 3), entries).expect("three numbers a point").into_dyn()
}

/// Reads points.
///
/// # Errors
/// What is wrong, and what is allowed.
pub(super) fn read(text: &str) -> Result<Vec<Point>, String> {
    let points: Vec<&str> = text.split(';').filter(|point| !point.is_empty()).collect();
    if points.len() > MOST {
        return Err(format!("{} points are too many, at most {MOST} are allowed", points.len()));
    }
    let point = |text: &str| {
        point(text).ok_or_else(|| format!("{text} is not a point x,y,class; the points are passed over"))
    };
    points.into_iter().map(point).collect()
}

fn point(text: &str) -> Option<Point> {
    let mut parts = text.split(',');
    let mut coordinate = || number::parse(parts.next()?).filter(|v| v.abs() <= FARTHEST);
    let (x, y) = (coordinate()?, coordinate()?);
    let class = parts.next().unwrap_or("0").parse().ok().filter(|class| *class < CLASSES)?;
    parts.next().is_none().then_some(Point { x, y, class })
}

/// Writes the points in an array; [`read`] reads them back.
pub(super) fn write(array: &ArrayD<f64>) -> String {
    let points = of(array).into_iter().map(|Point { x, y, class }| format!("{x},{y},{class}"));
    points.collect::<Vec<_>>().join(";")
}
