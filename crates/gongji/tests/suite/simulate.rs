//! `gongji simulate` and `gongji claims`: the same figures from a file, from a store and from its parts; and what is wrong
//! is said.

use crate::command::gongji;
use std::path::{Path, PathBuf};

fn example() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/chongqing.parquet");
    path.to_str().unwrap().to_string()
}

fn said(arguments: &[&str]) -> String {
    gongji(arguments).printed().unwrap().1
}

fn refused(arguments: &[&str]) -> String {
    gongji(arguments).code.unwrap_err()
}

/// The lines of who pays what, and of control.
fn figures(report: &str) -> Vec<&str> {
    let wanted = ["统筹基金", "大额互助", "个人", "合计", "A  基金有支付"];
    report.lines().filter(|line| wanted.iter().any(|name| line.starts_with(name))).collect()
}

#[test]
fn a_file_a_store_and_its_parts_come_to_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    let (claims, store) = (example(), at("store"));
    let from_file = said(&["simulate", "--claims", &claims, "--policy", "500000"]);
    assert!(figures(&from_file)[0].ends_with("4190.00"), "{from_file}");
    said(&["claims", "group", "--claims", &claims, "--out", &store, "--buckets", "4"]);
    let from_store = said(&["simulate", "--claims", &store, "--policy", "500000"]);
    assert_eq!(figures(&from_store), figures(&from_file));

    let parts: Vec<String> = (0..4).map(|bucket| at(&format!("{bucket}.json"))).collect();
    for (bucket, part) in ["0", "1", "2", "3"].iter().zip(&parts) {
        let run = ["simulate", "--claims", &store, "--policy", "500000", "--bucket", bucket];
        said(&[&run[..], &["--result", part]].concat());
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let merge = ["claims", "merge", "--claims", &store, "--policy", "500000"];
    assert_eq!(figures(&said(&[&merge[..], &parts].concat())), figures(&from_file));
    assert!(refused(&[&merge[..], &parts[1..]].concat()).contains("缺少分桶 0 的结果"));
    let twice = [&merge[..], &parts, &parts[..1]].concat();
    assert!(refused(&twice).contains("分桶 0 有两份结果"));
}

#[test]
fn a_reform_is_compared_and_tables_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| -> PathBuf { folder.path().join(name) };
    let (out, people, rows) = (at("out.csv"), at("people.xlsx"), at("rows"));
    let claims = example();
    let reform = "programme.ordinary.deductible.amount=[{yuan=0}]";
    let report = said(&[
        "simulate",
        "--claims",
        &claims,
        "--policy",
        "500000",
        "--reform-set",
        reform,
        "--out",
        out.to_str().unwrap(),
        "--people",
        people.to_str().unwrap(),
        "--rows",
        rows.to_str().unwrap(),
    ]);
    assert!(report.contains("谁多得、谁少得") && report.contains("多得最多的人"), "{report}");
    assert!(!report.contains("少得最多的人"), "nobody loses without a deductible: {report}");
    let table = std::fs::read_to_string(out).unwrap();
    assert!(table.starts_with("month,status,plan,age,level,area,claims,in_scope,outside,"));
    assert!(people.exists() && rows.read_dir().unwrap().next().is_some());
}

#[test]
fn distributions_are_written_and_people_are_explained() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    let (claims, csv, parquet) = (example(), at("csv"), at("parquet"));
    let simulate = ["simulate", "--claims", &claims, "--policy", "500000"];
    let reform = ["--reform-set", "programme.ordinary.deductible.amount=[{yuan=0}]"];
    let report = said(&[&simulate[..], &reform, &["--tables", &csv, "--explain", "2"]].concat());
    // 300 − 200 = 100 at 50 % is 50 yuan; without a deductible 150; in the new year 260 at 60 %: 36, 156; and the limit
    // of 3,000 in between, under which what comes earlier is lost later.
    assert!(report.contains("1. P-ZHANG  基金全年 A 3036.00，B 3156.00，B − A 120.00"), "{report}");
    assert!(report.contains("[1] 2024-01-08  政策范围内 300.00  A 50.00  B 150.00"), "{report}");
    assert!(report.contains(
        "起付标准 200.00 元，此前已累计 0.00 元，本次 200.00 元  〔渝医保发〔2023〕32号 第四条〕"
    ));
    assert!(report.contains("冲销第 4 张") && !report.contains("现金"), "{report}");
    let table = |name: &str| std::fs::read_to_string(format!("{csv}/{name}.csv")).unwrap();
    assert!(table("gini").starts_with("measure,side,ten_thousandths,at_most_more\nown,A,4607,"));
    assert!(table("change-bands").contains("100.00,200.00,1,120.00,0,0.00"));
    assert_eq!(table("quantiles").lines().count(), 10);
    let bands = table("own-bands");
    assert!(
        bands.starts_with("above,upto,people_before,own_before,people_after,own_after\n,0.00,")
    );
    assert!(table("lorenz").contains("paid-by-spending,B,3,"));
    assert!(!Path::new(&format!("{csv}/institutions.csv")).exists(), "these claims name none");
    said(&[&simulate[..], &["--tables", &parquet, "--tables-format", "parquet"]].concat());
    assert!(Path::new(&format!("{parquet}/own-bands.parquet")).exists());
    assert!(
        !Path::new(&format!("{parquet}/changes.parquet")).exists(),
        "one policy changes nothing"
    );
}

#[test]
fn what_is_wrong_is_said() {
    let claims = example();
    let simulate = |more: &[&str]| {
        refused(&[&["simulate", "--claims", &claims, "--policy", "500000"], more].concat())
    };
    assert!(
        refused(&["simulate", "--claims", "nothing.parquet", "--policy", "500000"])
            .contains("nothing.parquet")
    );
    assert!(simulate(&["--map", "in_scope=total"]).contains("total"));
    assert!(simulate(&["--map", "nothing=total"]).contains("没有名为 nothing 的列"));
    assert!(simulate(&["--value", "plan.employer=worker"]).contains("worker"));
    assert!(simulate(&["--bucket", "0"]).contains("--bucket 只用于单据库"));
    assert!(simulate(&["--out", "out.pdf"]).contains("扩展名应为"));
    assert!(
        refused(&["simulate", "--claims", &claims, "--policy", "500000@1999-01-01"])
            .contains("该日没有生效的政策")
    );
}
