//! A loss whose own variables are what a training moves.

use ndarray::{ArrayD, IxDyn};

use super::course::Wire;
use super::run::Run;
use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::spec::{Domain, Input, Role, Spec};
use crate::stages::{Contender, State};

/// What a loss reads, or why it cannot; its variables are trained, the rest stays.
pub struct Direct(pub Result<Inputs<f64>, String>);

impl Wire for Direct {
    fn start(&self) -> Vec<f64> {
        let arrays = self.0.iter().flat_map(Inputs::variables);
        arrays.flat_map(|(_, array)| array.iter().copied()).collect()
    }

    fn inputs(&self, variables: &[f64], _: usize) -> Result<Inputs<f64>, String> {
        let mut inputs = self.0.clone()?;
        let mut rest = variables;
        for (_, entries) in inputs.variables_mut() {
            let (own, after) = rest.split_at(entries.len());
            entries.copy_from_slice(own);
            rest = after;
        }
        Ok(inputs)
    }

    /// Back to where each variable may live.
    fn follow(&self, variables: &mut [f64]) {
        let Ok(inputs) = &self.0 else { return };
        let mut rest = variables;
        for (input, array) in inputs.declared_variables() {
            let (own, after) = rest.split_at_mut(array.len());
            input.domain().hold(own, array.shape().last().copied().unwrap_or(1));
            rest = after;
        }
    }

    fn pull_back(&self, _: &[f64], gradient: &Gradient) -> Vec<f64> {
        gradient.flat().to_vec()
    }
}

/// What a loss reads, or why it cannot; one of its variables is trained within a domain, the rest stays.
pub struct One {
    /// What the loss reads, or why it cannot.
    pub inputs: Result<Inputs<f64>, String>,
    /// The variable.
    pub name: &'static str,
    /// Where a step may leave it.
    pub domain: Domain,
}

impl Wire for One {
    fn start(&self) -> Vec<f64> {
        self.inputs.iter().flat_map(|inputs| inputs.array(self.name).into_iter().copied()).collect()
    }

    fn inputs(&self, variables: &[f64], _: usize) -> Result<Inputs<f64>, String> {
        let mut inputs = self.inputs.clone()?;
        inputs.set_variable(self.name, variables.iter().copied());
        Ok(inputs)
    }

    fn follow(&self, variables: &mut [f64]) {
        let width = self.inputs.iter().find_map(|inputs| inputs.array(self.name).shape().last().copied());
        self.domain.hold(variables, width.unwrap_or(1));
    }

    fn pull_back(&self, _: &[f64], gradient: &Gradient) -> Vec<f64> {
        gradient.of(self.name).to_vec()
    }
}

/// What a loss reads: the arrays that a person has set, and for the other inputs what `array` gives.
///
/// # Errors
/// Why the loss cannot read it with its parameters.
pub fn set(
    state: &State,
    contender: &Contender,
    array: impl Fn(&'static Input) -> (Vec<usize>, Vec<f64>),
) -> Result<Inputs<f64>, String> {
    checked(contender, |input| match state.arrays.get(input.name) {
        Some(set) => (set.shape().to_vec(), set.iter().copied().collect()),
        None => array(input),
    })
}

/// What a loss reads, of the shape and with the entries that `array` gives for each input.
///
/// # Errors
/// Why the loss cannot read it with its parameters.
pub fn checked(
    Contender { loss, params }: &Contender,
    array: impl Fn(&'static Input) -> (Vec<usize>, Vec<f64>),
) -> Result<Inputs<f64>, String> {
    let inputs = inputs(loss.spec(), array)?;
    loss.check(&inputs, params).map_err(|error| error.to_string())?;
    Ok(inputs)
}

/// What a loss reads, of the shape and with the entries that `array` gives for each input.
///
/// # Errors
/// Why the loss cannot read it.
///
/// # Panics
/// If entries do not fill their shape.
pub fn inputs(
    spec: &'static Spec,
    array: impl Fn(&'static Input) -> (Vec<usize>, Vec<f64>),
) -> Result<Inputs<f64>, String> {
    let named = |input: &'static Input| {
        let (shape, entries) = array(input);
        (input.name.to_owned(), ArrayD::from_shape_vec(IxDyn(&shape), entries).expect("a full array"))
    };
    Inputs::new(spec, spec.inputs.iter().map(named).collect()).map_err(|error| error.to_string())
}

/// The rows of the first variable of a role, and the gradient by each; for a training of the loss's own variables.
pub fn rows(run: &Run, role: Role) -> Vec<(Vec<f64>, Vec<f64>)> {
    let (Some(course), Some(inputs)) = (run.course(), run.inputs()) else { return Vec::new() };
    let mut slopes = &course.slopes[..];
    for input in run.contender().loss.spec().inputs.iter().filter(|input| input.is_variable()) {
        let (own, others) = slopes.split_at(inputs.array(input.name).len());
        if input.role == role {
            let rows = inputs.rows(input.name).into_iter();
            let width = own.len() / rows.len().max(1);
            return rows.zip(own.chunks(width.max(1))).map(|(row, by)| (row.to_vec(), by.to_vec())).collect();
        }
        slopes = others;
    }
    Vec::new()
}

/// The shape and the entries of rows of one length.
pub fn matrix(rows: &[Vec<f64>]) -> (Vec<usize>, Vec<f64>) {
    (vec![rows.len(), rows.first().map_or(0, Vec::len)], rows.concat())
}

/// The shape and the entries of the classes of samples.
pub fn classes(classes: &[usize]) -> (Vec<usize>, Vec<f64>) {
    (vec![classes.len()], classes.iter().map(|&class| class as f64).collect())
}
