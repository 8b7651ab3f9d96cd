//! Where things are: the repository, Cargo's target directory, what the steps leave behind.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

/// The places that the steps read from and write to.
pub(crate) struct Workspace {
    /// The repository.
    pub(crate) root: PathBuf,
    /// Cargo's target directory, which the environment or a configuration may have moved.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Asks Cargo where the workspace is.
    pub(crate) fn locate() -> Result<Self> {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .context("cargo could not be started")?;
        ensure!(
            output.status.success(),
            "cargo metadata failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
        let directory = |key: &str| -> Result<PathBuf> {
            let path = metadata[key].as_str();
            Ok(PathBuf::from(path.with_context(|| format!("cargo metadata has no {key}"))?))
        };
        Ok(Self { root: directory("workspace_root")?, target: directory("target_directory")? })
    }

    /// What the build makes for the page: bindings, wasm, catalogue.
    pub(crate) fn generated(&self) -> PathBuf {
        self.root.join("www").join("generated")
    }

    /// What is handed to others: the static site and the npm package.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// The native command line, as `cargo build` leaves it in the dev profile.
    pub(crate) fn native_cli(&self) -> PathBuf {
        let name = format!("loss-explorer{}", std::env::consts::EXE_SUFFIX);
        self.target.join("debug").join(name)
    }

    /// A path as a person at the root of the repository would type it.
    pub(crate) fn relative<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}
