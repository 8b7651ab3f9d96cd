//! How much the loss on screen depends on each of its parameters: the derivative beside a slider.

use serde::Serialize;

use super::screen::Screen;
use super::state::Contender;
use crate::figures::scientific;
use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::spec::{Param, Scale};

/// What turning a parameter of the main loss does to the loss and to the length of its gradient.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sensitivity {
    /// The parameter.
    pub key: &'static str,
    /// The derivative of the loss by it.
    pub loss: f64,
    /// The derivative of the length of the gradient by it; none at the end of its domain.
    pub length: Option<f64>,
    /// A turn of the size that a slider makes, as a person says it: `10 %`, `0.02`.
    pub turn: String,
    /// What it does to the loss, to first order.
    pub loss_change: f64,
    /// What it does to the length of the gradient, to first order.
    pub length_change: Option<f64>,
    /// The same in words.
    pub sentence: String,
}

/// Relative step of the differences.
const STEP: f64 = 1e-3;

/// What is smaller than this share of what it changes is not told.
const NOTHING: f64 = 5e-7;

impl Screen {
    /// The sensitivity to every parameter that is a real number and matters, for the batch on screen; nothing where there
    /// is no one batch.
    #[must_use]
    pub fn sensitivities(&self) -> Vec<Sensitivity> {
        let contender = self.state().contender();
        let Some(batch) = self.scene().batch() else { return Vec::new() };
        if contender.loss.check(&batch, &contender.params).is_err() {
            return Vec::new();
        }
        let all = contender.loss.by_parameter(&batch, &contender.params);
        let (loss, length) = (contender.loss.value(&batch, &contender.params), length(contender, &batch));
        let told =
            all.into_iter().filter(|(param, slope)| contender.params.matters(param) && slope.is_finite());
        told.map(|(param, slope)| {
            let by = slope_of_length(contender, &batch, param);
            let (turn, amount) = turn(param, contender.params.get(param.name));
            let (loss_change, length_change) = (slope * amount, by.map(|by| by * amount));
            let sentence = sentence(param, &turn, [(loss, Some(loss_change)), (length, length_change)]);
            Sensitivity {
                key: param.name,
                loss: slope,
                length: by,
                turn,
                loss_change,
                length_change,
                sentence,
            }
        })
        .collect()
    }
}

/// The length of the gradient by everything that the loss is differentiated by.
fn length(Contender { loss, params }: &Contender, batch: &Inputs<f64>) -> f64 {
    let mut gradient = Gradient::default();
    loss.value_and_gradient(batch, params, &mut gradient);
    gradient.flat().iter().fold(0.0, |length: f64, slope| length.hypot(*slope))
}

/// The derivative of that length by a parameter, from exact gradients by differences of the fourth order: where a part of
/// the gradient is held constant, none but differences follow what is trained with.
fn slope_of_length(contender: &Contender, batch: &Inputs<f64>, param: &Param) -> Option<f64> {
    let at = contender.params.get(param.name);
    let at_value = |value: f64| {
        let mut moved = contender.clone();
        moved.params.set(param.name, value).ok()?;
        moved.loss.check(batch, &moved.params).ok()?;
        Some(length(&moved, batch))
    };
    let step = STEP * at.abs().max(1e-2 * (param.range.1 - param.range.0).abs());
    let central = |h: f64| Some((at_value(at + h)? - at_value(at - h)?) / (2.0 * h));
    Some((4.0 * central(0.5 * step)? - central(step)?) / 3.0).filter(|slope| slope.is_finite())
}

/// A turn upwards in words and as an amount: a tenth on a logarithmic slider, a hundredth of the way on an even one.
fn turn(param: &Param, at: f64) -> (String, f64) {
    if param.scale == Scale::Log {
        return ("10 %".into(), 0.1 * at);
    }
    let amount = 0.01 * (param.range.1 - param.range.0);
    (format!("{}{}{}", short(amount), if param.unit.is_empty() { "" } else { " " }, param.unit), amount)
}

/// What a turn does, in words.
fn sentence(param: &Param, turn: &str, [loss, length]: [(f64, Option<f64>); 2]) -> String {
    let name = param.name.replace('_', " ");
    let effect = |what: &str, (value, change): (f64, Option<f64>)| {
        let change = change?;
        if change.abs() <= NOTHING * value.abs() || change.abs() < f64::MIN_POSITIVE {
            return Some(format!("leaves {what} as it is"));
        }
        let verb = if change > 0.0 { "raises" } else { "lowers" };
        Some(format!("{verb} {what} by about {}", short(change.abs())))
    };
    let effects = [effect("the loss", loss), effect("the length of its gradient", length)];
    let effects: Vec<String> = effects.into_iter().flatten().collect();
    format!("Raising the {name} by {turn} {}.", effects.join(" and "))
}

/// Two digits that count.
fn short(x: f64) -> String {
    if (1e-4..1e6).contains(&x) {
        let decimals = (1.0 - x.log10().floor()).max(0.0) as usize;
        format!("{x:.decimals$}")
    } else {
        scientific(x, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stages::testing::screen;

    #[test]
    fn a_slider_says_what_its_turn_does() {
        let screen = screen("loss=nt-xent&stage=embedding-plane&temperature=0.5");
        let all = screen.sensitivities();
        let [temperature] = &all[..] else { panic!("NT-Xent has one real parameter, told are {all:?}") };
        let at = |value: f64| {
            let mut contender = screen.state().contender().clone();
            contender.params.set("temperature", value).unwrap();
            let batch = screen.scene().batch().unwrap();
            (contender.loss.value(&batch, &contender.params), length(&contender, &batch))
        };
        let (up, down) = (at(0.5001), at(0.4999));
        let (loss, length) = ((up.0 - down.0) / 2e-4, (up.1 - down.1) / 2e-4);
        assert!(
            (temperature.loss - loss).abs() < 1e-5,
            "{} beside the slider, {loss} on screen",
            temperature.loss
        );
        assert!((temperature.length.unwrap() - length).abs() < 1e-5);
        assert!(
            temperature.sentence.starts_with("Raising the temperature by 10 % ")
                && temperature.sentence.contains("the loss by about"),
            "{}",
            temperature.sentence
        );
    }

    #[test]
    fn numbers_have_two_digits() {
        for (x, text) in [(0.012_34, "0.012"), (1.26, "1.3"), (34.4, "34"), (4.5e-7, "4.5×10⁻⁷")] {
            assert_eq!(short(x), text);
        }
    }
}
