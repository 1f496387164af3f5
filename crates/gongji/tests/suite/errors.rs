//! The error gallery: for each error the shortest file that causes it, and in the `.out` beside it the
//! exact messages and the file of rejected rows. `GONGJI_BLESS=1` rewrites them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use gongji::lang::Lang;

use crate::desk::{adjudicate, example};

fn gallery() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors")
}

/// Options that a case needs to go wrong.
fn options(name: &str) -> &'static [&'static str] {
    match name {
        "gb18030-read-as-utf-8.csv" => &["--encoding", "utf-8"],
        _ => &[],
    }
}

/// Everything that a run on this file says.
fn said(input: &Path, options: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let [rejects, output] = ["rejects.csv", "output.csv"].map(|name| folder.path().join(name));
    let [path, rejects_path] = [input, &rejects].map(|path| path.to_str().unwrap());
    let files = [path, "-o", output.to_str().unwrap(), "--rejects", rejects_path];
    let mut text = String::new();
    for lang in [Lang::Zh, Lang::En] {
        let ran = adjudicate(lang, &[&files, options].concat());
        let (code, error) = match ran.code {
            Ok(code) => (code, String::new()),
            Err(error) => (2, format!("gongji: {error}\n")),
        };
        let _ = write!(text, "exit {code}\n{}{error}\n", ran.err);
    }
    if let Ok(rows) = fs::read_to_string(&rejects) {
        let _ = write!(text, "rejects.csv\n{rows}");
    }
    let here = input.parent().unwrap().display().to_string();
    let text = text.replace(&format!("{here}/"), "");
    let text = text.replace(&format!("{}/", folder.path().display()), "");
    text.replace(&here, "errors")
}

#[test]
fn every_error_says_what_is_wrong_and_what_would_be_right() {
    let bless = std::env::var_os("GONGJI_BLESS").is_some();
    let mut cases: Vec<PathBuf> =
        fs::read_dir(gallery()).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.extension().is_some_and(|extension| extension != "out"));
    cases.sort();
    assert!(cases.len() > 30);
    let mut wrong = Vec::new();
    for case in &cases {
        let name = case.file_name().unwrap().to_str().unwrap();
        let kept = gallery().join(format!("{name}.out"));
        let now = said(case, options(name));
        if bless {
            fs::write(&kept, &now).unwrap();
        } else if fs::read_to_string(&kept).unwrap_or_default() != now {
            wrong.push(format!("{name}:\n{now}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_directory_and_a_missing_file_are_no_files() {
    let folder = gallery();
    let folder = folder.to_str().unwrap();
    let error = adjudicate(Lang::En, &[folder]).code.unwrap_err();
    assert_eq!(error, format!("{folder}: is a directory, not a file"));
    let missing = format!("{folder}/none.csv");
    let error = adjudicate(Lang::Zh, &[&missing]).code.unwrap_err();
    assert!(error.starts_with(&format!("{missing}: 打不开")), "{error}");
}

#[test]
fn an_input_is_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bills.csv");
    fs::copy(example("chongqing.csv"), &path).unwrap();
    let path = path.to_str().unwrap();
    for option in ["-o", "--rejects"] {
        let error = adjudicate(Lang::En, &[path, option, path]).code.unwrap_err();
        assert!(error.ends_with("is an input and would be overwritten"), "{error}");
    }
    assert_eq!(fs::read(path).unwrap(), fs::read(example("chongqing.csv")).unwrap());
}

#[test]
fn an_unknown_region_is_named_with_those_there_are() {
    let path = example("chongqing.csv");
    let error = adjudicate(Lang::En, &[path.to_str().unwrap(), "--region", "500001"]).code;
    let error = error.unwrap_err();
    assert!(error.contains("did you mean 500000?") && error.contains("450000 广西"), "{error}");
}

#[test]
fn a_file_cut_anywhere_is_an_error_and_never_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["chongqing.xlsx", "chongqing.parquet", "lines.jsonl", "chongqing-gb18030.csv"] {
        let whole = fs::read(example(name)).unwrap();
        let binary = name.ends_with("xlsx") || name.ends_with("parquet");
        for eighth in 1..8 {
            let path = folder.path().join(name);
            fs::write(&path, &whole[..whole.len() * eighth / 8]).unwrap();
            let rejects = folder.path().join("rejects.csv");
            let [path, rejects] = [&path, &rejects].map(|path| path.to_str().unwrap());
            let ran = adjudicate(Lang::En, &[path, "--rejects", rejects]);
            if binary {
                let error = ran.code.unwrap_err();
                assert!(error.ends_with(", or cut short"), "{name}: {error}");
            }
        }
    }
}

#[test]
fn a_file_of_rejected_rows_can_be_put_right_and_handed_in_again() {
    let folder = tempfile::tempdir().unwrap();
    let rejects = folder.path().join("rejects.csv");
    let input = gallery().join("too-many-decimals.csv");
    let [input, path] = [&input, &rejects].map(|path| path.to_str().unwrap());
    assert_eq!(adjudicate(Lang::Zh, &[input, "--rejects", path]).code, Ok(1));
    let text = fs::read_to_string(&rejects).unwrap().replacen("12.345", "12.34", 1);
    fs::write(&rejects, text).unwrap();
    let again = crate::desk::settled(&rejects, &[]);
    assert_eq!(again.lines().count(), 2);
}

#[test]
fn many_faults_are_counted_and_only_the_first_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = "bill,person,region,service_date,status,plan,level,in_scope\n".to_owned();
    for number in 0..500 {
        let _ = writeln!(
            text,
            "B{number},P,500000,2024-03-01,active,employer,2,{}",
            if number % 2 == 0 { "x" } else { "-1" }
        );
    }
    let [input, rejects] = ["many.csv", "many.rejects.csv"].map(|name| folder.path().join(name));
    fs::write(&input, text).unwrap();
    let [input, path] = [&input, &rejects].map(|path| path.to_str().unwrap());
    let ran = adjudicate(Lang::En, &[input, "--rejects", path]);
    assert_eq!(ran.code, Ok(1));
    assert_eq!(ran.err.lines().filter(|line| line.contains(":row ")).count(), 20);
    assert!(ran.err.contains("… and 480 more"), "{}", ran.err);
    assert!(ran.err.contains("negative-amount 250, not-an-amount 250"), "{}", ran.err);
    assert_eq!(fs::read_to_string(&rejects).unwrap().lines().count(), 501);
}
