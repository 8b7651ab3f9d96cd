//! The shapes of points.

use std::f64::consts::{FRAC_PI_2, TAU};

use plotters::style::RGBColor;

use super::clip::Place;
use super::figure::Shape;
use super::pen::Pen;

/// How a shape is drawn.
enum Outline {
    /// A disc.
    Disc,
    /// A circle.
    Ring,
    /// A filled polygon around the origin with this many corners; every second is drawn in by the second number.
    /// The first corner is at the third, in radians from upwards, and the radius is multiplied by the fourth so
    /// that all shapes look equally large.
    Polygon(usize, f64, f64, f64),
    /// Strokes through the origin, the first at this angle from upwards.
    Strokes(f64),
}

/// Which of the eight shapes a class has. Classes of one colour, eight apart, have different ones.
fn of_class(class: usize) -> usize {
    (class + 3 * (class / 8)) % 8
}

fn outline(shape: Shape) -> Outline {
    match shape {
        Shape::OfClass(class) | Shape::HollowOfClass(class) => match of_class(class) {
            0 => Outline::Disc,
            1 => Outline::Polygon(4, 1.0, 0.125 * TAU, 1.22),
            2 => Outline::Polygon(3, 1.0, 0.0, 1.38),
            3 => Outline::Polygon(4, 1.0, 0.0, 1.28),
            4 => Outline::Polygon(3, 1.0, 0.5 * TAU, 1.38),
            5 => Outline::Polygon(8, 0.42, 0.0, 1.45),
            6 => Outline::Polygon(6, 1.0, 0.25 * TAU, 1.1),
            _ => Outline::Strokes(0.0),
        },
        Shape::Ring => Outline::Ring,
        Shape::Star => Outline::Polygon(10, 0.45, 0.0, 1.5),
        Shape::Cross => Outline::Strokes(0.125 * TAU),
    }
}

/// Draws a point with a rim in the colour of the background, so that it is seen on everything.
pub fn draw(pen: &mut Pen<'_>, at: Place, shape: Shape, radius: f64, colour: RGBColor) -> Result<(), String> {
    const RIM: f64 = 1.5;
    /// Width of the line of a hollow shape.
    const LINE: f64 = 2.0;
    let rim = pen.theme.background;
    let is_hollow = matches!(shape, Shape::HollowOfClass(_));
    match outline(shape) {
        Outline::Disc => {
            pen.circle(at, radius + RIM, rim, None)?;
            pen.circle(at, radius, colour, None)?;
            if is_hollow { pen.circle(at, radius - LINE, rim, None) } else { Ok(()) }
        }
        Outline::Ring => {
            pen.circle(at, radius, rim, Some(2.0 + 2.0 * RIM))?;
            pen.circle(at, radius, colour, Some(2.0))
        }
        Outline::Polygon(corners, inner, first, grown) => {
            let radius = grown * radius;
            // The rim of a pointed shape is as thick at its sides as that of a disc.
            let corner = 1.0 / (TAU / 2.0 / corners.min(5) as f64).cos();
            pen.polygon(&polygon(at, corners, inner, first, radius + RIM * corner), rim, 1.0)?;
            pen.polygon(&polygon(at, corners, inner, first, radius), colour, 1.0)?;
            let hole = polygon(at, corners, inner, first, (radius - LINE * corner).max(0.0));
            if is_hollow { pen.polygon(&hole, rim, 1.0) } else { Ok(()) }
        }
        Outline::Strokes(first) => {
            let radius = 1.1 * radius;
            let stroke = (0.55 * radius).clamp(1.5, 4.0);
            for (reach, colour, width) in [(radius + RIM, rim, stroke + 2.0 * RIM), (radius, colour, stroke)]
            {
                for angle in [first, first + FRAC_PI_2] {
                    let (dx, dy) = (reach * angle.sin(), reach * angle.cos());
                    pen.path(&[(at.0 - dx, at.1 + dy), (at.0 + dx, at.1 - dy)], colour, 1.0, width)?;
                }
            }
            Ok(())
        }
    }
}

fn polygon(at: Place, corners: usize, inner: f64, first: f64, radius: f64) -> Vec<Place> {
    let corner = |i: usize| {
        let angle = first + TAU * i as f64 / corners as f64;
        let radius = if i % 2 == 1 { inner * radius } else { radius };
        (at.0 + radius * angle.sin(), at.1 - radius * angle.cos())
    };
    (0..corners).map(corner).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_of_64_classes_have_the_same_colour_and_shape() {
        let looks = |class: usize| (class % 8, of_class(class));
        for class in 0..64 {
            let twin = (0..class).find(|other| looks(*other) == looks(class));
            assert_eq!(twin, None, "class {class} looks like another one");
        }
    }
}
