//! Arrays as JSON has them: nested, one level a dimension.

use ndarray::{ArrayD, IxDyn};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::excerpt;
use crate::number;

/// More dimensions than any loss reads; it keeps the recursion shallow.
const DEEPEST: usize = 8;

/// Reads what `name` says, as in `input logits`, from nested JSON arrays of numbers.
pub(super) fn read(name: &str, value: &RawValue) -> Result<ArrayD<f64>, String> {
    let mut reader = Reader { name, shape: vec![], is_shaped: false, entries: vec![], index: vec![] };
    reader.visit(value)?;
    ArrayD::from_shape_vec(IxDyn(&reader.shape), reader.entries).map_err(|e| format!("{name}: {e}"))
}

/// What has been read so far; every row of one dimension must have one length.
struct Reader<'a> {
    name: &'a str,
    /// Lengths by dimension, as the first row of each has them.
    shape: Vec<usize>,
    /// Whether the innermost dimension has been seen.
    is_shaped: bool,
    entries: Vec<f64>,
    /// Where the reader is.
    index: Vec<usize>,
}

impl Reader<'_> {
    fn visit(&mut self, value: &RawValue) -> Result<(), String> {
        let text = value.get();
        match text.as_bytes()[0] {
            b'[' if self.index.len() == DEEPEST => {
                Err(format!("{} is nested too deep, allowed are {DEEPEST} dimensions", self.name))
            }
            b'[' => self.visit_rows(&serde_json::from_str::<Vec<_>>(text).map_err(|e| e.to_string())?),
            b'-' | b'0'..=b'9' => {
                self.is_shaped = true;
                let number = real(text);
                if self.index.len() != self.shape.len() {
                    return Err(self.refuse(text, "an array, as in the rows before"));
                }
                if !number.is_finite() {
                    return Err(self.refuse(text, "a finite number"));
                }
                self.entries.push(number);
                Ok(())
            }
            b'"' if ["\"NaN\"", "\"Infinity\"", "\"-Infinity\""].contains(&text) => {
                Err(self.refuse(text, "a finite number"))
            }
            _ => Err(self.refuse(text, "a number")),
        }
    }

    fn visit_rows(&mut self, rows: &[&RawValue]) -> Result<(), String> {
        if !self.is_shaped {
            self.shape.push(rows.len());
            self.is_shaped = rows.is_empty();
        }
        match self.shape.get(self.index.len()) {
            Some(&length) if length == rows.len() => {}
            Some(length) => {
                let count = rows.len();
                return Err(
                    self.refuse(&format!("{count} entries"), &format!("{length}, as in the rows before"))
                );
            }
            None => return Err(self.refuse("an array", "a number, as in the rows before")),
        }
        for (i, row) in rows.iter().enumerate() {
            self.index.push(i);
            self.visit(row)?;
            self.index.pop();
        }
        Ok(())
    }

    fn refuse(&self, given: &str, allowed: &str) -> String {
        let at = if self.index.is_empty() { String::new() } else { format!(" at {:?}", self.index) };
        format!("{} has {}{at}, allowed is {allowed}", self.name, excerpt(given))
    }
}

/// A JSON number; beyond the range of `f64` an infinity.
pub(super) fn real(text: &str) -> f64 {
    number::parse(text).unwrap_or(f64::NAN)
}

/// Entries in row-major order, written as nested arrays.
pub(super) struct Nested<'a> {
    pub(super) shape: &'a [usize],
    pub(super) entries: &'a [f64],
}

impl Serialize for Nested<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some((&rows, shape)) = self.shape.split_first() else {
            return Number(self.entries[0]).serialize(serializer);
        };
        let row: usize = shape.iter().product();
        serializer
            .collect_seq((0..rows).map(|i| Nested { shape, entries: &self.entries[i * row..(i + 1) * row] }))
    }
}

/// A number, finite or not.
pub(super) struct Number(pub(super) f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            f64::INFINITY => serializer.serialize_str("Infinity"),
            f64::NEG_INFINITY => serializer.serialize_str("-Infinity"),
            x if x.is_nan() => serializer.serialize_str("NaN"),
            x => serializer.serialize_f64(x),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::json;
    use super::*;

    #[test]
    fn what_is_not_finite_is_written_as_a_word() {
        assert_eq!(json(&Number(f64::NAN)), r#""NaN""#);
        assert_eq!(json(&Number(f64::NEG_INFINITY)), r#""-Infinity""#);
        let entries = [1.0, f64::INFINITY, 2.0, 3.0];
        let nested = |shape: &'static [usize]| json(&Nested { shape, entries: &entries });
        assert_eq!(nested(&[2, 2]), r#"[[1.0,"Infinity"],[2.0,3.0]]"#);
        assert_eq!(nested(&[2, 0]), "[[],[]]");
        assert_eq!(nested(&[]), "1.0");
    }
}
