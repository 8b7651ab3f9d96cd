//! Taylor softmax: a polynomial in place of the exponential.

use super::{INPUTS, terms_of_log_share};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec, Terms};

/// Cross-entropy of probabilities in proportion to a Taylor polynomial of `eˣ`.
pub struct TaylorSoftmax;

/// `Σ xⁱ/i!` for `i` from 0 to `order`; positive everywhere if the order is even.
fn exponential<R: Real>(x: R, order: usize) -> R {
    (1..=order).rev().fold(R::one(), |sum, i| sum * x / i as f64 + 1.0)
}

/// From this score on, either way, powers of its inverse take the place of its own, which would overflow.
const FAR: f64 = 1e6;

/// The logarithm of [`exponential`] for an even order.
fn log_exponential<R: Real>(x: R, order: usize) -> R {
    if x.value().abs() < FAR {
        return exponential(x, order).ln();
    }
    // t = xⁿ/n! · (1 + n/x · (1 + (n − 1)/x · (…)))
    let rest = (1..=order).fold(R::zero(), |rest, i| (rest + 1.0) * i as f64 / x);
    let factorial: f64 = (1..=order).map(|i| i as f64).product();
    rest.ln_1p() + x.abs().ln() * order as f64 - factorial.ln()
}

impl Kernel for TaylorSoftmax {
    const SPEC: &'static Spec = &Spec {
        id: "taylor-softmax",
        title: "Log Taylor softmax",
        family: Family::Logits,
        inputs: INPUTS,
        params: &[Param::numbers(
            "order",
            "n",
            2.0,
            &[(2.0, "quadratic"), (4.0, "quartic"), (6.0, "sextic")],
            "degree of the polynomial",
        )],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "A softmax without exponentials that bends back for very negative scores.",
        formula: r"L=-\frac1N\sum_i\log\frac{t(f_{iy_i})}{\sum_kt(f_{ik})},\qquad t(f)=\sum_{j=0}^{\p{order}}\frac{f^j}{j!}",
        gradient: r"\frac{\partial L}{\partial f_k}=\frac{t'(f_k)}N\Big(\frac1{\sum_jt(f_j)}-\frac{[k=y]}{t(f_y)}\Big)",
        source: Source {
            authors: "Vincent, de Brébisson, Bouthillier",
            year: 2015,
            title: "Efficient Exact Gradient Update for training Deep Networks with Very Large Sparse Targets",
            venue: "NeurIPS 2015, arXiv 1412.7091",
        },
        papers: &[],
        aliases: &["spherical family", "log-Taylor softmax", "softmax alternative"],
        facts: &[
            "For scores between −1 and 1 it comes nearer to cross-entropy with every order.",
            "At order 2 no class weighs less than ½, which is where a score of −1 is.",
            "At order 2 it depends on the label's score, the sum and the sum of squares alone.",
            "Scores of 0 cost log C.",
        ],
    };

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let order = params.whole("order");
        terms_of_log_share(input, |f| log_exponential(f, order))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::logits::cross_entropy::CrossEntropy;
    use crate::testing::{inputs, value};

    fn taylor(scores: &[f64], order: f64) -> f64 {
        let shape = [1, scores.len()];
        let sample = inputs(TaylorSoftmax::SPEC, &[("logits", &shape, scores), ("labels", &[1], &[0.0])]);
        value(&TaylorSoftmax, &[("order", order)], &sample)
    }

    proptest! {
        #[test]
        fn every_order_comes_nearer_to_cross_entropy(scores in proptest::array::uniform3(-1.0..1.0)) {
            let sample = [("logits", &[1, 3][..], &scores[..]), ("labels", &[1], &[0.0])];
            let ce = value(&CrossEntropy, &[], &inputs(CrossEntropy::SPEC, &sample));
            let mut last = f64::INFINITY;
            for order in [2, 4, 6] {
                // The logarithm of a weight misses its score by an amount that falls with the score.
                let miss = |score: f64| exponential(score, order).ln() - score;
                let room = miss(-1.0) - miss(1.0);
                let gap = (taylor(&scores, order as f64) - ce).abs();
                prop_assert!(gap <= room && room < last / 10.0, "order {order} is {gap} off, {room} is allowed");
                last = room;
            }
        }

        #[test]
        fn far_out_only_ratios_count(ratio in 1.0..100.0f64, exponent in 12..300, sign in proptest::bool::ANY) {
            let own = 10f64.powi(exponent) * if sign { 1.0 } else { -1.0 };
            for order in [2.0, 4.0, 6.0] {
                let (got, expected) = (taylor(&[own, own * ratio], order), ratio.powf(order).ln_1p());
                prop_assert!((got - expected).abs() < 1e-10, "order {order}: {got} is not {expected}");
            }
        }

        #[test]
        fn both_forms_of_the_logarithm_meet(x in 1e5..FAR, sign in proptest::bool::ANY) {
            let x = if sign { x } else { -x };
            for order in [2, 4, 6] {
                let (near, far) = (log_exponential(x, order), log_exponential(100.0 * x, order));
                let expected = far - (exponential(100.0 * x, order) / exponential(x, order)).ln();
                prop_assert!((near - expected).abs() < 1e-12, "order {order}: {near} beside {expected}");
            }
        }

        #[test]
        fn a_quadratic_is_never_below_a_half(x in -100.0..100.0) {
            prop_assert!(exponential(x, 2) >= 0.5 && exponential(-1.0, 2) == 0.5);
            prop_assert!(exponential(x, 4) > 0.0 && exponential(x, 6) > 0.0);
        }

        #[test]
        fn a_quadratic_needs_only_two_sums(f in proptest::array::uniform4(-5.0..5.0)) {
            let (sum, squares): (f64, f64) = (f.iter().sum(), f.iter().map(|f| f * f).sum());
            let expected = (4.0 + sum + squares / 2.0).ln() - (1.0 + f[0] + f[0] * f[0] / 2.0).ln();
            prop_assert!((taylor(&f, 2.0) - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn no_scores_cost_log_c() {
        for order in [2.0, 4.0, 6.0] {
            assert_eq!(taylor(&[0.0; 4], order), 4f64.ln());
        }
    }
}
