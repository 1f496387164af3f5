//! The commands about enrolment, from a file of an employer to what is shown of a person, on both stores.

use crate::command::gongji;
use cluster::Cluster;
use std::fs;
use std::path::Path;

const HEAD: &str = "人员编号,参保类型,缴费基数,单位缴费,个人缴费,大额保费\n";

/// The story: `place` names the books, `folder` is for files.
fn story(place: &[&str], folder: &Path) {
    let run = |arguments: &[&str]| gongji(&[arguments, place].concat());
    let example = |table: &str| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        root.join(format!("../../examples/import/{table}.csv")).display().to_string()
    };
    for table in ["people", "facts", "openings", "employers"] {
        let ran = run(&["import", table, &example(table), "--region", "500000"]);
        assert_eq!(ran.code, Ok(true), "{table}: {}", ran.err);
    }
    let ran = run(&["import", "contributions", &example("contributions"), "--region", "500000"]);
    assert!(
        ran.code == Ok(true) && ran.out.contains("新增 3，更改 0，不变 0，未导入 0"),
        "{}",
        ran.out
    );
    // A file of one employer and month: 99500000003 pays by themselves and is 测试纺织厂's from March on.
    let file = folder.join("march.csv");
    let rows = "99500000001,employer,6000,510,120,95\n99500000003,employer,5000,425,100,80\n\
                99500000009,employer,5000,425,100,80\n";
    fs::write(&file, format!("{HEAD}{rows}")).unwrap();
    let path = file.display().to_string();
    let rejects = folder.display().to_string();
    let declare = ["enrol", "declare", &path, "--region", "500000", "--rejects", &rejects];
    let march = ["--employer", "99DW000001", "--month", "2026-03"];
    let ran = run(&[&declare[..], &march].concat());
    assert_eq!(ran.code, Ok(false));
    assert!(ran.out.contains("新增 2，更改 0，不变 0，未导入 1，提醒 1"), "{}", ran.out);
    assert!(
        ran.err.contains(
            "第 3 行已导入，提醒：plan（参保类型）“employer”：在册的参保类型是 individual-1"
        ),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("第 4 行，person（人员编号）“99500000009”：账务库里没有这个人"),
        "{}",
        ran.err
    );
    let paid = [&declare[..], &march, &["--paid-on", "2026-03-12"]].concat();
    assert!(run(&paid).out.contains("新增 0，更改 2，不变 0，未导入 1"));
    assert!(run(&paid).out.contains("新增 0，更改 0，不变 2，未导入 1"));
    let shown = run(&["enrol", "show", "--person", "99500000001"]);
    assert!(shown.out.contains("缴费月 3 个"), "{}", shown.out);
    assert!(shown.out.contains("2026-03  99DW000001    employer"), "{}", shown.out);
    let json = run(&["enrol", "show", "--person", "99500000003", "--json"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["months"][1]["paid_on"], "2026-03-12");
    // Of 256.25 in the first tier nothing belongs to an account.
    assert_eq!(
        (&json[0]["months"][0]["pool_fen"], &json[0]["months"][0]["own_fen"]),
        (&25_625.into(), &0.into())
    );
    let derived = run(&["enrol", "derive", "--region", "重庆市"]);
    assert!(
        derived.code == Ok(true) && derived.out.contains("2 人，变更 0 人，未能推算 0 人"),
        "{}",
        derived.out
    );
    let again = run(&["--lang", "en", "enrol", "derive"]);
    assert!(again.out.contains("2 people, 0 changed, 0 failed"), "{}", again.out);
    let checked = run(&["check-books"]);
    assert_eq!(checked.code, Ok(true), "{}", checked.out);
}

#[test]
fn an_employers_month_from_file_to_books_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").display().to_string();
    story(&["--data", &data], folder.path());
}

#[test]
fn an_employers_month_from_file_to_books_on_postgresql() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::start(&Default::default()).unwrap();
    story(&["--postgres", &cluster.connection_string()], folder.path());
}
