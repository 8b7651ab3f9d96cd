//! What a loss says about itself: parameters, inputs, and the prose around them.
//!
//! Everything is a constant next to the kernel. The page, the command line, the checks and the tests read it
//! here and nowhere else.

use serde::Serialize;

pub mod dimension;
mod domain;
mod input;
mod meaning;
mod param;
mod params;
mod prose;
mod terms;

pub use domain::Domain;
pub use input::{Input, Kind, Region, Role};
pub use meaning::Meaning;
pub use param::{Affects, DefaultWhen, Param, ParamError, Scale};
pub use params::Params;
pub use prose::{Prose, Source, said};
pub use terms::Terms;

/// Declares the families: a line each, with the name in links, on the command line and on the shelf.
macro_rules! families {
    ($($(#[$about:meta])* $family:ident = $name:literal),* $(,)?) => {
        /// A shelf of the catalogue.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        pub enum Family {
            $($(#[$about])* #[serde(rename = $name)] $family,)*
        }

        impl Family {
            /// Every family, in the order of the catalogue.
            pub const ALL: &'static [Self] = &[$(Self::$family),*];

            /// The name in links, on the command line and on the shelf.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$family => $name,)*
                }
            }
        }
    };
}

families! {
    /// One number a sample: a margin, a residual or a raw score.
    Scalar = "scalar",
    /// Raw class scores.
    Logits = "logits",
    /// Cosines between samples and class prototypes.
    Angular = "angular",
    /// Vectors that are compared with each other.
    Embeddings = "embeddings",
    /// A student and a teacher.
    Distillation = "distillation",
    /// Probability distributions and samples of them.
    Distributions = "distributions",
    /// Masks.
    Segmentation = "segmentation",
    /// Bounding boxes.
    Boxes = "boxes",
    /// Images and signals.
    Images = "images",
    /// The weights of a small model, and test functions of two weights.
    Models = "models",
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

    /// The variable inputs, in declared order.
    pub fn variables(&self) -> impl Iterator<Item = &'static Input> {
        self.inputs.iter().filter(|input| input.is_variable())
    }

    /// The inputs of a role, in declared order.
    pub fn of_role(&self, role: Role) -> impl Iterator<Item = &'static Input> {
        self.inputs.iter().filter(move |input| input.role == role)
    }

    /// Whether the loss reads exactly inputs of these roles and ranks, in any order.
    #[must_use]
    pub fn reads(&self, inputs: &[(Role, usize)]) -> bool {
        let mut others = inputs.to_vec();
        let mut take = |input: &Input| {
            let at = others.iter().position(|other| *other == (input.role, input.rank()));
            at.map(|at| others.swap_remove(at)).is_some()
        };
        self.inputs.iter().all(&mut take) && others.is_empty()
    }

    /// The parameter of that meaning.
    #[must_use]
    pub fn meaning(&self, meaning: Meaning) -> Option<&'static Param> {
        self.params.iter().find(|param| param.meaning == Some(meaning))
    }

    /// The parameter that settles a symbol of a shape: the whole number of that name or symbol.
    #[must_use]
    pub fn length_param(&self, symbol: &str) -> Option<&'static Param> {
        let is_called = |param: &&Param| param.name == symbol || param.symbol == symbol;
        self.params.iter().find(is_called).filter(|param| !param.is_real())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_join_in_order() {
        const ALL: [u8; 3] = join(&[&[1, 2], &[], &[3]]);
        assert_eq!(ALL, [1, 2, 3]);
    }
}
