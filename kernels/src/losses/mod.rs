//! The catalogue: one module a family, one file a loss.

use crate::kernel::Loss;

pub mod angular;
pub mod distillation;
pub mod embeddings;
pub mod logits;
pub mod models;
mod names;
pub mod scalar;
pub mod softmax;

/// Declares the losses of a family: one line each, `file::Kernel`.
macro_rules! shelf {
    ($($file:ident :: $kernel:ident),* $(,)?) => {
        $(pub mod $file;)*

        /// The losses of this family, in the order they are shown.
        pub const LOSSES: &[&dyn $crate::kernel::Loss] = &[$(&$file::$kernel),*];
    };
}
use shelf;

pub use names::{learn, meant, missing, near, near_losses, unknown};

const SHELVES: &[&[&dyn Loss]] = &[
    scalar::LOSSES,
    logits::LOSSES,
    angular::LOSSES,
    embeddings::LOSSES,
    distillation::LOSSES,
    models::LOSSES,
];

/// Every loss, shelf by shelf.
pub fn all() -> impl Iterator<Item = &'static dyn Loss> {
    SHELVES.iter().copied().flatten().copied()
}

/// The loss of that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static dyn Loss> {
    all().find(|loss| loss.spec().id == id)
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::input::Inputs;
    use crate::kernel::{Gradient, Moving};
    use crate::probe::{Subject, check};
    use crate::real::Real;
    use crate::spec::{Params, Scale, Slope};
    use crate::testing::random;

    const SIZES: [(&str, usize); 9] =
        [("N", 6), ("C", 4), ("D", 3), ("M", 2), ("K", 3), ("P", 5), ("S", 8), ("Q", 4), ("F", 5)];

    /// The first random inputs from `seed` on that keep the rule of the loss, if there are some.
    fn fitting(loss: &dyn Loss, params: &Params, seed: u64) -> Option<Inputs<f64>> {
        let mut batches = (0..100).map(|next| random(loss.spec(), &SIZES, 100 * seed + next));
        batches.find(|input| loss.check(input, params).is_ok())
    }

    /// Random inputs that fit.
    fn batch(loss: &dyn Loss, params: &Params, seed: u64) -> Inputs<f64> {
        let fitting = fitting(loss, params, seed);
        fitting.unwrap_or_else(|| panic!("{} refuses a hundred random inputs", loss.spec().id))
    }

    /// Parameters somewhere on their sliders, chosen by `seed`; the defaults for seed 0.
    fn turned(loss: &dyn Loss, seed: u64) -> Params {
        let mut params = Params::new(loss.spec().params);
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        for param in loss.spec().params.iter().filter(|_| seed > 0) {
            let (low, high) = param.range;
            let value = match param.scale {
                Scale::Numbers(options) => options[rng.random_range(0..options.len())].0,
                Scale::Names(options) => rng.random_range(0..options.len()) as f64,
                Scale::Integer => rng.random_range(low..=high).round(),
                Scale::Linear => rng.random_range(low..=high),
                Scale::Log => rng.random_range(low.ln()..=high.ln()).exp().clamp(low, high),
            };
            params.set(param.name, value).unwrap_or_else(|e| panic!("{}: {e}", loss.spec().id));
        }
        params
    }

    /// Every real parameter at an end of its slider, which may be that of its domain; the others at their defaults.
    fn at_ends(loss: &dyn Loss, end: fn((f64, f64)) -> f64) -> Params {
        let mut params = Params::new(loss.spec().params);
        for param in loss.spec().params.iter().filter(|param| param.is_real()) {
            params.set(param.name, end(param.range)).unwrap_or_else(|e| panic!("{}: {e}", loss.spec().id));
        }
        params
    }

    #[test]
    fn ids_are_unique_and_kebab_case() {
        let ids: Vec<_> = all().map(|loss| loss.spec().id).collect();
        for (i, id) in ids.iter().enumerate() {
            assert!(id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{id}");
            assert!(!ids[..i].contains(id), "{id} is listed twice");
        }
    }

    #[test]
    fn every_parameter_allows_its_default_and_both_ends_of_its_slider() {
        for loss in all() {
            for param in loss.spec().params {
                for value in [param.default, param.range.0, param.range.1] {
                    assert_eq!(param.check(value), Ok(value), "{}", loss.spec().id);
                }
                for when in param.default_when {
                    assert_eq!(param.check(when.default), Ok(when.default), "{}", loss.spec().id);
                }
            }
        }
    }

    #[test]
    fn what_depends_on_a_choice_names_one_of_its_options() {
        for loss in all() {
            let spec = loss.spec();
            let is_option = |choice: &str, option: &str| match spec.param(choice).map(|p| p.scale) {
                Some(Scale::Names(options)) => options.contains(&option),
                Some(Scale::Numbers(options)) => options.iter().any(|(_, name)| *name == option),
                _ => false,
            };
            for param in spec.params {
                let defaults = param.default_when.iter().map(|when| (when.param, when.option));
                let (choice, options) = param.only_when.unwrap_or_default();
                for (choice, option) in defaults.chain(options.iter().map(|&option| (choice, option))) {
                    assert!(is_option(choice, option), "{}: {} on {choice} = {option}", spec.id, param.name);
                }
            }
        }
    }

    #[test]
    fn every_formula_names_parameters_that_exist() {
        for loss in all() {
            let (spec, prose) = (loss.spec(), loss.prose());
            for part in [prose.formula, prose.gradient] {
                for name in part.split(r"\p{").skip(1).filter_map(|rest| rest.split('}').next()) {
                    assert!(spec.param(name).is_some(), "the formula of {} names {name}", spec.id);
                }
            }
            assert!(!prose.summary.is_empty() && !prose.formula.is_empty(), "{} says nothing", spec.id);
        }
    }

    #[test]
    fn every_gradient_is_the_slope_of_the_value() {
        for loss in all().filter(|loss| loss.spec().slope == Slope::Exact) {
            let spec = loss.spec();
            let params = Params::new(spec.params);
            for seed in 0..3 {
                let input = batch(loss, &params, seed);
                let worst = check(Subject { loss, params: &params, input: &input }).unwrap();
                assert!(
                    worst.error <= 1e-6,
                    "{}: the arrow shows one thing, the value does another (seed {seed}): {worst:?}",
                    spec.id
                );
            }
        }
    }

    /// The slopes of a function by differences of the fourth order: to both sides, forwards and backwards, where it is
    /// defined. At a kink any of them is right.
    fn slopes_by_differences(at: f64, step: f64, of: &dyn Fn(f64) -> Option<f64>) -> Vec<f64> {
        const BOTH: [(f64, f64); 4] = [(-2.0, 1.0), (-1.0, -8.0), (1.0, 8.0), (2.0, -1.0)];
        const ONE: [(f64, f64); 5] = [(0.0, -25.0), (1.0, 48.0), (2.0, -36.0), (3.0, 16.0), (4.0, -3.0)];
        let slope = |(places, step): (&[(f64, f64)], f64)| {
            let weighted = places.iter().map(|(place, weight)| Some(of(at + place * step)? * weight));
            weighted.sum::<Option<f64>>().map(|total| total / (12.0 * step))
        };
        [(&BOTH[..], 0.5 * step), (&ONE, step), (&ONE, -step)].into_iter().filter_map(slope).collect()
    }

    #[test]
    fn every_slope_by_a_parameter_is_the_slope_of_the_value() {
        let mut wrong = Vec::new();
        for loss in all() {
            let id = loss.spec().id;
            let somewhere = (0..6).map(|seed| (turned(loss, seed), seed));
            let ends = [(at_ends(loss, |range| range.0), 6), (at_ends(loss, |range| range.1), 7)];
            for (params, seed) in somewhere.chain(ends) {
                let Some(input) = fitting(loss, &params, seed) else { continue };
                for (param, slope) in loss.by_parameter(&input, &params) {
                    if param.slope == Slope::Trained {
                        continue;
                    }
                    let at = params.get(param.name);
                    let value = |value: f64| {
                        let mut params = params.clone();
                        params.set(param.name, value).ok()?;
                        Some(loss.value(&input, &params))
                    };
                    let (here, width) = (value(at).expect("within the domain").abs(), at.abs().max(0.01));
                    // A path that runs away has its end held, and with it the slope.
                    if here > 1e50 {
                        continue;
                    }
                    // Where the value jumps, as when 0 stands for none, there is no slope.
                    let beside = [1e-9, -1e-9].map(|h| value(at + h * width).unwrap_or(here));
                    if beside.iter().any(|beside| (beside.abs() - here).abs() > 1e-4 * (here + 1e-6)) {
                        continue;
                    }
                    let expected = slopes_by_differences(at, 1e-4 * width, &value);
                    let is_near = |expected: &f64| {
                        let scale = expected.abs() + 1e-4 * here / width + 1e-6;
                        (slope - expected).abs() <= 1e-5 * scale
                    };
                    if !expected.iter().any(is_near) {
                        wrong.push(format!(
                            "{id} by {} at {at} (seed {seed}): {slope}, the value has {}",
                            param.name, expected[0]
                        ));
                    }
                }
            }
        }
        assert!(
            wrong.is_empty(),
            "the slope beside a slider is wrong {} times:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
    }

    #[test]
    fn an_average_has_the_terms_that_it_says() {
        for loss in all() {
            let params = Params::new(loss.spec().params);
            let input = batch(loss, &params, 0);
            let lifted = Inputs::like(&input);
            let Some(terms) = loss.terms(&lifted, &params) else { continue };
            let mean = terms.iter().map(|term| term.value()).sum::<f64>() / terms.len() as f64;
            let value = loss.value(&input, &params);
            assert!(
                (mean - value).abs() <= 1e-12 * value.abs(),
                "{}: {value}, its terms make {mean}",
                loss.spec().id
            );
        }
    }

    #[test]
    fn a_hand_derived_gradient_is_the_one_of_the_tape() {
        let (mut by_hand, mut from_tape) = (Gradient::default(), Gradient::default());
        for loss in all() {
            for seed in 0..20 {
                let params = turned(loss, seed);
                // Some parameters ask for other sizes.
                let Some(input) = fitting(loss, &params, seed) else {
                    assert!(seed > 0, "{} refuses random inputs", loss.spec().id);
                    continue;
                };
                let value = loss.value_and_gradient(&input, &params, &mut by_hand);
                let expected = loss.value_and_gradient_from_tape(&input, &params, &mut from_tape);
                let scale = from_tape.flat().iter().fold(1e-3, |scale: f64, g| scale.max(g.abs()));
                let close = |a: f64, b: f64, scale| {
                    (a - b).abs() <= 1e-9 * scale || a == b || a.is_nan() && b.is_nan()
                };
                let id = loss.spec().id;
                assert!(
                    close(value, expected, expected.abs()),
                    "{id} with {params:?}: {value} by hand, {expected} by the tape"
                );
                for (a, b) in by_hand.flat().iter().zip(from_tape.flat()) {
                    assert!(close(*a, *b, scale), "{id} with {params:?}: {a} by hand, {b} by the tape");
                }
            }
        }
    }

    #[test]
    fn the_short_way_while_one_moves_gives_the_values_of_the_loss() {
        let mut with_a_short_way = Vec::new();
        for loss in all() {
            for seed in 0..30 {
                let params = turned(loss, seed);
                let Some(mut input) = fitting(loss, &params, seed) else { continue };
                for name in input.variables().map(|(name, _)| name).collect::<Vec<_>>() {
                    let rows = input.rows(name);
                    // Through the places of the other rows, and through a place of its own.
                    let mut places = rows.concat();
                    let row = seed as usize % rows.len();
                    let width = rows[row].len();
                    places.extend((0..width).map(|d| 0.3 - d as f64));
                    let moving = Moving { name, row, places: &places };
                    let Some(values) = loss.while_moving(&input, &params, &moving) else { continue };
                    with_a_short_way.push(loss.spec().id);
                    for (place, value) in places.chunks_exact(width).zip(values) {
                        input.variable_mut(name)[row * width..][..width].copy_from_slice(place);
                        let expected = loss.value(&input, &params);
                        assert!(
                            (value - expected).abs() <= 1e-9 * expected.abs() + 1e-12,
                            "{} with {params:?}: {value} at {place:?}, the loss is {expected}",
                            loss.spec().id
                        );
                    }
                }
            }
        }
        with_a_short_way.dedup();
        let expected = [
            "cross-entropy",
            "focal",
            "poly-1",
            "generalized-cross-entropy",
            "symmetric-cross-entropy",
            "probability-mae",
            "comp-sum",
            "contrastive",
            "triplet-margin",
            "nt-xent",
            "info-nce",
            "sup-con",
            "multi-similarity",
            "normalized-softmax",
            "proxy-nca",
            "proxy-anchor",
        ];
        assert_eq!(with_a_short_way, expected);
    }
}
