//! `render`: a figure of a state as a file.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, anyhow, bail, ensure};
use clap::{Args, ValueEnum};
use loss_explorer::figures::{Frame, Theme, png, svg};
use loss_explorer::stages::{FigureInfo, Quality, Screen};

use super::opened::{self, Opened};
use super::output;

pub const ABOUT: &str = "Draw a figure as on screen, as SVG or PNG

A state that is partly invalid is drawn all the same: what was passed over and why is said on standard error.

Exit code: 0 if the figure was drawn as asked, 1 if something in the state was passed over, 2 if nothing was drawn.";

pub const EXAMPLE: &str = r#"Examples:
  loss-explorer render --state "exhibit=temperature-hardness" -o figure.svg
  loss-explorer render --state "loss=cross-entropy&stage=logit-plane&o1=2" --theme dark -o plane.png
  loss-explorer render --state "loss=huber&vs=squared-error" --figure slope -o - > slope.svg

`list --exhibits`, `list --stages` and `list` say what a state can name."#;

/// The most pixels of a picture; a byte each for red, green, blue and opacity.
const MOST_PIXELS: f64 = 1e8;

#[derive(Args)]
pub struct Arguments {
    #[arg(long, value_name = "TEXT", help = opened::STATE)]
    state: String,
    /// File to write, .svg or .png; - writes SVG to standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Which figure; the first one if not given
    #[arg(long, value_name = "ID")]
    figure: Option<String>,
    /// Width in CSS pixels
    #[arg(long, default_value_t = 720, value_parser = clap::value_parser!(u16).range(64..=8192))]
    width: u16,
    /// Height in CSS pixels; what suits the figure if not given
    #[arg(long, value_parser = clap::value_parser!(u16).range(64..=8192))]
    height: Option<u16>,
    /// Colours for a light or a dark page
    #[arg(long, value_enum, default_value_t = Colours::Light)]
    theme: Colours,
    /// Pixels of a PNG for each CSS pixel, from 0.1 to 16
    #[arg(long, default_value_t = 2.0, value_parser = scale)]
    scale: f64,
}

#[derive(Clone, Copy, ValueEnum)]
enum Colours {
    Light,
    Dark,
}

fn scale(text: &str) -> Result<f64, String> {
    let scale = text.parse().ok().filter(|scale| (0.1..=16.0).contains(scale));
    scale.ok_or_else(|| "allowed is a number from 0.1 to 16".into())
}

/// How a figure is written.
enum Format {
    Svg,
    Png,
}

impl Format {
    fn of(path: &Path) -> Result<Self> {
        if output::is_stdout(path) {
            return Ok(Self::Svg);
        }
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        match extension.as_deref() {
            Some("svg") => Ok(Self::Svg),
            Some("png") => Ok(Self::Png),
            _ => bail!("{} must end in .svg or .png, which says the format", path.display()),
        }
    }
}

/// Draws the figure that the arguments name.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let format = Format::of(&arguments.output)?;
    let Opened { screen, code, .. } = opened::open(&arguments.state)?;
    let info = find(&screen, arguments.figure.as_deref())?;
    let frame = frame(arguments, info.aspect);
    let figure = screen.figure(info.id, &screen.compute(info.id, Quality::Fine));
    let document = match format {
        Format::Svg => svg(&figure, &frame).into_bytes(),
        Format::Png => {
            let (width, height) = (frame.width * frame.scale, frame.height * frame.scale);
            ensure!(
                width * height <= MOST_PIXELS,
                "a picture of {width:.0} × {height:.0} pixels is too large, at most {MOST_PIXELS} are allowed"
            );
            png(&figure, &frame).map_err(|reason| anyhow!(reason))?
        }
    };
    output::write(&arguments.output, &document)?;
    Ok(code)
}

fn find(screen: &Screen, wanted: Option<&str>) -> Result<FigureInfo> {
    let figures = screen.figures();
    let known: Vec<String> = figures.iter().map(|info| format!("{} ({})", info.id, info.title)).collect();
    let found = figures.into_iter().find(|info| wanted.is_none_or(|id| id == info.id));
    found.ok_or_else(|| {
        let id = wanted.unwrap_or_default();
        anyhow!("there is no figure {id} in this state; there are {}", known.join(", "))
    })
}

fn frame(arguments: &Arguments, aspect: f64) -> Frame {
    let theme = match arguments.theme {
        Colours::Light => Theme::light(),
        Colours::Dark => Theme::dark(),
    };
    let width = f64::from(arguments.width);
    let height = arguments.height.map_or_else(|| (width / aspect).round(), f64::from);
    Frame { scale: arguments.scale, titled: true, ..Frame::new(width, height, theme) }
}
