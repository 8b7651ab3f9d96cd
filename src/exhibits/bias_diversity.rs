//! Bias loss: samples whose features vary little count less.

use super::{Exhibit, shown};
use crate::losses::logits::bias_loss::weights;
use crate::stages::{Readout, Screen, trained};

/// Weights from the variance of features keep poor samples with random labels from misleading the training.
pub const BIAS_DIVERSITY: Exhibit = Exhibit {
    id: "bias-diversity",
    title: "Samples with little to see count less",
    papers: &["bias-loss"],
    claim: "Two of five samples are poor: their features hardly vary and their labels are random. The bias loss weighs \
            a sample by the variance of its features, so that poor ones push less and the network keeps nearer to \
            the truth than under cross-entropy.",
    tries: &[
        "Look at the tiles, 16 features each: pale ones come first, with small dots for their weight.",
        "Watch the sizes of the points: they show how hard each one pushes.",
        "Turn β back to 0.3, the authors' default: poor samples weigh 0.71 and good ones 0.84, which hardly helps.",
        "Turn α up to 3: good samples now weigh several times as much as poor ones.",
        "Let the loss look at the hidden units instead: the last layer of this network does not tell poor from good.",
    ],
    caveat: "The 16 features are drawn with each sample and are not seen by the network. The network that the paper \
             designs for this loss is not shown.",
    figures: &["tiles"],
    state: "loss=bias-loss&beta=0.99&vs=cross-entropy&stage=noisy-blobs&noise=0&poor=0.4&features=drawn&steps=250",
    measure,
};

fn measure(screen: &Screen) -> Vec<Readout> {
    let contender = screen.state().contender();
    let mut readouts = shown(screen, &["clean-accuracy", "clean-accuracy-2"]);
    let Some((data, _)) = trained(screen.scene()) else { return readouts };
    let Some(features) = data.features().filter(|_| contender.loss.spec().id == "bias-loss") else {
        return readouts;
    };
    let [alpha, beta, running_min] = ["alpha", "beta", "running_min"].map(|name| contender.params.get(name));
    let features: Vec<Vec<f64>> = features.rows().into_iter().map(|row| row.to_vec()).collect();
    let features: Vec<&[f64]> = features.iter().map(Vec::as_slice).collect();
    let weights = weights(&features, alpha, beta, running_min);
    for (id, name, poor) in [
        ("poor-weight", "mean weight of poor samples", true),
        ("good-weight", "mean weight of good samples", false),
    ] {
        let own: Vec<f64> = weights
            .iter()
            .zip(&data.toy.poor)
            .filter(|(_, p)| **p == poor)
            .map(|(weight, _)| *weight)
            .collect();
        let value = own.iter().sum::<f64>() / own.len() as f64;
        let note = if own.is_empty() { "there is no such sample" } else { "" };
        readouts.push(Readout { id, name: name.into(), of: None, value, unit: "", note: note.into() });
    }
    readouts
}

#[cfg(test)]
mod tests {
    use crate::exhibits::over_seeds;

    #[test]
    fn weighting_by_diversity_keeps_random_labels_from_being_learned() {
        // Catalogue, means of 5 seeds: cross-entropy 0.72, β = 0.99 0.94, α = 3 0.92 with weights 0.79 and 3.9.
        let [bias, plain, ..] = over_seeds("bias-diversity", "", 3)[..] else {
            panic!("measures are missing")
        };
        assert!((plain - 0.72).abs() < 0.08, "cross-entropy has clean accuracy {plain}");
        assert!((bias - 0.94).abs() < 0.08 && bias > plain + 0.1, "β = 0.99 has clean accuracy {bias}");
        let [bias, plain, poor, good] = over_seeds("bias-diversity", "&alpha=3&beta=0.3", 3)[..] else {
            panic!("measures are missing")
        };
        assert!(bias > plain + 0.08, "α = 3 has clean accuracy {bias}, cross-entropy {plain}");
        assert!((poor - 0.79).abs() < 0.05 && (good - 3.9).abs() < 0.5, "weights {poor} and {good}");
    }

    #[test]
    fn the_defaults_are_mild() {
        let [_, poor, good] = over_seeds("bias-diversity", "&beta=0.3&steps=1&vs=", 3)[..] else {
            panic!("measures are missing")
        };
        assert!((poor - 0.71).abs() < 0.01 && (good - 0.84).abs() < 0.02, "weights {poor} and {good}");
    }
}
