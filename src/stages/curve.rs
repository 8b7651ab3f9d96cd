//! Loss and slope of one number: against the margin, or against the residual.

use std::cell::OnceCell;
use std::rc::Rc;

use super::draws::{self, DEALT, DRAW, DRAWS, Draw};
use super::engine::{Gauge, Played, Run, Scenario, Shot, View, Wire, numbered};
use super::sample::{Alone, Sample, dash, ink};
use super::stage::{Action, StageSpec};
use super::state::{Contender, State};
use super::surroundings::{self, Surroundings};
use crate::figures::{At, Axis, Dash, Figure, Freedom, Handle, Ink, Mark, Shape, fixed, quantity, reach};
use crate::spec::{Param, Role, Spec, said};

/// A number on the horizontal axis, and curves of the loss and its slope above it. The first knob of the stage is that
/// number.
#[derive(Clone, Copy)]
pub struct Curve {
    /// What runs along the axis.
    pub(super) name: &'static str,
    /// What is written along the axis.
    pub(super) axis: &'static str,
    /// What is drawn above it.
    pub(super) charts: &'static [Chart],
    /// Whether a loss is a curve over that number.
    pub(super) fits: fn(&'static Spec) -> bool,
    /// The row of numbers that the loss reads of its sample, from the number on the axis.
    pub(super) row: fn(f64) -> Vec<f64>,
    /// The label of the sample.
    pub(super) label: usize,
}

/// One of the figures of a curve stage.
pub(super) struct Chart {
    /// Of the figures that there may be: `loss`, `slope`, `weight`.
    pub id: &'static str,
    pub title: &'static str,
    /// What is written along the vertical axis.
    pub axis: &'static str,
    /// The height of the curve, from the number on the horizontal axis, the loss and its slope by the number of the
    /// row that the label names, or by the only one.
    pub height: fn(f64, f64, f64) -> f64,
}

pub(super) const LOSS: Chart = Chart { id: "loss", title: "Loss", axis: "loss", height: |_, value, _| value };

/// Loss and slope against the margin `z = y·f(x)`.
pub const MARGIN_CURVE: Played<Curve> = Played::new(
    &StageSpec {
        id: "margin-curve",
        title: "Margin curve",
        about: said("The loss of one sample and its slope against the margin. Drag the dot along."),
        knobs: &[Param::linear("z", "z", -1.0, (-4.0, 4.0), "the margin at the dot"), DRAW, DEALT],
        contenders: 4,
        trains: false,
        actions: &[Action::DRAW],
    },
    Curve {
        name: "margin",
        fits: |loss| {
            let is_scored = loss.reads(&[(Role::Score, 1), (Role::Class, 1)]);
            is_scored || loss.reads(&[(Role::Margin, 1)]) || draws::is_drawn(loss)
        },
        row: |z| vec![z],
        // A raw score is the margin of a positive sample.
        label: 1,
        axis: "margin z",
        charts: &[
            LOSS,
            Chart {
                id: "slope",
                title: "Push towards a larger margin",
                axis: "negative slope",
                height: |_, _, slope| 0.0 - slope,
            },
        ],
    },
);

/// Loss, influence and weight against the residual `r`.
pub const RESIDUAL_CURVE: Played<Curve> = Played::new(
    &StageSpec {
        id: "residual-curve",
        title: "Residual curve",
        about: said(
            "The loss of one sample, its influence and its weight in a least-squares fit, against the residual. \
                Drag the dot along.",
        ),
        knobs: &[Param::linear("r", "r", 2.0, (-6.0, 6.0), "the residual at the dot")],
        contenders: 4,
        trains: false,
        actions: &[],
    },
    Curve {
        name: "residual",
        fits: |loss| loss.reads(&[(Role::Residual, 1)]),
        row: |r| vec![r],
        label: 0,
        axis: "residual r",
        charts: &[
            LOSS,
            Chart { id: "slope", title: "Influence", axis: "slope", height: |_, _, slope| slope },
            Chart {
                id: "weight",
                title: "Weight in a least-squares fit",
                axis: "slope / r",
                height: |r, _, slope| slope / r,
            },
        ],
    },
);

/// Samples of a curve; even, so that none is at 0, where a slope divided by the residual is not defined.
const SAMPLES: usize = 400;

/// Heights that are always shown.
const ALWAYS: f64 = 20.0;

/// Where losses are overlaid, none is drawn higher than this many times the lowest one.
const OVERLAY: f64 = 2.0;

/// A place along the axis, with the loss and its slope there.
#[derive(Clone, Copy)]
struct Spot {
    x: f64,
    value: f64,
    slope: f64,
}

/// What a loss makes of the sample.
pub struct Seen {
    /// At the dot.
    here: Spot,
    /// The losses that it draws; none of most.
    draws: Vec<Draw>,
    /// Along the whole axis, computed once for all figures.
    course: OnceCell<Vec<Spot>>,
}

/// Why a number is missing.
const UNDEFINED: &str = "not defined here";

impl Scenario for Curve {
    /// Where the dot is.
    type World = f64;
    type Seen = Seen;

    const VIEWS: &'static [View<Self>] = &[
        View::new("loss", "Loss", |shot, _, _| chart(shot, "loss")).main(),
        View::new("slope", "", |shot, _, _| chart(shot, "slope"))
            .titled(|shot, _| title(shot, "slope"))
            .shown(|shot| find(shot, "slope").is_some()),
        View::new("weight", "", |shot, _, _| chart(shot, "weight"))
            .titled(|shot, _| title(shot, "weight"))
            .shown(|shot| find(shot, "weight").is_some()),
    ];

    const GAUGES: &'static [Gauge<Self>] = &[
        Gauge::<Self>::seen("loss", "loss", |seen| seen.here.value).missing(UNDEFINED),
        Gauge::<Self>::seen("slope", "slope", |seen| seen.here.slope).missing(UNDEFINED),
        Gauge::<Self>::seen("calibrated", "share of draws that are convex and fall at 0", |seen| {
            seen.draws.iter().filter(|draw| draw.is_calibrated()).count() as f64 / DRAWS as f64
        }),
    ];

    fn fits(&self, loss: &'static Spec) -> bool {
        (self.fits)(loss)
    }

    fn uses(&self, knob: &str, loss: &'static Spec) -> bool {
        surroundings::uses(knob, loss)
            && (![DRAW.name, DEALT.name, "seed"].contains(&knob) || draws::is_drawn(loss))
    }

    fn world(&self, state: &State) -> f64 {
        state.knobs.get(axis(state).name)
    }

    fn wire(&self, at: &Rc<f64>, contender: &Contender, state: &State) -> Box<dyn Wire> {
        let row = (self.row)(**at);
        Box::new(Alone::new(&Surroundings::of(&state.knobs), contender, row.len(), self.label).at(&row))
    }

    fn seen(&self, shot: &Shot<Self>, run: &Run) -> Seen {
        let (draws, x) = (Draw::all(&shot.state, run.contender()), *shot.world);
        let here = match (draws.get(outstanding(shot)), run.course()) {
            (Some(draw), _) => Spot::of(draw, x),
            (None, Some(course)) => self.spot(x, course.loss(), &course.slopes),
            (None, None) => Spot { x, value: f64::NAN, slope: f64::NAN },
        };
        Seen { here, draws, course: OnceCell::new() }
    }

    /// Of a loss that draws nothing no draws are told.
    fn column(&self, shot: &Shot<Self>, id: &'static str, place: usize) -> Option<(&'static str, usize)> {
        let is_told = id != "calibrated" || !shot.seen(place).draws.is_empty();
        is_told.then(|| (numbered(id, place), place))
    }

    fn sentence(&self, shot: &Shot<Self>) -> String {
        let said = shot.runs.all.iter().enumerate().map(|(place, run)| match shot.at_end(place) {
            Some(Seen { here, .. }) => {
                format!("{} is {} with slope {}", run.title, quantity(here.value), quantity(here.slope))
            }
            None => run.sentence(),
        });
        format!("At {} {}: {}.", self.name, fixed(*shot.world, 2), said.collect::<Vec<_>>().join("; "))
    }

    fn moved(&self, shot: &Shot<Self>, _: usize, _: &str, (x, _): (f64, f64)) -> Option<State> {
        let Param { name, range: (low, high), .. } = *axis(&shot.state);
        Some(shot.state.with(|state| {
            // It is within what the knob allows.
            let _ = state.knobs.set(name, (x.clamp(low, high) * 1000.0).round() / 1000.0);
        }))
    }
}

impl Curve {
    /// From the loss at a place along the axis, and its slope by every number of the row.
    fn spot(&self, x: f64, value: f64, slopes: &[f64]) -> Spot {
        let slope = slopes.get(self.label).or(slopes.first()).copied().unwrap_or(f64::NAN);
        Spot { x, value, slope }
    }
}

impl Spot {
    fn of(draw: &Draw, x: f64) -> Self {
        Self { x, value: draw.loss(x), slope: draw.slope(x) }
    }
}

/// The number on the axis of a state.
fn axis(state: &State) -> &'static Param {
    &state.stage.spec().knobs[0]
}

/// Which of the draws stands out.
fn outstanding(shot: &Shot<Curve>) -> usize {
    let knobs = &shot.state.knobs;
    if knobs.has(DRAW.name) { knobs.whole(DRAW.name) - 1 } else { 0 }
}

fn find(shot: &Shot<Curve>, id: &str) -> Option<&'static Chart> {
    shot.scenario.charts.iter().find(|chart| chart.id == id)
}

fn title(shot: &Shot<Curve>, id: &str) -> String {
    find(shot, id).map_or(String::new(), |chart| chart.title.into())
}

/// The course of a loss along the whole axis.
fn course(shot: &Shot<Curve>, place: usize) -> &[Spot] {
    let (curve, seen) = (&shot.scenario, shot.seen(place));
    let (low, high) = axis(&shot.state).range;
    seen.course.get_or_init(|| {
        if let Some(draw) = seen.draws.get(outstanding(shot)) {
            return bent(draw, (low, high));
        }
        let (around, contender) = (Surroundings::of(&shot.state.knobs), shot.run(place).contender());
        let mut sample = Sample::among(&around, contender, (curve.row)(low).len(), curve.label);
        let spot = |k: usize| {
            let x = low + (high - low) * k as f64 / (SAMPLES - 1) as f64;
            let (value, slopes) = sample.slope(&(curve.row)(x));
            curve.spot(x, value, slopes)
        };
        (0..SAMPLES).map(spot).collect()
    })
}

/// The course of a draw, which is straight between its bends.
fn bent(draw: &Draw, (low, high): (f64, f64)) -> Vec<Spot> {
    let bend = |(x, slopes): (f64, [f64; 2])| slopes.map(|slope| Spot { slope, ..Spot::of(draw, x) });
    [Spot::of(draw, low)]
        .into_iter()
        .chain(draw.bends().flat_map(bend))
        .chain([Spot::of(draw, high)])
        .collect()
}

/// Whether a loss is flat wherever it does not jump: then it trains nothing, and stays in the background of those that
/// do.
fn is_background(shot: &Shot<Curve>, place: usize) -> bool {
    let is_flat = |place: usize| course(shot, place).iter().all(|spot| spot.slope == 0.0);
    is_flat(place) && !(0..shot.runs.all.len()).all(is_flat)
}

/// One of the figures: the curve of every loss with its dot.
fn chart(shot: &Shot<Curve>, id: &str) -> Figure {
    let Some(chart) = find(shot, id) else { return Figure::words("") };
    let (at, range, places) = (*shot.world, axis(&shot.state).range, 0..shot.runs.all.len());
    let height = |spot: &Spot| (chart.height)(spot.x, spot.value, spot.slope);
    let ink = |place| if is_background(shot, place) { Ink::Muted } else { ink(place) };
    let mut marks = vec![Mark::Rule { name: String::new(), at: At::X(at), ink: Ink::Muted }];
    let others = places.clone().flat_map(|place| &shot.seen(place).draws);
    for (i, draw) in others.enumerate() {
        let name = if i == 0 { &format!("{DRAWS} draws") } else { "" };
        let points = bent(draw, range).iter().map(|spot| (spot.x, height(spot))).collect();
        marks.push(Mark::line(name, points, Ink::Muted, Dash::Solid, 0.5));
    }
    let mut reaches = Vec::new();
    for (place, run) in shot.runs.all.iter().enumerate() {
        let points: Vec<_> = course(shot, place).iter().map(|spot| (spot.x, height(spot))).collect();
        if !is_background(shot, place) {
            reaches.push(reach(&points.iter().map(|p| p.1).collect::<Vec<_>>(), ALWAYS));
        }
        marks.push(Mark::line(&run.title, points, ink(place), dash(place), 2.0));
    }
    let y = Axis::fitting(chart.axis, overlaid(&reaches));
    let inside = |height: f64| height.clamp(y.range.0, y.range.1);
    let dots: Vec<f64> = places.map(|place| height(&shot.seen(place).here)).collect();
    // The main loss on top.
    for (i, &dot) in dots.iter().enumerate().rev() {
        // A ring at the edge stands for a dot beyond it.
        let shape = if inside(dot) == dot { Shape::OfClass(i) } else { Shape::Ring };
        marks.extend(Mark::points("", vec![(at, inside(dot))], ink(i), shape, 5.0));
    }
    let held = dots.iter().copied().find(|dot| !dot.is_nan()).map_or(y.range.0, inside);
    let handle = Handle {
        id: "dot".into(),
        name: format!("{} {}", shot.scenario.name, fixed(at, 2)),
        at: (at.clamp(range.0, range.1), held),
        freedom: Freedom::X,
        selected: true,
    };
    Figure { handles: vec![handle], ..Figure::new(Axis::linear(shot.scenario.axis, range), y, marks) }
}

/// From where to where the axis goes that shows several curves, 0 included.
fn overlaid(reaches: &[(f64, f64)]) -> [f64; 2] {
    let ends = |end: fn(&(f64, f64)) -> f64| -> f64 {
        let ends = || reaches.iter().map(end).filter(|end| *end > 0.0);
        let (least, most) = (ends().fold(f64::INFINITY, f64::min), ends().fold(0.0, f64::max));
        if most > 0.0 { most.min(OVERLAY * least) } else { 0.0 }
    };
    [-ends(|(low, _)| -low), ends(|(_, high)| *high)]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses;
    use crate::stages::{Screen, Stage};
    use crate::testing::{gradient, inputs, value};

    fn screen(text: &str) -> Screen {
        let base = State::new(losses::find("hinge").unwrap(), &MARGIN_CURVE);
        let (state, notices) = State::read(text, &base);
        assert_eq!(notices, [], "{text}");
        Screen::open(state, None)
    }

    fn lines(figure: &Figure) -> Vec<(Ink, &[(f64, f64)])> {
        let line = |mark| match mark {
            &Mark::Line { ref points, ink, .. } => Some((ink, points.as_slice())),
            _ => None,
        };
        figure.marks.iter().filter_map(line).collect()
    }

    #[test]
    fn the_dot_follows_the_pointer_and_stops_at_the_ends() {
        let screen = screen("");
        let to = |x: f64| screen.scene().place("loss", "dot", (x, 7.0)).knobs.get("z");
        assert_eq!([to(0.5), to(-9.0), to(1e300), to(f64::NAN)], [0.5, -4.0, 4.0, -1.0]);
    }

    #[test]
    fn zero_one_is_a_grey_step_behind_the_others_and_in_colour_alone() {
        let shared = screen("vs=zero-one").figure("loss", &[]);
        assert_eq!(lines(&shared)[1].0, Ink::Muted);
        let alone = screen("loss=zero-one").figure("loss", &[]);
        assert_eq!(lines(&alone)[0].0, Ink::Accent);
        let (_, points) = lines(&alone)[0];
        assert!(points.iter().all(|&(z, loss)| loss == if z <= 0.0 { 1.0 } else { 0.0 }));
    }

    #[test]
    fn an_exponential_flattens_no_other_curve() {
        let figure = screen("vs=exponential,zero-one&vs1.temperature=0.2").figure("loss", &[]);
        assert!(figure.y.range.1 < 20.0, "the axis ends at {}", figure.y.range.1);
        let dots = figure.marks.iter().filter_map(|mark| match mark {
            Mark::Points { points, shape, .. } => Some((points[0].1, *shape)),
            _ => None,
        });
        let dots: Vec<_> = dots.collect();
        assert_eq!(dots[1], (figure.y.range.1, Shape::Ring), "e⁵ is a ring at the upper edge");
    }

    #[test]
    fn binary_losses_are_shown_for_a_positive_sample() {
        let screen = screen("loss=bce-with-logits&z=1.5");
        let readouts = screen.scene().readouts();
        assert!((readouts[0].value - (-1.5f64).exp().ln_1p()).abs() < 1e-15);
        assert!((readouts[1].value + 1.0 / (1.0 + 1.5f64.exp())).abs() < 1e-15);
    }

    #[test]
    fn the_weight_of_a_squared_error_is_constant_and_that_of_an_absolute_error_falls_off() {
        let base = State::new(losses::find("squared-error").unwrap(), &RESIDUAL_CURVE);
        let (state, _) = State::read("vs=absolute-error", &base);
        let figure = Screen::open(state, None).figure("weight", &[]);
        let [(_, squared), (_, absolute)] = lines(&figure)[..] else { panic!("two curves") };
        assert!(squared.windows(2).all(|pair| (pair[0].1 - pair[1].1).abs() < 1e-12));
        assert!(
            absolute
                .iter()
                .all(|&(r, weight)| (weight * r.abs() / (absolute[0].1 * 6.0) - 1.0).abs() < 1e-12)
        );
    }

    proptest! {
        #[test]
        fn readouts_are_the_kernel_itself_and_states_survive_their_text(
            x in -4.0..4.0, which in prop::collection::vec(0usize..64, 1..=4),
        ) {
            for stage in [&MARGIN_CURVE, &RESIDUAL_CURVE] {
                let fitting: Vec<_> = losses::all().filter(|loss| stage.fits(loss.spec())).collect();
                let chosen: Vec<_> = which.iter().map(|i| fitting[i % fitting.len()]).collect();
                let ids: Vec<_> = chosen[1..].iter().map(|loss| loss.spec().id).collect();
                let base = State::new(chosen[0], stage);
                let knob = stage.spec().knobs[0].name;
                let (state, notices) = State::read(&format!("{knob}={x}&vs={}", ids.join(",")), &base);
                prop_assert_eq!(notices, vec![]);
                let written = state.write(&base);
                prop_assert_eq!(State::read(&written, &base).0.write(&base), written);
                let readouts = Screen::open(state, None).scene().readouts();
                let read = |id: &str| readouts.iter().find(|r| r.id == id).map(|r| r.value);
                for (i, loss) in chosen.iter().enumerate().filter(|(_, loss)| loss.spec().inputs.len() == 1) {
                    let one = inputs(loss.spec(), &[(loss.spec().inputs[0].name, &[1], &[x])]);
                    prop_assert_eq!(read(numbered("loss", i)), Some(value(*loss, &[], &one)));
                    prop_assert_eq!(read(numbered("slope", i)), Some(gradient(*loss, &[], &one)[0]));
                }
            }
        }
    }
}
