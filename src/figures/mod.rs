//! Drawings: what is to be seen as data, and how it is drawn on a canvas, as SVG, or as pixels.
//!
//! A [`Figure`] says what is seen. [`layout()`] says where everything goes, a [`Drawing`] draws it layer by layer on
//! any backend of plotters, and [`svg()`] and `png()` are complete files. [`table()`] gives the numbers.

mod clip;
mod colour_bar;
mod colours;
mod contours;
mod downhill;
mod drawing;
mod figure;
mod frame;
mod globe;
mod grid;
mod hatching;
mod heading;
mod layout;
mod legend;
mod marks;
mod names;
mod pen;
mod pixels;
#[cfg(not(target_arch = "wasm32"))]
mod png;
mod quantity;
mod raster;
mod reach;
mod roughness;
mod scale;
mod shapes;
mod sizes;
mod surface;
mod svg;
mod table;
mod ternary;
mod text;
mod theme;
mod ticks;
mod tiles;

pub use downhill::downhill;
pub use drawing::{Drawing, Layer};
pub use figure::{
    At, Axis, AxisScale, Colours, Dash, Figure, Freedom, Handle, Ink, Map, Mark, Plane, Shape, Zone,
};
pub use frame::{Frame, Rect};
pub use globe::{Camera, Side};
pub use layout::{Layout, layout};
pub use pen::FONTS;
#[cfg(not(target_arch = "wasm32"))]
pub use png::png;
pub use quantity::{fixed, quantity, scientific};
pub use raster::Raster;
pub use reach::{cut, reach};
pub use roughness::roughness;
pub use sizes::{ranks, sized};
pub use svg::svg;
pub use table::{Table, number, table};
pub use ternary::Ternary;
pub use theme::Theme;
pub use tiles::Tiles;

#[cfg(test)]
mod tests;
