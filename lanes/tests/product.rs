//! Matrix products against sums one term at a time.

use loss_explorer_lanes::{Matrix, add_transpose, gram, product};
use proptest::prelude::*;

fn entries(count: usize, seed: f64) -> Vec<f64> {
    (0..count).map(|i| (seed + 1.7 * i as f64).sin()).collect()
}

proptest! {
    #[test]
    fn every_entry_is_a_row_times_a_column(rows in 1usize..20, depth in 1usize..600, columns in 1usize..20, flip: [bool; 2]) {
        let (a, b) = (entries(rows * depth, 0.3), entries(depth * columns, 2.1));
        let matrix = |x, height, width, flip| if flip { Matrix::new(x, height).transposed() } else { Matrix::new(x, width) };
        let at = |x: &[f64], (i, j): (usize, usize), height: usize, width: usize, flip| if flip { x[j * height + i] } else { x[i * width + j] };
        let mut out = vec![f64::NAN; rows * columns];
        product(matrix(&a, rows, depth, flip[0]), matrix(&b, depth, columns, flip[1]), &mut out);
        for i in 0..rows {
            for j in 0..columns {
                let sum: f64 = (0..depth)
                    .map(|k| at(&a, (i, k), rows, depth, flip[0]) * at(&b, (k, j), depth, columns, flip[1]))
                    .sum();
                let got = out[i * columns + j];
                prop_assert!((got - sum).abs() <= 1e-12, "entry {i}, {j} is {got}, the sum is {sum}");
            }
        }
    }

    #[test]
    fn a_gram_matrix_is_the_product_with_its_transpose(rows in 1usize..30, depth in 1usize..300) {
        let a = entries(rows * depth, 0.9);
        let a = Matrix::new(&a, depth);
        let (mut short, mut long) = (vec![f64::NAN; rows * rows], vec![0.0; rows * rows]);
        gram(a, &mut short);
        product(a, a.transposed(), &mut long);
        for (short, long) in short.iter().zip(&long) {
            prop_assert!((short - long).abs() <= 1e-13 * depth as f64, "{short} is {long} in the product");
        }
    }

    #[test]
    fn a_matrix_and_its_transpose_add_up(n in 1usize..40) {
        let matrix = entries(n * n, 0.4);
        let mut sum = matrix.clone();
        add_transpose(&mut sum, n);
        for i in 0..n {
            for j in 0..n {
                prop_assert_eq!(sum[i * n + j], matrix[i * n + j] + matrix[j * n + i], "entry {}, {}", i, j);
            }
        }
    }
}
