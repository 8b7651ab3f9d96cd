//! Negative pairs of the batch open the gap that prototypes alone leave.

use super::{Exhibit, shown};

/// The same samples trained with the pairs of the batch and without them.
pub const UNPG_GAP: Exhibit = Exhibit {
    id: "unpg-gap",
    title: "UNPG: the similarity gap",
    papers: &["unpg"],
    claim: "A margin softmax compares samples with prototypes only, so two samples of different classes may stay \
            closer than the classes are wide. With the negative pairs of the batch in the same denominator, the gap \
            between the least similar positive pair and the most similar negative pair opens much further.",
    tries: &[
        "Compare the two gaps: with pairs at whisker 1.5, without them at whisker −1, which keeps no pair, so that \
         CosFace is left.",
        "Set the steps to 0 and play: both start overlapping.",
        "Turn the whisker of 1.5 to 0: only the middle half of the pairs counts, the hard ones are gone and so is most \
         of the gain.",
        "Choose ArcFace as the base with margin 0.5 under both: the same.",
        "Draw other samples: the numbers change, the order of the two gaps does not.",
    ],
    caveat: "Six classes of three vectors on an ordinary sphere instead of faces in 512 dimensions; the layout is our \
             own random draw. On so small a sphere similarities spread widely and the usual whisker of 1.5 drops \
             nothing.",
    figures: &["sweep"],
    state: "loss=unpg&stage=similarity-strips&scale=16&margin=0.35\
            &vs=unpg&vs1.scale=16&vs1.margin=0.35&vs1.whisker=-1\
            &noise=0.5&seed=3&steps=200&sweep=whisker&readout=gap",
    measure: |screen| shown(screen, &["gap", "gap-2"]),
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exhibits::{measured, preset};
    use crate::stages::{Screen, State};

    fn gaps(change: impl FnOnce(&mut State)) -> [f64; 2] {
        let screen = Screen::open(preset(&UNPG_GAP).with(change), None);
        ["gap", "gap-2"].map(|id| measured(&screen, id))
    }

    #[test]
    fn pairs_open_the_gap_whatever_the_draw() {
        // The catalogue measures 0.86 against 0.43 on a layout of its own.
        let [with, without] = gaps(|_| {});
        assert!((0.75..0.95).contains(&with) && (0.3..0.6).contains(&without), "{with} against {without}");
        for seed in [1, 2, 4] {
            let [with, without] = gaps(|state| state.seed = seed);
            assert!(with > without + 0.15, "seed {seed}: {with} with pairs, {without} without");
        }
    }

    #[test]
    fn arcface_gains_as_well() {
        // 0.71 against 0.40 in the catalogue.
        for seed in 1..=2 {
            let [with, without] = gaps(|state| {
                state.seed = seed;
                for contender in &mut state.contenders {
                    contender.params.set("base", 1.0).unwrap();
                    contender.params.set("margin", 0.5).unwrap();
                }
            });
            assert!((0.55..0.8).contains(&with) && with > without + 0.2, "seed {seed}: {with}, {without}");
        }
    }

    #[test]
    fn without_the_hard_pairs_most_of_the_gain_is_gone() {
        let [all, base] = gaps(|_| {});
        let [middle, _] = gaps(|state| state.set("whisker", "0").unwrap());
        assert!(
            middle - base < 0.5 * (all - base),
            "{base} without, {middle} with half, {all} with all pairs"
        );
    }

    #[test]
    fn the_usual_whisker_drops_nothing_on_a_sphere() {
        let screen = Screen::open(preset(&UNPG_GAP).with(|state| state.steps = 0), None);
        assert_eq!(shown(&screen, &["kept"])[0].value, 1.0);
    }
}
