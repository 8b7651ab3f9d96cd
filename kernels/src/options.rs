//! What libraries let one choose of any loss that is an average of samples: the reduction, weights of samples and of
//! classes, a label that does not count.
//!
//! One mechanism for all of them: a loss says its [terms](crate::kernel::Kernel::terms), the options what becomes of them.

use std::cell::RefCell;
use std::collections::BTreeMap;

use ndarray::{ArrayD, Axis};

use crate::input::Inputs;
use crate::kernel::{Gradient, Loss};
use crate::real::Real;
use crate::spec::{Input, Params, Role, Spec};

/// What becomes of the terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reduction {
    /// Their weighted mean.
    #[default]
    Mean,
    /// Their weighted sum.
    Sum,
    /// A value a sample, each times its weights.
    None,
}

/// What a weighted mean is divided by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DividedBy {
    /// The sum of the class weights of the samples, as PyTorch does.
    #[default]
    Weights,
    /// The number of samples, as Keras does.
    Samples,
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
/// assert_eq!(reduced.values[1], 0.0, "an ignored sample costs nothing");
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// What becomes of the terms.
    pub reduction: Reduction,
    /// A factor a sample; a mean is divided by the number of samples, not by their weights.
    pub sample_weights: Option<Vec<f64>>,
    /// A factor a class.
    pub class_weights: Option<Vec<f64>>,
    /// What a mean with class weights is divided by.
    pub divided_by: DividedBy,
    /// The label of samples that do not count.
    pub ignored: Option<f64>,
}

/// What an evaluation with options gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Reduced {
    /// One value, or one a sample.
    pub values: Vec<f64>,
    /// The gradient of the value, or of the sum of the values, by every variable input in declared order.
    pub gradient: Vec<(&'static str, ArrayD<f64>)>,
}

/// The input that holds a class for each sample.
fn labels(spec: &'static Spec) -> Option<&'static Input> {
    spec.of_role(Role::Class).chain(spec.of_role(Role::Group)).find(|input| input.rank() == 1)
}

impl Options {
    /// The terms of a loss with these options, and their gradient.
    ///
    /// # Errors
    /// What is wrong with the arrays or with an option, the value, and what is allowed; for a loss that is no average of
    /// samples, that.
    pub fn evaluate(
        &self,
        loss: &'static dyn Loss,
        arrays: BTreeMap<String, ArrayD<f64>>,
        params: &Params,
    ) -> Result<Reduced, String> {
        let spec = loss.spec();
        let kept = self.kept(spec, &arrays)?;
        let of_sample =
            |input: &Input| kept.is_some() && input.shape.first() == labels(spec).map(|l| &l.shape[0]);
        let mut counted = arrays.clone();
        if let Some(kept) = &kept {
            for input in spec.inputs.iter().filter(|input| of_sample(input)) {
                if let Some(array) = counted.get_mut(input.name) {
                    *array = array.select(Axis(0), kept);
                }
            }
        }
        let input = Inputs::new(spec, counted).map_err(|error| error.to_string())?;
        loss.check(&input, params).map_err(|error| error.to_string())?;

        let mut gradient = Gradient::default();
        let none = format!("{} is no average of terms of its samples and has no such options", spec.id);
        let found: RefCell<Result<Vec<f64>, String>> = RefCell::new(Err(none));
        gradient.record(&input, &|lifted| {
            let Some(terms) = loss.terms(lifted, params) else { return Real::zero() };
            let (weights, divisor) = match self.weights(spec, &input, kept.as_deref(), terms.len()) {
                Ok(weights) => weights,
                Err(error) => {
                    *found.borrow_mut() = Err(error);
                    return Real::zero();
                }
            };
            let reduced = Real::linear(&weights, &terms) / divisor;
            *found.borrow_mut() = Ok(match self.reduction {
                Reduction::None => weights.iter().zip(&terms).map(|(w, term)| w * term.value()).collect(),
                _ => vec![reduced.value()],
            });
            reduced
        });
        let mut values = found.into_inner()?;
        let samples = |name: &str| arrays.get(name).map_or(0, |array| array.shape()[0]);
        if let (Some(kept), Reduction::None, Some(labels)) = (&kept, self.reduction, labels(spec)) {
            values = spread(&values, kept, samples(labels.name));
        }
        let by = |input: &'static Input| {
            let shape = arrays.get(input.name).map_or(&[][..], |array| array.shape());
            let mut slopes = gradient.of(input.name).to_vec();
            if let (Some(kept), true) = (&kept, of_sample(input)) {
                let width: usize = shape.iter().skip(1).product();
                let entries: Vec<usize> =
                    kept.iter().flat_map(|row| row * width..(row + 1) * width).collect();
                slopes = spread(&slopes, &entries, shape.iter().product());
            }
            (input.name, ArrayD::from_shape_vec(shape, slopes).expect("a slope for every entry"))
        };
        Ok(Reduced { values, gradient: spec.variables().map(by).collect() })
    }

    /// The samples that count; `None` for all.
    fn kept(
        &self,
        spec: &'static Spec,
        arrays: &BTreeMap<String, ArrayD<f64>>,
    ) -> Result<Option<Vec<usize>>, String> {
        let Some(ignored) = self.ignored else { return Ok(None) };
        let labels = labels(spec)
            .ok_or_else(|| format!("{} reads no labels of which one could be ignored", spec.id))?;
        let Some(array) = arrays.get(labels.name) else { return Ok(None) };
        let kept: Vec<usize> =
            (0..).zip(array).filter(|(_, label)| **label != ignored).map(|(i, _)| i).collect();
        if kept.is_empty() && !array.is_empty() {
            return Err(format!("every entry of input {} is the ignored {ignored}", labels.name));
        }
        Ok(Some(kept))
    }

    /// The factor of each term, and what their sum is divided by.
    fn weights(
        &self,
        spec: &'static Spec,
        input: &Inputs<f64>,
        kept: Option<&[usize]>,
        terms: usize,
    ) -> Result<(Vec<f64>, f64), String> {
        let mut weights = vec![1.0; terms];
        let mut divisor = terms as f64;
        if let Some(own) = &self.class_weights {
            let named =
                labels(spec).ok_or_else(|| format!("{} reads no labels that could have weights", spec.id))?;
            let labels = input.labels(named.name);
            if labels.len() != terms {
                return Err(format!(
                    "{} has {terms} terms for {} labels, so no class weights",
                    spec.id,
                    labels.len()
                ));
            }
            for (weight, &label) in weights.iter_mut().zip(labels) {
                let of_class = usize::try_from(label).ok().and_then(|class| own.get(class));
                *weight = *of_class.ok_or_else(|| {
                    format!(
                        "option class_weights has {} entries, but input {} has class {label}",
                        own.len(),
                        named.name
                    )
                })?;
            }
            if self.divided_by == DividedBy::Weights {
                divisor = weights.iter().sum();
            }
        }
        if let Some(own) = &self.sample_weights {
            let all: Vec<f64> = match kept {
                Some(kept) => kept.iter().filter_map(|&i| own.get(i).copied()).collect(),
                None => own.clone(),
            };
            if all.len() != terms {
                return Err(format!(
                    "option sample_weights has {} entries, {} has {terms} terms",
                    all.len(),
                    spec.id
                ));
            }
            weights.iter_mut().zip(all).for_each(|(weight, own)| *weight *= own);
        }
        Ok((weights, if self.reduction == Reduction::Mean { divisor } else { 1.0 }))
    }
}

/// Numbers at their places among `count`, 0 elsewhere.
fn spread(numbers: &[f64], places: &[usize], count: usize) -> Vec<f64> {
    let mut all = vec![0.0; count];
    places.iter().zip(numbers).for_each(|(&place, &number)| all[place] = number);
    all
}

#[cfg(test)]
mod tests {
    use ndarray::{arr1, arr2};

    use super::*;
    use crate::losses;
    use crate::testing::random;

    fn batch(labels: &[f64]) -> BTreeMap<String, ArrayD<f64>> {
        let logits = arr2(&[[1.0, 2.0, 0.5], [0.3, -1.0, 2.0], [3.0, 0.0, 1.0]]).into_dyn();
        [("logits".to_owned(), logits), ("labels".to_owned(), arr1(labels).into_dyn())].into()
    }

    fn reduced(options: &Options, labels: &[f64]) -> Reduced {
        let loss = losses::find("cross-entropy").unwrap();
        options.evaluate(loss, batch(labels), &Params::new(loss.spec().params)).unwrap()
    }

    /// Surprise of each class of each sample.
    fn surprise(i: usize, class: usize) -> f64 {
        let rows = [[1.0, 2.0, 0.5], [0.3, -1.0, 2.0], [3.0, 0.0, 1.0f64]];
        rows[i].iter().map(|f| f.exp()).sum::<f64>().ln() - rows[i][class]
    }

    #[test]
    fn a_weighted_mean_is_divided_as_the_library_does() {
        let terms = [2.0 * surprise(0, 0), 0.5 * surprise(1, 1), 1.5 * surprise(2, 2)];
        let total: f64 = terms.iter().sum();
        for (divided_by, divisor) in [(DividedBy::Weights, 4.0), (DividedBy::Samples, 3.0)] {
            let options =
                Options { class_weights: Some(vec![2.0, 0.5, 1.5]), divided_by, ..Options::default() };
            let got = reduced(&options, &[0.0, 1.0, 2.0]).values[0];
            assert!((got - total / divisor).abs() < 1e-14, "{divided_by:?}: {got}, not {}", total / divisor);
        }
        let options = Options {
            sample_weights: Some(vec![1.0, 0.0, 3.0]),
            reduction: Reduction::Sum,
            ..Options::default()
        };
        let got = reduced(&options, &[0.0, 1.0, 2.0]).values[0];
        assert!((got - surprise(0, 0) - 3.0 * surprise(2, 2)).abs() < 1e-14);
    }

    #[test]
    fn an_ignored_sample_costs_nothing_and_is_not_pulled() {
        let options = Options { ignored: Some(-100.0), ..Options::default() };
        let Reduced { values, gradient } = reduced(&options, &[0.0, -100.0, 2.0]);
        assert!((values[0] - (surprise(0, 0) + surprise(2, 2)) / 2.0).abs() < 1e-14);
        let (name, by) = &gradient[0];
        assert_eq!((*name, by.shape()), ("logits", &[3, 3][..]));
        assert!(by.index_axis(Axis(0), 1).iter().all(|slope| *slope == 0.0), "it is pulled: {by}");
        assert!(by.index_axis(Axis(0), 2).iter().all(|slope| *slope != 0.0));
    }

    #[test]
    fn what_cannot_be_said_is_refused_with_a_sentence() {
        let refused = |id: &str, options: &Options, labels: &[f64]| {
            let loss = losses::find(id).unwrap();
            options.evaluate(loss, batch(labels), &Params::new(loss.spec().params)).unwrap_err()
        };
        let few = Options { class_weights: Some(vec![1.0]), ..Options::default() };
        assert_eq!(
            refused("cross-entropy", &few, &[0.0, 1.0, 2.0]),
            "option class_weights has 1 entries, but input labels has class 1"
        );
        let short = Options { sample_weights: Some(vec![1.0]), ..Options::default() };
        assert_eq!(
            refused("cross-entropy", &short, &[0.0, 1.0, 2.0]),
            "option sample_weights has 1 entries, cross-entropy has 3 terms"
        );
        let all = Options { ignored: Some(1.0), ..Options::default() };
        assert_eq!(refused("cross-entropy", &all, &[1.0; 3]), "every entry of input labels is the ignored 1");
    }

    #[test]
    fn without_options_an_average_is_what_it_was_and_any_other_loss_says_that_it_is_none() {
        const SIZES: [(&str, usize); 9] =
            [("N", 6), ("C", 4), ("D", 3), ("M", 2), ("K", 3), ("P", 5), ("S", 8), ("Q", 4), ("F", 5)];
        let mut averages = 0;
        for loss in losses::all() {
            let (spec, params) = (loss.spec(), Params::new(loss.spec().params));
            let seeds = (0..100).map(|seed| random(spec, &SIZES, seed));
            let Some(input) = seeds.into_iter().find(|input| loss.check(input, &params).is_ok()) else {
                continue;
            };
            let array = |(name, shape, entries): (&str, &[usize], Vec<String>)| {
                let entries = entries.iter().map(|entry| entry.parse().unwrap()).collect();
                (name.to_owned(), ArrayD::from_shape_vec(shape, entries).unwrap())
            };
            let arrays = input.entries().map(array).collect();
            match Options::default().evaluate(loss, arrays, &params) {
                Ok(Reduced { values, .. }) => {
                    averages += 1;
                    let value = loss.value(&input, &params);
                    assert!((values[0] - value).abs() <= 1e-12 * value.abs().max(1.0), "{}", spec.id);
                }
                Err(error) => {
                    assert!(error.contains("is no average of terms of its samples"), "{}: {error}", spec.id);
                }
            }
        }
        assert!(averages > 50, "only {averages} losses say their terms");
    }
}
