//! ICNN loss: a score of neighbourhoods, own class near and other classes far, turned into a loss.

use super::LABELLED;
use super::neighbours::{Neighbour, nearest};
use crate::cost::Cost;
use crate::input::Inputs;
use crate::kernel::{Kernel, Part, Parts, single_numbers};
use crate::real::Real;
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec};

/// Inter- and intra-class nearest-neighbour score, as it is trained with.
pub struct Icnn;

const EPSILON: f64 = 1e-7;

/// The three parts of the score, 0 to 1 each and 1 at best.
#[derive(Clone, Copy, Debug)]
pub struct Score<R> {
    /// How near neighbours of the own class are, against the nearest of another class.
    pub near: R,
    /// How far neighbours of other classes are, against the farthest of them.
    pub far: R,
    /// The share of neighbours of the own class; a constant for the gradient.
    pub pure: f64,
}

impl<R: Real> Score<R> {
    /// The score of a batch of at least three samples.
    pub fn new(input: &Inputs<R>, params: &Params) -> Self {
        let n = input.length("N");
        let k = params.whole("neighbours").min(n - 2);
        let neighbourhoods = nearest(input, params.whole("pool").max(k + 1));

        let relative: Vec<Vec<R>> = neighbourhoods.iter().map(|all| relative(all, k)).collect();
        let near: Vec<Vec<R>> = neighbourhoods
            .iter()
            .zip(&relative)
            .map(|(all, relative)| {
                all.iter().zip(relative).filter(|(other, _)| other.is_own).map(|(_, &nu)| nu).collect()
            })
            .collect();
        let foreign: Vec<Vec<R>> = neighbourhoods
            .iter()
            .map(|all| all[..k].iter().filter(|other| !other.is_own).map(|other| other.distance).collect())
            .collect();
        let farthest = R::max(&foreign.concat());

        let own = near.iter().map(Vec::len).sum::<usize>();
        Self {
            near: -mean_of_means(&near) + 1.0,
            far: if farthest.value().is_finite() {
                mean_of_means(&foreign) / (farthest + EPSILON)
            } else {
                R::one()
            },
            pure: if k + 2 < n { own as f64 / (n * k) as f64 } else { 1.0 },
        }
    }

    /// The score as one number.
    pub fn total(self) -> R {
        ((self.near + self.far) * 0.5 + self.pure) * 0.5
    }
}

/// The first `k` distances over that to the nearest sample of another class, scaled to at most 1.
fn relative<R: Real>(neighbourhood: &[Neighbour<R>], k: usize) -> Vec<R> {
    let Some(foreign) = neighbourhood.iter().find(|other| !other.is_own) else {
        return vec![R::zero(); k];
    };
    let ratios: Vec<R> =
        neighbourhood[..k].iter().map(|other| other.distance / (foreign.distance + EPSILON)).collect();
    let top = R::one().or_max(R::max(&ratios));
    ratios.into_iter().map(|ratio| ratio / top).collect()
}

/// The mean over samples that have such neighbours of their mean; 0 if none has.
fn mean_of_means<R: Real>(groups: &[Vec<R>]) -> R {
    let means: Vec<R> = groups
        .iter()
        .filter(|group| !group.is_empty())
        .map(|group| R::sum(group) / (group.len() as f64 + EPSILON))
        .collect();
    R::sum(&means) / (means.len() as f64 + EPSILON)
}

impl Kernel for Icnn {
    const SPEC: &'static Spec = &Spec {
        id: "icnn",
        title: "ICNN loss",
        family: Family::Embeddings,
        inputs: LABELLED,
        params: &[
            Param::integer("neighbours", "k", 4.0, (1.0, 10.0), "neighbours that are scored"),
            Param::integer(
                "pool",
                "M",
                5.0,
                (2.0, 20.0),
                "neighbours among which another class is looked for",
            )
            .within(Domain::AtLeast(0.0)),
        ],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("N·N+24·N");

    const PROSE: &'static Prose = &Prose {
        summary: "Scores each sample's neighbourhood, own class near and others far, with no margin and no scale to set.",
        formula: r"L=-\log\frac12\Big(\frac{\Lambda_s+\Lambda_d}2+\Gamma\Big),\quad
            \Lambda_s=1-\operatorname*{avg}_i\operatorname*{avg}_{t\le\p{neighbours},\text{own}}\frac{d_{it}}{u_i},\quad
            \Lambda_d=\operatorname*{avg}_i\operatorname*{avg}_{t\le\p{neighbours},\text{other}}\frac{d_{it}}{D},\quad
            \Gamma=\frac1{N\p{neighbours}}\sum_ic_i",
        gradient: "",
        source: Source {
            authors: "Mendez-Ruiz, Gonzalez-Zapata, Reyes-Amezcua, Flores-Araiza, Lopez-Tiro, Mendez-Vazquez, Ochoa-Ruiz",
            year: 2023,
            title: "SuSana Distancia is all you need: Enforcing class separability in metric learning via two novel distance-based loss functions for few-shot image classification",
            venue: "arXiv 2305.09062",
        },
        papers: &["susana-distancia"],
        aliases: &["inter and intra class nearest neighbours", "ICNN score", "SuSana Distancia", "full ICNN"],
        facts: &[
            "The size of the picture does not matter: only ratios of distances are scored.",
            "The score lies above 0 and is at most 1.",
            "Two tight classes far apart cost next to nothing while k stays below the class size, and 0.134 for k = 4 and classes of 4.",
            "With a single class it is 0.",
        ],
    };

    const PARTS: Parts = Parts {
        all: &[Part::number("Λs near"), Part::number("Λd far"), Part::number("Γ pure"), Part::number("score")],
        of: |input, params| {
            if input.length("N") < 3 {
                return Vec::new();
            }
            let score = Score::new(input, params);
            single_numbers([score.near, score.far, score.pure, score.total()])
        },
    };

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        if input.length("N") < 3 {
            return R::zero();
        }
        R::zero() - Score::new(input, params).total().ln()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{inputs, labelled, params, value};

    proptest! {
        #[test]
        fn the_score_lies_between_0_and_1(batch in labelled(9, 2), k in 1.0..10.0f64, m in 2.0..20.0f64) {
            let given = params(&Icnn, &[("neighbours", k.floor()), ("pool", m.floor())]);
            let score = Score::new(&batch, &given);
            for (part, at) in [("near", score.near), ("far", score.far), ("pure", score.pure)] {
                prop_assert!((0.0..=1.0 + 1e-6).contains(&at), "{part} is {at}");
            }
            prop_assert!(score.total() > 0.0);
        }

        #[test]
        fn the_size_of_the_picture_does_not_matter(batch in labelled(9, 2), factor in 1.0..10.0) {
            let mut larger = batch.clone();
            larger.variable_mut("embeddings").iter_mut().for_each(|x| *x *= factor);
            let (a, b) = (value(&Icnn, &[], &batch), value(&Icnn, &[], &larger));
            prop_assert!((a - b).abs() < 1e-4, "{a} turned into {b}");
        }

        #[test]
        fn a_single_class_costs_nothing(batch in labelled(9, 2)) {
            let arrays =
                [("embeddings", &[9, 2][..], batch.vector("embeddings")), ("labels", &[9], &[1.0; 9])];
            let got = value(&Icnn, &[], &inputs(Icnn::SPEC, &arrays));
            prop_assert!(got.abs() < 1e-6, "the loss is {got}");
        }
    }

    /// Two classes of four, tight around points far apart.
    fn separated(k: f64) -> f64 {
        let mut places = Vec::new();
        for centre in [0.0, 100.0] {
            places.extend([centre, 0.0, centre + 0.1, 0.0, centre, 0.1, centre + 0.1, 0.1]);
        }
        let labels = [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0];
        let arrays = [("embeddings", &[8, 2][..], &places[..]), ("labels", &[8], &labels)];
        value(&Icnn, &[("neighbours", k), ("pool", 5.0)], &inputs(Icnn::SPEC, &arrays))
    }

    #[test]
    fn perfect_separation_is_free_only_within_the_class_size() {
        assert!(separated(2.0) < 1e-3, "two neighbours of a class of four cost {}", separated(2.0));
        assert!((separated(4.0) - 0.134).abs() < 2e-3, "four neighbours cost {}", separated(4.0));
    }

    #[test]
    fn without_neighbours_of_the_own_class_nearness_counts_as_perfect() {
        let arrays =
            [("embeddings", &[4, 1][..], &[0.0, 1.0, 2.0, 3.0][..]), ("labels", &[4], &[0.0, 1.0, 2.0, 3.0])];
        let lonely = inputs(Icnn::SPEC, &arrays);
        assert_eq!(Score::new(&lonely, &params(&Icnn, &[("neighbours", 1.0)])).near, 1.0);
    }

    #[test]
    fn two_samples_have_no_neighbourhood() {
        let arrays = [("embeddings", &[2, 1][..], &[0.0, 1.0][..]), ("labels", &[2], &[0.0, 1.0])];
        assert_eq!(value(&Icnn, &[], &inputs(Icnn::SPEC, &arrays)), 0.0);
    }
}
