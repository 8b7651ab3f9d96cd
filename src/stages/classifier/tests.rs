use super::tiles::{Weighed, looking, weighed};
use super::{Classifier, LONG_TAIL, NOISY_BLOBS, NOISY_MOONS};
use crate::figures::Mark;
use crate::losses::logits::bias_loss;
use crate::stages::engine::Shot;
use crate::stages::testing::{self, fitting, screen, state};
use crate::stages::{Quality, Readout, Screen, Stage};

fn readout(text: &str, id: &str) -> f64 {
    testing::readout(&screen(text), id)
}

fn is_explained(readout: &Readout) -> bool {
    readout.value.is_finite() || !readout.note.is_empty()
}

#[test]
fn every_loss_of_logits_margins_or_scores_takes_its_first_steps() {
    let cases: [(&dyn Stage, &[&str]); 3] = [
        (&NOISY_BLOBS, &["cross-entropy", "bias-loss", "ldam", "aldr-kl"]),
        (&LONG_TAIL, &["ldam", "class-balanced-ce", "logit-adjustment"]),
        (&NOISY_MOONS, &["ensloss", "bce-with-logits", "zero-one"]),
    ];
    for (stage, needed) in cases {
        let ids = fitting(stage);
        for id in needed {
            assert!(ids.contains(id), "{} does not serve {id}", stage.spec().id);
        }
        for id in ids {
            let screen = screen(&format!("loss={id}&stage={}&steps=2", stage.spec().id));
            for readout in screen.scene().readouts() {
                assert!(is_explained(&readout), "{id} on {}: {readout:?}", stage.spec().id);
            }
            for info in screen.scene().figures() {
                let figure = screen.figure(info.id, &[]);
                assert!(figure.x.range.0 < figure.x.range.1 && figure.y.range.0 < figure.y.range.1, "{id}");
            }
            assert!(!screen.scene().sentence().is_empty());
        }
    }
}

#[test]
fn a_training_in_parts_is_the_training_in_one_go() {
    for text in [
        "loss=focal&stage=noisy-blobs&vs=cross-entropy",
        "loss=ensloss&stage=noisy-moons",
        "loss=ldam&stage=long-tail",
    ] {
        let mut parts = screen(text);
        for steps in [3, 4, 17] {
            parts = Screen::open(state(&format!("{text}&steps={steps}")), Some(parts));
            parts.scene().readouts();
        }
        let whole = screen(&format!("{text}&steps=17"));
        assert_eq!(parts.scene().readouts(), whole.scene().readouts(), "{text}");
        assert_eq!(parts.figure("accuracy", &[]), whole.figure("accuracy", &[]), "{text}");
        // Back to an earlier step it is what it was then.
        let back = Screen::open(state(&format!("{text}&steps=3")), Some(parts));
        assert_eq!(back.scene().readouts(), screen(&format!("{text}&steps=3")).scene().readouts(), "{text}");
    }
}

#[test]
fn a_long_training_is_left_to_a_worker_and_shown_once_it_is_there() {
    let text = "loss=focal&stage=noisy-blobs&vs=cross-entropy&steps=30";
    let (page, worker) = (screen(text), screen(text));
    let waiting = page.scene().readouts_so_far();
    assert!(waiting.iter().all(|r| r.value.is_nan() && r.note.contains("30 steps")), "{waiting:?}");
    assert_eq!(page.compute("regions", Quality::Coarse), Vec::<f64>::new());
    assert_eq!(page.basis("regions"), worker.basis("regions"));
    let computed = worker.compute("regions", Quality::Fine);
    page.scene().supply("regions", &computed);
    assert_eq!(page.scene().readouts_so_far(), worker.scene().readouts());
    for figure in ["regions", "regions-2", "accuracy", "loss-curve"] {
        assert_eq!(page.figure(figure, &computed), worker.figure(figure, &computed), "{figure}");
    }
    // It goes on from there as if it had been trained here.
    let next = Screen::open(state(&text.replace("30", "31")), Some(page));
    assert_eq!(next.scene().readouts_so_far(), screen(&text.replace("30", "31")).scene().readouts());
}

/// The bias loss on drawn features, two of five samples poor.
fn weighing(more: &str) -> Screen {
    let text = "loss=bias-loss&stage=noisy-blobs&noise=0&poor=0.4&features=drawn&steps=2";
    screen(&format!("{text}{more}"))
}

fn shot(screen: &Screen) -> &Shot<Classifier> {
    Shot::of(screen.scene()).expect("a classifier is on screen")
}

#[test]
fn samples_are_weighed_as_the_loss_does() {
    // Catalogue, mean weights of poor and good samples: 0.71 and 0.84 at the defaults, 0.79 and 3.9 at α = 3.
    for (more, [poor, good], within) in [("", [0.71, 0.84], 0.02), ("&alpha=3", [0.79, 3.9], 0.3)] {
        let screen = weighing(more);
        let shot = shot(&screen);
        let run = looking(shot).expect("the loss looks at features");
        let Weighed { features, weights } = weighed(shot, run).expect("two steps are taken at once");
        let params = &run.contender().params;
        let rows: Vec<&[f64]> = features.iter().map(Vec::as_slice).collect();
        let expected = bias_loss::weights(&rows, params.get("alpha"), params.get("beta"), 1e5);
        for (weight, expected) in weights.iter().zip(expected) {
            assert!(
                (weight - expected).abs() < 1e-12,
                "a sample of weight {expected} is shown with {weight}"
            );
        }
        let mean = |is_poor: bool| {
            let own = weights.iter().zip(&shot.world.toy.poor).filter(|(_, poor)| **poor == is_poor);
            let own: Vec<f64> = own.map(|(weight, _)| *weight).collect();
            own.iter().sum::<f64>() / own.len() as f64
        };
        let got = [mean(true), mean(false)];
        assert!((got[0] - poor).abs() < within && (got[1] - good).abs() < within, "{got:?} with {more}");
    }
}

#[test]
fn every_sample_has_a_tile_of_its_features_and_the_least_weight_comes_first() {
    let weighing = weighing("");
    let shot = shot(&weighing);
    let Weighed { features, weights } = weighed(shot, looking(shot).unwrap()).unwrap();
    let figure = weighing.figure("tiles", &[]);
    let Some(Mark::Map(map)) = figure.marks.first() else { panic!("no map") };
    assert_eq!((map.columns, map.rows()), (16 * 4, 10 * 4));
    let corner = |row: usize, column: usize| {
        let tile = (0..16).map(|k| map.values[(39 - (4 * row + k / 4)) * 64 + 4 * column + k % 4]);
        tile.collect::<Vec<f64>>()
    };
    let by = |better: fn(&f64, &f64) -> bool| {
        (1..weights.len()).fold(0, |best, i| if better(&weights[i], &weights[best]) { i } else { best })
    };
    assert_eq!(corner(0, 0), features[by(f64::lt)], "the first tile is not of the least weight");
    assert_eq!(corner(9, 15), features[by(f64::gt)], "the last tile is not of the greatest weight");
    let dots = figure.marks.iter().map(|mark| match mark {
        Mark::Points { points, .. } => points.len(),
        _ => 0,
    });
    assert_eq!(dots.sum::<usize>(), 160);
    assert!(screen("loss=focal&stage=noisy-blobs").figures().iter().all(|figure| figure.id != "tiles"));
}

#[test]
fn numbers_that_are_no_training_are_passed_over() {
    let page = screen("loss=focal&stage=noisy-blobs&steps=30");
    for wrong in [vec![], vec![1.0], vec![1.0, 5.0, 2.0], vec![1.0, 3.0, 1.0, 9.0, 0.0], vec![f64::NAN; 9]] {
        page.scene().supply("regions", &wrong);
        assert!(page.scene().readouts_so_far()[0].value.is_nan(), "{wrong:?}");
    }
}

#[test]
fn the_map_shows_what_is_answered_at_the_samples() {
    let screen = screen("loss=cross-entropy&stage=long-tail&steps=60&spread=0.3");
    let computed = screen.compute("regions", Quality::Fine);
    let figure = screen.figure("regions", &computed);
    let Some(Mark::Map(map)) = figure.marks.first() else { panic!("no map") };
    assert_eq!((map.columns, map.values.len()), (160, 160 * 160));
    let at = |x: f64, y: f64| {
        let cell = |c: f64| (((c - map.x.0) / (map.x.1 - map.x.0)) * 159.0).round() as usize;
        map.values[cell(y) * 160 + cell(x)]
    };
    let (sine, cosine) = (120f64).to_radians().sin_cos();
    assert_eq!([at(1.2, 0.0), at(1.2 * cosine, 1.2 * sine), at(1.2 * cosine, -1.2 * sine)], [0.0, 1.0, 2.0]);
}

#[test]
fn corrected_losses_give_the_rare_class_its_share() {
    let of = |loss: &str, id: &str| readout(&format!("loss={loss}&stage=long-tail&steps=300"), id);
    let plain = of("cross-entropy", "rare-recall");
    for loss in ["logit-adjustment", "class-balanced-ce"] {
        let recall = of(loss, "rare-recall");
        assert!(recall > plain + 0.1, "{loss} recalls {recall} of the rare class, cross-entropy {plain}");
        let balanced = [of(loss, "balanced-accuracy"), of("cross-entropy", "balanced-accuracy")];
        assert!(balanced[0] > balanced[1], "balanced accuracies {balanced:?}");
        let area = [of(loss, "rare-area"), of("cross-entropy", "rare-area")];
        assert!(area[0] > area[1], "shares of the plane {area:?}");
    }
}

#[test]
fn cross_entropy_memorises_wrong_labels_and_absolute_error_does_not() {
    // Catalogue, mean of 4 seeds: clean 0.55 against 0.87, labels 0.88 against 0.58.
    let mean = |loss: &str, id: &str| {
        let of = |seed| readout(&format!("loss={loss}&stage=noisy-blobs&steps=250&seed={seed}"), id);
        (of(1) + of(2)) / 2.0
    };
    for (loss, clean, labels) in [("cross-entropy", 0.55, 0.88), ("probability-mae", 0.87, 0.58)] {
        let got = [mean(loss, "clean-accuracy"), mean(loss, "label-accuracy")];
        assert!((got[0] - clean).abs() < 0.06, "{loss} has clean accuracy {} after 250 steps", got[0]);
        assert!((got[1] - labels).abs() < 0.06, "{loss} fits {} of the training labels", got[1]);
    }
}
