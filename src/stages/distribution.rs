//! How a loss holds distributions over three classes: as histograms, or as logits through softmax.

use ndarray::ArrayD;

use super::engine::{One, Run, direct};
use super::state::{Contender, State};
use crate::figures::{Shape, fixed};
use crate::input::Inputs;
use crate::losses::softmax::softmax;
use crate::real::Real;
use crate::spec::{Domain, Input, Role, Spec};
use crate::toys::arrays;

/// Probabilities of three classes.
pub(super) type Distribution = [f64; 3];

/// Less probable classes have the logit of this: that of 0 is infinite.
const LEAST: f64 = 1e-3;

/// Which way a loss holds them.
#[derive(Clone, Copy, Debug)]
pub(super) enum Held {
    /// The logits of one sample, and its label.
    Logits([&'static Input; 2]),
    /// Two histograms.
    Histograms([&'static Input; 2]),
}

impl Held {
    /// The way of a loss, if it reads nothing beside that has to be chosen by hand.
    pub fn by(loss: &'static Spec) -> Option<Self> {
        let is_holder = |input: &&Input| matches!(input.role, Role::Histogram | Role::Logits);
        let is_beside = |input: &&Input| matches!(input.role, Role::Class | Role::Count);
        let (held, others): (Vec<&Input>, Vec<&Input>) = loss.inputs.iter().partition(is_holder);
        match held[..] {
            [p] if p.role == Role::Logits && p.shape == ["N", "C"] && p.is_variable() => {
                let labels: Vec<&Input> = loss.of_role(Role::Class).collect();
                let all_known = others.iter().all(is_beside);
                (all_known && labels.len() == 1).then(|| Self::Logits([p, labels[0]]))
            }
            [p, q] => {
                let are_bins = [p, q].iter().all(|input| input.role == Role::Histogram && input.rank() == 1);
                let is_all = others.is_empty() && p.is_variable() && p.shape == q.shape;
                (are_bins && is_all).then_some(Self::Histograms([p, q]))
            }
            _ => None,
        }
    }

    /// The way of a loss that has one.
    pub fn by_loss_of(contender: &Contender) -> Self {
        Self::by(contender.loss.spec()).expect("a loss is shown where it fits")
    }

    /// The inputs, that of p first.
    pub fn inputs(&self) -> &[&'static Input] {
        match self {
            Self::Logits(both) => &both[..1],
            Self::Histograms(both) => both,
        }
    }

    /// The input that holds p.
    pub fn p(self) -> &'static Input {
        let (Self::Logits([p, _]) | Self::Histograms([p, _])) = self;
        p
    }

    /// A distribution as an input has it; logits have mean 0.
    pub fn written(self, p: Distribution) -> Vec<f64> {
        match self {
            Self::Logits(_) => {
                let logits = p.map(|p| p.max(LEAST).ln());
                logits.iter().map(|logit| logit - f64::mean(&logits)).collect()
            }
            Self::Histograms(_) => p.to_vec(),
        }
    }

    /// The distribution that an input has.
    pub fn read(self, entries: &[f64]) -> Distribution {
        let p = match self {
            Self::Logits(_) => softmax(entries),
            Self::Histograms(_) => entries.to_vec(),
        };
        [p[0], p[1], p[2]]
    }

    /// What p is compared with: q, or all of it in the class of the label.
    pub fn beside(self, inputs: &Inputs<f64>) -> Distribution {
        match self {
            Self::Logits([_, label]) => {
                let label = &inputs.classes(label.name)[..];
                [0, 1, 2].map(|class| f64::from(u8::from(label == [class])))
            }
            Self::Histograms([_, q]) => self.read(inputs.clone().entries_mut(q.name)),
        }
    }

    /// What p is compared with, as a figure shows it.
    pub fn sign(self) -> (&'static str, Shape) {
        match self {
            Self::Logits(_) => ("label", Shape::Star),
            Self::Histograms(_) => ("q", Shape::OfClass(1)),
        }
    }

    /// What p is compared with, as a person says it.
    pub fn in_words(self, [a, b, c]: Distribution) -> String {
        match self {
            Self::Logits(_) => {
                let label = [a, b, c].iter().position(|share| *share == 1.0);
                label.map_or("no label".to_owned(), |label| format!("the label, class {}", label + 1))
            }
            Self::Histograms(_) => {
                let [a, b, c] = [a, b, c].map(|share| fixed(share, 3));
                format!("q, {a}, {b} and {c}")
            }
        }
    }

    /// The arrays of some distributions, by the names of the inputs that have them, with whole thousandths: a link with
    /// few decimals has them exactly.
    pub fn arrays(self, points: [Distribution; 2]) -> Vec<(String, ArrayD<f64>)> {
        let whole = |share: f64| (share * 1000.0).round() / 1000.0 + 0.0;
        let short = |[_, b, c]: Distribution| {
            let b = whole(b);
            let c = whole(c).min(whole(1.0 - b));
            [whole(1.0 - b - c), b, c]
        };
        let array = |(input, p): (&&'static Input, Distribution)| {
            let entries = self.written(short(p));
            Some((input.name.to_owned(), ArrayD::from_shape_vec(shape(input), entries).ok()?))
        };
        self.inputs().iter().zip(points).filter_map(array).collect()
    }

    /// Where a small step against the gradient by what holds p leads p, over its length.
    pub fn downhill(self, p: Distribution, slopes: &[f64]) -> Distribution {
        match self {
            Self::Logits(_) => [0, 1, 2].map(|k| p[k] * (f64::dot(&p, slopes) - slopes[k])),
            Self::Histograms(_) => [0, 1, 2].map(|k| f64::mean(slopes) - slopes[k]),
        }
    }

    /// The derivative by each share of p, from that by what holds p.
    pub fn by_share(self, p: Distribution, slopes: &[f64]) -> Distribution {
        match self {
            // Of the logits that `written` gives, which stop at the least share.
            Self::Logits(_) => {
                [0, 1, 2].map(|k| if p[k] > LEAST { (slopes[k] - f64::mean(slopes)) / p[k] } else { 0.0 })
            }
            Self::Histograms(_) => [0, 1, 2].map(|k| slopes[k]),
        }
    }

    /// How a loss reads distributions, of which p is trained, and the label of the stage's knob, as far as a person has set
    /// nothing else.
    pub fn wire(self, state: &State, contender: &Contender, points: [Distribution; 2]) -> One {
        let inputs = direct::set(state, contender, |input| {
            let shape = shape(input);
            let place = self.inputs().iter().position(|holder| holder.name == input.name);
            let entries = match (place, input.role) {
                (Some(place), _) => self.written(points[place]),
                (_, Role::Class) => vec![state.knobs.get("label") - 1.0],
                _ => arrays::entries(input, &shape, 3, state.seed),
            };
            (shape, entries)
        });
        let inputs = inputs.and_then(|inputs| match inputs.array(self.p().name).len() {
            3 => Ok(inputs),
            _ => Err("only one sample of three classes can be shown here".to_owned()),
        });
        let domain = if matches!(self, Self::Logits(_)) { self.p().domain() } else { Domain::Simplex };
        One { inputs, name: self.p().name, domain }
    }
}

/// The shape of an input for one sample.
fn shape(input: &Input) -> Vec<usize> {
    input.shape.iter().map(|length| if *length == "N" { 1 } else { 3 }).collect()
}

/// How undecided a distribution is, in nats.
pub(super) fn entropy(p: &[f64]) -> f64 {
    -p.iter().filter(|p| **p != 0.0).map(|p| p * p.ln()).sum::<f64>() + 0.0
}

/// How far a distribution q is from p, in nats; infinite where q has nothing that p has.
pub(super) fn divergence(p: &[f64], q: &[f64]) -> f64 {
    p.iter().zip(q).filter(|(p, _)| **p > 0.0).map(|(p, q)| p * (p / q).ln()).sum()
}

/// A loss of two distributions with p and q exchanged; nothing for others.
pub(super) fn exchanged(run: &Run) -> Option<f64> {
    let Contender { loss, params } = run.contender();
    let Held::Histograms([p, q]) = Held::by_loss_of(run.contender()) else { return None };
    let mut inputs = run.inputs()?;
    let own = inputs.entries_mut(p.name).to_vec();
    let other = inputs.entries_mut(q.name).to_vec();
    inputs.entries_mut(p.name).copy_from_slice(&other);
    inputs.entries_mut(q.name).copy_from_slice(&own);
    Some(loss.value(&inputs, params))
}
