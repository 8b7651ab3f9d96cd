//! The drawings of the stage.

use super::batch::class_name;
use super::layout::Layout;
use super::scene::{EmbeddingPlaneScene, asked};
use crate::figures::{Axis, Colours, Dash, Figure, Freedom, Handle, Ink, Map, Mark, Plane, Shape};
use crate::real::Real;
use crate::stages::planar::drawing::{arrows, at, circle, empty, line, map, selection, trails};
use crate::stages::planar::measures::{dot, units};
use crate::stages::planar::reading::Place;
use crate::stages::planar::run::Run;

/// Width in pixels of the line for a negative that has the whole push.
const WIDEST_PUSH: f64 = 14.0;

/// Shares below this get no line.
const LEAST_PUSH: f64 = 0.02;

/// Negatives that get a bar of their own.
const BARS: usize = 16;

/// Rows of a matrix that still have room for a number each.
const NUMBERED: usize = 24;

impl EmbeddingPlaneScene {
    /// Points, forces and trails over the landscape of the selected point.
    pub(super) fn plane(&self, run: &Run, computed: &[f64]) -> Figure {
        let places = self.places(run);
        let reach = Self::reach(places);
        let mut marks = Vec::new();
        marks.extend(map("loss", computed, reach, Colours::Magnitude));
        marks.push(circle());
        marks.extend(self.links(run));
        if self.state.knobs.named("trails") == "on" {
            marks.extend(trails(run, &self.inks()));
        }
        if self.state.knobs.named("pushes") == "on" {
            marks.extend(self.pushes(run));
        }
        marks.extend(run.now().and_then(|now| arrows(now, self.motion, reach)));
        marks.extend(self.points(run));
        marks.push(selection(places[self.selected]));
        let handle = |(i, &place): (usize, &Place)| Handle {
            id: self.batch.handle(i),
            name: self.batch.name(i),
            at: at(place),
            freedom: Freedom::Plane,
            selected: i == self.selected,
        };
        let knob = |name| self.state.knobs.get(name);
        Figure {
            title: format!("{} as {} moves", run.title, self.batch.name(self.selected)),
            x: Axis::linear("x₁", (-reach, reach)),
            y: Axis::linear("x₂", (-reach, reach)),
            marks,
            handles: places.iter().enumerate().map(handle).collect(),
            plane: if self.state.knobs.named("view") == "surface" {
                Plane::Surface { yaw: knob("yaw"), pitch: knob("pitch") }
            } else {
                Plane::Equal
            },
        }
    }

    /// What belongs together in pairs.
    fn links(&self, run: &Run) -> Vec<Mark> {
        let spec = run.contender().loss.spec();
        let in_pairs = self.state.knobs.named("views") == "pairs" || Layout::has_targets(spec);
        if !Layout::is_paired(spec) || !in_pairs {
            return Vec::new();
        }
        let places = &self.places(run)[..self.batch.samples];
        let link = |pair: &[Place]| line("", vec![at(pair[0]), at(pair[1])], Ink::Muted, Dash::Dashed, 1.5);
        places.chunks_exact(2).map(link).collect()
    }

    /// A line from the selected point to each of its negatives, as wide as its share of the push.
    fn pushes(&self, run: &Run) -> Vec<Mark> {
        let places = self.places(run);
        let negatives = self.penalties().map_or(&[][..], |penalties| &penalties.negatives);
        let push = |&(i, _, share): &(usize, f64, f64)| {
            let way = vec![at(places[self.selected]), at(places[i])];
            line("", way, Ink::Class(self.batch.classes[i]), Dash::Solid, WIDEST_PUSH * share)
        };
        negatives.iter().filter(|n| n.2 >= LEAST_PUSH).map(push).collect()
    }

    /// The colour of every point.
    fn inks(&self) -> Vec<Ink> {
        let of_class = |i: usize| i < self.batch.samples || self.batch.has_classed_stars();
        let classes = self.batch.classes.iter().enumerate();
        classes.map(|(i, &class)| if of_class(i) { Ink::Class(class) } else { Ink::Text }).collect()
    }

    /// One mark a class, prototypes in front. Rings are targets without gradient.
    fn points(&self, run: &Run) -> Vec<Mark> {
        let places = self.places(run);
        let targets = Layout::has_targets(run.contender().loss.spec());
        let batch = &self.batch;
        let is_shown = |&i: &usize| i < batch.samples || run.reading().sees(i);
        let mark = |name: String, own: Vec<usize>, ink: Ink, shape: Shape, size: f64| Mark::Points {
            name,
            points: own.into_iter().map(|i| at(places[i])).collect(),
            ink,
            shape,
            size,
        };
        let mut marks = Vec::new();
        for class in 0..batch.class_count() {
            let own = (0..batch.samples).filter(|&i| batch.classes[i] == class);
            let (held, own): (Vec<usize>, Vec<usize>) = own.partition(|i| targets && i % 2 == 1);
            let name = format!("class {}", class_name(class));
            marks.push(mark(name, own, Ink::Class(class), Shape::OfClass(class), 6.0));
            let name = format!("target {}", class_name(class));
            marks.push(mark(name, held, Ink::Class(class), Shape::Ring, 5.0));
        }
        let stars = batch.stars().filter(is_shown);
        if batch.has_classed_stars() {
            for class in 0..batch.class_count() {
                let own = stars.clone().filter(|&i| batch.classes[i] == class).collect();
                let name = format!("prototype {}", class_name(class));
                marks.push(mark(name, own, Ink::Class(class), Shape::Star, 9.0));
            }
        } else {
            marks.push(mark("prototypes".into(), stars.collect(), Ink::Text, Shape::Star, 9.0));
        }
        marks.retain(|mark| !matches!(mark, Mark::Points { points, .. } if points.is_empty()));
        marks
    }

    /// The rows and columns of the matrices, as positions among the rows that the loss reads, and what they are.
    fn sides(&self, run: &Run) -> [(Vec<usize>, &'static str); 2] {
        let spec = run.contender().loss.spec();
        let rows = |input| run.reading().rows_of(input);
        match (Layout::is_paired(spec), Layout::has_prototypes(spec)) {
            (true, false) => [(rows("anchors"), "anchor"), (rows("positives"), "positive")],
            (true, true) => [(rows("anchors"), "anchor"), (rows("prototypes"), "prototype")],
            (false, false) => [(rows("embeddings"), "point"), (rows("embeddings"), "point")],
            (false, true) => {
                let all = (0..run.reading().rows().len()).collect();
                [(rows("embeddings"), "point"), (all, "point, then prototype")]
            }
        }
    }

    /// An axis with a place for each of these rows, and where the first and the last are.
    fn axis(&self, run: &Run, (rows, label): &(Vec<usize>, &'static str)) -> (Axis, (f64, f64)) {
        let length = rows.len() as f64;
        if rows.len() > NUMBERED {
            return (Axis::linear(*label, (0.5, length + 0.5)), (1.0, length));
        }
        let name = |&row: &usize| match run.reading().rows()[row].point {
            sample if sample < self.batch.samples => (sample + 1).to_string(),
            star if self.batch.has_classed_stars() => class_name(self.batch.classes[star]),
            star => (self.batch.classes[star] + 1).to_string(),
        };
        (Axis::names(*label, rows.iter().map(name).collect()), (0.0, length - 1.0))
    }

    fn matrix(&self, run: &Run, title: &str, name: &str, values: Vec<f64>) -> Figure {
        let [rows, columns] = self.sides(run);
        let ((x, across), (y, up)) = (self.axis(run, &columns), self.axis(run, &rows));
        Figure {
            title: title.into(),
            x,
            y,
            marks: vec![Mark::Map(Map {
                name: name.into(),
                columns: columns.0.len(),
                values,
                x: across,
                y: up,
                colours: Colours::Signed,
                contours: 0,
                cells: true,
            })],
            handles: Vec::new(),
            plane: if rows.0.len() == columns.0.len() { Plane::Equal } else { Plane::Free },
        }
    }

    pub(super) fn similarities_figure(&self) -> Figure {
        let run = &self.runs[0];
        let [(rows, _), (columns, _)] = self.sides(run);
        let seen = |rows: &[usize]| -> Vec<Place> {
            units(&rows.iter().map(|&row| run.reading().seen(row, self.places(run))).collect::<Vec<_>>())
        };
        let (rows, columns) = (seen(&rows), seen(&columns));
        let cosines = rows.iter().flat_map(|&a| columns.iter().map(move |&b| dot(a, b)));
        self.matrix(run, "Cosine similarities", "cosine", cosines.collect())
    }

    pub(super) fn forces_figure(&self) -> Figure {
        let run = &self.runs[0];
        let title = "Slope of the loss by each similarity: above 0 pushed apart, below 0 pulled together";
        let [(rows, _), (columns, _)] = self.sides(run);
        match run.now().and_then(|now| asked(run, &now.points).matrix(&rows, &columns)) {
            Some(forces) => self.matrix(run, title, "∂loss / ∂similarity", forces),
            None => empty(title, "this loss is not one of similarities alone"),
        }
    }

    pub(super) fn penalties_figure(&self) -> Figure {
        let title = format!("Who pushes {}, the nearest first", self.batch.name(self.selected));
        let Some(penalties) = self.penalties() else { return empty(&title, "nothing pushes this point") };
        let (shown, rest) = penalties.negatives.split_at(penalties.negatives.len().min(BARS));
        let angle = |cosine: f64| format!("{:.0}°", cosine.angle().to_degrees());
        let mut names: Vec<String> = shown.iter().map(|n| angle(n.1)).collect();
        let mut heights: Vec<f64> = shown.iter().map(|n| n.2).collect();
        let mut inks: Vec<Ink> = shown.iter().map(|n| Ink::Class(self.batch.classes[n.0])).collect();
        if !rest.is_empty() {
            names.push("rest".into());
            heights.push(rest.iter().map(|n| n.2).sum());
            inks.push(Ink::Muted);
        }
        Figure {
            title,
            x: Axis::names("angle to the negative", names),
            y: Axis::linear("share of the push", (0.0, 1.0)),
            marks: vec![Mark::Bars { name: "share of the push".into(), heights, inks }],
            handles: Vec::new(),
            plane: Plane::Free,
        }
    }
}
