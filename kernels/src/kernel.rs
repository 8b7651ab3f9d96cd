//! What a loss is: a [`Kernel`] written once over [`Real`], and [`Loss`], the same behind a pointer.

use ndarray::{ArrayD, IxDyn};
use serde::Serialize;

use crate::cost::Cost;
use crate::dialect::Dialect;
use crate::input::{InputError, Inputs};
use crate::pairing::{PairGroup, Pairing, sum_of_means};
use crate::real::Real;
use crate::spec::{Param, Params, Prose, Role, Spec, Terms};
use crate::tape::{Recorded, Var, record, record_with_knobs, recorded};

/// A loss as its author writes it.
///
/// The type is a unit struct; everything is in its constants and in [`loss`](Self::loss).
pub trait Kernel: Sync + 'static {
    /// What it reads and what can be turned on it.
    const SPEC: &'static Spec;

    /// What people read about it.
    const PROSE: &'static Prose;

    /// What it is called in other libraries, and how they differ.
    const DIALECTS: &'static [Dialect] = &[];

    /// What an evaluation holds in memory; for most losses a few numbers for each that they read.
    const COST: Cost = Cost::LINEAR;

    /// What it finds on its way from a batch and is worth watching; mostly nothing.
    const PARTS: Parts = Parts::NONE;

    /// What the value is made of, from which follow the [options](crate::options) that it takes.
    const TERMS: Terms = Terms::Whole;

    /// The value. Inputs and parameters have been checked. The default is the average of [`terms`](Self::terms), or of the
    /// [`pair_terms`](Self::pair_terms) of a loss over pairs: a loss says one of the three.
    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        if Self::TERMS == Terms::Pairs {
            let groups = Self::pair_terms(&Pairing::of(input), params);
            return sum_of_means(&groups.expect("a kernel over pairs says its pair terms or its loss"));
        }
        R::mean(&Self::terms(input, params).expect("a kernel says its terms or its loss"))
    }

    /// The terms whose average the loss is, one for each sample (each anchor, each pair of views) in the order of the first
    /// dimension of its variables; `None`, the default, if it is no such average.
    fn terms<R: Real>(_input: &Inputs<R>, _params: &Params) -> Option<Vec<R>> {
        None
    }

    /// What every sample would cost with each class as its label, a row a sample, of a loss that is
    /// [`Terms::Labelled`]. With `None`, the default, its terms are asked for one class after the other.
    fn by_class<R: Real>(_input: &Inputs<R>, _params: &Params) -> Option<Vec<Vec<R>>> {
        None
    }

    /// The terms of samples whose labels are shared among classes: `shares` has a row a sample. With `None`, the default,
    /// a sample costs the average of its costs.
    fn shared_terms<R: Real>(_input: &Inputs<R>, _params: &Params, _shares: &[Vec<R>]) -> Option<Vec<R>> {
        None
    }

    /// What pairs, triplets or anchors cost, in the groups whose averages make the value; `None`, the default, if the loss
    /// is not over pairs.
    fn pair_terms<R: Real>(_pairing: &Pairing<'_, R>, _params: &Params) -> Option<Vec<PairGroup<R>>> {
        None
    }

    /// A requirement between inputs and parameters that [`SPEC`](Self::SPEC) cannot express.
    ///
    /// # Errors
    /// A sentence that names what is wrong, the value, and what is allowed.
    fn rule(_input: &Inputs<f64>, _params: &Params) -> Result<(), String> {
        Ok(())
    }

    /// Value and gradient. The default records [`loss`](Self::loss) on the tape; a hot loss may override it
    /// with a hand-derived version, which is tested against the tape.
    fn value_and_gradient(input: &Inputs<f64>, params: &Params, gradient: &mut Gradient) -> f64 {
        from_tape::<Self>(input, params, gradient)
    }

    /// The values while one row of a variable input moves, computed from what changes; `None`, the default, where
    /// computing the loss anew at every place is the best that is known. Tested against that.
    fn while_moving(_input: &Inputs<f64>, _params: &Params, _moving: &Moving<'_>) -> Option<Vec<f64>> {
        None
    }
}

/// What a loss finds on its way from a batch: what it chooses by itself, or what its value is made of.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// What each is.
    pub all: &'static [Part],
    /// The arrays for a batch, in that order; none where the batch is too small to have them.
    pub of: fn(&Inputs<f64>, &Params) -> Vec<ArrayD<f64>>,
}

/// An array that a loss finds on its way, drawn by what it is, like an input.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Part {
    /// A word or two.
    pub name: &'static str,
    /// What it is.
    pub role: Role,
}

impl Part {
    /// A number.
    #[must_use]
    pub const fn number(name: &'static str) -> Self {
        Self { name, role: Role::Number }
    }
}

impl Parts {
    /// Nothing worth watching; one for all losses, so that they share its code.
    pub const NONE: Self = Self { all: &[], of: |_, _| Vec::new() };

    /// The names of the parts that are single numbers.
    pub fn names_of_numbers(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.all.iter().filter(|part| part.role == Role::Number).map(|part| part.name)
    }

    /// The parts that are single numbers, for a batch.
    #[must_use]
    pub fn numbers(&self, input: &Inputs<f64>, params: &Params) -> Vec<f64> {
        let found = self.all.iter().zip((self.of)(input, params));
        found
            .filter(|(part, _)| part.role == Role::Number)
            .filter_map(|(_, array)| array.first().copied())
            .collect()
    }
}

/// Single numbers as the arrays of [`Parts`].
#[must_use]
pub fn single_numbers(numbers: impl IntoIterator<Item = f64>) -> Vec<ArrayD<f64>> {
    numbers.into_iter().map(|x| ArrayD::from_elem(IxDyn(&[]), x)).collect()
}

/// Places that one row of a variable input takes in turn, while all else stays.
#[derive(Clone, Copy, Debug)]
pub struct Moving<'a> {
    /// The input.
    pub name: &'static str,
    /// Which of its rows.
    pub row: usize,
    /// The places, one after the other, each as long as a row.
    pub places: &'a [f64],
}

/// A value of −0, as empty sums and products that underflow give it, is 0 to everybody who reads it.
fn without_sign_of_0(value: f64) -> f64 {
    value + 0.0
}

/// The values while a row moves, the loss computed anew at every place.
fn anew(loss: &dyn Loss, input: &Inputs<f64>, params: &Params, moving: &Moving<'_>) -> Vec<f64> {
    let mut constants = Inputs::like(input);
    let width = input.rows(moving.name)[moving.row].len();
    let at = |place: &[f64]| {
        let row = &mut constants.variable_mut(moving.name)[width * moving.row..];
        row.iter_mut().zip(place).for_each(|(slot, &x)| *slot = Var::from(x));
        loss.on_tape(&constants, params).value()
    };
    moving.places.chunks_exact(width).map(at).collect()
}

/// Value and gradient of the kernel's definition. Never inlined: most losses have no other version, and one copy of
/// each is enough to download.
#[inline(never)]
pub fn from_tape<K: Kernel + ?Sized>(input: &Inputs<f64>, params: &Params, gradient: &mut Gradient) -> f64 {
    gradient.record(input, &|lifted| K::loss(lifted, params))
}

/// A loss behind a pointer, for everything that works on any loss.
pub trait Loss: Sync {
    /// What it reads and what can be turned on it.
    fn spec(&self) -> &'static Spec;

    /// What people read about it; not in the WebAssembly module, where it would only weigh.
    #[cfg(not(target_arch = "wasm32"))]
    fn prose(&self) -> &'static Prose;

    /// What it is called in other libraries; like prose not in the WebAssembly module.
    #[cfg(not(target_arch = "wasm32"))]
    fn dialects(&self) -> &'static [Dialect];

    /// What an evaluation holds in memory.
    fn cost(&self) -> Cost;

    /// What it finds on its way from a batch.
    fn parts(&self) -> Parts;

    /// Whether inputs and parameters go together.
    ///
    /// # Errors
    /// What is wrong, the value, and what is allowed.
    fn check(&self, input: &Inputs<f64>, params: &Params) -> Result<(), InputError>;

    /// What the value is made of.
    fn made_of(&self) -> Terms;

    /// The terms whose average the value is; `None` if it is no such average.
    fn terms(&self, input: &Inputs<Var>, params: &Params) -> Option<Vec<Var>>;

    /// See [`Kernel::by_class`].
    fn by_class(&self, input: &Inputs<Var>, params: &Params) -> Option<Vec<Vec<Var>>>;

    /// See [`Kernel::shared_terms`].
    fn shared_terms(&self, input: &Inputs<Var>, params: &Params, shares: &[Vec<Var>]) -> Option<Vec<Var>>;

    /// See [`Kernel::pair_terms`].
    fn pair_terms(&self, pairing: &Pairing<'_, Var>, params: &Params) -> Option<Vec<PairGroup<Var>>>;

    /// The value, of numbers on the tape or of constants.
    fn on_tape(&self, input: &Inputs<Var>, params: &Params) -> Var;

    /// The value, and the gradient by every variable input.
    fn value_and_gradient(&self, input: &Inputs<f64>, params: &Params, gradient: &mut Gradient) -> f64;

    /// The values while one row of a variable input moves, from what changes; `None` if the loss has no such short way.
    fn while_moving(&self, input: &Inputs<f64>, params: &Params, moving: &Moving<'_>) -> Option<Vec<f64>>;
}

/// What is made of the above in one way for all losses, and so is there only once to download.
impl dyn Loss + '_ {
    /// The value.
    #[must_use]
    pub fn value(&self, input: &Inputs<f64>, params: &Params) -> f64 {
        without_sign_of_0(self.on_tape(&Inputs::like(input), params).value())
    }

    /// The values while one row of a variable input moves.
    #[must_use]
    pub fn values(&self, input: &Inputs<f64>, params: &Params, moving: &Moving<'_>) -> Vec<f64> {
        self.while_moving(input, params, moving).unwrap_or_else(|| anew(self, input, params, moving))
    }

    /// What sums to the value, a number a sample: of an average each term over their number; of pairs what an anchor has in
    /// the averages, half of a pair that is about two. `None` if the value is neither.
    #[must_use]
    pub fn by_sample(&self, input: &Inputs<Var>, params: &Params) -> Option<Vec<Var>> {
        if let Some(terms) = self.terms(input, params) {
            let count = Var::from(terms.len() as f64);
            return Some(terms.into_iter().map(|term| term / count).collect());
        }
        if self.made_of() != Terms::Pairs {
            return None;
        }
        let pairing = Pairing::of(input);
        let groups = self.pair_terms(&pairing, params)?;
        let mut parts = vec![Var::zero(); pairing.relation.anchors()];
        for group in &groups {
            let count = Var::from(group.counted().count() as f64);
            for term in group.counted() {
                let halves = [term.anchor, term.mirror.unwrap_or(term.anchor)];
                halves.into_iter().for_each(|sample| parts[sample] += term.cost / (count * 2.0));
            }
        }
        Some(parts)
    }

    /// The derivative of the value by every parameter that is a real number, from the definition: one reverse pass.
    #[must_use]
    pub fn by_parameter(&self, input: &Inputs<f64>, params: &Params) -> Vec<(&'static Param, f64)> {
        let constants = Inputs::like(input);
        let mut by = vec![0.0; params.specs().len()];
        record_with_knobs(&[], by.len(), &mut Vec::new(), &mut by, |_| self.on_tape(&constants, params));
        params.specs().iter().zip(by).filter(|(param, _)| param.is_real()).collect()
    }

    /// Value and gradient from the tape, whatever the loss overrides: the definition that an override is held to.
    pub fn value_and_gradient_from_tape(
        &self,
        input: &Inputs<f64>,
        params: &Params,
        gradient: &mut Gradient,
    ) -> f64 {
        without_sign_of_0(gradient.record(input, &|lifted| self.on_tape(lifted, params)))
    }
}

impl<K: Kernel> Loss for K {
    fn spec(&self) -> &'static Spec {
        K::SPEC
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn prose(&self) -> &'static Prose {
        K::PROSE
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn dialects(&self) -> &'static [Dialect] {
        K::DIALECTS
    }

    fn cost(&self) -> Cost {
        K::COST
    }

    fn parts(&self) -> Parts {
        K::PARTS
    }

    fn check(&self, input: &Inputs<f64>, params: &Params) -> Result<(), InputError> {
        input.check_with(params)?;
        K::rule(input, params).map_err(InputError::Rule)
    }

    fn made_of(&self) -> Terms {
        K::TERMS
    }

    fn terms(&self, input: &Inputs<Var>, params: &Params) -> Option<Vec<Var>> {
        K::terms(input, params)
    }

    fn by_class(&self, input: &Inputs<Var>, params: &Params) -> Option<Vec<Vec<Var>>> {
        K::by_class(input, params)
    }

    fn shared_terms(&self, input: &Inputs<Var>, params: &Params, shares: &[Vec<Var>]) -> Option<Vec<Var>> {
        K::shared_terms(input, params, shares)
    }

    fn pair_terms(&self, pairing: &Pairing<'_, Var>, params: &Params) -> Option<Vec<PairGroup<Var>>> {
        K::pair_terms(pairing, params)
    }

    fn on_tape(&self, input: &Inputs<Var>, params: &Params) -> Var {
        K::loss(input, params)
    }

    fn value_and_gradient(&self, input: &Inputs<f64>, params: &Params, gradient: &mut Gradient) -> f64 {
        without_sign_of_0(K::value_and_gradient(input, params, gradient))
    }

    fn while_moving(&self, input: &Inputs<f64>, params: &Params, moving: &Moving<'_>) -> Option<Vec<f64>> {
        K::while_moving(input, params, moving)
    }
}

impl std::fmt::Debug for dyn Loss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Loss({})", self.spec().id)
    }
}

/// The gradient by every variable input, and the storage that computing it needs.
///
/// One value serves any number of evaluations, of any losses; while the shapes stay the same nothing is
/// allocated for the inputs and the tape.
#[derive(Debug, Default)]
pub struct Gradient {
    names: Vec<(&'static str, usize)>,
    by: Vec<f64>,
    at: Vec<f64>,
    variables: Vec<Var>,
    lifted: Option<Inputs<Var>>,
    recorded: Recorded,
}

impl Gradient {
    /// The derivative by the variable input `name`, in row-major order; empty if there is no such input.
    #[must_use]
    pub fn of(&self, name: &str) -> &[f64] {
        let mut start = 0;
        for &(known, length) in &self.names {
            if known == name {
                return &self.by[start..start + length];
            }
            start += length;
        }
        &[]
    }

    /// The derivative by every variable input, one after the other in declared order.
    #[must_use]
    pub fn flat(&self) -> &[f64] {
        &self.by
    }

    /// Makes room for the gradient by the variables of `input` and hands it out as zeros, in declared order, for
    /// a hand-derived version to fill.
    pub fn reset(&mut self, input: &Inputs<f64>) -> &mut [f64] {
        self.names.clear();
        self.names.extend(input.variables().map(|(name, array)| (name, array.len())));
        let length = self.names.iter().map(|(_, length)| length).sum();
        self.by.clear();
        self.by.resize(length, 0.0);
        &mut self.by
    }

    /// Records `compute` on the tape and keeps the gradient of its result. Returns the value.
    ///
    /// `compute` is behind a reference, so that all losses share one copy of what surrounds it: each would add two
    /// kilobytes to download.
    pub fn record(&mut self, input: &Inputs<f64>, compute: &dyn Fn(&Inputs<Var>) -> Var) -> f64 {
        self.reset(input);
        self.at.clear();
        self.at.extend(input.variables().flat_map(|(_, array)| array.iter().copied()));
        if !self.lifted.as_ref().is_some_and(|lifted| lifted.matches(input)) {
            self.lifted = Some(Inputs::like(input));
        }
        let lifted = self.lifted.as_mut().expect("filled above");
        record(&self.at, &mut self.variables, &mut self.by, |variables| {
            lifted.lift(input, variables);
            let result = compute(lifted);
            self.recorded = recorded();
            result
        })
    }

    /// How costly the last evaluation on the tape was, in operands, up to a factor. 0 if there was none.
    #[must_use]
    pub fn operations(&self) -> usize {
        // A coordinate that is compared takes about a quarter of the time of an operand.
        self.recorded.operands + self.recorded.coordinates / 4
    }

    /// How many numbers the last evaluation held on the tape; see [`Cost`]. 0 if there was none.
    #[must_use]
    pub fn operands(&self) -> usize {
        self.recorded.operands
    }
}
