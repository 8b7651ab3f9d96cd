//! What a hand has moved comes to rest on short decimals, so that a link holds the very numbers on screen.

use ndarray::ArrayD;

use super::State;

/// Decimal places of an array whose largest number has one digit before the point: finer than a pixel of any axis it fits.
const PLACES: i32 = 4;

/// Places that are tried after these where numbers so short are not allowed, such as rows that sum to 1.
const MORE: i32 = 2;

impl State {
    /// The state with whatever arrays are not as they were `before` on short decimals. Where a loss would not take short
    /// numbers, they keep all their digits.
    #[must_use]
    pub fn snapped(mut self, before: &Self) -> Self {
        let mut arrays = std::mem::take(&mut self.arrays);
        for (name, array) in &mut arrays {
            if before.arrays.get(name) == Some(array) {
                continue;
            }
            let largest = array.iter().fold(0.0, |largest: f64, x| largest.max(x.abs()));
            // Small numbers keep as many digits as large ones.
            let small = if largest > 0.0 { -largest.log10().floor().min(0.0) as i32 } else { 0 };
            let rounded = [PLACES, PLACES + MORE].map(|places| array.mapv(|x| round(x, small + places)));
            if let Some(rounded) = rounded.into_iter().find(|rounded| self.allows(name, rounded)) {
                *array = rounded;
            }
        }
        self.arrays = arrays;
        self
    }

    /// Whether the losses on screen that read an array take it.
    fn allows(&self, name: &str, array: &ArrayD<f64>) -> bool {
        let entries: Vec<f64> = array.iter().copied().collect();
        let width = array.shape().last().copied().unwrap_or(1);
        let mut inputs = self.contenders.iter().filter_map(|c| c.loss.spec().input(name));
        inputs.all(|input| input.domain().fault(&entries, width).is_none())
    }
}

/// A number to so many decimal places: the one that is read from such a decimal.
fn round(x: f64, places: i32) -> f64 {
    let places = usize::try_from(places).unwrap_or(0);
    let rounded = crate::number::parse(&format!("{x:.places$}")).unwrap_or(x);
    // Without the sign of a 0.
    rounded + 0.0
}
