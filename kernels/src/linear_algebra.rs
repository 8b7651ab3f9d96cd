//! Linear algebra of small matrices over any number: what kernels of Gaussians, kernels and correlations stand on.

use ndarray::{Array1, Array2, ArrayView1, ArrayView2};

use crate::real::{Real, ascending};

/// The lower triangular `L` with `L Lᵀ = A` of a symmetric positive definite matrix, of which the lower half is read; `None`
/// if it is not positive definite.
#[must_use]
pub fn cholesky<R: Real>(a: ArrayView2<'_, R>) -> Option<Array2<R>> {
    let n = a.nrows();
    let mut l = Array2::from_elem((n, n), R::zero());
    for i in 0..n {
        for j in 0..=i {
            let known: Vec<R> = (0..j).map(|k| l[(i, k)] * l[(j, k)]).collect();
            let rest = a[(i, j)] - R::sum(&known);
            let is_positive = rest.value() > 0.0;
            if i == j && !is_positive {
                return None;
            }
            l[(i, j)] = if i == j { rest.sqrt() } else { rest / l[(j, j)] };
        }
    }
    Some(l)
}

/// `x` with `L x = b`, of a lower triangular `L` without zeros on its diagonal.
#[must_use]
pub fn solve_lower<R: Real>(l: ArrayView2<'_, R>, b: ArrayView1<'_, R>) -> Array1<R> {
    let mut x: Vec<R> = Vec::with_capacity(b.len());
    for i in 0..b.len() {
        let row: Vec<R> = (0..i).map(|k| l[(i, k)]).collect();
        x.push((b[i] - R::dot(&row, &x)) / l[(i, i)]);
    }
    x.into()
}

/// `x` with `Lᵀ x = b`, of a lower triangular `L` without zeros on its diagonal.
#[must_use]
pub fn solve_lower_transposed<R: Real>(l: ArrayView2<'_, R>, b: ArrayView1<'_, R>) -> Array1<R> {
    let n = b.len();
    let mut x = Array1::from_elem(n, R::zero());
    for i in (0..n).rev() {
        let (column, known): (Vec<R>, Vec<R>) = (i + 1..n).map(|k| (l[(k, i)], x[k])).unzip();
        x[i] = (b[i] - R::dot(&column, &known)) / l[(i, i)];
    }
    x
}

/// `x` with `A x = b` of a symmetric positive definite `A`; `None` if it is not.
#[must_use]
pub fn solve_positive<R: Real>(a: ArrayView2<'_, R>, b: ArrayView1<'_, R>) -> Option<Array1<R>> {
    let l = cholesky(a)?;
    Some(solve_lower_transposed(l.view(), solve_lower(l.view(), b).view()))
}

/// `ln det A = 2 Σ ln Lᵢᵢ` of a symmetric positive definite `A` from its Cholesky factor.
#[must_use]
pub fn ln_det_of_factor<R: Real>(l: ArrayView2<'_, R>) -> R {
    let logarithms: Vec<R> = l.diag().iter().map(|x| x.ln()).collect();
    R::sum(&logarithms) * 2.0
}

/// Sweeps of Jacobi's method: it converges quadratically, small matrices need six or seven.
const SWEEPS: usize = 60;

/// The eigenvalues of a symmetric matrix from the least to the greatest, and orthonormal eigenvectors as columns in the
/// same order. By Jacobi's rotations.
#[must_use]
pub fn symmetric_eigen(a: ArrayView2<'_, f64>) -> (Array1<f64>, Array2<f64>) {
    let n = a.nrows();
    let (mut a, mut v) = (a.to_owned(), Array2::eye(n));
    for _ in 0..SWEEPS {
        let mut is_diagonal = true;
        for p in 0..n {
            for q in p + 1..n {
                let apart = a[(p, q)];
                // What no longer changes the diagonal is rounding.
                if apart == 0.0 || apart.abs() <= f64::EPSILON * 1e-3 * (a[(p, p)] * a[(q, q)]).abs().sqrt() {
                    continue;
                }
                is_diagonal = false;
                let cotangent = (a[(q, q)] - a[(p, p)]) / (2.0 * apart);
                let tangent = cotangent.signum() / (cotangent.abs() + cotangent.hypot(1.0));
                let c = 1.0 / tangent.hypot(1.0);
                let s = tangent * c;
                for k in 0..n {
                    let (x, y) = (a[(k, p)], a[(k, q)]);
                    (a[(k, p)], a[(k, q)]) = (c * x - s * y, s * x + c * y);
                }
                for k in 0..n {
                    let (x, y) = (a[(p, k)], a[(q, k)]);
                    (a[(p, k)], a[(q, k)]) = (c * x - s * y, s * x + c * y);
                    let (x, y) = (v[(k, p)], v[(k, q)]);
                    (v[(k, p)], v[(k, q)]) = (c * x - s * y, s * x + c * y);
                }
                (a[(p, q)], a[(q, p)]) = (0.0, 0.0);
            }
        }
        if is_diagonal {
            break;
        }
    }
    let values = a.diag().to_owned();
    let order = ascending(&values.to_vec());
    (values.select(ndarray::Axis(0), &order), v.select(ndarray::Axis(1), &order))
}

/// The eigenvalues of a symmetric matrix from the least to the greatest. The derivative of `λ = vᵀ A v` is that with the
/// eigenvector `v` held constant, as its own change is across it (Hellmann 1937, Feynman 1939); of equal eigenvalues it is
/// that along the eigenvectors found.
#[must_use]
pub fn symmetric_eigenvalues<R: Real>(a: ArrayView2<'_, R>) -> Vec<R> {
    let (_, vectors) = symmetric_eigen(a.map(|x| x.value()).view());
    let entries: Vec<R> = a.iter().copied().collect();
    let of = |v: ArrayView1<'_, f64>| {
        let weights: Vec<f64> = v.iter().flat_map(|&x| v.iter().map(move |&y| x * y)).collect();
        R::linear(&weights, &entries)
    };
    vectors.columns().into_iter().map(of).collect()
}

/// The symmetric square root of a symmetric positive semi-definite 2×2 matrix `[a, b; b, c]`, as `[a, b, c]`:
/// `(M + √det·I)/√(tr + 2√det)`.
#[must_use]
pub fn square_root_2x2<R: Real>([a, b, c]: [R; 3]) -> [R; 3] {
    let root = (a * c - b * b).relu().sqrt();
    let scale = (a + c + root * 2.0).sqrt();
    if scale.value() == 0.0 {
        return [R::zero(); 3];
    }
    [(a + root) / scale, b / scale, (c + root) / scale]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tape::{Var, record};

    fn matrix(entries: &[f64]) -> Array2<f64> {
        let n = entries.len().isqrt();
        Array2::from_shape_vec((n, n), entries.to_vec()).unwrap()
    }

    /// `B Bᵀ + I`, and a vector.
    fn system() -> impl Strategy<Value = (Array2<f64>, Array1<f64>)> {
        (2usize..5).prop_flat_map(|n| {
            (prop::collection::vec(-2.0..2.0, n * n), prop::collection::vec(-2.0..2.0, n)).prop_map(
                move |(b, x)| {
                    let b = matrix(&b);
                    (b.dot(&b.t()) + Array2::<f64>::eye(n), x.into())
                },
            )
        })
    }

    fn worst(a: &Array2<f64>, b: &Array2<f64>) -> f64 {
        (a - b).iter().fold(0.0, |worst: f64, x| worst.max(x.abs()))
    }

    /// The gradient on the tape by the entries of a symmetric matrix, against differences.
    fn check(
        at: &Array2<f64>,
        on_tape: impl Fn(ArrayView2<'_, Var>) -> Var,
        plain: impl Fn(&Array2<f64>) -> f64,
    ) {
        let n = at.nrows();
        let entries: Vec<f64> = at.iter().copied().collect();
        let mut gradient = vec![0.0; n * n];
        record(&entries, &mut Vec::new(), &mut gradient, |x| {
            on_tape(ArrayView2::from_shape((n, n), x).unwrap())
        });
        for i in 0..n {
            for j in 0..=i {
                // Both halves at once keep it symmetric.
                let moved = |h: f64| {
                    let mut moved = at.clone();
                    moved[(i, j)] += h;
                    if i != j {
                        moved[(j, i)] += h;
                    }
                    plain(&moved)
                };
                let slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
                let got =
                    if i == j { gradient[i * n + i] } else { gradient[i * n + j] + gradient[j * n + i] };
                assert!((got - slope).abs() <= 1e-6 * (1.0 + slope.abs()), "by {i}, {j}: {got}, not {slope}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_factor_times_itself_is_the_matrix((a, x) in system()) {
            let l = cholesky(a.view()).unwrap();
            prop_assert!(worst(&l.dot(&l.t()), &a) < 1e-12);
            let b = a.dot(&x);
            let solved = solve_positive(a.view(), b.view()).unwrap();
            prop_assert!((&solved - &x).iter().all(|d| d.abs() < 1e-9), "{solved} solves for {x}");
            let eigenvalues = symmetric_eigenvalues(a.view());
            let ln_det: f64 = eigenvalues.iter().map(|x| x.ln()).sum();
            prop_assert!((ln_det_of_factor(l.view()) - ln_det).abs() < 1e-10);
        }

        #[test]
        fn eigenvectors_are_orthonormal_and_make_the_matrix_again(entries in prop::collection::vec(-3.0..3.0, 16)) {
            let b = matrix(&entries);
            let a = &b + &b.t();
            let (values, vectors) = symmetric_eigen(a.view());
            prop_assert!(worst(&vectors.t().dot(&vectors), &Array2::eye(4)) < 1e-12);
            prop_assert!(worst(&vectors.dot(&Array2::from_diag(&values)).dot(&vectors.t()), &a) < 1e-11);
            prop_assert!(values.windows(2).into_iter().all(|pair| pair[0] <= pair[1]));
        }

        #[test]
        fn slopes_go_through((a, x) in system()) {
            let b: Vec<Var> = x.iter().map(|&x| Var::from(x)).collect();
            let solve = |a: ArrayView2<'_, Var>| solve_positive(a, ArrayView1::from(&b)).unwrap()[0];
            check(&a, solve, |a| solve_positive(a.view(), x.view()).unwrap()[0]);
            check(&a, |a| *symmetric_eigenvalues(a).last().unwrap(), |a| symmetric_eigenvalues(a.view()).pop().unwrap());
        }

        #[test]
        fn the_root_times_itself_is_the_matrix(p in -2.0..2.0, q in -2.0..2.0, r in -2.0..2.0, s in -2.0..2.0) {
            let b: Array2<f64> = matrix(&[p, q, r, s]);
            let m = b.dot(&b.t());
            let [a, b, c] = square_root_2x2([m[(0, 0)], m[(0, 1)], m[(1, 1)]]);
            let root = matrix(&[a, b, b, c]);
            prop_assert!(worst(&root.dot(&root), &m) < 1e-7);
        }
    }

    #[test]
    fn what_is_not_positive_definite_has_no_factor() {
        assert!(cholesky(matrix(&[1.0, 2.0, 2.0, 1.0]).view()).is_none());
        assert!(cholesky(matrix(&[f64::NAN]).view()).is_none());
        assert_eq!(square_root_2x2([0.0; 3]), [0.0; 3]);
    }
}
