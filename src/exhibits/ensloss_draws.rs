//! The losses that EnsLoss draws: different every time, and sound.

use super::{Exhibit, shown};

/// Fifty losses that no one has written down.
pub const ENSLOSS_DRAWS: Exhibit = Exhibit {
    id: "ensloss-draws",
    title: "Fifty losses out of a hat",
    papers: &["ensloss"],
    claim: "A batch needs slopes, not a loss. Random ones, sorted like its margins, always belong to a convex loss \
            that falls at 0, another one for each batch.",
    tries: &[
        "Turn the draw: the blue staircase and its integral change, the bundle stays.",
        "Deal singly: slopes no longer follow the margins, and hardly a draw is convex.",
        "Turn λ from −1 to 1: the steps spread out.",
    ],
    caveat: "32 even margins in place of those of a network; the first 50 steps of the training draw this noise.",
    figures: &["slope"],
    state: "loss=ensloss&vs=hinge,logistic,exponential&stage=margin-curve&z=0",
    measure: |screen| shown(screen, &["calibrated", "loss", "slope"]),
};

#[cfg(test)]
mod tests {
    use crate::exhibits::{measured, open};
    use crate::stages::Screen;

    #[test]
    fn all_draws_are_calibrated_and_hardly_one_is_without_sorting() {
        // Catalogue: 100 %, and about 0 % without sorting.
        for (more, low, high) in
            [("", 1.0, 1.0), ("&lambda=1&tail=0", 1.0, 1.0), ("&dealt=singly", 0.0, 0.02)]
        {
            let screen = Screen::open(open(&format!("exhibit=ensloss-draws{more}")).0, None);
            let share = measured(&screen, "calibrated");
            assert!((low..=high).contains(&share), "{share} of the draws are calibrated{more}");
        }
    }

    #[test]
    fn at_margin_0_a_draw_lies_between_the_logistic_and_the_hinge_loss_on_average() {
        let at = |draw: usize| {
            let screen = Screen::open(open(&format!("exhibit=ensloss-draws&draw={draw}")).0, None);
            measured(&screen, "loss")
        };
        let mean = (1..=50).map(at).sum::<f64>() / 50.0;
        assert!((2f64.ln()..1.0).contains(&mean), "the mean of the draws at 0 is {mean}");
    }
}
