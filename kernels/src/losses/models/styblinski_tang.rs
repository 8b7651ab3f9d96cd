//! The Styblinski–Tang function: four minima of different depth.

use super::POINT;
use super::surface::point;
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::real::Real;
use crate::spec::{Family, Params, Prose, Slope, Source, Spec};

/// One tilted double well along each axis.
pub struct StyblinskiTang;

/// `½ Σ z⁴ − 16z² + 5z`
pub fn height<R: Real>([x, y]: [R; 2]) -> R {
    let along = |z: R| z.square() * (z.square() - 16.0) + z * 5.0;
    (along(x) + along(y)) * 0.5
}

impl Kernel for StyblinskiTang {
    const SPEC: &'static Spec = &Spec {
        id: "surface-styblinski-tang",
        title: "Styblinski–Tang",
        family: Family::Models,
        inputs: &[POINT.region((-5.0, 5.0), (-5.0, 5.0), (1.0, 1.0))],
        params: &[],
        slope: Slope::Exact,
    };

    const PROSE: &'static Prose = &Prose {
        summary: "Four minima of different depth: momentum can carry a point past the shallow ones.",
        formula: r"L=\tfrac12\sum_{z\in\{x,y\}}\big(z^4-16z^2+5z\big)",
        gradient: r"\frac{\partial L}{\partial z}=2z^3-16z+\tfrac52",
        source: Source {
            authors: "Styblinski, Tang",
            year: 1990,
            title: "Experiments in Nonconvex Optimization: Stochastic Approximation with Function Smoothing and Simulated Annealing",
            venue: "Neural Networks 3(4)",
        },
        papers: &[],
        aliases: &["Styblinski-Tang function"],
        facts: &[
            "The deepest point is −78.332 at (−2.9035, −2.9035).",
            "Each axis has three stationary points, so there are nine, four of them minima.",
        ],
    };

    fn loss<R: Real>(input: &Inputs<R>, _: &Params) -> R {
        height(point(input))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::losses::models::surface::tests::{curvatures, height_at, steepness_at};

    #[test]
    fn the_deepest_point_is_where_it_should_be() {
        let at = [-2.903534, -2.903534];
        assert!((height_at(&StyblinskiTang, &[], at) + 78.332331).abs() < 1e-6);
        assert!(steepness_at(&StyblinskiTang, &[], at) < 1e-4);
    }

    #[test]
    fn four_of_nine_stationary_points_are_minima() {
        // The slope along an axis, 2z³ − 16z + 2.5, changes sign once between each two of these.
        let slope = |z: f64| 2.0 * z.powi(3) - 16.0 * z + 2.5;
        let roots: Vec<f64> = [(-4.0, -1.6), (-1.6, 1.6), (1.6, 4.0)]
            .into_iter()
            .map(|(mut low, mut high)| {
                for _ in 0..80 {
                    let middle = 0.5 * (low + high);
                    if (slope(low) > 0.0) == (slope(middle) > 0.0) { low = middle } else { high = middle }
                }
                low
            })
            .collect();
        let points: Vec<[f64; 2]> = roots.iter().flat_map(|&x| roots.iter().map(move |&y| [x, y])).collect();
        assert!(points.iter().all(|&at| steepness_at(&StyblinskiTang, &[], at) < 1e-9));
        let minima = points.iter().filter(|&&at| curvatures("styblinski-tang", &[], at).1 > 0.0);
        assert_eq!(minima.count(), 4);
    }
}
