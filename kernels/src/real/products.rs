//! Sums of products of plain numbers.

/// `Σ xᵢ yᵢ` of plain numbers. Where products leave the range of numbers, opposite ones would be NaN together: then in
/// units of the largest factors.
pub(crate) fn sum_of_products(pairs: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    let total: f64 = pairs.clone().map(|(x, y)| x * y).sum();
    if total.is_finite() {
        return total;
    }
    let top = |factors: (f64, f64), (x, y): (f64, f64)| (factors.0.max(x.abs()), factors.1.max(y.abs()));
    let (x_top, y_top) = pairs.clone().fold((0.0, 0.0), top);
    if x_top.is_infinite() || y_top.is_infinite() {
        return total;
    }
    pairs.map(|(x, y)| (x / x_top) * (y / y_top)).sum::<f64>() * x_top * y_top
}
