//! Arrows down the slopes of a landscape.

use crate::real::sorted;

/// Two coordinates.
type Pair = (f64, f64);

/// An arrow, tail and tip, down each slope at a place, with places `spacing` apart. Half the full length stands for the
/// median slope, so that neither a flat region nor a wall hides the rest.
pub fn downhill(slopes: &[(Pair, Pair)], spacing: f64) -> Vec<[Pair; 2]> {
    let steepness = |&(_, (x, y)): &(Pair, Pair)| x.hypot(y);
    let steep = sorted(&slopes.iter().map(steepness).filter(|s| *s > 0.0).collect::<Vec<f64>>());
    let Some(&middle) = steep.get(steep.len() / 2) else { return Vec::new() };
    let arrow = |place: &(Pair, Pair)| {
        let (at, slope) = *place;
        let steepness = steepness(place);
        let length = 0.9 * spacing / (steepness + middle);
        // Too short to see a direction in.
        let visible = steepness * length > 0.05 * spacing;
        visible.then_some([at, (at.0 - slope.0 * length, at.1 - slope.1 * length)])
    };
    slopes.iter().filter_map(arrow).collect()
}
