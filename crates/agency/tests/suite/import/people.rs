//! People and the facts about them.

use super::{CHONGQING, Desk, PEOPLE, faults, told};
use agency::facts;
use agency::import::{Header, HeaderFault, Table};
use kernel::Date;
use store::Queries as _;

#[test]
fn the_same_people_twice_change_nothing() {
    let mut desk = Desk::new();
    assert_eq!(told(&desk.import(Table::People, PEOPLE)), ["+", "+", "+"]);
    let before = desk.store.accounts(CHONGQING, "", 10).unwrap();
    assert_eq!(told(&desk.import(Table::People, PEOPLE)), ["=", "=", "="]);
    assert_eq!(desk.store.accounts(CHONGQING, "", 10).unwrap(), before);
    let by_card = desk.store.person_by_credential(CHONGQING, "03", "99A000002").unwrap();
    assert_eq!(by_card, Some(Desk::key("99500000002")));
    let by_identity = desk.store.person_by_credential(CHONGQING, "02", "990101201003030033");
    assert_eq!(by_identity.unwrap(), Some(Desk::key("99500000003")));
}

#[test]
fn a_changed_name_changes_one_person_and_a_new_card_leaves_the_old_one_in_use() {
    let mut desk = Desk::new();
    desk.import(Table::People, PEOPLE);
    let revision = desk.file("99500000001").revision;
    let text = "person,name,cert_no,gender,born,card\n\
                99500000001,测试甲甲,990101198505200011,1,1985/5/20,99A000009";
    assert_eq!(told(&desk.import(Table::People, text)), ["~"]);
    let file = desk.file("99500000001");
    assert_eq!((&*file.person.name, file.revision), ("测试甲甲", revision + 1));
    for card in ["99A000001", "99A000009"] {
        let found = desk.store.person_by_credential(CHONGQING, "03", card).unwrap();
        assert_eq!(found, Some(Desk::key("99500000001")), "{card}");
    }
}

#[test]
fn bad_rows_are_named_and_the_others_go_in() {
    let mut desk = Desk::new();
    let done = desk.import(
        Table::People,
        "person,name,cert_no,born,card,gender
         99500000001,测试甲,990101198505200011,1985-05-20,99A000001,男
         ,测试乙,990101195401100022,,,
         99500000003,测试丙,99010120100303003X≈,,,
         99500000004,测试丁,990101198001010044,1980-02-30,,
         99500000005,测试戊,990101198001010055,,,三
         99500000006,测试己,990101198001010066,,99A000001,
         99500000001,测试庚,990101198505200011,1985-05-20,99A000001,男
         99500000008,测试辛,990101198001010088,,,",
    );
    assert_eq!(
        told(&done),
        [
            "+",
            "missing",
            "rounded-number",
            "not-of-the-form",
            "unknown-code",
            "credential-taken",
            "rows-differ",
            "+"
        ]
    );
    let texts = faults(&done);
    assert_eq!(texts[0], "person（人员编号）：不能为空；应填人员编号，最多 30 字，不含空白");
    assert_eq!(texts[2], "born（出生日期）“1980-02-30”：应为日期，如 2024-03-01");
    assert_eq!(
        texts[3],
        "gender（性别）“三”：不是这里的取值；可用：1（男）、2（女）、0（未知）、9（未说明）"
    );
    let twice = "person（人员编号）“99500000001”：与第 2 行说的是同一件事，内容却不同；请只留一行";
    assert_eq!(texts[5], twice);
    let again = desk.import(Table::People, "person,name,cert_no,card\nP6,测试己,C6,99A000001");
    let taken =
        "card（社会保障卡号）“99A000001”：这个凭证已属于人员 99500000001；一个凭证只指一个人";
    assert_eq!(faults(&again), [taken]);
}

#[test]
fn a_dry_run_says_what_would_happen_and_writes_nothing() {
    let desk = Desk::new();
    assert_eq!(told(&desk.run(Table::People, PEOPLE, true)), ["+", "+", "+"]);
    assert!(desk.store.accounts(CHONGQING, "", 10).unwrap().is_empty());
}

#[test]
fn an_unknown_region_is_named_with_those_there_are() {
    let mut desk = Desk::new();
    let done = desk.import(Table::People, "region,person,name,cert_no\n110000,P1,测试甲,C1");
    let [fault] = faults(&done).try_into().unwrap();
    assert!(fault.contains("“110000”") && fault.contains("450000 广西壮族自治区"), "{fault}");
}

const FACTS: &str = "
    person,kind,value,from,to,relation
    99500000001,首次参保,,2008-07-01,,
    99500000001,参保类型,随单位参保,2008-07-01,,
    99500000001,待遇状态,享受待遇,2008-07-01,,
    99500000002,退休,,2009-01-10,,
    99500000003,家庭共济,99500000001,2025-03-01,,父母
    99500000002,备案,高血压,2025-03-01,2026-02-28,
";

#[test]
fn facts_are_stated_once_and_read_in_either_language() {
    let mut desk = Desk::new();
    desk.import(Table::People, PEOPLE);
    assert_eq!(told(&desk.import(Table::Facts, FACTS)), ["+"; 6]);
    let file = desk.file("99500000001");
    assert_eq!(told(&desk.import(Table::Facts, FACTS)), ["="; 6]);
    assert_eq!(desk.file("99500000001"), file);
    let plan = file.facts.iter().find(|fact| &*fact.kind == facts::PLAN).unwrap();
    assert_eq!((&*plan.other, plan.to), ("employer", Date::MAX));
    let filing = &desk.file("99500000002").facts;
    assert!(filing.iter().any(|fact| &*fact.other == "M03900"));
    let family = &desk.file("99500000003").facts[0];
    assert_eq!((&*family.other, &*family.detail), ("99500000001", r#"{"relation":"parent"}"#));
}

#[test]
fn ending_a_spell_ends_the_belief_in_the_old_one_and_a_new_plan_follows() {
    let mut desk = Desk::new();
    desk.import(Table::People, PEOPLE);
    desk.import(Table::Facts, FACTS);
    let second = "person,kind,value,from,to\n99500000001,plan,individual-2,2026-02-01,";
    let texts = faults(&desk.import(Table::Facts, second));
    let overlap = "value（取值）“individual-2”：与已有的 employer（2008-07-01 至 …）重叠；\
                   请先填写前一段的终止日，或作废它";
    assert_eq!(texts, [overlap]);
    let both = "person,kind,value,from,to\n\
                99500000001,plan,employer,2008-07-01,2026-01-31\n\
                99500000001,plan,individual-2,2026-02-01,";
    assert_eq!(told(&desk.import(Table::Facts, both)), ["~", "+"]);
    assert_eq!(told(&desk.import(Table::Facts, both)), ["=", "="]);
    let file = desk.file("99500000001");
    let plans = file.facts.iter().filter(|fact| &*fact.kind == facts::PLAN);
    let plans: Vec<_> =
        plans.map(|fact| (&*fact.other, fact.to.to_string(), fact.ended_at.is_some())).collect();
    assert_eq!(
        plans,
        [
            ("employer", "9999-12-31".to_owned(), true),
            ("employer", "2026-01-31".to_owned(), false),
            ("individual-2", "9999-12-31".to_owned(), false),
        ]
    );
}

#[test]
fn a_withdrawn_spell_is_no_longer_believed() {
    let mut desk = Desk::new();
    desk.import(Table::People, PEOPLE);
    desk.import(Table::Facts, FACTS);
    let withdrawn = "person,kind,value,from,withdrawn\n99500000001,plan,employer,2008-07-01,是";
    assert_eq!(told(&desk.import(Table::Facts, withdrawn)), ["~"]);
    assert_eq!(told(&desk.import(Table::Facts, withdrawn)), ["="]);
    let other = "person,kind,value,from,withdrawn\n99500000001,plan,lump-sum,2008-07-01,是";
    assert_eq!(told(&desk.import(Table::Facts, other)), ["not-on-file"]);
}

#[test]
fn a_fact_that_comes_after_something_was_posted_files_its_years_to_be_looked_at_again() {
    let mut desk = Desk::new();
    desk.import(Table::People, PEOPLE);
    desk.import(Table::Openings, "person,day,current\n99500000001,2025-12-31,1.00");
    let late = "person,kind,value,from,to\n\
                99500000001,plan,employer,2025-06-01,\n\
                99500000001,referral,H99000000001,2025-06-01,";
    let filed = |desk: &Desk| {
        let documents = desk.store.documents(CHONGQING, "recalculation", "", ("", ""), 10);
        documents.unwrap().into_iter().map(|it| it.key.number[..9].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(told(&desk.import(Table::Facts, late)), ["+", "+"]);
    assert_eq!(filed(&desk), ["2025-plan", "2026-plan"]);
    assert_eq!(told(&desk.import(Table::Facts, late)), ["=", "="]);
    assert_eq!(filed(&desk).len(), 2);
}

#[test]
fn facts_that_make_no_sense_are_named() {
    let mut desk = Desk::new();
    desk.import(Table::People, PEOPLE);
    let done = desk.import(
        Table::Facts,
        "person,kind,value,from,to,relation
         99500000009,plan,employer,2024-01-01,,
         99500000001,plan,一档,2024-01-01,,
         99500000001,plan,employer,2024-02-01,2024-01-31,
         99500000001,family,99500000001,2024-01-01,,parent
         99500000001,family,99500000002,2024-01-01,,
         99500000001,family,99500000008,2024-01-01,,parent
         99500000001,admission,测试医院,2024-01-01,,
         99500000001,death,yes,2024-01-01,,",
    );
    assert_eq!(
        told(&done),
        [
            "unknown-person",
            "unknown-code",
            "ends-before-it-begins",
            "own-account",
            "missing",
            "unknown-person",
            "unknown-code",
            "unknown-code",
        ]
    );
    let plans = "value（取值）“一档”：不是这里的取值；可用：employer（随单位参保）、\
                 individual-1（个人参保一档）、individual-2（个人参保二档）、lump-sum（个人二档趸缴）";
    assert_eq!(faults(&done)[1], plans);
}

#[test]
fn a_header_without_a_needed_column_is_refused_as_a_whole() {
    let names = ["人员编号", "备注", "姓名"].map(str::to_owned);
    let fault = Header::new(Table::People, &names, &["region"]).unwrap_err();
    let text = "缺少列 cert_no（证件号码）；表头是：人员编号、备注、姓名";
    assert_eq!(fault.text(false), text);
    let names = ["person", "人员编号", "name", "cert_no"].map(str::to_owned);
    let fault = Header::new(Table::People, &names, &["region"]).unwrap_err();
    assert_eq!(fault, HeaderFault::Twice("person"));
}
