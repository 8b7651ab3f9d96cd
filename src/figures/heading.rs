//! What stands over the plot: title, legend, and the names of the vertical axis and of the colour bar.

use super::figure::Figure;
use super::layout::label;
use super::legend::{self, Key};
use super::text::{self, Anchor, LINE, Label};
use super::theme::Role;

/// Font size of the title in CSS pixels.
const TITLE: f64 = 15.0;
/// Font size of the names.
pub const NAME: f64 = 12.0;
/// Between two names in a row.
const GAP: f64 = 24.0;
/// Between a name and the legend.
const LEGEND_GAP: f64 = 2.0 * GAP;

/// The rows over a plot. Names and legend share one if there is room.
pub struct Heading {
    title: Option<Label>,
    legend: Vec<Vec<Key>>,
    /// Where the legend begins.
    legend_top: f64,
    /// Whether the legend is in the row of the names.
    shared: bool,
    y_name: Option<Name>,
    bar_name: Option<Name>,
    edge: f64,
    /// Where the plot may begin.
    pub bottom: f64,
}

/// A name and the middle of its row.
struct Name {
    text: String,
    width: f64,
    at: f64,
}

impl Name {
    fn new(text: &str, room: f64) -> Option<Self> {
        let text = text::shortened(text.trim(), NAME, room).into_owned();
        (!text.is_empty()).then(|| Self { width: text::width(&text, NAME), text, at: 0.0 })
    }
}

fn width(name: Option<&Name>) -> f64 {
    name.map_or(0.0, |name| name.width)
}

impl Heading {
    /// The rows in `room`, the width between the edges of the frame, from `edge` downwards; empty names are left
    /// out. The legend comes with whether it may share the row of the names.
    pub fn new(
        figure: &Figure,
        titled: bool,
        (legend, shares): (Vec<Vec<Key>>, bool),
        (y_name, bar_name): (&str, &str),
        (edge, room): (f64, f64),
    ) -> Self {
        let mut bottom = edge;
        let title = (titled && !figure.title.trim().is_empty()).then(|| {
            let at = (edge, edge + 0.5 * TITLE * LINE);
            bottom += TITLE * LINE + 4.0;
            label(&text::shortened(figure.title.trim(), TITLE, room), at, Anchor::Left, TITLE, Role::Text)
        });
        let (mut y_name, mut bar_name) = (Name::new(y_name, room), Name::new(bar_name, room));
        let both = y_name.is_some() && bar_name.is_some();
        let names = width(y_name.as_ref()) + width(bar_name.as_ref()) + if both { GAP } else { 0.0 };
        let shared = shares && legend.len() == 1 && names + LEGEND_GAP + legend::width(&legend[0]) <= room;
        let legend_top = bottom;
        if !shared {
            bottom += legend.len() as f64 * legend::ROW;
        }
        let row = if shared { legend::ROW } else { NAME * LINE };
        if let Some(name) = &mut bar_name {
            name.at = bottom + 0.5 * row;
            // Too long to stand in one row.
            if both && names > room {
                bottom += row;
            }
        }
        if let Some(name) = &mut y_name {
            name.at = bottom + 0.5 * row;
        }
        if shared || y_name.is_some() || bar_name.is_some() {
            bottom += row;
        }
        Self { title, legend, legend_top, shared, y_name, bar_name, edge, bottom }
    }

    /// How wide the row of the names is.
    fn reach(&self) -> f64 {
        let (y_width, bar_width) = (width(self.y_name.as_ref()), width(self.bar_name.as_ref()));
        let legend = if self.shared { LEGEND_GAP + legend::width(&self.legend[0]) } else { 0.0 };
        y_width + bar_width + if y_width * bar_width > 0.0 { GAP } else { 0.0 } + legend
    }

    /// Whether the legend takes the name of the vertical axis away from it.
    pub fn leaves(&self, (left, right): (f64, f64)) -> bool {
        let reach = self.reach();
        self.shared && self.y_name.is_some() && left > right.max(self.edge + reach) - reach + GAP
    }

    /// The rows over what reaches from `left` to `right`, its numbers and its colour bar included.
    pub fn put(self, left: f64, right: f64) -> (Vec<Label>, Vec<Key>) {
        let reach = self.reach();
        let mut labels: Vec<Label> = self.title.into_iter().collect();
        let (y_width, bar_width) = (width(self.y_name.as_ref()), width(self.bar_name.as_ref()));
        // The row may be wider than what is under it.
        let right = right.max(self.edge + reach);
        let left = left.min(right - reach).max(self.edge);
        let legend_at = if self.shared && y_width > 0.0 {
            let end = right - if bar_width > 0.0 { bar_width + GAP } else { 0.0 };
            end - legend::width(&self.legend[0])
        } else {
            self.edge
        };
        let keys = self.legend.into_iter().flatten();
        let keys = keys.map(|key| key.moved((legend_at, self.legend_top))).collect();
        let name = |name: Name, x, anchor| label(&name.text, (x, name.at), anchor, NAME, Role::Muted);
        labels.extend(self.y_name.map(|y_name| name(y_name, left, Anchor::Left)));
        labels.extend(self.bar_name.map(|bar_name| name(bar_name, right, Anchor::Right)));
        (labels, keys)
    }
}
