//! Where everything in a figure is: a pure function of figure and frame, the same in a browser and without one.

use super::colour_bar::ColourBar;
use super::figure::{Axis, AxisScale, Colours, Figure, Map, Mark, Plane};
use super::frame::{Frame, Rect};
use super::heading::{Heading, NAME};
use super::legend::{self, Key};
use super::scale::Scale;
use super::surface::View;
use super::text::{self, Anchor, LINE, Label};
use super::theme::Role;
use super::ticks::{self, Tick};

/// Font size of the numbers along the axes in CSS pixels.
pub const NUMBER: f64 = 11.0;
/// Around everything.
const EDGE: f64 = 6.0;
/// Between the vertical axis and its numbers.
const NEAR: f64 = 6.0;
/// Between the horizontal axis and its numbers; more, for the lowest number of the vertical axis.
const BELOW: f64 = 8.0;
/// From this width in CSS pixels on there is room for a colour bar beside the plot.
const WIDE: f64 = 420.0;
/// A plot that takes so much of the width of its frame is large enough.
const LARGE: f64 = 0.6;
/// Legend and colour bar go to another side than usual where that makes the plot so many times as large.
const WORTH: f64 = 1.2;

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

/// Whether the colour bar stands beside the plot and not under it, and the legend beside and not over it.
#[derive(Clone, Copy)]
struct Beside {
    bar: bool,
    legend: bool,
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
        let layout = largest(figure, frame, parts);
        (layout.plot.width >= parts.least.0 && layout.plot.height >= parts.least.1).then_some(layout)
    };
    std::iter::once(&all).chain(&choices).find_map(fits).unwrap_or_else(|| largest(figure, frame, &bare))
}

/// A plot whose shape is given leaves room on two sides of its frame, which is for what is put around it.
fn largest(figure: &Figure, frame: &Frame, parts: &Parts) -> Layout {
    let usual = Beside { bar: frame.width >= WIDE, legend: false };
    let layout = arrange(figure, frame, parts, usual);
    let is_small = layout.plot.width < LARGE * frame.width;
    let better = if is_small && figure.plane == Plane::Equal && (parts.bar || parts.legend) {
        elsewhere(figure, frame, parts, &layout)
    } else {
        None
    };
    better.unwrap_or(layout)
}

/// The layout with legend or colour bar on another side than in this one, if that is worth it.
#[inline(never)]
fn elsewhere(figure: &Figure, frame: &Frame, parts: &Parts, usual: &Layout) -> Option<Layout> {
    let side = |layout: &Layout| layout.plot.width.min(layout.plot.height);
    let is_free = |layout: &Layout| {
        let lying = layout.bar.as_ref().filter(|bar| !bar.stands);
        let end = lying.map_or(frame.height, |bar| bar.rect.top);
        layout.keys.iter().all(|key| key.label.rect().bottom() <= end)
    };
    let sides = [(true, true), (false, true), (true, false), (false, false)];
    let all = sides.map(|(bar, legend)| arrange(figure, frame, parts, Beside { bar, legend }));
    let best = all.into_iter().filter(is_free).max_by(|a, b| side(a).total_cmp(&side(b)));
    best.filter(|best| side(best) > WORTH * side(usual))
}

fn arrange(figure: &Figure, frame: &Frame, parts: &Parts, beside: Beside) -> Layout {
    let whole = Rect { left: 0.0, top: 0.0, width: frame.width, height: frame.height };
    let edge = if parts.numbers { EDGE } else { 0.0 };
    let width = (frame.width - 2.0 * edge).max(0.0);
    let solid = matches!(figure.plane, Plane::Surface { .. });
    let flat = |shown: bool| shown && !solid;

    let bar = map(figure).filter(|map| flat(parts.bar) && map.colours != Colours::Classes);
    let mut bar = bar.map(|map| ColourBar::new(map, figure.compared, &frame.theme));
    let bar_width = bar.as_ref().filter(|_| beside.bar).map_or(0.0, ColourBar::width_beside);
    let column = if beside.legend && parts.legend { legend::column(figure, 0.5 * width) } else { Vec::new() };
    let column_width = legend::width_of(&column);

    let name = |axis: &Axis| if flat(parts.names) { axis.label.trim().to_owned() } else { String::new() };
    let bar_name = bar.as_ref().filter(|_| beside.bar).map_or("", |bar| &bar.name);
    let heading = |shares: bool| {
        let rows = if beside.legend || !parts.legend { Vec::new() } else { legend::rows(figure, width) };
        Heading::new(figure, parts.title, (rows, shares), (&name(&figure.y), bar_name), (edge, width))
    };

    let mut bottom = frame.height - edge;
    let mut under = |height: f64| {
        bottom -= height;
        bottom
    };
    let bar_top = under(bar.as_ref().filter(|_| !beside.bar).map_or(0.0, ColourBar::height_under));
    let x_name = name(&figure.x);
    let x_name_at = under(if x_name.is_empty() { 0.0 } else { NAME * LINE }) + 0.5 * NAME * LINE;
    let bottom = under(if flat(parts.numbers) { NUMBER * LINE + BELOW } else { 0.0 });

    // A name stays with its axis: if the legend would take it away, it has a row of its own.
    let mut shares = true;
    let (heading, plot, y_ticks, (left, right)) = loop {
        let heading = heading(shares);
        // Half a number of the vertical axis stands out above the plot.
        let top = heading.bottom + if parts.numbers { 0.5 * NUMBER * LINE } else { 0.0 };
        let width = (width - column_width).max(0.0);
        let room = Rect { left: edge, top, width, height: (bottom - top).max(0.0) };
        let (plot, y_ticks) = fit(figure, &room, flat(parts.numbers), bar_width);
        let left = (plot.left - widest(&y_ticks) - NEAR).max(edge);
        let ends = (left, (plot.right() + bar_width).min(frame.width - edge));
        if !shares || !heading.leaves(ends) {
            break (heading, plot, y_ticks, ends);
        }
        shares = false;
    };
    let x = Scale::new(&figure.x, (plot.left, plot.right()));
    let y = Scale::new(&figure.y, (plot.bottom(), plot.top));
    let x_ticks = if flat(parts.numbers) { along(&figure.x, &x, &plot) } else { Vec::new() };

    let (mut labels, mut keys) = heading.put(left, right);
    for (key, more) in column {
        let to = (right, plot.top);
        labels.extend(more.map(|more| legend::moved(more, to)));
        keys.push(key.moved(to));
    }
    labels.push(label(&x_name, (plot.centre().0, x_name_at), Anchor::Middle, NAME, Role::Muted));
    labels.extend(x_ticks.iter().map(|tick| {
        let at = (x.pixel(tick.value), plot.bottom() + BELOW + 0.5 * NUMBER * LINE);
        label(&tick.label, at, Anchor::Middle, NUMBER, Role::Muted)
    }));
    labels.extend(y_ticks.iter().map(|tick| {
        label(&tick.label, (plot.left - NEAR, y.pixel(tick.value)), Anchor::Right, NUMBER, Role::Muted)
    }));
    if let Some(bar) = &mut bar {
        if beside.bar {
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
    labels.retain(|label| !label.text.is_empty() && label.at.0.is_finite() && label.at.1.is_finite());
    let labels = labels.into_iter().map(|label| label.within(&whole)).collect();
    Layout { plot, frame: whole, x, y, x_ticks, y_ticks, labels, keys, bar, view }
}

/// The plot within the room between heading and footing, and the ticks of its vertical axis.
fn fit(figure: &Figure, room: &Rect, numbers: bool, bar_width: f64) -> (Rect, Vec<Tick>) {
    let mut plot = *room;
    let ticks = |plot: &Rect| {
        let scale = Scale::new(&figure.y, (plot.bottom(), plot.top));
        if numbers { down(&figure.y, &scale, plot, 0.35 * room.width) } else { Vec::new() }
    };
    let y_ticks = ticks(&plot);
    if numbers {
        let left = widest(&y_ticks) + NEAR;
        // Half of the last number of the horizontal axis stands out to the right.
        let x_ticks = along(&figure.x, &Scale::new(&figure.x, (plot.left, plot.right())), &plot);
        let out = x_ticks.last().map_or(0.0, |tick| 0.5 * text::width(&tick.label, NUMBER)).min(24.0);
        let right = if bar_width > 0.0 { bar_width } else { (out - EDGE).max(2.0) };
        plot = Rect { left: plot.left + left, width: (plot.width - left - right).max(0.0), ..plot };
    }
    if figure.plane == Plane::Equal {
        plot = equal(figure, &plot);
        return (plot, ticks(&plot));
    }
    (plot, y_ticks)
}

pub fn label(text: &str, at: (f64, f64), anchor: Anchor, size: f64, role: Role) -> Label {
    Label { text: text.trim().to_owned(), at, anchor, size, role }
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
