//! ALDR-KL trained on wrong labels: which samples keep a high price.

use super::{Exhibit, shown};
use crate::losses::logits::aldr_kl::adaptive_lambda;
use crate::stages::{Readout, Screen, trained};

/// After training wrong labels keep a larger λ than right ones.
pub const ALDR_PATIENCE: Exhibit = Exhibit {
    id: "aldr-patience",
    title: "Every sample finds its own price",
    papers: &["ldr-losses"],
    claim: "Each sample's λ falls as its own label stands out. Where the label is wrong it stands out less, so λ stays \
            higher there: the loss is patient with what looks doubtful, and the network memorises less than under \
            cross-entropy.",
    tries: &[
        "Press rewind and play: the two mean prices part while the network learns.",
        "Turn λ₀ to 1: the prices still part, but the network memorises again.",
        "Turn α to 100: no price may fall any more, and it is LDR-KL.",
        "Normalise the logits: clean accuracy rises.",
    ],
    caveat: "λ is solved for at every step; the authors' code moves it by one step a visit.",
    figures: &["accuracy"],
    state: "loss=aldr-kl&lambda0=10&vs=cross-entropy&stage=noisy-blobs&steps=250",
    measure,
};

fn measure(screen: &Screen) -> Vec<Readout> {
    let contender = screen.state().contender();
    let mut readouts = shown(screen, &["clean-accuracy", "clean-accuracy-2"]);
    let Some((data, outputs)) = trained(screen.scene()) else { return readouts };
    if contender.loss.spec().id != "aldr-kl" {
        return readouts;
    }
    let [lambda0, alpha, margin] = ["lambda0", "alpha", "margin"].map(|name| contender.params.get(name));
    let samples = || outputs.rows().into_iter().enumerate();
    for (id, name, wrong) in [
        ("wrong-price", "mean λ/λ₀ of wrong labels", true),
        ("right-price", "mean λ/λ₀ of right labels", false),
    ] {
        let own = samples().filter(|(i, _)| data.toy.is_wrong(*i) == wrong);
        let price = |(i, logits): (usize, ndarray::ArrayView1<'_, f64>)| {
            adaptive_lambda(&logits.to_vec(), data.toy.labels[i], lambda0, alpha, margin) / lambda0
        };
        let prices: Vec<f64> = own.map(price).collect();
        let value = prices.iter().sum::<f64>() / prices.len() as f64;
        let note = if prices.is_empty() { "there is no such label" } else { "" };
        readouts.push(Readout { id, name: name.into(), of: None, value, unit: "", note: note.into() });
    }
    readouts
}

#[cfg(test)]
mod tests {
    use crate::exhibits::over_seeds;

    #[test]
    fn wrong_labels_keep_the_higher_price() {
        // Catalogue: 0.88 against 0.80, clean accuracy 0.74 against 0.55 of cross-entropy.
        let [clean, plain, wrong, right] = over_seeds("aldr-patience", "", 2)[..] else {
            panic!("measures are missing")
        };
        assert!((wrong - 0.88).abs() < 0.04 && (right - 0.80).abs() < 0.04, "prices {wrong} and {right}");
        assert!((clean - 0.74).abs() < 0.06 && (plain - 0.55).abs() < 0.06, "accuracies {clean} and {plain}");
    }

    #[test]
    fn at_a_low_highest_price_they_part_as_well() {
        // Catalogue: 0.72 against 0.65.
        let [_, wrong, right] = over_seeds("aldr-patience", "&lambda0=1&vs=", 2)[..] else {
            panic!("measures are missing")
        };
        assert!((wrong - 0.72).abs() < 0.04 && (right - 0.65).abs() < 0.04, "prices {wrong} and {right}");
    }
}
