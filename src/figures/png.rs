//! A figure as a PNG file, the same picture as its SVG, on machines without any font installed.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb::Database};

use super::figure::Figure;
use super::frame::Frame;
use super::svg::svg;

/// The most pixels of a picture; each takes four bytes while it is drawn.
const MOST: u32 = 200_000_000;

/// DejaVu Sans, which has Greek letters and the signs of mathematics, stands for every family.
static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_font_data(dejavu::sans::regular().to_vec());
    fonts.set_sans_serif_family("DejaVu Sans");
    Arc::new(fonts)
});

/// A figure as a PNG file of [`Frame::scale`] pixels per CSS pixel.
///
/// # Errors
/// If the picture would have more than 200 million pixels.
pub fn png(figure: &Figure, frame: &Frame) -> Result<Vec<u8>, String> {
    let frame = frame.usable();
    let options = Options { fontdb: FONTS.clone(), ..Options::default() };
    let tree = Tree::from_str(&svg(figure, &frame), &options).map_err(|e| e.to_string())?;
    let size = |length: f64| (length * frame.scale).round().clamp(1.0, 32768.0) as u32;
    let (width, height) = (size(frame.width), size(frame.height));
    let pixels = if width <= MOST / height { Pixmap::new(width, height) } else { None };
    let mut pixels = pixels.ok_or_else(|| {
        format!("a picture of {width} × {height} pixels is too large: at most {MOST} are allowed in all")
    })?;
    let scale = frame.scale as f32;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|e| e.to_string())
}
