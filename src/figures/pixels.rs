//! Strokes and areas as pixels, for what has too many of them to draw one by one on a canvas.

use plotters::style::RGBColor;

use super::clip::Place;
use super::frame::Frame;
use super::pen::Pen;
use super::raster::Raster;
use super::theme::Theme;

/// The most samples of a picture that has four to a device pixel; of more a screen is so fine that edges look smooth
/// with one.
const MOST: f64 = 2e6;

/// Every other channel of a sample.
const CHANNELS: u32 = 0x00ff_00ff;

/// What strokes and areas are drawn with, in CSS pixels.
pub trait Strokes {
    /// The colours.
    fn theme(&self) -> &Theme;

    /// A line through places.
    fn path(&mut self, places: &[Place], colour: RGBColor, alpha: f64, width: f64) -> Result<(), String>;

    /// A filled convex polygon.
    fn area(&mut self, corners: &[Place], colour: RGBColor) -> Result<(), String>;
}

impl Strokes for Pen<'_> {
    fn theme(&self) -> &Theme {
        self.theme
    }

    fn path(&mut self, places: &[Place], colour: RGBColor, alpha: f64, width: f64) -> Result<(), String> {
        self.path(places, colour, alpha, width)
    }

    fn area(&mut self, corners: &[Place], colour: RGBColor) -> Result<(), String> {
        self.polygon(corners, colour, 1.0)
    }
}

/// A picture of a whole frame: of four samples to a device pixel, so that edges are smooth, unless it is large.
pub struct Pixels<'a> {
    frame: &'a Frame,
    /// Samples along a side of a device pixel.
    fineness: usize,
    width: usize,
    /// Red, green, blue and opacity of each, red in the lowest byte.
    samples: Vec<u32>,
}

impl<'a> Pixels<'a> {
    /// An empty picture.
    pub fn new(frame: &'a Frame) -> Self {
        let whole = |length: f64| (length * frame.scale).round().clamp(1.0, 16384.0) as usize;
        let (width, height) = (whole(frame.width), whole(frame.height));
        let fineness = if 4.0 * (width * height) as f64 <= MOST { 2 } else { 1 };
        let samples = vec![sample(frame.theme.background); width * height * fineness * fineness];
        Self { frame, fineness, width: width * fineness, samples }
    }

    /// The finished picture.
    pub fn raster(self) -> Raster {
        let Self { fineness, width, samples, .. } = self;
        let (across, up) = (width / fineness, samples.len() / width / fineness);
        let mut pixels = Vec::with_capacity(4 * across * up);
        for rows in samples.chunks_exact(fineness * width) {
            for i in 0..across {
                let pixel = if fineness == 1 { rows[i] } else { mean(rows, 2 * i, width) };
                pixels.extend_from_slice(&pixel.to_le_bytes());
            }
        }
        Raster { left: 0, top: 0, width: across as u32, height: up as u32, pixels }
    }

    fn fill(&mut self, corners: &[Place], colour: RGBColor, alpha: f64) {
        let unit = self.fineness as f64 * self.frame.scale;
        let height = self.samples.len() / self.width;
        // The first sample whose middle is not before a place.
        let first = |v: f64, count: usize| (v * unit - 0.5).ceil().clamp(0.0, count as f64) as usize;
        let top = corners.iter().fold(f64::INFINITY, |least, (_, y)| least.min(*y));
        let bottom = corners.iter().fold(f64::NEG_INFINITY, |most, (_, y)| most.max(*y));
        let (over, share) = (sample(colour), (256.0 * alpha) as u32);
        let mix = |under: u32| {
            let channels = |from: u32| {
                ((under >> from & CHANNELS) * (256 - share) + (over >> from & CHANNELS) * share) >> 8
                    & CHANNELS
            };
            channels(0) | channels(8) << 8
        };
        for row in first(top, height)..first(bottom, height) {
            let y = (row as f64 + 0.5) / unit;
            let (mut from, mut to) = (f64::INFINITY, f64::NEG_INFINITY);
            let mut last = corners[corners.len() - 1];
            for &corner in corners {
                if (last.1 <= y) != (corner.1 <= y) {
                    let x = last.0 + (y - last.1) / (corner.1 - last.1) * (corner.0 - last.0);
                    (from, to) = (from.min(x), to.max(x));
                }
                last = corner;
            }
            let (from, to) = (first(from, self.width), first(to, self.width));
            let line = &mut self.samples[row * self.width + from.min(to)..row * self.width + to];
            if alpha < 1.0 {
                line.iter_mut().for_each(|under| *under = mix(*under));
            } else {
                line.fill(over);
            }
        }
    }
}

fn sample(RGBColor(r, g, b): RGBColor) -> u32 {
    u32::from_le_bytes([r, g, b, 255])
}

/// The mean of four samples in two rows of so many.
fn mean(rows: &[u32], at: usize, width: usize) -> u32 {
    let four = [rows[at], rows[at + 1], rows[at + width], rows[at + width + 1]];
    let channels = |from: u32| {
        (four.iter().map(|sample| sample >> from & CHANNELS).sum::<u32>() + 0x0002_0002) >> 2 & CHANNELS
    };
    channels(0) | channels(8) << 8
}

impl Strokes for Pixels<'_> {
    fn theme(&self) -> &Theme {
        &self.frame.theme
    }

    fn path(&mut self, places: &[Place], colour: RGBColor, alpha: f64, width: f64) -> Result<(), String> {
        for ends in places.windows(2) {
            let (a, b) = (ends[0], ends[1]);
            let length = (b.0 - a.0).hypot(b.1 - a.1);
            let (across, up) = (0.5 * width * (a.1 - b.1) / length, 0.5 * width * (b.0 - a.0) / length);
            let corner = |at: Place, side: f64| (at.0 + side * across, at.1 + side * up);
            let corners = [corner(a, 1.0), corner(b, 1.0), corner(b, -1.0), corner(a, -1.0)];
            if corners.iter().all(|corner| corner.0.is_finite() && corner.1.is_finite()) {
                self.fill(&corners, colour, alpha);
            }
        }
        Ok(())
    }

    fn area(&mut self, corners: &[Place], colour: RGBColor) -> Result<(), String> {
        self.fill(corners, colour, 1.0);
        Ok(())
    }
}
