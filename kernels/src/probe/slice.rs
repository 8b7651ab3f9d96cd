//! A loss along one entry of an input.

use super::Subject;
use crate::kernel::Gradient;

/// Value and slope while one entry of a variable input, given by its position in row-major order, takes each of
/// the numbers `at`.
///
/// # Panics
/// If the loss has no variable input of that name, or the input no such entry.
#[must_use]
pub fn slice(subject: Subject<'_>, name: &str, entry: usize, at: &[f64]) -> Vec<(f64, f64)> {
    let mut input = subject.input.clone();
    let mut gradient = Gradient::default();
    let value_and_slope = |&x: &f64| {
        input.variable_mut(name)[entry] = x;
        let value = subject.loss.value_and_gradient(&input, subject.params, &mut gradient);
        (value, gradient.of(name)[entry])
    };
    at.iter().map(value_and_slope).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Kernel;
    use crate::losses::models::saddle::Saddle;
    use crate::testing::{inputs, params};

    #[test]
    fn a_slice_across_a_saddle_is_a_parabola() {
        let input = inputs(Saddle::SPEC, &[("point", &[2], &[7.0, 2.0])]);
        let params = params(&Saddle, &[("curvature", 1.0)]);
        let subject = Subject { loss: &Saddle, params: &params, input: &input };
        assert_eq!(slice(subject, "point", 0, &[-1.0, 0.0, 3.0]), [(-3.0, -2.0), (-4.0, 0.0), (5.0, 6.0)]);
        assert_eq!(slice(subject, "point", 1, &[3.0]), [(40.0, -6.0)]);
        assert_eq!(input.vector("point"), [7.0, 2.0], "the input itself stays where it is");
    }
}
