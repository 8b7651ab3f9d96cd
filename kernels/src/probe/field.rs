//! The downhill directions of a loss over a plane of two entries of an input.

use super::Subject;
use crate::kernel::Gradient;

/// Where descent would go from one place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrow {
    /// The place.
    pub at: (f64, f64),
    /// The negative gradient there, as it is: steep places have long arrows.
    pub downhill: (f64, f64),
}

/// The negative gradient by two entries of a variable input on a grid, while everything else stays; laid out as
/// [`surface`](super::surface()) lays out its values.
///
/// # Panics
/// If the loss has no variable input of that name, or the input no such entries.
#[must_use]
pub fn field(subject: Subject<'_>, name: &str, entries: [usize; 2], xs: &[f64], ys: &[f64]) -> Vec<Arrow> {
    let mut input = subject.input.clone();
    let mut gradient = Gradient::default();
    let mut arrows = Vec::with_capacity(xs.len() * ys.len());
    for &y in ys {
        for &x in xs {
            let variable = input.variable_mut(name);
            (variable[entries[0]], variable[entries[1]]) = (x, y);
            subject.loss.value_and_gradient(&input, subject.params, &mut gradient);
            let by = gradient.of(name);
            arrows.push(Arrow { at: (x, y), downhill: (-by[entries[0]], -by[entries[1]]) });
        }
    }
    arrows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Kernel;
    use crate::losses::models::himmelblau::Himmelblau;
    use crate::probe::{positions, surface};
    use crate::spec::Scale;
    use crate::testing::{inputs, params};

    #[test]
    fn a_short_way_along_an_arrow_is_lower() {
        let input = inputs(Himmelblau::SPEC, &[("point", &[2], &[0.0, 0.0])]);
        let params = params(&Himmelblau, &[]);
        let subject = Subject { loss: &Himmelblau, params: &params, input: &input };
        let grid = positions(Scale::Linear, (-5.0, 5.0), 8);
        let arrows = field(subject, "point", [0, 1], &grid, &grid);
        let heights = surface(subject, "point", [0, 1], &grid, &grid);
        assert_eq!(arrows.len(), 64);
        for (Arrow { at, downhill }, height) in arrows.into_iter().zip(heights) {
            let there = [at.0 + 1e-4 * downhill.0, at.1 + 1e-4 * downhill.1];
            let lower = surface(subject, "point", [0, 1], &there[..1], &there[1..])[0];
            assert!(lower < height, "the arrow at {at:?} leads from {height} to {lower}");
        }
    }
}
