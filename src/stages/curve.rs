//! Loss and slope of one number: against the margin, or against the residual.

use std::any::Any;
use std::cell::OnceCell;

use super::draws::{self, DEALT, DRAW, DRAWS, Draw};
use super::engine::numbered;
use super::reach::reach;
use super::sample::{Sample, dash, ink, note};
use super::stage::{FigureInfo, Readout, Scene, Stage, StageSpec, readout};
use super::state::State;
use super::surroundings::{self, Surroundings};
use crate::figures::{At, Axis, Dash, Figure, Freedom, Handle, Ink, Mark, Shape, fixed, quantity};
use crate::input::Inputs;
use crate::spec::{Param, Spec};

/// A number on the horizontal axis, and curves of the loss and its slope above it.
pub struct Curve {
    /// What it says about itself; its first knob is the number on the axis.
    pub(super) spec: &'static StageSpec,
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
pub const MARGIN_CURVE: Curve = Curve {
    spec: &StageSpec {
        id: "margin-curve",
        title: "Margin curve",
        about: "The loss of one sample and its slope against the margin. Drag the dot along.",
        knobs: &[Param::linear("z", "z", -1.0, (-4.0, 4.0), "the margin at the dot"), DRAW, DEALT],
        contenders: 4,
        trains: false,
        actions: &[],
    },
    name: "margin",
    fits: |loss| loss.reads(&["margin"]) || loss.reads(&["scores", "labels"]) || draws::is_drawn(loss),
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
};

/// Loss, influence and weight against the residual `r`.
pub const RESIDUAL_CURVE: Curve = Curve {
    spec: &StageSpec {
        id: "residual-curve",
        title: "Residual curve",
        about: "The loss of one sample, its influence and its weight in a least-squares fit, against the residual. \
                Drag the dot along.",
        knobs: &[Param::linear("r", "r", 2.0, (-6.0, 6.0), "the residual at the dot")],
        contenders: 4,
        trains: false,
        actions: &[],
    },
    name: "residual",
    fits: |loss| loss.reads(&["residual"]),
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
};

/// Samples of a curve; even, so that none is at 0, where a slope divided by the residual is not defined.
const SAMPLES: usize = 400;

/// Heights that are always shown.
const ALWAYS: f64 = 20.0;

/// Where losses are overlaid, none is drawn higher than this many times the lowest one.
const OVERLAY: f64 = 2.0;

impl Stage for Curve {
    fn spec(&self) -> &'static StageSpec {
        self.spec
    }

    fn fits(&self, loss: &'static Spec) -> bool {
        (self.fits)(loss)
    }

    fn uses(&self, knob: &str, loss: &'static Spec) -> bool {
        surroundings::uses(knob, loss) && (![DRAW.name, DEALT.name].contains(&knob) || draws::is_drawn(loss))
    }

    fn open(&self, state: &State, _: Option<Box<dyn Scene>>) -> Box<dyn Scene> {
        let at = state.knobs.get(self.knob().name);
        let draws = (0..state.contenders.len()).map(|i| Draw::all(state, i)).collect();
        let (stage, courses) = (Self { ..*self }, OnceCell::new());
        Box::new(CurveScene { stage, state: state.clone(), at, draws, courses })
    }
}

impl Curve {
    fn knob(&self) -> &'static Param {
        &self.spec.knobs[0]
    }
}

struct CurveScene {
    stage: Curve,
    state: State,
    /// Where the dot is.
    at: f64,
    /// The losses that each contender draws; none of most.
    draws: Vec<Vec<Draw>>,
    courses: OnceCell<Vec<Vec<Spot>>>,
}

/// A place along the axis, with the loss and its slope there.
#[derive(Clone, Copy)]
struct Spot {
    x: f64,
    value: f64,
    slope: f64,
}

/// What a contender makes of the sample.
enum Seen<'a> {
    /// One loss.
    By(Box<Sample<'a>>),
    /// The loss that stands out of those that are drawn.
    Drawn(&'a Draw),
}

impl Seen<'_> {
    /// Why the loss cannot read it.
    fn refused(&self) -> Option<&str> {
        match self {
            Self::By(sample) => sample.refused(),
            Self::Drawn(_) => None,
        }
    }
}

impl CurveScene {
    /// What every contender makes of the sample.
    fn samples(&self) -> impl Iterator<Item = (&'static str, Seen<'_>)> {
        let surroundings = Surroundings::of(&self.state.knobs);
        let width = (self.stage.row)(self.at).len();
        self.state.contenders.iter().zip(&self.draws).map(move |(contender, draws)| {
            let seen = match draws.get(self.outstanding()) {
                Some(draw) => Seen::Drawn(draw),
                None => Seen::By(Box::new(Sample::among(&surroundings, contender, width, self.stage.label))),
            };
            (contender.loss.spec().title, seen)
        })
    }

    /// Which of the draws stands out.
    fn outstanding(&self) -> usize {
        let knobs = &self.state.knobs;
        if knobs.has(DRAW.name) { knobs.whole(DRAW.name) - 1 } else { 0 }
    }

    /// The loss and its slope at a place along the axis.
    fn spot(&self, seen: &mut Seen<'_>, x: f64) -> Spot {
        let sample = match seen {
            Seen::By(sample) => sample,
            Seen::Drawn(draw) => return Spot { x, value: draw.loss(x), slope: draw.slope(x) },
        };
        let (value, slope) = sample.slope(&(self.stage.row)(x));
        let slope = slope.get(self.stage.label).or(slope.first()).copied();
        Spot { x, value, slope: slope.unwrap_or(f64::NAN) }
    }

    /// The course of every contender along the whole axis, computed once for all figures.
    fn courses(&self) -> &[Vec<Spot>] {
        let (low, high) = self.stage.knob().range;
        let place = |k: usize| low + (high - low) * k as f64 / (SAMPLES - 1) as f64;
        let course = |(_, mut seen): (_, Seen<'_>)| match seen {
            Seen::Drawn(draw) => self.bent(draw),
            Seen::By(_) => (0..SAMPLES).map(|k| self.spot(&mut seen, place(k))).collect(),
        };
        self.courses.get_or_init(|| self.samples().map(course).collect())
    }

    /// The course of a draw, which is straight between its bends.
    fn bent(&self, draw: &Draw) -> Vec<Spot> {
        let end = |x: f64| Spot { x, value: draw.loss(x), slope: draw.slope(x) };
        let bend = |(x, slopes): (f64, [f64; 2])| slopes.map(|slope| Spot { x, value: draw.loss(x), slope });
        let (low, high) = self.stage.knob().range;
        std::iter::once(end(low)).chain(draw.bends().flat_map(bend)).chain([end(high)]).collect()
    }

    /// Whether a contender is flat wherever it does not jump: then it trains nothing, and stays in the background
    /// of those that do.
    fn is_background(&self, contender: usize) -> bool {
        let is_flat = |course: &Vec<Spot>| course.iter().all(|spot| spot.slope == 0.0);
        is_flat(&self.courses()[contender]) && !self.courses().iter().all(is_flat)
    }

    fn ink(&self, contender: usize) -> Ink {
        if self.is_background(contender) { Ink::Muted } else { ink(contender) }
    }

    fn chart(&self, chart: &Chart) -> Figure {
        let height = |spot: &Spot| (chart.height)(spot.x, spot.value, spot.slope);
        let mut marks = vec![Mark::Rule { name: String::new(), at: At::X(self.at), ink: Ink::Muted }];
        let others = self.draws.iter().flatten().map(|draw| self.bent(draw));
        for (i, course) in others.enumerate() {
            let name = if i == 0 { &format!("{DRAWS} draws") } else { "" };
            let points = course.iter().map(|spot| (spot.x, height(spot))).collect();
            marks.push(Mark::line(name, points, Ink::Muted, Dash::Solid, 0.5));
        }
        let mut reaches = Vec::new();
        for (i, course) in self.courses().iter().enumerate() {
            let points: Vec<_> = course.iter().map(|spot| (spot.x, height(spot))).collect();
            if !self.is_background(i) {
                reaches.push(reach(&points.iter().map(|p| p.1).collect::<Vec<_>>(), ALWAYS));
            }
            let name = self.state.contenders[i].loss.spec().title;
            marks.push(Mark::line(name, points, self.ink(i), dash(i), 2.0));
        }
        let y = Axis::fitting(chart.axis, overlaid(&reaches));
        let inside = |height: f64| height.clamp(y.range.0, y.range.1);
        let dots: Vec<f64> =
            self.samples().map(|(_, mut sample)| height(&self.spot(&mut sample, self.at))).collect();
        // The main loss on top.
        for (i, &dot) in dots.iter().enumerate().rev() {
            // A ring at the edge stands for a dot beyond it.
            let shape = if inside(dot) == dot { Shape::OfClass(i) } else { Shape::Ring };
            marks.extend(Mark::points("", vec![(self.at, inside(dot))], self.ink(i), shape, 5.0));
        }
        let held = dots.iter().copied().find(|dot| !dot.is_nan()).map_or(y.range.0, inside);
        let (low, high) = self.stage.knob().range;
        let handle = Handle {
            id: "dot".into(),
            name: format!("{} {}", self.stage.name, fixed(self.at, 2)),
            at: (self.at.clamp(low, high), held),
            freedom: Freedom::X,
            selected: true,
        };
        let x = Axis::linear(self.stage.axis, (low, high));
        Figure { title: chart.title.into(), handles: vec![handle], ..Figure::new(x, y, marks) }
    }
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

impl Scene for CurveScene {
    fn state(&self) -> &State {
        &self.state
    }

    fn figures(&self) -> Vec<FigureInfo> {
        let info = |chart: &Chart| FigureInfo::plain(chart.id, chart.title, 1.6, chart.id == LOSS.id);
        self.stage.charts.iter().map(info).collect()
    }

    fn figure(&self, figure: &str, _: &[f64]) -> Figure {
        let charts = self.stage.charts;
        self.chart(charts.iter().find(|chart| chart.id == figure).unwrap_or(&charts[0]))
    }

    fn readouts(&self) -> Vec<Readout> {
        let mut readouts = Vec::new();
        let all = self.state.contenders.len();
        for (i, (title, mut sample)) in self.samples().enumerate() {
            let here = self.spot(&mut sample, self.at);
            for (id, value) in [("loss", here.value), ("slope", here.slope)] {
                let note = note(value, sample.refused());
                let number = Readout { note, ..readout(numbered(id, i), id, Some(value), "") };
                readouts.push(number.of(i, all, title));
            }
            let draws = &self.draws[i];
            if !draws.is_empty() {
                let share = draws.iter().filter(|draw| draw.is_calibrated()).count() as f64 / DRAWS as f64;
                let name = "share of draws that are convex and fall at 0";
                readouts.push(readout(numbered("calibrated", i), name, Some(share), "").of(i, all, title));
            }
        }
        readouts
    }

    fn batch(&self) -> Option<Inputs<f64>> {
        let (_, Seen::By(sample)) = self.samples().next()? else { return None };
        sample.at(&(self.stage.row)(self.at))
    }

    fn sentence(&self) -> String {
        let parts: Vec<String> = self
            .samples()
            .map(|(title, mut sample)| {
                let here = self.spot(&mut sample, self.at);
                match sample.refused() {
                    Some(reason) => format!("{title} cannot be shown: {reason}"),
                    None => {
                        format!("{title} is {} with slope {}", quantity(here.value), quantity(here.slope))
                    }
                }
            })
            .collect();
        format!("At {} {}: {}.", self.stage.name, fixed(self.at, 2), parts.join("; "))
    }

    fn place(&self, _: &str, _: &str, to: (f64, f64)) -> State {
        let Param { name, range: (low, high), .. } = *self.stage.knob();
        self.state.with(|state| {
            if !to.0.is_nan() {
                // Any finite number is allowed.
                let _ = state.knobs.set(name, (to.0.clamp(low, high) * 1000.0).round() / 1000.0);
            }
        })
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses;
    use crate::stages::Screen;
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
        assert_eq!([to(0.5), to(-9.0), to(f64::INFINITY), to(f64::NAN)], [0.5, -4.0, 4.0, -1.0]);
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
            for (stage, input) in [(&MARGIN_CURVE, "margin"), (&RESIDUAL_CURVE, "residual")] {
                let fitting: Vec<_> = losses::all().filter(|loss| stage.fits(loss.spec())).collect();
                let chosen: Vec<_> = which.iter().map(|i| fitting[i % fitting.len()]).collect();
                let ids: Vec<_> = chosen[1..].iter().map(|loss| loss.spec().id).collect();
                let base = State::new(chosen[0], stage);
                let knob = stage.knob().name;
                let (state, notices) = State::read(&format!("{knob}={x}&vs={}", ids.join(",")), &base);
                prop_assert_eq!(notices, vec![]);
                let written = state.write(&base, None);
                prop_assert_eq!(State::read(&written, &base).0.write(&base, None), written);
                let readouts = Screen::open(state, None).scene().readouts();
                let read = |id: &str| readouts.iter().find(|r| r.id == id).map(|r| r.value);
                for (i, loss) in chosen.iter().enumerate().filter(|(_, loss)| loss.spec().reads(&[input])) {
                    let one = inputs(loss.spec(), &[(input, &[1], &[x])]);
                    prop_assert_eq!(read(numbered("loss", i)), Some(value(*loss, &[], &one)));
                    prop_assert_eq!(read(numbered("slope", i)), Some(gradient(*loss, &[], &one)[0]));
                }
            }
        }
    }
}
