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

#[test]
fn unpaid_large_amount_premiums_are_listed_and_the_list_is_what_accounts_pay_by() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let place = ["--data", &at("data"), "--region", "500000"].map(str::to_owned);
    let place: Vec<&str> = place.iter().map(String::as_str).collect();
    let run = |arguments: &[&str]| gongji(&[arguments, &place].concat());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for table in ["people", "openings", "employers"] {
        let example = root.join(format!("../../examples/import/{table}.csv"));
        assert_eq!(run(&["import", table, &example.display().to_string()]).code, Ok(true));
    }
    let paid = ["account", "unpaid", "--month", "2026-03"];
    let none = run(&paid);
    assert!(none.code == Ok(true) && none.out.contains("0 人，0 笔，共欠 0.00 元"), "{}", none.out);
    let file = at("march.csv");
    let rows = "99500000001,employer,6000,510,120,95\n99500000003,employer,5000,425,100,80\n";
    fs::write(&file, format!("{HEAD}{rows}")).unwrap();
    let declare = ["enrol", "declare", &file, "--employer", "99DW000001", "--month", "2026-03"];
    run(&declare);
    let list = at("unpaid.csv");
    let owed = run(&[&paid[..], &["--out", &list]].concat());
    assert_eq!(owed.code, Ok(false), "somebody owes something");
    assert!(owed.out.contains("500000 大额保费欠缴，至 2026-03：2 人，2 笔，共欠 175.00 元"));
    let text = fs::read_to_string(&list).unwrap();
    let (head, rows) = text.split_once('\n').unwrap();
    assert_eq!(
        head.trim_start_matches('\u{feff}'),
        "人员编号,姓名,单位编号,参保类型,用途,所属期,应缴金额,账户已缴,仍欠,亲属账户已缴"
    );
    let first = rows.lines().next().unwrap();
    assert!(first.starts_with("99500000001,"), "{first}");
    assert!(
        first.ends_with(",99DW000001,employer,large-amount-premium,2026-03,95.00,0.00,95.00,0.00"),
        "{first}"
    );
    // 重庆 does not let accounts pay it; with a policy that does, the list is paid from what is there.
    let refused = run(&["account", "premiums", &list, "--partly"]);
    assert!(refused.code == Ok(false) && refused.out.contains("未缴清 2 行"), "{}", refused.out);
    let set = ["--set", "account.use.purposes=[\"large-amount-premium\"]"];
    let ran = run(&[&set[..], &["account", "premiums", &list, "--partly"]].concat());
    assert!(ran.out.contains("2 行，已缴 95.00 元，未缴清 1 行"), "{}", ran.out);
    let left = run(&paid);
    assert!(left.out.contains("1 人，1 笔，共欠 80.00 元"), "paid is taken off: {}", left.out);
    let none = run(&[&paid[..], &["--employer", "-"]].concat());
    assert!(none.code == Ok(true), "nobody of them pays by themselves: {}", none.out);
    // Whoever is paid for by the employer after all owes nothing.
    run(&[&declare[..], &["--paid-on", "2026-04-02"]].concat());
    assert_eq!(run(&paid).code, Ok(true));
    let ahead = run(&["account", "unpaid", "--month", "2999-01"]).code.unwrap_err();
    assert!(ahead.contains("--month 2999-01：还没有到"), "{ahead}");
    let wrong = run(&["account", "unpaid", "--month", "3月"]).code.unwrap_err();
    assert!(wrong.contains("应为月份，如 2026-03"), "{wrong}");
}
