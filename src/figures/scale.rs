//! From the values of an axis to places on the screen and back.

use super::figure::{Axis, AxisScale};

/// A linear or logarithmic scale between a range of values and a range of pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// The ends of the axis, both finite, unequal, and positive if the axis is logarithmic.
    pub range: (f64, f64),
    /// Whether it is even in the logarithm.
    pub log: bool,
    /// Whether it counts names.
    pub named: bool,
    pixels: (f64, f64),
    course: (f64, f64),
}

impl Scale {
    /// The scale of an axis. A range that nothing can be drawn over is replaced by one near it.
    pub fn new(axis: &Axis, pixels: (f64, f64)) -> Self {
        let log = axis.scale == AxisScale::Log;
        let range = usable(axis.range, log);
        let course = if log { (range.0.ln(), range.1.ln()) } else { range };
        Self { range, log, named: matches!(axis.scale, AxisScale::Names(_)), pixels, course }
    }

    /// The least and the greatest value.
    pub fn extent(&self) -> (f64, f64) {
        (self.range.0.min(self.range.1), self.range.0.max(self.range.1))
    }

    /// The place of a value from 0 to 1 along the axis; not finite for a value that has no place.
    pub fn share(&self, value: f64) -> f64 {
        let value = if self.log { value.ln() } else { value };
        (value - self.course.0) / (self.course.1 - self.course.0)
    }

    /// The value at a share of the way along the axis.
    pub fn value(&self, share: f64) -> f64 {
        let value = self.course.0 + share * (self.course.1 - self.course.0);
        if self.log { value.exp() } else { value }
    }

    /// The place of a value in CSS pixels; not finite for a value that has no place.
    pub fn pixel(&self, value: f64) -> f64 {
        self.pixels.0 + self.share(value) * (self.pixels.1 - self.pixels.0)
    }

    /// The value at a place in CSS pixels.
    pub fn at(&self, pixel: f64) -> f64 {
        let length = self.pixels.1 - self.pixels.0;
        self.value(if length == 0.0 { 0.5 } else { (pixel - self.pixels.0) / length })
    }
}

fn usable((from, to): (f64, f64), log: bool) -> (f64, f64) {
    // Beyond this the difference of both ends could overflow.
    let bound = |v: f64| if v.is_finite() { v.clamp(-1e300, 1e300) } else { f64::NAN };
    let (from, to) = (bound(from), bound(to));
    if log {
        let positive = |v: f64| v >= 1e-290;
        return match (positive(from), positive(to)) {
            (true, true) if (from / to).ln().abs() > 1e-9 => (from, to),
            (true, _) => (from / 10.0, from * 10.0),
            (_, true) => (to / 1000.0, to),
            _ => (0.1, 10.0),
        };
    }
    let (from, to) = match (from.is_nan(), to.is_nan()) {
        (true, true) => (0.0, 1.0),
        (true, false) => (to - 1.0, to),
        (false, true) => (from, from + 1.0),
        _ => (from, to),
    };
    let size = from.abs().max(to.abs());
    // Closer together, ticks could no longer be told apart.
    if (to - from).abs() > 1e-12 * size && size > 1e-300 {
        (from, to)
    } else {
        let room = 0.5 * size.max(1.0);
        (from - room, from + room)
    }
}
