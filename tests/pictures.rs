//! The colours of maps against numbers: each pixel of a coarse lattice has the colour of the loss there, as the kernel
//! says it of that very place.

use colorous::{CIVIDIS, Color};
use loss_explorer::evaluate::evaluate;
use loss_explorer::exhibits::open;
use loss_explorer::figures::{Drawing, Figure, Frame, Layout, Map, Mark, Plane, Raster, Theme, layout, png};
use loss_explorer::stages::{Quality, Screen};
use resvg::tiny_skia::Pixmap;
use serde_json::{Value, json};

/// The state of a picture, and what a kernel is asked for one place of it.
struct Case {
    state: &'static str,
    question: fn(f64, f64) -> Value,
    /// Nearer to the origin than this the loss changes faster than a picture can show.
    blind: f64,
}

const CASES: [Case; 4] = [
    Case { state: "loss=cross-entropy&stage=logit-plane&label=2", question: cross_entropy, blind: 0.0 },
    Case { state: "loss=z-loss&stage=logit-plane&label=1&a=2", question: z_loss, blind: 1.5 },
    Case {
        state: "loss=contrastive&stage=embedding-plane&neg_margin=1.2&distance=1&selected=1&points=0.9,0.2,0;0,0,0;-0.5,0.7,1",
        question: contrastive,
        blind: 0.0,
    },
    Case {
        state: "loss=sup-con&stage=embedding-plane&temperature=0.5&selected=0&points=1,0,0;0.5,0.8,0;-1,0.2,1;0,-1,1",
        question: sup_con,
        blind: 0.3,
    },
];

fn cross_entropy(x: f64, y: f64) -> Value {
    json!({"objective": "cross-entropy", "input": {"logits": [[x, y, 0]], "labels": [1]}})
}

fn z_loss(x: f64, y: f64) -> Value {
    json!({"objective": "z-loss", "params": {"a": 2}, "input": {"logits": [[x, y, 0]], "labels": [0]}})
}

fn contrastive(x: f64, y: f64) -> Value {
    let points = [[0.9, 0.2], [x, y], [-0.5, 0.7]];
    let input = json!({"embeddings": points, "labels": [0, 0, 1]});
    json!({"objective": "contrastive", "params": {"neg_margin": 1.2, "distance": 1}, "input": input})
}

fn sup_con(x: f64, y: f64) -> Value {
    let points = [[x, y], [0.5, 0.8], [-1.0, 0.2], [0.0, -1.0]];
    let input = json!({"embeddings": points, "labels": [0, 0, 1, 1]});
    json!({"objective": "sup-con", "params": {"temperature": 0.5}, "input": input})
}

impl Case {
    fn kernel(&self, x: f64, y: f64) -> f64 {
        let answer = evaluate(&(self.question)(x, y).to_string());
        let answer: Value = serde_json::from_str(&answer.line).expect("answers are JSON");
        answer["value"].as_f64().unwrap_or_else(|| panic!("{}: {answer}", self.state))
    }

    fn figure(&self) -> Figure {
        let (state, notices) = open(self.state);
        assert_eq!(notices, [], "{}", self.state);
        let screen = Screen::open(state, None);
        screen.figure("plane", &screen.compute("plane", Quality::Fine))
    }

    fn is_seen(&self, (x, y): (f64, f64)) -> bool {
        x.hypot(y) >= self.blind
    }
}

fn map(figure: &Figure) -> &Map {
    let mut maps =
        figure.marks.iter().filter_map(|mark| if let Mark::Map(map) = mark { Some(map) } else { None });
    maps.next().expect("there is a map")
}

fn frame(theme: Theme) -> Frame {
    Frame { scale: 1.5, ..Frame::new(420.0, 400.0, theme) }
}

/// The pixels of a lattice over the plot, with the place of each in the plane.
fn lattice(layout: &Layout, raster: &Raster, scale: f64) -> Vec<((u32, u32), (f64, f64))> {
    let along = |from: u32, length: u32| (from + 7..from + length).step_by(29);
    let place = |i: u32, j: u32| layout.to_data((f64::from(i) + 0.5) / scale, (f64::from(j) + 0.5) / scale);
    let columns = along(raster.left, raster.width);
    columns
        .flat_map(|i| along(raster.top, raster.height).map(move |j| (i, j)))
        .map(|(i, j)| ((i, j), place(i, j)))
        .collect()
}

fn colour(share: f64) -> [u8; 3] {
    let Color { r, g, b } = CIVIDIS.eval_continuous(share);
    [r, g, b]
}

/// The greatest difference of two colours in one channel.
fn difference(a: [u8; 3], b: [u8; 3]) -> u8 {
    a.iter().zip(b).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0)
}

#[test]
fn every_pixel_of_a_map_has_the_colour_of_the_loss_there() {
    for case in &CASES {
        let figure = case.figure();
        let (low, high) = map(&figure).extent();
        for theme in [Theme::light(), Theme::dark()] {
            let frame = frame(theme);
            let raster = Drawing::new(figure.clone(), &frame, None).raster().expect("a map has pixels");
            let places = lattice(&layout(&figure, &frame), &raster, frame.scale);
            assert!(places.len() > 200, "{} places are looked at", places.len());
            for ((i, j), at) in places.into_iter().filter(|(_, at)| case.is_seen(*at)) {
                let value = case.kernel(at.0, at.1);
                let expected = colour(((value - low) / (high - low)).clamp(0.0, 1.0));
                let pixel = 4 * ((j - raster.top) * raster.width + i - raster.left) as usize;
                let &[r, g, b, opacity] = &raster.pixels[pixel..pixel + 4] else { unreachable!() };
                assert!(
                    opacity == 255 && difference([r, g, b], expected) <= 4,
                    "{}: at {at:?} the loss is {value} of {low} to {high}, which is {expected:?}, \
                     but the pixel is {:?}",
                    case.state,
                    [r, g, b, opacity]
                );
            }
        }
    }
}

#[test]
fn the_colours_of_a_map_reach_from_the_least_to_the_greatest_loss() {
    for case in &CASES {
        let figure = case.figure();
        let map = map(&figure);
        let (low, high) = map.extent();
        let (mut least, mut greatest) = (f64::INFINITY, f64::NEG_INFINITY);
        for i in 0..41 * 41 {
            let along = |i: i32, ends: (f64, f64)| ends.0 + (ends.1 - ends.0) * f64::from(i) / 40.0;
            let at = (along(i % 41, map.x), along(i / 41, map.y));
            if case.is_seen(at) {
                let value = case.kernel(at.0, at.1);
                (least, greatest) = (least.min(value), greatest.max(value));
            }
        }
        let near = 0.02 * (greatest - least);
        assert!(
            (low - least).abs() <= near && (high - greatest).abs() <= near,
            "{}: the colours stand for {low} to {high}, the loss goes from {least} to {greatest}",
            case.state
        );
    }
}

#[test]
fn a_png_has_the_colours_of_the_map_in_steps() {
    for case in &CASES {
        let mut figure = case.figure();
        // What lies on the map would hide it.
        figure.marks = vec![Mark::Map(Map { contours: 0, ..map(&figure).clone() })];
        let (low, high) = map(&figure).extent();
        let frame = frame(Theme::light());
        let picture = Pixmap::decode_png(&png(&figure, &frame).unwrap()).expect("the picture can be decoded");
        let raster = Drawing::new(figure.clone(), &frame, None).raster().expect("a map has pixels");
        for ((i, j), at) in lattice(&layout(&figure, &frame), &raster, frame.scale) {
            if !case.is_seen(at) {
                continue;
            }
            let share = (case.kernel(at.0, at.1) - low) / (high - low);
            let pixel = picture.pixel(i, j).expect("the lattice is in the picture");
            let pixel = [pixel.red(), pixel.green(), pixel.blue()];
            // A step is 1/32 wide and has the colour of its middle.
            let steps = (-10..=10).map(|step| (share + f64::from(step) / 640.0).clamp(0.0, 1.0));
            let nearest = steps.map(|share| difference(pixel, colour(share))).min();
            assert!(
                nearest.is_some_and(|nearest| nearest <= 4),
                "{}: at {at:?} the share is {share:.3}, which is {:?}, but the pixel is {pixel:?}",
                case.state,
                colour(share)
            );
        }
    }
}

#[test]
fn the_cells_of_a_matrix_have_the_colour_of_their_sign() {
    let (state, _) = open("loss=sup-con&stage=embedding-plane&points=1,0,0;0,2,0;-0.6,0.8,1;-3,-4,1");
    let figure = Screen::open(state, None).figure("similarities", &[]);
    let cosines =
        [[1.0, 0.0, -0.6, -0.6], [0.0, 1.0, 0.8, -0.8], [-0.6, 0.8, 1.0, -0.28], [-0.6, -0.8, -0.28, 1.0]];
    assert_eq!(figure.plane, Plane::Equal);
    let frame = frame(Theme::light());
    let (layout, raster) = (
        layout(&figure, &frame),
        Drawing::new(figure.clone(), &frame, None).raster().expect("a matrix has pixels"),
    );
    for (row, cosines) in cosines.iter().enumerate() {
        for (column, cosine) in cosines.iter().enumerate() {
            let value = map(&figure).values[4 * row + column];
            assert!((value - cosine).abs() < 1e-12, "cosine {row}, {column} is {value}, not {cosine}");
            let (x, y) = layout.to_pixel(column as f64, row as f64);
            let (i, j) = ((x * frame.scale) as u32 - raster.left, (y * frame.scale) as u32 - raster.top);
            let pixel = 4 * (j * raster.width + i) as usize;
            let [red, blue] = [0, 2].map(|channel| f64::from(raster.pixels[pixel + channel]));
            let shown = if (red - blue).abs() < 20.0 { 0.0 } else { (red - blue).signum() };
            let expected = if *cosine == 0.0 { 0.0 } else { cosine.signum() };
            assert_eq!(shown, expected, "the cell of {cosine} has red {red} and blue {blue}");
        }
    }
}
