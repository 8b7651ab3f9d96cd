//! Nothing is cut off, nothing covers anything else, and there is room left for the plot.

use super::{samples, words};
use crate::figures::{Axis, Dash, Figure, Frame, Ink, Mark, Plane, Theme, layout, svg};

/// Usual sizes, from the narrowest phone to a wide screen.
const SIZES: [(f64, f64); 7] = [
    (300.0, 240.0),
    (320.0, 260.0),
    (360.0, 480.0),
    (520.0, 340.0),
    (680.0, 440.0),
    (1000.0, 500.0),
    (1400.0, 900.0),
];

fn frames() -> impl Iterator<Item = Frame> {
    SIZES.into_iter().flat_map(|(width, height)| {
        [false, true].map(|titled| Frame { titled, ..Frame::new(width, height, Theme::light()) })
    })
}

#[test]
fn words_are_neither_cut_off_nor_written_over_each_other() {
    for frame in frames() {
        for (name, figure) in samples::all() {
            let words = words(&svg(&figure, &frame));
            assert!(words.len() > 3, "{name} at {} × {} has hardly a word", frame.width, frame.height);
            for (i, (text, rect)) in words.iter().enumerate() {
                let seen = rect.left >= -0.1
                    && rect.top >= -0.1
                    && rect.right() <= frame.width + 0.1
                    && rect.bottom() <= frame.height + 0.1;
                assert!(seen, "“{text}” of {name} is cut off at {} × {}", frame.width, frame.height);
                for (other, room) in &words[..i] {
                    assert!(
                        !rect.grown(-0.6).overlaps(room),
                        "“{text}” is written over “{other}” in {name} at {} × {}",
                        frame.width,
                        frame.height
                    );
                }
            }
        }
    }
}

#[test]
fn the_legend_and_the_colour_bar_leave_the_plot_free() {
    for frame in frames() {
        for (name, figure) in samples::all() {
            let layout = layout(&figure, &frame);
            for key in &layout.keys {
                let text = &key.label.text;
                assert!(
                    !key.label.rect().overlaps(&layout.plot),
                    "the entry “{text}” covers the plot of {name}"
                );
                assert!(
                    !key.sample.overlaps(&layout.plot),
                    "the sample of “{text}” covers the plot of {name}"
                );
            }
            if let Some(bar) = &layout.bar {
                assert!(!bar.rect.overlaps(&layout.plot), "the colour bar covers the plot of {name}");
            }
        }
    }
}

#[test]
fn the_plot_is_the_largest_thing() {
    for frame in frames() {
        for (name, figure) in samples::all() {
            let plot = layout(&figure, &frame).plot;
            let share = match figure.plane {
                // A square in an oblong frame.
                Plane::Equal => plot.height / frame.height.min(frame.width),
                Plane::Free | Plane::Surface { .. } => {
                    plot.width * plot.height / (frame.width * frame.height)
                }
            };
            let (w, h) = (frame.width, frame.height);
            assert!(share > 0.35, "the plot of {name} is only {:.0} % of {w} × {h}", 100.0 * share);
        }
    }
}

#[test]
fn circles_are_round() {
    for frame in frames() {
        for figure in [samples::circle(), samples::map()] {
            let layout = layout(&figure, &frame);
            let (x0, y0) = layout.to_pixel(0.0, 0.0);
            let (across, up) = (layout.to_pixel(1.0, 0.0).0 - x0, y0 - layout.to_pixel(0.0, 1.0).1);
            assert!((across - up).abs() < 1e-9, "one unit is {across} px across but {up} px up");
        }
    }
}

#[test]
fn a_pointer_finds_the_point_that_is_drawn_under_it() {
    for (name, figure) in samples::all() {
        let layout = layout(&figure, &Frame::new(680.0, 440.0, Theme::light()));
        for share in [(0.2, 0.3), (0.5, 0.5), (0.85, 0.6)] {
            let (x, y) = (layout.x.value(share.0), layout.y.value(share.1));
            let place = layout.to_pixel(x, y);
            let found = layout.to_data(place.0, place.1);
            let again = layout.to_pixel(found.0, found.1);
            // Behind a ridge of a surface another point may be under the pointer, but at the same place.
            let off = (again.0 - place.0).hypot(again.1 - place.1);
            assert!(
                off < 1.0,
                "in {name} the pointer at {place:?} takes hold of {found:?}, {off:.1} px away"
            );
        }
    }
}

#[test]
fn entries_of_a_long_legend_wrap_on_a_phone() {
    let names =
        ["a rather long name of a loss", "another rather long name", "a third name that does not end"];
    let line = |name: &str| Mark::Line {
        name: name.into(),
        points: vec![(0.0, 0.0), (1.0, 1.0)],
        ink: Ink::Accent,
        dash: Dash::Solid,
        width: 2.0,
    };
    let axis = || Axis::linear("x", (0.0, 1.0));
    let figure = Figure {
        title: String::new(),
        x: axis(),
        y: axis(),
        marks: names.map(line).to_vec(),
        handles: Vec::new(),
        plane: Plane::Free,
        compared: true,
    };
    let keys = layout(&figure, &Frame::new(300.0, 300.0, Theme::light())).keys;
    let rows: Vec<f64> = keys.iter().map(|key| key.label.at.1).collect();
    assert!(
        rows.windows(2).all(|pair| pair[1] > pair[0]),
        "the entries stand at {rows:?}, not each in a row"
    );
}
