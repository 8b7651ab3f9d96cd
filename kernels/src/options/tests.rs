use ndarray::{Axis, arr1, arr2};
use proptest::prelude::*;

use super::*;
use crate::losses;
use crate::testing::{inputs, random, value};

const SIZES: [(&str, usize); 9] =
    [("N", 6), ("C", 4), ("D", 3), ("M", 2), ("K", 3), ("P", 5), ("S", 8), ("Q", 4), ("F", 5)];

fn batch(labels: &[f64]) -> BTreeMap<String, ArrayD<f64>> {
    let logits = arr2(&[[1.0, 2.0, 0.5], [0.3, -1.0, 2.0], [3.0, 0.0, 1.0]]).into_dyn();
    [("logits".to_owned(), logits), ("labels".to_owned(), arr1(labels).into_dyn())].into()
}

fn params(id: &str, given: &[(&str, f64)]) -> (&'static dyn Loss, Params) {
    let loss = losses::find(id).unwrap();
    (loss, crate::testing::params(loss, given))
}

fn reduced(options: &Options, labels: &[f64]) -> Reduced {
    let (loss, params) = params("cross-entropy", &[]);
    options.evaluate(loss, batch(labels), &params).unwrap()
}

/// Surprise of each class of each sample.
fn surprise(i: usize, class: usize) -> f64 {
    let rows = [[1.0, 2.0, 0.5], [0.3, -1.0, 2.0], [3.0, 0.0, 1.0f64]];
    rows[i].iter().map(|f| f.exp()).sum::<f64>().ln() - rows[i][class]
}

fn weights(own: &[f64]) -> Option<ArrayD<f64>> {
    Some(arr1(own).into_dyn())
}

/// The arrays of an input as they are given.
fn arrays(input: &Inputs<f64>) -> BTreeMap<String, ArrayD<f64>> {
    let array = |(name, shape, entries): (&str, &[usize], Vec<String>)| {
        let entries = entries.iter().map(|entry| entry.parse().unwrap()).collect();
        (name.to_owned(), ArrayD::from_shape_vec(shape, entries).unwrap())
    };
    input.entries().map(array).collect()
}

/// Random inputs that a loss accepts.
fn fitting(loss: &dyn Loss, params: &Params, seed: u64) -> Option<Inputs<f64>> {
    let mut batches = (0..100).map(|next| random(loss.spec(), &SIZES, 100 * seed + next));
    batches.find(|input| loss.check(input, params).is_ok())
}

fn close(got: f64, expected: f64) -> bool {
    (got - expected).abs() <= 1e-11 * expected.abs().max(1.0)
}

#[test]
fn a_weighted_mean_is_divided_as_the_library_does() {
    let terms = [2.0 * surprise(0, 0), 0.5 * surprise(1, 1), 1.5 * surprise(2, 2)];
    let total: f64 = terms.iter().sum();
    for (divided_by, divisor) in
        [(None, 4.0), (Some(DividedBy::Weights), 4.0), (Some(DividedBy::Samples), 3.0)]
    {
        let options = Options { class_weights: Some(vec![2.0, 0.5, 1.5]), divided_by, ..Options::default() };
        let got = reduced(&options, &[0.0, 1.0, 2.0]).values[[0]];
        assert!((got - total / divisor).abs() < 1e-14, "{divided_by:?}: {got}, not {}", total / divisor);
    }
    let own = weights(&[1.0, 0.0, 3.0]);
    let total = surprise(0, 0) + 3.0 * surprise(2, 2);
    for (reduction, divided_by, expected) in [
        (Reduction::Sum, None, total),
        (Reduction::Mean, None, total / 3.0),
        (Reduction::Mean, Some(DividedBy::SampleWeights), total / 4.0),
    ] {
        let options = Options { sample_weights: own.clone(), reduction, divided_by, ..Options::default() };
        let got = reduced(&options, &[0.0, 1.0, 2.0]).values[[0]];
        assert!(
            (got - expected).abs() < 1e-14,
            "{reduction:?} divided by {divided_by:?} is {got}, not {expected}"
        );
    }
}

#[test]
fn an_ignored_sample_costs_nothing_and_is_not_pulled() {
    let options = Options { ignored: Some(-100.0), ..Options::default() };
    let Reduced { values, gradient } = reduced(&options, &[0.0, -100.0, 2.0]);
    assert!((values[[0]] - (surprise(0, 0) + surprise(2, 2)) / 2.0).abs() < 1e-14);
    let (name, by) = &gradient[0];
    assert_eq!((*name, by.shape()), ("logits", &[3, 3][..]));
    assert!(by.index_axis(Axis(0), 1).iter().all(|slope| *slope == 0.0), "it is pulled: {by}");
    assert!(by.index_axis(Axis(0), 2).iter().all(|slope| *slope != 0.0));
}

#[test]
fn smoothing_is_weighed_by_class_as_pytorch_does() {
    let own = [2.0, 0.5, 1.5];
    let labels = [1, 2, 0];
    let (e, c) = (0.1, 3.0);
    let term = |(i, &y): (usize, &usize)| {
        let even: f64 = (0..3).map(|k| own[k] * surprise(i, k)).sum();
        (1.0 - e) * own[y] * surprise(i, y) + e / c * even
    };
    let expected = labels.iter().enumerate().map(term).sum::<f64>() / 4.0;
    let (loss, params) = params("cross-entropy", &[("smoothing", e)]);
    let options = Options { class_weights: Some(own.to_vec()), ..Options::default() };
    let got = options.evaluate(loss, batch(&[1.0, 2.0, 0.0]), &params).unwrap().values[[0]];
    assert!((got - expected).abs() < 1e-14, "{got}, not {expected}");
    assert!((got - 0.341_074_558_061_739_8).abs() < 1e-14, "{got} is not what PyTorch has");
}

proptest! {
    #[test]
    fn a_shared_label_costs_the_average_of_its_classes(seed in 0u64..1 << 32, shares in prop::collection::vec(0.01..1.0f64, 24)) {
        for loss in losses::all().filter(|loss| loss.made_of() == Terms::Labelled) {
            let (spec, params) = (loss.spec(), Params::new(loss.spec().params));
            let Some(input) = fitting(loss, &params, seed % 1000) else { continue };
            let name = labels(spec).unwrap().name;
            let n = input.labels(name).len();
            let is_binary = choice::is_binary(spec);
            // Binary focal loss takes its error of the shared label.
            if spec.id == "binary-focal" {
                continue;
            }
            let classes = if is_binary { 2 } else { input.length("C") };
            let rows: Vec<Vec<f64>> = shares.chunks(4).take(n).map(|row| {
                let row = &row[..classes];
                let total: f64 = row.iter().sum();
                row.iter().map(|share| share / total).collect()
            }).collect();
            let mut soft = arrays(&input);
            let entries: Vec<f64> = if is_binary { rows.iter().map(|row| row[1]).collect() } else { rows.concat() };
            let shape = if is_binary { vec![n] } else { vec![n, classes] };
            soft.insert(name.to_owned(), ArrayD::from_shape_vec(shape, entries).unwrap());
            let options = Options { reduction: Reduction::None, ..Options::default() };
            let got = options.evaluate(loss, soft, &params).unwrap().values;
            for (i, row) in rows.iter().enumerate() {
                let of = |class: usize| {
                    let mut hard = arrays(&input);
                    hard.get_mut(name).unwrap()[[i]] = class as f64;
                    options.evaluate(loss, hard, &params).unwrap().values[[i]]
                };
                let expected: f64 = row.iter().enumerate().map(|(class, share)| share * of(class)).sum();
                prop_assert!(close(got[[i]], expected), "{}: sample {i} costs {}, not {expected}", spec.id, got[[i]]);
            }
        }
    }

    #[test]
    fn smoothing_as_a_parameter_is_the_same_as_shared_labels(seed in 0u64..1 << 32, e in 0.0..1.0f64) {
        for id in ["cross-entropy", "focal", "poly-1", "bce-with-logits", "binary-focal"] {
            let (loss, smooth) = params(id, &[("smoothing", e)]);
            let input = random(loss.spec(), &SIZES, seed);
            let own = input.labels("labels");
            let is_binary = choice::is_binary(loss.spec());
            let classes = if is_binary { 2 } else { 4 };
            let share = |label: i64, class: i64| (1.0 - e) * f64::from(u8::from(label == class)) + e / classes as f64;
            let (shape, entries): (Vec<usize>, Vec<f64>) = if is_binary {
                (vec![6], own.iter().map(|&label| share(label, 1)).collect())
            } else {
                (vec![6, 4], own.iter().flat_map(|&label| (0..4).map(move |class| share(label, class))).collect())
            };
            let mut soft = arrays(&input);
            soft.insert("labels".to_owned(), ArrayD::from_shape_vec(shape, entries).unwrap());
            let reduced = Options::default().evaluate(loss, soft, &Params::new(loss.spec().params)).unwrap();
            let expected = loss.value(&input, &smooth);
            prop_assert!(close(reduced.values[[0]], expected), "{id}: {} against {expected}", reduced.values[[0]]);
            let mut gradient = Gradient::default();
            loss.value_and_gradient(&input, &smooth, &mut gradient);
            for (a, b) in reduced.gradient[0].1.iter().zip(gradient.flat()) {
                prop_assert!((a - b).abs() < 1e-12, "{id} pulls by {a} and by {b}");
            }
        }
    }

    #[test]
    fn binary_focal_takes_its_error_of_the_shared_label(s in -8.0..8.0f64, t in 0.0..=1.0f64, gamma in 0.0..4.0, alpha in 0.0..1.0) {
        let (loss, params) = params("binary-focal", &[("gamma", gamma), ("alpha", alpha)]);
        let arrays = [("scores".to_owned(), arr1(&[s]).into_dyn()), ("labels".to_owned(), arr1(&[t]).into_dyn())];
        let got = Options::default().evaluate(loss, arrays.into(), &params).unwrap().values[[0]];
        let p = 1.0 / (1.0 + (-s).exp());
        let right = p * t + (1.0 - p) * (1.0 - t);
        let surprise = -(t * p.ln() + (1.0 - t) * (1.0 - p).ln());
        let expected = (alpha * t + (1.0 - alpha) * (1.0 - t)) * (1.0 - right).powf(gamma) * surprise;
        prop_assert!((got - expected).abs() < 1e-11, "{got}, not {expected}");
    }

    #[test]
    fn several_numbers_a_sample_are_weighed_by_column(scores in prop::collection::vec(-5.0..5.0f64, 6), own in prop::collection::vec(0.1..5.0f64, 3), pos in prop::collection::vec(0.1..5.0f64, 3)) {
        let (loss, params) = params("bce-with-logits", &[]);
        let labels = [1.0, 0.0, 1.0, 0.0, 0.0, 1.0];
        let shape = [2usize, 3];
        let array = |entries: &[f64]| ArrayD::from_shape_vec(&shape[..], entries.to_vec()).unwrap();
        let arrays: BTreeMap<_, _> = [("scores".to_owned(), array(&scores)), ("labels".to_owned(), array(&labels))].into();
        let term = |i: usize| {
            let column = i % 3;
            let cost = (if labels[i] == 1.0 { -scores[i] } else { scores[i] }).exp().ln_1p();
            own[column] * cost * if labels[i] == 1.0 { pos[column] } else { 1.0 } * if i < 3 { 2.0 } else { 0.5 }
        };
        let options = |reduction| Options {
            reduction,
            class_weights: Some(own.clone()),
            pos_weight: Some(pos.clone()),
            sample_weights: weights(&[2.0, 0.5]),
            ..Options::default()
        };
        let each = options(Reduction::None).evaluate(loss, arrays.clone(), &params).unwrap();
        prop_assert_eq!(each.values.shape(), [2, 3]);
        prop_assert_eq!(each.gradient[0].1.shape(), [2, 3]);
        for (i, got) in each.values.iter().enumerate() {
            prop_assert!(close(*got, term(i)), "entry {i} costs {got}, not {}", term(i));
        }
        let mean = options(Reduction::Mean).evaluate(loss, arrays, &params).unwrap().values[[0]];
        prop_assert!(close(mean, (0..6).map(term).sum::<f64>() / 6.0));
    }

    #[test]
    fn over_pairs_the_values_of_anchors_sum_to_the_sum_and_weights_scale_them(seed in 0u64..1 << 32, own in prop::collection::vec(0.0..3.0f64, 6)) {
        for loss in losses::all().filter(|loss| loss.made_of() == Terms::Pairs) {
            let (id, params) = (loss.spec().id, Params::new(loss.spec().params));
            let input = random(loss.spec(), &SIZES, seed);
            let with = |reduction, sample_weights| {
                let options = Options { reduction, sample_weights, ..Options::default() };
                options.evaluate(loss, arrays(&input), &params).unwrap()
            };
            let (each, sum) = (with(Reduction::None, None), with(Reduction::Sum, None));
            prop_assert!(close(each.values.sum(), sum.values[[0]]), "{id}: {} sum to {}", each.values, sum.values);
            let weighed = with(Reduction::None, weights(&own));
            for ((got, plain), weight) in weighed.values.iter().zip(&each.values).zip(&own) {
                prop_assert!(close(*got, plain * weight), "{id}: {got} is not {weight} times {plain}");
            }
            let (a, b) = (&each.gradient[0].1, &sum.gradient[0].1);
            prop_assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-9), "{id}: {a} against {b}");
        }
    }

    #[test]
    fn an_ignored_sample_is_not_in_the_batch(seed in 0u64..1 << 32) {
        for loss in losses::all() {
            let (spec, params) = (loss.spec(), Params::new(loss.spec().params));
            let Some(named) = labels(spec).filter(|_| loss.options().iter().any(|choice| choice.name == "ignored_label")) else { continue };
            let Some(input) = fitting(loss, &params, seed % 1000) else { continue };
            let mut given = arrays(&input);
            let samples = named.shape[0];
            given.get_mut(named.name).unwrap()[[1]] = -7.0;
            let mut without = given.clone();
            for other in spec.inputs.iter().filter(|other| other.shape.first() == Some(&samples)) {
                let array = without.get_mut(other.name).unwrap();
                let rest: Vec<usize> = (0..array.shape()[0]).filter(|&i| i != 1).collect();
                *array = array.select(Axis(0), &rest);
            }
            let Ok(rest) = Inputs::new(spec, without) else { continue };
            if loss.check(&rest, &params).is_err() {
                continue;
            }
            let expected = loss.value(&rest, &params);
            let options = Options { ignored: Some(-7.0), ..Options::default() };
            let got = options.evaluate(loss, given, &params).unwrap().values[[0]];
            prop_assert!(close(got, expected), "{}: {got} is not {expected}", spec.id);
        }
    }

    #[test]
    fn a_second_set_that_is_the_batch_itself_only_adds_each_with_itself(seed in 0u64..1 << 32) {
        // Chosen pairs that are those of the labels, each both ways round, are the batch as it is.
        for loss in losses::all().filter(|loss| loss.made_of() == Terms::Pairs) {
            let (id, params) = (loss.spec().id, Params::new(loss.spec().params));
            let input = random(loss.spec(), &SIZES, seed);
            let own = input.labels("labels");
            let all = (0..6).flat_map(|i| (0..6).map(move |j| (i, j))).filter(|(i, j)| i != j);
            let (near, far): (Vec<_>, Vec<_>) = all.partition(|&(i, j)| own[i] == own[j]);
            let (a, p): (Vec<usize>, Vec<usize>) = near.into_iter().unzip();
            let (b, n): (Vec<usize>, Vec<usize>) = far.into_iter().unzip();
            let chosen = Options { indices_tuple: Some(vec![a, p, b, n]), ..Options::default() };
            let points = arrays(&input).remove("embeddings");
            let with_others = Options { ref_emb: points, ..chosen.clone() };
            let expected = loss.value(&input, &params);
            for (what, options) in [("chosen", chosen), ("among others", with_others)] {
                let got = options.evaluate(loss, arrays(&input), &params).unwrap().values[[0]];
                prop_assert!(close(got, expected), "{id} {what}: {got} is not {expected}");
            }
        }
    }

    #[test]
    fn with_a_second_set_anchors_are_compared_with_it_alone(seed in 0u64..1 << 32) {
        // NT-Xent by its formula: each anchor with each of its label there, against those of other labels there.
        let (loss, params) = params("nt-xent", &[("temperature", 0.3)]);
        let (input, other) = (random(loss.spec(), &SIZES, seed), random(loss.spec(), &SIZES, seed + 1));
        let unit = |row: &[f64]| -> Vec<f64> {
            let length = row.iter().map(|x| x * x).sum::<f64>().sqrt();
            row.iter().map(|x| x / length).collect()
        };
        let s = |i: usize, j: usize| {
            let (a, b) = (unit(input.rows("embeddings")[i]), unit(other.rows("embeddings")[j]));
            a.iter().zip(&b).map(|(a, b)| a * b).sum::<f64>() / 0.3
        };
        let (own, theirs) = (input.labels("labels"), other.labels("labels"));
        let mut terms = Vec::new();
        for (i, label) in own.iter().enumerate() {
            let against: f64 = (0..6).filter(|&k| theirs[k] != *label).map(|k| s(i, k).exp()).sum();
            let near = (0..6).filter(|&j| against > 0.0 && theirs[j] == *label);
            terms.extend(near.map(|j| (s(i, j).exp() + against).ln() - s(i, j)));
        }
        let options = Options {
            ref_emb: arrays(&other).remove("embeddings"),
            ref_labels: Some(theirs.to_vec()),
            ..Options::default()
        };
        let got = options.evaluate(loss, arrays(&input), &params).unwrap().values[[0]];
        let expected = f64::mean(&terms);
        prop_assert!(close(got, expected), "{got} is not {expected}");
    }

    #[test]
    fn a_queue_holds_the_only_negatives(seed in 0u64..1 << 32, tau in 0.05..2.0f64) {
        let (loss, params) = params("info-nce", &[("temperature", tau)]);
        let (input, queue) = (random(loss.spec(), &SIZES, seed), random(loss.spec(), &SIZES, seed + 1));
        let cosine = |a: &[f64], b: &[f64]| {
            let length = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().sqrt();
            a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / length(a) / length(b) / tau
        };
        let (anchors, positives, others) = (input.rows("anchors"), input.rows("positives"), queue.rows("anchors"));
        let term = |i: usize| {
            let own = cosine(anchors[i], positives[i]);
            others.iter().map(|other| (cosine(anchors[i], other) - own).exp()).sum::<f64>().ln_1p()
        };
        let options = Options { queue: arrays(&queue).remove("anchors"), ..Options::default() };
        let got = options.evaluate(loss, arrays(&input), &params).unwrap().values[[0]];
        let expected = (0..6).map(term).sum::<f64>() / 6.0;
        prop_assert!(close(got, expected), "{got} is not {expected}");
    }

    #[test]
    fn one_negative_a_pair_is_the_nearest_beyond_or_else_the_farthest(seed in 0u64..1 << 32, margin in 0.0..2.0f64) {
        let given = [("mining", 4.0), ("margin", margin), ("distance", 1.0), ("reduction", 1.0)];
        let (loss, _) = params("triplet-margin", &given);
        let input = random(loss.spec(), &SIZES, seed);
        let (rows, own) = (input.rows("embeddings"), input.labels("labels"));
        let d = |i: usize, j: usize| f64::distance(rows[i], rows[j]);
        let mut terms = Vec::new();
        for (a, p) in (0..6).flat_map(|a| (0..6).map(move |p| (a, p))).filter(|&(a, p)| a != p && own[a] == own[p]) {
            let all: Vec<f64> = (0..6).filter(|&n| own[n] != own[a]).map(|n| d(a, n)).collect();
            let beyond = all.iter().copied().filter(|x| *x > d(a, p)).fold(f64::INFINITY, f64::min);
            let farthest = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if !all.is_empty() {
                let n = if beyond.is_finite() { beyond } else { farthest };
                terms.push((margin + d(a, p) - n).max(0.0));
            }
        }
        let got = value(loss, &given, &input);
        prop_assert!(close(got, f64::mean(&terms)), "{got} is not {}", f64::mean(&terms));
    }

    #[test]
    fn swap_sees_a_negative_from_the_nearer_and_p_is_the_norm(seed in 0u64..1 << 32, p in 1.0..4.0f64, margin in 0.0..2.0f64) {
        let given = [("swap", 1.0), ("p", p), ("margin", margin), ("distance", 1.0), ("reduction", 1.0)];
        let (loss, _) = params("triplet-margin", &given);
        let input = random(loss.spec(), &SIZES, seed);
        let (rows, own) = (input.rows("embeddings"), input.labels("labels"));
        let d = |i: usize, j: usize| {
            rows[i].iter().zip(rows[j]).map(|(a, b)| (a - b).abs().powf(p)).sum::<f64>().powf(1.0 / p)
        };
        let triplets = Relation::among(own).triplets();
        let term = |&(a, q, n): &(usize, usize, usize)| (margin + d(a, q) - d(a, n).min(d(q, n))).max(0.0);
        let expected = f64::mean(&triplets.iter().map(term).collect::<Vec<f64>>());
        let got = value(loss, &given, &input);
        prop_assert!(close(got, expected), "{got} is not {expected}");
    }

    #[test]
    fn what_the_authors_multiply_by(seed in 0u64..1 << 32, tau in 0.05..2.0f64, base in 0.05..2.0f64) {
        let (loss, _) = params("sup-con", &[]);
        let input = random(loss.spec(), &SIZES, seed);
        let (own, plain) = (input.labels("labels"), value(loss, &[("temperature", tau)], &input));
        let anchors = (0..6).filter(|&i| own.iter().filter(|&&label| label == own[i]).count() > 1).count() as f64;
        let given = [("temperature", tau), ("rescaled", 1.0), ("base_temperature", base), ("averaging", 1.0)];
        let got = value(loss, &given, &input);
        prop_assert!(close(got, plain * anchors / 6.0 * tau / base), "{got} of {plain} over {anchors} anchors");
        let (loss, _) = params("info-nce", &[]);
        let input = random(loss.spec(), &SIZES, seed);
        let (plain, got) = (
            value(loss, &[("temperature", tau)], &input),
            value(loss, &[("temperature", tau), ("rescaled", 1.0)], &input),
        );
        prop_assert!(close(got, 2.0 * tau * plain), "{got} is not {tau} times twice {plain}");
    }

    #[test]
    fn one_mean_over_all_pairs_weighs_them_alike(seed in 0u64..1 << 32, margin in 0.5..3.0f64) {
        let given = [("distance", 1.0), ("neg_margin", margin), ("power", 2.0), ("reduction", 1.0), ("averaging", 2.0)];
        let (loss, _) = params("contrastive", &given);
        let input = random(loss.spec(), &SIZES, seed);
        let (rows, own) = (input.rows("embeddings"), input.labels("labels"));
        let pairs = (0..6).flat_map(|i| (i + 1..6).map(move |j| (i, j)));
        let term = |(i, j): (usize, usize)| {
            let d = f64::distance(rows[i], rows[j]);
            if own[i] == own[j] { d * d } else { (margin - d).max(0.0).powi(2) }
        };
        let expected = f64::mean(&pairs.map(term).collect::<Vec<f64>>()) / 2.0;
        let got = value(loss, &given, &input);
        prop_assert!(close(got, expected), "{got} is not {expected}");
    }
}

#[test]
fn a_focal_loss_is_shared_among_its_positives() {
    let (loss, params) = params("binary-focal", &[]);
    let input = inputs(
        loss.spec(),
        &[("scores", &[5], &[2.0, -1.0, -3.0, 0.5, -2.0]), ("labels", &[5], &[1.0, 0.0, 0.0, 0.0, 0.0])],
    );
    let options = Options { divided_by: Some(DividedBy::Positives), ..Options::default() };
    let got = options.evaluate(loss, arrays(&input), &params).unwrap().values[[0]];
    assert!((got - 0.301_937_769_104_520_97).abs() < 1e-15, "it is {got}");
}

#[test]
fn what_cannot_be_said_is_refused_with_a_sentence() {
    let refused = |id: &str, options: &Options, labels: &[f64]| {
        let (loss, params) = params(id, &[]);
        options.evaluate(loss, batch(labels), &params).unwrap_err()
    };
    let few = Options { class_weights: Some(vec![1.0]), ..Options::default() };
    assert_eq!(
        refused("cross-entropy", &few, &[0.0, 1.0, 2.0]),
        "option class_weights has 1 entries, it must have 3, one a class"
    );
    let short = Options { sample_weights: weights(&[1.0]), ..Options::default() };
    assert_eq!(
        refused("cross-entropy", &short, &[0.0, 1.0, 2.0]),
        "option sample_weights has 1 entries, cross-entropy has 3 terms"
    );
    let all = Options { ignored: Some(1.0), ..Options::default() };
    assert_eq!(refused("cross-entropy", &all, &[1.0; 3]), "every entry of input labels is the ignored 1");
    let none = Options { class_weights: Some(vec![0.0; 3]), ..Options::default() };
    assert_eq!(
        refused("cross-entropy", &none, &[0.0; 3]),
        "the weights of the batch sum to 0, which leaves no mean"
    );
    let queue = Options { queue: weights(&[1.0]), ..Options::default() };
    assert_eq!(
        refused("cross-entropy", &queue, &[0.0; 3]),
        "option queue is none of cross-entropy, allowed are: reduction, sample_weights, class_weights, divided_by, \
         ignored_label"
    );
    assert_eq!(
        refused("crammer-singer", &Options { pos_weight: Some(vec![1.0]), ..Options::default() }, &[0.0; 3]),
        "option pos_weight is none of crammer-singer, allowed are: reduction, sample_weights, class_weights, divided_by, \
         ignored_label"
    );
    let positives = Options { divided_by: Some(DividedBy::Positives), ..Options::default() };
    assert_eq!(
        refused("cross-entropy", &positives, &[0.0; 3]),
        "option divided_by is \"positives\", but cross-entropy has no positives"
    );
    let shares = |rows: [[f64; 3]; 3]| {
        let (loss, params) = params("cross-entropy", &[]);
        let mut soft = batch(&[0.0; 3]);
        soft.insert("labels".to_owned(), arr2(&rows).into_dyn());
        Options::default().evaluate(loss, soft, &params).unwrap_err()
    };
    assert_eq!(
        shares([[1.0, 0.0, 0.0], [0.5, 0.4, 0.0], [1.0, 0.0, 0.0]]),
        "input labels has row 1 that sums to 0.9, allowed are probabilities that sum to 1"
    );
    assert_eq!(
        shares([[1.0, 0.0, 0.0], [1.5, -0.5, 0.0], [1.0, 0.0, 0.0]]),
        "input labels has 1.5 at [1, 0], allowed is a probability from 0 to 1"
    );
}

#[test]
fn chosen_pairs_that_are_none_are_refused_with_a_sentence() {
    let (loss, params) = params("triplet-margin", &[]);
    let input = random(loss.spec(), &SIZES, 1);
    let refused = |options: &Options| options.evaluate(loss, arrays(&input), &params).unwrap_err();
    let tuple = |lists: &[&[usize]]| Options {
        indices_tuple: Some(lists.iter().map(|list| list.to_vec()).collect()),
        ..Options::default()
    };
    assert_eq!(
        refused(&tuple(&[&[0], &[1]])),
        "option indices_tuple has 2 lists, allowed are 3 (anchors, positives, negatives) or 4 (anchors, positives, anchors, \
         negatives)"
    );
    assert_eq!(
        refused(&tuple(&[&[0], &[1], &[6]])),
        "option indices_tuple has 6 in list 3, allowed is an index from 0 to 5"
    );
    assert_eq!(
        refused(&tuple(&[&[0], &[1, 2], &[5]])),
        "option indices_tuple has 1 entries in list 1 and 2 in list 2"
    );
    let points = arrays(&input).remove("embeddings");
    let unlabelled = Options { ref_emb: points.clone(), ..Options::default() };
    assert_eq!(refused(&unlabelled), "option ref_labels is missing, the labels of ref_emb");
    let narrow = Options {
        ref_emb: Some(ArrayD::zeros(vec![2, 2])),
        ref_labels: Some(vec![0, 1]),
        ..Options::default()
    };
    assert_eq!(
        refused(&narrow),
        "option ref_emb has shape [2, 2], it must be rows of 3 numbers as those of embeddings"
    );
}

#[test]
fn every_loss_takes_the_options_that_it_declares_and_without_any_is_what_it_was() {
    let mut counts = BTreeMap::new();
    for loss in losses::all() {
        let (spec, params) = (loss.spec(), Params::new(loss.spec().params));
        let Some(input) = fitting(loss, &params, 0) else { continue };
        let (terms, lifted) = (loss.made_of(), Inputs::like(&input));
        let has_terms = loss.terms(&lifted, &params).is_some();
        assert_eq!(
            has_terms,
            matches!(terms, Terms::Samples | Terms::Views | Terms::Labelled),
            "{} says that it is made of {terms:?}",
            spec.id
        );
        *counts.entry(format!("{terms:?}")).or_insert(0) += 1;
        let reduced = Options::default().evaluate(loss, arrays(&input), &params).unwrap();
        let expected = loss.value(&input, &params);
        assert!(close(reduced.values[[0]], expected), "{}: {} is not {expected}", spec.id, reduced.values);
        let each = Options { reduction: Reduction::None, ..Options::default() }.evaluate(
            loss,
            arrays(&input),
            &params,
        );
        let takes = loss.options().iter().any(|choice| choice.name == "reduction");
        assert_eq!(each.is_ok(), takes, "{}: {each:?}", spec.id);
    }
    assert!(counts["Labelled"] > 25 && counts["Samples"] > 30 && counts["Pairs"] > 5, "{counts:?}");
}
