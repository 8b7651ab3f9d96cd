//! The points of a state as an episode: support, then queries; their prototypes follow from them.

use crate::spec::{Input, Spec};
use crate::stages::planar::reading::{Place, Reading};
use crate::stages::{Point, State};
use crate::toys::episode;
use crate::toys::plane::Sample;

/// Among the points of a state, class 32 + c marks a query of class c.
pub(super) const QUERY: usize = 32;

/// Whether a loss reads an episode, or labelled points whatever part they have in it.
pub(super) fn fits(spec: &'static Spec) -> bool {
    let reads = spec.reads(&["support", "support_labels", "query", "query_labels"])
        || spec.reads(&["embeddings", "labels"]);
    reads && spec.inputs.iter().all(|input| input.is_integer() || input.is_variable())
}

/// Support, followed by the queries.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Episode {
    /// Where they start.
    pub places: Vec<Place>,
    /// The class of each.
    pub classes: Vec<usize>,
    /// How many are support.
    pub support: usize,
}

impl Episode {
    /// The points that a person has set, or the toy data.
    pub(super) fn new(state: &State) -> Self {
        let points = state.points.clone().unwrap_or_else(|| toy(state));
        let (queries, support): (Vec<Point>, Vec<Point>) = points.into_iter().partition(|p| p.class >= QUERY);
        let all = support.iter().chain(&queries);
        Self {
            places: all.clone().map(|p| [p.x, p.y]).collect(),
            classes: all.map(|p| p.class % QUERY).collect(),
            support: support.len(),
        }
    }

    /// Number of classes, counted up to the greatest.
    pub(super) fn ways(&self) -> usize {
        self.classes.iter().max().map_or(0, |c| c + 1)
    }

    /// The queries.
    pub(super) fn queries(&self) -> std::ops::Range<usize> {
        self.support..self.places.len()
    }

    /// The support of a class.
    pub(super) fn support_of(&self, class: usize) -> impl Iterator<Item = usize> {
        (0..self.support).filter(move |&i| self.classes[i] == class)
    }

    /// The mean of the support of each class; `None` of a class without.
    pub(super) fn prototypes(&self, places: &[Place]) -> Vec<Option<Place>> {
        let mean = |class: usize| {
            let own: Vec<Place> = self.support_of(class).map(|i| places[i]).collect();
            let sum = own.iter().fold([0.0, 0.0], |[x, y], [dx, dy]| [x + dx, y + dy]);
            (!own.is_empty()).then(|| sum.map(|c| c / own.len() as f64))
        };
        (0..self.ways()).map(mean).collect()
    }

    /// The points as a loss reads them.
    pub(super) fn reading(&self, spec: &'static Spec) -> Reading {
        let part = |name: &str| match name {
            "support" | "support_labels" => 0..self.support,
            "query" | "query_labels" => self.queries(),
            _ => 0..self.places.len(),
        };
        let rows = |input: &'static Input| (part(input.name).collect(), 0.0);
        let labels =
            |input: &'static Input| self.classes[part(input.name)].iter().map(|&c| c as f64).collect();
        Reading::new(spec, &rows, &labels)
    }

    /// The points of a state with everything at `places`.
    pub(super) fn points(&self, places: &[Place]) -> Vec<Point> {
        let class = |i: usize| if i < self.support { self.classes[i] } else { QUERY + self.classes[i] };
        places.iter().enumerate().map(|(i, &[x, y])| Point { x, y, class: class(i) }).collect()
    }

    /// The name of a handle: a point, or beyond them the prototype of a class.
    pub(super) fn handle(&self, i: usize) -> String {
        match i.checked_sub(self.places.len()) {
            Some(class) => format!("prototype-{}", class + 1),
            None if i < self.support => format!("support-{}", i + 1),
            None => format!("query-{}", i - self.support + 1),
        }
    }

    /// What it is called by people.
    pub(super) fn name(&self, i: usize) -> String {
        match i.checked_sub(self.places.len()) {
            Some(class) => format!("prototype of class {}", class_name(class)),
            None if i < self.support => format!("support {}, class {}", i + 1, class_name(self.classes[i])),
            None => format!("query {}, class {}", i - self.support + 1, class_name(self.classes[i])),
        }
    }

    /// What has that handle.
    pub(super) fn find(&self, handle: &str) -> Option<usize> {
        (0..self.places.len() + self.ways()).find(|&i| self.handle(i) == handle)
    }

    /// What moves with a handle, and how far each is from it.
    pub(super) fn moving(&self, i: usize, places: &[Place]) -> Vec<(usize, Place)> {
        let Some(class) = i.checked_sub(self.places.len()) else { return vec![(i, [0.0, 0.0])] };
        let Some(Some([x, y])) = self.prototypes(places).get(class).copied() else { return Vec::new() };
        self.support_of(class).map(|i| (i, [places[i][0] - x, places[i][1] - y])).collect()
    }
}

/// `A`, `B`, …
pub(super) fn class_name(class: usize) -> String {
    match u8::try_from(class) {
        Ok(class) if class < 26 => char::from(b'A' + class).to_string(),
        _ => (class + 1).to_string(),
    }
}

fn toy(state: &State) -> Vec<Point> {
    let knobs = &state.knobs;
    let (ways, shots, queries) = (knobs.whole("ways"), knobs.whole("shots"), knobs.whole("queries"));
    let samples = episode::classes(ways, shots + queries, knobs.get("noise"), state.seed);
    let of = |(i, sample): (usize, Sample)| {
        let part = if i % (shots + queries) < shots { 0 } else { QUERY };
        Point { x: sample.at[0], y: sample.at[1], class: part + sample.class }
    };
    samples.into_iter().enumerate().map(of).collect()
}
