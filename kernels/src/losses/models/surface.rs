//! The test functions of two weights as a choice, with gradient and Hessian over any number type.

use super::beale::Beale;
use super::himmelblau::Himmelblau;
use super::quadratic::Quadratic;
use super::rastrigin::Rastrigin;
use super::rosenbrock::Rosenbrock;
use super::saddle::Saddle;
use super::styblinski_tang::StyblinskiTang;
use super::two_wells::TwoWells;
use super::{beale, himmelblau, quadratic, rastrigin, rosenbrock, saddle, styblinski_tang, two_wells};
use crate::dual::Dual;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::optimizer::Landscape;
use crate::real::Real;
use crate::spec::{Param, Params, Region};

/// The point of a surface.
pub(super) fn point<R: Real>(input: &Inputs<R>) -> [R; 2] {
    let point = input.vector("point");
    [point[0], point[1]]
}

/// The parameter `surface` and the parameters of every surface, for a loss that works on any of them.
pub const PARAMS: [Param; 10] = [
    Param::names(
        "surface",
        &[
            "rosenbrock",
            "beale",
            "himmelblau",
            "rastrigin",
            "saddle",
            "styblinski-tang",
            "quadratic",
            "two-wells",
        ],
        "the landscape",
    ),
    Rosenbrock::SPEC.params[0].only_when("surface", &["rosenbrock"]),
    Rosenbrock::SPEC.params[1].only_when("surface", &["rosenbrock"]),
    Rastrigin::SPEC.params[0].only_when("surface", &["rastrigin"]),
    Saddle::SPEC.params[0].only_when("surface", &["saddle"]),
    Saddle::SPEC.params[1].only_when("surface", &["saddle"]),
    Quadratic::SPEC.params[0].only_when("surface", &["quadratic"]),
    Quadratic::SPEC.params[1].only_when("surface", &["quadratic"]),
    TwoWells::SPEC.params[0].only_when("surface", &["two-wells"]),
    TwoWells::SPEC.params[1].only_when("surface", &["two-wells"]),
];

/// The height of the chosen surface.
pub fn height<R: Real>(point: [R; 2], params: &Params) -> R {
    match params.named("surface") {
        "rosenbrock" => rosenbrock::height(point, params),
        "beale" => beale::height(point),
        "himmelblau" => himmelblau::height(point),
        "rastrigin" => rastrigin::height(point, params),
        "saddle" => saddle::height(point, params),
        "styblinski-tang" => styblinski_tang::height(point),
        "quadratic" => quadratic::height(point, params),
        _ => two_wells::height(point, params),
    }
}

/// The part of the chosen surface that is worth looking at.
#[must_use]
pub fn region(params: &Params) -> Region {
    let spec = match params.named("surface") {
        "rosenbrock" => Rosenbrock::SPEC,
        "beale" => Beale::SPEC,
        "himmelblau" => Himmelblau::SPEC,
        "rastrigin" => Rastrigin::SPEC,
        "saddle" => Saddle::SPEC,
        "styblinski-tang" => StyblinskiTang::SPEC,
        "quadratic" => Quadratic::SPEC,
        _ => TwoWells::SPEC,
    };
    spec.inputs[0].region.expect("every surface says where to look")
}

/// The surface that parameters choose, to descend on.
pub struct Surface<'a>(pub &'a Params);

impl<R: Real> Landscape<R> for Surface<'_> {
    fn gradient(&mut self, at: [R; 2]) -> [R; 2] {
        gradient(at, self.0)
    }

    fn hessian(&mut self, at: [R; 2]) -> [[R; 2]; 2] {
        hessian(at, self.0)
    }
}

/// The gradient of the chosen surface.
pub fn gradient<R: Real>(point: [R; 2], params: &Params) -> [R; 2] {
    along_each(point, |point| height(point, params).du)
}

/// The Hessian of the chosen surface, row by row.
pub fn hessian<R: Real>(point: [R; 2], params: &Params) -> [[R; 2]; 2] {
    along_each(point, |point| gradient(point, params).map(|slope| slope.du))
}

/// What a function makes of a point that moves along either axis.
fn along_each<R: Real, T>([x, y]: [R; 2], f: impl Fn([Dual<R>; 2]) -> T) -> [T; 2] {
    [f([Dual::variable(x), Dual::constant(y)]), f([Dual::constant(x), Dual::variable(y)])]
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::kernel::Loss;
    use crate::testing::{gradient as loss_gradient, inputs, value};

    /// Parameters with some surface chosen and some of its parameters given.
    pub fn chosen(surface: &str, given: &[(&str, f64)]) -> Params {
        static ALL: [Param; 10] = PARAMS;
        let mut params = Params::new(&ALL);
        params.set_text("surface", surface).unwrap();
        for (name, value) in given {
            params.set(name, *value).unwrap();
        }
        params
    }

    /// Greatest and least eigenvalue of the Hessian at a point.
    pub fn curvatures(surface: &str, given: &[(&str, f64)], at: [f64; 2]) -> (f64, f64) {
        let [[a, b], [c, d]] = hessian(at, &chosen(surface, given));
        assert!((b - c).abs() <= 1e-9 * (1.0 + b.abs()), "the Hessian is not symmetric: {b}, {c}");
        let (mean, spread) = (0.5 * (a + d), f64::hypot(0.5 * (a - d), b));
        (mean + spread, mean - spread)
    }

    /// The height of a surface.
    pub fn height_at(surface: &dyn Loss, given: &[(&str, f64)], at: [f64; 2]) -> f64 {
        value(surface, given, &inputs(surface.spec(), &[("point", &[2], &at)]))
    }

    /// The length of the gradient of a surface.
    pub fn steepness_at(surface: &dyn Loss, given: &[(&str, f64)], at: [f64; 2]) -> f64 {
        f64::norm(&loss_gradient(surface, given, &inputs(surface.spec(), &[("point", &[2], &at)])))
    }

    #[test]
    fn every_surface_is_a_choice_and_brings_its_parameters() {
        let surfaces = crate::losses::models::LOSSES.iter().filter(|l| l.spec().id.starts_with("surface-"));
        let mut own = 0;
        for loss in surfaces {
            let spec = loss.spec();
            let name = &spec.id["surface-".len()..];
            let params = chosen(name, &[]);
            let at = [0.3, -0.7];
            assert_eq!(height(at, &params), height_at(*loss, &[], at), "{name}");
            assert_eq!(Some(region(&params)), spec.inputs[0].region, "{name}");
            for param in spec.params {
                let joint = PARAMS.iter().find(|p| p.name == param.name).unwrap();
                assert_eq!((joint.default, params.matters(joint)), (param.default, true), "{}", param.name);
                own += 1;
            }
        }
        assert_eq!(own + 1, PARAMS.len());
    }
}
