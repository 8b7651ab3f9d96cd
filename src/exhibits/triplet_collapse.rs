//! A triplet loss on the hardest triplets gets stuck at its margin.

use super::{Exhibit, shown};
use crate::stages::{Contender, Readout, Screen, numbered, titles};

/// A mixed clump under the hardest triplets, next to the same under semi-hard ones.
pub const TRIPLET_COLLAPSE: Exhibit = Exhibit {
    id: "triplet-collapse",
    title: "Triplet loss gets stuck at the margin",
    papers: &[],
    claim: "Trained on the hardest triplet of every anchor, samples that start mixed up first fall together: the loss \
            comes down to the margin and hangs there while the distances vanish. Semi-hard triplets spread the same \
            samples from the first step on.",
    tries: &[
        "Set the steps to 0 and play: under batch-hard mining the clump shrinks to a fifth within 60 steps, under semi-hard it \
         grows.",
        "Look at the loss over the training: that of batch-hard halts at the margin, 0.5. Turn the margin: it halts \
         there.",
        "Let it play to 500 steps: where points almost coincide, squared distances have almost no slope, so getting \
         out takes several times as long as falling in.",
        "Change the mining from batch-hard to all triplets: the clump shrinks a little, then opens. Change the distance \
         to the plain one: its slope does not fade, and the clump bursts sooner.",
        "Add “&seed=2” to the address, for another draw: how small the clump gets depends on the draw, the halt at the margin does not.",
    ],
    caveat: "These are 24 free points on the circle under plain descent, not a network. Networks, whose outputs are \
             tied together, may stay collapsed for good; free points all get out in the end.",
    figures: &["loss-curve"],
    state: "loss=triplet-margin&stage=embedding-plane&mining=3&margin=0.5&distance=3\
            &vs=triplet-margin&vs1.mining=1&vs1.margin=0.5&vs1.distance=3\
            &layout=clump&count=24&noise=0.3&motion=circle&lr=0.08&steps=100&budget=500\
            &sweep=margin&readout=distance",
    measure,
};

/// Of both losses, so that what the hardest triplets do is seen beside what the semi-hard ones do.
fn measure(screen: &Screen) -> Vec<Readout> {
    let start = Screen::open(screen.state().with(|state| state.steps = 0), None);
    let contenders = &screen.state().contenders;
    let value = |screen: &Screen, id| shown(screen, &[id]).first().map_or(f64::NAN, |readout| readout.value);
    let share = |id, name: &str, part: f64, whole: f64| {
        let note = if whole == 0.0 { "there is nothing to compare with" } else { "" };
        Readout { id, name: name.into(), of: None, value: part / whole, unit: "", note: note.into() }
    };
    let measured = |(place, (contender, title)): (usize, (&Contender, String))| {
        let [loss, size] = ["loss", "distance"].map(|id| numbered(id, place));
        let margin = if contender.params.has("margin") { contender.params.get("margin") } else { f64::NAN };
        [
            share(numbered("loss-in-margins", place), "loss, in margins", value(screen, loss), margin),
            share(
                numbered("size", place),
                "size, of that at the start",
                value(screen, size),
                value(&start, size),
            ),
        ]
        .map(|readout| readout.of(place, contenders.len(), &title))
    };
    contenders.iter().zip(titles(contenders)).enumerate().flat_map(measured).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exhibits::{measured, preset};

    fn at(mining: &str, steps: usize, seed: u64) -> (f64, f64) {
        let mut state = preset(&TRIPLET_COLLAPSE);
        state.set("mining", mining).unwrap();
        (state.steps, state.seed) = (steps, seed);
        let screen = Screen::open(state, None);
        (measured(&screen, "loss-in-margins"), measured(&screen, "size"))
    }

    #[test]
    fn the_hardest_triplets_collapse_the_clump_and_the_loss_halts_at_the_margin() {
        for seed in 1..=6 {
            let (loss, size) = at("batch-hard", 60, seed);
            assert!(size < 0.55, "seed {seed}: the clump still has {size} of its size");
            assert!((loss - 1.0).abs() < 0.06, "seed {seed}: the loss is {loss} margins");
        }
        let (loss, size) = at("batch-hard", 100, 1);
        assert!((loss - 1.0).abs() < 0.01 && size < 0.2, "on opening: {loss} margins, size {size}");
    }

    #[test]
    fn semi_hard_triplets_spread_it_from_the_start() {
        for seed in 1..=6 {
            let sizes = [0, 10, 20, 40, 60].map(|steps| at("semi-hard", steps, seed).1);
            assert!(sizes.is_sorted() && sizes[4] > 1.35, "seed {seed}: the sizes are {sizes:?}");
        }
    }

    #[test]
    fn getting_out_takes_longer_than_falling_in() {
        assert!(at("batch-hard", 200, 1).0 > 0.9, "it is out after 200 steps");
        assert!(at("batch-hard", 500, 1).0 < 0.9, "it is still in after 500 steps");
    }

    #[test]
    fn all_triplets_shrink_the_clump_a_little_and_then_open_it() {
        let sizes = [0, 80, 300].map(|steps| at("all", steps, 1).1);
        assert!((0.7..0.95).contains(&sizes[1]) && sizes[2] > 1.1, "the sizes are {sizes:?}");
    }
}
