//! Where PostgreSQL's programs are, and as whom they run.

use anyhow::{Context, Result, bail};
use std::env;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// PostgreSQL's programs.
#[derive(Debug)]
pub(crate) struct Programs {
    directory: PathBuf,
    /// As whom they run, if not as ourselves.
    pub(crate) user: Option<User>,
}

/// A user of the system.
#[derive(Clone, Copy, Debug)]
pub(crate) struct User {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

impl Programs {
    /// The newest version installed by a package, or what `pg_config` or `PATH` leads to.
    pub(crate) fn find() -> Result<Programs> {
        let places = packaged().into_iter().chain(configured()).chain(on_path());
        let Some(directory) = places.into_iter().find(|place| place.join("initdb").exists()) else {
            bail!(
                "PostgreSQL is not installed: no initdb in /usr/lib/postgresql/*/bin, in `pg_config --bindir` or \
                 on PATH. On Debian and Ubuntu: apt-get install postgresql"
            );
        };
        let user = is_root()?.then(unprivileged).transpose()?;
        Ok(Programs { directory, user })
    }

    /// One of them, to be run as the right user.
    pub(crate) fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.directory.join(name));
        self.as_user(&mut command);
        command
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    pub(crate) fn as_user(&self, command: &mut Command) {
        // Whoever it is may not be allowed into our own directory.
        command.current_dir("/");
        if let Some(user) = self.user {
            command.uid(user.uid).gid(user.gid);
        }
    }
}

/// `/usr/lib/postgresql/<version>/bin`, newest first.
fn packaged() -> Vec<PathBuf> {
    let Ok(versions) = fs::read_dir("/usr/lib/postgresql") else { return Vec::new() };
    let mut versions: Vec<(u32, PathBuf)> = versions
        .flatten()
        .filter_map(|one| Some((one.file_name().to_str()?.parse().ok()?, one.path().join("bin"))))
        .collect();
    versions.sort();
    versions.into_iter().rev().map(|(_, path)| path).collect()
}

fn configured() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let path = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| PathBuf::from(path.trim()))
}

fn on_path() -> Vec<PathBuf> {
    env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default()
}

fn is_root() -> Result<bool> {
    // Our own entry in /proc belongs to whom we run as; without /proc, what we make does.
    if let Ok(own) = fs::metadata("/proc/self") {
        return Ok(own.uid() == 0);
    }
    let file = tempfile::NamedTempFile::new().context("make a temporary file")?;
    Ok(fs::metadata(file.path())?.uid() == 0)
}

/// The user that packages make for PostgreSQL, or nobody.
fn unprivileged() -> Result<User> {
    let users = fs::read_to_string(Path::new("/etc/passwd")).context("read /etc/passwd")?;
    let find = |name: &str| {
        users.lines().find_map(|line| {
            let mut parts = line.split(':');
            let is_it = parts.next() == Some(name);
            let uid = parts.nth(1)?.parse().ok()?;
            let gid = parts.next()?.parse().ok()?;
            is_it.then_some(User { uid, gid })
        })
    };
    find("postgres")
        .or_else(|| find("nobody"))
        .context("PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody`")
}
