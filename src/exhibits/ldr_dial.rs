//! LDR-KL: from the worst class over softmax to all classes alike.

use super::Exhibit;
use crate::losses::logits::ldr_kl::adversary;
use crate::stages::{Readout, Screen};

/// One dial from the maximum over cross-entropy to the mean.
pub const LDR_DIAL: Exhibit = Exhibit {
    id: "ldr-dial",
    title: "From the worst class to all classes",
    papers: &["ldr-losses"],
    claim: "An adversary puts weights on the classes to make the loss large and pays λ for leaving the uniform ones. \
            Cheap, it backs the worst class alone; at λ = 1 its weights are softmax and the loss is cross-entropy \
            up to a constant; dear, it weights all classes alike, and the loss summed over all labels no longer \
            depends on the logits: a wrong label costs nothing extra.",
    tries: &[
        "Turn λ down to 0.02: the level lines get the corners of a maximum, and one class takes the whole push.",
        "Turn λ up to 100: the level lines become straight and evenly spaced, and the forces are alike everywhere.",
        "At λ = 1 the two maps have the same level lines; the values differ by log 3.",
        "Raise the margin: at small λ the whole valley moves away from the corner by that much.",
    ],
    caveat: "Three logits of one sample. In the paper the logits are normalised before training; here they are as \
             they come.",
    figures: &["bars"],
    state: "loss=ldr-kl&margin=0&vs=cross-entropy&stage=logit-plane&o1=1&o2=2",
    measure,
};

fn measure(screen: &Screen) -> Vec<Readout> {
    let (state, contender) = (screen.state(), screen.state().contender());
    if contender.loss.spec().id != "ldr-kl" || !state.knobs.has("kappa") {
        return Vec::new();
    }
    let [lambda, margin] = ["lambda", "margin"].map(|name| contender.params.get(name));
    let [kappa, o1, o2, label] = ["kappa", "o1", "o2", "label"].map(|name| state.knobs.get(name));
    let logits = [kappa * o1, kappa * o2, 0.0];
    let own = label as usize - 1;
    let weights = adversary(&logits, own, lambda, margin);
    let classes = weights.len() as f64;
    let from_uniform: f64 =
        weights.iter().filter(|weight| **weight > 0.0).map(|weight| weight * (classes * weight).ln()).sum();
    // Without a price, and with an endless one.
    let gaps = (0..weights.len()).map(|k| if k == own { 0.0 } else { logits[k] - logits[own] + margin });
    let gaps: Vec<f64> = gaps.collect();
    let (worst, mean) =
        (gaps.iter().copied().fold(f64::NEG_INFINITY, f64::max), gaps.iter().sum::<f64>() / classes);
    let Some(knob) = state.knobs.specs().iter().find(|knob| knob.name == "label") else { return Vec::new() };
    let loss = |label: usize| screen.readout_at(contender, knob, label as f64, "loss");
    let between = (worst - loss(own + 1)) / (worst - mean);
    let over_labels: f64 = (1..=weights.len()).map(loss).sum();
    let readout = |id, name: &str, value: f64, unit| {
        let note = if value.is_nan() { "all classes are alike here" } else { "" };
        Readout { id, name: name.into(), of: None, value, unit, note: note.into() }
    };
    vec![
        readout(
            "worst-weight",
            "adversary's largest weight",
            weights.iter().copied().fold(0.0, f64::max),
            "",
        ),
        readout("from-uniform", "adversary's weights from uniform (KL)", from_uniform, "nats"),
        readout("between", "between the worst class (0) and the mean (1)", between, ""),
        readout("over-labels", "loss summed over all labels", over_labels, ""),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exhibits;
    use crate::stages::Quality;

    fn screen(text: &str) -> Screen {
        let (state, notices) = exhibits::open(&format!("exhibit=ldr-dial&{text}"));
        assert_eq!(notices, []);
        Screen::open(state, None)
    }

    fn measured(text: &str) -> [f64; 4] {
        let screen = screen(text);
        ["worst-weight", "from-uniform", "between", "over-labels"].map(|id| exhibits::measured(&screen, id))
    }

    #[test]
    fn a_cheap_adversary_backs_the_worst_class_and_a_dear_one_all_alike() {
        let [worst, from_uniform, between, _] = measured("lambda=0.02");
        assert!(
            worst > 0.999 && (from_uniform - 3f64.ln()).abs() < 1e-6,
            "λ = 0.02: {worst}, {from_uniform}"
        );
        // At most λ·log 3 off the maximum, which is 1 from the mean here.
        assert!(
            (0.0..0.022).contains(&between),
            "λ = 0.02: {between} of the way from the maximum to the mean"
        );
        let [worst, from_uniform, between, _] = measured("lambda=100");
        assert!((worst - 1.0 / 3.0).abs() < 0.01 && from_uniform < 1e-4, "λ = 100: {worst}, {from_uniform}");
        assert!(
            (0.99..=1.0).contains(&between),
            "λ = 100: {between} of the way from the maximum to the mean"
        );
    }

    #[test]
    fn at_the_middle_the_maps_differ_by_the_logarithm_of_the_number_of_classes() {
        let screen = screen("lambda=1");
        let [left, right] = ["plane", "plane-2"].map(|figure| screen.compute(figure, Quality::Coarse));
        for (ldr, ce) in left.iter().zip(&right) {
            assert!((ldr - (ce - 3f64.ln())).abs() < 1e-12, "{ldr} is not {ce} less log 3");
        }
    }

    #[test]
    fn a_dear_adversary_makes_the_loss_over_all_labels_the_same_everywhere() {
        let spread = |lambda: f64| {
            let sums = ["o1=-3&o2=1", "o1=0&o2=0", "o1=2&o2=3", "o1=4&o2=-2"]
                .map(|dot| measured(&format!("lambda={lambda}&margin=0.5&{dot}"))[3]);
            sums.iter().copied().fold(f64::NEG_INFINITY, f64::max)
                - sums.iter().copied().fold(f64::INFINITY, f64::min)
        };
        // c(C − 1) = 1 in the limit.
        assert!((measured("lambda=100&margin=0.5")[3] - 1.0).abs() < 0.05);
        assert!(spread(0.1) > 5.0 && spread(100.0) < 0.2, "spreads {} and {}", spread(0.1), spread(100.0));
    }
}
