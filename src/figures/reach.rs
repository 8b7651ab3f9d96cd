//! How far an axis or a colour scale goes where a few values would flatten all the others.

use crate::figures::fixed;
/// How many times the distance from the least to the middle value is shown.
const TIMES: f64 = 8.0;

/// The least and the greatest value worth showing; `(0, 1)` if none is finite.
///
/// Everything within ±`always` is, and beyond that a tail of 8 times the length of the other half of the values.
pub fn reach(values: &[f64], always: f64) -> (f64, f64) {
    let mut finite: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    if finite.is_empty() {
        return (0.0, 1.0);
    }
    let at = finite.len() / 2;
    let (below, &mut middle, above) = finite.select_nth_unstable_by(at, f64::total_cmp);
    let least = below.iter().copied().fold(middle, f64::min);
    let greatest = above.iter().copied().fold(middle, f64::max);
    let high = (least + TIMES * (middle - least)).max(always);
    let low = (greatest - TIMES * (greatest - middle)).min(-always);
    (least.max(low), greatest.min(high))
}

/// Values as far as they are worth showing, and what they are called: what is cut says where.
pub fn cut(name: &str, values: &[f64], always: f64) -> (String, Vec<f64>) {
    let (low, high) = reach(values, always);
    let is_cut = values.iter().any(|v| *v > high || *v < low);
    let name = if is_cut { format!("{name}, cut at {}", fixed(high, 0)) } else { name.to_owned() };
    (name, values.iter().map(|v| if v.is_nan() { *v } else { v.clamp(low, high) }).collect())
}

#[cfg(test)]
mod tests {
    use super::reach;

    #[test]
    fn ordinary_losses_are_shown_whole_and_an_exponential_is_cut() {
        let curve = |f: fn(f64) -> f64| -> Vec<f64> { (-40..=40).map(|z| f(f64::from(z) / 10.0)).collect() };
        assert_eq!(reach(&curve(|z| (1.0 - z).max(0.0)), 20.0), (0.0, 5.0));
        assert_eq!(reach(&curve(|z| z), 20.0), (-4.0, 4.0));
        assert_eq!(reach(&curve(|z| (-5.0 * z).exp()), 20.0).1, 20.0);
        assert_eq!(reach(&[f64::NAN, f64::INFINITY], 20.0), (0.0, 1.0));
    }
}
