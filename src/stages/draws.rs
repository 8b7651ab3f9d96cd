//! The losses of a margin that a random loss draws, one a batch.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use super::engine::direct;
use super::state::{Contender, State};
use crate::kernel::Gradient;
use crate::spec::{Param, Spec};

/// Draws that are shown together.
pub(super) const DRAWS: usize = 50;

/// Margins of a batch, evenly spread over ±3.
pub(super) const MARGINS: usize = 32;
const REACH: f64 = 3.0;

/// Which draw stands out.
pub(super) const DRAW: Param =
    Param::integer("draw", "", 1.0, (1.0, DRAWS as f64), "which of 50 batches stands out").bounded();

/// How draws come to margins.
pub(super) const DEALT: Param = Param::names(
    "dealt",
    &["together", "singly"],
    "whether the loss sees a batch of 32 margins at once, or each margin with its draw alone",
);

/// Whether a loss draws another loss for every batch.
pub(super) fn is_drawn(loss: &Spec) -> bool {
    loss.reads(&["margin", "noise"])
}

/// The loss of a margin that a batch was pulled with: straight between places halfway from one margin of the batch
/// to the next, 0 at margin 1.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Draw {
    /// The slope around each margin.
    slopes: Vec<f64>,
}

impl Draw {
    /// The draws of a loss of a state; the `k`th has the noise that step `k` of a training has.
    /// None where the loss draws nothing, or cannot be computed.
    pub fn all(state: &State, contender: &Contender) -> Vec<Self> {
        let together = state.knobs.has(DEALT.name) && state.knobs.named(DEALT.name) == "together";
        let size = if together { MARGINS } else { 1 };
        if !is_drawn(contender.loss.spec()) {
            return Vec::new();
        }
        let Ok(mut inputs) = direct::checked(contender, |_| (vec![size], vec![0.0; size])) else {
            return Vec::new();
        };
        let mut gradient = Gradient::default();
        let mut draw = |k: usize| {
            let mut rng = ChaCha8Rng::seed_from_u64(state.seed);
            rng.set_stream(1 + k as u64);
            let noise: Vec<f64> = (0..MARGINS).map(|_| rng.sample(StandardNormal)).collect();
            let margins: Vec<f64> = (0..MARGINS).map(margin).collect();
            let mut slopes = Vec::with_capacity(MARGINS);
            for (margins, noise) in margins.chunks(size).zip(noise.chunks(size)) {
                inputs.set_variable("margin", margins.iter().copied());
                inputs.set_fixed("noise", noise.iter().copied());
                contender.loss.value_and_gradient(&inputs, &contender.params, &mut gradient);
                slopes.extend(gradient.of("margin").iter().map(|slope| size as f64 * slope));
            }
            Self { slopes }
        };
        (0..DRAWS).map(&mut draw).collect()
    }

    /// The slope at a margin.
    pub fn slope(&self, z: f64) -> f64 {
        let place = (z + REACH) / (2.0 * REACH) * (MARGINS - 1) as f64;
        self.slopes[(place.round().max(0.0) as usize).min(MARGINS - 1)]
    }

    /// The loss at a margin.
    pub fn loss(&self, z: f64) -> f64 {
        let within = |i: usize| z.clamp(edge(i), edge(i + 1)) - 1f64.clamp(edge(i), edge(i + 1));
        self.slopes.iter().enumerate().map(|(i, slope)| slope * within(i)).sum()
    }

    /// Where it bends between two margins, both with the slope before and the one after.
    pub fn bends(&self) -> impl Iterator<Item = (f64, [f64; 2])> {
        let pairs = self.slopes.windows(2).enumerate();
        pairs.map(|(i, pair)| (edge(i + 1), [pair[0], pair[1]]))
    }

    /// Whether it is convex and falls at 0: then whoever minimises it minimises mistakes, too.
    pub fn is_calibrated(&self) -> bool {
        self.slopes.windows(2).all(|pair| pair[0] <= pair[1]) && self.slope(0.0) < 0.0
    }
}

fn margin(i: usize) -> f64 {
    REACH * (2.0 * i as f64 / (MARGINS - 1) as f64 - 1.0)
}

/// Where the slope of margin `i` begins; those of the first and the last have no end.
fn edge(i: usize) -> f64 {
    match i {
        0 => f64::NEG_INFINITY,
        MARGINS => f64::INFINITY,
        _ => 0.5 * (margin(i - 1) + margin(i)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::testing::state;

    fn draws(text: &str) -> Vec<Draw> {
        let state = state(&format!("loss=ensloss&stage=margin-curve{text}"));
        Draw::all(&state, state.contender())
    }

    fn share(draws: &[Draw]) -> f64 {
        draws.iter().filter(|draw| draw.is_calibrated()).count() as f64 / draws.len() as f64
    }

    #[test]
    fn every_draw_is_calibrated_and_without_sorting_next_to_none() {
        // Catalogue: 100 % and about 0 %.
        for more in ["", "&lambda=-1", "&lambda=0.5", "&lambda=1", "&tail=0", "&seed=7"] {
            assert_eq!(share(&draws(more)), 1.0, "sorted{more}");
            assert!(share(&draws(&format!("{more}&dealt=singly"))) < 0.02, "singly{more}");
        }
    }

    #[test]
    fn a_draw_is_the_integral_of_its_slopes_and_0_at_margin_1() {
        for draw in draws("").iter().take(5) {
            assert_eq!(draw.loss(1.0), 0.0);
            for z in [-3.7, -1.05, 0.02, 0.9, 2.5, 3.9] {
                let slope = (draw.loss(z + 1e-4) - draw.loss(z - 1e-4)) / 2e-4;
                assert!((slope - draw.slope(z)).abs() < 1e-9, "at {z} it is {slope}, not {}", draw.slope(z));
            }
        }
    }

    #[test]
    fn the_same_seed_draws_the_same_and_no_two_draws_are_alike() {
        assert_eq!(draws("&seed=3"), draws("&seed=3"));
        let (own, other) = (draws(""), draws("&seed=2"));
        assert_ne!(own, other);
        assert!(own.windows(2).all(|pair| pair[0] != pair[1]));
        assert_eq!(draws("&loss=hinge"), []);
    }
}
