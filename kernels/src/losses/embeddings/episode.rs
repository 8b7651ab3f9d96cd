//! An episode of few-shot learning: a support set gives each class a prototype, queries have to find theirs.

use std::collections::BTreeMap;

use super::moments::columns;
use crate::input::Inputs;
use crate::real::Real;
use crate::spec::{Input, Role};

/// What every loss of episodes reads.
pub(crate) const INPUTS: &[Input] = &[
    Input::variable("support", Role::Embedding, &["S", "D"], "the samples that classes are made of"),
    Input::groups("support_labels", &["S"], "the class of each sample of the support"),
    Input::variable("query", Role::Embedding, &["Q", "D"], "the samples that have to find their class"),
    Input::groups("query_labels", &["Q"], "the class of each query, one that occurs in the support"),
];

/// The prototypes of an episode and the queries that are compared with them.
pub struct Episode<'a, R> {
    /// The mean of the support of each class, by ascending label.
    pub prototypes: Vec<Vec<R>>,
    /// Each query with the position of its own prototype.
    pub queries: Vec<(&'a [R], usize)>,
}

impl<'a, R: Real> Episode<'a, R> {
    /// Reads an episode that keeps the [`rule`].
    pub fn new(input: &'a Inputs<R>) -> Self {
        let mut support: BTreeMap<i64, Vec<&[R]>> = BTreeMap::new();
        for (row, label) in input.rows("support").into_iter().zip(input.labels("support_labels")) {
            support.entry(*label).or_default().push(row);
        }
        let labels: Vec<i64> = support.keys().copied().collect();
        let own = |label: &i64| labels.binary_search(label).expect("the rule holds");
        let queries = input.rows("query").into_iter().zip(input.labels("query_labels").iter().map(own));
        Self { prototypes: support.values().map(|rows| mean(rows)).collect(), queries: queries.collect() }
    }

    /// A function of a query, the prototypes and the position of its own, of every query.
    pub fn over_queries(&self, loss: impl Fn(&[R], &[Vec<R>], usize) -> R) -> Vec<R> {
        self.queries.iter().map(|&(q, own)| loss(q, &self.prototypes, own)).collect()
    }
}

fn mean<R: Real>(rows: &[&[R]]) -> Vec<R> {
    columns(rows).iter().map(|column| R::mean(column)).collect()
}

/// Every query has a class of the support.
pub(crate) fn rule(input: &Inputs<f64>) -> Result<(), String> {
    let support = input.labels("support_labels");
    match input.labels("query_labels").iter().enumerate().find(|(_, label)| !support.contains(label)) {
        None => Ok(()),
        Some((i, label)) => {
            let mut known = support.to_vec();
            known.sort_unstable();
            known.dedup();
            let known: Vec<String> = known.iter().map(ToString::to_string).collect();
            Err(format!(
                "input query_labels has {label} at [{i}], allowed is a label of the support: {}",
                known.join(", ")
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::prototypical::Prototypical;
    use crate::kernel::{Kernel, Loss};
    use crate::testing::{inputs, params};

    #[test]
    fn a_query_of_a_class_without_support_is_named() {
        let arrays = [
            ("support", &[3, 1][..], &[0.0, 1.0, 2.0][..]),
            ("support_labels", &[3], &[4.0, 1.0, 4.0]),
            ("query", &[2, 1], &[0.0, 1.0]),
            ("query_labels", &[2], &[4.0, 2.0]),
        ];
        let input = inputs(Prototypical::SPEC, &arrays);
        let error = Prototypical.check(&input, &params(&Prototypical, &[])).unwrap_err().to_string();
        assert_eq!(error, "input query_labels has 2 at [1], allowed is a label of the support: 1, 4");
    }
}
