//! The two parts of `ln Σ eˣ`, so that neither is lost beside the other.

use super::{Real, first_max, largest};

/// Where the finite largest of some scores is, the first among equals; else the infinity or NaN that their
/// `ln Σ eˣ` is.
pub(super) fn softmax_peak<R: Real>(x: &[R]) -> Result<usize, f64> {
    let top = largest(x.iter().map(|x| x.value()));
    first_max(x).filter(|_| top.is_finite()).ok_or(top)
}

/// `ln Σ e^{xᵢ − x_top}`, the 1 at `top` itself never being added to what may be far below it.
pub(super) fn log_of_rest<R: Real>(x: &[R], top: usize) -> R {
    let rest = (0..x.len()).filter(|&i| i != top);
    rest.fold(R::zero(), |sum, i| sum + (x[i] - x[top]).exp()).ln_1p()
}
