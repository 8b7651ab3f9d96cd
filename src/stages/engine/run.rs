//! The trainings of a scene: taken over from the scene before, done at once if short, left to a worker if long.

use std::cell::{Ref, RefCell};

use super::course::{Course, Term, Wire};
use crate::figures::quantity;
use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::optimizer::{Optimizer, Rule};
use crate::spec::Affects;
use crate::stages::{Contender, State};

/// Steps of a long training that are taken at once when a scene opens, at most.
const AT_ONCE: usize = 8;

/// About how many nanoseconds may pass for trainings while a scene opens: a few frames. What takes longer is a worker's.
const PATIENCE: f64 = 60e6;

/// Steps between which a worker looks whether they are still wanted; they take some hundredths of a second.
const A_FEW: usize = 20;

/// Steps between two records of a training.
const EVERY: usize = 10;

/// No step anywhere.
pub const STILL: Optimizer = Optimizer { rule: Rule::Sgd { weight_decay: 0.0 }, lr: 0.0 };

/// Numbers from the losses of a training and its variables.
pub type Measured = dyn Fn(&[Term], &[f64]) -> Vec<f64>;

/// What is recorded every few steps of a training, before what its first loss finds on its way.
pub struct Measure {
    /// What the numbers are.
    pub columns: &'static [&'static str],
    /// The numbers, in that order, from the losses and the variables.
    pub of: Box<Measured>,
}

impl Measure {
    /// The numbers after so many steps, and what the first loss finds on its way; what it does not find there is NaN.
    fn record(&self, terms: &[Term], variables: &[f64], step: usize) -> Vec<f64> {
        let Term { contender: Contender { loss, params }, wire } = &terms[0];
        let mut record = (self.of)(terms, variables);
        let parts = loss.parts();
        let width = record.len() + parts.names_of_numbers().count();
        if width > record.len() {
            let inputs = wire.inputs(variables, step);
            record.extend(inputs.map_or(Vec::new(), |inputs| parts.numbers(&inputs, params)));
            record.resize(width, f64::NAN);
        }
        record
    }
}

/// Some losses, mostly one, and how far the training under their mean has come.
pub struct Run {
    /// What they are called beside the others.
    pub title: String,
    terms: Vec<Term>,
    /// Whatever the training depends on, as text.
    key: String,
    /// Steps that it should have taken.
    wanted: usize,
    /// What is recorded.
    columns: Vec<&'static str>,
    progress: RefCell<Result<Progress, String>>,
}

/// A training with its records.
struct Progress {
    course: Course,
    /// The course at the step that is wanted, where the training had gone beyond it before.
    back: Option<Course>,
    /// What was measured, with the number of steps.
    records: Vec<(usize, Vec<f64>)>,
}

impl Progress {
    fn go(&mut self, terms: &[Term], steps: usize, measure: Option<&Measure>) {
        let Self { course, records, .. } = self;
        if let (Some(measure), true) = (measure, records.is_empty()) {
            records.push((0, measure.record(terms, &course.variables, 0)));
        }
        course.extend(terms, steps, &mut |step, variables| {
            if let Some(measure) = measure.filter(|_| step.is_multiple_of(EVERY)) {
                records.push((step, measure.record(terms, variables, step)));
            }
        });
        self.back = (course.steps() > steps).then(|| course.back_to(terms, steps));
    }

    /// The course as it is shown.
    fn shown(&self) -> &Course {
        self.back.as_ref().unwrap_or(&self.course)
    }

    /// As plain numbers; see [`resume`](Self::resume).
    fn numbers(&self) -> Vec<f64> {
        let width = self.records.first().map_or(0, |record| record.1.len());
        let mut numbers = vec![width as f64, self.records.len() as f64];
        for (step, record) in &self.records {
            numbers.push(*step as f64);
            numbers.extend(record);
        }
        numbers.extend(self.course.numbers());
        numbers
    }

    fn resume(&mut self, numbers: &[f64]) -> Option<()> {
        let (&[width, count], rest) = numbers.split_first_chunk()?;
        let (records, rest) = rest.split_at_checked((width as usize + 1) * count as usize)?;
        self.course.resume(rest)?;
        let records = records.chunks_exact(width as usize + 1).map(|r| (r[0] as usize, r[1..].to_vec()));
        self.records = records.collect();
        Some(())
    }
}

impl Run {
    fn go(&self, steps: usize, measure: Option<&Measure>) {
        if let Ok(progress) = &mut *self.progress.borrow_mut() {
            progress.go(&self.terms, steps, measure);
        }
    }

    /// About how many nanoseconds a step takes.
    pub fn step_cost(&self) -> f64 {
        self.progress.borrow().as_ref().map_or(0.0, |progress| progress.course.step_cost)
    }

    /// Whether the training has come as far as it should.
    pub fn is_done(&self) -> bool {
        match &*self.progress.borrow() {
            Ok(Progress { course, .. }) => course.is_over || course.steps() >= self.wanted,
            Err(_) => true,
        }
    }

    /// Steps that the training should have taken.
    pub fn wanted(&self) -> usize {
        self.wanted
    }

    /// The losses with their wires.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The first loss.
    pub fn contender(&self) -> &Contender {
        &self.terms[0].contender
    }

    /// The training so far; nothing if there is none.
    pub fn course(&self) -> Option<Ref<'_, Course>> {
        Ref::filter_map(self.progress.borrow(), |progress| progress.as_ref().ok().map(Progress::shown)).ok()
    }

    /// What is made of the variables at every step that is kept, with its number; nothing if there is no training.
    pub fn along<T>(&self, of: impl Fn(&[f64]) -> T) -> Vec<(f64, T)> {
        let course = self.course();
        let kept = course.iter().flat_map(|course| course.kept());
        kept.map(|(step, variables)| (step as f64, of(variables))).collect()
    }

    /// The losses before every step, then the one now.
    pub fn losses(&self) -> Vec<f64> {
        self.course().map_or(Vec::new(), |course| course.losses.clone())
    }

    /// The first loss with its variables elsewhere, at each of some places; NaN where there is no place or no value.
    pub fn values(&self, places: impl Iterator<Item = Option<Vec<f64>>>) -> Vec<f64> {
        let Term { contender: Contender { loss, params }, wire } = &self.terms[0];
        let value = |place: Vec<f64>| Some(loss.value(&wire.inputs(&place, 0).ok()?, params));
        places.map(|place| place.and_then(value).unwrap_or(f64::NAN)).collect()
    }

    /// The first loss with its variables elsewhere, and its gradient by them; NaN where it has no value.
    pub fn evaluate(&self, variables: &[f64], gradient: &mut Gradient) -> (f64, Vec<f64>) {
        let Term { contender, wire } = &self.terms[0];
        wire.evaluate(contender, variables, 0, gradient)
    }

    /// What the first loss reads now, if it is shown for all of it.
    pub fn batch(&self) -> Option<Inputs<f64>> {
        Some(self).filter(|run| run.is_done() && run.terms[0].wire.samples() == 1)?.inputs()
    }

    /// What the first loss reads now.
    pub fn inputs(&self) -> Option<Inputs<f64>> {
        let course = self.course()?;
        self.terms[0].wire.inputs(&course.variables, course.steps()).ok()
    }

    /// What was recorded every few steps under a name, against their number; nothing if it was not.
    pub fn record(&self, name: &str) -> Vec<(f64, f64)> {
        let Some(column) = self.columns.iter().position(|own| *own == name) else { return Vec::new() };
        let progress = self.progress.borrow();
        let all = progress.iter().flat_map(|progress| &progress.records);
        let shown = all.filter(|(step, _)| *step <= self.wanted);
        shown.map(|(step, record)| (*step as f64, record[column])).collect()
    }

    /// Why there is nothing to see, or why the training stopped early.
    pub fn trouble(&self) -> Option<String> {
        match &*self.progress.borrow() {
            Err(reason) => Some(reason.clone()),
            Ok(Progress { course, .. }) if course.is_over && course.steps() < self.wanted => Some(format!(
                "step {} leads out of the finite numbers, the training stops before it",
                course.steps() + 1
            )),
            Ok(_) => None,
        }
    }

    /// What is said about the loss now: its value, or why it has none.
    pub fn sentence(&self) -> String {
        match (self.course().map(|course| course.loss()), self.trouble()) {
            (Some(loss), None) => format!("{} is {}", self.title, quantity(loss)),
            (Some(loss), Some(reason)) => format!("{} is {}: {reason}", self.title, quantity(loss)),
            (None, reason) => format!("{} cannot be shown: {}", self.title, reason.unwrap_or_default()),
        }
    }
}

/// What a training is made of.
pub struct Plan {
    /// What the losses are called beside the others.
    pub title: String,
    /// The losses whose mean is trained.
    pub contenders: Vec<Contender>,
    /// How a gradient becomes a step; none if there is no such rule.
    pub optimizer: Option<Optimizer>,
    /// The state that it is a training of, where that is not the one on screen.
    pub elsewhere: Option<State>,
}

/// How a loss reads its world, that of the state on screen or of another.
pub type Wiring<'a> = &'a dyn Fn(&Contender, Option<&State>) -> Box<dyn Wire>;

/// The trainings of a scene.
pub struct Runs {
    /// One for each loss, and maybe one for their mean.
    pub all: Vec<Run>,
    /// Whether they take longer than a person would wait, and are left to a worker.
    pub are_long: bool,
    measure: Option<Measure>,
}

impl Runs {
    /// The trainings of a state. Those among `known` that it shares are gone on with.
    pub fn new(
        state: &State,
        plans: Vec<Plan>,
        is_long: bool,
        mut known: Vec<Run>,
        wire: Wiring,
        measure: Option<Measure>,
    ) -> Self {
        let run = |plan: Plan| {
            let elsewhere = plan.elsewhere.as_ref();
            let state = elsewhere.unwrap_or(state);
            let steps = steps(state);
            let most = if state.knobs.has("budget") { state.knobs.whole("budget") } else { steps };
            let key = key(state, &plan.contenders);
            let mut run = match known.iter().position(|run| run.key == key) {
                Some(i) => known.swap_remove(i),
                None => {
                    let term = |contender: Contender| Term { wire: wire(&contender, elsewhere), contender };
                    let terms: Vec<Term> = plan.contenders.into_iter().map(term).collect();
                    let optimizer = plan.optimizer.ok_or_else(|| "there is no such update rule".to_owned());
                    let course = optimizer.and_then(|optimizer| Course::new(&terms, optimizer, most));
                    let progress = course.map(|course| Progress { course, back: None, records: Vec::new() });
                    let progress = RefCell::new(progress);
                    let columns = measure.iter().flat_map(|measure| measure.columns.iter().copied());
                    let parts = terms[0].contender.loss.parts().names_of_numbers();
                    let columns = columns.chain(parts).collect();
                    Run { title: String::new(), terms, key, wanted: 0, columns, progress }
                }
            };
            (run.title, run.wanted) = (plan.title, steps);
            run
        };
        let all: Vec<Run> = plans.into_iter().map(run).collect();
        // What was taken over does not count: two scenes of one state are alike.
        let cost: f64 = all.iter().map(|run| run.step_cost() * run.wanted as f64).sum();
        let are_long = is_long || cost > PATIENCE;
        let at_once = (PATIENCE / all.iter().map(Run::step_cost).sum::<f64>()) as usize;
        let runs = Self { all, are_long, measure };
        for run in &runs.all {
            let taken = run.course().map_or(0, |course| course.steps());
            if !are_long || run.wanted <= taken + at_once.clamp(1, AT_ONCE) {
                run.go(run.wanted, runs.measure.as_ref());
            }
        }
        runs
    }

    /// Whether every training has come as far as it should.
    pub fn are_done(&self) -> bool {
        self.all.iter().all(Run::is_done)
    }

    /// Takes a few steps of what has not come as far as it should; answers whether there are more to take.
    pub fn go_on(&self) -> bool {
        let Some(run) = self.all.iter().find(|run| !run.is_done()) else { return false };
        let taken = run.course().map_or(0, |course| course.steps());
        run.go(run.wanted.min(taken + A_FEW), self.measure.as_ref());
        !self.are_done()
    }

    /// Trains all to the end.
    pub fn finish(&self) {
        for run in self.all.iter().filter(|run| !run.is_done()) {
            run.go(run.wanted, self.measure.as_ref());
        }
    }

    /// The training at a place as it goes on beyond where it stands.
    pub fn ahead(&self, place: usize, steps: usize) -> Option<Ref<'_, Course>> {
        let run = &self.all[place];
        for steps in [steps, run.wanted] {
            run.go(steps, self.measure.as_ref());
        }
        Ref::filter_map(run.progress.borrow(), |progress| progress.as_ref().ok().map(|p| &p.course)).ok()
    }

    /// All trainings as plain numbers, for [`supply`](Self::supply), followed by `more`.
    pub fn numbers(&self, more: Vec<f64>) -> Vec<f64> {
        let mut numbers = vec![self.all.len() as f64];
        for run in &self.all {
            let own = run.progress.borrow().as_ref().map_or(Vec::new(), Progress::numbers);
            numbers.push(own.len() as f64);
            numbers.extend(own);
        }
        numbers.extend(more);
        numbers
    }

    /// Takes over trainings that were done elsewhere.
    pub fn supply(&self, numbers: &[f64]) {
        let Some(own) = split(numbers).map(|(own, _)| own) else { return };
        for (run, own) in self.all.iter().zip(own).filter(|(run, _)| !run.is_done()) {
            if let Ok(progress) = &mut *run.progress.borrow_mut() {
                progress.resume(own);
            }
        }
    }
}

/// What follows the trainings in the numbers of a figure.
pub fn more(numbers: &[f64]) -> &[f64] {
    split(numbers).map_or(&[], |(_, more)| more)
}

/// The numbers of each training, and what follows them.
fn split(numbers: &[f64]) -> Option<(Vec<&[f64]>, &[f64])> {
    let (&count, mut rest) = numbers.split_first()?;
    let mut own = Vec::new();
    for _ in 0..count as usize {
        let (&length, from) = rest.split_first()?;
        let (numbers, after) = from.split_at_checked(length as usize)?;
        own.push(numbers);
        rest = after;
    }
    Some((own, rest))
}

/// Steps that are wanted: all that there may be where nobody takes them one by one, or as many as a loss says that
/// unrolls its own training.
fn steps(state: &State) -> usize {
    let budget = state.knobs.has("budget").then(|| state.knobs.whole("budget"));
    match state.stage.spec().trains {
        false => budget.unwrap_or(0),
        true if state.is_own("steps") => state.steps().min(budget.unwrap_or(usize::MAX)),
        true => state.steps(),
    }
}

/// The state without what changes nothing but looks: knobs that say so, where the training stands, what is selected.
pub fn without_looks(state: &State) -> State {
    state.with(|state| {
        (state.exhibit, state.sweep, state.readout) = (None, None, None);
        (state.steps, state.selected) = (0, 0);
        state.hide.clear();
        state.lock.clear();
        let looks = state.knobs.specs().iter().filter(|knob| knob.affects == Affects::Look);
        looks.for_each(|knob| state.knobs.unset(knob.name));
    })
}

/// The same without what changes the training alone.
pub fn without_training(state: &State) -> State {
    let mut state = without_looks(state);
    let knobs = state.knobs.specs().iter().filter(|knob| knob.affects == Affects::Training);
    knobs.for_each(|knob| state.knobs.unset(knob.name));
    state
}

/// Whatever the training under some losses depends on, as text.
fn key(state: &State, contenders: &[Contender]) -> String {
    let state = without_looks(state).with(|state| state.contenders = contenders.to_vec());
    state.write(&State::new(contenders[0].loss, state.stage))
}
