//! A straight line that is trained anew whenever an outlier is dragged: between two classes, or through points.

mod figures;
mod samples;

use std::rc::Rc;

use self::samples::{Samples, TRUTH};
use super::engine::knobs::learning_rate;
use super::engine::{Gauge, Played, Run, Scenario, Shot, View, Wire, curves};
use super::stage::{Action, Quality, Settable, StageSpec};
use super::state::{Contender, Point, State};
use super::training::{Head, Taught, knobs};
use crate::optimizer::default_with;
use crate::spec::{Affects, Domain, Param, Spec, said};

/// A linear model with a few outliers that a person can drag.
#[derive(Clone, Copy)]
pub struct Line {
    task: Task,
}

/// What a line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Task {
    /// It has one class on each side.
    Separate,
    /// It passes through the samples.
    Fit,
}

/// The most outliers.
const MOST_OUTLIERS: usize = 6;

/// The most steps of training; at that many a drag still answers at once.
const MOST_STEPS: f64 = 2000.0;

const OUTLIERS: Param = Param::integer(
    "outliers",
    "",
    1.0,
    (0.0, MOST_OUTLIERS as f64),
    "samples that lie where they should not; each can be dragged",
)
.bounded();

const FAR: Param = Param::linear(
    "far",
    "",
    1.0,
    (0.0, 5.0),
    "multiplies how far out the outliers lie; a drag sets it back to 1",
)
.within(Domain::Within(0.0, 1000.0));

const BUDGET: Param = Param::integer("budget", "", 300.0, (0.0, 1000.0), "steps of training")
    .within(Domain::Within(0.0, MOST_STEPS))
    .affects(Affects::Look);

const LR: Param = learning_rate(0.05, (1e-3, 1.0), &[default_with("sgd", 0.5)]);

const ADD: Action = Action { id: "add", title: "Add an outlier", on_selected: false };
const REMOVE: Action = Action { id: "remove", title: "Remove the outlier", on_selected: true };
const RELABEL: Action = Action { id: "relabel", title: "Change its class", on_selected: true };
const RESET: Action = Action { id: "reset", title: "Reset the outliers", on_selected: false };

/// A linear classifier of two classes under a loss of margins or binary scores.
pub const OUTLIER_LINE: Played<Line> = Played::new(
    &StageSpec {
        id: "outlier-line",
        title: "Outlier line",
        about: said(
            "A linear classifier, trained anew at every drag. Drag the mislabelled points and see which losses let \
                them turn the boundary. Grey points no longer push.",
        ),
        knobs: &[
            OUTLIERS,
            FAR,
            Param::integer(
                "flipped",
                "",
                0.0,
                (0.0, 20.0),
                "how many of the 40 other labels are wrong as well",
            )
            .within(Domain::Within(0.0, 40.0)),
            Param::linear("spread", r"\sigma", 0.5, (0.0, 1.5), "standard deviation of each class")
                .within(Domain::Within(0.0, 100.0)),
            BUDGET,
            knobs::TERMS,
            knobs::OPTIMIZER,
            LR,
        ],
        contenders: 4,
        trains: false,
        actions: &[ADD, REMOVE, RELABEL, Action::DRAW, RESET],
    },
    Line { task: Task::Separate },
);

/// Slope and intercept under a loss of residuals.
pub const LINE_FIT: Played<Line> = Played::new(
    &StageSpec {
        id: "line-fit",
        title: "Line fit",
        about: said(
            "A straight line, fitted anew at every drag. Drag the outliers and see which losses follow them. Grey \
                points no longer pull.",
        ),
        knobs: &[
            OUTLIERS,
            FAR,
            Param::integer("count", "N", 20.0, (2.0, 100.0), "number of samples besides the outliers")
                .within(Domain::Within(2.0, 200.0)),
            Param::linear("noise", "", 0.3, (0.0, 2.0), "standard deviation of the targets")
                .within(Domain::Within(0.0, 100.0)),
            Param::names("scatter", &["even", "growing"], "whether the noise grows from left to right"),
            BUDGET,
            knobs::TERMS,
            knobs::OPTIMIZER,
            LR,
        ],
        contenders: 4,
        trains: false,
        actions: &[ADD, REMOVE, Action::DRAW, RESET],
    },
    Line { task: Task::Fit },
);

impl Task {
    fn head(self) -> Head {
        match self {
            Self::Separate => Head::Score,
            Self::Fit => Head::Value,
        }
    }

    /// The half of the plane that is always seen, horizontally and vertically.
    fn reach(self) -> (f64, f64) {
        match self {
            Self::Separate => (4.0, 3.0),
            Self::Fit => (2.4, 5.5),
        }
    }
}

/// A slope below this share of the largest one does not count: a sample that has it is let go.
const LET_GO: f64 = 1e-6;

/// The line that a loss leads to.
pub struct Seen {
    /// The weights and the bias, or slope and intercept.
    weights: Vec<f64>,
    /// How far the line is from where it should be: an angle in degrees, or the error of the slope.
    off: f64,
    /// The share of the test samples on their side, or of the regular samples below the line.
    share: f64,
    /// How strongly each sample pushes the line at the end; nothing if it is let go.
    pushes: Vec<f64>,
    /// The outliers' part of that; NaN if nothing pushes.
    outlier_share: f64,
}

/// The samples with the line of every loss.
const fn line(title: &'static str, aspect: f64) -> View<Line> {
    View::new("line", title, |shot, _, _| figures::line(shot)).aspect(aspect).main()
}

/// Whether the line stands between two classes.
fn separates(shot: &Shot<Line>) -> bool {
    shot.scenario.task == Task::Separate
}

/// Whether it passes through the samples.
fn fits(shot: &Shot<Line>) -> bool {
    shot.scenario.task == Task::Fit
}

type Number = fn(&Seen) -> f64;

/// A number of a line between two classes.
const fn to_separate(id: &'static str, name: &'static str, number: Number) -> Gauge<Line> {
    Gauge::seen(id, name, number).shown(separates)
}

/// A number of a line through the samples.
const fn to_fit(id: &'static str, name: &'static str, number: Number) -> Gauge<Line> {
    Gauge::seen(id, name, number).shown(fits)
}

impl Scenario for Line {
    type World = Samples;
    type Seen = Seen;

    fn fits(&self, loss: &'static Spec) -> bool {
        self.task.head().fits(loss)
    }

    fn world(&self, state: &State) -> Samples {
        Samples::new(self.task, state)
    }

    fn wire(&self, world: &Rc<Samples>, contender: &Contender, _: &State) -> Box<dyn Wire> {
        Box::new(Taught::new(&world.lesson, contender))
    }

    fn sweep_samples(&self, quality: Quality) -> usize {
        // Every sample is a whole training.
        quality.choose(0, 41)
    }

    fn seen(&self, shot: &Shot<Self>, run: &Run) -> Seen {
        let course = run.course().expect("a line is looked at where there is one");
        let samples = &shot.world;
        let weights = course.variables.clone();
        let share = |count: usize, of: usize| count as f64 / of as f64;
        let (off, share) = match (self.task, &weights[..]) {
            (Task::Separate, &[a, b, c]) => {
                let right = samples.test.iter().filter(|((x, y), class)| {
                    let score = a * x + b * y + c;
                    if *class == 1 { score > 0.0 } else { score < 0.0 }
                });
                let angle = if a == 0.0 && b == 0.0 { f64::NAN } else { b.atan2(a).abs().to_degrees() };
                (angle, share(right.count(), samples.test.len()))
            }
            _ => {
                let (slope, intercept) = (weights[0], weights[1]);
                let regular = &samples.places[..samples.regular];
                let below = regular.iter().filter(|(x, y)| *y < slope * x + intercept).count();
                ((slope - TRUTH[0]).abs(), share(below, regular.len()))
            }
        };
        let mut pushes = samples.lesson.pushes(run.contender(), &weights, course.steps());
        let most = pushes.iter().copied().fold(0.0, f64::max);
        pushes.iter_mut().filter(|push| **push <= LET_GO * most).for_each(|push| *push = 0.0);
        let outliers: f64 = pushes.iter().skip(samples.regular).sum();
        let outlier_share = outliers / pushes.iter().sum::<f64>();
        Seen { weights, off, share, pushes, outlier_share }
    }

    const SETTABLE: Settable = Settable::Points;

    const VIEWS: &'static [View<Self>] = &[
        line("Boundary", 1.15).shown(separates),
        line("Fitted line", 1.4).shown(fits),
        View::new("pushes", "Who pushes", |shot, _, _| figures::pushes(shot)),
        View::new("loss-curve", curves::LOSS, |shot, _, _| curves::usual_losses(shot)),
        View::TERMS,
    ];

    const GAUGES: &'static [Gauge<Self>] = &[
        to_separate("angle", "angle to the best direction", |seen| seen.off)
            .unit("°")
            .missing("all weights are 0"),
        to_fit("slope-error", "error of the slope", |seen| seen.off),
        to_separate("accuracy", "clean accuracy", |seen| seen.share),
        to_fit("below", "samples below the line", |seen| seen.share),
        Gauge::LOSS.missing("the loss has no value"),
        Gauge::<Self>::seen("outlier-share", "outliers' share of the push", |seen| seen.outlier_share)
            .of_main()
            .missing("nothing pushes the line"),
        Gauge::<Self>::seen("pushing", "samples that push", |seen| {
            seen.pushes.iter().filter(|push| **push > 0.0).count() as f64
        })
        .of_main(),
        to_separate("length", "length of the weights", |seen| seen.weights[0].hypot(seen.weights[1]))
            .of_main(),
    ];

    fn sentence(&self, shot: &Shot<Self>) -> String {
        let outliers = shot.world.places.len() - shot.world.regular;
        format!(
            "{} samples and {outliers} outlier{} after {} steps: {}.",
            shot.world.regular,
            if outliers == 1 { "" } else { "s" },
            shot.run(0).wanted(),
            shot.said(&["angle", "slope-error", "accuracy"], |readout| readout.name.clone())
        )
    }

    fn handle(&self, shot: &Shot<Self>, handle: &str) -> Option<usize> {
        let number: usize = handle.strip_prefix("outlier-")?.parse().ok()?;
        number.checked_sub(1).filter(|i| shot.world.regular + i < shot.world.places.len())
    }

    fn moved(&self, shot: &Shot<Self>, _: usize, handle: &str, to: (f64, f64)) -> Option<State> {
        let i = self.handle(shot, handle)?;
        let (width, height) = self.task.reach();
        let mut outliers = shot.world.outliers();
        let round = |c: f64, most: f64| (c.clamp(-most, most) * 1000.0).round() / 1000.0;
        (outliers[i].x, outliers[i].y) = (round(to.0, width), round(to.1, height));
        Some(with(&shot.state, &outliers, i))
    }

    fn act(&self, shot: &Shot<Self>, action: &str) -> Option<State> {
        let (state, i) = (&shot.state, selected(shot));
        let mut outliers = shot.world.outliers();
        match action {
            "reset" => Some(state.with(|state| {
                state.set_points(&[]);
                state.selected = 0;
                state.knobs.unset("outliers");
                state.knobs.unset("far");
            })),
            "add" if outliers.len() < MOST_OUTLIERS => {
                let more = state.with(|state| {
                    let _ = state.knobs.set("outliers", (outliers.len() + 1) as f64);
                });
                outliers.extend(samples::outliers(self.task, &more).pop());
                let last = outliers.len() - 1;
                Some(with(state, &outliers, last))
            }
            "remove" if i < outliers.len() => {
                outliers.remove(i);
                Some(with(state, &outliers, i.saturating_sub(1)))
            }
            "relabel" if i < outliers.len() => {
                outliers[i].class = 1 - outliers[i].class.min(1);
                Some(with(state, &outliers, state.selected))
            }
            _ => None,
        }
    }
}

/// The selected outlier.
fn selected(shot: &Shot<Line>) -> usize {
    shot.state.selected.min((shot.world.places.len() - shot.world.regular).saturating_sub(1))
}

/// The state with these outliers where they are, one of them selected.
fn with(state: &State, outliers: &[Point], selected: usize) -> State {
    state.with(|state| {
        // Few enough were there before.
        let _ = state.knobs.set("outliers", outliers.len() as f64);
        state.set_points(outliers);
        state.selected = selected;
        state.knobs.unset("far");
    })
}

#[cfg(test)]
mod tests;
