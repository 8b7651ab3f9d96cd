//! What a loss says about itself: parameters, inputs, and the prose around them.
//!
//! Everything is a constant next to the kernel. The page, the command line, the checks and the tests read it
//! here and nowhere else.

use std::fmt;

use serde::Serialize;

use crate::number;

/// A shelf of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// One number a sample: a margin, a residual or a raw score.
    Scalar,
    /// Raw class scores.
    Logits,
    /// Cosines between samples and class prototypes.
    Angular,
    /// Vectors that are compared with each other.
    Embeddings,
    /// A student and a teacher.
    Distillation,
    /// Probability distributions and samples of them.
    Distributions,
    /// Masks.
    Segmentation,
    /// Bounding boxes.
    Boxes,
    /// Images and signals.
    Images,
    /// The weights of a small model, and test functions of two weights.
    Models,
}

impl Family {
    /// Every family, in the order of the catalogue.
    pub const ALL: [Self; 10] = [
        Self::Scalar,
        Self::Logits,
        Self::Angular,
        Self::Embeddings,
        Self::Distillation,
        Self::Distributions,
        Self::Segmentation,
        Self::Boxes,
        Self::Images,
        Self::Models,
    ];

    /// The name in links, on the command line and on the shelf.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Logits => "logits",
            Self::Angular => "angular",
            Self::Embeddings => "embeddings",
            Self::Distillation => "distillation",
            Self::Distributions => "distributions",
            Self::Segmentation => "segmentation",
            Self::Boxes => "boxes",
            Self::Images => "images",
            Self::Models => "models",
        }
    }
}

/// What the kernel of a loss reads and what can be turned on it.
#[derive(Debug)]
pub struct Spec {
    /// Public name in kebab-case, as in the catalogue.
    pub id: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Its shelf.
    pub family: Family,
    /// The arrays it reads.
    pub inputs: &'static [Input],
    /// Its parameters, in the order they are shown.
    pub params: &'static [Param],
    /// How its gradient relates to its value.
    pub slope: Slope,
}

/// How the gradient of a loss relates to its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Slope {
    /// The gradient is the derivative of the value wherever there is one.
    Exact,
    /// Some part is held constant on purpose (stop-gradient): the gradient is the one that is trained with,
    /// not the derivative of the value.
    Trained,
}

impl Spec {
    /// The parameter of that name.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&'static Param> {
        self.params.iter().find(|p| p.name == name)
    }

    /// The input of that name.
    #[must_use]
    pub fn input(&self, name: &str) -> Option<&'static Input> {
        self.inputs.iter().find(|i| i.name == name)
    }

    /// Whether the loss reads exactly these inputs, in any order.
    #[must_use]
    pub fn reads(&self, names: &[&str]) -> bool {
        self.inputs.len() == names.len() && names.iter().all(|name| self.input(name).is_some())
    }
}

/// A named array that a loss reads.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Input {
    /// Public name, as in the catalogue.
    pub name: &'static str,
    /// One entry a dimension, outermost first: a number, a symbol, or a product such as `C·K`. A symbol stands
    /// for the same length wherever it occurs in one loss. No entry: a single number.
    pub shape: &'static [&'static str],
    /// What the entries are.
    pub kind: Kind,
    /// The least length of the first dimension, mostly 1.
    pub least: usize,
    /// One clause on what it holds, with units.
    pub about: &'static str,
    /// Of a variable of two entries: the part of the plane worth looking at.
    pub region: Option<Region>,
}

/// The part of the plane where a variable of two entries is worth looking at.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Region {
    /// The ends of the first entry.
    pub x: (f64, f64),
    /// The ends of the second entry.
    pub y: (f64, f64),
    /// Where a descent worth watching starts.
    pub start: (f64, f64),
}

/// What the entries of an input are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Real numbers that the loss is differentiated by.
    Variable,
    /// Real numbers that are data.
    Fixed(Domain),
    /// Class indices `0..n`, with `n` the length of the named dimension.
    Class(&'static str),
    /// Integers, at least the given one.
    Integer(i64),
    /// 0 or 1.
    Binary,
}

impl Input {
    /// Reals that the loss is differentiated by.
    #[must_use]
    pub const fn variable(name: &'static str, shape: &'static [&'static str], about: &'static str) -> Self {
        Self { name, shape, kind: Kind::Variable, least: 1, about, region: None }
    }

    /// Reals that are data.
    #[must_use]
    pub const fn fixed(name: &'static str, shape: &'static [&'static str], about: &'static str) -> Self {
        Self { name, shape, kind: Kind::Fixed(Domain::Any), least: 1, about, region: None }
    }

    /// One class index a row, below the length of dimension `classes`.
    #[must_use]
    pub const fn classes(
        name: &'static str,
        shape: &'static [&'static str],
        classes: &'static str,
        about: &'static str,
    ) -> Self {
        Self { name, shape, kind: Kind::Class(classes), least: 1, about, region: None }
    }

    /// Integers that only say which rows belong together; any integer is allowed.
    #[must_use]
    pub const fn labels(name: &'static str, shape: &'static [&'static str], about: &'static str) -> Self {
        Self { name, shape, kind: Kind::Integer(i64::MIN), least: 1, about, region: None }
    }

    /// Zeros and ones.
    #[must_use]
    pub const fn binary(name: &'static str, shape: &'static [&'static str], about: &'static str) -> Self {
        Self { name, shape, kind: Kind::Binary, least: 1, about, region: None }
    }

    /// Integers from `least` on, for example class sizes.
    #[must_use]
    pub const fn integers(
        name: &'static str,
        shape: &'static [&'static str],
        least: i64,
        about: &'static str,
    ) -> Self {
        Self { name, shape, kind: Kind::Integer(least), least: 1, about, region: None }
    }

    /// The same, with fixed entries held to a domain.
    #[must_use]
    pub const fn within(self, domain: Domain) -> Self {
        Self { kind: Kind::Fixed(domain), ..self }
    }

    /// The same, with at least `rows` rows (0 allows an empty array).
    #[must_use]
    pub const fn at_least(self, rows: usize) -> Self {
        Self { least: rows, ..self }
    }

    /// The same, with the part of the plane worth looking at: the ends of both entries and a start.
    #[must_use]
    pub const fn region(self, x: (f64, f64), y: (f64, f64), start: (f64, f64)) -> Self {
        Self { region: Some(Region { x, y, start }), ..self }
    }

    /// Whether the loss is differentiated by it.
    #[must_use]
    pub fn is_variable(&self) -> bool {
        self.kind == Kind::Variable
    }

    /// Whether it holds integers.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        matches!(self.kind, Kind::Class(_) | Kind::Integer(_) | Kind::Binary)
    }

    /// The shape as a person writes it: `N×D`, or `one number`.
    #[must_use]
    pub fn shape_text(&self) -> String {
        if self.shape.is_empty() { "one number".into() } else { self.shape.join("×") }
    }
}

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

/// The numbers that a parameter or an input may take.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Domain {
    /// Any finite number.
    Any,
    /// Greater than 0.
    Positive,
    /// At least the given number.
    AtLeast(f64),
    /// Greater than the given number.
    Above(f64),
    /// Less than the given number.
    Below(f64),
    /// Between two numbers, both allowed.
    Within(f64, f64),
    /// Between two numbers, neither allowed.
    Between(f64, f64),
    /// From a number, which is allowed, up to another, which is not.
    UpTo(f64, f64),
}

impl Domain {
    /// Whether `x` is allowed; never for NaN or an infinity.
    #[must_use]
    pub fn contains(self, x: f64) -> bool {
        x.is_finite()
            && match self {
                Self::Any => true,
                Self::Positive => x > 0.0,
                Self::AtLeast(low) => x >= low,
                Self::Above(low) => x > low,
                Self::Below(high) => x < high,
                Self::Within(low, high) => (low..=high).contains(&x),
                Self::Between(low, high) => low < x && x < high,
                Self::UpTo(low, high) => (low..high).contains(&x),
            }
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => write!(f, "a finite number"),
            Self::Positive => write!(f, "a number greater than 0"),
            Self::AtLeast(low) => write!(f, "a number from {low} on"),
            Self::Above(low) => write!(f, "a number greater than {low}"),
            Self::Below(high) => write!(f, "a number less than {high}"),
            Self::Within(low, high) => write!(f, "a number from {low} to {high}"),
            Self::Between(low, high) => write!(f, "a number between {low} and {high}"),
            Self::UpTo(low, high) => write!(f, "a number from {low} on and below {high}"),
        }
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
            about,
            unit: "",
            only_when: None,
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
            Err(ParamError::Value { name: self.name, value: value.to_string(), allowed: self.allowed() })
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
            _ => value.to_string(),
        }
    }

    /// The value for people: the name of an option, or the number with its unit.
    #[must_use]
    pub fn words(&self, value: f64) -> String {
        match self.scale {
            Scale::Numbers(options) => {
                let option = options.iter().find(|(v, _)| *v == value);
                option.map_or_else(|| value.to_string(), |(_, name)| (*name).to_owned())
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

/// Lists of parameters, or of anything else in a spec, as one list.
///
/// `N` is the number of all entries, and the first list is not empty: anything else does not compile where a
/// constant is made.
#[must_use]
pub const fn join<T: Copy, const N: usize>(parts: &[&[T]]) -> [T; N] {
    let mut joined = [parts[0][0]; N];
    let (mut part, mut entry, mut filled) = (0, 0, 0);
    while part < parts.len() {
        if entry == parts[part].len() {
            (part, entry) = (part + 1, 0);
        } else {
            joined[filled] = parts[part][entry];
            (entry, filled) = (entry + 1, filled + 1);
        }
    }
    assert!(filled == N, "N is not the number of entries");
    joined
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

/// The parameter values of one loss or stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    specs: &'static [Param],
    given: Vec<Option<f64>>,
}

impl PartialEq for Param {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Params {
    /// Every parameter at its default.
    #[must_use]
    pub fn new(specs: &'static [Param]) -> Self {
        Self { specs, given: vec![None; specs.len()] }
    }

    /// What the parameters are.
    #[must_use]
    pub fn specs(&self) -> &'static [Param] {
        self.specs
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.specs.iter().position(|p| p.name == name)
    }

    fn at(&self, i: usize) -> f64 {
        self.given[i].unwrap_or_else(|| self.default_at(i))
    }

    fn default_at(&self, i: usize) -> f64 {
        let spec = &self.specs[i];
        let holds = |when: &&DefaultWhen| self.named(when.param) == when.option;
        spec.default_when.iter().find(holds).map_or(spec.default, |when| when.default)
    }

    /// The value of a parameter that the spec declares.
    ///
    /// # Panics
    /// If the spec declares no such parameter: the kernel and its spec disagree.
    #[must_use]
    pub fn get(&self, name: &str) -> f64 {
        self.at(self.index(name))
    }

    /// The value that holds when none is given.
    ///
    /// # Panics
    /// As [`get`](Self::get).
    #[must_use]
    pub fn default(&self, name: &str) -> f64 {
        self.default_at(self.index(name))
    }

    /// The value of a parameter that counts or switches, as a whole number.
    ///
    /// # Panics
    /// As [`get`](Self::get).
    #[must_use]
    pub fn whole(&self, name: &str) -> usize {
        self.get(name) as usize
    }

    /// The chosen option of a parameter that is a choice.
    ///
    /// # Panics
    /// As [`get`](Self::get), and if it is not a choice.
    #[must_use]
    pub fn named(&self, name: &str) -> &'static str {
        let i = self.index(name);
        match self.specs[i].scale {
            Scale::Names(options) => options[self.at(i) as usize],
            Scale::Numbers(options) => {
                options.iter().find(|(value, _)| *value == self.at(i)).map_or("", |(_, option)| option)
            }
            _ => panic!("parameter {name} is not a choice"),
        }
    }

    fn index(&self, name: &str) -> usize {
        self.position(name).unwrap_or_else(|| panic!("no parameter {name} is declared"))
    }

    /// Whether there is a parameter of that name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// Sets a parameter to a number.
    pub fn set(&mut self, name: &str, value: f64) -> Result<(), ParamError> {
        let i = self.position(name).ok_or_else(|| self.unknown(name))?;
        self.given[i] = Some(self.specs[i].check(value)?);
        Ok(())
    }

    /// Sets a parameter from text, a number or the name of an option.
    pub fn set_text(&mut self, name: &str, text: &str) -> Result<(), ParamError> {
        let i = self.position(name).ok_or_else(|| self.unknown(name))?;
        self.given[i] = Some(self.specs[i].parse(text)?);
        Ok(())
    }

    /// Back to the default.
    pub fn unset(&mut self, name: &str) {
        if let Some(i) = self.position(name) {
            self.given[i] = None;
        }
    }

    /// Whether a parameter has any effect as the others stand.
    #[must_use]
    pub fn matters(&self, spec: &Param) -> bool {
        spec.only_when.is_none_or(|(choice, options)| options.contains(&self.named(choice)))
    }

    /// Every parameter with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Param, f64)> + '_ {
        self.specs.iter().enumerate().map(|(i, spec)| (spec, self.at(i)))
    }

    /// The parameters whose value differs from their default.
    pub fn changed(&self) -> impl Iterator<Item = (&'static Param, f64)> + '_ {
        self.specs
            .iter()
            .enumerate()
            .map(|(i, spec)| (spec, self.at(i), self.default_at(i)))
            .filter(|(_, value, default)| value != default)
            .map(|(spec, value, _)| (spec, value))
    }

    fn unknown(&self, name: &str) -> ParamError {
        let known: Vec<_> = self.specs.iter().map(|p| p.name).collect();
        let known = if known.is_empty() { "none".into() } else { known.join(", ") };
        ParamError::Unknown { name: name.to_owned(), known }
    }
}

/// What people read about a loss. It is left out of the WebAssembly module and travels as JSON.
#[derive(Debug, Serialize)]
pub struct Prose {
    /// One sentence: what it does and when one would take it.
    pub summary: &'static str,
    /// The formula as LaTeX; `\p{name}` stands for the symbol of parameter `name` and is tied to its slider.
    pub formula: &'static str,
    /// The gradient as LaTeX where it teaches something, else empty.
    pub gradient: &'static str,
    /// Where it comes from.
    pub source: Source,
    /// Titles of the papers whose claims it is here for; empty for a standard loss.
    pub papers: &'static [&'static str],
    /// Other names that people search for.
    pub aliases: &'static [&'static str],
    /// Facts that the tests hold it to, a plain sentence each.
    pub facts: &'static [&'static str],
}

/// Where a loss was first written down.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Source {
    /// Family names of the authors; empty for a textbook definition.
    pub authors: &'static str,
    /// Year of publication, 0 if there is none to name.
    pub year: u16,
    /// Title of the paper or book; empty if there is none to name.
    pub title: &'static str,
    /// Venue and identifier, for example `ICML 2023, arXiv 2304.07288`.
    pub venue: &'static str,
}

impl Source {
    /// A definition so old or so common that no one paper is its source.
    pub const TEXTBOOK: Self = Self { authors: "", year: 0, title: "", venue: "textbook" };
}

#[cfg(test)]
mod tests {
    use super::*;

    static PARAMS: [Param; 4] = [
        Param::log("temperature", r"\tau", 0.07, (0.01, 10.0), "sharpness"),
        Param::numbers("mining", "", 0.0, &[(0.0, "all"), (1.0, "semi-hard")], "which triplets count"),
        Param::names("optimizer", &["sgd", "adam"], "update rule"),
        Param::log("lr", "", 1e-3, (1e-4, 1.0), "step").default_when(&[DefaultWhen {
            param: "optimizer",
            option: "adam",
            default: 0.01,
        }]),
    ];

    #[test]
    fn errors_name_the_parameter_the_value_and_what_is_allowed() {
        let mut p = Params::new(&PARAMS);
        let message = |e: ParamError| e.to_string();
        assert_eq!(
            message(p.set("temperature", -1.0).unwrap_err()),
            "parameter temperature is -1, allowed is a number greater than 0"
        );
        assert_eq!(
            message(p.set_text("mining", "hardest").unwrap_err()),
            "parameter mining is hardest, allowed is one of 0 (all), 1 (semi-hard)"
        );
        assert_eq!(
            message(p.set("tau", 1.0).unwrap_err()),
            "there is no parameter tau; known are: temperature, mining, optimizer, lr"
        );
        assert!(p.set("temperature", f64::NAN).is_err());
        assert!(p.set("optimizer", 2.0).is_err());
    }

    #[test]
    fn a_default_may_follow_a_choice_until_somebody_sets_it() {
        let mut p = Params::new(&PARAMS);
        assert_eq!(p.get("lr"), 1e-3);
        p.set_text("optimizer", "adam").unwrap();
        assert_eq!(p.get("lr"), 0.01);
        assert_eq!(p.changed().map(|(s, _)| s.name).collect::<Vec<_>>(), ["optimizer"]);
        p.set("lr", 0.5).unwrap();
        assert_eq!(p.get("lr"), 0.5);
    }

    #[test]
    fn a_parameter_may_matter_only_with_some_options_of_a_choice() {
        static PARAMS: [Param; 2] = [
            Param::numbers("mining", "", 0.0, &[(0.0, "all"), (1.0, "hard")], "which pairs count"),
            Param::linear("epsilon", "", 0.1, (0.0, 0.5), "slack").only_when("mining", &["hard"]),
        ];
        let mut p = Params::new(&PARAMS);
        assert!(!p.matters(&PARAMS[1]));
        p.set("mining", 1.0).unwrap();
        assert!(p.matters(&PARAMS[1]));
    }

    #[test]
    fn lists_join_in_order() {
        const ALL: [u8; 3] = join(&[&[1, 2], &[], &[3]]);
        assert_eq!(ALL, [1, 2, 3]);
    }

    #[test]
    fn text_round_trips() {
        for spec in &PARAMS {
            let text = spec.text(spec.default);
            assert_eq!(spec.parse(&text), Ok(spec.default), "{} as {text}", spec.name);
        }
    }
}
