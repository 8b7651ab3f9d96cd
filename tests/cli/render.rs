//! `render`: figures as files.

use std::fs;
use std::process::Output;

use loss_explorer::exhibits::{EXHIBITS, preset};
use loss_explorer::stages::{SWEEP, Screen};
use resvg::tiny_skia::Pixmap;
use roxmltree::Document;

use crate::{refusal, run, scratch, stderr, stdout};

const HINGE: &str = "loss=hinge&vs=logistic&stage=margin-curve";

fn render(state: &str, arguments: &[&str]) -> Output {
    run(&[&["render", "--state", state], arguments].concat(), "")
}

/// The SVG of a state on standard output.
fn svg(state: &str, arguments: &[&str]) -> String {
    let output = render(state, &[arguments, &["-o", "-"]].concat());
    assert_eq!(output.status.code(), Some(0), "{state}: {}", stderr(&output));
    stdout(&output).to_owned()
}

/// Everything that is written in a picture.
fn words(svg: &str) -> Vec<String> {
    let document = Document::parse(svg).unwrap_or_else(|e| panic!("the SVG is no XML: {e}"));
    let text = |node: roxmltree::Node| node.text().unwrap_or_default().trim().to_owned();
    document.descendants().filter(|node| node.has_tag_name("text")).map(text).collect()
}

fn file(name: &str, state: &str, arguments: &[&str]) -> Vec<u8> {
    let path = scratch(name);
    let output = render(state, &[arguments, &["-o", path.to_str().unwrap()]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(stdout(&output), "", "a file was asked for");
    fs::read(&path).unwrap_or_else(|e| panic!("{} was not written: {e}", path.display()))
}

#[test]
fn an_svg_says_what_it_shows() {
    let svg = String::from_utf8(file("hinge.svg", HINGE, &[])).unwrap();
    let words = words(&svg);
    for expected in ["loss", "margin z", "Hinge loss", "Logistic loss"] {
        assert!(words.iter().any(|w| w == expected), "{expected} is not among {words:?}");
    }
    let root = Document::parse(&svg).unwrap();
    let size = ["width", "height"].map(|name| root.root_element().attribute(name));
    assert_eq!(size, [Some("720"), Some("450")], "width over height does not suit the figure");
}

#[test]
fn standard_output_gets_the_same_svg_as_a_file() {
    let file = file("same.svg", HINGE, &["--width", "400", "--height", "300"]);
    assert_eq!(svg(HINGE, &["--width", "400", "--height", "300"]).as_bytes(), file);
}

#[test]
fn a_png_has_the_pixels_that_were_asked_for() {
    for (arguments, size) in [
        (&["--width", "200"][..], (400, 250)),
        (&["--width", "200", "--height", "100", "--scale", "1.5"], (300, 150)),
    ] {
        let png = file(&format!("{}.png", size.0), HINGE, arguments);
        let picture = Pixmap::decode_png(&png).expect("the picture can be decoded");
        assert_eq!((picture.width(), picture.height()), size, "{arguments:?}");
        let first = picture.pixels()[0];
        assert!(picture.pixels().iter().any(|p| *p != first), "the picture is empty");
    }
}

#[test]
fn a_dark_figure_is_dark_and_says_the_same() {
    let (light, dark) = (svg(HINGE, &[]), svg(HINGE, &["--theme", "dark"]));
    assert_eq!(words(&light), words(&dark));
    let corner = |name: &str, theme: &str| {
        let png = file(name, HINGE, &["--width", "100", "--theme", theme]);
        Pixmap::decode_png(&png).unwrap().pixels()[0].red()
    };
    let (light, dark) = (corner("light.png", "light"), corner("dark.png", "dark"));
    assert!(light > 240 && dark < 40, "the backgrounds have red {light} and {dark}");
}

#[test]
fn a_whole_link_can_be_given() {
    let link = format!("https://example.org/page.html#v=1&{HINGE}");
    assert_eq!(svg(&link, &[]), svg(HINGE, &[]));
}

#[test]
fn every_figure_of_every_exhibit_is_drawn() {
    for exhibit in EXHIBITS {
        let state = format!("exhibit={}", exhibit.id);
        let figures = Screen::open(preset(exhibit), None).figures();
        assert!(figures.iter().any(|figure| figure.id != SWEEP), "{state} shows nothing");
        for figure in figures {
            let svg = svg(&state, &["--figure", figure.id, "--width", "320"]);
            let words = words(&svg);
            assert!(words.iter().any(|w| !w.is_empty()), "nothing is written in {} of {state}", figure.id);
        }
    }
}

#[test]
fn the_first_figure_is_drawn_when_nobody_says_which() {
    assert_eq!(svg(HINGE, &[]), svg(HINGE, &["--figure", "loss"]));
    assert_ne!(svg(HINGE, &[]), svg(HINGE, &["--figure", "slope"]));
}

#[test]
fn what_is_passed_over_in_a_state_is_said_and_the_rest_is_drawn() {
    let output = render("loss=hinge&threshold=-1&colour=red", &["-o", "-"]);
    assert_eq!(output.status.code(), Some(1));
    let warnings: Vec<&str> = stderr(&output).lines().collect();
    assert_eq!(
        warnings,
        [
            "warning: threshold: parameter threshold is -1, allowed is a number from 0 on; it stays at 1",
            "warning: colour: neither hinge nor margin-curve has colour; it is passed over",
        ]
    );
    assert_eq!(stdout(&output), svg("loss=hinge", &[]));
}

#[test]
fn what_cannot_be_drawn_is_named() {
    let refusal = |arguments: &[&str]| refusal(&[&["render", "--state", HINGE], arguments].concat());
    let message = refusal(&["--figure", "plane", "-o", "-"]);
    assert!(
        message.starts_with("error: there is no figure plane in this state; there are loss ("),
        "{message}"
    );
    assert!(message.contains("), slope (") && message.contains("), sweep ("), "{message}");
    assert_eq!(refusal(&["-o", "a.gif"]), "error: a.gif must end in .svg or .png, which says the format\n");
    let missing = scratch("no-such-folder/a.svg");
    let missing = missing.to_str().unwrap();
    let message = refusal(&["-o", missing]);
    assert!(message.starts_with(&format!("error: cannot write {missing}: ")), "{message}");
    let message = refusal(&["-o", "a.png", "--width", "8192", "--scale", "16"]);
    assert!(message.contains("131072 × 81920 pixels is too large"), "{message}");
    for (arguments, allowed) in [
        (["--width", "3"], "64..=8192"),
        (["--scale", "0"], "from 0.1 to 16"),
        (["--scale", "NaN"], "from 0.1 to 16"),
        (["--theme", "pink"], "light, dark"),
    ] {
        let message = refusal(&[&arguments[..], &["-o", "-"]].concat());
        assert!(message.contains(arguments[1]) && message.contains(allowed), "{message}");
    }
}
