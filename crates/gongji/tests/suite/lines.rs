//! `gongji filing`, `gongji agreement`, and the files that go with them.

use crate::command::gongji;
use std::fs;
use std::path::Path;

fn run(data: &Path, arguments: &[&str]) -> Result<(bool, String), String> {
    let place = ["--data", data.to_str().unwrap(), "--region", "500000"];
    gongji(&[arguments, &place].concat()).printed()
}

fn said(data: &Path, arguments: &[&str]) -> String {
    let (content, out) = run(data, arguments).unwrap();
    assert!(content, "{out}");
    out
}

fn refused(data: &Path, arguments: &[&str]) -> String {
    let (content, out) = run(data, arguments).unwrap();
    assert!(!content, "{out}");
    out
}

const HOSPITAL: &str = "H99000000001";
const WHO: &str = "99500000001";

/// Books with a person, two institutions and a drug.
fn books(folder: &Path) -> std::path::PathBuf {
    let data = folder.join("data");
    let import = |table: &str, text: &str| {
        let file = folder.join(format!("{table}.csv"));
        fs::write(&file, text).unwrap();
        let out = said(&data, &["import", table, file.to_str().unwrap()]);
        assert!(out.contains("未导入 0"), "{out}");
    };
    let pharmacy = "P99000000001,测试药店,pharmacy";
    import("institutions", &format!("code,name,kind\n{HOSPITAL},测试一院,hospital\n{pharmacy}\n"));
    import(
        "people",
        &format!("person,name,cert_type,cert_no,gender,born\n{WHO},测试甲,01,1,1,1980-05-20\n"),
    );
    import("items", "code,name,class,from\nXA99TEST0001,测试降压片,A,2024-01-01\n");
    data
}

#[test]
fn filings_are_imported_approved_by_another_renewed_and_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let data = books(folder.path());
    said(&data, &["agreement", "sign", "--institution", HOSPITAL, "--from", "2020-01-01"]);
    let file = folder.path().join("filings.csv");
    let row =
        |who: &str, names: &str| format!("{who},慢特病,{names},{HOSPITAL},2026-11-01,2999-10-31\n");
    let rows = [row(WHO, "高血压"), row("99500000009", "高血压"), row(WHO, "M99999")].concat();
    fs::write(&file, format!("人员编号,种类,病种、机构或药品,申报机构,起始日,终止日\n{rows}"))
        .unwrap();
    let rejects = folder.path().to_str().unwrap();
    let import = ["import", "filings", file.to_str().unwrap(), "--rejects", rejects];
    assert!(refused(&data, &import).contains("新增 1，更改 0，不变 0，未导入 2"));
    assert!(refused(&data, &import).contains("新增 0，更改 0，不变 1，未导入 2"));
    let kept = fs::read_to_string(folder.path().join("filings.rejects.csv")).unwrap();
    assert!(kept.contains("病种不在本地区目录内") && kept.contains("未找到参保人"), "{kept}");

    let chosen = ["filing", "file", "--person", WHO, "--kind", "chosen-for", "--names", HOSPITAL];
    let more = ["--disease", "M03900", "--institution", HOSPITAL, "--from", "2026-11-01"];
    let by = ["--by", "张"];
    let early = refused(&data, &[&chosen[..], &more, &by].concat());
    assert!(early.contains("没有病种M03900的有效备案，请先备案"), "{early}");
    assert!(said(&data, &["filing", "approve", "--all", "--by", "李"]).contains("通过 1 项"));
    said(&data, &[&chosen[..], &more, &by].concat());
    let own = refused(&data, &["filing", "approve", "--all", "--by", "张"]);
    assert!(own.contains("申报与审核须为不同的人"), "{own}");
    said(&data, &["filing", "approve", "--all", "--by", "李"]);
    let signed = said(&data, &["filing", "signed", "--kind", "chosen-for"]);
    assert!(signed.contains(HOSPITAL) && signed.contains("1 人"), "{signed}");

    let list = folder.path().join("list.csv");
    said(&data, &["filing", "list", "--state", "approved", "--out", list.to_str().unwrap()]);
    let list = fs::read_to_string(&list).unwrap();
    let line = list.lines().find(|line| line.contains("慢特病备案")).unwrap();
    let number = line.split(',').nth(1).unwrap();
    let which = ["--person", WHO, "--number", number];
    said(&data, &[&["filing", "renew"], &which[..], &by].concat());
    let revoke = ["filing", "revoke", "--from", "2026-12-01", "--because", "复查", "--by", "李"];
    assert!(said(&data, &[&revoke[..], &which].concat()).contains("自2026-12-01起取消"));
    let shown = said(&data, &[&["filing", "show"], &which[..]].concat());
    assert!(shown.contains("状态：已取消") && shown.contains("李 自2026-12-01起 复查"), "{shown}");
    assert!(refused(&data, &[&revoke[..], &which].concat()).contains("应为审核通过"));
}

#[test]
fn an_agreement_is_signed_graded_suspended_and_terminated() {
    let folder = tempfile::tempdir().unwrap();
    let data = books(folder.path());
    let of = ["--institution", HOSPITAL];
    let told = |arguments: &[&str]| said(&data, &[&["agreement"], arguments, &of].concat());
    told(&["sign", "--from", "2020-01-01"]);
    told(&["level", "--from", "2020-01-01", "--value", "3"]);
    told(&["level", "--from", "2020-01-01", "--value", "2"]);
    let wrong = [&["agreement", "level", "--from", "2020-01-01", "--value", "9"][..], &of].concat();
    assert!(refused(&data, &wrong).contains("等级9：应为0、1、2、3"));
    told(&["suspend", "--from", "2026-12-01", "--to", "2026-12-31"]);
    told(&["terminate", "--from", "2027-01-01"]);
    let on = |day: &str| said(&data, &["agreement", "list", "--on", day]);
    assert!(on("2026-11-30").contains("二级") && on("2026-11-30").contains("有效"));
    assert!(on("2026-12-31").contains("中止"));
    assert!(!on("2027-01-01").contains("有效"));
    let shown = told(&["show"]);
    assert!(
        shown.contains("协议   2020-01-01 – 2026-12-31") && !shown.contains("结算等级 3"),
        "{shown}"
    );
    assert!(told(&["show", "--all"]).contains("作废"));
    let again =
        run(&data, &[&["agreement", "terminate", "--from", "2027-01-01"][..], &of].concat());
    assert!(again.unwrap_err().contains("这一天已经没有协议"));
    let nobody = run(&data, &["agreement", "show", "--institution", "H0"]);
    assert!(nobody.unwrap_err().contains("名录中没有这家机构"));
    // A drug comes onto a list, and leaves it.
    let file = folder.path().join("lists.csv");
    let rows = [
        "code,list,from,to,off",
        "XA99TEST0001,chronic,2026-01-01,2026-06-30,",
        "XA99TEST0001,chronic,2026-07-01,,是",
        "XA99TEST0001,chronic,2026-06-01,2026-06-30,是",
        "X,chronic,2026-01-01,,",
    ];
    let rows = rows.join("\n");
    fs::write(&file, rows).unwrap();
    let rejects = folder.path().to_str().unwrap();
    let import = ["import", "drug-lists", file.to_str().unwrap(), "--rejects", rejects];
    assert!(refused(&data, &import).contains("更改 1，不变 1，未导入 2"));
    assert!(refused(&data, &import).contains("更改 0，不变 2，未导入 2"));
}
