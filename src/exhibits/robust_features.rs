//! Smooth adversarial comp-sum loss: from the feature that is perfect to the one that can be relied on.

use super::Exhibit;
use crate::stages::{Readout, Screen};

/// An adversary decides which of two features a classifier learns.
pub const ROBUST_FEATURES: Exhibit = Exhibit {
    id: "robust-features",
    title: "Perfect but fragile, rough but robust",
    papers: &["cross-entropy-theory"],
    claim: "Two features tell the classes apart: one never fails but differs by little, the other fails sometimes but \
            differs by much. A loss of the scores alone learns the first, and a shift of 0.3 undoes nearly all of it. \
            A charge for what an adversary can shift turns the boundary to the second, at the price of a few mistakes.",
    tries: &[
        "Turn ν from 0 to 0.6: the boundary turns from upright to level, and fewer balls reach across it.",
        "Turn ν beyond 1: the adversary costs more than the points are worth, and the weights shrink away.",
        "Turn the radius down to 0.05: shifts that small harm neither feature.",
        "Drag a point across the boundary, or drag the weights and train from there.",
    ],
    caveat: "Two features and 120 points. The bound on the broken points holds from ν = 1 on with two classes and ρ = 1; \
             below that it is only what the loss comes to.",
    figures: &["errors"],
    state: "loss=smooth-adversarial-comp-sum&nu=0.3&vs=smooth-adversarial-comp-sum&vs1.nu=0&stage=linear-classifier\
            &steps=600",
    measure,
};

fn measure(screen: &Screen) -> Vec<Readout> {
    let mut measured =
        super::shown(screen, &["clean-error", "robust-error", "clean-error-2", "robust-error-2"]);
    let params = &screen.state().contender().params;
    let loss = super::shown(screen, &["loss"]).pop();
    if let (true, Some(loss)) = (params.has("tau") && params.has("rho") && params.has("nu"), loss) {
        let tau = params.get("tau");
        // The comp-sum loss of a label that has probability one half.
        let of_a_mistake = if tau == 1.0 { 2f64.ln() } else { (2f64.powf(1.0 - tau) - 1.0) / (1.0 - tau) };
        let holds = params.get("nu") * params.get("rho") >= 1.0;
        measured.push(Readout {
            id: "bound",
            name: "loss over that of a mistake".into(),
            of: None,
            value: loss.value / of_a_mistake,
            unit: "",
            note: if holds { "no more points can be broken" } else { "a bound from ν = 1/ρ on" }.into(),
        });
    }
    measured
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exhibits::{measured, open};

    fn mean(id: &str, text: &str) -> f64 {
        let of = |seed| {
            let (state, notices) = open(&format!("exhibit=robust-features&seed={seed}{text}"));
            assert_eq!(notices, []);
            measured(&Screen::open(state, None), id)
        };
        (1..=4).map(of).sum::<f64>() / 4.0
    }

    #[test]
    fn the_fragile_feature_is_learned_without_an_adversary_and_the_robust_one_with_him() {
        let [clean, robust] = ["clean-error-2", "robust-error-2"].map(|id| mean(id, ""));
        assert!(clean < 0.005, "without an adversary {clean} are wrong, the paper's setting has none");
        assert!(
            (0.76..=0.91).contains(&robust),
            "without an adversary {robust} can be broken, not 0.76 to 0.91"
        );
        let [clean, robust] = ["clean-error", "robust-error"].map(|id| mean(id, ""));
        assert!(
            (0.03 - 0.01..=0.05 + 0.02).contains(&clean),
            "with ν = 0.3 {clean} are wrong, not 0.03 to 0.05"
        );
        assert!(
            (0.09 - 0.02..=0.16 + 0.02).contains(&robust),
            "with ν = 0.3 {robust} can be broken, not 0.09 to 0.16"
        );
    }

    #[test]
    fn no_more_points_can_be_broken_than_the_bound_says() {
        for tau in [0.5, 1.0, 2.0] {
            let text = format!("&nu=1&tau={tau}&steps=100");
            let [robust, bound] = ["robust-error", "bound"].map(|id| mean(id, &text));
            assert!(robust <= bound, "{robust} can be broken at τ = {tau}, the bound is {bound}");
        }
    }
}
