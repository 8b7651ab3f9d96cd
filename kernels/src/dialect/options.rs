//! Where the options of a loss stand in the call of a library.
//!
//! Libraries have them in one way for all their losses, so they are not told in each dialect.

use super::{Dialect, Library};
use crate::kernel::Loss;
use crate::spec::Terms;

/// Where an option stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Among the arguments that make the loss.
    Maker(&'static str),
    /// Among those that it is called with.
    Call(&'static str),
    /// In what it is called with anyway.
    Inputs,
}

impl Place {
    /// The argument as Python writes it; empty if there is none.
    #[must_use]
    pub fn python(self) -> &'static str {
        match self {
            Self::Maker(argument) | Self::Call(argument) => argument,
            Self::Inputs => "",
        }
    }
}

/// Several numbers a sample, as an option of the inputs.
pub const COLUMNS: &str = "columns";

/// The losses of PyTorch that weigh the terms of classes or columns and say so in their script.
const OF_CLASSES: [&str; 2] = ["torch.nn.CrossEntropyLoss", "torch.nn.BCEWithLogitsLoss"];

impl Dialect {
    /// Where an option of `loss` stands here; `None` if the library has none, or none that a script could show.
    #[must_use]
    pub fn place(&self, loss: &dyn Loss, option: &str) -> Option<Place> {
        use Place::{Call, Inputs, Maker};
        if option != COLUMNS && loss.options().iter().all(|choice| choice.name != option) {
            return None;
        }
        let terms = loss.made_of();
        // A script with weights of its own has them in the place of the library's.
        let has_weights = self.arguments.iter().any(|argument| argument.theirs.contains("weight=weight"));
        let is_of_classes = OF_CLASSES.contains(&self.call) && !has_weights;
        let makes = self.python.contains("{}") && matches!(terms, Terms::Samples | Terms::Labelled);
        match (self.library, option) {
            (Library::Torch, "class_weights") if is_of_classes => Some(Maker("weight=class_weights")),
            (Library::Torch, "ignored_label") if is_of_classes => Some(Maker("ignore_index=ignored_label")),
            (Library::Torch, "labels" | "pos_weight" | COLUMNS) if is_of_classes => Some(Inputs),
            (Library::Torch | Library::Keras, "reduction") if makes && !has_weights => {
                Some(Maker("reduction=reduction"))
            }
            (Library::Keras, "sample_weights") if makes => Some(Call("sample_weight=sample_weights")),
            (Library::Keras | Library::Optax, "labels") if self.call.contains("inary") => Some(Inputs),
            (Library::Optax, COLUMNS) => Some(Inputs),
            (Library::MetricLearning, "ref_emb") if terms == Terms::Pairs => Some(Call("ref_emb=ref_emb")),
            (Library::MetricLearning, "ref_labels") if terms == Terms::Pairs => {
                Some(Call("ref_labels=ref_labels"))
            }
            // NCALoss is of the labels alone.
            (Library::MetricLearning, "indices_tuple")
                if terms == Terms::Pairs && self.call != "losses.NCALoss" =>
            {
                Some(Call("indices_tuple=indices_tuple"))
            }
            _ => None,
        }
    }

    /// The Python with these options in their places.
    ///
    /// # Errors
    /// The option that the script has no place for.
    pub fn code_with(&self, loss: &dyn Loss, options: &[&str]) -> Result<String, String> {
        let (mut makers, mut calls) = (Vec::new(), Vec::new());
        for option in options {
            match self.place(loss, option) {
                Some(Place::Maker(argument)) => makers.push(argument),
                Some(Place::Call(argument)) => calls.push(argument),
                Some(Place::Inputs) => {}
                None => return Err(format!("the script of {} has no place for option {option}", self.call)),
            }
        }
        let made: String = makers.iter().map(|argument| format!("{argument}, ")).collect();
        let python = self.python.replacen("{}", &format!("{made}{{}}"), 1);
        let mut code = self.with_arguments(&python);
        if !calls.is_empty() {
            code = called(&code, &calls);
        }
        Ok(code)
    }
}

/// Arguments that the library has and that always are the same here: their name and their value.
#[must_use]
pub fn always(library: Library, loss: &dyn Loss) -> &'static [(&'static str, &'static str)] {
    match library {
        Library::MetricLearning if loss.made_of() == Terms::Pairs => {
            &[("embedding_regularizer", "None"), ("enqueue_mask", "None")]
        }
        _ => &[],
    }
}

/// The code with more arguments in the call that gives the loss. Chosen indices take the place of a miner's.
fn called(code: &str, arguments: &[&str]) -> String {
    const OF_PAIRS: &str = "(embeddings, labels";
    let arguments: String = arguments.iter().map(|argument| format!(", {argument}")).collect();
    let mut lines: Vec<String> = code.lines().map(str::to_owned).collect();
    let gives_loss = |line: &String| line.starts_with("loss = ") || line.starts_with(")(");
    let Some(line) = lines.iter_mut().find(|line| gives_loss(line) && line.ends_with(')')) else {
        return code.to_owned();
    };
    let inputs = line.find(OF_PAIRS).filter(|_| arguments.contains("indices_tuple"));
    let end = inputs.map_or(line.len() - 1, |at| at + OF_PAIRS.len());
    *line = format!("{}{arguments})", &line[..end]);
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use crate::losses;

    fn code(id: &str, call: &str, options: &[&str]) -> Result<String, String> {
        let loss = losses::find(id).unwrap();
        let dialect = loss.dialects().iter().find(|dialect| dialect.call == call).unwrap();
        dialect.code_with(loss, options)
    }

    #[test]
    fn options_stand_where_the_library_has_them() {
        for (id, call, options, expected) in [
            (
                "cross-entropy",
                "torch.nn.CrossEntropyLoss",
                &["class_weights", "reduction"][..],
                "torch.nn.CrossEntropyLoss(weight=class_weights, reduction=reduction, label_smoothing=smoothing)",
            ),
            (
                "cross-entropy",
                "keras.losses.CategoricalCrossentropy",
                &["sample_weights"],
                "(one_hot, logits / temperature, sample_weight=sample_weights)",
            ),
            (
                "nt-xent",
                "losses.NTXentLoss",
                &["ref_emb", "ref_labels"],
                "(embeddings, labels, ref_emb=ref_emb, ref_labels=ref_labels)",
            ),
            (
                "triplet-margin",
                "losses.TripletMarginLoss",
                &["indices_tuple"],
                "criterion(embeddings, labels, indices_tuple=indices_tuple)",
            ),
            (
                "contrastive",
                "losses.ContrastiveLoss",
                &["indices_tuple"],
                ")(embeddings, labels, indices_tuple=indices_tuple)",
            ),
        ] {
            let code = code(id, call, options).unwrap();
            assert!(code.contains(expected), "{code} lacks {expected}");
        }
    }

    #[test]
    fn what_a_script_has_no_place_for_is_said() {
        assert_eq!(
            code("cross-entropy", "torch.nn.CrossEntropyLoss", &["sample_weights"]),
            Err("the script of torch.nn.CrossEntropyLoss has no place for option sample_weights".into())
        );
    }

    #[test]
    fn without_options_it_is_the_code_of_every_dialect() {
        for (loss, dialect) in losses::all().flat_map(|loss| loss.dialects().iter().map(move |d| (loss, d))) {
            let plain = dialect.code_with(loss, &[]).unwrap();
            assert!(
                dialect.with_arguments(dialect.python).contains(&plain),
                "{} in {}",
                loss.spec().id,
                dialect.call
            );
        }
    }
}
