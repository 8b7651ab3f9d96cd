//! The drawings of the stage.

use super::episode::class_name;
use super::measures::{boundaries, distance, gaps};
use super::scene::EpisodeScene;
use crate::figures::{At, Axis, Colours, Dash, Figure, Freedom, Handle, Ink, Mark, Plane, Shape};
use crate::stages::Contender;
use crate::stages::planar::drawing::{arrows, at, line, map, selection, trails};
use crate::stages::planar::reading::Place;
use crate::stages::planar::run::Run;
use crate::stages::planar::training::Motion;
use crate::stages::stage::Quality;

impl EpisodeScene {
    /// The class of the nearest prototype over the plane.
    pub(super) fn regions(&self, places: &[Place], reach: f64, quality: Quality) -> Vec<f64> {
        let side = match quality {
            Quality::Coarse => 96,
            Quality::Fine => 240,
        };
        let along = |i: usize| reach * (2.0 * i as f64 / (side - 1) as f64 - 1.0);
        let prototypes = self.episode.prototypes(places);
        let nearest = |i: usize| {
            let here = [along(i % side), along(i / side)];
            let far =
                prototypes.iter().enumerate().filter_map(|(class, p)| Some((class, distance(here, (*p)?))));
            far.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(f64::NAN, |(class, _)| class as f64)
        };
        (0..side * side).map(nearest).collect()
    }

    /// Points, prototypes and boundaries over the landscape of the selected point or over the regions.
    pub(super) fn plane(&self, run: &Run, computed: &[f64]) -> Figure {
        let places = self.places(run);
        let reach = Self::reach(places);
        let prototypes = self.episode.prototypes(places);
        let with_regions = self.state.knobs.named("colours") == "regions";
        let colours = if with_regions { Colours::Classes } else { Colours::Magnitude };
        let mut marks: Vec<Mark> = map("loss", computed, reach, colours).into_iter().collect();
        let known: Vec<Place> = prototypes.iter().flatten().copied().collect();
        let lines = boundaries(&known, reach).into_iter();
        marks.extend(lines.map(|ends| line("", ends.to_vec(), Ink::Muted, Dash::Dashed, 1.5)));
        if self.state.knobs.named("trails") == "on" {
            let inks: Vec<Ink> = self.episode.classes.iter().map(|&class| Ink::Class(class)).collect();
            marks.extend(trails(run, &inks));
        }
        marks.extend(run.now().and_then(|now| arrows(now, Motion::Free, reach)));
        marks.extend(self.points(places, &prototypes));
        marks.extend(self.at(self.selected, places).map(selection));
        let handle = |i: usize| {
            Some(Handle {
                id: self.episode.handle(i),
                name: self.episode.name(i),
                at: at(self.at(i, places)?),
                freedom: Freedom::Plane,
                selected: i == self.selected,
            })
        };
        let title = match with_regions {
            true => format!("{}: regions of the nearest prototype", run.title),
            false => format!("{} as {} moves", run.title, self.episode.name(self.selected)),
        };
        Figure {
            title,
            x: Axis::linear("x₁", (-reach, reach)),
            y: Axis::linear("x₂", (-reach, reach)),
            marks,
            handles: (0..places.len() + prototypes.len()).filter_map(handle).collect(),
            plane: Plane::Equal,
        }
    }

    /// Filled support, hollow queries and stars, a mark a class.
    fn points(&self, places: &[Place], prototypes: &[Option<Place>]) -> Vec<Mark> {
        let mark = |kind: &str, class: usize, points: Vec<Place>, shape: Shape, size: f64| Mark::Points {
            name: format!("{kind} {}", class_name(class)),
            points: points.into_iter().map(at).collect(),
            ink: Ink::Class(class),
            shape,
            size,
        };
        let classes = 0..prototypes.len();
        let support = classes.clone().map(|class| {
            let own = self.episode.support_of(class).map(|i| places[i]).collect();
            mark("support", class, own, Shape::OfClass(class), 6.0)
        });
        let queries = classes.clone().map(|class| {
            let own = self.episode.queries().filter(|&i| self.episode.classes[i] == class);
            mark("query", class, own.map(|i| places[i]).collect(), Shape::HollowOfClass(class), 6.0)
        });
        let stars = classes
            .map(|class| mark("prototype", class, prototypes[class].into_iter().collect(), Shape::Star, 9.0));
        let mut marks: Vec<Mark> = support.chain(queries).chain(stars).collect();
        marks.retain(|mark| !matches!(mark, Mark::Points { points, .. } if points.is_empty()));
        marks
    }

    /// How far each query is from being taken for another class.
    pub(super) fn gaps_figure(&self) -> Figure {
        let queries = self.episode.queries();
        let class = |i: usize| self.episode.classes[i];
        let name = |i: usize| format!("{}{}", class_name(class(i)), i - self.episode.support + 1);
        self.bars(
            "Gap of each query: nearest other prototype − own".into(),
            Axis::names("query", queries.clone().map(name).collect()),
            "difference of distances",
            queries.map(|i| Ink::Class(class(i))).collect(),
            &|places| gaps(&self.episode, places),
        )
    }

    /// What the first loss that tells its parts makes of the points of every run.
    pub(super) fn parts_figure(&self, contender: &Contender) -> Figure {
        let Contender { loss, params } = contender;
        let reading = self.episode.reading(loss.spec());
        let parts = loss.parts();
        let of = |places: &[Place]| {
            let inputs = reading.inputs(places).ok().filter(|inputs| loss.check(inputs, params).is_ok());
            inputs.map_or(Vec::new(), |inputs| parts.numbers(&inputs, params))
        };
        let names = parts.names_of_numbers().map(str::to_owned).collect();
        self.bars(parts_title(contender), Axis::names("", names), "", vec![Ink::Accent], &of)
    }

    /// Bars of the first run, and points of the others.
    fn bars(
        &self,
        title: String,
        x: Axis,
        y: &str,
        inks: Vec<Ink>,
        of: &dyn Fn(&[Place]) -> Vec<f64>,
    ) -> Figure {
        let all: Vec<Vec<f64>> = self.runs.iter().map(|run| of(self.places(run))).collect();
        let mut marks = vec![Mark::Bars {
            name: self.runs[0].title.clone(),
            heights: all[0].iter().map(|height| if height.is_finite() { *height } else { 0.0 }).collect(),
            inks,
        }];
        for (k, heights) in all.iter().enumerate().skip(1) {
            marks.push(Mark::Points {
                name: self.runs[k].title.clone(),
                points: heights.iter().enumerate().map(|(i, &height)| (i as f64, height)).collect(),
                ink: Ink::Text,
                shape: Shape::OfClass(k + 1),
                size: 4.5,
            });
        }
        marks.push(Mark::Rule { name: String::new(), at: At::Y(0.0), ink: Ink::Muted });
        Figure {
            title,
            x,
            y: Axis::fitting(y, all.into_iter().flatten().chain([0.0])),
            marks,
            handles: Vec::new(),
            plane: Plane::Free,
        }
    }
}

/// The title of the figure of the parts of a loss.
pub(super) fn parts_title(contender: &Contender) -> String {
    format!("Parts of {}", contender.loss.spec().title)
}
