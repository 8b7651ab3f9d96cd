//! The values of the parameters of one loss or stage.

use super::{DefaultWhen, Meaning, Param, ParamError, Scale};
use crate::real::Real;

/// The parameter values of one loss or stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Params {
    specs: &'static [Param],
    given: Vec<Option<f64>>,
}

impl Params {
    /// Every parameter at its default.
    #[must_use]
    pub fn new(specs: &'static [Param]) -> Self {
        Self { specs, given: vec![None; specs.len()] }
    }

    /// What the parameters are.
    #[must_use]
    pub fn specs(&self) -> &'static [Param] {
        self.specs
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.specs.iter().position(|p| p.name == name)
    }

    fn at(&self, i: usize) -> f64 {
        self.given[i].unwrap_or_else(|| self.default_at(i))
    }

    fn default_at(&self, i: usize) -> f64 {
        let spec = &self.specs[i];
        let holds = |when: &&DefaultWhen| self.named(when.param) == when.option;
        spec.default_when.iter().find(holds).map_or(spec.default, |when| when.default)
    }

    /// The value of a parameter that the spec declares.
    ///
    /// # Panics
    /// If the spec declares no such parameter: the kernel and its spec disagree.
    #[must_use]
    pub fn get(&self, name: &str) -> f64 {
        self.at(self.index(name))
    }

    /// The value of the parameter of that meaning; `None` if none has it.
    #[must_use]
    pub fn meaning(&self, meaning: Meaning) -> Option<f64> {
        let i = self.specs.iter().position(|param| param.meaning == Some(meaning))?;
        Some(self.at(i))
    }

    /// The value as a kernel computes with it: where the derivative by parameters is wanted, it flows back to here.
    ///
    /// # Panics
    /// As [`get`](Self::get).
    #[must_use]
    pub fn real<R: Real>(&self, name: &str) -> R {
        let i = self.index(name);
        R::knob(self.at(i), i)
    }

    /// The value that holds when none is given.
    ///
    /// # Panics
    /// As [`get`](Self::get).
    #[must_use]
    pub fn default(&self, name: &str) -> f64 {
        self.default_at(self.index(name))
    }

    /// The value of a parameter that counts or switches, as a whole number.
    ///
    /// # Panics
    /// As [`get`](Self::get).
    #[must_use]
    pub fn whole(&self, name: &str) -> usize {
        self.get(name) as usize
    }

    /// The chosen option of a parameter that is a choice.
    ///
    /// # Panics
    /// As [`get`](Self::get), and if it is not a choice.
    #[must_use]
    pub fn named(&self, name: &str) -> &'static str {
        let i = self.index(name);
        match self.specs[i].scale {
            Scale::Names(options) => options[self.at(i) as usize],
            Scale::Numbers(options) => {
                options.iter().find(|(value, _)| *value == self.at(i)).map_or("", |(_, option)| option)
            }
            _ => panic!("parameter {name} is not a choice"),
        }
    }

    fn index(&self, name: &str) -> usize {
        self.position(name).unwrap_or_else(|| panic!("no parameter {name} is declared"))
    }

    /// Whether there is a parameter of that name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// Sets a parameter to a number.
    pub fn set(&mut self, name: &str, value: f64) -> Result<(), ParamError> {
        let i = self.position(name).ok_or_else(|| self.unknown(name))?;
        self.given[i] = Some(self.specs[i].check(value)?);
        Ok(())
    }

    /// Sets a parameter from text, a number or the name of an option.
    pub fn set_text(&mut self, name: &str, text: &str) -> Result<(), ParamError> {
        let i = self.position(name).ok_or_else(|| self.unknown(name))?;
        self.given[i] = Some(self.specs[i].parse(text)?);
        Ok(())
    }

    /// Back to the default.
    pub fn unset(&mut self, name: &str) {
        if let Some(i) = self.position(name) {
            self.given[i] = None;
        }
    }

    /// Whether a parameter has any effect as the others stand.
    #[must_use]
    pub fn matters(&self, spec: &Param) -> bool {
        spec.only_when.is_none_or(|(choice, options)| options.contains(&self.named(choice)))
    }

    /// Every parameter with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Param, f64)> + '_ {
        self.specs.iter().enumerate().map(|(i, spec)| (spec, self.at(i)))
    }

    /// The parameters whose value differs from their default.
    pub fn changed(&self) -> impl Iterator<Item = (&'static Param, f64)> + '_ {
        self.specs
            .iter()
            .enumerate()
            .map(|(i, spec)| (spec, self.at(i), self.default_at(i)))
            .filter(|(_, value, default)| value != default)
            .map(|(spec, value, _)| (spec, value))
    }

    fn unknown(&self, name: &str) -> ParamError {
        let known: Vec<_> = self.specs.iter().map(|p| p.name).collect();
        let known = if known.is_empty() { "none".into() } else { known.join(", ") };
        ParamError::Unknown { name: name.to_owned(), known }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static PARAMS: [Param; 4] = [
        Param::log("temperature", r"\tau", 0.07, (0.01, 10.0), "sharpness"),
        Param::numbers("mining", "", 0.0, &[(0.0, "all"), (1.0, "semi-hard")], "which triplets count"),
        Param::names("optimizer", &["sgd", "adam"], "update rule"),
        Param::log("lr", "", 1e-3, (1e-4, 1.0), "step").default_when(&[DefaultWhen {
            param: "optimizer",
            option: "adam",
            default: 0.01,
        }]),
    ];

    #[test]
    fn errors_name_the_parameter_the_value_and_what_is_allowed() {
        let mut p = Params::new(&PARAMS);
        let message = |e: ParamError| e.to_string();
        assert_eq!(
            message(p.set("temperature", -1.0).unwrap_err()),
            "parameter temperature is -1, allowed is a number greater than 0"
        );
        assert_eq!(
            message(p.set_text("mining", "hardest").unwrap_err()),
            "parameter mining is hardest, allowed is one of 0 (all), 1 (semi-hard)"
        );
        assert_eq!(
            message(p.set("tau", 1.0).unwrap_err()),
            "there is no parameter tau; known are: temperature, mining, optimizer, lr"
        );
        assert!(p.set("temperature", f64::NAN).is_err());
        assert!(p.set("optimizer", 2.0).is_err());
    }

    #[test]
    fn a_default_may_follow_a_choice_until_somebody_sets_it() {
        let mut p = Params::new(&PARAMS);
        assert_eq!(p.get("lr"), 1e-3);
        p.set_text("optimizer", "adam").unwrap();
        assert_eq!(p.get("lr"), 0.01);
        assert_eq!(p.changed().map(|(s, _)| s.name).collect::<Vec<_>>(), ["optimizer"]);
        p.set("lr", 0.5).unwrap();
        assert_eq!(p.get("lr"), 0.5);
    }

    #[test]
    fn a_parameter_may_matter_only_with_some_options_of_a_choice() {
        static PARAMS: [Param; 2] = [
            Param::numbers("mining", "", 0.0, &[(0.0, "all"), (1.0, "hard")], "which pairs count"),
            Param::linear("epsilon", "", 0.1, (0.0, 0.5), "slack").only_when("mining", &["hard"]),
        ];
        let mut p = Params::new(&PARAMS);
        assert!(!p.matters(&PARAMS[1]));
        p.set("mining", 1.0).unwrap();
        assert!(p.matters(&PARAMS[1]));
    }

    #[test]
    fn text_round_trips() {
        for spec in &PARAMS {
            let text = spec.text(spec.default);
            assert_eq!(spec.parse(&text), Ok(spec.default), "{} as {text}", spec.name);
        }
    }
}
