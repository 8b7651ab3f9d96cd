//! One labelled sample in front of a loss, for the stages that show a loss as a function of a few numbers.

use std::collections::BTreeMap;

use ndarray::{ArrayD, IxDyn};

use super::state::Contender;
use crate::figures::{Dash, Ink};
use crate::input::Inputs;
use crate::kernel::Gradient;

/// A loss with the one sample that it reads: a row of numbers (or a single one) and its label.
///
/// The input is checked once; from then on only its numbers change, so that a curve or a map costs one kernel
/// call a point.
pub(crate) struct Sample<'a> {
    contender: &'a Contender,
    variable: &'static str,
    input: Result<Inputs<f64>, String>,
    gradient: Gradient,
}

impl<'a> Sample<'a> {
    /// A sample of `width` numbers with that label, in front of a loss that reads one variable input and, maybe,
    /// labels.
    pub fn new(contender: &'a Contender, width: usize, label: usize) -> Self {
        let spec = contender.loss.spec();
        let shape = |rank: usize| if rank == 2 { vec![1, width] } else { vec![1; rank] };
        let arrays: BTreeMap<_, _> = spec
            .inputs
            .iter()
            .map(|input| {
                let entry = if input.is_integer() { label as f64 } else { 0.0 };
                (input.name.to_owned(), ArrayD::from_elem(IxDyn(&shape(input.shape.len())), entry))
            })
            .collect();
        let input = Inputs::new(spec, arrays).and_then(|input| {
            contender.loss.check(&input, &contender.params)?;
            Ok(input)
        });
        Self {
            contender,
            variable: spec.inputs.iter().find(|i| i.is_variable()).map_or("", |i| i.name),
            input: input.map_err(|error| error.to_string()),
            gradient: Gradient::default(),
        }
    }

    /// Why the loss cannot read such a sample, if so; its values are NaN then.
    pub fn refused(&self) -> Option<&str> {
        self.input.as_ref().err().map(String::as_str)
    }

    /// The sample with the numbers of `row`, as the loss reads it.
    pub fn at(mut self, row: &[f64]) -> Option<Inputs<f64>> {
        place(&mut self.input, self.variable, row)?;
        self.input.ok()
    }

    /// The loss at `row`; NaN if it cannot read it.
    pub fn value(&mut self, row: &[f64]) -> f64 {
        let Some(input) = place(&mut self.input, self.variable, row) else { return f64::NAN };
        self.contender.loss.value(input, &self.contender.params)
    }

    /// The loss at `row` and its slope by every number of the row; the slope is empty if it cannot read it.
    pub fn slope(&mut self, row: &[f64]) -> (f64, &[f64]) {
        let Some(input) = place(&mut self.input, self.variable, row) else { return (f64::NAN, &[]) };
        let value = self.contender.loss.value_and_gradient(input, &self.contender.params, &mut self.gradient);
        (value, self.gradient.of(self.variable))
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
