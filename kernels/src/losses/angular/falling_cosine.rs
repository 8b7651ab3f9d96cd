//! A cosine that goes on falling past 180°, the target of the margins that multiply the angle.

use std::f64::consts::PI;

use super::unturned;
use crate::real::Real;

/// `(−1)^k cos φ − 2k` with `k` half turns in the phase `φ`, in radians from 0 on: continuous, and falling all
/// the way.
pub fn falling_cosine<R: Real>(phase: R) -> R {
    let half_turns = (phase.value() / PI).floor();
    let sign = if half_turns % 2.0 == 0.0 { 1.0 } else { -1.0 };
    phase.cos() * sign - 2.0 * half_turns
}

/// The falling cosine of `factor·θ + margin`, of `cos θ`; where that is `θ`, the cosine to the last digit.
pub fn stretched<R: Real>(cosine: R, factor: R, margin: R) -> R {
    let angle = cosine.angle();
    if (factor.value(), margin.value()) == (1.0, 0.0) {
        unturned(cosine, angle * (factor - 1.0) + margin)
    } else {
        falling_cosine(angle * factor + margin)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_falls_all_the_way(a in 0.0..15.0, b in 0.0..15.0f64) {
            let (near, far) = (f64::min(a, b), f64::max(a, b));
            prop_assert!(falling_cosine(near) >= falling_cosine(far) - 1e-12, "it rises from {near} to {far}");
        }

        #[test]
        fn it_has_no_jump(turns in 1u8..5) {
            let edge = PI * f64::from(turns);
            let jump = falling_cosine(edge + 1e-9) - falling_cosine(edge - 1e-9);
            prop_assert!(jump.abs() < 1e-12, "after {turns} half turns it jumps by {jump}");
            prop_assert!((falling_cosine(edge) - (1.0 - 2.0 * f64::from(turns))).abs() < 1e-12);
        }

        #[test]
        fn up_to_half_a_turn_it_is_the_cosine(phase in 0.0..PI) {
            prop_assert_eq!(falling_cosine(phase), phase.cos());
        }
    }
}
