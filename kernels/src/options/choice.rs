//! Which options a loss takes, and what each of them does.

use serde::Serialize;

use super::labels;
use crate::kernel::Loss;
use crate::spec::{Kind, Spec, Terms};

/// An option as a loss declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// Its name in the field `options`; that of an input where it is another form of it.
    pub name: &'static str,
    /// What it does, in a clause.
    pub about: &'static str,
    /// What is allowed.
    pub allowed: &'static str,
}

const fn choice(name: &'static str, about: &'static str, allowed: &'static str) -> Choice {
    Choice { name, about, allowed }
}

const REDUCTION: Choice = choice("reduction", "what becomes of the terms", "one of mean, sum, none");
const SAMPLE_WEIGHTS: Choice = choice(
    "sample_weights",
    "a factor a sample, of pairs a factor an anchor; of several numbers a sample also one each",
    "a list of numbers from 0 on",
);
const CLASS_WEIGHTS: Choice = choice(
    "class_weights",
    "a factor a class, of scores N×C of the binary losses a factor a column",
    "a list of numbers from 0 on",
);
const DIVIDED_BY: Choice = choice(
    "divided_by",
    "what a mean is divided by: by default the weights of the classes where there are any, as in PyTorch, else the samples, \
     as in Keras",
    "one of weights, samples, sample_weights, positives",
);
const IGNORED_LABEL: Choice =
    choice("ignored_label", "label of samples that are not there", "a whole number");
const SOFT_LABELS: Choice = choice(
    "labels",
    "as an input, in place of classes: rows of probabilities, one a class; of binary losses the probability of a positive",
    "numbers from 0 to 1, which in a row sum to 1",
);
const POS_WEIGHT: Choice = choice(
    "pos_weight",
    "what a positive weighs against a negative, of scores N×C one a column",
    "a list of numbers from 0 on",
);
const REF_EMB: Choice = choice(
    "ref_emb",
    "a second set of vectors, constant, with which the batch is compared",
    "rows as long as those of embeddings",
);
const REF_LABELS: Choice = choice("ref_labels", "the labels of the second set", "a list of whole numbers");
const INDICES_TUPLE: Choice = choice(
    "indices_tuple",
    "chosen triplets as three lists, anchors, positives and negatives, or chosen pairs as four, anchors and positives, anchors and negatives",
    "three or four lists of indices",
);
const QUEUE: Choice = choice(
    "queue",
    "vectors, constant, that are the only negatives, as in MoCo",
    "rows as long as those of anchors",
);

const KNOWN: [Choice; 11] = [
    REDUCTION,
    SAMPLE_WEIGHTS,
    CLASS_WEIGHTS,
    DIVIDED_BY,
    IGNORED_LABEL,
    SOFT_LABELS,
    POS_WEIGHT,
    REF_EMB,
    REF_LABELS,
    INDICES_TUPLE,
    QUEUE,
];

/// Whether the loss reads single numbers, so that there may be several a sample.
pub(super) fn is_elementwise(spec: &Spec) -> bool {
    spec.inputs.iter().all(|input| input.shape == ["N"])
}

/// Whether labels are 0 or 1.
pub(super) fn is_binary(spec: &'static Spec) -> bool {
    labels(spec).is_some_and(|labels| labels.kind == Kind::Binary)
}

impl dyn Loss + '_ {
    /// The options that it takes, beside those that are parameters.
    #[must_use]
    pub fn options(&self) -> Vec<Choice> {
        let (spec, terms) = (self.spec(), self.made_of());
        let has_labels = labels(spec).is_some();
        let takes = |choice: &Choice| match choice.name {
            "reduction" | "sample_weights" => terms != Terms::Whole,
            "divided_by" | "class_weights" => terms != Terms::Whole && has_labels,
            "ignored_label" => has_labels,
            "labels" => terms == Terms::Labelled,
            "pos_weight" => terms == Terms::Labelled && is_binary(spec),
            "queue" => terms == Terms::Views,
            _ => terms == Terms::Pairs,
        };
        KNOWN.into_iter().filter(takes).collect()
    }
}
