//! A number, or a choice, that can be turned.

use serde::Serialize;

use super::{Domain, Meaning, Slope, said};
use crate::number;

/// A number, or a choice, that can be turned on a loss or on a stage.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Param {
    /// Public name, as in the catalogue.
    pub name: &'static str,
    /// The symbol in the formula, as LaTeX; empty if it has none.
    pub symbol: &'static str,
    /// The value when nobody says anything; for a named choice its position.
    pub default: f64,
    /// Other defaults that hold while another parameter, a named choice, has the given option.
    pub default_when: &'static [DefaultWhen],
    /// The ends of the slider. The number field takes whatever the domain allows.
    pub range: (f64, f64),
    /// Where the formula is defined.
    pub domain: Domain,
    /// How the slider runs.
    pub scale: Scale,
    /// One clause on what it does.
    pub about: &'static str,
    /// The unit that follows the number, empty for none.
    pub unit: &'static str,
    /// Another parameter, a choice, and the names of those of its options with which this one has any effect;
    /// `None` if it always has.
    pub only_when: Option<(&'static str, &'static [&'static str])>,
    /// How the derivative of the loss by it relates to the value.
    pub slope: Slope,
    /// Of a knob of a stage: what it changes.
    pub affects: Affects,
    /// Whether it is an option that libraries have beside what makes the loss: folded away on the page, and in `eval` also
    /// an option.
    pub is_option: bool,
    /// What it means to others than its loss; mostly nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<Meaning>,
}

/// What a knob of a stage changes, from which follows what has to be computed again when it is turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Affects {
    /// Only how something is drawn, or how much of it.
    Look,
    /// The way of the training, not where it starts.
    Training,
    /// What is there before the first step, and so everything.
    World,
}

/// A default that holds while the parameter `param` has the option `option`.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct DefaultWhen {
    /// The choice that decides.
    pub param: &'static str,
    /// Its option.
    pub option: &'static str,
    /// The default then.
    pub default: f64,
}

/// How a parameter runs over its range.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// Evenly.
    Linear,
    /// Evenly in the logarithm.
    Log,
    /// In whole steps.
    Integer,
    /// One of a few numbers, each with a name for people: `(value, name)`.
    Numbers(&'static [(f64, &'static str)]),
    /// One of a few names; the number is the position.
    Names(&'static [&'static str]),
}

impl PartialEq for Param {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Param {
    const fn new(
        name: &'static str,
        symbol: &'static str,
        default: f64,
        range: (f64, f64),
        domain: Domain,
        scale: Scale,
        about: &'static str,
    ) -> Self {
        Self {
            name,
            symbol,
            default,
            default_when: &[],
            range,
            domain,
            scale,
            about: said(about),
            unit: "",
            only_when: None,
            slope: Slope::Exact,
            affects: Affects::World,
            is_option: false,
            meaning: None,
        }
    }

    /// A number on an even scale; from 0 on if its range starts there or later, else any number.
    #[must_use]
    pub const fn linear(
        name: &'static str,
        symbol: &'static str,
        default: f64,
        range: (f64, f64),
        about: &'static str,
    ) -> Self {
        let domain = if range.0 >= 0.0 { Domain::AtLeast(0.0) } else { Domain::Any };
        Self::new(name, symbol, default, range, domain, Scale::Linear, about)
    }

    /// A positive number on a logarithmic scale.
    #[must_use]
    pub const fn log(
        name: &'static str,
        symbol: &'static str,
        default: f64,
        range: (f64, f64),
        about: &'static str,
    ) -> Self {
        Self::new(name, symbol, default, range, Domain::Positive, Scale::Log, about)
    }

    /// A whole number, from the low end of its range on.
    #[must_use]
    pub const fn integer(
        name: &'static str,
        symbol: &'static str,
        default: f64,
        range: (f64, f64),
        about: &'static str,
    ) -> Self {
        Self::new(name, symbol, default, range, Domain::AtLeast(range.0), Scale::Integer, about)
    }

    /// One of a few numbers, each with a name for people.
    #[must_use]
    pub const fn numbers(
        name: &'static str,
        symbol: &'static str,
        default: f64,
        options: &'static [(f64, &'static str)],
        about: &'static str,
    ) -> Self {
        let range = (options[0].0, options[options.len() - 1].0);
        Self::new(name, symbol, default, range, Domain::Any, Scale::Numbers(options), about)
    }

    /// One of a few names; the first is the default.
    #[must_use]
    pub const fn names(name: &'static str, options: &'static [&'static str], about: &'static str) -> Self {
        let range = (0.0, options.len() as f64 - 1.0);
        Self::new(name, "", 0.0, range, Domain::Any, Scale::Names(options), about)
    }

    /// The same, defined on another domain.
    #[must_use]
    pub const fn within(self, domain: Domain) -> Self {
        Self { domain, ..self }
    }

    /// The same, not defined beyond its range.
    #[must_use]
    pub const fn bounded(self) -> Self {
        let (low, high) = self.range;
        self.within(Domain::Within(low, high))
    }

    /// The same, with a unit behind the number.
    #[must_use]
    pub const fn unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    /// The same, with other defaults while another parameter has some option.
    #[must_use]
    pub const fn default_when(self, default_when: &'static [DefaultWhen]) -> Self {
        Self { default_when, ..self }
    }

    /// The same, with an effect only while the choice `param` has one of `options`, given by their names.
    #[must_use]
    pub const fn only_when(self, param: &'static str, options: &'static [&'static str]) -> Self {
        Self { only_when: Some((param, options)), ..self }
    }

    /// The same, as a knob that changes no more than that.
    #[must_use]
    pub const fn affects(self, affects: Affects) -> Self {
        Self { affects, ..self }
    }

    /// The same, as an option that libraries have.
    #[must_use]
    pub const fn option(self) -> Self {
        Self { is_option: true, ..self }
    }

    /// The same, with a meaning that others than its loss know.
    #[must_use]
    pub const fn means(self, meaning: Meaning) -> Self {
        Self { meaning: Some(meaning), ..self }
    }

    /// The same, where a part of its effect is held constant on purpose.
    #[must_use]
    pub const fn trained(self) -> Self {
        Self { slope: Slope::Trained, ..self }
    }

    /// Whether it is a real number, by which a loss can be differentiated; neither a choice nor a count.
    #[must_use]
    pub fn is_real(&self) -> bool {
        matches!(self.scale, Scale::Linear | Scale::Log)
    }

    /// Whether `value` is allowed; the error says what is.
    pub fn check(&self, value: f64) -> Result<f64, ParamError> {
        let allowed = match self.scale {
            Scale::Numbers(options) => options.iter().any(|&(v, _)| v == value),
            Scale::Names(options) => value.fract() == 0.0 && (0.0..options.len() as f64).contains(&value),
            Scale::Integer => value.fract() == 0.0 && self.domain.contains(value),
            Scale::Linear | Scale::Log => self.domain.contains(value),
        };
        if allowed {
            // An integer −0 would print and divide unlike 0.
            Ok(value + 0.0)
        } else {
            Err(ParamError::Value { name: self.name, value: number::text(value), allowed: self.allowed() })
        }
    }

    /// Reads a value as people write it: a number, or the name of an option.
    pub fn parse(&self, text: &str) -> Result<f64, ParamError> {
        let text = text.trim();
        let named = match self.scale {
            Scale::Numbers(options) => options.iter().find(|(_, name)| *name == text).map(|&(v, _)| v),
            Scale::Names(options) => {
                return options
                    .iter()
                    .position(|name| *name == text)
                    .map(|i| i as f64)
                    .ok_or_else(|| self.refuse(text));
            }
            _ => None,
        };
        match named.or_else(|| number::parse(text)) {
            Some(value) => self.check(value).map_err(|_| self.refuse(text)),
            None => Err(self.refuse(text)),
        }
    }

    /// The value as [`parse`](Self::parse) reads it back.
    #[must_use]
    pub fn text(&self, value: f64) -> String {
        match self.scale {
            Scale::Names(options) => options.get(value as usize).copied().unwrap_or_default().to_owned(),
            _ => number::text(value),
        }
    }

    /// The value for people: the name of an option, or the number with its unit.
    #[must_use]
    pub fn words(&self, value: f64) -> String {
        match self.scale {
            Scale::Numbers(options) => {
                let option = options.iter().find(|(v, _)| *v == value);
                option.map_or_else(|| number::text(value), |(_, name)| (*name).to_owned())
            }
            _ => format!("{}{}{}", self.text(value), if self.unit.is_empty() { "" } else { " " }, self.unit),
        }
    }

    fn refuse(&self, text: &str) -> ParamError {
        ParamError::Value { name: self.name, value: text.to_owned(), allowed: self.allowed() }
    }

    /// What is allowed, in words.
    #[must_use]
    pub fn allowed(&self) -> String {
        match self.scale {
            Scale::Numbers(options) => {
                let options: Vec<_> = options.iter().map(|(v, name)| format!("{v} ({name})")).collect();
                format!("one of {}", options.join(", "))
            }
            Scale::Names(options) => format!("one of {}", options.join(", ")),
            Scale::Integer => self.domain.to_string().replacen("a number", "a whole number", 1),
            Scale::Linear | Scale::Log => self.domain.to_string(),
        }
    }
}

/// A parameter that does not exist or has a value that is not allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParamError {
    /// The value is not allowed.
    #[error("parameter {name} is {value}, allowed is {allowed}")]
    Value {
        /// The parameter.
        name: &'static str,
        /// What was given.
        value: String,
        /// What would have been right.
        allowed: String,
    },
    /// There is no parameter of that name.
    #[error("there is no parameter {name}; known are: {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
}
