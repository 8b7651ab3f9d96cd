//! The features that a loss looks at, a tile a sample, and how much it makes of each sample.

use super::{Classifier, ranks, sized};
use crate::figures::{Axis, AxisScale, Colours, Dash, Figure, Ink, Map, Mark, Shape};
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
    let (samples, classes) = (shot.world.samples.len(), shot.world.classes);
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
    let mut marks = vec![Mark::Map(map)];
    if order.is_empty() {
        marks = waiting(shot, (0.5 * right, 0.5 * top)).into_iter().collect();
    }
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
    let ranks = ranks(&weights, weights.len());
    for (is_poor, name, ink, shape) in
        [(false, "sample", Ink::Accent, Shape::OfClass(0)), (true, "poor sample", Ink::Text, Shape::Ring)]
    {
        let own = order.iter().enumerate().filter(|(_, sample)| shot.world.poor[**sample] == is_poor);
        let own: Vec<_> = own.map(|(place, sample)| (middle(place), ranks[*sample])).collect();
        marks.extend(sized(name, &own, ink, shape));
    }
    let axis = |label: &str, end| Axis {
        label: label.into(),
        range: (0.0, end),
        scale: AxisScale::Names(Vec::new()),
    };
    Figure::new(axis("a tile a sample, the least weight first", right), axis("", top), marks)
}
