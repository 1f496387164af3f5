//! The Python package: built as a wheel, installed where only it is used, its types checked, its tests run.
//!
//! Everything lies under `target/python`. The environment is made again when the requirements change.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::ci::{Tally, command, tallied};

/// The name of the package among the crates.
pub(crate) const PACKAGE: &str = "gongji-python";
/// Where it lies.
const FOLDER: &str = "crates/python";
const REQUIREMENTS: &str = "requirements-test.txt";
/// What the tests on clusters need: engines and what comes with them, in an environment of their own.
const CLUSTERS: &str = "requirements-cluster.txt";

/// Builds, checks and tests the package. `program` is the command line it must agree with.
pub(crate) fn check(root: &Path, program: &Path) -> Result<Tally> {
    let scope = ["clippy", "--release", "--locked", "--no-deps", "-p", PACKAGE];
    let lints = [&scope[..], &["--", "-D", "warnings"]].concat();
    let lints = command(root, "cargo", &lints)?;
    let environment = Environment::made(root, "environment", REQUIREMENTS)?;
    environment.install_wheel(root)?;
    let types = environment.run(root, "mypy", &["--strict"])?;
    let mut pytest = environment.command(root, "pytest");
    pytest.env("GONGJI_PROGRAM", program);
    let tests = tallied(&mut pytest, counted)?;
    Ok(lints.plus(types).plus(tests))
}

/// Tests the package on clusters of Spark and Dask on this machine.
pub(crate) fn check_on_clusters(root: &Path, program: &Path) -> Result<Tally> {
    let environment = Environment::made(root, "clusters", CLUSTERS)?;
    environment.install_wheel(root)?;
    let types = environment.run(root, "mypy", &["--strict", "python", "tests_cluster"])?;
    let mut pytest = environment.command(root, "pytest");
    // The engines warn of what is theirs.
    pytest.args(["tests_cluster", "-W", "default"]).env("GONGJI_PROGRAM", program);
    Ok(types.plus(tallied(&mut pytest, counted)?))
}

/// A virtual environment with what building and testing need.
struct Environment(PathBuf);

impl Environment {
    /// The environment, made or as it was left by a run with the same requirements.
    fn made(root: &Path, name: &str, requirements: &str) -> Result<Environment> {
        let folder = root.join("target/python");
        let wanted = fs::read_to_string(root.join(FOLDER).join(requirements))
            .with_context(|| format!("read {requirements}"))?;
        let environment = Environment(folder.join(name));
        let made = environment.0.join("requirements-made.txt");
        if fs::read_to_string(&made).is_ok_and(|made| made == wanted) {
            return Ok(environment);
        }
        fs::create_dir_all(&folder)?;
        let place = environment.0.display().to_string();
        run(Command::new("python3").args(["-m", "venv", "--clear", &place]))?;
        let requirements = root.join(FOLDER).join(requirements).display().to_string();
        let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        run(Command::new(environment.program("python")).args(install).args(["-r", &requirements]))?;
        // Last, so that an environment that was left half made is made again.
        fs::write(made, wanted)?;
        Ok(environment)
    }

    fn program(&self, name: &str) -> PathBuf {
        self.0.join("bin").join(name)
    }

    /// `python -m` something, in the package's folder.
    fn command(&self, root: &Path, module: &str) -> Command {
        let mut command = Command::new(self.program("python"));
        command.args(["-m", module]).current_dir(root.join(FOLDER));
        command
    }

    fn run(&self, root: &Path, module: &str, arguments: &[&str]) -> Result<Tally> {
        let arguments = [&["-m", module], arguments].concat();
        command(&root.join(FOLDER), self.program("python"), &arguments)
    }

    /// Builds the wheel with the one profile and installs it, and nothing from elsewhere.
    fn install_wheel(&self, root: &Path) -> Result<()> {
        let wheels = root.join("target/python/wheels");
        if wheels.exists() {
            fs::remove_dir_all(&wheels)?;
        }
        let out = wheels.display().to_string();
        let build = ["build", "--release", "--locked", "--compatibility", "linux", "--out", &out];
        let mut maturin = self.command(root, "maturin");
        run(maturin
            .args(build)
            .args(["--target-dir", &root.join("target").display().to_string()]))?;
        let built = fs::read_dir(&wheels)?.next().context("maturin built no wheel")??.path();
        let install = ["install", "--quiet", "--disable-pip-version-check", "--no-index"];
        let mut pip = self.command(root, "pip");
        run(pip.args(install).args(["--no-deps", "--force-reinstall"]).arg(built))
    }
}

fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().display().to_string();
    let status = command.status().with_context(|| format!("run {name}"))?;
    if !status.success() {
        let arguments: Vec<_> =
            command.get_args().map(|argument| argument.display().to_string()).collect();
        bail!("{name} {}: {status}", arguments.join(" "));
    }
    Ok(())
}

/// What pytest's last line says, such as `2 failed, 31 passed, 1 error in 3.20s`.
fn counted(line: &str) -> Tally {
    let line = line.trim_matches(['=', ' ']);
    let Some((counts, time)) = line.rsplit_once(" in ") else { return Tally::default() };
    if !time.split(' ').next().is_some_and(|seconds| seconds.ends_with('s')) {
        return Tally::default();
    }
    let mut tally = Tally::default();
    for part in counts.split(", ") {
        let (count, what) = part.split_once(' ').unwrap_or_default();
        let Ok(count) = count.parse::<usize>() else { return Tally::default() };
        match what {
            "passed" => tally.passed += count,
            "failed" | "error" | "errors" => tally.failed += count,
            _ => {}
        }
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_of_pytest_is_counted() {
        assert_eq!(counted("31 passed in 3.20s"), Tally { passed: 31, failed: 0 });
        let mixed = counted("=== 2 failed, 30 passed, 3 skipped, 1 error in 65.20s (0:01:05) ===");
        assert_eq!(mixed, Tally { passed: 30, failed: 3 });
        assert_eq!(counted("no tests ran in 0.01s"), Tally::default());
        assert_eq!(counted("test_a.py: 3 passed"), Tally::default());
    }
}
