//! What the value of a loss is made of, from which follow the options of libraries that it takes.

use serde::Serialize;

/// What the value of a loss is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Terms {
    /// Nothing that could be weighed apart.
    #[default]
    Whole,
    /// It is the average of a term a sample: an anchor, a pair of views, a residual.
    Samples,
    /// It is the average of a term a pair of views, whose negatives may also be a queue.
    Views,
    /// It is the average of a term a sample, and what a sample costs depends on the label of that sample alone: the label can be shared among classes.
    Labelled,
    /// It is made of terms of pairs or triplets, each with the sample that it is about, its anchor.
    Pairs,
}
