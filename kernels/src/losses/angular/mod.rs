//! Losses of the cosines between samples and class prototypes.

use loss_explorer_lanes as lanes;

use super::shelf;
use super::softmax::{mean_over_samples_by_hand, over_samples};
use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::real::Real;
use crate::spec::{Domain, Input, Meaning, Param, Role};
use crate::tape::{Var, slope};

pub mod falling_cosine;
pub mod median;

/// What every loss here reads.
pub(crate) const INPUTS: &[Input] = &[
    Input::variable("cosines", Role::Cosine, &["N", "C"], "cosine of each sample with each class prototype")
        .within(Domain::Cosine),
    Input::classes("labels", &["N"], "C", "the right class of each sample"),
];

/// The scale of a cosine softmax.
pub(crate) const fn scale(default: f64) -> Param {
    Param::log("scale", "s", default, (1.0, 100.0), "what multiplies the cosines: sharpness of the softmax")
        .means(Meaning::Sharpness)
}

/// `cos(θ + margin)` of `cos θ`, with the margin in radians; without one, the cosine to the last digit.
pub(crate) fn widened<R: Real>(cosine: R, margin: R) -> R {
    if margin.value() == 0.0 { unturned(cosine, margin) } else { (cosine.angle() + margin).cos() }
}

/// `cos(θ + turn)` of `cos θ` at a turn of 0: the cosine to the last digit, which still falls with the turn.
fn unturned<R: Real>(cosine: R, turn: R) -> R {
    cosine - turn * cosine.angle().sin()
}

/// Rows of logits `s·c` in which the label's cosine is replaced by `target(i, c_y)`, with `i` the sample.
pub(crate) fn with_target_of<R: Real>(
    cosines: &[impl AsRef<[R]>],
    labels: &[usize],
    scale: R,
    target: impl Fn(usize, R) -> R,
) -> Vec<Vec<R>> {
    let row = |i: usize| {
        let at = |(j, &c): (usize, &R)| if j == labels[i] { target(i, c) * scale } else { c * scale };
        cosines[i].as_ref().iter().enumerate().map(at).collect()
    };
    (0..labels.len()).map(row).collect()
}

/// Rows of logits `s·c` in which the label's cosine is replaced by `target(c_y)`.
pub(crate) fn with_target<R: Real>(
    cosines: &[impl AsRef<[R]>],
    labels: &[usize],
    scale: R,
    target: impl Fn(R) -> R,
) -> Vec<Vec<R>> {
    with_target_of(cosines, labels, scale, |_, c| target(c))
}

/// Refuses a batch without rivals, for scales that are computed from them.
///
/// # Errors
/// If there is only one class.
pub(crate) fn at_least_two_classes(input: &Inputs<f64>) -> Result<(), String> {
    match input.length("C") {
        1 => Err("input cosines has 1 class, allowed are 2 or more".into()),
        _ => Ok(()),
    }
}

/// Cross-entropy of each sample's logits of [`with_target`], nats.
pub(crate) fn margin_softmax<R: Real>(
    input: &Inputs<R>,
    scale: R,
    target: impl Fn(R) -> R,
) -> Option<Vec<R>> {
    let labels = input.classes("labels");
    let logits = with_target(&input.rows("cosines"), &labels, scale, target);
    Some(over_samples(&logits, &labels, R::surprise))
}

/// Value and gradient of the mean of [`margin_softmax`] by hand, but for the slope of `target`.
pub(crate) fn margin_softmax_by_hand(
    input: &Inputs<f64>,
    factor: f64,
    gradient: &mut Gradient,
    target: &dyn Fn(Var) -> Var,
) -> f64 {
    mean_over_samples_by_hand(input, gradient, &mut |cosines, class| {
        let (own, bend) = slope(cosines[class], target);
        cosines[class] = own;
        lanes::scale(cosines, factor);
        let surprise = lanes::surprise(cosines, class);
        lanes::scale(cosines, factor);
        cosines[class] *= bend;
        surprise
    })
}

shelf! {
    normface::NormFace,
    sphereface::SphereFace,
    cosface::CosFace,
    arcface::ArcFace,
    combined_margin::CombinedMargin,
    subcenter_arcface::SubcenterArcFace,
    curricularface::CurricularFace,
    magface::MagFace,
    adacos_fixed::AdaCosFixed,
    adacos_dynamic::AdaCosDynamic,
    sface::SFace,
    circle_class::CircleClass,
    madacos::MadaCos,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::Loss;
    use crate::losses::find;
    use crate::spec::Spec;
    use crate::testing::{gradient, inputs, params, value};

    /// Every loss with a margin, and the parameters that give it none.
    const WITHOUT_MARGIN: &[(&str, &[(&str, f64)])] = &[
        ("arcface", &[("m", 0.0)]),
        ("arcface", &[("m", 0.0), ("easy_margin", 1.0)]),
        ("subcenter-arcface", &[("m", 0.0), ("sub_centers", 1.0)]),
        ("cosface", &[("m", 0.0)]),
        ("sphereface", &[("m", 1.0)]),
        ("sphereface", &[("m", 1.0), ("anneal", 5.0)]),
        ("combined-margin", &[("m1", 1.0), ("m2", 0.0), ("m3", 0.0)]),
        ("magface", &[("lower_margin", 0.0), ("upper_margin", 0.0), ("lambda_g", 0.0)]),
    ];

    fn loss(id: &str) -> &'static dyn Loss {
        find(id).unwrap_or_else(|| panic!("there is no {id}"))
    }

    /// A sample of the first class, as a loss reads it.
    fn sample(spec: &'static Spec, cosines: &[f64]) -> Inputs<f64> {
        let width = [1, cosines.len()];
        let mut arrays = vec![("cosines", &width[..], cosines), ("labels", &[1][..], &[0.0][..])];
        if spec.inputs.iter().any(|input| input.name == "magnitudes") {
            arrays.push(("magnitudes", &[1], &[40.0]));
        }
        inputs(spec, &arrays)
    }

    fn at(id: &str, given: &[(&str, f64)], cosines: &[f64]) -> (f64, Vec<f64>) {
        let (loss, input) = (loss(id), sample(loss(id).spec(), cosines));
        let mut by = gradient(loss, given, &input);
        by.truncate(cosines.len());
        (value(loss, given, &input), by)
    }

    fn is_close(got: f64, expected: f64) -> bool {
        (got - expected).abs() <= 1e-13 * expected.abs()
    }

    fn without_margin_they_are_normface(scale: f64, cosines: &[f64]) -> Result<(), TestCaseError> {
        let given = [("scale", scale)];
        let (norm, by_norm) = at("normface", &given, cosines);
        for (id, margin) in WITHOUT_MARGIN {
            let given: Vec<_> = margin.iter().chain(&given).copied().collect();
            let (got, by) = at(id, &given, cosines);
            prop_assert_eq!(got, norm, "{} without a margin at {:?}", id, cosines);
            // Tape and lanes may add up in another order.
            let is_same = by.iter().zip(&by_norm).all(|(a, b)| (a - b).abs() <= 1e-12 * b.abs());
            prop_assert!(
                is_same,
                "{id} without a margin at {cosines:?} pulls by {by:?}, NormFace by {by_norm:?}"
            );
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn without_a_margin_every_loss_is_normface_to_the_last_digit(
            c in prop::collection::vec(-1.0..=1.0f64, 2..6), scale in 1.0..100.0,
        ) {
            without_margin_they_are_normface(scale, &c)?;
        }
    }

    #[test]
    fn so_they_are_on_a_prototype_and_opposite_to_it() {
        for own in [1.0, -1.0, 1.0 + f64::EPSILON, -1.0 - f64::EPSILON] {
            for rival in [1.0, 0.8, -1.0] {
                without_margin_they_are_normface(64.0, &[own, rival, -0.3]).unwrap();
            }
        }
    }

    #[test]
    fn without_a_margin_the_slope_by_it_is_that_of_a_little_one() {
        for (id, margin) in WITHOUT_MARGIN {
            let (loss, input) = (loss(id), sample(loss(id).spec(), &[0.3, 0.1, -0.2]));
            let by = |more: f64| {
                let is_real = |name: &str| loss.spec().param(name).is_some_and(Param::is_real);
                let little =
                    |&(name, m): &(&'static str, f64)| (name, if is_real(name) { m + more } else { m });
                loss.by_parameter(&input, &params(loss, &margin.iter().map(little).collect::<Vec<_>>()))
            };
            for ((param, at), (_, beside)) in by(0.0).into_iter().zip(by(1e-9)) {
                assert!(
                    (at - beside).abs() < 1e-6 * (1.0 + beside.abs()),
                    "{id} without a margin rises by {at} with {}, with a little one by {beside}",
                    param.name
                );
            }
        }
    }

    #[test]
    fn on_its_prototype_a_sample_costs_what_the_margin_says() {
        for id in ["arcface", "subcenter-arcface", "combined-margin"] {
            let given: &[(&str, f64)] = match id {
                "combined-margin" => &[("m2", 0.5), ("m3", 0.0)],
                "subcenter-arcface" => &[("sub_centers", 1.0)],
                _ => &[],
            };
            for (cosines, expected) in
                [(&[1.0, 1.0][..], 7.835_111_715_403_785), (&[1.0, 0.8, -0.3], 0.006_951_750_020_362_741)]
            {
                let (got, by) = at(id, given, cosines);
                assert!(is_close(got, expected), "{id} at {cosines:?} costs {got}, not {expected}");
                // sin m over the sine that is held, times the scale and the probability that is missing.
                let pull = -64.0 * -(-expected).exp_m1() * 0.5f64.sin() / 1e-6;
                assert!(
                    (by[0] / pull - 1.0).abs() < 1e-9,
                    "{id} at {cosines:?} pulls by {}, not {pull}",
                    by[0]
                );
            }
        }
        // Four times an angle of 0 is 0, and a turn of 0.625 rad is what MagFace asks at 60.
        assert_eq!(
            at("sphereface", &[("scale", 64.0)], &[1.0, 0.5]).0,
            at("normface", &[("scale", 64.0)], &[1.0, 0.5]).0
        );
        let magface =
            at("magface", &[("lower_margin", 0.5), ("upper_margin", 0.5), ("lambda_g", 0.0)], &[1.0, 1.0]).0;
        assert!(is_close(magface, 7.835_111_715_403_785), "MagFace costs {magface}");
    }

    #[test]
    fn a_nearly_certain_sample_keeps_its_digits() {
        let (got, by) = at("normface", &[("scale", 64.0)], &[1.0, 0.8, -0.3]);
        assert!(is_close(got, 2.760_768_761_111_618e-6), "NormFace costs {got:e}");
        // s(p − 1), with the probability from the loss itself.
        let pull = 64.0 * (-2.760_768_761_111_618e-6f64).exp_m1();
        assert!(is_close(by[0], pull), "NormFace pulls by {:e}, not {pull:e}", by[0]);
        for (id, margin) in WITHOUT_MARGIN {
            let given: Vec<_> = margin.iter().copied().chain([("scale", 64.0)]).collect();
            let got = at(id, &given, &[0.9, -0.1]).0;
            assert!(is_close(got, (-64f64).exp().ln_1p()), "{id} costs {got:e}, should be e⁻⁶⁴");
        }
    }

    #[test]
    fn a_loss_that_cannot_be_negative_has_no_minus_sign() {
        for (id, margin) in WITHOUT_MARGIN {
            for cosines in [&[1.0][..], &[0.3], &[1.0, -1.0]] {
                let given: Vec<_> = margin.iter().copied().chain([("scale", 1e3)]).collect();
                let (got, by) = at(id, &given, cosines);
                assert_eq!(got.to_bits(), 0, "{id} at {cosines:?} costs {got:?}");
                assert!(by.iter().all(|g| *g == 0.0), "{id} at {cosines:?} pulls by {by:?}");
            }
        }
    }

    #[test]
    fn scales_of_any_size_give_numbers() {
        let margins = WITHOUT_MARGIN.iter().map(|(id, _)| *id).chain(["normface", "curricularface", "sface"]);
        for id in margins {
            for scale in [1e-300, 1e-5, 1e5, 1e300] {
                for cosines in [&[1.0, 1.0, -1.0][..], &[-1.0, 1.0, 0.0], &[0.0, 0.0, 0.0], &[1.0, -1.0, 0.2]]
                {
                    let given: &[(&str, f64)] = match id {
                        "subcenter-arcface" => &[("scale", scale), ("sub_centers", 1.0)],
                        _ => &[("scale", scale)],
                    };
                    let (got, by) = at(id, given, cosines);
                    let are_numbers = got.is_finite() && by.iter().all(|g| g.is_finite());
                    assert!(
                        are_numbers,
                        "{id} at scale {scale:e} costs {got} and pulls by {by:?} at {cosines:?}"
                    );
                }
            }
        }
    }
}
