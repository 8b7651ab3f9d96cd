//! The bar that tells which colour is which value.

use super::colours::Shading;
use super::figure::Map;
use super::frame::Rect;
use super::heading::NAME;
use super::layout::{NUMBER, label};
use super::text::{self, Anchor, LINE, Label};
use super::theme::{Role, Theme};
use super::ticks::Tick;

/// Between the plot and the bar, in CSS pixels.
const GAP: f64 = 14.0;
/// Above a bar that lies.
const ABOVE: f64 = 4.0;
/// How thick it is.
const THICK: f64 = 11.0;
/// Between the bar and its numbers.
const NEAR: f64 = 4.0;

/// The bar of a map.
#[derive(Clone, Debug, PartialEq)]
pub struct ColourBar {
    /// What the value is.
    pub name: String,
    /// Which colour is which value.
    pub shading: Shading,
    /// Where the bar is.
    pub rect: Rect,
    /// Whether it stands beside the plot, or lies under it.
    pub stands: bool,
    /// Where it is marked, from 0 to 1.
    pub ticks: Vec<f64>,
    /// Its numbers, and its name if it lies.
    pub labels: Vec<Label>,
}

impl ColourBar {
    /// A bar that has no place yet. Where maps are `compared`, it says that its colours are not those of the others.
    pub fn new(map: &Map, compared: bool, theme: &Theme) -> Self {
        let rect = Rect { left: 0.0, top: 0.0, width: 0.0, height: 0.0 };
        let shading = Shading::new(map, theme);
        let own = if compared && !map.name.is_empty() { ", own scale" } else { "" };
        Self {
            name: format!("{}{own}", map.name),
            shading,
            rect,
            stands: true,
            ticks: Vec::new(),
            labels: Vec::new(),
        }
    }

    /// What it takes to the right of the plot.
    pub fn width_beside(&self) -> f64 {
        let widest = [4, 7, 10]
            .into_iter()
            .flat_map(|most| self.shading.ticks(most))
            .fold(0.0, |most: f64, tick| most.max(text::width(&tick.label, NUMBER)));
        GAP + THICK + NEAR + widest
    }

    /// What it takes under the plot.
    pub fn height_under(&self) -> f64 {
        ABOVE + THICK + NEAR + NUMBER * LINE
    }

    /// Stands it beside a plot.
    pub fn put_beside(&mut self, plot: &Rect) {
        self.stands = true;
        self.rect = Rect { left: plot.right() + GAP, top: plot.top, width: THICK, height: plot.height };
        self.number(|_| NUMBER * LINE);
    }

    /// Lays it into the room under the plot, its name to the left.
    pub fn put_under(&mut self, room: &Rect) {
        self.stands = false;
        let name = text::shortened(self.name.trim(), NAME, 0.45 * room.width).into_owned();
        let taken = if name.is_empty() { 0.0 } else { text::width(&name, NAME) + 10.0 };
        // The outer numbers are centred under the ends.
        let inset = 12.0;
        self.rect = Rect {
            left: room.left + taken + inset,
            top: room.top + ABOVE,
            width: (room.width - taken - 2.0 * inset).max(1.0),
            height: THICK,
        };
        let middle = self.rect.centre().1;
        self.number(|text| text::width(text, NUMBER) + 6.0);
        self.labels.push(label(&name, (room.left, middle), Anchor::Left, NAME, Role::Muted));
    }

    /// Sets as many numbers as fit; `takes` is the room of a number along the bar.
    fn number(&mut self, takes: impl Fn(&str) -> f64) {
        let length = if self.stands { self.rect.height } else { self.rect.width };
        let mut most = ((length / 34.0) as usize).clamp(2, 10);
        let ticks: Vec<Tick> = loop {
            let ticks = self.shading.ticks(most);
            let places: Vec<f64> = ticks.iter().map(|t| length * self.shading.share(t.value)).collect();
            let apart = |i: usize| 0.5 * (takes(&ticks[i].label) + takes(&ticks[i + 1].label));
            if (1..places.len()).all(|i| places[i] - places[i - 1] >= apart(i - 1)) {
                break ticks;
            }
            if most <= 2 {
                break ticks.into_iter().take(1).collect();
            }
            most -= 1;
        };
        self.ticks = ticks.iter().map(|tick| self.shading.share(tick.value)).collect();
        let rect = self.rect;
        let place = |share: f64| {
            if self.stands {
                (rect.right() + NEAR, rect.bottom() - share * rect.height)
            } else {
                (rect.left + share * rect.width, rect.bottom() + NEAR + 0.5 * NUMBER * LINE)
            }
        };
        let anchor = if self.stands { Anchor::Left } else { Anchor::Middle };
        self.labels = ticks
            .iter()
            .zip(&self.ticks)
            .map(|(tick, &share)| label(&tick.label, place(share), anchor, NUMBER, Role::Muted))
            .collect();
    }
}
