//! MadaCos: scale and margin follow the median of the batch.

use super::Exhibit;
use crate::losses::angular::madacos::scale_and_margin;
use crate::stages::{Readout, Screen};

/// The batch decides how sharp and how strict the softmax is.
pub const MEDIAN_ADAPTIVE: Exhibit = Exhibit {
    id: "median-adaptive",
    title: "A margin that follows the batch",
    papers: &["cfcd"],
    claim: "MadaCos sets scale and margin so that the median sample of the batch always has probability α, and a perfect \
            one nearly 1. As samples gather at their prototypes, both grow by themselves: what was good enough at first \
            is pulled again later. Fixed ones let go.",
    tries: &[
        "Turn progress up: the scale of MadaCos grows, its margin too, and its median sample is pulled on.",
        "Watch ArcFace beside it: with its fixed scale and margin it pulls less and less.",
        "Turn α down to 0.02, as the released configurations have it: the median sample is pulled by 98 % of the scale.",
        "Drag samples beyond the median: nothing changes for the others until the median itself moves.",
    ],
    caveat: "24 drawn cosines, not a training: progress moves them from 0.3 ± 0.15 to 0.8 ± 0.08. At the defaults the \
             floor of the scale, 32, is what holds at first.",
    figures: &["sweep"],
    state: "loss=madacos&vs=arcface&vs1.scale=32&vs1.m=0.15&stage=cosine-batch&sweep=progress&readout=median-pull",
    measure,
};

/// Scale and margin of the batch on screen, and what they make of its median and of a perfect sample.
pub(super) fn measure(screen: &Screen) -> Vec<Readout> {
    let contender = screen.state().contender();
    let Some(batch) = screen.scene().batch().filter(|_| contender.loss.spec().id == "madacos") else {
        return Vec::new();
    };
    let (cosines, labels) = (batch.rows("cosines"), batch.classes("labels"));
    let alpha = contender.params.get("alpha");
    let chosen = scale_and_margin(&cosines, &labels, alpha, contender.params.get("least_scale"));
    let Some(median) = (0..labels.len()).find(|&i| cosines[i][labels[i]] == chosen.median) else {
        return Vec::new();
    };
    // The probability of a sample beside the rivals of the median one.
    let probability = |cosine: f64| {
        let rivals = cosines[median].iter().enumerate().filter(|(k, _)| *k != labels[median]);
        let odds: f64 = rivals.map(|(_, c)| (chosen.scale * (c - cosine + chosen.margin)).exp()).sum();
        1.0 / (1.0 + odds)
    };
    let readout = |id, name: &str, value: f64, note: &str| Readout {
        id,
        name: name.into(),
        of: None,
        value,
        unit: "",
        note: note.into(),
    };
    let floor = if chosen.margin == 0.0 { "above α where the margin would be below 0" } else { "" };
    vec![
        readout("scale", "scale", chosen.scale, ""),
        readout("margin", "margin, in the cosine", chosen.margin, ""),
        readout("median-probability", "probability of the median sample", probability(chosen.median), floor),
        readout("shortfall", "what a perfect sample lacks to probability 1", 1.0 - probability(1.0), ""),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exhibits::{measured, open};

    fn at(text: &str, id: &str) -> f64 {
        let (state, notices) = open(&format!("exhibit=median-adaptive{text}"));
        assert_eq!(notices, []);
        measured(&Screen::open(state, None), id)
    }

    #[test]
    fn the_median_sample_has_probability_alpha_whatever_the_progress() {
        for progress in ["0", "0.3", "0.6", "1"] {
            for alpha in [0.02, 0.1, 0.3] {
                let p = at(&format!("&progress={progress}&alpha={alpha}"), "median-probability");
                assert!((p - alpha).abs() < 1e-9, "at {progress} the median sample has {p}, not {alpha}");
            }
        }
    }

    #[test]
    fn without_the_floor_a_perfect_sample_lacks_a_ten_millionth() {
        let lacks = at("&least_scale=1", "shortfall");
        assert!((lacks - 1e-7).abs() < 1e-10, "it lacks {lacks}");
    }

    #[test]
    fn scale_and_margin_grow_together() {
        let along = |id: &str| ["0", "0.25", "0.5", "0.75", "1"].map(|p| at(&format!("&progress={p}"), id));
        for id in ["scale", "margin"] {
            let course = along(id);
            assert!(course.windows(2).all(|pair| pair[1] >= pair[0]), "the {id} runs {course:?}");
            assert!(course[4] > 1.5 * course[0], "the {id} goes from {} to {} only", course[0], course[4]);
        }
    }
}
