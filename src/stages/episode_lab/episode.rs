//! The points of a state as an episode: support, then queries; their prototypes follow from them.

use crate::spec::{Input, Role, Spec};
use crate::stages::planar::drawing::class_name;
use crate::stages::planar::reading::{Place, Reading};
use crate::stages::{Point, State};
use crate::toys::episode;
use crate::toys::plane::Sample;

/// Among the points of a state, class 32 + c marks a query of class c.
pub(super) const QUERY: usize = 32;

/// Support, followed by the queries.
#[derive(Clone, Debug, PartialEq)]
pub struct Episode {
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
        let set = state.points();
        let points = if set.is_empty() { toy(state) } else { set };
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

    /// The points as a loss reads them: support and queries apart, or all points whatever part they have.
    pub(super) fn reading(&self, spec: &'static Spec) -> Reading {
        let sets: Vec<&Input> = spec.of_role(Role::Embedding).collect();
        // Labels have the length of what they label.
        let part = |input: &Input| match sets.iter().position(|set| set.shape[0] == input.shape[0]) {
            Some(0) if sets.len() > 1 => 0..self.support,
            Some(1) => self.queries(),
            _ => 0..self.places.len(),
        };
        let rows = |input: &'static Input| (part(input).collect(), 0.0);
        let labels = |input: &'static Input| self.classes[part(input)].iter().map(|&c| c as f64).collect();
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

    /// The points, and beyond them the prototypes.
    pub(super) fn handles(&self) -> std::ops::Range<usize> {
        0..self.places.len() + self.ways()
    }

    /// Where a handle is; `None` for the prototype of a class without support.
    pub(super) fn at(&self, i: usize, places: &[Place]) -> Option<Place> {
        match i.checked_sub(places.len()) {
            None => Some(places[i]),
            Some(class) => *self.prototypes(places).get(class)?,
        }
    }

    /// What moves with a handle, and how far each is from it.
    pub(super) fn moving(&self, i: usize, places: &[Place]) -> Vec<(usize, Place)> {
        let Some(class) = i.checked_sub(self.places.len()) else { return vec![(i, [0.0, 0.0])] };
        let Some(Some([x, y])) = self.prototypes(places).get(class).copied() else { return Vec::new() };
        self.support_of(class).map(|i| (i, [places[i][0] - x, places[i][1] - y])).collect()
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
