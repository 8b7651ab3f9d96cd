//! Where a command writes its one document.

use std::fs;
use std::io::{Write, stdout};
use std::path::Path;

use anyhow::{Context, Result};

/// Whether a path stands for standard output.
pub fn is_stdout(path: &Path) -> bool {
    path == Path::new("-")
}

/// Writes a whole document to a file, or to standard output for `-`.
pub fn write(path: &Path, document: &[u8]) -> Result<()> {
    if is_stdout(path) {
        let mut out = stdout().lock();
        out.write_all(document)?;
        return Ok(out.flush()?);
    }
    fs::write(path, document).with_context(|| format!("cannot write {}", path.display()))
}
