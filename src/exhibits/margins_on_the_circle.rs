//! Margins on the circle: softmax, CosFace, ArcFace and SFace.

use super::Exhibit;
use crate::stages::{Readout, Screen};

/// How far four losses of cosines go before they leave a sample alone.
pub const MARGINS_ON_THE_CIRCLE: Exhibit = Exhibit {
    id: "margins-on-the-circle",
    title: "Margins on the circle",
    papers: &["sface"],
    claim: "A softmax of cosines lets go of a sample once its own prototype is the nearest. A margin makes it pull \
            until the sample is nearer by that much, which opens a neutral gap between the classes. SFace names the \
            angles at which pull and push end, whatever the other prototypes do, so that a wrong label drags no \
            sample all the way.",
    tries: &[
        "Drag the sample along the curve: the arrow from a curve to the dashed cosine is the margin in degrees. \
         ArcFace keeps it, CosFace changes it with the angle.",
        "Turn the scale down to 4: the rest zone shrinks, because a soft softmax is never quite content.",
        "Drag the sample on the circle next to another prototype, as if its label were wrong, and compare the pull \
         of ArcFace with that of SFace.",
        "Turn a and b of SFace: the two rest zones follow, and nothing else.",
    ],
    caveat: "Prototypes stand still and the sample lives on a circle; with many dimensions most rivals are near 90°, \
             which is where the curves have them. The value of SFace is not what its force descends, so it has no \
             target cosine.",
    figures: &["circle"],
    state: "loss=arcface&vs=normface,cosface,sface&vs1.scale=64&stage=angle-curve&theta=55&sweep=scale&readout=rest-zone",
    measure,
};

fn measure(screen: &Screen) -> Vec<Readout> {
    let claims = ["margin", "rest-zone", "neutral-zone"];
    let mut readouts = screen.scene().readouts();
    readouts.retain(|readout| claims.iter().any(|claim| readout.id.starts_with(claim)));
    readouts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exhibits;

    /// The measure of a contender: 1 ArcFace, 2 softmax, 3 CosFace, 4 SFace.
    fn measured(text: &str, kind: &str, contender: usize) -> f64 {
        let (state, notices) = exhibits::open(&format!("exhibit=margins-on-the-circle&{text}"));
        assert_eq!(notices, []);
        let id = if contender == 1 { kind.into() } else { format!("{kind}-{contender}") };
        exhibits::measured(&Screen::open(state, None), &id)
    }

    #[test]
    fn arcface_asks_for_the_same_angle_everywhere_and_cosface_for_one_that_changes() {
        for theta in [20.0f64, 45.0, 70.0, 90.0] {
            let text = format!("theta={theta}");
            let (arcface, cosface) = (measured(&text, "margin", 1), measured(&text, "margin", 3));
            assert!(
                (arcface - 28.648).abs() < 1e-3,
                "ArcFace at {theta}° reads {arcface}°, it should be 28.65°"
            );
            let expected = (theta.to_radians().cos() - 0.35).acos().to_degrees() - theta;
            assert!(
                (cosface - expected).abs() < 1e-6,
                "CosFace at {theta}° reads {cosface}°, not {expected}°"
            );
            assert!(measured(&text, "margin", 2).abs() < 1e-6, "softmax asks for no margin");
        }
    }

    #[test]
    fn margins_open_the_gap_between_the_classes() {
        let gaps = [1, 2, 3].map(|contender| measured("", "neutral-zone", contender));
        // On the circle of four, CosFace wants cos θ − 0.35 > sin θ.
        let cosface = 2.0 * (45.0 - ((0.35 / 2f64.sqrt()).acos().to_degrees() - 45.0));
        for (gap, expected) in gaps.into_iter().zip([28.648, 0.0, cosface]) {
            assert!((gap - expected).abs() < 0.1, "a gap of {gap}° that should be {expected}°");
        }
    }

    #[test]
    fn softmax_rests_first_and_a_margin_keeps_it_pulling_for_as_long_as_it_is_wide() {
        let [arcface, softmax] = [1, 2].map(|contender| measured("", "rest-zone", contender));
        assert!(softmax > 80.0, "with rivals at 90° softmax rests up to {softmax}°");
        assert!(
            (softmax - arcface - 28.648).abs() < 1.0,
            "softmax rests up to {softmax}°, ArcFace to {arcface}°"
        );
    }

    #[test]
    fn the_rest_zone_of_sface_follows_its_gate_and_no_rival() {
        for a in [0.6, 0.8, 1.0] {
            // The pull falls to 1 % of its peak where the gate has e^{−4.6}: 4.6/k before a, and a little later
            // for the sine.
            let end = measured(&format!("vs3.a={a}"), "rest-zone", 4);
            let expected = (a - 4.5 / 80.0f64).to_degrees();
            assert!(
                (end - expected).abs() < 0.6,
                "with a = {a} SFace rests up to {end}°, about {expected}° is right"
            );
        }
        let near = measured("rival=40", "rest-zone", 4);
        assert!(
            (near - measured("", "rest-zone", 4)).abs() < 1e-6,
            "a rival at 40° moves the rest zone to {near}°"
        );
    }
}
