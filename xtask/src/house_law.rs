//! Rules of this repository that neither the compiler nor a lint knows.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;

use crate::Found;

/// One law: what it says, and the faults it finds.
struct Law {
    says: &'static str,
    faults: fn(&Tree) -> Result<Vec<String>>,
}

const LAWS: &[Law] = &[
    Law { says: "dependencies between crates point one way", faults: arrows },
    Law { says: "the kernel is pure", faults: kernel_words },
    Law { says: "nothing is named after a drawer", faults: names },
    Law { says: "a source file fits a reader", faults: long_files },
    Law { says: "what a script can make again is not kept", faults: large_files },
    Law { says: "links between documents lead somewhere", faults: links },
    Law { says: "a policy is documents and tables", faults: policy_files },
    Law { says: "the glossary names what the code has", faults: glossary },
];

/// The laws that are kept, and every fault.
pub(crate) fn check(root: &Path) -> Result<Found> {
    let tree = Tree::read(root)?;
    let mut found = Found::default();
    for law in LAWS {
        let faults = (law.faults)(&tree)?;
        found.right += usize::from(faults.is_empty());
        found.faults.extend(faults.iter().map(|fault| format!("{fault} ({})", law.says)));
    }
    Ok(found)
}

/// The files of the repository, without build output and hidden directories.
struct Tree {
    root: PathBuf,
    /// Paths from the root, with `/`, in order.
    files: Vec<String>,
}

impl Tree {
    fn read(root: &Path) -> Result<Self> {
        let mut tree = Self { root: root.to_path_buf(), files: Vec::new() };
        tree.walk("")?;
        tree.files.sort();
        Ok(tree)
    }

    fn walk(&mut self, directory: &str) -> Result<()> {
        for entry in fs::read_dir(self.root.join(directory))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path =
                if directory.is_empty() { name.clone() } else { [directory, &name].join("/") };
            if !entry.file_type()?.is_dir() {
                self.files.push(path);
            } else if !name.starts_with('.') && path != "target" {
                self.walk(&path)?;
            }
        }
        Ok(())
    }

    fn text(&self, path: &str) -> Result<String> {
        fs::read_to_string(self.root.join(path)).with_context(|| format!("read {path}"))
    }

    fn ending(&self, ending: &str) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str).filter(move |path| path.ends_with(ending))
    }
}

/// Which of our crates each of our crates may build on.
const ARROWS: &[(&str, &[&str])] = &[
    ("gongji-kernel", &[]),
    ("gongji-policy", &["gongji-kernel"]),
    ("gongji-store", &["gongji-kernel"]),
    ("gongji-cluster", &[]),
    ("gongji-agency", &["gongji-store", "gongji-policy", "gongji-kernel"]),
    ("gongji-synth", &["gongji-kernel"]),
    ("gongji-simulate", &["gongji-policy", "gongji-kernel"]),
    ("gongji-server", &["gongji-agency", "gongji-store", "gongji-policy", "gongji-kernel"]),
    (
        "gongji",
        &[
            "gongji-server",
            "gongji-agency",
            "gongji-synth",
            "gongji-simulate",
            "gongji-store",
            "gongji-policy",
            "gongji-kernel",
        ],
    ),
    (
        "gongji-bench",
        &[
            "gongji-cluster",
            "gongji",
            "gongji-agency",
            "gongji-store",
            "gongji-policy",
            "gongji-kernel",
        ],
    ),
    ("gongji-python", &["gongji-simulate", "gongji-policy", "gongji-kernel"]),
    ("xtask", &[]),
];

/// Our crates that only tests and benchmarks of the others may use.
const FOR_TESTS: &[&str] = &["gongji-cluster"];

fn arrows(tree: &Tree) -> Result<Vec<String>> {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(&tree.root)
        .output()
        .context("run cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages = list(&metadata["packages"]);
    let ours: BTreeSet<String> = packages.iter().map(|package| text(&package["name"])).collect();
    let mut faults = Vec::new();
    for package in &packages {
        let name = text(&package["name"]);
        let Some((_, allowed)) = ARROWS.iter().find(|(one, _)| *one == name) else {
            faults.push(format!("{name}: a new crate needs its arrows in xtask/src/house_law.rs"));
            continue;
        };
        for dependency in list(&package["dependencies"]) {
            let on = text(&dependency["name"]);
            // Tests may use what the crate itself may not, as long as it is not ours, or made for tests.
            let for_tests = dependency["kind"] == "dev";
            if FOR_TESTS.contains(&on.as_str()) {
                if !for_tests && !allowed.contains(&on.as_str()) {
                    faults.push(format!("{name}: only its tests may depend on {on}"));
                }
            } else if ours.contains(&on) && !allowed.contains(&on.as_str()) {
                faults.push(format!("{name}: must not depend on {on}"));
            } else if name == "gongji-kernel" && !for_tests {
                faults.push(format!("{name}: depends on {on}; it has no dependencies at all"));
            }
        }
    }
    Ok(faults)
}

/// Names that no line of the kernel may use; comments may.
const NOT_IN_KERNEL: &[&str] = &[
    "std::fs",
    "std::env",
    "std::time",
    "std::net",
    "std::thread",
    "print!",
    "println!",
    "eprint!",
    "eprintln!",
    "f32",
    "f64",
    "HashMap",
    "HashSet",
];

fn kernel_words(tree: &Tree) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for path in tree.ending(".rs").filter(|path| path.starts_with("crates/kernel/src/")) {
        for (number, line) in (1..).zip(tree.text(path)?.lines()) {
            let code = line.split("//").next().unwrap_or_default();
            for word in NOT_IN_KERNEL {
                if has_word(code, word) || has_in_group(code, word) {
                    faults.push(format!("{path}:{number}: `{word}` in the kernel"));
                }
            }
        }
    }
    Ok(faults)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether `word` stands in `code` with nothing of a longer name around it.
fn has_word(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let after = &code[at + word.len()..];
        !code[..at].ends_with(is_word) && (word.ends_with('!') || !after.starts_with(is_word))
    })
}

/// Whether `code` imports the module `std::x` as `use std::{x, …}`.
fn has_in_group(code: &str, word: &str) -> bool {
    let group = code.split_once("std::{").map(|(_, group)| group);
    group.zip(word.strip_prefix("std::")).is_some_and(|(group, module)| has_word(group, module))
}

/// Names that say nothing about what is inside.
const DRAWERS: &[&str] =
    &["util", "utils", "common", "helper", "helpers", "manager", "managers", "misc"];

fn names(tree: &Tree) -> Result<Vec<String>> {
    let mut found = BTreeSet::new();
    for path in &tree.files {
        let mut place = String::new();
        for part in path.split('/') {
            place = if place.is_empty() { part.to_owned() } else { format!("{place}/{part}") };
            let stem = part.split('.').next().unwrap_or(part);
            if DRAWERS.contains(&stem) {
                found.insert(format!("{place}: name it after what it holds"));
            }
        }
    }
    Ok(found.into_iter().collect())
}

const SOURCES: &[&str] = &[".rs", ".sh", ".py", ".sql", ".ts", ".js", ".css", ".html"];
const LONGEST: usize = 900;

fn long_files(tree: &Tree) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for path in SOURCES.iter().flat_map(|ending| tree.ending(ending)) {
        let lines = tree.text(path)?.lines().count();
        if lines > LONGEST {
            faults.push(format!("{path}: {lines} lines, more than {LONGEST}"));
        }
    }
    Ok(faults)
}

/// Bytes.
const LARGEST: u64 = 1 << 20;

fn large_files(tree: &Tree) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for path in &tree.files {
        let size = fs::metadata(tree.root.join(path))?.len();
        if size > LARGEST {
            faults.push(format!("{path}: {size} bytes; the most is {LARGEST}"));
        }
    }
    Ok(faults)
}

fn links(tree: &Tree) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for path in tree.ending(".md") {
        let text = tree.text(path)?;
        for (event, range) in Parser::new_ext(&text, Options::ENABLE_TABLES).into_offset_iter() {
            let Event::Start(Tag::Link { dest_url: to, .. } | Tag::Image { dest_url: to, .. }) =
                event
            else {
                continue;
            };
            let file = percent_decoded(to.split(['#', '?']).next().unwrap_or_default());
            let elsewhere = to.contains("://") || to.starts_with("mailto:") || file.is_empty();
            let from = tree.root.join(path);
            let target = match file.strip_prefix('/') {
                Some(file) => tree.root.join(file),
                None => from.parent().unwrap_or(&tree.root).join(&file),
            };
            if !elsewhere && !target.exists() {
                let line = text[..range.start].lines().count().max(1);
                faults.push(format!("{path}:{line}: the link to {to} leads nowhere"));
            }
        }
    }
    Ok(faults)
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((start, after)) = rest.split_once('%') {
        let digits = after.get(..2).unwrap_or_default();
        let byte = u8::from_str_radix(digits, 16).ok();
        bytes.extend(start.bytes());
        bytes.push(byte.unwrap_or(b'%'));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    bytes.extend(rest.bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

fn policy_files(tree: &Tree) -> Result<Vec<String>> {
    let known = |path: &&String| [".md", ".csv", ".json"].iter().any(|end| path.ends_with(end));
    let inside = tree.files.iter().filter(|path| path.starts_with("policies/"));
    Ok(inside
        .filter(|path| !known(path))
        .map(|path| format!("{path}: only .md, .csv and .json lie under policies/"))
        .collect())
}

/// The table `| 中文 | English | code | national field |`: every name in backticks in the columns
/// `English` and `code` occurs in the crates' sources, and those that begin with a capital letter
/// are public types there. An empty or `—` cell names nothing.
fn glossary(tree: &Tree) -> Result<Vec<String>> {
    const PATH: &str = "GLOSSARY.md";
    if !tree.files.iter().any(|path| path == PATH) {
        return Ok(vec![format!("{PATH}: missing")]);
    }
    let names = glossary_names(&tree.text(PATH)?);
    if names.is_empty() {
        return Ok(vec![format!("{PATH}: no table with a column `code` names anything")]);
    }
    let in_source = |path: &&str| path.starts_with("crates/") && path.contains("/src/");
    let mut words = BTreeSet::new();
    let mut types = BTreeSet::new();
    for path in tree.ending(".rs").filter(in_source) {
        for line in tree.text(path)?.lines() {
            let code = line.split("//").next().unwrap_or_default();
            let parts: Vec<&str> = code.split(|c| !is_word(c)).filter(|p| !p.is_empty()).collect();
            for pair in parts.windows(2) {
                let declares = ["struct", "enum", "trait", "type", "union"].contains(&pair[0]);
                if declares && parts[0] == "pub" {
                    types.insert(pair[1].to_owned());
                }
            }
            words.extend(parts.into_iter().map(str::to_owned));
        }
    }
    let mut faults = Vec::new();
    for name in names {
        let (owner, members) = match name.split_once("::") {
            Some((owner, members)) => (owner, Some(members)),
            None => (name.as_str(), None),
        };
        if owner.starts_with(|c: char| c.is_uppercase()) && !types.contains(owner) {
            faults.push(format!("{PATH}: `{name}`: no public type `{owner}` in crates/*/src"));
        }
        let lower = owner.starts_with(|c: char| !c.is_uppercase()).then_some(owner);
        for word in lower.into_iter().chain(members.into_iter().flat_map(|m| m.split("::"))) {
            if !words.contains(word) {
                faults.push(format!("{PATH}: `{name}`: no `{word}` in crates/*/src"));
            }
        }
    }
    Ok(faults)
}

/// The names in backticks in the columns `English` and `code` of the tables that have a `code`.
fn glossary_names(page: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut header: Vec<String> = Vec::new();
    let mut in_header = false;
    let mut column = 0;
    for event in Parser::new_ext(page, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::TableHead) => {
                header.clear();
                in_header = true;
            }
            Event::End(TagEnd::TableHead) => in_header = false,
            Event::Start(Tag::TableRow) => column = 0,
            Event::Start(Tag::TableCell) if in_header => header.push(String::new()),
            Event::End(TagEnd::TableCell) if !in_header => column += 1,
            Event::Text(text) if in_header => {
                if let Some(cell) = header.last_mut() {
                    cell.push_str(&text);
                }
            }
            Event::Code(name) if !in_header && header.iter().any(|cell| cell == "code") => {
                if matches!(header.get(column).map(String::as_str), Some("English" | "code")) {
                    names.insert(name.into_string());
                }
            }
            Event::End(TagEnd::Table) => header.clear(),
            _ => {}
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small tree that keeps every law, changed by the files given.
    fn faults(changes: &[(&str, &str)]) -> Vec<String> {
        let tree = tempfile::tempdir().unwrap();
        let package = |name: &str, rest: &str| {
            format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\n[dependencies]\n{rest}")
        };
        let files = [
            ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\", \"xtask\"]\n".to_owned()),
            ("crates/kernel/Cargo.toml", package("gongji-kernel", "")),
            ("crates/kernel/src/lib.rs", "pub struct Fen(i64); // never f64".to_owned()),
            (
                "crates/policy/Cargo.toml",
                package("gongji-policy", "gongji-kernel.path = \"../kernel\""),
            ),
            ("crates/policy/src/lib.rs", "pub fn deductible() {}".to_owned()),
            ("xtask/Cargo.toml", package("xtask", "")),
            ("xtask/src/main.rs", "fn main() {}".to_owned()),
            ("policies/990000-sample/outpatient.md", "[词汇](../../GLOSSARY.md#a)".to_owned()),
            (
                "GLOSSARY.md",
                "| 中文 | English | code | national field |\n|-|-|-|-|\n\
                 | 分 | fen | `Fen` | |\n| 起付线 | `deductible` | — | `dedc` |\n"
                    .to_owned(),
            ),
        ];
        let changes = changes.iter().map(|(path, text)| (*path, (*text).to_owned()));
        for (path, text) in files.into_iter().chain(changes) {
            let path = tree.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        check(tree.path()).unwrap().faults
    }

    /// The tree with one file changed has one fault, which begins as told.
    fn breaks(path: &str, text: &str, expected: &str) {
        let faults = faults(&[(path, text)]);
        assert!(faults.len() == 1 && faults[0].starts_with(expected), "{faults:?}");
    }

    #[test]
    fn a_tree_that_keeps_the_laws_has_no_faults() {
        assert_eq!(faults(&[]), [""; 0]);
    }

    #[test]
    fn an_arrow_against_the_order_is_a_fault() {
        breaks(
            "xtask/Cargo.toml",
            "[package]\nname = \"xtask\"\n[dependencies]\ngongji-policy.path = \"../crates/policy\"",
            "xtask: must not depend on gongji-policy",
        );
    }

    #[test]
    fn what_is_for_tests_is_used_by_tests_only() {
        let cluster = "[package]\nname = \"gongji-cluster\"";
        let policy = |section: &str| {
            format!(
                "[package]\nname = \"gongji-policy\"\n[{section}]\n\
                 gongji-cluster.path = \"../cluster\""
            )
        };
        let with = |section: &str| {
            let policy = policy(section);
            faults(&[
                ("crates/cluster/Cargo.toml", cluster),
                ("crates/cluster/src/lib.rs", ""),
                ("crates/policy/Cargo.toml", &policy),
            ])
        };
        assert_eq!(with("dev-dependencies"), [""; 0]);
        let faults = with("dependencies");
        let expected = "gongji-policy: only its tests may depend on gongji-cluster";
        assert!(faults.len() == 1 && faults[0].starts_with(expected), "{faults:?}");
    }

    #[test]
    fn any_dependency_of_the_kernel_is_a_fault_but_those_of_its_tests() {
        let kernel = |section: &str| {
            format!("[package]\nname = \"gongji-kernel\"\n[{section}]\nserde = \"1\"")
        };
        for section in ["dependencies", "build-dependencies"] {
            breaks(
                "crates/kernel/Cargo.toml",
                &kernel(section),
                "gongji-kernel: depends on serde; it has no dependencies at all",
            );
        }
        assert_eq!(faults(&[("crates/kernel/Cargo.toml", &kernel("dev-dependencies"))]), [""; 0]);
    }

    #[test]
    fn a_crate_without_arrows_is_a_fault() {
        let faults = faults(&[
            ("crates/new/Cargo.toml", "[package]\nname = \"new\""),
            ("crates/new/src/lib.rs", ""),
        ]);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].starts_with("new: a new crate needs its arrows"), "{faults:?}");
    }

    #[test]
    fn the_kernel_uses_no_clock_file_float_or_hash_order() {
        let path = "crates/kernel/src/share.rs";
        for (code, word) in [
            ("use std::fs::File;", "std::fs"),
            ("use std::{env, fmt};", "std::env"),
            ("fn rate() -> f64 {", "f64"),
            ("let seen = HashMap::new();", "HashMap"),
            ("println!(\"{share}\");", "println!"),
        ] {
            let text = format!("\n{code}");
            breaks(path, &text, &format!("{path}:2: `{word}` in the kernel"));
        }
        assert_eq!(faults(&[(path, "let elf64 = my_println!(); // HashMap")]), [""; 0]);
    }

    #[test]
    fn a_drawer_is_a_fault_as_a_file_and_as_a_directory() {
        let expected = "crates/policy/src/utils.rs: name it after what it holds";
        breaks("crates/policy/src/utils.rs", "", expected);
        let expected = "crates/policy/src/common: name it after what it holds";
        breaks("crates/policy/src/common/date.rs", "", expected);
    }

    #[test]
    fn a_source_file_over_900_lines_is_a_fault() {
        let path = "crates/policy/src/long.rs";
        assert_eq!(faults(&[(path, &"\n".repeat(900))]), [""; 0]);
        breaks(path, &"\n".repeat(901), "crates/policy/src/long.rs: 901 lines, more than 900");
    }

    #[test]
    fn a_file_over_a_mebibyte_is_a_fault() {
        let large = "x".repeat(usize::try_from(LARGEST).unwrap() + 1);
        breaks(
            "examples/large.csv",
            &large,
            "examples/large.csv: 1048577 bytes; the most is 1048576 \
             (what a script can make again is not kept)",
        );
    }

    #[test]
    fn a_link_to_a_missing_file_is_a_fault() {
        let expected = "docs/a.md:3: the link to b.md#x leads nowhere";
        breaks("docs/a.md", "# A\n\nSee [b](b.md#x), <https://example.org/b.md>.", expected);
    }

    #[test]
    fn code_under_policies_is_a_fault() {
        let path = "policies/990000-sample/build.py";
        breaks(path, "", "policies/990000-sample/build.py: only .md, .csv and .json");
    }

    #[test]
    fn a_glossary_name_that_the_code_lacks_is_a_fault() {
        let row = |code: &str| {
            format!("|中文|English|code|national field|\n|-|-|-|-|\n|分|fen|`Fen` {code}|`amt`|")
        };
        let expected = "GLOSSARY.md: `Yuan`: no public type `Yuan`";
        breaks("GLOSSARY.md", &row("`Yuan`"), expected);
        let expected = "GLOSSARY.md: `Fen::whole`: no `whole` in crates/*/src";
        breaks("GLOSSARY.md", &row("`Fen::whole`"), expected);
        breaks("GLOSSARY.md", "| a | b |\n|-|-|\n|`x`|`y`|", "GLOSSARY.md: no table with a column");
    }
}
