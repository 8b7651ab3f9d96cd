//! Reverse-mode differentiation: [`Var`] is a number that remembers how it was computed.
//!
//! The tape is a list of nodes in compressed rows: node `i` owns the edges `first_edge[i]..first_edge[i + 1]`,
//! each an edge to a parent with the partial derivative by it. An n-ary operation is one node. The storage is
//! one per thread and is kept between evaluations, so a warm evaluation does not allocate here. Recordings
//! nest like a stack: an inner [`record`] drops its own nodes and leaves the outer ones.

use std::cell::RefCell;
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

use loss_explorer_lanes::{length, softmax, surprise};

use crate::dual::Dual;
use crate::real::{ERF_SLOPE, Real, first_max, held_sine, share, sign, slopes_of_power, sum_of_products};

/// The node index of a constant: nothing flows back to it.
const CONSTANT: u32 = u32::MAX;

/// A number on the tape of this thread, or a constant that is on none.
#[derive(Clone, Copy, Debug)]
pub struct Var {
    value: f64,
    node: u32,
}

#[derive(Default)]
struct Tape {
    first_edge: Vec<u32>,
    parents: Vec<u32>,
    partials: Vec<f64>,
    adjoints: Vec<f64>,
    /// Plain numbers of an operation that is being recorded.
    values: Vec<f64>,
    /// The node of the first parameter, while the derivative by parameters is recorded.
    knobs: Option<u32>,
}

thread_local! {
    static TAPE: RefCell<Tape> = RefCell::default();
}

impl Tape {
    fn leaf(&mut self) -> u32 {
        self.first_edge.push(self.parents.len() as u32);
        self.first_edge.len() as u32 - 1
    }

    fn edge(&mut self, parent: Var, partial: f64) {
        if parent.node != CONSTANT {
            self.parents.push(parent.node);
            self.partials.push(partial);
        }
    }

    fn truncate(&mut self, nodes: usize) {
        if let Some(&edge) = self.first_edge.get(nodes) {
            self.parents.truncate(edge as usize);
            self.partials.truncate(edge as usize);
            self.first_edge.truncate(nodes);
        }
    }

    /// Fills `adjoints` with the derivative of `output` by every node from `base` on.
    fn reverse(&mut self, output: Var, base: usize) {
        let nodes = self.first_edge.len();
        self.adjoints.clear();
        self.adjoints.resize(nodes - base, 0.0);
        if output.node == CONSTANT {
            return;
        }
        self.adjoints[output.node as usize - base] = 1.0;
        let mut end = self.parents.len();
        for node in (base..nodes).rev() {
            let start = self.first_edge[node] as usize;
            let adjoint = self.adjoints[node - base];
            if adjoint != 0.0 {
                for edge in start..end {
                    self.adjoints[self.parents[edge] as usize - base] += adjoint * self.partials[edge];
                }
            }
            end = start;
        }
    }
}

/// Records `compute` and writes the derivative of its result by each of `inputs` to `gradient`.
///
/// `lifted` is filled with one variable for each input and handed to `compute`; it is the caller's so that its
/// storage can be reused. Returns the value.
///
/// `inputs` and `gradient` have one length.
pub fn record(
    inputs: &[f64],
    lifted: &mut Vec<Var>,
    gradient: &mut [f64],
    compute: impl FnOnce(&[Var]) -> Var,
) -> f64 {
    record_with_knobs(inputs, 0, lifted, gradient, compute)
}

/// The same, with the derivative by `knobs` parameters behind that by the inputs: by what [`Real::knob`] gives while
/// `compute` runs.
pub fn record_with_knobs(
    inputs: &[f64],
    knobs: usize,
    lifted: &mut Vec<Var>,
    gradient: &mut [f64],
    compute: impl FnOnce(&[Var]) -> Var,
) -> f64 {
    debug_assert_eq!(inputs.len() + knobs, gradient.len());
    let (base, outer) = TAPE.with_borrow_mut(|tape| {
        let base = tape.first_edge.len();
        lifted.clear();
        lifted.extend(inputs.iter().map(|&value| Var { value, node: tape.leaf() }));
        let first = tape.first_edge.len() as u32;
        (0..knobs).for_each(|_| _ = tape.leaf());
        (base, std::mem::replace(&mut tape.knobs, (knobs > 0).then_some(first)))
    });
    let output = compute(lifted);
    TAPE.with_borrow_mut(|tape| {
        tape.reverse(output, base);
        gradient.copy_from_slice(&tape.adjoints[..gradient.len()]);
        tape.truncate(base);
        tape.knobs = outer;
    });
    output.value
}

/// Value and derivative of a function of one number.
pub(crate) fn slope(at: f64, function: &dyn Fn(Var) -> Var) -> (f64, f64) {
    let mut slope = [0.0];
    let value = record(&[at], &mut Vec::with_capacity(1), &mut slope, |x| function(x[0]));
    (value, slope[0])
}

/// Operands on the tape of this thread so far, inside a [`record`].
pub(crate) fn recorded() -> usize {
    TAPE.with_borrow(|tape| tape.parents.len())
}

/// What a function of plain numbers makes of some, in storage that is kept.
fn of_values(values: impl Iterator<Item = f64>, function: fn(&[f64]) -> f64) -> f64 {
    TAPE.with_borrow_mut(|tape| {
        tape.values.clear();
        tape.values.extend(values);
        function(&tape.values)
    })
}

/// Nodes are recorded out of line: a kernel is a long row of operations, and a call each is a fraction of the code
/// to download at nearly the same speed.
impl Var {
    #[inline(never)]
    fn unary(self, value: f64, partial: f64) -> Self {
        if self.node == CONSTANT {
            return Self::from(value);
        }
        Self::node(value, [(self, partial)])
    }

    #[inline(never)]
    fn binary(value: f64, a: (Self, f64), b: (Self, f64)) -> Self {
        // Most often one is a parameter, and a constant.
        match (a.0.node, b.0.node) {
            (CONSTANT, CONSTANT) => Self::from(value),
            (_, CONSTANT) => a.0.unary(value, a.1),
            (CONSTANT, _) => b.0.unary(value, b.1),
            _ => Self::node(value, [a, b]),
        }
    }

    /// One node for a function of scores that replaces them by the derivative by each and returns its value.
    #[inline(never)]
    fn of_scores(x: &[Self], function: &dyn Fn(&mut [f64]) -> f64) -> Self {
        // Taken from the tape, which is borrowed anew for the node.
        let mut scores = TAPE.with_borrow_mut(|tape| std::mem::take(&mut tape.values));
        scores.clear();
        scores.extend(x.iter().map(|x| x.value));
        let value = function(&mut scores);
        let node = Self::node(value, x.iter().copied().zip(scores.iter().copied()));
        TAPE.with_borrow_mut(|tape| tape.values = scores);
        node
    }

    /// One node with the given parents and partial derivatives; a constant if every parent is one.
    fn node(value: f64, edges: impl IntoIterator<Item = (Self, f64)>) -> Self {
        TAPE.with_borrow_mut(|tape| {
            let before = tape.parents.len();
            for (parent, partial) in edges {
                tape.edge(parent, partial);
            }
            if tape.parents.len() == before {
                return Self { value, node: CONSTANT };
            }
            tape.first_edge.push(before as u32);
            Self { value, node: tape.first_edge.len() as u32 - 1 }
        })
    }
}

impl From<f64> for Var {
    fn from(value: f64) -> Self {
        Self { value, node: CONSTANT }
    }
}

impl Real for Var {
    fn value(self) -> f64 {
        self.value
    }

    fn is_constant(self) -> bool {
        self.node == CONSTANT
    }

    fn knob(value: f64, index: usize) -> Self {
        let first = TAPE.with_borrow(|tape| tape.knobs);
        Self { value, node: first.map_or(CONSTANT, |first| first + index as u32) }
    }

    #[inline(never)]
    fn exp(self) -> Self {
        let e = self.value.exp();
        self.unary(e, e)
    }

    #[inline(never)]
    fn exp_m1(self) -> Self {
        self.unary(self.value.exp_m1(), self.value.exp())
    }

    #[inline(never)]
    fn exp_m1_ratio(self) -> Self {
        let ratio = Dual::variable(self.value).exp_m1_ratio();
        self.unary(ratio.re, ratio.du)
    }

    #[inline(never)]
    fn ln_1p_ratio(self) -> Self {
        let ratio = Dual::variable(self.value).ln_1p_ratio();
        self.unary(ratio.re, ratio.du)
    }

    #[inline(never)]
    fn ln(self) -> Self {
        self.unary(self.value.ln(), 1.0 / self.value)
    }

    #[inline(never)]
    fn ln_1p(self) -> Self {
        self.unary(self.value.ln_1p(), 1.0 / (1.0 + self.value))
    }

    fn sqrt(self) -> Self {
        let root = self.value.sqrt();
        self.unary(root, if root == 0.0 { 0.0 } else { 0.5 / root })
    }

    #[inline(never)]
    fn powi(self, n: i32) -> Self {
        self.unary(self.value.powi(n), if n == 0 { 0.0 } else { f64::from(n) * self.value.powi(n - 1) })
    }

    #[inline(never)]
    fn powf(self, p: f64) -> Self {
        self.unary(self.value.powf(p), if p == 0.0 { 0.0 } else { p * self.value.powf(p - 1.0) })
    }

    #[inline(never)]
    fn pow(self, exponent: Self) -> Self {
        // Most exponents are constant, and need no logarithm of the base.
        if exponent.node == CONSTANT {
            return self.powf(exponent.value);
        }
        let [by_base, by_exponent] = slopes_of_power(self.value, exponent.value);
        Self::binary(self.value.powf(exponent.value), (self, by_base), (exponent, by_exponent))
    }

    #[inline(never)]
    fn ln_gamma(self) -> Self {
        self.unary(Real::ln_gamma(self.value), self.value.polygamma(0))
    }

    #[inline(never)]
    fn polygamma(self, order: u32) -> Self {
        self.unary(self.value.polygamma(order), self.value.polygamma(order + 1))
    }

    #[inline(never)]
    fn erf(self) -> Self {
        self.unary(Real::erf(self.value), ERF_SLOPE * (-self.value * self.value).exp())
    }

    #[inline(never)]
    fn sin(self) -> Self {
        self.unary(self.value.sin(), self.value.cos())
    }

    #[inline(never)]
    fn cos(self) -> Self {
        self.unary(self.value.cos(), -self.value.sin())
    }

    #[inline(never)]
    fn angle(self) -> Self {
        self.unary(self.value.angle(), -1.0 / held_sine(self.value))
    }

    #[inline(never)]
    fn atan(self) -> Self {
        self.unary(self.value.atan(), 1.0 / (1.0 + self.value * self.value))
    }

    #[inline(never)]
    fn tanh(self) -> Self {
        let t = self.value.tanh();
        self.unary(t, (1.0 - t) * (1.0 + t))
    }

    #[inline(never)]
    fn sigmoid(self) -> Self {
        let s = self.value.sigmoid();
        self.unary(s, s * (-self.value).sigmoid())
    }

    #[inline(never)]
    fn softplus(self) -> Self {
        self.unary(self.value.softplus(), self.value.sigmoid())
    }

    fn weighted(self, weight: Self) -> Self {
        let is_nothing = weight.value == 0.0 && (weight.node == CONSTANT || !self.value.is_finite());
        if is_nothing { Self::zero() } else { self * weight }
    }

    fn abs(self) -> Self {
        self.unary(self.value.abs(), sign(self.value))
    }

    fn square(self) -> Self {
        self.unary(self.value * self.value, 2.0 * self.value)
    }

    #[inline(never)]
    fn sum(terms: &[Self]) -> Self {
        Self::node(terms.iter().fold(0.0, |total, x| total + x.value), terms.iter().map(|&x| (x, 1.0)))
    }

    #[inline(never)]
    fn mean(terms: &[Self]) -> Self {
        if terms.is_empty() {
            return Self::zero();
        }
        let n = terms.len() as f64;
        Self::node(
            terms.iter().fold(0.0, |total, x| total + x.value) / n,
            terms.iter().map(|&x| (x, 1.0 / n)),
        )
    }

    #[inline(never)]
    fn dot(a: &[Self], b: &[Self]) -> Self {
        debug_assert_eq!(a.len(), b.len());
        let value = sum_of_products(a.iter().zip(b).map(|(x, y)| (x.value, y.value)));
        Self::node(value, a.iter().zip(b).flat_map(|(&x, &y)| [(x, y.value), (y, x.value)]))
    }

    #[inline(never)]
    fn linear(weights: &[f64], x: &[Self]) -> Self {
        debug_assert_eq!(weights.len(), x.len());
        let value = weights.iter().zip(x).map(|(w, x)| w * x.value).sum();
        Self::node(value, x.iter().copied().zip(weights.iter().copied()))
    }

    #[inline(never)]
    fn norm(x: &[Self]) -> Self {
        let length = of_values(x.iter().map(|x| x.value), length);
        Self::node(length, x.iter().map(|&x| (x, share(x.value, length))))
    }

    #[inline(never)]
    fn distance(a: &[Self], b: &[Self]) -> Self {
        debug_assert_eq!(a.len(), b.len());
        let difference = || a.iter().zip(b).map(|(&x, &y)| (x, y, x.value - y.value));
        let length = of_values(difference().map(|(_, _, d)| d), length);
        Self::node(length, difference().flat_map(|(x, y, d)| [(x, share(d, length)), (y, -share(d, length))]))
    }

    #[inline(never)]
    fn squared_distance(a: &[Self], b: &[Self]) -> Self {
        debug_assert_eq!(a.len(), b.len());
        let difference = || a.iter().zip(b).map(|(&x, &y)| (x, y, x.value - y.value));
        let value = difference().map(|(_, _, d)| d * d).sum();
        Self::node(value, difference().flat_map(|(x, y, d)| [(x, 2.0 * d), (y, -2.0 * d)]))
    }

    #[inline(never)]
    fn log_sum_exp(x: &[Self]) -> Self {
        Self::of_scores(x, &softmax)
    }

    #[inline(never)]
    fn surprise(x: &[Self], own: usize) -> Self {
        Self::of_scores(x, &|scores| surprise(scores, own))
    }

    #[inline(never)]
    fn max(x: &[Self]) -> Self {
        first_max(x).map_or(Self::from(f64::NEG_INFINITY), |i| x[i])
    }
}

impl Neg for Var {
    type Output = Self;
    fn neg(self) -> Self {
        self.unary(-self.value, -1.0)
    }
}

impl Add for Var {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::binary(self.value + other.value, (self, 1.0), (other, 1.0))
    }
}

impl Sub for Var {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::binary(self.value - other.value, (self, 1.0), (other, -1.0))
    }
}

impl Mul for Var {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self::binary(self.value * other.value, (self, other.value), (other, self.value))
    }
}

impl Div for Var {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let value = self.value / other.value;
        Self::binary(value, (self, 1.0 / other.value), (other, -value / other.value))
    }
}

impl Add<f64> for Var {
    type Output = Self;
    fn add(self, constant: f64) -> Self {
        self.unary(self.value + constant, 1.0)
    }
}

impl Sub<f64> for Var {
    type Output = Self;
    fn sub(self, constant: f64) -> Self {
        self.unary(self.value - constant, 1.0)
    }
}

impl Mul<f64> for Var {
    type Output = Self;
    fn mul(self, constant: f64) -> Self {
        self.unary(self.value * constant, constant)
    }
}

impl Div<f64> for Var {
    type Output = Self;
    fn div(self, constant: f64) -> Self {
        self.unary(self.value / constant, 1.0 / constant)
    }
}

impl AddAssign for Var {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Var {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl MulAssign for Var {
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gradient(at: &[f64], f: impl Fn(&[Var]) -> Var) -> Vec<f64> {
        let mut g = vec![0.0; at.len()];
        record(at, &mut Vec::new(), &mut g, f);
        g
    }

    fn agree(name: &str, on_tape: impl Fn(&[Var]) -> Var, plain: impl Fn(&[f64]) -> f64) {
        let at = [0.3, -1.2, 2.0, 0.7];
        let exact = gradient(&at, on_tape);
        for i in 0..at.len() {
            let (mut up, mut down) = (at, at);
            up[i] += 1e-6;
            down[i] -= 1e-6;
            let slope = (plain(&up) - plain(&down)) / 2e-6;
            assert!(
                (exact[i] - slope).abs() < 1e-8,
                "{name}: derivative {i} is {}, the slope {slope}",
                exact[i]
            );
        }
    }

    #[test]
    fn n_ary_nodes_have_the_slope_of_their_value() {
        agree("sum", Var::sum, f64::sum);
        agree("mean", Var::mean, f64::mean);
        agree("dot", |x| Var::dot(&x[..2], &x[2..]), |x| f64::dot(&x[..2], &x[2..]));
        agree(
            "linear",
            |x| Var::linear(&[1.0, -2.0, 0.5, 3.0], x),
            |x| f64::linear(&[1.0, -2.0, 0.5, 3.0], x),
        );
        agree("norm", Var::norm, f64::norm);
        let distance = |x: &[f64]| f64::squared_distance(&x[..2], &x[2..]);
        agree("distance", |x| Var::distance(&x[..2], &x[2..]), |x| f64::distance(&x[..2], &x[2..]));
        agree("squared_distance", |x| Var::squared_distance(&x[..2], &x[2..]), distance);
        agree("log_sum_exp", Var::log_sum_exp, f64::log_sum_exp);
        for own in 0..4 {
            agree("surprise", |x| Var::surprise(x, own), |x| f64::surprise(x, own));
        }
        agree("max", Var::max, <f64 as Real>::max);
    }

    #[test]
    fn a_nearly_certain_score_is_still_pulled() {
        let certain = |gap: f64| gradient(&[gap, 0.0], |x| Var::surprise(x, 0));
        for gap in [20.0, 40.0, 700.0f64] {
            let rival = 1.0 / (1.0 + gap.exp());
            for (got, expected) in certain(gap).into_iter().zip([-rival, rival]) {
                assert!(
                    (got / expected - 1.0).abs() < 1e-14,
                    "a lead of {gap} is pulled by {got:e}, not {expected:e}"
                );
            }
        }
        assert_eq!(gradient(&[3.0], |x| Var::surprise(x, 0))[0].to_bits(), 0, "nobody pulls a lone class");
    }

    #[test]
    fn detach_stops_the_gradient_and_constants_leave_no_node() {
        assert_eq!(gradient(&[3.0], |x| x[0] * x[0].detach()), [3.0]);
        assert_eq!(gradient(&[3.0], |_| Var::from(2.0) * Var::from(4.0)), [0.0]);
    }

    #[test]
    fn parameters_get_their_derivative_only_while_it_is_asked_for() {
        let mut g = [0.0; 3];
        let of = |x: &[Var]| x[0] * Var::knob(3.0, 0) * Var::knob(5.0, 1);
        record_with_knobs(&[2.0], 2, &mut Vec::new(), &mut g, of);
        assert_eq!(g, [15.0, 10.0, 6.0]);
        let inner = |x: &[Var]| {
            assert_eq!(gradient(&[7.0], |y| y[0] * Var::knob(3.0, 0)), [3.0]);
            of(x)
        };
        record_with_knobs(&[2.0], 2, &mut Vec::new(), &mut g, inner);
        assert_eq!(g, [15.0, 10.0, 6.0], "a recording inside has no parameters, and leaves those outside");
    }

    #[test]
    fn an_inner_recording_leaves_the_outer_one_alone() {
        let g = gradient(&[2.0], |x| {
            let y = x[0].square();
            let inner = gradient(&[5.0], |z| z[0].square());
            y * inner[0]
        });
        assert_eq!(g, [40.0]);
    }

    #[test]
    fn a_warm_tape_keeps_its_storage() {
        let run = || gradient(&[0.5; 64], |x| Var::log_sum_exp(x) + Var::dot(x, x));
        run();
        let capacity =
            || TAPE.with_borrow(|t| (t.first_edge.capacity(), t.parents.capacity(), t.adjoints.capacity()));
        let warm = capacity();
        for _ in 0..10 {
            run();
        }
        assert_eq!(capacity(), warm);
    }
}
