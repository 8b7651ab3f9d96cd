//! The numbers of a figure, without its words and colours.

use std::collections::BTreeMap;

use loss_explorer::figures::{At, Figure, Mark, Plane};

/// The numbers of the marks of each kind, in the order in which they are drawn.
pub fn series(figure: &Figure) -> BTreeMap<&'static str, Vec<f64>> {
    let mut series: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    let mut add = |kind, numbers: Vec<f64>| series.entry(kind).or_default().extend(numbers);
    add("axes", [figure.x.range, figure.y.range].into_iter().flat_map(pair).collect());
    if let Plane::Surface { yaw, pitch } = figure.plane {
        add("view", vec![yaw, pitch]);
    }
    for mark in &figure.marks {
        match mark {
            Mark::Line { points, .. } => add("lines", points.iter().copied().flat_map(pair).collect()),
            Mark::Points { points, .. } => add("points", points.iter().copied().flat_map(pair).collect()),
            Mark::Arrows { arrows, .. } => {
                add("arrows", arrows.iter().flatten().copied().flat_map(pair).collect());
            }
            Mark::Map(map) => {
                add("extent of the map", [map.x, map.y].into_iter().flat_map(pair).collect());
                add("map", map.values.clone());
            }
            Mark::Bars { heights, .. } => add("bars", heights.clone()),
            Mark::Rule { at: At::X(at) | At::Y(at), .. } => add("rules", vec![*at]),
            Mark::Hatch { zone, .. } => {
                add(
                    "hatched",
                    zone.samples.iter().map(|is_inside| f64::from(u8::from(*is_inside))).collect(),
                );
            }
            Mark::Cover { points } => add("covers", points.iter().flat_map(|at| pair(*at)).collect()),
            Mark::Band { range, .. } => add("bands", pair(*range).to_vec()),
            Mark::Text { at, .. } => add("words", pair(*at).to_vec()),
        }
    }
    for handle in &figure.handles {
        add("handles", pair(handle.at).into_iter().chain([f64::from(u8::from(handle.selected))]).collect());
    }
    series
}

fn pair((x, y): (f64, f64)) -> [f64; 2] {
    [x, y]
}
