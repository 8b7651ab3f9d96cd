//! Lines along which a map has one value, by marching squares (crate `contour`).

use contour::ContourBuilder;

use super::clip::{self, Place};
use super::colours::Shading;
use super::figure::Map;
use super::frame::Rect;
use super::grid;
use super::layout::Layout;
use super::text::{self, Anchor, LINE, Label};
use super::theme::{Role, contrast};
use crate::real::ascending;

/// The most samples each way that contours are looked for in; more could not be told apart.
const MOST: usize = 97;
/// Font size of the numbers on contours in CSS pixels.
const SIZE: f64 = 10.0;
/// Contours shorter than this in CSS pixels get no number.
const LONG: f64 = 90.0;
/// Pieces of contours shorter than this in CSS pixels are left out.
const SHORT: f64 = 10.0;
/// Islands that reach over no more samples than this either way come from the sampling, not from the map.
const ISLAND: f64 = 2.0;
/// Lower than every share of a map.
const BELOW: f64 = -1.0;

/// The samples of a map on their way to contours.
pub struct Contours<'a> {
    map: &'a Map,
    columns: usize,
    rows: usize,
    /// Shares of the colours; [`BELOW`] where there is none.
    shares: Vec<f64>,
}

/// The contour of one value.
pub struct Level {
    /// Its place from 0 to 1 along the colours.
    pub share: f64,
    /// The value, as it is written.
    pub text: String,
    /// Its course in the plot, in CSS pixels.
    pub pieces: Vec<Vec<Place>>,
}

impl<'a> Contours<'a> {
    /// Of a map that is smooth between at least two samples each way.
    pub fn new(map: &'a Map, shading: &Shading) -> Option<Self> {
        let share = |v: f64| {
            let share = shading.share(v);
            if share.is_nan() { BELOW } else { share }
        };
        let (columns, rows, shares) = grid::reduced(map, MOST, share);
        (columns > 1 && rows > 1).then_some(Self { map, columns, rows, shares })
    }

    /// Of the classes of a map: 1 where the class is `least` or higher, 0 elsewhere.
    pub fn of_classes(map: &'a Map, least: f64) -> Option<Self> {
        let (columns, rows, shares) =
            grid::reduced(map, 2 * MOST, |class| f64::from(u8::from(class >= least)));
        (columns > 1 && rows > 1).then_some(Self { map, columns, rows, shares })
    }

    /// The squares between four samples one of which has no value, as pairs of opposite corners in CSS pixels;
    /// squares side by side are one.
    pub fn gaps(&self, layout: &Layout) -> Vec<[Place; 2]> {
        let missing = |i: usize, j: usize| self.shares[j * self.columns + i] == BELOW;
        let gap = |i: usize, j: usize| {
            missing(i, j) || missing(i + 1, j) || missing(i, j + 1) || missing(i + 1, j + 1)
        };
        let corner = |i: usize, j: usize| self.pixel((i as f64, j as f64), layout);
        let mut gaps = Vec::new();
        for j in 0..self.rows - 1 {
            let row: Vec<bool> = (0..self.columns - 1).map(|i| gap(i, j)).collect();
            let mut start = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run[0] {
                    gaps.push([corner(start, j), corner(start + run.len(), j + 1)]);
                }
                start += run.len();
            }
        }
        gaps
    }

    /// The rings around everything above a share of the colours, at places of the samples counted from 0.
    fn rings(&self, share: f64) -> Vec<Vec<Place>> {
        let last = ((self.columns - 1) as f64, (self.rows - 1) as f64);
        let lines = ContourBuilder::new(self.columns, self.rows, true)
            .lines(&self.shares, &[share])
            .unwrap_or_default();
        let place = |x: f64, y: f64| {
            let inside =
                |v: f64, last: f64| if v.is_finite() { (v - 0.5).clamp(-0.5, last + 0.5) } else { f64::NAN };
            (inside(x, last.0), inside(y, last.1))
        };
        lines
            .iter()
            .flat_map(|line| &line.geometry().0)
            .map(|ring| ring.0.iter().map(|p| place(p.x, p.y)).collect())
            .collect()
    }

    fn pixel(&self, (i, j): Place, layout: &Layout) -> Place {
        let value =
            |at: f64, (from, to): (f64, f64), count: usize| from + (to - from) * at / (count - 1) as f64;
        layout.to_pixel(value(i, self.map.x, self.columns), value(j, self.map.y, self.rows))
    }

    /// Whether a place lies on the edge of the map or beside a sample that is not finite: there the ring around
    /// an area is not a contour.
    fn at_edge(&self, (i, j): Place) -> bool {
        let outside = |at: f64, count: usize| !(0.0..=(count - 1) as f64).contains(&at);
        if outside(i, self.columns) || outside(j, self.rows) {
            return true;
        }
        let (i, j) = ((i.floor() as usize, i.ceil() as usize), (j.floor() as usize, j.ceil() as usize));
        [(i.0, j.0), (i.1, j.0), (i.0, j.1), (i.1, j.1)]
            .into_iter()
            .any(|(i, j)| self.shares[j * self.columns + i] == BELOW)
    }

    /// The contours at the round values of a shading.
    pub fn levels(&self, shading: &Shading, count: usize, layout: &Layout) -> Vec<Level> {
        let ticks = shading.ticks(count.clamp(2, 24));
        let level = |share: f64, text: String| {
            let mut pieces = Vec::new();
            for ring in self.rings(share).into_iter().filter(|ring| !is_island(ring)) {
                let places = ring
                    .into_iter()
                    .map(|at| if self.at_edge(at) { (f64::NAN, f64::NAN) } else { self.pixel(at, layout) });
                let mut keep = |piece: &[Place]| {
                    if length(piece) >= SHORT {
                        pieces.push(piece.to_vec());
                    }
                    Ok(())
                };
                // Keeping a piece cannot fail.
                let _ = clip::line(places, &layout.plot, &mut keep);
            }
            Level { share, text, pieces }
        };
        ticks
            .into_iter()
            .map(|tick| (shading.share(tick.value), tick.label))
            .filter(|(share, _)| *share > 0.0 && *share < 1.0)
            .map(|(share, text)| level(share, text))
            .collect()
    }

    /// The area above a share of the colours as closed rings in CSS pixels; rings within rings are holes.
    pub fn area(&self, share: f64, layout: &Layout) -> Vec<Vec<Place>> {
        let last = ((self.columns - 1) as f64, (self.rows - 1) as f64);
        let on_map = |(i, j): Place| (i.clamp(0.0, last.0), j.clamp(0.0, last.1));
        let ring = |ring: Vec<Place>| {
            ring.into_iter()
                .map(|at| self.pixel(on_map(at), layout))
                .filter(|p| p.0.is_finite() && p.1.is_finite())
                .collect()
        };
        self.rings(share).into_iter().map(ring).filter(|ring: &Vec<Place>| ring.len() > 2).collect()
    }
}

/// A number on each contour that is long enough, upright and none over another or over anything `taken`.
pub fn labels(levels: &[Level], shading: &Shading, plot: &Rect, mut taken: Vec<Rect>) -> Vec<Label> {
    let room = plot.grown(-4.0);
    let black = plotters::style::BLACK;
    let white = plotters::style::WHITE;
    let mut labels = Vec::new();
    // A few numbers say enough; the colour bar says the rest.
    let every = levels.len().div_ceil(5).max(1);
    for level in levels.iter().rev().step_by(every) {
        let longest = level.pieces.iter().max_by_key(|piece| piece.len());
        let Some(piece) =
            longest.filter(|piece| length(piece) > LONG.max(2.5 * text::width(&level.text, SIZE)))
        else {
            continue;
        };
        let colour = shading.colour(level.share).unwrap_or(white);
        let ink = if contrast(colour, black) > contrast(colour, white) { black } else { white };
        let label = |at: Place| Label {
            text: level.text.clone(),
            at,
            anchor: Anchor::Middle,
            size: SIZE,
            role: Role::Own(ink),
        };
        let flat = |at: usize| {
            let (a, b) = (piece[at.saturating_sub(2)], piece[(at + 2).min(piece.len() - 1)]);
            let (dx, dy) = ((b.0 - a.0).abs(), (b.1 - a.1).abs());
            dy / (dx + dy).max(1e-9)
        };
        let places: Vec<usize> = (0..piece.len()).step_by((piece.len() / 24).max(1)).collect();
        let order = ascending(&places.iter().map(|&at| flat(at)).collect::<Vec<f64>>());
        let free = |at: usize| {
            let label = label(piece[at]);
            let rect = label.rect();
            let clear = room.encloses(&rect) && taken.iter().all(|other| !other.overlaps(&rect.grown(3.0)));
            clear.then_some((label, rect))
        };
        if let Some((label, rect)) = order.into_iter().find_map(|i| free(places[i])) {
            taken.push(rect);
            labels.push(label);
        }
    }
    labels
}

/// What is painted behind the number of a contour so that the line stops there.
pub fn clearing(label: &Label) -> Rect {
    let rect = label.rect();
    let height = rect.height / LINE;
    Rect { left: rect.left - 1.0, top: label.at.1 - 0.5 * height, width: rect.width + 2.0, height }
}

/// Whether a ring, in samples, is too small to be told from a single odd sample.
fn is_island(ring: &[Place]) -> bool {
    let reach = |of: fn(&Place) -> f64| {
        let ends = (f64::INFINITY, f64::NEG_INFINITY);
        let (low, high) = ring.iter().map(of).fold(ends, |(low, high), at| (low.min(at), high.max(at)));
        high - low
    };
    reach(|at| at.0) <= ISLAND && reach(|at| at.1) <= ISLAND
}

fn length(piece: &[Place]) -> f64 {
    piece.windows(2).map(|p| (p[1].0 - p[0].0).hypot(p[1].1 - p[0].1)).sum()
}
