//! Colours of the pixels between samples.

/// Red, green, blue and opacity.
pub type Pixel = [u8; 4];

/// Colours one line of a map. `places` are, for every pixel, the sample before it and how far it is to the next, from
/// 0 to 1; `heights` are the samples in entries of `table`. A pixel whose height is not a number stays as it is.
///
/// # Panics
/// If a place lies beyond the samples.
#[inline(never)]
pub fn shade(pixels: &mut [Pixel], places: &[(usize, f64)], heights: &[f64], table: &[Pixel; 256]) {
    for (pixel, &(before, share)) in pixels.iter_mut().zip(places) {
        let (a, b) = (heights[before], heights[before + 1]);
        let height = a + share * (b - a);
        if !height.is_nan() {
            *pixel = table[(height as usize).min(255)];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixel_has_the_colour_of_its_height_and_none_without_one() {
        let table = std::array::from_fn(|i| [i as u8; 4]);
        let mut pixels = [[7; 4]; 4];
        let places = [(0, 0.0), (0, 0.5), (1, 0.25), (2, 0.5)];
        shade(&mut pixels, &places, &[10.0, 20.0, 900.0, f64::NAN], &table);
        assert_eq!(pixels.map(|pixel| pixel[0]), [10, 15, 240, 7]);
    }
}
