//! An online branch that chases a target: two views of which only the first is trained.

use super::similarity::unit;
use crate::input::Inputs;
use crate::real::Real;
use crate::spec::{Input, Role};

/// What losses with a stopped branch read.
pub(crate) const INPUTS: &[Input] = &[
    Input::variable(
        "anchors",
        Role::Embedding,
        &["N", "D"],
        "what the online branch predicts for each sample",
    ),
    Input::fixed("positives", Role::Embedding, &["N", "D"], "the target of each sample, without gradient"),
];

/// A function of the directions of prediction and target, of every sample.
pub fn over_directions<R: Real>(input: &Inputs<R>, loss: impl Fn(&[R], &[R]) -> R) -> Vec<R> {
    let target = |row: &[f64]| unit(row).into_iter().map(R::from).collect::<Vec<R>>();
    let rows = input.rows("anchors").into_iter().zip(input.fixed_rows("positives"));
    rows.map(|(a, p)| loss(&unit(a), &target(p))).collect()
}
