//! The field `options` of a line.

use serde_json::value::RawValue;

use super::nested::{self, real};
use super::{excerpt, members, set};
use crate::kernel::Loss;
use crate::options::{DividedBy, Options, Reduction, not_taken};
use crate::spec::Params;

/// The options of a line; those that are parameters of the loss are set there.
///
/// # Errors
/// The option that is wrong, its value, and what is allowed; for one that the loss does not take, those that it takes.
pub(super) fn read(
    given: &RawValue,
    loss: &'static dyn Loss,
    params: &mut Params,
    beside: Option<&RawValue>,
) -> Result<Options, String> {
    let mut options = Options::default();
    let params_too = match beside.filter(|beside| beside.get() != "null") {
        Some(beside) => members("field params", "parameter", beside.get())?,
        None => Default::default(),
    };
    for (name, value) in members("field options", "option", given.get())? {
        let text = value.get();
        if params_too.contains_key(&name) {
            return Err(format!("option {name} is also given as a parameter, allowed is once"));
        }
        let refuse = |allowed: &str| format!("option {name} is {}, allowed is {allowed}", excerpt(text));
        let takes = loss.options().into_iter().find(|choice| choice.name == name && name != "labels");
        let Some(choice) = takes else {
            if !params.has(&name) {
                return Err(not_taken(loss, &excerpt(&name)));
            }
            set(params, &name, text).map_err(|error| error.replacen("parameter", "option", 1))?;
            continue;
        };
        let array = || nested::read(&format!("option {name}"), value);
        let weights = || {
            let array = array()?;
            match array.iter().find(|weight| **weight < 0.0) {
                Some(_) => Err(refuse(choice.allowed)),
                None => Ok(array),
            }
        };
        let list = || match weights() {
            Ok(array) if array.ndim() == 1 => Ok(Some(array.into_iter().collect())),
            Ok(_) => Err(refuse(choice.allowed)),
            Err(error) => Err(error),
        };
        match name.as_str() {
            "reduction" => {
                options.reduction = match text {
                    "\"mean\"" => Reduction::Mean,
                    "\"sum\"" => Reduction::Sum,
                    "\"none\"" => Reduction::None,
                    _ => return Err(refuse(choice.allowed)),
                }
            }
            "divided_by" => {
                options.divided_by = Some(match text {
                    "\"weights\"" => DividedBy::Weights,
                    "\"samples\"" => DividedBy::Samples,
                    "\"sample_weights\"" => DividedBy::SampleWeights,
                    "\"positives\"" => DividedBy::Positives,
                    _ => return Err(refuse(choice.allowed)),
                });
            }
            "sample_weights" => options.sample_weights = Some(weights()?),
            "class_weights" => options.class_weights = list()?,
            // One number for all, as a list of one.
            "pos_weight" => {
                options.pos_weight = match text.as_bytes()[0] {
                    b'0'..=b'9' => Some(vec![real(text)]),
                    _ => list()?,
                }
            }
            "ignored_label" => {
                let label: Option<i64> = serde_json::from_str(text).ok();
                options.ignored = Some(label.ok_or_else(|| refuse(choice.allowed))? as f64);
            }
            "ref_emb" => options.ref_emb = Some(array()?),
            "queue" => options.queue = Some(array()?),
            "ref_labels" => {
                options.ref_labels = Some(serde_json::from_str(text).map_err(|_| refuse(choice.allowed))?);
            }
            "indices_tuple" => {
                options.indices_tuple = Some(serde_json::from_str(text).map_err(|_| refuse(choice.allowed))?);
            }
            _ => return Err(not_taken(loss, &name)),
        }
    }
    Ok(options)
}
