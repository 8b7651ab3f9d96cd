//! Where an axis is marked, and with what.

use super::figure::{Axis, AxisScale};
use super::quantity::{minus, number, scientific};
use super::scale::Scale;

/// A mark of an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where it is, in units of the axis.
    pub value: f64,
    /// What is written beside it; empty for a lesser mark.
    pub label: String,
}

/// The marks of an axis, `most` of them with a label or a few more.
pub fn ticks(axis: &Axis, scale: &Scale, most: usize) -> Vec<Tick> {
    match &axis.scale {
        AxisScale::Names(names) => named(names, scale, most),
        AxisScale::Log => logarithmic(scale, most),
        AxisScale::Linear => linear(scale.extent(), most),
    }
}

/// Round numbers within a range, as many as there are but not more than `most`.
pub fn linear((low, high): (f64, f64), most: usize) -> Vec<Tick> {
    let step = step((low, high), most);
    let (first, count) = multiples((low, high), step);
    let values: Vec<f64> = (0..count as usize).map(|i| (first + i as f64) * step).collect();
    let size = values.iter().fold(0.0_f64, |size, v| size.max(v.abs()));
    values.into_iter().map(|value| Tick { value, label: written(value, step, size) }).collect()
}

/// The first multiple of `step` within a range, counted in steps, and how many there are.
fn multiples((low, high): (f64, f64), step: f64) -> (f64, f64) {
    let first = (low / step - 1e-9).ceil();
    (first, ((high / step + 1e-9).floor() - first + 1.0).clamp(0.0, 1000.0))
}

/// The least of …, 0.1, 0.2, 0.5, 1, 2, 5, 10, … with no more than `most` multiples within a range.
fn step((low, high): (f64, f64), most: usize) -> f64 {
    let most = most.max(1) as f64;
    let least = ((high - low) / most).clamp(1e-300, 1e300);
    let power = 10_f64.powf(least.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0].map(|digit| digit * power);
    let fits = |step: &f64| multiples((low, high), *step).1 <= most;
    steps.into_iter().find(|step| *step >= 0.5 * least && fits(step)).unwrap_or(100.0 * power)
}

/// A multiple of `step` with as many digits as tell it from its neighbours; `size` is the greatest of them.
fn written(value: f64, step: f64, size: f64) -> String {
    let value = if value.abs() < 0.5 * step { 0.0 } else { value };
    if size == 0.0 {
        return "0".into();
    }
    if !(1e-3..1e5).contains(&size) {
        let digits = (size.log10().floor() - step.log10().floor()).clamp(0.0, 15.0) as usize;
        return scientific(value, digits);
    }
    let decimals = (-(step * 1.0001).log10().floor()).clamp(0.0, 15.0) as usize;
    minus(&format!("{value:.decimals$}"))
}

fn logarithmic(scale: &Scale, most: usize) -> Vec<Tick> {
    let (low, high) = scale.extent();
    let (first, last) = ((low.log10() - 1e-9).floor() as i32, (high.log10() + 1e-9).ceil() as i32);
    let decades = (high / low).log10();
    if !decades.is_finite() || decades < 0.7 {
        return linear((low, high), most);
    }
    let within = |v: f64| v >= low * (1.0 - 1e-9) && v <= high * (1.0 + 1e-9);
    let every = (decades / most.max(1) as f64).ceil().max(1.0) as i32;
    // As many digits in each decade as there is room for.
    let room = most as f64 / decades;
    let spoken: &[i32] = if room >= 3.0 {
        &[1, 2, 5]
    } else if room >= 2.0 {
        &[1, 3]
    } else {
        &[1]
    };
    let plain = low >= 0.9e-3 && high <= 1.1e4;
    let mut ticks = Vec::new();
    for power in first..=last {
        for digit in 1..10 {
            let value = f64::from(digit) * 10_f64.powi(power);
            if !within(value) || (digit > 1 && every > 1) {
                continue;
            }
            let labelled = spoken.contains(&digit) && power.rem_euclid(every) == 0;
            let label = match (labelled, plain) {
                (false, _) => String::new(),
                (true, true) => number(value),
                (true, false) => scientific(value, 0),
            };
            ticks.push(Tick { value, label });
        }
    }
    if ticks.iter().filter(|t| !t.label.is_empty()).count() < 2 { linear((low, high), most) } else { ticks }
}

fn named(names: &[String], scale: &Scale, most: usize) -> Vec<Tick> {
    let (low, high) = scale.extent();
    let every = names.len().div_ceil(most.max(1)).max(1);
    let tick = |(i, name): (usize, &String)| Tick { value: i as f64, label: name.clone() };
    names.iter().enumerate().step_by(every).map(tick).filter(|t| low <= t.value && t.value <= high).collect()
}
