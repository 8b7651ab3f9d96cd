//! A number against a parameter.

use crate::spec::{ParamError, Params, Scale};

/// Numbers from one end of a range to the other, as a scale runs: evenly, evenly in the logarithm, or in whole
/// steps, which repeat if there are fewer of them than samples. The ends of a logarithmic range are positive.
#[must_use]
pub fn positions(scale: Scale, (low, high): (f64, f64), samples: usize) -> Vec<f64> {
    let at = |i: usize| {
        let to = i as f64 / (samples.max(2) - 1) as f64;
        let from = 1.0 - to;
        // In these forms both ends come out exactly, so that none is beyond the domain of its parameter.
        match scale {
            Scale::Log => low.powf(from) * high.powf(to),
            Scale::Linear => from * low + to * high,
            Scale::Integer | Scale::Numbers(_) | Scale::Names(_) => (from * low + to * high).round(),
        }
    };
    (0..samples).map(at).collect()
}

/// What `readout` says while the parameter `name` takes each of the numbers `at` and the others stay.
///
/// # Errors
/// If there is no such parameter or it does not allow one of the numbers.
pub fn sweep(
    params: &Params,
    name: &str,
    at: &[f64],
    mut readout: impl FnMut(&Params) -> f64,
) -> Result<Vec<f64>, ParamError> {
    let mut params = params.clone();
    let mut read = |&value: &f64| {
        params.set(name, value)?;
        Ok(readout(&params))
    };
    at.iter().map(&mut read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Kernel, Loss};
    use crate::losses::embeddings::uniformity::Uniformity;
    use crate::testing::{params, random};

    #[test]
    fn positions_run_as_the_scale_does_and_end_where_the_range_does() {
        assert_eq!(positions(Scale::Linear, (0.0, 2.0), 5), [0.0, 0.5, 1.0, 1.5, 2.0]);
        assert_eq!(positions(Scale::Integer, (0.0, 3.0), 3), [0.0, 2.0, 3.0]);
        let log = positions(Scale::Log, (0.01, 100.0), 5);
        for (got, expected) in log.iter().zip([0.01, 0.1, 1.0, 10.0, 100.0]) {
            assert!((got - expected).abs() < 1e-12 * expected, "got {got}, not {expected}");
        }
        assert_eq!((log[0], log[4]), (0.01, 100.0));
        assert_eq!(positions(Scale::Linear, (1.0, 2.0), 1), [1.0]);
        assert!(positions(Scale::Log, (1.0, 2.0), 0).is_empty());
    }

    #[test]
    fn a_sweep_reads_at_every_position_and_leaves_the_parameters_alone() {
        let input = random(Uniformity::SPEC, &[("N", 5), ("D", 2)], 1);
        let params = params(&Uniformity, &[]);
        let value = |params: &Params| <dyn Loss>::value(&Uniformity, &input, params);
        let got = sweep(&params, "t", &[1.0, 2.0, 4.0], value).unwrap();
        assert_eq!(got[1], value(&params));
        assert!(got[0] > got[1] && got[1] > got[2], "a shorter reach lowers uniformity: {got:?}");
        assert_eq!(params.get("t"), 2.0);
    }

    #[test]
    fn a_sweep_beyond_the_domain_says_so() {
        let params = params(&Uniformity, &[]);
        let error = sweep(&params, "t", &[1.0, -1.0], |_| 0.0).unwrap_err();
        assert_eq!(error.to_string(), "parameter t is -1, allowed is a number greater than 0");
        assert!(sweep(&params, "tau", &[1.0], |_| 0.0).is_err());
    }
}
