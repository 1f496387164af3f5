//! The console examples of the READMEs and the guides, run with the built program.
//!
//! In a fence marked `console`, a line `$ gongji …` is a command (a trailing `\` continues it); the
//! lines up to the next command are what it prints, standard output and errors together. Commands
//! run in a shell at the repository's root, so pipes work; blocks with any other command are for
//! the reader only. A line `…` stands for any number of lines, `[..]` for any part of one line.
//! In a fence marked `console fails` every command must fail, elsewhere none may.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::Found;

/// Runs every example. Pages without any example at all are a fault: then nothing was checked.
pub(crate) fn check(root: &Path, gongji: &Path) -> Result<Found> {
    let mut found = Found::default();
    for path in pages(root)? {
        let text = fs::read_to_string(root.join(&path))?;
        for example in examples(&text) {
            match example.run(root, gongji)?.fault(&example) {
                None => found.right += 1,
                Some(fault) => {
                    found.faults.push(format!("{path}:{}: {fault}", example.line + 1));
                }
            }
        }
    }
    if found.right == 0 && found.faults.is_empty() {
        found.faults.push("no example was found in the READMEs and docs/guide".to_owned());
    }
    Ok(found)
}

/// Replaces what an example prints where it does not match; returns the pages rewritten.
pub(crate) fn bless(root: &Path, gongji: &Path) -> Result<Vec<String>> {
    let mut rewritten = Vec::new();
    for path in pages(root)? {
        let old = fs::read_to_string(root.join(&path))?;
        let mut lines: Vec<String> = old.lines().map(str::to_owned).collect();
        // From the end, so that the line numbers of the examples above stay right.
        for example in examples(&old).iter().rev() {
            let real = example.run(root, gongji)?;
            if !matches(&example.expected, &real.printed) {
                let indented = real.printed.iter().map(|line| match line.as_str() {
                    "" => String::new(),
                    line => format!("{}{line}", example.indent),
                });
                let first = example.output_line;
                lines.splice(first..first + example.expected.len(), indented);
            }
        }
        let new = lines.join("\n") + "\n";
        if new != old {
            fs::write(root.join(&path), new)?;
            rewritten.push(path);
        }
    }
    Ok(rewritten)
}

/// The pages whose examples are run, those that exist.
fn pages(root: &Path) -> Result<Vec<String>> {
    let mut pages: Vec<String> = ["README.md", "README.zh-CN.md"].map(str::to_owned).into();
    let guide = root.join("docs/guide");
    if guide.is_dir() {
        for entry in fs::read_dir(guide)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.ends_with(".md") {
                pages.push(format!("docs/guide/{name}"));
            }
        }
    }
    pages.sort();
    pages.retain(|page| root.join(page).exists());
    Ok(pages)
}

/// One command and the lines it should print. Lines are counted from 0.
#[derive(Debug, PartialEq)]
struct Example {
    line: usize,
    command: String,
    output_line: usize,
    expected: Vec<String>,
    indent: String,
    fails: bool,
}

/// What a command really did.
struct Real {
    printed: Vec<String>,
    code: Option<i32>,
}

impl Example {
    fn run(&self, root: &Path, gongji: &Path) -> Result<Real> {
        let programs = gongji.parent().map(Path::to_path_buf).unwrap_or_default();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(
            [programs].into_iter().chain(std::env::split_paths(&path).collect::<Vec<PathBuf>>()),
        )?;
        let output = Command::new("bash")
            .args(["-c", &format!("set -o pipefail; exec 2>&1; {}", self.command)])
            .current_dir(root)
            .env("PATH", path)
            .env("LC_ALL", "C.UTF-8")
            .env("NO_COLOR", "1")
            .output()
            .context("run bash")?;
        let printed = String::from_utf8_lossy(&output.stdout);
        let printed = printed.trim_end().lines().map(|line| line.trim_end().to_owned()).collect();
        Ok(Real { printed, code: output.status.code() })
    }
}

impl Real {
    fn fault(&self, example: &Example) -> Option<String> {
        let Example { command, expected, fails, .. } = example;
        if (self.code != Some(0)) != *fails {
            let ended = match self.code {
                Some(code) => format!("ended with {code}"),
                None => "was killed".to_owned(),
            };
            let printed = self.printed.join("\n    ");
            return Some(format!("`{command}` {ended}; it printed\n    {printed}"));
        }
        if matches(expected, &self.printed) {
            return None;
        }
        Some(format!(
            "`{command}` should print\n    {}\n  and prints\n    {}",
            expected.join("\n    "),
            self.printed.join("\n    "),
        ))
    }
}

/// The examples of one page, in order.
fn examples(page: &str) -> Vec<Example> {
    let lines: Vec<&str> = page.lines().collect();
    let mut found = Vec::new();
    let mut next = 0;
    while let Some(line) = lines.get(next) {
        let first = next + 1;
        next = first;
        let Some(fence) = Fence::opening(line) else {
            continue;
        };
        while next < lines.len() && !fence.closes(lines[next]) {
            next += 1;
        }
        if matches!(fence.mark, "console" | "console fails") {
            found.extend(block(&lines, first, next, &fence));
        }
        next += 1;
    }
    found
}

/// The examples of one block; none when it holds a command of another program.
fn block(lines: &[&str], first: usize, end: usize, fence: &Fence) -> Vec<Example> {
    let inner = |line: usize| lines[line].strip_prefix(fence.indent).unwrap_or(lines[line]);
    let mut examples: Vec<Example> = Vec::new();
    let mut next = first;
    while next < end {
        let line = next;
        next += 1;
        let Some(start) = inner(line).strip_prefix("$ ") else {
            if let Some(example) = examples.last_mut() {
                example.expected.push(inner(line).trim_end().to_owned());
            }
            continue;
        };
        let mut command = start.trim_end().to_owned();
        while command.ends_with('\\') && next < end {
            command.truncate(command.len() - 1);
            command.push_str(inner(next).trim());
            next += 1;
        }
        examples.push(Example {
            line,
            command,
            output_line: next,
            expected: Vec::new(),
            indent: fence.indent.to_owned(),
            fails: fence.mark == "console fails",
        });
    }
    for example in &mut examples {
        while example.expected.last().is_some_and(String::is_empty) {
            example.expected.pop();
        }
    }
    if examples.iter().any(|example| example.command.split(' ').next() != Some("gongji")) {
        examples.clear();
    }
    examples
}

/// The opening of a fenced block: its indent, its ticks and what is written behind them.
struct Fence<'a> {
    indent: &'a str,
    ticks: usize,
    mark: &'a str,
}

impl<'a> Fence<'a> {
    fn opening(line: &'a str) -> Option<Self> {
        let text = line.trim_start_matches(' ');
        let mark = text.trim_start_matches('`');
        let ticks = text.len() - mark.len();
        let indent = &line[..line.len() - text.len()];
        (ticks >= 3 && !mark.contains('`')).then(|| Self { indent, ticks, mark: mark.trim() })
    }

    fn closes(&self, line: &str) -> bool {
        Fence::opening(line).is_some_and(|other| other.ticks >= self.ticks && other.mark.is_empty())
    }
}

/// Whether lines match a pattern of lines.
fn matches(pattern: &[String], lines: &[String]) -> bool {
    match (pattern.split_first(), lines.split_first()) {
        (None, rest) => rest.is_none(),
        (Some((first, others)), _) if first.trim() == "…" => {
            (0..=lines.len()).any(|skipped| matches(others, &lines[skipped..]))
        }
        (Some((first, others)), Some((line, rest))) => {
            line_matches(first, line) && matches(others, rest)
        }
        (Some(_), None) => false,
    }
}

fn line_matches(pattern: &str, line: &str) -> bool {
    match pattern.split_once("[..]") {
        None => pattern == line,
        Some((start, rest)) => line.strip_prefix(start).is_some_and(|line| {
            line.char_indices()
                .map(|(at, _)| at)
                .chain([line.len()])
                .any(|at| line_matches(rest, &line[at..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// A tree with one README, and `echo` or `false` standing in for the program.
    fn tree(readme: &str, program: &str) -> (tempfile::TempDir, PathBuf) {
        let tree = tempfile::tempdir().unwrap();
        fs::create_dir(tree.path().join("bin")).unwrap();
        let gongji = tree.path().join("bin/gongji");
        symlink(program, &gongji).unwrap();
        fs::write(tree.path().join("README.md"), readme).unwrap();
        (tree, gongji)
    }

    fn faults(readme: &str, program: &str) -> Vec<String> {
        let (tree, gongji) = tree(readme, program);
        check(tree.path(), &gongji).unwrap().faults
    }

    #[test]
    fn an_example_that_prints_what_the_page_says_passes() {
        let readme =
            "```console\n$ gongji one \\\n    two\none two\n\n$ gongji three\nthree\n```\n";
        let (tree, gongji) = tree(readme, "/bin/echo");
        let found = check(tree.path(), &gongji).unwrap();
        assert_eq!((found.right, found.faults), (2, vec![]));
    }

    #[test]
    fn an_example_that_prints_something_else_is_a_fault() {
        assert_eq!(
            faults("Try:\n\n```console\n$ gongji one\ntwo\n```\n", "/bin/echo"),
            ["README.md:4: `gongji one` should print\n    two\n  and prints\n    one"]
        );
    }

    #[test]
    fn a_command_must_fail_exactly_where_the_fence_says_so() {
        let told = "```console fails\n$ gongji one\n```\n";
        let untold = "```console\n$ gongji one\n```\n";
        assert!(faults(told, "/bin/false").is_empty());
        assert_eq!(
            faults(untold, "/bin/false"),
            ["README.md:2: `gongji one` ended with 1; it printed\n    "]
        );
        assert_eq!(
            faults(told, "/bin/echo"),
            ["README.md:2: `gongji one` ended with 0; it printed\n    one"]
        );
    }

    #[test]
    fn pages_without_an_example_are_a_fault() {
        let expected = ["no example was found in the READMEs and docs/guide"];
        assert_eq!(faults("```console\n$ cargo build\n```\n", "/bin/echo"), expected);
        assert_eq!(faults("```sh\n$ gongji one\n```\n", "/bin/echo"), expected);
        let quoted = "````markdown\n```console\n$ gongji one\n```\n````\n";
        assert_eq!(faults(quoted, "/bin/echo"), expected);
    }

    #[test]
    fn blessing_rewrites_what_differs_and_keeps_what_matches() {
        let readme = "\
1. First:
   ```console
   $ gongji one
   stale
   lines

   $ gongji two
   [..]o
   ```
2. Then more.
";
        let (tree, gongji) = tree(readme, "/bin/echo");
        assert_eq!(bless(tree.path(), &gongji).unwrap(), ["README.md"]);
        let blessed = fs::read_to_string(tree.path().join("README.md")).unwrap();
        assert_eq!(blessed, readme.replace("stale\n   lines", "one"));
        assert_eq!(bless(tree.path(), &gongji).unwrap(), [""; 0]);
    }

    #[test]
    fn wildcards_match_lines_and_parts_of_a_line() {
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let check = |pattern: &str, text: &str| matches(&lines(pattern), &lines(text));
        assert!(check("a\n…\nz", "a\nb\nc\nz"));
        assert!(check("a\n…\nz", "a\nz"));
        assert!(check("took [..] ms, 共 [..] 人", "took 12 ms, 共 3 人"));
        assert!(!check("a\n…\nz", "a\nb"));
        assert!(!check("took [..] ms", "took 12 s"));
        assert!(!check("[..]", ""));
    }
}
