//! The median sample of a batch.

use crate::real::ascending;

/// Index of the lower median: of `n` numbers the one that stands at `⌊(n − 1)/2⌋` when they are sorted; of equal
/// ones the first stands first. `values` is not empty.
#[must_use]
pub fn lower_median(values: &[f64]) -> usize {
    ascending(values)[(values.len() - 1) / 2]
}

#[cfg(test)]
mod tests {
    use super::lower_median;

    #[test]
    fn of_an_even_number_it_is_the_lower_one() {
        assert_eq!(lower_median(&[4.0, 1.0, 3.0, 2.0]), 3);
        assert_eq!(lower_median(&[5.0, 1.0, 3.0]), 2);
        assert_eq!(lower_median(&[7.0, 7.0]), 0);
        assert_eq!(lower_median(&[2.0]), 0);
    }
}
