//! The arrays of a batch as the terms of a loss see them: several numbers a sample in one row, ignored samples left out,
//! labels that are shared among classes apart.

use std::collections::BTreeMap;

use ndarray::{ArrayD, Axis, IxDyn};

use super::choice::{is_binary, is_elementwise};
use super::{Options, labels};
use crate::kernel::Loss;
use crate::spec::{Input, Kind, Spec, Terms};

pub(super) struct Batch {
    /// What is evaluated.
    pub counted: BTreeMap<String, ArrayD<f64>>,
    /// Of labels that are shared: how much of each sample belongs to each class.
    pub shares: Option<Vec<Vec<f64>>>,
    /// How many classes there are; 0 where there are none.
    pub classes: usize,
    /// The samples that count; `None` for all.
    kept: Option<Vec<usize>>,
    /// How many labels were given.
    given: usize,
    /// The shape of the samples if there are several numbers a sample.
    columns: Option<Vec<usize>>,
    /// The shapes of the arrays as they were given.
    shapes: BTreeMap<String, Vec<usize>>,
    /// The length of what has an entry a sample.
    samples: Option<&'static str>,
}

/// How far from 1 the shares of a label may sum up to.
const ROUNDING: f64 = 1e-6;

/// Whether the labels of a loss are given as probabilities.
pub(super) fn shares_labels(loss: &dyn Loss, arrays: &BTreeMap<String, ArrayD<f64>>) -> bool {
    let Some(labels) = labels(loss.spec()).filter(|_| loss.made_of() == Terms::Labelled) else {
        return false;
    };
    arrays.get(labels.name).is_some_and(|array| match labels.kind {
        Kind::Binary => array.iter().any(|x| x.fract() != 0.0),
        _ => array.ndim() == 2,
    })
}

impl Batch {
    pub(super) fn new(
        loss: &'static dyn Loss,
        mut arrays: BTreeMap<String, ArrayD<f64>>,
        options: &Options,
    ) -> Result<Self, String> {
        let spec = loss.spec();
        let shapes: BTreeMap<_, _> =
            arrays.iter().map(|(name, array)| (name.clone(), array.shape().to_vec())).collect();
        let columns = flattened(spec, &mut arrays);
        let named = labels(spec);
        let classes = match named.map(|labels| labels.kind) {
            Some(Kind::Class(symbol)) => length(spec, symbol, &shapes).unwrap_or(0),
            Some(Kind::Binary) => 2,
            _ => 0,
        };
        let mut shares = None;
        if let (Some(labels), true) = (named, shares_labels(loss, &arrays)) {
            let array = arrays.get_mut(labels.name).expect("it has been looked at");
            let samples = array.shape()[0];
            shares = Some(read_shares(spec, labels, array, classes)?);
            *array = ArrayD::zeros(IxDyn(&[samples]));
            if options.ignored.is_some() {
                return Err("option ignored_label is given beside labels that are shared among classes, which no number \
                            stands for"
                    .into());
            }
        }
        let kept = kept(spec, &arrays, options)?;
        let samples = named.map(|labels| labels.shape[0]);
        let given = named.and_then(|labels| arrays.get(labels.name)).map_or(0, ArrayD::len);
        let mut batch = Self { counted: arrays, shares, classes, kept, given, columns, shapes, samples };
        if let Some(kept) = &batch.kept {
            for input in spec.inputs.iter().filter(|input| input.shape.first().copied() == samples) {
                if let Some(array) = batch.counted.get_mut(input.name) {
                    *array = array.select(Axis(0), kept);
                }
            }
        }
        if batch.kept.is_some() && options.indices_tuple.is_some() {
            return Err(
                "option ignored_label is given beside indices_tuple, which says by itself who counts".into(),
            );
        }
        Ok(batch)
    }

    fn is_of_samples(&self, input: &Input) -> bool {
        self.kept.is_some() && input.shape.first().copied() == self.samples
    }

    /// Whether there are several numbers a sample.
    pub(super) fn has_columns(&self) -> bool {
        self.columns.is_some()
    }

    /// Which of the given samples a counted one is.
    fn original(&self, i: usize) -> usize {
        self.kept.as_ref().map_or(i, |kept| kept[i])
    }

    /// Which column a counted number stands in; 0 of one number a sample.
    fn column(&self, i: usize) -> usize {
        let width = self.columns.as_ref().and_then(|shape| shape.last().copied()).unwrap_or(1);
        self.original(i) % width.max(1)
    }

    /// What a number weighs by its column.
    pub(super) fn column_weight(&self, options: &Options, i: usize) -> f64 {
        let own = options.class_weights.as_ref().filter(|_| self.has_columns());
        own.and_then(|own| own.get(self.column(i)).copied()).unwrap_or(1.0)
    }

    /// What a class weighs for a sample.
    pub(super) fn class_weights<'a>(
        &'a self,
        spec: &'static Spec,
        options: &'a Options,
    ) -> Result<impl Fn(usize, usize) -> f64 + use<'a>, String> {
        let width = self.columns.as_ref().and_then(|shape| shape.last().copied()).unwrap_or(1);
        let must_have = |name: &str, weights: &Option<Vec<f64>>, count: usize, of: &str| match weights {
            Some(weights) if weights.len() != count => {
                Err(format!("option {name} has {} entries, it must have {count}, one a {of}", weights.len()))
            }
            _ => Ok(()),
        };
        must_have("pos_weight", &options.pos_weight, width, "column")?;
        let by_class = options.class_weights.as_deref().filter(|_| !self.has_columns());
        if self.has_columns() {
            must_have("class_weights", &options.class_weights, width, "column")?;
        } else if self.classes > 0 {
            must_have("class_weights", &options.class_weights, self.classes, "class")?;
        } else if let (Some(own), Some(labels)) = (by_class, labels(spec)) {
            let groups = self.counted.get(labels.name);
            let beyond = groups
                .and_then(|groups| groups.iter().find(|&&label| !(0.0..own.len() as f64).contains(&label)));
            if let Some(label) = beyond {
                let (count, name) = (own.len(), labels.name);
                return Err(format!(
                    "option class_weights has {count} entries, but input {name} has class {label}"
                ));
            }
        }
        Ok(move |i: usize, class: usize| {
            let own = by_class.and_then(|own| own.get(class).copied()).unwrap_or(1.0);
            let positive = options.pos_weight.as_ref().filter(|_| class == 1);
            own * positive.map_or(1.0, |weights| weights[self.column(i)])
        })
    }

    /// The weights of that many counted samples.
    pub(super) fn sample_weights(
        &self,
        spec: &'static Spec,
        options: &Options,
        terms: usize,
    ) -> Result<Option<Vec<f64>>, String> {
        let Some(own) = &options.sample_weights else { return Ok(None) };
        let given: Vec<f64> = own.iter().copied().collect();
        let all = match &self.columns {
            Some(shape) if own.shape() == [shape[0]] => {
                let width = shape.iter().skip(1).product();
                given.iter().flat_map(|&weight| std::iter::repeat_n(weight, width)).collect()
            }
            Some(shape) if own.shape() != shape => {
                return Err(format!(
                    "option sample_weights has shape {:?}, it must be that of the numbers, {shape:?}, or one a sample",
                    own.shape()
                ));
            }
            _ => given,
        };
        let kept: Vec<f64> = match &self.kept {
            Some(kept) => kept.iter().filter_map(|&i| all.get(i).copied()).collect(),
            None => all,
        };
        let expected = self.kept.as_ref().map_or(terms, Vec::len);
        if kept.len() != terms
            || expected != terms
            || self.columns.is_none() && own.len() != self.total(terms)
        {
            return Err(format!(
                "option sample_weights has {} entries, {} has {} terms",
                own.len(),
                spec.id,
                self.total(terms)
            ));
        }
        Ok(Some(kept))
    }

    /// How many samples were given of which that many count.
    fn total(&self, counted: usize) -> usize {
        if self.kept.is_some() { self.given } else { counted }
    }

    /// The values of the counted samples in the shape of those that were given, 0 elsewhere.
    pub(super) fn of_samples(&self, values: Vec<f64>) -> ArrayD<f64> {
        let total = self.total(values.len());
        let values = match &self.kept {
            Some(kept) => spread(&values, kept, total),
            None => values,
        };
        let shape = self.columns.clone().unwrap_or_else(|| vec![values.len()]);
        ArrayD::from_shape_vec(shape, values).expect("a value for every sample")
    }

    /// The derivative by an input in the shape in which it was given, 0 where nothing counts.
    pub(super) fn of_input(&self, input: &'static Input, slopes: &[f64]) -> ArrayD<f64> {
        let shape = self.shapes.get(input.name).map_or(&[][..], Vec::as_slice);
        let mut slopes = slopes.to_vec();
        if let (Some(kept), true) = (&self.kept, self.is_of_samples(input)) {
            let width: usize = if self.has_columns() { 1 } else { shape.iter().skip(1).product() };
            let entries: Vec<usize> = kept.iter().flat_map(|row| row * width..(row + 1) * width).collect();
            slopes = spread(&slopes, &entries, shape.iter().product());
        }
        ArrayD::from_shape_vec(shape, slopes).expect("a slope for every entry")
    }
}

/// The length of a dimension symbol, by the inputs that are no labels.
fn length(spec: &'static Spec, symbol: &str, shapes: &BTreeMap<String, Vec<usize>>) -> Option<usize> {
    spec.inputs.iter().find_map(|input| {
        let axis = input.shape.iter().position(|declared| *declared == symbol)?;
        shapes.get(input.name)?.get(axis).copied()
    })
}

/// Puts several numbers a sample one after the other, and says in what shape they were; `None` if there is one each.
fn flattened(spec: &'static Spec, arrays: &mut BTreeMap<String, ArrayD<f64>>) -> Option<Vec<usize>> {
    let first = arrays.get(spec.variables().next()?.name)?.shape().to_vec();
    let is_alike =
        spec.inputs.iter().all(|input| arrays.get(input.name).is_some_and(|array| array.shape() == first));
    if !is_elementwise(spec) || first.len() < 2 || !is_alike {
        return None;
    }
    for array in arrays.values_mut() {
        let numbers: Vec<f64> = array.iter().copied().collect();
        *array = ArrayD::from_shape_vec(vec![numbers.len()], numbers).expect("a list of all there is");
    }
    Some(first)
}

/// How much of each sample belongs to each class.
fn read_shares(
    spec: &'static Spec,
    labels: &Input,
    array: &ArrayD<f64>,
    classes: usize,
) -> Result<Vec<Vec<f64>>, String> {
    let name = labels.name;
    if let Some((index, x)) = array.indexed_iter().find(|(_, x)| !(0.0..=1.0).contains(*x)) {
        use ndarray::Dimension;
        let place: Vec<_> = index.slice().iter().map(ToString::to_string).collect();
        return Err(format!(
            "input {name} has {x} at [{}], allowed is a probability from 0 to 1",
            place.join(", ")
        ));
    }
    if is_binary(spec) {
        return Ok(array.iter().map(|&x| vec![1.0 - x, x]).collect());
    }
    if array.shape()[1] != classes {
        return Err(format!(
            "input {name} has rows of {} numbers, it must be one a class, {classes}",
            array.shape()[1]
        ));
    }
    let rows: Vec<Vec<f64>> = array.outer_iter().map(|row| row.iter().copied().collect()).collect();
    let sums = rows.iter().map(|row| row.iter().sum::<f64>());
    if let Some((i, sum)) = sums.enumerate().find(|(_, sum)| (sum - 1.0).abs() > ROUNDING) {
        return Err(format!(
            "input {name} has row {i} that sums to {sum}, allowed are probabilities that sum to 1"
        ));
    }
    Ok(rows)
}

/// The samples that count; `None` for all.
fn kept(
    spec: &'static Spec,
    arrays: &BTreeMap<String, ArrayD<f64>>,
    options: &Options,
) -> Result<Option<Vec<usize>>, String> {
    let (Some(ignored), Some(labels)) = (options.ignored, labels(spec)) else { return Ok(None) };
    let Some(array) = arrays.get(labels.name) else { return Ok(None) };
    let kept: Vec<usize> = (0..).zip(array).filter(|(_, label)| **label != ignored).map(|(i, _)| i).collect();
    if kept.is_empty() && !array.is_empty() {
        return Err(format!("every entry of input {} is the ignored {ignored}", labels.name));
    }
    Ok(Some(kept))
}

/// Numbers at their places among `count`, 0 elsewhere.
fn spread(numbers: &[f64], places: &[usize], count: usize) -> Vec<f64> {
    let mut all = vec![0.0; count];
    places.iter().zip(numbers).for_each(|(&place, &number)| all[place] = number);
    all
}
