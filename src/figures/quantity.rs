//! How numbers are written for people: few digits, powers of ten where there would be many, the minus of typesetters.

/// A number to three digits, without idle zeros: −0.0123, 1.5, 120, 1.2×10⁷.
#[must_use]
pub fn number(value: f64) -> String {
    let size = value.abs();
    if !value.is_finite() || (size != 0.0 && !(1e-3..1e5).contains(&size)) {
        return scientific(value, 2);
    }
    let decimals = if size == 0.0 { 0.0 } else { (2.0 - size.log10().floor()).clamp(0.0, 6.0) } as usize;
    trimmed(&format!("{value:.decimals$}"))
}

/// A number to four digits, as readouts have it: −0.01234, 1.500, 120, 1.234×10⁷.
#[must_use]
pub fn quantity(value: f64) -> String {
    let size = value.abs();
    if size < 1e6 && size.fract() == 0.0 {
        return trimmed(&value.to_string());
    }
    if !(1e-3..1e6).contains(&size) {
        return scientific_with_zeros(value, 3);
    }
    let decimals = (3.0 - size.log10().floor()).clamp(0.0, 4.0) as usize;
    minus(&format!("{value:.decimals$}"))
}

/// A number to so many decimals: a place or a share, of which less is nothing.
#[must_use]
pub fn fixed(value: f64, decimals: usize) -> String {
    if value.abs() >= 1e6 || !value.is_finite() {
        return scientific(value, 2);
    }
    let text = format!("{value:.decimals$}");
    // What rounds to 0 has no sign.
    let is_nothing = !text.contains(|c: char| c.is_ascii_digit() && c != '0');
    minus(if is_nothing { text.trim_start_matches('-') } else { &text })
}

/// A number to the digit of `last`, without idle zeros.
pub(super) fn rounded(value: f64, last: f64) -> String {
    let value = (value / last).round() * last;
    if value != 0.0 && !(1e-3..1e5).contains(&value.abs()) {
        return scientific(
            value,
            (value.abs().log10().floor() - last.log10().floor()).clamp(0.0, 15.0) as usize,
        );
    }
    let decimals = (-(last * 1.0001).log10().floor()).clamp(0.0, 15.0) as usize;
    trimmed(&format!("{value:.decimals$}"))
}

/// A number with a power of ten, without idle zeros and ones.
#[must_use]
pub fn scientific(value: f64, digits: usize) -> String {
    if value == 0.0 {
        return "0".into();
    }
    let text = scientific_with_zeros(value, digits);
    let Some((mantissa, power)) = text.split_once('×') else { return text };
    match trimmed(mantissa).as_str() {
        "1" => power.to_owned(),
        "−1" => format!("−{power}"),
        short => format!("{short}×{power}"),
    }
}

fn scientific_with_zeros(value: f64, digits: usize) -> String {
    if value.is_nan() {
        return "undefined".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞".into() } else { "−∞".into() };
    }
    let text = format!("{value:.digits$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    format!("{}×10{}", minus(mantissa), superscript(exponent))
}

fn superscript(digits: &str) -> String {
    let raised = |c: char| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '0' => '⁰',
        _ => char::from_u32('⁰' as u32 + c.to_digit(10).unwrap_or(0)).unwrap_or(c),
    };
    digits.chars().map(raised).collect()
}

/// A decimal number without zeros at its end.
fn trimmed(text: &str) -> String {
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text };
    if text == "-0" { "0".into() } else { minus(text) }
}

/// With the sign that typesetters use.
pub(super) fn minus(text: &str) -> String {
    text.replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_has_four_digits_that_count() {
        let written =
            [0.614_251, -12.345_6, 120.0, 0.5, 1e-320, 1.234_56e160, -0.0, 3e-4, 999_999.6].map(quantity);
        assert_eq!(
            written,
            [
                "0.6143",
                "−12.35",
                "120",
                "0.5000",
                "1.000×10⁻³²⁰",
                "1.235×10¹⁶⁰",
                "0",
                "3.000×10⁻⁴",
                "1000000"
            ]
        );
        assert_eq!([f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(quantity), ["undefined", "∞", "−∞"]);
    }

    #[test]
    fn what_is_fixed_has_as_many_decimals_as_there_is_room_for() {
        let written = [0.693, -0.001, -1.0, 3.5e17, f64::NAN].map(|value| fixed(value, 2));
        assert_eq!(written, ["0.69", "0.00", "−1.00", "3.5×10¹⁷", "undefined"]);
    }
}
