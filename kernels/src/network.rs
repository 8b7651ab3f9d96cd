//! A small multilayer perceptron and its gradient by back-propagation.

use loss_explorer_lanes::{exp, scale};
use ndarray::{Array1, Array2, ArrayView2, Axis};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// The shape of a perceptron: dense layers with `tanh` between them and nothing after the last.
///
/// Its weights are one vector, layer by layer: the matrix, a row an input, then the biases. With two widths it is a
/// linear model.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    widths: Vec<usize>,
}

impl Network {
    /// The shape with these numbers of inputs, hidden units of each layer, and outputs; at least two.
    #[must_use]
    pub fn new(widths: &[usize]) -> Self {
        Self { widths: widths.to_vec() }
    }

    /// Number of weights, biases among them.
    #[must_use]
    pub fn weights(&self) -> usize {
        self.widths.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum()
    }

    /// Number of outputs.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.widths.last().copied().unwrap_or(0)
    }

    /// Whether there are no hidden units.
    #[must_use]
    pub fn is_linear(&self) -> bool {
        self.widths.len() == 2
    }

    /// Random weights to start from: uniform up to `1/√inputs` of each layer, as torch.nn.Linear starts.
    #[must_use]
    pub fn start(&self, rng: &mut ChaCha8Rng) -> Vec<f64> {
        let mut weights = Vec::with_capacity(self.weights());
        for pair in self.widths.windows(2) {
            let most = (pair[0] as f64).sqrt().recip();
            weights.extend((0..(pair[0] + 1) * pair[1]).map(|_| rng.random_range(-most..most)));
        }
        weights
    }

    /// Each layer's matrix, and where in the weights it begins and its biases begin.
    fn layers<'w>(
        &self,
        weights: &'w [f64],
    ) -> impl DoubleEndedIterator<Item = (ArrayView2<'w, f64>, usize, usize)> + ExactSizeIterator {
        let mut begin = 0;
        let layers: Vec<_> = self
            .widths
            .windows(2)
            .map(|pair| {
                let biases = begin + pair[0] * pair[1];
                let matrix = ArrayView2::from_shape((pair[0], pair[1]), &weights[begin..biases]);
                let layer = (matrix.expect("a row an input"), begin, biases);
                begin = biases + pair[1];
                layer
            })
            .collect();
        layers.into_iter()
    }

    /// What every layer gives for rows of inputs: the inputs themselves, the hidden units, the outputs last.
    #[must_use]
    pub fn forward(&self, weights: &[f64], inputs: &Array2<f64>) -> Vec<Array2<f64>> {
        let mut given = vec![inputs.clone()];
        for (i, (matrix, _, biases)) in self.layers(weights).enumerate() {
            let width = matrix.ncols();
            let mut next = given[i].dot(&matrix) + Array1::from(weights[biases..biases + width].to_vec());
            if i + 2 < self.widths.len() {
                next.as_slice_mut().into_iter().for_each(tanh);
            }
            given.push(next);
        }
        given
    }

    /// The gradient by the weights, from what [`forward`](Self::forward) gave and the gradient by the outputs.
    #[must_use]
    pub fn backward(&self, weights: &[f64], given: &[Array2<f64>], by_outputs: Array2<f64>) -> Vec<f64> {
        let mut gradient = vec![0.0; self.weights()];
        let mut by = by_outputs;
        for (i, (matrix, begin, biases)) in self.layers(weights).enumerate().rev() {
            let by_matrix = given[i].t().dot(&by);
            gradient[begin..biases].iter_mut().zip(&by_matrix).for_each(|(slot, slope)| *slot = *slope);
            let by_biases = by.sum_axis(Axis(0));
            gradient[biases..biases + by_biases.len()].copy_from_slice(&by_biases.to_vec());
            if i > 0 {
                by = by.dot(&matrix.t());
                by.zip_mut_with(&given[i], |slope, unit| *slope *= 1.0 - unit * unit);
            }
        }
        gradient
    }
}

/// Replaces every `x` by its hyperbolic tangent `1 − 2 / (e²ˣ + 1)`, to within 5·10⁻¹⁶; with the same bits in every
/// browser.
fn tanh(units: &mut [f64]) {
    scale(units, 2.0);
    exp(units);
    units.iter_mut().for_each(|unit| *unit = 1.0 - 2.0 / (*unit + 1.0));
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;
    use proptest::prelude::*;
    use rand::{Rng as _, SeedableRng};

    use super::*;

    #[test]
    fn hidden_units_are_hyperbolic_tangents() {
        let places: Vec<f64> =
            (-4000..=4000).map(|i| f64::from(i) / 150.0).chain([1e-9, 800.0, -800.0]).collect();
        let mut units = places.clone();
        tanh(&mut units);
        for (x, unit) in places.into_iter().zip(units) {
            assert!((unit - x.tanh()).abs() <= 5e-16, "a unit at {x} gives {unit}, not {}", x.tanh());
        }
    }

    proptest! {
        #[test]
        fn the_gradient_is_the_slope_of_the_outputs(seed in 0u64..1000, hidden in prop::collection::vec(1usize..5, 0..3)) {
            let network = Network::new(&[&[2], &hidden[..], &[3]].concat());
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let weights = network.start(&mut rng);
            let inputs = Array2::from_shape_simple_fn((4, 2), || rng.random_range(-1.0..1.0));
            let by = Array2::from_shape_simple_fn((4, 3), || rng.random_range(-1.0..1.0));
            let height = |weights: &[f64]| (network.forward(weights, &inputs).pop().unwrap() * &by).sum();
            let gradient = network.backward(&weights, &network.forward(&weights, &inputs), by.clone());
            prop_assert_eq!(gradient.len(), network.weights());
            for i in 0..weights.len() {
                let at = |h: f64| {
                    let mut moved = weights.clone();
                    moved[i] += h;
                    height(&moved)
                };
                let slope = (at(1e-6) - at(-1e-6)) / 2e-6;
                prop_assert!((slope - gradient[i]).abs() < 1e-7, "weight {i} has slope {slope}, not {}", gradient[i]);
            }
        }
    }

    #[test]
    fn two_widths_are_a_linear_model() {
        let network = Network::new(&[2, 1]);
        let given = network.forward(&[3.0, -1.0, 0.5], &ndarray::array![[1.0, 2.0], [0.0, 0.0]]);
        assert_eq!(given[1], ndarray::array![[1.5], [0.5]]);
    }
}
