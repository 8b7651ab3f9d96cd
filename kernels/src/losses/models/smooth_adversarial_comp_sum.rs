//! Smooth adversarial comp-sum loss of a linear classifier in the plane.

use loss_explorer_lanes::{surprise, temper};

use super::linear_regression::ridge;
use crate::cost::Cost;
use crate::dual::Dual;
use crate::input::Inputs;
use crate::kernel::{Gradient, Kernel};
use crate::losses::logits::generalized_cross_entropy::l_q;
use crate::losses::logits::leads;
use crate::losses::softmax::{cooled, log_probability};
use crate::real::{Real, largest};
use crate::spec::{Family, Input, Meaning, Param, Params, Prose, Role, Slope, Source, Spec};

/// A comp-sum loss of the scores of a linear classifier, plus how far an adversary who may move every point
/// within a ball can shift the leads of the classes.
pub struct SmoothAdversarialCompSum;

/// The ball that the adversary may move a point in.
const NORMS: &[(f64, &str)] = &[(0.0, "square"), (2.0, "disc")];

/// The greatest length of `(w_y − w_k)·v` over all `k`, as a vector, for a shift `v` of size 1: a norm of the
/// linear map from shifts of a point to shifts of its leads. It depends on the class of the point alone.
fn reach<R: Real>(weights: &[impl AsRef<[R]>], class: usize, norm: &str) -> R {
    // In units of the largest weight, whose square may be beyond the numbers.
    let unit = largest(weights.iter().flat_map(AsRef::as_ref).map(|w| w.value().abs()));
    if unit == 0.0 {
        return R::zero();
    }
    let [x, y] =
        [0, 1].map(|axis| leads(&weights.iter().map(|w| w.as_ref()[axis] / unit).collect::<Vec<R>>(), class));
    let (a, b, d) = (R::dot(&x, &x), R::dot(&x, &y), R::dot(&y, &y));
    // The squared length is convex in the shift: largest at a corner of the square, along the longer axis of
    // the ellipse on the disc.
    let squared = match norm {
        "square" => (a + d + b * 2.0).or_max(a + d - b * 2.0),
        _ => (a + d + ((a - d).square() + b.square() * 4.0).sqrt()) / 2.0,
    };
    squared.sqrt() * unit
}

/// What the weights cost by themselves: what the adversary can do to a mean point, and the penalty on their squares.
fn penalty<R: Real>(weights: &[impl AsRef<[R]>], labels: &[usize], params: &Params) -> R {
    let strength = params.real::<R>("nu") * params.real::<R>("radius") / labels.len() as f64;
    let of_class = |class: usize| {
        let points = labels.iter().filter(|label| **label == class).count() as f64;
        reach(weights, class, params.named("norm")).weighted(strength * points)
    };
    let reaches: Vec<R> = (0..weights.len()).map(of_class).collect();
    let squares: Vec<R> = weights.iter().map(|w| ridge(w.as_ref(), params.real::<R>("decay") * 2.0)).collect();
    R::sum(&reaches) + R::sum(&squares)
}

/// The comp-sum loss of a label with this log-probability, up to the scale of the scores.
fn comp_sum<R: Real>(log_p: R, params: &Params) -> R {
    l_q(log_p, params.real::<R>("tau") - 1.0)
}

impl Kernel for SmoothAdversarialCompSum {
    const SPEC: &'static Spec = &Spec {
        id: "smooth-adversarial-comp-sum",
        title: "Smooth adversarial comp-sum loss",
        family: Family::Models,
        inputs: &[
            Input::fixed("points", Role::Features, &["N", "2"], "two features a sample"),
            Input::classes("labels", &["N"], "C", "the right class of each sample"),
            Input::variable("weights", Role::Weights, &["C", "2"], "the weights of the two features in each class's score"),
            Input::variable("bias", Role::Weights, &["C"], "what is added to each class's score"),
        ],
        params: &[
            Param::linear(
                "tau",
                r"\tau",
                1.0,
                (0.0, 2.0),
                "member of the comp-sum family: 1 cross-entropy, 2 mean absolute error",
            ),
            Param::log("rho", r"\rho", 1.0, (0.1, 5.0), "divides the scores: the lead that counts as clear"),
            Param::linear("nu", r"\nu", 1.0, (0.0, 5.0), "weight of what the adversary can do"),
            Param::linear("radius", r"\gamma", 0.3, (0.0, 2.0), "how far the adversary may move a point").means(Meaning::Radius),
            Param::numbers("norm", "", 2.0, NORMS, "shape of the ball that the point stays in").means(Meaning::Norm),
            Param::linear("decay", r"\lambda", 0.0, (0.0, 0.1), "penalty on the squared weights"),
        ],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("12·C·C+12·N·C");

    const PROSE: &'static Prose = &Prose {
        summary: "Trades accuracy on clean points for one that small shifts of the points cannot destroy, with a guarantee.",
        formula: r"L=\frac1N\sum_i\Big[\Phi^{\p{tau}}\Big(\sum_{k\ne y_i}e^{-\Delta_k(x_i)/\p{rho}}\Big)
            +\p{nu}\sup_{\lVert x'-x_i\rVert\le\p{radius}}\lVert\Delta(x')-\Delta(x_i)\rVert_2\Big]+\p{decay}\lVert W\rVert_F^2,\quad
            \Delta_k(x)=h_{y_i}(x)-h_k(x),\quad h(x)=Wx+b",
        gradient: r"\sup_{\lVert v\rVert_2\le\p{radius}}\lVert A_yv\rVert_2=\p{radius}\,\sigma_{\max}(A_y),\quad
            \frac{\partial\sigma_{\max}}{\partial A_y}=uv^\top,\quad A_y=(w_y-w_k)_{k\ne y}",
        source: Source {
            authors: "Mao, Mohri, Zhong",
            year: 2023,
            title: "Cross-Entropy Loss Functions: Theoretical Analysis and Applications",
            venue: "ICML 2023, arXiv 2304.07288",
        },
        papers: &["cross-entropy-theory"],
        aliases: &["adv-comp-sum", "adversarial robustness", "adversarial training"],
        facts: &[
            "Without an adversary and with ρ = 1 it is the comp-sum loss of the scores, plus the penalty on the weights.",
            "It is linear in ν and in the radius.",
            "With two classes and the disc the adversary can do γ‖w₁ − w₂‖.",
            "With ν of at least √(C − 1)/ρ the share of points that the adversary can have misclassified is at most L/Φ(1).",
            "With all weights equal the adversary can do nothing.",
        ],
    };

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let (weights, bias, labels) = (input.rows("weights"), input.vector("bias"), input.classes("labels"));
        let term = |(x, &class): (&[f64], &usize)| {
            let scores: Vec<R> = weights.iter().zip(bias).map(|(w, &b)| R::linear(x, w) + b).collect();
            comp_sum(log_probability(&cooled(&scores, params.real::<R>("rho")), class), params)
        };
        let terms: Vec<R> = input.fixed_rows("points").into_iter().zip(&labels).map(term).collect();
        R::mean(&terms) + penalty(&weights, &labels, params)
    }

    // By hand, as it is trained for hundreds of steps at every drag.
    fn value_and_gradient(input: &Inputs<f64>, params: &Params, gradient: &mut Gradient) -> f64 {
        let (weights, bias, labels) = (input.rows("weights"), input.vector("bias"), input.classes("labels"));
        let (points, classes) = (input.fixed_rows("points"), weights.len());
        let (rho, count) = (params.get("rho"), labels.len() as f64);
        let (by_weight, by_bias) = gradient.reset(input).split_at_mut(2 * classes);
        let mut value = penalty(&weights, &labels, params);
        let mut scores = vec![0.0; classes];
        for (x, &class) in points.into_iter().zip(&labels) {
            for ((score, w), b) in scores.iter_mut().zip(&weights).zip(bias) {
                *score = w[0] * x[0] + w[1] * x[1] + b;
            }
            temper(&mut scores, rho);
            let log_p = -surprise(&mut scores, class);
            value += comp_sum(log_p, params) / count;
            // ∂ℓ/∂f_k = p_y^(τ−1)·(p_k − [k = y])
            let weight = ((params.get("tau") - 1.0) * log_p).exp() / (rho * count);
            for (k, slope) in scores.iter().enumerate() {
                let slope = weight * slope;
                by_weight[2 * k] += slope * x[0];
                by_weight[2 * k + 1] += slope * x[1];
                by_bias[k] += slope;
            }
        }
        for (i, slope) in by_weight.iter_mut().enumerate() {
            let number = |(j, &w): (usize, &f64)| if i == j { Dual::variable(w) } else { Dual::constant(w) };
            let lifted: Vec<Dual<f64>> = input.vector("weights").iter().enumerate().map(number).collect();
            let rows: Vec<&[Dual<f64>]> = lifted.chunks_exact(2).collect();
            *slope += penalty(&rows, &labels, params).du;
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::logits::comp_sum::CompSum;
    use crate::testing::{gradient, inputs, random, value};

    fn batches(classes: usize) -> impl Strategy<Value = Inputs<f64>> {
        (0u64..1 << 32)
            .prop_map(move |seed| random(SmoothAdversarialCompSum::SPEC, &[("N", 6), ("C", classes)], seed))
    }

    /// How much larger the lead of `class` is at a point than the adversary can make it smaller, over the class
    /// for which that is least.
    fn safety(batch: &Inputs<f64>, i: usize, radius: f64, norm: f64) -> f64 {
        let (weights, bias) = (batch.rows("weights"), batch.vector("bias"));
        let (x, y) = (batch.fixed_rows("points")[i], batch.classes("labels")[i]);
        let against = |k: usize| {
            let w = [weights[y][0] - weights[k][0], weights[y][1] - weights[k][1]];
            let dual = if norm == 2.0 { w[0].hypot(w[1]) } else { w[0].abs() + w[1].abs() };
            w[0] * x[0] + w[1] * x[1] + bias[y] - bias[k] - radius * dual
        };
        (0..weights.len()).filter(|&k| k != y).map(against).fold(f64::INFINITY, f64::min)
    }

    fn norms() -> impl Strategy<Value = f64> {
        prop_oneof![Just(0.0), Just(2.0)]
    }

    proptest! {
        #[test]
        fn without_an_adversary_it_is_comp_sum(batch in batches(3), tau in 0.0..2.0, decay in 0.0..0.1) {
            let (weights, bias) = (batch.rows("weights"), batch.vector("bias"));
            let score = |x: &[f64], k: usize| f64::dot(x, weights[k]) + bias[k];
            let scores: Vec<f64> =
                batch.fixed_rows("points").iter().flat_map(|x| [0, 1, 2].map(|k| score(x, k))).collect();
            let labels: Vec<f64> = batch.labels("labels").iter().map(|&y| y as f64).collect();
            let logits = inputs(CompSum::SPEC, &[("logits", &[6, 3], &scores), ("labels", &[6], &labels)]);
            let squares = f64::dot(batch.vector("weights"), batch.vector("weights"));
            let expected = value(&CompSum, &[("tau", tau)], &logits) + decay * squares;
            for switch in ["nu", "radius"] {
                let given = [("tau", tau), ("decay", decay), (switch, 0.0)];
                let got = value(&SmoothAdversarialCompSum, &given, &batch);
                prop_assert!((got - expected).abs() < 1e-12 * (1.0 + expected), "{got}, not {expected}");
            }
        }

        #[test]
        fn the_adversary_counts_in_proportion(batch in batches(3), nu in 0.1..5.0, radius in 0.1..2.0, norm in norms()) {
            let at = |nu: f64, radius: f64| {
                value(&SmoothAdversarialCompSum, &[("nu", nu), ("radius", radius), ("norm", norm)], &batch)
            };
            let (none, one) = (at(0.0, 0.0), at(1.0, 1.0));
            let expected = none + nu * radius * (one - none);
            prop_assert!((at(nu, radius) - expected).abs() < 1e-11 * (1.0 + expected), "{}, not {expected}", at(nu, radius));
        }

        #[test]
        fn between_two_classes_the_adversary_sees_one_direction(batch in batches(2)) {
            let weights = batch.rows("weights");
            let distance = f64::squared_distance(weights[0], weights[1]).sqrt();
            for class in [0, 1] {
                let reach = reach(&weights, class, "disc");
                prop_assert!((reach - distance).abs() < 1e-12 * (1.0 + distance), "it reaches {reach}, not {distance}");
            }
        }

        #[test]
        fn no_shift_does_more_than_the_reach(batch in batches(4), angle in 0.0..7.0f64, share in -1.0..1.0f64) {
            let weights = batch.rows("weights");
            let shift = |v: [f64; 2]| {
                let lead = |k: usize| f64::dot(weights[0], &v) - f64::dot(weights[k], &v);
                f64::norm(&[lead(1), lead(2), lead(3)])
            };
            let (sin, cos) = angle.sin_cos();
            for (shift, norm) in [(shift([cos, sin]), "disc"), (shift([1.0, share]), "square"), (shift([share, 1.0]), "square")] {
                let reach = reach(&weights, 0, norm);
                prop_assert!(shift <= reach * (1.0 + 1e-12), "a shift of {shift} is beyond the reach {reach}");
            }
        }

        #[test]
        fn it_bounds_the_robust_error(
            batch in batches(3), tau in 0.0..2.0, rho in 0.1..5.0, radius in 0.0..2.0, norm in norms(),
        ) {
            let given = [("tau", tau), ("rho", rho), ("nu", 2f64.sqrt() / rho), ("radius", radius), ("norm", norm)];
            // Φ(1), the comp-sum loss of a label with probability ½.
            let per_mistake = l_q(0.5f64.ln(), tau - 1.0);
            let bound = value(&SmoothAdversarialCompSum, &given, &batch) / per_mistake;
            let error = (0..6).filter(|&i| safety(&batch, i, radius, norm) <= 0.0).count() as f64 / 6.0;
            prop_assert!(error <= bound + 1e-12, "{error} of the points can be broken, the bound is {bound}");
        }
    }

    #[test]
    fn equal_weights_leave_nothing_to_do() {
        let arrays = [
            ("points", &[1, 2][..], &[0.3, -0.4][..]),
            ("labels", &[1], &[0.0]),
            ("weights", &[2, 2], &[0.5, 0.2, 0.5, 0.2]),
            ("bias", &[2], &[0.0, 0.0]),
        ];
        let batch = inputs(SmoothAdversarialCompSum::SPEC, &arrays);
        for norm in [0.0, 2.0] {
            let with = |nu| gradient(&SmoothAdversarialCompSum, &[("nu", nu), ("norm", norm)], &batch);
            assert_eq!(value(&SmoothAdversarialCompSum, &[("norm", norm)], &batch), 2f64.ln());
            assert_eq!(with(5.0), with(0.0));
        }
    }
}
