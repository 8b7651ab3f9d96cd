//! Sub-centre ArcFace: several prototypes a class.

use super::arcface::{MARGIN, turned};
use super::{scale, with_target};
use crate::dialect::{Argument, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses::softmax::over_samples;
use crate::real::Real;
use crate::spec::{Domain, Family, Input, Param, Params, Prose, Role, Slope, Source, Spec, Terms};

/// ArcFace in which a class is as near as the nearest of its prototypes.
pub struct SubcenterArcFace;

impl Kernel for SubcenterArcFace {
    const SPEC: &'static Spec = &Spec {
        id: "subcenter-arcface",
        title: "Sub-centre ArcFace",
        family: Family::Angular,
        inputs: &[
            Input::variable(
                "cosines",
                Role::Cosine,
                &["N", "C·K"],
                "cosine of each sample with each prototype; the K prototypes of a class stand side by side",
            )
            .within(Domain::Cosine),
            Input::integers("labels", Role::Class, &["N"], 0, "the right class of each sample"),
        ],
        params: &[
            MARGIN,
            scale(64.0),
            Param::integer("sub_centers", "K", 3.0, (1.0, 5.0), "prototypes a class"),
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Lets a class have several centres, so mislabelled samples can gather around one of their own.",
        formula: r"L=-\frac1N\sum_i\log\frac{e^{\p{scale}\psi(\theta_{iy_i})}}
            {e^{\p{scale}\psi(\theta_{iy_i})}+\sum_{j\ne y_i}e^{\p{scale}\cos\theta_{ij}}},\quad
            \cos\theta_{ij}=\max_{k\le\p{sub_centers}}c_{ijk},\quad\psi\text{ as in ArcFace}",
        gradient: r"\text{that of ArcFace, at the nearest prototype of each class; 0 at the others}",
        source: Source {
            authors: "Deng, Guo, Liu, Gong, Zafeiriou",
            year: 2020,
            title: "Sub-center ArcFace: Boosting Face Recognition by Large-scale Noisy Web Faces",
            venue: "ECCV 2020",
        },
        papers: &[],
        aliases: &["SubCenterArcFaceLoss", "sub-center", "sub-class", "noisy labels"],
        facts: &[
            "With one prototype a class it is ArcFace.",
            "Neither the order of a class's prototypes nor a repeated one changes anything.",
            "Only the nearest prototype of a class is pulled.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.SubCenterArcFaceLoss",
        arguments: &[
            Argument::degrees("m", 28.6).called("margin"),
            Argument::same("scale", 64.0),
            Argument::same("sub_centers", 3.0),
        ],
        python: "criterion = losses.SubCenterArcFaceLoss(num_classes=cosines.shape[1] // sub_centers, embedding_size=1, {})\n\
                criterion.distance.compute_mat = lambda *_: cosines  # in place of embeddings and weights\n\
                loss = criterion(torch.ones(len(labels), 1), labels)",
        note: "The margin is in degrees. The prototypes of a class stand next to each other, as here.",
        departs: &[],
    }];

    fn rule(input: &Inputs<f64>, params: &Params) -> Result<(), String> {
        let (columns, k) = (input.length("C·K"), params.whole("sub_centers"));
        if columns % k != 0 {
            return Err(format!(
                "input cosines has {columns} columns, allowed is a multiple of sub_centers, which is {k}"
            ));
        }
        let last = columns / k - 1;
        match input.labels("labels").iter().find(|&&label| label as usize > last) {
            Some(label) => Err(format!("input labels has {label}, allowed is a class from 0 to {last}")),
            None => Ok(()),
        }
    }

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let (margin, k) = (params.real("m"), params.whole("sub_centers"));
        let labels = input.classes("labels");
        let nearest = |row: &[R]| row.chunks_exact(k).map(R::max).collect::<Vec<R>>();
        let cosines: Vec<Vec<R>> = input.rows("cosines").into_iter().map(nearest).collect();
        let logits = with_target(&cosines, &labels, params.real("scale"), |c| turned(c, margin, false));
        Some(over_samples(&logits, &labels, R::surprise))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::angular::arcface::ArcFace;
    use crate::testing::{cosines, gradient, inputs, params, value};

    /// Two classes with two prototypes each, in front of a sample of class 1.
    fn sample(cosines: [f64; 4]) -> Inputs<f64> {
        inputs(SubcenterArcFace::SPEC, &[("cosines", &[1, 4], &cosines), ("labels", &[1], &[1.0])])
    }

    const TWO: &[(&str, f64)] = &[("sub_centers", 2.0)];

    proptest! {
        #[test]
        fn one_prototype_a_class_is_arcface(c in cosines(2, 4), m in 0.0..1.5) {
            let labels: Vec<f64> = c.labels("labels").iter().map(|&label| label as f64).collect();
            let same = inputs(
                SubcenterArcFace::SPEC,
                &[("cosines", &[2, 4], c.vector("cosines")), ("labels", &[2], &labels)],
            );
            let got = value(&SubcenterArcFace, &[("m", m), ("sub_centers", 1.0)], &same);
            prop_assert_eq!(got, value(&ArcFace, &[("m", m)], &c));
        }

        #[test]
        fn order_and_repetition_do_not_matter(c in proptest::array::uniform4(-1.0..1.0)) {
            let [a, b, y, z] = c;
            let two = value(&SubcenterArcFace, TWO, &sample(c));
            prop_assert_eq!(two, value(&SubcenterArcFace, TWO, &sample([b, a, z, y])));
            let six = [a, b, b, y, y, z];
            let repeated = inputs(SubcenterArcFace::SPEC, &[("cosines", &[1, 6], &six), ("labels", &[1], &[1.0])]);
            prop_assert_eq!(two, value(&SubcenterArcFace, &[("sub_centers", 3.0)], &repeated));
        }

        #[test]
        fn only_the_nearest_prototype_is_pulled(c in proptest::array::uniform4(-1.0..1.0)) {
            let g = gradient(&SubcenterArcFace, TWO, &sample(c));
            for class in [0, 2] {
                let farther = if c[class] >= c[class + 1] { class + 1 } else { class };
                prop_assert_eq!(g[farther], 0.0, "cosines {:?} are pulled by {:?}", c, g);
            }
        }
    }

    #[test]
    fn columns_and_labels_must_fit_the_prototypes() {
        let refused = |given| SubcenterArcFace::rule(&sample([0.0; 4]), &params(&SubcenterArcFace, given));
        assert_eq!(
            refused(&[("sub_centers", 3.0)]),
            Err("input cosines has 4 columns, allowed is a multiple of sub_centers, which is 3".into())
        );
        assert_eq!(
            refused(&[("sub_centers", 4.0)]),
            Err("input labels has 1, allowed is a class from 0 to 0".into())
        );
        assert_eq!(refused(TWO), Ok(()));
    }
}
