//! What is on screen for one state.

use std::any::Any;

use super::pairing::{Arrangement, Pairing, Similarities};
use crate::figures::{Figure, fixed, quantity};
use crate::input::Inputs;
use crate::stages::engine::numbered;
use crate::stages::stage::{Computed, FigureInfo, Quality, Readout, Scene, Tile, readout, side_by_side};
use crate::stages::{Point, State, titles};

/// Where the dots start.
const STARTS: [Similarities; 3] = [(0.8, 0.8), (0.5, 0.5), (0.2, 0.2)];

/// Dots stay this far from where similarities end: at the very end there is no slope.
const EDGE: f64 = 1e-3;

/// Samples along a side of the map at full quality.
const FINE: usize = 121;

pub(super) struct PairPlaneScene {
    pub state: State,
    /// What the losses are called.
    pub titles: Vec<String>,
    /// Places from which the way downhill is drawn.
    pub dots: Vec<Similarities>,
    /// The selected one.
    pub selected: usize,
}

impl PairPlaneScene {
    pub(super) fn new(state: &State) -> Self {
        let mut scene =
            Self { state: state.clone(), titles: titles(&state.contenders), dots: Vec::new(), selected: 0 };
        let given = state.points.iter().flatten().map(|p| (p.x, p.y)).take(STARTS.len());
        let dots: Vec<Similarities> = given.map(|at| scene.held(at)).collect();
        scene.dots = if dots.is_empty() { STARTS.to_vec() } else { dots };
        scene.selected = state.selected.min(scene.dots.len() - 1);
        scene
    }

    /// How the vectors of a loss are placed.
    pub(super) fn arrangement(&self, contender: usize) -> Arrangement {
        let spec = self.state.contenders[contender].loss.spec();
        Arrangement::of(spec).expect("the stage shows no other losses")
    }

    /// A loss in front of its vectors.
    pub(super) fn pairing(&self, contender: usize) -> Pairing<'_> {
        Pairing::new(&self.state.contenders[contender], self.arrangement(contender))
    }

    /// The nearest place above for which the main loss has vectors.
    fn held(&self, (n, p): Similarities) -> Similarities {
        let most = 1.0 - EDGE;
        let n = n.clamp(-most, most);
        (n, p.clamp((self.arrangement(0).least(n) + EDGE).clamp(-most, most), most))
    }

    /// A part of the map with so many samples along a side.
    fn part(&self, figure: &str, side: usize, tile: &Tile) -> Computed {
        let along = |i: usize| 2.0 * i as f64 / (side - 1) as f64 - 1.0;
        let mut pairing = self.pairing(self.plane_of(figure).unwrap_or(0));
        tile.samples().into_iter().map(|(column, row)| pairing.value((along(column), along(row)))).collect()
    }

    /// The loss that a map is of.
    fn plane_of(&self, figure: &str) -> Option<usize> {
        (0..self.titles.len()).find(|&i| numbered("plane", i) == figure)
    }

    fn points(dots: &[Similarities]) -> Vec<Point> {
        dots.iter().map(|&(x, y)| Point { x, y, class: 0 }).collect()
    }
}

impl Scene for PairPlaneScene {
    fn state(&self) -> &State {
        &self.state
    }

    fn figures(&self) -> Vec<FigureInfo> {
        let plane = |(i, title): (usize, &String)| FigureInfo {
            refines: true,
            ..FigureInfo::plain(numbered("plane", i), title.clone(), 1.0, true)
        };
        self.titles.iter().enumerate().map(plane).collect()
    }

    fn compute(&self, figure: &str, quality: Quality) -> Computed {
        if self.plane_of(figure).is_none() {
            return Vec::new();
        }
        let side = quality.choose(33, FINE);
        self.part(figure, side, &Tile::whole(side))
    }

    fn tiled(&self, figure: &str) -> Option<usize> {
        self.plane_of(figure).map(|_| FINE)
    }

    fn tile(&self, figure: &str, side: usize, tile: &Tile) -> Computed {
        self.part(figure, side, tile)
    }

    fn basis(&self, figure: &str) -> State {
        let contender = &self.state.contenders[self.plane_of(figure).unwrap_or(0)];
        let mut basis = State::new(contender.loss, self.state.stage);
        basis.contenders = vec![contender.clone()];
        basis
    }

    fn figure(&self, figure: &str, computed: &[f64]) -> Figure {
        self.plane(self.plane_of(figure).unwrap_or(0), computed)
    }

    fn readouts(&self) -> Vec<Readout> {
        let at = self.dots[self.selected];
        let mut readouts = Vec::new();
        for i in 0..self.titles.len() {
            let mut pairing = self.pairing(i);
            let (value, slopes) = (pairing.value(at), pairing.slopes(at));
            let missing = pairing.refused().unwrap_or("no vectors have these similarities").to_owned();
            let ratio = slopes.map(|(n, p)| (n / p).abs()).filter(|ratio| ratio.is_finite());
            let id = |kind| numbered(kind, i);
            let own = [
                readout(id("loss"), "loss", Some(value), &missing),
                readout(id("push"), "push on the negative", slopes.map(|s| s.0), &missing),
                readout(id("pull"), "pull on the positive", slopes.map(|s| -s.1), &missing),
                readout(id("force-ratio"), "push over pull", ratio, "nothing pulls the positive here"),
            ];
            readouts.extend(own.map(|readout| readout.of(i, self.titles.len(), &self.titles[i])));
        }
        side_by_side(&mut readouts);
        readouts
    }

    fn batch(&self) -> Option<Inputs<f64>> {
        self.pairing(0).inputs(self.dots[self.selected]).cloned()
    }

    fn sentence(&self) -> String {
        let (n, p) = self.dots[self.selected];
        let of = |i: usize| {
            let mut pairing = self.pairing(i);
            match (pairing.value((n, p)), pairing.slopes((n, p))) {
                (value, Some((push, pull))) => format!(
                    "{} is {}, pushes the negative with {} and pulls the positive with {}",
                    self.titles[i],
                    quantity(value),
                    quantity(push),
                    quantity(-pull)
                ),
                (value, None) if value.is_finite() => format!("{} is {}", self.titles[i], quantity(value)),
                _ => format!("{} has no value", self.titles[i]),
            }
        };
        let losses: Vec<String> = (0..self.titles.len()).map(of).collect();
        format!(
            "The anchor's cosine is {} to the negative and {} to the positive. {}.",
            fixed(n, 2),
            fixed(p, 2),
            losses.join("; ")
        )
    }

    fn place(&self, _: &str, handle: &str, to: (f64, f64)) -> State {
        let position = handle.strip_prefix("dot-").and_then(|n| n.parse::<usize>().ok()?.checked_sub(1));
        let Some(i) = position.filter(|i| *i < self.dots.len() && to.0.is_finite() && to.1.is_finite())
        else {
            return self.state.clone();
        };
        let mut dots = self.dots.clone();
        dots[i] = self.held(to);
        self.state.with(|state| {
            state.points = Some(Self::points(&dots));
            state.selected = i;
        })
    }

    fn select(&self, _: &str, handle: &str) -> State {
        let position = (0..self.dots.len()).find(|i| handle == format!("dot-{}", i + 1));
        self.state.with(|state| state.selected = position.unwrap_or(state.selected))
    }

    fn act(&self, action: &str) -> State {
        self.state.with(|state| {
            if action == "reset" {
                (state.points, state.selected) = (None, 0);
            }
        })
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}
