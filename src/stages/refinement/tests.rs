//! What a person sees while a figure becomes fine, held against what it becomes.

use super::*;
use crate::figures::{Colours, Map};
use crate::losses;
use crate::stages::{STAGES, State};

/// The map of a figure.
fn map(screen: &Screen, figure: &str, values: &[f64]) -> Map {
    let marks = screen.figure(figure, values).marks;
    let map = marks.into_iter().find_map(|mark| if let Mark::Map(map) = mark { Some(map) } else { None });
    map.expect("a figure in tiles has a map")
}

#[test]
fn piece_by_piece_leads_to_what_is_computed_at_once() {
    for stage in STAGES {
        let Some(loss) = losses::all().find(|loss| stage.fits(loss.spec())) else { continue };
        let screen = Screen::open(State::new(loss, *stage), None);
        // A sweep is one everywhere.
        let is_first = std::ptr::eq(*stage, STAGES[0]);
        let figures = screen.figures();
        for info in figures.iter().filter(|info| info.refines && (info.id != SWEEP || is_first)) {
            let mut refinement = Refinement::new(&screen, info.id);
            while refinement.advance(&screen) {}
            let whole = screen.compute(info.id, Quality::Fine);
            let bits = |values: Computed| values.into_iter().map(f64::to_bits).collect::<Vec<_>>();
            let (id, figure) = (loss.spec().id, info.id);
            assert!(
                bits(refinement.into_values()) == bits(whole),
                "{id}, {figure}: the pieces are not the whole"
            );
        }
    }
}

#[test]
fn a_training_in_pieces_is_the_training() {
    let open =
        || Screen::open(crate::exhibits::open("loss=cross-entropy&stage=noisy-blobs&steps=65").0, None);
    let (once, pieces) = (open(), open());
    let taken = 1 + (0..).take_while(|_| pieces.scene().train()).count();
    assert!(taken > 2, "65 steps are one piece: nobody could stop them");
    assert_eq!(pieces.compute("regions", Quality::Fine), once.compute("regions", Quality::Fine));
    assert!(!pieces.scene().train(), "it trains on beyond its steps");
}

#[test]
fn what_is_left_for_last_could_not_be_seen() {
    for (stage, loss) in [
        ("pair-plane", "triplet-margin"),
        ("weight-plane", "surface-himmelblau"),
        ("weight-plane", "logistic-regression"),
        ("embedding-plane", "icnn"),
    ] {
        let (state, notices) = crate::exhibits::open(&format!("loss={loss}&stage={stage}"));
        assert!(notices.is_empty(), "{notices:?}");
        let screen = Screen::open(state, None);
        let mut refinement = Refinement::new(&screen, "plane");
        let Rest::Tiles { tiles, .. } = &refinement.rest else { panic!("{loss} is not in tiles") };
        let (unseen, all) = (tiles.iter().filter(|tile| tile.0 < UNSEEN).count(), tiles.len());
        assert!(unseen > 0, "{loss}: no tile could wait");
        (unseen..all).for_each(|_| assert!(refinement.advance(&screen), "{loss} ends too early"));
        let seen = map(&screen, "plane", &refinement.values);
        let fine = map(&screen, "plane", &screen.compute("plane", Quality::Fine));
        let (low, high) = fine.extent();
        let colour = |value: f64| match (fine.colours, (value - low) / (high - low)) {
            (Colours::Depth, share) => (1000.0 * share.max(0.0)).ln_1p() / 1000f64.ln_1p(),
            (_, share) => share,
        };
        let both = seen.values.iter().zip(&fine.values).filter(|(a, b)| a.is_finite() || b.is_finite());
        let most = both.map(|(a, b)| (colour(*a) - colour(*b)).abs()).fold(0.0, f64::max);
        assert!(most < 1.0 / 256.0, "{loss}: {unseen} of {all} tiles are off by {most} of the colours");
    }
}
