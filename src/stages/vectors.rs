//! What a loss of vectors reads: samples, labels, prototypes.

use crate::spec::{Input, Kind, Role, Spec};

/// The inputs of a loss of vectors, by what they are.
pub(super) struct Vectors {
    /// One set of samples, or several: views of one batch, or parts of an episode.
    pub samples: Vec<&'static Input>,
    /// The classes of samples.
    pub labels: Vec<&'static Input>,
    /// Vectors of its own beside the samples.
    pub prototypes: Option<&'static Input>,
}

impl Vectors {
    /// Those of a loss that reads rows of vectors and nothing else but labels.
    pub fn of(spec: &'static Spec) -> Option<Self> {
        let is_label = |input: &&Input| matches!(input.role, Role::Class | Role::Group);
        let is_sample = |input: &&Input| input.role == Role::Embedding;
        let (labels, vectors): (Vec<&Input>, Vec<&Input>) = spec.inputs.iter().partition(is_label);
        let (samples, others): (Vec<&Input>, Vec<&Input>) = vectors.into_iter().partition(is_sample);
        let are_rows = samples.iter().chain(&others).all(|input| input.rank() == 2);
        let prototypes = others.first().copied();
        let is_all = others.len() < 2 && prototypes.is_none_or(|input| input.role == Role::Prototype);
        (are_rows && is_all && !samples.is_empty()).then_some(Self { samples, labels, prototypes })
    }

    /// Whether the samples are two views of one batch.
    pub fn is_paired(&self) -> bool {
        matches!(self.samples[..], [first, second] if first.shape == second.shape)
    }

    /// Whether the second view is a target without gradient. Then no point can be seen twice: it would chase itself.
    pub fn has_targets(&self) -> bool {
        self.is_paired() && self.samples.iter().any(|input| !input.is_variable())
    }

    /// Whether each class has one prototype.
    pub fn has_one_prototype_a_class(&self) -> bool {
        let class = self.labels.iter().find_map(|input| match input.kind {
            Kind::Class(dimension) => Some(dimension),
            _ => None,
        });
        self.prototypes.is_some_and(|input| Some(input.shape[0]) == class)
    }
}
