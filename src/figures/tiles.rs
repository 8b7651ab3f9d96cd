//! Small pictures side by side.

use super::{Axis, Colours, Dash, Ink, Map, Mark};

/// Pictures of the same size as one wall, row by row from the upper left.
pub struct Tiles {
    /// Tiles in a row of the wall.
    across: usize,
    /// Tiles in a column.
    down: usize,
    /// Width and height of a tile.
    size: (usize, usize),
}

impl Tiles {
    /// A wall that is about so many times as wide as high, for pictures of so many numbers.
    #[must_use]
    pub fn new(pictures: usize, numbers: usize, aspect: f64) -> Self {
        let (pictures, numbers) = (pictures.max(1), numbers.max(1));
        let width = (1..=numbers).find(|w| w * w >= numbers && numbers % w == 0).unwrap_or(numbers);
        let across = ((pictures as f64 * aspect).sqrt().ceil() as usize).min(pictures);
        Self { across, down: pictures.div_ceil(across), size: (width, numbers / width) }
    }

    /// Right and upper end of the wall.
    #[must_use]
    pub fn ends(&self) -> (f64, f64) {
        ((self.across * self.size.0) as f64, (self.down * self.size.1) as f64)
    }

    /// The horizontal axis and the vertical one, without numbers.
    #[must_use]
    pub fn axes(&self, along: &str) -> (Axis, Axis) {
        (Axis::bare(along, (0.0, self.ends().0)), Axis::bare("", (0.0, self.ends().1)))
    }

    /// The middle of a tile.
    #[must_use]
    pub fn middle(&self, place: usize) -> (f64, f64) {
        let (i, j) = ((place % self.across) as f64 + 0.5, (place / self.across) as f64 + 0.5);
        (i * self.size.0 as f64, self.ends().1 - j * self.size.1 as f64)
    }

    /// The pictures, their first number at the upper left.
    pub fn map<'a>(&self, name: &str, pictures: impl Iterator<Item = &'a [f64]>) -> Mark {
        let ((width, height), (right, top)) = (self.size, self.ends());
        let (columns, rows) = (self.across * width, self.down * height);
        let mut values = vec![f64::NAN; columns * rows];
        for (place, picture) in pictures.enumerate() {
            for (k, number) in picture.iter().enumerate() {
                let row = place / self.across * height + k / width;
                values[(rows - 1 - row) * columns + place % self.across * width + k % width] = *number;
            }
        }
        let (x, y) = ((0.5, right - 0.5), (0.5, top - 0.5));
        Mark::Map(Map::new(name, columns, values, x, y, Colours::Signed).cells())
    }

    /// The lines between them.
    #[must_use]
    pub fn lines(&self) -> Mark {
        let (right, top) = self.ends();
        let upright = (1..self.across).map(|i| (i * self.size.0) as f64).map(|x| [(x, 0.0), (x, top)]);
        let level = (1..self.down).map(|i| (i * self.size.1) as f64).map(|y| [(0.0, y), (right, y)]);
        let gap = [(f64::NAN, f64::NAN)];
        Mark::Line {
            name: String::new(),
            points: upright.chain(level).flat_map(|line| line.into_iter().chain(gap)).collect(),
            ink: Ink::Text,
            dash: Dash::Solid,
            width: 1.0,
        }
    }
}
