//! Two wells of about one depth, one narrow and one wide.

use super::POINT;
use super::surface::point;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Param, Params, Prose, Slope, Source, Spec};

/// A sharp minimum on the left, a flat one on the right.
pub struct TwoWells;

/// `1 − e^{−‖z − (−1, 0)‖²/2a²} − e^{−‖z − (1, 0)‖²/2b²} + 0.05‖z‖²`
pub fn height<R: Real>(point: [R; 2], params: &Params) -> R {
    let well = |x: f64, width: R| {
        let widths = [(point[0] - x) / width, point[1] / width];
        (R::dot(&widths, &widths) * -0.5).exp()
    };
    R::dot(&point, &point) * 0.05 - well(-1.0, params.real("narrow")) - well(1.0, params.real("wide")) + 1.0
}

impl Kernel for TwoWells {
    const SPEC: &'static Spec = &Spec {
        id: "surface-two-wells",
        title: "Two wells",
        family: Family::Models,
        inputs: &[POINT.region((-2.5, 2.5), (-2.0, 2.0), (-0.6, 1.0))],
        params: &[
            Param::log("narrow", "a", 0.15, (0.05, 0.6), "width of the left well"),
            Param::log("wide", "b", 0.6, (0.3, 2.0), "width of the right well"),
        ],
        slope: Slope::Exact,
    };

    const PROSE: &'static Prose = &Prose {
        summary: "A sharp and a flat minimum of equal depth: the loss alone cannot say which one is better.",
        formula: r"L=1-e^{-\lVert z-(-1,0)\rVert^2/2\p{narrow}^2}-e^{-\lVert z-(1,0)\rVert^2/2\p{wide}^2}+0.05\lVert z\rVert^2",
        gradient: r"\nabla L=\frac{z-(-1,0)}{\p{narrow}^2}e^{-\lVert z-(-1,0)\rVert^2/2\p{narrow}^2}+\frac{z-(1,0)}{\p{wide}^2}e^{-\lVert z-(1,0)\rVert^2/2\p{wide}^2}+0.1z",
        source: Source { authors: "", year: 0, title: "", venue: "a toy of this explorer" },
        papers: &[],
        aliases: &["sharp and flat minima", "flat minimum"],
        facts: &[
            "At the defaults the floors of the wells are 0.046 and 0.048 high, with largest curvatures 44.5 and 2.9.",
            "A distance of 0.2 from the floor costs 0.589 in the narrow well and 0.054 in the wide one.",
        ],
    };

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        height(point(input), params)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::losses::models::surface::tests::{chosen, curvatures, height_at};
    use crate::losses::models::surface::{gradient, hessian};

    /// The floor that Newton's method finds from a centre.
    fn floor(x: f64) -> [f64; 2] {
        let params = chosen("two-wells", &[]);
        let mut z = [x, 0.0];
        for _ in 0..20 {
            z[0] -= gradient(z, &params)[0] / hessian(z, &params)[0][0];
        }
        z
    }

    #[test]
    fn the_wells_are_equally_deep_and_differently_sharp() {
        for (x, depth, sharpness) in [(-1.0, 0.046, 44.5), (1.0, 0.048, 2.9)] {
            let at = floor(x);
            let (height, (curvature, _)) = (height_at(&TwoWells, &[], at), curvatures("two-wells", &[], at));
            assert!((height - depth).abs() < 5e-4, "the floor at {at:?} is {height} high");
            assert!((curvature - sharpness).abs() < 0.05, "the floor at {at:?} has curvature {curvature}");
        }
    }

    #[test]
    fn a_small_step_costs_much_in_the_narrow_well_only() {
        let params = chosen("two-wells", &[]);
        for (width, rise) in [("narrow", 0.589), ("wide", 0.054)] {
            let well = 1.0 - (-0.04 / (2.0 * params.get(width).powi(2))).exp();
            assert!((well - rise).abs() < 5e-4, "the {width} well alone rises by {well}");
        }
        for (x, rise) in [(-1.0, 0.589), (1.0, 0.054)] {
            let [x, y] = floor(x);
            let got = height_at(&TwoWells, &[], [x, y + 0.2]) - height_at(&TwoWells, &[], [x, y]);
            // The bowl under both wells adds 0.05·0.2² and the other well a trifle.
            assert!((got - rise).abs() < 0.01, "0.2 beside the floor at {x} it rises by {got}");
        }
    }
}
