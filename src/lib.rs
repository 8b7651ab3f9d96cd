//! Loss explorer.
