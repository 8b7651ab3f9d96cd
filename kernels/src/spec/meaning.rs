//! What a parameter means, whatever a loss calls it.

use serde::Serialize;

/// What a parameter does, as far as others than its loss need to know: a stage finds it by this, never by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    /// Divides scores or similarities: the lower it is, the sharper the loss.
    Temperature,
    /// Divides the scores that a target is made of.
    TargetTemperature,
    /// Multiplies scores or similarities: the higher it is, the sharper the loss.
    Sharpness,
    /// How much farther a negative has to be than a positive, as a squared distance.
    Margin,
    /// How much nearer the nearest candidate has to be than the next one, as a ratio of distances.
    NearestRatio,
    /// How many box lengths beyond the quartiles a pair still counts.
    Whisker,
    /// How far an adversary may move a sample.
    Radius,
    /// In which norm that is measured.
    Norm,
    /// How many updates a loss unrolls by itself.
    Updates,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::losses;

    #[test]
    fn no_loss_has_two_parameters_of_one_meaning() {
        for spec in losses::all().map(crate::kernel::Loss::spec) {
            let meanings: Vec<Meaning> = spec.params.iter().filter_map(|param| param.meaning).collect();
            for (i, meaning) in meanings.iter().enumerate() {
                assert!(!meanings[..i].contains(meaning), "{} has two of {meaning:?}", spec.id);
            }
        }
    }

    #[test]
    fn a_temperature_means_one() {
        // Stages would take such a loss for one that has none.
        for spec in losses::all().map(crate::kernel::Loss::spec) {
            for param in spec.params.iter().filter(|param| param.name == "temperature") {
                assert_eq!(param.meaning, Some(Meaning::Temperature), "{} of {}", param.name, spec.id);
            }
        }
    }
}
