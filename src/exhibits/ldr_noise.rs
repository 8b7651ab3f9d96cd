//! LDR-KL trained on wrong labels: what a dear adversary does not learn by heart.

use super::{Exhibit, shown};
use crate::stages::{Readout, Screen};

/// A high price λ keeps a network from memorising wrong labels.
pub const LDR_NOISE: Exhibit = Exhibit {
    id: "ldr-noise",
    title: "A dear adversary does not learn wrong labels by heart",
    papers: &["ldr-losses"],
    claim: "Two of five labels are wrong. At λ = 1, which is cross-entropy, the network cuts an island around every \
            wrong label; at λ = 10 all classes push nearly alike, wrong labels cancel out, and far more of the clean \
            test is right.",
    tries: &[
        "Rewind and press play: at first both networks are good; then the one with λ = 1 begins to memorise.",
        "Turn λ of the main loss through 1, 3, 10, 30 and watch the islands go.",
        "Turn the noise to 0: all prices are equally good.",
        "Normalise the logits, as the authors do before training: clean accuracy rises further.",
    ],
    caveat: "160 points and a network of 772 weights. Accuracies differ by some hundredths from seed to seed.",
    figures: &["accuracy"],
    state: "loss=ldr-kl&lambda=10&vs=ldr-kl&vs1.lambda=1&stage=noisy-blobs&steps=250",
    measure,
};

fn measure(screen: &Screen) -> Vec<Readout> {
    shown(screen, &["clean-accuracy", "clean-accuracy-2", "label-accuracy", "label-accuracy-2"])
}

#[cfg(test)]
mod tests {
    use crate::exhibits::over_seeds;

    #[test]
    fn at_price_1_it_memorises_and_at_price_10_it_does_not() {
        // Catalogue: 0.55 against 0.74 as means of 4 seeds.
        let [dear, cheap, _, labels] = over_seeds("ldr-noise", "", 4)[..] else {
            panic!("measures are missing")
        };
        assert!((dear - 0.74).abs() < 0.04, "λ = 10 has clean accuracy {dear}");
        assert!((cheap - 0.55).abs() < 0.04, "λ = 1 has clean accuracy {cheap}");
        assert!(labels > 0.8, "λ = 1 fits {labels} of the training labels");
    }

    #[test]
    fn normalised_logits_do_no_worse_and_without_noise_every_price_is_as_good() {
        let [normalised, ..] = over_seeds("ldr-noise", "&logits=normalised&vs=", 2)[..] else {
            panic!("measures are missing")
        };
        assert!(normalised > 0.74, "with normalised logits λ = 10 has clean accuracy {normalised}");
        let [dear, cheap, ..] = over_seeds("ldr-noise", "&noise=0", 2)[..] else {
            panic!("measures are missing")
        };
        assert!((dear - cheap).abs() < 0.025, "without noise λ = 10 has {dear} and λ = 1 {cheap}");
    }
}
