//! MadaCos trained: scale and margin over the steps.

use super::{Exhibit, median_adaptive, shown};
use crate::stages::{Readout, Screen};

/// What the batch asks for grows until there is nothing left to separate.
pub const MEDIAN_TRAINING: Exhibit = Exhibit {
    id: "median-training",
    title: "A margin that grows in training",
    papers: &["cfcd"],
    claim: "Under MadaCos scale and margin start at their floors and rise as the median sample nears its prototype. \
            Classes end tighter and farther apart than under ArcFace, whose scale and margin stay.",
    tries: &[
        "Rewind, play, and follow scale, margin and median.",
        "Put the dynamic AdaCos in place of ArcFace: its scale falls meanwhile.",
    ],
    caveat: "Six clean blobs that can be separated: the scale runs on to thousands, where a step is too long and at \
             times it falls back. With other seeds it leaves its floor only after 100 steps.",
    figures: &["part"],
    state: "loss=madacos&vs=arcface&vs1.scale=32&vs1.m=0.15&stage=hypersphere-train&classes=6&noise=0&spread=0.45\
            &batch=240&lr=0.02&budget=200&steps=200",
    measure,
};

fn measure(screen: &Screen) -> Vec<Readout> {
    let angles = shown(screen, &["angle", "angle-2", "prototype-angle", "prototype-angle-2"]);
    [median_adaptive::measure(screen), angles].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exhibits::{measured, over_seeds, preset};
    use crate::figures::{Figure, Mark};

    fn courses(figure: &Figure) -> Vec<Vec<f64>> {
        let heights = |mark: &Mark| match mark {
            Mark::Line { points, .. } => Some(points.iter().map(|point| point.1).collect()),
            _ => None,
        };
        figure.marks.iter().filter_map(heights).collect()
    }

    #[test]
    fn scale_and_margin_grow_from_their_floors() {
        let screen = Screen::open(preset(&MEDIAN_TRAINING), None);
        let alpha = measured(&screen, "median-probability");
        assert!((alpha - 0.1).abs() < 1e-9, "the median sample has probability {alpha}");
        let course = |id: &str| courses(&screen.figure(id, &[])).remove(0);
        let [scale, margin, median] = ["part", "part-2", "part-3"].map(course);
        // Catalogue, one run: scale 33, 60, 82, 1515 and margin 0, 0.36, 0.45, 0.79 within 100 steps. Here the scale
        // passes 60 within 20 steps, is 495 after 100 and passes 1515 before 150.
        assert!((scale[0] - 33.0).abs() < 1.5 && margin[0] < 0.01, "{} and {}", scale[0], margin[0]);
        let passed = |level: f64| 10 * scale.iter().position(|s| *s > level).unwrap_or(usize::MAX / 10);
        assert!(
            passed(60.0) <= 20 && passed(82.0) <= 100,
            "60 after {}, 82 after {} steps",
            passed(60.0),
            passed(82.0)
        );
        assert!((100..=150).contains(&passed(1515.0)), "1515 after {} steps", passed(1515.0));
        assert!((margin[10] - 0.79).abs() < 0.15, "after 100 steps the margin is {}", margin[10]);
        // Beyond, a scale of thousands makes the course depend on the last digit.
        assert!(median[0] < 0.5 && median[10] > 0.95, "the median goes from {} to {}", median[0], median[10]);
    }

    #[test]
    fn classes_end_tighter_and_farther_apart_than_under_arcface() {
        let [.., tight, loose, apart, near] = over_seeds("median-training", "", 2)[..] else {
            panic!("four angles")
        };
        assert!(tight < 0.6 * loose, "samples end {tight}° from their prototype, under ArcFace {loose}°");
        assert!(apart > 2.0 * near, "prototypes end {apart}° apart, under ArcFace {near}°");
    }

    #[test]
    fn the_scale_of_adacos_falls_meanwhile() {
        let state = preset(&MEDIAN_TRAINING).with(|state| {
            state.set("vs", "adacos-dynamic").expect("it is a loss");
            state.steps = 100;
        });
        let screen = Screen::open(state, None);
        screen.scene().readouts();
        let scales = courses(&screen.figure("part", &[])).remove(1);
        let (first, last) = (scales[0], scales[scales.len() - 1]);
        assert!(last < 0.8 * first && last > 0.0, "the scale of AdaCos goes from {first} to {last}");
    }
}
