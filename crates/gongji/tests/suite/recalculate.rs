//! The commands of recalculation, from a late fact to posted differences.

use crate::command::gongji;
use crate::purchase::{SWITCHES, bought};
use agency::town::{CHONGQING, Town};

#[test]
fn a_late_retirement_is_listed_shown_proposed_approved_and_posted_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir_all(&data).unwrap();
    let year = bought(&data, 1, 50_000).date().ymd().0;
    let person = Town::person(CHONGQING, 1).person;
    let facts = folder.path().join("facts.csv");
    let late = format!("person,kind,value,from\n{person},retirement,,{}-06-15\n", year - 1);
    std::fs::write(&facts, late).unwrap();
    let place = ["--data", data.to_str().unwrap()];
    let switches = SWITCHES.iter().flat_map(|switch| ["--set", switch]);
    let switches: Vec<&str> = switches.collect();
    let run = |arguments: &[&str]| gongji(&[&switches[..], arguments, &place].concat()).printed();
    let file = facts.to_str().unwrap();
    let rejects = folder.path().to_str().unwrap();
    run(&["import", "facts", file, "--region", "500000", "--rejects", rejects]).unwrap();

    let (_, listed) = run(&["recalculate", "list", "--region", "500000"]).unwrap();
    assert!(listed.contains("退休") && listed.contains(&*person), "{listed}");
    let year_text = year.to_string();
    let one = ["--region", "500000", "--person", &person, "--year", &year_text];
    let (_, shown) = run(&[&["recalculate", "show"], &one[..]].concat()).unwrap();
    assert!(shown.contains("人员身份：在职→退休"), "{shown}");
    // Pharmacies like level 1: (500 − 100) × 70% = 280 instead of (500 − 200) × 60% = 180.
    assert!(shown.contains("合计：基金多付 100.00 元，退还个人"), "{shown}");
    assert!(shown.contains("第五条") && shown.contains("将退还给您"), "{shown}");
    let english = [&["--lang", "en", "recalculate", "show"], &one[..]].concat();
    let (_, english) = run(&english).unwrap();
    assert!(english.contains("the funds pay 100.00 more"), "{english}");

    let csv = folder.path().join("differences.csv");
    let csv_text = csv.to_str().unwrap();
    let all = ["recalculate", "run", "--all", "--region", "500000"];
    let (content, proposed) =
        run(&[&all[..], &["--by", "张三", "--csv", csv_text]].concat()).unwrap();
    assert!(content && proposed.contains("有差异 1 个（结算 1 笔）"), "{proposed}");
    let differences = std::fs::read_to_string(&csv).unwrap();
    assert!(differences.lines().count() == 2 && differences.contains("180.00,280.00"));
    let own = run(&[&["recalculate", "approve", "--by", "张三"], &one[..]].concat());
    assert!(own.unwrap_err().contains("另一人审批"));
    let stale = ["recalculate", "approve", "--by", "李四", "--digest", "x"];
    assert!(run(&[&stale[..], &one[..]].concat()).unwrap_err().contains("请再查看"));
    let notices = folder.path().join("notices.txt");
    let approve = ["--by", "李四", "--approve", "--notices", notices.to_str().unwrap()];
    let (content, posted) = run(&[&all[..], &approve].concat()).unwrap();
    assert!(content && posted.contains("已审批入账 1 个人员年度"), "{posted}");
    assert!(std::fs::read_to_string(&notices).unwrap().contains("应多支付100.00元"));

    let (_, again) = run(&[&all[..], &["--by", "张三"]].concat()).unwrap();
    assert!(again.contains("已提出 0 个人员年度"), "{again}");
    let (_, shown) = run(&[&["recalculate", "show"], &one[..]].concat()).unwrap();
    assert!(shown.contains("有差异 0 笔"), "{shown}");
    let (_, listed) = run(&["recalculate", "list", "--region", "500000"]).unwrap();
    assert!(listed.contains("待重算 0 个") && listed.contains("提案已入账"), "{listed}");
    let (right, report) = run(&["check-books", "--all"]).unwrap();
    assert!(right, "{report}");

    // A policy that is superseded: nothing was settled under another version.
    let ask = ["recalculate", "ask", "--region", "500000", "--policy", "--from", "2020-01-01"];
    assert!(run(&ask).unwrap().1.contains("登记待重算 0 个"));
}

#[test]
fn a_policy_that_is_superseded_with_other_amounts_is_recalculated_and_posted() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir_all(&data).unwrap();
    let year = bought(&data, 1, 50_000).date().ymd().0.to_string();
    let person = Town::person(CHONGQING, 1).person;
    let place = ["--data", data.to_str().unwrap(), "--region", "500000"];
    let amended = "programme.ordinary.deductible.amount=[{status=\"active\",yuan=50},{status=\"retired\",yuan=25}]";
    let switches = ["--set", SWITCHES[0], "--set", SWITCHES[1], "--set", amended];
    let run = |arguments: &[&str]| gongji(&[&switches[..], arguments, &place].concat()).printed();

    let from = format!("{year}-01-01");
    let ask = ["recalculate", "ask", "--policy", "--from", &from];
    let (_, asked) = run(&ask).unwrap();
    assert!(asked.contains("登记待重算 1 个"), "{asked}");
    // Pharmacies like level 1: (500 − 50) × 60% = 270 instead of (500 − 200) × 60% = 180.
    let one = ["--person", &person, "--year", &year];
    let (_, shown) = run(&[&["recalculate", "show"], &one[..]].concat()).unwrap();
    assert!(shown.contains("合计：基金多付 90.00 元，退还个人"), "{shown}");
    run(&["recalculate", "run", "--all", "--by", "张三"]).unwrap();
    let (content, posted) =
        run(&["recalculate", "run", "--all", "--by", "李四", "--approve"]).unwrap();
    assert!(content && posted.contains("已审批入账 1 个人员年度"), "{posted}");
    let (_, again) = run(&[&["recalculate", "show"], &one[..]].concat()).unwrap();
    assert!(again.contains("有差异 0 笔"), "{again}");
    let check = ["check-books", "--all", "--data", data.to_str().unwrap()];
    let (right, report) = gongji(&[&switches[..], &check].concat()).printed().unwrap();
    assert!(right, "{report}");
}
