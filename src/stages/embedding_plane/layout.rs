//! What the inputs of a loss are among the points: which it sees, and which stars it has.

use super::batch::Batch;
use crate::spec::{Input, Spec};
use crate::stages::Contender;
use crate::stages::planar::reading::Reading;

/// The inputs that a loss of labelled points, of two views of them or of prototypes may have.
const LAYOUTS: [&[&str]; 5] = [
    &["embeddings"],
    &["embeddings", "labels"],
    &["embeddings", "labels", "prototypes"],
    &["anchors", "positives"],
    &["anchors", "positives", "prototypes"],
];

/// How points become the two views of a batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Views {
    /// Every point is seen twice, turned by plus and minus this angle in radians.
    Twins(f64),
    /// Point 2i is the anchor and point 2i + 1 its positive.
    Pairs,
}

/// Questions to the inputs of a loss.
pub(super) struct Layout;

impl Layout {
    /// Whether a loss reads nothing but points, their labels and prototypes.
    pub(super) fn fits(spec: &'static Spec) -> bool {
        LAYOUTS.iter().any(|names| spec.reads(names))
            && spec.inputs.iter().all(|input| input.is_integer() || input.shape.len() == 2)
    }

    /// Whether a loss sees its points as two views.
    pub(super) fn is_paired(spec: &'static Spec) -> bool {
        spec.input("anchors").is_some()
    }

    /// Whether the second view is a target without gradient. Then no point can be seen twice: it would chase itself.
    pub(super) fn has_targets(spec: &'static Spec) -> bool {
        spec.input("positives").is_some_and(|input| !input.is_variable())
    }

    /// Whether a loss has vectors of its own beside the samples.
    pub(super) fn has_prototypes(spec: &'static Spec) -> bool {
        spec.input("prototypes").is_some()
    }

    /// Whether a loss knows the classes of its points.
    pub(super) fn has_classes(spec: &'static Spec) -> bool {
        spec.input("labels").is_some()
    }

    /// How many prototypes a class has: a factor of their number that is a parameter, known by its symbol, or one.
    pub(super) fn per_class(contender: &Contender) -> usize {
        let spec = contender.loss.spec();
        let rows = spec.input("prototypes").map_or("", |input| input.shape[0]);
        let chosen = rows.split('·').find_map(|factor| spec.params.iter().find(|p| p.symbol == factor));
        chosen.map_or(1, |param| contender.params.whole(param.name))
    }

    /// The points as this loss reads them.
    pub(super) fn reading(contender: &Contender, batch: &Batch, views: Views) -> Reading {
        let spec = contender.loss.spec();
        let views = if Self::has_targets(spec) { Views::Pairs } else { views };
        let per_class = if Self::has_classes(spec) { Self::per_class(contender) } else { usize::MAX };
        let samples = batch.samples;
        let rows = |input: &'static Input| match (input.name, views) {
            ("anchors", Views::Twins(angle)) => ((0..samples).collect(), angle),
            ("positives", Views::Twins(angle)) => ((0..samples).collect(), -angle),
            // An odd last point has no partner.
            ("anchors", Views::Pairs) => ((0..samples / 2).map(|i| 2 * i).collect(), 0.0),
            ("positives", Views::Pairs) => ((0..samples / 2).map(|i| 2 * i + 1).collect(), 0.0),
            ("prototypes", _) => (batch.stars().filter(|&i| batch.rank(i) < per_class).collect(), 0.0),
            _ => ((0..samples).collect(), 0.0),
        };
        Reading::new(spec, &rows, &|_| batch.classes[..samples].iter().map(|&class| class as f64).collect())
    }
}
