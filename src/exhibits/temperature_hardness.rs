//! Temperature decides how many negatives a contrastive loss looks at.

use super::{Exhibit, shown};

/// One anchor, nine negatives at equal angles, and the share of the push that each of them has.
pub const TEMPERATURE_HARDNESS: Exhibit = Exhibit {
    id: "temperature-hardness",
    title: "Temperature and hardness",
    papers: &["contrastive-behaviour"],
    claim: "The temperature of a contrastive loss sets which negatives matter. At a low one nearly all of the push \
            comes from the nearest negative; at a high one every negative pushes alike.",
    tries: &[
        "Turn the temperature from 0.07 to 10: the effective number of negatives grows from 1.3 to 9, and the bars \
         become level.",
        "Drag the nearest negative onto the anchor: at a low temperature it takes the whole push and the other bars \
         vanish.",
        "Select another point: its bars belong to it as the anchor.",
        "Drag the anchor itself: the positive goes with it, so only the negatives change what it costs.",
    ],
    caveat: "The two views of each point coincide here, so nothing pulls; the shares do not depend on the positive \
             anyway. The paper measures networks on image batches, this is the same softmax on ten directions.",
    figures: &["penalties"],
    state: "loss=info-nce&stage=embedding-plane&layout=fan&count=10&turn=0&motion=circle&pushes=on\
            &sweep=temperature&readout=effective-negatives",
    measure: |screen| shown(screen, &["nearest-share", "effective-negatives"]),
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exhibits::{measured, preset};
    use crate::stages::Screen;

    fn at(temperature: &str) -> [f64; 2] {
        let mut state = preset(&TEMPERATURE_HARDNESS);
        state.set("temperature", temperature).unwrap();
        let screen = Screen::open(state, None);
        [measured(&screen, "nearest-share"), measured(&screen, "effective-negatives")]
    }

    #[test]
    fn the_nearest_negative_has_the_share_that_the_softmax_gives_it() {
        for (temperature, share, number) in
            [("0.07", 0.9212, 1.33), ("0.3", 0.5239, 3.28), ("1", 0.2504, 7.23), ("10", 0.1231, 8.98)]
        {
            let [shown_share, shown_number] = at(temperature);
            assert!((shown_share - share).abs() < 5.1e-5, "at {temperature} the share is {shown_share}");
            assert!((shown_number - number).abs() < 5.1e-3, "at {temperature} there are {shown_number}");
        }
    }

    #[test]
    fn the_number_of_negatives_never_falls_as_the_temperature_rises() {
        let numbers: Vec<f64> = (0..20).map(|i| at(&(0.02 * 1.4f64.powi(i)).to_string())[1]).collect();
        assert!(numbers.is_sorted(), "the effective numbers of negatives are {numbers:?}");
    }

    #[test]
    fn a_negative_on_the_anchor_takes_the_push() {
        let screen = Screen::open(preset(&TEMPERATURE_HARDNESS), None);
        let moved = screen.scene().place("plane", "point-2", (1.0, 0.01)).with(|s| s.selected = 0);
        let effective = measured(&Screen::open(moved, None), "effective-negatives");
        let before = measured(&screen, "effective-negatives");
        assert!(effective < 0.9 * before, "from {before} to {effective} negatives");
    }
}
