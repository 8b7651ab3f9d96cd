//! What each sample's part of a loss does to the gradient: which sample pulls, and whether others pull with it.

use std::cell::Cell;

use super::played::Shot;
use super::scenario::{Scenario, View};
use crate::figures::{Axis, Figure, Ink, Mark};
use crate::input::Inputs;
use crate::kernel::Gradient;
use crate::real::Real;
use crate::spec::{Affects, Param};
use crate::stages::Contender;
use crate::tape::Var;

/// Whether single terms are shown.
pub const TERMS: Param = Param::names(
    "terms",
    &["off", "on"],
    "whether each term of the loss, a sample or an anchor, is told by its share of the gradient",
)
.affects(Affects::Look);

/// Terms that get a bar of their own.
const BARS: usize = 16;

/// The gradient of each sample's part by all that a loss reads: they sum to that of the loss. `None` if the loss is
/// neither an average nor over pairs.
pub fn gradients(Contender { loss, params }: &Contender, inputs: &Inputs<f64>) -> Option<Vec<Gradient>> {
    let count = Cell::new(None);
    let gradient = |i: usize| {
        let mut gradient = Gradient::default();
        gradient.record(inputs, &|lifted| {
            let terms = loss.by_sample(lifted, params);
            count.set(terms.as_ref().map(Vec::len));
            terms.and_then(|terms| terms.get(i).copied()).unwrap_or_else(Var::zero)
        });
        gradient
    };
    let first = gradient(0);
    let others = (1..count.get()?).map(gradient);
    Some([first].into_iter().chain(others).collect())
}

/// A term among the others.
struct Share {
    /// Its position among them, from 1.
    number: usize,
    /// The length of its gradient, over the sum of all lengths.
    length: f64,
    /// The part of its gradient along that of the loss, over the same sum; below 0 it pulls against the others.
    along: f64,
}

/// The shares of all terms, the largest first; empty if no gradient has a length.
fn shares(gradients: &[Gradient]) -> Vec<Share> {
    let lengths: Vec<f64> = gradients.iter().map(|gradient| f64::norm(gradient.flat())).collect();
    let sum: f64 = lengths.iter().sum();
    if !(sum > 0.0 && sum.is_finite()) {
        return Vec::new();
    }
    let mut whole = vec![0.0; gradients[0].flat().len()];
    for gradient in gradients {
        whole.iter_mut().zip(gradient.flat()).for_each(|(sum, slope)| *sum += slope);
    }
    let length = f64::norm(&whole);
    let along = |slopes: &[f64]| if length > 0.0 { f64::dot(slopes, &whole) / length } else { 0.0 };
    let share = |(i, gradient): (usize, &Gradient)| Share {
        number: i + 1,
        length: lengths[i] / sum,
        along: along(gradient.flat()) / sum,
    };
    let mut shares: Vec<Share> = gradients.iter().enumerate().map(share).collect();
    shares.sort_by(|a, b| b.length.total_cmp(&a.length));
    shares
}

impl<S: Scenario> View<S> {
    /// The terms of each loss with the largest gradients, if a person asks for them; of a stage that has the knob
    /// [`TERMS`].
    pub const TERMS: Self = Self::new("terms", "", |shot, place, _| figure(shot, place))
        .many(|shot| shot.runs.all.len())
        .titled(|shot, place| format!("Who pulls under {}, the strongest term first", shot.run(place).title))
        .shown(|shot| asked(shot));
}

/// Whether a person asks for single terms.
pub fn asked<S: Scenario>(shot: &Shot<S>) -> bool {
    shot.state.knobs.has(TERMS.name) && shot.state.knobs.named(TERMS.name) == "on"
}

fn figure<S: Scenario>(shot: &Shot<S>, place: usize) -> Figure {
    let run = shot.run(place);
    if !run.is_done() {
        return Figure::words(&format!("training {} steps …", run.wanted()));
    }
    let terms = run.inputs().and_then(|inputs| gradients(run.contender(), &inputs));
    let Some(terms) = terms else { return Figure::words("this loss is no sum over samples") };
    let shares = shares(&terms);
    if shares.is_empty() {
        return Figure::words("no term has a gradient here");
    }
    let (shown, rest) = shares.split_at(shares.len().min(BARS));
    let mut names: Vec<String> = shown.iter().map(|share| share.number.to_string()).collect();
    if !rest.is_empty() {
        names.push(format!("{} others", rest.len()));
    }
    let heights = |of: fn(&Share) -> f64| {
        let others = (!rest.is_empty()).then(|| rest.iter().map(of).sum());
        shown.iter().map(of).chain(others).collect()
    };
    let dead = shares.iter().filter(|share| share.length == 0.0).count();
    let name = match dead {
        0 => "share of its gradient".to_owned(),
        _ => format!("share of its gradient, 0 of {dead} of {}", shares.len()),
    };
    let marks = vec![
        Mark::Bars { name, heights: heights(|share| share.length), inks: vec![Ink::Accent] },
        Mark::Bars {
            name: "of that, along the gradient of all".into(),
            heights: heights(|share| share.along),
            inks: vec![Ink::Series(1)],
        },
    ];
    let least = shares.iter().map(|share| share.along).fold(0.0, f64::min);
    let most = shown[0].length.max(rest.iter().map(|share| share.length).sum());
    let y = Axis::linear("share of all gradients", (1.1 * least, 1.1 * most));
    Figure::new(Axis::names("term", names), y, marks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::losses;
    use crate::stages::arrays::ARRAYS;
    use crate::stages::testing::screen;
    use crate::stages::{Screen, State};

    #[test]
    fn the_terms_of_every_loss_sum_to_its_whole_gradient() {
        let mut counted = 0;
        for loss in losses::all() {
            let state = State::new(loss, &ARRAYS);
            let contender = state.contender().clone();
            let Some(inputs) = Screen::open(state, None).scene().batch() else { continue };
            let Some(terms) = gradients(&contender, &inputs) else { continue };
            counted += 1;
            let mut whole = Gradient::default();
            loss.value_and_gradient(&inputs, &contender.params, &mut whole);
            for (i, slope) in whole.flat().iter().enumerate() {
                let sum: f64 = terms.iter().map(|term| term.flat()[i]).sum();
                let most = terms.iter().map(|term| term.flat()[i].abs()).fold(1e-3, f64::max);
                assert!(
                    (sum - slope).abs() <= 1e-9 * most,
                    "{}: the terms sum to {sum} where the gradient is {slope}",
                    loss.spec().id
                );
            }
        }
        assert!(counted > 60, "only {counted} losses have terms");
    }

    #[test]
    fn shares_are_those_of_the_lengths_and_what_pulls_against_is_below_0() {
        // Absolute residuals of 3, 1, -2 and 0: terms of one length, one of them against the others, one without.
        let loss = losses::find("absolute-error").expect("there is one");
        let inputs = crate::testing::inputs(loss.spec(), &[("residual", &[4], &[3.0, 1.0, -2.0, 0.0])]);
        let shares = shares(&gradients(&Contender::new(loss), &inputs).expect("it is an average"));
        let lengths: Vec<f64> = shares.iter().map(|share| share.length).collect();
        for (length, expected) in lengths.iter().zip([1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 0.0]) {
            assert!((length - expected).abs() < 1e-12, "{lengths:?}");
        }
        assert_eq!(shares[3].number, 4);
    }

    #[test]
    fn the_arrows_of_the_terms_are_together_that_of_the_point() {
        for link in [
            "loss=multi-similarity&stage=embedding-plane&layout=clump&selected=2",
            "loss=multi-similarity&stage=embedding-plane&layout=clump&selected=2&motion=circle",
            "loss=prototypical&stage=episode-lab&vs=proto-triplet&objective=together",
        ] {
            let screen = screen(&format!("{link}&terms=on"));
            let last = screen.figures().into_iter().rev().find(|info| info.id.starts_with("plane"));
            let marks = screen.figure(last.expect("a plane").id, &[]).marks;
            let arrows = marks.into_iter().filter_map(|mark| match mark {
                Mark::Arrows { arrows, .. } => Some(arrows),
                _ => None,
            });
            let [all, terms] = &arrows.collect::<Vec<_>>()[..] else { panic!("{link}: no arrows of terms") };
            let way = |[from, to]: &[(f64, f64); 2]| [to.0 - from.0, to.1 - from.1];
            let sum = terms.iter().map(way).fold([0.0; 2], |sum, way| [0, 1].map(|k| sum[k] + way[k]));
            let own =
                all.iter().find(|arrow| arrow[0] == terms[0][0]).map(way).expect("an arrow of the point");
            // On one scale if no term is longer than the longest arrow, else along one line; a few weak terms have none.
            let (cross, dot) = (own[0] * sum[1] - own[1] * sum[0], own[0] * sum[0] + own[1] * sum[1]);
            assert!(dot > 0.0 && cross.abs() < 0.1 * dot, "{link}: {own:?} is pulled by {sum:?}");
        }
    }

    #[test]
    fn the_bars_of_the_terms_are_whole() {
        let screen = screen("loss=histogram&stage=embedding-plane&vs=multi-similarity&layout=clump&terms=on");
        let words = screen.figure("terms", &[]).marks;
        let [Mark::Text { text, .. }] = &words[..] else { panic!("{words:?}") };
        assert_eq!(text, "this loss is no sum over samples");
        let marks = screen.figure("terms-2", &[]).marks;
        let [Mark::Bars { heights, .. }, Mark::Bars { heights: along, .. }] = &marks[..] else {
            panic!("{marks:?}")
        };
        assert!((heights.iter().sum::<f64>() - 1.0).abs() < 1e-12, "the shares are {heights:?}");
        assert!(heights.iter().zip(along).all(|(length, along)| along.abs() <= length + 1e-12));
    }
}
