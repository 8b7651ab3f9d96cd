//! A loss as another library has it: what it is called there, how its arguments map to ours, and Python that
//! computes it.
//!
//! The dialects of a loss stand in its own file, see [`Kernel::DIALECTS`](crate::kernel::Kernel::DIALECTS). Like prose
//! they are left out of the WebAssembly module and travel as JSON.

use std::fmt::Write;

use crate::spec::{Params, Spec};

pub mod options;

/// A Python library that people train with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Library {
    /// PyTorch.
    Torch,
    /// PyTorch Metric Learning.
    MetricLearning,
    /// Keras 3, on any of its backends.
    Keras,
    /// Optax, for JAX.
    Optax,
}

impl Library {
    /// Every library.
    pub const ALL: [Self; 4] = [Self::Torch, Self::MetricLearning, Self::Keras, Self::Optax];

    /// The name on the command line, which is that of its package.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Torch => "torch",
            Self::MetricLearning => "pytorch-metric-learning",
            Self::Keras => "keras",
            Self::Optax => "optax",
        }
    }

    /// What people call it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Torch => "PyTorch",
            Self::MetricLearning => "PyTorch Metric Learning",
            Self::Keras => "Keras",
            Self::Optax => "Optax",
        }
    }

    /// The version that the scripts have been run against.
    #[must_use]
    pub fn version(self) -> &'static str {
        match self {
            Self::Torch => "2.9.1",
            Self::MetricLearning => "2.9.0",
            Self::Keras => "3.15.1",
            Self::Optax => "0.2.8",
        }
    }

    /// The first lines of a script: what to import, and 64-bit numbers.
    #[must_use]
    pub fn setup(self) -> &'static str {
        match self {
            Self::Torch => "import math\nimport torch\n\ntorch.set_default_dtype(torch.float64)\n",
            Self::MetricLearning => {
                "import math\nimport torch\nfrom pytorch_metric_learning import distances, losses, miners, reducers, regularizers\n\n\
                 torch.set_default_dtype(torch.float64)\n"
            }
            Self::Keras => {
                "import os\n\nos.environ.setdefault(\"KERAS_BACKEND\", \"torch\")  # or tensorflow, or jax\n\
                 os.environ.setdefault(\"JAX_ENABLE_X64\", \"1\")\nimport keras\nimport numpy as np\n\n\
                 keras.config.set_floatx(\"float64\")\n\
                 # On every backend but TensorFlow it cuts numbers to 32 bits on the way.\n\
                 keras.src.backend.common.dtypes.BIT64_TO_BIT32_DTYPE[\"float64\"] = \"float64\"\n"
            }
            Self::Optax => {
                "import jax\nimport jax.numpy as jnp\nimport optax\n\njax.config.update(\"jax_enable_x64\", True)\n"
            }
        }
    }

    /// The function that makes an array of nested lists.
    #[must_use]
    pub fn array(self) -> &'static str {
        match self {
            Self::Torch | Self::MetricLearning => "torch.tensor",
            Self::Keras => "np.array",
            Self::Optax => "jnp.array",
        }
    }
}

/// A loss as a library has it.
#[derive(Debug)]
pub struct Dialect {
    /// The library.
    pub library: Library,
    /// The class or function, as it stands in code: `losses.ArcFaceLoss`.
    pub call: &'static str,
    /// What becomes of every parameter of the loss, once each.
    pub arguments: &'static [Argument],
    /// Python that ends by setting `loss`. Inputs and parameters are there under their own names, and `{}` stands for
    /// the arguments that the library takes.
    pub python: &'static str,
    /// What catches people out: averaging, signs, units, what is in the denominator.
    pub note: &'static str,
    /// Where it comes to another value than the definition.
    pub departs: &'static [Departure],
}

/// Where a library comes to another value than the definition, or to none.
#[derive(Clone, Copy, Debug)]
pub struct Departure {
    /// The batches and parameters where it does: a Python expression over the variables of the script.
    pub when: &'static str,
    /// What it does there, in a sentence.
    pub what: &'static str,
    /// Whether it computes nothing there.
    pub refuses: bool,
}

impl Departure {
    /// How PyTorch normalises.
    const LENGTHS: &'static str = "Vectors shorter than 10⁻¹² are divided by 10⁻¹² instead of their length.";

    /// Embeddings of a length that PyTorch does not normalise.
    pub const SHORT_EMBEDDINGS: Self =
        Self::value("any(0 < v.abs().max() and v.norm() < 1e-12 for v in embeddings)", Self::LENGTHS);

    /// Nearly equal vectors where PyTorch takes distances from inner products.
    pub const NEAR_OF_MANY: Self = Self::value(
        "len(labels) > 25 and (torch.pdist(torch.nn.functional.normalize(embeddings)) < 1e-4).any()",
        "From 26 vectors on distances are computed from inner products: near 0 they lose their digits.",
    );

    /// Embeddings or prototypes of a length that PyTorch does not normalise.
    pub const SHORT_EMBEDDINGS_OR_PROTOTYPES: Self = Self::value(
        "any(0 < v.abs().max() and v.norm() < 1e-12 for v in [*embeddings, *prototypes])",
        Self::LENGTHS,
    );

    /// Views of a length that PyTorch does not normalise.
    pub const SHORT_VIEWS: Self = Self::value(
        "any(0 < v.abs().max() and v.norm() < 1e-12 for v in [*anchors, *positives])",
        Self::LENGTHS,
    );

    /// Where it comes to another value; `when` may read what the script has computed.
    #[must_use]
    pub const fn value(when: &'static str, what: &'static str) -> Self {
        Self { when, what, refuses: false }
    }

    /// Where it comes to none; `when` may read inputs and parameters.
    #[must_use]
    pub const fn refusal(when: &'static str, what: &'static str) -> Self {
        Self { when, what, refuses: true }
    }
}

/// What becomes of one of our parameters in a library.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// Our parameter.
    pub ours: &'static str,
    /// The name of the argument; for [`Form::Outside`] the Python that stands in for one.
    pub theirs: &'static str,
    /// How its value follows from ours.
    pub form: Form,
    /// The library's default in the library's own terms; `None` if the argument has to be given.
    pub default: Option<f64>,
}

/// How the value of an argument follows from ours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    /// The same number.
    Same,
    /// Theirs in degrees, ours in radians.
    Degrees,
    /// One over ours.
    Inverse,
    /// One Python expression an option, by its position.
    Choice(&'static [&'static str]),
    /// The library has no such argument, but what it is called with can be prepared.
    Outside,
    /// The library has no such argument and always computes with the default.
    Lacking,
}

impl Argument {
    /// An argument of our name with our number.
    #[must_use]
    pub const fn same(name: &'static str, default: f64) -> Self {
        Self { ours: name, theirs: name, form: Form::Same, default: Some(default) }
    }

    /// An angle that the library takes in degrees.
    #[must_use]
    pub const fn degrees(name: &'static str, default: f64) -> Self {
        Self { form: Form::Degrees, ..Self::same(name, default) }
    }

    /// A number of which the library takes the inverse.
    #[must_use]
    pub const fn inverse(name: &'static str, default: f64) -> Self {
        Self { form: Form::Inverse, ..Self::same(name, default) }
    }

    /// A choice; `default` is the position of the option.
    #[must_use]
    pub const fn choice(name: &'static str, options: &'static [&'static str], default: f64) -> Self {
        Self { form: Form::Choice(options), ..Self::same(name, default) }
    }

    /// A parameter that Python around the call stands in for.
    #[must_use]
    pub const fn outside(name: &'static str, python: &'static str, default: f64) -> Self {
        Self { theirs: python, form: Form::Outside, ..Self::same(name, default) }
    }

    /// A parameter that the library lacks, with the value that it computes with.
    #[must_use]
    pub const fn lacking(name: &'static str, value: f64) -> Self {
        Self { form: Form::Lacking, ..Self::same(name, value) }
    }

    /// The same under another name.
    #[must_use]
    pub const fn called(self, theirs: &'static str) -> Self {
        Self { theirs, ..self }
    }

    /// The same without a default: the library wants it given.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { default: None, ..self }
    }

    /// The library's default as a value of our parameter.
    #[must_use]
    pub fn default_of_ours(&self) -> Option<f64> {
        self.default.map(|default| match self.form {
            Form::Degrees => default.to_radians(),
            Form::Inverse => 1.0 / default,
            _ => default,
        })
    }

    /// The argument as Python writes it, our parameters being variables and a choice written
    /// `{parameter: option | option}` for a script to choose from; `None` if the library takes
    /// none.
    #[must_use]
    pub fn python(&self) -> Option<String> {
        let Self { ours, theirs, .. } = self;
        match self.form {
            Form::Same => Some(format!("{theirs}={ours}")),
            Form::Degrees => Some(format!("{theirs}=math.degrees({ours})")),
            Form::Inverse => Some(format!("{theirs}=1 / {ours}")),
            Form::Choice(options) => Some(format!("{theirs}={{{ours}: {}}}", options.join(" | "))),
            Form::Outside | Form::Lacking => None,
        }
    }

    /// The one value of our parameter that the library can compute with; `None` if it can with any.
    #[must_use]
    pub fn only(&self) -> Option<f64> {
        self.default.filter(|_| self.form == Form::Lacking)
    }
}

/// Longer arguments stand on lines of their own.
const LONGEST_LINE: usize = 60;

impl Dialect {
    /// The Python with the arguments in their places, and with the reasons why the loss may be another one.
    ///
    /// Where the library comes to no value it ends the script with a word; else it sets `loss` and, if there are
    /// departures at all, the list `departs` of what is said about those that this batch meets.
    #[must_use]
    pub fn code(&self) -> String {
        let mut code = String::new();
        for Departure { when, what, .. } in self.departs.iter().filter(|departure| departure.refuses) {
            let _ = write!(
                code,
                "if {when}:\n    print(\"there is no value there, it is\", here, \"here:\", \"{what}\")\n    raise SystemExit\n"
            );
        }
        code += self.with_arguments(self.python).trim_matches('\n');
        if !self.departs.is_empty() {
            code += "\n\ndeparts = []\n";
        }
        for Departure { when, what, .. } in self.departs.iter().filter(|departure| !departure.refuses) {
            let _ = write!(code, "if {when}:\n    departs.append(\"{what}\")\n");
        }
        code
    }

    fn with_arguments(&self, python: &str) -> String {
        let arguments: Vec<_> = self.arguments.iter().filter_map(Argument::python).collect();
        let line = arguments.join(", ");
        let lines = format!("\n    {},\n", arguments.join(",\n    "));
        python.replace("{}", if line.len() > LONGEST_LINE { &lines } else { &line })
    }

    /// What catches people out, and where it comes to another value.
    #[must_use]
    pub fn notes(&self) -> String {
        let departures = self.departs.iter().map(|departure| departure.what);
        std::iter::once(self.note).chain(departures).collect::<Vec<_>>().join(" ")
    }

    /// What our parameters have to be to compute what the library computes by default. A parameter that the library
    /// wants given stays as it is.
    #[must_use]
    pub fn defaults(&self) -> Vec<(&'static str, f64)> {
        self.arguments.iter().filter_map(|a| Some((a.ours, a.default_of_ours()?))).collect()
    }

    /// Whether the library can compute with these parameters.
    ///
    /// # Errors
    /// The parameter that it cannot follow, and what it would have to be.
    pub fn follows(&self, spec: &Spec, params: &Params) -> Result<(), String> {
        for argument in self.arguments {
            let Some(param) = spec.param(argument.ours).filter(|param| params.matters(param)) else {
                continue;
            };
            if let Some(only) = argument.only().filter(|only| *only != params.get(param.name)) {
                let (call, name, only) = (self.call, param.name, param.words(only));
                return Err(format!("{call} computes with {name} = {only} only"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Loss;
    use crate::losses;

    fn dialects() -> impl Iterator<Item = (&'static dyn Loss, &'static Dialect)> {
        losses::all().flat_map(|loss| loss.dialects().iter().map(move |dialect| (loss, dialect)))
    }

    fn dialect(id: &str, call: &str) -> &'static Dialect {
        dialects().find(|(loss, dialect)| loss.spec().id == id && dialect.call == call).unwrap().1
    }

    #[test]
    fn every_parameter_of_a_loss_is_accounted_for_once_with_a_default_that_it_allows() {
        for (loss, dialect) in dialects() {
            let spec = loss.spec();
            let names = |of: Vec<&'static str>| {
                let mut names = of;
                names.sort_unstable();
                names
            };
            let told = names(dialect.arguments.iter().map(|a| a.ours).collect());
            let declared = names(spec.params.iter().map(|p| p.name).collect());
            assert_eq!(told, declared, "{} in {}", spec.id, dialect.call);
            for (name, value) in dialect.defaults() {
                let param = spec.param(name).unwrap();
                assert_eq!(param.check(value), Ok(value), "{} in {}", spec.id, dialect.call);
            }
        }
    }

    #[test]
    fn python_uses_every_parameter_and_input_and_sets_the_loss() {
        for (loss, dialect) in dialects() {
            let (id, code) = (loss.spec().id, dialect.code());
            let class = dialect.call.rsplit('.').next().unwrap();
            assert!(code.contains(&format!("{class}(")), "{id}: {code} does not call {}", dialect.call);
            assert!(code.lines().any(|line| line.starts_with("loss = ")), "{id}: {code} sets no loss");
            let read =
                |name: &str| code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name);
            for input in loss.spec().inputs {
                assert!(read(input.name), "{id}: {code} does not read {}", input.name);
            }
            for argument in dialect.arguments.iter().filter(|a| a.form != Form::Lacking) {
                assert!(read(argument.ours), "{id}: {code} does not use {}", argument.ours);
            }
            assert!(!dialect.note.is_empty(), "{id} in {} says nothing of what differs", dialect.call);
        }
    }

    #[test]
    fn what_departs_is_a_sentence_with_a_python_expression() {
        for (loss, dialect) in dialects() {
            for Departure { when, what, .. } in dialect.departs {
                let id = loss.spec().id;
                assert!(what.ends_with('.') && !what.contains(['"', '\\', '{']), "{id}: {what}");
                // Braces in Python are choices here, see `script`.
                assert!(!when.contains(['{', '\n']), "{id}: {when}");
            }
        }
        let code = dialect("triplet-margin", "torch.nn.TripletMarginLoss").code();
        assert!(code.starts_with("if margin == 0:\n    print("), "{code}");
        let code = dialect("logistic", "torch.nn.SoftMarginLoss").code();
        assert!(
            code.contains("\n\ndeparts = []\nif (margin / temperature).min() < -700:\n    departs.append("),
            "{code}"
        );
    }

    #[test]
    fn a_choice_has_an_expression_for_every_option() {
        for (loss, dialect) in dialects() {
            for argument in dialect.arguments {
                let Form::Choice(options) = argument.form else { continue };
                let param = loss.spec().param(argument.ours).unwrap();
                let values = (0..64).map(f64::from).filter(|&value| param.check(value).is_ok());
                let positions = (0..options.len()).map(|i| i as f64);
                assert!(values.eq(positions), "{} of {} in {}", param.name, loss.spec().id, dialect.call);
                assert!(
                    options.iter().all(|o| !o.contains(['{', '}', '|'])),
                    "{options:?} cannot be told apart"
                );
            }
        }
    }

    fn preset(id: &str, call: &str) -> Vec<(&'static str, f64)> {
        dialect(id, call).defaults()
    }

    #[test]
    fn margins_in_degrees_and_temperatures_come_back_as_radians_and_scales() {
        let [(margin, m), (_, scale), _] = preset("arcface", "losses.ArcFaceLoss")[..] else {
            panic!("a margin, a scale and where it holds")
        };
        assert_eq!(margin, "m");
        assert!((m - 0.49916).abs() < 1e-5, "28.6° is {m}");
        assert_eq!(scale, 64.0);
        assert!(
            dialect("arcface", "losses.ArcFaceLoss").code().contains("margin=math.degrees(m), scale=scale)")
        );
        // An angle is an angle: here both have degrees.
        assert_eq!(preset("tuplet-margin", "losses.TupletMarginLoss")[0], ("margin", 5.73));
        assert_eq!(preset("normface", "losses.NormalizedSoftmaxLoss"), [("scale", 20.0)]);
        assert!(dialect("normface", "losses.NormalizedSoftmaxLoss").code().contains("temperature=1 / scale"));
    }

    #[test]
    fn the_average_over_non_zero_terms_is_that_of_metric_learning_alone() {
        let reduction = |id, call| {
            let preset = preset(id, call);
            preset.into_iter().find(|(name, _)| *name == "reduction").unwrap().1
        };
        for (id, call) in
            [("contrastive", "losses.ContrastiveLoss"), ("triplet-margin", "losses.TripletMarginLoss")]
        {
            assert_eq!(reduction(id, call), 0.0, "{call}");
        }
        for (id, call) in [
            ("contrastive", "torch.nn.CosineEmbeddingLoss"),
            ("triplet-margin", "torch.nn.TripletMarginLoss"),
            ("triplet-margin", "optax.losses.triplet_margin_loss"),
        ] {
            assert_eq!(reduction(id, call), 1.0, "{call}");
        }
    }

    #[test]
    fn halves_and_numbers_of_classes_are_made_up_for_outside_the_call() {
        for (id, call, made_up) in [
            ("squared-error", "torch.nn.MSELoss", "/ 2"),
            ("squared-error", "optax.losses.l2_loss", "(residual).mean()"),
            ("huber", "torch.nn.SmoothL1Loss", "delta * "),
            ("weston-watkins", "torch.nn.MultiMarginLoss", "logits.shape[1] * "),
            ("focal", "keras.losses.CategoricalFocalCrossentropy", "alpha=1.0"),
            ("triplet-margin", "torch.nn.TripletMarginLoss", "eps=0.0"),
            ("angular", "losses.AngularLoss", "normalize(embeddings)"),
            ("simsiam", "torch.nn.CosineEmbeddingLoss", "- 1"),
        ] {
            let code = dialect(id, call).code();
            assert!(code.contains(made_up), "{code} lacks {made_up}");
        }
    }

    #[test]
    fn a_library_follows_only_what_it_has() {
        let spec = losses::find("arcface").unwrap().spec();
        let arcface = dialect("arcface", "losses.ArcFaceLoss");
        let mut params = Params::new(spec.params);
        assert_eq!(arcface.follows(spec, &params), Ok(()));
        params.set("easy_margin", 1.0).unwrap();
        assert_eq!(
            arcface.follows(spec, &params),
            Err("losses.ArcFaceLoss computes with easy_margin = everywhere only".into())
        );
    }

    #[test]
    fn many_arguments_stand_on_lines_of_their_own() {
        let code = dialect("contrastive", "losses.ContrastiveLoss").code();
        assert!(code.starts_with("loss = losses.ContrastiveLoss(\n    pos_margin=pos_margin,\n"), "{code}");
        assert!(code.contains(" | reducers.MeanReducer()},\n)(embeddings, labels)\n\ndepart"), "{code}");
    }
}
