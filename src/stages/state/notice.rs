//! What the text of a state says that is passed over, and what may have been meant.

use std::fmt::Write;

use serde::Serialize;

use super::query::escape;

/// Something in the text of a state that was passed over, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// The key.
    pub key: String,
    /// A sentence that names what was wrong, the value, and what is used instead.
    pub message: String,
    /// What may have been meant, a few at most.
    pub offers: Vec<Offer>,
}

/// Something near to a name that is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// What it is called.
    pub name: String,
    /// The whole text with that name in it.
    pub state: String,
}

impl Notice {
    /// A notice that offers nothing.
    #[must_use]
    pub fn new(key: &str, message: impl Into<String>) -> Self {
        Self { key: key.to_owned(), message: message.into(), offers: vec![] }
    }

    /// With an offer for each of these names; `meant` says what becomes of a pair of the text then.
    #[must_use]
    pub(crate) fn offering<'a>(
        mut self,
        names: impl Iterator<Item = &'a str>,
        pairs: &[(String, String)],
        meant: impl Fn(&str, (&str, &str)) -> (String, String),
    ) -> Self {
        self.offers = names
            .map(|name| {
                let mut state = String::new();
                for (key, value) in pairs {
                    let (key, value) = meant(name, (key, value));
                    let between = if state.is_empty() { "" } else { "&" };
                    let _ = write!(state, "{between}{}={}", escape(&key), escape(&value));
                }
                Offer { name: name.to_owned(), state }
            })
            .collect();
        self
    }

    /// With an offer for each of these names in the place of `value`, alone or in a list, under the key of the notice.
    #[must_use]
    pub(crate) fn offering_values<'a>(
        self,
        value: &str,
        names: impl Iterator<Item = &'a str>,
        pairs: &[(String, String)],
    ) -> Self {
        let key = self.key.clone();
        self.offering(names, pairs, |name, (k, list)| {
            let put =
                |one: &str| if k == key && one.trim() == value { name.to_owned() } else { one.to_owned() };
            (k.to_owned(), list.split(',').map(put).collect::<Vec<_>>().join(","))
        })
    }
}
