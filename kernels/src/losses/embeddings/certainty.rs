//! A sample that is nearly certain, held against all losses that are a softmax: its cost is as small as the odds against
//! it, and every way to compute it keeps its digits.

use crate::kernel::{Gradient, Moving};
use crate::losses::find;
use crate::testing::{inputs, params};

/// What one unit vector has ahead of another at right angles, after the softmax is sharpened.
const LEADS: [f64; 3] = [20.0, 40.0, 200.0];

/// Two axes, once or twice each: the samples of a batch.
const ONCE: &[f64] = &[1.0, 0.0, 0.0, 1.0];
const TWICE: &[f64] = &[1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0];

type Arrays = &'static [(&'static str, &'static [usize], &'static [f64])];

const VIEWS: Arrays = &[("anchors", &[2, 2], ONCE), ("positives", &[2, 2], ONCE)];
const LABELLED: Arrays = &[("embeddings", &[4, 2], TWICE), ("labels", &[4], &[0.0, 0.0, 1.0, 1.0])];
const PROTOTYPED: Arrays =
    &[("embeddings", &[2, 2], ONCE), ("labels", &[2], &[0.0, 1.0]), ("prototypes", &[2, 2], ONCE)];
const EPISODE: Arrays = &[
    ("support", &[2, 2], ONCE),
    ("support_labels", &[2], &[0.0, 1.0]),
    ("query", &[2, 2], ONCE),
    ("query_labels", &[2], &[0.0, 1.0]),
];

/// Losses, what sharpens them to a lead, the batch, and how many rivals a sample has.
type Case = (&'static str, fn(f64) -> Vec<(&'static str, f64)>, Arrays, f64);
const CASES: &[Case] = &[
    ("info-nce", |lead| vec![("temperature", 1.0 / lead)], VIEWS, 1.0),
    ("clip", |lead| vec![("scale", lead)], VIEWS, 1.0),
    ("hard-contrastive", |lead| vec![("temperature", 1.0 / lead)], VIEWS, 1.0),
    ("hard-negative-contrastive", |lead| vec![("temperature", 1.0 / lead), ("tau_plus", 0.0)], VIEWS, 2.0),
    ("nt-xent", |lead| vec![("temperature", 1.0 / lead)], LABELLED, 2.0),
    ("sup-con", |lead| vec![("temperature", 1.0 / lead)], LABELLED, 2.0),
    ("sup-con", |lead| vec![("temperature", 1.0 / lead), ("inside", 1.0)], LABELLED, 2.0),
    ("tuplet-margin", |lead| vec![("scale", lead), ("margin", 0.0)], LABELLED, 2.0),
    ("nca", |lead| vec![("scale", lead / 2.0)], LABELLED, 2.0),
    ("normalized-softmax", |lead| vec![("temperature", 1.0 / lead)], PROTOTYPED, 1.0),
    ("hyperspherical-softmax", |lead| vec![("temperature", 1.0 / lead)], PROTOTYPED, 1.0),
    ("proxy-nca", |lead| vec![("scale", lead / 2.0)], PROTOTYPED, 1.0),
    ("soft-triple", |lead| vec![("la", lead), ("margin", 0.0), ("centers_per_class", 1.0)], PROTOTYPED, 1.0),
    ("prototypical", |lead| vec![("temperature", 2.0 / lead)], EPISODE, 1.0),
    ("prototypical", |lead| vec![("temperature", 1.0 / lead), ("distance", 1.0)], EPISODE, 1.0),
];

#[test]
fn a_nearly_certain_sample_costs_the_odds_against_it_to_the_last_digits() {
    let (mut by_hand, mut from_tape) = (Gradient::default(), Gradient::default());
    for &(id, sharpened, arrays, rivals) in CASES {
        for lead in LEADS {
            let loss = find(id).unwrap_or_else(|| panic!("there is no {id}"));
            let (params, input) = (params(loss, &sharpened(lead)), inputs(loss.spec(), arrays));
            let expected = (rivals * (-lead).exp()).ln_1p();
            let close = |got: f64, expected: f64| (got / expected - 1.0).abs() < 1e-12;
            let got = loss.value_and_gradient(&input, &params, &mut by_hand);
            assert!(close(got, expected), "{id} with a lead of {lead} costs {got:e}, not {expected:e}");
            let got = loss.value_and_gradient_from_tape(&input, &params, &mut from_tape);
            assert!(
                close(got, expected),
                "{id} with a lead of {lead} costs {got:e} on the tape, not {expected:e}"
            );
            let largest = from_tape.flat().iter().fold(0.0, |top: f64, g| top.max(g.abs()));
            assert!(largest > 0.0, "{id} with a lead of {lead} stops pulling");
            for (a, b) in by_hand.flat().iter().zip(from_tape.flat()) {
                assert!(
                    (a - b).abs() < 1e-9 * largest,
                    "{id} with a lead of {lead}: {a:e} by hand, {b:e} by the tape"
                );
            }
            for (name, rows) in
                input.variables().map(|(name, _)| (name, input.rows(name).len())).collect::<Vec<_>>()
            {
                for row in 0..rows {
                    let moving = Moving { name, row, places: input.rows(name)[row] };
                    if let Some(values) = loss.while_moving(&input, &params, &moving) {
                        let got = values[0];
                        assert!(
                            close(got, expected),
                            "{id} with a lead of {lead} costs {got:e} while {name} {row} moves, not {expected:e}"
                        );
                    }
                }
            }
        }
    }
}
