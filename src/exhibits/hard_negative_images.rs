//! A triplet of local descriptors learns from images that look alike and has done with the others soon.

use super::{Exhibit, shown};

/// The same query with other objects that look like it and with others at random.
pub const HARD_NEGATIVE_IMAGES: Exhibit = Exhibit {
    id: "hard-negative-images",
    title: "CFCD: images worth comparing with",
    papers: &["cfcd"],
    claim: "The second stage of CFCD compares matched local descriptors with images that the classifier confuses with \
            the query's. Such images keep the triplets active; against images at random the loss is small at the start \
            and soon 0.",
    tries: &[
        "Compare the two curves over the training: against other objects at random the loss reaches 0 while four of \
         six triplets against similar ones are still active.",
        "Turn the hardness down: the nearest descriptors of the other images move away from the matches, and triplets \
         go out.",
        "Lower the ratio: matches whose second best is nearly as near are given up. At 0 nothing is left and the loss \
         is 0.",
        "Drag a descriptor of the query between two of the positive: it is no longer the nearest of both, and the line \
         turns grey.",
    ],
    caveat: "Six descriptors an image, free directions of the plane, instead of hundreds that one network makes; similar \
             images are copies of the query turned by a few degrees. How soon random images are settled depends on the \
             draw; that every triplet against similar ones starts active does not.",
    figures: &["loss-curve"],
    state: "loss=cfcd-local-triplet&stage=local-matches&seed=5&steps=30&sweep=hardness&readout=loss",
    measure: |screen| shown(screen, &["kept", "active", "loss", "loss-random"]),
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exhibits::{measured, preset};
    use crate::stages::{Screen, State};

    fn at(change: impl FnOnce(&mut State)) -> [f64; 4] {
        let screen = Screen::open(preset(&HARD_NEGATIVE_IMAGES).with(change), None);
        ["kept", "active", "loss", "loss-random"].map(|id| measured(&screen, id))
    }

    #[test]
    fn hard_triplets_stay_active_and_random_ones_die() {
        let [kept, active, hard, random] = at(|_| {});
        assert_eq!((kept, active, random), (3.0, 4.0, 0.0));
        assert!(hard > 0.3, "the loss against similar images is {hard}");
        let [_, _, _, random] = at(|state| state.steps = 0);
        assert!(random > 0.05, "against random images it starts at {random} already");
    }

    #[test]
    fn hard_negatives_cost_more_whatever_the_draw() {
        for seed in 1..=8 {
            let [kept, active, hard, random] = at(|state| (state.seed, state.steps) = (seed, 0));
            assert_eq!(active, 2.0 * kept, "seed {seed}: a triplet against a similar image costs nothing");
            assert!(hard > 1.9 * random, "seed {seed}: {hard} against {random} at the start");
            let [_, _, hard, random] = at(|state| state.seed = seed);
            assert!(hard > random, "seed {seed}: {hard} against {random} after the training");
        }
    }

    #[test]
    fn no_match_survives_a_ratio_of_0() {
        let [kept, _, hard, _] = at(|state| state.set("ratio", "0").unwrap());
        assert_eq!((kept, hard), (0.0, 0.0));
    }
}
