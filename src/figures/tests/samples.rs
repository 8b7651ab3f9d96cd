//! Figures such as stages make, for every test of this room.

use std::f64::consts::TAU;

use crate::figures::{At, Axis, Colours, Dash, Figure, Ink, Map, Mark, Plane, Shape};

fn figure(title: &str, x: Axis, y: Axis, plane: Plane, marks: Vec<Mark>) -> Figure {
    Figure { title: title.into(), x, y, marks, handles: Vec::new(), plane, compared: false }
}

fn curve(name: &str, i: usize, f: impl Fn(f64) -> f64, (low, high): (f64, f64)) -> Mark {
    let at = |k: usize| low + (high - low) * k as f64 / 400.0;
    Mark::Line {
        name: name.into(),
        points: (0..=400).map(|k| (at(k), f(at(k)))).collect(),
        ink: if i == 0 { Ink::Accent } else { Ink::Series(i) },
        dash: if i == 0 { Dash::Solid } else { Dash::Dashed },
        width: 2.0,
    }
}

fn dot(at: (f64, f64), i: usize) -> Mark {
    Mark::Points {
        name: String::new(),
        points: vec![at],
        ink: Ink::Series(i),
        shape: Shape::OfClass(i),
        size: 5.0,
    }
}

/// Four losses over the margin with a dot on each.
pub fn curves() -> Figure {
    type Loss = fn(f64) -> f64;
    let losses: [(&str, Loss); 4] = [
        ("Logistic", |z| (-z).exp().ln_1p()),
        ("Hinge", |z| (1.0 - z).max(0.0)),
        ("Exponential", |z| (-z).exp()),
        ("Squared hinge", |z| (1.0 - z).max(0.0).powi(2)),
    ];
    let mut marks = vec![
        Mark::Cover { points: vec![(0.1, 0.0), (0.2, 0.1), (f64::INFINITY, 0.3)] },
        Mark::Band { name: "wrong".into(), range: (f64::NEG_INFINITY, 0.0), ink: Ink::Muted },
        Mark::Rule { name: "z = −1.00".into(), at: At::X(-1.0), ink: Ink::Muted },
        Mark::Rule { name: "margin 1".into(), at: At::X(1.0), ink: Ink::Text },
    ];
    marks.extend(losses.iter().enumerate().map(|(i, (name, f))| curve(name, i, f, (-4.0, 4.0))));
    marks.extend(losses.iter().enumerate().map(|(i, (_, f))| dot((-1.0, f(-1.0)), i)));
    figure(
        "Loss",
        Axis::linear("margin z", (-4.0, 4.0)),
        Axis::linear("loss", (-0.5, 10.0)),
        Plane::Free,
        marks,
    )
}

fn grid(n: usize, f: impl Fn(f64, f64) -> f64, ends: (f64, f64)) -> Vec<f64> {
    let at = |i: usize| ends.0 + (ends.1 - ends.0) * i as f64 / (n - 1) as f64;
    (0..n * n).map(|k| f(at(k % n), at(k / n))).collect()
}

fn softmax_loss(a: f64, b: f64) -> f64 {
    let most = a.max(b).max(0.0);
    most + ((a - most).exp() + (b - most).exp() + (-most).exp()).ln() - a
}

/// A map with contours, 81 arrows, and a point.
pub fn map() -> Figure {
    let ends = (-4.0, 4.0);
    let map = Map {
        name: "loss [nats]".into(),
        columns: 65,
        values: grid(65, softmax_loss, ends),
        x: ends,
        y: ends,
        colours: Colours::Magnitude,
        contours: 8,
        cells: false,
    };
    let at = |i: usize| -4.0 + i as f64;
    let arrow = |k: usize| {
        let (a, b) = (at(k % 9), at(k / 9));
        let h = 1e-5;
        let slope =
            |da: f64, db: f64| (softmax_loss(a - da, b - db) - softmax_loss(a + da, b + db)) / (2.0 * h);
        [(a, b), (a + 0.7 * slope(h, 0.0), b + 0.7 * slope(0.0, h))]
    };
    let marks = vec![
        Mark::Map(map),
        Mark::Arrows { name: "−gradient".into(), arrows: (0..81).map(arrow).collect(), ink: Ink::Text },
        Mark::Points {
            name: "logits".into(),
            points: vec![(-1.2, 1.6)],
            ink: Ink::Accent,
            shape: Shape::OfClass(0),
            size: 7.0,
        },
    ];
    let axis = |label: &str| Axis::linear(label, ends);
    figure(
        "Cross-entropy over the logits",
        axis("logit of class 1"),
        axis("logit of class 2"),
        Plane::Equal,
        marks,
    )
}

/// A valley with paths of optimisers.
pub fn valley() -> Figure {
    let rosenbrock = |x: f64, y: f64| (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2);
    let ends = (-2.0, 2.0);
    let map = Map {
        name: "loss".into(),
        columns: 97,
        values: grid(97, rosenbrock, ends),
        x: ends,
        y: ends,
        colours: Colours::Depth,
        contours: 9,
        cells: false,
    };
    let path = |name: &str, i: usize, bend: f64| Mark::Line {
        name: name.into(),
        points: (0..60)
            .map(|k| k as f64 / 59.0)
            .map(|t| (-1.5 + 2.5 * t, 1.7 - bend * t * (1.0 - t) - 0.7 * t))
            .collect(),
        ink: Ink::Series(i),
        dash: Dash::Solid,
        width: 2.0,
    };
    let marks = vec![
        Mark::Map(map),
        path("SGD", 0, 4.0),
        path("Adam", 1, 2.0),
        Mark::Points {
            name: "minimum".into(),
            points: vec![(1.0, 1.0)],
            ink: Ink::Text,
            shape: Shape::Cross,
            size: 6.0,
        },
    ];
    figure("Rosenbrock's valley", Axis::linear("w₁", ends), Axis::linear("w₂", ends), Plane::Equal, marks)
}

/// The same valley as a surface.
pub fn surface() -> Figure {
    let mut figure = valley();
    figure.plane = Plane::Surface { yaw: 0.6, pitch: 0.6 };
    figure
}

/// The surface of a smooth loss.
pub fn bowl() -> Figure {
    let mut figure = map();
    figure.marks.remove(1);
    figure.plane = Plane::Surface { yaw: -0.7, pitch: 0.5 };
    figure
}

/// Labelled points on the unit circle, each with its force.
pub fn circle() -> Figure {
    let ring = Mark::Line {
        name: String::new(),
        points: (0..=180).map(|k| (TAU * k as f64 / 180.0).sin_cos()).map(|(y, x)| (x, y)).collect(),
        ink: Ink::Muted,
        dash: Dash::Solid,
        width: 1.0,
    };
    let at = |k: usize| {
        let (sin, cos) = (TAU * (k as f64 + 0.3 * (k % 3) as f64) / 12.0).sin_cos();
        (cos, sin)
    };
    let mut marks = vec![ring];
    for class in 0..4 {
        marks.push(Mark::Points {
            name: format!("class {}", ['A', 'B', 'C', 'D'][class]),
            points: (0..12).filter(|k| k % 4 == class).map(at).collect(),
            ink: Ink::Class(class),
            shape: Shape::OfClass(class),
            size: 6.0,
        });
    }
    let force = |k: usize| {
        let (x, y) = at(k);
        [(x, y), (x - 0.22 * y, y + 0.22 * x)]
    };
    marks.push(Mark::Arrows { name: "force".into(), arrows: (0..12).map(force).collect(), ink: Ink::Text });
    marks.extend((0..12).map(|k| {
        let (x, y) = at(k);
        Mark::Text { text: format!("{}", k + 1), at: (1.15 * x, 1.15 * y), ink: Ink::Text }
    }));
    let axis = |label: &str| Axis::linear(label, (-1.4, 1.4));
    figure("Embeddings", axis("x"), axis("y"), Plane::Equal, marks)
}

/// A matrix of similarities, cell by cell, with one that is not a number.
pub fn matrix() -> Figure {
    let names: Vec<String> = (1..=8).map(|i| format!("{i}")).collect();
    let mut values: Vec<f64> = (0..64)
        .map(|k| (TAU * ((k % 8) as f64 - (k / 8) as f64) / 9.0).cos() - 0.1 * (k % 3) as f64)
        .collect();
    values[13] = f64::NAN;
    let map = Map {
        name: "cosine similarity".into(),
        columns: 8,
        values,
        x: (0.0, 7.0),
        y: (0.0, 7.0),
        colours: Colours::Signed,
        contours: 0,
        cells: true,
    };
    let mut y = Axis::names("sample", names.clone());
    y.range = (y.range.1, y.range.0);
    figure("Similarities", Axis::names("sample", names), y, Plane::Equal, vec![Mark::Map(map)])
}

/// Regions of classes with prototypes.
pub fn regions() -> Figure {
    let ends = (-1.0, 1.0);
    let class = |x: f64, y: f64| ((y.atan2(x) / TAU + 0.5) * 3.0).floor().min(2.0);
    let map = Map {
        name: "class".into(),
        columns: 120,
        values: grid(120, class, ends),
        x: ends,
        y: ends,
        colours: Colours::Classes,
        contours: 0,
        cells: false,
    };
    let mut marks = vec![Mark::Map(map)];
    marks.extend((0..8).map(|i| Mark::Points {
        name: format!("class {i}"),
        points: vec![(-0.7 + 0.2 * i as f64, 0.5 - 0.15 * i as f64)],
        ink: Ink::Class(i),
        shape: Shape::OfClass(i),
        size: 6.0,
    }));
    marks.push(Mark::Points {
        name: "prototype".into(),
        points: vec![(0.5, 0.6)],
        ink: Ink::Text,
        shape: Shape::Star,
        size: 7.0,
    });
    marks.push(Mark::Points {
        name: "selected".into(),
        points: vec![(-0.5, -0.6)],
        ink: Ink::Accent,
        shape: Shape::Ring,
        size: 9.0,
    });
    let axis = |label: &str| Axis::linear(label, ends);
    figure("Decision regions", axis("cos θ"), axis("sin θ"), Plane::Equal, marks)
}

/// Probabilities of classes.
pub fn bars() -> Figure {
    let names = ["setosa", "versicolor", "virginica", "something else"];
    figure(
        "Softmax",
        Axis::names("", names.iter().map(|n| (*n).to_owned()).collect()),
        Axis::linear("probability", (0.0, 1.0)),
        Plane::Free,
        vec![
            Mark::Bars {
                name: String::new(),
                heights: vec![0.12, 0.71, 0.02, 0.15],
                inks: (0..4).map(Ink::Class).collect(),
            },
            Mark::Rule { name: "uniform".into(), at: At::Y(0.25), ink: Ink::Muted },
        ],
    )
}

/// Readouts against a temperature.
pub fn sweep() -> Figure {
    let ends = (0.01, 1.0);
    let at = |k: usize| 0.01 * 100_f64.powf(k as f64 / 60.0);
    let line = |name: &str, i: usize, f: fn(f64) -> f64| Mark::Line {
        name: name.into(),
        points: (0..=60).map(|k| (at(k), f(at(k)))).collect(),
        ink: Ink::Series(i),
        dash: Dash::Solid,
        width: 2.0,
    };
    figure(
        "Sweep over the temperature",
        Axis::log("temperature τ", ends),
        Axis::linear("readout", (-1.0, 3.0)),
        Plane::Free,
        vec![
            line("uniformity", 0, |t| 2.5 + 0.6 * t.ln()),
            line("tolerance", 1, |t| 0.5 + 0.4 * (3.0 * t).tanh()),
            Mark::Rule { name: "now 0.07".into(), at: At::X(0.07), ink: Ink::Accent },
            Mark::Rule { name: "paper's default 0.1".into(), at: At::X(0.1), ink: Ink::Muted },
        ],
    )
}

/// A signed field with long names.
pub fn signed() -> Figure {
    let ends = (-3.0, 3.0);
    let map = Map {
        name: "change of the loss [nats per step]".into(),
        columns: 49,
        values: grid(
            49,
            |x, y| 1e-4 * x * (-0.3 * (x * x + y * y)).exp() * if x + y > 4.2 { f64::NAN } else { 1.0 },
            ends,
        ),
        x: ends,
        y: ends,
        colours: Colours::Signed,
        contours: 7,
        cells: false,
    };
    let axis = |label: &str| Axis::linear(label, ends);
    figure(
        "Difference of two losses",
        axis("first weight w₁"),
        axis("second weight w₂"),
        Plane::Free,
        vec![Mark::Map(map)],
    )
}

/// Every sample with its name.
pub fn all() -> Vec<(&'static str, Figure)> {
    vec![
        ("curves", curves()),
        ("map", map()),
        ("valley", valley()),
        ("surface", surface()),
        ("bowl", bowl()),
        ("circle", circle()),
        ("matrix", matrix()),
        ("regions", regions()),
        ("bars", bars()),
        ("sweep", sweep()),
        ("signed", signed()),
    ]
}
