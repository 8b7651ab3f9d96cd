//! Local descriptors of images as directions of the plane, and which of them are taken for the same place.

mod album;
mod views;

use std::rc::Rc;

use super::engine::{Gauge, Plan, Played, Run, Scenario, Shot, Title, View, Wire, knobs};
use super::planar::motion::{Motion, Points};
use super::planar::now::Now;
use super::stage::{Action, Settable, StageSpec};
use super::state::{Contender, State};
use super::titles;
use crate::figures::fixed;
use crate::losses::embeddings::cfcd_local_triplet::{Candidate, Match};
use crate::optimizer::{Optimizer, default_with};
use crate::spec::{Meaning, Param, Role, Spec, said};
use album::{Album, image_name, squared_distance};

/// A query, another image of the same object and images of others, all of whose descriptors can be dragged.
#[derive(Clone, Copy, Debug)]
pub struct LocalMatches;

/// The stage.
pub const LOCAL_MATCHES: Played<LocalMatches> = Played::new(SPEC, LocalMatches);

const SPEC: &StageSpec = &StageSpec {
    id: "local-matches",
    title: "Local matches",
    about: said(
        "Directions are local descriptors: the query's on the unit circle, those of another view of the same object on \
            the circle around it, those of other objects inside. Lines are matches, kept or rejected by one of three \
            tests; hollow descriptors get too little attention. Drag them, train them.",
    ),
    knobs: &[
        Param::integer("count", "K", 6.0, (2.0, 12.0), "descriptors of an image").bounded(),
        Param::integer("images", "M", 2.0, (1.0, 3.0), "images of other objects").bounded(),
        Param::linear("noise", "", 5.0, (0.0, 45.0), "how far descriptors turn from one view to the other")
            .unit("°"),
        Param::linear(
            "hardness",
            "",
            1.0,
            (0.0, 1.0),
            "how much the other objects look like the query: 0 at random, 1 nearly the same",
        )
        .bounded(),
        knobs::OPTIMIZER,
        knobs::learning_rate(
            0.01,
            (1e-4, 1.0),
            &[default_with("momentum", 0.002), default_with("nesterov", 0.002)],
        ),
        knobs::budget(60.0, 300.0),
        knobs::TERMS,
    ],
    contenders: 1,
    trains: true,
    actions: &[Action::DRAW, Action { id: "reset", title: "Reset the descriptors", on_selected: false }],
};

/// The inputs of a loss of local descriptors: a query, an image that matches it, others, and how much attention the
/// descriptors get.
const INPUTS: [(Role, usize); 4] =
    [(Role::Embedding, 2), (Role::Embedding, 2), (Role::Embedding, 3), (Role::Importance, 1)];

/// Descriptors as a training has left them.
pub struct Seen {
    now: Now,
    /// What might match, and why it does or does not.
    candidates: Vec<Candidate>,
    /// The matches that pass all tests.
    kept: Vec<Match>,
    /// The descriptors of the query and of other objects between which a triplet costs something.
    active: Vec<Match>,
}

impl Scenario for LocalMatches {
    type World = Album;
    type Seen = Seen;

    fn fits(&self, loss: &'static Spec) -> bool {
        loss.inputs.iter().map(|input| (input.role, input.rank())).eq(INPUTS)
    }

    fn world(&self, state: &State) -> Album {
        Album::new(state)
    }

    fn wire(&self, world: &Rc<Album>, contender: &Contender, _: &State) -> Box<dyn Wire> {
        let reading = world.reading(contender.loss.spec());
        Box::new(Points { start: world.places.clone(), motion: Motion::Circle, reading })
    }

    fn optimizer(&self, state: &State, _: &Contender) -> Option<Optimizer> {
        Optimizer::chosen(&state.knobs).map(|optimizer| Motion::Circle.optimizer(optimizer))
    }

    /// Beside the loss with the images on screen the same with other objects at random, unless a person has placed the
    /// descriptors.
    fn plans(&self, state: &State) -> Vec<Plan> {
        let contender = state.contender();
        let plan = |title: &str, elsewhere| Plan {
            title: title.into(),
            contenders: vec![contender.clone()],
            optimizer: self.optimizer(state, contender),
            elsewhere,
        };
        let mut plans = vec![plan(&titles(&state.contenders)[0], None)];
        if state.points().is_empty() && state.knobs.get("hardness") > 0.0 {
            let random = state.with(|state| {
                // The domain allows it.
                let _ = state.knobs.set("hardness", 0.0);
            });
            plans.push(plan("other objects at random", Some(random)));
        }
        plans
    }

    fn seen(&self, shot: &Shot<Self>, run: &Run) -> Seen {
        let album = &shot.world;
        let reading = |contender: &Contender| album.reading(contender.loss.spec());
        let now = Now::new(run, &album.places, Motion::Circle, reading);
        let params = &run.contender().params;
        let param = |meaning| params.meaning(meaning).unwrap_or(0.0);
        let places = &now.places;
        let candidates = album.candidates(places, param(Meaning::NearestRatio));
        let passed = |c: &&Candidate| c.is_mutual && c.is_distinct && c.is_attended;
        let kept: Vec<Match> = candidates.iter().filter(passed).map(|c| c.pair).collect();
        let margin = param(Meaning::Margin);
        let of = |&(q, p): &Match| {
            let towards = squared_distance(places[q], places[p]);
            let nearest = album.nearest(q, places).into_iter();
            nearest.filter(move |(_, away)| towards - away + margin > 0.0).map(move |(n, _)| (q, n))
        };
        let active = kept.iter().flat_map(of).collect();
        Seen { candidates, kept, active, now }
    }

    const SETTABLE: Settable = Settable::Points;

    const VIEWS: &'static [View<Self>] = &[
        View {
            title: Title::Loss,
            ..View::new("plane", "", |shot, _, _| views::plane(shot)).aspect(0.9).main()
        },
        View::new("distances", "Squared distances of the query's descriptors", |shot, _, _| {
            views::distances(shot)
        }),
        View::LOSS_CURVE,
        View::SIMILARITIES,
    ];

    const GAUGES: &'static [Gauge<Self>] = &[
        Gauge { each: false, ..Gauge::LOSS },
        Gauge::new("kept", "matches kept", |shot, _| Some(shot.seen(0).kept.len() as f64)),
        Gauge::new("active", "active triplets", |shot, _| Some(shot.seen(0).active.len() as f64)),
        Gauge::<Self>::new("loss-random", "loss with other objects at random", |shot, _| {
            Some(shot.run(1).course()?.loss())
        })
        .missing("it has no value")
        .shown(|shot| shot.runs.all.len() > 1),
        Gauge::STEPS,
    ];

    fn sentence(&self, shot: &Shot<Self>) -> String {
        let (album, seen, selected) = (&shot.world, shot.seen(0), selected(shot));
        let [x, y] = seen.now.places[selected];
        format!(
            "{} descriptors in each of {} images{}: {}. {} matches are kept, {} triplets with {} are active. Selected is \
             {} at {}°.",
            album.each,
            album.images,
            shot.after_steps(),
            shot.run(0).sentence(),
            seen.kept.len(),
            seen.active.len(),
            (2..album.images).map(image_name).collect::<Vec<_>>().join(" and "),
            album.name(selected),
            fixed(y.atan2(x).to_degrees(), 0),
        )
    }

    fn handle(&self, shot: &Shot<Self>, handle: &str) -> Option<usize> {
        (0..shot.world.places.len()).find(|&i| shot.world.handle(i) == handle)
    }

    fn moved(&self, shot: &Shot<Self>, _: usize, handle: &str, (x, y): (f64, f64)) -> Option<State> {
        let i = self.handle(shot, handle)?;
        let mut places = shot.seen(0).now.places.clone();
        places[i] = Motion::Circle.hold([x, y]);
        Some(shot.with_points(&shot.world.points(&places), i))
    }
}

/// The selected descriptor.
fn selected(shot: &Shot<LocalMatches>) -> usize {
    shot.state.selected.min(shot.world.places.len() - 1)
}

#[cfg(test)]
mod tests;
