//! The colours can be seen and told apart.

use plotters::style::RGBColor;

use super::samples;
use crate::figures::colours::Shading;
use crate::figures::layout::map;
use crate::figures::theme::{Role, contrast, luminance};
use crate::figures::{Colours, Figure, Ink, Theme};

fn themes() -> [(&'static str, Theme); 2] {
    [("light", Theme::light()), ("dark", Theme::dark())]
}

#[test]
fn words_and_lines_contrast_with_the_page() {
    for (name, theme) in themes() {
        let inks = (0..8).map(Ink::Series).chain([Ink::Accent, Ink::Text, Ink::Muted]);
        for ink in inks {
            let line = contrast(theme.ink(ink), theme.background);
            assert!(line >= 3.0, "a line in {ink:?} is hard to see on the {name} page: {line:.2}");
            let word = contrast(theme.role(Role::Ink(ink)), theme.background);
            assert!(word >= 4.5, "a word in {ink:?} is hard to read on the {name} page: {word:.2}");
        }
        for role in [Role::Text, Role::Muted] {
            let word = contrast(theme.role(role), theme.background);
            assert!(word >= 4.5, "{role:?} is hard to read on the {name} page: {word:.2}");
        }
    }
}

/// What eyes without one kind of cone make of linear sRGB (Machado, Oliveira and Fernandes 2009).
const EYES: [(&str, [[f64; 3]; 3]); 4] = [
    ("usual", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    (
        "red-blind",
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    ),
    (
        "green-blind",
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    ),
    (
        "blue-blind",
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    ),
];

fn times(matrix: [[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
}

/// The colour as seen, in OKLab (Ottosson 2020), where distances are as they appear.
fn seen(RGBColor(r, g, b): RGBColor, eyes: [[f64; 3]; 3]) -> [f64; 3] {
    let linear = [r, g, b].map(|v| {
        let v = f64::from(v) / 255.0;
        if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
    });
    let cones = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ];
    let lab = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ];
    times(lab, times(cones, times(eyes, linear).map(|v| v.clamp(0.0, 1.0))).map(f64::cbrt))
}

#[test]
fn series_are_told_apart_with_every_kind_of_eyes() {
    for (name, theme) in themes() {
        for (eyes, matrix) in EYES {
            for i in 0..8 {
                for j in 0..i {
                    let (a, b) = (seen(theme.series[i], matrix), seen(theme.series[j], matrix));
                    let apart = (0..3).map(|k| (a[k] - b[k]).powi(2)).sum::<f64>().sqrt();
                    assert!(
                        apart > 0.1,
                        "with {eyes} eyes series {i} and {j} look alike on the {name} page: {apart:.3}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_page_has_the_same_colours() {
    let page = include_str!("../../../www/src/styles/tokens.css");
    let hex = |RGBColor(r, g, b): RGBColor| format!("#{r:02x}{g:02x}{b:02x}");
    let (light, dark) = (Theme::light(), Theme::dark());
    let mut pairs: Vec<(String, RGBColor, RGBColor)> =
        (1..8).map(|i| (format!("--series-{i}"), light.series[i], dark.series[i])).collect();
    pairs.push(("--accent".into(), light.series[0], dark.series[0]));
    pairs.push(("--paper".into(), light.background, dark.background));
    pairs.push(("--text".into(), light.text, dark.text));
    pairs.push(("--muted".into(), light.muted, dark.muted));
    for (name, light, dark) in pairs {
        let line = format!("{name}: light-dark({}, {});", hex(light), hex(dark));
        assert!(page.contains(&line), "the page's {name} is not that of the figures, {line}");
    }
}

fn shading(figure: &Figure, theme: &Theme) -> Shading {
    Shading::new(map(figure).expect("the sample has a map"), theme)
}

#[test]
fn more_is_lighter() {
    for (_, theme) in themes() {
        for figure in [samples::map(), samples::valley()] {
            let shading = shading(&figure, &theme);
            let light =
                |i: i32| luminance(shading.colour(f64::from(i) / 20.0).expect("every share has a colour"));
            for i in 0..20 {
                assert!(light(i + 1) > light(i), "the colours get darker at {i} of 20");
            }
        }
    }
}

#[test]
fn the_colours_of_a_signed_map_meet_at_zero() {
    for (name, theme) in themes() {
        let shading = shading(&samples::signed(), &theme);
        assert_eq!(shading.share(0.0), 0.5, "0 is not in the middle of the colours");
        let middle = shading.colour(0.5).expect("the middle has a colour");
        for end in [0.0, 1.0] {
            let end = shading.colour(end).expect("the ends have colours");
            assert!(contrast(middle, end) > 5.0, "an end of the {name} signed colours is like their middle");
        }
        let near = contrast(middle, theme.background);
        assert!(near < 1.5, "no change should look like the {name} page, but its contrast is {near:.2}");
    }
}

#[test]
fn depth_tells_heights_apart_at_the_bottom_of_a_valley() {
    let mut figure = samples::valley();
    let theme = Theme::light();
    let share = |figure: &Figure| shading(figure, &theme).share(1.0);
    let deep = share(&figure);
    for mark in &mut figure.marks {
        if let crate::figures::Mark::Map(map) = mark {
            map.colours = Colours::Magnitude;
        }
    }
    assert!(deep > 20.0 * share(&figure), "1 above the bottom is only at {deep:.4} of the colours");
}
