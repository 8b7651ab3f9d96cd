//! Comp-sum losses: what a small surrogate regret guarantees.

use super::Exhibit;
use crate::stages::{Cloud, Readout, Screen};

/// No problem has more wrong answers than its surrogate regret allows.
pub const CONSISTENCY_CLOUD: Exhibit = Exhibit {
    id: "consistency-cloud",
    title: "What a small loss guarantees",
    papers: &["cross-entropy-theory"],
    claim: "However likely the classes are and whatever the scores, the answers can only be as bad as the regret of the \
            loss allows: a curve that depends on τ bounds the one by the other, and no problem lies beyond it. Up to \
            τ = 1 the bound is reached, by two classes that the scores cannot tell apart.",
    tries: &[
        "Turn τ: the curve changes its shape, and the cloud stays to its right.",
        "Draw tied problems: they lie on the curve.",
        "Turn up the classes: at τ = 1.5 the bound of the paper falls behind the curve of the tied classes, with three \
         classes by a factor of 1.22.",
    ],
    caveat: "Random problems can miss the worst one. The curve on screen is that of two tied classes; the numbers beside \
             it are measured against the bound of the paper.",
    figures: &[],
    state: "loss=comp-sum&stage=regret-cloud&problems=1000",
    measure,
};

/// The least regret of a comp-sum loss with which the answers have regret `beta`, as the paper bounds it.
fn bound(tau: f64, classes: f64, beta: f64) -> f64 {
    let mean = |power: f64| 0.5 * ((1.0 + beta).powf(power) + (1.0 - beta).powf(power));
    let shape = || mean(1.0 / (2.0 - tau)).powf(2.0 - tau);
    let entropy = |p: f64| if p > 0.0 { p * p.ln() } else { 0.0 };
    if tau == 1.0 {
        0.5 * (entropy(1.0 + beta) + entropy(1.0 - beta))
    } else if tau < 1.0 {
        2f64.powf(1.0 - tau) / (1.0 - tau) * (1.0 - shape())
    } else {
        let scale = 1.0 / ((tau - 1.0) * classes.powf(tau - 1.0));
        scale * if tau < 2.0 { shape() - 1.0 } else { beta }
    }
}

fn measure(screen: &Screen) -> Vec<Readout> {
    let state = screen.state();
    let contender = state.contender();
    if contender.loss.spec().id != "comp-sum" {
        return Vec::new();
    }
    let Some(cloud) = Cloud::all(state).into_iter().next() else { return Vec::new() };
    let (tau, classes) = (contender.params.get("tau"), state.knobs.get("classes"));
    // The bound near 0 is lost in rounding.
    let ratios = cloud.regrets.iter().filter(|(_, beta)| *beta > 0.01);
    let ratios: Vec<f64> = ratios.map(|&(regret, beta)| regret / bound(tau, classes, beta)).collect();
    let violations = ratios.iter().filter(|ratio| **ratio < 1.0 - 1e-6).count();
    let readout = |id, name: &str, value: f64| {
        let note = if value.is_finite() { "" } else { "no answer is wrong" };
        Readout { id, name: name.into(), of: None, value, unit: "", note: note.into() }
    };
    vec![
        readout("violations-of-the-bound", "problems beyond the bound of the paper", violations as f64),
        readout(
            "least-ratio-to-the-bound",
            "least regret over the bound of the paper",
            ratios.iter().copied().fold(f64::INFINITY, f64::min),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exhibits::{measured, open};

    fn at(text: &str, id: &str) -> f64 {
        let (state, notices) = open(&format!("exhibit=consistency-cloud{text}"));
        assert_eq!(notices, []);
        measured(&Screen::open(state, None), id)
    }

    #[test]
    fn no_random_problem_is_beyond_the_bound() {
        for (tau, classes) in [(0.0, 2), (0.5, 3), (1.0, 3), (1.0, 6), (1.5, 2), (1.5, 3), (2.0, 2), (3.0, 2)]
        {
            let text = format!("&problems=2000&tau={tau}&classes={classes}");
            let found = at(&text, "violations-of-the-bound");
            assert_eq!(
                found, 0.0,
                "{found} of 2000 problems are beyond the bound at τ = {tau}, C = {classes}"
            );
        }
    }

    #[test]
    fn tied_classes_reach_it_as_closely_as_a_search_did() {
        for (tau, classes, expected) in
            [(0.0, 2, 1.0), (0.5, 3, 1.0), (1.0, 3, 1.0), (1.5, 2, 1.0), (2.0, 2, 1.0), (1.5, 3, 1.22)]
        {
            let ratio = at(&format!("&tau={tau}&classes={classes}&draw=tied"), "least-ratio-to-the-bound");
            assert!((ratio - expected).abs() < 0.006, "τ = {tau}, C = {classes}: {ratio}, not {expected}");
        }
        let loose = at("&tau=3&classes=2&draw=tied", "least-ratio-to-the-bound");
        assert!(loose >= 3.0 - 1e-6, "at τ = 3 the least ratio is {loose}, not 3 or more");
    }
}
