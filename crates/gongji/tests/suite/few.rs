//! `--min-people`: what leaves the house tells of nobody: terminal, tables, report; and it is said what was hidden.

use crate::command::gongji;
use crate::report::{data_of, open};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A deductible of 400 yuan in work and 50 retired.
const REFORM: &str = "programme.ordinary.deductible.amount=\
     [{status=\"active\",yuan=400},{status=\"retired\",yuan=50}]";

struct Case {
    folder: tempfile::TempDir,
    claims: Vec<String>,
}

impl Case {
    /// A town of so many people.
    fn new(people: &str) -> Case {
        let folder = tempfile::tempdir().unwrap();
        let town = folder.path().join("town").to_str().unwrap().to_string();
        let synth = ["synth", "--people", people, "--region", "500000", "--threads", "1"];
        assert!(gongji(&[&synth[..], &["--out", &town]].concat()).code.unwrap());
        let files = std::fs::read_dir(&town).unwrap();
        let claims = files.map(|entry| entry.unwrap().path().to_str().unwrap().to_string());
        let claims = claims.filter(|path| path.contains("claims-")).collect();
        Case { folder, claims }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn simulate(&self, more: &[&str]) -> Result<String, String> {
        let claims: Vec<&str> = self.claims.iter().map(String::as_str).collect();
        let both = ["--policy", "500000", "--reform-set", REFORM];
        let ran = gongji(&[&["simulate", "--claims"], &claims[..], &both, more].concat());
        ran.printed().map(|(_, out)| out)
    }
}

fn few(count: &Value) -> bool {
    count.as_i64().is_some_and(|count| count != 0 && count.abs() < 10)
}

#[test]
fn a_report_for_outside_tells_of_no_group_of_few_people() {
    let case = Case::new("400");
    let (page, named) = (case.at("outside.html"), case.at("inside.html"));
    let said = case.simulate(&["--min-people", "10", "--html", page.to_str().unwrap()]).unwrap();
    for words in ["隐去的", "人数少于 10 的组不单独列出", "组并为", "*（合并）"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains("多得最多的人"), "nobody is an example: {said}");
    case.simulate(&["--html", named.to_str().unwrap()]).unwrap();

    let (data, all) = (data_of(&page), data_of(&named));
    let list = |part: &str| data[part].as_array().unwrap().clone();
    for segment in list("changers") {
        for count in [&segment["people"], &segment["winners"][0], &segment["losers"][0]] {
            assert!(!few(count), "{segment}");
        }
    }
    for segment in list("limited") {
        let limits = segment["limit"].as_array().unwrap();
        assert!(
            !few(&segment["people"]) && limits.iter().all(|limit| !few(&limit[0])),
            "{segment}"
        );
    }
    for part in ["changers", "limited"] {
        let told: i64 = list(part).iter().map(|of| of["people"].as_i64().unwrap()).sum();
        assert_eq!(told, data["claims"]["people"].as_i64().unwrap());
    }
    for bands in data["own"]["bands"].as_array().unwrap() {
        assert!(bands.as_array().unwrap().iter().all(|band| !few(&band[0])), "{bands}");
    }
    for decile in data["deciles"].as_array().unwrap() {
        assert!(!few(&decile["people"]), "{decile}");
    }
    assert!(data["deciles"][9]["upto"].is_null() && !all["deciles"][9]["upto"].is_null());
    assert!(data["examples"].is_null() && all["examples"].is_array());
    assert!(all["changers"].as_array().unwrap().iter().any(|segment| few(&segment["people"])));
    for kept in ["payers", "claims"] {
        assert_eq!(data[kept], all[kept], "sums are as they were");
    }

    let outside = open(&page, "");
    outside.is_sound();
    assert!(outside.part("audience", "</p>").contains("人数少于 10 的组不单独列出"));
    let assumptions = outside.part("assumptions", "</section>");
    assert!(assumptions.contains("为不让人认出个人"), "{assumptions}");
    assert!(outside.part("tenths", "</table>").contains("<td class=\"n\">*</td>"));
    let english = open(&page, "lang=en&by=age&f_status=%3Dactive");
    english.is_sound();
    assert!(english.part("changers", "</table>").contains("few people, together"));
    let inside = open(&named, "");
    inside.is_sound();
    assert!(inside.part("audience", "</p>").contains("供内部使用"));
}

#[test]
fn where_few_gain_or_are_above_a_limit_the_page_says_so_instead() {
    // Of 60 people fewer than 25 gain, and fewer are above a limit.
    let case = Case::new("60");
    let page = case.at("small.html");
    let said = case.simulate(&["--min-people", "25", "--html", page.to_str().unwrap()]).unwrap();
    assert!(said.contains("多得或少得的人太少，人数和金额都隐去"), "{said}");
    assert!(said.contains("* 人数少，隐去"), "{said}");
    let opened = open(&page, "");
    opened.is_sound();
    for part in ["changers", "bands", "limits"] {
        assert!(opened.part(part, "</p>").contains("人数少于 25，隐去"), "{part}");
    }
    assert!(!opened.part("sentence", "</p>").contains("每 100 个"));
    let data = data_of(&page);
    let zero = |segment: &Value| segment["losers"][1] == 0 && segment["winners"][1] == 0;
    assert!(data["changers"].as_array().unwrap().iter().all(zero), "nor is it in the data");
    assert!(data["bands"].is_null());
}

fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| line.split(',').map(str::to_string).collect()).collect()
}

#[test]
fn tables_leave_hidden_numbers_empty_and_add_up() {
    let case = Case::new("400");
    let at = |name: &str| case.at(name).to_str().unwrap().to_string();
    let (out, people, tables) = (at("out.csv"), at("people.csv"), at("tables"));
    let files = ["--out", &out, "--people", &people, "--tables", &tables];
    case.simulate(&[&["--min-people", "10"][..], &files].concat()).unwrap();
    // Some month has few people of some group: the table is of the year.
    let finest = rows(Path::new(&out));
    assert!(finest.len() > 1 && finest[1..].iter().all(|row| row[0] == "*"), "{finest:?}");
    let bands = rows(&case.at("tables/own-bands.csv"));
    let (head, bands) = bands.split_first().unwrap();
    assert_eq!(head[..4], ["above", "upto", "people_before", "own_before"]);
    assert!(bands.iter().any(|row| row[2].is_empty() && row[3].is_empty()), "{bands:?}");
    let small = |row: &Vec<String>| row[2].parse().is_ok_and(|n: i64| n > 0 && n < 10);
    assert!(!bands.iter().any(small), "{bands:?}");
    let changes = rows(&case.at("tables/changes.csv"));
    let sum: u64 = changes[1..].iter().map(|row| row[5].parse::<u64>().unwrap()).sum();
    let all = rows(&case.at("people.csv"));
    let deciles = all.iter().filter(|row| row[0] == "decile");
    assert_eq!(deciles.map(|row| row[2].parse::<u64>().unwrap()).sum::<u64>(), sum);
    // Every institution has ten people: they are told as they are.
    // The last tenth with people has no bound.
    let deciles = rows(&case.at("tables/deciles.csv"));
    let bounds: Vec<bool> = deciles[1..].iter().map(|row| row[2].is_empty()).collect();
    assert_eq!(bounds, [&[false; 9][..], &[true]].concat());
    let places = rows(&case.at("tables/institutions.csv"));
    assert!(places.iter().all(|row| !row[0].contains("人数少的机构")), "{places:?}");
    let few = at("few");
    case.simulate(&["--min-people", "60", "--tables", &few]).unwrap();
    let fewer = rows(&case.at("few/institutions.csv"));
    assert!(fewer.len() < places.len(), "{fewer:?}");
    assert!(fewer.last().unwrap()[0].contains("人数少的机构"), "{fewer:?}");
    let claims = |rows: &[Vec<String>]| -> i64 {
        rows[1..].iter().map(|row| row[2].parse::<i64>().unwrap()).sum()
    };
    assert_eq!(claims(&fewer), claims(&places));
}

#[test]
fn a_store_put_together_hides_the_same_and_contradictions_are_refused() {
    let case = Case::new("400");
    let at = |name: &str| case.at(name).to_str().unwrap().to_string();
    let (store, result) = (at("store"), at("result.json"));
    let claims: Vec<&str> = case.claims.iter().map(String::as_str).collect();
    let group = [&["claims", "group", "--claims"], &claims[..], &["--out", &store]].concat();
    assert!(gongji(&group).code.unwrap());
    let both = ["--policy", "500000", "--reform-set", REFORM];
    let of_store = ["--claims", &store];
    let simulate = [&["simulate"][..], &of_store, &both, &["--result", &result]].concat();
    assert!(gongji(&simulate).code.unwrap());
    let merge = [&["claims", "merge"][..], &of_store, &both, &[&result]].concat();
    let merged = gongji(&[&merge[..], &["--min-people", "10"]].concat()).printed().unwrap().1;
    let whole = case.simulate(&["--min-people", "10"]).unwrap();
    assert_eq!(merged, whole);

    let refused = |more: &[&str]| case.simulate(more).unwrap_err();
    let hides = ["--min-people", "10"];
    for more in [&["--explain", "1"][..], &["--html", "x.html", "--names"]] {
        let said = refused(&[&hides, more].concat());
        assert!(said.contains("--min-people 不与 --explain、--names 同用"), "{said}");
    }
    for more in [["--rows", "x"], ["--result", "x.json"]] {
        let said = refused(&[&hides[..], &more].concat());
        assert!(said.contains("--min-people 不与 --rows、--result"), "{said}");
    }
    assert!(refused(&["--min-people", "1"]).contains("2.."));
    assert!(refused(&["--min-people", "400000"]).contains("少于 400000 人：什么都不能列出"));
}
