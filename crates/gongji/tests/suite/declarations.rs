//! Monthly files are kept as they were received, and their reports can be read again.

use crate::command::gongji;
use std::fs;
use std::path::Path;

#[test]
fn a_file_is_kept_with_who_when_digest_and_what_was_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").display().to_string();
    let place = ["--data", &data, "--region", "500000"];
    let run = |arguments: &[&str]| gongji(&[arguments, &place].concat());
    for table in ["people", "employers"] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let path = root.join(format!("../../examples/import/{table}.csv")).display().to_string();
        assert_eq!(run(&["import", table, &path]).code, Ok(true));
    }
    let file = folder.path().join("march.csv");
    fs::write(
        &file,
        "person,plan,base,employer_share,own_share,large_amount\n\
         99500000001,employer,6000,510,119,95\n99500000009,employer,5000,425,100,80\n",
    )
    .unwrap();
    let (path, rejects) = (file.display().to_string(), folder.path().display().to_string());
    let declare = ["enrol", "declare", &path, "--rejects", &rejects, "--employer", "99DW000001"];
    let declare = [&declare[..], &["--month", "2026-03", "--by", "经办甲"]].concat();
    let dry = run(&[&declare[..], &["--dry-run"]].concat());
    assert!(!dry.out.contains("申报编号"), "{}", dry.out);
    let first = run(&declare);
    assert!(first.code == Ok(false) && !first.out.contains("此前收过"), "{}", first.out);
    let number =
        first.out.split("申报编号 ").nth(1).unwrap().split('，').next().unwrap().to_owned();
    assert!(number.starts_with("2026-03-"), "{number}");
    let again = run(&declare);
    assert!(again.out.contains(&format!("同一文件此前收过：{number}")), "{}", again.out);
    let list = run(&["enrol", "declarations"]).out;
    assert_eq!(list.matches("march.csv").count(), 2, "{list}");
    assert!(list.contains("经办甲") && list.contains("99DW000001"), "{list}");
    let one = ["enrol", "declarations", "--employer", "99DW000001", "--number", &number];
    let report = run(&one).out;
    for words in [
        "经办 经办甲",
        "2 行：新增 1，更改 0，不变 0，未收 1",
        "行 3（未收，unknown-person）person（人员编号）“99500000009”：账务库里没有这个人",
        "行 2（收下，提醒，own-share）",
        "SHA-256 ",
    ] {
        assert!(report.contains(words), "{words}: {report}");
    }
    let none = run(&["enrol", "declarations", "--employer", "-", "--number", &number]);
    assert!(none.code.unwrap_err().contains("没有这份申报"));
}
