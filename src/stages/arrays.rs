//! Any loss with what it reads: each input draws itself by what it is, can be set, and shows its gradient beside it.

mod views;

use std::ops::Range;
use std::rc::Rc;

use ndarray::{ArrayD, IxDyn};

use super::engine::{Direct, Gauge, Played, Run, Scenario, Shot, View, Wire, direct, knobs};
use super::stage::{Action, Settable, StageSpec};
use super::state::{Contender, State};
use crate::input::Inputs;
use crate::number;
use crate::optimizer::{self, Optimizer};
use crate::spec::{Affects, Domain, Input, Kind, Params, Role, Spec, dimension};
use crate::spec::{Param, said};
use crate::toys::arrays::entries;

/// The inputs of one loss, whatever they are.
#[derive(Clone, Copy, Debug)]
pub struct Arrays;

/// The stage that fits every loss.
pub const ARRAYS: Played<Arrays> = Played::new(SPEC, Arrays);

const MOST_STEPS: f64 = 500.0;

const SPEC: &StageSpec = &StageSpec {
    id: "arrays",
    title: "What it reads",
    about: said(
        "Every input of the loss, drawn by what it is, with the gradient by it. Drag bars and points, paint maps with \
            the brush, and let descent move all variables.",
    ),
    knobs: &[
        Param::integer("samples", "N", 6.0, (1.0, 16.0), "number of samples")
            .within(Domain::Within(1.0, 64.0)),
        Param::integer("classes", "C", 3.0, (1.0, 8.0), "number of classes")
            .within(Domain::Within(1.0, 64.0)),
        Param::integer("dimensions", "D", 2.0, (1.0, 8.0), "length of a vector")
            .within(Domain::Within(1.0, 64.0)),
        Param::integer("size", "", 16.0, (4.0, 32.0), "pixels along a side of an image")
            .within(Domain::Within(2.0, 64.0)),
        Param::linear("paint", "", 1.0, (-2.0, 2.0), "what the brush of a map writes").affects(Affects::Look),
        Param::linear("brush", "", 0.0, (0.0, 4.0), "how far from its middle the brush writes, in cells")
            .affects(Affects::Look),
        Param::names("descent", &optimizer::NAMES, "update rule of the training").affects(Affects::Training),
        Param::log("rate", r"\eta", 0.1, (1e-3, 10.0), "learning rate of the training")
            .affects(Affects::Training),
        knobs::budget(100.0, MOST_STEPS),
        knobs::TERMS,
    ],
    contenders: 1,
    trains: true,
    actions: &[Action { id: "reset", title: "Reset the inputs", on_selected: false }, Action::DRAW],
};

/// How long other dimensions than those that can be turned are.
const LENGTH: usize = 4;

/// Draws that are tried until the loss accepts one.
const TRIES: u64 = 40;

/// The knob that says how long a dimension is.
fn knob_of(symbol: &str) -> Option<&'static str> {
    match symbol {
        "N" | "S" | "Q" | "P" => Some("samples"),
        "C" => Some("classes"),
        "D" => Some("dimensions"),
        "H" | "W" => Some("size"),
        _ => None,
    }
}

/// The toy data of a loss in its shapes, or why it cannot read them.
fn toys(state: &State, seed: u64) -> Result<Inputs<f64>, String> {
    let Contender { loss, params } = state.contender();
    let spec = loss.spec();
    // A dimension may be set by a parameter that has its symbol.
    let by_parameter = |name: &str| spec.length_param(name).map(|param| params.whole(param.name).max(1));
    let value = |name: &str| {
        let by_knob = knob_of(name).map(|knob| state.knobs.whole(knob));
        by_parameter(name).or(by_knob).or_else(|| dimension::is_symbol(name).then_some(LENGTH))
    };
    let length = |text: &str, least: usize| dimension::evaluate(text, &value).unwrap_or(LENGTH).max(least);
    let classes = state.knobs.whole("classes");
    direct::set(state, state.contender(), |input| {
        let shape: Vec<usize> = input.shape.iter().map(|text| length(text, input.least(text))).collect();
        let position = spec.inputs.iter().position(|other| other.name == input.name).unwrap_or(0) as u64;
        let entries = entries(input, &shape, classes, seed + (position << 32));
        (shape, entries)
    })
}

/// The inputs before the first step, or why there are none.
type World = Result<Inputs<f64>, String>;

/// An input as it stands.
pub struct Shown {
    pub input: &'static Input,
    pub shape: Vec<usize>,
    pub entries: Vec<f64>,
    /// The gradient by each entry; empty for data.
    pub slopes: Vec<f64>,
    /// The positions of its entries among those of all inputs.
    pub range: Range<usize>,
}

impl Shown {
    /// Entries of a row along the last dimension.
    pub fn width(&self) -> usize {
        self.shape.last().copied().unwrap_or(1).max(1)
    }

    /// Whether its rows are places in the plane.
    pub fn is_planar(&self) -> bool {
        let roles = [Role::Embedding, Role::Prototype, Role::Features, Role::Location, Role::Weights];
        self.width() == 2 && roles.contains(&self.input.role)
    }

    /// Whether it is a raster, not a row of bars.
    pub fn is_map(&self) -> bool {
        self.shape.len() > 1 && !self.is_planar()
    }
}

impl Scenario for Arrays {
    type World = World;
    type Seen = Vec<Shown>;

    fn fits(&self, _: &'static Spec) -> bool {
        true
    }

    fn uses(&self, name: &str, loss: &'static Spec) -> bool {
        let symbols =
            || loss.inputs.iter().flat_map(|input| input.shape).flat_map(|text| dimension::names(text));
        let is_map = || loss.inputs.iter().any(|input| input.rank() > 1);
        match name {
            "paint" | "brush" => is_map(),
            "samples" | "classes" | "dimensions" | "size" => symbols().any(|s| knob_of(s) == Some(name)),
            _ => true,
        }
    }

    fn needs(&self, contenders: &[Contender]) -> String {
        let Contender { loss, params } = &contenders[0];
        let whole = params.iter().filter(|(param, _)| !param.is_real()).map(|(_, value)| value.to_string());
        format!("{} {}", loss.spec().id, whole.collect::<Vec<_>>().join(" "))
    }

    fn world(&self, state: &State) -> World {
        let first = toys(state, state.seed);
        if first.is_ok() {
            return first;
        }
        (1..TRIES).find_map(|next| toys(state, state.seed + (next << 40)).ok()).map_or(first, Ok)
    }

    fn wire(&self, world: &Rc<World>, _: &Contender, _: &State) -> Box<dyn Wire> {
        Box::new(Direct((**world).clone()))
    }

    fn optimizer(&self, state: &State, _: &Contender) -> Option<Optimizer> {
        let mut params = Params::new(optimizer::PARAMS);
        params.set_text("optimizer", state.knobs.named("descent")).ok()?;
        params.set("lr", state.knobs.get("rate")).ok()?;
        Optimizer::chosen(&params)
    }

    fn seen(&self, _: &Shot<Self>, run: &Run) -> Vec<Shown> {
        let Some(inputs) = run.inputs() else { return Vec::new() };
        let slopes = run.course().map_or(Vec::new(), |course| course.slopes.clone());
        let (mut begin, mut slope) = (0, 0);
        let mut shown = |(input, (_, shape, entries)): (&'static Input, (_, &[usize], Vec<String>))| {
            let entries: Vec<f64> = entries.iter().filter_map(|entry| number::parse(entry)).collect();
            let range = begin..begin + entries.len();
            begin = range.end;
            let own = if input.is_variable() { slope..slope + entries.len() } else { 0..0 };
            slope = slope.max(own.end);
            Shown {
                input,
                shape: shape.to_vec(),
                slopes: slopes.get(own).unwrap_or_default().to_vec(),
                entries,
                range,
            }
        };
        let spec = run.contender().loss.spec();
        spec.inputs.iter().zip(inputs.entries()).map(&mut shown).collect()
    }

    const SETTABLE: Settable = Settable::Inputs;

    const VIEWS: &'static [View<Self>] = &[
        View::<Self>::new("input", "", |shot, place, _| views::input(shot, place))
            .many(|shot| shot.seen(0).len().max(1))
            .titled(views::title)
            .aspect(1.4)
            .main(),
        View::<Self>::new("gradient", "", |shot, place, _| views::gradient(shot, place))
            .many(|shot| views::gradients(shot).count())
            .titled(views::gradient_title)
            .aspect(1.4),
        View::LOSS_CURVE,
        View::TERMS,
    ];

    const GAUGES: &'static [Gauge<Self>] = &[
        Gauge::LOSS,
        Gauge::GRADIENT,
        Gauge::<Self>::new("dead", "entries without a gradient", |shot, _| Some(dead(shot).0 as f64)),
        Gauge::STEPS,
    ];

    fn sentence(&self, shot: &Shot<Self>) -> String {
        let reads: Vec<String> = shot.seen(0).iter().map(views::in_words).collect();
        let (dead, all) = dead(shot);
        let pulled = match dead {
            0 => "Every entry of its variables is pulled".to_owned(),
            _ => format!("{dead} of the {all} entries of its variables are not pulled"),
        };
        let after = shot.after_steps();
        match &*shot.world {
            Ok(_) => format!("{}{after}. It reads {}. {pulled}.", shot.run(0).sentence(), reads.join(", ")),
            Err(_) => format!("{}.", shot.run(0).sentence()),
        }
    }

    fn handle(&self, shot: &Shot<Self>, handle: &str) -> Option<usize> {
        let (name, entry) = handle.rsplit_once('-')?;
        let shown = shot.seen(0).iter().find(|shown| shown.input.name == name)?;
        if entry == "brush" {
            return Some(shot.state.selected)
                .filter(|at| shown.range.contains(at))
                .or(Some(shown.range.start));
        }
        let entry: usize = entry.parse().ok()?;
        Some(shown.range.start + entry).filter(|at| shown.range.contains(at))
    }

    fn moved(&self, shot: &Shot<Self>, _: usize, handle: &str, to: (f64, f64)) -> Option<State> {
        let (name, _) = handle.rsplit_once('-')?;
        let shown = shot.seen(0).iter().find(|shown| shown.input.name == name)?;
        let mut entries = shown.entries.clone();
        let mut selected = self.handle(shot, handle)?;
        if handle.ends_with("-brush") {
            let at = views::cell(shown, to);
            let reach = shot.state.knobs.get("brush");
            let middle = views::place(shown, at);
            for (cell, entry) in entries.iter_mut().enumerate() {
                let (x, y) = views::place(shown, cell);
                if (x - middle.0).hypot(y - middle.1) <= reach {
                    *entry = shot.state.knobs.get("paint");
                }
            }
            selected = shown.range.start + at;
        } else if shown.is_planar() {
            let row = selected - shown.range.start;
            entries[row..row + 2].copy_from_slice(&[to.0, to.1]);
        } else {
            entries[selected - shown.range.start] = to.1;
        }
        hold(shown, &mut entries, shot);
        let array = ArrayD::from_shape_vec(IxDyn(&shown.shape), entries).ok()?;
        let moved = shot.state.with(|state| {
            // What descent has moved stays where it is.
            for other in shot.seen(0).iter().filter(|_| shot.steps() > 0) {
                let array = ArrayD::from_shape_vec(IxDyn(&other.shape), other.entries.clone());
                state.arrays.extend(array.ok().map(|array| (other.input.name.to_owned(), array)));
            }
            state.arrays.insert(name.to_owned(), array);
            (state.steps, state.selected) = (0, selected);
        });
        // A label that the loss has no class for stays where it was.
        let is_read = toys(&moved, moved.seed).is_ok() || shot.world.is_err();
        is_read.then_some(moved)
    }
}

/// Holds entries where the input allows them.
fn hold(shown: &Shown, entries: &mut [f64], shot: &Shot<Arrays>) {
    let most = match shown.input.kind {
        Kind::Class(symbol) | Kind::ClassOrNone(symbol) => {
            shot.run(0).inputs().map_or(1, |inputs| inputs.length(symbol)) as f64 - 1.0
        }
        Kind::Binary => 1.0,
        _ => 1e6,
    };
    let least = match shown.input.kind {
        Kind::ClassOrNone(_) => -1.0,
        Kind::Integer(low) => low.max(-1_000_000) as f64,
        _ => 0.0,
    };
    if shown.input.is_integer() {
        entries.iter_mut().for_each(|entry| *entry = entry.round().clamp(least, most));
    } else {
        entries.iter_mut().for_each(|entry| *entry = entry.clamp(-1e6, 1e6));
        shown.input.domain().hold(entries, shown.width());
    }
}

/// Entries of the variables that the loss does not pull, and how many there are.
fn dead(shot: &Shot<Arrays>) -> (usize, usize) {
    let slopes = shot.seen(0).iter().flat_map(|shown| &shown.slopes);
    slopes.fold((0, 0), |(dead, all), slope| (dead + usize::from(*slope == 0.0), all + 1))
}

#[cfg(test)]
mod tests;
