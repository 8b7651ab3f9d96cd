//! A map as a surface in space, seen from afar.

use plotters::style::{BLACK, WHITE};

use super::clip::Place;
use super::colours::Shading;
use super::figure::{Figure, Map};
use super::frame::Rect;
use super::grid;
use super::heading::NAME;
use super::layout::{NUMBER, label};
use super::pixels::Strokes;
use super::scale::Scale;
use super::text::{self, Anchor, LINE, Label};
use super::theme::{Role, Theme, blend};
use super::ticks::{self, Tick};

/// The most samples each way; more would not be drawn within a frame.
const MOST: usize = 64;
/// The most numbers along an axis.
const MOST_NUMBERS: usize = 6;
/// Height of the box over half its width.
const RISE: f64 = 1.1;
/// Room for numbers and names at the sides of the box, in CSS pixels.
const MARGIN: (f64, f64) = (34.0, 24.0);

/// A box in space in parallel projection: the axes run from −1 to 1, the height from 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    yaw: (f64, f64),
    pitch: (f64, f64),
    centre: Place,
    size: f64,
    columns: usize,
    rows: usize,
    /// Heights from 0 to 1, row by row; NaN where there is none.
    heights: Vec<f64>,
    /// Where the samples are along both axes, from 0 to 1 of the axis.
    span: [(f64, f64); 2],
    shading: Shading,
    axes: [Edge; 3],
}

/// One axis of the box.
#[derive(Clone, Debug, PartialEq)]
struct Edge {
    name: String,
    /// From 0 to 1 along the axis, with what is written there.
    ticks: Vec<(f64, String)>,
}

impl View {
    /// The view of a map from an angle in radians within a rectangle.
    pub fn new(
        figure: &Figure,
        map: &Map,
        theme: &Theme,
        (yaw, pitch): (f64, f64),
        (x, y): (&Scale, &Scale),
        plot: &Rect,
    ) -> Self {
        let turn = |angle: f64| if angle.is_finite() { angle.sin_cos() } else { (0.0, 1.0) };
        let pitch =
            if pitch.is_finite() { pitch.clamp(0.05, std::f64::consts::FRAC_PI_2) } else { 0.6 }.sin_cos();
        let shading = Shading::new(map, theme);
        let (columns, rows, heights) = grid::reduced(map, MOST, |v| shading.share(v));
        // The box fits whichever way it is turned, so that it keeps its size while it turns.
        let reach = 8.0_f64.sqrt();
        let size = ((plot.width - 2.0 * MARGIN.0) / reach)
            .min((plot.height - 2.0 * MARGIN.1) / (reach * pitch.0 + RISE * pitch.1))
            .max(1.0);
        let along = |ticks: Vec<Tick>, scale: &Scale| {
            ticks.into_iter().map(|tick| (scale.share(tick.value), tick.label)).collect()
        };
        let axes = [
            Edge { name: figure.x.label.clone(), ticks: along(ticks::ticks(&figure.x, x, MOST_NUMBERS), x) },
            Edge { name: figure.y.label.clone(), ticks: along(ticks::ticks(&figure.y, y, MOST_NUMBERS), y) },
            Edge {
                name: map.name.clone(),
                ticks: shading
                    .ticks(MOST_NUMBERS)
                    .into_iter()
                    .map(|t| (shading.share(t.value), t.label))
                    .collect(),
            },
        ];
        let span = [(x.share(map.x.0), x.share(map.x.1)), (y.share(map.y.0), y.share(map.y.1))];
        let centre = plot.centre();
        Self { yaw: turn(yaw), pitch, centre, size, columns, rows, heights, span, shading, axes }
    }

    /// Where a point of the box is seen.
    fn project(&self, (u, v, height): (f64, f64, f64)) -> Place {
        let across = u * self.yaw.1 - v * self.yaw.0;
        let away = u * self.yaw.0 + v * self.yaw.1;
        let up = away * self.pitch.0 + (height - 0.5) * RISE * self.pitch.1;
        (self.centre.0 + self.size * across, self.centre.1 - self.size * up)
    }

    /// How high the surface is at shares of the axes; the floor where it is not.
    fn height(&self, x: f64, y: f64) -> f64 {
        let nearest = |share: f64, (from, to): (f64, f64)| share.clamp(from.min(to), from.max(to));
        let across = |share: f64, ends: (f64, f64), count: usize| {
            let ends_finite = ends.0.is_finite() && ends.1.is_finite() && share.is_finite();
            ends_finite.then(|| grid::between(nearest(share, ends), ends, count)).flatten()
        };
        let (Some(i), Some(j)) = (across(x, self.span[0], self.columns), across(y, self.span[1], self.rows))
        else {
            return 0.0;
        };
        let sample = |column: usize, row: usize| {
            self.heights[row.min(self.rows - 1) * self.columns + column.min(self.columns - 1)]
        };
        let row = |row: usize| grid::mix(sample(i.index, row), sample(i.index + 1, row), i.share);
        let height = grid::mix(row(j.index), row(j.index + 1), j.share);
        if height.is_finite() { height.clamp(0.0, 1.0) } else { 0.0 }
    }

    /// Where the point of the surface at shares of the axes is seen.
    pub fn place(&self, x: f64, y: f64) -> Place {
        self.project((2.0 * x - 1.0, 2.0 * y - 1.0, self.height(x, y)))
    }

    /// The shares of the axes whose point of the surface is seen at a place.
    pub fn shares(&self, place: Place) -> (f64, f64) {
        let across = (place.0 - self.centre.0) / self.size;
        let up = (self.centre.1 - place.1) / self.size;
        let mut height = 0.5;
        let mut shares = (0.5, 0.5);
        for _ in 0..40 {
            let away = (up - (height - 0.5) * RISE * self.pitch.1) / self.pitch.0;
            let u = across * self.yaw.1 + away * self.yaw.0;
            let v = away * self.yaw.1 - across * self.yaw.0;
            shares = (0.5 * (u + 1.0), 0.5 * (v + 1.0));
            height += 0.4 * (self.height(shares.0, shares.1) - height);
        }
        shares
    }

    /// Which sides of the floor are in front: the `v` of the edge along x, the `u` of the edge along y.
    fn front(&self) -> (f64, f64) {
        let nearer = |along: f64| if along > 0.0 { -1.0 } else { 1.0 };
        (nearer(self.yaw.1), nearer(self.yaw.0))
    }

    /// The corner of the floor that is seen furthest to the left.
    fn corner(&self) -> (f64, f64) {
        let (v, u) = self.front();
        let seen = |c: &(f64, f64)| self.project((c.0, c.1, 0.0)).0;
        [(u, v), (-u, v), (u, -v), (-u, -v)]
            .into_iter()
            .min_by(|a, b| seen(a).total_cmp(&seen(b)))
            .unwrap_or((u, v))
    }

    /// The numbers and names along the three axes, none over another.
    pub fn labels(&self, named: bool) -> Vec<Label> {
        let (v, u) = self.front();
        let corner = self.corner();
        let mut labels: Vec<Label> = Vec::new();
        let mut add = |label: Label| {
            let rect = label.rect().grown(2.0);
            if labels.iter().all(|other| !other.rect().overlaps(&rect)) {
                labels.push(label);
            }
        };
        let outward = |inner: Place, outer: Place| {
            let (dx, dy) = (outer.0 - inner.0, outer.1 - inner.1);
            let length = dx.hypot(dy);
            if length < 1.0 { (0.0, 1.0) } else { (dx / length, dy / length) }
        };
        let [along_x, along_y, upwards] = &self.axes;
        let floor = |at: f64, x: bool, out: f64| {
            let place = 2.0 * at - 1.0;
            self.project(if x { (place, v * out, 0.0) } else { (u * out, place, 0.0) })
        };
        for (edge, x) in [(along_x, true), (along_y, false)] {
            let out = outward(floor(0.5, x, 1.0), floor(0.5, x, 2.0));
            let widest = edge.ticks.iter().fold(0.0, |w: f64, t| w.max(text::width(&t.1, NUMBER)));
            let away = |place: Place, gap: f64, width: f64| {
                let by = gap + 0.5 * width * out.0.abs() + 0.5 * NUMBER * LINE * out.1.abs();
                (place.0 + by * out.0, place.1 + by * out.1)
            };
            if named {
                let at = away(
                    floor(0.5, x, 1.0),
                    8.0 + NUMBER * LINE + widest * out.0.abs(),
                    text::width(&edge.name, NAME),
                );
                add(label(&edge.name, at, Anchor::Middle, NAME, Role::Muted));
            }
            for (at, text) in edge.ticks.iter().filter(|tick| !tick.1.is_empty()) {
                let at = away(floor(*at, x, 1.0), 5.0, text::width(text, NUMBER));
                add(label(text, at, Anchor::Middle, NUMBER, Role::Muted));
            }
        }
        let top = self.project((corner.0, corner.1, 1.0));
        if named {
            add(label(&upwards.name, (top.0, top.1 - NAME * LINE), Anchor::Middle, NAME, Role::Muted));
        }
        for (at, text) in &upwards.ticks {
            let place = self.project((corner.0, corner.1, *at));
            add(label(text, (place.0 - 6.0, place.1), Anchor::Right, NUMBER, Role::Muted));
        }
        labels
    }

    /// Draws the box and the surface in it.
    pub fn draw(&self, pen: &mut dyn Strokes) -> Result<(), String> {
        let Theme { grid, muted, .. } = *pen.theme();
        for (edge, x) in [(&self.axes[0], true), (&self.axes[1], false)] {
            for &(at, _) in edge.ticks.iter().filter(|tick| (0.0..=1.0).contains(&tick.0)) {
                let place = 2.0 * at - 1.0;
                let ends = if x { [(place, -1.0), (place, 1.0)] } else { [(-1.0, place), (1.0, place)] };
                pen.path(&ends.map(|(u, v)| self.project((u, v, 0.0))), grid, 1.0, 1.0)?;
            }
        }
        let floor = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0)];
        pen.path(&floor.map(|(u, v)| self.project((u, v, 0.0))), muted, 0.6, 1.0)?;
        // The two walls behind, so that heights can be read.
        let (v, u) = self.front();
        let along_walls =
            |height: f64| [(u, -v), (-u, -v), (-u, v)].map(|(u, v)| self.project((u, v, height)));
        for &(at, _) in &self.axes[2].ticks {
            pen.path(&along_walls(at), grid, 1.0, 1.0)?;
        }
        pen.path(&along_walls(1.0), grid, 1.0, 1.0)?;
        let corner = self.corner();
        for (u, v) in [(u, -v), (-u, -v), (-u, v)] {
            let colour = if (u, v) == corner { muted } else { grid };
            pen.path(&[0.0, 1.0].map(|height| self.project((u, v, height))), colour, 0.8, 1.0)?;
        }
        self.draw_surface(pen)
    }

    fn draw_surface(&self, pen: &mut dyn Strokes) -> Result<(), String> {
        let background = pen.theme().background;
        let along = |i: usize, (from, to): (f64, f64), count: usize| {
            2.0 * (from + (to - from) * i as f64 / (count.max(2) - 1) as f64) - 1.0
        };
        let point = |i: usize, j: usize| {
            let height = self.heights[j * self.columns + i];
            (along(i, self.span[0], self.columns), along(j, self.span[1], self.rows), height)
        };
        let places: Vec<Place> = (0..self.rows)
            .flat_map(|j| (0..self.columns).map(move |i| (i, j)))
            .map(|(i, j)| self.project(point(i, j)))
            .collect();
        // Cells farther away are drawn first: along each axis from the end that is behind.
        let behind_first = |count: usize, away: f64| {
            let cells = count.saturating_sub(1);
            (0..cells).map(move |k| if away > 0.0 { cells - 1 - k } else { k })
        };
        let (across, up) =
            (self.yaw.0 * (self.span[0].1 - self.span[0].0), self.yaw.1 * (self.span[1].1 - self.span[1].0));
        let every = |count: usize| (count / 12).max(1);
        let (every_column, every_row) = (every(self.columns), every(self.rows));
        for j in behind_first(self.rows, up) {
            for i in behind_first(self.columns, across) {
                let cell = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)];
                let corners = cell.map(|(i, j)| places[j * self.columns + i]);
                let height = cell.iter().map(|&(i, j)| self.heights[j * self.columns + i]).sum::<f64>() / 4.0;
                let Some(colour) = self.shading.colour(height) else { continue };
                if corners.iter().any(|c| !c.0.is_finite() || !c.1.is_finite()) {
                    continue;
                }
                let shade = self.shade(cell.map(|(i, j)| self.heights[j * self.columns + i]));
                let colour = blend(colour, if shade > 0.0 { WHITE } else { BLACK }, shade.abs());
                pen.area(&widened(corners), colour)?;
                // The edges towards cells that are drawn already: those drawn later do not cover them.
                let (side, back) = (usize::from(across > 0.0), usize::from(up > 0.0));
                if (i + side) % every_column == 0 {
                    pen.path(&[corners[side], corners[3 - side]], background, 0.35, 1.0)?;
                }
                if (j + back) % every_row == 0 {
                    pen.path(&[corners[3 * back], corners[1 + back]], background, 0.35, 1.0)?;
                }
            }
        }
        Ok(())
    }

    /// How much more light than level ground a cell with these heights at its corners gets from the left, from
    /// −1 to 1.
    fn shade(&self, [a, b, c, d]: [f64; 4]) -> f64 {
        let slope_x = 0.5 * ((b - a) + (c - d)) * self.columns as f64;
        let slope_y = 0.5 * ((d - a) + (c - b)) * self.rows as f64;
        let across = slope_x * self.yaw.1 - slope_y * self.yaw.0;
        0.18 * across / (1.0 + across.abs())
    }
}

/// A cell made a little larger, so that no gap shows between it and the next.
fn widened(corners: [Place; 4]) -> [Place; 4] {
    let middle = corners.iter().fold((0.0, 0.0), |sum, c| (sum.0 + 0.25 * c.0, sum.1 + 0.25 * c.1));
    corners.map(|c| {
        let (dx, dy) = (c.0 - middle.0, c.1 - middle.1);
        let length = dx.hypot(dy).max(1e-9);
        let by = 1.0 + 0.5 / length.max(0.5);
        (middle.0 + by * dx, middle.1 + by * dy)
    })
}
