//! A loss over a plane of two entries of an input.

use super::Subject;
use crate::kernel::Moving;

/// Values while two entries of a variable input, given by their positions in row-major order, run over a grid and
/// everything else stays.
///
/// One row for each of `ys`, from the first on, with one value for each of `xs`; `entries` are the one that runs
/// over `xs` and the one that runs over `ys`.
///
/// # Panics
/// If the loss has no variable input of that name, or the input no such entries.
#[must_use]
pub fn surface(subject: Subject<'_>, name: &str, entries: [usize; 2], xs: &[f64], ys: &[f64]) -> Vec<f64> {
    let width = subject.input.rows(name)[0].len();
    let spec = subject.loss.spec();
    let known = spec.input(name).filter(|_| entries[0] / width == entries[1] / width);
    if let Some(input) = known {
        let row = entries[0] / width;
        let here = subject.input.rows(name)[row];
        let mut places = here.repeat(xs.len() * ys.len());
        let along = ys.iter().flat_map(|&y| xs.iter().map(move |&x| [x, y]));
        for (place, [x, y]) in places.chunks_exact_mut(width).zip(along) {
            place[entries[1] % width] = y;
            place[entries[0] % width] = x;
        }
        return subject.loss.values(
            subject.input,
            subject.params,
            &Moving { name: input.name, row, places: &places },
        );
    }
    let mut input = subject.input.clone();
    let mut values = Vec::with_capacity(xs.len() * ys.len());
    for &y in ys {
        input.variable_mut(name)[entries[1]] = y;
        for &x in xs {
            input.variable_mut(name)[entries[0]] = x;
            values.push(subject.loss.value(&input, subject.params));
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Kernel, Loss};
    use crate::losses::embeddings::nt_xent::NtXent;
    use crate::losses::models::saddle::Saddle;
    use crate::testing::{inputs, params, random};

    #[test]
    fn rows_run_along_x_and_follow_each_other_along_y() {
        let input = inputs(Saddle::SPEC, &[("point", &[2], &[7.0, 7.0])]);
        let params = params(&Saddle, &[("curvature", 1.0)]);
        let subject = Subject { loss: &Saddle, params: &params, input: &input };
        let got = surface(subject, "point", [0, 1], &[0.0, 1.0, 2.0], &[0.0, 3.0]);
        assert_eq!(got, [0.0, 1.0, 4.0, -9.0, -8.0, -5.0]);
    }

    #[test]
    fn one_sample_moves_and_the_others_stay() {
        let input = random(NtXent::SPEC, &[("N", 6), ("D", 2)], 1);
        let params = params(&NtXent, &[]);
        let subject = Subject { loss: &NtXent, params: &params, input: &input };
        let at = &input.vector("embeddings")[4..6];
        let got = surface(subject, "embeddings", [4, 5], &at[..1], &at[1..]);
        let expected = <dyn Loss>::value(&NtXent, &input, &params);
        assert_eq!(got.len(), 1);
        assert!(
            (got[0] - expected).abs() <= 1e-14 * expected,
            "{} where the point is, {expected} there",
            got[0]
        );
    }
}
