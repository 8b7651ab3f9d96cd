//! Every sample as a picture to look at, in `target/figures`.

use std::fs;
use std::path::Path;

use super::samples;
use crate::figures::{Frame, Theme, png, svg};

#[test]
fn every_sample_becomes_a_picture() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/figures");
    fs::create_dir_all(&folder).expect("the target folder can be written");
    for (name, figure) in samples::all() {
        let wide = Frame { scale: 2.0, titled: true, ..Frame::new(680.0, 440.0, Theme::light()) };
        let phone = Frame { scale: 2.0, ..Frame::new(320.0, 260.0, Theme::dark()) };
        for (size, frame) in [("wide", wide), ("phone", phone)] {
            let picture = png(&figure, &frame).expect("a usual size");
            assert!(picture.starts_with(b"\x89PNG"), "{name} at {size} is not a PNG file");
            fs::write(folder.join(format!("{name}-{size}.png")), picture).expect("the folder can be written");
            fs::write(folder.join(format!("{name}-{size}.svg")), svg(&figure, &frame)).expect("likewise");
        }
    }
}
