//! A unit sphere as it is seen from a side.

use std::f64::consts::TAU;

use ndarray::ArrayView1;

use super::figure::{Dash, Ink, Mark};

/// Meridians and parallels.
const MERIDIANS: usize = 4;
const PARALLELS: usize = 3;

/// Pieces of a circle.
const PIECES: usize = 72;

/// A place on the picture, and whether it is on the near side.
pub type Side = ((f64, f64), bool);

/// How a sphere is seen.
pub struct Camera {
    /// How far it is turned about the third axis, in radians.
    pub yaw: f64,
    /// From how high, in radians.
    pub pitch: f64,
}

impl Camera {
    /// Where a vector is seen; of more than three dimensions the first three count. The plane is seen from above.
    pub fn of(&self, vector: ArrayView1<'_, f64>) -> Side {
        match vector.len() {
            2 => ((vector[0], vector[1]), true),
            _ => self.turned([vector[0], vector[1], vector[2]]),
        }
    }

    /// The third coordinate points up.
    fn turned(&self, [x, y, z]: [f64; 3]) -> Side {
        let ((sy, cy), (sp, cp)) = (self.yaw.sin_cos(), self.pitch.sin_cos());
        let (across, away) = (cy * x - sy * y, sy * x + cy * y);
        ((across, cp * z - sp * away), cp * away + sp * z <= 0.0)
    }

    /// The outline, and on a sphere the near halves of meridians and parallels.
    pub fn globe(&self, is_sphere: bool) -> Vec<Mark> {
        let line = |points: Vec<(f64, f64)>, width: f64| Mark::Line {
            name: String::new(),
            points,
            ink: Ink::Muted,
            dash: Dash::Solid,
            width,
        };
        let around = |i: usize| (TAU * i as f64 / PIECES as f64).sin_cos();
        let outline = (0..=PIECES).map(around).map(|(sine, cosine)| (cosine, sine));
        let mut marks = vec![line(outline.collect(), 1.0)];
        if !is_sphere {
            return marks;
        }
        let meridian = |k: usize, i: usize| {
            let ((sine, cosine), (s, c)) = ((TAU * k as f64 / (2 * MERIDIANS) as f64).sin_cos(), around(i));
            [c * cosine, c * sine, s]
        };
        let parallel = |k: usize, i: usize| {
            let height = TAU / 4.0 * (2.0 * (k + 1) as f64 / (PARALLELS + 1) as f64 - 1.0);
            let (s, c) = around(i);
            [height.cos() * c, height.cos() * s, height.sin()]
        };
        // A line is interrupted where it goes behind.
        let near = |place: [f64; 3]| match self.turned(place) {
            (at, true) => at,
            _ => (f64::NAN, f64::NAN),
        };
        marks.extend((0..MERIDIANS).map(|k| line((0..=PIECES).map(|i| near(meridian(k, i))).collect(), 0.5)));
        marks.extend((0..PARALLELS).map(|k| line((0..=PIECES).map(|i| near(parallel(k, i))).collect(), 0.5)));
        marks
    }
}
