//! How a loss reads the points of the plane, and how its gradient comes back to them.
//!
//! Every row of every input of vectors is one point, perhaps turned: a linear map, so the gradient by a point is the sum of
//! the gradients by its rows, each turned back. Rows of fixed inputs have no gradient.

use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::spec::{Input, Spec};
use crate::stages::engine::direct;

/// A place in the plane.
pub type Place = [f64; 2];

/// Which point each row of each input of vectors is, and what its inputs of plain numbers hold.
#[derive(Clone, Debug)]
pub struct Reading {
    spec: &'static Spec,
    rows: Vec<Row>,
    numbers: Vec<(&'static str, Vec<f64>)>,
}

/// One row of an input of vectors.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The input.
    pub input: &'static str,
    /// The point that it is.
    pub point: usize,
    /// Cosine and sine of the angle that it is turned by.
    turn: (f64, f64),
}

impl Row {
    /// A place as the loss sees it.
    pub fn seen(&self, [x, y]: Place) -> Place {
        let (c, s) = self.turn;
        [c * x - s * y, s * x + c * y]
    }

    fn back(&self, [x, y]: Place) -> Place {
        let (c, s) = self.turn;
        [c * x + s * y, c * y - s * x]
    }
}

impl Reading {
    /// Reads points as a loss of vectors: `rows` says for an input of vectors which points its rows are and by how many
    /// radians they are all turned, `numbers` what an input of plain numbers holds, such as labels.
    pub fn new(
        spec: &'static Spec,
        rows: &dyn Fn(&'static Input) -> (Vec<usize>, f64),
        numbers: &dyn Fn(&'static Input) -> Vec<f64>,
    ) -> Self {
        let of = |input: &'static Input| {
            let (points, angle) = rows(input);
            let turn = (angle.cos(), angle.sin());
            points.into_iter().map(move |point| Row { input: input.name, point, turn })
        };
        let (vectors, plain): (Vec<&Input>, Vec<&Input>) = spec.inputs.iter().partition(|i| is_of_vectors(i));
        // Variable inputs come first, so that rows run along with a gradient.
        let (variable, fixed): (Vec<&Input>, Vec<&Input>) =
            vectors.into_iter().partition(|i| i.is_variable());
        Self {
            spec,
            rows: variable.into_iter().chain(fixed).flat_map(of).collect(),
            numbers: plain.into_iter().map(|input| (input.name, numbers(input))).collect(),
        }
    }

    /// Every row, input by input: first those of variable inputs in declared order, as in a gradient, then those that
    /// are held fixed.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The positions in [`rows`](Self::rows) of the rows of one input.
    pub fn rows_of(&self, input: &str) -> Vec<usize> {
        (0..self.rows.len()).filter(|&row| self.rows[row].input == input).collect()
    }

    /// The one row that is a point, and which of its input it is; `None` if there is not just one, or it is held fixed.
    pub fn only_row(&self, point: usize) -> Option<(Row, usize)> {
        let mut rows = self.rows.iter().filter(|row| row.point == point);
        let (&row, None) = (rows.next()?, rows.next()) else { return None };
        let of_input = self.rows.iter().filter(|other| other.input == row.input);
        let index = of_input.take_while(|other| other.point != point).count();
        self.spec.input(row.input)?.is_variable().then_some((row, index))
    }

    /// Whether the loss sees a point.
    pub fn sees(&self, point: usize) -> bool {
        self.rows.iter().any(|row| row.point == point)
    }

    /// Whether the loss has a gradient by a point.
    pub fn pulls(&self, point: usize) -> bool {
        let is_variable = |row: &Row| self.spec.input(row.input).is_some_and(Input::is_variable);
        self.rows.iter().any(|row| row.point == point && is_variable(row))
    }

    /// The place of a row as the loss sees it.
    pub fn seen(&self, row: usize, points: &[Place]) -> Place {
        self.rows[row].seen(points[self.rows[row].point])
    }

    /// The points as the inputs of the loss.
    ///
    /// # Errors
    /// Why the loss cannot read them.
    pub fn inputs(&self, points: &[Place]) -> Result<Inputs<f64>, String> {
        direct::inputs(self.spec, |input| {
            if let Some((_, numbers)) = self.numbers.iter().find(|(name, _)| *name == input.name) {
                return (vec![numbers.len()], numbers.clone());
            }
            let rows = self.rows_of(input.name);
            let entries = rows.iter().flat_map(|&row| self.seen(row, points)).collect();
            let shape = match input.shape {
                // As many rows in each of several sets as another input has.
                [_, each, _] => vec![rows.len() / self.length(each), self.length(each), 2],
                _ => vec![rows.len(), 2],
            };
            (shape, entries)
        })
    }

    /// The number of rows of the first input of vectors that has as many as the symbol says; at least 1.
    fn length(&self, symbol: &str) -> usize {
        let input = self.spec.inputs.iter().find(|i| is_of_vectors(i) && i.shape[0] == symbol);
        input.map_or(1, |input| self.rows_of(input.name).len()).max(1)
    }

    /// Writes the points into inputs that this reading has made.
    pub fn write(&self, points: &[Place], inputs: &mut Inputs<f64>) {
        self.write_where(|_| true, |row| points[row.point], inputs);
    }

    /// Writes one point into inputs that this reading has made.
    pub fn write_one(&self, point: usize, at: Place, inputs: &mut Inputs<f64>) {
        self.write_where(|row| row.point == point, |_| at, inputs);
    }

    fn write_where(
        &self,
        is_written: impl Fn(&Row) -> bool,
        at: impl Fn(&Row) -> Place,
        inputs: &mut Inputs<f64>,
    ) {
        for input in self.spec.inputs.iter().filter(|i| is_of_vectors(i)) {
            let entries = inputs.entries_mut(input.name);
            let rows = self.rows.iter().filter(|row| row.input == input.name);
            for (row, entries) in rows.zip(entries.chunks_exact_mut(2)).filter(|(row, _)| is_written(row)) {
                entries.copy_from_slice(&row.seen(at(row)));
            }
        }
    }

    /// The gradient by each of the first `points` points.
    pub fn pull_back(&self, gradient: &Gradient, points: usize) -> Vec<Place> {
        let mut by = vec![[0.0; 2]; points];
        for (row, slope) in self.rows.iter().zip(gradient.flat().chunks_exact(2)) {
            let [x, y] = row.back([slope[0], slope[1]]);
            by[row.point][0] += x;
            by[row.point][1] += y;
        }
        by
    }
}

/// Whether an input holds vectors, not plain numbers.
fn is_of_vectors(input: &Input) -> bool {
    input.shape.len() > 1
}
