//! A saddle: Newton's method is drawn to it, descent leaves it late.

use super::Exhibit;

/// Who stays on a saddle, who leaves, and when.
pub const NEWTON_AT_A_SADDLE: Exhibit = Exhibit {
    id: "newton-at-a-saddle",
    title: "Drawn to a saddle, or slow to leave it",
    papers: &[],
    claim: "Newton's method goes where the gradient vanishes, and is on the saddle after one step. Plain descent leaves it, \
            but late: the distance from the ridge grows by the same factor at every step, so ten times closer at the \
            start costs the same number of steps again.",
    tries: &[
        "Press play: Newton jumps onto the saddle and stays, descent creeps along the ridge and then falls.",
        "Drag the start away from the ridge: descent falls sooner.",
        "Drag the start onto the ridge, to 0: descent never leaves.",
        "Raise the quartic term: there are two minima to fall into.",
    ],
    caveat: "Two weights and exact gradients; in training, noise pushes off a ridge.",
    figures: &["loss-curve"],
    state: "loss=surface-saddle&stage=weight-plane&first=newton&second=sgd&second_lr=0.05&third=momentum&third_lr=0.01\
            &budget=120&steps=70",
    measure: |screen| {
        super::shown(screen, &["loss", "second-loss", "third-loss", "gradient-norm", "distance"])
    },
};

#[cfg(test)]
mod tests {
    use crate::exhibits::{measured, open};
    use crate::stages::Screen;

    fn at(text: &str, id: &str) -> f64 {
        let (state, notices) = open(&format!("exhibit=newton-at-a-saddle{text}"));
        assert_eq!(notices, []);
        measured(&Screen::open(state, None), id)
    }

    #[test]
    fn newton_is_on_the_saddle_after_one_step() {
        for steps in [1, 70] {
            let text = format!("&steps={steps}");
            assert!(
                at(&text, "loss").abs() < 1e-9 && at(&text, "gradient-norm") < 1e-4,
                "after {steps} steps"
            );
        }
        assert!(at("", "second-loss") < -0.5, "descent is still at {}", at("", "second-loss"));
    }

    #[test]
    fn descent_takes_as_many_more_steps_as_the_start_is_powers_closer() {
        // The distance from the ridge grows by 1 + 2 · 0.05 a step.
        let fallen = |y: &str| {
            let at = |steps: usize| at(&format!("&budget=400&points=1.5,{y},0&steps={steps}"), "second-loss");
            (0..400).find(|&steps| at(steps) < -1.0).expect("it falls") as f64
        };
        let later = fallen("0.00001") - fallen("0.01");
        let expected = 1000f64.ln() / 1.1f64.ln();
        assert!(
            (later - expected).abs() <= 1.0,
            "a start 1000 times closer falls {later} steps later, not {expected}"
        );
    }
}
