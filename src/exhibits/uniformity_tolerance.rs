//! A sharp contrastive loss spreads what it should keep together.

use super::{Exhibit, shown};

/// Three clusters whose labels the loss does not know, after 40 steps.
pub const UNIFORMITY_TOLERANCE: Exhibit = Exhibit {
    id: "uniformity-tolerance",
    title: "Uniformity against tolerance",
    papers: &["contrastive-behaviour"],
    claim: "A contrastive loss without labels cannot spread all samples and keep classes together. Within one budget \
            of steps, a low temperature tears the clusters apart and a high one leaves them where they are.",
    tries: &[
        "Turn the temperature from 0.3 to 10: the spread falls from 1.72 to 1.28 while the tolerance rises from 0.72 \
         to 0.97. No temperature has both.",
        "Press play, or set the steps to 200: given enough steps, every temperature spreads the points in the end.",
        "Compare the two curves against the temperature: choose uniformity, then tolerance, as the readout of the \
         sweep.",
        "Go below 0.2: the toy turns back, because the points are soon several temperatures apart and the loss \
         saturates.",
    ],
    caveat: "The paper measures trained networks, whose tolerance falls all the way from temperature 1 to 0.07. These \
             are 24 free points that take 40 plain descent steps along the circle, each multiplied by the temperature \
             so that a sharper loss does not also take longer steps; the effect is one of the budget, and below 0.2 \
             it reverses.",
    figures: &["sweep"],
    state: "loss=info-nce&stage=embedding-plane&temperature=0.3&layout=arcs&count=24&motion=circle&lr=1.2\
            &lr_times=temperature&steps=40&budget=200&sweep=temperature&readout=tolerance",
    measure: |screen| {
        let mut readouts = shown(screen, &["uniformity", "tolerance"]);
        if let Some(uniformity) = readouts.first_mut() {
            uniformity.id = "spread";
            uniformity.name = "spread (minus uniformity)".into();
            uniformity.value = -uniformity.value;
        }
        readouts
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exhibits::{measured, preset};
    use crate::stages::Screen;

    fn at(temperature: &str, steps: usize) -> (f64, f64) {
        let mut state = preset(&UNIFORMITY_TOLERANCE);
        state.set("temperature", temperature).unwrap();
        state.steps = steps;
        let screen = Screen::open(state, None);
        (measured(&screen, "spread"), measured(&screen, "tolerance"))
    }

    #[test]
    fn spread_and_tolerance_trade_places_as_the_temperature_rises() {
        for (temperature, spread, tolerance) in [
            ("0.05", 1.5638, 0.8274),
            ("0.1", 1.6445, 0.7584),
            ("0.3", 1.7165, 0.7152),
            ("0.5", 1.7104, 0.7546),
            ("1", 1.5177, 0.8889),
            ("2", 1.3303, 0.9587),
            ("10", 1.2752, 0.9749),
        ] {
            let (u, t) = at(temperature, 40);
            assert!((u - spread).abs() < 5.1e-5, "the spread at {temperature} is {u}, expected {spread}");
            assert!(
                (t - tolerance).abs() < 5.1e-5,
                "the tolerance at {temperature} is {t}, expected {tolerance}"
            );
        }
    }

    #[test]
    fn with_enough_steps_every_temperature_spreads_the_points() {
        for temperature in ["1", "2"] {
            let (after_40, after_200) = (at(temperature, 40).0, at(temperature, 200).0);
            assert!(
                after_200 > after_40 + 0.03,
                "from {after_40} to {after_200} at temperature {temperature}"
            );
        }
    }
}
