//! One labelled sample in front of a loss, for the stages that show a loss as a function of a few numbers.

use super::engine::{Wire, direct};
use super::state::Contender;
use super::surroundings::{Surroundings, batch};
use crate::figures::{Dash, Ink};
use crate::input::Inputs;
use crate::kernel::{Gradient, Moving};
use crate::spec::Input;

/// One labelled sample as a loss reads it: a row of numbers (or a single one), its label, and what surrounds it.
///
/// Where the loss compares the sample with its batch, there are others in it, which cost nothing; loss and slope are then
/// those of the shown sample, not its share of the mean.
pub(super) struct Alone {
    variable: &'static str,
    width: usize,
    input: Result<Inputs<f64>, String>,
    /// Samples in the batch.
    batch: usize,
}

/// The logit of the label of a sample that costs nothing.
const SETTLED: f64 = 1e3;

impl Alone {
    /// A sample of `width` numbers with that label, in front of a loss that reads one row of numbers, maybe a label,
    /// and maybe something of what surrounds it.
    pub fn new(surroundings: &Surroundings, contender: &Contender, width: usize, label: usize) -> Self {
        let spec = contender.loss.spec();
        let batch = batch(spec);
        let variable = spec.inputs.iter().find(|i| i.is_variable()).map_or("", |i| i.name);
        let length = |dimension: &&str| match *dimension {
            "N" => batch,
            "F" => 2,
            _ => width,
        };
        let entry = |input: &Input, i: usize| match input.name {
            "counts" => surroundings.count(i),
            "features" => surroundings.features()[i],
            "magnitudes" => surroundings.magnitude,
            _ if input.is_integer() => label as f64,
            name if name == variable && i >= width && i % width == label => SETTLED,
            _ => 0.0,
        };
        let input = direct::checked(contender, |input| {
            let shape: Vec<usize> = input.shape.iter().map(length).collect();
            let entries = (0..shape.iter().product()).map(|i| entry(input, i)).collect();
            (shape, entries)
        });
        Self { variable, width, input, batch }
    }

    /// The same with the numbers of `row`.
    pub fn at(mut self, row: &[f64]) -> Self {
        if let Ok(input) = &mut self.input {
            input.set_variable(self.variable, row.iter().copied());
        }
        self
    }

    fn placed(&mut self, row: &[f64]) -> Option<&Inputs<f64>> {
        let input = self.input.as_mut().ok().filter(|_| row.iter().all(|x| x.is_finite()))?;
        input.set_variable(self.variable, row.iter().copied());
        Some(input)
    }
}

/// What moves is the row.
impl Wire for Alone {
    fn start(&self) -> Vec<f64> {
        let entries = self.input.iter().flat_map(|input| input.array(self.variable).into_iter().copied());
        entries.take(self.width).collect()
    }

    fn inputs(&self, row: &[f64], _: usize) -> Result<Inputs<f64>, String> {
        let mut input = self.input.clone()?;
        input.set_variable(self.variable, row.iter().copied());
        Ok(input)
    }

    fn pull_back(&self, row: &[f64], gradient: &Gradient) -> Vec<f64> {
        gradient.of(self.variable).iter().take(row.len()).copied().collect()
    }

    fn samples(&self) -> usize {
        self.batch
    }
}

/// A loss with the one sample that it reads, as a function of the sample's numbers.
///
/// The input is checked once; from then on only its numbers change, so that a curve or a map costs one kernel call a point.
pub(crate) struct Sample<'a> {
    contender: &'a Contender,
    alone: Alone,
    gradient: Gradient,
    /// The slope of the last evaluation.
    slope: Vec<f64>,
}

impl<'a> Sample<'a> {
    /// A sample of `width` numbers with that label, in usual surroundings.
    pub fn new(contender: &'a Contender, width: usize, label: usize) -> Self {
        Self::among(&Surroundings::default(), contender, width, label)
    }

    /// The same in others.
    pub fn among(surroundings: &Surroundings, contender: &'a Contender, width: usize, label: usize) -> Self {
        let alone = Alone::new(surroundings, contender, width, label);
        Self { contender, alone, gradient: Gradient::default(), slope: Vec::new() }
    }

    /// The loss at `row`; NaN if it cannot read it.
    pub fn value(&mut self, row: &[f64]) -> f64 {
        let Contender { loss, params } = self.contender;
        let value = self.alone.placed(row).map_or(f64::NAN, |input| loss.value(input, params));
        self.alone.batch as f64 * value
    }

    /// The loss at each of some rows, one after the other; NaN if it cannot read them.
    pub fn values(&self, rows: &[f64]) -> Vec<f64> {
        let Alone { variable, width, input, batch } = &self.alone;
        let Ok(input) = input else { return vec![f64::NAN; rows.len() / width] };
        let moving = Moving { name: variable, row: 0, places: rows };
        let mut values = self.contender.loss.values(input, &self.contender.params, &moving);
        values.iter_mut().for_each(|value| *value *= *batch as f64);
        values
    }

    /// The loss at `row` and its slope by every number of the row; the slope is empty if it cannot read it.
    pub fn slope(&mut self, row: &[f64]) -> (f64, &[f64]) {
        let Contender { loss, params } = self.contender;
        self.slope.clear();
        let Some(input) = self.alone.placed(row) else { return (f64::NAN, &[]) };
        let value = loss.value_and_gradient(input, params, &mut self.gradient);
        let batch = self.alone.batch as f64;
        self.slope.extend(self.alone.pull_back(row, &self.gradient).iter().map(|slope| batch * slope));
        (batch * value, &self.slope)
    }

    /// The slope of the last evaluation by another input of the sample; `None` if there is none.
    pub fn slope_by(&self, input: &str) -> Option<f64> {
        self.gradient.of(input).first().map(|slope| self.alone.batch as f64 * slope)
    }
}

/// The colour of a contender.
pub(super) fn ink(contender: usize) -> Ink {
    if contender == 0 { Ink::Accent } else { Ink::Series(contender) }
}

/// The pattern of a contender's line.
pub(super) fn dash(contender: usize) -> Dash {
    if contender == 0 { Dash::Solid } else { Dash::Dashed }
}
