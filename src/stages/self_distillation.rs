//! A student that follows a slow copy of itself: what centring and sharpening keep it from.

use std::rc::Rc;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use super::engine::curves::{against_steps, curve, end, over_steps};
use super::engine::{Gauge, Played, Run, Scenario, Shot, View, Wire, direct, knobs};
use super::sample::dash;
use super::stage::{Action, StageSpec};
use super::state::{Contender, Point, State};
use crate::figures::{At, Axis, Colours, Figure, Freedom, Handle, Ink, Map, Mark, Shape, fixed};
use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::losses::softmax::softmax;
use crate::optimizer::{Optimizer, Rule};
use crate::real::Real;
use crate::spec::{Affects, Domain, Param, Params, Role, Spec};

/// The scores of a student and of its teacher for a few samples, which can be dragged and trained.
#[derive(Clone, Copy, Debug)]
pub struct SelfDistillation;

/// The stage.
pub const SELF_DISTILLATION: Played<SelfDistillation> = Played::new(SPEC, SelfDistillation);

/// The most samples, and the most classes.
const MOST: f64 = 8.0;

/// Scores go no farther than this when they are dragged.
const MOST_SCORE: f64 = 20.0;

/// How slowly the centre follows the teacher.
const CENTRE_MOMENTUM: f64 = 0.9;

const SPEC: &StageSpec = &StageSpec {
    id: "self-distillation",
    title: "Self-distillation",
    about: "The scores of a student and of its teacher for one of a few samples, and the probabilities they become. \
            Training moves the student towards the teacher, and the teacher, a slow copy of the student, follows. Drag \
            scores and the centre.",
    knobs: &[
        Param::integer("samples", "N", 6.0, (1.0, MOST), "number of samples")
            .within(Domain::Within(1.0, MOST)),
        Param::integer("outputs", "C", 5.0, (2.0, MOST), "number of outputs")
            .within(Domain::Within(2.0, MOST)),
        Param::integer("sample", "", 1.0, (1.0, MOST), "the sample whose scores are shown")
            .within(Domain::Within(1.0, MOST))
            .affects(Affects::Look),
        Param::linear("noise", "", 0.2, (0.0, 1.0), "standard deviation of the scores at the start"),
        Param::names("centring", &["on", "off"], "whether the centre follows the mean score of the teacher")
            .affects(Affects::Training),
        Param::linear("momentum", "m", 0.9, (0.0, 0.99), "how slowly the teacher follows the student")
            .within(Domain::UpTo(0.0, 1.0))
            .affects(Affects::Training),
        Param::log("lr", r"\eta", 0.02, (1e-4, 1.0), "learning rate of the student")
            .affects(Affects::Training),
        knobs::budget(150.0, 300.0),
    ],
    contenders: 1,
    trains: true,
    actions: &[Action { id: "reset", title: "Reset the scores", on_selected: false }],
};

/// The vectors whose scores can be dragged, as handles name them. Among the points of a state, class `i` holds the
/// student's scores of sample `i`, class 16 + `i` the teacher's, and class 32 the centre; the horizontal coordinate is
/// the output.
const KINDS: [(&str, usize); 3] = [("student", 0), ("teacher", 16), ("centre", 32)];

/// How far aside the points of each stand on the place of their output.
const ASIDE: [f64; 3] = [-0.2, 0.0, 0.2];

/// Scores of a batch, row by row: of the student, of the teacher, and what is taken off the teacher's.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores([Vec<f64>; 3]);

impl Scores {
    fn outputs(&self) -> usize {
        self.0[2].len()
    }

    /// Where a score of an output stands; those of student and teacher in the row of a sample.
    fn index(&self, kind: usize, sample: usize, output: usize) -> usize {
        if kind < 2 { sample * self.outputs() + output } else { output }
    }

    /// The probabilities of the student (0) or the teacher (1), at its temperature and with what is taken off its scores.
    fn probabilities(&self, kind: usize, params: &Params) -> Vec<Vec<f64>> {
        let temperature = params.get(["student_temperature", "teacher_temperature"][kind]);
        let centre = |k: usize| if kind == 1 { self.0[2][k] } else { 0.0 };
        let row = |row: &[f64]| {
            softmax(&row.iter().enumerate().map(|(k, s)| (s - centre(k)) / temperature).collect::<Vec<f64>>())
        };
        self.0[kind].chunks_exact(self.outputs()).map(row).collect()
    }
}

/// How the loss reads scores. The student's scores of a sample are a part of their own and a part that all samples share,
/// as a bias is: descent moves both. Then the teacher follows the student and the centre the teacher.
struct Follow {
    start: Scores,
    spec: &'static Spec,
    momentum: f64,
    is_centred: bool,
}

/// The scores of student, teacher and centre from what training moves.
fn scores(variables: &[f64], outputs: usize) -> Scores {
    let scores = (variables.len() - 2 * outputs) / 2;
    let (own, rest) = variables.split_at(scores);
    let (shared, rest) = rest.split_at(outputs);
    let (teacher, centre) = rest.split_at(scores);
    let student = own.iter().enumerate().map(|(i, own)| own + shared[i % outputs]).collect();
    Scores([student, teacher.to_vec(), centre.to_vec()])
}

impl Wire for Follow {
    fn start(&self) -> Vec<f64> {
        let Scores([student, teacher, centre]) = &self.start;
        [student, &vec![0.0; centre.len()], teacher, centre].into_iter().flatten().copied().collect()
    }

    fn inputs(&self, variables: &[f64], _: usize) -> Result<Inputs<f64>, String> {
        let outputs = self.start.outputs();
        let Scores([student, teacher, centre]) = scores(variables, outputs);
        direct::inputs(self.spec, |input| match (input.role, input.is_variable()) {
            (Role::Mean, _) => (vec![outputs], centre.clone()),
            (_, true) => (vec![student.len() / outputs, outputs], student.clone()),
            (_, false) => (vec![teacher.len() / outputs, outputs], teacher.clone()),
        })
    }

    fn pull_back(&self, variables: &[f64], gradient: &Gradient) -> Vec<f64> {
        let (outputs, mut slopes) = (self.start.outputs(), gradient.flat().to_vec());
        let own = slopes.len();
        for k in 0..outputs {
            slopes
                .push(f64::sum(&slopes[..own].iter().skip(k).step_by(outputs).copied().collect::<Vec<_>>()));
        }
        slopes.resize(variables.len(), 0.0);
        slopes
    }

    fn follow(&self, variables: &mut [f64]) {
        let outputs = self.start.outputs();
        let Scores([student, mut teacher, mut centre]) = scores(variables, outputs);
        let slow = |kept: f64, old: &mut f64, new: f64| *old = kept * *old + (1.0 - kept) * new;
        teacher
            .iter_mut()
            .zip(&student)
            .for_each(|(teacher, student)| slow(self.momentum, teacher, *student));
        for (k, centre) in centre.iter_mut().enumerate().filter(|_| self.is_centred) {
            let column: Vec<f64> = teacher.iter().skip(k).step_by(outputs).copied().collect();
            slow(CENTRE_MOMENTUM, centre, f64::mean(&column));
        }
        let from = student.len() + outputs;
        variables[from..].copy_from_slice(&[teacher, centre].concat());
    }
}

/// What tells whether a batch has collapsed, in nats.
#[derive(Clone, Copy, Debug)]
struct Signs {
    /// Mean entropy of the targets: 0 if the teacher is sure of every sample, the logarithm of the outputs if of none.
    entropy: f64,
    /// Entropy of the mean target: 0 if every sample has the same output, the logarithm of the outputs if all are used.
    balance: f64,
    /// Mean divergence of the student from the targets: what there is to learn.
    divergence: f64,
}

impl Signs {
    fn of(scores: &Scores, params: &Params) -> Self {
        let (predictions, targets) = (scores.probabilities(0, params), scores.probabilities(1, params));
        let count = targets.len() as f64;
        let mean: Vec<f64> =
            (0..scores.outputs()).map(|k| targets.iter().map(|p| p[k]).sum::<f64>() / count).collect();
        let entropy = |p: &[f64]| -p.iter().filter(|p| **p > 0.0).map(|p| p * p.ln()).sum::<f64>();
        let kl = |(p, q): (&Vec<f64>, &Vec<f64>)| -> f64 {
            p.iter().zip(q).filter(|(p, _)| **p > 0.0).map(|(p, q)| p * (p / q).ln()).sum()
        };
        Self {
            entropy: targets.iter().map(|p| entropy(p)).sum::<f64>() / count,
            balance: entropy(&mean),
            divergence: targets.iter().zip(&predictions).map(kl).sum::<f64>() / count,
        }
    }
}

/// The scores of the training as it stands, and their signs.
pub struct Seen {
    scores: Scores,
    signs: Signs,
}

/// Why a number is missing.
const NO_SHARE: &str = "the student gives an output no probability that the teacher asks for";

impl Scenario for SelfDistillation {
    type World = Scores;
    type Seen = Seen;

    fn fits(&self, loss: &'static Spec) -> bool {
        let variable: Vec<bool> = loss.of_role(Role::Logits).map(crate::spec::Input::is_variable).collect();
        let is_centred = loss.inputs.len() == 3 && loss.of_role(Role::Mean).count() == 1;
        is_centred && variable == [true, false] && loss.param("teacher_temperature").is_some()
    }

    /// Random scores, the same for student and teacher, with those that a person has set in their places.
    fn world(&self, state: &State) -> Scores {
        let (samples, outputs) = (state.knobs.whole("samples"), state.knobs.whole("outputs"));
        let mut rng = ChaCha8Rng::seed_from_u64(state.seed);
        let mut score = || state.knobs.get("noise") * rng.sample::<f64, _>(StandardNormal);
        let student: Vec<f64> = (0..samples * outputs).map(|_| score()).collect();
        let mut scores = Scores([student.clone(), student, vec![0.0; outputs]]);
        for Point { x, y, class } in state.points.iter().flatten() {
            let kind = KINDS.iter().rposition(|(_, first)| class >= first).unwrap_or(0);
            // What is not there is passed over.
            if (0.0..outputs as f64).contains(&x.round()) {
                let index = scores.index(kind, class - KINDS[kind].1, x.round() as usize);
                scores.0[kind].get_mut(index).into_iter().for_each(|score| *score = *y);
            }
        }
        scores
    }

    fn wire(&self, world: &Rc<Scores>, contender: &Contender, state: &State) -> Box<dyn Wire> {
        Box::new(Follow {
            start: (**world).clone(),
            spec: contender.loss.spec(),
            momentum: state.knobs.get("momentum"),
            is_centred: state.knobs.named("centring") == "on",
        })
    }

    fn optimizer(&self, state: &State, _: &Contender) -> Option<Optimizer> {
        Some(Optimizer { rule: Rule::Sgd { weight_decay: 0.0 }, lr: state.knobs.get("lr") })
    }

    fn seen(&self, shot: &Shot<Self>, run: &Run) -> Seen {
        let outputs = shot.world.outputs();
        let now = run.course().map(|course| scores(&course.variables, outputs));
        let scores = now.unwrap_or_else(|| (*shot.world).clone());
        Seen { signs: Signs::of(&scores, &run.contender().params), scores }
    }

    const VIEWS: &'static [View<Self>] = &[
        View::new("probabilities", "Probabilities", |shot, _, _| probabilities(shot)).aspect(1.4).main(),
        View::new("scores", "Scores", |shot, _, _| raw_scores(shot)).aspect(1.4).main(),
        View::new("targets", "What the teacher asks of every sample", |shot, _, _| targets(shot)).aspect(1.4),
        View::new("signs", "Signs of collapse over the training", |shot, _, _| signs(shot)),
    ];

    const GAUGES: &'static [Gauge<Self>] = &[
        Gauge::LOSS,
        Gauge::<Self>::new("entropy", "entropy of a target", |shot, _| Some(shot.seen(0).signs.entropy))
            .unit("nats"),
        Gauge::<Self>::new("balance", "entropy of the mean target", |shot, _| {
            Some(shot.seen(0).signs.balance)
        })
        .unit("nats"),
        Gauge::<Self>::new("divergence", "divergence of the student", |shot, _| {
            Some(shot.seen(0).signs.divergence)
        })
        .unit("nats")
        .missing(NO_SHARE),
        Gauge::STEPS,
    ];

    fn sentence(&self, shot: &Shot<Self>) -> String {
        let Seen { scores, signs } = shot.seen(0);
        format!(
            "{} samples with {} outputs{}: {}. The targets have an entropy of {} nats, their mean one of {}; the \
             most possible is {}.",
            shot.state.knobs.whole("samples"),
            scores.outputs(),
            shot.after_steps(),
            shot.run(0).sentence(),
            fixed(signs.entropy, 3),
            fixed(signs.balance, 3),
            fixed((scores.outputs() as f64).ln(), 3),
        )
    }

    /// Kind after kind, output by output.
    fn handle(&self, shot: &Shot<Self>, handle: &str) -> Option<usize> {
        let (kind, output) = handle.rsplit_once('-')?;
        let kind = KINDS.iter().position(|(known, _)| *known == kind)?;
        let outputs = shot.world.outputs();
        let output = output.parse::<usize>().ok()?.checked_sub(1).filter(|k| *k < outputs)?;
        Some(kind * outputs + output)
    }

    fn moved(&self, shot: &Shot<Self>, _: usize, handle: &str, (_, score): (f64, f64)) -> Option<State> {
        let i = self.handle(shot, handle)?;
        let mut scores = shot.seen(0).scores.clone();
        let outputs = scores.outputs();
        let index = scores.index(i / outputs, sample(shot), i % outputs);
        scores.0[i / outputs][index] = score.clamp(-MOST_SCORE, MOST_SCORE);
        let of = |(scores, (_, class)): (&Vec<f64>, (_, usize))| -> Vec<Point> {
            let point =
                |(i, &y): (usize, &f64)| Point { x: (i % outputs) as f64, y, class: class + i / outputs };
            scores.iter().enumerate().map(point).collect()
        };
        Some(shot.state.with(|state| {
            state.points = Some(scores.0.iter().zip(KINDS).flat_map(of).collect());
            (state.steps, state.selected) = (0, i);
        }))
    }
}

/// The sample that is shown.
fn sample(shot: &Shot<SelfDistillation>) -> usize {
    shot.state.knobs.whole("sample").min(shot.state.knobs.whole("samples")) - 1
}

fn outputs_axis(shot: &Shot<SelfDistillation>) -> Axis {
    Axis::names("output", (1..=shot.world.outputs()).map(|k| k.to_string()).collect())
}

/// The probabilities that teacher and student give the sample.
fn probabilities(shot: &Shot<SelfDistillation>) -> Figure {
    let (scores, sample, params) = (&shot.seen(0).scores, sample(shot), &shot.run(0).contender().params);
    let marks = vec![
        Mark::Bars {
            name: "teacher, centred and at its temperature".into(),
            heights: scores.probabilities(1, params).swap_remove(sample),
            inks: vec![Ink::Muted],
        },
        Mark::Points {
            name: "student".into(),
            points: against_steps(scores.probabilities(0, params).swap_remove(sample)),
            ink: Ink::Accent,
            shape: Shape::OfClass(0),
            size: 6.0,
        },
    ];
    let title = format!("Probabilities of sample {}", sample + 1);
    Figure { title, ..Figure::new(outputs_axis(shot), Axis::linear("probability", (0.0, 1.0)), marks) }
}

/// The raw scores of the sample, which can be dragged, and the centre.
fn raw_scores(shot: &Shot<SelfDistillation>) -> Figure {
    let (scores, sample) = (&shot.seen(0).scores, sample(shot));
    let outputs = scores.outputs();
    let inks = [Ink::Accent, Ink::Series(1), Ink::Text];
    let shapes = [Shape::OfClass(0), Shape::OfClass(1), Shape::Cross];
    let mut marks = vec![Mark::Rule { name: String::new(), at: At::Y(0.0), ink: Ink::Muted }];
    let (mut handles, mut reach) = (Vec::new(), 0.5f64);
    for (kind, (name, _)) in KINDS.into_iter().enumerate() {
        let from = scores.index(kind, sample, 0);
        let row = &scores.0[kind][from..from + outputs];
        let at = |(k, &score): (usize, &f64)| (k as f64 + ASIDE[kind], score);
        let points = row.iter().enumerate().map(at).collect();
        marks.push(Mark::Points {
            name: name.into(),
            points,
            ink: inks[kind],
            shape: shapes[kind],
            size: 6.0,
        });
        handles.extend(row.iter().enumerate().map(|(k, score)| Handle {
            id: format!("{name}-{}", k + 1),
            name: format!("score of output {}, {name}", k + 1),
            at: at((k, score)),
            freedom: Freedom::Y,
            selected: kind * outputs + k == shot.state.selected,
        }));
        reach = row.iter().fold(reach, |far, score| far.max(1.25 * score.abs()));
    }
    let title = format!("Scores of sample {}", sample + 1);
    Figure {
        title,
        handles,
        ..Figure::new(outputs_axis(shot), Axis::linear("score", (-reach, reach)), marks)
    }
}

/// The targets of every sample.
fn targets(shot: &Shot<SelfDistillation>) -> Figure {
    let targets = shot.seen(0).scores.probabilities(1, &shot.run(0).contender().params);
    let (rows, columns) = (targets.len(), shot.world.outputs());
    let (x, y) = ((0.0, (columns - 1) as f64), (0.0, (rows - 1) as f64));
    let map = Map::new("probability", columns, targets.concat(), x, y, Colours::Magnitude).cells();
    let samples = Axis::names("sample", (1..=rows).map(|i| i.to_string()).collect());
    Figure::new(outputs_axis(shot), samples, vec![Mark::Map(map)])
}

/// The signs of collapse over the training.
fn signs(shot: &Shot<SelfDistillation>) -> Figure {
    let (params, outputs) = (&shot.run(0).contender().params, shot.world.outputs());
    let course = shot.run(0).course();
    let kept = course.iter().flat_map(|course| course.kept());
    let signs: Vec<Signs> =
        kept.map(|(_, variables)| Signs::of(&scores(variables, outputs), params)).collect();
    let most = (outputs as f64).ln();
    let mut marks = vec![Mark::Rule { name: "all outputs alike".into(), at: At::Y(most), ink: Ink::Muted }];
    let mut add = |i: usize, name: &str, of: fn(&Signs) -> f64| {
        let points = against_steps(signs.iter().map(of));
        let end = end(&points, i);
        marks.extend([curve(name.into(), points, i, dash(i)), end]);
    };
    add(0, "entropy of a target", |signs| signs.entropy);
    add(1, "entropy of the mean target", |signs| signs.balance);
    add(2, "divergence of the student", |signs| signs.divergence);
    let top = signs.iter().map(|signs| signs.divergence).filter(|d| d.is_finite()).fold(most, f64::max);
    over_steps(shot, "Signs of collapse over the training", Axis::linear("nats", (0.0, 1.12 * top)), marks)
}

#[cfg(test)]
mod tests;
