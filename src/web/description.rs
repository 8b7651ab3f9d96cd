//! Everything the page needs to know to render a screen, as one plain object.

use serde::Serialize;

use crate::exhibits;
use crate::losses;
use crate::spec::{Affects, Param, Params, Scale};
use crate::stages::{Action, DIFFERENCE, FigureInfo, PARTS, Readout, STAGES, Screen, State, titles};

/// A screen, described.
#[derive(Serialize)]
pub(super) struct Description<'a> {
    /// The losses on screen, the main one first.
    losses: Vec<Name>,
    /// The scene.
    stage: StageDescription,
    /// The exhibit it started from.
    exhibit: Option<ExhibitName>,
    /// The controls, in the order in which they are shown.
    groups: Vec<Group>,
    figures: Vec<FigureInfo>,
    readouts: &'a [Readout],
    /// Buttons besides controls and handles.
    actions: Vec<Button>,
    /// What is seen, in words.
    sentence: String,
    sweep: Option<Sweep>,
    /// The losses that could be shown beside; empty if there is no room for one more.
    comparable: Vec<Name>,
    /// The stages that can show the main loss.
    stages: Vec<Name>,
    /// Training steps taken.
    steps: usize,
    /// The step after which nothing changes any more; none if there is no such step.
    last_step: Option<usize>,
    /// Whether the training has come to its end.
    ended: bool,
    /// Where everything random starts.
    seed: f64,
    /// Whether anything differs from how it opened.
    changed: bool,
    hide: &'a [String],
    /// If there are any, all else is hidden.
    show: &'a [String],
    lock: &'a [String],
    /// Whether it is shown to a room.
    present: bool,
    /// Parts of the page that can be hidden besides controls and figures.
    parts: Vec<Name>,
}

/// An id and what people call it.
#[derive(Serialize)]
pub(super) struct Name {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
}

/// The exhibit that a screen started from.
#[derive(Serialize)]
struct ExhibitName {
    id: &'static str,
    title: &'static str,
    /// The scene where its claim is shown, if that is no longer on screen.
    left: Option<String>,
}

/// An action that can be done, or cannot as things stand.
#[derive(Serialize)]
struct Button {
    id: &'static str,
    title: &'static str,
    enabled: bool,
}

#[derive(Serialize)]
struct StageDescription {
    id: &'static str,
    title: &'static str,
    trains: bool,
}

/// The controls of one loss, or of the stage.
#[derive(Serialize)]
struct Group {
    /// What is above them; where a loss stands beside itself, with what tells it from the other.
    title: String,
    /// Position of the loss, 0 for the main one; none for the stage.
    contender: Option<usize>,
    controls: Vec<Control>,
}

/// A slider with a number field, or a choice.
#[derive(Serialize)]
struct Control {
    /// The key of the state.
    key: String,
    name: &'static str,
    /// LaTeX, may be empty.
    symbol: &'static str,
    unit: &'static str,
    /// `linear`, `log`, `integer` or `choice`.
    kind: &'static str,
    range: (f64, f64),
    /// What is allowed, in words.
    domain: String,
    value: f64,
    default: f64,
    /// What it opened with.
    initial: f64,
    /// Whether numbers below 0 are allowed.
    signed: bool,
    /// The value as the state writes it.
    text: String,
    /// The options of a choice: what the state writes, and what people read.
    options: Vec<Choice>,
    /// Whether it has any effect as the others stand.
    enabled: bool,
    /// Whether it is an option of libraries, folded away until somebody asks.
    folded: bool,
    hidden: bool,
    locked: bool,
}

#[derive(Serialize)]
struct Choice {
    text: String,
    name: &'static str,
}

/// What the sweep figure shows and what else it could.
#[derive(Serialize)]
struct Sweep {
    params: Vec<&'static str>,
    param: &'static str,
    readouts: Vec<ReadoutName>,
    readout: &'static str,
}

#[derive(Serialize)]
struct ReadoutName {
    id: &'static str,
    name: String,
}

impl<'a> Description<'a> {
    /// The description of a screen that opened with a state.
    pub(super) fn of(screen: &'a Screen, opened: &State) -> Self {
        let state = screen.state();
        let stage = state.stage.spec();
        let main = state.contender().loss.spec();
        let room = state.contenders.len() < stage.contenders;
        let comparable = losses::all().map(crate::kernel::Loss::spec);
        Self {
            losses: state.contenders.iter().map(|c| name(c.loss.spec())).collect(),
            stage: StageDescription { id: stage.id, title: stage.title, trains: stage.trains },
            exhibit: state.exhibit.and_then(exhibits::find).map(|exhibit| ExhibitName {
                id: exhibit.id,
                title: exhibit.title,
                left: exhibits::is_left(state).then(|| {
                    let base = exhibits::base(state);
                    format!("{} with {}", base.stage.spec().title, base.contender().loss.spec().title)
                }),
            }),
            groups: groups(screen, opened),
            figures: screen.figures(),
            sweep: Sweep::of(screen),
            readouts: screen.readouts(),
            actions: buttons(screen),
            sentence: screen.scene().sentence(),
            comparable: comparable.filter(|spec| room && state.stage.fits(spec)).map(name).collect(),
            stages: STAGES
                .iter()
                .filter(|stage| stage.fits(main))
                .map(|stage| Name { id: stage.spec().id, title: stage.spec().title })
                .collect(),
            steps: state.steps(),
            last_step: Some(screen.scene().last_step()).filter(|last| *last < usize::MAX),
            ended: state.steps() >= screen.scene().last_step(),
            seed: state.seed as f64,
            changed: exhibits::link(state) != exhibits::link(&state.reopened(opened)),
            hide: &state.hide,
            show: &state.show,
            lock: &state.lock,
            present: state.present,
            parts: PARTS.iter().map(|&(id, title)| Name { id, title }).collect(),
        }
    }
}

fn name(spec: &'static crate::spec::Spec) -> Name {
    Name { id: spec.id, title: spec.title }
}

impl Sweep {
    fn of(screen: &Screen) -> Option<Self> {
        let (state, swept) = (screen.state(), screen.swept()?);
        // What only turns the picture changes no number; what the link sweeps is offered all the same.
        let changes = |param: &Param| {
            let used = state.contenders.iter().any(|c| state.stage.uses(param.name, c.loss.spec()));
            param.name == swept.name || (used && param.affects != Affects::Look)
        };
        // A sweep shows the losses side by side: every rival's curve is there already.
        let losses = titles(&screen.state().contenders);
        let named = |r: &Readout| match &r.of {
            Some(of) if of.title == losses[0] && of.place == 0 => Some(r.name.clone()),
            Some(of) if losses.contains(&of.title) => None,
            _ => Some(r.full_name()),
        };
        Some(Self {
            params: screen
                .sweepable()
                .iter()
                .filter(|param| changes(param))
                .map(|param| param.name)
                .collect(),
            param: swept.name,
            readouts: screen
                .readouts()
                .iter()
                .filter_map(|r| Some(ReadoutName { id: r.id, name: named(r)? }))
                .collect(),
            readout: screen.shown()?.id,
        })
    }
}

/// What the stage offers to do for the losses on screen.
fn buttons(screen: &Screen) -> Vec<Button> {
    let state = screen.state();
    let draws = state.contenders.iter().any(|c| state.stage.uses("seed", c.loss.spec()));
    let offered = state.stage.spec().actions.iter().filter(|action| **action != Action::DRAW || draws);
    let button = |&Action { id, title, .. }: &Action| {
        // What is locked would change nothing.
        let enabled = state.lock.is_empty() || exhibits::link(&screen.after(id)) != exhibits::link(state);
        Button { id, title, enabled }
    };
    offered.map(button).collect()
}

/// The controls of every loss, then those of the stage.
fn groups(screen: &Screen, opened: &State) -> Vec<Group> {
    let state = screen.state();
    let is_hidden =
        |key: &String| state.hide.contains(key) || (!state.show.is_empty() && !state.show.contains(key));
    let controls = |prefix: &str, params: &Params| -> Vec<Control> {
        let all = params.iter();
        all.map(|(param, value)| {
            let key = format!("{prefix}{}", param.name);
            Control {
                hidden: is_hidden(&key),
                initial: state.initial(&key, opened).unwrap_or(value),
                locked: state.lock.contains(&key),
                ..control(key, param, value, params)
            }
        })
        .collect()
    };
    let mut groups: Vec<Group> = Vec::new();
    for (i, (contender, told)) in state.contenders.iter().zip(titles(&state.contenders)).enumerate() {
        let prefix = if i == 0 { String::new() } else { format!("vs{i}.") };
        let spec = contender.loss.spec();
        let mut own = controls(&prefix, &contender.params);
        own.retain(|control| state.stage.uses(control.name, spec));
        // Where several of one loss are named by what differs, its name is said here.
        let title = if told.starts_with(spec.title) { told } else { format!("{}, {told}", spec.title) };
        groups.push(Group { title, contender: Some(i), controls: own });
    }
    let mut knobs = controls("", &state.knobs);
    knobs.retain(|knob| state.contenders.iter().any(|c| state.stage.uses(knob.name, c.loss.spec())));
    // One loss alone differs from none.
    knobs.retain(|knob| knob.name != DIFFERENCE || state.contenders.len() > 1);
    let title = state.stage.spec().title.to_owned();
    groups.push(Group { title, contender: None, controls: knobs });
    groups
}

fn control(key: String, param: &'static Param, value: f64, params: &Params) -> Control {
    let (kind, options) = match param.scale {
        Scale::Linear => ("linear", Vec::new()),
        Scale::Log => ("log", Vec::new()),
        Scale::Integer => ("integer", Vec::new()),
        Scale::Numbers(options) => {
            ("choice", options.iter().map(|&(v, name)| Choice { text: param.text(v), name }).collect())
        }
        Scale::Names(options) => {
            let choice = |name: &&'static str| Choice { text: (*name).to_owned(), name };
            ("choice", options.iter().map(choice).collect())
        }
    };
    Control {
        key,
        name: param.name,
        symbol: param.symbol,
        unit: param.unit,
        kind,
        range: param.range,
        domain: param.allowed(),
        value,
        default: params.default(param.name),
        initial: value,
        signed: param.range.0 < 0.0 || param.check(-1.0).is_ok(),
        text: param.text(value),
        options,
        enabled: params.matters(param),
        folded: param.is_option,
        hidden: false,
        locked: false,
    }
}
