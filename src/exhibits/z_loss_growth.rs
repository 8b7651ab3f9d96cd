//! Z-loss next to cross-entropy while a linear model is trained: which weights grow for ever.

use super::{Exhibit, shown};
use crate::stages::{Readout, Screen};

/// Under the Z-loss nothing is gained by larger weights.
pub const Z_LOSS_GROWTH: Exhibit = Exhibit {
    id: "z-loss-growth",
    title: "Weights that stop growing",
    papers: &["z-loss"],
    claim: "On classes that a linear model tells apart, cross-entropy falls for ever while the weights grow. The Z-loss \
            does not change when all logits are multiplied, so its gradient has no part along the weights: once \
            the directions are right, their length stays.",
    tries: &[
        "Compare the lengths of the weights after 200, 1000 and 2000 steps.",
        "Look at the gradient along the weights: under the Z-loss it is rounding error at every step.",
        "Widen the spread: cross-entropy then finds a best length as well.",
        "Raise b: the label has to stand out more, and with four classes by √3 at most.",
    ],
    caveat: "160 samples, plain descent at rate 1, length over weights and biases.",
    figures: &["loss-curve"],
    state: "loss=z-loss&vs=cross-entropy&stage=noisy-blobs&noise=0&spread=0.35&model=linear&optimizer=sgd&lr=1&budget=2000&steps=2000",
    measure,
};

fn measure(screen: &Screen) -> Vec<Readout> {
    shown(screen, &["length", "length-2", "radial-gradient", "radial-gradient-2"])
}

#[cfg(test)]
mod tests {
    use crate::exhibits::over_seeds;

    #[test]
    fn cross_entropy_grows_the_weights_and_the_z_loss_does_not() {
        // Catalogue, at step 2000: 13.7 under cross-entropy with a gradient of 2e-2 along the weights, which is there
        // not divided by their length; under the Z-loss the length freezes, at one that depends on the start.
        let [z, ce, z_radial, ce_radial] = over_seeds("z-loss-growth", "", 1)[..] else {
            panic!("measures are missing")
        };
        let [z_half, ce_half, ..] = over_seeds("z-loss-growth", "&steps=1000", 1)[..] else {
            panic!("measures are missing")
        };
        assert!((ce - 13.7).abs() < 1.0 && ce > 1.1 * ce_half, "under cross-entropy {ce_half}, then {ce}");
        assert!((z / z_half - 1.0).abs() < 1e-6, "under the Z-loss {z_half}, then {z}");
        assert!(z_radial.abs() < 1e-14, "the Z-loss has a gradient of {z_radial} along the weights");
        assert!(
            (ce_radial.abs() * ce - 2e-2).abs() < 5e-3,
            "cross-entropy has {ce_radial} along the weights"
        );
    }
}
