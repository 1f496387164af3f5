//! Checking a region: cases for every row, failing cases, and the laws.

use policy::check::{Effort, check};
use policy::laws::Law;
use policy::{Choice, Library};
use std::collections::BTreeMap;
use std::path::Path;

const NO_LAWS: Effort = Effort { trials: 0, seed: 1 };

/// The shipped documents as they are written: file and text.
fn shipped_files() -> Vec<(String, String)> {
    fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(root, &path, files);
            } else if path.parent() != Some(root)
                && path.extension().is_some_and(|extension| extension == "md")
            {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                files.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    files.sort();
    files
}

/// A document without its cases.
fn without_cases(text: &str) -> String {
    let mut in_case = false;
    let mut kept = String::new();
    for line in text.lines() {
        in_case |= line.starts_with("```toml case");
        if !in_case {
            kept.push_str(line);
            kept.push('\n');
        } else if line.trim_end() == "```" {
            in_case = false;
        }
    }
    kept
}

#[test]
fn every_generated_case_passes_and_reaches_its_row() {
    let mut files: BTreeMap<String, String> =
        shipped_files().into_iter().map(|(file, text)| (file, without_cases(&text))).collect();
    let bare = Library::from_files(files.clone());
    let mut generated = 0;
    for (code, ..) in bare.regions() {
        let report = check(&bare, code, &Choice::default(), NO_LAWS).unwrap();
        for row in &report.uncovered {
            if let Some(case) = &row.case {
                let text = files.get_mut(&row.file).unwrap();
                text.push_str(&format!("\n## {} 生成\n\n{case}", row.article));
                generated += 1;
            }
        }
    }
    assert!(generated > 150, "{generated} cases generated");
    let library = Library::from_files(files);
    for (code, ..) in library.regions() {
        let before = check(&bare, code, &Choice::default(), NO_LAWS).unwrap();
        let after = check(&library, code, &Choice::default(), NO_LAWS).unwrap();
        assert_eq!(after.failures(), []);
        for row in before.uncovered.iter().filter(|row| row.case.is_some()) {
            let same = |left: &&policy::check::Uncovered| {
                (&left.file, left.line, left.boundary) == (&row.file, row.line, row.boundary)
            };
            assert!(
                !after.uncovered.iter().any(|left| same(&left)),
                "{}:{} {} is not reached",
                row.file,
                row.line,
                row.path
            );
        }
    }
}

/// Rows of shipped regions that no case can reach: file, path, why.
const NO_CASE_CAN_REACH: &[(&str, &str, &str)] = &[];

#[test]
fn every_row_of_a_shipped_region_is_reached_by_a_case() {
    let library = Library::shipped();
    for (code, ..) in library.regions() {
        let report = check(&library, code, &Choice::default(), NO_LAWS).unwrap();
        assert_eq!(report.failures(), []);
        for row in report.uncovered {
            let known = NO_CASE_CAN_REACH
                .iter()
                .any(|(file, path, _)| (*file, *path) == (&*row.file, &*row.path));
            let what = if row.boundary { "the boundary of" } else { "the row" };
            assert!(
                known,
                "no case reaches {what} {}:{} {}\n{}",
                row.file,
                row.line,
                row.path,
                row.case.unwrap_or_default()
            );
        }
    }
}

const SMALL: &str = "+++
region    = \"990901\"
document  = \"甲〔2024〕1号\"
effective = 2024-01-01
+++

## 第一条

```toml
[programme.ordinary]
order = 10

[programme.ordinary.deductible]
amount = [
  { status = \"active\",  yuan = 200 },
  { status = \"retired\", yuan = 100 },
]

[programme.ordinary.share]
rate = [{ rate = \"60%\" }]
```

```toml case
title  = \"在职，恰好满起付标准，下一次付六成\"
basis  = \"text\"
visits = [
  { on = 2024-03-01, in_scope = \"200.00\", expect = { pool = \"0.00\" } },
  { on = 2024-03-02, in_scope = \"100.00\", expect = { pool = \"60.00\" } },
]
```
";

fn library(text: &str) -> Library {
    Library::from_files([("990901-x/a.md".to_string(), text.to_string())])
}

#[test]
fn a_row_without_a_case_is_reported_with_one() {
    let report = check(&library(SMALL), "990901", &Choice::default(), NO_LAWS).unwrap();
    assert_eq!(report.failures(), []);
    let [row] = &report.uncovered[..] else { panic!("{:?}", report.uncovered) };
    assert_eq!(
        (row.line, row.article.as_str(), row.path.as_str()),
        (16, "第一条", "programme.ordinary.deductible.amount")
    );
    let case = row.case.as_deref().unwrap();
    assert!(
        case.contains("status = \"retired\"") && case.contains("basis  = \"regression\""),
        "{case}"
    );
    let longer = library(&format!("{SMALL}\n{case}"));
    let report = check(&longer, "990901", &Choice::default(), NO_LAWS).unwrap();
    let left: Vec<_> = report.uncovered.iter().map(|row| (row.line, row.boundary)).collect();
    assert_eq!((report.failures(), left), (vec![], vec![]));
}

#[test]
fn a_case_that_fails_is_reported_where_it_stands() {
    let report =
        check(&library(&SMALL.replace("60.00", "61.00")), "990901", &Choice::default(), NO_LAWS)
            .unwrap();
    let failures: Vec<String> = report.failures().iter().map(ToString::to_string).collect();
    assert_eq!(
        failures,
        [
            "990901-x/a.md:28 第一条: 在职，恰好满起付标准，下一次付六成: visit of 2024-03-02: pool is 60.00, expected 61.00 — correct the case, or the table it tests"
        ]
    );
}

#[test]
fn days_without_a_policy_are_noted() {
    let gap = SMALL.replace("```toml\n", "```toml to=2024-06-30\n")
        + "\n```toml from=2025-01-01\n[rounding]\nmode = \"down\"\n```\n";
    let report = check(&library(&gap), "990901", &Choice::default(), NO_LAWS).unwrap();
    assert!(
        report.notes.iter().any(|note| note.en == "2024-07-01 to 2024-12-31: no policy"),
        "{:?}",
        report.notes
    );
    assert!(
        report.notes.iter().any(|note| note.en == "from 2025-01-01: no benefit programme"),
        "{:?}",
        report.notes
    );
}

/// A policy that breaks every law a policy may break: a deductible a visit, a worse share after retirement, and a first
/// visit of the year that is paid better the less it costs.
const ODD: &str = "+++
region    = \"990901\"
document  = \"甲〔2024〕1号\"
effective = 2024-01-01
+++

## 第一条

```toml
[vocabulary]
disease = [{ code = \"D01\", name = \"甲病\", name_en = \"Disease one\" }]

[programme.ordinary]
order = 10

[programme.ordinary.deductible]
period = \"visit\"
amount = [{ yuan = 50 }]

[programme.ordinary.share]
rate = [{ status = \"active\", rate = \"60%\" }, { status = \"retired\", rate = \"40%\" }]

[programme.chronic]
order  = 5
route  = [{ category = \"chronic\" }]

[programme.chronic.share]
rate = [{ rate = \"10%\" }]

[programme.chronic.limit.month]
basis  = \"payment\"
period = \"month\"
amount = [{ yuan = 1 }]
above  = \"patient\"

[limit.both]
programmes = [\"chronic\", \"ordinary\"]
basis      = \"in-scope\"
amount     = [{ yuan = 300 }]
```
";

#[test]
fn laws_that_a_policy_may_break_get_a_small_counterexample() {
    let report =
        check(&library(ODD), "990901", &Choice::default(), Effort { trials: 2_000, seed: 1 })
            .unwrap();
    for verdict in &report.laws {
        if verdict.law.binding() {
            assert_eq!(verdict.counterexample, None, "{:?}", verdict.law);
        } else {
            let example = verdict
                .counterexample
                .as_deref()
                .unwrap_or_else(|| panic!("{:?} holds", verdict.law));
            let visits = example.split("; ").count();
            assert!(visits <= 2, "{:?}: {visits} visits: {example}", verdict.law);
        }
    }
    assert_eq!(report.laws.len(), Law::ALL.len());
    assert_eq!(report.failures(), [], "a policy may break them");
}

#[test]
fn the_shipped_regulations_keep_every_law() {
    let library = Library::shipped();
    for code in ["500000", "450000"] {
        let report =
            check(&library, code, &Choice::default(), Effort { trials: 250, seed: 7 }).unwrap();
        for verdict in report.laws {
            assert_eq!(verdict.counterexample, None, "{code} {} {:?}", verdict.from, verdict.law);
        }
    }
}
