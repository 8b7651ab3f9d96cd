//! The papers whose claims are shown: losses and exhibits name them by their ids.

use serde::Serialize;

/// A source with a claim.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Paper {
    /// Public name in kebab-case.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Family names of the authors.
    pub authors: &'static str,
    /// Year of publication.
    pub year: u16,
    /// Where it appeared.
    pub venue: &'static str,
    /// Where it can be read; empty if nowhere that is known to last.
    pub link: &'static str,
    /// What it claims, in a line.
    pub claim: &'static str,
}

/// Every paper that has a loss and an exhibit here.
pub const PAPERS: &[Paper] = &[
    Paper {
        id: "contrastive-behaviour",
        title: "Understanding the Behaviour of Contrastive Loss",
        authors: "Wang, Liu",
        year: 2021,
        venue: "CVPR 2021",
        link: "https://arxiv.org/abs/2012.09740",
        claim: "The temperature of a contrastive loss sets how much the hardest negatives count, and trades uniformity for tolerance.",
    },
    Paper {
        id: "cross-entropy-theory",
        title: "Cross-Entropy Loss Functions: Theoretical Analysis and Applications",
        authors: "Mao, Mohri, Zhong",
        year: 2023,
        venue: "ICML 2023",
        link: "https://arxiv.org/abs/2304.07288",
        claim: "One dial joins logistic, generalised cross-entropy and mean absolute error; each bounds the classification regret, and a smooth adversarial version the robust one.",
    },
    Paper {
        id: "ldr-losses",
        title: "Label Distributionally Robust Losses for Multi-class Classification: Consistency, Robustness and Adaptivity",
        authors: "Zhu, Ying, Yang",
        year: 2023,
        venue: "ICML 2023",
        link: "https://arxiv.org/abs/2112.14869",
        claim: "A loss that is robust to the label's distribution withstands label noise, and more so with a patience for every sample.",
    },
    Paper {
        id: "z-loss",
        title: "The Z-loss: a shift and scale invariant classification loss belonging to the Spherical Family",
        authors: "de Brébisson, Vincent",
        year: 2016,
        venue: "arXiv",
        link: "https://arxiv.org/abs/1604.08859",
        claim: "A loss of z-scores does not see the scale of the logits, so that they need not grow.",
    },
    Paper {
        id: "bias-loss",
        title: "Bias Loss for Mobile Neural Networks",
        authors: "Abrahamyan, Ziatchin, Chen, Deligiannis",
        year: 2021,
        venue: "ICCV 2021",
        link: "https://arxiv.org/abs/2107.11170",
        claim: "Samples whose features vary little are learned from less, and mistaken ones mislead less.",
    },
    Paper {
        id: "ensloss",
        title: "EnsLoss: Stochastic Calibrated Loss Ensembles for Preventing Overfitting in Classification",
        authors: "Dai",
        year: 2025,
        venue: "ICML 2025",
        link: "https://arxiv.org/abs/2409.00908",
        claim: "A loss drawn anew for every batch from all that are calibrated overfits less than any one of them.",
    },
    Paper {
        id: "sface",
        title: "SFace: Sigmoid-Constrained Hypersphere Loss for Robust Face Recognition",
        authors: "Zhong, Deng, Hu, Zhao, Li, Wen",
        year: 2021,
        venue: "IEEE Transactions on Image Processing 30",
        link: "https://arxiv.org/abs/2205.12010",
        claim: "A pull that ends in time leaves mislabelled faces where they belong.",
    },
    Paper {
        id: "unpg",
        title: "Unified Negative Pair Generation toward Well-discriminative Feature Space for Face Recognition",
        authors: "Jung, Lee, Kim, Kim",
        year: 2022,
        venue: "BMVC 2022",
        link: "https://arxiv.org/abs/2203.11593",
        claim: "Negatives among the samples join those among prototypes, without the noisy ones, and the classes stand further apart.",
    },
    Paper {
        id: "cfcd",
        title: "Coarse-to-Fine: Learning Compact Discriminative Representation for Single-Stage Image Retrieval",
        authors: "Zhu, Gao, Ke, Qiao, Sun",
        year: 2023,
        venue: "ICCV 2023",
        link: "https://arxiv.org/abs/2308.04008",
        claim: "Scale and margin that follow the median sample, and triplets of local matches, make one compact descriptor do.",
    },
    Paper {
        id: "hyperspherical-novelty",
        title: "Hyperspherical embedding for novel class classification",
        authors: "Pereira, Joly, Valduriez, Porto",
        year: 2021,
        venue: "arXiv",
        link: "https://arxiv.org/abs/2102.03243",
        claim: "Embeddings on a sphere tell apart classes that they were not trained on.",
    },
    Paper {
        id: "susana-distancia",
        title: "SuSana Distancia is all you need: Enforcing class separability in metric learning via two novel distance-based loss functions for few-shot image classification",
        authors: "Mendez-Ruiz, Gonzalez-Zapata, Reyes-Amezcua, Flores-Araiza, Lopez-Tiro, Mendez-Vazquez, Ochoa-Ruiz",
        year: 2023,
        venue: "arXiv",
        link: "https://arxiv.org/abs/2305.09062",
        claim: "Losses of the distances within and between classes separate new classes from a few samples.",
    },
];

/// The paper of that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Paper> {
    PAPERS.iter().find(|paper| paper.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::losses;

    #[test]
    fn losses_name_papers_that_exist_and_every_paper_has_a_loss() {
        let named: Vec<&str> = losses::all().flat_map(|loss| loss.prose().papers).copied().collect();
        for id in &named {
            assert!(find(id).is_some(), "a loss names the paper {id}, which is not in the table");
        }
        for paper in PAPERS {
            assert!(named.contains(&paper.id), "no loss names {}", paper.title);
        }
    }
}
