//! Softmax and cross-entropy over rows of scores, the base of many losses.

use loss_explorer_lanes::{log_sum_exps, scale, temper};

use crate::input::Inputs;
use crate::kernel::{Gradient, Moving};
use crate::real::{Real, first_max, largest};
use crate::spec::{Domain, Param};

/// `log softmax(scores)` at `class`, nats.
pub fn log_probability<R: Real>(scores: &[R], class: usize) -> R {
    -R::surprise(scores, class)
}

/// `−log softmax(scores)` at every class, nats.
pub fn surprises<R: Real>(scores: &[R]) -> Vec<R> {
    let Some(top) = first_max(scores) else { return Vec::new() };
    // The others lie as far above the least as their scores below the top: a sum of two that are not negative.
    let least = R::surprise(scores, top);
    let of = |(k, &f): (usize, &R)| if k == top { least } else { scores[top] - f + least };
    scores.iter().enumerate().map(of).collect()
}

/// `log softmax(scores)` at every class, nats.
pub fn log_softmax<R: Real>(scores: &[R]) -> Vec<R> {
    surprises(scores).into_iter().map(|surprise| -surprise).collect()
}

/// `softmax(scores)`: the probability of every class.
pub fn softmax<R: Real>(scores: &[R]) -> Vec<R> {
    log_softmax(scores).into_iter().map(R::exp).collect()
}

/// The scores over a temperature.
pub fn tempered<R: Real>(scores: &[R], temperature: R) -> Vec<R> {
    scores.iter().map(|&f| f / temperature).collect()
}

/// What a softmax at a temperature sees of scores: `(f − max f) / T`. It takes no notice of the shift, without which a
/// low temperature would make infinities of scores.
pub fn cooled<R: Real>(scores: &[R], temperature: R) -> Vec<R> {
    let top = largest(scores.iter().map(|f| f.value()));
    scores.iter().map(|&f| over(f - top, temperature)).collect()
}

/// `x / temperature`. Below the normal numbers `1 / temperature` overflows, and with it the slope, whatever multiplies
/// it later; so there both are lifted first.
pub fn over<R: Real>(x: R, temperature: R) -> R {
    const LIFT: f64 = (1u64 << 60) as f64;
    if temperature.value() < f64::MIN_POSITIVE { x * LIFT / (temperature * LIFT) } else { x / temperature }
}

/// `ln(1 + Σ eˣ)`: a softmax against a score of 0.
pub fn log_one_plus_sum_exp<R: Real>(scores: impl IntoIterator<Item = R>) -> R {
    let scores: Vec<R> = std::iter::once(R::zero()).chain(scores).collect();
    R::log_sum_exp(&scores)
}

/// A function of a row and its class, of every sample.
pub fn over_samples<R: Real>(
    rows: &[impl AsRef<[R]>],
    labels: &[usize],
    loss: impl Fn(&[R], usize) -> R,
) -> Vec<R> {
    rows.iter().zip(labels).map(|(row, &class)| loss(row.as_ref(), class)).collect()
}

/// The share of a label that is spread evenly over all classes, its own included, of losses that have it as an option.
pub const SMOOTHING: Param = Param::linear(
    "smoothing",
    "",
    0.0,
    (0.0, 0.9),
    "share of the label that is spread evenly over all classes",
)
.within(Domain::Within(0.0, 1.0))
.option();

/// The terms of samples whose label is smoothed: a part of what each class would cost in place of what the label does.
/// Without smoothing nobody asks for the `costs` of other classes.
pub fn smoothed<R: Real>(
    terms: Option<Vec<R>>,
    smoothing: R,
    labels: &[usize],
    costs: impl FnOnce() -> Vec<Vec<R>>,
) -> Option<Vec<R>> {
    if smoothing.value() == 0.0 && smoothing.is_constant() {
        return terms;
    }
    let term = |(costs, &class): (Vec<R>, &usize)| {
        costs[class] + (R::mean(&costs) - costs[class]).weighted(smoothing)
    };
    Some(costs().into_iter().zip(labels).map(term).collect())
}

/// Mean over samples of a function of a row and its class.
pub fn mean_over_samples<R: Real>(
    rows: &[impl AsRef<[R]>],
    labels: &[usize],
    loss: impl Fn(&[R], usize) -> R,
) -> R {
    R::mean(&over_samples(rows, labels, loss))
}

/// Mean cross-entropy of rows of scores, nats.
pub fn cross_entropy<R: Real>(logits: &[impl AsRef<[R]>], labels: &[usize]) -> R {
    mean_over_samples(logits, labels, R::surprise)
}

/// Cross-entropy of one row of scores against a distribution: `−Σ qⱼ log softmax(f)ⱼ`, nats.
pub fn soft_cross_entropy<R: Real>(scores: &[R], target: &[R]) -> R {
    // What weighs 0 may be infinite.
    let counts = |(q, surprise): &(R, R)| q.value() != 0.0 || surprise.value().is_finite();
    let (target, surprises): (Vec<R>, Vec<R>) =
        target.iter().copied().zip(surprises(scores)).filter(counts).unzip();
    R::dot(&target, &surprises)
}

/// Value and gradient by hand of a mean over samples.
///
/// `row` gets the scores of a sample, a row of the loss's one variable input, and its class; it replaces each score by
/// the derivative of the sample's loss by it, and returns that loss.
pub fn mean_over_samples_by_hand(
    input: &Inputs<f64>,
    gradient: &mut Gradient,
    row: &mut dyn FnMut(&mut [f64], usize) -> f64,
) -> f64 {
    let classes = input.classes("labels");
    let by = gradient.reset(input);
    let (name, _) = input.variables().next().expect("a loss has something to move");
    by.copy_from_slice(input.vector(name));
    let rows = by.chunks_exact_mut(input.length("C"));
    let total: f64 = rows.zip(&classes).map(|(scores, &class)| row(scores, class)).sum();
    let samples = classes.len() as f64;
    scale(by, 1.0 / samples);
    total / samples
}

/// The loss of one sample from its scores, its class, and the surprise at the class.
pub type OfSurprise<'a> = &'a dyn Fn(&[f64], usize, f64) -> f64;

/// The values of a mean over samples while the scores of one of them move, for losses that see every sample apart.
/// `loss` gets scores that are [`cooled`].
pub fn mean_over_samples_while_moving(
    input: &Inputs<f64>,
    moving: &Moving<'_>,
    temperature: f64,
    loss: OfSurprise<'_>,
) -> Vec<f64> {
    let classes = input.classes("labels");
    let width = input.length("C");
    let losses = |rows: &[f64], class: &dyn Fn(usize) -> usize| {
        let mut scores = rows.to_vec();
        scores.chunks_exact_mut(width).for_each(|scores| temper(scores, temperature));
        let mut losses = vec![0.0; rows.len() / width];
        log_sum_exps(&scores, &mut losses);
        for (i, (slot, scores)) in losses.iter_mut().zip(scores.chunks_exact(width)).enumerate() {
            // No score is above 0, so neither this difference nor the loss of a nearly certain sample loses digits.
            *slot = loss(scores, class(i), *slot - scores[class(i)]);
        }
        losses
    };
    let mut others = losses(input.vector(moving.name), &|i| classes[i]);
    others.remove(moving.row);
    let others: f64 = others.iter().sum();
    let mut values = losses(moving.places, &|_| classes[moving.row]);
    values.iter_mut().for_each(|value| *value = (others + *value) / classes.len() as f64);
    values
}

/// The same for a function of the logarithm of the label's probability.
pub fn mean_of_log_probability_while_moving(
    input: &Inputs<f64>,
    moving: &Moving<'_>,
    temperature: f64,
    loss: &dyn Fn(f64) -> f64,
) -> Option<Vec<f64>> {
    Some(mean_over_samples_while_moving(input, moving, temperature, &|_, _, surprise| loss(-surprise)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_class_has_its_surprise(scores in proptest::collection::vec(-800.0..800.0, 1..8)) {
            for (class, got) in surprises(&scores).into_iter().enumerate() {
                let expected = f64::surprise(&scores, class);
                prop_assert!((got - expected).abs() <= 1e-15 * expected, "{got:e} at {class}, alone {expected:e}");
            }
        }

        #[test]
        fn a_certain_target_makes_it_the_surprise(lead in 0.0..1000.0f64, class in 0usize..3) {
            let (mut scores, mut target) = ([0.0; 3], [0.0; 3]);
            (scores[class], target[class]) = (lead, 1.0);
            let expected = (2.0 * (-lead).exp()).ln_1p();
            let got = soft_cross_entropy(&scores, &target);
            prop_assert!((got - expected).abs() <= 1e-15 * expected, "{got:e} is not {expected:e}");
        }
    }

    #[test]
    fn an_impossible_class_without_weight_costs_nothing() {
        let scores = [0.0, f64::NEG_INFINITY];
        assert_eq!(soft_cross_entropy(&scores, &[1.0, 0.0]).to_bits(), 0);
    }
}
