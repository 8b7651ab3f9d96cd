//! What a person would see, held against the samples and against figures that nobody would draw.

mod anything;
mod colours;
mod gallery;
mod hatching;
mod layers;
mod layout;
mod numbers;
mod pictures;
mod samples;
mod table;

use super::frame::Rect;
use super::text::{Anchor, Label};
use super::theme::Role;

/// Every word of an SVG drawing with the room it takes, in CSS pixels.
fn words(svg: &str) -> Vec<(String, Rect)> {
    let document = roxmltree::Document::parse(svg).expect("an SVG drawing is well-formed XML");
    let number = |node: &roxmltree::Node<'_, '_>, name: &str| -> f64 {
        node.attribute(name).and_then(|value| value.parse().ok()).expect("words have a place and a size")
    };
    let word = |node: roxmltree::Node<'_, '_>| {
        let text = node.text().unwrap_or_default().trim().to_owned();
        let anchor = match node.attribute("text-anchor") {
            Some("start") => Anchor::Left,
            Some("end") => Anchor::Right,
            _ => Anchor::Middle,
        };
        // The drawing has ten units to a pixel.
        let size = number(&node, "font-size") / 10.0;
        let at = (number(&node, "x") / 10.0, number(&node, "y") / 10.0 - 0.1 * size);
        let rect = Label { text: text.clone(), at, anchor, size, role: Role::Text }.rect();
        (text, rect)
    };
    document.descendants().filter(|node| node.has_tag_name("text")).map(word).collect()
}
