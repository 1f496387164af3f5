//! `gongji simulate --cluster`, with a script in the place of the Python process: what comes back is put together, or
//! refused, and what goes wrong is said. With real clusters: `crates/python/tests_cluster`.

use crate::command::{Ran, gongji};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// A store of four buckets, and their results.
struct Town {
    folder: tempfile::TempDir,
}

impl Town {
    fn new() -> Town {
        let town = Town { folder: tempfile::tempdir().unwrap() };
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let claims = root.join("../../examples/chongqing.parquet");
        let claims = claims.to_str().unwrap();
        let store = town.path("store");
        said(&["claims", "group", "--claims", claims, "--out", &store, "--buckets", "4"]);
        for bucket in 0..4 {
            town.settle(bucket, &format!("bucket-000{bucket}.json"), &[]);
        }
        town
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn settle(&self, bucket: usize, name: &str, more: &[&str]) {
        let (store, bucket, result) = (self.path("store"), bucket.to_string(), self.path(name));
        let run = ["simulate", "--claims", &store, "--policy", "500000", "--bucket", &bucket];
        said(&[&run[..], &["--result", &result], more].concat());
    }

    /// A script that stands for Python; `$out` is the folder for results.
    fn python(&self, script: &str) -> String {
        let path = PathBuf::from(self.path("python"));
        let find = "while [ $# -gt 0 ]; do [ \"$1\" = --out ] && out=$2; shift; done";
        let text = format!("#!/bin/sh\ncd {}\n{find}\n{script}\n", self.path(""));
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn simulate(&self, script: &str) -> Ran {
        let (store, python) = (self.path("store"), self.python(script));
        let policy = ["simulate", "--policy", "500000", "--cluster", "spark://somewhere:7077"];
        gongji(&[&policy[..], &["--claims", &store, "--python", &python]].concat())
    }

    fn refused(&self, script: &str) -> String {
        self.simulate(script).code.unwrap_err()
    }
}

fn said(arguments: &[&str]) -> String {
    gongji(arguments).printed().unwrap().1
}

const ALL: &str = r#"cp bucket-*.json "$out"; echo '{"done": 0}'; echo '{"repeated": 0}'"#;

#[test]
fn the_report_of_a_cluster_is_that_of_one_machine() {
    let town = Town::new();
    let local = said(&["simulate", "--claims", &town.path("store"), "--policy", "500000"]);
    let ran = town.simulate(ALL);
    assert_eq!(ran.printed().unwrap(), (true, local));
}

#[test]
fn results_that_are_not_whole_are_refused() {
    let town = Town::new();
    let missing = town.refused(&format!("rm bucket-0002.json; {ALL}"));
    assert!(missing.contains("缺少分桶 2 的结果"), "{missing}");
    town.settle(2, "bucket-0002.json", &[]);
    let twice = town.refused(&format!("cp bucket-0001.json bucket-0004.json; {ALL}"));
    assert!(twice.contains("分桶 1 有两份结果"), "{twice}");
    fs::remove_file(town.path("bucket-0004.json")).unwrap();
    let cut = town.refused(&format!("{ALL}; echo '{{' > \"$out/bucket-0001.json\""));
    assert!(cut.contains("不是结果文件"), "{cut}");
    let other = "programme.ordinary.deductible.amount=[{yuan=1}]";
    town.settle(3, "bucket-0003.json", &["--set", other]);
    let mixed = town.refused(ALL);
    assert!(mixed.contains("各部分用的政策版本不同"), "{mixed}");
    for bucket in 0..3 {
        town.settle(bucket, &format!("bucket-000{bucket}.json"), &["--set", other]);
    }
    let all = town.refused(ALL);
    assert!(all.contains("不是用这里的政策和程序算的"), "{all}");
}

#[test]
fn what_goes_wrong_on_the_way_is_said() {
    let town = Town::new();
    let fault = r#"echo '{"fault": {"zh": "连不上", "en": "cannot be reached"}}'"#;
    assert_eq!(town.refused(fault), "连不上");
    let lost = town.refused("echo something happened >&2; exit 3");
    assert!(lost.contains("意外结束（exit status: 3）") && lost.contains("something happened"));
    let module = "echo \"ModuleNotFoundError: No module named 'gongji'\" >&2; exit 1";
    let lacking = town.refused(module);
    assert!(lacking.contains("里没有 gongji 包；请安装") && lacking.contains("-m pip install"));
    let garbage = town.refused("echo hello");
    assert!(garbage.contains("hello"), "{garbage}");

    let store = town.path("store");
    let simulate = ["simulate", "--policy", "500000", "--cluster", "spark://somewhere:7077"];
    let run = |more: &[&str]| gongji(&[&simulate[..], more].concat()).code.unwrap_err();
    let nowhere = run(&["--claims", &store, "--python", "/nowhere/python3"]);
    assert!(nowhere.contains("找不到 /nowhere/python3"), "{nowhere}");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/chongqing.parquet");
    assert!(run(&["--claims", file.to_str().unwrap()]).contains("要先用 gongji claims group 分组"));
    assert!(run(&["--claims", &store, "--bucket", "1"]).contains("--bucket"));
}
