//! Maps as pixels: the right colour at the right place, in the raster, in the SVG, and in the PNG.

use resvg::tiny_skia::Pixmap;

use super::{samples, words};
use crate::figures::colours::Shading;
use crate::figures::layout::map;
use crate::figures::{
    Axis, Colours, Drawing, Figure, Frame, Map, Mark, Plane, Raster, Theme, layout, png, svg,
};

fn of_map(map: Map) -> Figure {
    let (x, y) = (Axis::linear("x", map.x), Axis::linear("y", map.y));
    Figure {
        title: "map".into(),
        x,
        y,
        marks: vec![Mark::Map(map)],
        handles: Vec::new(),
        plane: Plane::Free,
        compared: false,
    }
}

/// `x + 10 y` over the unit square.
fn ramp() -> Map {
    Map {
        name: "ramp".into(),
        columns: 3,
        values: vec![0.0, 0.5, 1.0, 5.0, 5.5, 6.0, 10.0, 10.5, 11.0],
        x: (0.0, 1.0),
        y: (0.0, 1.0),
        colours: Colours::Magnitude,
        contours: 0,
        cells: false,
    }
}

fn raster(figure: &Figure, frame: &Frame) -> Option<Raster> {
    Drawing::new(figure.clone(), frame, None).raster()
}

fn pixels(figure: &Figure, frame: &Frame) -> Pixmap {
    Pixmap::decode_png(&png(figure, frame).expect("a usual size")).expect("a PNG file")
}

#[test]
fn a_smooth_map_is_straight_between_its_samples() {
    let figure = of_map(ramp());
    let frame = Frame { scale: 2.0, ..Frame::new(400.0, 300.0, Theme::light()) };
    let picture = raster(&figure, &frame).expect("the figure has a map");
    let layout = layout(&figure, &frame);
    let shading = Shading::new(map(&figure).expect("a map"), &frame.theme);
    for (i, j) in [(0, 0), (31, 17), (picture.width / 2, picture.height - 1), (picture.width - 1, 3)] {
        let at = |k: u32, from: u32| (f64::from(from + k) + 0.5) / frame.scale;
        let (x, y) = layout.to_data(at(i, picture.left), at(j, picture.top));
        let expected = shading.colour(shading.share(x + 10.0 * y)).expect("finite");
        let pixel = &picture.pixels[4 * (j * picture.width + i) as usize..][..4];
        for (a, b) in pixel.iter().zip([expected.0, expected.1, expected.2, 255]) {
            assert!(a.abs_diff(b) <= 2, "at ({x:.2}, {y:.2}) is {pixel:?} instead of {expected:?}");
        }
    }
}

#[test]
fn the_svg_shows_the_same_map_as_the_raster() {
    for figure in [of_map(ramp()), samples::regions(), samples::matrix()] {
        let mut figure = figure;
        figure.marks.truncate(1);
        let frame = Frame::new(400.0, 300.0, Theme::dark());
        let (picture, file) = (raster(&figure, &frame).expect("a map"), pixels(&figure, &frame));
        let mut far = 0;
        let mut count = 0;
        for j in 2..picture.height - 2 {
            for i in 2..picture.width - 2 {
                let one = &picture.pixels[4 * (j * picture.width + i) as usize..][..3];
                let other = file.pixel(picture.left + i, picture.top + j).expect("within").demultiply();
                let other = [other.red(), other.green(), other.blue()];
                count += 1;
                // A step of the bands.
                far += usize::from(one.iter().zip(other).any(|(a, b)| a.abs_diff(b) > 14));
            }
        }
        // The rest is numbers in cells, hatching, and borders.
        let most = if figure.title == "Similarities" { 0.12 } else { 0.02 };
        let share = far as f64 / f64::from(count);
        assert!(share < most, "{:.1} % of the map “{}” differ", 100.0 * share, figure.title);
    }
}

#[test]
fn samples_without_a_value_are_not_taken_for_values() {
    let mut map = ramp();
    map.values[4] = f64::NAN;
    map.cells = true;
    let figure = of_map(map);
    let frame = Frame::new(400.0, 300.0, Theme::light());
    let middle = layout(&figure, &frame).plot.centre();
    let picture = raster(&figure, &frame).expect("a map");
    let (i, j) = (middle.0 as u32 - picture.left, middle.1 as u32 - picture.top);
    let grey = [frame.theme.missing(), frame.theme.background];
    for k in 0..12 {
        let pixel = &picture.pixels[4 * (j * picture.width + i + k) as usize..][..3];
        let hatched = grey.iter().any(|g| *pixel == [g.0, g.1, g.2]);
        assert!(hatched, "the sample that is not a number has the colour {pixel:?}");
    }
}

#[test]
fn figures_without_a_map_have_no_raster() {
    let frame = Frame::new(400.0, 300.0, Theme::light());
    assert_eq!(raster(&samples::curves(), &frame), None);
}

#[test]
fn a_surface_in_pixels_is_the_one_in_the_file() {
    for (figure, scale) in [(samples::surface(), 1.0), (samples::surface(), 2.0), (samples::bowl(), 2.0)] {
        let mut figure = figure;
        figure.marks.truncate(1);
        let frame = Frame { scale, ..Frame::new(400.0, 300.0, Theme::dark()) };
        let (picture, file) = (raster(&figure, &frame).expect("a surface"), pixels(&figure, &frame));
        assert_eq!((picture.width, picture.height), (file.width(), file.height()), "at {scale}×");
        let drawn = picture.pixels.chunks_exact(4).zip(file.pixels());
        let off = drawn.filter(|(one, other)| {
            let other = [other.red(), other.green(), other.blue()];
            one.iter().zip(other).any(|(a, b)| a.abs_diff(b) > 40)
        });
        // The rest is numbers and names, and how smooth the edges are.
        let share = off.count() as f64 / f64::from(picture.width * picture.height);
        assert!(share < 0.03, "{:.1} % of “{}” at {scale}× differ", 100.0 * share, figure.title);
    }
}

#[test]
fn a_png_has_its_words_without_any_font_installed() {
    let mut figure = samples::curves();
    figure.title = "∇ℓ(θ) ≤ 10⁻²".into();
    let frame = Frame { scale: 2.0, titled: true, ..Frame::new(500.0, 320.0, Theme::light()) };
    let picture = pixels(&figure, &frame);
    assert_eq!((picture.width(), picture.height()), (1000, 640), "the picture has two pixels to a CSS pixel");
    for (text, rect) in words(&svg(&figure, &frame)) {
        let dark = (rect.left as u32 * 2..rect.right() as u32 * 2)
            .flat_map(|x| (rect.top as u32 * 2..rect.bottom() as u32 * 2).map(move |y| (x, y)))
            .filter(|&(x, y)| picture.pixel(x, y).is_some_and(|p| p.green() < 160))
            .count();
        assert!(dark >= 4 * text.chars().count(), "“{text}” is missing in the picture");
    }
}

#[test]
fn a_png_is_as_large_as_asked_for_within_reason() {
    let dot = pixels(&samples::map(), &Frame::new(1.0, 1.0, Theme::light()));
    assert_eq!((dot.width(), dot.height()), (1, 1));
    let vast = Frame { scale: 16.0, ..Frame::new(16384.0, 16384.0, Theme::light()) };
    let refusal = png(&samples::bars(), &vast).expect_err("no memory holds this");
    assert!(refusal.contains("32768 × 32768"), "the refusal “{refusal}” does not say how large");
}

#[test]
fn an_svg_says_what_it_shows() {
    let mut figure = samples::curves();
    figure.title = "a < b & \"c\"\u{1}".into();
    let text = svg(&figure, &Frame::new(500.0, 320.0, Theme::light()));
    let document = roxmltree::Document::parse(&text).expect("well-formed");
    let says =
        |tag: &str| document.root_element().children().find(|n| n.has_tag_name(tag)).and_then(|n| n.text());
    assert_eq!(says("title"), Some("a < b & \"c\""));
    let description = says("desc").expect("a drawing has a description");
    for part in ["margin z", "Logistic", "Squared hinge"] {
        assert!(description.contains(part), "the description “{description}” does not name “{part}”");
    }
    assert_eq!(document.root_element().attribute("role"), Some("img"));
}
