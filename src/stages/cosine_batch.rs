//! A batch of samples by the cosines to their own prototypes, and how hard a loss pulls each.

use std::any::Any;
use std::cell::OnceCell;
use std::collections::BTreeMap;

use ndarray::{ArrayD, IxDyn};

use super::sample::ink;
use super::stage::{Action, FigureInfo, Of, Readout, Scene, Stage, StageSpec, readout, side_by_side};
use super::state::{Contender, Point, State};
use super::titles::titles;
use crate::figures::{At, Axis, Dash, Figure, Freedom, Handle, Ink, Mark, Plane, Shape};
use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::real::sorted;
use crate::spec::{Domain, Param, Spec};
use crate::toys::batch;

/// Samples at different distances from their prototypes, for losses that look at the whole batch.
pub struct CosineBatch;

const SPEC: &StageSpec = &StageSpec {
    id: "cosine-batch",
    title: "Batch of cosines",
    about: "The samples of a batch by the cosine to their own prototype, and how hard each is pulled to it. Let the \
            training progress, or drag a sample along.",
    knobs: &[
        Param::linear(
            "progress",
            "",
            0.3,
            (0.0, 1.0),
            "how far the training is: samples gather at their prototypes",
        )
        .within(Domain::Within(0.0, 1.0)),
        Param::integer("count", "N", 24.0, (2.0, 64.0), "number of samples")
            .within(Domain::Within(2.0, 64.0)),
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
    actions: &[Action { id: "reset", title: "Reset the samples", on_selected: false }],
};

/// Ends of the axis.
const COSINES: (f64, f64) = (-0.2, 1.0);

/// Names of the readouts of the losses.
const LOSS: [&str; 4] = ["loss", "loss-2", "loss-3", "loss-4"];
const MEDIAN_PULL: [&str; 4] = ["median-pull", "median-pull-2", "median-pull-3", "median-pull-4"];
const SPREAD: [&str; 4] = ["pull-ratio", "pull-ratio-2", "pull-ratio-3", "pull-ratio-4"];

impl Stage for CosineBatch {
    fn spec(&self) -> &'static StageSpec {
        SPEC
    }

    fn fits(&self, loss: &'static Spec) -> bool {
        // One prototype a class.
        loss.reads(&["cosines", "labels"]) && loss.input("cosines").is_some_and(|i| i.shape == ["N", "C"])
    }

    fn open(&self, state: &State, _: Option<Box<dyn Scene>>) -> Box<dyn Scene> {
        Box::new(CosineBatchScene { state: state.clone(), rows: rows(state), pulls: OnceCell::new() })
    }
}

struct CosineBatchScene {
    state: State,
    /// Cosines of each sample, the one to its own prototype first.
    rows: Vec<Vec<f64>>,
    pulls: OnceCell<Vec<Pulls>>,
}

/// What a loss makes of the batch.
#[derive(Clone)]
struct Pulls {
    loss: f64,
    /// How hard each sample is pulled to its own prototype, by the cosine; empty if the loss cannot read the batch.
    each: Vec<f64>,
    /// Why it cannot.
    refused: String,
}

fn rows(state: &State) -> Vec<Vec<f64>> {
    let knob = |name| state.knobs.get(name);
    let (count, classes) = (state.knobs.whole("count"), state.knobs.whole("classes"));
    let mut rows =
        batch::cosines(count, classes, knob("progress"), (knob("rivals"), knob("scatter")), state.seed);
    for (row, point) in rows.iter_mut().zip(state.points.iter().flatten()) {
        row[0] = point.x.clamp(-1.0, 1.0);
    }
    rows
}

/// The rows as a loss reads them, every sample of class 0.
fn inputs(contender: &Contender, rows: &[Vec<f64>]) -> Result<Inputs<f64>, String> {
    let (count, classes) = (rows.len(), rows.first().map_or(0, Vec::len));
    let arrays: BTreeMap<String, ArrayD<f64>> = [
        ("cosines", ArrayD::from_shape_vec(IxDyn(&[count, classes]), rows.concat())),
        ("labels", ArrayD::from_shape_vec(IxDyn(&[count]), vec![0.0; count])),
    ]
    .into_iter()
    .map(|(name, array)| (name.to_owned(), array.expect("shapes multiply")))
    .collect();
    let inputs = Inputs::new(contender.loss.spec(), arrays).and_then(|inputs| {
        contender.loss.check(&inputs, &contender.params)?;
        Ok(inputs)
    });
    inputs.map_err(|error| error.to_string())
}

impl CosineBatchScene {
    fn pulls(&self) -> &[Pulls] {
        self.pulls.get_or_init(|| {
            let of = |contender: &Contender| match inputs(contender, &self.rows) {
                Err(refused) => Pulls { loss: f64::NAN, each: Vec::new(), refused },
                Ok(inputs) => {
                    let mut gradient = Gradient::default();
                    let loss = contender.loss.value_and_gradient(&inputs, &contender.params, &mut gradient);
                    let classes = self.rows[0].len();
                    let own = gradient.of("cosines").iter().step_by(classes);
                    let each = own.map(|slope| 0.0 - slope * self.rows.len() as f64).collect();
                    Pulls { loss, each, refused: String::new() }
                }
            };
            self.state.contenders.iter().map(of).collect()
        })
    }

    /// The cosines of the samples to their own prototypes.
    fn own(&self) -> Vec<f64> {
        self.rows.iter().map(|row| row[0]).collect()
    }

    /// The sample in the middle of the batch; of two the one farther from its prototype.
    fn middle(&self) -> usize {
        let own = self.own();
        let median = sorted(&own)[(own.len() - 1) / 2];
        own.iter().position(|cosine| *cosine == median).unwrap_or(0)
    }
}

impl Scene for CosineBatchScene {
    fn figures(&self) -> Vec<FigureInfo> {
        vec![FigureInfo {
            id: "pulls",
            title: "Pull of each sample".into(),
            refines: false,
            aspect: 1.4,
            main: true,
        }]
    }

    fn basis(&self, _: &str) -> State {
        self.state.clone()
    }

    fn figure(&self, _: &str, _: &[f64]) -> Figure {
        let (own, median) = (self.own(), self.own()[self.middle()]);
        let mut marks = vec![Mark::Rule { name: "median".into(), at: At::X(median), ink: Ink::Muted }];
        let mut heights = vec![0.0];
        for (i, (pulls, title)) in self.pulls().iter().zip(titles(&self.state.contenders)).enumerate() {
            let mut points: Vec<(f64, f64)> = own.iter().copied().zip(pulls.each.iter().copied()).collect();
            heights.extend(&pulls.each);
            let name = title.clone();
            marks.push(Mark::Points {
                name,
                points: points.clone(),
                ink: ink(i),
                shape: Shape::OfClass(i),
                size: 4.0,
            });
            points.sort_by(|a, b| a.0.total_cmp(&b.0));
            marks.push(Mark::Line {
                name: String::new(),
                points,
                ink: ink(i),
                dash: Dash::Dashed,
                width: 1.0,
            });
        }
        let y = Axis::fitting("pull |∂L/∂cos θ| × N", heights);
        let first = &self.pulls()[0].each;
        let handle = |(i, &cosine): (usize, &f64)| Handle {
            id: format!("sample-{}", i + 1),
            name: format!("sample {}, cosine {cosine:.2}", i + 1),
            at: (
                cosine.clamp(COSINES.0, COSINES.1),
                first.get(i).copied().filter(|pull| pull.is_finite()).unwrap_or(0.0),
            ),
            freedom: Freedom::X,
            selected: i == self.state.selected,
        };
        Figure {
            title: "Pull of each sample".into(),
            x: Axis::linear("cosine to the own prototype", COSINES),
            handles: own.iter().enumerate().map(handle).collect(),
            y,
            marks,
            plane: Plane::Free,
        }
    }

    fn readouts(&self) -> Vec<Readout> {
        let (own, middle) = (self.own(), self.middle());
        let titles = titles(&self.state.contenders);
        let mut readouts = Vec::new();
        for (i, pulls) in self.pulls().iter().enumerate() {
            let of = |sample: usize| pulls.each.get(sample).copied().unwrap_or(f64::NAN);
            let farthest = (0..own.len()).min_by(|&a, &b| own[a].total_cmp(&own[b])).unwrap_or(0);
            for (id, name, value) in [
                (LOSS[i], "loss", pulls.loss),
                (MEDIAN_PULL[i], "pull of the median sample", of(middle)),
                (SPREAD[i], "pull of the farthest sample over that of the median", of(farthest) / of(middle)),
            ] {
                let of_loss = Of::several(i, titles.len(), &titles[i]);
                let note = match value {
                    v if v.is_finite() => String::new(),
                    _ if !pulls.refused.is_empty() => pulls.refused.clone(),
                    v if v.is_nan() => "the median sample is not pulled".into(),
                    _ => "beyond what a number can hold".into(),
                };
                readouts.push(Readout { id, name: name.into(), of: of_loss, value, unit: "", note });
            }
        }
        side_by_side(&mut readouts, &[&LOSS, &MEDIAN_PULL, &SPREAD]);
        readouts.push(readout("median", "median cosine", Some(own[middle]), ""));
        readouts
    }

    fn batch(&self) -> Option<Inputs<f64>> {
        inputs(self.state.contender(), &self.rows).ok()
    }

    fn sentence(&self) -> String {
        let titles = titles(&self.state.contenders);
        let said =
            self.pulls().iter().zip(titles).map(|(pulls, title)| match pulls.each.get(self.middle()) {
                Some(pull) => {
                    format!("{title} is {:.4} and pulls the median sample by {pull:.3}", pulls.loss)
                }
                None => format!("{title} cannot be shown: {}", pulls.refused),
            });
        let said: Vec<String> = said.collect();
        format!(
            "{} samples with median cosine {:.3}. {}.",
            self.rows.len(),
            self.own()[self.middle()],
            said.join("; ")
        )
    }

    fn place(&self, _: &str, handle: &str, to: (f64, f64)) -> State {
        let sample = handle.strip_prefix("sample-").and_then(|number| number.parse::<usize>().ok());
        let Some(i) = sample.and_then(|number| number.checked_sub(1)).filter(|i| *i < self.rows.len()) else {
            return self.state.clone();
        };
        if to.0.is_nan() {
            return self.state.clone();
        }
        let mut own = self.own();
        own[i] = (to.0.clamp(COSINES.0, COSINES.1) * 1000.0).round() / 1000.0;
        self.state.with(|state| {
            state.points = Some(own.into_iter().map(|x| Point { x, y: 0.0, class: 0 }).collect());
            state.selected = i;
        })
    }

    fn select(&self, _: &str, handle: &str) -> State {
        let sample = handle.strip_prefix("sample-").and_then(|number| number.parse::<usize>().ok());
        self.state
            .with(|state| state.selected = sample.map_or(state.selected, |number| number.saturating_sub(1)))
    }

    fn act(&self, action: &str) -> State {
        match action {
            "reset" => self.state.with(|state| {
                state.points = None;
                state.selected = 0;
            }),
            _ => self.state.clone(),
        }
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::losses;
    use crate::stages::Screen;

    fn screen(loss: &str, text: &str) -> Screen {
        let (state, notices) = State::read(text, &State::new(losses::find(loss).unwrap(), &CosineBatch));
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
