//! A batch of samples by the cosines to their own prototypes, and how hard a loss pulls each.

use std::rc::Rc;

use super::engine::{Direct, Gauge, Played, Run, Scenario, Shot, View, Wire, direct};
use super::sample::ink;
use super::stage::{Action, Settable, StageSpec};
use super::state::{Contender, Point, State};
use crate::figures::{At, Axis, Dash, Figure, Freedom, Handle, Ink, Mark, Shape, fixed, quantity};
use crate::real::sorted;
use crate::spec::{Domain, Param, Role, Spec, said};
use crate::toys::batch;

/// Samples at different distances from their prototypes, for losses that look at the whole batch.
#[derive(Clone, Copy, Debug)]
pub struct CosineBatch;

/// The stage.
pub const COSINE_BATCH: Played<CosineBatch> = Played::new(SPEC, CosineBatch);

const SPEC: &StageSpec = &StageSpec {
    id: "cosine-batch",
    title: "Batch of cosines",
    about: said(
        "The samples of a batch by the cosine to their own prototype, and how hard each is pulled to it. Let the \
            training progress, or drag a sample along.",
    ),
    knobs: &[
        Param::linear(
            "progress",
            "",
            0.3,
            (0.0, 1.0),
            "how far the training is: samples gather at their prototypes",
        )
        .bounded(),
        Param::integer("count", "N", 24.0, (2.0, 64.0), "number of samples").bounded(),
        Param::integer("classes", "C", 6.0, (2.0, 20.0), "number of classes")
            .within(Domain::Within(2.0, 100.0)),
        Param::linear("rivals", "", 0.0, (-0.5, 0.5), "mean cosine to the other prototypes")
            .within(Domain::Within(-1.0, 1.0)),
        Param::linear(
            "scatter",
            "",
            0.0,
            (0.0, 0.2),
            "standard deviation of the cosines to the other prototypes",
        )
        .within(Domain::Within(0.0, 1.0)),
    ],
    contenders: 4,
    trains: false,
    actions: &[Action::DRAW, Action { id: "reset", title: "Reset the samples", on_selected: false }],
};

/// Ends of the axis.
const COSINES: (f64, f64) = (-0.2, 1.0);

/// Cosines of each sample, the one to its own prototype first.
pub struct Rows(Vec<Vec<f64>>);

impl Rows {
    /// The cosines of the samples to their own prototypes.
    fn own(&self) -> Vec<f64> {
        self.0.iter().map(|row| row[0]).collect()
    }

    /// The sample in the middle of the batch; of two the one farther from its prototype.
    fn middle(&self) -> usize {
        let own = self.own();
        let median = sorted(&own)[(own.len() - 1) / 2];
        own.iter().position(|cosine| *cosine == median).unwrap_or(0)
    }

    /// The sample that is farthest from its prototype.
    fn farthest(&self) -> usize {
        let own = self.own();
        (0..own.len()).min_by(|&a, &b| own[a].total_cmp(&own[b])).unwrap_or(0)
    }
}

/// How hard a loss pulls each sample to its own prototype, by the cosine.
pub struct Pulls {
    each: Vec<f64>,
    of_middle: f64,
    of_farthest: f64,
}

/// Why a number is missing.
const NOT_PULLED: &str = "the median sample is not pulled";

impl Scenario for CosineBatch {
    type World = Rows;
    type Seen = Pulls;

    fn fits(&self, loss: &'static Spec) -> bool {
        // One prototype a class.
        let has = |role, shape: &[&str]| loss.of_role(role).any(|input| input.shape == shape);
        loss.inputs.len() == 2 && has(Role::Cosine, &["N", "C"]) && has(Role::Class, &["N"])
    }

    fn world(&self, state: &State) -> Rows {
        let knob = |name| state.knobs.get(name);
        let (count, classes) = (state.knobs.whole("count"), state.knobs.whole("classes"));
        let others = (knob("rivals"), knob("scatter"));
        let mut rows = batch::cosines(count, classes, knob("progress"), others, state.seed);
        for (row, point) in rows.iter_mut().zip(state.points()) {
            row[0] = point.x.clamp(-1.0, 1.0);
        }
        Rows(rows)
    }

    /// Every sample is of class 0.
    fn wire(&self, world: &Rc<Rows>, contender: &Contender, _: &State) -> Box<dyn Wire> {
        Box::new(Direct(direct::inputs(contender.loss.spec(), |input| match input.role {
            Role::Class => direct::classes(&vec![0; world.0.len()]),
            _ => direct::matrix(&world.0),
        })))
    }

    fn seen(&self, shot: &Shot<Self>, run: &Run) -> Pulls {
        let pull = |(_, by): (Vec<f64>, Vec<f64>)| 0.0 - by[0] * shot.world.0.len() as f64;
        let each: Vec<f64> = direct::rows(run, Role::Cosine).into_iter().map(pull).collect();
        let of = |sample: usize| each.get(sample).copied().unwrap_or(f64::NAN);
        Pulls { of_middle: of(shot.world.middle()), of_farthest: of(shot.world.farthest()), each }
    }

    const SETTABLE: Settable = Settable::Points;

    const VIEWS: &'static [View<Self>] =
        &[View::new("pulls", "Pull of each sample", |shot, _, _| pulls(shot)).aspect(1.4).main()];

    const GAUGES: &'static [Gauge<Self>] = &[
        Gauge::LOSS,
        Gauge::<Self>::seen("median-pull", "pull of the median sample", |pulls| pulls.of_middle)
            .missing(NOT_PULLED),
        Gauge::<Self>::seen("pull-ratio", "pull of the farthest sample over that of the median", |pulls| {
            pulls.of_farthest / pulls.of_middle
        })
        .missing(NOT_PULLED),
        Gauge::<Self>::new("median", "median cosine", |shot, _| Some(median(shot))),
    ];

    fn sentence(&self, shot: &Shot<Self>) -> String {
        let pulled =
            |place| format!(" and pulls the median sample by {}", quantity(shot.seen(place).of_middle));
        let (count, said) = (shot.world.0.len(), shot.in_words(pulled));
        format!("{count} samples with median cosine {}. {said}.", fixed(median(shot), 3))
    }

    fn handle(&self, shot: &Shot<Self>, handle: &str) -> Option<usize> {
        let number: usize = handle.strip_prefix("sample-")?.parse().ok()?;
        number.checked_sub(1).filter(|i| *i < shot.world.0.len())
    }

    fn moved(&self, shot: &Shot<Self>, _: usize, handle: &str, (cosine, _): (f64, f64)) -> Option<State> {
        let i = self.handle(shot, handle)?;
        let mut own = shot.world.own();
        own[i] = (cosine.clamp(COSINES.0, COSINES.1) * 1000.0).round() / 1000.0;
        Some(shot.with_points(&own.into_iter().map(|x| Point { x, y: 0.0, class: 0 }).collect::<Vec<_>>(), i))
    }
}

fn median(shot: &Shot<CosineBatch>) -> f64 {
    shot.world.0[shot.world.middle()][0]
}

/// The pull of each sample under each loss over its cosine.
fn pulls(shot: &Shot<CosineBatch>) -> Figure {
    let own = shot.world.own();
    let mut marks = vec![Mark::Rule { name: "median".into(), at: At::X(median(shot)), ink: Ink::Muted }];
    let mut heights = vec![0.0];
    for (i, run) in shot.runs.all.iter().enumerate() {
        let each = shot.at_end(i).map_or(&[][..], |pulls| &pulls.each);
        let mut points: Vec<(f64, f64)> = own.iter().copied().zip(each.iter().copied()).collect();
        heights.extend(each);
        marks.extend(Mark::points(&run.title, points.clone(), ink(i), Shape::OfClass(i), 4.0));
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        marks.push(Mark::line("", points, ink(i), Dash::Dashed, 1.0));
    }
    let pull = |i: usize| shot.at_end(0)?.each.get(i).copied().filter(|pull| pull.is_finite());
    let handle = |(i, &cosine): (usize, &f64)| Handle {
        id: format!("sample-{}", i + 1),
        name: format!("sample {}, cosine {}", i + 1, fixed(cosine, 2)),
        at: (cosine.clamp(COSINES.0, COSINES.1), pull(i).unwrap_or(0.0)),
        freedom: Freedom::X,
        selected: i == shot.state.selected,
    };
    let handles = own.iter().enumerate().map(handle).collect();
    let x = Axis::linear("cosine to the own prototype", COSINES);
    let y = Axis::fitting("pull |∂L/∂cos θ| × N", heights);
    Figure { handles, ..Figure::new(x, y, marks) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::losses;
    use crate::stages::Screen;

    fn screen(loss: &str, text: &str) -> Screen {
        let (state, notices) = State::read(text, &State::new(losses::find(loss).unwrap(), &COSINE_BATCH));
        assert_eq!(notices, [], "{text}");
        Screen::open(state, None)
    }

    fn read(screen: &Screen, id: &str) -> f64 {
        screen
            .scene()
            .readouts()
            .iter()
            .find(|r| r.id == id)
            .unwrap_or_else(|| panic!("no readout {id}"))
            .value
    }

    #[test]
    fn the_median_sample_of_madacos_always_keeps_its_share_of_the_pull() {
        for (progress, alpha) in [(0.0, 0.1), (0.4, 0.1), (0.9, 0.3f64)] {
            let screen = screen("madacos", &format!("progress={progress}&alpha={alpha}&least_scale=1"));
            let scale = (9_999_999.0 * (1.0 - alpha) / alpha).ln() / (1.0 - read(&screen, "median"));
            let pull = read(&screen, "median-pull");
            assert!(
                (pull / scale - (1.0 - alpha)).abs() < 1e-9,
                "at {progress} it is pulled by {pull} of {scale}"
            );
        }
    }

    #[test]
    fn samples_gather_and_a_dragged_one_stays() {
        let median = |progress: f64| read(&screen("cosface", &format!("progress={progress}")), "median");
        assert!((median(0.0) - 0.3).abs() < 0.1 && (median(1.0) - 0.8).abs() < 0.06);
        let moved = Screen::open(screen("cosface", "").scene().place("pulls", "sample-5", (0.25, 9.0)), None);
        let handle = &moved.figure("pulls", &[]).handles[4];
        assert_eq!((handle.at.0, handle.selected), (0.25, true));
        let link = crate::exhibits::link(moved.state());
        assert_eq!(crate::exhibits::link(&crate::exhibits::open(&link).0), link);
    }
}
