//! Products of dense matrices.

use wide::f64x4;

use crate::vector::dot;

/// A matrix in a slice, in rows or, transposed, in columns.
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a> {
    entries: &'a [f64],
    rows: usize,
    columns: usize,
    strides: (usize, usize),
}

impl<'a> Matrix<'a> {
    /// The matrix with these entries, row after row.
    #[must_use]
    pub fn new(entries: &'a [f64], columns: usize) -> Self {
        let rows = entries.len().checked_div(columns).unwrap_or(0);
        Self { entries, rows, columns, strides: (columns, 1) }
    }

    /// The same numbers with rows and columns exchanged.
    #[must_use]
    pub fn transposed(self) -> Self {
        let (row, column) = self.strides;
        Self { rows: self.columns, columns: self.rows, strides: (column, row), ..self }
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.entries[row * self.strides.0 + column * self.strides.1]
    }
}

/// Rows and columns of a tile: as many sums as fit into registers.
const TILE: usize = 4;

/// Terms of a sum at a time: panels of them stay in the nearest cache.
const DEPTH: usize = 256;

/// `out = a b`, row after row.
///
/// # Panics
/// If the shapes do not fit.
#[inline(never)]
pub fn product(a: Matrix<'_>, b: Matrix<'_>, out: &mut [f64]) {
    assert!(a.columns == b.rows && out.len() == a.rows * b.columns, "shapes do not fit");
    if b.columns < TILE && a.strides.1 == 1 {
        narrow(a, b, out);
    } else {
        tiles(a, b, out, |_| 0);
    }
}

/// A product with few columns, for which tiles would be half empty: each entry is a sum along a row of `a`.
fn narrow(a: Matrix<'_>, b: Matrix<'_>, out: &mut [f64]) {
    let mut column = Vec::with_capacity(b.rows);
    for j in 0..b.columns {
        column.clear();
        column.extend((0..b.rows).map(|k| b.at(k, j)));
        for i in 0..a.rows {
            out[i * b.columns + j] = dot(&a.entries[i * a.strides.0..][..a.columns], &column);
        }
    }
}

/// Adds its transpose to a square matrix of `n` rows.
///
/// # Panics
/// If it has not `n` times `n` entries.
#[inline(never)]
pub fn add_transpose(matrix: &mut [f64], n: usize) {
    // Tiles, as a walk down a column leaves the cache at every step.
    const SIDE: usize = 16;
    assert_eq!(matrix.len(), n * n, "the matrix is not square");
    for rows in (0..n).step_by(SIDE) {
        for columns in (0..=rows).step_by(SIDE) {
            for i in rows..n.min(rows + SIDE) {
                for j in columns..(i + 1).min(columns + SIDE) {
                    let sum = matrix[i * n + j] + matrix[j * n + i];
                    matrix[i * n + j] = sum;
                    matrix[j * n + i] = sum;
                }
            }
        }
    }
}

/// `out = a aᵀ`, row after row: the products of all rows of a matrix with each other, each computed once.
///
/// # Panics
/// If the shapes do not fit.
#[inline(never)]
pub fn gram(a: Matrix<'_>, out: &mut [f64]) {
    assert_eq!(out.len(), a.rows * a.rows, "shapes do not fit");
    tiles(a, a.transposed(), out, |row| row);
    for i in 0..a.rows {
        for j in 0..i {
            out[i * a.rows + j] = out[j * a.rows + i];
        }
    }
}

/// `out = a b`, but for the tiles of each row that end before the column `from(row)`.
fn tiles(a: Matrix<'_>, b: Matrix<'_>, out: &mut [f64], from: impl Fn(usize) -> usize) {
    out.fill(0.0);
    let mut a_panel = Vec::new();
    let mut b_panels = Vec::new();
    for first in (0..a.columns).step_by(DEPTH) {
        let depth = DEPTH.min(a.columns - first);
        b_panels.clear();
        for j in (0..b.columns).step_by(TILE) {
            pack(b.transposed(), j, first, depth, &mut b_panels);
        }
        for i in (0..a.rows).step_by(TILE) {
            a_panel.clear();
            pack(a, i, first, depth, &mut a_panel);
            let b_panels = b_panels.chunks_exact(depth);
            for (j, b_panel) in (0..b.columns).step_by(TILE).zip(b_panels).skip(from(i) / TILE) {
                let tile = tile(&a_panel, b_panel);
                let width = TILE.min(b.columns - j);
                for (row, sums) in (i..a.rows).zip(tile) {
                    let out = &mut out[row * b.columns + j..][..width];
                    for (out, sum) in out.iter_mut().zip(sums) {
                        *out += sum;
                    }
                }
            }
        }
    }
}

/// Some columns of four rows, column after column; zeros where rows are missing.
fn pack(a: Matrix<'_>, row: usize, column: usize, depth: usize, panel: &mut Vec<[f64; TILE]>) {
    let height = TILE.min(a.rows - row);
    panel.extend((column..column + depth).map(|k| {
        let mut entries = [0.0; TILE];
        for (i, entry) in entries[..height].iter_mut().enumerate() {
            *entry = a.at(row + i, k);
        }
        entries
    }));
}

/// All sums of products of a panel of rows with a panel of columns.
#[inline(always)]
fn tile(a: &[[f64; TILE]], b: &[[f64; TILE]]) -> [[f64; TILE]; TILE] {
    let mut sums = [f64x4::ZERO; TILE];
    for (a, b) in a.iter().zip(b) {
        let b = f64x4::new(*b);
        for (sum, &a) in sums.iter_mut().zip(a) {
            *sum += f64x4::splat(a) * b;
        }
    }
    sums.map(f64x4::to_array)
}
