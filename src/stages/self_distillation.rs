//! A student that follows a slow copy of itself: what centring and sharpening keep it from.

use std::rc::Rc;

use ndarray::{Array2, ArrayView2, Axis as Along};

use super::distribution::{divergence, entropy};
use super::engine::curves::{against_steps, ended, over_steps};
use super::engine::{Gauge, Played, Run, Scenario, Shot, View, Wire, direct, knobs};
use super::stage::{Action, Settable, StageSpec};
use super::state::{Contender, Point, State};
use crate::figures::{At, Axis, Colours, Figure, Freedom, Handle, Ink, Map, Mark, Shape, fixed};
use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::losses::softmax::softmax;
use crate::spec::{Affects, Domain, Meaning, Param, Params, Role, Spec, said};
use crate::toys::blobs::normals;

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
    about: said(
        "The scores of a student and of its teacher for one of a few samples, and the probabilities they become. \
            Training moves the student towards the teacher, and the teacher, a slow copy of the student, follows. Drag \
            scores and the centre.",
    ),
    knobs: &[
        Param::integer("samples", "N", 6.0, (1.0, MOST), "number of samples").bounded(),
        Param::integer("outputs", "C", 5.0, (2.0, MOST), "number of outputs").bounded(),
        Param::integer("sample", "", 1.0, (1.0, MOST), "the sample whose scores are shown")
            .bounded()
            .affects(Affects::Look),
        Param::linear("noise", "", 0.2, (0.0, 1.0), "standard deviation of the scores at the start"),
        Param::names("centring", &["on", "off"], "whether the centre follows the mean score of the teacher")
            .affects(Affects::Training),
        Param::linear("momentum", "m", 0.9, (0.0, 0.99), "how slowly the teacher follows the student")
            .within(Domain::UpTo(0.0, 1.0))
            .affects(Affects::Training),
        knobs::learning_rate(0.02, (1e-4, 1.0), &[]),
        knobs::budget(150.0, 300.0),
        knobs::TERMS,
    ],
    contenders: 1,
    trains: true,
    actions: &[Action::DRAW, Action { id: "reset", title: "Reset the scores", on_selected: false }],
};

/// The vectors whose scores can be dragged, as handles name them. Among the points of a state, class `i` holds the
/// student's scores of sample `i`, class 16 + `i` the teacher's, and class 32 the centre; the horizontal coordinate is
/// the output. In the figure they stand that far aside of the place of their output.
const KINDS: [(&str, usize, f64); 3] = [("student", 0, -0.2), ("teacher", 16, 0.0), ("centre", 32, 0.2)];

/// What divides the scores of student and teacher.
const TEMPERATURES: [Meaning; 2] = [Meaning::Temperature, Meaning::TargetTemperature];

/// Scores of a batch, a row a sample: of the student, of the teacher, and the one row that is taken off the teacher's.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores([Array2<f64>; 3]);

impl Scores {
    fn outputs(&self) -> usize {
        self.0[2].ncols()
    }

    /// The row of a sample among those of a kind.
    fn row(&self, kind: usize, sample: usize) -> usize {
        sample.min(self.0[kind].nrows() - 1)
    }

    /// The probabilities of the student (0) or the teacher (1), at its temperature and with what is taken off its scores.
    fn probabilities(&self, kind: usize, params: &Params) -> Vec<Vec<f64>> {
        let temperature = params.meaning(TEMPERATURES[kind]).unwrap_or(1.0);
        let left = if kind == 1 { &self.0[1] - &self.0[2] } else { self.0[0].clone() };
        (left / temperature).rows().into_iter().map(|row| softmax(&row.to_vec())).collect()
    }
}

/// How the loss reads scores. A step on the student's scores of a sample is one on those of all others as well, as with a
/// bias that they share. Then the teacher follows the student and the centre the teacher.
struct Follow {
    start: Scores,
    spec: &'static Spec,
    /// How slowly teacher and centre follow.
    kept: [f64; 2],
}

/// The scores from what moves, kind after kind.
fn scores(variables: &[f64], outputs: usize) -> Scores {
    let rows = ArrayView2::from_shape((variables.len() / outputs, outputs), variables).expect("whole rows");
    let samples = rows.nrows() / 2;
    let (student, rest) = rows.split_at(Along(0), samples);
    let (teacher, centre) = rest.split_at(Along(0), samples);
    Scores([student, teacher, centre].map(|scores| scores.to_owned()))
}

impl Wire for Follow {
    fn start(&self) -> Vec<f64> {
        self.start.0.iter().flatten().copied().collect()
    }

    fn inputs(&self, variables: &[f64], _: usize) -> Result<Inputs<f64>, String> {
        let Scores(kinds) = scores(variables, self.start.outputs());
        direct::inputs(self.spec, |input| {
            let kind = self.spec.inputs.iter().position(|own| own.name == input.name).unwrap_or(0);
            (kinds[kind].shape()[2 - input.rank()..].to_vec(), kinds[kind].iter().copied().collect())
        })
    }

    fn pull_back(&self, variables: &[f64], gradient: &Gradient) -> Vec<f64> {
        let own = ArrayView2::from_shape(self.start.0[0].dim(), gradient.flat()).expect("a slope a score");
        let mut slopes: Vec<f64> = (&own + &own.sum_axis(Along(0))).into_iter().collect();
        slopes.resize(variables.len(), 0.0);
        slopes
    }

    fn follow(&self, variables: &mut [f64]) {
        let Scores([student, teacher, centre]) = scores(variables, self.start.outputs());
        let [slow, slower] = self.kept;
        let teacher = slow * teacher + (1.0 - slow) * &student;
        let mean = teacher.sum_axis(Along(0)) / teacher.nrows() as f64;
        let centre = slower * centre + (1.0 - slower) * mean;
        let followed = student.iter().chain(&teacher).chain(&centre);
        variables.iter_mut().zip(followed).for_each(|(old, new)| *old = *new);
    }
}

/// What tells whether a batch has collapsed, in nats: 0 is the entropy of targets that are sure of one output, the logarithm
/// of the outputs that of targets which are sure of none. The divergence is what there is to learn.
const SIGNS: [&str; 3] = ["entropy of a target", "entropy of the mean target", "divergence of the student"];

fn signs(scores: &Scores, params: &Params) -> [f64; 3] {
    let (predictions, targets) = (scores.probabilities(0, params), scores.probabilities(1, params));
    let mean = |of: &dyn Fn(usize) -> f64| (0..targets.len()).map(of).sum::<f64>() / targets.len() as f64;
    let whole: Vec<f64> = (0..scores.outputs()).map(|k| mean(&|i| targets[i][k])).collect();
    [mean(&|i| entropy(&targets[i])), entropy(&whole), mean(&|i| divergence(&targets[i], &predictions[i]))]
}

impl Scenario for SelfDistillation {
    type World = Scores;
    /// The scores as they stand, and their signs.
    type Seen = (Scores, [f64; 3]);

    const SETTABLE: Settable = Settable::Points;

    const VIEWS: &'static [View<Self>] = &[
        View::new("probabilities", "Probabilities", |shot, _, _| probabilities(shot)).aspect(1.4).main(),
        View::new("scores", "Scores", |shot, _, _| raw_scores(shot)).aspect(1.4).main().held(),
        View::new("targets", "What the teacher asks of every sample", |shot, _, _| targets(shot)).aspect(1.4),
        View::new("signs", "Signs of collapse over the training", |shot, _, _| collapse(shot)),
        View::TERMS,
    ];

    const GAUGES: &'static [Gauge<Self>] = &[
        Gauge::LOSS,
        Gauge::<Self>::seen("entropy", SIGNS[0], |(_, signs)| signs[0]).unit("nats"),
        Gauge::<Self>::seen("balance", SIGNS[1], |(_, signs)| signs[1]).unit("nats"),
        Gauge::<Self>::seen("divergence", SIGNS[2], |(_, signs)| signs[2])
            .unit("nats")
            .missing("the student gives an output no probability that the teacher asks for"),
        Gauge::STEPS,
    ];

    fn fits(&self, loss: &'static Spec) -> bool {
        let reads = loss.inputs.iter().map(|input| (input.role, input.is_variable()));
        reads.eq([(Role::Logits, true), (Role::Logits, false), (Role::Mean, false)])
            && TEMPERATURES.iter().all(|meaning| loss.meaning(*meaning).is_some())
    }

    /// Random scores, the same for student and teacher, with those that a person has set in their places.
    fn world(&self, state: &State) -> Scores {
        let dim = (state.knobs.whole("samples"), state.knobs.whole("outputs"));
        let drawn = Array2::from_shape_vec(dim, normals(dim.0 * dim.1, state.seed)).expect("a draw a score");
        let student = state.knobs.get("noise") * drawn;
        let mut scores = Scores([student.clone(), student, Array2::zeros((1, dim.1))]);
        for Point { x, y, class } in state.points() {
            let kind = KINDS.iter().rposition(|(_, first, _)| class >= *first).unwrap_or(0);
            let place = [class - KINDS[kind].1, x.round() as usize];
            // What is not there is passed over.
            if let (0.0.., Some(score)) = (x.round(), scores.0[kind].get_mut(place)) {
                *score = y;
            }
        }
        scores
    }

    fn wire(&self, world: &Rc<Scores>, contender: &Contender, state: &State) -> Box<dyn Wire> {
        let centre = if state.knobs.named("centring") == "on" { CENTRE_MOMENTUM } else { 1.0 };
        let kept = [state.knobs.get("momentum"), centre];
        Box::new(Follow { start: (**world).clone(), spec: contender.loss.spec(), kept })
    }

    fn seen(&self, shot: &Shot<Self>, run: &Run) -> (Scores, [f64; 3]) {
        let now = run.course().map(|course| scores(&course.variables, shot.world.outputs()));
        let scores = now.unwrap_or_else(|| (*shot.world).clone());
        let signs = signs(&scores, &run.contender().params);
        (scores, signs)
    }

    fn sentence(&self, shot: &Shot<Self>) -> String {
        let (Scores([student, ..]), [entropy, balance, _]) = shot.seen(0);
        let ((samples, outputs), most) = (student.dim(), (student.ncols() as f64).ln());
        let (after, loss) = (shot.after_steps(), shot.run(0).sentence());
        format!(
            "{samples} samples with {outputs} outputs{after}: {loss}. The targets have an entropy of {} nats, \
             their mean one of {}; the most possible is {}.",
            fixed(*entropy, 3),
            fixed(*balance, 3),
            fixed(most, 3)
        )
    }

    /// Kind after kind, output by output.
    fn handles(&self, shot: &Shot<Self>, _: usize) -> Vec<Handle> {
        let ((scores, _), outputs) = (shot.seen(0), shot.world.outputs());
        let handle = |i: usize| {
            let (kind, k) = (i / outputs, i % outputs);
            let (name, _, aside) = KINDS[kind];
            Handle {
                id: format!("{name}-{}", k + 1),
                name: format!("score of output {}, {name}", k + 1),
                at: (k as f64 + aside, scores.0[kind][[scores.row(kind, sample(shot)), k]]),
                freedom: Freedom::Y,
                selected: i == shot.state.selected,
            }
        };
        (0..KINDS.len() * outputs).map(handle).collect()
    }

    fn moved(&self, shot: &Shot<Self>, _: usize, handle: &str, (_, score): (f64, f64)) -> Option<State> {
        let i = self.handle(shot, handle)?;
        let mut scores = shot.seen(0).0.clone();
        let (kind, output) = (i / scores.outputs(), i % scores.outputs());
        let row = scores.row(kind, sample(shot));
        scores.0[kind][[row, output]] = score.clamp(-MOST_SCORE, MOST_SCORE);
        let points = scores.0.iter().zip(KINDS).flat_map(|(scores, (_, first, _))| {
            let point = move |((row, output), &y)| Point { x: output as f64, y, class: first + row };
            scores.indexed_iter().map(point)
        });
        Some(shot.with_points(&points.collect::<Vec<_>>(), i))
    }
}

/// The sample that is shown.
fn sample(shot: &Shot<SelfDistillation>) -> usize {
    shot.state.knobs.whole("sample").min(shot.state.knobs.whole("samples")) - 1
}

/// The probabilities that teacher and student give the sample.
fn probabilities(shot: &Shot<SelfDistillation>) -> Figure {
    let ((scores, _), params) = (shot.seen(0), &shot.run(0).contender().params);
    let of = |kind| scores.probabilities(kind, params).swap_remove(sample(shot));
    let name = "teacher, centred and at its temperature".into();
    let mut marks = vec![Mark::Bars { name, heights: of(1), inks: vec![Ink::Muted] }];
    marks.extend(Mark::points("student", against_steps(of(0)), Ink::Accent, Shape::OfClass(0), 6.0));
    let x = Axis::counted("output", shot.world.outputs());
    let title = format!("Probabilities of sample {}", sample(shot) + 1);
    Figure { title, ..Figure::new(x, Axis::linear("probability", (0.0, 1.0)), marks) }
}

/// The raw scores of the sample, which can be dragged, and the centre.
fn raw_scores(shot: &Shot<SelfDistillation>) -> Figure {
    let inks = [Ink::Accent, Ink::Series(1), Ink::Text];
    let shapes = [Shape::OfClass(0), Shape::OfClass(1), Shape::Cross];
    let places: Vec<_> = shot.scenario.handles(shot, 0).iter().map(|handle| handle.at).collect();
    let mut marks = vec![Mark::Rule { name: String::new(), at: At::Y(0.0), ink: Ink::Muted }];
    for (kind, own) in places.chunks(shot.world.outputs()).enumerate() {
        marks.extend(Mark::points(KINDS[kind].0, own.to_vec(), inks[kind], shapes[kind], 6.0));
    }
    let reach = places.iter().fold(0.5f64, |far, (_, score)| far.max(1.25 * score.abs()));
    let x = Axis::counted("output", shot.world.outputs());
    let title = format!("Scores of sample {}", sample(shot) + 1);
    Figure { title, ..Figure::new(x, Axis::linear("score", (-reach, reach)), marks) }
}

/// The targets of every sample.
fn targets(shot: &Shot<SelfDistillation>) -> Figure {
    let targets = shot.seen(0).0.probabilities(1, &shot.run(0).contender().params);
    let (samples, outputs) = (targets.len(), shot.world.outputs());
    let map = Map::matrix("probability", outputs, targets.concat(), Colours::Magnitude);
    let (x, y) = (Axis::counted("output", outputs), Axis::counted("sample", samples));
    Figure::new(x, y, vec![Mark::Map(map)])
}

/// The signs of collapse over the training.
fn collapse(shot: &Shot<SelfDistillation>) -> Figure {
    let (run, outputs) = (shot.run(0), shot.world.outputs());
    let kept = run.along(|variables| signs(&scores(variables, outputs), &run.contender().params));
    let most = (outputs as f64).ln();
    let mut marks = vec![Mark::Rule { name: "all outputs alike".into(), at: At::Y(most), ink: Ink::Muted }];
    let curve = |i: usize| ended(SIGNS[i], kept.iter().map(|(step, signs)| (*step, signs[i])).collect(), i);
    marks.extend((0..SIGNS.len()).flat_map(curve));
    let top = kept.iter().map(|(_, signs)| signs[2]).filter(|d| d.is_finite()).fold(most, f64::max);
    over_steps(shot, "", Axis::linear("nats", (0.0, 1.12 * top)), marks)
}

#[cfg(test)]
mod tests;
