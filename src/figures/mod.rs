//! Drawings: what is to be seen as data, and how it is drawn on a canvas, as SVG, or as pixels.

mod figure;

pub use figure::{At, Axis, AxisScale, Colours, Dash, Figure, Freedom, Handle, Ink, Map, Mark, Plane, Shape};
