//! The trainings of a scene: taken over from the scene before, done at once if short, left to a worker if long.

use std::cell::{Ref, RefCell};

use super::lesson::{Course, Lesson};
use crate::stages::{Contender, State, titles};

/// Steps that are taken at once when a scene opens, within a frame; more are left to whoever has the time.
const AT_ONCE: usize = 8;

/// Steps between which a worker looks whether they are still wanted; they take some hundredths of a second.
const A_FEW: usize = 20;

/// Between two records of a training.
const EVERY: usize = 10;

/// What is recorded during a training, from the weights after so many steps; as many numbers every time.
pub(in crate::stages) type Measure = dyn Fn(&Lesson, &[f64], usize) -> Vec<f64>;

/// A loss, and how far the network has come under it.
pub(in crate::stages) struct Run {
    /// What the loss is called beside the others.
    pub title: String,
    pub lesson: Lesson,
    /// Whatever the training depends on, as text.
    key: String,
    /// Steps that it should have taken.
    wanted: usize,
    progress: RefCell<Result<Progress, String>>,
}

/// A training with its records.
struct Progress {
    course: Course,
    /// What was measured, with the number of steps.
    records: Vec<(usize, Vec<f64>)>,
}

impl Progress {
    fn go(&mut self, lesson: &Lesson, steps: usize, measure: &Measure) {
        let Self { course, records } = self;
        if records.is_empty() {
            records.push((0, measure(lesson, &course.weights, 0)));
        }
        course.extend(lesson, steps, &mut |step, weights| {
            if step % EVERY == 0 {
                records.push((step, measure(lesson, weights, step)));
            }
        });
    }

    /// As plain numbers; see [`restored`](Self::restored).
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

    fn restored(numbers: &[f64], weights: usize) -> Option<Self> {
        let (&[width, count], rest) = numbers.split_first_chunk()?;
        let (records, rest) = rest.split_at_checked((width as usize + 1) * count as usize)?;
        let records = records.chunks_exact(width as usize + 1).map(|r| (r[0] as usize, r[1..].to_vec()));
        Some(Self { records: records.collect(), course: Course::restored(rest, weights)? })
    }
}

impl Run {
    fn go(&self, steps: usize, measure: &Measure) {
        if let Ok(progress) = &mut *self.progress.borrow_mut() {
            progress.go(&self.lesson, steps, measure);
        }
    }

    fn is_done(&self) -> bool {
        match &*self.progress.borrow() {
            Ok(Progress { course, .. }) => course.is_over || course.steps() >= self.wanted,
            Err(_) => true,
        }
    }

    /// Steps that the training should have taken.
    pub fn wanted(&self) -> usize {
        self.wanted
    }

    /// The training so far; nothing if there is none.
    pub fn course(&self) -> Option<Ref<'_, Course>> {
        Ref::filter_map(self.progress.borrow(), |progress| progress.as_ref().ok().map(|p| &p.course)).ok()
    }

    /// What was measured every few steps, with their number.
    pub fn records(&self) -> Vec<(usize, Vec<f64>)> {
        self.progress.borrow().as_ref().map_or(Vec::new(), |progress| progress.records.clone())
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
}

/// The trainings of a scene, one a loss.
pub(in crate::stages) struct Runs {
    pub all: Vec<Run>,
    measure: Box<Measure>,
}

impl Runs {
    /// The trainings of a state, from `lesson` for each of its losses, `steps` long. Those among `known` that it
    /// shares are gone on with. `idle` are the knobs that no training depends on.
    pub fn new(
        state: &State,
        idle: &[&str],
        steps: usize,
        mut known: Vec<Run>,
        lesson: impl Fn(&Contender) -> Lesson,
        measure: Box<Measure>,
    ) -> Self {
        let run = |(contender, title): (&Contender, String)| {
            let key = key(state, contender, idle);
            let taken = known
                .iter()
                .position(|run| run.key == key && run.course().is_none_or(|course| course.steps() <= steps));
            let mut run = match taken {
                Some(i) => known.swap_remove(i),
                None => {
                    let lesson = lesson(contender);
                    let course = Course::new(&lesson);
                    let progress = course.map(|course| Progress { course, records: Vec::new() });
                    Run { title: String::new(), lesson, key, wanted: 0, progress: RefCell::new(progress) }
                }
            };
            (run.title, run.wanted) = (title, steps);
            run
        };
        let all = state.contenders.iter().zip(titles(&state.contenders)).map(run).collect();
        let runs = Self { all, measure };
        for run in &runs.all {
            let taken = run.course().map_or(0, |course| course.steps());
            if steps - taken <= AT_ONCE {
                run.go(steps, &*runs.measure);
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
        run.go(run.wanted.min(taken + A_FEW), &*self.measure);
        !self.are_done()
    }

    /// Trains all to the end.
    pub fn finish(&self) {
        for run in &self.all {
            run.go(run.wanted, &*self.measure);
        }
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
        for (run, own) in self.all.iter().zip(own) {
            let weights = run.lesson.start.len();
            if let Some(progress) = Progress::restored(own, weights).filter(|_| !run.is_done()) {
                *run.progress.borrow_mut() = Ok(progress);
            }
        }
    }
}

/// What follows the trainings in the numbers of a figure.
pub(in crate::stages) fn more(numbers: &[f64]) -> &[f64] {
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

/// Whatever the training under a loss depends on, as text.
fn key(state: &State, contender: &Contender, idle: &[&str]) -> String {
    let mut state = state.with(|state| {
        state.contenders = vec![contender.clone()];
        (state.exhibit, state.sweep, state.readout) = (None, None, None);
        (state.steps, state.selected) = (0, 0);
        state.hide.clear();
        state.lock.clear();
    });
    idle.iter().for_each(|knob| state.knobs.unset(knob));
    state.write(&State::new(contender.loss, state.stage), None)
}
