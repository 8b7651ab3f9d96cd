//! How similar samples of one class and of different classes are, in a space of many dimensions.

mod strips;
mod views;

use std::rc::Rc;

use super::engine::{Direct, Gauge, Played, Run, Scenario, Shot, View, Wire, direct, knobs};
use super::planar::measures::mean;
use super::stage::{Action, StageSpec};
use super::state::{Contender, State};
use super::vectors::Vectors;
use crate::figures::{fixed, quantity};
use crate::losses::embeddings::similarity::unit;
use crate::losses::embeddings::unpg::Whiskers;
use crate::optimizer::default_with;
use crate::real::Real;
use crate::spec::{Domain, Input, Meaning, Param, Role, Spec, said};
use crate::toys::sphere::{Directions, directions};
use strips::Strips;

/// Similarities of positive pairs, negative pairs and rival prototypes as strips over one cosine axis.
#[derive(Clone, Copy, Debug)]
pub struct SimilarityStrips;

/// The stage.
pub const SIMILARITY_STRIPS: Played<SimilarityStrips> = Played::new(SPEC, SimilarityStrips);

const SPEC: &StageSpec = &StageSpec {
    id: "similarity-strips",
    title: "Similarity strips",
    about: said(
        "Classes of vectors in many dimensions, and every similarity among them as a dot on one axis: pairs of one \
            class, samples and rival prototypes, pairs of different classes.",
    ),
    knobs: &[
        Param::integer("classes", "C", 6.0, (2.0, 12.0), "number of classes")
            .within(Domain::Within(2.0, 16.0)),
        Param::integer("each", "", 3.0, (1.0, 6.0), "samples of each class").within(Domain::Within(1.0, 8.0)),
        Param::integer("dimensions", "D", 3.0, (2.0, 64.0), "dimensions of the space")
            .within(Domain::Within(2.0, 128.0)),
        Param::linear("noise", "", 0.4, (0.0, 1.5), "how far samples lie from the centre of their class"),
        Param::integer("wrong", "", 0.0, (0.0, 4.0), "number of samples with a wrong label")
            .within(Domain::Within(0.0, 8.0)),
        knobs::OPTIMIZER,
        knobs::learning_rate(
            0.1,
            (1e-3, 10.0),
            &[
                default_with("momentum", 0.02),
                default_with("nesterov", 0.02),
                default_with("rmsprop", 0.01),
                default_with("adam", 0.02),
                default_with("adamw", 0.02),
                default_with("lion", 0.01),
            ],
        ),
        knobs::budget(200.0, 500.0),
        knobs::TERMS,
    ],
    contenders: 2,
    trains: true,
    actions: &[Action::DRAW],
};

/// Reach of the whiskers for a loss that has no such parameter: that of a common box plot.
const COMMON_REACH: f64 = 1.5;

/// The samples with the labels they are given.
pub struct Batch {
    /// Samples around the centres of their classes; prototypes start at the centres.
    toy: Directions,
    /// The class that each sample is said to have.
    labels: Vec<usize>,
}

impl Batch {
    /// Whether a sample has a wrong label.
    fn is_wrong(&self, i: usize) -> bool {
        self.labels[i] != self.toy.classes[i]
    }
}

/// A batch as training has left it.
pub struct Seen {
    /// The directions of the samples.
    samples: Vec<Vec<f64>>,
    /// Those of the prototypes, if the loss has such.
    prototypes: Vec<Vec<f64>>,
    /// The length of the gradient by each sample.
    forces: Vec<f64>,
    strips: Strips,
    /// Box and whiskers of the negative pairs.
    plot: Option<Whiskers>,
}

impl Scenario for SimilarityStrips {
    type World = Batch;
    type Seen = Seen;

    fn fits(&self, loss: &'static Spec) -> bool {
        // There is one strip for rivals.
        Vectors::of(loss).is_some_and(|vectors| {
            let has_one_set = vectors.samples.len() == 1 && vectors.labels.len() == 1;
            has_one_set && (vectors.prototypes.is_none() || vectors.has_one_prototype_a_class())
        })
    }

    fn world(&self, state: &State) -> Batch {
        let [classes, each, dimensions, wrong] =
            ["classes", "each", "dimensions", "wrong"].map(|knob| state.knobs.whole(knob));
        let toy = directions(classes, each, dimensions, state.knobs.get("noise"), state.seed);
        let mut labels = toy.classes.clone();
        for wrong in 0..wrong.min(classes) {
            // The first sample of a class gets the label of the next class.
            labels[wrong * each] = (wrong + 1) % classes;
        }
        Batch { toy, labels }
    }

    fn wire(&self, world: &Rc<Batch>, contender: &Contender, _: &State) -> Box<dyn Wire> {
        let array = |input: &Input| match input.role {
            Role::Embedding => direct::matrix(&world.toy.vectors),
            Role::Prototype => direct::matrix(&world.toy.centres),
            _ => direct::classes(&world.labels),
        };
        Box::new(Direct(direct::inputs(contender.loss.spec(), array)))
    }

    fn seen(&self, shot: &Shot<Self>, run: &Run) -> Seen {
        let (rows, params) = (direct::rows(run, Role::Embedding), &run.contender().params);
        let samples: Vec<Vec<f64>> = rows.iter().map(|(row, _)| unit(row)).collect();
        let prototypes: Vec<_> =
            direct::rows(run, Role::Prototype).iter().map(|(row, _)| unit(row)).collect();
        let strips = Strips::new(&shot.world, &samples, &prototypes);
        let negatives: Vec<f64> = strips.negatives.iter().map(|dot| dot.cosine).collect();
        let reach = params.meaning(Meaning::Whisker).unwrap_or(COMMON_REACH);
        let forces = rows.iter().map(|(_, slopes)| f64::norm(slopes)).collect();
        Seen { plot: Whiskers::new(&negatives, reach), samples, prototypes, forces, strips }
    }

    const VIEWS: &'static [View<Self>] = &[
        View::new("strips", "", |shot, place, _| views::strips(shot, place)).main().each(),
        View::new("globe", "The samples on their sphere", |shot, _, _| views::globe(shot))
            .aspect(1.0)
            .shown(|shot| shot.state.knobs.whole("dimensions") == 3),
        View::new("forces", "How hard each sample is pushed", |shot, _, _| views::forces(shot)),
        View::LOSS_CURVE,
        View::TERMS,
        View::SIMILARITIES,
    ];

    const GAUGES: &'static [Gauge<Self>] = &[
        Gauge::LOSS,
        Gauge::<Self>::new("gap", "similarity gap", |shot, place| shot.seen(place).strips.gap())
            .each()
            .missing("there are no such pairs"),
        Gauge::<Self>::new("kept", "share of negative pairs within the whiskers", |shot, _| {
            let plot = shot.seen(0).plot?;
            let negatives = shot.seen(0).strips.negatives.iter();
            mean(negatives.map(|dot| f64::from(plot.keep(dot.cosine))))
        })
        .missing("there are no negative pairs"),
        Gauge::<Self>::new("wrong-force", "force on wrong labels", |shot, _| force(shot, true))
            .missing("every label is right"),
        Gauge::<Self>::new("right-force", "mean force on right labels", |shot, _| force(shot, false))
            .missing("every label is wrong"),
        Gauge::STEPS,
    ];

    fn sentence(&self, shot: &Shot<Self>) -> String {
        let of = |(place, run): (usize, &Run)| match (run.losses().last(), shot.seen(place).strips.gap()) {
            (Some(loss), Some(gap)) => {
                format!("{} is {} with similarity gap {}", run.title, quantity(*loss), fixed(gap, 3))
            }
            _ => run.sentence(),
        };
        let losses: Vec<String> = shot.runs.all.iter().enumerate().map(of).collect();
        let samples = shot.world.labels.len();
        format!(
            "{samples} samples of {} classes in {} dimensions, {} with a wrong label, after {} steps: {}.",
            shot.world.toy.centres.len(),
            shot.state.knobs.whole("dimensions"),
            (0..samples).filter(|&i| shot.world.is_wrong(i)).count(),
            shot.steps(),
            losses.join("; ")
        )
    }

    /// A whisker is dragged, and with it the parameter of the loss.
    fn moved(&self, shot: &Shot<Self>, place: usize, _: &str, (x, _): (f64, f64)) -> Option<State> {
        let plot = shot.seen(place).plot?;
        let reach = (x.clamp(-1.0, 1.0) - plot.upper_quartile) / (plot.upper_quartile - plot.lower_quartile);
        let mut state = shot.state.clone();
        let params = &mut state.contenders[place].params;
        // Three decimals are as fine as a pixel.
        let whisker = params.specs().iter().find(|param| param.meaning == Some(Meaning::Whisker))?;
        params.set(whisker.name, (1000.0 * reach).round() / 1000.0).ok()?;
        Some(state)
    }
}

/// The mean force on samples with a wrong label, or on the others.
fn force(shot: &Shot<SimilarityStrips>, wrong: bool) -> Option<f64> {
    let forces = shot.seen(0).forces.iter().enumerate();
    mean(forces.filter(|(i, _)| shot.world.is_wrong(*i) == wrong).map(|(_, force)| *force))
}

#[cfg(test)]
mod tests;
