//! Losses of vectors that are compared with each other.

use super::shelf;
use crate::spec::{Input, Role};

#[cfg(test)]
mod certainty;
pub mod distance;
pub mod episode;
pub mod hardest;
pub mod moments;
mod moving;
pub mod neighbours;
pub mod online;
pub mod pairs;
pub mod pairwise;
pub mod reduction;
pub mod similarity;
pub mod soft_histogram;
#[cfg(test)]
mod symmetries;

/// A batch of vectors with labels.
pub(crate) const LABELLED: &[Input] =
    &[EMBEDDINGS, Input::groups("labels", &["N"], "samples with one label belong together")];

/// A batch of vectors.
pub(crate) const EMBEDDINGS: Input =
    Input::variable("embeddings", Role::Embedding, &["N", "D"], "one vector a sample, of any length");

/// Two views of one batch: row `i` of one belongs to row `i` of the other.
pub(crate) const PAIRED: &[Input] = &[
    Input::variable("anchors", Role::Embedding, &["N", "D"], "the first view of each sample"),
    Input::variable(
        "positives",
        Role::Embedding,
        &["N", "D"],
        "the second view of each sample, in the same order",
    ),
];

/// Two views of a batch whose samples are each other's negatives.
pub(crate) const PAIRED_WITH_NEGATIVES: &[Input] =
    &[PAIRED[0].at_least(&[("N", 2)]), PAIRED[1].at_least(&[("N", 2)])];

/// A batch of vectors with classes, and a vector for each class.
pub(crate) const PROTOTYPED: &[Input] = &[
    EMBEDDINGS,
    Input::classes("labels", &["N"], "C", "the class of each sample"),
    Input::variable("prototypes", Role::Prototype, &["C", "D"], "one weight vector a class, of any length"),
];

shelf! {
    contrastive::Contrastive,
    triplet_margin::TripletMargin,
    nt_xent::NtXent,
    info_nce::InfoNce,
    sup_con::SupCon,
    multi_similarity::MultiSimilarity,
    circle::Circle,
    unpg::Unpg,
    uniformity::Uniformity,
    alignment::Alignment,
    tolerance::Tolerance,
    hard_contrastive::HardContrastive,
    simple_contrastive::SimpleContrastive,
    relative_penalty_entropy::RelativePenaltyEntropy,
    alignment_uniformity::AlignmentUniformity,
    proto_triplet::ProtoTriplet,
    prototypical::Prototypical,
    icnn::Icnn,
    icnn_classic::IcnnClassic,
    n_pairs::NPairs,
    lifted_structure::LiftedStructure,
    generalized_lifted_structure::GeneralizedLiftedStructure,
    margin_beta::MarginBeta,
    hyperspherical_softmax::HypersphericalSoftmax,
    cfcd_local_triplet::CfcdLocalTriplet,
    angular::Angular,
    tuplet_margin::TupletMargin,
    intra_pair_variance::IntraPairVariance,
    nca::Nca,
    signal_to_noise_contrastive::SignalToNoiseContrastive,
    ranked_list::RankedList,
    fast_ap::FastAp,
    smooth_ap::SmoothAp,
    histogram::Histogram,
    normalized_softmax::NormalizedSoftmax,
    proxy_nca::ProxyNca,
    proxy_anchor::ProxyAnchor,
    soft_triple::SoftTriple,
    center::Center,
    clip::Clip,
    siglip::SigLip,
    decoupled_contrastive::DecoupledContrastive,
    hard_negative_contrastive::HardNegativeContrastive,
    spectral_contrastive::SpectralContrastive,
    vicreg::VicReg,
    barlow_twins::BarlowTwins,
    simsiam::SimSiam,
    byol::Byol,
    swav::Swav,
}
