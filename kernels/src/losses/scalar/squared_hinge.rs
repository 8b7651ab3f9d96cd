//! Squared hinge loss of the L2 support vector machine.

use super::hinge::THRESHOLD;
use super::{MARGIN, terms_of};
use crate::dialect::{Argument, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Params, Prose, Slope, Source, Spec, Terms};

/// The hinge loss of each sample, squared.
pub struct SquaredHinge;

impl Kernel for SquaredHinge {
    const SPEC: &'static Spec = &Spec {
        id: "squared-hinge",
        title: "Squared hinge loss",
        family: Family::Scalar,
        inputs: MARGIN,
        params: &[THRESHOLD],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "A hinge without its corner; the more wrong a sample is, the harder it pulls.",
        formula: r"L=\frac1N\sum_i[\p{threshold}-z_i]_+^2",
        gradient: r"\frac{\partial L}{\partial z_i}=-\frac2N[\p{threshold}-z_i]_+",
        source: Source::TEXTBOOK,
        papers: &[],
        aliases: &["L2-SVM loss", "squared SVM loss"],
        facts: &[
            "Sample by sample it is the hinge loss squared.",
            "Its slope has no jump and no bound: one far outlier outweighs all others.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::Keras,
        call: "keras.losses.SquaredHinge",
        arguments: &[Argument::lacking("threshold", 1.0)],
        python: "loss = keras.losses.SquaredHinge()(np.ones((len(margin), 1)), margin[:, None])",
        note: "Without the ½ that some texts have; labels 0 are read as −1.",
        departs: &[],
    }];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let threshold = params.real::<R>("threshold");
        terms_of(input.vector("margin"), |z| (-z + threshold).relu().square())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::SquaredHinge;
    use crate::losses::scalar::hinge::Hinge;
    use crate::testing::{slope_at, value_at};

    proptest! {
        #[test]
        fn it_is_hinge_squared(z in -10.0..10.0, threshold in 0.0..3.0) {
            let given = [("threshold", threshold)];
            let hinge = value_at(&Hinge, &given, z);
            prop_assert_eq!(value_at(&SquaredHinge, &given, z), hinge * hinge);
            prop_assert_eq!(slope_at(&SquaredHinge, &given, z), -2.0 * hinge);
        }
    }
}
