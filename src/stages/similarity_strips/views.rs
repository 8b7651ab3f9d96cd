//! The similarities as strips of dots, the sphere from the front, and the forces on the samples.

use super::SimilarityStrips;
use super::strips::Dot;
use crate::figures::{Axis, Dash, Figure, Freedom, Handle, Ink, Mark, Shape, fixed};
use crate::losses::embeddings::unpg::Whiskers;
use crate::spec::Meaning;
use crate::stages::engine::Shot;

/// Half the height over which the dots of a strip are spread.
const SPREAD: f64 = 0.28;

/// Half the height of a box.
const BOX: f64 = 0.38;

/// The fractional part of the golden ratio: its multiples fill an interval evenly.
const GOLDEN: f64 = 0.618_033_988_749_894_9;

/// One strip of dots for each kind of similarity, positive pairs on top, box and whiskers on the negative pairs.
pub(super) fn strips(shot: &Shot<SimilarityStrips>, place: usize) -> Figure {
    let strips = &shot.seen(place).strips;
    let mut rows = vec![("negative pairs", &strips.negatives, 1)];
    if !strips.rivals.is_empty() {
        rows.push(("rival prototypes", &strips.rivals, 2));
    }
    rows.push(("positive pairs", &strips.positives, 0));

    let mut marks: Vec<Mark> = strips.ends().map(gap_band).into_iter().collect();
    let mut wrong = Vec::new();
    for (row, (name, dots, series)) in rows.iter().enumerate() {
        let at = |(k, dot): (usize, &Dot)| {
            (dot.cosine, row as f64 + SPREAD * (2.0 * (k as f64 * GOLDEN).fract() - 1.0))
        };
        let of = |wrong: bool| dots.iter().enumerate().filter(move |(_, dot)| dot.is_wrong == wrong).map(at);
        wrong.extend(of(true));
        let size = if dots.len() > 100 { 2.0 } else { 3.5 };
        let (ink, shape) = (Ink::Series(*series), Shape::OfClass(*series));
        marks.extend(Mark::points(name, of(false).collect(), ink, shape, size));
    }
    marks.extend(Mark::points("because of a wrong label", wrong, Ink::Text, Shape::Cross, 5.0));
    let plot = shot.seen(place).plot;
    marks.extend(plot.iter().flat_map(box_and_whiskers));
    let handle = |plot: Whiskers| Handle {
        id: "whisker".into(),
        name: format!("upper whisker at {}", fixed(plot.high, 2)),
        at: (plot.high.clamp(-1.0, 1.0), 0.0),
        freedom: Freedom::X,
        selected: true,
    };
    let can_move = shot.run(place).contender().params.meaning(Meaning::Whisker).is_some();
    let names = Axis::names("", rows.iter().map(|row| row.0.to_owned()).collect());
    Figure {
        handles: plot.filter(|_| can_move).map(handle).into_iter().collect(),
        ..Figure::new(Axis::linear("cosine similarity", (-1.0, 1.0)), names, marks)
    }
}

/// The sphere seen from the front; what lies behind is drawn small.
pub(super) fn globe(shot: &Shot<SimilarityStrips>) -> Figure {
    let (batch, seen) = (&shot.world, shot.seen(0));
    let classes: Vec<usize> = (0..batch.toy.centres.len()).collect();
    let mut marks = vec![Mark::circle(1.0)];
    for (vectors, of, is_star) in [(&seen.samples, &batch.labels, false), (&seen.prototypes, &classes, true)]
    {
        for (&class, is_front) in classes.iter().flat_map(|class| [(class, false), (class, true)]) {
            let own = vectors.iter().zip(of).filter(|(x, c)| **c == class && (x[1] < 0.0) == is_front);
            let points = own.map(|(x, _)| (x[0], x[2])).collect();
            let shape = if is_star { Shape::Star } else { Shape::OfClass(class) };
            let size = if is_front { 6.0 } else { 3.0 };
            marks.extend(Mark::points("", points, Ink::Class(class), shape, size));
        }
    }
    let [x, y] = ["x₁", "x₃"].map(|name| Axis::linear(name, (-1.15, 1.15)));
    let title = "The samples on their sphere, those behind drawn small".into();
    Figure { title, ..Figure::new(x, y, marks).equal() }
}

/// The length of the gradient by every sample.
pub(super) fn forces(shot: &Shot<SimilarityStrips>) -> Figure {
    let heights = shot.seen(0).forces.clone();
    let ink = |i: usize| if shot.world.is_wrong(i) { Ink::Text } else { Ink::Series(0) };
    let top = heights.iter().copied().filter(|h| h.is_finite()).fold(0.0, f64::max);
    let samples = Axis::counted("sample", heights.len());
    let inks = (0..heights.len()).map(ink).collect();
    let name = "length of the gradient";
    let y = Axis::linear(name, (0.0, if top > 0.0 { 1.1 * top } else { 1.0 }));
    Figure {
        title: "How hard each sample is pushed; wrong labels dark".into(),
        ..Figure::new(samples, y, vec![Mark::Bars { name: name.into(), heights, inks }])
    }
}

/// What lies between the most similar negative pair and the least similar positive one.
fn gap_band((greatest, least): (f64, f64)) -> Mark {
    let gap = least - greatest;
    let name =
        if gap > 0.0 { format!("gap {}", fixed(gap, 2)) } else { format!("overlap {}", fixed(-gap, 2)) };
    Mark::Band { name, range: (greatest.min(least), greatest.max(least)), ink: Ink::Muted }
}

/// The box over the strip of negative pairs, and a whisker to each side of it.
fn box_and_whiskers(plot: &Whiskers) -> Vec<Mark> {
    let (left, right) = (plot.lower_quartile, plot.upper_quartile);
    let frame = vec![(left, -BOX), (right, -BOX), (right, BOX), (left, BOX), (left, -BOX)];
    let whisker =
        |from: f64, to: f64| Mark::line("", vec![(from, 0.0), (to, 0.0)], Ink::Text, Dash::Solid, 1.5);
    let end = |at: f64| Mark::line("", vec![(at, -BOX), (at, BOX)], Ink::Text, Dash::Solid, 2.5);
    let mut marks = vec![Mark::line("", frame, Ink::Text, Dash::Solid, 1.5)];
    // Below half a box length the whiskers have passed each other: nothing is kept, nothing is drawn.
    if plot.low <= plot.high {
        marks.extend([whisker(plot.low, left), whisker(right, plot.high), end(plot.low), end(plot.high)]);
    }
    marks
}
