//! What a small surrogate loss guarantees: regret of a loss against regret of the right answers.

use std::rc::Rc;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::StandardNormal;

use super::engine::curves::curve;
use super::engine::{Gauge, Played, Run, Scenario, Shot, View, Wire};
use super::p_chart::{LEAST, is_p_loss, logits};
use super::sample::{Alone, Sample, dash, ink};
use super::stage::{Action, Quality, StageSpec};
use super::state::{Contender, State};
use super::surroundings::Surroundings;
use crate::figures::{Axis, Figure, Mark, Shape, quantity};
use crate::losses::softmax::softmax;
use crate::spec::{Domain, Param, Role, Spec, said};

/// Random problems of one point of the input space: class probabilities, and scores that somebody came up with.
#[derive(Clone, Copy, Debug)]
pub struct RegretCloud;

/// The stage.
pub const REGRET_CLOUD: Played<RegretCloud> = Played::new(SPEC, RegretCloud);

const SPEC: &StageSpec = &StageSpec {
    id: "regret-cloud",
    title: "Regret cloud",
    about: said(
        "Every dot is a problem: how likely each class is, and some scores for them. To the right is how much more \
            the scores cost than the best ones, up is how much more often their answer is wrong than it has to be.",
    ),
    knobs: &[
        Param::integer("classes", "C", 3.0, (2.0, 6.0), "number of classes")
            .within(Domain::Within(2.0, 10.0)),
        Param::integer("problems", "", 500.0, (50.0, 2000.0), "number of problems")
            .within(Domain::Within(1.0, 5000.0)),
        Param::names(
            "draw",
            &["random", "tied"],
            "random probabilities and scores, or two classes that only the scores cannot tell apart",
        ),
    ],
    contenders: 2,
    trains: false,
    actions: &[Action::DRAW],
};

/// Standard deviation of random scores.
const SCORES: f64 = 2.0;

/// Places of a table of slopes, evenly in the log-odds.
const PLACES: usize = 1200;

/// The table reaches from minus to plus this.
const LOG_ODDS: f64 = 34.0;

/// Halvings in which the best probabilities are found.
const HALVINGS: usize = 32;

/// Logarithms of steepness between which that is.
const STEEPNESS: f64 = 40.0;

/// Answers whose regret is less than this are right: a ratio to nothing says nothing.
const GAP: f64 = 1e-3;

/// Samples of the curve.
const SAMPLES: usize = 101;

/// How far the axis goes, against the regret of two tied classes of which one is certain.
const WIDTH: f64 = 3.0;

impl Scenario for RegretCloud {
    type World = Vec<Problem>;
    type Seen = Cloud;

    const VIEWS: &'static [View<Self>] =
        &[View::new("cloud", "Regret of answers and loss", |shot, _, _| cloud(shot)).aspect(1.3).main()];

    const GAUGES: &'static [Gauge<Self>] = &[
        Gauge::<Self>::seen("least-ratio", "least ratio to the regret of two tied classes", |cloud| {
            cloud.against_tied().0
        })
        .missing("no answer is wrong"),
        Gauge::<Self>::seen("violations", "problems left of that curve", |cloud| {
            cloud.against_tied().1 as f64
        }),
        Gauge::<Self>::seen("loss", "mean loss", |cloud| cloud.mean),
    ];

    fn fits(&self, loss: &'static Spec) -> bool {
        is_p_loss(loss) && loss.reads(&[(Role::Logits, 2), (Role::Class, 1)])
    }

    fn world(&self, state: &State) -> Vec<Problem> {
        problems(state)
    }

    /// One of the problems: the loss is that of all of them.
    fn wire(&self, world: &Rc<Vec<Problem>>, contender: &Contender, _: &State) -> Box<dyn Wire> {
        Box::new(Alone::new(&Surroundings::default(), contender, 3, 0).among(world.len()))
    }

    fn sweep_samples(&self, quality: Quality) -> usize {
        // Every sample is a cloud.
        quality.choose(0, 21)
    }

    fn seen(&self, shot: &Shot<Self>, run: &Run) -> Cloud {
        Cloud::new(run.contender(), &shot.world)
    }

    fn sentence(&self, shot: &Shot<Self>) -> String {
        let said = shot.runs.all.iter().enumerate().map(|(place, run)| {
            let (ratio, below) = shot.seen(place).against_tied();
            // Where no answer is wrong there is no regret to compare.
            let closest = match ratio {
                ratio if !ratio.is_finite() => String::new(),
                ratio => format!(", the closest at {} times it", quantity(ratio)),
            };
            format!("{}: {below} left of the curve of two tied classes{closest}", run.title)
        });
        format!(
            "{} problems of {} classes. {}.",
            shot.world.len(),
            shot.state.knobs.whole("classes"),
            said.collect::<Vec<_>>().join("; ")
        )
    }
}

/// The problems under every loss, with the curve of two tied classes.
fn cloud(shot: &Shot<RegretCloud>) -> Figure {
    let mut marks = Vec::new();
    let clouds = || (0..shot.runs.all.len()).map(|place| shot.seen(place));
    let ends = clouds().filter_map(|cloud| cloud.tied.last()).map(|end| end.0);
    let width = WIDTH * ends.filter(|end| end.is_finite()).fold(LEAST, f64::max);
    for (i, run) in shot.runs.all.iter().enumerate().rev() {
        let cloud = shot.seen(i);
        marks.push(curve(format!("two tied classes, {}", run.title), cloud.tied.clone(), i, dash(i)));
        let shown = cloud.regrets.iter().copied().filter(|(regret, _)| *regret <= width).collect();
        marks.extend(Mark::points(&run.title, shown, ink(i), Shape::OfClass(i), 2.0));
    }
    let x = Axis::linear("regret of the loss", (0.0, width));
    Figure::new(x, Axis::linear("regret of the answers", (0.0, 1.0)), marks)
}

/// The problems as a loss sees them.
pub struct Cloud {
    /// Regret of the loss, and regret of the answers.
    pub regrets: Vec<(f64, f64)>,
    /// The regret of the loss of two tied classes with the same regret of the answers.
    bounds: Vec<f64>,
    /// The mean over the problems of what the scores cost.
    mean: f64,
    /// The same over regrets of the answers from 0 to 1, as a curve.
    tied: Vec<(f64, f64)>,
}

impl Cloud {
    /// The problems of a state as each of its losses sees them; none if the state is not of this stage.
    pub fn all(state: &State) -> Vec<Self> {
        if state.stage.spec().id != SPEC.id {
            return Vec::new();
        }
        let problems = problems(state);
        state.contenders.iter().map(|contender| Self::new(contender, &problems)).collect()
    }

    fn new(contender: &Contender, problems: &[Problem]) -> Self {
        let mut curve = Curve::new(Sample::new(contender, 3, 0));
        let regrets: Vec<(f64, f64)> =
            problems.iter().map(|problem| (curve.regret(problem), problem.regret())).collect();
        let costs = problems.iter().map(|problem| curve.mean(&problem.truth, &problem.guess));
        let mean = costs.sum::<f64>() / problems.len() as f64;
        let mut tied = |gap: f64| curve.regret(&Problem::tied(gap, 2));
        let bounds = regrets.iter().map(|regret| if regret.1 > GAP { tied(regret.1) } else { 0.0 }).collect();
        let along = (0..SAMPLES).map(|i| i as f64 / (SAMPLES - 1) as f64);
        Self { regrets, bounds, mean, tied: along.map(|gap| (tied(gap), gap)).collect() }
    }
}

/// Class probabilities, and the probabilities that scores give them.
pub struct Problem {
    truth: Vec<f64>,
    guess: Vec<f64>,
}

impl Problem {
    /// How much more often the answer is wrong than it has to be; of tied classes the first one is answered.
    fn regret(&self) -> f64 {
        let mut answer = 0;
        for (class, guess) in self.guess.iter().enumerate() {
            if *guess > self.guess[answer] {
                answer = class;
            }
        }
        self.truth.iter().copied().fold(0.0, f64::max) - self.truth[answer]
    }

    /// Two classes that differ by `gap`, with equal scores, and others that never occur.
    fn tied(gap: f64, classes: usize) -> Self {
        let mut problem = Self { truth: vec![0.0; classes], guess: vec![0.0; classes] };
        (problem.truth[0], problem.truth[1]) = (0.5 * (1.0 - gap), 0.5 * (1.0 + gap));
        (problem.guess[0], problem.guess[1]) = (0.5, 0.5);
        problem
    }
}

fn problems(state: &State) -> Vec<Problem> {
    let (classes, count) = (state.knobs.whole("classes"), state.knobs.whole("problems"));
    if state.knobs.named("draw") == "tied" {
        return (1..=count).map(|i| Problem::tied(i as f64 / count as f64, classes)).collect();
    }
    let mut rng = ChaCha8Rng::seed_from_u64(state.seed);
    let problem = |_| {
        // Exponential numbers over their sum are evenly spread over the simplex.
        let waits: Vec<f64> = (0..classes).map(|_| -(1.0 - rng.random::<f64>()).ln()).collect();
        let total: f64 = waits.iter().sum();
        let scores: Vec<f64> = (0..classes).map(|_| SCORES * rng.sample::<f64, _>(StandardNormal)).collect();
        Problem { truth: waits.iter().map(|wait| wait / total).collect(), guess: softmax(&scores) }
    };
    (0..count).map(problem).collect()
}

/// A loss as a function of the label probability, with a table of its slopes.
struct Curve<'a> {
    sample: Sample<'a>,
    /// Logarithms of increasing probabilities, and of minus the slope there.
    slopes: Vec<(f64, f64)>,
    /// What a label costs that is given probability 0, and 1.
    ends: [f64; 2],
}

impl<'a> Curve<'a> {
    fn new(mut sample: Sample<'a>) -> Self {
        let slope = |i: usize| {
            let log_odds = LOG_ODDS * (2.0 * i as f64 / (PLACES - 1) as f64 - 1.0);
            let (log_p, log_rest) = (-(-log_odds).exp().ln_1p(), -log_odds.exp().ln_1p());
            let rival = log_rest - std::f64::consts::LN_2;
            // The slope by the label's logit is p·(1 − p) times that by p.
            let (_, by_logits) = sample.slope(&[log_p, rival, rival]);
            (log_p, (-by_logits.first().copied().unwrap_or(f64::NAN)).ln() - log_p - log_rest)
        };
        let slopes = (0..PLACES).map(slope).collect();
        let ends = [[1e-300f64.ln(), 0.0, 0.0], [0.0, -1e4, -1e4]].map(|logits| sample.value(&logits));
        Self { sample, slopes, ends }
    }

    /// What a label costs that is given probability `p`.
    fn cost(&mut self, p: f64) -> f64 {
        match p {
            ..=0.0 => self.ends[0],
            1.0.. => self.ends[1],
            _ => self.sample.value(&logits(p, 0.5, 0.0)),
        }
    }

    /// The mean cost of a guess.
    fn mean(&mut self, truth: &[f64], guess: &[f64]) -> f64 {
        let occurring = truth.iter().zip(guess).filter(|(truth, _)| **truth > 0.0);
        occurring.map(|(truth, guess)| truth * self.cost(*guess)).sum()
    }

    /// The probability at which the loss falls with a steepness, given by its logarithm; between two places of the
    /// table evenly in both logarithms.
    fn at_steepness(&self, steepness: f64) -> f64 {
        let after = self.slopes.partition_point(|(_, slope)| *slope > steepness);
        match (after.checked_sub(1).map(|i| self.slopes[i]), self.slopes.get(after)) {
            (None, _) => 0.0,
            (_, None) => 1.0,
            (Some((low, steep)), Some(&(high, flat))) => {
                let part = (steep - steepness) / (steep - flat);
                (low + if part.is_finite() { part.clamp(0.0, 1.0) } else { 0.0 } * (high - low)).exp()
            }
        }
    }

    /// The least mean cost of any guess: at a corner, or where every class gains as much by more probability.
    fn least(&mut self, truth: &[f64]) -> f64 {
        let [never, always] = self.ends;
        let corners = truth.iter().map(|p| if *p < 1.0 { p * always + (1.0 - p) * never } else { always });
        let corner = corners.filter(|cost| cost.is_finite()).fold(f64::INFINITY, f64::min);
        let logs: Vec<f64> = truth.iter().map(|p| p.ln()).collect();
        let mut guess = vec![0.0; truth.len()];
        let fill = |guess: &mut [f64], steepness: f64| {
            for (guess, log) in guess.iter_mut().zip(&logs) {
                *guess = if log.is_finite() { self.at_steepness(steepness - log) } else { 0.0 };
            }
            guess.iter().sum::<f64>()
        };
        let (mut low, mut high) = (-STEEPNESS, STEEPNESS);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if fill(&mut guess, middle) > 1.0 { low = middle } else { high = middle }
        }
        let total = fill(&mut guess, low);
        guess.iter_mut().for_each(|p| *p /= total);
        let balanced = self.mean(truth, &guess);
        if balanced.is_finite() { corner.min(balanced) } else { corner }
    }

    /// How much more a guess costs than the best one.
    fn regret(&mut self, problem: &Problem) -> f64 {
        (self.mean(&problem.truth, &problem.guess) - self.least(&problem.truth)).max(0.0)
    }
}

impl Cloud {
    /// The least ratio of the regret of the loss to that of two tied classes, and how many problems are below it.
    fn against_tied(&self) -> (f64, usize) {
        let pairs = self.regrets.iter().zip(&self.bounds).filter(|((_, gap), _)| *gap > GAP);
        let ratios = pairs.map(|((regret, _), bound)| regret / bound);
        let ratios: Vec<f64> = ratios.filter(|ratio| ratio.is_finite()).collect();
        let below = ratios.iter().filter(|ratio| **ratio < 1.0 - 1e-6).count();
        (ratios.iter().copied().fold(f64::INFINITY, f64::min), below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::losses;

    #[test]
    fn the_least_cost_is_that_of_the_formulas() {
        let truth = [0.5, 0.3, 0.15, 0.05];
        let least = |tau: f64| {
            let mut contender = Contender::new(losses::find("comp-sum").unwrap());
            contender.params.set("tau", tau).unwrap();
            Curve::new(Sample::new(&contender, 3, 0)).least(&truth)
        };
        let entropy: f64 = truth.iter().map(|p: &f64| -p * p.ln()).sum();
        assert!((least(1.0) - entropy).abs() < 1e-9, "cross-entropy costs at least {}", least(1.0));
        for tau in [0.0, 0.5, 1.5] {
            let power = 1.0 / (2.0 - tau);
            let sum: f64 = truth.iter().map(|p: &f64| p.powf(power)).sum();
            let expected = (sum.powf(2.0 - tau) - 1.0) / (1.0 - tau);
            assert!(
                (least(tau) - expected).abs() < 1e-8,
                "τ = {tau}: at least {}, not {expected}",
                least(tau)
            );
        }
        for tau in [2.0, 3.0] {
            let expected = 0.5 / (tau - 1.0);
            assert!(
                (least(tau) - expected).abs() < 1e-9,
                "τ = {tau}: at least {}, not {expected}",
                least(tau)
            );
        }
    }
}
