//! What is on screen for one state.

use std::any::Any;
use std::cell::OnceCell;

use super::batch::Batch;
use super::forces::Asked;
use super::layout::{Layout, Views};
use crate::figures::Figure;
use crate::input::Inputs;
use crate::optimizer::Optimizer;
use crate::real::ascending;
use crate::stages::planar::drawing::{loss_curve, reach};
use crate::stages::planar::landscape::Landscape;
use crate::stages::planar::measures::{self, units};
use crate::stages::planar::reading::Place;
use crate::stages::planar::run::{Run, key};
use crate::stages::planar::training::{Moment, Motion, Term, sharpness};
use crate::stages::stage::{Computed, FigureInfo, Quality, Readout, Scene, Tile, readout};
use crate::stages::{Contender, State, titles};

/// Half the side of the plane that is always seen.
pub(super) const REACH: f64 = 1.5;

/// The figures of the two losses.
pub(super) const PLANES: [&str; 2] = ["plane", "plane-2"];

/// Names of the readouts of the two losses.
const LOSS: [&str; 2] = ["loss", "loss-2"];
const GRADIENT: [&str; 2] = ["gradient-norm", "gradient-norm-2"];

pub(super) struct EmbeddingPlaneScene {
    pub state: State,
    pub batch: Batch,
    pub motion: Motion,
    /// The selected point.
    pub selected: usize,
    /// One a loss.
    pub runs: Vec<Run>,
    /// See [`penalties`](Self::penalties).
    penalties: OnceCell<Option<Penalties>>,
}

/// How the selected point's push is shared among those it is pushed from.
pub(super) struct Penalties {
    /// The points that it is pushed from, the nearest first, with their cosine and their share.
    pub negatives: Vec<(usize, f64, f64)>,
}

impl Penalties {
    /// The share of the nearest.
    pub fn nearest(&self) -> f64 {
        self.negatives.first().map_or(f64::NAN, |n| n.2)
    }

    /// `e^H` with the entropy `H` of the shares: how many equally strong negatives would be as spread.
    pub fn effective(&self) -> f64 {
        let shares = self.negatives.iter().map(|n| n.2).filter(|r| *r > 0.0);
        (-shares.map(|r| r * r.ln()).sum::<f64>()).exp()
    }
}

impl EmbeddingPlaneScene {
    pub(super) fn new(state: &State, previous: Option<Box<dyn Scene>>) -> Self {
        let motion = if state.knobs.named("motion") == "circle" { Motion::Circle } else { Motion::Free };
        let batch = Batch::new(state, motion);
        let steps = state.steps.min(state.knobs.whole("budget"));
        let previous = previous.and_then(|scene| scene.into_any().downcast::<Self>().ok());
        let mut known = previous.map(|scene| scene.runs).unwrap_or_default();
        let runs = state.contenders.iter().zip(titles(&state.contenders)).map(|(contender, title)| {
            let key = key(state, std::slice::from_ref(contender), LOOKS);
            let mut run = match known.iter().position(|run| run.is(&key)) {
                Some(i) => known.swap_remove(i),
                None => run(contender, state, &batch, motion, key),
            };
            run.go(steps);
            run.title = title;
            run
        });
        let runs = runs.collect();
        let selected = state.selected.min(batch.places.len() - 1);
        Self { state: state.clone(), batch, motion, selected, runs, penalties: OnceCell::new() }
    }

    /// The loss that a figure is about.
    pub(super) fn run_of(&self, figure: &str) -> &Run {
        let i = usize::from(figure == PLANES[1]).min(self.runs.len() - 1);
        &self.runs[i]
    }

    /// Where the points of a run are now.
    pub(super) fn places<'a>(&'a self, run: &'a Run) -> &'a [Place] {
        run.now().map_or(&self.batch.places, |moment| &moment.points)
    }

    /// Half the side of the plane that shows every one of `places`.
    pub(super) fn reach(places: &[Place]) -> f64 {
        reach(places, REACH)
    }

    /// How the push on the selected point is shared among its negatives: points of other classes, or for a loss of
    /// two views all but its own. `None` if it is not a sample, nothing pushes it, or the loss does not tell.
    pub(super) fn penalties(&self) -> Option<&Penalties> {
        self.penalties.get_or_init(|| self.shares()).as_ref()
    }

    fn shares(&self) -> Option<Penalties> {
        let run = &self.runs[0];
        let (reading, places) = (run.reading(), &run.now()?.points);
        let spec = run.contender().loss.spec();
        let (from, to) =
            if Layout::is_paired(spec) { ("anchors", "positives") } else { ("embeddings", "embeddings") };
        let rows = reading.rows();
        let of = reading.rows_of(from).into_iter().find(|&row| rows[row].point == self.selected)?;
        let position = of - reading.rows_of(from)[0];
        let classes = &self.batch.classes;
        let is_negative = |(k, row): (usize, usize)| {
            let other = rows[row].point;
            let own = if spec.input("labels").is_some() {
                classes[other] == classes[self.selected]
            } else {
                k == position
            };
            (!own && other != self.selected).then_some(row)
        };
        let with: Vec<usize> = reading.rows_of(to).into_iter().enumerate().filter_map(is_negative).collect();
        let forces = asked(run, places).row(of, &with)?;
        let total: f64 = forces.iter().map(|f| f.abs()).sum();
        if !(total > 0.0 && total.is_finite()) {
            return None;
        }
        let seen = |row| units(&[reading.seen(row, places)])[0];
        let apart: Vec<f64> = with.iter().map(|&row| -measures::dot(seen(of), seen(row))).collect();
        let negative = |k: usize| (rows[with[k]].point, -apart[k], forces[k].abs() / total);
        Some(Penalties { negatives: ascending(&apart).into_iter().map(negative).collect() })
    }

    /// The state with everything at these places and the training over.
    fn at(&self, places: &[Place]) -> State {
        self.state.with(|state| {
            state.points = Some(self.batch.points(places));
            state.steps = 0;
        })
    }

    /// What a figure is a map of, if it is a plane.
    fn landscape(&self, figure: &str) -> Option<Landscape<'_>> {
        let place = PLANES[..self.runs.len()].iter().position(|id| *id == figure)?;
        let run = &self.runs[place];
        let (places, moving) = (self.places(run), vec![(self.selected, [0.0, 0.0])]);
        Some(Landscape { terms: run.terms(), places, moving, reach: Self::reach(places) })
    }
}

/// Knobs that only change how the way of the points is drawn.
const LOOKS: &[&str] = &["budget", "pushes", "trails", "view", "yaw", "pitch"];

/// A loss before its first step.
fn run(contender: &Contender, state: &State, batch: &Batch, motion: Motion, key: String) -> Run {
    let views = match state.knobs.named("views") {
        "pairs" => Views::Pairs,
        _ => Views::Twins(state.knobs.get("turn").to_radians()),
    };
    let term = Term { contender: contender.clone(), reading: Layout::reading(contender, batch, views) };
    let optimizer = Optimizer::chosen(&state.knobs).map(|mut optimizer| {
        if state.knobs.named("lr_times") == "temperature" {
            optimizer.lr *= sharpness(contender);
        }
        optimizer
    });
    Run::new(vec![term], &batch.places, motion, optimizer, key)
}

/// The first loss of a run in front of `points`.
pub(super) fn asked<'a>(run: &'a Run, points: &'a [Place]) -> Asked<'a> {
    let contender = run.contender();
    Asked { loss: contender.loss, params: &contender.params, reading: run.reading(), points }
}

impl Scene for EmbeddingPlaneScene {
    fn figures(&self) -> Vec<FigureInfo> {
        let planes = PLANES.into_iter().zip(&self.runs).map(|(id, run)| FigureInfo {
            id,
            title: run.title.clone(),
            refines: true,
            aspect: 1.0,
            main: true,
        });
        let small = |id, title: &str, aspect| FigureInfo {
            id,
            title: title.into(),
            refines: false,
            aspect,
            main: false,
        };
        let limits =
            self.temperature().map(|_| small("limits", "Loss against temperature, and its limits", 1.6));
        planes
            .chain([
                small("penalties", "Who pushes the selected point", 1.6),
                small("similarities", "Cosine similarities", 1.0),
                small("forces", "Forces on the similarities", 1.0),
                small("loss-curve", "Loss over the training", 1.6),
            ])
            .chain(limits)
            .collect()
    }

    fn compute(&self, figure: &str, quality: Quality) -> Computed {
        self.landscape(figure).map_or(Vec::new(), |landscape| landscape.values(quality))
    }

    fn tiled(&self, figure: &str) -> Option<usize> {
        self.landscape(figure)?.tiled()
    }

    fn tile(&self, figure: &str, side: usize, tile: &Tile) -> Computed {
        self.landscape(figure).map_or(Vec::new(), |landscape| landscape.tile(side, tile))
    }

    fn basis(&self, figure: &str) -> State {
        let run = self.run_of(figure);
        let mut places = self.places(run).to_vec();
        // The landscape is that of the selected point wherever it is; only how much of it is seen may follow it.
        places[self.selected] = [Self::reach(&places), 0.0];
        let mut basis = self.at(&places);
        basis.contenders = vec![run.contender().clone()];
        basis.exhibit = None;
        basis.sweep = None;
        basis.readout = None;
        basis.selected = self.selected;
        basis.seed = 1;
        for (knob, _) in self.state.knobs.iter() {
            if !["views", "turn"].contains(&knob.name) {
                basis.knobs.unset(knob.name);
            }
        }
        basis
    }

    fn figure(&self, figure: &str, computed: &[f64]) -> Figure {
        match figure {
            "penalties" => self.penalties_figure(),
            "similarities" => self.similarities_figure(),
            "forces" => self.forces_figure(),
            "limits" => self.limits(),
            "loss-curve" => loss_curve(&self.runs.iter().collect::<Vec<_>>(), self.state.knobs.get("budget")),
            _ => self.plane(self.run_of(figure), computed),
        }
    }

    fn readouts(&self) -> Vec<Readout> {
        let all = self.runs.len();
        let norm = |run: &Run, moment: &Moment| {
            debug_assert_eq!(moment.points.len(), self.batch.places.len(), "{}", run.title);
            self.motion.slopes(&moment.points, &moment.gradient).iter().fold(0.0f64, |n, g| n.hypot(*g))
        };
        let mut readouts = Vec::new();
        for (i, run) in self.runs.iter().enumerate() {
            let trouble = run.trouble().unwrap_or_default();
            let mut loss = readout(LOSS[i], "loss", run.now().map(|m| m.loss), &trouble);
            if loss.note.is_empty() {
                loss.note = trouble;
            }
            readouts.push(loss.of(i, all, &run.title));
        }
        for (i, run) in self.runs.iter().enumerate() {
            let force = run.now().map(|m| norm(run, m));
            let force = readout(GRADIENT[i], "gradient norm", force, "the loss has no value");
            readouts.push(force.of(i, all, &run.title));
        }

        let run = &self.runs[0];
        let places = &self.places(run)[..self.batch.samples];
        let (unit, classes) = (units(places), &self.batch.classes[..self.batch.samples]);
        let no_pair = "no two points have one class";
        let lonely = "there is only one point";
        if Layout::is_paired(run.contender().loss.spec()) {
            let none = "nothing pushes the selected point";
            let penalties = self.penalties();
            let nearest = penalties.map(Penalties::nearest);
            let effective = penalties.map(Penalties::effective);
            readouts.push(readout("nearest-share", "share of the nearest negative", nearest, none));
            readouts.push(readout("effective-negatives", "effective number of negatives", effective, none));
        }
        readouts.extend([
            readout("alignment", "alignment", measures::alignment(&unit, classes), no_pair),
            readout("uniformity", "uniformity", measures::uniformity(&unit), lonely),
            readout("tolerance", "tolerance", measures::tolerance(&unit, classes), no_pair),
            readout(
                "accuracy",
                "nearest-neighbour accuracy",
                measures::neighbour_accuracy(&unit, classes),
                lonely,
            ),
            readout("distance", "mean distance of two points", measures::spread(places), lonely),
            readout("steps", "training steps", Some(run.moments().len().saturating_sub(1) as f64), ""),
        ]);
        readouts
    }

    fn batch(&self) -> Option<Inputs<f64>> {
        let run = &self.runs[0];
        run.reading().inputs(&run.now()?.points).ok()
    }

    fn sentence(&self) -> String {
        let losses: Vec<String> = self.runs.iter().map(Run::sentence).collect();
        let steps = self.runs[0].moments().len().saturating_sub(1);
        let [x, y] = self.places(&self.runs[0])[self.selected];
        format!(
            "{} points of {} classes{}: {}. Selected is {} at {x:.2}, {y:.2}.{}",
            self.batch.samples,
            self.batch.class_count(),
            if steps > 0 { format!(" after {steps} steps") } else { String::new() },
            losses.join("; "),
            self.batch.name(self.selected),
            match self.batch.left_out {
                0 => String::new(),
                n => format!(" {n} points are too many and left out."),
            }
        )
    }

    fn place(&self, figure: &str, handle: &str, to: (f64, f64)) -> State {
        let Some(i) = self.batch.find(handle).filter(|_| to.0.is_finite() && to.1.is_finite()) else {
            return self.state.clone();
        };
        let mut places = self.places(self.run_of(figure)).to_vec();
        let reach = Self::reach(&places);
        places[i] = self.motion.hold([to.0.clamp(-reach, reach), to.1.clamp(-reach, reach)]);
        self.at(&places).with(|state| state.selected = i)
    }

    fn select(&self, _: &str, handle: &str) -> State {
        self.state.with(|state| state.selected = self.batch.find(handle).unwrap_or(state.selected))
    }

    fn last_step(&self) -> usize {
        self.state.knobs.whole("budget")
    }

    fn act(&self, action: &str) -> State {
        let run = &self.runs[0];
        let mut batch = self.batch.clone();
        batch.places = self.places(run).to_vec();
        let (i, is_sample) = (self.selected, self.selected < batch.samples);
        let mut selected = i;
        match action {
            "reset" => {
                return self.state.with(|state| {
                    state.points = None;
                    (state.steps, state.selected) = (0, 0);
                });
            }
            "add" if batch.samples < super::MOST_SAMPLES => {
                // Beside the selected one, where nothing else is.
                let [x, y] = batch.places[i];
                let (s, c) = f64::sin_cos(0.3);
                batch.places.insert(batch.samples, self.motion.hold([c * x - s * y, s * x + c * y]));
                batch.classes.insert(batch.samples, batch.classes[i]);
                selected = batch.samples;
                batch.samples += 1;
            }
            "remove" if is_sample && batch.samples > 2 => {
                batch.places.remove(i);
                batch.classes.remove(i);
                batch.samples -= 1;
                selected = i.min(batch.samples - 1);
            }
            "relabel" if is_sample => batch.classes[i] = batch.next_class(batch.classes[i]),
            _ => return self.state.clone(),
        }
        self.state.with(|state| {
            state.points = Some(batch.points(&batch.places));
            state.steps = 0;
            state.selected = selected;
        })
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
