//! One labelled sample in front of a loss, for the stages that show a loss as a function of a few numbers.

use super::engine::direct;
use super::state::Contender;
use super::surroundings::{Surroundings, batch};
use crate::figures::{Dash, Ink};
use crate::input::Inputs;
use crate::kernel::{Gradient, Moving};
use crate::spec::Role;

/// A loss with the one sample that it reads: a row of numbers (or a single one) and its label.
///
/// The input is checked once; from then on only its numbers change, so that a curve or a map costs one kernel
/// call a point. Where the loss compares the sample with its batch, there are others in it, which cost nothing; loss
/// and slope are then those of the shown sample, not its share of the mean.
pub(crate) struct Sample<'a> {
    contender: &'a Contender,
    variable: &'static str,
    width: usize,
    input: Result<Inputs<f64>, String>,
    gradient: Gradient,
    /// Samples in the batch.
    batch: f64,
    /// The slope of the last evaluation.
    slope: Vec<f64>,
}

/// The logit of the label of a sample that costs nothing.
const SETTLED: f64 = 1e3;

impl<'a> Sample<'a> {
    /// A sample of `width` numbers with that label, in usual surroundings.
    pub fn new(contender: &'a Contender, width: usize, label: usize) -> Self {
        Self::among(&Surroundings::default(), contender, width, label)
    }

    /// A sample of `width` numbers with that label, in front of a loss that reads one row of numbers, maybe a label,
    /// and maybe something of what surrounds it.
    pub fn among(surroundings: &Surroundings, contender: &'a Contender, width: usize, label: usize) -> Self {
        let spec = contender.loss.spec();
        let batch = batch(spec);
        let variable = spec.variables().find(|i| i.role != Role::Length).map_or("", |i| i.name);
        let row = |i: usize| if i >= width && i % width == label { SETTLED } else { 0.0 };
        let input = direct::inputs(spec, |input| match (input.role, input.rank()) {
            (Role::Count, _) => (vec![width], (0..width).map(|class| surroundings.count(class)).collect()),
            (Role::Features, _) => (vec![batch, 2], surroundings.features()[..2 * batch].to_vec()),
            (Role::Length, _) => (vec![batch], vec![surroundings.magnitude; batch]),
            _ if input.is_integer() => direct::classes(&vec![label; batch]),
            (_, 1) => (vec![batch], vec![0.0; batch]),
            _ => (vec![batch, width], (0..batch * width).map(row).collect()),
        });
        let input = input.and_then(|input| {
            let checked = contender.loss.check(&input, &contender.params);
            checked.map_err(|error| error.to_string()).map(|()| input)
        });
        Self {
            contender,
            variable,
            width,
            input,
            gradient: Gradient::default(),
            batch: batch as f64,
            slope: Vec::new(),
        }
    }

    /// Why the loss cannot read such a sample, if so; its values are NaN then.
    pub fn refused(&self) -> Option<&str> {
        self.input.as_ref().err().map(String::as_str)
    }

    /// The sample with the numbers of `row`, as the loss reads it; `None` if it cannot, or where the loss that is
    /// shown is one sample's of several.
    pub fn at(mut self, row: &[f64]) -> Option<Inputs<f64>> {
        if self.batch > 1.0 {
            return None;
        }
        place(&mut self.input, self.variable, row)?;
        self.input.ok()
    }

    /// The loss at `row`; NaN if it cannot read it.
    pub fn value(&mut self, row: &[f64]) -> f64 {
        let Some(input) = place(&mut self.input, self.variable, row) else { return f64::NAN };
        self.batch * self.contender.loss.value(input, &self.contender.params)
    }

    /// The loss at each of some rows, one after the other; NaN if it cannot read them.
    pub fn values(&self, rows: &[f64]) -> Vec<f64> {
        let Ok(input) = &self.input else { return vec![f64::NAN; rows.len() / self.width] };
        let moving = Moving { name: self.variable, row: 0, places: rows };
        let mut values = self.contender.loss.values(input, &self.contender.params, &moving);
        values.iter_mut().for_each(|value| *value *= self.batch);
        values
    }

    /// The loss at `row` and its slope by every number of the row; the slope is empty if it cannot read it.
    pub fn slope(&mut self, row: &[f64]) -> (f64, &[f64]) {
        self.slope.clear();
        let Some(input) = place(&mut self.input, self.variable, row) else { return (f64::NAN, &[]) };
        let value = self.contender.loss.value_and_gradient(input, &self.contender.params, &mut self.gradient);
        let slope = self.gradient.of(self.variable).iter().take(row.len());
        self.slope.extend(slope.map(|slope| self.batch * slope));
        (self.batch * value, &self.slope)
    }

    /// The slope of the last evaluation by another input of the sample; `None` if there is none.
    pub fn slope_by(&self, role: Role) -> Option<f64> {
        let input = self.contender.loss.spec().of_role(role).next()?;
        self.gradient.of(input.name).first().map(|slope| self.batch * slope)
    }
}

fn place<'i>(
    input: &'i mut Result<Inputs<f64>, String>,
    variable: &str,
    row: &[f64],
) -> Option<&'i Inputs<f64>> {
    let input = input.as_mut().ok().filter(|_| row.iter().all(|x| x.is_finite()))?;
    input.set_variable(variable, row.iter().copied());
    Some(input)
}

/// The colour of a contender.
pub(super) fn ink(contender: usize) -> Ink {
    if contender == 0 { Ink::Accent } else { Ink::Series(contender) }
}

/// The pattern of a contender's line.
pub(super) fn dash(contender: usize) -> Dash {
    if contender == 0 { Dash::Solid } else { Dash::Dashed }
}

/// Why a number is not finite; empty if it is.
pub(super) fn note(value: f64, refused: Option<&str>) -> String {
    match refused {
        Some(reason) if !value.is_finite() => reason.to_owned(),
        None if value.is_nan() => "not defined here".into(),
        None if value.is_infinite() => "beyond what a number can hold".into(),
        _ => String::new(),
    }
}
