//! Cutting lines at a rectangle and into dashes: backends of plotters do neither.

use super::frame::Rect;

/// A place in CSS pixels.
pub type Place = (f64, f64);

/// Gives each piece of a line that lies in `rect` to `piece`. The line is interrupted at places that are not
/// finite.
pub fn line(
    places: impl IntoIterator<Item = Place>,
    rect: &Rect,
    mut piece: impl FnMut(&[Place]) -> Result<(), String>,
) -> Result<(), String> {
    let mut run: Vec<Place> = Vec::new();
    let mut last: Option<Place> = None;
    for place in places {
        let next = (place.0.is_finite() && place.1.is_finite()).then_some((near(place.0), near(place.1)));
        match (last, next) {
            (Some(from), Some(to)) => match segment(from, to, rect) {
                Some((a, b)) => {
                    if run.last() != Some(&a) {
                        flush(&mut run, &mut piece)?;
                        run.push(a);
                    }
                    run.push(b);
                }
                None => flush(&mut run, &mut piece)?,
            },
            (_, None) => flush(&mut run, &mut piece)?,
            (None, Some(_)) => {}
        }
        last = next;
    }
    flush(&mut run, &mut piece)
}

/// A coordinate as near as arithmetic can still tell pixels apart.
fn near(v: f64) -> f64 {
    v.clamp(-1e12, 1e12)
}

fn flush(run: &mut Vec<Place>, piece: &mut impl FnMut(&[Place]) -> Result<(), String>) -> Result<(), String> {
    if run.len() > 1 {
        piece(run)?;
    }
    run.clear();
    Ok(())
}

/// The part of a segment that lies in a rectangle (Liang and Barsky 1984).
pub fn segment(from: Place, to: Place, rect: &Rect) -> Option<(Place, Place)> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    let edges = [
        (-dx, from.0 - rect.left),
        (dx, rect.right() - from.0),
        (-dy, from.1 - rect.top),
        (dy, rect.bottom() - from.1),
    ];
    for (slope, room) in edges {
        if slope == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if slope < 0.0 {
            enter = enter.max(room / slope);
        } else {
            leave = leave.min(room / slope);
        }
    }
    // Rounding may leave a place far away just outside.
    let within = |(x, y): Place| (x.clamp(rect.left, rect.right()), y.clamp(rect.top, rect.bottom()));
    let at = |t: f64| within((from.0 + t * dx, from.1 + t * dy));
    // An end within keeps its exact place, so that the next segment joins it.
    let start = if enter <= 0.0 { from } else { at(enter) };
    let end = if leave >= 1.0 { to } else { at(leave) };
    (enter <= leave).then_some((start, end))
}

/// Gives each dash of a line to `dash`; `pattern` is the length of a dash and of a gap.
pub fn dashes(
    places: &[Place],
    pattern: (f64, f64),
    mut dash: impl FnMut(&[Place]) -> Result<(), String>,
) -> Result<(), String> {
    let mut run: Vec<Place> = Vec::new();
    let (mut drawing, mut left) = (true, pattern.0);
    for pair in places.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        loop {
            if drawing && run.is_empty() {
                run.push(from);
            }
            let length = (to.0 - from.0).hypot(to.1 - from.1);
            if length <= left {
                left -= length;
                if drawing {
                    run.push(to);
                }
                break;
            }
            let share = left / length;
            from = (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
            if drawing {
                run.push(from);
                dash(&run)?;
                run.clear();
            }
            drawing = !drawing;
            left = if drawing { pattern.0 } else { pattern.1 };
        }
    }
    if run.len() > 1 { dash(&run) } else { Ok(()) }
}
