//! Points as large as they push.

use super::figure::{Ink, Mark, Shape};

/// Radii of points in pixels, by how hard they push: up to half the mean, up to the mean, up to twice, and more.
const SIZES: [f64; 4] = [2.5, 3.5, 4.5, 6.0];
const PUSHES: [f64; 3] = [0.5, 1.0, 2.0];

/// The rank among the sizes of each of some samples; a middle one where nothing is known of their pushes.
pub fn ranks(pushes: &[f64], samples: usize) -> Vec<usize> {
    let mean = pushes.iter().sum::<f64>() / pushes.len() as f64;
    let rank = |i: usize| match pushes.get(i) {
        Some(push) if mean > 0.0 => PUSHES.iter().filter(|most| *push > **most * mean).count(),
        _ => 1,
    };
    (0..samples).map(rank).collect()
}

/// Points, each with its rank among the sizes; together they have one name.
pub fn sized(mut name: &str, points: &[((f64, f64), usize)], ink: Ink, shape: Shape) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (rank, radius) in SIZES.into_iter().enumerate() {
        let own = points.iter().filter(|point| point.1 == rank).map(|point| point.0).collect();
        if let Some(mark) = Mark::points(name, own, ink, shape, radius) {
            marks.push(mark);
            name = "";
        }
    }
    marks
}
