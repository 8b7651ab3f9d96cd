//! Softmax and cross-entropy over rows of scores, the base of many losses.

use loss_explorer_lanes::{log_sum_exps, scale};

use crate::input::Inputs;
use crate::kernel::{Gradient, Moving};
use crate::real::Real;

/// `log softmax(scores)` at `class`: `f_y − lse f`, nats.
pub fn log_probability<R: Real>(scores: &[R], class: usize) -> R {
    scores[class] - R::log_sum_exp(scores)
}

/// `log softmax(scores)` at every class, nats.
pub fn log_softmax<R: Real>(scores: &[R]) -> Vec<R> {
    let total = R::log_sum_exp(scores);
    scores.iter().map(|&f| f - total).collect()
}

/// `softmax(scores)`: the probability of every class.
pub fn softmax<R: Real>(scores: &[R]) -> Vec<R> {
    log_softmax(scores).into_iter().map(R::exp).collect()
}

/// The scores over a temperature.
pub fn tempered<R: Real>(scores: &[R], temperature: f64) -> Vec<R> {
    scores.iter().map(|&f| f / temperature).collect()
}

/// `ln(1 + Σ eˣ)`: a softmax against a score of 0.
pub fn log_one_plus_sum_exp<R: Real>(scores: impl IntoIterator<Item = R>) -> R {
    let scores: Vec<R> = std::iter::once(R::zero()).chain(scores).collect();
    R::log_sum_exp(&scores)
}

/// Mean over samples of a function of a row and its class.
pub fn mean_over_samples<R: Real>(
    rows: &[impl AsRef<[R]>],
    labels: &[usize],
    loss: impl Fn(&[R], usize) -> R,
) -> R {
    let terms: Vec<R> = rows.iter().zip(labels).map(|(row, &class)| loss(row.as_ref(), class)).collect();
    R::mean(&terms)
}

/// Mean over samples of a function of the logarithm of the label's probability.
pub fn mean_of_log_probability<R: Real>(
    logits: &[impl AsRef<[R]>],
    labels: &[usize],
    loss: impl Fn(R) -> R,
) -> R {
    mean_over_samples(logits, labels, |scores, class| loss(log_probability(scores, class)))
}

/// Mean cross-entropy of rows of scores, nats.
pub fn cross_entropy<R: Real>(logits: &[impl AsRef<[R]>], labels: &[usize]) -> R {
    mean_over_samples(logits, labels, R::surprise)
}

/// Cross-entropy of one row of scores against a distribution: `−Σ qⱼ log softmax(f)ⱼ`, nats.
pub fn soft_cross_entropy<R: Real>(scores: &[R], target: &[f64]) -> R {
    -R::linear(target, &log_softmax(scores))
}

/// Cross-entropy of rows of scores, each times its weight, summed and divided by the number of rows.
pub fn weighted_cross_entropy<R: Real>(logits: &[impl AsRef<[R]>], labels: &[usize], weights: &[f64]) -> R {
    let surprises: Vec<R> =
        logits.iter().zip(labels).map(|(row, &class)| -log_probability(row.as_ref(), class)).collect();
    R::linear(weights, &surprises) / labels.len() as f64
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

/// The loss of one sample from its scores, its class, and `ln Σ e^f` of the scores.
pub type OfLogSum<'a> = &'a dyn Fn(&[f64], usize, f64) -> f64;

/// The values of a mean over samples while the scores of one of them move, for losses that see every sample apart.
/// `loss` gets scores that are already divided by the temperature.
pub fn mean_over_samples_while_moving(
    input: &Inputs<f64>,
    moving: &Moving<'_>,
    temperature: f64,
    loss: OfLogSum<'_>,
) -> Vec<f64> {
    let classes = input.classes("labels");
    let width = input.length("C");
    let losses = |rows: &[f64], class: &dyn Fn(usize) -> usize| {
        let mut scores = rows.to_vec();
        scale(&mut scores, 1.0 / temperature);
        let mut losses = vec![0.0; rows.len() / width];
        log_sum_exps(&scores, &mut losses);
        for (i, (slot, scores)) in losses.iter_mut().zip(scores.chunks_exact(width)).enumerate() {
            *slot = loss(scores, class(i), *slot);
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
    Some(mean_over_samples_while_moving(input, moving, temperature, &|f, class, log_sum| {
        loss(f[class] - log_sum)
    }))
}
