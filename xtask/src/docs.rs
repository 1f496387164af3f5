//! Reference pages that the program writes about itself.
//!
//! A generated directory belongs to its command: whatever else lies in it is removed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::Found;

/// What one command of `gongji` writes.
struct Page {
    /// The command; a directory is passed to it as a last `--out <directory>`.
    command: &'static [&'static str],
    output: Output,
}

enum Output {
    /// A directory of pages.
    Directory(&'static str),
    /// One file: what the command prints.
    File(&'static str),
}

const PAGES: &[Page] = &[
    Page { command: &["policy", "manual"], output: Output::Directory("docs/reference/mechanisms") },
    Page {
        command: &["policy", "schema"],
        output: Output::File("docs/reference/policy.schema.json"),
    },
    Page { command: &["columns"], output: Output::File("docs/reference/bills.md") },
    Page { command: &["columns", "--results"], output: Output::File("docs/reference/results.md") },
    Page { command: &["import", "--columns"], output: Output::File("docs/reference/imports.md") },
    Page { command: &["man"], output: Output::Directory("docs/reference/man") },
    Page { command: &["interface"], output: Output::Directory("docs/reference/interface") },
    Page { command: &["openapi"], output: Output::File("docs/reference/openapi.json") },
    Page { command: &["serve", "--settings"], output: Output::File("docs/reference/settings.md") },
    Page { command: &["import", "--columns"], output: Output::File("docs/reference/imports.md") },
];

/// Writes every page into the repository.
pub(crate) fn write(root: &Path, gongji: &Path) -> Result<()> {
    PAGES.iter().try_for_each(|page| page.write(root, gongji))
}

/// One fault for each file that is missing, differs or is not generated any more.
pub(crate) fn check(root: &Path, gongji: &Path) -> Result<Found> {
    check_pages(PAGES, root, gongji)
}

fn check_pages(pages: &[Page], root: &Path, gongji: &Path) -> Result<Found> {
    let fresh = tempfile::tempdir()?;
    let mut found = Found::default();
    for page in pages {
        let faults = match page.write(fresh.path(), gongji) {
            Ok(()) => page.compare(root, fresh.path())?,
            Err(error) => vec![format!("{}: {error:#}", page.path())],
        };
        found.right += usize::from(faults.is_empty());
        found.faults.extend(faults);
    }
    Ok(found)
}

impl Page {
    fn path(&self) -> &'static str {
        match self.output {
            Output::Directory(path) | Output::File(path) => path,
        }
    }

    fn write(&self, root: &Path, gongji: &Path) -> Result<()> {
        let path = root.join(self.path());
        let mut command = Command::new(gongji);
        command.args(self.command);
        match self.output {
            Output::Directory(_) => {
                if path.exists() {
                    fs::remove_dir_all(&path)?;
                }
                fs::create_dir_all(&path)?;
                run(command.arg("--out").arg(&path))?;
            }
            Output::File(_) => {
                let printed = run(&mut command)?;
                fs::create_dir_all(path.parent().context("a page in no directory")?)?;
                fs::write(&path, printed)?;
            }
        }
        Ok(())
    }

    fn compare(&self, root: &Path, fresh: &Path) -> Result<Vec<String>> {
        let kept = files(root, self.path())?;
        let fresh = files(fresh, self.path())?;
        if fresh.is_empty() {
            return Ok(vec![format!("{}: the command wrote nothing", self.path())]);
        }
        let mut faults = Vec::new();
        for (path, text) in &fresh {
            match kept.get(path) {
                None => faults.push(format!("{path}: missing; run `cargo xtask docs`")),
                Some(old) if old != text => {
                    faults.push(format!("{path}: out of date; run `cargo xtask docs`"));
                }
                Some(_) => {}
            }
        }
        for path in kept.keys().filter(|path| !fresh.contains_key(*path)) {
            faults.push(format!("{path}: not generated any more; run `cargo xtask docs`"));
        }
        Ok(faults)
    }
}

fn run(command: &mut Command) -> Result<Vec<u8>> {
    let output = command.output().with_context(|| format!("run {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(output.stdout)
}

/// Every file at or below `path`, by its path from `root`.
fn files(root: &Path, path: &str) -> Result<BTreeMap<String, Vec<u8>>> {
    let full = root.join(path);
    let mut found = BTreeMap::new();
    if full.is_file() {
        found.insert(path.to_owned(), fs::read(full)?);
    } else if full.is_dir() {
        for entry in fs::read_dir(full)? {
            let name = entry?.file_name();
            found.extend(files(root, &format!("{path}/{}", name.to_string_lossy()))?);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stand-in for the program: with `-c` it runs what follows, and `--out` becomes `$0`.
    const SHELL: &str = "/bin/sh";

    const PAGES: &[Page] = &[
        Page {
            command: &["-c", "echo bands > $1/bands.md; echo limits > $1/limits.md"],
            output: Output::Directory("manual"),
        },
        Page { command: &["-c", "echo columns"], output: Output::File("columns.md") },
    ];

    #[test]
    fn pages_just_written_are_up_to_date_and_every_change_is_a_fault() {
        let tree = tempfile::tempdir().unwrap();
        let root = tree.path();
        let program = Path::new(SHELL);
        PAGES.iter().try_for_each(|page| page.write(root, program)).unwrap();
        assert_eq!(check_pages(PAGES, root, program).unwrap().faults, [""; 0]);

        fs::write(root.join("manual/bands.md"), "by hand").unwrap();
        fs::write(root.join("manual/old.md"), "left over").unwrap();
        fs::remove_file(root.join("columns.md")).unwrap();
        assert_eq!(
            check_pages(PAGES, root, program).unwrap().faults,
            [
                "manual/bands.md: out of date; run `cargo xtask docs`",
                "manual/old.md: not generated any more; run `cargo xtask docs`",
                "columns.md: missing; run `cargo xtask docs`",
            ]
        );
    }

    #[test]
    fn a_command_that_fails_or_writes_nothing_is_a_fault() {
        let tree = tempfile::tempdir().unwrap();
        let failing = check_pages(PAGES, tree.path(), Path::new("/bin/false")).unwrap().faults;
        assert_eq!(failing.len(), 2, "{failing:?}");
        let silent = check_pages(&PAGES[..1], tree.path(), Path::new("/bin/true")).unwrap().faults;
        assert_eq!(silent, ["manual: the command wrote nothing"]);
    }
}
