//! The rows: a name that the peers know too, and the work.

use std::collections::BTreeMap;

use loss_explorer::{
    input::Inputs,
    kernel::Gradient,
    losses,
    probe::{Subject, surface},
    spec::Params,
};
use ndarray::{ArrayD, IxDyn};

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
}

/// All rows.
pub const ROWS: &[Row] = &[
    Row { name: "NT-Xent 64×2, value and gradient", prepare: || value_and_gradient("nt-xent", 64, 2) },
    Row { name: "NT-Xent 512×128, value and gradient", prepare: || value_and_gradient("nt-xent", 512, 128) },
    Row { name: "NT-Xent 64×2, surface 256×256", prepare: || moving_point("nt-xent", 64) },
];

fn value_and_gradient(id: &str, samples: usize, dimension: usize) -> Work {
    let loss = losses::find(id).unwrap_or_else(|| panic!("{}", losses::unknown(id)));
    let params = Params::new(loss.spec().params);
    let input = Inputs::new(loss.spec(), pairs(samples, dimension)).unwrap_or_else(|e| panic!("{e}"));
    let mut gradient = Gradient::default();
    Box::new(move || loss.value_and_gradient(&input, &params, &mut gradient))
}

/// The mean over a map of the loss as the first of the samples moves in the plane.
fn moving_point(id: &str, samples: usize) -> Work {
    const GRID: usize = 256;
    let loss = losses::find(id).unwrap_or_else(|| panic!("{}", losses::unknown(id)));
    let params = Params::new(loss.spec().params);
    let input = Inputs::new(loss.spec(), pairs(samples, 2)).unwrap_or_else(|e| panic!("{e}"));
    let axis: Vec<f64> = (0..GRID).map(|i| -1.5 + 3.0 * (i as f64 + 0.5) / GRID as f64).collect();
    Box::new(move || {
        let subject = Subject { loss, params: &params, input: &input };
        let values = surface(subject, "embeddings", [0, 1], &axis, &axis);
        values.iter().sum::<f64>() / values.len() as f64
    })
}

/// `samples` vectors, every two neighbours a positive pair: a formula rather than a generator, so
/// that every peer has the same numbers.
fn pairs(samples: usize, dimension: usize) -> BTreeMap<String, ArrayD<f64>> {
    let entry = |index: &IxDyn| {
        let (i, d) = (index[0] as f64, index[1] as f64);
        let pair = (i / 2.0).floor();
        (0.7 + 1.3 * pair * (d + 1.0)).sin() + 0.3 * (2.1 * i * (d + 2.0)).sin()
    };
    BTreeMap::from([
        ("embeddings".to_owned(), ArrayD::from_shape_fn(IxDyn(&[samples, dimension]), |index| entry(&index))),
        ("labels".to_owned(), ArrayD::from_shape_fn(IxDyn(&[samples]), |index| (index[0] / 2) as f64)),
    ])
}
