//! The text of an array in a link: `3x2:1,0.5,0*4`, its lengths and then its entries, runs of one number as `number*count`.

use ndarray::{ArrayD, IxDyn};

use crate::number;

/// The most entries that a link may hold: an image of 256 × 256.
const MOST: usize = 65_536;

/// The most dimensions.
const MOST_DIMENSIONS: usize = 4;

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
    let mut numbers = Vec::with_capacity(count);
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

/// Writes an array, numbers to `decimals` places; [`read`] reads it back.
#[must_use]
pub fn write(array: &ArrayD<f64>, decimals: Option<usize>) -> String {
    let lengths: Vec<String> = array.shape().iter().map(ToString::to_string).collect();
    let entries: Vec<String> = array.iter().map(|&x| decimal(x, decimals)).collect();
    let runs = entries.chunk_by(|a, b| a == b).flat_map(|run| {
        if run.len() < RUN { run.to_vec() } else { vec![format!("{}*{}", run[0], run.len())] }
    });
    let text = runs.collect::<Vec<_>>().join(",");
    if lengths.is_empty() { text } else { format!("{}:{text}", lengths.join("x")) }
}

/// A number to some decimal places, without zeros at its end.
pub fn decimal(x: f64, decimals: Option<usize>) -> String {
    let Some(places) = decimals else { return number::text(x) };
    // So large that decimals say nothing.
    if x.abs() >= 1e15 {
        return number::text(x);
    }
    let text = format!("{x:.places$}");
    let short = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if short == "-0" { "0".into() } else { short.to_owned() }
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
        assert_eq!(write(&mask, None), "4x6:0*15,1*3,0*3,1*3");
        assert_eq!(read("4x6:0*15,1*3,0*3,1*3"), Ok(mask));
        let points = ArrayD::from_shape_vec(IxDyn(&[2, 2]), vec![0.123_456, -1.0, 2.0, -0.000_01]).unwrap();
        assert_eq!(write(&points, Some(3)), "2x2:0.123,-1,2,0");
        assert_eq!(write(&ArrayD::from_elem(IxDyn(&[]), 2.5), None), "2.5");
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
        ] {
            assert_eq!(read(text), Err(message.to_owned()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_back(
            shape in prop::collection::vec(0usize..5, 0..4),
            seed in prop::collection::vec(prop_oneof![Just(0.0), Just(1.0), -1e3..1e3f64, Just(1e-310)], 64),
        ) {
            let mut entries = seed.iter().copied().cycle();
            let array = ArrayD::from_shape_simple_fn(IxDyn(&shape), || entries.next().unwrap());
            prop_assert_eq!(read(&write(&array, None)), Ok(array));
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = read(&text);
        }
    }
}
