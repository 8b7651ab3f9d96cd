//! Optimisers on their way over a landscape.

use std::rc::Rc;

use super::subject::{Place, Subject};
use super::{WeightPlane, World};
use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::number;
use crate::optimizer::{self, METHOD_PARAMS, Method, Optimizer};
use crate::spec::Params;
use crate::stages::engine::{Course, STILL, Shot, Wire};
use crate::stages::{Contender, State};

/// The racers: the knob of the update rule, and that of its learning rate.
pub(super) const RACERS: [(&str, &str); 4] =
    [("first", "first_lr"), ("second", "second_lr"), ("third", "third_lr"), ("fourth", "fourth_lr")];

/// An optimiser on its way.
pub(super) struct Racer {
    /// Its place among the knobs; none if it only stands at the start, where nobody races.
    pub slot: Option<usize>,
    /// What it is called.
    pub name: String,
    pub method: Method,
}

impl Racer {
    /// The racer that the knobs describe.
    fn new(slot: usize, state: &State) -> Option<Self> {
        let (rule, rate) = RACERS[slot];
        let (rule, rate) = (state.knobs.named(rule), state.knobs.get(rate));
        let mut settings = Params::new(METHOD_PARAMS);
        settings.set_text("optimizer", rule).ok()?;
        settings.set("lr", rate).ok()?;
        let name = format!("{rule}, rate {}", number::text(rate));
        Some(Self { slot: Some(slot), name, method: Method::chosen(&settings) })
    }
}

/// Who races on the landscape of a loss; where it goes a way of its own, it takes the first place.
pub(super) fn all(contender: &Contender, state: &State) -> Vec<Racer> {
    let params = &contender.params;
    let own = super::subject::is_path(contender.loss.spec()).then(|| {
        let method = Method::chosen(params);
        let name = format!("{}, rate {}", params.named("optimizer"), number::text(method.lr()));
        Racer { slot: Some(0), name, method }
    });
    let others = usize::from(own.is_some())..RACERS.len();
    let mut all: Vec<Racer> =
        own.into_iter().chain(others.filter_map(|slot| Racer::new(slot, state))).collect();
    if all.is_empty() {
        all.push(Racer { slot: None, name: String::new(), method: Method::Rule(STILL) });
    }
    all
}

/// Who races on a landscape: the place among the knobs, and that among all trainings.
pub(super) fn racing(shot: &Shot<WeightPlane>, subject: usize) -> impl Iterator<Item = (usize, usize)> {
    let of_loss = |(i, contender)| all(contender, &shot.state).into_iter().map(move |racer| (i, racer.slot));
    let all = shot.state.contenders.iter().enumerate().flat_map(of_loss).enumerate();
    all.filter_map(move |(place, (own, slot))| slot.filter(|_| own == subject).map(|slot| (slot, place)))
}

/// How far a training has gone, along its way.
pub(super) fn length(course: &Course) -> f64 {
    let places: Vec<&[f64]> = course.kept().map(|(_, place)| place).collect();
    places.windows(2).map(|w| (w[1][0] - w[0][0]).hypot(w[1][1] - w[0][1])).sum()
}

/// The way of a racer over the only landscape of a world.
pub(super) struct Walk {
    pub world: Rc<World>,
    pub method: Method,
}

impl Walk {
    fn subject(&self) -> &Subject {
        &self.world.subjects[0]
    }
}

fn place(variables: &[f64]) -> Place {
    [variables[0], variables[1]]
}

impl Wire for Walk {
    fn start(&self) -> Vec<f64> {
        self.world.start.to_vec()
    }

    fn inputs(&self, variables: &[f64], _: usize) -> Result<Inputs<f64>, String> {
        self.subject().inputs(place(variables))
    }

    fn evaluate(&self, _: &Contender, variables: &[f64], _: usize, _: &mut Gradient) -> (f64, Vec<f64>) {
        let (height, slope) = self.subject().height(place(variables));
        (height, slope.to_vec())
    }

    fn step(&self, _: &Optimizer, state: &mut optimizer::State<f64>, variables: &mut [f64], slopes: &[f64]) {
        let mut at = place(variables);
        self.method.step(state, &mut at, place(slopes), &mut self.subject());
        variables.copy_from_slice(&at);
    }
}
