//! The episode as a map and as numbers: prototypes with their regions, gaps of the queries, parts of the loss.

use super::measures::{self, boundaries};
use super::{EpisodeLab, REACH, selected, shows_regions, telling};
use crate::figures::{At, Axis, Colours, Dash, Figure, Freedom, Handle, Ink, Mark, Shape};
use crate::stages::Contender;
use crate::stages::engine::curves::against_steps;
use crate::stages::engine::{Shot, terms};
use crate::stages::planar::drawing::{
    arrows, at, class_name, map, reach, selection, square, term_arrows, trails,
};
use crate::stages::planar::measures::distance;
use crate::stages::planar::motion::Motion;
use crate::stages::planar::reading::Place;
use crate::stages::stage::Quality;

/// The class of the nearest prototype over the plane.
pub(super) fn regions(shot: &Shot<EpisodeLab>, place: usize, quality: Quality) -> Vec<f64> {
    let side = quality.choose(96, 240);
    let places = &shot.seen(place).places;
    let reach = reach(places, REACH);
    let along = |i: usize| reach * (2.0 * i as f64 / (side - 1) as f64 - 1.0);
    let prototypes = shot.world.prototypes(places);
    let nearest = |i: usize| {
        let here = [along(i % side), along(i / side)];
        let far = prototypes.iter().enumerate().filter_map(|(class, p)| Some((class, distance(here, (*p)?))));
        far.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(f64::NAN, |(class, _)| class as f64)
    };
    (0..side * side).map(nearest).collect()
}

/// Points, prototypes and boundaries over the landscape of the selected point or over the regions.
pub(super) fn plane(shot: &Shot<EpisodeLab>, place: usize, computed: &[f64]) -> Figure {
    let (episode, now, run, selected) = (&shot.world, shot.seen(place), shot.run(place), selected(shot));
    let places = &now.places;
    let reach = reach(places, REACH);
    let prototypes = episode.prototypes(places);
    let colours = if shows_regions(shot) { Colours::Classes } else { Colours::Magnitude };
    let mut marks: Vec<Mark> = map("loss", computed, reach, colours).into_iter().collect();
    let known: Vec<Place> = prototypes.iter().flatten().copied().collect();
    let lines = boundaries(&known, reach).into_iter();
    marks.extend(lines.map(|ends| Mark::line("", ends.to_vec(), Ink::Muted, Dash::Dashed, 1.5)));
    if shot.state.knobs.named("trails") == "on" {
        let inks: Vec<Ink> = episode.classes.iter().map(|&class| Ink::Class(class)).collect();
        marks.extend(trails(run, Motion::Free, &inks));
    }
    marks.extend(arrows(places, &now.gradient, reach));
    if terms::asked(shot) {
        marks.extend(term_arrows(run, now, Motion::Free, selected, reach));
    }
    marks.extend(points(shot, places, &prototypes));
    marks.extend(episode.at(selected, places).and_then(selection));
    let handle = |i: usize| {
        Some(Handle {
            id: episode.handle(i),
            name: episode.name(i),
            at: at(episode.at(i, places)?),
            freedom: Freedom::Plane,
            selected: i == selected,
        })
    };
    let title = if shows_regions(shot) {
        format!("{}: regions of the nearest prototype", run.title)
    } else {
        format!("{} as {} moves", run.title, episode.name(selected))
    };
    square(title, reach, marks, episode.handles().filter_map(handle).collect())
}

/// Filled support, hollow queries and stars, a mark a class.
fn points(shot: &Shot<EpisodeLab>, places: &[Place], prototypes: &[Option<Place>]) -> Vec<Mark> {
    let episode = &shot.world;
    let mark = |kind: &str, class: usize, points: Vec<Place>, shape: Shape, size: f64| {
        let points = points.into_iter().map(at).collect();
        Mark::points(&format!("{kind} {}", class_name(class)), points, Ink::Class(class), shape, size)
    };
    let classes = 0..prototypes.len();
    let support = classes.clone().map(|class| {
        let own = episode.support_of(class).map(|i| places[i]).collect();
        mark("support", class, own, Shape::OfClass(class), 6.0)
    });
    let queries = classes.clone().map(|class| {
        let own = episode.queries().filter(|&i| episode.classes[i] == class);
        mark("query", class, own.map(|i| places[i]).collect(), Shape::HollowOfClass(class), 6.0)
    });
    let stars = classes
        .map(|class| mark("prototype", class, prototypes[class].into_iter().collect(), Shape::Star, 9.0));
    support.chain(queries).chain(stars).flatten().collect()
}

/// How far each query is from being taken for another class.
pub(super) fn gaps(shot: &Shot<EpisodeLab>) -> Figure {
    let (episode, queries) = (&shot.world, shot.world.queries());
    let class = |i: usize| episode.classes[i];
    let name = |i: usize| format!("{}{}", class_name(class(i)), i - episode.support + 1);
    let names = Axis::names("query", queries.clone().map(name).collect());
    let inks = queries.map(|i| Ink::Class(class(i))).collect();
    let title = "Gap of each query: nearest other prototype − own".into();
    let of = |place: usize| measures::gaps(episode, &shot.seen(place).places);
    Figure { title, ..bars(shot, names, "difference of distances", inks, &of) }
}

/// What the first loss that tells its parts makes of the points of every run.
pub(super) fn parts(shot: &Shot<EpisodeLab>) -> Figure {
    let Some(contender) = telling(shot) else { return Figure::words("no loss tells its parts") };
    let Contender { loss, params } = contender;
    let (reading, parts) = (shot.world.reading(loss.spec()), loss.parts());
    let of = |place: usize| {
        let inputs = reading.inputs(&shot.seen(place).places).ok();
        let inputs = inputs.filter(|inputs| loss.check(inputs, params).is_ok());
        inputs.map_or(Vec::new(), |inputs| parts.numbers(&inputs, params))
    };
    let names = Axis::names("", parts.names_of_numbers().map(str::to_owned).collect());
    Figure { title: parts_title(contender), ..bars(shot, names, "", vec![Ink::Accent], &of) }
}

/// Bars of the first run, and points of the others.
fn bars(shot: &Shot<EpisodeLab>, x: Axis, y: &str, inks: Vec<Ink>, of: &dyn Fn(usize) -> Vec<f64>) -> Figure {
    let all: Vec<Vec<f64>> = (0..shot.runs.all.len()).map(of).collect();
    let heights = all[0].iter().map(|height| if height.is_finite() { *height } else { 0.0 }).collect();
    let mut marks = vec![Mark::Bars { name: shot.run(0).title.clone(), heights, inks }];
    for (k, heights) in all.iter().enumerate().skip(1) {
        let points = against_steps(heights.iter().copied());
        marks.extend(Mark::points(&shot.run(k).title, points, Ink::Text, Shape::OfClass(k + 1), 4.5));
    }
    marks.push(Mark::Rule { name: String::new(), at: At::Y(0.0), ink: Ink::Muted });
    Figure::new(x, Axis::fitting(y, all.into_iter().flatten().chain([0.0])), marks)
}

/// The title of the figure of the parts of a loss.
pub(super) fn parts_title(contender: &Contender) -> String {
    format!("Parts of {}", contender.loss.spec().title)
}
