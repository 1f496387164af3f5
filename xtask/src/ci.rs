//! Everything that must hold before a change is merged, in the order that finds faults soonest.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result};

use crate::{Found, docs, examples, gongji, house_law, licences, python};

/// One step: its name and what it runs.
struct Step {
    name: &'static str,
    run: fn(&Path) -> Result<Tally>,
}

const STEPS: &[Step] = &[
    Step { name: "format", run: |root| command(root, "cargo", &["fmt", "--all", "--check"]) },
    Step { name: "house law", run: |root| Ok(listed(&house_law::check(root)?)) },
    Step { name: "licences", run: |root| Ok(whole(listed(&licences::check(root)?))) },
    Step {
        name: "lints",
        run: |root| {
            let scope = ["clippy", "--release", "--workspace", "--all-targets", "--locked"];
            // The step `python` checks it apart: beside the others it would be built with features they do without.
            let others = ["--exclude", python::PACKAGE, "--", "-D", "warnings"];
            command(root, "cargo", &[&scope[..], &others].concat())
        },
    },
    Step { name: "build", run: |root| command(root, "cargo", &["build", "--release", "--locked"]) },
    Step { name: "tests", run: tests },
    Step { name: "generated pages", run: |root| Ok(listed(&docs::check(root, &gongji()?)?)) },
    Step { name: "policy faults", run: |root| program(root, &["policy", "check", "--all"]) },
    Step { name: "policy cases", run: |root| program(root, &["policy", "test", "--all"]) },
    Step { name: "examples", run: |root| Ok(listed(&examples::check(root, &gongji()?)?)) },
    Step { name: "python", run: |root| python::check(root, &gongji()?) },
    Step { name: "clusters", run: |root| python::check_on_clusters(root, &gongji()?) },
];

/// Runs every step, whatever the ones before it did, and says whether all held.
pub(crate) fn run(root: &Path) -> Result<bool> {
    let begin = Instant::now();
    let mut total = Tally::default();
    for step in STEPS {
        println!("\n== {}", step.name);
        let started = Instant::now();
        let tally = (step.run)(root).unwrap_or_else(|error| {
            println!("error: {error:#}");
            Tally { passed: 0, failed: 1 }
        });
        let word = if tally.failed == 0 { "ok" } else { "FAILED" };
        println!("== {}: {word} in {:.1} s", step.name, started.elapsed().as_secs_f64());
        total = total.plus(tally);
    }
    println!("\n{:.0} s", begin.elapsed().as_secs_f64());
    println!("{total}");
    Ok(total.failed == 0)
}

/// How many checks held and how many did not.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl Tally {
    pub(crate) fn plus(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Prints the faults of a check and counts each thing it looked at.
fn listed(found: &Found) -> Tally {
    for fault in &found.faults {
        println!("{fault}");
    }
    Tally { passed: found.right, failed: found.faults.len() }
}

/// A check that counts as one, however many things it looked at.
fn whole(tally: Tally) -> Tally {
    let failed = usize::from(tally.failed > 0);
    Tally { passed: 1 - failed, failed }
}

/// A command that holds as a whole or not at all.
pub(crate) fn command(root: &Path, program: impl AsRef<Path>, arguments: &[&str]) -> Result<Tally> {
    let program = program.as_ref();
    let name = program.file_name().unwrap_or_default().display();
    println!("$ {name} {}", arguments.join(" "));
    std::io::stdout().flush()?;
    let status = Command::new(program)
        .args(arguments)
        .current_dir(root)
        .status()
        .with_context(|| format!("run {}", program.display()))?;
    let passed = usize::from(status.success());
    Ok(Tally { passed, failed: 1 - passed })
}

fn program(root: &Path, arguments: &[&str]) -> Result<Tally> {
    command(root, gongji()?, arguments)
}

/// Unit tests, suites and examples in doc comments, counted one by one.
fn tests(root: &Path) -> Result<Tally> {
    let arguments = ["test", "--release", "--workspace", "--no-fail-fast", "--locked"];
    let mut cargo = Command::new("cargo");
    cargo.args(arguments).args(["--exclude", python::PACKAGE]).current_dir(root);
    tallied(&mut cargo, counted)
}

/// Runs a command that says on lines of its own how many tests passed and failed.
pub(crate) fn tallied(command: &mut Command, counted: fn(&str) -> Tally) -> Result<Tally> {
    let name = command.get_program().display().to_string();
    let arguments: Vec<_> =
        command.get_args().map(|argument| argument.display().to_string()).collect();
    println!("$ {name} {}", arguments.join(" "));
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("run {name}"))?;
    let mut total = Tally::default();
    for line in BufReader::new(child.stdout.take().context("a test run has no output")?).lines() {
        let line = line?;
        println!("{line}");
        total = total.plus(counted(&line));
    }
    let held = child.wait()?.success();
    // A test run that did not build or did not end has no line of its own.
    if !held && total.failed == 0 {
        total.failed = 1;
    }
    Ok(total)
}

/// What a line such as `test result: ok. 3 passed; 0 failed; …` says.
fn counted(line: &str) -> Tally {
    let count = |word: &str| -> usize {
        let before = line.split_once(word).map(|(before, _)| before);
        let number = before.and_then(|before| before.split_whitespace().last());
        number.and_then(|number| number.parse().ok()).unwrap_or(0)
    };
    if !line.starts_with("test result: ") {
        return Tally::default();
    }
    Tally { passed: count(" passed;"), failed: count(" failed;") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closing_line_sums_the_steps() {
        let total = counted("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured")
            .plus(counted("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured"))
            .plus(counted("test sums_are_right ... 7 passed; ok"));
        assert_eq!(total.to_string(), "15 passed, 2 failed");
    }

    #[test]
    fn a_fault_and_a_failing_command_count_as_failed() {
        let found = Found { right: 6, faults: vec!["one".to_owned()] };
        assert_eq!(listed(&found), Tally { passed: 6, failed: 1 });
        assert_eq!(whole(listed(&found)), Tally { passed: 0, failed: 1 });
        let root = Path::new(".");
        assert_eq!(command(root, "false", &[]).unwrap(), Tally { passed: 0, failed: 1 });
        assert_eq!(command(root, "true", &[]).unwrap(), Tally { passed: 1, failed: 0 });
        assert!(command(root, "no-such-program", &[]).is_err());
    }
}
