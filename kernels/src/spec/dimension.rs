//! The length of a dimension, as a small expression of symbols and parameters.
//!
//! `N`, `2`, `K+1`, `C·K`, `T/2`, `T/2^J`: sums, products, whole quotients and powers, read from left to right with the
//! usual precedence. A name in capitals is a symbol that the shapes of a batch settle, any other a parameter.

/// The value of an expression; `None` if a name has no value yet, or a quotient is not whole, or a difference negative.
pub fn evaluate(text: &str, value: &dyn Fn(&str) -> Option<usize>) -> Option<usize> {
    let mut total = 0_usize;
    for (sign, term) in parts(text, &['+', '-']) {
        let amount = product(term, value)?;
        total = if sign == '-' { total.checked_sub(amount)? } else { total.checked_add(amount)? };
    }
    Some(total)
}

fn product(text: &str, value: &dyn Fn(&str) -> Option<usize>) -> Option<usize> {
    let mut total = 1_usize;
    for (sign, factor) in parts(text, &['·', '/']) {
        let amount = power(factor, value)?;
        total = match sign {
            '/' => (amount > 0 && total.is_multiple_of(amount)).then(|| total / amount)?,
            _ => total.checked_mul(amount)?,
        };
    }
    Some(total)
}

fn power(text: &str, value: &dyn Fn(&str) -> Option<usize>) -> Option<usize> {
    let atom = |text: &str| text.parse().ok().or_else(|| value(text));
    match text.split_once('^') {
        Some((base, exponent)) => atom(base.trim())?.checked_pow(u32::try_from(atom(exponent.trim())?).ok()?),
        None => atom(text.trim()),
    }
}

/// The operands of `text` with the sign before each; the first has the first sign.
fn parts<'a>(text: &'a str, signs: &'a [char]) -> impl Iterator<Item = (char, &'a str)> {
    let mut sign = signs[0];
    text.split_inclusive(signs).map(move |part| {
        let before = sign;
        let operand = part.strip_suffix(signs).unwrap_or(part);
        sign = part[operand.len()..].chars().next().unwrap_or(before);
        (before, operand.trim())
    })
}

/// The names in an expression.
pub fn names(text: &str) -> impl Iterator<Item = &str> {
    let of_a_name = |c: char| c.is_alphanumeric() || c == '_';
    text.split(move |c| !of_a_name(c)).filter(|name| name.starts_with(char::is_alphabetic))
}

/// Whether a name of an expression is a symbol, not a parameter.
#[must_use]
pub fn is_symbol(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
}

/// What the one name without a value has to be for the expression to be `length`: `None` if there is not exactly one, or
/// nothing fits.
pub fn solve<'a>(
    text: &'a str,
    length: usize,
    value: &dyn Fn(&str) -> Option<usize>,
) -> Option<(&'a str, usize)> {
    let mut unknown = names(text).filter(|name| value(name).is_none());
    let name = unknown.next()?;
    if unknown.any(|other| other != name) {
        return None;
    }
    let fits = |candidate: &usize| {
        evaluate(text, &|other| if other == name { Some(*candidate) } else { value(other) }) == Some(length)
    };
    // A symbol is longer than the dimension only where it is divided, mostly by a small number.
    (0..=length).chain(length + 1..=64 * (length + 1)).find(fits).map(|found| (name, found))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str) -> Option<usize> {
        [("C", 4), ("K", 3), ("T", 16), ("J", 2), ("bands", 5)]
            .into_iter()
            .find(|(known, _)| *known == name)
            .map(|(_, length)| length)
    }

    #[test]
    fn expressions_have_the_usual_precedence() {
        for (text, expected) in [
            ("7", Some(7)),
            ("C", Some(4)),
            ("K+1", Some(4)),
            ("C·K", Some(12)),
            ("T/2", Some(8)),
            ("T/2^J", Some(4)),
            ("2·C+K·K-1", Some(16)),
            ("bands·C", Some(20)),
            ("T/K", None),
            ("K-C", None),
            ("N+1", None),
        ] {
            assert_eq!(evaluate(text, &known), expected, "{text}");
        }
        assert_eq!(names("T/2^J+bands").collect::<Vec<_>>(), ["T", "J", "bands"]);
    }

    #[test]
    fn the_one_unknown_is_found_from_the_length() {
        assert_eq!(solve("N+1", 5, &known), Some(("N", 4)));
        assert_eq!(solve("C·M", 12, &known), Some(("M", 3)));
        assert_eq!(solve("C·M", 13, &known), None);
        assert_eq!(solve("L/2", 8, &known), Some(("L", 16)));
        assert_eq!(solve("N·M", 12, &known), None);
        assert_eq!(solve("C", 4, &known), None);
    }
}
