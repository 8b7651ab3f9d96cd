//! The difference of two losses as a map: of their values, or between the ways downhill.

use super::dead_zone::count;
use super::played::Shot;
use super::scenario::{Field, Scenario, Title, View};
use super::slopes::{DEAR, Sloped, percent, side};
use crate::figures::{Colours, Figure, Ink, Map, Mark, Zone, fixed, reach};
use crate::spec::{Affects, Param};
use crate::stages::State;
use crate::stages::stage::{Quality, Tile};

/// What is drawn of the difference.
pub const DIFFERENCE: Param = Param::names(
    "difference",
    &["none", "value", "angle", "ratio"],
    "a map of how two losses differ: in value, in the angle between their ways downhill, in how steep they are",
)
.affects(Affects::Look);

/// Differences up to this are always told apart.
const ALWAYS: f64 = 10.0;

/// Contours of a map.
const CONTOURS: usize = 10;

/// What is told of two losses at a place; infinite where that is nothing because a gradient is exactly 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Value,
    Angle,
    Ratio,
}

impl Kind {
    /// What a state asks for, if anything.
    fn of(state: &State) -> Option<Self> {
        let knobs = Some(&state.knobs).filter(|knobs| knobs.has(DIFFERENCE.name));
        match knobs?.named(DIFFERENCE.name) {
            "value" => Some(Self::Value),
            "angle" => Some(Self::Angle),
            "ratio" => Some(Self::Ratio),
            _ => None,
        }
    }

    fn between(self, (value, [x, y]): Sloped, (other, [u, v]): Sloped) -> f64 {
        let (length, others) = (x.hypot(y), u.hypot(v));
        match self {
            Self::Value => value - other,
            _ if !(length.is_finite() && others.is_finite()) => f64::NAN,
            _ if length == 0.0 || others == 0.0 => f64::INFINITY,
            // Of unit vectors, whose products neither vanish nor overflow.
            Self::Angle => {
                let ([x, y], [u, v]) = ([x, y].map(|c| c / length), [u, v].map(|c| c / others));
                (x * v - y * u).abs().atan2(x * u + y * v).to_degrees()
            }
            Self::Ratio => (length / others).log10(),
        }
    }

    fn title(self, own: &str, other: &str) -> String {
        match self {
            Self::Value => format!("{own} minus {other}"),
            Self::Angle => format!("Angle between the ways downhill of {own} and {other}"),
            Self::Ratio => format!("How much steeper {own} is than {other}"),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Value => "difference of the losses",
            Self::Angle => "angle [°]",
            Self::Ratio => "log₁₀ of the ratio of gradient lengths",
        }
    }

    fn colours(self) -> Colours {
        if self == Self::Angle { Colours::HalfTurn } else { Colours::Signed }
    }
}

impl<S: Scenario> View<S> {
    /// The difference of the main loss and each other one over the plane of the first view with slopes, if a person asks
    /// for it; of a stage that has the knob [`DIFFERENCE`].
    pub const DIFFERENCE: Self = Self {
        title: Title::Of(title),
        count: |shot| compared(shot).map_or(0, |(_, view)| (view.count)(shot).saturating_sub(1)),
        field: Some(Field {
            values: |shot, place, quality| {
                let cost = cost(shot, place);
                if quality == Quality::Coarse && cost > DEAR {
                    return Vec::new();
                }
                let side = side(cost, quality);
                values(shot, place, side, &Tile::whole(side))
            },
            tiled: |shot, place| Some(side(cost(shot, place), Quality::Fine)),
            tile: values,
            basis: Some(basis),
        }),
        ..Self::new("difference", "", figure).aspect(1.0).main()
    };
}

/// What is told, and the view of the losses that are compared; nothing if nobody asks, or if there are no slopes.
fn compared<S: Scenario>(shot: &Shot<S>) -> Option<(Kind, &'static View<S>)> {
    let kind = Kind::of(&shot.state)?;
    let view = S::VIEWS.iter().find(|view| view.slopes.is_some())?;
    let has_slopes = view.slopes.is_some_and(|slopes| slopes(shot, 0, 0).is_some());
    has_slopes.then_some((kind, view))
}

fn title<S: Scenario>(shot: &Shot<S>, place: usize) -> String {
    compared(shot).map_or_else(String::new, |(kind, view)| {
        kind.title(&shot.title(view, 0), &shot.title(view, place + 1))
    })
}

/// About how many nanoseconds a sample takes.
fn cost<S: Scenario>(shot: &Shot<S>, place: usize) -> f64 {
    let slopes = compared(shot).and_then(|(_, view)| view.slopes);
    let both = [0, place + 1].map(|of| slopes.and_then(|slopes| slopes(shot, 0, of)));
    both.iter().flatten().map(|slopes| (slopes.cost)()).sum()
}

/// What is told at the samples of a tile; nothing if one of the losses has no slopes.
fn values<S: Scenario>(shot: &Shot<S>, place: usize, side: usize, tile: &Tile) -> Vec<f64> {
    let Some((kind, View { slopes: Some(slopes), .. })) = compared(shot) else { return Vec::new() };
    let (Some(mut own), Some(mut other)) = (slopes(shot, 0, 0), slopes(shot, 0, place + 1)) else {
        return Vec::new();
    };
    let [x, y] = own.ends;
    let along = |(from, to): (f64, f64), i: usize| from + (to - from) * i as f64 / (side - 1) as f64;
    let samples = tile.samples().into_iter().map(|(column, row)| (along(x, column), along(y, row)));
    samples.map(|at| kind.between((own.at)(at), (other.at)(at))).collect()
}

/// What the map of each loss depends on, and what is told of them.
fn basis<S: Scenario>(shot: &Shot<S>, place: usize) -> State {
    let view = compared(shot).map(|(_, view)| view);
    let Some(basis) = view.and_then(|view| view.field.as_ref()?.basis) else { return shot.state.clone() };
    let other = basis(shot, place + 1);
    basis(shot, 0).with(|state| {
        state.contenders.extend(other.contenders);
        // The plane is that of the main loss.
        for (name, array) in other.arrays {
            state.arrays.entry(name).or_insert(array);
        }
        // It was allowed, so it still is.
        let _ = state.knobs.set(DIFFERENCE.name, shot.state.knobs.get(DIFFERENCE.name));
    })
}

/// The map of the difference under the points of the main loss.
fn figure<S: Scenario>(shot: &Shot<S>, place: usize, values: &[f64]) -> Figure {
    let Some((kind, view)) = compared(shot) else { return Figure::words("there is nothing to compare") };
    let figure = (view.draw)(shot, 0, &[]);
    let is_seen = |mark: &Mark| match mark {
        Mark::Points { .. } | Mark::Cover { .. } | Mark::Text { .. } => true,
        // What the plane looks like, not what the main loss does in it.
        Mark::Line { name, ink, .. } => name.is_empty() && matches!(ink, Ink::Muted | Ink::Text),
        _ => false,
    };
    let mut marks = map(shot, kind, values);
    marks.extend(figure.marks.into_iter().filter(is_seen));
    // Handles move what is of the loss at the place of their figure.
    let handles = if place == 0 { figure.handles } else { Vec::new() };
    Figure { title: title(shot, place), marks, handles, ..figure }
}

fn map<S: Scenario>(shot: &Shot<S>, kind: Kind, values: &[f64]) -> Vec<Mark> {
    let view = compared(shot).and_then(|(_, view)| view.slopes?(shot, 0, 0));
    let (Some(slopes), side) = (view, values.len().isqrt()) else { return Vec::new() };
    if side < 2 {
        return Vec::new();
    }
    let ([x, y], mut name) = (slopes.ends, kind.name().to_owned());
    let (low, high) = if kind == Kind::Value { reach(values, ALWAYS) } else { (-f64::MAX, f64::MAX) };
    if values.iter().any(|value| value.is_finite() && !(low..=high).contains(value)) {
        name += &format!(", cut at {}", fixed(low.abs().max(high.abs()), 0));
    }
    let shown = |value: &f64| if value.is_finite() { value.clamp(low, high) } else { f64::NAN };
    let map = Map::new(&name, side, values.iter().map(shown).collect(), x, y, kind.colours());
    let flat: Vec<bool> = values.iter().map(|value| kind != Kind::Value && *value == f64::INFINITY).collect();
    let all = values.iter().filter(|value| !value.is_nan()).count();
    let share = percent(count(&flat), all);
    let name = format!(
        "no {}: a gradient is 0 on {share} of the map",
        if kind == Kind::Angle { "angle" } else { "ratio" }
    );
    let hatch = (count(&flat) > 0).then(|| Mark::Hatch { name, zone: Zone::of(&map, flat) });
    // Angles jump where the nearest term changes.
    let contours = if kind == Kind::Angle { 0 } else { CONTOURS };
    [Mark::Map(Map { contours, ..map })].into_iter().chain(hatch).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn angles_and_ratios_are_those_of_the_gradients() {
        let [up, right, none] = [(5.0, [0.0, 2.0]), (3.0, [1.0, 0.0]), (4.0, [0.0, 0.0])];
        assert_eq!(Kind::Value.between(up, right), 2.0);
        assert!((Kind::Angle.between(up, right) - 90.0).abs() < 1e-12);
        assert!((Kind::Angle.between(up, (0.0, [0.0, -1e-300])) - 180.0).abs() < 1e-12);
        assert_eq!(Kind::Ratio.between(up, right), 2f64.log10());
        for kind in [Kind::Angle, Kind::Ratio] {
            assert_eq!(kind.between(up, none), f64::INFINITY);
            assert!(kind.between(up, (1.0, [f64::NAN; 2])).is_nan());
        }
    }
}
