//! Labelled points in the plane under a loss of embeddings: forces, landscape, training.

mod batch;
mod limits;
mod penalties;
mod views;

use std::cell::OnceCell;
use std::rc::Rc;

use super::engine::similarities::Similarities;
use super::engine::{Field, Gauge, Played, Run, Scenario, Shot, View, Wire, knobs};
use super::planar::LEARNING_RATE;
use super::planar::drawing::reach;
use super::planar::landscape::Landscape;
use super::planar::measures::{alignment, neighbour_accuracy, spread, tolerance, uniformity, units};
use super::planar::motion::Points;
use super::planar::now::{Now, basis};
use super::planar::reading::Place;
use super::stage::{Action, Settable, StageSpec};
use super::state::{Contender, State};
use super::vectors::Vectors;
use crate::figures::fixed;
use crate::optimizer::Optimizer;
use crate::spec::{Affects, Meaning, Param, Spec, said};
use batch::Batch;
use penalties::Penalties;

/// Up to 64 points that a person can drag, and what a loss makes of them.
#[derive(Clone, Copy, Debug)]
pub struct EmbeddingPlane;

/// The stage.
pub const EMBEDDING_PLANE: Played<EmbeddingPlane> = Played::new(SPEC, EmbeddingPlane);

/// The most samples that are shown.
const MOST_SAMPLES: usize = 64;

/// The most prototypes that belong to no class.
const MOST_PROTOTYPES: usize = 12;

const SPEC: &StageSpec = &StageSpec {
    id: "embedding-plane",
    title: "Embedding plane",
    about: said(
        "Labelled points and the unit circle; stars are prototypes that the loss moves along. Arrows show where the \
            loss pushes each point; the colours show the loss as the selected point moves. Drag points, train them, \
            compare two losses.",
    ),
    knobs: &[
        Param::names("layout", &["clusters", "clump", "ring", "arcs", "fan"], "where the points start"),
        Param::integer("count", "N", 12.0, (2.0, MOST_SAMPLES as f64), "number of points at the start")
            .bounded(),
        Param::linear("noise", "", 0.15, (0.0, 0.5), "standard deviation of the scatter at the start")
            .default_when(&[
                in_layout("clump", 0.05),
                in_layout("ring", 0.0),
                in_layout("arcs", 0.0),
                in_layout("fan", 0.0),
            ]),
        Param::integer(
            "prototypes",
            "K",
            4.0,
            (1.0, MOST_PROTOTYPES as f64),
            "number of prototypes, for losses whose prototypes belong to no class",
        )
        .bounded(),
        Param::names("motion", &["free", "circle"], "whether points may leave the unit circle"),
        Param::names(
            "views",
            &["twins", "pairs"],
            "for losses of two views: each point seen twice, or points in pairs",
        )
        .affects(Affects::Training),
        Param::linear("turn", "", 2.0, (0.0, 45.0), "how far each of the two views is turned")
            .unit("°")
            .only_when("views", &["twins"])
            .affects(Affects::Training),
        knobs::OPTIMIZER,
        LEARNING_RATE,
        Param::names(
            "lr_times",
            &["one", "temperature"],
            "multiplies the learning rate; times the temperature, sharpness alone does not lengthen steps",
        )
        .affects(Affects::Training),
        knobs::budget(100.0, 500.0),
        Param::names(
            "pushes",
            &["off", "on"],
            "whether lines show who pushes the selected point, as wide as their share",
        )
        .affects(Affects::Look),
        Param::names("trails", &["on", "off"], "whether the way of the training is drawn")
            .affects(Affects::Look),
        knobs::DIFFERENCE,
        knobs::TERMS,
        knobs::VIEW,
        knobs::YAW,
        knobs::PITCH,
    ],
    contenders: 2,
    trains: true,
    actions: &[
        Action { id: "add", title: "Add a point", on_selected: false },
        Action { id: "remove", title: "Remove the point", on_selected: true },
        Action { id: "relabel", title: "Change its class", on_selected: true },
        Action::DRAW,
        Action { id: "reset", title: "Reset the points", on_selected: false },
    ],
};

const fn in_layout(option: &'static str, default: f64) -> crate::spec::DefaultWhen {
    crate::spec::DefaultWhen { param: "layout", option, default }
}

/// Half the side of the plane that is always seen.
const REACH: f64 = 1.5;

/// The loss as the selected point moves.
const LANDSCAPE: Field<EmbeddingPlane> = Field {
    values: |shot, place, quality| landscape(shot, place).values(quality),
    tiled: |shot, place| landscape(shot, place).tiled(),
    tile: |shot, place, side, tile| landscape(shot, place).tile(side, tile),
    basis: Some(|shot, place| {
        let mut places = shot.seen(place).now.places.clone();
        // The landscape is that of the selected point wherever it is; only how much of it is seen may follow it.
        places[selected(shot)] = [reach(&places, REACH), 0.0];
        basis(shot, place, &shot.world.points(&places), &["views", "turn"])
    }),
};

/// What a loss reads, and the points as its training has left them.
pub struct Seen {
    vectors: Vectors,
    now: Now,
    penalties: OnceCell<Option<Penalties>>,
}

/// Why a number is missing.
const NOTHING_PUSHES: &str = "nothing pushes the selected point";
const NO_PAIR: &str = "no two points have one class";
const LONELY: &str = "there is only one point";

impl Scenario for EmbeddingPlane {
    type World = Batch;
    type Seen = Seen;

    fn fits(&self, loss: &'static Spec) -> bool {
        Vectors::of(loss).is_some_and(|vectors| match (vectors.samples.len(), vectors.labels.len()) {
            (1, 0) => vectors.prototypes.is_none(),
            (1, 1) => true,
            (2, 0) => vectors.is_paired(),
            _ => false,
        })
    }

    fn uses(&self, knob: &str, loss: &'static Spec) -> bool {
        Vectors::of(loss).is_none_or(|vectors| match knob {
            "views" | "turn" => vectors.is_paired() && !vectors.has_targets(),
            "prototypes" => vectors.prototypes.is_some() && vectors.labels.is_empty(),
            "lr_times" => loss.meaning(Meaning::Temperature).or(loss.meaning(Meaning::Sharpness)).is_some(),
            _ => true,
        })
    }

    fn world(&self, state: &State) -> Batch {
        Batch::new(state)
    }

    fn needs(&self, contenders: &[Contender]) -> String {
        format!("{:?}", batch::prototypes(contenders))
    }

    fn wire(&self, world: &Rc<Batch>, contender: &Contender, state: &State) -> Box<dyn Wire> {
        let reading = world.reading(contender, state);
        Box::new(Points { start: world.places.clone(), motion: world.motion, reading })
    }

    fn optimizer(&self, state: &State, contender: &Contender) -> Option<Optimizer> {
        Optimizer::chosen(&state.knobs).map(|mut optimizer| {
            if state.knobs.named("lr_times") == "temperature" {
                optimizer.lr *= sharpness(contender);
            }
            batch::motion(state).optimizer(optimizer)
        })
    }

    fn seen(&self, shot: &Shot<Self>, run: &Run) -> Seen {
        let batch = &shot.world;
        let reading = |contender: &Contender| batch.reading(contender, &shot.state);
        let now = Now::new(run, &batch.places, batch.motion, reading);
        Seen { vectors: batch::vectors(run.contender()), now, penalties: OnceCell::new() }
    }

    const SETTABLE: Settable = Settable::Points;

    const VIEWS: &'static [View<Self>] = &[
        View::new("plane", "", views::plane)
            .aspect(1.0)
            .main()
            .each()
            .over(LANDSCAPE)
            .sloped(|shot, at, of| landscape_of(shot, at, of).slopes()),
        View::DIFFERENCE,
        View::new("penalties", "Who pushes the selected point", |shot, _, _| views::penalties(shot)),
        View::new("similarities", "Cosine similarities", |shot, _, _| views::similarities(shot)).aspect(1.0),
        View::new("forces", "Forces on the similarities", |shot, _, _| views::forces(shot)).aspect(1.0),
        View::LOSS_CURVE,
        View::TERMS,
        View::new("limits", limits::TITLE, |shot, _, values| limits::limits(shot, values))
            .over(Field::whole(|shot, _, quality| limits::values(shot, quality)))
            .shown(|shot| limits::temperature(shot).is_some()),
    ];

    const GAUGES: &'static [Gauge<Self>] = &[
        Gauge::LOSS,
        Gauge::GRADIENT,
        Gauge::<Self>::new("nearest-share", "share of the nearest negative", |shot, _| {
            penalties(shot).map(Penalties::nearest)
        })
        .missing(NOTHING_PUSHES)
        .shown(|shot| shot.seen(0).vectors.is_paired()),
        Gauge::<Self>::new("effective-negatives", "effective number of negatives", |shot, _| {
            penalties(shot).map(Penalties::effective)
        })
        .missing(NOTHING_PUSHES)
        .shown(|shot| shot.seen(0).vectors.is_paired()),
        Gauge::<Self>::new("alignment", "alignment", |shot, place| {
            alignment(&units(samples(shot, place)), shot.world.sample_classes())
        })
        .missing(NO_PAIR)
        .each(),
        Gauge::<Self>::new("uniformity", "uniformity", |shot, place| {
            uniformity(&units(samples(shot, place)))
        })
        .missing(LONELY)
        .each(),
        Gauge::<Self>::new("tolerance", "tolerance", |shot, place| {
            tolerance(&units(samples(shot, place)), shot.world.sample_classes())
        })
        .missing(NO_PAIR)
        .each(),
        Gauge::<Self>::new("accuracy", "nearest-neighbour accuracy", |shot, place| {
            neighbour_accuracy(&units(samples(shot, place)), shot.world.sample_classes())
        })
        .missing(LONELY)
        .each(),
        Gauge::<Self>::new("distance", "mean distance of two points", |shot, place| {
            spread(samples(shot, place))
        })
        .missing(LONELY)
        .each(),
        Gauge::STEPS,
    ];

    fn sentence(&self, shot: &Shot<Self>) -> String {
        let (batch, selected) = (&shot.world, selected(shot));
        let [x, y] = shot.seen(0).now.places[selected];
        format!(
            "{} points of {} classes{}: {}. Selected is {} at {}, {}.{}",
            batch.samples,
            batch.class_count(),
            shot.after_steps(),
            shot.in_words(|_| String::new()),
            batch.name(selected),
            fixed(x, 2),
            fixed(y, 2),
            match batch.left_out {
                0 => String::new(),
                n => format!(" {n} points are too many and left out."),
            }
        )
    }

    fn handle(&self, shot: &Shot<Self>, handle: &str) -> Option<usize> {
        (0..shot.world.places.len()).find(|&i| shot.world.handle(i) == handle)
    }

    fn moved(&self, shot: &Shot<Self>, place: usize, handle: &str, (x, y): (f64, f64)) -> Option<State> {
        let i = self.handle(shot, handle)?;
        let mut places = shot.seen(place).now.places.clone();
        let reach = reach(&places, REACH);
        places[i] = shot.world.motion.hold([x, y].map(|c| c.clamp(-reach, reach)));
        Some(shot.with_points(&shot.world.points(&places), i))
    }

    fn act(&self, shot: &Shot<Self>, action: &str) -> Option<State> {
        if action == "draw" && shot.state.knobs.get("noise") == 0.0 && shot.state.arrays.is_empty() {
            // Nothing here is drawn by lot.
            return Some(shot.state.clone());
        }
        let mut batch = (*shot.world).clone();
        batch.places.clone_from(&shot.seen(0).now.places);
        let i = selected(shot);
        let selected = match action {
            "add" => batch.add_beside(i),
            "remove" => batch.remove(i),
            "relabel" => batch.relabel(i),
            _ => None,
        }?;
        Some(shot.with_points(&batch.points(&batch.places), selected))
    }
}

/// The selected point.
fn selected(shot: &Shot<EmbeddingPlane>) -> usize {
    shot.state.selected.min(shot.world.places.len() - 1)
}

/// Where the main training has taken the samples.
fn samples(shot: &Shot<EmbeddingPlane>, place: usize) -> &[Place] {
    &shot.seen(place).now.places[..shot.world.samples]
}

/// The main loss in front of the points as they are; nothing if it has no value there.
fn similarities(shot: &Shot<EmbeddingPlane>) -> Option<Similarities<'_>> {
    let inputs = shot.run(0).inputs()?;
    Some(Similarities::new(shot.run(0).contender(), inputs))
}

/// Who pushes the selected point under the main loss.
fn penalties(shot: &Shot<EmbeddingPlane>) -> Option<&Penalties> {
    shot.seen(0).penalties.get_or_init(|| Penalties::new(shot)).as_ref()
}

fn landscape(shot: &Shot<EmbeddingPlane>, place: usize) -> Landscape<'_> {
    landscape_of(shot, place, place)
}

/// The landscape of a loss around the points that the training at a place has left.
fn landscape_of(shot: &Shot<EmbeddingPlane>, place: usize, loss: usize) -> Landscape<'_> {
    let (now, moving) = (&shot.seen(place).now, vec![(selected(shot), [0.0, 0.0])]);
    let landscape = shot.seen(loss).now.landscape(shot.run(loss), moving, reach(&now.places, REACH));
    Landscape { places: &now.places, ..landscape }
}

/// What the learning rate has to be multiplied by so that the sharpness of a loss does not change how large its
/// gradient is: the temperature, or one over the scale; 1 for a loss with neither.
fn sharpness(contender: &Contender) -> f64 {
    let params = &contender.params;
    let by_scale = || Some(1.0 / params.meaning(Meaning::Sharpness)?);
    params.meaning(Meaning::Temperature).or_else(by_scale).unwrap_or(1.0)
}

#[cfg(test)]
mod tests;
