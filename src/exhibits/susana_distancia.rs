//! Proto-Triplet and ICNN beside cross-entropy separate the classes of an episode further.

use super::{Exhibit, shown};

/// One episode trained with cross-entropy over prototypes alone and with all three losses.
pub const SUSANA_DISTANCIA: Exhibit = Exhibit {
    id: "susana-distancia",
    title: "SuSana Distancia: separate, not only right",
    papers: &["susana-distancia"],
    claim: "Once every query is on the right side, cross-entropy over prototypes has little left to ask for. Proto-Triplet \
            demands a gap to the nearest wrong prototype, ICNN demands neighbours of the own class; trained together, \
            classes end farther apart for how wide they are, at the same accuracy.",
    tries: &[
        "Compare the two planes: under cross-entropy alone and under all three. Both get every query right; \
         the worst gap and the distance ratio differ.",
        "Look at the parts of ICNN: all three together raise each, Λs most.",
        "Set the steps to 0 and play: both start with queries on the wrong side.",
        "Take ICNN or Proto-Triplet away: each alone beside cross-entropy already opens the gap or tightens the \
         classes.",
        "Train the losses apart: Proto-Triplet on its own stops moving a query at the margin.",
        "Open the Proto-Triplet loss on this stage and turn the margin: the dark island in which a query costs nothing \
         shrinks around its prototype.",
    ],
    caveat: "Three classes of two support points and three queries that move freely in the plane, instead of a network \
             trained over many episodes; 60 plain steps on the mean of the losses, margin 2. With other points, \
             by “&seed=2” in the address, the numbers change, their order does not.",
    figures: &["parts"],
    state: "loss=prototypical&stage=episode-lab&vs=proto-triplet,icnn&vs1.margin=2&objective=together\
            &noise=0.78&seed=2&lr=0.75&steps=60&sweep=noise&readout=distance-ratio",
    measure: |screen| {
        shown(screen, &["gap", "gap-2", "distance-ratio", "distance-ratio-2", "accuracy", "accuracy-2"])
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exhibits::{measured, preset};
    use crate::stages::{Screen, State};

    /// Worst gap, distance ratio and accuracy of cross-entropy alone and of the mean of all losses shown.
    fn ends(change: impl FnOnce(&mut State)) -> [[f64; 3]; 2] {
        let screen = Screen::open(preset(&SUSANA_DISTANCIA).with(change), None);
        [["gap", "distance-ratio", "accuracy"], ["gap-2", "distance-ratio-2", "accuracy-2"]]
            .map(|ids| ids.map(|id| measured(&screen, id)))
    }

    fn close(got: [f64; 3], gap: f64, ratio: f64, within: f64, what: &str) {
        let off = (got[0] / gap - 1.0).abs().max((got[1] / ratio - 1.0).abs());
        assert!(off < within, "{what}: gap {} and ratio {}, expected {gap} and {ratio}", got[0], got[1]);
        assert_eq!(got[2], 1.0, "{what}: not every query is right");
    }

    #[test]
    fn it_ends_where_the_catalogue_does() {
        // The layout of the catalogue is not ours: within 5 % for the two that are shown, 20 % for the others.
        let [alone, all] = ends(|_| {});
        close(alone, 1.340, 2.859, 0.05, "cross-entropy alone");
        close(all, 2.108, 5.029, 0.05, "all three");
        let [_, with_proto_triplet] = ends(|state| state.contenders.truncate(2));
        close(with_proto_triplet, 2.064, 3.627, 0.2, "with Proto-Triplet");
        let [_, with_icnn] = ends(|state| drop(state.contenders.remove(1)));
        close(with_icnn, 1.673, 4.537, 0.2, "with ICNN");
        let [start, _] = ends(|state| state.steps = 0);
        assert!(start[0] < -0.9 && start[2] < 0.8, "the episode starts solved: {start:?}");
    }

    #[test]
    fn classes_are_separated_further_whatever_the_draw() {
        for seed in 1..=8 {
            let [alone, all] = ends(|state| state.seed = seed);
            assert!(
                all[0] > alone[0] + 0.3 && all[1] > 1.35 * alone[1],
                "seed {seed}: gap and ratio {alone:?} alone, {all:?} together"
            );
            assert_eq!([alone[2], all[2]], [1.0, 1.0], "seed {seed}: not every query is right");
        }
    }
}
