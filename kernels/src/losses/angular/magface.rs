//! MagFace: the length of an embedding is its quality, and sets its margin.

use super::{INPUTS, scale, widened, with_target_of};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses::softmax::over_samples;
use crate::real::Real;
use crate::spec::{Domain, Family, Input, Param, Params, Prose, Role, Slope, Source, Spec, Terms, join};

/// ArcFace with a margin that grows with the length of the embedding, and a reward for length.
pub struct MagFace;

/// How much wider the margin is at the greatest magnitude than at the least, radians.
fn margin_growth<R: Real>(params: &Params) -> R {
    params.real::<R>("upper_margin") - params.real::<R>("lower_margin")
}

/// The least weight of the regulariser with which every sample has one best magnitude within the range.
#[must_use]
pub fn least_regulariser(params: &Params) -> f64 {
    let (low, high) = (params.get("lower_magnitude"), params.get("upper_magnitude"));
    let share = low / high;
    params.get("scale") * margin_growth::<f64>(params) * share * low / ((1.0 - share).powi(2) * (1.0 + share))
}

impl Kernel for MagFace {
    const SPEC: &'static Spec = &Spec {
        id: "magface",
        title: "MagFace",
        family: Family::Angular,
        inputs: &join::<_, 3>(&[
            INPUTS,
            &[Input::variable(
                "magnitudes",
                Role::Length,
                &["N"],
                "length of each sample's embedding before it is normalised",
            )],
        ]),
        params: &[
            scale(64.0),
            Param::linear(
                "lower_magnitude",
                "l_a",
                10.0,
                (1.0, 50.0),
                "magnitude up to which the margin is least",
            )
            .within(Domain::Positive),
            Param::linear(
                "upper_magnitude",
                "u_a",
                110.0,
                (60.0, 200.0),
                "magnitude from which on the margin is greatest",
            )
            .within(Domain::Positive),
            Param::linear("lower_margin", "m_l", 0.45, (0.0, 1.0), "least margin").unit("rad"),
            Param::linear("upper_margin", "m_u", 0.8, (0.0, 1.5), "greatest margin").unit("rad"),
            Param::linear("lambda_g", r"\lambda_g", 35.0, (0.0, 100.0), "reward for long embeddings"),
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Labelled;

    const PROSE: &'static Prose = &Prose {
        summary: "Clear samples grow long and are held to a wide margin, blurred ones stay short: the length tells the quality.",
        formula: r"L=-\frac1N\sum_i\log\frac{e^{\p{scale}\cos(\theta_{iy_i}+m(a_i))}}
            {e^{\p{scale}\cos(\theta_{iy_i}+m(a_i))}+\sum_{j\ne y_i}e^{\p{scale}\cos\theta_{ij}}}
            +\frac{\p{lambda_g}}N\sum_i\Big(\frac{a_i}{\p{upper_magnitude}^2}+\frac1{a_i}\Big),\quad
            m(a)=\p{lower_margin}+\frac{\p{upper_margin}-\p{lower_margin}}{\p{upper_magnitude}-\p{lower_magnitude}}(a-\p{lower_magnitude})",
        gradient: r"\frac{\partial L}{\partial a}=\frac1N\Big[\p{scale}(1-p_y)\sin(\theta_y+m)\,m'
            +\p{lambda_g}\Big(\frac1{\p{upper_magnitude}^2}-\frac1{a^2}\Big)\Big]",
        source: Source {
            authors: "Meng, Zhao, Huang, Zhou",
            year: 2021,
            title: "MagFace: A Universal Representation for Face Recognition and Quality Assessment",
            venue: "CVPR 2021, arXiv 2103.06627",
        },
        papers: &[],
        aliases: &["magnitude-aware margin", "face quality assessment"],
        facts: &[
            "The reward pulls every magnitude to the upper end of the range, where it costs 2/u_a.",
            "Magnitudes outside the range are treated as its ends and are not pulled.",
            "A best magnitude for every sample needs λ_g of at least s·m′·u²l²/(u² − l²), 22.59 at the defaults.",
            "A sample beyond 90° from its prototype has no margin.",
        ],
    };

    fn rule(_: &Inputs<f64>, params: &Params) -> Result<(), String> {
        let (low, high) = (params.get("lower_magnitude"), params.get("upper_magnitude"));
        if low < high {
            return Ok(());
        }
        Err(format!(
            "parameter upper_magnitude is {high}, allowed is more than lower_magnitude, which is {low}"
        ))
    }

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let [low, high, scale, reward, least]: [R; 5] =
            ["lower_magnitude", "upper_magnitude", "scale", "lambda_g", "lower_margin"].map(|name| params.real(name));
        let growth = margin_growth::<R>(params);
        let labels = input.classes("labels");
        let magnitudes: Vec<R> =
            input.vector("magnitudes").iter().map(|a| a.or_max(low).or_min(high)).collect();
        // Divided first: the square of a length, or what it grows by, may be beyond what a number holds.
        let margin = |a: R| (a - low) / (high - low) * growth + least;
        let target = |i: usize, c: R| {
            if c.value() > 0.0 { widened(c, margin(magnitudes[i])) } else { c }
        };
        let logits = with_target_of(&input.rows("cosines"), &labels, scale, target);
        let surprises = over_samples(&logits, &labels, R::surprise);
        let lengths = magnitudes.iter().map(|&a| a / high * reward / high + reward / a);
        Some(surprises.into_iter().zip(lengths).map(|(surprise, length)| surprise + length).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::Gradient;
    use crate::kernel::Loss;
    use crate::losses::angular::arcface::ArcFace;
    use crate::testing::{inputs, params, value};

    fn sample(own: f64, magnitude: f64) -> Inputs<f64> {
        let arrays = [("cosines", &[1, 3][..], &[own, 0.2, -0.3][..]), ("labels", &[1], &[0.0])];
        inputs(MagFace::SPEC, &[arrays[0], arrays[1], ("magnitudes", &[1], &[magnitude])])
    }

    /// The derivative by the magnitude.
    fn pull(given: &[(&str, f64)], own: f64, magnitude: f64) -> f64 {
        let mut gradient = Gradient::default();
        MagFace.value_and_gradient(&sample(own, magnitude), &params(&MagFace, given), &mut gradient);
        gradient.of("magnitudes")[0]
    }

    proptest! {
        #[test]
        fn the_reward_is_best_at_the_upper_end(a in 10.0..110.0f64) {
            // Beyond 90° nothing but the reward depends on the magnitude.
            let at = |a| value(&MagFace, &[("lambda_g", 1.0)], &sample(-0.5, a)) - value(&MagFace, &[("lambda_g", 0.0)], &sample(-0.5, a));
            prop_assert!(at(a) >= at(110.0) - 1e-12 && (at(110.0) - 2.0 / 110.0).abs() < 1e-12);
        }

        #[test]
        fn outside_the_range_nothing_pulls(own in -0.9..0.9, beyond in 0.001..50.0) {
            prop_assert_eq!(pull(&[], own, 110.0 + beyond), 0.0);
            prop_assert_eq!(pull(&[], own, 10.0 - beyond), 0.0);
        }

        #[test]
        fn with_enough_reward_no_sample_has_two_best_magnitudes(own in 0.01..0.99, a in 10.01..109.0) {
            // Once the pull has turned to shortening, a longer embedding is never pulled longer again.
            let given = [("lambda_g", least_regulariser(&params(&MagFace, &[])))];
            let (here, longer) = (pull(&given, own, a), pull(&given, own, a + 0.9));
            prop_assert!(here <= 1e-9 || longer > -1e-9, "pulled by {here} at {a}, by {longer} beyond");
        }

        #[test]
        fn beyond_90_degrees_there_is_no_margin(own in -0.99..0.0, a in 10.0..110.0, b in 10.0..110.0) {
            let at = |a| value(&MagFace, &[("lambda_g", 0.0)], &sample(own, a));
            prop_assert_eq!(at(a), at(b));
        }

        #[test]
        fn at_one_magnitude_it_is_arcface_and_the_reward(own in 0.01..0.99, a in 10.0..110.0) {
            let margin = 0.45 + 0.0035 * (a - 10.0);
            let plain = [("cosines", &[1, 3][..], &[own, 0.2, -0.3][..]), ("labels", &[1], &[0.0])];
            let given = [("m", margin), ("easy_margin", 1.0)];
            let arc = value(&ArcFace, &given, &inputs(ArcFace::SPEC, &plain));
            let got = value(&MagFace, &[("lambda_g", 0.0)], &sample(own, a));
            prop_assert!((got - arc).abs() < 1e-11 * (1.0 + arc), "{got}, not {arc}");
        }
    }

    #[test]
    fn lengths_of_any_size_give_numbers() {
        for unit in [1e-300, 1e-200, 1e-160, 1e160, 1e200, 1e300] {
            let given = [("lower_magnitude", unit), ("upper_magnitude", 11.0 * unit)];
            for (reward, length) in [(0.0, unit), (35.0, unit), (35.0, 4.0 * unit), (35.0, 40.0 * unit)] {
                let given = [given[0], given[1], ("lambda_g", reward)];
                let plain = value(&MagFace, &[("lambda_g", 0.0)], &sample(0.5, 10.0 * length / unit));
                let held = length.clamp(unit, 11.0 * unit);
                let expected = plain + reward * (held / (11.0 * unit) / (11.0 * unit) + 1.0 / held);
                let got = value(&MagFace, &given, &sample(0.5, length));
                assert!((got / expected - 1.0).abs() < 1e-12, "of length {length:e} it costs {got}, not {expected}");
            }
            let least = least_regulariser(&params(&MagFace, &given)) / unit;
            let usual = least_regulariser(&params(&MagFace, &[])) / 10.0;
            assert!((least / usual - 1.0).abs() < 1e-12, "in units of {unit:e} the least is {least}, not {usual}");
        }
    }

    #[test]
    fn the_defaults_have_enough_reward() {
        let least = least_regulariser(&params(&MagFace, &[]));
        assert!((least - 22.59).abs() < 5e-3, "the least is {least}");
    }

    #[test]
    fn an_empty_range_is_refused() {
        let refused = MagFace::rule(&sample(0.5, 20.0), &params(&MagFace, &[("lower_magnitude", 110.0)]));
        let expected = "parameter upper_magnitude is 110, allowed is more than lower_magnitude, which is 110";
        assert_eq!(refused, Err(expected.into()));
    }
}
