//! Command line of the loss explorer.

fn main() {}
