//! How a loss reads the points of the plane, and how its gradient comes back to them.
//!
//! Every row of every variable input is one point, perhaps turned: a linear map, so the gradient by a point is the
//! sum of the gradients by its rows, each turned back.

use std::collections::BTreeMap;

use ndarray::{ArrayD, IxDyn};

use crate::input::{InputError, Inputs};
use crate::kernel::Gradient;
use crate::spec::{Input, Spec};

/// A place in the plane.
pub(super) type Place = [f64; 2];

/// How points become the two views of a batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Views {
    /// Every point is seen twice, turned by plus and minus this angle in radians.
    Twins(f64),
    /// Point 2i is the anchor and point 2i + 1 its positive.
    Pairs,
}

/// Which point each row of each variable input of a loss is.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    spec: &'static Spec,
    rows: Vec<Row>,
    labels: Vec<usize>,
}

/// One row of a variable input.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// The input.
    pub input: &'static str,
    /// The point that it is.
    pub point: usize,
    /// Cosine and sine of the angle that it is turned by.
    turn: (f64, f64),
}

impl Row {
    fn new(input: &'static str, point: usize, angle: f64) -> Self {
        Self { input, point, turn: (angle.cos(), angle.sin()) }
    }

    fn of(&self, [x, y]: Place) -> Place {
        let (c, s) = self.turn;
        [c * x - s * y, s * x + c * y]
    }

    fn back(&self, [x, y]: Place) -> Place {
        let (c, s) = self.turn;
        [c * x + s * y, c * y - s * x]
    }
}

impl Reading {
    /// Whether a loss reads nothing but points that it moves, their labels, and at most one prototype a class.
    pub(super) fn fits(spec: &'static Spec) -> bool {
        let is_moved = |input: &Input| input.is_variable() && !input.shape[0].contains('·');
        let reads = spec.reads(&["embeddings"])
            || spec.reads(&["embeddings", "labels"])
            || spec.reads(&["embeddings", "labels", "prototypes"])
            || spec.reads(&["anchors", "positives"]);
        reads && spec.inputs.iter().all(|input| input.name == "labels" || is_moved(input))
    }

    /// Whether a loss sees its points as two views.
    pub(super) fn is_paired(spec: &'static Spec) -> bool {
        spec.input("anchors").is_some()
    }

    /// Whether a loss has a weight vector a class.
    pub(super) fn has_prototypes(spec: &'static Spec) -> bool {
        spec.input("prototypes").is_some()
    }

    /// Reads samples of these classes, followed by `stars` prototypes.
    pub(super) fn new(spec: &'static Spec, classes: &[usize], stars: usize, views: Views) -> Self {
        let samples = classes.len();
        let inputs = spec.inputs.iter().filter(|input| input.is_variable());
        let rows = inputs.flat_map(|input| {
            let (points, angle): (Vec<usize>, f64) = match (input.name, views) {
                ("anchors", Views::Twins(angle)) => ((0..samples).collect(), angle),
                ("positives", Views::Twins(angle)) => ((0..samples).collect(), -angle),
                // An odd last point has no partner.
                ("anchors", Views::Pairs) => ((0..samples / 2).map(|i| 2 * i).collect(), 0.0),
                ("positives", Views::Pairs) => ((0..samples / 2).map(|i| 2 * i + 1).collect(), 0.0),
                ("prototypes", _) => ((samples..samples + stars).collect(), 0.0),
                _ => ((0..samples).collect(), 0.0),
            };
            points.into_iter().map(move |point| Row::new(input.name, point, angle))
        });
        Self { spec, rows: rows.collect(), labels: classes.to_vec() }
    }

    /// Every row, input by input in declared order: the order of a gradient.
    pub(super) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The positions in [`rows`](Self::rows) of the rows of one input.
    pub(super) fn rows_of(&self, input: &str) -> Vec<usize> {
        (0..self.rows.len()).filter(|&row| self.rows[row].input == input).collect()
    }

    /// The place of a row as the loss sees it.
    pub(super) fn seen(&self, row: usize, points: &[Place]) -> Place {
        self.rows[row].of(points[self.rows[row].point])
    }

    /// The points as the inputs of the loss.
    pub(super) fn inputs(&self, points: &[Place]) -> Result<Inputs<f64>, InputError> {
        self.lifted(points, 2, |_, _| {})
    }

    /// The points in a space of more dimensions; `lift` fills those beyond the second of each row.
    pub(super) fn lifted(
        &self,
        points: &[Place],
        dimensions: usize,
        lift: impl Fn(usize, &mut [f64]),
    ) -> Result<Inputs<f64>, InputError> {
        let mut entries: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for (i, row) in self.rows.iter().enumerate() {
            let vector = entries.entry(row.input).or_default();
            let start = vector.len();
            vector.resize(start + dimensions, 0.0);
            vector[start..start + 2].copy_from_slice(&self.seen(i, points));
            lift(i, &mut vector[start + 2..]);
        }
        let mut arrays: BTreeMap<String, ArrayD<f64>> = BTreeMap::new();
        for (name, entries) in entries {
            let shape = IxDyn(&[entries.len() / dimensions, dimensions]);
            arrays
                .insert(name.into(), ArrayD::from_shape_vec(shape, entries).expect("whole rows were pushed"));
        }
        if self.spec.input("labels").is_some() {
            let labels = self.labels.iter().map(|&class| class as f64).collect();
            let shape = IxDyn(&[self.labels.len()]);
            arrays.insert("labels".into(), ArrayD::from_shape_vec(shape, labels).expect("one a sample"));
        }
        Inputs::new(self.spec, arrays)
    }

    /// Writes the points into inputs that this reading has made.
    pub(super) fn write(&self, points: &[Place], inputs: &mut Inputs<f64>) {
        for input in self.spec.inputs.iter().filter(|input| input.is_variable()) {
            let rows = self.rows.iter().filter(|row| row.input == input.name);
            inputs.set_variable(input.name, rows.flat_map(|row| row.of(points[row.point])));
        }
    }

    /// Writes one point into inputs that this reading has made.
    pub(super) fn write_one(&self, point: usize, at: Place, inputs: &mut Inputs<f64>) {
        for input in self.spec.inputs.iter().filter(|input| input.is_variable()) {
            let rows = self.rows.iter().filter(|row| row.input == input.name).enumerate();
            for (i, row) in rows.filter(|(_, row)| row.point == point) {
                inputs.variable_mut(input.name)[2 * i..2 * i + 2].copy_from_slice(&row.of(at));
            }
        }
    }

    /// The gradient by each of the first `points` points.
    pub(super) fn pull_back(&self, gradient: &Gradient, points: usize) -> Vec<Place> {
        let mut by = vec![[0.0; 2]; points];
        for (row, slope) in self.rows.iter().zip(gradient.flat().chunks_exact(2)) {
            let [x, y] = row.back([slope[0], slope[1]]);
            by[row.point][0] += x;
            by[row.point][1] += y;
        }
        by
    }
}
