//! A loss of vectors as a function of two similarities: that of an anchor to a positive and to a negative.

mod figures;
mod pairing;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};

use super::engine::{Field, Gauge, Plan, Played, Run, STILL, Scenario, Shot, Slopes, View, Wire, knobs};
use super::stage::{Action, Settable, StageSpec, Tile};
use super::state::{Contender, Point, State};
use super::titles;
use crate::figures::{Freedom, Handle, fixed, quantity};
use crate::kernel::Gradient;
use crate::spec::{Affects, Param, Spec, said};
use pairing::{Arrangement, Pairing, Similarities};

/// The loss of one anchor over the similarity to its negative and to its positive.
#[derive(Clone, Copy, Debug)]
pub struct PairPlane;

/// The stage.
pub const PAIR_PLANE: Played<PairPlane> = Played::new(SPEC, PairPlane);

const SPEC: &StageSpec = &StageSpec {
    id: "pair-plane",
    title: "Pair plane",
    about: said(
        "One anchor, one positive, one negative: the loss over the cosine to the negative and the cosine to the positive. \
            Arrows and the ways from the dots go downhill; the best place is at the top. Drag a dot, compare two losses.",
    ),
    knobs: &[
        Param::names("flows", &["on", "off"], "whether the way downhill from each dot is drawn")
            .affects(Affects::Look),
        knobs::DIFFERENCE,
    ],
    contenders: 2,
    trains: false,
    actions: &[Action { id: "reset", title: "Reset the dots", on_selected: false }],
};

/// Where the dots start.
const STARTS: [Similarities; 3] = [(0.8, 0.8), (0.5, 0.5), (0.2, 0.2)];

/// Dots stay this far from where similarities end: at the very end there is no slope.
const EDGE: f64 = 1e-3;

/// About how many nanoseconds a loss takes with its slopes.
const COST: f64 = 10_000.0;

/// Places from which the way downhill is drawn, and how the vectors of the main loss are placed.
pub struct World {
    dots: Vec<Similarities>,
    arrangement: Arrangement,
}

/// The loss over both similarities.
const MAP: Field<PairPlane> = Field {
    values: |shot, place, quality| {
        let side = quality.choose(33, 121);
        values(shot, place, side, &Tile::whole(side))
    },
    tiled: |_, _| Some(121),
    tile: values,
    basis: Some(|shot, place| shot.only(place, &[]).with(|state| state.selected = 0)),
};

impl Scenario for PairPlane {
    type World = World;
    /// The slopes by the similarity to the negative and to the positive, at the selected dot.
    type Seen = Similarities;

    const SETTABLE: Settable = Settable::Points;

    const VIEWS: &'static [View<Self>] = &[
        View::new("plane", "", figures::plane).aspect(1.0).main().each().over(MAP).sloped(slopes),
        View::DIFFERENCE,
    ];

    const GAUGES: &'static [Gauge<Self>] = &[
        Gauge::LOSS,
        Gauge::<Self>::seen("push", "push on the negative", |slopes| slopes.0),
        Gauge::<Self>::seen("pull", "pull on the positive", |slopes| -slopes.1),
        Gauge::<Self>::seen("force-ratio", "push over pull", |(push, pull)| match (push / pull).abs() {
            ratio if ratio.is_finite() => ratio,
            _ => f64::NAN,
        })
        .missing("nothing pulls the positive here"),
    ];

    fn fits(&self, loss: &'static Spec) -> bool {
        Arrangement::of(loss).is_some()
    }

    fn uses(&self, name: &str, loss: &'static Spec) -> bool {
        // Much of what is turned on a loss chooses among several positives or negatives, and here is one of each.
        loss.param(name).is_none_or(|param| {
            // Asked at every move of a hand, and always answered the same.
            static FELT: Mutex<BTreeMap<(&str, &str), bool>> = Mutex::new(BTreeMap::new());
            let known = || FELT.lock().unwrap_or_else(PoisonError::into_inner);
            let asked = (loss.id, param.name);
            if let Some(&felt) = known().get(&asked) {
                return felt;
            }
            // Not under the lock: what it calls may be refused in the middle, as it has yet to be fetched.
            let felt = pairing::is_felt(loss, param);
            known().insert(asked, felt);
            felt
        })
    }

    fn needs(&self, contenders: &[Contender]) -> String {
        format!("{:?}", arrangement(&contenders[0]))
    }

    fn world(&self, state: &State) -> World {
        let mut world = World { dots: Vec::new(), arrangement: arrangement(state.contender()) };
        let given = state.points().into_iter().map(|p| (p.x, p.y)).take(STARTS.len());
        world.dots = given.map(|at| world.held(at)).collect();
        if world.dots.is_empty() {
            world.dots = STARTS.to_vec();
        }
        world
    }

    fn wire(&self, world: &Rc<World>, contender: &Contender, _: &State) -> Box<dyn Wire> {
        Box::new(Pairing::new(contender, arrangement(contender), world.dots[0]))
    }

    /// Every loss at the selected dot.
    fn plans(&self, state: &State) -> Vec<Plan> {
        let dots = self.world(state).dots;
        let (x, y) = dots[state.selected.min(dots.len() - 1)];
        let alone = state.with(|state| state.set_points(&[Point { x, y, class: 0 }]));
        let plan = |(contender, title): (&Contender, String)| Plan {
            title,
            contenders: vec![contender.clone()],
            optimizer: Some(STILL),
            elsewhere: Some(alone.clone()),
        };
        state.contenders.iter().zip(titles(&state.contenders)).map(plan).collect()
    }

    fn seen(&self, _: &Shot<Self>, run: &Run) -> Similarities {
        run.course().map_or((f64::NAN, f64::NAN), |course| (course.slopes[0], course.slopes[1]))
    }

    fn sentence(&self, shot: &Shot<Self>) -> String {
        let (n, p) = shot.world.dots[selected(shot)];
        let losses = shot.in_words(|place| match *shot.seen(place) {
            (push, pull) if push.is_finite() && pull.is_finite() => format!(
                ", pushes the negative with {} and pulls the positive with {}",
                quantity(push),
                quantity(-pull)
            ),
            _ => String::new(),
        });
        let (n, p) = (fixed(n, 2), fixed(p, 2));
        format!("The anchor's cosine is {n} to the negative and {p} to the positive. {losses}.")
    }

    fn handles(&self, shot: &Shot<Self>, _: usize) -> Vec<Handle> {
        let handle = |(i, &at): (usize, &Similarities)| Handle {
            id: format!("dot-{}", i + 1),
            name: format!("start {}", i + 1),
            at,
            freedom: Freedom::Plane,
            selected: i == selected(shot),
        };
        shot.world.dots.iter().enumerate().map(handle).collect()
    }

    fn moved(&self, shot: &Shot<Self>, _: usize, handle: &str, to: (f64, f64)) -> Option<State> {
        let i = self.handle(shot, handle)?;
        let mut dots = shot.world.dots.clone();
        dots[i] = shot.world.held(to);
        let points: Vec<Point> = dots.into_iter().map(|(x, y)| Point { x, y, class: 0 }).collect();
        Some(shot.with_points(&points, i))
    }
}

impl World {
    /// The nearest place above for which the main loss has vectors.
    fn held(&self, (n, p): Similarities) -> Similarities {
        let most = 1.0 - EDGE;
        let n = n.clamp(-most, most);
        (n, p.clamp((self.arrangement.least(n) + EDGE).clamp(-most, most), most))
    }
}

/// How the vectors of a loss are placed.
fn arrangement(contender: &Contender) -> Arrangement {
    Arrangement::of(contender.loss.spec()).expect("the stage shows no other losses")
}

/// The selected dot.
fn selected(shot: &Shot<PairPlane>) -> usize {
    shot.state.selected.min(shot.world.dots.len() - 1)
}

/// A part of the map with so many samples along a side.
fn values(shot: &Shot<PairPlane>, place: usize, side: usize, tile: &Tile) -> Vec<f64> {
    let along = |i: usize| 2.0 * i as f64 / (side - 1) as f64 - 1.0;
    let places = tile.samples().into_iter().map(|(column, row)| Some(vec![along(column), along(row)]));
    shot.run(place).values(places)
}

/// A loss over the plane.
fn slopes(shot: &Shot<PairPlane>, _: usize, of: usize) -> Option<Slopes<'_>> {
    let (run, mut gradient) = (shot.run(of), Gradient::default());
    let at = move |(n, p)| {
        let (value, slopes) = run.evaluate(&[n, p], &mut gradient);
        (value, [slopes[0], slopes[1]])
    };
    Some(Slopes { ends: [(-1.0, 1.0); 2], at: Box::new(at), cost: Box::new(|| COST) })
}

#[cfg(test)]
mod tests;
