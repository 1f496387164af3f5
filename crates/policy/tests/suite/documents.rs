//! Documents and days: amendments, overlays, switches, documents that are not in force, narrowed fences, versions.

use kernel::{Date, Fen, Policy, Timeline};
use policy::{Choice, Library};

/// A document of region 990901: further front matter, then its body.
fn document(file: &str, front: &str, body: &str) -> (String, String) {
    let text = format!("+++\nregion = \"990901\"\n{front}\n+++\n\n## 第一条\n\n{body}\n");
    (format!("990901-x/{file}.md"), text)
}

const FRONT: &str = "document = \"甲〔2023〕1号\"\neffective = 2023-01-01";

const ORDINARY: &str = "```toml
[programme.ordinary]
order = 10

[programme.ordinary.deductible]
amount = [{ yuan = 200 }]

[programme.ordinary.share]
rate = [{ rate = \"60%\" }]
```";

fn base() -> (String, String) {
    document("a", FRONT, ORDINARY)
}

fn deductible(yuan: u32) -> String {
    format!("```toml\n[programme.ordinary.deductible]\namount = [{{ yuan = {yuan} }}]\n```")
}

fn compile(documents: &[(String, String)], choice: &Choice) -> Timeline {
    let library = Library::from_files(documents.iter().cloned());
    library.region("990901", choice).unwrap_or_else(|faults| panic!("{faults}")).timeline
}

fn faults(documents: &[(String, String)], choice: &Choice) -> String {
    let library = Library::from_files(documents.iter().cloned());
    library.region("990901", choice).expect_err("the documents are wrong").to_string()
}

fn set(switch: &str) -> Choice {
    Choice { set: vec![switch.into()], ..Choice::default() }
}

fn with(document: &str) -> Choice {
    Choice { with: vec![document.into()], ..Choice::default() }
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn policy_on<'t>(timeline: &'t Timeline, on: &str) -> &'t Policy {
    timeline.on(day(on)).unwrap_or_else(|| panic!("no policy on {on}"))
}

fn deductible_on(timeline: &Timeline, on: &str) -> Fen {
    policy_on(timeline, on).programmes[0].deductible.as_ref().unwrap().amount[0]
}

/// The documents behind the deductible on a day.
fn cited_on(timeline: &Timeline, on: &str) -> Vec<String> {
    let policy = policy_on(timeline, on);
    let cite = policy.programmes[0].deductible.as_ref().unwrap().cite[0];
    policy.cited(cite).map(|rule| rule.document.to_string()).collect()
}

const AMENDMENT: &str =
    "document = \"甲〔2024〕2号\"\namends = \"甲〔2023〕1号\"\neffective = 2024-07-01";

#[test]
fn an_amendment_wins_from_its_day_and_is_cited() {
    let timeline =
        compile(&[base(), document("b", AMENDMENT, &deductible(300))], &Choice::default());
    assert_eq!(deductible_on(&timeline, "2024-06-30"), Fen::yuan(200));
    assert_eq!(deductible_on(&timeline, "2024-07-01"), Fen::yuan(300));
    assert_eq!(cited_on(&timeline, "2024-06-30"), ["甲〔2023〕1号"]);
    assert_eq!(cited_on(&timeline, "2024-07-01"), ["甲〔2024〕2号"]);
}

#[test]
fn an_amendment_of_an_amendment_wins_in_whatever_order_the_files_lie() {
    let second = "document = \"甲〔2025〕3号\"\namends = \"甲〔2024〕2号\"\neffective = 2025-01-01";
    for files in [["a", "b", "c"], ["a", "c", "b"], ["b", "c", "a"], ["c", "b", "a"]] {
        let documents = [
            document(files[0], FRONT, ORDINARY),
            document(files[1], AMENDMENT, &deductible(300)),
            document(files[2], second, &deductible(400)),
        ];
        let timeline = compile(&documents, &Choice::default());
        assert_eq!(deductible_on(&timeline, "2024-12-31"), Fen::yuan(300), "{files:?}");
        assert_eq!(deductible_on(&timeline, "2025-01-01"), Fen::yuan(400), "{files:?}");
    }
}

#[test]
fn two_amendments_of_one_document_on_one_day_are_a_fault() {
    let other = "document = \"甲〔2024〕3号\"\namends = \"甲〔2023〕1号\"\neffective = 2024-07-01";
    let documents = [
        base(),
        document("b", AMENDMENT, &deductible(300)),
        document("c", other, &deductible(400)),
    ];
    let found = faults(&documents, &Choice::default());
    assert!(found.contains("deductible.amount holds twice on 2024-07-01"), "{found}");
    assert_eq!(found.lines().count(), 1, "{found}");
}

#[test]
fn documents_that_amend_each_other_are_a_fault() {
    let first = format!("{FRONT}\namends = \"甲〔2024〕2号\"");
    let documents = [document("a", &first, ORDINARY), document("b", AMENDMENT, &deductible(300))];
    let found = faults(&documents, &Choice::default());
    assert!(found.contains("holds twice on 2024-07-01"), "{found}");
}

#[test]
fn an_overlay_restates_a_value_under_its_own_article_and_keeps_the_rest() {
    let city = "+++\nregion = \"990902\"\ndocument = \"市〔2024〕1号\"\neffective = 2024-01-01\ninherits = \"990901\"\n+++\n\n## 第七条\n\n";
    let city = ("990902-y/a.md".to_string(), format!("{city}{}\n", deductible(50)));
    let library = Library::from_files([base(), city]);
    let timeline = library.region("990902", &Choice::default()).unwrap().timeline;
    assert_eq!(deductible_on(&timeline, "2023-12-31"), Fen::yuan(200));
    assert_eq!(deductible_on(&timeline, "2024-01-01"), Fen::yuan(50));
    let policy = policy_on(&timeline, "2024-01-01");
    let rule =
        policy.cited(policy.programmes[0].deductible.as_ref().unwrap().cite[0]).next().unwrap();
    assert_eq!(
        (&*rule.document, &*rule.article, &*rule.file),
        ("市〔2024〕1号", "第七条", "990902-y/a.md")
    );
    let share = policy.cited(policy.programmes[0].bands.cites[0]).next().unwrap();
    assert_eq!((&*share.document, &*share.article), ("甲〔2023〕1号", "第一条"));
    let parent = library.region("990901", &Choice::default()).unwrap().timeline;
    assert_eq!(
        deductible_on(&parent, "2024-01-01"),
        Fen::yuan(200),
        "the region it inherits is untouched"
    );
}

#[test]
fn a_switch_is_stated_over_everything_and_every_answer_says_so() {
    let documents = [base(), document("b", AMENDMENT, &deductible(300))];
    let timeline =
        compile(&documents, &set("programme.ordinary.deductible.amount=[{ yuan = 10 }]"));
    for on in ["2023-01-01", "2024-07-01"] {
        assert_eq!(deductible_on(&timeline, on), Fen::yuan(10));
        assert_eq!(cited_on(&timeline, on), ["--set"]);
    }
    let policy = policy_on(&timeline, "2024-07-01");
    let cite = policy.programmes[0].deductible.as_ref().unwrap().cite[0];
    assert!(policy.cited(cite).all(|rule| rule.unverified.is_some()));
}

#[test]
fn a_switch_takes_a_word_with_or_without_quotes() {
    for switch in ["rounding.mode=down", "rounding.mode=\"down\"", " rounding.mode = down "] {
        let timeline = compile(&[base()], &set(switch));
        assert_eq!(policy_on(&timeline, "2024-01-01").rounding, kernel::Rounding::Down, "{switch}");
    }
}

#[test]
fn a_switch_that_cannot_be_understood_says_what_would_be() {
    let cases = [
        (
            "rounding",
            "--set rounding: not path=value — e.g. --set refund.model=current; the path is that of a table and a key",
        ),
        (
            "rounding=down",
            "--set rounding=down: not path=value — e.g. --set refund.model=current; the path is that of a table and a key",
        ),
        (
            "rounding.mode=up",
            "--set rounding.mode=up: rounding.mode: the value is \"up\" — expected \"half-up\" | \"half-even\" | \"down\"",
        ),
        (
            "rounding.modus=down",
            "--set rounding.modus=down: [rounding] no such key: `modus` — did you mean `mode`?",
        ),
        (
            "roundin.mode=down",
            "--set roundin.mode=down: no such table: `roundin` — did you mean `rounding`?",
        ),
        (
            "programme.ordinary.share.rate=[{ status = \"active\", rate = \"50%\" }]",
            "--set programme.ordinary.share.rate=[{ status = \"active\", rate = \"50%\" }]: \
             programme.ordinary.share.rate: no row holds for status=retired — add a row for it, or one with otherwise = true",
        ),
        (
            "programme.ordinary.share.rate=[{ rate = ",
            "--set programme.ordinary.share.rate=[{ rate = : programme.ordinary.share.rate: the value is \"[{ rate =\" — \
             expected a row { status = …, rate = …, band = … }",
        ),
    ];
    for (switch, expected) in cases {
        assert_eq!(faults(&[base()], &set(switch)), expected);
    }
}

#[test]
fn a_document_not_in_force_is_used_only_when_asked_for() {
    let draft = format!("{AMENDMENT}\nin_force = false");
    let documents = [base(), document("b", &draft, &deductible(300))];
    assert_eq!(
        deductible_on(&compile(&documents, &Choice::default()), "2024-07-01"),
        Fen::yuan(200)
    );
    assert_eq!(
        deductible_on(&compile(&documents, &with("甲〔2024〕2号")), "2024-07-01"),
        Fen::yuan(300)
    );
}

#[test]
fn a_document_not_in_force_is_checked_all_the_same() {
    let draft = format!("{AMENDMENT}\nin_force = false");
    let wrong = "```toml\n[programme.ordinary.deductible]\namount = [{ yuan = 1.5 }]\n```";
    let found = faults(&[base(), document("b", &draft, wrong)], &Choice::default());
    assert!(
        found.starts_with("990901-x/b.md:13 第一条: programme.ordinary.deductible.amount"),
        "{found}"
    );
}

#[test]
fn asking_for_an_unknown_document_lists_those_there_are() {
    let draft = format!("{AMENDMENT}\nin_force = false");
    let documents = [base(), document("b", &draft, &deductible(300))];
    assert_eq!(
        faults(&documents, &with("甲〔2024〕9号")),
        "--with 甲〔2024〕9号: there is no such document — not in force by default: 甲〔2024〕2号"
    );
    assert_eq!(
        faults(&[base()], &with("甲〔2024〕9号")),
        "--with 甲〔2024〕9号: there is no such document — all documents of the region are in force"
    );
}

#[test]
fn a_broken_file_stops_its_own_region_only() {
    let broken = ("990902-y/a.md".to_string(), "no front matter".to_string());
    let library = Library::from_files([base(), broken]);
    assert!(library.region("990901", &Choice::default()).is_ok());
    let found = library.region("990902", &Choice::default()).unwrap_err().to_string();
    assert!(found.starts_with("990902-y/a.md:1: the file has no front matter"), "{found}");
    assert_eq!(library.unreadable().len(), 1);
}

#[test]
fn from_and_to_narrow_the_days_of_a_fence() {
    let body = format!(
        "{ORDINARY}\n\n```toml from=2023-07-01 to=2023-12-31\n[rounding]\nmode = \"down\"\n```\n\n\
         ```toml from=2024-03-01\n[refund]\nmodel = \"current\"\n```"
    );
    let timeline = compile(&[document("a", FRONT, &body)], &Choice::default());
    let spans: Vec<(String, String)> = timeline
        .policies
        .iter()
        .map(|policy| {
            (
                policy.from.to_string(),
                if policy.to == Date::MAX { "—".into() } else { policy.to.to_string() },
            )
        })
        .collect();
    let expected = [
        ("2023-01-01", "2023-06-30"),
        ("2023-07-01", "2023-12-31"),
        ("2024-01-01", "2024-02-29"),
        ("2024-03-01", "—"),
    ];
    assert_eq!(spans, expected.map(|(from, to)| (from.to_string(), to.to_string())));
    let rounding = |on: &str| policy_on(&timeline, on).rounding;
    assert_eq!(rounding("2023-06-30"), kernel::Rounding::HalfUp);
    assert_eq!(rounding("2023-07-01"), kernel::Rounding::Down);
    assert_eq!(rounding("2023-12-31"), kernel::Rounding::Down);
    assert_eq!(rounding("2024-01-01"), kernel::Rounding::HalfUp);
    assert_eq!(policy_on(&timeline, "2024-03-01").refund, kernel::policy::RefundModel::Current);
}

#[test]
fn a_timeline_answers_for_its_days_and_no_others() {
    let early = "```toml to=2023-06-30\n[rounding]\nmode = \"down\"\n```";
    let late = "```toml from=2024-01-01\n[rounding]\nmode = \"down\"\n```";
    let timeline =
        compile(&[document("a", FRONT, &format!("{early}\n\n{late}"))], &Choice::default());
    for (on, known) in [
        ("2022-12-31", false),
        ("2023-01-01", true),
        ("2023-06-30", true),
        ("2023-07-01", false),
        ("2023-12-31", false),
        ("2024-01-01", true),
        ("2999-12-31", true),
    ] {
        assert_eq!(timeline.on(day(on)).is_some(), known, "{on}");
    }
}

#[test]
fn the_version_changes_with_a_value_and_not_with_prose() {
    let version = |body: &str| {
        let timeline = compile(&[document("a", FRONT, body)], &Choice::default());
        policy_on(&timeline, "2024-01-01").version.clone()
    };
    let original = version(ORDINARY);
    assert_eq!(version(&format!("另外的话。\n\n{ORDINARY}\n\n又一段。")), original);
    assert_eq!(version(&ORDINARY.replace("yuan = 200", "yuan   =   200")), original, "spacing");
    assert_ne!(version(&ORDINARY.replace("200", "201")), original);
    assert_ne!(version(&ORDINARY.replace("60%", "60.01%")), original);
    assert_ne!(
        version(&format!("## 第二条\n\n{ORDINARY}")),
        original,
        "another article is another citation"
    );
    let longer = format!("{ORDINARY}\n\n```toml from=2024-07-01\n[rounding]\nmode = \"down\"\n```");
    let timeline = compile(&[document("a", FRONT, &longer)], &Choice::default());
    assert_eq!(
        policy_on(&timeline, "2024-06-30").version,
        original,
        "a day on which nothing changed"
    );
    assert_ne!(policy_on(&timeline, "2024-07-01").version, original);
}
