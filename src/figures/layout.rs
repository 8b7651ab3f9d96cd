//! Where everything in a figure is: a pure function of figure and frame, the same in a browser and without one.

use super::colour_bar::ColourBar;
use super::figure::{Axis, AxisScale, Colours, Figure, Map, Mark, Plane};
use super::frame::{Frame, Rect};
use super::legend::{self, Key};
use super::scale::Scale;
use super::surface::View;
use super::text::{self, Anchor, LINE, Label};
use super::theme::Role;
use super::ticks::{self, Tick};

/// Font size of the title in CSS pixels.
const TITLE: f64 = 15.0;
/// Font size of the names of the axes.
const NAME: f64 = 12.0;
/// Font size of the numbers along the axes.
pub const NUMBER: f64 = 11.0;
/// Around everything.
const EDGE: f64 = 6.0;
/// Between an axis and its numbers.
const NEAR: f64 = 6.0;
/// Between two names in a row.
const GAP: f64 = 24.0;
/// Between a name and the legend, on both sides together.
const LEGEND_GAP: f64 = 2.0 * GAP;
/// From this width in CSS pixels on there is room for a colour bar beside the plot.
const WIDE: f64 = 420.0;

/// Where everything in a figure is, in CSS pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// The rectangle that the axes span.
    pub plot: Rect,
    pub(super) frame: Rect,
    pub(super) x: Scale,
    pub(super) y: Scale,
    pub(super) x_ticks: Vec<Tick>,
    pub(super) y_ticks: Vec<Tick>,
    pub(super) labels: Vec<Label>,
    pub(super) keys: Vec<Key>,
    pub(super) bar: Option<ColourBar>,
    pub(super) view: Option<View>,
}

impl Layout {
    /// The place of a point of the plane in CSS pixels. On a surface it lies on the surface. Not finite for a
    /// point that has no place, such as 0 on a logarithmic axis.
    #[must_use]
    pub fn to_pixel(&self, x: f64, y: f64) -> (f64, f64) {
        match &self.view {
            Some(view) => view.place(self.x.share(x), self.y.share(y)),
            None => (self.x.pixel(x), self.y.pixel(y)),
        }
    }

    /// The point of the plane at a place in CSS pixels; beyond the axes as well. On a surface the point whose
    /// height is seen there, to within what a pointer can tell.
    #[must_use]
    pub fn to_data(&self, px: f64, py: f64) -> (f64, f64) {
        match &self.view {
            Some(view) => {
                let (x, y) = view.shares((px, py));
                (self.x.value(x), self.y.value(y))
            }
            None => (self.x.at(px), self.y.at(py)),
        }
    }
}

/// The map of a figure.
pub fn map(figure: &Figure) -> Option<&Map> {
    figure.marks.iter().find_map(|mark| match mark {
        Mark::Map(map) if map.columns > 0 && map.rows() > 0 => Some(map),
        _ => None,
    })
}

/// What is put around the plot; in a small frame less.
struct Parts {
    bar: bool,
    legend: bool,
    names: bool,
    numbers: bool,
    title: bool,
    /// The least width and height that the plot must have.
    least: (f64, f64),
}

/// Where everything in a figure is. What a small frame has no room for is left out: first the colour bar, then
/// the legend, the names of the axes, and the numbers.
#[must_use]
pub fn layout(figure: &Figure, frame: &Frame) -> Layout {
    let frame = &frame.usable();
    let all = Parts {
        bar: true,
        legend: true,
        names: true,
        numbers: true,
        title: frame.titled,
        least: (90.0, 70.0),
    };
    let choices = [
        Parts { bar: false, ..all },
        Parts { bar: false, legend: false, least: (70.0, 50.0), ..all },
        Parts { bar: false, legend: false, names: false, least: (40.0, 30.0), ..all },
    ];
    let bare =
        Parts { bar: false, legend: false, names: false, numbers: false, title: false, least: (0.0, 0.0) };
    let fits = |parts: &Parts| {
        let layout = arrange(figure, frame, parts);
        (layout.plot.width >= parts.least.0 && layout.plot.height >= parts.least.1).then_some(layout)
    };
    std::iter::once(&all).chain(&choices).find_map(fits).unwrap_or_else(|| arrange(figure, frame, &bare))
}

fn arrange(figure: &Figure, frame: &Frame, parts: &Parts) -> Layout {
    let whole = Rect { left: 0.0, top: 0.0, width: frame.width, height: frame.height };
    let edge = if parts.numbers { EDGE } else { 0.0 };
    let (width, mut top, mut bottom) = (frame.width - 2.0 * edge, edge, frame.height - edge);
    let mut labels = Vec::new();
    if parts.title && !figure.title.trim().is_empty() {
        labels.push(label(&figure.title, (edge, top + 0.5 * TITLE * LINE), Anchor::Left, TITLE, Role::Text));
        top += TITLE * LINE + 4.0;
    }

    let solid = matches!(figure.plane, Plane::Surface { .. });
    let mut bar = map(figure)
        .filter(|map| parts.bar && !solid && map.colours != Colours::Classes)
        .map(|map| ColourBar::new(map, &frame.theme));
    let beside = frame.width >= WIDE;
    let bar_width = bar.as_ref().map_or(0.0, |bar| if beside { bar.width_beside() } else { 0.0 });

    let named = |axis: &Axis| parts.names && !axis.label.trim().is_empty();
    let bar_name = bar.as_ref().filter(|_| beside).map_or("", |bar| &bar.name).to_owned();
    let (y_name, bar_name) = (shortened(figure.y.label.trim(), width), shortened(bar_name.trim(), width));
    let names_width = if named(&figure.y) && !solid { text::width(&y_name, NAME) } else { 0.0 };
    let bar_name_width = text::width(&bar_name, NAME);

    let rows = if parts.legend { legend::rows(figure, width) } else { Vec::new() };
    let taken = names_width + bar_name_width + if names_width * bar_name_width > 0.0 { GAP } else { 0.0 };
    let shared =
        rows.len() == 1 && taken + LEGEND_GAP + legend::width(&rows[0]) <= width && !rows[0].is_empty();
    let mut keys = Vec::new();
    let legend_top = top;
    if !shared {
        top += rows.len() as f64 * legend::ROW;
    }
    let row = NAME * LINE;
    let bar_name_at = top + 0.5 * row;
    let crowded = taken > width && names_width > 0.0 && bar_name_width > 0.0;
    if crowded {
        top += row + 2.0;
    }
    let y_name_at = top + 0.5 * row;
    if names_width > 0.0 || bar_name_width > 0.0 || shared {
        top += row.max(if shared { legend::ROW } else { 0.0 });
    }
    // Half a number of the vertical axis stands above the plot.
    top += if parts.numbers { 7.0 } else { 0.0 };

    if let Some(bar) = bar.as_ref().filter(|_| !beside) {
        bottom -= bar.height_under() + 4.0;
    }
    let bar_top = bottom + 4.0;
    if named(&figure.x) && !solid {
        bottom -= row;
    }
    let x_name_at = bottom + 0.5 * row;
    if parts.numbers && !solid {
        bottom -= NUMBER * LINE + NEAR;
    }
    let height = (bottom - top).max(0.0);

    let vertical = |plot: &Rect| Scale::new(&figure.y, (plot.bottom(), plot.top));
    let horizontal = |plot: &Rect| Scale::new(&figure.x, (plot.left, plot.right()));
    let mut plot = Rect { left: edge, top, width: width.max(0.0), height };
    let mut y_ticks = Vec::new();
    if parts.numbers && !solid {
        y_ticks = down(&figure.y, &vertical(&plot), &plot, 0.35 * frame.width);
        let left = widest(&y_ticks) + NEAR;
        // Half of the last number of the horizontal axis may stand out to the right.
        let ends = along(&figure.x, &horizontal(&plot), &plot);
        let out = ends.last().map_or(0.0, |tick| 0.5 * text::width(&tick.label, NUMBER)).min(24.0);
        let right = if bar_width > 0.0 { bar_width } else { (out - edge).max(2.0) };
        plot.left += left;
        plot.width = (plot.width - left - right).max(0.0);
        if figure.plane == Plane::Equal {
            plot = equal(figure, &plot);
            y_ticks = down(&figure.y, &vertical(&plot), &plot, 0.35 * frame.width);
        }
    } else if figure.plane == Plane::Equal {
        plot = equal(figure, &plot);
    }
    let (x, y) = (horizontal(&plot), vertical(&plot));
    let x_ticks = if parts.numbers && !solid { along(&figure.x, &x, &plot) } else { Vec::new() };

    let outer_left = (plot.left - widest(&y_ticks) - NEAR).max(edge);
    let outer_right = (plot.right() + bar_width).min(frame.width - edge);
    // Name, legend and name of the bar in one row may be wider than what is under them.
    let row_width = taken + if shared { LEGEND_GAP + legend::width(&rows[0]) } else { 0.0 };
    let row_right = outer_right.max(edge + row_width);
    let mut row_left = outer_left.min(row_right - row_width);
    for row in rows {
        let to = if shared {
            let right = row_right - if bar_name_width > 0.0 { bar_name_width + GAP } else { 0.0 };
            let left = if solid { edge } else { right - legend::width(&row) };
            row_left = row_left.min(left - LEGEND_GAP - names_width);
            (left, y_name_at - 0.5 * legend::ROW)
        } else {
            (edge, legend_top)
        };
        keys.extend(row.into_iter().map(|key| key.moved(to)));
    }
    let row_left = row_left.max(edge);
    let inside = whole.grown(-1.0_f64.min(0.1 * frame.width.min(frame.height)));
    if names_width > 0.0 {
        labels.push(label(&y_name, (row_left, y_name_at), Anchor::Left, NAME, Role::Muted));
    }
    if bar_name_width > 0.0 {
        labels.push(label(&bar_name, (row_right, bar_name_at), Anchor::Right, NAME, Role::Muted));
    }
    if named(&figure.x) && !solid {
        let name = label(&figure.x.label, (plot.centre().0, x_name_at), Anchor::Middle, NAME, Role::Muted);
        labels.push(name);
    }
    labels.extend(x_ticks.iter().filter(|tick| !tick.label.is_empty()).map(|tick| {
        let at = (x.pixel(tick.value), plot.bottom() + NEAR + 0.5 * NUMBER * LINE);
        label(&tick.label, at, Anchor::Middle, NUMBER, Role::Muted)
    }));
    labels.extend(y_ticks.iter().filter(|tick| !tick.label.is_empty()).map(|tick| {
        label(&tick.label, (plot.left - NEAR, y.pixel(tick.value)), Anchor::Right, NUMBER, Role::Muted)
    }));
    if let Some(bar) = &mut bar {
        if beside {
            bar.put_beside(&plot);
        } else {
            bar.put_under(&Rect { left: edge, top: bar_top, width, height: bar.height_under() });
        }
        labels.append(&mut bar.labels);
    }

    let view = match (figure.plane, map(figure)) {
        (Plane::Surface { yaw, pitch }, Some(map)) => {
            Some(View::new(figure, map, &frame.theme, (yaw, pitch), (&x, &y), &plot))
        }
        _ => None,
    };
    if let Some(view) = view.as_ref().filter(|_| parts.numbers) {
        labels.extend(view.labels(parts.names));
    }
    let labels = labels.into_iter().map(|label| label.within(&inside)).collect();
    Layout { plot, frame: whole, x, y, x_ticks, y_ticks, labels, keys, bar, view }
}

pub fn label(text: &str, at: (f64, f64), anchor: Anchor, size: f64, role: Role) -> Label {
    Label { text: text.trim().to_owned(), at, anchor, size, role }
}

fn shortened(text: &str, room: f64) -> String {
    text::shortened(text, NAME, room).into_owned()
}

fn widest(ticks: &[Tick]) -> f64 {
    ticks.iter().fold(0.0, |most, tick| most.max(text::width(&tick.label, NUMBER)))
}

/// The largest rectangle within `room`, in its middle, on which one unit is as long both ways.
fn equal(figure: &Figure, room: &Rect) -> Rect {
    let span = |axis: &Axis| {
        let (low, high) = Scale::new(axis, (0.0, 1.0)).extent();
        (axis.scale != AxisScale::Log).then_some(high - low)
    };
    let (Some(x), Some(y)) = (span(&figure.x), span(&figure.y)) else { return *room };
    let unit = (room.width / x).min(room.height / y);
    let (width, height) = (unit * x, unit * y);
    Rect { left: room.left + 0.5 * (room.width - width), top: room.top, width, height }
}

/// The ticks of a vertical axis, their labels one under the other.
fn down(axis: &Axis, scale: &Scale, plot: &Rect, room: f64) -> Vec<Tick> {
    let mut ticks = fitting(axis, scale, plot.height, 32.0, |_| 1.2 * NUMBER * LINE);
    for tick in &mut ticks {
        tick.label = text::shortened(&tick.label, NUMBER, room).into_owned();
    }
    ticks
}

/// The ticks of a horizontal axis, their labels side by side.
fn along(axis: &Axis, scale: &Scale, plot: &Rect) -> Vec<Tick> {
    if let AxisScale::Names(names) = &axis.scale {
        let slot = (scale.pixel(1.0) - scale.pixel(0.0)).abs() - 6.0;
        let longest = names.iter().fold(0.0, |most: f64, name| most.max(text::width(name, NUMBER)));
        if longest > slot && slot > 26.0 {
            let mut ticks = ticks::ticks(axis, scale, names.len());
            for tick in &mut ticks {
                tick.label = text::shortened(&tick.label, NUMBER, slot).into_owned();
            }
            return ticks;
        }
    }
    fitting(axis, scale, plot.width, 60.0, |label| text::width(label, NUMBER) + 10.0)
}

/// As many ticks as fit without their labels touching; `spacing` is what looks even.
fn fitting(axis: &Axis, scale: &Scale, length: f64, spacing: f64, takes: impl Fn(&str) -> f64) -> Vec<Tick> {
    let mut most = match &axis.scale {
        AxisScale::Names(names) => names.len().clamp(1, 400),
        // Even in little room a few are tried, for short numbers may fit.
        _ => ((length / spacing) as usize + 1).clamp(5, 12),
    };
    loop {
        let ticks = ticks::ticks(axis, scale, most);
        let mut places: Vec<(f64, f64)> = ticks
            .iter()
            .filter(|tick| !tick.label.is_empty())
            .map(|tick| (scale.pixel(tick.value), takes(&tick.label)))
            .collect();
        places.sort_by(|a, b| a.0.total_cmp(&b.0));
        let free = places.windows(2).all(|p| p[1].0 - p[0].0 >= 0.5 * (p[0].1 + p[1].1));
        if free {
            return ticks;
        }
        if most <= 1 {
            // Still too many, as with names: the one in the middle.
            let middle = places.len() / 2;
            return ticks.into_iter().filter(|tick| !tick.label.is_empty()).skip(middle).take(1).collect();
        }
        most = most * 4 / 5;
    }
}
