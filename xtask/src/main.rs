//! What CI and people run: `cargo xtask <command>`.
//!
//! Every check is one module with one function that takes the repository's root and returns what it
//! found, so that a test can point it at a small tree that breaks the rule.

mod ci;
mod house_law;
mod licences;
mod examples;
mod docs;
mod python;

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

const USAGE: &str = "\
usage: cargo xtask <command>

  ci                  every check and test, in the order CI runs them
  house-law           the arrows between crates and the other rules a compiler does not know
  licences            each dependency's licence against the list in deny.toml
  examples [--bless]  run the console examples of the READMEs and guides; --bless rewrites them
  docs [--check]      write the generated reference pages; --check only compares
  python              build the Python package, check its types, run its tests and notebooks
  clusters            run its tests on clusters of Spark and Dask on this machine";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether everything held.
fn run(arguments: &[&str]) -> Result<bool> {
    let root = root()?;
    match arguments {
        ["ci"] => ci::run(&root),
        ["house-law"] => report(&house_law::check(&root)?),
        ["licences"] => report(&licences::check(&root)?),
        ["examples"] => report(&examples::check(&root, &gongji()?)?),
        ["examples", "--bless"] => {
            for path in examples::bless(&root, &gongji()?)? {
                println!("rewritten: {path}");
            }
            Ok(true)
        }
        ["docs"] => docs::write(&root, &gongji()?).map(|()| true),
        ["python"] => {
            let tally = python::check(&root, &gongji()?)?;
            println!("{tally}");
            Ok(tally.failed == 0)
        }
        ["clusters"] => {
            let tally = python::check_on_clusters(&root, &gongji()?)?;
            println!("{tally}");
            Ok(tally.failed == 0)
        }
        ["docs", "--check"] => report(&docs::check(&root, &gongji()?)?),
        _ => bail!("unknown command `{}`\n\n{USAGE}", arguments.join(" ")),
    }
}

/// What a check found.
#[derive(Debug, Default, PartialEq)]
struct Found {
    /// How many of the things checked are right.
    right: usize,
    /// What is wrong, each beginning with its place.
    faults: Vec<String>,
}

/// Prints the faults and says whether there were none.
fn report(found: &Found) -> Result<bool> {
    let Found { right, faults } = found;
    for fault in faults {
        println!("{fault}");
    }
    println!("{right} right, {} wrong", faults.len());
    Ok(faults.is_empty())
}

/// The repository's root: the parent of this package, which `cargo run` names.
fn root() -> Result<PathBuf> {
    let package = env::var_os("CARGO_MANIFEST_DIR").context("run this as `cargo xtask`")?;
    let root = Path::new(&package).parent().context("xtask has no parent directory")?;
    Ok(root.to_path_buf())
}

/// The built program. There is one profile, so it lies beside this one.
fn gongji() -> Result<PathBuf> {
    let path = env::current_exe()?.with_file_name("gongji");
    if !path.exists() {
        bail!("{} is missing: run `cargo build --release` first", path.display());
    }
    Ok(path)
}
