//! Every loss from 1e-300 to 1e300, at the ends of its parameters and on degenerate batches: a value is a number, or
//! infinite because what the definition says is beyond the largest number; never −0, nor below 0 where that cannot be.
//! What sees directions or differences only does so at every size. One test a loss:
//! `cargo test -p loss-kernels --test magnitudes nt-xent`.

use std::collections::BTreeMap;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use loss_kernels::input::Inputs;
use loss_kernels::kernel::{Gradient, Loss};
use loss_kernels::losses;
use loss_kernels::spec::{Domain, Family, Param, Params, Scale, Spec};
use loss_kernels::testing::random;
use ndarray::{ArrayD, IxDyn};

const MAGNITUDES: [f64; 12] =
    [1e-300, 1e-200, 1e-160, 1e-100, 1e-16, 1.0, 1e16, 1e100, 1e154, 1e160, 1e200, 1e300];

/// A parameter that something is divided by, so small that its inverse is infinite.
const TINY: f64 = 1e-310;

/// How fast a loss grows in its variables: the power at most, infinite for an exponential. The others grow no faster
/// than the variables themselves.
const GROWTH: &[(&str, f64)] = &[
    ("squared-hinge", 2.0),
    ("weston-watkins", 2.0),
    ("exponential", f64::INFINITY),
    ("squared-error", 2.0),
    ("log-z-penalty", 2.0),
    ("barron-robust", 4.0),
    ("comp-sum", f64::INFINITY),
    ("contrastive", 2.0),
    ("lifted-structure", 2.0),
    ("hyperspherical-softmax", 2.0),
    ("proto-triplet", 2.0),
    ("prototypical", 2.0),
    ("n-pairs", 2.0),
    ("nca", 2.0),
    ("signal-to-noise-contrastive", 4.0),
    ("center", 2.0),
    ("spectral-contrastive", 4.0),
    ("vicreg", 4.0),
    ("surface-rosenbrock", 4.0),
    ("surface-beale", 8.0),
    ("surface-himmelblau", 4.0),
    ("surface-rastrigin", 2.0),
    ("surface-saddle", 4.0),
    ("surface-styblinski-tang", 4.0),
    ("surface-quadratic", 2.0),
    ("surface-two-wells", 2.0),
    ("linear-regression", 2.0),
    ("logistic-regression", 2.0),
    ("smooth-adversarial-comp-sum", f64::INFINITY),
    ("optimizer-path", f64::INFINITY),
];

/// The losses whose definition goes below 0.
const BELOW_ZERO: &[&str] = &[
    "tailed-hinge",
    "unhinged",
    "ensloss",
    "confidence-penalty",
    "poly-1",
    "ldr-kl",
    "aldr-kl",
    "sface",
    "uniformity",
    "tolerance",
    "alignment-uniformity",
    "hard-contrastive",
    "simple-contrastive",
    "relative-penalty-entropy",
    "proxy-nca",
    "decoupled-contrastive",
    "spectral-contrastive",
    "simsiam",
    "surface-saddle",
    "surface-styblinski-tang",
    "optimizer-path",
];

/// The losses that, at their defaults, look at the directions of their variables only.
const DIRECTIONS_ONLY: &[&str] = &[
    "zero-one",
    "z-loss",
    "contrastive",
    "triplet-margin",
    "nt-xent",
    "info-nce",
    "sup-con",
    "multi-similarity",
    "circle",
    "unpg",
    "uniformity",
    "alignment",
    "tolerance",
    "hard-contrastive",
    "simple-contrastive",
    "relative-penalty-entropy",
    "alignment-uniformity",
    "n-pairs",
    "lifted-structure",
    "generalized-lifted-structure",
    "margin-beta",
    "hyperspherical-softmax",
    "cfcd-local-triplet",
    "angular",
    "tuplet-margin",
    "intra-pair-variance",
    "nca",
    "signal-to-noise-contrastive",
    "ranked-list",
    "fast-ap",
    "smooth-ap",
    "histogram",
    "normalized-softmax",
    "proxy-nca",
    "proxy-anchor",
    "soft-triple",
    "clip",
    "siglip",
    "decoupled-contrastive",
    "hard-negative-contrastive",
    "simsiam",
    "byol",
    "swav",
];

/// The losses that look at the differences of their variables only.
const DIFFERENCES_ONLY: &[&str] = &[
    "cross-entropy",
    "confidence-penalty",
    "focal",
    "poly-1",
    "generalized-cross-entropy",
    "symmetric-cross-entropy",
    "probability-mae",
    "comp-sum",
    "ldr-kl",
    "aldr-kl",
    "crammer-singer",
    "weston-watkins",
    "z-loss",
    "logit-adjustment",
    "ldam",
    "class-balanced-ce",
    "bias-loss",
    "dino",
];

/// The losses whose slope may be a sum of opposite infinities though the value is a number: scores that are divided by
/// their common length and then by a tiny temperature, steps that each multiply the slope by one over epsilon.
const SLOPES_MEET: &[&str] = &["logit-norm", "optimizer-path"];

fn growth(spec: &Spec) -> f64 {
    GROWTH.iter().find(|(id, _)| *id == spec.id).map_or(1.0, |(_, power)| *power)
}

/// Whether a power of that many variables of a size may be beyond the largest number: eight orders are left to
/// parameters, weights and numbers of samples.
fn may_overflow(power: f64, magnitude: f64) -> bool {
    magnitude > 1.0 && power * magnitude.log10() > 300.0
}

/// How many of each there are: enough for pairs and triplets.
const BATCH: [(&str, usize); 9] =
    [("N", 6), ("C", 4), ("D", 3), ("M", 2), ("K", 3), ("P", 5), ("S", 8), ("Q", 4), ("F", 5)];

/// One of everything, or as few as the loss allows.
fn fewest(spec: &Spec) -> [(&'static str, usize); 9] {
    let least = |symbol: &str| spec.inputs.iter().map(|input| input.least(symbol)).max().unwrap_or(1);
    BATCH.map(|(symbol, _)| (symbol, if symbol == "D" { 3 } else { least(symbol) }))
}

type Arrays = BTreeMap<&'static str, ArrayD<f64>>;

/// A batch as plain arrays, to be changed.
fn arrays(input: &Inputs<f64>) -> Arrays {
    let array = |(name, shape, entries): (_, &[usize], Vec<String>)| {
        let entries = entries.iter().map(|entry| entry.parse().expect("a number")).collect();
        (name, ArrayD::from_shape_vec(IxDyn(shape), entries).expect("as it was"))
    };
    input.entries().map(array).collect()
}

/// The batch that arrays make.
fn inputs(spec: &'static Spec, arrays: Arrays) -> Inputs<f64> {
    let arrays = arrays.into_iter().map(|(name, array)| (name.to_owned(), array)).collect();
    Inputs::new(spec, arrays).unwrap_or_else(|e| panic!("{}: {e}", spec.id))
}

/// A kind of batch: its name, and what it makes of a random one and a magnitude.
type Pattern = (&'static str, fn(&'static Spec, &mut Arrays, f64));

const PATTERNS: [Pattern; 8] = [
    ("all of that size", |spec, arrays, m| each_variable(spec, arrays, |array| scale(array, m))),
    ("the first input of that size", |spec, arrays, m| {
        let first = spec.inputs.iter().find(|input| input.is_variable()).expect("a loss has a variable");
        scale(arrays.get_mut(first.name).expect("declared"), m);
    }),
    ("the first row of that size", |spec, arrays, m| {
        each_variable(spec, arrays, |array| row(array).for_each(|x| *x *= m));
    }),
    ("the first row 0, the others of that size", |spec, arrays, m| {
        each_variable(spec, arrays, |array| {
            scale(array, m);
            row(array).for_each(|x| *x = 0.0);
        });
    }),
    ("all rows equal and of that size", |spec, arrays, m| {
        each_variable(spec, arrays, |array| {
            scale(array, m);
            let first: Vec<f64> = row(array).map(|x| *x).collect();
            array.iter_mut().zip(first.iter().cycle()).for_each(|(x, first)| *x = *first);
        });
    }),
    ("all entries plus or minus that size", |spec, arrays, m| {
        each_variable(spec, arrays, |array| array.iter_mut().for_each(|x| *x = m.copysign(*x)));
    }),
    ("all 0 but the last entry, of that size", |spec, arrays, m| {
        each_variable(spec, arrays, |array| {
            let last = array.len() - 1;
            array.iter_mut().take(last).for_each(|x| *x = 0.0);
            array.iter_mut().skip(last).for_each(|x| *x = m);
        });
    }),
    ("one class, all of that size", |spec, arrays, m| {
        for input in spec.inputs.iter().filter(|input| input.is_integer() && input.name.contains("label")) {
            arrays.get_mut(input.name).expect("declared").fill(0.0);
        }
        each_variable(spec, arrays, |array| scale(array, m));
    }),
];

fn each_variable(spec: &Spec, arrays: &mut Arrays, change: impl Fn(&mut ArrayD<f64>)) {
    for input in spec.inputs.iter().filter(|input| input.is_variable()) {
        let array = arrays.get_mut(input.name).expect("declared");
        change(array);
    }
}

fn scale(array: &mut ArrayD<f64>, magnitude: f64) {
    array.mapv_inplace(|x| x * magnitude);
}

/// The first row of a matrix, the first entry of a vector.
fn row(array: &mut ArrayD<f64>) -> impl Iterator<Item = &mut f64> {
    let width = if array.ndim() > 1 { array.shape()[array.ndim() - 1] } else { 1 };
    array.iter_mut().take(width)
}

/// A batch of that pattern that the loss accepts.
fn batch(
    loss: &dyn Loss,
    params: &Params,
    sizes: &[(&str, usize)],
    pattern: &Pattern,
    magnitude: f64,
) -> Option<Inputs<f64>> {
    let spec = loss.spec();
    (0..40).find_map(|seed| {
        let mut arrays = arrays(&random(spec, sizes, seed));
        pattern.1(spec, &mut arrays, magnitude);
        for input in spec.inputs.iter().filter(|input| input.is_variable()) {
            let array = arrays.get_mut(input.name).expect("declared");
            let width = array.shape().last().copied().unwrap_or(1);
            input.domain().hold(array.as_slice_mut().expect("made in standard layout"), width);
        }
        let input = inputs(spec, arrays);
        loss.check(&input, params).is_ok().then_some(input)
    })
}

/// Every combination of choices, and with the first choices every number at the ends of its slider and, where it may
/// be, tiny; with each whether something tiny is among them.
fn settings(spec: &'static Spec) -> Vec<(bool, Params)> {
    let options = |param: &Param| -> Vec<f64> {
        match param.scale {
            Scale::Numbers(options) => options.iter().map(|(value, _)| *value).collect(),
            Scale::Names(options) => (0..options.len()).map(|i| i as f64).collect(),
            _ => Vec::new(),
        }
    };
    let with = |params: &Params, param: &Param, value: f64| {
        let mut params = params.clone();
        params.set(param.name, value).expect("the ends of a slider are allowed");
        params
    };
    let mut chosen = vec![Params::new(spec.params)];
    let mut turned = Vec::new();
    for param in spec.params {
        let options = options(param);
        if options.is_empty() {
            let defaults = Params::new(spec.params);
            turned.extend([param.range.0, param.range.1].map(|end| (false, with(&defaults, param, end))));
            if param.domain == Domain::Positive {
                turned.push((true, with(&defaults, param, TINY)));
            }
        } else {
            let each = |params: &Params| options.iter().map(|&value| with(params, param, value)).collect();
            chosen = chosen.iter().flat_map(|params| -> Vec<Params> { each(params) }).collect();
        }
    }
    chosen.into_iter().map(|params| (false, params)).chain(turned).collect()
}

/// What is wrong with a loss at a batch.
///
/// A slope grows by a power less than the value, and with the inverse of a tiny parameter. Where that is beyond the
/// largest number and samples meet, it may be a sum of opposite infinities.
fn fault(
    loss: &dyn Loss,
    input: &Inputs<f64>,
    params: &Params,
    magnitude: f64,
    tiny: bool,
) -> Option<String> {
    let spec = loss.spec();
    let is_sample_by_sample = matches!(spec.family, Family::Scalar | Family::Logits | Family::Angular);
    let mut gradient = Gradient::default();
    let by_hand = loss.value_and_gradient(input, params, &mut gradient);
    let slopes = gradient.flat().to_vec();
    let by_tape = loss.value_and_gradient_from_tape(input, params, &mut gradient);
    for (way, value, slopes) in [("by hand", by_hand, &slopes[..]), ("by the tape", by_tape, gradient.flat())]
    {
        if value.is_nan() {
            return Some(format!("the value is NaN {way}"));
        }
        if value.is_infinite() && !tiny && !may_overflow(growth(spec), magnitude) {
            return Some(format!("the value is {value} {way}, where the definition has a number"));
        }
        if value == 0.0 && value.is_sign_negative() {
            return Some(format!("the value is −0 {way}"));
        }
        if value < 0.0 && !BELOW_ZERO.contains(&spec.id) {
            return Some(format!("the value is {value} {way}, and it cannot be below 0"));
        }
        let meet = SLOPES_MEET.contains(&spec.id) && (tiny || spec.family == Family::Models);
        let is_beyond = tiny && (!is_sample_by_sample || value.is_infinite());
        let may_cancel = is_beyond || meet || may_overflow(growth(spec) - 1.0, magnitude);
        if slopes.iter().any(|slope| slope.is_nan()) && !may_cancel {
            return Some(format!("the gradient has NaN {way}"));
        }
    }
    None
}

/// What is wrong with a loss anywhere.
fn faults(loss: &dyn Loss) -> Vec<String> {
    let spec = loss.spec();
    let mut faults = Vec::new();
    for (tiny, params) in settings(spec) {
        let changed: Vec<_> =
            params.changed().map(|(param, value)| format!("{} = {value:?}", param.name)).collect();
        for magnitude in MAGNITUDES {
            for sizes in [BATCH, fewest(spec)] {
                for pattern in &PATTERNS {
                    let Some(input) = batch(loss, &params, &sizes, pattern, magnitude) else { continue };
                    if let Some(fault) = fault(loss, &input, &params, magnitude, tiny) {
                        faults.push(format!(
                            "{fault}: {magnitude:e}, {}{}, {}",
                            pattern.0,
                            if sizes == BATCH { "" } else { " and as few as can be" },
                            if changed.is_empty() { "defaults".into() } else { changed.join(", ") },
                        ));
                    }
                }
            }
        }
    }
    faults
}

/// The first few of what is wrong.
fn verdict(faults: &[String]) -> Result<(), Failed> {
    const SHOWN: usize = 12;
    if faults.is_empty() {
        return Ok(());
    }
    let shown = faults[..faults.len().min(SHOWN)].join("\n");
    Err(format!("{} of these batches go wrong:\n{shown}", faults.len()).into())
}

/// The value of a random batch that is changed before, at the defaults.
fn changed(loss: &dyn Loss, seed: u64, change: impl Fn(&mut ArrayD<f64>)) -> Option<f64> {
    let (spec, params) = (loss.spec(), Params::new(loss.spec().params));
    let mut arrays = arrays(&random(spec, &BATCH, seed));
    each_variable(spec, &mut arrays, change);
    let input = inputs(spec, arrays);
    loss.check(&input, &params).is_ok().then(|| loss.value(&input, &params))
}

/// Where a loss that claims not to see it sees that its variables are all multiplied, or the same added to all.
fn broken_invariances(loss: &dyn Loss) -> Vec<String> {
    let id = loss.spec().id;
    let mut broken = Vec::new();
    for seed in 0..10 {
        let Some(plain) = changed(loss, seed, |_| ()) else { continue };
        let mut compare = |what: &str, by: f64, got: Option<f64>| {
            let got = got.expect("a batch is as valid when moved");
            let off = (got - plain).abs();
            if off.is_nan() || off > 1e-9 * plain.abs() + 1e-12 {
                broken.push(format!("it is {plain}, with {what} {by:e} it is {got} (seed {seed})"));
            }
        };
        for factor in [1e-150, 1e-100, 1e-16, 1e-10, 1e16, 1e100, 1e150] {
            // A vector shorter than 1e-12 is divided by that, by definition.
            let too_short = loss.spec().family == Family::Embeddings && factor < 1e-10;
            if DIRECTIONS_ONLY.contains(&id) && !too_short {
                compare("all times", factor, changed(loss, seed, |array| scale(array, factor)));
            }
        }
        for shift in [-300.0, 1e-3, 40.0, 1000.0] {
            if DIFFERENCES_ONLY.contains(&id) {
                compare("all plus", shift, changed(loss, seed, |array| array.mapv_inplace(|x| x + shift)));
            }
        }
    }
    broken
}

fn main() -> ExitCode {
    let trial = |loss: &'static dyn Loss| {
        Trial::test(loss.spec().id, move || verdict(&[broken_invariances(loss), faults(loss)].concat()))
    };
    let trials = losses::all().map(trial).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
