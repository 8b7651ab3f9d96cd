//! An input as a loss declares it: what it is, its shape, and the set its entries live in.

use serde::Serialize;

use super::Domain;

/// A named array that a loss reads.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Input {
    /// Public name, as in the catalogue.
    pub name: &'static str,
    /// What it is: by role and rank a stage knows what to do with it.
    pub role: Role,
    /// One entry a dimension, outermost first: a number, a symbol, or an expression such as `C·K` or `K+1`, see
    /// [`dimension`](super::dimension). A symbol stands for the same length wherever it occurs in one loss. No entry: a
    /// single number.
    pub shape: &'static [&'static str],
    /// What the entries are.
    pub kind: Kind,
    /// The least length of a dimension where it is not 1, by its text in `shape`.
    pub least: &'static [(&'static str, usize)],
    /// One clause on what it holds, with units.
    pub about: &'static str,
    /// Of a variable of two entries: the part of the plane worth looking at.
    pub region: Option<Region>,
}

/// What an input is, whatever a loss calls it: `prediction` is logits in one loss and probabilities in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Label times score: how far a sample is on the right side.
    Margin,
    /// Target minus prediction.
    Residual,
    /// A raw score: of the positive class, of a critic.
    Score,
    /// Raw scores of classes that exclude each other, along the last dimension.
    Logits,
    /// Probabilities.
    Probabilities,
    /// Cosines between samples and classes.
    Cosine,
    /// Vectors of samples that are compared with each other.
    Embedding,
    /// How long the vector of a sample is.
    Length,
    /// Vectors that stand for a class, a cluster or a set.
    Prototype,
    /// Points of a sample space, or the features of a model: what a model reads or two clouds are made of.
    Features,
    /// What a model should answer.
    Target,
    /// A class of each sample, or whether it is a positive.
    Class,
    /// Which samples belong together.
    Group,
    /// What a model learns: weights, biases, a point of a landscape.
    Weights,
    /// A number a pixel: of a grey image, or one channel after the other.
    Image,
    /// Which pixels are inside.
    Mask,
    /// Maps of features over places.
    Map,
    /// Numbers along time or a ray.
    Signal,
    /// Boxes, a row each.
    Boxes,
    /// Angles in radians.
    Angle,
    /// Places in space.
    Location,
    /// A distribution over bins.
    Histogram,
    /// The Cholesky factor of a covariance.
    Factor,
    /// A mean.
    Mean,
    /// The logarithm of a variance.
    LogVariance,
    /// Random numbers that were drawn before.
    Noise,
    /// How often something occurs.
    Count,
    /// How much an entry matters.
    Importance,
    /// How near pairs of samples are.
    Affinity,
    /// Numbers of another kind.
    Number,
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
    Variable(Domain),
    /// Real numbers that are data.
    Fixed(Domain),
    /// Class indices `0..n`, with `n` the length of the named dimension.
    Class(&'static str),
    /// The same, or −1 for none.
    ClassOrNone(&'static str),
    /// Integers, at least the given one.
    Integer(i64),
    /// 0 or 1.
    Binary,
}

impl Input {
    const fn new(
        name: &'static str,
        role: Role,
        shape: &'static [&'static str],
        kind: Kind,
        about: &'static str,
    ) -> Self {
        Self { name, role, shape, kind, least: &[], about, region: None }
    }

    /// Reals that the loss is differentiated by.
    #[must_use]
    pub const fn variable(
        name: &'static str,
        role: Role,
        shape: &'static [&'static str],
        about: &'static str,
    ) -> Self {
        Self::new(name, role, shape, Kind::Variable(Domain::Any), about)
    }

    /// Reals that are data.
    #[must_use]
    pub const fn fixed(
        name: &'static str,
        role: Role,
        shape: &'static [&'static str],
        about: &'static str,
    ) -> Self {
        Self::new(name, role, shape, Kind::Fixed(Domain::Any), about)
    }

    /// One class index a row, below the length of dimension `classes`.
    #[must_use]
    pub const fn classes(
        name: &'static str,
        shape: &'static [&'static str],
        classes: &'static str,
        about: &'static str,
    ) -> Self {
        Self::new(name, Role::Class, shape, Kind::Class(classes), about)
    }

    /// One class index a row, below the length of dimension `classes`, or −1 for none.
    #[must_use]
    pub const fn classes_or_none(
        name: &'static str,
        shape: &'static [&'static str],
        classes: &'static str,
        about: &'static str,
    ) -> Self {
        Self::new(name, Role::Class, shape, Kind::ClassOrNone(classes), about)
    }

    /// Integers that only say which rows belong together; any integer is allowed.
    #[must_use]
    pub const fn groups(name: &'static str, shape: &'static [&'static str], about: &'static str) -> Self {
        Self::new(name, Role::Group, shape, Kind::Integer(i64::MIN), about)
    }

    /// Zeros and ones.
    #[must_use]
    pub const fn binary(
        name: &'static str,
        role: Role,
        shape: &'static [&'static str],
        about: &'static str,
    ) -> Self {
        Self::new(name, role, shape, Kind::Binary, about)
    }

    /// Integers from `least` on, for example class sizes.
    #[must_use]
    pub const fn integers(
        name: &'static str,
        role: Role,
        shape: &'static [&'static str],
        least: i64,
        about: &'static str,
    ) -> Self {
        Self::new(name, role, shape, Kind::Integer(least), about)
    }

    /// The same, with real entries held to a domain.
    #[must_use]
    pub const fn within(self, domain: Domain) -> Self {
        let kind = match self.kind {
            Kind::Variable(_) => Kind::Variable(domain),
            Kind::Fixed(_) => Kind::Fixed(domain),
            _ => panic!("only real numbers have a domain"),
        };
        Self { kind, ..self }
    }

    /// The same, with dimensions (by their text in the shape) that are at least that long; 0 allows an empty array.
    #[must_use]
    pub const fn at_least(self, least: &'static [(&'static str, usize)]) -> Self {
        Self { least, ..self }
    }

    /// The same, with the part of the plane worth looking at: the ends of both entries and a start.
    #[must_use]
    pub const fn region(self, x: (f64, f64), y: (f64, f64), start: (f64, f64)) -> Self {
        Self { region: Some(Region { x, y, start }), ..self }
    }

    /// Whether the loss is differentiated by it.
    #[must_use]
    pub fn is_variable(&self) -> bool {
        matches!(self.kind, Kind::Variable(_))
    }

    /// Whether it holds integers.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        matches!(self.kind, Kind::Class(_) | Kind::ClassOrNone(_) | Kind::Integer(_) | Kind::Binary)
    }

    /// Whether it holds zeros and ones.
    #[must_use]
    pub fn is_binary(&self) -> bool {
        self.kind == Kind::Binary
    }

    /// The set its entries live in; integers are any number as far as this goes.
    #[must_use]
    pub fn domain(&self) -> Domain {
        match self.kind {
            Kind::Variable(domain) | Kind::Fixed(domain) => domain,
            _ => Domain::Any,
        }
    }

    /// The number of dimensions; 0 for a single number.
    #[must_use]
    pub fn rank(&self) -> usize {
        self.shape.len()
    }

    /// The least length of a dimension, by its text in the shape.
    #[must_use]
    pub fn least(&self, dimension: &str) -> usize {
        self.least.iter().find(|(text, _)| *text == dimension).map_or(1, |&(_, least)| least)
    }

    /// Whether the array may have no rows.
    #[must_use]
    pub fn may_be_empty(&self) -> bool {
        self.shape.first().is_some_and(|rows| self.least(rows) == 0)
    }

    /// The shape as a person writes it: `N×D`, or `one number`.
    #[must_use]
    pub fn shape_text(&self) -> String {
        if self.shape.is_empty() { "one number".into() } else { self.shape.join("×") }
    }
}
