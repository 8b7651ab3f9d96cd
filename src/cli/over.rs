//! What a sweep runs over: `temperature=0.01..1:log:50`.

use anyhow::{Context, Result, bail, ensure};
use loss_explorer::probe::positions;
use loss_explorer::spec::{Param, Scale};
use loss_explorer::stages::State;

/// Values if nobody says how many.
const USUAL: usize = 50;

/// The most values.
const MOST: usize = 100_000;

/// One key of a state and the values that it takes.
#[derive(Clone, Debug)]
pub struct Over {
    /// A parameter of the losses, a knob of the stage, `vs1.` and a parameter of that loss only, `steps` or `seed`.
    pub key: String,
    /// Its values in order.
    pub values: Vec<f64>,
}

impl Over {
    /// Reads `key=low..high[:lin|log|int[:count]]` and tries every value on the state.
    pub fn read(text: &str, state: &State) -> Result<Self> {
        Self::parse(text, state).with_context(|| format!("--over {text}"))
    }

    fn parse(text: &str, state: &State) -> Result<Self> {
        let (key, rest) = text
            .split_once('=')
            .context("must be name=low..high:scale:count, as temperature=0.01..1:log:50")?;
        let own_scale = own_scale(state, key)?;
        let mut parts = rest.split(':');
        let range = parts.next().unwrap_or_default();
        let (low, high) = range.split_once("..").with_context(|| format!("{range} is not low..high"))?;
        let range = (number(low)?, number(high)?);
        ensure!(range.0 < range.1, "{low}..{high} must go from the lower to the higher end");
        let scale = parts.next().map_or(Ok(own_scale), scale)?;
        let count = parts.next().map_or(Ok(USUAL), count)?;
        if let Some(more) = parts.next() {
            bail!("{more} is too much after name=low..high:scale:count");
        }
        ensure!(scale != Scale::Log || range.0 > 0.0, "on a log scale {low} must be greater than 0");
        let mut values = positions(scale, range, count);
        values.dedup();
        let over = Self { key: key.to_owned(), values };
        for &value in &over.values {
            over.set(&mut state.clone(), value)?;
        }
        Ok(over)
    }

    /// Sets the key to a value: a parameter in every loss that has it.
    pub fn set(&self, state: &mut State, value: f64) -> Result<()> {
        let key = self.key.as_str();
        match key {
            "steps" if state.is_own(key) => state.steps = whole(key, value)?,
            "seed" if state.is_own(key) => state.seed = whole(key, value)? as u64,
            _ if state.knobs.has(key) => state.knobs.set(key, value)?,
            _ => {
                let (of, name) = owners(state, key);
                for contender in &mut state.contenders[of] {
                    if contender.params.has(name) {
                        contender.params.set(name, value)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// The losses that a key is about, and the parameter that it names.
fn owners<'a>(state: &State, key: &'a str) -> (std::ops::Range<usize>, &'a str) {
    let all = 0..state.contenders.len();
    let rival = key.strip_prefix("vs").and_then(|rest| rest.split_once('.'));
    let rival = rival.and_then(|(i, name)| Some((i.parse::<usize>().ok()?, name)));
    match rival {
        Some((i, name)) if i > 0 && all.contains(&i) => (i..i + 1, name),
        _ => (all, key),
    }
}

/// How the slider of a key runs; an error if the state has no such key or no numbers between its ends.
fn own_scale(state: &State, key: &str) -> Result<Scale> {
    let trains = state.stage.spec().trains;
    if state.is_own(key) && (key == "seed" || (key == "steps" && trains)) {
        return Ok(Scale::Integer);
    }
    let (of, name) = owners(state, key);
    let of_losses = state.contenders[of].iter().flat_map(|contender| contender.params.specs());
    let found = of_losses.chain(state.knobs.specs()).find(|param| param.name == name);
    if let Some(param) = found {
        ensure!(runs(param), "{key} is a choice, {}: there is nothing between to sweep", param.allowed());
        return Ok(param.scale);
    }
    let params = state.contenders.iter().flat_map(|contender| contender.params.specs());
    let mut known: Vec<&str> =
        params.chain(state.knobs.specs()).filter(|param| runs(param)).map(|param| param.name).collect();
    known.extend(trains.then_some("steps"));
    known.push("seed");
    known.dedup();
    bail!("there is no {key} in this state to sweep; there are {}", known.join(", "))
}

fn runs(param: &Param) -> bool {
    matches!(param.scale, Scale::Linear | Scale::Log | Scale::Integer)
}

fn scale(text: &str) -> Result<Scale> {
    match text {
        "lin" => Ok(Scale::Linear),
        "log" => Ok(Scale::Log),
        "int" => Ok(Scale::Integer),
        _ => bail!("there is no scale {text}; there are lin, log and int"),
    }
}

fn number(text: &str) -> Result<f64> {
    let number = text.trim().parse().ok().filter(|number: &f64| number.is_finite());
    number.with_context(|| format!("{text} is not a finite number"))
}

fn count(text: &str) -> Result<usize> {
    let count = text.parse().ok().filter(|count| (2..=MOST).contains(count));
    count.with_context(|| format!("the count is {text}, allowed is a whole number from 2 to {MOST}"))
}

fn whole(key: &str, value: f64) -> Result<usize> {
    ensure!(
        value.fract() == 0.0 && (0.0..=1e5).contains(&value),
        "{key} is {value}, allowed is a whole number from 0 to 100000; the scale int gives such"
    );
    Ok(value as usize)
}
