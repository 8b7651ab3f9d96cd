//! The features that a loss looks at, a tile a sample, and how much it makes of each sample.

use super::Classifier;
use crate::figures::{Figure, Ink, Mark, Shape, Tiles, ranks, sized};
use crate::kernel::Gradient;
use crate::spec::Role;
use crate::stages::engine::curves::waiting;
use crate::stages::engine::{Run, Shot};

/// Width over height of the wall of tiles.
const ASPECT: f64 = 1.6;

/// A row of features a sample, and how much each sample weighs.
#[derive(Default)]
pub(super) struct Weighed {
    pub features: Vec<Vec<f64>>,
    pub weights: Vec<f64>,
}

/// The training whose loss looks at features, if there is one.
pub(super) fn looking(shot: &Shot<Classifier>) -> Option<&Run> {
    let looks = |run: &&Run| run.contender().loss.spec().of_role(Role::Features).next().is_some();
    shot.runs.all.iter().find(looks)
}

/// What a loss makes of the samples, which it may tell apart by their features: how hard it pulls at each, in units of
/// cross-entropy, were all classes equally likely.
pub(super) fn weighed(shot: &Shot<Classifier>, run: &Run) -> Option<Weighed> {
    let contender = run.contender();
    let name = |role| Some(contender.loss.spec().of_role(role).next()?.name);
    let (logits, features) = (name(Role::Logits)?, name(Role::Features)?);
    let mut inputs = Some(run).filter(|_| shot.runs.are_done())?.inputs()?;
    let features = inputs.fixed_rows(features).into_iter().map(<[f64]>::to_vec).collect();
    let (samples, classes) = (shot.world.toy.samples.len(), shot.world.toy.classes);
    inputs.set_variable(logits, vec![0.0; samples * classes]);
    let mut gradient = Gradient::default();
    contender.loss.value_and_gradient(&inputs, &contender.params, &mut gradient);
    let unit = (1.0 - 1.0 / classes as f64).sqrt() / samples as f64;
    let length = |slopes: &[f64]| super::length(slopes) / unit;
    Some(Weighed { features, weights: gradient.of(logits).chunks_exact(classes).map(length).collect() })
}

/// A tile a sample, the least weight first, with a dot as large as it weighs.
pub(super) fn figure(shot: &Shot<Classifier>) -> Figure {
    let weighed = looking(shot).and_then(|run| weighed(shot, run));
    let Weighed { features, weights } = weighed.unwrap_or_default();
    let tiles = Tiles::new(features.len(), features.first().map_or(1, Vec::len), ASPECT);
    let mut order: Vec<usize> = (0..features.len()).collect();
    order.sort_by(|&a, &b| weights[a].total_cmp(&weights[b]));
    let (right, top) = tiles.ends();
    let mut marks: Vec<Mark> = waiting(shot, (0.5 * right, 0.5 * top)).into_iter().collect();
    if !order.is_empty() {
        marks = vec![tiles.map("feature", order.iter().map(|&sample| &features[sample][..]))];
    }
    marks.push(tiles.lines());
    let ranks = ranks(&weights, weights.len());
    for (is_poor, name, ink, shape) in
        [(false, "sample", Ink::Accent, Shape::OfClass(0)), (true, "poor sample", Ink::Text, Shape::Ring)]
    {
        let own = order.iter().enumerate().filter(|(_, sample)| shot.world.toy.poor[**sample] == is_poor);
        let own: Vec<_> = own.map(|(place, sample)| (tiles.middle(place), ranks[*sample])).collect();
        marks.extend(sized(name, &own, ink, shape));
    }
    let (x, y) = tiles.axes("a tile a sample, the least weight first");
    Figure::new(x, y, marks)
}
