//! A loss of vectors as a function of two similarities: that of an anchor to a positive and to a negative.

mod figures;
mod pairing;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};

use self::pairing::{Arrangement, Pairing, Similarities};
use super::engine::{
    Direct, Field, Gauge, Plan, Played, Run, STILL, Scenario, Shot, Slopes, View, Wire, knobs,
};
use super::stage::{Action, StageSpec, Tile};
use super::state::{Contender, Point, State};
use super::titles;
use crate::spec::{Param, Spec};

/// The loss of one anchor over the similarity to its negative and to its positive.
#[derive(Clone, Copy, Debug)]
pub struct PairPlane;

/// The stage.
pub const PAIR_PLANE: Played<PairPlane> = Played::new(SPEC, PairPlane);

const SPEC: &StageSpec = &StageSpec {
    id: "pair-plane",
    title: "Pair plane",
    about: "One anchor, one positive, one negative: the loss over the cosine to the negative and the cosine to the positive. \
            Arrows and the ways from the dots go downhill; the best place is at the top. Drag a dot, compare two losses.",
    knobs: &[
        Param::names("flows", &["on", "off"], "whether the way downhill from each dot is drawn"),
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

/// Samples along a side of the map, drawn coarsely and finely.
const COARSE: usize = 33;
const FINE: usize = 121;

/// About how many nanoseconds a loss takes with its slopes.
const COST: f64 = 10_000.0;

/// Why a number is missing.
const NO_VECTORS: &str = "no vectors have these similarities";

/// The loss at all similarities.
const MAP: Field<PairPlane> = Field {
    values: |shot, place, quality| {
        let side = quality.choose(COARSE, FINE);
        part(shot, place, side, &Tile::whole(side))
    },
    tiled: |_, _| Some(FINE),
    tile: part,
    basis: Some(|shot, place| shot.only(place, &[]).with(|state| state.selected = 0)),
};

/// The slopes at the selected dot by the similarity to the negative and to the positive.
type Pulls = Option<Similarities>;

impl Scenario for PairPlane {
    /// Places from which the way downhill is drawn.
    type World = Vec<Similarities>;
    type Seen = Pulls;

    const VIEWS: &'static [View<Self>] = &[
        View::new("plane", "", figures::plane).aspect(1.0).main().each().over(MAP).sloped(slopes),
        View::DIFFERENCE,
    ];

    const GAUGES: &'static [Gauge<Self>] = &[
        Gauge::LOSS.missing(NO_VECTORS),
        Gauge::<Self>::seen("push", "push on the negative", |pulls| pulls.map_or(f64::NAN, |by| by.0))
            .missing(NO_VECTORS),
        Gauge::<Self>::seen("pull", "pull on the positive", |pulls| pulls.map_or(f64::NAN, |by| -by.1))
            .missing(NO_VECTORS),
        Gauge::<Self>::new("force-ratio", "push over pull", |shot, place| {
            let ratio = (*shot.at_end(place)?).map(|(n, p)| (n / p).abs());
            ratio.filter(|ratio| ratio.is_finite())
        })
        .each()
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

    fn world(&self, state: &State) -> Vec<Similarities> {
        let given = state.points.iter().flatten().map(|p| (p.x, p.y)).take(STARTS.len());
        let dots: Vec<Similarities> = given.map(|at| held(state.contender(), at)).collect();
        if dots.is_empty() { STARTS.to_vec() } else { dots }
    }

    fn needs(&self, contenders: &[Contender]) -> String {
        format!("{:?}", arrangement(&contenders[0]))
    }

    fn wire(&self, dots: &Rc<Vec<Similarities>>, contender: &Contender, _: &State) -> Box<dyn Wire> {
        let mut pairing = pairing(contender);
        let inputs = pairing.inputs(dots[0]).cloned();
        Box::new(Direct(inputs.ok_or_else(|| pairing.refused().unwrap_or(NO_VECTORS).to_owned())))
    }

    /// Each loss at the selected dot alone.
    fn plans(&self, state: &State) -> Vec<Plan> {
        let dots = self.world(state);
        let here = state.with(|state| state.points = Some(points(&[dots[selected(state, &dots)]])));
        let plan = |(contender, title): (&Contender, String)| Plan {
            title,
            contenders: vec![contender.clone()],
            optimizer: Some(STILL),
            elsewhere: Some(here.clone()),
        };
        state.contenders.iter().zip(titles(&state.contenders)).map(plan).collect()
    }

    fn seen(&self, shot: &Shot<Self>, run: &Run) -> Pulls {
        pairing(run.contender()).slopes(shot.world[selected(&shot.state, &shot.world)])
    }

    fn sentence(&self, shot: &Shot<Self>) -> String {
        let (n, p) = shot.world[selected(&shot.state, &shot.world)];
        let of = |(place, run): (usize, &Run)| {
            let loss = run.course().map_or(f64::NAN, |course| course.loss());
            match shot.seen(place) {
                Some((push, pull)) => format!(
                    "{} is {loss:.4}, pushes the negative with {push:.4} and pulls the positive with {:.4}",
                    run.title, -pull
                ),
                None if loss.is_finite() => format!("{} is {loss:.4}", run.title),
                None => format!("{} has no value", run.title),
            }
        };
        let losses: Vec<String> = shot.runs.all.iter().enumerate().map(of).collect();
        format!(
            "The anchor's cosine is {n:.2} to the negative and {p:.2} to the positive. {}.",
            losses.join("; ")
        )
    }

    fn handle(&self, shot: &Shot<Self>, handle: &str) -> Option<usize> {
        (0..shot.world.len()).find(|i| handle == format!("dot-{}", i + 1))
    }

    fn moved(&self, shot: &Shot<Self>, _: usize, handle: &str, to: (f64, f64)) -> Option<State> {
        let i = self.handle(shot, handle)?;
        let mut dots = (*shot.world).clone();
        dots[i] = held(shot.state.contender(), to);
        Some(shot.with_points(points(&dots), i))
    }
}

/// How the vectors of a loss are placed.
fn arrangement(contender: &Contender) -> Arrangement {
    Arrangement::of(contender.loss.spec()).expect("the stage shows no other losses")
}

/// A loss in front of its vectors.
fn pairing(contender: &Contender) -> Pairing<'_> {
    Pairing::new(contender, arrangement(contender))
}

/// The selected dot.
fn selected(state: &State, dots: &[Similarities]) -> usize {
    state.selected.min(dots.len() - 1)
}

/// The nearest place above for which a loss has vectors.
fn held(contender: &Contender, (n, p): Similarities) -> Similarities {
    let most = 1.0 - EDGE;
    let n = n.clamp(-most, most);
    (n, p.clamp((arrangement(contender).least(n) + EDGE).clamp(-most, most), most))
}

fn points(dots: &[Similarities]) -> Vec<Point> {
    dots.iter().map(|&(x, y)| Point { x, y, class: 0 }).collect()
}

/// A part of the map with so many samples along a side.
fn part(shot: &Shot<PairPlane>, place: usize, side: usize, tile: &Tile) -> Vec<f64> {
    let along = |i: usize| 2.0 * i as f64 / (side - 1) as f64 - 1.0;
    let mut pairing = pairing(shot.run(place).contender());
    tile.samples().into_iter().map(|(column, row)| pairing.value((along(column), along(row)))).collect()
}

/// A loss over the plane.
fn slopes(shot: &Shot<PairPlane>, _: usize, of: usize) -> Option<Slopes<'_>> {
    let mut pairing = pairing(shot.run(of).contender());
    let at = move |at| {
        let (by_n, by_p) = pairing.slopes(at).unwrap_or((f64::NAN, f64::NAN));
        (pairing.value(at), [by_n, by_p])
    };
    Some(Slopes { ends: [(-1.0, 1.0); 2], at: Box::new(at), cost: Box::new(|| COST) })
}

#[cfg(test)]
mod tests;
