//! The curves over the angle: effective target cosine, and forces.

use super::AngleCurveScene;
use super::angles::{Angles, REST, holds_up_to};
use crate::figures::{At, Axis, Dash, Figure, Freedom, Handle, Ink, Mark, Plane, Shape};
use crate::stages::reach::reach;
use crate::stages::sample::{dash, ink};

pub(super) const FORCE_TITLE: &str = "Pull of the own prototype, push of a rival";

const HALF_TURN: (f64, f64) = (0.0, 180.0);

/// Samples of a curve.
const SAMPLES: usize = 181;

/// A course of a number over half a turn.
fn course(mut height: impl FnMut(f64) -> f64) -> Vec<(f64, f64)> {
    let angles = (0..SAMPLES).map(|sample| HALF_TURN.1 * sample as f64 / (SAMPLES - 1) as f64);
    angles.map(|angle| (angle, height(angle))).collect()
}

impl AngleCurveScene {
    /// Says which losses have no effective target cosine.
    pub(super) fn target_title(&self) -> String {
        let without: Vec<&str> =
            self.contenders().filter(|angles| !angles.has_target()).map(|angles| angles.title).collect();
        let without = without.join(" and ");
        match without.as_str() {
            "" => "Effective target cosine".into(),
            _ if self.shows_targets() => format!("Effective target cosine ({without} has none)"),
            _ => format!("Loss ({without} has no target cosine)"),
        }
    }

    fn shows_targets(&self) -> bool {
        self.contenders().any(|angles| angles.has_target())
    }

    pub(super) fn target(&self) -> Figure {
        let shows_targets = self.shows_targets();
        let own = self.own();
        let at = |angles: &mut Angles<'_>, own: f64| {
            if shows_targets { angles.target(own) } else { angles.against(own, self.rival, self.rival).loss }
        };
        let mut marks = vec![Mark::Rule { name: String::new(), at: At::X(own), ink: Ink::Muted }];
        let mut heights = Vec::new();
        if shows_targets {
            marks.push(Mark::Line {
                name: "cos θ".into(),
                points: course(|angle| angle.to_radians().cos()),
                ink: Ink::Muted,
                dash: Dash::Dashed,
                width: 1.5,
            });
            heights.extend([-1.0, 1.0]);
        }
        let (mut margins, mut dots) = (Vec::new(), Vec::new());
        for (i, mut angles) in self.contenders().enumerate() {
            if shows_targets && !angles.has_target() {
                continue;
            }
            let points = course(|angle| at(&mut angles, angle));
            heights.extend(points.iter().map(|p| p.1));
            marks.push(Mark::Line {
                name: angles.title.into(),
                points,
                ink: ink(i),
                dash: dash(i),
                width: 2.0,
            });
            let here = (own, at(&mut angles, own));
            dots.push((i, here));
            let margin = angles.margin(own);
            if shows_targets && margin.abs() > 0.5 {
                margins.push(Mark::Arrows {
                    name: String::new(),
                    arrows: vec![[here, (own + margin, here.1)]],
                    ink: ink(i),
                });
            }
        }
        marks.extend(margins);
        let held = dots.first().map_or(0.0, |dot| dot.1.1);
        marks.extend(dots.into_iter().map(|(i, at)| dot(i, at)));
        let y = if shows_targets {
            Axis::fitting("target cosine ψ", heights)
        } else {
            let (low, high) = reach(&heights);
            Axis::fitting("loss", [low, high])
        };
        Figure {
            title: self.target_title(),
            x: Axis::linear("angle to the own prototype θ [°]", HALF_TURN),
            marks,
            handles: vec![self.handle("sample", own, held, &y)],
            y,
            plane: Plane::Free,
        }
    }

    pub(super) fn force(&self) -> Figure {
        let own = self.own();
        let mut marks = Vec::new();
        let (mut lines, mut dots) = (Vec::new(), Vec::new());
        let mut top = 0.0f64;
        for (i, (mut angles, &(peak, rest))) in self.contenders().zip(self.peaks_and_rests()).enumerate() {
            let pulls = course(|own| angles.against(own, self.rival, self.rival).pull);
            let mut push =
                |rival: f64| angles.against(own, rival, self.rival).push.first().copied().unwrap_or(f64::NAN);
            if i == 0 {
                marks.push(Mark::Band { name: "no pull".into(), range: (0.0, rest), ink: Ink::Accent });
                let far = HALF_TURN.1 - holds_up_to(|short| push(HALF_TURN.1 - short).abs() < REST * peak);
                if far < HALF_TURN.1 {
                    marks.push(Mark::Band {
                        name: "no push".into(),
                        range: (far, HALF_TURN.1),
                        ink: Ink::Muted,
                    });
                }
            }
            let pushes = course(&mut push);
            top = pushes.iter().map(|p| p.1).filter(|p| p.is_finite()).fold(top.max(peak), f64::max);
            let here = push(self.rival);
            let line = |name: &str, points, dash, width| Mark::Line {
                name: format!("{name}, {}", angles.title),
                points,
                ink: ink(i),
                dash,
                width,
            };
            lines.push(line("pull", pulls, Dash::Solid, 2.0));
            lines.push(line("push", pushes, Dash::Dashed, 1.5));
            dots.push((i, (own, angles.against(own, self.rival, self.rival).pull), (self.rival, here)));
        }
        marks.extend([own, self.rival].map(|at| Mark::Rule {
            name: String::new(),
            at: At::X(at),
            ink: Ink::Muted,
        }));
        marks.extend(lines);
        let (pull, push) = dots.first().map_or((0.0, 0.0), |(_, pull, push)| (pull.1, push.1));
        for (i, pull, push) in dots {
            marks.push(dot(i, pull));
            marks.push(Mark::Points {
                name: String::new(),
                points: vec![push],
                ink: ink(i),
                shape: Shape::Ring,
                size: 5.0,
            });
        }
        let y = Axis::fitting("force |∂L/∂θ| [per rad]", [0.0, top]);
        Figure {
            title: FORCE_TITLE.into(),
            x: Axis::linear("angle to that prototype [°]", HALF_TURN),
            handles: vec![self.handle("sample", own, pull, &y), self.handle("rival", self.rival, push, &y)],
            marks,
            y,
            plane: Plane::Free,
        }
    }

    fn handle(&self, id: &str, at: f64, height: f64, y: &Axis) -> Handle {
        let name = if id == "rival" { "angle to the rivals" } else { "angle to the own prototype" };
        let height = if height.is_nan() { y.range.0 } else { height.clamp(y.range.0, y.range.1) };
        Handle {
            id: id.into(),
            name: format!("{name} {at:.1}°"),
            at: (at, height),
            freedom: Freedom::X,
            selected: id == "sample",
        }
    }
}

fn dot(contender: usize, at: (f64, f64)) -> Mark {
    Mark::Points {
        name: String::new(),
        points: vec![at],
        ink: ink(contender),
        shape: Shape::OfClass(contender),
        size: 5.0,
    }
}
