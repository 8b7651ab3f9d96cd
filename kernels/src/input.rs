//! The arrays that a loss reads, in one container for every loss.
//!
//! [`Inputs`] is checked against the declaration of its loss when it is made; from then on shapes, classes and
//! domains hold. A kernel takes the views it needs at its beginning and works on slices.

use std::collections::BTreeMap;

use ndarray::{ArrayD, ArrayView2, ArrayViewD, IxDyn};

use crate::number;
use crate::real::Real;
use crate::spec::{Input, Kind, Params, Spec, dimension};
use crate::tape::Var;

/// The checked inputs of one loss over the number type `R`.
#[derive(Clone, Debug)]
pub struct Inputs<R> {
    spec: &'static Spec,
    slots: Vec<Slot<R>>,
    lengths: Lengths,
}

#[derive(Clone, Debug)]
enum Slot<R> {
    Variable(ArrayD<R>),
    Fixed(ArrayD<f64>),
    Integer(ArrayD<i64>),
}

/// What is wrong with the inputs of a loss.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum InputError {
    /// An input that the loss needs was not given.
    #[error("input {name} ({shape}) is missing")]
    Missing {
        /// The input.
        name: &'static str,
        /// Its declared shape.
        shape: String,
    },
    /// An input was given that the loss does not read.
    #[error("there is no input {name}; known are: {known}")]
    Unknown {
        /// What was given.
        name: String,
        /// What there is.
        known: String,
    },
    /// The number of dimensions is wrong.
    #[error("input {name} has shape {shape}, it must be {declared}")]
    Rank {
        /// The input.
        name: &'static str,
        /// What was given.
        shape: String,
        /// What the loss declares.
        declared: String,
    },
    /// A dimension disagrees with the declaration or with another input.
    #[error("input {name} has shape {shape} where {declared} is {length} long, but {because}")]
    Length {
        /// The input.
        name: &'static str,
        /// Its shape.
        shape: String,
        /// The dimension as declared.
        declared: &'static str,
        /// Its length here.
        length: usize,
        /// What it should be and who says so.
        because: String,
    },
    /// An entry that is not allowed.
    #[error("input {name} has {value} at {index}, allowed is {allowed}")]
    Entry {
        /// The input.
        name: &'static str,
        /// The entry.
        value: String,
        /// Its index, one number a dimension.
        index: String,
        /// What is allowed.
        allowed: String,
    },
    /// A requirement between inputs and parameters that the declaration cannot express.
    #[error("{0}")]
    Rule(String),
}

impl Inputs<f64> {
    /// Checks named arrays against what `spec` declares.
    ///
    /// Integer inputs are given as whole `f64`, as JSON has them.
    ///
    /// # Errors
    /// The first thing that is wrong, with the input, the value and what is allowed.
    pub fn new(spec: &'static Spec, mut arrays: BTreeMap<String, ArrayD<f64>>) -> Result<Self, InputError> {
        let mut lengths = Lengths::default();
        let mut slots = Vec::with_capacity(spec.inputs.len());
        for input in spec.inputs {
            let array = arrays
                .remove(input.name)
                .ok_or_else(|| InputError::Missing { name: input.name, shape: input.shape_text() })?;
            lengths.check(input, array.shape())?;
            // Kernels read rows as slices, which needs the standard layout.
            let array = array.as_standard_layout().into_owned();
            slots.push(if input.is_integer() {
                Slot::Integer(integers(input, &array)?)
            } else {
                entries(input, &array)?;
                if input.is_variable() { Slot::Variable(array) } else { Slot::Fixed(array) }
            });
        }
        if !arrays.is_empty() {
            return Err(unknown(spec, arrays));
        }
        lengths.solve(spec, &slots);
        let inputs = Self { spec, slots, lengths };
        inputs.check_expressions(&|_| None)?;
        inputs.check_classes()?;
        Ok(inputs)
    }

    /// Checks the dimensions that depend on parameters of the loss.
    ///
    /// # Errors
    /// The first that is wrong, with the input, its length and what the parameters make it.
    pub fn check_with(&self, params: &Params) -> Result<(), InputError> {
        self.check_expressions(&|name| params.has(name).then(|| params.whole(name)))
    }

    /// Dimensions that are expressions; one with a name that has no value here is left to who knows it.
    fn check_expressions(&self, parameter: &dyn Fn(&str) -> Option<usize>) -> Result<(), InputError> {
        let value =
            |name: &str| self.lengths.find(name).map(|(length, _)| length).or_else(|| parameter(name));
        for (input, slot) in self.spec.inputs.iter().zip(&self.slots) {
            for (&declared, &length) in input.shape.iter().zip(slot.shape()) {
                let Some(expected) = dimension::evaluate(declared, &value).filter(|e| *e != length) else {
                    continue;
                };
                let by_parameters = dimension::names(declared).any(|name| !dimension::is_symbol(name));
                let who = if by_parameters { "inputs and parameters" } else { "the other inputs" };
                let because = format!("{who} make it {expected}");
                return Err(of_length(input, slot.shape(), (declared, length), because));
            }
        }
        Ok(())
    }

    fn check_classes(&self) -> Result<(), InputError> {
        for (input, slot) in self.spec.inputs.iter().zip(&self.slots) {
            let (symbol, least) = match input.kind {
                Kind::Class(symbol) => (symbol, 0),
                Kind::ClassOrNone(symbol) => (symbol, -1),
                _ => continue,
            };
            let Slot::Integer(array) = slot else { continue };
            let classes = self.length(symbol) as i64;
            if let Some((index, &class)) = array.indexed_iter().find(|(_, c)| !(least..classes).contains(*c))
            {
                let or_none = if least < 0 { ", or -1 for none" } else { "" };
                let allowed = format!("a class from 0 to {}{or_none}", classes - 1);
                return Err(of_entry(input, class.to_string(), &index, allowed));
            }
        }
        Ok(())
    }

    /// Copies the entries of a variable input from `entries`, in row-major order; lengths must agree.
    pub fn set_variable(&mut self, name: &str, entries: impl IntoIterator<Item = f64>) {
        let i = self.index(name);
        if let Slot::Variable(array) = &mut self.slots[i] {
            for (slot, entry) in array.iter_mut().zip(entries) {
                *slot = entry;
            }
        }
    }

    /// The same for an input that is data; the entries must be in its domain.
    pub fn set_fixed(&mut self, name: &str, entries: impl IntoIterator<Item = f64>) {
        let i = self.index(name);
        if let Slot::Fixed(array) = &mut self.slots[i] {
            for (slot, entry) in array.iter_mut().zip(entries) {
                *slot = entry;
            }
        }
    }

    /// The numbers of a real input, variable or fixed, in row-major order. What is written is not checked again: it has
    /// to be in the domain of the input.
    pub fn entries_mut(&mut self, name: &str) -> &mut [f64] {
        let i = self.index(name);
        match &mut self.slots[i] {
            Slot::Variable(array) | Slot::Fixed(array) => {
                array.as_slice_mut().expect("arrays are kept in standard layout")
            }
            Slot::Integer(_) => panic!("input {name} holds integers"),
        }
    }

    /// The variable inputs as they are declared, with their arrays.
    pub fn declared_variables(&self) -> impl Iterator<Item = (&'static Input, &ArrayD<f64>)> {
        self.spec.inputs.iter().zip(&self.slots).filter_map(|(input, slot)| match slot {
            Slot::Variable(array) => Some((input, array)),
            _ => None,
        })
    }

    /// The variable inputs, in declared order.
    pub fn variables(&self) -> impl Iterator<Item = (&'static str, &ArrayD<f64>)> {
        self.spec.inputs.iter().zip(&self.slots).filter_map(|(input, slot)| match slot {
            Slot::Variable(array) => Some((input.name, array)),
            _ => None,
        })
    }

    /// Every input in declared order: its name, its shape, and its entries in row-major order as text with all digits,
    /// integers without a point.
    pub fn entries(&self) -> impl Iterator<Item = (&'static str, &[usize], Vec<String>)> {
        self.spec.inputs.iter().zip(&self.slots).map(|(input, slot)| {
            let entries = match slot {
                Slot::Variable(array) | Slot::Fixed(array) => {
                    array.iter().map(|x| format!("{x:?}")).collect()
                }
                Slot::Integer(array) => array.iter().map(ToString::to_string).collect(),
            };
            (input.name, slot.shape(), entries)
        })
    }

    /// The entries of the variable inputs in row-major order, in declared order of the inputs.
    pub fn variables_mut(&mut self) -> impl Iterator<Item = (&'static str, &mut [f64])> {
        self.spec.inputs.iter().zip(&mut self.slots).filter_map(|(input, slot)| match slot {
            Slot::Variable(array) => {
                Some((input.name, array.as_slice_mut().expect("arrays are kept in standard layout")))
            }
            _ => None,
        })
    }
}

/// A dimension of another length.
#[cold]
#[inline(never)]
fn of_length(
    input: &Input,
    shape: &[usize],
    (declared, length): (&'static str, usize),
    because: String,
) -> InputError {
    InputError::Length { name: input.name, shape: shape_text(shape), declared, length, because }
}

/// An array with another number of dimensions.
#[cold]
#[inline(never)]
fn of_rank(input: &Input, shape: &[usize]) -> InputError {
    InputError::Rank { name: input.name, shape: shape_text(shape), declared: input.shape_text() }
}

/// An entry that is not allowed.
#[cold]
#[inline(never)]
fn of_entry(input: &Input, value: String, index: &IxDyn, allowed: String) -> InputError {
    InputError::Entry { name: input.name, value, index: index_text(index), allowed }
}

/// Which whole numbers are allowed, in words.
#[cold]
#[inline(never)]
fn whole_numbers(kind: Kind) -> String {
    match kind {
        Kind::Binary => "0 or 1".into(),
        Kind::Integer(low) if low > i64::MIN => format!("a whole number from {low} on"),
        _ => "a whole number".into(),
    }
}

/// An array that no input of the loss is called like.
#[cold]
#[inline(never)]
fn unknown(spec: &'static Spec, arrays: BTreeMap<String, ArrayD<f64>>) -> InputError {
    let known = spec.inputs.iter().map(|i| i.name).collect::<Vec<_>>().join(", ");
    InputError::Unknown { name: arrays.into_keys().next().unwrap_or_default(), known }
}

/// What each dimension symbol stands for, and which input said so.
#[derive(Clone, Debug, Default)]
struct Lengths(Vec<(&'static str, usize, &'static str)>);

impl Lengths {
    fn find(&self, symbol: &str) -> Option<(usize, &'static str)> {
        self.0.iter().find(|(s, ..)| *s == symbol).map(|&(_, length, from)| (length, from))
    }

    fn check(&mut self, input: &'static Input, shape: &[usize]) -> Result<(), InputError> {
        if shape.len() != input.shape.len() {
            return Err(of_rank(input, shape));
        }
        for (&declared, &length) in input.shape.iter().zip(shape) {
            let wrong = |because: String| of_length(input, shape, (declared, length), because);
            let least = input.least(declared);
            if length < least {
                return Err(wrong(format!("it must be at least {least}")));
            }
            if let Ok(exact) = declared.parse::<usize>() {
                if length != exact {
                    return Err(wrong(format!("it must be {exact}")));
                }
            } else if dimension::names(declared).eq([declared]) {
                match self.find(declared) {
                    None => self.0.push((declared, length, input.name)),
                    Some((known, from)) if known != length => {
                        return Err(wrong(format!("input {from} has {declared} = {known}")));
                    }
                    Some(_) => {}
                }
            }
        }
        Ok(())
    }

    /// Adds the symbols that no dimension consists of, from the expressions that they occur in.
    fn solve<R: Real>(&mut self, spec: &'static Spec, slots: &[Slot<R>]) {
        for (input, slot) in spec.inputs.iter().zip(slots) {
            for (&declared, &length) in input.shape.iter().zip(slot.shape()) {
                let found = dimension::solve(declared, length, &|name| Some(self.find(name)?.0));
                if let Some((symbol, length)) = found.filter(|(name, _)| dimension::is_symbol(name)) {
                    self.0.push((symbol, length, input.name));
                }
            }
        }
    }
}

/// What a sentence says of an entry.
#[cold]
#[inline(never)]
fn told(x: f64) -> String {
    match x {
        x if x.is_nan() => "no number".into(),
        x if x.is_infinite() => "an infinite number".into(),
        x => number::text(x),
    }
}

fn entries(input: &'static Input, array: &ArrayD<f64>) -> Result<(), InputError> {
    let domain = input.domain();
    match domain.fault(slice(array), row_width(array)).and_then(|at| array.indexed_iter().nth(at)) {
        None => Ok(()),
        Some((index, x)) => Err(of_entry(input, told(*x), &index, domain.to_string())),
    }
}

fn integers(input: &'static Input, array: &ArrayD<f64>) -> Result<ArrayD<i64>, InputError> {
    let (low, high) = match input.kind {
        Kind::Binary => (0, 1),
        Kind::Integer(low) => (low, i64::MAX),
        _ => (i64::MIN, i64::MAX),
    };
    // Beyond 2⁵³ an f64 skips integers.
    let fits =
        |x: f64| x.fract() == 0.0 && x.abs() <= 9_007_199_254_740_992.0 && (low..=high).contains(&(x as i64));
    match array.indexed_iter().find(|(_, x)| !fits(**x)) {
        None => Ok(array.mapv(|x| x as i64)),
        Some((index, x)) => Err(of_entry(input, told(*x), &index, whole_numbers(input.kind))),
    }
}

fn shape_text(shape: &[usize]) -> String {
    if shape.is_empty() {
        return "one number".into();
    }
    shape.iter().map(ToString::to_string).collect::<Vec<_>>().join("×")
}

fn index_text(index: &IxDyn) -> String {
    use ndarray::Dimension;
    let parts: Vec<_> = index.slice().iter().map(ToString::to_string).collect();
    format!("[{}]", parts.join(", "))
}

impl<R: Real> Slot<R> {
    fn shape(&self) -> &[usize] {
        match self {
            Self::Variable(array) => array.shape(),
            Self::Fixed(array) => array.shape(),
            Self::Integer(array) => array.shape(),
        }
    }
}

impl<R: Real> Inputs<R> {
    /// The same under a spec that declares the same inputs by other names.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub(crate) fn under(&self, spec: &'static Spec) -> Self {
        Self { spec, ..self.clone() }
    }

    fn index(&self, name: &str) -> usize {
        self.spec
            .inputs
            .iter()
            .position(|input| input.name == name)
            .unwrap_or_else(|| panic!("{} declares no input {name}", self.spec.id))
    }

    fn slot(&self, name: &str) -> &Slot<R> {
        &self.slots[self.index(name)]
    }

    fn mismatch(&self, name: &str) -> ! {
        panic!("{} reads input {name} as something else than it declares", self.spec.id)
    }

    /// The length of a dimension: of a symbol, or of an expression as it stands in the shape of an input.
    #[must_use]
    pub fn length(&self, dimension: &str) -> usize {
        if let Some((length, _)) = self.lengths.find(dimension) {
            return length;
        }
        for (input, slot) in self.spec.inputs.iter().zip(&self.slots) {
            if let Some(axis) = input.shape.iter().position(|text| *text == dimension) {
                return slot.shape()[axis];
            }
        }
        panic!("{} declares no dimension {dimension}", self.spec.id)
    }

    /// What the loss says about itself.
    #[must_use]
    pub fn spec(&self) -> &'static Spec {
        self.spec
    }

    /// The dimensions that have a name, with their lengths.
    pub fn lengths(&self) -> impl Iterator<Item = (&'static str, usize)> + '_ {
        self.lengths.0.iter().map(|&(symbol, length, _)| (symbol, length))
    }

    /// How many numbers it holds in all.
    #[must_use]
    pub fn count(&self) -> usize {
        self.slots.iter().map(|slot| slot.shape().iter().product::<usize>()).sum()
    }

    /// A variable input of any number of dimensions.
    pub fn array(&self, name: &str) -> ArrayViewD<'_, R> {
        match self.slot(name) {
            Slot::Variable(array) => array.view(),
            _ => self.mismatch(name),
        }
    }

    /// A variable input as one slice in row-major order.
    pub fn vector(&self, name: &str) -> &[R] {
        match self.slot(name) {
            Slot::Variable(array) => slice(array),
            _ => self.mismatch(name),
        }
    }

    /// The numbers of a variable input, in row-major order.
    pub fn variable_mut(&mut self, name: &str) -> &mut [R] {
        let i = self.index(name);
        match &mut self.slots[i] {
            Slot::Variable(array) => array.as_slice_mut().expect("arrays are kept in standard layout"),
            _ => panic!("input {name} is not a variable"),
        }
    }

    /// The rows (along the last dimension) of a variable input.
    pub fn rows(&self, name: &str) -> Vec<&[R]> {
        match self.slot(name) {
            Slot::Variable(array) => rows(array),
            _ => self.mismatch(name),
        }
    }

    /// A variable input of two dimensions.
    pub fn matrix(&self, name: &str) -> ArrayView2<'_, R> {
        let matrix = self.array(name).into_dimensionality();
        matrix.unwrap_or_else(|_| self.mismatch(name))
    }

    /// A variable input that is one number.
    pub fn scalar(&self, name: &str) -> R {
        self.vector(name)[0]
    }

    /// A fixed input of any number of dimensions.
    pub fn fixed_array(&self, name: &str) -> ArrayViewD<'_, f64> {
        match self.slot(name) {
            Slot::Fixed(array) => array.view(),
            _ => self.mismatch(name),
        }
    }

    /// A fixed input as one slice in row-major order.
    pub fn fixed_vector(&self, name: &str) -> &[f64] {
        match self.slot(name) {
            Slot::Fixed(array) => slice(array),
            _ => self.mismatch(name),
        }
    }

    /// The rows (along the last dimension) of a fixed input.
    pub fn fixed_rows(&self, name: &str) -> Vec<&[f64]> {
        match self.slot(name) {
            Slot::Fixed(array) => rows(array),
            _ => self.mismatch(name),
        }
    }

    /// An integer input as one slice in row-major order.
    pub fn labels(&self, name: &str) -> &[i64] {
        match self.slot(name) {
            Slot::Integer(array) => slice(array),
            _ => self.mismatch(name),
        }
    }

    /// The same with one class for every sample.
    pub(crate) fn relabelled(&self, name: &str, class: i64) -> Self {
        let mut relabelled = self.clone();
        let i = self.index(name);
        match &mut relabelled.slots[i] {
            Slot::Integer(array) => array.fill(class),
            _ => self.mismatch(name),
        }
        relabelled
    }

    /// Class indices, to index with.
    pub fn classes(&self, name: &str) -> Vec<usize> {
        self.labels(name).iter().map(|&class| class as usize).collect()
    }
}

impl Inputs<Var> {
    /// A container of the same shapes as `plain`, to be filled by [`lift`](Self::lift).
    pub(crate) fn like(plain: &Inputs<f64>) -> Self {
        let slots = plain.slots.iter().map(|slot| match slot {
            Slot::Variable(array) => Slot::Variable(array.mapv(Var::from)),
            Slot::Fixed(array) => Slot::Fixed(array.clone()),
            Slot::Integer(array) => Slot::Integer(array.clone()),
        });
        Self { spec: plain.spec, slots: slots.collect(), lengths: plain.lengths.clone() }
    }

    /// Fills the variable inputs with `variables`, in declared order, and copies the rest from `plain`.
    pub(crate) fn lift(&mut self, plain: &Inputs<f64>, variables: &[Var]) {
        let mut variables = variables.iter().copied();
        for (slot, plain) in self.slots.iter_mut().zip(&plain.slots) {
            match (slot, plain) {
                (Slot::Variable(array), _) => {
                    array.iter_mut().zip(&mut variables).for_each(|(slot, var)| *slot = var);
                }
                (Slot::Fixed(array), Slot::Fixed(plain)) => array.assign(plain),
                (Slot::Integer(array), Slot::Integer(plain)) => array.assign(plain),
                _ => unreachable!("both containers have the spec of one loss"),
            }
        }
    }

    /// Whether this container has the shapes of `plain`.
    pub(crate) fn matches(&self, plain: &Inputs<f64>) -> bool {
        self.spec.id == plain.spec.id
            && self.slots.iter().zip(&plain.slots).all(|(a, b)| a.shape() == b.shape())
    }
}

fn slice<T>(array: &ArrayD<T>) -> &[T] {
    array.as_slice().expect("arrays are kept in standard layout")
}

fn rows<T>(array: &ArrayD<T>) -> Vec<&[T]> {
    slice(array).chunks_exact(row_width(array)).collect()
}

fn row_width<T>(array: &ArrayD<T>) -> usize {
    array.shape().last().copied().unwrap_or(1).max(1)
}
