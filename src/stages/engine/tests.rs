//! What the engine finds on the maps of the stages, held against what can be derived by hand or counted one by one.

use super::played::{Played, Shot};
use super::scenario::Scenario;
use super::slopes::Sloped;
use crate::figures::{Colours, Figure, Map, Mark, Zone};
use crate::input::Inputs;
use crate::kernel::Kernel;
use crate::losses::{self, logits::cross_entropy::CrossEntropy};
use crate::real::Real;
use crate::spec::{Params, Prose, Spec};
use crate::stages::embedding_plane::EMBEDDING_PLANE;
use crate::stages::episode_lab::EPISODE_LAB;
use crate::stages::logit_plane::LOGIT_PLANE;
use crate::stages::pair_plane::PAIR_PLANE;
use crate::stages::simplex::SIMPLEX;
use crate::stages::testing::screen;
use crate::stages::weight_plane::WEIGHT_PLANE;
use crate::stages::{Contender, Quality, Refinement, Screen, Stage, State, Tile};

fn map(figure: &Figure) -> &Map {
    let map = figure.marks.iter().find_map(|mark| if let Mark::Map(map) = mark { Some(map) } else { None });
    map.unwrap_or_else(|| panic!("there is no map in {}", figure.title))
}

fn hatched(figure: &Figure) -> Option<(&str, &Zone)> {
    figure.marks.iter().find_map(|mark| match mark {
        Mark::Hatch { name, zone } => Some((&name[..], zone)),
        _ => None,
    })
}

fn share(figure: &Figure) -> f64 {
    let all = map(figure).values.iter().filter(|value| value.is_finite()).count();
    hatched(figure)
        .map_or(0.0, |(_, zone)| zone.samples.iter().filter(|is_dead| **is_dead).count() as f64 / all as f64)
}

fn fine(screen: &Screen, id: &str) -> Figure {
    screen.figure(id, &screen.compute(id, Quality::Fine))
}

/// Two points of two classes, one of them at the origin; the other moves.
fn pair(loss: &str) -> Screen {
    screen(&format!("loss={loss}&stage=embedding-plane&points=0.4,0.2,0;0,0,1"))
}

#[test]
fn a_contrastive_loss_is_dead_beyond_its_margin() {
    // distance=1: of the vectors as they are.
    for margin in [0.6, 1.0] {
        let figure = fine(&pair(&format!("contrastive&distance=1&neg_margin={margin}")), "plane");
        let expected = 1.0 - std::f64::consts::PI * margin * margin / 9.0;
        let share = share(&figure);
        assert!(
            (share - expected).abs() < 0.02,
            "with margin {margin}, {share} of the map is hatched and {expected} of it is dead"
        );
        let (name, _) = hatched(&figure).expect("there is a dead zone");
        assert_eq!(name, format!("dead zone, {:.0} % of the map", 100.0 * share));
    }
    let smooth = fine(&screen("loss=nt-xent&stage=embedding-plane"), "plane");
    assert!(hatched(&smooth).is_none(), "a smooth loss has a dead zone");
}

#[test]
fn a_triplet_loss_is_dead_where_the_negative_is_farther_by_the_margin() {
    // Anchor and positive lie at one place: whatever is farther away than the margin is dead. The negative moves.
    let link = "loss=triplet-margin&stage=embedding-plane&distance=1&margin=0.5&points=0.4,0.2,1;0,0,0;0,0,0";
    let figure = fine(&screen(link), "plane");
    let expected = 1.0 - std::f64::consts::PI * 0.25 / 9.0;
    assert!((share(&figure) - expected).abs() < 0.02, "{} is hatched, not {expected}", share(&figure));
}

#[test]
fn a_hinge_on_the_lead_of_the_label_is_dead_where_the_lead_is_large_enough() {
    // The label's logit is 0: it leads by the threshold of 1 where both others are below −1, on 5 of 12 of each side.
    let figure = fine(&screen("loss=crammer-singer&stage=logit-plane&label=3&threshold=1"), "plane");
    let expected = (5.0 / 12.0f64).powi(2);
    assert!((share(&figure) - expected).abs() < 0.01, "{} is hatched, not {expected}", share(&figure));
}

#[test]
fn a_triplet_loss_of_cosines_is_dead_where_the_positive_leads_by_the_margin() {
    let figure = fine(&screen("loss=triplet-margin&stage=pair-plane&distance=2&margin=0.5"), "plane");
    // Vectors exist where p ≥ 2n² − 1; of that p ≥ n + 0.5 is dead. Both borders meet at n = (1 − √13)/4.
    let meet = (1.0 - 13f64.sqrt()) / 4.0;
    let to_the_border = |n: f64| 2.0 * n - 2.0 * n.powi(3) / 3.0;
    let to_the_margin = |n: f64| 0.5 * n - 0.5 * n * n;
    let dead = to_the_border(meet) - to_the_border(-1.0) + to_the_margin(0.5) - to_the_margin(meet);
    let expected = dead / (to_the_border(1.0) - to_the_border(-1.0));
    assert!((share(&figure) - expected).abs() < 0.02, "{} is hatched, not {expected}", share(&figure));
}

/// Hatched is what has a gradient of exactly 0 over an area, and nothing else, under every loss that a stage shows.
fn hatches_the_dead<S: Scenario>(stage: &'static Played<S>) {
    const SIDE: usize = 24;
    // A loss that is constant has gradients of 0 or of rounding, here and there.
    const ROUNDING: f64 = 1e-12;
    for loss in losses::all().filter(|loss| stage.fits(loss.spec())) {
        let id = loss.spec().id;
        let screen = Screen::open(State::new(loss, stage), None);
        let shot = Shot::<S>::of(screen.scene()).expect("a scene of the stage");
        let view = S::VIEWS.iter().find(|view| view.slopes.is_some()).expect("a map");
        let values = match screen.scene().tiled(view.id) {
            Some(_) => screen.scene().tile(view.id, SIDE, &Tile::whole(SIDE)),
            None => screen.compute(view.id, Quality::Coarse),
        };
        let figure = screen.figure(view.id, &values);
        let Some(mut slopes) = view.slopes.and_then(|slopes| slopes(shot, 0, 0)) else { continue };
        let (map, zone) = (map(&figure), hatched(&figure).map(|(_, zone)| zone));
        let (columns, rows) = (map.columns, map.rows());
        let at = |i: usize, (from, to): (f64, f64), count: usize| {
            from + (to - from) * i as f64 / (count - 1) as f64
        };
        let mut sloped =
            |i: usize| (slopes.at)((at(i % columns, map.x, columns), at(i / columns, map.y, rows)));
        let is_sloped = |(_, slope): &Sloped| *slope != [0.0, 0.0];
        if zone.is_none() && (0..values.len()).step_by(7).map(&mut sloped).all(|at| is_sloped(&at)) {
            continue;
        }
        let all: Vec<Sloped> = (0..values.len()).map(sloped).collect();
        let steepest = all.iter().map(|(_, [x, y])| x.hypot(*y)).filter(|length| length.is_finite());
        if steepest.fold(0.0, f64::max) < ROUNDING {
            continue;
        }
        // Some maps are interpolated between a few rays: there the gradient is that of another value.
        let is_right = |value: f64, exact: f64| (value - exact).abs() <= 1e-9 * exact.abs().max(1.0);
        let is_flat: Vec<bool> =
            values.iter().zip(&all).map(|(value, at)| is_right(*value, at.0) && !is_sloped(at)).collect();
        let cells = (0..(rows - 1) * columns).filter(|i| i % columns < columns - 1);
        let corners = |i: usize| [i, i + 1, i + columns, i + columns + 1];
        let dead: Vec<usize> =
            cells.filter(|&i| corners(i).iter().all(|&i| is_flat[i])).flat_map(corners).collect();
        let wrong = |i: usize| {
            let is_hatched = zone.is_some_and(|zone| zone.samples[i]);
            // A plateau may touch a kink.
            is_hatched != dead.contains(&i) && is_hatched != is_flat[i]
        };
        let wrong = (0..values.len()).filter(|&i| wrong(i)).count();
        assert!(
            wrong * 100 <= values.len(),
            "{id} on {}: {wrong} of {} samples are hatched and pulled, or neither",
            stage.spec().id,
            values.len()
        );
    }
}

#[test]
fn what_is_hatched_is_dead_under_every_loss() {
    hatches_the_dead(&EMBEDDING_PLANE);
    hatches_the_dead(&EPISODE_LAB);
    hatches_the_dead(&WEIGHT_PLANE);
    hatches_the_dead(&SIMPLEX);
    hatches_the_dead(&LOGIT_PLANE);
    hatches_the_dead(&PAIR_PLANE);
}

/// Stages that compare, a loss on each, and another one.
const COMPARED: [(&str, &str, &str); 6] = [
    ("embedding-plane", "triplet-margin", "nt-xent"),
    ("episode-lab", "prototypical", "proto-triplet"),
    ("weight-plane", "linear-regression", "logistic-regression"),
    ("simplex", "cross-entropy", "focal"),
    ("logit-plane", "cross-entropy", "crammer-singer"),
    ("pair-plane", "triplet-margin", "circle"),
];

#[test]
fn a_loss_differs_from_itself_by_nothing() {
    for (stage, loss, _) in COMPARED {
        for kind in ["value", "angle", "ratio"] {
            let screen = screen(&format!("loss={loss}&stage={stage}&vs={loss}&difference={kind}"));
            let figure = screen.figure("difference", &screen.compute("difference", Quality::Coarse));
            let map = map(&figure);
            let finite: Vec<f64> = map.values.iter().copied().filter(|value| value.is_finite()).collect();
            assert!(!finite.is_empty(), "{loss} on {stage}: nowhere is there a {kind}");
            assert!(finite.iter().all(|value| *value == 0.0), "{loss} on {stage} has a {kind} to itself");
            let is_half_turn = map.colours == Colours::HalfTurn;
            assert!(is_half_turn == (kind == "angle") && (is_half_turn || map.colours == Colours::Signed));
        }
    }
}

#[test]
fn losses_are_compared_at_each_place_of_the_map() {
    for (stage, loss, other) in COMPARED {
        let screen = screen(&format!("loss={loss}&stage={stage}&vs={other}&difference=value"));
        let id = &screen.figures()[0].id.to_owned()[..];
        let at = |id: &str| match screen.scene().tiled(id) {
            Some(_) => screen.scene().tile(id, 24, &Tile::whole(24)),
            None => screen.compute(id, Quality::Coarse),
        };
        let (own, others) = (at(id), at(&format!("{id}-2")));
        let side = own.len().isqrt();
        let difference = screen.scene().tile("difference", side, &Tile::whole(side));
        assert!(side > 1 && others.len() == own.len() && difference.len() == own.len(), "{loss} on {stage}");
        let all = own.iter().zip(&others).zip(&difference);
        for ((own, other), difference) in all.filter(|((own, other), _)| own.is_finite() && other.is_finite())
        {
            let expected = own - other;
            assert!(
                (difference - expected).abs() <= 1e-9 * expected.abs().max(1.0),
                "{loss} on {stage}: {difference}, not {expected}"
            );
        }
        let title =
            screen.figures().into_iter().find(|info| info.id == "difference").expect("a figure").title;
        assert!(title.contains(" minus "), "{title}");
    }
}

#[test]
fn nobody_who_does_not_ask_gets_a_difference() {
    for (stage, loss, other) in COMPARED {
        for link in [format!("vs={other}"), "difference=angle".to_owned()] {
            let screen = screen(&format!("loss={loss}&stage={stage}&{link}"));
            assert!(screen.figures().iter().all(|info| info.id != "difference"), "{stage}, {link}");
        }
    }
}

#[test]
fn a_difference_stays_while_only_what_it_does_not_show_moves() {
    let link = |more: &str| {
        screen(&format!("loss=nt-xent&stage=embedding-plane&vs=triplet-margin&difference=angle{more}"))
            .basis("difference")
    };
    let basis = link("");
    for same in ["&trails=off", "&pushes=on", "&lr=0.3", "&view=surface"] {
        assert_eq!(link(same), basis, "{same} has the map computed anew");
    }
    for other in
        ["&temperature=0.3", "&vs1.margin=0.2", "&selected=3", "&steps=2", "&difference=ratio", "&noise=0.3"]
    {
        let other = other.replace("&difference", "&trails=on&difference");
        assert_ne!(link(&other), basis, "{other} leaves the old map");
    }
}

#[test]
fn where_a_gradient_is_0_there_is_no_angle_and_the_map_says_so() {
    for kind in ["angle", "ratio"] {
        let own = "loss=contrastive&distance=1&stage=embedding-plane&points=0.4,0.2,0;0,0,1";
        let screen =
            screen(&format!("{own}&vs=contrastive&vs1.distance=1&vs1.neg_margin=2&difference={kind}"));
        let figure = fine(&screen, "difference");
        let (name, zone) = hatched(&figure).expect("the dead zone has no angle");
        let share = share(&fine(&screen, "plane"));
        let hatched =
            zone.samples.iter().filter(|is_hatched| **is_hatched).count() as f64 / zone.samples.len() as f64;
        assert!((hatched - share).abs() < 0.03, "{hatched} has no {kind}, {share} is dead");
        assert!(name.starts_with(&format!("no {kind}: a gradient is 0 on ")), "{name}");
        let map = map(&figure);
        assert!(
            map.values.iter().zip(&zone.samples).all(|(value, is_hatched)| value.is_nan() == *is_hatched)
        );
    }
}

/// Twice the cross-entropy.
struct Twice;

impl Kernel for Twice {
    const SPEC: &'static Spec = &Spec { id: "twice", title: "Twice", ..*CrossEntropy::SPEC };
    const PROSE: &'static Prose = CrossEntropy::PROSE;

    fn loss<R: Real>(input: &Inputs<R>, params: &Params) -> R {
        CrossEntropy::loss(input, params) * R::from(2.0)
    }
}

#[test]
fn twice_a_loss_is_twice_as_steep_in_the_same_direction() {
    let of = |kind: &str| {
        let mut state = State::new(&Twice, &SIMPLEX);
        state.contenders.push(Contender::new(losses::find("cross-entropy").expect("there is one")));
        state.set("difference", kind).expect("it is a choice");
        let screen = Screen::open(state, None);
        let mut refinement = Refinement::new(&screen, "difference");
        while refinement.advance(&screen) {}
        let figure = screen.figure("difference", &refinement.into_values());
        map(&figure).values.iter().copied().filter(|value| value.is_finite()).collect::<Vec<f64>>()
    };
    let ratios = of("ratio");
    assert!(ratios.len() > 1000);
    assert!(
        ratios.iter().all(|ratio| (ratio - 2f64.log10()).abs() < 1e-12),
        "log₁₀ 2 is the ratio everywhere"
    );
    assert!(of("angle").iter().all(|angle| angle.abs() < 1e-6));
}
