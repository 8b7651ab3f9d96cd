//! An episode of few-shot learning in the plane: queries look for the prototype of their class.

mod episode;
mod measures;
mod views;

use std::rc::Rc;

use super::engine::{Field, Gauge, Plan, Played, Run, Scenario, Shot, View, Wire, knobs};
use super::planar::LEARNING_RATE;
use super::planar::drawing::reach;
use super::planar::landscape::Landscape;
use super::planar::motion::{Motion, Points};
use super::planar::now::{Now, basis};
use super::stage::{Action, Settable, StageSpec};
use super::state::{Contender, State};
use super::titles;
use super::vectors::Vectors;
use crate::figures::fixed;
use crate::optimizer::Optimizer;
use crate::spec::{Affects, Param, Spec, said};
use episode::Episode;
use measures::{accuracy, separation, worst_gap};

/// A support set, its prototypes, and queries, all of which can be dragged.
#[derive(Clone, Copy, Debug)]
pub struct EpisodeLab;

/// The stage.
pub const EPISODE_LAB: Played<EpisodeLab> = Played::new(SPEC, EpisodeLab);

const SPEC: &StageSpec = &StageSpec {
    id: "episode-lab",
    title: "Episode lab",
    about: said(
        "Filled points are the support, stars their means, hollow points queries that look for the nearest star; dashed \
            lines divide the plane between the stars. The colours show the loss as the selected point moves. Drag points \
            or stars, train them, compare losses or add them up.",
    ),
    knobs: &[
        Param::integer("ways", "", 3.0, (2.0, 6.0), "number of classes").bounded(),
        Param::integer("shots", "", 2.0, (1.0, 8.0), "support points of each class").bounded(),
        Param::integer("queries", "", 3.0, (1.0, 8.0), "queries of each class").bounded(),
        Param::linear("noise", "", 0.6, (0.0, 1.2), "standard deviation of the scatter at the start"),
        Param::names(
            "objective",
            &["apart", "together"],
            "whether each loss is trained alone, or the first alone beside the mean of all",
        )
        .affects(Affects::Training),
        Param::names("colours", &["loss", "regions"], "what the colours of the plane show")
            .affects(Affects::Look),
        knobs::DIFFERENCE,
        knobs::TERMS,
        knobs::OPTIMIZER,
        LEARNING_RATE,
        knobs::budget(100.0, 500.0),
        Param::names("trails", &["on", "off"], "whether the way of the training is drawn")
            .affects(Affects::Look),
    ],
    contenders: 3,
    trains: true,
    actions: &[Action::DRAW, Action { id: "reset", title: "Reset the points", on_selected: false }],
};

/// Half the side of the plane that is always seen.
const REACH: f64 = 2.5;

/// The loss as what is selected moves, or the class of the nearest prototype.
const COLOURS: Field<EpisodeLab> = Field {
    values: |shot, place, quality| {
        if shows_regions(shot) {
            views::regions(shot, place, quality)
        } else {
            landscape(shot, place).values(quality)
        }
    },
    tiled: |shot, place| if shows_regions(shot) { None } else { landscape(shot, place).tiled() },
    tile: |shot, place, side, tile| landscape(shot, place).tile(side, tile),
    basis: Some(|shot, place| {
        let mut held = shot.seen(place).places.clone();
        // The landscape is that of the selected point wherever it is; only how much of it is seen may follow it.
        if let Some(point) = held.get_mut(selected(shot)).filter(|_| !shows_regions(shot)) {
            *point = [reach(&shot.seen(place).places, REACH), 0.0];
        }
        basis(shot, place, &shot.world.points(&held), &["objective", "colours"])
    }),
};

/// Why a number is missing.
const NO_QUERY: &str = "there is no query, or one without a prototype";
const NO_PAIR: &str = "there are no two points of one class, or none of two classes";

impl Scenario for EpisodeLab {
    type World = Episode;
    type Seen = Now;

    fn fits(&self, loss: &'static Spec) -> bool {
        Vectors::of(loss).is_some_and(|vectors| {
            let are_labelled = vectors.labels.len() == vectors.samples.len() && vectors.samples.len() < 3;
            let are_all_moved = vectors.samples.iter().all(|input| input.is_variable());
            are_labelled && are_all_moved && vectors.prototypes.is_none()
        })
    }

    fn world(&self, state: &State) -> Episode {
        Episode::new(state)
    }

    fn wire(&self, world: &Rc<Episode>, contender: &Contender, _: &State) -> Box<dyn Wire> {
        let reading = world.reading(contender.loss.spec());
        Box::new(Points { start: world.places.clone(), motion: Motion::Free, reading })
    }

    /// Each loss alone, or the first alone and all together.
    fn plans(&self, state: &State) -> Vec<Plan> {
        let all = &state.contenders[..];
        let plan = |(contenders, title): (&[Contender], String)| Plan {
            title,
            contenders: contenders.to_vec(),
            optimizer: Optimizer::chosen(&state.knobs),
            elsewhere: None,
        };
        let mut alone = all.chunks(1).zip(titles(all)).map(plan);
        if all.len() > 1 && state.knobs.named("objective") == "together" {
            let together = plan((all, format!("all {} together", all.len())));
            return alone.next().into_iter().chain([together]).collect();
        }
        alone.collect()
    }

    fn seen(&self, shot: &Shot<Self>, run: &Run) -> Now {
        let reading = |contender: &Contender| shot.world.reading(contender.loss.spec());
        Now::new(run, &shot.world.places, Motion::Free, reading)
    }

    const SETTABLE: Settable = Settable::Points;

    const VIEWS: &'static [View<Self>] = &[
        View::new("plane", "", views::plane).aspect(0.9).main().each().over(COLOURS).sloped(
            |shot, at, of| (!shows_regions(shot)).then(|| landscape_of(shot, at, of).slopes()).flatten(),
        ),
        View::DIFFERENCE,
        View::new("gaps", "Gap of each query", |shot, _, _| views::gaps(shot)),
        View::new("parts", "", |shot, _, _| views::parts(shot))
            .titled(|shot, _| telling(shot).map_or(String::new(), views::parts_title))
            .shown(|shot| telling(shot).is_some()),
        View::LOSS_CURVE,
        View::TERMS,
        View::SIMILARITIES,
    ];

    const GAUGES: &'static [Gauge<Self>] = &[
        Gauge::LOSS,
        Gauge::<Self>::new("accuracy", "query accuracy", |shot, place| {
            accuracy(&shot.world, &shot.seen(place).places)
        })
        .each()
        .missing(NO_QUERY),
        Gauge::<Self>::new("gap", "worst gap", |shot, place| {
            worst_gap(&shot.world, &shot.seen(place).places)
        })
        .each()
        .missing(NO_QUERY),
        Gauge::<Self>::new("distance-ratio", "distance ratio", |shot, place| {
            separation(&shot.world, &shot.seen(place).places)
        })
        .each()
        .missing(NO_PAIR),
        Gauge::STEPS,
    ];

    fn sentence(&self, shot: &Shot<Self>) -> String {
        let (episode, places) = (&shot.world, &shot.seen(0).places);
        let queries = episode.queries().len();
        let right = accuracy(episode, places).unwrap_or(0.0) * queries as f64;
        let selected = match episode.at(selected(shot), places) {
            Some([x, y]) => {
                let name = episode.name(selected(shot));
                format!(" Selected is {name} at {}, {}.", fixed(x, 2), fixed(y, 2))
            }
            None => String::new(),
        };
        format!(
            "{} support points and {queries} queries of {} classes{}: {}. {right:.0} of {queries} queries are \
             nearest to their own prototype.{selected}",
            episode.support,
            episode.ways(),
            shot.after_steps(),
            shot.in_words(|_| String::new()),
        )
    }

    fn handle(&self, shot: &Shot<Self>, handle: &str) -> Option<usize> {
        shot.world.handles().find(|&i| shot.world.handle(i) == handle)
    }

    fn moved(&self, shot: &Shot<Self>, place: usize, handle: &str, (x, y): (f64, f64)) -> Option<State> {
        let i = self.handle(shot, handle)?;
        let mut places = shot.seen(place).places.clone();
        let reach = reach(&places, REACH);
        let [x, y] = [x, y].map(|c| c.clamp(-reach, reach));
        for (point, [aside, above]) in shot.world.moving(i, &places) {
            places[point] = [x + aside, y + above];
        }
        Some(shot.with_points(&shot.world.points(&places), i))
    }
}

/// The selected handle.
fn selected(shot: &Shot<EpisodeLab>) -> usize {
    shot.state.selected.min(shot.world.handles().end.saturating_sub(1))
}

/// Whether the colours are those of the nearest prototypes.
fn shows_regions(shot: &Shot<EpisodeLab>) -> bool {
    shot.state.knobs.named("colours") == "regions"
}

/// The first loss that tells its parts.
fn telling(shot: &Shot<EpisodeLab>) -> Option<&Contender> {
    shot.state.contenders.iter().find(|contender| !contender.loss.parts().all.is_empty())
}

fn landscape(shot: &Shot<EpisodeLab>, place: usize) -> Landscape<'_> {
    landscape_of(shot, place, place)
}

/// The landscape of a loss around the points that the training at a place has left.
fn landscape_of(shot: &Shot<EpisodeLab>, place: usize, loss: usize) -> Landscape<'_> {
    let now = shot.seen(place);
    let moving = shot.world.moving(selected(shot), &now.places);
    let landscape = shot.seen(loss).landscape(shot.run(loss), moving, reach(&now.places, REACH));
    Landscape { places: &now.places, ..landscape }
}

#[cfg(test)]
mod tests;
