//! Debian's package manager, for programs that a test needs and the machine lacks.

use std::{env, path::PathBuf};

use anyhow::{Result, bail};

use crate::{command, progress, workspace::Workspace};

/// Whether packages can be installed here.
pub(crate) fn is_here() -> bool {
    on_path("apt-get").is_some()
}

/// Installs packages, with the lists updated first, as they are empty in container images.
pub(crate) fn install(workspace: &Workspace, packages: &[&str]) -> Result<()> {
    if !is_here() {
        bail!("there is no apt-get to install {}", packages.join(", "));
    }
    progress::step(&format!("apt-get install {}", packages.join(" ")));
    let install = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends"];
    for arguments in [["apt-get", "update", "--quiet"].to_vec(), [&install[..], packages].concat()] {
        // `-n`: fail rather than wait for a password that nobody may be there to type.
        let mut command = match on_path("sudo") {
            Some(_) => command::program(workspace, "sudo", &["-n"]),
            None => command::program(workspace, "env", &[]),
        };
        command.arg("DEBIAN_FRONTEND=noninteractive").args(arguments);
        command::run(command)?;
    }
    Ok(())
}

/// Where a program is that can be called by its name.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let directories = env::var_os("PATH")?;
    env::split_paths(&directories).map(|directory| directory.join(name)).find(|candidate| candidate.is_file())
}
