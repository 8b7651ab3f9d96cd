//! Toy data for any input, by what it is: its role, its domain and its shape.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::spec::{Domain, Input, Kind, Role};

/// Where the centres of the classes of embeddings stand on the first two axes, from the origin.
const RADIUS: f64 = 1.0;

/// How far samples lie from the centre of their class.
const SCATTER: f64 = 0.35;

/// The class of the sample at a position: classes take turns.
fn class(i: usize, classes: usize) -> f64 {
    (i % classes.max(1)) as f64
}

/// Entries of an input of that shape, in row-major order, the same for one seed. `classes` is how many there are.
#[must_use]
pub fn entries(input: &Input, shape: &[usize], classes: usize, seed: u64) -> Vec<f64> {
    let count = shape.iter().product();
    let width = shape.last().copied().unwrap_or(1).max(1);
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    match input.kind {
        Kind::Class(_) | Kind::ClassOrNone(_) => return (0..count).map(|i| class(i, classes)).collect(),
        Kind::Binary if input.role == Role::Mask => return disc(shape).collect(),
        Kind::Binary => return (0..count).map(|i| class(i, 2)).collect(),
        Kind::Integer(_) if input.role == Role::Count => {
            // Rarer from class to class.
            return (0..count).map(|i| (100.0 / 4f64.powi(i as i32)).ceil()).collect();
        }
        Kind::Integer(low) => {
            return (0..count).map(|i| class(i, classes) + low.max(0) as f64).collect();
        }
        Kind::Variable(_) | Kind::Fixed(_) => {}
    }
    let domain = input.domain();
    let mut entries = vec![0.0; count];
    domain.draw(&mut entries, width, &mut rng);
    match input.role {
        Role::Embedding | Role::Prototype | Role::Features if width > 1 && domain == Domain::Any => {
            let scatter = if input.role == Role::Prototype { 0.1 } else { SCATTER };
            for (i, row) in entries.chunks_exact_mut(width).enumerate() {
                let angle = std::f64::consts::TAU * class(i, classes) / classes.max(1) as f64;
                let centre = [RADIUS * angle.cos(), RADIUS * angle.sin()];
                row.iter_mut().enumerate().for_each(|(d, x)| {
                    *x = scatter * *x + centre.get(d).copied().unwrap_or(0.0);
                });
            }
        }
        Role::Logits if width == classes => {
            // Mostly right, as after some training.
            for (i, row) in entries.chunks_exact_mut(width).enumerate() {
                row[class(i, classes) as usize] += 1.5;
            }
        }
        Role::Image | Role::Mask => {
            for (entry, inside) in entries.iter_mut().zip(disc(shape)) {
                *entry = 0.15 + 0.7 * inside + 0.05 * *entry;
            }
            domain.hold(&mut entries, width);
        }
        _ => {}
    }
    entries
}

/// 1 within a disc of half the size of the raster, a little off its middle; the same in every channel.
fn disc(shape: &[usize]) -> impl Iterator<Item = f64> {
    let (height, width) = match shape {
        [.., height, width] => (*height, *width),
        [length] => (1, *length),
        [] => (1, 1),
    };
    let inside = move |i: usize| {
        let along =
            |place: usize, length: usize, aside: f64| (place as f64 + 0.5) / length as f64 - 0.5 - aside;
        let (y, x) = (along(i / width % height, height, 0.05), along(i % width, width, -0.05));
        f64::from(u8::from(x.hypot(if height > 1 { y } else { 0.0 }) < 0.27))
    };
    (0..shape.iter().product()).map(inside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::losses;

    #[test]
    fn toy_data_is_in_its_domain_whatever_a_loss_reads() {
        for input in losses::all().flat_map(|loss| loss.spec().inputs) {
            let shape = vec![4; input.rank()];
            let entries = entries(input, &shape, 3, 1);
            assert_eq!(entries.len(), 4usize.pow(input.rank() as u32), "{}", input.name);
            assert_eq!(input.domain().fault(&entries, 4), None, "{} begins as {entries:?}", input.name);
        }
    }

    #[test]
    fn a_mask_has_an_inside_and_an_outside() {
        let mask = entries(&Input::binary("target", Role::Mask, &["H", "W"], ""), &[16, 16], 2, 1);
        let inside = mask.iter().sum::<f64>();
        assert!((40.0..80.0).contains(&inside), "{inside} of 256 pixels are inside");
    }
}
