//! A query string: pairs of a key and a text, escaped.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The pairs of a query string, in order; a leading `?` or `#` does not count.
pub(crate) fn parse_query(text: &str) -> Vec<(String, String)> {
    let text = text.trim().trim_start_matches(['?', '#']);
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

/// What a query string cannot hold is escaped; commas and semicolons stay readable.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b',')
    .remove(b';')
    .remove(b':');

pub(super) fn escape(text: &str) -> impl std::fmt::Display + '_ {
    utf8_percent_encode(text, ESCAPED)
}
