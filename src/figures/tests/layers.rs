//! What changes between two drawings, layer by layer.

use plotters::backend::SVGBackend;

use super::samples;
use crate::figures::{Drawing, Figure, Frame, Layer, Mark, Theme};

fn frame() -> Frame {
    Frame::new(600.0, 400.0, Theme::light())
}

/// A layer as text; the pixels of a map are part of the ground.
fn drawn(drawing: &Drawing, layer: Layer) -> String {
    let mut text = String::new();
    let backend = SVGBackend::with_string(&mut text, (6000, 4000));
    drawing.draw(layer, 10.0, backend).expect("a string takes everything");
    let pixels = drawing.raster().filter(|_| layer == Layer::Ground).map(|raster| raster.pixels);
    format!("{text}{pixels:?}")
}

/// Figures that differ from one in what a person may have moved or turned.
fn changed(figure: &Figure) -> Vec<Figure> {
    let mut moved = figure.clone();
    let mut raised = figure.clone();
    let mut turned = figure.clone();
    for mark in &mut moved.marks {
        if let Mark::Points { points, .. } = mark {
            points.iter_mut().for_each(|point| point.0 += 0.1);
        }
    }
    for mark in &mut raised.marks {
        if let Mark::Map(map) = mark {
            map.values.iter_mut().for_each(|value| *value *= 0.5);
        }
    }
    turned.x.label.push('!');
    vec![figure.clone(), moved, raised, turned]
}

#[test]
fn a_moved_dot_is_drawn_anew_over_what_stays() {
    for figure in [samples::curves(), samples::map()] {
        let title = figure.title.clone();
        let [before, moved] = [0, 1].map(|i| Drawing::new(changed(&figure)[i].clone(), &frame(), None));
        let shared = Layer::ALL.map(|layer| moved.shares(layer, &before));
        assert_eq!(shared, [true, false, true], "“{title}”: ground, marks and margin");
    }
}

#[test]
fn a_layer_that_stays_is_the_one_that_would_have_been_drawn() {
    for (name, figure) in samples::all() {
        let all = changed(&figure);
        for (i, a) in all.iter().enumerate() {
            let before = Drawing::new(a.clone(), &frame(), None);
            for (j, b) in all.iter().enumerate() {
                let after = Drawing::new(b.clone(), &frame(), Some(&before));
                let afresh = Drawing::new(b.clone(), &frame(), None);
                for layer in Layer::ALL {
                    let drawn = [&after, &afresh].map(|drawing| drawn(drawing, layer));
                    assert!(drawn[0] == drawn[1], "{name}, {layer:?}: {j} after {i} is not {j} alone");
                    let stays = after.shares(layer, &before);
                    assert!(
                        !stays || self::drawn(&before, layer) == drawn[0],
                        "{name}, {layer:?} stays from {i} to {j} and is wrong"
                    );
                    assert!(stays || i != j, "{name}, {layer:?} is drawn anew, though nothing has changed");
                }
            }
        }
    }
}

#[test]
fn nothing_stays_in_another_theme_or_size() {
    let drawing = |frame: &Frame| Drawing::new(samples::map(), frame, None);
    let (light, dark) = (drawing(&frame()), drawing(&Frame { theme: Theme::dark(), ..frame() }));
    let fine = drawing(&Frame { scale: 2.0, ..frame() });
    for layer in Layer::ALL {
        assert!(!dark.shares(layer, &light), "{layer:?} is light on a dark page");
        assert!(!fine.shares(layer, &light), "{layer:?} stays blurred");
    }
}
