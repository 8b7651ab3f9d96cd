//! Whatever a figure says and however small its frame is, something sane is drawn.

use proptest::collection::vec;
use proptest::prelude::*;

use super::words;
use crate::figures::{
    At, Axis, Colours, Dash, Drawing, Figure, Frame, Ink, Map, Mark, Plane, Shape, Theme, Zone, layout, svg,
    table,
};

/// Numbers, usual and unusual.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => -10.0..10.0,
        1 => Just(0.0),
        1 => prop::sample::select(vec![
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::MAX,
            f64::MIN,
            f64::MIN_POSITIVE,
            5e-324,
            1e-12,
            1e17
        ]),
    ]
}

fn words_of_people() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[a-zA-Zθλ∇ ]{1,20}",
        "[<>&\"'\u{0}-\u{1f}\u{300}-\u{310}漢字🙂\u{fffe}]{0,8}",
        Just("a name so long that it cannot possibly fit into any but the very widest of frames".into()),
    ]
}

fn axis() -> impl Strategy<Value = Axis> {
    (words_of_people(), (number(), number()), 0..3, vec(words_of_people(), 0..30)).prop_map(
        |(label, range, kind, names)| match kind {
            0 => Axis::linear(label, range),
            1 => Axis::log(label, range),
            _ => Axis { range, ..Axis::names(label, names) },
        },
    )
}

fn ink() -> impl Strategy<Value = Ink> {
    (0..5, 0_usize..100).prop_map(|(kind, i)| match kind {
        0 => Ink::Accent,
        1 => Ink::Text,
        2 => Ink::Muted,
        3 => Ink::Series(i),
        _ => Ink::Class(i),
    })
}

fn map() -> impl Strategy<Value = Map> {
    let colours = prop::sample::select(vec![
        Colours::Magnitude,
        Colours::Depth,
        Colours::Signed,
        Colours::HalfTurn,
        Colours::Classes,
    ]);
    (
        words_of_people(),
        0_usize..8,
        vec(number(), 0..60),
        (number(), number()),
        (number(), number()),
        colours,
        0_usize..40,
        any::<bool>(),
    )
        .prop_map(|(name, columns, values, x, y, colours, contours, cells)| Map {
            name,
            columns,
            values,
            x,
            y,
            colours,
            contours,
            cells,
        })
}

fn mark() -> impl Strategy<Value = Mark> {
    let place = || (number(), number());
    let shape = (0..4, 0_usize..20).prop_map(|(kind, class)| match kind {
        0 => Shape::Ring,
        1 => Shape::Star,
        2 => Shape::Cross,
        _ => Shape::OfClass(class),
    });
    prop_oneof![
        (words_of_people(), vec(place(), 0..20), ink(), any::<bool>(), number()).prop_map(
            |(name, points, ink, dashed, width)| Mark::Line {
                name,
                points,
                ink,
                dash: if dashed { Dash::Dashed } else { Dash::Solid },
                width,
            }
        ),
        (words_of_people(), vec(place(), 0..20), ink(), shape, number())
            .prop_map(|(name, points, ink, shape, size)| Mark::Points { name, points, ink, shape, size }),
        (words_of_people(), vec([place(), place()], 0..10), ink())
            .prop_map(|(name, arrows, ink)| Mark::Arrows { name, arrows, ink }),
        map().prop_map(Mark::Map),
        (words_of_people(), vec(number(), 0..9), vec(ink(), 0..3))
            .prop_map(|(name, heights, inks)| Mark::Bars { name, heights, inks }),
        (words_of_people(), number(), ink()).prop_map(|(name, x, ink)| Mark::Rule {
            name,
            at: At::X(x),
            ink
        }),
        (words_of_people(), number(), ink()).prop_map(|(name, y, ink)| Mark::Rule {
            name,
            at: At::Y(y),
            ink
        }),
        (words_of_people(), place(), ink()).prop_map(|(name, range, ink)| Mark::Band { name, range, ink }),
        (words_of_people(), 0_usize..8, vec(any::<bool>(), 0..60), place(), place()).prop_map(
            |(name, columns, samples, x, y)| Mark::Hatch { name, zone: Zone { columns, samples, x, y } }
        ),
        prop::collection::vec(place(), 0..5).prop_map(|points| Mark::Cover { points }),
        (words_of_people(), place(), ink()).prop_map(|(text, at, ink)| Mark::Text { text, at, ink }),
    ]
}

fn figure() -> impl Strategy<Value = Figure> {
    let plane = prop_oneof![
        Just(Plane::Free),
        Just(Plane::Equal),
        (number(), number()).prop_map(|(yaw, pitch)| Plane::Surface { yaw, pitch }),
    ];
    (words_of_people(), axis(), axis(), vec(mark(), 0..6), plane).prop_map(|(title, x, y, marks, plane)| {
        Figure { title, x, y, marks, handles: Vec::new(), plane, compared: true }
    })
}

fn frame() -> impl Strategy<Value = Frame> {
    let length = || prop_oneof![Just(1.0), Just(0.0), Just(-5.0), Just(f64::NAN), 1.0..60.0, 60.0..900.0];
    let scale = prop_oneof![Just(1.0), Just(2.0), Just(0.0), Just(f64::NAN), 0.1..4.0];
    (length(), length(), scale, any::<bool>(), any::<bool>()).prop_map(
        |(width, height, scale, dark, titled)| Frame {
            width,
            height,
            scale,
            theme: if dark { Theme::dark() } else { Theme::light() },
            titled,
        },
    )
}

proptest! {
    #[test]
    fn any_figure_is_drawn_in_any_frame(figure in figure(), frame in frame()) {
        let text = svg(&figure, &frame);
        let (width, height) = (frame.usable().width, frame.usable().height);
        for (word, rect) in words(&text) {
            // A line of text is taller than a frame of a few pixels; then it is only kept in it sideways.
            let inside = rect.left >= -0.2
                && rect.right() <= width + 0.2
                && (rect.height > height || (rect.top >= -0.2 && rect.bottom() <= height + 0.2));
            prop_assert!(inside, "“{word}” at {rect:?} is cut off by a frame of {width} × {height}");
        }
        let layout = layout(&figure, &frame);
        let plot = layout.plot;
        prop_assert!(
            plot.left >= -0.01 && plot.top >= -0.01 && plot.right() <= width + 0.01 && plot.bottom() <= height + 0.01,
            "the plot {plot:?} leaves the frame of {width} × {height}"
        );
        if let Some(raster) = Drawing::new(figure.clone(), &frame, None).raster() {
            prop_assert_eq!(raster.pixels.len(), (4 * raster.width * raster.height) as usize);
        }
        let table = table(&figure);
        for row in &table.rows {
            prop_assert_eq!(row.len(), table.columns.len());
        }
    }
}

#[test]
fn a_dashed_line_to_places_far_away_comes_to_an_end() {
    let far = [(1e17, 1.0), (-1e308, 2.0), (0.0, 0.0), (3.0, -1e17), (f64::MAX, f64::MIN)];
    let line = Mark::Line {
        name: String::new(),
        points: far.to_vec(),
        ink: Ink::Accent,
        dash: Dash::Dashed,
        width: f64::MAX,
    };
    let axis = || Axis::linear("x", (0.0, 5.0));
    let figure = Figure {
        title: String::new(),
        x: axis(),
        y: axis(),
        marks: vec![line],
        handles: Vec::new(),
        plane: Plane::Free,
        compared: true,
    };
    let drawn = svg(&figure, &Frame::new(300.0, 200.0, Theme::light()));
    let dashes = drawn.matches("<polyline").count();
    assert!((10..2000).contains(&dashes), "a line across the plot is drawn with {dashes} dashes");
}
