//! What libraries let one choose of a loss beside its parameters: the reduction, weights of samples and of classes, labels
//! that do not count or are shared among classes, a second set of points, chosen pairs.
//!
//! One mechanism for all of them: a loss says its [terms](crate::kernel::Kernel::terms), or those of its
//! [pairs](crate::kernel::Kernel::pair_terms), the options what becomes of them.

use std::cell::RefCell;
use std::collections::BTreeMap;

use ndarray::ArrayD;

use crate::input::Inputs;
use crate::kernel::{Gradient, Loss};
use crate::pairing::{Pairing, Relation};
use crate::real::Real;
use crate::spec::{Input, Kind, Params, Role, Spec, Terms};
use crate::tape::Var;

mod batch;
mod choice;

use batch::Batch;
pub use choice::Choice;

/// What becomes of the terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reduction {
    /// Their weighted mean.
    #[default]
    Mean,
    /// Their weighted sum; of pairs, each counts for both of its samples.
    Sum,
    /// A value a sample, each times its weights; of pairs, the sum of those that are about the sample.
    None,
}

/// What a weighted mean is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DividedBy {
    /// The sum of the class weights of the samples, as PyTorch does.
    Weights,
    /// The number of samples, as Keras does.
    Samples,
    /// The sum of the weights of the samples.
    SampleWeights,
    /// The number of positives of a binary loss.
    Positives,
}

/// The options of one evaluation.
///
/// ```
/// use loss_kernels::options::{Options, Reduction};
/// use loss_kernels::{losses, spec::Params};
/// use ndarray::{arr1, arr2};
///
/// let loss = losses::find("cross-entropy").unwrap();
/// let logits = arr2(&[[1.0, 2.0, 0.5], [0.3, -1.0, 2.0], [3.0, 0.0, 1.0]]).into_dyn();
/// let batch = [("logits".to_owned(), logits), ("labels".to_owned(), arr1(&[0.0, -100.0, 2.0]).into_dyn())];
/// let options = Options { ignored: Some(-100.0), reduction: Reduction::None, ..Options::default() };
/// let reduced = options.evaluate(loss, batch.into(), &Params::new(loss.spec().params))?;
/// assert_eq!(reduced.values.len(), 3);
/// assert_eq!(reduced.values[[1]], 0.0, "an ignored sample costs nothing");
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// What becomes of the terms.
    pub reduction: Reduction,
    /// A factor a sample; a mean is divided by the number of samples, not by their weights.
    pub sample_weights: Option<ArrayD<f64>>,
    /// A factor a class.
    pub class_weights: Option<Vec<f64>>,
    /// What a mean is divided by; `None` for the sum of the class weights where there are any, else the number of samples.
    pub divided_by: Option<DividedBy>,
    /// The label of samples that do not count.
    pub ignored: Option<f64>,
    /// What a positive weighs, for each column of the scores of a binary loss.
    pub pos_weight: Option<Vec<f64>>,
    /// A second set of vectors, with which those of a batch are compared.
    pub ref_emb: Option<ArrayD<f64>>,
    /// The labels of the second set.
    pub ref_labels: Option<Vec<i64>>,
    /// Chosen triplets as three lists, or pairs as four: anchors and positives, anchors and negatives.
    pub indices_tuple: Option<Vec<Vec<usize>>>,
    /// Vectors that are the only negatives.
    pub queue: Option<ArrayD<f64>>,
}

/// What an evaluation with options gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Reduced {
    /// One value, or one a sample.
    pub values: ArrayD<f64>,
    /// The gradient of the value, or of the sum of the values, by every variable input in declared order.
    pub gradient: Vec<(&'static str, ArrayD<f64>)>,
}

/// The input that holds a class for each sample.
fn labels(spec: &'static Spec) -> Option<&'static Input> {
    spec.of_role(Role::Class).chain(spec.of_role(Role::Group)).find(|input| input.rank() == 1)
}

/// Whether arrays have a form that only this room reads: several numbers a sample, or labels that are shared.
#[must_use]
pub fn are_needed(loss: &dyn Loss, arrays: &BTreeMap<String, ArrayD<f64>>) -> bool {
    let spec = loss.spec();
    let has_columns = spec.variables().next().is_some_and(|input| {
        choice::is_elementwise(spec) && arrays.get(input.name).is_some_and(|array| array.ndim() > 1)
    });
    has_columns && loss.made_of() != Terms::Whole || batch::shares_labels(loss, arrays)
}

/// The value, for the gradient, and the values that are answered.
type Found = (Var, Vec<f64>);

impl Options {
    /// The names of the options that are given.
    fn given(&self) -> impl Iterator<Item = &'static str> {
        [
            ("reduction", self.reduction != Reduction::Mean),
            ("sample_weights", self.sample_weights.is_some()),
            ("class_weights", self.class_weights.is_some()),
            ("divided_by", self.divided_by.is_some()),
            ("ignored_label", self.ignored.is_some()),
            ("pos_weight", self.pos_weight.is_some()),
            ("ref_emb", self.ref_emb.is_some()),
            ("ref_labels", self.ref_labels.is_some()),
            ("indices_tuple", self.indices_tuple.is_some()),
            ("queue", self.queue.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, is_given)| is_given.then_some(name))
    }

    /// The terms of a loss with these options, and their gradient.
    ///
    /// # Errors
    /// What is wrong with the arrays or with an option, the value, and what is allowed; for an option that the loss does not
    /// take, those that it takes.
    pub fn evaluate(
        &self,
        loss: &'static dyn Loss,
        arrays: BTreeMap<String, ArrayD<f64>>,
        params: &Params,
    ) -> Result<Reduced, String> {
        let spec = loss.spec();
        let taken = loss.options();
        if let Some(name) = self.given().find(|name| taken.iter().all(|choice| choice.name != *name)) {
            return Err(not_taken(loss, name));
        }
        let batch = Batch::new(loss, arrays, self)?;
        let input = Inputs::new(spec, batch.counted.clone()).map_err(|error| error.to_string())?;
        loss.check(&input, params).map_err(|error| error.to_string())?;

        let mut gradient = Gradient::default();
        let values = if loss.made_of() == Terms::Whole {
            vec![loss.value_and_gradient(&input, params, &mut gradient)]
        } else {
            let found: RefCell<Result<Vec<f64>, String>> = RefCell::new(Ok(Vec::new()));
            gradient.record(&input, &|lifted| {
                let is_of_pairs = loss.made_of() == Terms::Pairs || self.queue.is_some();
                let reduced = if is_of_pairs {
                    self.reduce_pairs(loss, lifted, params, &batch)
                } else {
                    self.reduce_samples(loss, lifted, params, &batch)
                };
                let (value, values) = match reduced {
                    Ok((value, values)) => (value, Ok(values)),
                    Err(error) => (Real::zero(), Err(error)),
                };
                *found.borrow_mut() = values;
                value
            });
            found.into_inner()?
        };
        // An empty sum is −0.
        let values: Vec<f64> = values.into_iter().map(|value| value + 0.0).collect();
        Ok(Reduced {
            values: match self.reduction {
                Reduction::None => batch.of_samples(values),
                _ => ndarray::Array1::from(values).into_dyn(),
            },
            gradient: spec
                .variables()
                .map(|input| (input.name, batch.of_input(input, gradient.of(input.name))))
                .collect(),
        })
    }

    /// What a mean is divided by if nobody says: only a loss of classes has the weights of its labels.
    fn divisor(&self, spec: &'static Spec, batch: &Batch) -> DividedBy {
        let is_of_classes = labels(spec).is_some_and(|labels| matches!(labels.kind, Kind::Class(_)));
        let weighs = self.class_weights.is_some() && is_of_classes && batch.shares.is_none();
        self.divided_by.unwrap_or(if weighs { DividedBy::Weights } else { DividedBy::Samples })
    }

    fn reduce_samples(
        &self,
        loss: &'static dyn Loss,
        lifted: &Inputs<Var>,
        params: &Params,
        batch: &Batch,
    ) -> Result<Found, String> {
        let spec = loss.spec();
        let none = || {
            format!(
                "{} is no average of terms of its samples with these parameters and has no such options",
                spec.id
            )
        };
        let smoothing = if params.has("smoothing") { params.get("smoothing") } else { 0.0 };
        let of_class = batch.class_weights(spec, self)?;
        let is_by_class = self.pos_weight.is_some() || self.class_weights.is_some() && !batch.has_columns();
        let labels_of: Option<Vec<usize>> = labels(spec).filter(|_| batch.shares.is_none()).map(|labels| {
            lifted
                .labels(labels.name)
                .iter()
                .map(|&label| usize::try_from(label).unwrap_or(usize::MAX))
                .collect()
        });
        let shares = match (&batch.shares, &labels_of) {
            (Some(shares), _) => Some(shares.clone()),
            // A class weight is no factor of a sample whose label is smoothed.
            (None, Some(labels)) if is_by_class && smoothing > 0.0 => {
                let classes = batch.classes;
                let one_hot = |&label: &usize| (0..classes).map(|k| f64::from(k == label)).collect();
                Some(labels.iter().map(one_hot).collect::<Vec<Vec<f64>>>())
            }
            _ => None,
        };
        let (terms, mut weights): (Vec<Var>, Vec<f64>) = if let Some(shares) = shares {
            let mut hard = params.clone();
            hard.unset("smoothing");
            let smoothed = |row: &Vec<f64>| -> Vec<f64> {
                let even = smoothing / row.len() as f64;
                row.iter().map(|share| share * (1.0 - smoothing) + even).collect()
            };
            let shares: Vec<Vec<f64>> = shares.iter().map(smoothed).collect();
            (mixed(loss, lifted, &hard, &shares, &of_class, batch).ok_or_else(none)?, vec![1.0; shares.len()])
        } else {
            let terms = loss.terms(lifted, params).ok_or_else(none)?;
            let weights = match &labels_of {
                Some(labels) if is_by_class && labels.len() == terms.len() => {
                    let weight = |(i, &label): (usize, &usize)| of_class(i, label);
                    labels.iter().enumerate().map(weight).collect()
                }
                _ if is_by_class => {
                    return Err(format!(
                        "{} has {} terms, not one a label, so no weights of classes",
                        spec.id,
                        terms.len()
                    ));
                }
                _ => vec![1.0; terms.len()],
            };
            (terms, weights)
        };
        let count = terms.len() as f64;
        let of_labels = |weight: &dyn Fn(usize, usize) -> f64| -> f64 {
            match (&batch.shares, &labels_of) {
                (Some(shares), _) => {
                    let of_row = |(i, row): (usize, &Vec<f64>)| {
                        row.iter().enumerate().map(|(k, share)| share * weight(i, k)).sum::<f64>()
                    };
                    shares.iter().enumerate().map(of_row).sum()
                }
                (None, Some(labels)) => labels.iter().enumerate().map(|(i, &label)| weight(i, label)).sum(),
                (None, None) => count,
            }
        };
        let mut divisor = match self.divisor(spec, batch) {
            DividedBy::Weights if self.class_weights.is_none() => count,
            DividedBy::Weights if batch.has_columns() => {
                (0..terms.len()).map(|i| batch.column_weight(self, i)).sum()
            }
            DividedBy::Weights => of_labels(&|i, label| of_class(i, label)),
            DividedBy::Positives if choice::is_binary(spec) => of_labels(&|_, label| label as f64).max(1.0),
            DividedBy::Positives => {
                return Err(format!("option divided_by is \"positives\", but {} has no positives", spec.id));
            }
            DividedBy::Samples | DividedBy::SampleWeights => count,
        };
        if batch.has_columns() {
            weights.iter_mut().enumerate().for_each(|(i, weight)| *weight *= batch.column_weight(self, i));
        }
        if let Some(own) = batch.sample_weights(spec, self, terms.len())? {
            if self.divided_by == Some(DividedBy::SampleWeights) {
                divisor = own.iter().sum();
            }
            weights.iter_mut().zip(own).for_each(|(weight, own)| *weight *= own);
        } else if self.divided_by == Some(DividedBy::SampleWeights) {
            return Err("option divided_by is \"sample_weights\", but there are none".into());
        }
        let total = Real::linear(&weights, &terms);
        Ok(match self.reduction {
            Reduction::None => {
                (total, weights.iter().zip(&terms).map(|(w, term)| w * term.value()).collect())
            }
            Reduction::Sum => (total, vec![total.value()]),
            Reduction::Mean if divisor == 0.0 => {
                return Err("the weights of the batch sum to 0, which leaves no mean".into());
            }
            Reduction::Mean => {
                let mean = total / divisor;
                (mean, vec![mean.value()])
            }
        })
    }

    fn reduce_pairs(
        &self,
        loss: &'static dyn Loss,
        lifted: &Inputs<Var>,
        params: &Params,
        batch: &Batch,
    ) -> Result<Found, String> {
        let spec = loss.spec();
        let pairing = self.pairing(spec, lifted)?;
        let anchors = pairing.relation.anchors();
        let groups = loss.pair_terms(&pairing, params).ok_or_else(|| {
            format!(
                "{} has no terms of pairs with these parameters and options, so that none can be weighed",
                spec.id
            )
        })?;
        let mut weights = vec![1.0; anchors];
        if let (Some(_), Some(labels)) = (&self.class_weights, labels(spec)) {
            let of_class = batch.class_weights(spec, self)?;
            let own = lifted.labels(labels.name).iter().enumerate();
            weights =
                own.map(|(i, &label)| of_class(i, usize::try_from(label).unwrap_or(usize::MAX))).collect();
        }
        if let Some(own) = batch.sample_weights(spec, self, anchors)? {
            weights.iter_mut().zip(own).for_each(|(weight, own)| *weight *= own);
        }
        let (mut terms, mut factors, mut values) = (Vec::new(), Vec::new(), vec![0.0; anchors]);
        for group in &groups {
            let counted: Vec<(Var, f64)> = group.weighed(|i| weights[i]).collect();
            let divisor = match self.divided_by {
                None | Some(DividedBy::Samples) => counted.len() as f64,
                Some(DividedBy::Positives) => {
                    return Err(format!(
                        "option divided_by is \"positives\", but {} has no positives",
                        spec.id
                    ));
                }
                Some(_) => counted.iter().map(|(_, weight)| weight).sum(),
            };
            if self.reduction == Reduction::Mean {
                if divisor == 0.0 && !counted.is_empty() {
                    return Err("the weights of the batch sum to 0, which leaves no mean".into());
                }
                terms.extend(counted.iter().map(|(cost, _)| *cost));
                factors.extend(counted.iter().map(|(_, weight)| weight / divisor));
                continue;
            }
            for term in &group.terms {
                for about in [Some(term.anchor), term.mirror].into_iter().flatten() {
                    values[about] += term.cost.value() * weights[about];
                    terms.push(term.cost);
                    factors.push(weights[about]);
                }
            }
        }
        let value: Var = Real::linear(&factors, &terms);
        Ok((value, if self.reduction == Reduction::None { values } else { vec![value.value()] }))
    }

    /// Which vectors are compared.
    fn pairing<'a>(&self, spec: &'static Spec, lifted: &'a Inputs<Var>) -> Result<Pairing<'a, Var>, String> {
        let constants = |name: &str, array: &ArrayD<f64>, like: &str| {
            let width = lifted.length("D");
            if array.ndim() != 2 || array.shape()[1] != width {
                return Err(format!(
                    "option {name} has shape {:?}, it must be rows of {width} numbers as those of {like}",
                    array.shape()
                ));
            }
            Ok(array
                .outer_iter()
                .map(|row| row.iter().map(|&x| Var::from(x)).collect())
                .collect::<Vec<Vec<Var>>>())
        };
        if let Some(queue) = &self.queue {
            let (anchors, positives) = (lifted.rows("anchors"), lifted.rows("positives"));
            let n = anchors.len();
            let mut others: Vec<Vec<Var>> = positives.iter().map(|row| row.to_vec()).collect();
            others.extend(constants("queue", queue, "anchors")?);
            let own: Vec<_> = (0..n).map(|i| (i, i)).collect();
            let against: Vec<_> = (0..n).flat_map(|i| (n..others.len()).map(move |j| (i, j))).collect();
            return Ok(Pairing::new(anchors, Some(others), Relation::of_pairs(n, &own, &against)));
        }
        let anchors = lifted.rows("embeddings");
        let labels = lifted.labels(labels(spec).expect("a loss over pairs reads labels").name);
        let others = match &self.ref_emb {
            Some(array) => Some(constants("ref_emb", array, "embeddings")?),
            None => None,
        };
        let count = others.as_ref().map_or(anchors.len(), Vec::len);
        let relation = match (&self.indices_tuple, &others, &self.ref_labels) {
            (_, None, Some(_)) => {
                return Err("option ref_labels is given without ref_emb, whose labels they are".into());
            }
            (Some(lists), ..) => chosen(lists, anchors.len(), count)?,
            (None, None, None) => Relation::among(labels),
            (None, Some(_), None) => return Err("option ref_labels is missing, the labels of ref_emb".into()),
            (None, Some(_), Some(of_others)) if of_others.len() != count => {
                return Err(format!(
                    "option ref_labels has {} entries, ref_emb has {count} rows",
                    of_others.len()
                ));
            }
            (None, Some(_), Some(of_others)) => Relation::between(labels, of_others),
        };
        Ok(Pairing::new(anchors, others, relation))
    }
}

/// The sentence for an option that a loss does not take.
#[must_use]
pub fn not_taken(loss: &dyn Loss, name: &str) -> String {
    let taken: Vec<_> =
        loss.options().iter().map(|choice| choice.name).filter(|name| *name != "labels").collect();
    let params = loss.spec().params.iter().filter(|param| param.is_option).map(|param| param.name);
    let taken: Vec<_> = taken.into_iter().chain(params).collect();
    let taken = if taken.is_empty() { "none".to_owned() } else { taken.join(", ") };
    format!("option {name} is none of {}, allowed are: {taken}", loss.spec().id)
}

/// Chosen triplets or pairs.
fn chosen(lists: &[Vec<usize>], anchors: usize, others: usize) -> Result<Relation, String> {
    let within = |list: usize, count: usize| match lists[list].iter().find(|&&index| index >= count) {
        Some(index) => Err(format!(
            "option indices_tuple has {index} in list {}, allowed is an index from 0 to {}",
            list + 1,
            count.saturating_sub(1)
        )),
        None => Ok(()),
    };
    let alike = |a: usize, b: usize| {
        if lists[a].len() == lists[b].len() {
            return Ok(());
        }
        let (one, other) = (lists[a].len(), lists[b].len());
        Err(format!("option indices_tuple has {one} entries in list {} and {other} in list {}", a + 1, b + 1))
    };
    let zipped =
        |a: usize, b: usize| lists[a].iter().copied().zip(lists[b].iter().copied()).collect::<Vec<_>>();
    match lists.len() {
        3 => {
            alike(0, 1)?;
            alike(0, 2)?;
            within(0, anchors)?;
            within(1, others)?;
            within(2, others)?;
            let triplets = zipped(0, 1).into_iter().zip(&lists[2]).map(|((a, p), &n)| (a, p, n));
            Ok(Relation::of_triplets(anchors, triplets.collect()))
        }
        4 => {
            alike(0, 1)?;
            alike(2, 3)?;
            for (list, count) in [anchors, others, anchors, others].into_iter().enumerate() {
                within(list, count)?;
            }
            Ok(Relation::of_pairs(anchors, &zipped(0, 1), &zipped(2, 3)))
        }
        count => Err(format!(
            "option indices_tuple has {count} lists, allowed are 3 (anchors, positives, negatives) or 4 (anchors, positives, \
             anchors, negatives)"
        )),
    }
}

/// A weight of a sample by a class.
type OfClass<'a> = &'a dyn Fn(usize, usize) -> f64;

/// The terms of samples whose labels are shared among classes, those of a class weighed.
fn mixed(
    loss: &'static dyn Loss,
    lifted: &Inputs<Var>,
    params: &Params,
    shares: &[Vec<f64>],
    of_class: OfClass<'_>,
    batch: &Batch,
) -> Option<Vec<Var>> {
    let spec = loss.spec();
    let plain = |row: &Vec<f64>| row.iter().map(|&share| Var::from(share)).collect();
    if let Some(terms) = loss.shared_terms(lifted, params, &shares.iter().map(plain).collect::<Vec<_>>()) {
        let weight = |(i, row): (usize, &Vec<f64>)| -> f64 {
            row.iter().enumerate().map(|(k, share)| share * of_class(i, k)).sum()
        };
        let weights = shares.iter().enumerate().map(weight);
        return Some(terms.into_iter().zip(weights).map(|(term, weight)| term * weight).collect());
    }
    let costs = loss.costs(lifted, params).or_else(|| {
        let name = labels(spec)?.name;
        let of = |class: usize| loss.terms(&lifted.relabelled(name, class as i64), params);
        let columns = (0..batch.classes).map(of).collect::<Option<Vec<_>>>()?;
        Some((0..shares.len()).map(|i| columns.iter().map(|column| column[i]).collect()).collect())
    })?;
    let term = |(i, (costs, shares)): (usize, (Vec<Var>, &Vec<f64>))| {
        let weights = shares.iter().enumerate().map(|(k, share)| share * of_class(i, k));
        // What has no share may cost infinitely much.
        let counted: Vec<(f64, Var)> = weights.zip(costs).filter(|(weight, _)| *weight != 0.0).collect();
        let (weights, costs): (Vec<f64>, Vec<Var>) = counted.into_iter().unzip();
        Var::linear(&weights, &costs)
    };
    Some(costs.into_iter().zip(shares).enumerate().map(term).collect())
}

#[cfg(test)]
mod tests;
