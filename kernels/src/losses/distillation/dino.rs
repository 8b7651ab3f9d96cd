//! DINO: a student follows a teacher whose outputs are centred and sharpened.

use crate::dialect::{Argument, Dialect, Library};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses::softmax::{cooled, soft_cross_entropy, softmax};
use crate::real::Real;
use crate::spec::{Family, Input, Meaning, Param, Params, Prose, Role, Slope, Source, Spec, Terms};

/// Cross-entropy of the student against the centred, sharpened teacher.
pub struct Dino;

/// No library knows the two temperatures: they are applied to the scores before.
const TEMPERATURES: &[Argument] = &[
    Argument::outside("student_temperature", "student / student_temperature", 1.0),
    Argument::outside("teacher_temperature", "softmax((teacher - center) / teacher_temperature)", 1.0),
];

impl Kernel for Dino {
    const SPEC: &'static Spec = &Spec {
        id: "dino",
        title: "DINO",
        family: Family::Distillation,
        inputs: &[
            Input::variable("student", Role::Logits, &["N", "C"], "raw scores of the student"),
            Input::fixed("teacher", Role::Logits, &["N", "C"], "raw scores of the teacher, without gradient"),
            Input::fixed("center", Role::Mean, &["C"], "running mean of the teacher's scores"),
        ],
        params: &[
            Param::log("student_temperature", r"\tau_s", 0.1, (0.02, 10.0), "how soft the student is").means(Meaning::Temperature),
            Param::log(
                "teacher_temperature",
                r"\tau_t",
                0.04,
                (0.01, 10.0),
                "how soft the teacher is: low sharpens",
            ).means(Meaning::TargetTemperature),
        ],
        slope: Slope::Exact,
    };

    const TERMS: Terms = Terms::Samples;

    const PROSE: &'static Prose = &Prose {
        summary: "Distils a network into itself: centring keeps one output from winning always, sharpening keeps all from tying.",
        formula: r"L=-\frac1N\sum_i\sum_kP_{ik}\log\mathrm{softmax}_k(s_i/\p{student_temperature}),\qquad P_i=\mathrm{softmax}\Big(\frac{t_i-c}{\p{teacher_temperature}}\Big)",
        gradient: r"\frac{\partial L}{\partial s_i}=\frac{\mathrm{softmax}(s_i/\p{student_temperature})-P_i}{N\,\p{student_temperature}}",
        source: Source {
            authors: "Caron, Touvron, Misra, Jégou, Mairal, Bojanowski, Joulin",
            year: 2021,
            title: "Emerging Properties in Self-Supervised Vision Transformers",
            venue: "ICCV 2021, arXiv 2104.14294",
        },
        papers: &[],
        aliases: &["DINOLoss", "self-distillation with no labels", "centring and sharpening"],
        facts: &[
            "It is never below the entropy of the teacher, and equals it just when the student agrees.",
            "A teacher without preference makes it the cross-entropy to the uniform distribution.",
            "At low teacher temperature the teacher's first choice is a label.",
        ],
    };

    const DIALECTS: &'static [Dialect] = &[
        Dialect {
            library: Library::Torch,
            call: "torch.nn.CrossEntropyLoss",
            arguments: TEMPERATURES,
            python: "target = torch.softmax((teacher - center) / teacher_temperature, dim=1)\n\
                loss = torch.nn.CrossEntropyLoss()(student / student_temperature, target)",
            note: "Takes probabilities as targets; centring, both temperatures and stopping the gradient are yours to \
                do.",
            departs: &[],
        },
        Dialect {
            library: Library::Keras,
            call: "keras.losses.CategoricalCrossentropy",
            arguments: TEMPERATURES,
            python: "target = keras.ops.softmax((teacher - center) / teacher_temperature)\n\
                loss = keras.losses.CategoricalCrossentropy(from_logits=True)(target, student / student_temperature)",
            note: "Takes probabilities as targets; centring, both temperatures and stopping the gradient are yours to \
                do.",
            departs: &[],
        },
        Dialect {
            library: Library::Optax,
            call: "optax.losses.softmax_cross_entropy",
            arguments: TEMPERATURES,
            python: "target = jax.nn.softmax((teacher - center) / teacher_temperature)\n\
                loss = optax.losses.softmax_cross_entropy(student / student_temperature, target).mean()",
            note: "Takes probabilities as targets; centring, both temperatures and stopping the gradient are yours to \
                do. One value a sample.",
            departs: &[],
        },
    ];

    fn terms<R: Real>(input: &Inputs<R>, params: &Params) -> Option<Vec<R>> {
        let of = |name| params.real::<R>(name);
        let (student_temperature, teacher_temperature) = (of("student_temperature"), of("teacher_temperature"));
        let center = input.fixed_vector("center");
        let target = |teacher: &[f64]| {
            let centred: Vec<R> = teacher.iter().zip(center).map(|(t, c)| R::from(t - c)).collect();
            softmax(&cooled(&centred, teacher_temperature))
        };
        let term = |(student, teacher): (&[R], &[f64])| {
            soft_cross_entropy(&cooled(student, student_temperature), &target(teacher))
        };
        Some(input.rows("student").into_iter().zip(input.fixed_rows("teacher")).map(term).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::losses::softmax::{cross_entropy, log_softmax, tempered};
    use crate::testing::{gradient, inputs, random, value};

    fn batches() -> impl Strategy<Value = Inputs<f64>> {
        (0u64..1 << 32).prop_map(|seed| random(Dino::SPEC, &[("N", 4), ("C", 5)], seed))
    }

    fn of(student: &[f64], teacher: &[f64], center: &[f64]) -> Inputs<f64> {
        let arrays =
            [("student", &[4, 5][..], student), ("teacher", &[4, 5], teacher), ("center", &[5], center)];
        inputs(Dino::SPEC, &arrays)
    }

    proptest! {
        #[test]
        fn it_is_never_below_the_entropy_of_the_teacher(batch in batches(), tau in 0.1..5.0) {
            let teacher: Vec<f64> =
                batch.fixed_rows("teacher").concat().chunks(5).flat_map(|t| {
                    t.iter().zip(batch.fixed_vector("center")).map(|(t, c)| t - c).collect::<Vec<f64>>()
                }).collect();
            let entropy = |t: &[f64]| {
                let t = tempered(t, tau);
                -f64::dot(&softmax(&t), &log_softmax(&t))
            };
            let entropy = teacher.chunks(5).map(entropy).sum::<f64>() / 4.0;
            let given = [("student_temperature", tau), ("teacher_temperature", tau)];
            prop_assert!(value(&Dino, &given, &batch) >= entropy - 1e-12);

            let agreed = of(&teacher, batch.fixed_array("teacher").as_slice().unwrap(), batch.fixed_vector("center"));
            let got = value(&Dino, &given, &agreed);
            prop_assert!((got - entropy).abs() < 1e-9 * (1.0 + entropy), "{got} against {entropy}");
            let g = f64::norm(&gradient(&Dino, &given, &agreed));
            prop_assert!(g < 1e-9, "an agreeing student is moved by {g}");
        }

        #[test]
        fn no_preference_is_uniform(batch in batches(), tau in 0.1..5.0) {
            let student = batch.vector("student");
            let uniform = |s: &[f64]| -f64::mean(&log_softmax(&tempered(s, tau)));
            let expected = student.chunks(5).map(uniform).sum::<f64>() / 4.0;
            let got = value(&Dino, &[("student_temperature", tau)], &of(student, &[0.0; 20], &[0.0; 5]));
            prop_assert!((got - expected).abs() < 1e-9 * (1.0 + expected), "{got} against {expected}");
        }

        #[test]
        fn a_sharp_teacher_gives_labels(batch in batches(), tau in 0.1..5.0) {
            let student: Vec<Vec<f64>> = batch.rows("student").iter().map(|s| tempered(s, tau)).collect();
            let first = |t: &[f64]| {
                let t: Vec<f64> = t.iter().zip(batch.fixed_vector("center")).map(|(t, c)| t - c).collect();
                crate::real::first_max(&t).unwrap()
            };
            let labels: Vec<usize> = batch.fixed_rows("teacher").into_iter().map(first).collect();
            let expected = cross_entropy(&student, &labels);
            let given = [("student_temperature", tau), ("teacher_temperature", 1e-6)];
            let got = value(&Dino, &given, &batch);
            prop_assert!((got - expected).abs() < 1e-6 * (1.0 + expected), "{got} against {expected}");
        }
    }
}
