//! Signal-to-noise contrastive loss: the variance of a difference against that of the anchor as a distance.

use super::LABELLED;
use super::distance::ROUNDING;
use super::moments::centred;
use super::pairs::{negatives, positives};
use super::reduction::mean_of_positive;
use super::similarity::{NORMALIZE, normalized, self_compared};
use crate::cost::Cost;
use crate::dialect::{Argument, Departure, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::{Comparison, Real};
use crate::spec::{Domain, Family, Param, Params, Prose, Slope, Source, Spec};

/// Contrastive loss in which the other sample is the anchor plus noise.
pub struct SignalToNoiseContrastive;

impl Kernel for SignalToNoiseContrastive {
    const SPEC: &'static Spec = &Spec {
        id: "signal-to-noise-contrastive",
        title: "Signal-to-noise contrastive loss",
        family: Family::Embeddings,
        inputs: LABELLED,
        params: &[
            Param::linear("pos_margin", "m_+", 0.0, (0.0, 1.0), "distance that a pair of one label may keep")
                .within(Domain::Any),
            Param::linear("neg_margin", "m_-", 1.0, (0.0, 5.0), "distance that different labels must keep")
                .within(Domain::Any),
            NORMALIZE,
            Param::linear(
                "regularizer",
                r"\lambda",
                0.0,
                (0.0, 1.0),
                "penalty on vectors whose mean is not 0",
            ),
        ],
        slope: Slope::Exact,
    };

    const COST: Cost = Cost::on_tape("6·N·N+9·N·D");

    const PROSE: &'static Prose = &Prose {
        summary: "Treats a vector as a signal and its difference to another as noise; only variation over the components counts.",
        formula: r"L=\operatorname*{avg}_{(i,j)\in\mathcal P}\big[d_{ij}-\p{pos_margin}\big]_+
            +\operatorname*{avg}_{(i,j)\in\mathcal N}\big[\p{neg_margin}-d_{ij}\big]_+
            +\frac{\p{regularizer}}N\sum_i\Big|\sum_cx_{ic}\Big|,\qquad
            d_{ij}=\frac{\mathrm{Var}(h_i-h_j)}{\mathrm{Var}(h_i)}",
        gradient: "",
        source: Source {
            authors: "Yuan, Deng, Tang, Tang, Chen",
            year: 2019,
            title: "Signal-to-Noise Ratio: A Robust Distance Metric for Deep Metric Learning",
            venue: "CVPR 2019, arXiv 1904.02616",
        },
        papers: &[],
        aliases: &["SNR loss", "DSML", "SignalToNoiseRatioContrastiveLoss", "SNR distance"],
        facts: &[
            "The distance is not symmetric: the anchor is the signal.",
            "Raw vectors may all be multiplied by one number, and each be shifted by one of its own.",
            "For vectors of mean 0 the distance is the squared Euclidean one over the squared length of the anchor.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[Dialect {
        library: Library::MetricLearning,
        call: "losses.SignalToNoiseRatioContrastiveLoss",
        arguments: &[
            Argument::same("pos_margin", 0.0),
            Argument::same("neg_margin", 1.0),
            Argument::choice(
                "normalize",
                &["distances.SNRDistance(normalize_embeddings=False)", "distances.SNRDistance()"],
                1.0,
            )
            .called("distance"),
            Argument::outside("regularizer", "embedding_regularizer=regularizers.ZeroMeanRegularizer()", 0.0),
        ],
        python: "zero_mean = dict(embedding_regularizer=regularizers.ZeroMeanRegularizer(), embedding_reg_weight=regularizer)\n\
                criterion = losses.SignalToNoiseRatioContrastiveLoss(**zero_mean, {})\n\
                loss = criterion(embeddings, labels)",
        note: "Normalises the vectors before it takes their variance; averages the non-zero terms, positives and \
                negatives apart. The penalty on the mean is a regulariser that has to be given.",
        departs: &[
            Departure::value(
                "criterion.distance.maybe_normalize(embeddings).var(1).min() < 1e-12",
                "It divides by the variance of a vector also where that is 0; here it is held at 10⁻¹² \
                    from below.",
            ),
            Departure::SHORT_EMBEDDINGS,
        ],
    }];

    fn rule(input: &Inputs<f64>, _: &Params) -> Result<(), String> {
        match input.length("D") {
            1 => Err("input embeddings has D = 1, a variance over the components needs at least 2".into()),
            _ => Ok(()),
        }
    }

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        let (near, far): (R, R) = (params.real("pos_margin"), params.real("neg_margin"));
        let labels = input.labels("labels");
        let raw = input.rows("embeddings");
        let rows = normalized(&raw, params);
        let width = input.length("D");
        let waves: Vec<Vec<R>> = rows.iter().map(|row| centred(row)).collect();
        let deviation = |length: R| length / (width as f64).sqrt();
        let signals = waves.iter().map(|wave| deviation(R::norm(wave)).or_max(R::from(1e-6)));
        let signals: Vec<R> = signals.collect();
        let sizes: Vec<f64> = rows.iter().map(|row| R::norm(row).value()).collect();
        let apart = self_compared(Comparison::Distance, &waves);
        let distance = |i: usize, j: usize| {
            let noise = deviation(apart[(i, j)]);
            // Two of one signal differ by rounding at most.
            let is_rounding = noise.value() <= ROUNDING * (sizes[i] + sizes[j]);
            if is_rounding { R::zero() } else { (noise / signals[i]).square() }
        };
        let hinge = |left: R, right: R| {
            let (violation, size) = (left - right, left.value().max(right.value()));
            if violation.value() <= ROUNDING * size { R::zero() } else { violation }
        };

        let (mut pull, mut push) = (Vec::new(), Vec::new());
        for i in 0..labels.len() {
            pull.extend(positives(labels, i).into_iter().map(|j| hinge(distance(i, j), near)));
            push.extend(negatives(labels, i).into_iter().map(|j| hinge(far, distance(i, j))));
        }
        let offsets: Vec<R> = raw.iter().map(|row| R::sum(row).abs()).collect();
        mean_of_positive(&pull) + mean_of_positive(&push) + R::mean(&offsets) * params.real::<R>("regularizer")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::Loss;
    use crate::losses::embeddings::moments::centred;
    use crate::testing::{inputs, labelled, params, value};

    const RAW: [(&str, f64); 1] = [("normalize", 0.0)];

    proptest! {
        #[test]
        fn raw_signals_may_be_amplified_together_and_shifted_each(
            batch in labelled(6, 4),
            gain in prop_oneof![-3.0..-0.3, 0.3..3.0],
            shifts in prop::collection::vec(-2.0..2.0f64, 6),
        ) {
            let mut changed = batch.clone();
            for (i, x) in changed.variable_mut("embeddings").iter_mut().enumerate() {
                *x = gain * *x + shifts[i / 4];
            }
            let loss = &SignalToNoiseContrastive;
            let (before, after) = (value(loss, &RAW, &batch), value(loss, &RAW, &changed));
            prop_assert!((before - after).abs() < 1e-9 * (1.0 + before), "{before} became {after}");
        }

        #[test]
        fn centred_vectors_have_relative_squared_distances(batch in labelled(2, 4), margin in 5.0..50.0f64) {
            let rows: Vec<Vec<f64>> = batch.rows("embeddings").into_iter().map(centred).collect();
            let arrays = [("embeddings", &[2, 4][..], &rows.concat()[..]), ("labels", &[2], &[0.0, 1.0])];
            let apart = f64::squared_distance(&rows[0], &rows[1]);
            let pushes = [0, 1].map(|i| (margin - apart / f64::dot(&rows[i], &rows[i])).max(0.0));
            let active: Vec<f64> = pushes.into_iter().filter(|&push| push > 0.0).collect();
            let given = [("normalize", 0.0), ("neg_margin", margin)];
            let got = value(&SignalToNoiseContrastive, &given, &inputs(SignalToNoiseContrastive::SPEC, &arrays));
            prop_assert!((got - f64::mean(&active)).abs() < 1e-9 * margin, "{got} against {active:?}");
        }
    }

    #[test]
    fn one_component_has_no_variance() {
        let arrays = [("embeddings", &[2, 1][..], &[1.0, 2.0][..]), ("labels", &[2], &[0.0, 1.0])];
        let loss = &SignalToNoiseContrastive;
        let error = loss.check(&inputs(SignalToNoiseContrastive::SPEC, &arrays), &params(loss, &[]));
        assert!(error.unwrap_err().to_string().contains("D = 1"));
    }
}
