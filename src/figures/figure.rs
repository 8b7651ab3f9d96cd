//! A drawing as data: axes and marks. A stage says what is to be seen; this room draws it on any backend.

use std::f64::consts::TAU;

/// One drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What it shows, a few words.
    pub title: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// What is drawn, from the back to the front.
    pub marks: Vec<Mark>,
    /// What a person can move.
    pub handles: Vec<Handle>,
    /// How the plane relates to the screen.
    pub plane: Plane,
    /// Whether it stands beside others of its kind, and the colours of each run over its own values.
    pub compared: bool,
}

impl Figure {
    /// Marks in a plane whose axes fill the space they get, with nothing to move; the title is what it is shown under.
    #[must_use]
    pub fn new(x: Axis, y: Axis, marks: Vec<Mark>) -> Self {
        Self { title: String::new(), x, y, marks, handles: Vec::new(), plane: Plane::Free, compared: false }
    }

    /// The same, with one unit as long on both axes.
    #[must_use]
    pub fn equal(self) -> Self {
        Self { plane: Plane::Equal, ..self }
    }

    /// Words and nothing else.
    #[must_use]
    pub fn words(text: &str) -> Self {
        let axis = || Axis::linear("", (0.0, 1.0));
        let text = Mark::Text { text: text.into(), at: (0.5, 0.5), ink: Ink::Muted };
        Self::new(axis(), axis(), vec![text])
    }
}

/// How the plane of a figure relates to the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Plane {
    /// Both axes fill the space they get.
    Free,
    /// One unit is as long on both axes, so that circles are round.
    Equal,
    /// The first [`Mark::Map`] is drawn as a surface in space, turned by these angles in radians; lines, points,
    /// arrows and words lie on it, other marks are left out.
    Surface {
        /// About the vertical axis.
        yaw: f64,
        /// Up and down.
        pitch: f64,
    },
}

/// One axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// What runs along it, with the unit in brackets: `angle θ [°]`.
    pub label: String,
    /// Its ends.
    pub range: (f64, f64),
    /// How it runs.
    pub scale: AxisScale,
}

/// How an axis runs.
#[derive(Clone, Debug, PartialEq)]
pub enum AxisScale {
    /// Evenly.
    Linear,
    /// Evenly in the logarithm; both ends are positive.
    Log,
    /// One place a name, at 0, 1, 2, …
    Names(Vec<String>),
}

impl Axis {
    /// An even axis.
    pub fn linear(label: impl Into<String>, range: (f64, f64)) -> Self {
        Self { label: label.into(), range, scale: AxisScale::Linear }
    }

    /// A logarithmic axis.
    pub fn log(label: impl Into<String>, range: (f64, f64)) -> Self {
        Self { label: label.into(), range, scale: AxisScale::Log }
    }

    /// One place a name.
    pub fn names(label: impl Into<String>, names: Vec<String>) -> Self {
        let range = (-0.5, names.len() as f64 - 0.5);
        Self { label: label.into(), range, scale: AxisScale::Names(names) }
    }

    /// One place a number from 1 on.
    pub fn counted(label: impl Into<String>, count: usize) -> Self {
        Self::names(label, (1..=count).map(|place| place.to_string()).collect())
    }

    /// An even axis without numbers.
    pub fn bare(label: impl Into<String>, range: (f64, f64)) -> Self {
        Self { label: label.into(), range, scale: AxisScale::Names(Vec::new()) }
    }

    /// The same axis, wide enough for every value, with a little room at both ends; values that are not finite
    /// are passed over.
    pub fn fitting(label: impl Into<String>, values: impl IntoIterator<Item = f64>) -> Self {
        let finite = values.into_iter().filter(|v| v.is_finite());
        let (low, high) =
            finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        let range = if low > high {
            (0.0, 1.0)
        } else {
            let room = if high > low { 0.05 * (high - low) } else { 0.5 * high.abs().max(1.0) };
            (low - room, high + room)
        };
        Self::linear(label, range)
    }
}

/// A colour by its role; the theme says which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// The one accent colour.
    Accent,
    /// Text and outlines.
    Text,
    /// What should stay in the background.
    Muted,
    /// One of several curves.
    Series(usize),
    /// A class of samples; drawn with a shape of its own as well.
    Class(usize),
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dash {
    /// In one piece.
    Solid,
    /// In pieces.
    Dashed,
}

/// The shape of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The shape that goes with a class: disc, square, triangle, diamond, … in turn.
    OfClass(usize),
    /// The outline of the shape that goes with a class.
    HollowOfClass(usize),
    /// A ring, for what is only marked.
    Ring,
    /// A star, for prototypes.
    Star,
    /// A cross, for an optimum.
    Cross,
}

/// Part of a drawing. A mark with a `name` that is not empty is in the legend and in the table.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// A curve. It is interrupted where a value is not finite.
    Line {
        /// What it is, for the legend.
        name: String,
        /// Its course.
        points: Vec<(f64, f64)>,
        /// Its colour.
        ink: Ink,
        /// Its pattern.
        dash: Dash,
        /// Its width in CSS pixels.
        width: f64,
    },
    /// Points.
    Points {
        /// What they are, for the legend.
        name: String,
        /// Where they are.
        points: Vec<(f64, f64)>,
        /// Their colour.
        ink: Ink,
        /// Their shape.
        shape: Shape,
        /// Their radius in CSS pixels.
        size: f64,
    },
    /// Arrows from one point to another, in units of the axes.
    Arrows {
        /// What they are, for the legend.
        name: String,
        /// Tail and tip of each.
        arrows: Vec<[(f64, f64); 2]>,
        /// Their colour.
        ink: Ink,
    },
    /// A map of a value over the plane, with contours and a colour bar. Only the first of a figure is drawn.
    Map(Map),
    /// Bars that stand at 0, 1, 2, … of the horizontal axis.
    Bars {
        /// What they are, for the legend.
        name: String,
        /// Their heights.
        heights: Vec<f64>,
        /// Their colours, one each or one for all.
        inks: Vec<Ink>,
    },
    /// A line across the whole figure at one value of an axis.
    Rule {
        /// What it marks, written beside it; empty for nothing.
        name: String,
        /// Where it stands.
        at: At,
        /// Its colour.
        ink: Ink,
    },
    /// A shaded strip across the whole figure between two values of the horizontal axis.
    Band {
        /// What it marks, written in it; empty for nothing.
        name: String,
        /// From where to where.
        range: (f64, f64),
        /// Its colour, drawn thin.
        ink: Ink,
    },
    /// A zone of the plane that is hatched, over the colours of a map.
    Hatch {
        /// What it is, for the legend.
        name: String,
        /// Where it is.
        zone: Zone,
    },
    /// An area in the colour of the background: nothing behind it is seen.
    Cover {
        /// Its corners, one after the other.
        points: Vec<(f64, f64)>,
    },
    /// Words at a place.
    Text {
        /// The words.
        text: String,
        /// Where they are centred.
        at: (f64, f64),
        /// Their colour.
        ink: Ink,
    },
}

impl Mark {
    /// A curve.
    #[must_use]
    pub fn line(name: &str, points: Vec<(f64, f64)>, ink: Ink, dash: Dash, width: f64) -> Self {
        Self::Line { name: name.into(), points, ink, dash, width }
    }

    /// Points, if there are any.
    #[must_use]
    pub fn points(name: &str, points: Vec<(f64, f64)>, ink: Ink, shape: Shape, size: f64) -> Option<Self> {
        (!points.is_empty()).then(|| Self::Points { name: name.into(), points, ink, shape, size })
    }

    /// A thin circle around the origin.
    #[must_use]
    pub fn circle(radius: f64) -> Self {
        let circle = (0..=180).map(|i| (TAU * f64::from(i) / 180.0).sin_cos());
        let points = circle.map(|(s, c)| (radius * c, radius * s)).collect();
        Self::line("", points, Ink::Muted, Dash::Solid, 1.0)
    }

    /// Whether nothing of it is seen.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Line { points, .. } | Self::Points { points, .. } if points.is_empty())
    }
}

/// A value of one of the axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum At {
    /// A vertical rule.
    X(f64),
    /// A horizontal rule.
    Y(f64),
}

/// A value over a rectangle of the plane.
#[derive(Clone, Debug)]
pub struct Map {
    /// What the value is, for the colour bar.
    pub name: String,
    /// Number of samples along the horizontal axis.
    pub columns: usize,
    /// The values, row by row from the lowest `y`, each row from the lowest `x`. For [`Colours::Classes`] class
    /// numbers.
    pub values: Vec<f64>,
    /// Where the samples are: the first and the last of a row.
    pub x: (f64, f64),
    /// Where the samples are: the first and the last of a column.
    pub y: (f64, f64),
    /// How values become colours.
    pub colours: Colours,
    /// How many contours are drawn, 0 for none.
    pub contours: usize,
    /// Whether each sample is a cell of its own colour (a matrix) or the map is smooth between samples.
    pub cells: bool,
}

/// Some of the samples of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone {
    /// Number of samples along the horizontal axis.
    pub columns: usize,
    /// Which samples belong to it, in the order of [`Map::values`].
    pub samples: Vec<bool>,
    /// Where the samples are: the first and the last of a row.
    pub x: (f64, f64),
    /// Where the samples are: the first and the last of a column.
    pub y: (f64, f64),
}

impl Zone {
    /// The samples of a map of which something holds.
    #[must_use]
    pub fn of(map: &Map, samples: Vec<bool>) -> Self {
        Self { columns: map.columns, samples, x: map.x, y: map.y }
    }

    /// Number of samples along the vertical axis.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.samples.len().checked_div(self.columns).unwrap_or(0)
    }
}

/// Maps are equal that look alike: where both have no value they do not differ.
impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        let shown = |map: &Self| (map.columns, map.x, map.y, map.colours, map.contours, map.cells);
        let bits = |value: &f64| value.to_bits();
        self.name == other.name
            && shown(self) == shown(other)
            && self.values.iter().map(bits).eq(other.values.iter().map(bits))
    }
}

impl Map {
    /// A smooth map without contours.
    #[must_use]
    pub fn new(
        name: &str,
        columns: usize,
        values: Vec<f64>,
        x: (f64, f64),
        y: (f64, f64),
        colours: Colours,
    ) -> Self {
        Self { name: name.into(), columns, values, x, y, colours, contours: 0, cells: false }
    }

    /// A matrix of so many columns, the lowest row first; each entry is a cell at its place on both axes.
    #[must_use]
    pub fn matrix(name: &str, columns: usize, values: Vec<f64>, colours: Colours) -> Self {
        let last = |count: usize| (0.0, count as f64 - 1.0);
        let rows = values.len().checked_div(columns).unwrap_or(0);
        Self::new(name, columns, values, last(columns), last(rows), colours).cells()
    }

    /// The same, of cells: each sample is one.
    #[must_use]
    pub fn cells(self) -> Self {
        Self { cells: true, ..self }
    }

    /// Number of samples along the vertical axis.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.values.len().checked_div(self.columns).unwrap_or(0)
    }

    /// The least and the greatest finite value; `(0, 1)` if there is none.
    #[must_use]
    pub fn extent(&self) -> (f64, f64) {
        let finite = self.values.iter().copied().filter(|v| v.is_finite());
        let (low, high) =
            finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        if low > high { (0.0, 1.0) } else { (low, high) }
    }
}

/// How the values of a map become colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// From little to much, evenly.
    Magnitude,
    /// From little to much, evenly in the logarithm of the height above the lowest value; for valleys.
    Depth,
    /// Two colours that meet at 0.
    Signed,
    /// From the colour of 0 in [`Signed`](Self::Signed) at no angle to its last at half a turn, in degrees.
    HalfTurn,
    /// The colour of a class.
    Classes,
}

/// Something that a person can move: by pointer, by touch, by key, or by typing its coordinates.
#[derive(Clone, Debug, PartialEq)]
pub struct Handle {
    /// Its name for the program; unique in its figure.
    pub id: String,
    /// Its name for people: `point 3, class B`.
    pub name: String,
    /// Where it is.
    pub at: (f64, f64),
    /// Which way it goes.
    pub freedom: Freedom,
    /// Whether it is the selected one.
    pub selected: bool,
}

/// Which way a handle goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freedom {
    /// Anywhere in the plane.
    Plane,
    /// Along the horizontal axis.
    X,
    /// Along the vertical axis.
    Y,
}
