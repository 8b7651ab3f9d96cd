//! Command line of the loss explorer.

mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}
