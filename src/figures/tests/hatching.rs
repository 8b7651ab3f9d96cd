//! A zone is hatched where it is, and nowhere else.

use super::samples;
use crate::figures::{Figure, Frame, Mark, Plane, Theme, Zone, layout, svg};

/// A map whose left half is hatched.
fn hatched() -> Figure {
    let mut figure = samples::map();
    let map = figure.marks.iter().find_map(|mark| if let Mark::Map(map) = mark { Some(map) } else { None });
    let map = map.expect("a map").clone();
    let inside = (0..map.values.len()).map(|i| i % map.columns < map.columns / 2).collect();
    figure.marks =
        vec![Mark::Map(map.clone()), Mark::Hatch { name: "dead zone".into(), zone: Zone::of(&map, inside) }];
    figure
}

/// The ends of the slanted lines in a drawing, in CSS pixels.
fn slanted(figure: &Figure, frame: &Frame) -> Vec<[(f64, f64); 2]> {
    let text = svg(figure, frame);
    let document = roxmltree::Document::parse(&text).expect("an SVG drawing is well-formed XML");
    let number = |text: &str| text.parse::<f64>().expect("a coordinate") / 10.0;
    let lines = document.descendants().filter_map(|node| node.attribute("points")).filter_map(|points| {
        let places: Vec<(f64, f64)> = points
            .split_whitespace()
            .filter_map(|pair| pair.split_once(','))
            .map(|(x, y)| (number(x), number(y)))
            .collect();
        let [from, to] = places[..] else { return None };
        let (across, down) = ((to.0 - from.0).abs(), (to.1 - from.1).abs());
        // Contours are not as straight.
        (across > 1.0 && (across - down).abs() < 0.3).then_some([from, to])
    });
    lines.collect()
}

#[test]
fn lines_cover_the_zone_and_stay_in_it() {
    let frame = Frame::new(500.0, 400.0, Theme::light());
    let figure = hatched();
    let plot = layout(&figure, &frame).plot;
    let lines = slanted(&figure, &frame);
    let inside = |(x, _): &(f64, f64)| *x >= plot.left - 1.0 && *x <= plot.centre().0 + 1.0;
    let in_plot: Vec<_> = lines.iter().filter(|line| line.iter().all(|at| at.1 >= plot.top - 1.0)).collect();
    assert!(in_plot.len() > 40, "only {} lines hatch half a map", in_plot.len());
    assert!(in_plot.iter().all(|line| line.iter().all(inside)), "a line leaves the zone");
    let farthest = in_plot.iter().flat_map(|line| line.map(|at| at.0)).fold(0.0, f64::max);
    assert!(farthest > plot.centre().0 - 15.0, "the zone is not hatched to its edge");
    assert!(svg(&figure, &frame).contains("dead zone"), "the legend does not name it");
}

#[test]
fn a_surface_is_hatched_as_well() {
    let frame = Frame::new(500.0, 400.0, Theme::dark());
    let solid = Figure { plane: Plane::Surface { yaw: 0.6, pitch: 0.5 }, ..hatched() };
    let mut plain = solid.clone();
    plain.marks.truncate(1);
    let lines = |figure: &Figure| svg(figure, &frame).matches("<polyline").count();
    assert!(lines(&solid) > lines(&plain) + 20, "the zone is not seen on the surface");
}
