//! What is on screen, and everything that can be done to it.

use std::collections::HashMap;
use std::f64::consts::{FRAC_PI_2, PI};

use serde::Serialize;
use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};
use web_sys::HtmlCanvasElement;

use super::canvas::{LayoutDescription, Painted};
use super::description::Description;
use crate::exhibits;
use crate::figures::{self, AxisScale, Figure, Frame, Theme};
use crate::script::script;
use crate::stages::{Computed, Contender, Quality, Refinement, Screen, State};

/// One screen with the slow parts of its figures, as far as they have been computed.
#[derive(Default)]
#[wasm_bindgen]
pub struct Explorer {
    screen: Option<Screen>,
    computed: HashMap<String, Cached>,
    painted: HashMap<String, Painted>,
    refinement: Option<Refinement>,
}

/// The slow part of a figure, and what it was computed for.
struct Cached {
    basis: String,
    quality: Quality,
    values: Computed,
}

type Answer = Result<JsValue, JsError>;

#[wasm_bindgen]
impl Explorer {
    /// An explorer that shows nothing yet.
    #[must_use]
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Shows what the text of a link says; an empty text is the first exhibit. Answers the notices: what was
    /// passed over, and why.
    ///
    /// # Errors
    /// If the browser cannot make the answer.
    pub fn open(&mut self, text: &str) -> Answer {
        let (state, notices) = exhibits::open(text);
        self.show(state);
        Ok(serde_wasm_bindgen::to_value(&notices)?)
    }

    /// The text for a link: what differs from how it opened.
    ///
    /// # Errors
    /// If nothing is open.
    pub fn state(&self) -> Result<String, JsError> {
        Ok(exhibits::link(self.screen()?.state()))
    }

    /// Everything needed to render controls, figures, readouts and text.
    ///
    /// # Errors
    /// If nothing is open.
    pub fn describe(&self) -> Answer {
        to_js(&Description::of(self.screen()?))
    }

    /// The numbers that measure the claim of the exhibit; empty without one.
    ///
    /// # Errors
    /// If nothing is open.
    pub fn measured(&self) -> Answer {
        let screen = self.screen()?;
        let exhibit = screen.state().exhibit.and_then(exhibits::find);
        to_js(&exhibit.map(|exhibit| (exhibit.measure)(screen)).unwrap_or_default())
    }

    /// How much the loss depends on each of its parameters, with a sentence; see
    /// [`sensitivities`](crate::stages::Screen::sensitivities).
    ///
    /// # Errors
    /// If nothing is open.
    pub fn sensitivities(&self) -> Answer {
        to_js(&self.screen()?.sensitivities())
    }

    /// Sets one key of the state, as turning a control does.
    ///
    /// # Errors
    /// What was wrong, the value, and what is allowed; nothing has changed then.
    pub fn set(&mut self, key: &str, text: &str) -> Result<(), JsError> {
        let mut state = self.screen()?.state().clone();
        state.set(key, text).map_err(|notice| JsError::new(&notice.message))?;
        self.change(state)
    }

    /// Sets a parameter or knob back to its default.
    ///
    /// # Errors
    /// If there is no such key.
    pub fn reset(&mut self, key: &str) -> Result<(), JsError> {
        let mut state = self.screen()?.state().clone();
        let default = default_text(&state, key);
        let text = default.ok_or_else(|| JsError::new(&format!("there is no control {key} to reset")))?;
        state.set(key, &text).map_err(|notice| JsError::new(&notice.message))?;
        self.change(state)
    }

    /// Everything as it opened: the preset of the exhibit, or the defaults. What a teacher hid or locked stays.
    ///
    /// # Errors
    /// If nothing is open.
    #[wasm_bindgen(js_name = resetAll)]
    pub fn reset_all(&mut self) -> Result<(), JsError> {
        let state = self.screen()?.state();
        let fresh = exhibits::base(state)
            .with(|base| (base.hide, base.lock) = (state.hide.clone(), state.lock.clone()));
        self.change(fresh)
    }

    /// Moves a handle to a place in units of the axes, as far as it may go.
    ///
    /// # Errors
    /// If nothing is open.
    pub fn place(&mut self, figure: &str, handle: &str, x: f64, y: f64) -> Result<(), JsError> {
        let state = self.screen()?.place(figure, handle, (x, y));
        self.change(state)
    }

    /// Moves a handle to a place in CSS pixels of the figure as it was last drawn.
    ///
    /// # Errors
    /// If the figure has not been drawn.
    pub fn drag(&mut self, figure: &str, handle: &str, left: f64, top: f64) -> Result<(), JsError> {
        let painted = self.painted.get(figure);
        let painted = painted.ok_or_else(|| JsError::new(&format!("figure {figure} is not drawn yet")))?;
        let (x, y) = painted.layout().to_data(left, top);
        self.place(figure, handle, x, y)
    }

    /// Moves a handle by whole steps, a hundredth of the axis each, rounded to 1, 2 or 5 of a decimal place.
    ///
    /// # Errors
    /// If the figure has no such handle.
    pub fn nudge(&mut self, figure: &str, handle: &str, right: f64, up: f64) -> Result<(), JsError> {
        let drawing = self.figure(figure)?;
        let found = drawing.handles.iter().find(|h| h.id == handle);
        let at = found.ok_or_else(|| JsError::new(&format!("figure {figure} has no handle {handle}")))?.at;
        let x = stepped(at.0, right, drawing.x.range, &drawing.x.scale);
        let y = stepped(at.1, up, drawing.y.range, &drawing.y.scale);
        self.place(figure, handle, x, y)
    }

    /// Turns the surface of a stage that has knobs `yaw` and `pitch`, by radians: around, and at
    /// most from level to straight down.
    ///
    /// # Errors
    /// If nothing is open.
    pub fn turn(&mut self, yaw: f64, pitch: f64) -> Result<(), JsError> {
        let mut state = self.screen()?.state().clone();
        let knobs = &mut state.knobs;
        if knobs.has("yaw") && knobs.has("pitch") {
            let around = (knobs.get("yaw") + yaw + PI).rem_euclid(2.0 * PI) - PI;
            let tilt = (knobs.get("pitch") + pitch).clamp(0.0, FRAC_PI_2);
            // Within these bounds both are allowed.
            let _ = knobs.set("yaw", around);
            let _ = knobs.set("pitch", tilt);
        }
        self.change(state)
    }

    /// Selects a handle.
    ///
    /// # Errors
    /// If nothing is open.
    pub fn select(&mut self, figure: &str, handle: &str) -> Result<(), JsError> {
        let state = self.screen()?.scene().select(figure, handle);
        self.change(state)
    }

    /// Does an action of the stage.
    ///
    /// # Errors
    /// If nothing is open.
    pub fn act(&mut self, action: &str) -> Result<(), JsError> {
        let state = self.screen()?.act(action);
        self.change(state)
    }

    /// Takes training steps, at most to the end; a negative number takes steps back, at most to the start.
    ///
    /// # Errors
    /// If the stage does not train.
    pub fn step(&mut self, steps: i32) -> Result<(), JsError> {
        let screen = self.screen()?;
        let state = screen.state();
        if !state.stage.spec().trains {
            return Err(JsError::new(&format!("nothing is trained on {}", state.stage.spec().id)));
        }
        let taken = state.steps().saturating_add_signed(steps as isize).min(screen.scene().last_step());
        self.set("steps", &taken.to_string())
    }

    /// Draws a figure on canvases of so many CSS pixels that lie over each other, or on one alone, as far as it is not
    /// there already. Without a computed slow part of this very state, a coarse one is computed on the spot.
    ///
    /// # Errors
    /// If there is no such figure, or if a canvas refuses.
    pub fn draw(
        &mut self,
        figure: &str,
        canvases: Vec<HtmlCanvasElement>,
        width: f64,
        height: f64,
        scale: f64,
        dark: bool,
    ) -> Answer {
        let screen = self.screen()?;
        let info = screen.figures().into_iter().find(|info| info.id == figure);
        let info = info.ok_or_else(|| JsError::new(&format!("there is no figure {figure} here")))?;
        let basis = screen.basis(figure);
        let known = self.computed.get(figure).filter(|cached| cached.basis == basis);
        if known.is_none() {
            let values = screen.compute(figure, Quality::Coarse);
            let cached = Cached { basis: basis.clone(), quality: Quality::Coarse, values };
            self.computed.insert(figure.to_owned(), cached);
        }
        let coarse = self.computed.get(figure).is_none_or(|cached| cached.quality == Quality::Coarse);
        let drawing = self.figure(figure)?;
        let frame = Frame { scale, ..Frame::new(width, height, theme(dark)) };
        let before = self.painted.remove(figure);
        let painted = Painted::new(drawing, &frame, canvases, before.as_ref())?;
        let refine = (info.refines && coarse).then_some(basis);
        let answer = to_js(&Drawn { refine, layout: painted.news(before.as_ref()) });
        self.painted.insert(figure.to_owned(), painted);
        answer
    }

    /// Takes some steps of a training that what is on screen waits for; answers whether there are more. Until then
    /// the other work of a worker would be done without looking up.
    ///
    /// # Errors
    /// If nothing is open.
    pub fn train(&self) -> Result<bool, JsError> {
        Ok(self.screen()?.scene().train())
    }

    /// Begins with the fine slow part of a figure: what a worker is for.
    ///
    /// # Errors
    /// If nothing is open.
    pub fn refine(&mut self, figure: &str) -> Result<(), JsError> {
        self.refinement = Some(Refinement::new(self.screen()?, figure));
        Ok(())
    }

    /// Computes a piece of it; answers whether there are more.
    ///
    /// # Errors
    /// If nothing is open.
    pub fn advance(&mut self) -> Result<bool, JsError> {
        let screen = self.screen.as_ref().ok_or_else(nothing_open)?;
        Ok(self.refinement.as_mut().is_some_and(|refinement| refinement.advance(screen)))
    }

    /// The fine slow part as far as it is known, rough elsewhere; nothing if nobody would see what has been added
    /// since this was last asked.
    pub fn news(&mut self) -> Option<Vec<f64>> {
        self.refinement.as_mut()?.news()
    }

    /// The fine slow part, after its last piece.
    pub fn refined(&mut self) -> Vec<f64> {
        self.refinement.take().map(Refinement::into_values).unwrap_or_default()
    }

    /// Takes the fine slow part of a figure that a worker has computed for `basis`, all of it or as far as it is known,
    /// unless something else is shown by now; answers whether it was taken.
    ///
    /// # Errors
    /// If nothing is open.
    pub fn supply(&mut self, figure: &str, basis: String, values: Vec<f64>) -> Result<bool, JsError> {
        let screen = self.screen.as_mut().ok_or_else(nothing_open)?;
        let current = screen.basis(figure) == basis;
        if current {
            screen.supply(figure, &values);
            self.computed.insert(figure.to_owned(), Cached { basis, quality: Quality::Fine, values });
        }
        Ok(current)
    }

    /// The Python that computes the main loss of what is on screen in another library; see [`script`].
    ///
    /// # Errors
    /// If there is no one batch on screen, or no number to compare.
    pub fn script(&self, setup: &str, array: &str, code: &str) -> Result<String, JsError> {
        let screen = self.screen()?;
        let batch = screen.scene().batch();
        let input = batch.ok_or_else(|| JsError::new("there is no one batch on this stage to write down"))?;
        let Contender { loss, params } = screen.state().contender();
        script(setup, array, code, (*loss, &input, params)).map_err(|error| JsError::new(&error))
    }

    /// The numbers of a figure: names of the columns, and rows.
    ///
    /// # Errors
    /// If nothing is open.
    pub fn table(&self, figure: &str) -> Answer {
        let figures::Table { columns, rows } = figures::table(&self.figure(figure)?);
        to_js(&TableDescription { columns, rows })
    }

    /// The numbers of a figure as CSV.
    ///
    /// # Errors
    /// If nothing is open.
    pub fn csv(&self, figure: &str) -> Result<String, JsError> {
        Ok(figures::table(&self.figure(figure)?).csv())
    }

    /// A figure as SVG.
    ///
    /// # Errors
    /// If nothing is open.
    pub fn svg(&self, figure: &str, width: f64, height: f64, dark: bool) -> Result<String, JsError> {
        let frame = Frame { titled: true, ..Frame::new(width, height, theme(dark)) };
        Ok(figures::svg(&self.figure(figure)?, &frame))
    }
}

/// What the page hears of a drawing.
#[derive(Serialize)]
struct Drawn<'a> {
    /// What a finer slow part would be computed for, if one is wanted.
    refine: Option<String>,
    /// Where its parts are, unless they are where they were.
    layout: Option<&'a LayoutDescription>,
}

/// The numbers of a figure.
#[derive(Serialize)]
struct TableDescription {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Explorer {
    fn screen(&self) -> Result<&Screen, JsError> {
        self.screen.as_ref().ok_or_else(nothing_open)
    }

    fn show(&mut self, state: State) {
        self.screen = Some(Screen::open(state, self.screen.take()));
    }

    /// Shows a state that a person has brought about: what is locked stays as it is.
    fn change(&mut self, mut state: State) -> Result<(), JsError> {
        let shown = self.screen()?.state();
        for key in &state.lock.clone() {
            if shown.lock.contains(key) {
                keep(key, shown, &mut state);
            }
        }
        self.show(state);
        Ok(())
    }

    /// A figure as data, from whatever has been computed for this very state.
    fn figure(&self, figure: &str) -> Result<Figure, JsError> {
        let screen = self.screen()?;
        let cached = self.computed.get(figure).filter(|cached| cached.basis == screen.basis(figure));
        Ok(screen.figure(figure, cached.map_or(&[], |cached| &cached.values)))
    }
}

fn nothing_open() -> JsError {
    JsError::new("nothing is open yet")
}

fn to_js(value: &impl Serialize) -> Answer {
    Ok(serde_wasm_bindgen::to_value(value)?)
}

fn theme(dark: bool) -> Theme {
    if dark { Theme::dark() } else { Theme::light() }
}

/// A parameter or knob of a state as text, by its key: as it stands and as it is by default.
fn texts(state: &State, key: &str) -> Option<(String, String)> {
    let (params, name) = match key.strip_prefix("vs").and_then(|rest| rest.split_once('.')) {
        Some((rival, name)) => (&state.contenders.get(rival.parse::<usize>().ok()?)?.params, name),
        None if state.contender().params.has(key) => (&state.contender().params, key),
        None => (&state.knobs, key),
    };
    let (param, value) = params.iter().find(|(param, _)| param.name == name)?;
    Some((param.text(value), param.text(params.default(name))))
}

fn default_text(state: &State, key: &str) -> Option<String> {
    texts(state, key).map(|(_, default)| default)
}

/// Carries what `key` stands for over from one state to another.
fn keep(key: &str, from: &State, to: &mut State) {
    match key {
        _ if !to.is_own(key) => {
            if let (Some((own, _)), Some((other, _))) = (texts(from, key), texts(to, key))
                && own != other
            {
                // A value that another state had under the same key is allowed, or the key means another
                // parameter by now and keeps its own value.
                let _ = to.set(key, &own);
            }
        }
        "points" => to.arrays.clone_from(&from.arrays),
        "steps" => to.steps = from.steps,
        "seed" => to.seed = from.seed,
        _ => {}
    }
}

/// A coordinate moved by steps along its axis.
fn stepped(at: f64, steps: f64, range: (f64, f64), scale: &AxisScale) -> f64 {
    if steps == 0.0 {
        return at;
    }
    if *scale == AxisScale::Log {
        return at * (range.1 / range.0).powf(steps / 100.0);
    }
    let rough = (range.1 - range.0).abs() / 100.0;
    let decade = 10f64.powf(rough.log10().floor());
    let digit = [1.0, 2.0, 5.0, 10.0].into_iter().find(|digit| digit * decade >= 0.99 * rough);
    let step = digit.unwrap_or(10.0) * decade;
    ((at / step).round() + steps) * step
}
