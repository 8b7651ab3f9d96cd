//! How the loss changes with one similarity alone.
//!
//! Vectors of a few dimensions cannot be moved so that one cosine changes and all others stay. In a space of more
//! dimensions they can: if row `j` gets a small coordinate `h` in a dimension that no other row uses, the gradient by row
//! `i` has, along that dimension, the part `h · ∂L/∂(xᵢ·xⱼ)`, up to a relative error of order `h²`. This holds for
//! every loss that sees its vectors only through their lengths and angles, and needs one gradient for a matrix.

use super::direct;
use super::played::Shot;
use super::scenario::{Scenario, View};
use super::terms;
use crate::figures::{Axis, Colours, Figure, Map, Mark};
use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::spec::{Input, Role, Spec};
use crate::stages::Contender;

/// The extra coordinate. Its square is lost in a plot, and it is far above the rounding of a gradient.
const LIFT: f64 = 1e-4;

/// How much a loss may change by the lift if it sees only lengths and angles.
const UNCHANGED: f64 = 1e-4;

/// The most rows or columns of a matrix that is drawn.
const MOST: usize = 64;

/// A loss in front of its vectors. They are counted input by input: first the rows of variable inputs in declared order,
/// as in a gradient, then those that are held fixed.
pub struct Similarities<'a> {
    contender: &'a Contender,
    inputs: Inputs<f64>,
    /// The squared length of each row.
    squared: Vec<f64>,
}

impl<'a> Similarities<'a> {
    /// A loss that reads vectors, and what it reads.
    pub fn new(contender: &'a Contender, inputs: Inputs<f64>) -> Self {
        let rows = vectors(contender.loss.spec()).flat_map(|input| rows(&inputs, input));
        let squared = rows.map(|row| row.iter().map(|x| x * x).sum()).collect();
        Self { contender, inputs, squared }
    }

    /// `∂L/∂s` for the cosine `s` of each of the rows `of` with each of the rows `with`, lengths held; row by row.
    /// A vector with itself has 0. `None` if the loss looks at more than lengths and angles, or has no value.
    pub fn matrix(&self, of: &[usize], with: &[usize]) -> Option<Vec<f64>> {
        let (width, gradient) = self.gradient(with.len(), |row, extra| {
            if let Some(k) = with.iter().position(|&w| w == row) {
                extra[k] = LIFT;
            }
        })?;
        let slope = |i: usize, k: usize| gradient.flat()[(i + 1) * width - with.len() + k];
        let force = |i: usize, (k, &j): (usize, &usize)| self.by_cosine(i, j, slope(i, k));
        Some(of.iter().flat_map(|&i| with.iter().enumerate().map(move |w| force(i, w))).collect())
    }

    /// One row of [`matrix`](Self::matrix), for less; a row that is held fixed has 0.
    pub fn row(&self, of: usize, with: &[usize]) -> Option<Vec<f64>> {
        let (width, gradient) = self.gradient(1, |row, extra| {
            if row == of {
                extra[0] = LIFT;
            }
        })?;
        let slope = |j: usize| gradient.flat().get((j + 1) * width - 1).copied().unwrap_or(0.0);
        Some(with.iter().map(|&j| self.by_cosine(of, j, slope(j))).collect())
    }

    /// The derivative by the cosine of two rows, from the slope along the extra dimension.
    fn by_cosine(&self, i: usize, j: usize, slope: f64) -> f64 {
        if i == j { 0.0 } else { slope / LIFT * (self.squared[i] * self.squared[j]).sqrt() }
    }

    /// The gradient in so many more dimensions, of which `lift` fills those of each row, and how many there are.
    fn gradient(&self, more: usize, lift: impl Fn(usize, &mut [f64])) -> Option<(usize, Gradient)> {
        let Contender { loss, params } = self.contender;
        let spec = loss.spec();
        let mut width = 0;
        let lifted = direct::inputs(spec, |input| {
            let mut shape = shape(&self.inputs, input);
            if !is_of_vectors(input) {
                return (shape, entries(&self.inputs, input));
            }
            let before = vectors(spec).take_while(|other| other.name != input.name);
            let first: usize = before.map(|other| rows(&self.inputs, other).len()).sum();
            let last = shape.last_mut().expect("vectors have entries");
            *last += more;
            let mut entries = Vec::new();
            for (i, row) in rows(&self.inputs, input).into_iter().enumerate() {
                entries.extend(row);
                let begin = entries.len();
                entries.resize(begin + more, 0.0);
                lift(first + i, &mut entries[begin..]);
            }
            (shape, entries)
        });
        let lifted = lifted.ok()?;
        if let Some(input) = vectors(spec).next() {
            width = shape(&lifted, input).last().copied().unwrap_or(0);
        }
        let value = loss.value(&self.inputs, params);
        let mut gradient = Gradient::default();
        let change = (loss.value_and_gradient(&lifted, params, &mut gradient) - value).abs();
        (change <= UNCHANGED * value.abs().max(1.0)).then_some((width, gradient))
    }
}

/// Whether an input holds vectors, not plain numbers.
fn is_of_vectors(input: &Input) -> bool {
    input.shape.len() > 1
}

/// The inputs that hold vectors, those that are variable first.
fn vectors(spec: &'static Spec) -> impl Iterator<Item = &'static Input> {
    let of_kind = |is_variable| {
        spec.inputs.iter().filter(move |input| is_of_vectors(input) && input.is_variable() == is_variable)
    };
    of_kind(true).chain(of_kind(false))
}

fn shape(inputs: &Inputs<f64>, input: &Input) -> Vec<usize> {
    if input.is_integer() {
        vec![inputs.labels(input.name).len()]
    } else if input.is_variable() {
        inputs.array(input.name).shape().to_vec()
    } else {
        inputs.fixed_array(input.name).shape().to_vec()
    }
}

fn rows<'a>(inputs: &'a Inputs<f64>, input: &Input) -> Vec<&'a [f64]> {
    if input.is_variable() { inputs.rows(input.name) } else { inputs.fixed_rows(input.name) }
}

/// The entries of an input that holds no vectors.
fn entries(inputs: &Inputs<f64>, input: &Input) -> Vec<f64> {
    if input.is_integer() {
        inputs.labels(input.name).iter().map(|&label| label as f64).collect()
    } else if input.is_variable() {
        inputs.vector(input.name).to_vec()
    } else {
        inputs.fixed_vector(input.name).to_vec()
    }
}

impl<S: Scenario> View<S> {
    /// What each loss would do to every single similarity of its vectors, if a person asks for [terms](terms::TERMS).
    pub const SIMILARITIES: Self = Self::new("similarity-slopes", "", |shot, place, _| figure(shot, place))
        .many(|shot| shot.runs.all.len())
        .titled(|shot, place| {
            format!("Slope of {} by each similarity: above 0 pushed apart", shot.run(place).title)
        })
        .aspect(1.0)
        .shown(terms::asked);
}

/// A matrix of slopes: its number of columns, and its entries from the first row on.
type Slopes = (usize, Vec<f64>);

/// The slope of a loss by each cosine that it reads, or else by each cosine of its first vectors with its second, or among
/// themselves. `None` if it looks at more than lengths and angles, or has no value.
fn slopes(contender: &Contender, inputs: &Inputs<f64>) -> Option<Slopes> {
    let Contender { loss, params } = contender;
    let spec = loss.spec();
    if let Some(cosines) =
        spec.of_role(Role::Cosine).find(|input| input.is_variable() && is_of_vectors(input))
    {
        let mut gradient = Gradient::default();
        loss.value_and_gradient(inputs, params, &mut gradient);
        return Some((*shape(inputs, cosines).last()?, gradient.of(cosines.name).to_vec()));
    }
    let of_direction = |input: &&Input| matches!(input.role, Role::Embedding | Role::Prototype);
    let (first, second) = (vectors(spec).next().filter(of_direction)?, vectors(spec).nth(1));
    let count = rows(inputs, first).len();
    let of: Vec<usize> = (0..count).collect();
    let with = second.map_or(of.clone(), |second| (count..count + rows(inputs, second).len()).collect());
    if of.len().max(with.len()) > MOST {
        return None;
    }
    let matrix = Similarities::new(contender, inputs.clone()).matrix(&of, &with)?;
    Some((with.len(), matrix))
}

fn figure<S: Scenario>(shot: &Shot<S>, place: usize) -> Figure {
    let run = shot.run(place);
    if !run.is_done() {
        return Figure::words(&format!("training {} steps …", run.wanted()));
    }
    let slopes = run.inputs().and_then(|inputs| slopes(run.contender(), &inputs));
    let Some((columns, values)) = slopes.filter(|(columns, values)| *columns > 0 && !values.is_empty())
    else {
        return Figure::words("this loss is not one of similarities alone, or of too many");
    };
    let rows = values.len() / columns;
    let ends = |count: usize| (1.0, count as f64);
    let axis = |label: &str, count: usize| Axis::linear(label, (0.5, count as f64 + 0.5));
    let map =
        Map::new("∂loss / ∂similarity", columns, values, ends(columns), ends(rows), Colours::Signed).cells();
    Figure::new(axis("with", columns), axis("of", rows), vec![Mark::Map(map)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::losses;
    use crate::stages::testing::screen;

    #[test]
    fn a_pair_is_pushed_as_its_loss_says() {
        // Two anchors, each beside its positive: by hand, softmax over cosines.
        let loss = losses::find("info-nce").expect("there is one");
        let mut contender = Contender::new(loss);
        contender.params.set("temperature", 0.5).expect("it is allowed");
        let (anchors, positives) = ([1.0, 0.0, 0.0, 2.0], [0.6, 0.8, 0.0, 1.0]);
        let inputs = crate::testing::inputs(
            loss.spec(),
            &[("anchors", &[2, 2], &anchors), ("positives", &[2, 2], &positives)],
        );
        let (columns, matrix) = slopes(&contender, &inputs).expect("it is one of similarities");
        let cosines = [[0.6, 0.0], [0.8, 1.0]];
        assert_eq!(columns, 2);
        for (i, row) in cosines.iter().enumerate() {
            let sum: f64 = row.iter().map(|c: &f64| (c / 0.5).exp()).sum();
            for (j, cosine) in row.iter().enumerate() {
                let is_own = f64::from(u8::from(i == j));
                // The mean of two anchors.
                let expected = ((cosine / 0.5).exp() / sum - is_own) / 0.5 / 2.0;
                let slope = matrix[2 * i + j];
                assert!((slope - expected).abs() < 1e-6, "{i} with {j}: {slope}, not {expected}");
            }
        }
    }

    #[test]
    fn stages_of_vectors_and_of_cosines_show_the_slopes() {
        for link in [
            "loss=prototypical&stage=episode-lab",
            "loss=multi-similarity&stage=similarity-strips",
            "loss=arcface&stage=hypersphere-train&steps=0",
        ] {
            let figure = screen(&format!("{link}&terms=on")).figure("similarity-slopes", &[]);
            let map =
                figure.marks.iter().find_map(|mark| if let Mark::Map(map) = mark { Some(map) } else { None });
            let map = map.unwrap_or_else(|| panic!("{link}: {:?}", figure.marks));
            assert!(map.values.iter().all(|slope| slope.is_finite()), "{link}");
            assert!(map.values.iter().any(|slope| *slope > 0.0), "{link}: nothing is pushed apart");
        }
    }
}
