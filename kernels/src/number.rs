//! Numbers as people and links write them.

use lexical_parse_float::FromLexical;

/// The nearest number to a decimal; `None` if the text is none, or more than one.
///
/// The same as `str::parse`, without its table of powers of five: 10 KB that no compression makes smaller, and that would
/// travel before the first plot.
#[must_use]
pub fn parse(text: &str) -> Option<f64> {
    f64::from_lexical(text.as_bytes()).ok()
}

/// A number as short as it is read back exactly, with an exponent where there would be many zeros: 0.07, 1e-320.
#[must_use]
pub fn text(number: f64) -> String {
    let is_long = number != 0.0 && number.is_finite() && !(1e-6..1e21).contains(&number.abs());
    if is_long { format!("{number:e}") } else { number.to_string() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_reads_what_rust_reads() {
        for text in [
            "0.07",
            "-1",
            "+2",
            "1.",
            ".5",
            "1e-3",
            "1E5",
            "-0",
            "inf",
            "-inf",
            "NaN",
            "1e400",
            "5e-324",
            "2.2250738585072011e-308",
        ] {
            let (got, expected) = (parse(text), text.parse::<f64>().ok());
            assert_eq!(got.map(f64::to_bits), expected.map(f64::to_bits), "{text} becomes {got:?}");
        }
        for text in ["", " 1", "1 ", "1,5", "0x10", "1e", "--1", "one", ".", "1_000"] {
            assert_eq!(parse(text), None, "{text} is a number");
            assert!(text.parse::<f64>().is_err());
        }
    }

    proptest! {
        #[test]
        fn a_number_written_out_is_read_back(bits: u64) {
            let number = f64::from_bits(bits);
            prop_assume!(number.is_finite());
            prop_assert!(text(number).len() <= 25, "{} is too long for a sentence", text(number));
            prop_assert_eq!(parse(&text(number)).map(f64::to_bits), Some(bits));
            prop_assert_eq!(parse(&number.to_string()).map(f64::to_bits), Some(bits));
            prop_assert_eq!(parse(&format!("{number:e}")).map(f64::to_bits), Some(bits));
        }

        #[test]
        fn any_decimal_is_rounded_as_rust_does(text in "-?[0-9]{1,25}(\\.[0-9]{0,25})?(e-?[0-9]{1,3})?") {
            prop_assert_eq!(parse(&text).map(f64::to_bits), text.parse().ok().map(f64::to_bits), "{}", text);
        }
    }
}
