//! The slow part of a figure at full quality, piece by piece: what matters most first, and whoever waits may look at it, or
//! give it up, after each piece.

use std::ops::Range;

use super::screen::{SWEEP, Screen};
use super::stage::{Computed, Quality, Tile};
use crate::figures::{Mark, roughness};

/// Samples along a side of a tile.
const SIDE: usize = 16;

/// Samples along a side of the first map of a figure that has no coarse one.
const ROUGHEST: usize = 12;

/// [Roughness](roughness) that nobody sees between the coarse samples. Half way between two of them the map is off by a
/// quarter of it where it is smooth, which is half of one of the 256 colours that a map has; by two colours at a kink.
const UNSEEN: f64 = 1.0 / 128.0;

/// A figure on its way to full quality. Its pieces are the tiles of a map that a scene computes in
/// [tiles](super::Scene::tiled), the samples of a sweep, or all there is.
pub struct Refinement {
    figure: String,
    /// What is known so far; in tiles that are still to come, what the coarse map says.
    values: Computed,
    rest: Rest,
    /// Whether there is something to be seen that nobody has asked for yet.
    news: bool,
}

enum Rest {
    /// Tiles of a map of so many samples along a side, each with the [roughness] of the coarse map there. The roughest
    /// comes next. Of those that are hardly rough nobody would see that they are not there; they come all the same,
    /// for the table of the figure is exact.
    Tiles { side: usize, tiles: Vec<(f64, Tile)> },
    /// As many samples as there are.
    Samples,
    /// Everything at once.
    Whole,
}

impl Refinement {
    /// Of a figure of a screen, before the first piece.
    #[must_use]
    pub fn new(screen: &Screen, figure: &str) -> Self {
        let whole = (Vec::new(), Rest::Whole, false);
        let (values, rest, news) = match screen.scene().tiled(figure) {
            _ if figure == SWEEP => (Vec::new(), Rest::Samples, false),
            Some(side) => in_tiles(screen, figure, side).unwrap_or(whole),
            None => whole,
        };
        Self { figure: figure.to_owned(), values, rest, news }
    }

    /// Computes the next piece, on the screen that it began with or one of the same basis; answers whether there are more.
    pub fn advance(&mut self, screen: &Screen) -> bool {
        match &mut self.rest {
            Rest::Tiles { side, tiles } => {
                let rough = |&i: &usize| tiles[i].0;
                let Some(next) = (0..tiles.len()).max_by(|a, b| rough(a).total_cmp(&rough(b))) else {
                    return false;
                };
                let (rough, tile) = tiles.swap_remove(next);
                let values = screen.scene().tile(&self.figure, *side, &tile);
                for ((column, row), value) in tile.samples().into_iter().zip(values) {
                    self.values[row * *side + column] = value;
                }
                self.news |= rough >= UNSEEN;
                !tiles.is_empty()
            }
            Rest::Samples => {
                let sample = screen.sweep_sample(self.values.len(), Quality::Fine);
                self.values.extend(sample);
                sample.is_some()
            }
            Rest::Whole => {
                self.values = screen.compute(&self.figure, Quality::Fine);
                false
            }
        }
    }

    /// All values at the size of full quality, if there is more to be seen than when this was last asked.
    pub fn news(&mut self) -> Option<Computed> {
        std::mem::take(&mut self.news).then(|| self.values.clone())
    }

    /// All values, after the last piece.
    #[must_use]
    pub fn into_values(self) -> Computed {
        self.values
    }
}

/// The coarse map of a figure in full size, the tiles that it is to be replaced by, and whether nobody has seen it yet;
/// nothing if there is none.
fn in_tiles(screen: &Screen, figure: &str, side: usize) -> Option<(Computed, Rest, bool)> {
    let mut coarse = screen.compute(figure, Quality::Coarse);
    let is_new = coarse.is_empty();
    if is_new {
        // Too dear for whoever waits.
        coarse = screen.scene().tile(figure, ROUGHEST, &Tile::whole(ROUGHEST));
    }
    let drawn = screen.figure(figure, &coarse);
    let map = drawn.marks.iter().find_map(|mark| if let Mark::Map(map) = mark { Some(map) } else { None })?;
    let (columns, rough) = (map.columns, roughness(map));
    if columns < 2 || columns * columns != coarse.len() || rough.len() != coarse.len() {
        return None;
    }
    // Where a fine sample is among the coarse ones.
    let place = |i: usize| i as f64 * (columns - 1) as f64 / (side - 1).max(1) as f64;
    let between = |i: usize| {
        let from = (place(i) as usize).min(columns - 2);
        (from, place(i) - from as f64)
    };
    let mix = |a: f64, b: f64, share: f64| if share == 0.0 { a } else { a + share * (b - a) };
    let value = |(column, row): (usize, usize)| {
        let ((i, across), (j, up)) = (between(column), between(row));
        let level = |j: usize| mix(coarse[j * columns + i], coarse[j * columns + i + 1], across);
        if up == 0.0 { level(j) } else { mix(level(j), level(j + 1), up) }
    };
    let values = Tile::whole(side).samples().into_iter().map(value).collect();
    let mut tiles = Vec::new();
    for top in (0..side).step_by(SIDE) {
        for left in (0..side).step_by(SIDE) {
            let part = |start: usize| start..(start + SIDE).min(side);
            let tile = Tile { columns: part(left), rows: part(top) };
            // The coarse samples that it lies between.
            let around = |part: &Range<usize>| {
                let last = place(part.end - 1).ceil() as usize;
                place(part.start) as usize..last.min(columns - 1) + 1
            };
            let coarse = Tile { columns: around(&tile.columns), rows: around(&tile.rows) };
            let all = coarse.samples().into_iter().map(|(i, j)| rough[j * columns + i]);
            tiles.push((all.fold(0.0, f64::max), tile));
        }
    }
    Some((values, Rest::Tiles { side, tiles }, is_new))
}

#[cfg(test)]
mod tests;
