//! The features that a loss looks at, a tile a sample, and how much it makes of each sample.

use super::figures::{SIZES, rank};
use super::scene::ClassifierScene;
use crate::figures::{Axis, AxisScale, Colours, Dash, Figure, Ink, Map, Mark, Plane, Shape};
use crate::kernel::Gradient;
use crate::stages::training::Run;

/// Width over height of the wall of tiles.
const ASPECT: f64 = 1.6;

/// What the figure is called.
pub(super) const TITLE: &str = "Features by weight";

/// A row of features a sample, and how much each sample weighs.
pub(super) struct Weighed {
    pub features: Vec<Vec<f64>>,
    pub weights: Vec<f64>,
}

impl ClassifierScene {
    /// The training whose loss looks at features, if there is one.
    pub(super) fn looking(&self) -> Option<&Run> {
        self.runs.all.iter().find(|run| run.lesson.contender.loss.spec().input("features").is_some())
    }

    /// What a loss makes of the samples, which it may tell apart by their features: how hard it pulls at each, in units
    /// of cross-entropy, were all classes equally likely.
    pub(super) fn weighed(&self, run: &Run) -> Option<Weighed> {
        let mut inputs = run.course().filter(|_| self.runs.are_done())?.inputs(&run.lesson)?;
        let features = inputs.fixed_rows("features").into_iter().map(<[f64]>::to_vec).collect();
        let (samples, classes) = (self.data.samples.len(), self.data.classes);
        inputs.set_variable("logits", vec![0.0; samples * classes]);
        let (contender, mut gradient) = (&run.lesson.contender, Gradient::default());
        contender.loss.value_and_gradient(&inputs, &contender.params, &mut gradient);
        let unit = (1.0 - 1.0 / classes as f64).sqrt() / samples as f64;
        let length = |slopes: &[f64]| slopes.iter().map(|slope| slope * slope).sum::<f64>().sqrt();
        let weights =
            gradient.of("logits").chunks_exact(classes).map(|slopes| length(slopes) / unit).collect();
        Some(Weighed { features, weights })
    }

    /// A tile a sample, the least weight first, with a dot as large as it weighs.
    pub(super) fn tiles_figure(&self) -> Figure {
        let weighed = self.looking().and_then(|run| self.weighed(run));
        let Weighed { features, weights } =
            weighed.unwrap_or(Weighed { features: Vec::new(), weights: Vec::new() });
        let each = features.first().map_or(1, Vec::len).max(1);
        let width = (1..=each).find(|w| w * w >= each && each % w == 0).unwrap_or(each);
        let height = each / width;
        let samples = features.len().max(1);
        let across = ((samples as f64 * ASPECT).sqrt().ceil() as usize).min(samples);
        let down = samples.div_ceil(across);
        let (columns, rows) = (across * width, down * height);

        let mut order: Vec<usize> = (0..features.len()).collect();
        order.sort_by(|&a, &b| weights[a].total_cmp(&weights[b]));
        // The first tile is at the upper left, and so is the first feature of a tile.
        let mut values = vec![f64::NAN; columns * rows];
        for (place, &sample) in order.iter().enumerate() {
            for (k, feature) in features[sample].iter().enumerate() {
                let row = place / across * height + k / width;
                values[(rows - 1 - row) * columns + place % across * width + k % width] = *feature;
            }
        }
        let (right, top) = (columns as f64, rows as f64);
        let map = Map {
            name: "feature".into(),
            columns,
            values,
            x: (0.5, right - 0.5),
            y: (0.5, top - 0.5),
            colours: Colours::Signed,
            contours: 0,
            cells: true,
        };
        let mut marks = if order.is_empty() {
            vec![self.waiting((0.5 * right, 0.5 * top))]
        } else {
            vec![Mark::Map(map)]
        };
        let upright = (1..across).map(|i| (i * width) as f64).map(|x| [(x, 0.0), (x, top)]);
        let level = (1..down).map(|i| (i * height) as f64).map(|y| [(0.0, y), (right, y)]);
        let gap = [(f64::NAN, f64::NAN)];
        marks.push(Mark::Line {
            name: String::new(),
            points: upright.chain(level).flat_map(|line| line.into_iter().chain(gap)).collect(),
            ink: Ink::Text,
            dash: Dash::Solid,
            width: 1.0,
        });
        let middle = |place: usize| {
            let (i, j) = ((place % across) as f64 + 0.5, (place / across) as f64 + 0.5);
            (i * width as f64, top - j * height as f64)
        };
        let mean = weights.iter().sum::<f64>() / weights.len() as f64;
        for (is_poor, mut name, ink, shape) in
            [(false, "sample", Ink::Accent, Shape::OfClass(0)), (true, "poor sample", Ink::Text, Shape::Ring)]
        {
            for (size, radius) in SIZES.into_iter().enumerate() {
                let is_own =
                    |sample: usize| self.data.poor[sample] == is_poor && rank(weights[sample], mean) == size;
                let own = (0..order.len()).filter(|&place| is_own(order[place]));
                let points: Vec<(f64, f64)> = own.map(middle).collect();
                if !points.is_empty() {
                    let name = std::mem::take(&mut name).into();
                    marks.push(Mark::Points { name, points, ink, shape, size: radius });
                }
            }
        }
        let axis = |label: &str, end| Axis {
            label: label.into(),
            range: (0.0, end),
            scale: AxisScale::Names(Vec::new()),
        };
        Figure {
            title: TITLE.into(),
            x: axis("a tile a sample, the least weight first", right),
            y: axis("", top),
            marks,
            handles: Vec::new(),
            plane: Plane::Free,
        }
    }
}
