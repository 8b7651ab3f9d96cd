//! The numbers behind figures.

use super::samples;
use crate::figures::{Axis, Figure, Mark, Zone, table};

#[test]
fn curves_over_the_same_places_are_columns() {
    let table = table(&samples::curves());
    assert_eq!(table.columns, ["margin z", "Logistic", "Hinge", "Exponential", "Squared hinge"]);
    assert_eq!(table.rows.len(), 401);
    assert_eq!(table.rows[0][0], "-4");
    assert_eq!(table.rows[0][2], "5");
}

#[test]
fn bars_have_their_names() {
    let table = table(&samples::bars());
    assert_eq!(table.columns, ["name", "probability"]);
    assert_eq!(table.rows[1], ["versicolor", "0.71"]);
}

#[test]
fn marks_of_several_kinds_stand_one_under_the_other() {
    let figure = samples::map();
    let table = table(&figure);
    assert_eq!(
        table.columns,
        ["mark", "name", "logit of class 1", "logit of class 2", "class", "loss [nats]", "dx", "dy"]
    );
    assert_eq!(table.rows.len(), 1 + 65 * 65 + 81);
    assert_eq!(table.rows[0], ["points", "logits", "-1.2", "1.6", "0", "", "", ""]);
    assert_eq!(table.rows[1][..4], ["loss [nats]", "", "-4", "-4"]);
    let arrow = table.rows.last().expect("arrows come last");
    assert_eq!(arrow[..4], ["−gradient", "", "4", "4"]);
    let dx: f64 = arrow[6].parse().expect("the step of an arrow");
    assert!(dx > 0.0, "more of the right logit makes the loss smaller, but dx is {dx}");
}

#[test]
fn a_hatched_zone_lists_its_samples() {
    let mut figure = samples::map();
    let map = figure.marks.iter().find_map(|mark| if let Mark::Map(map) = mark { Some(map) } else { None });
    let map = map.expect("a map").clone();
    let mut inside = vec![false; map.values.len()];
    inside[66] = true;
    figure.marks = vec![Mark::Hatch { name: "dead".into(), zone: Zone::of(&map, inside) }];
    let table = table(&figure);
    assert_eq!(table.columns, ["logit of class 1", "logit of class 2"]);
    assert_eq!(table.rows, [["-3.875", "-3.875"]]);
}

#[test]
fn the_cells_of_a_matrix_have_the_names_of_both_samples() {
    let table = table(&samples::matrix());
    assert_eq!(table.rows[13][2], "NaN");
    assert_eq!(table.rows[13][..2], ["6", "2"]);
}

#[test]
fn commas_and_quotes_are_quoted() {
    let mut figure = samples::bars();
    figure.x = Axis::names("", vec!["plain".into(), "a, b".into(), "say \"c\"".into(), "two\nlines".into()]);
    let csv = table(&figure).csv();
    assert_eq!(
        csv,
        "name,probability\nplain,0.12\n\"a, b\",0.71\n\"say \"\"c\"\"\",0.02\n\"two\nlines\",0.15\n"
    );
}

#[test]
fn marks_without_a_name_are_left_out() {
    let mut figure = samples::curves();
    figure.marks.retain(|mark| matches!(mark, Mark::Points { .. }));
    let empty = table(&Figure { marks: Vec::new(), ..figure.clone() });
    assert_eq!(table(&figure), empty, "only dots without a name are left");
}
