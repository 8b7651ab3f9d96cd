//! The circle: prototypes, the arcs where a sample of each class is settled, and the forces on the sample.

use super::{AngleCurve, Seen, World, angles};
use crate::figures::{Axis, Dash, Figure, Freedom, Handle, Ink, Mark, Shape, fixed};
use crate::stages::engine::Shot;

/// The handle of the sample, which goes around.
pub(super) const HANDLE: &str = "direction";

/// Half the side of the figure, in radii.
const SIDE: f64 = 1.4;

/// Degrees between the corners of an arc.
const CORNER: f64 = 1.0;

/// Length of the longest arrow, in radii.
const LONGEST: f64 = 0.6;

/// A place at an angle from the top, clockwise, in degrees.
fn place(angle: f64, radius: f64) -> (f64, f64) {
    let (sin, cos) = angle.to_radians().sin_cos();
    (radius * sin, radius * cos)
}

/// An axis with nothing written along it: angles are what counts here.
fn bare_axis() -> Axis {
    Axis { range: (-SIDE, SIDE), ..Axis::names("", Vec::new()) }
}

fn arc((from, to): (f64, f64), ink: Ink, width: f64) -> Mark {
    let corners = ((to - from) / CORNER).ceil().max(1.0) as usize;
    let corner = |i: usize| place(from + (to - from) * i as f64 / corners as f64, 1.0);
    Mark::line("", (0..=corners).map(corner).collect(), ink, Dash::Solid, width)
}

/// The circle of one loss.
pub(super) fn circle(shot: &Shot<AngleCurve>, contender: usize) -> Figure {
    let World { theta, classes, .. } = *shot.world;
    let Seen { peak, settled, .. } = shot.seen(contender);
    let mut angles = angles(shot, contender);
    let spacing = 360.0 / classes as f64;
    let mut marks = vec![arc((0.0, 360.0), Ink::Muted, 1.0)];
    for class in 0..classes {
        let turn = class as f64 * spacing;
        marks.extend(settled.iter().map(|(from, to)| arc((turn + from, turn + to), Ink::Class(class), 10.0)));
    }
    let own = place(theta, 1.0);
    let forces = angles.on_circle(theta).towards;
    // One legend entry for all of the own class, one for all rivals.
    let (mut pull, mut push) = ("pull", "push");
    for (i, at) in angles.prototypes().enumerate() {
        let (class, is_first) = (i / angles.centres, i % angles.centres == 0);
        let (x, y) = place(at, 1.0);
        let size = if is_first { 9.0 } else { 6.0 };
        marks.extend(Mark::points("", vec![(x, y)], Ink::Class(class), Shape::Star, size));
        if is_first {
            marks.push(Mark::Text {
                text: if class == 0 { "own".into() } else { format!("{}", class + 1) },
                at: (1.18 * x, 1.18 * y),
                ink: Ink::Text,
            });
        }
        // Towards the own prototype, straight away from a rival; as long as the force along the circle.
        let force = forces.get(i).copied().unwrap_or(0.0);
        let (dx, dy) = (x - own.0, y - own.1);
        let length = LONGEST * force / (peak * dx.hypot(dy));
        if length.is_finite() && (length * dx.hypot(dy)).abs() > 0.01 {
            let name = if class == 0 { &mut pull } else { &mut push };
            marks.push(Mark::Arrows {
                name: std::mem::take(name).into(),
                arrows: vec![[own, (own.0 + length * dx, own.1 + length * dy)]],
                ink: Ink::Class(class),
            });
        }
    }
    marks.extend(Mark::points("sample", vec![own], Ink::Class(0), Shape::OfClass(0), 7.0));
    let nearest = (theta / spacing).round().rem_euclid(classes as f64) as usize;
    let nearest = if nearest == 0 { "its own".into() } else { format!("prototype {}", nearest + 1) };
    let handle = Handle {
        id: HANDLE.into(),
        name: format!("sample {}° from its own prototype, nearest to {nearest}", fixed(theta.abs(), 1)),
        at: own,
        freedom: Freedom::Plane,
        selected: true,
    };
    Figure { handles: vec![handle], ..Figure::new(bare_axis(), bare_axis(), marks).equal() }
}
