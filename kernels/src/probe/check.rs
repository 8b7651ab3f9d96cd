//! Whether a gradient is the slope of its value.

use ndarray::Dimension;

use super::Subject;
use crate::kernel::Gradient;

/// The entry where gradient and slope disagree most.
#[derive(Clone, Debug, PartialEq)]
pub struct Worst {
    /// The variable input.
    pub input: &'static str,
    /// The index of the entry, one number a dimension.
    pub index: Vec<usize>,
    /// What the gradient says.
    pub gradient: f64,
    /// How fast the value rises.
    pub slope: f64,
    /// Their distance, against the largest entry of the gradient or 1, whichever is more; NaN if either is.
    pub error: f64,
}

/// Compares the gradient by every variable entry with central differences of fourth order. `None` if there is no
/// entry.
///
/// At a kink, and for losses with a stop-gradient, the two differ by right.
#[must_use]
pub fn check(subject: Subject<'_>) -> Option<Worst> {
    let mut input = subject.input.clone();
    let mut gradient = Gradient::default();
    subject.loss.value_and_gradient(&input, subject.params, &mut gradient);
    let size = gradient.flat().iter().fold(1.0, |size, g| f64::max(size, g.abs()));
    let mut worst: Option<Worst> = None;
    for (name, array) in subject.input.variables() {
        for (position, (index, &at)) in array.indexed_iter().enumerate() {
            let mut moved = |step: f64| {
                input.variable_mut(name)[position] = at + step;
                subject.loss.value(&input, subject.params)
            };
            let h = 1e-5 * at.abs().max(1.0);
            let slope = (8.0 * (moved(h) - moved(-h)) - (moved(2.0 * h) - moved(-2.0 * h))) / (12.0 * h);
            input.variable_mut(name)[position] = at;
            let exact = gradient.of(name)[position];
            let error = (exact - slope).abs() / size;
            if worst.as_ref().is_none_or(|worst| error > worst.error || error.is_nan()) {
                let index = index.slice().to_vec();
                worst = Some(Worst { input: name, index, gradient: exact, slope, error });
            }
        }
    }
    worst
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Kernel;
    use crate::losses::embeddings::circle::Circle;
    use crate::losses::embeddings::nt_xent::NtXent;
    use crate::testing::{params, random};

    #[test]
    fn an_exact_gradient_passes_and_a_stopped_one_is_found() {
        let input = random(NtXent::SPEC, &[("N", 6), ("D", 3)], 1);
        let error = |loss, params| check(Subject { loss, params, input: &input }).unwrap().error;
        assert!(error(&NtXent, &params(&NtXent, &[])) < 1e-8);
        let input = random(Circle::SPEC, &[("N", 6), ("D", 3)], 1);
        let params = params(&Circle, &[]);
        let worst = check(Subject { loss: &Circle, params: &params, input: &input }).unwrap();
        assert!(worst.error > 1e-3, "circle loss stops gradients, yet the worst entry is {worst:?}");
        assert_eq!((worst.input, worst.index.len()), ("embeddings", 2));
    }
}
