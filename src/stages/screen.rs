//! A state and its scene, with the figure that every stage has: readouts against a parameter.

use std::cell::OnceCell;

use super::engine::curves::{curve, end};
use super::sample::dash;
use super::stage::{Computed, FigureInfo, Quality, Readout, Scene};
use super::state::{Contender, State};
use super::titles::titles;
use crate::figures::{At, Axis, Figure, Ink, Mark};
use crate::probe::positions;
use crate::spec::{Param, Scale};

/// What is on screen.
pub struct Screen {
    state: State,
    scene: Box<dyn Scene>,
    /// The readouts of the scene, which several parts of a screen show, once one of them has asked.
    readouts: OnceCell<Vec<Readout>>,
}

/// The name of the sweep figure, which every screen has.
pub const SWEEP: &str = "sweep";

impl Screen {
    /// The screen of a state; `previous` is the one that was shown before, whose work may be taken over.
    #[must_use]
    pub fn open(state: State, previous: Option<Self>) -> Self {
        let scene = state.stage.open(&state, previous.map(|screen| screen.scene));
        Self { state, scene, readouts: OnceCell::new() }
    }

    /// What it shows.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The scene, for what every stage answers in its own way.
    #[must_use]
    pub fn scene(&self) -> &dyn Scene {
        &*self.scene
    }

    /// The live numbers, as far as they are known at once; see [`Scene::readouts_so_far`].
    #[must_use]
    pub fn readouts(&self) -> &[Readout] {
        self.readouts.get_or_init(|| self.scene.readouts_so_far())
    }

    /// Takes over the fine slow part of a figure that was computed elsewhere; see [`Scene::supply`].
    pub fn supply(&mut self, figure: &str, computed: &[f64]) {
        if self.scene.supply(figure, computed) {
            self.readouts.take();
        }
    }

    /// The figures of the scene, then the sweep if there is anything to sweep.
    #[must_use]
    pub fn figures(&self) -> Vec<FigureInfo> {
        let mut figures = self.scene.figures();
        if let (Some(param), Some(readout)) = (self.swept(), self.shown()) {
            figures.push(FigureInfo {
                id: SWEEP,
                title: format!("{} against {}", readout.name, param.name.replace('_', " ")),
                refines: true,
                aspect: 1.6,
                main: false,
            });
        }
        figures
    }

    /// The slow part of a figure; see [`Scene::compute`].
    #[must_use]
    pub fn compute(&self, figure: &str, quality: Quality) -> Computed {
        if figure == SWEEP { self.sweep(quality) } else { self.scene.compute(figure, quality) }
    }

    /// The state after a handle of a figure has been moved to a place, as far as it may go, on short decimals; see
    /// [`Scene::place`].
    #[must_use]
    pub fn place(&self, figure: &str, handle: &str, to: (f64, f64)) -> State {
        self.scene.place(figure, handle, to).snapped(&self.state)
    }

    /// The state after an action of the stage, on short decimals; see [`Scene::act`].
    #[must_use]
    pub fn act(&self, action: &str) -> State {
        self.scene.act(action).snapped(&self.state)
    }

    /// What the slow part of a figure depends on, as text.
    #[must_use]
    pub fn basis(&self, figure: &str) -> String {
        let mut basis = if figure == SWEEP { self.state.clone() } else { self.scene.basis(figure) };
        if let (SWEEP, Some(param)) = (figure, self.swept()) {
            basis.sweep = Some(param.name.to_owned());
            if let Some((params, name)) = basis.params_of(param.name) {
                params.unset(name);
            }
        }
        basis.hide.clear();
        basis.lock.clear();
        basis.write(&State::new(basis.contender().loss, basis.stage))
    }

    /// A figure as data; see [`Scene::figure`].
    #[must_use]
    pub fn figure(&self, figure: &str, computed: &[f64]) -> Figure {
        if figure == SWEEP { self.sweep_figure(computed) } else { self.scene.figure(figure, computed) }
    }

    /// What can be swept: numbers of the main loss, then of the stage.
    #[must_use]
    pub fn sweepable(&self) -> Vec<&'static Param> {
        let numbers = |p: &&Param| matches!(p.scale, Scale::Linear | Scale::Log | Scale::Integer);
        let losses = self.state.contender().params.specs().iter();
        losses.chain(self.state.knobs.specs()).filter(numbers).collect()
    }

    /// The parameter that is swept; none where a sweep would take too long.
    #[must_use]
    pub fn swept(&self) -> Option<&'static Param> {
        if self.scene.sweep_samples(Quality::Fine) == 0 {
            return None;
        }
        let params = self.sweepable();
        let wanted = params.iter().find(|p| Some(p.name) == self.state.sweep.as_deref());
        wanted.or(params.first()).copied()
    }

    /// The readout that the sweep shows.
    #[must_use]
    pub fn shown(&self) -> Option<&Readout> {
        let readouts = self.readouts();
        let wanted = readouts.iter().find(|r| Some(r.id) == self.state.readout.as_deref());
        wanted.or(readouts.first())
    }

    /// The losses whose sweep is drawn: those that have the swept parameter, or all if it is a knob.
    fn swept_contenders(&self, param: &Param) -> Vec<&Contender> {
        let of_stage = self.state.knobs.has(param.name);
        self.state.contenders.iter().filter(|c| of_stage || c.params.has(param.name)).collect()
    }

    /// Values of the shown readout: one row of samples for each loss.
    fn sweep(&self, quality: Quality) -> Computed {
        if quality == Quality::Coarse && self.state.stage.spec().trains && self.state.steps() > 0 {
            return Vec::new();
        }
        (0..).map_while(|i| self.sweep_sample(i, quality)).collect()
    }

    /// One of the values of a sweep; nothing beyond the last.
    pub(super) fn sweep_sample(&self, i: usize, quality: Quality) -> Option<f64> {
        let (param, readout) = (self.swept()?, self.shown()?);
        let samples = self.scene.sweep_samples(quality);
        let contender = *self.swept_contenders(param).get(i.checked_div(samples)?)?;
        let at = *positions(param.scale, param.range, samples).get(i % samples)?;
        Some(self.readout_at(contender, param, at, readout.id))
    }

    /// A readout of the scene in which only `contender` is shown and a parameter has another value.
    #[must_use]
    pub fn readout_at(&self, contender: &Contender, param: &Param, value: f64, readout: &str) -> f64 {
        let mut state = self.state.clone();
        state.contenders = vec![contender.clone()];
        let set = state.params_of(param.name).map(|(params, name)| params.set(name, value));
        if !matches!(set, Some(Ok(()))) {
            return f64::NAN;
        }
        let readouts = state.stage.open(&state, None).readouts();
        readouts.iter().find(|r| r.id == readout).map_or(f64::NAN, |r| r.value)
    }

    fn sweep_figure(&self, computed: &[f64]) -> Figure {
        let (Some(param), Some(readout)) = (self.swept(), self.shown()) else {
            let axis = || Axis::linear("", (0.0, 1.0));
            return Figure::new(axis(), axis(), Vec::new());
        };
        let contenders = self.swept_contenders(param);
        let names = titles(contenders.iter().copied());
        let samples = computed.len().checked_div(contenders.len()).unwrap_or(0);
        let xs = positions(param.scale, param.range, samples);
        let now = self.state.knobs.has(param.name).then(|| self.state.knobs.get(param.name));
        let (mut marks, mut current) = (Vec::new(), Vec::new());
        for (i, contender) in contenders.iter().enumerate() {
            let here = now.unwrap_or_else(|| contender.params.get(param.name));
            let values = &computed[i * samples..(i + 1) * samples];
            let course: Vec<(f64, f64)> = xs.iter().copied().zip(values.iter().copied()).collect();
            // To know a rival's value, its scene would have to be opened in every frame; its curve has it.
            let value = if i == 0 { Some(readout.value) } else { along(&course, here, param.scale) };
            if i == 0 {
                marks.push(Mark::Rule { name: String::new(), at: At::X(here), ink: Ink::Muted });
            }
            marks.push(curve(names[i].clone(), course, i, dash(i)));
            marks.extend(value.map(|value| end(&[(here, value)], i)));
            current.extend(value);
        }
        let unit = |unit: &str| if unit.is_empty() { String::new() } else { format!(" [{unit}]") };
        let label = format!("{}{}", param.name.replace('_', " "), unit(param.unit));
        let y = format!("{}{}", readout.name, unit(readout.unit));
        let x = if param.scale == Scale::Log { Axis::log } else { Axis::linear }(label, param.range);
        let title = format!("{} against {}", readout.name, param.name.replace('_', " "));
        let y = Axis::fitting(y, computed.iter().copied().chain(current));
        if computed.is_empty() {
            let at = |(low, high): (f64, f64), part: f64| low + part * (high - low);
            let middle = if param.scale == Scale::Log {
                at((param.range.0.ln(), param.range.1.ln()), 0.5).exp()
            } else {
                at(param.range, 0.5)
            };
            let (text, at) = ("computing …".into(), (middle, at(y.range, 0.75)));
            marks.push(Mark::Text { text, at, ink: Ink::Muted });
        }
        Figure { title, ..Figure::new(x, y, marks) }
    }
}

/// The height of a curve at `x`, as it is drawn; `None` beyond its ends.
fn along(course: &[(f64, f64)], x: f64, scale: Scale) -> Option<f64> {
    let drawn = |x: f64| if scale == Scale::Log { x.ln() } else { x };
    course.windows(2).find_map(|ends| {
        let ((left, low), (right, high)) = (ends[0], ends[1]);
        let part = (drawn(x) - drawn(left)) / (drawn(right) - drawn(left));
        (0.0..=1.0).contains(&part).then_some(low + part * (high - low))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rival_is_marked_on_its_curve() {
        let course = [(0.01, 1.0), (0.1, 3.0), (1.0, -1.0)];
        assert!((along(&course, 0.55, Scale::Linear).unwrap() - 1.0).abs() < 1e-12);
        assert!((along(&course, 10f64.powf(-0.5), Scale::Log).unwrap() - 1.0).abs() < 1e-12);
        assert_eq!((along(&course, 2.0, Scale::Log), along(&[], 1.0, Scale::Linear)), (None, None));
    }
}
