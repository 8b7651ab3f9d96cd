//! Z-loss next to cross-entropy: what multiplying all logits does.

use super::Exhibit;
use crate::stages::{Of, Readout, Screen};

/// The Z-loss is the same along a ray, cross-entropy is not.
pub const Z_LOSS_RAYS: Exhibit = Exhibit {
    id: "z-loss-rays",
    title: "Rays against curves",
    papers: &["z-loss"],
    claim: "Cross-entropy can always be lowered by making the logits of a correct answer larger. The Z-loss sees \
            only how the label's logit stands among the others, so its level lines are straight rays and size \
            gains nothing.",
    tries: &[
        "Turn κ: the dot runs along its ray, cross-entropy changes, the Z-loss does not.",
        "Follow one level line on each map: a ray that starts where all logits are equal, and a curve.",
        "Drag the dot towards the centre: the Z-loss gradient grows, because a small step changes the direction \
         much.",
        "Raise b: the label has to stand out more. With three classes it can stand out by √2 at most.",
    ],
    caveat: "Three logits of one sample. That weights stop growing in training follows from it; another exhibit \
             shows it.",
    figures: &["sweep"],
    state: "loss=z-loss&vs=cross-entropy&stage=logit-plane&o1=1.5&o2=2&sweep=kappa",
    measure,
};

/// Values of κ between which the change is measured.
const KAPPAS: [f64; 9] = [0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0];

fn measure(screen: &Screen) -> Vec<Readout> {
    let state = screen.state();
    let Some(kappa) = state.knobs.specs().iter().find(|knob| knob.name == "kappa") else { return Vec::new() };
    let mut readouts = Vec::new();
    for (place, (contender, id)) in state.contenders.iter().zip(["change", "change-2"]).enumerate() {
        let losses = KAPPAS.map(|value| screen.readout_at(contender, kappa, value, "loss"));
        let most = losses.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let least = losses.iter().copied().fold(f64::INFINITY, f64::min);
        readouts.push(Readout {
            id,
            name: "change of the loss for κ from 0.1 to 10".into(),
            of: Of::several(place, state.contenders.len(), contender.loss.spec().title),
            value: most - least,
            unit: "",
            note: String::new(),
        });
    }
    let radial = |readout: &Readout| readout.id.starts_with("radial-gradient");
    readouts.extend(screen.scene().readouts().into_iter().filter(radial));
    readouts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::exhibits;

    fn measured(text: &str) -> Vec<(&'static str, f64)> {
        let (state, notices) = exhibits::open(&format!("exhibit=z-loss-rays&{text}"));
        assert_eq!(notices, []);
        measure(&Screen::open(state, None)).into_iter().map(|r| (r.id, r.value)).collect()
    }

    #[test]
    fn at_the_opening_cross_entropy_changes_along_the_ray_and_the_z_loss_does_not() {
        let [(_, z), (_, ce), (_, z_radial), (_, ce_radial)] = measured("")[..] else {
            panic!("four measures")
        };
        assert!(z < 1e-12, "the Z-loss changes by {z} along a ray");
        assert!(ce > 1.0, "cross-entropy changes by only {ce} along a ray");
        assert!(z_radial.abs() < 1e-14 && ce_radial.abs() > 0.1, "radial parts {z_radial} and {ce_radial}");
    }

    proptest! {
        #[test]
        fn wherever_the_dot_is(o1 in -6.0f64..6.0, o2 in -6.0f64..6.0, label in 1..=3, a in 0.05..20.0, b in -3.0..10.0) {
            prop_assume!(o1.hypot(o2) > 0.1);
            let [(_, z), (_, ce), (_, z_radial), _] =
                measured(&format!("o1={o1}&o2={o2}&label={label}&a={a}&b={b}"))[..] else { panic!("four measures") };
            prop_assert!(z < 1e-11, "the Z-loss changes by {} along a ray", z);
            prop_assert!(z_radial.abs() < 1e-12, "the radial part of the Z-loss gradient is {}", z_radial);
            prop_assert!(ce > 1e-3, "cross-entropy changes by only {} along a ray", ce);
        }
    }
}
