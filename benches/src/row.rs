//! The rows: a name that the peers know too, and the work.

use std::collections::BTreeMap;

use loss_explorer::{
    input::Inputs,
    kernel::{Gradient, Loss},
    losses,
    optimizer::{Optimizer, Rule},
    probe::{Descent, Subject, surface},
    real::Real,
    spec::{Domain, Family, Input, Kind, Params, Spec, dimension},
    tape::{Var, record},
};
use ndarray::{ArrayD, Dimension, IxDyn};

/// Work that can be repeated; its result keeps the compiler from leaving it out, and shows that all
/// peers compute the same.
pub type Work = Box<dyn FnMut() -> f64>;

/// One row of the table.
#[derive(Debug)]
pub struct Row {
    /// As printed, and as the peers call it.
    pub name: &'static str,
    /// Sets the input up, which is not measured.
    pub prepare: fn() -> Work,
    /// The same from the tape, if it is a value and gradient.
    pub from_tape: Option<fn() -> Work>,
}

impl Row {
    const fn new(name: &'static str, prepare: fn() -> Work) -> Self {
        Self { name, prepare, from_tape: None }
    }
}

/// A row of value and gradient.
macro_rules! gradient_row {
    ($name:literal, $id:literal, $arrays:expr) => {
        Row {
            from_tape: Some(|| gradient($id, $arrays, true)),
            ..Row::new($name, || gradient($id, $arrays, false))
        }
    };
}

/// A row of value and gradient of all losses of a family, one after the other.
macro_rules! family_row {
    ($name:literal, $family:expr) => {
        Row { from_tape: Some(|| family($family, true)), ..Row::new($name, || family($family, false)) }
    };
}

/// All rows.
pub const ROWS: &[Row] = &[
    gradient_row!("NT-Xent 64×2", "nt-xent", batch(64, 2, 2)),
    gradient_row!("NT-Xent 512×128", "nt-xent", batch(512, 128, 2)),
    gradient_row!("SupCon 64×2", "sup-con", batch(64, 2, 8)),
    gradient_row!("all triplets 64×2", "triplet-margin", batch(64, 2, 8)),
    gradient_row!("multi-similarity 64×2", "multi-similarity", batch(64, 2, 8)),
    gradient_row!("ArcFace 512×1000", "arcface", scores("cosines", 0.9)),
    gradient_row!("cross-entropy 512×1000", "cross-entropy", scores("logits", 3.0)),
    Row::new("log-sum-exp 100000 (GradBench)", log_sum_exp),
    family_row!("every scalar loss, 64 samples", Family::Scalar),
    family_row!("every loss of logits, 64×4", Family::Logits),
    family_row!("every loss of cosines, 64×4", Family::Angular),
    family_row!("every loss of embeddings, 64×2", Family::Embeddings),
    Row::new("surface 256×256, NT-Xent 64×2", || moving_point("nt-xent", batch(64, 2, 2))),
    Row::new("surface 256×256, all triplets 64×2", || moving_point("triplet-margin", batch(64, 2, 8))),
    Row::new("logit plane 256×256", logit_plane),
    Row::new("1000 training steps, NT-Xent 64×2", training),
    Row::new("50 temperatures × 40 steps", temperatures),
];

type Arrays = BTreeMap<String, ArrayD<f64>>;

fn loss(id: &str) -> &'static dyn Loss {
    losses::find(id).unwrap_or_else(|| panic!("{}", losses::unknown(id)))
}

fn inputs(loss: &dyn Loss, arrays: Arrays) -> Inputs<f64> {
    Inputs::new(loss.spec(), arrays).unwrap_or_else(|e| panic!("{e}"))
}

/// Value and gradient.
fn gradient(id: &str, arrays: Arrays, from_tape: bool) -> Work {
    let loss = loss(id);
    let params = Params::new(loss.spec().params);
    let input = inputs(loss, arrays);
    let mut gradient = Gradient::default();
    if from_tape {
        Box::new(move || loss.value_and_gradient_from_tape(&input, &params, &mut gradient))
    } else {
        Box::new(move || loss.value_and_gradient(&input, &params, &mut gradient))
    }
}

/// Value and gradient of every loss of a family, at the sizes of the page's stages; the sum of the values.
fn family(family: Family, from_tape: bool) -> Work {
    let losses = losses::all().filter(|loss| loss.spec().family == family);
    let mut works: Vec<Work> =
        losses.map(|loss| gradient(loss.spec().id, toy(loss.spec()), from_tape)).collect();
    Box::new(move || works.iter_mut().map(|work| work()).sum())
}

/// What a loss reads, by a formula, as large as on a stage.
fn toy(spec: &Spec) -> Arrays {
    const SIZES: [(&str, usize); 9] =
        [("N", 64), ("C", 4), ("D", 2), ("M", 2), ("K", 3), ("P", 5), ("S", 16), ("Q", 16), ("F", 16)];
    let size = |symbol: &str| SIZES.iter().find(|(name, _)| *name == symbol).map(|&(_, size)| size);
    let length = |text: &str| {
        dimension::evaluate(text, &size).unwrap_or_else(|| panic!("{}: how long is {text}?", spec.id))
    };
    let array = |input: &Input| {
        let shape: Vec<usize> = input.shape.iter().map(|dimension| length(dimension)).collect();
        let entry = |index: IxDyn| {
            let places = index.slice().iter().enumerate();
            let wave =
                places.map(|(axis, &i)| (i as f64 + 0.7) * (1.3 + 0.8 * axis as f64)).sum::<f64>().sin();
            let i = index.slice().first().copied().unwrap_or(0);
            match input.kind {
                Kind::Variable(domain) | Kind::Fixed(domain) => match domain {
                    Domain::Any | Domain::Cosine => 0.9 * wave,
                    Domain::Within(low, high) => low + (high - low) * 0.5 * (1.0 + 0.9 * wave),
                    _ => 1.1 + wave,
                },
                // Two neighbours of a class, as in the other rows.
                Kind::Class(symbol) | Kind::ClassOrNone(symbol) => (i / 2 % length(symbol)) as f64,
                Kind::Integer(low) => (low.max(0) + (i as i64 / 2) % 4) as f64,
                Kind::Binary => (i % 2) as f64,
            }
        };
        (input.name.to_owned(), ArrayD::from_shape_fn(IxDyn(&shape), entry))
    };
    spec.inputs.iter().map(array).collect()
}

/// Value and gradient of `ln Σ eˣ`, a task of GradBench: one operation on the tape.
fn log_sum_exp() -> Work {
    const ENTRIES: usize = 100_000;
    let at: Vec<f64> = (0..ENTRIES).map(|i| 3.0 * (0.7 + 0.37 * i as f64).sin()).collect();
    let (mut variables, mut gradient) = (Vec::new(), vec![0.0; ENTRIES]);
    Box::new(move || record(&at, &mut variables, &mut gradient, Var::log_sum_exp))
}

/// Cells along a side of a map.
const GRID: usize = 256;

fn mean_over_map(loss: &'static dyn Loss, name: &'static str, input: Inputs<f64>, reach: f64) -> Work {
    let params = Params::new(loss.spec().params);
    let axis: Vec<f64> = (0..GRID).map(|i| reach * (2.0 * (i as f64 + 0.5) / GRID as f64 - 1.0)).collect();
    Box::new(move || {
        let subject = Subject { loss, params: &params, input: &input };
        let values = surface(subject, name, [0, 1], &axis, &axis);
        values.iter().sum::<f64>() / values.len() as f64
    })
}

/// The mean over a map of the loss as the first of the samples moves in the plane.
fn moving_point(id: &str, arrays: Arrays) -> Work {
    let loss = loss(id);
    mean_over_map(loss, "embeddings", inputs(loss, arrays), 1.5)
}

/// The mean over a map of the cross-entropy of one sample, two of its three logits along the sides.
fn logit_plane() -> Work {
    let loss = loss("cross-entropy");
    let arrays = BTreeMap::from([
        ("logits".to_owned(), ArrayD::zeros(IxDyn(&[1, 3]))),
        ("labels".to_owned(), ArrayD::zeros(IxDyn(&[1]))),
    ]);
    mean_over_map(loss, "logits", inputs(loss, arrays), 6.0)
}

/// The loss before the last of so many steps of gradient descent.
fn last_loss(loss: &dyn Loss, params: &Params, input: &Inputs<f64>, steps: usize) -> f64 {
    let optimizer = Optimizer { rule: Rule::Sgd { weight_decay: 0.0 }, lr: 0.05 };
    let mut descent = Descent::new(input.clone());
    (0..steps).fold(f64::NAN, |_, _| descent.step(loss, params, &optimizer))
}

fn training() -> Work {
    let loss = loss("nt-xent");
    let params = Params::new(loss.spec().params);
    let input = inputs(loss, batch(64, 2, 2));
    Box::new(move || last_loss(loss, &params, &input, 1000))
}

/// The mean of the losses that 40 steps lead to, over 50 temperatures from 0.05 to 1.
fn temperatures() -> Work {
    let loss = loss("nt-xent");
    let input = inputs(loss, batch(64, 2, 2));
    let params: Vec<Params> = (0..50)
        .map(|i| {
            let mut params = Params::new(loss.spec().params);
            let temperature = 0.05 * 20f64.powf(f64::from(i) / 49.0);
            params.set("temperature", temperature).unwrap_or_else(|e| panic!("{e}"));
            params
        })
        .collect();
    Box::new(move || params.iter().map(|params| last_loss(loss, params, &input, 40)).sum::<f64>() / 50.0)
}

/// `samples` vectors, every two neighbours close to each other, `mates` neighbours a label: a formula rather than a
/// generator, so that every peer has the same numbers.
fn batch(samples: usize, dimension: usize, mates: usize) -> Arrays {
    let entry = |index: &IxDyn| {
        let (i, d) = (index[0] as f64, index[1] as f64);
        let pair = (i / 2.0).floor();
        (0.7 + 1.3 * pair * (d + 1.0)).sin() + 0.3 * (2.1 * i * (d + 2.0)).sin()
    };
    BTreeMap::from([
        ("embeddings".to_owned(), ArrayD::from_shape_fn(IxDyn(&[samples, dimension]), |index| entry(&index))),
        ("labels".to_owned(), ArrayD::from_shape_fn(IxDyn(&[samples]), |index| (index[0] / mates) as f64)),
    ])
}

/// 512 samples with 1000 scores each, up to `size`.
fn scores(name: &str, size: f64) -> Arrays {
    let entry = |index: &IxDyn| size * (0.7 + 1.3 * index[0] as f64 + 0.37 * index[1] as f64).sin();
    BTreeMap::from([
        (name.to_owned(), ArrayD::from_shape_fn(IxDyn(&[512, 1000]), |index| entry(&index))),
        ("labels".to_owned(), ArrayD::from_shape_fn(IxDyn(&[512]), |index| (7 * index[0] % 1000) as f64)),
    ])
}
