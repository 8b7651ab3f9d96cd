//! A loss over the plane of a map, with its slope: what dead zones and the difference of two losses are found from.

use crate::stages::stage::Quality;

/// A loss as a function of a place in a plane while all else stays.
pub struct Slopes<'a> {
    /// The ends of the plane along both axes.
    pub ends: [(f64, f64); 2],
    /// The loss at a place and its derivative by both coordinates; NaN where there is none.
    pub at: Box<dyn FnMut((f64, f64)) -> Sloped + 'a>,
    /// About how many nanoseconds that takes.
    pub cost: Box<dyn Fn() -> f64 + 'a>,
}

/// A value, and its derivative by both coordinates.
pub type Sloped = (f64, [f64; 2]);

/// Samples along a side of a map that take about 5 or 300 ms, if one takes so many nanoseconds.
pub fn side(cost: f64, quality: Quality) -> usize {
    let (budget, least, most) = quality.choose((5e6, 16.0, 64.0), (300e6, 40.0, 160.0));
    f64::sqrt(budget / cost).clamp(least, most) as usize
}

/// A share of a map as a person says it.
pub fn percent(part: usize, whole: usize) -> String {
    let percent = 100.0 * part as f64 / whole.max(1) as f64;
    match percent.round() {
        0.0 => "under 1 %".into(),
        100.0 if part < whole => "over 99 %".into(),
        rounded => format!("{rounded} %"),
    }
}
