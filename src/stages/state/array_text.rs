//! The text of an array in a link: `3x2:1,0.5,0*4`, its lengths and then its entries, runs of one number as
//! `number*count`, or [packed].

use ndarray::{ArrayD, IxDyn};

use super::packed;
use crate::number;

/// The most entries that a link may hold: an image of 256 × 256.
const MOST: usize = 65_536;

/// The most dimensions.
const MOST_DIMENSIONS: usize = 4;

/// As many characters of numbers are left as people read them.
const READABLE: usize = 100;

/// From here on a run is shorter than its entries.
const RUN: usize = 3;

/// Reads an array.
///
/// # Errors
/// What is wrong, and what is allowed.
pub fn read(text: &str) -> Result<ArrayD<f64>, String> {
    let (shape, entries) = text.split_once(':').unwrap_or(("", text));
    let lengths: Option<Vec<usize>> = match shape {
        "" => Some(Vec::new()),
        shape => shape.split('x').map(|length| length.parse().ok()).collect(),
    };
    let lengths = lengths.filter(|lengths| lengths.len() <= MOST_DIMENSIONS);
    let lengths = lengths.ok_or_else(|| {
        format!("{} are no lengths, allowed are up to {MOST_DIMENSIONS}, such as 3x2", start(shape))
    })?;
    let count = lengths.iter().try_fold(1_usize, |product, length| product.checked_mul(*length));
    let count = count.filter(|count| *count <= MOST);
    let count = count.ok_or_else(|| format!("{shape} are too many entries, at most {MOST} are allowed"))?;
    if let Some(read) = packed::read(entries, count) {
        let entries = read.map_err(|why| format!("{} {why}", start(entries)))?;
        return Ok(ArrayD::from_shape_vec(IxDyn(&lengths), entries).expect("as many as the shape has"));
    }
    let mut numbers = Vec::new();
    for part in entries.split(',').filter(|part| !part.is_empty()) {
        let (value, times) = part.split_once('*').unwrap_or((part, "1"));
        let value = number::parse(value).filter(|value| value.is_finite());
        let (Some(value), Ok(times)) = (value, times.parse::<usize>()) else {
            return Err(format!("{} is no number", start(part)));
        };
        if times > count - numbers.len() {
            return Err(format!("there are more entries than the {count} of {shape}"));
        }
        numbers.resize(numbers.len() + times, value);
    }
    let given = numbers.len();
    ArrayD::from_shape_vec(IxDyn(&lengths), numbers)
        .map_err(|_| format!("there are {given} entries, {shape} needs {count}"))
}

/// Writes an array as shortly as can be; [`read`] reads the same numbers back.
#[must_use]
#[cold]
#[inline(never)]
pub fn write(array: &ArrayD<f64>) -> String {
    let lengths: Vec<String> = array.shape().iter().map(ToString::to_string).collect();
    let entries: Vec<f64> = array.iter().copied().collect();
    if lengths.is_empty() {
        return entries.into_iter().map(decimal).collect();
    }
    let runs = entries.chunk_by(|a, b| a.to_bits() == b.to_bits()).flat_map(|run| {
        let number = decimal(run[0]);
        if run.len() < RUN { vec![number; run.len()] } else { vec![format!("{number}*{}", run.len())] }
    });
    let runs = runs.collect::<Vec<_>>().join(",");
    let packed = if runs.len() > READABLE { packed::write(&entries) } else { None };
    let shorter = packed.filter(|packed| packed.len() < runs.len());
    format!("{}:{}", lengths.join("x"), shorter.unwrap_or(runs))
}

/// A number with all its digits, as a decimal or with an exponent, whichever is shorter.
fn decimal(x: f64) -> String {
    let (plain, exponent) = (x.to_string(), format!("{x:e}"));
    if exponent.len() < plain.len() { exponent } else { plain }
}

/// What a sentence can hold of a text.
fn start(text: &str) -> String {
    const LONGEST: usize = 24;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn masks_are_runs_and_points_are_decimals() {
        let mask = ArrayD::from_shape_fn(IxDyn(&[4, 6]), |i| f64::from(u8::from(i[0] > 1 && i[1] > 2)));
        assert_eq!(write(&mask), "4x6:0*15,1*3,0*3,1*3");
        assert_eq!(read("4x6:0*15,1*3,0*3,1*3"), Ok(mask));
        let points = ArrayD::from_shape_vec(IxDyn(&[2, 2]), vec![0.123_456, -1.0, 2.0, -1e-9]).unwrap();
        assert_eq!(write(&points), "2x2:0.123456,-1,2,-1e-9");
        let noise = ArrayD::from_shape_fn(IxDyn(&[12, 12]), |i| f64::from(u8::from(i[0] * i[1] % 5 < 2)));
        assert_eq!(write(&noise), "12x12:bits~__xjlKpSjG__xjlKpSjG__xj");
        assert_eq!(read(&write(&noise)), Ok(noise));
        assert_eq!(write(&ArrayD::from_elem(IxDyn(&[]), 2.5)), "2.5");
        assert_eq!(read("2.5").map(|array| array.ndim()), Ok(0));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, message) in [
            ("2xa:1", "2xa are no lengths, allowed are up to 4, such as 3x2"),
            ("2x2:1,2,3", "there are 3 entries, 2x2 needs 4"),
            ("2:1,2,3", "there are more entries than the 2 of 2"),
            ("2:1,x", "x is no number"),
            ("2:1*9999999999999999999999", "1*9999999999999999999999 is no number"),
            ("300x300:0*90000", "300x300 are too many entries, at most 65536 are allowed"),
            ("2:1e999,1", "1e999 is no number"),
            ("3x3:bits~A", "bits~A has 1 letters, 2 are needed"),
            ("3:bits~/", "bits~/ holds other letters than A–Z, a–z, 0–9, - and _"),
        ] {
            assert_eq!(read(text), Err(message.to_owned()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_back(
            shape in prop::collection::vec(0usize..9, 0..=MOST_DIMENSIONS),
            entries in prop_oneof![
                prop::collection::vec(prop_oneof![Just(0.0), Just(1.0)], 64),
                prop::collection::vec(any::<u8>().prop_map(|byte| f64::from(byte) / 255.0), 64),
                prop::collection::vec(prop_oneof![Just(0.0), Just(-0.0), -1e3..1e3f64, Just(1e-310)], 64),
                prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL, 64),
            ],
        ) {
            let mut entries = entries.iter().copied().cycle();
            let array = ArrayD::from_shape_simple_fn(IxDyn(&shape), || entries.next().unwrap());
            let again = read(&write(&array)).unwrap();
            prop_assert_eq!(again.shape(), array.shape());
            prop_assert!(again.iter().zip(&array).all(|(a, b)| a.to_bits() == b.to_bits()), "{}", write(&array));
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = read(&text);
        }
    }
}
