//! What a person sees while the steps run.

/// Announces a step. What it starts writes below this line.
pub(crate) fn step(title: &str) {
    println!("\n== {title}");
}
