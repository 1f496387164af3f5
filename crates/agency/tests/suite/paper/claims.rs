//! What a paper bill comes to, and where it stands in the books.

use super::{bill, clear, far_away, law_with, listed, one_line, open};
use crate::recalculation::Office;
use crate::village::{CHONGQING, DISTRICT, day, person};
use agency::business::account::{Credit, CreditSource};
use agency::facts;
use agency::ledger::Head;
use agency::paper::{Caveat, Clear, State};
use agency::replay::replay;
use agency::{Reason, Refused};
use store::{EntryKind, Id, PersonKey, Wants};

#[test]
fn a_bill_paid_elsewhere_is_decided_by_another_and_owed_to_the_person() {
    let office = Office::open();
    office.at("2024-06-10 09:00:00");
    let stated = bill("0001", far_away("3"), "2024-06-03", "2024-06-10", 70_000);
    let received = office.receive("甲", &stated).unwrap();
    assert_eq!(received.state(), State::Received);
    assert_eq!(open(&received), [Caveat::IssuerUnverified], "nobody knows its level but it");
    let jia = person("甲");
    let number = &received.number;
    let clears = [clear(Caveat::IssuerUnverified)];
    let decide = |by: &str, clears: &[Clear]| {
        office.paper(by).decide(&jia, number, clears, &"同意".into()).map(|filed| filed.application)
    };
    assert_eq!(decide("受理甲", &clears).unwrap_err().reason, Reason::NotAllowed);
    let uncleared = decide("审核乙", &[]).unwrap_err();
    assert_eq!(uncleared.reason, Reason::PaperOpen);
    assert!(
        uncleared.value.contains("测试省外医院不在机构名录，按申报为定点、三级"),
        "{uncleared}"
    );
    // (700 − 200) × 50 % = 250: what it would be can be seen before.
    let look = office.paper("审核乙").look(&jia, number).unwrap();
    assert_eq!((look.verdict.owed(), look.open.len()), (25_000, 1));
    let decided = decide("审核乙", &clears).unwrap();
    assert_eq!(decided.state(), State::Decided);
    let verdict = decided.decided.as_ref().unwrap();
    assert_eq!((verdict.deductible, verdict.funds, verdict.cash), (20_000, [25_000, 0, 0], 45_000));
    assert!(verdict.articles.iter().any(|it| it.contains("第五条")), "{:?}", verdict.articles);

    let ledger = office.ledger(&jia);
    assert_eq!((ledger["统筹基金"], ledger["应付个人"]), (25_000, -25_000));
    assert_eq!(ledger.get("应付定点医药机构"), None, "its institution has been paid");
    assert_eq!(office.cells(&jia, 2024)["ordinary.deductible"], 20_000);
    let wants = Wants { entries: [(jia.clone(), verdict.entry)].into(), ..Wants::default() };
    let entry = office.agency.store().read(&wants).unwrap().entries[&verdict.entry].clone();
    assert_eq!((entry.kind, &*entry.institution), (EntryKind::Reimbursement, ""));
    assert!(replay(&entry, office.agency.regions(), false).unwrap().same);
    let totals = office.agency.store().totals_by_institution(CHONGQING, Id::MIN, Id::MAX).unwrap();
    assert!(totals.is_empty(), "nothing of it is cleared with anybody");
    // What comes next at a counter goes on from there: 100 × 60 %.
    office.visit(&jia, DISTRICT, "2024-06-12 09:00:00", 10_000);
    assert_eq!(office.ledger(&jia)["统筹基金"], 31_000);
    assert_eq!(decide("审核乙", &[]).unwrap_err().reason, Reason::DocumentState);
    office.check();
}

#[test]
fn lines_split_by_the_catalogue_of_the_insured_place() {
    let office = Office::open();
    office.at("2024-06-10 09:00:00");
    let mut stated = bill("0001", listed(DISTRICT), "2024-06-03", "2024-06-10", 30_000);
    // B: 100.00 with a ceiling of 80.00 and 10 % first pay: 20.00, 8.00, 72.00 in scope. C: all self-paid; unlisted too.
    stated.lines.extend([one_line("B", 10_000), one_line("C", 5_000), one_line("ZZ", 1_000)]);
    stated.receipts[0].amount = 46_000;
    let verdict = office.decided("甲", &stated).decided.unwrap();
    // (372 − 200) × 60 % = 103.20.
    assert_eq!((verdict.total, verdict.in_scope, verdict.owed()), (46_000, 37_200, 10_320));
    assert_eq!(verdict.cash, 35_680);
    office.check();
}

#[test]
fn a_bill_belongs_to_its_service_year_on_what_is_left_of_it_when_it_is_posted() {
    let office = Office::open();
    let jia = person("甲");
    office.visit(&jia, DISTRICT, "2024-06-03 09:00:00", 15_000);
    office.visit(&jia, DISTRICT, "2025-01-10 09:00:00", 5_000);
    office.at("2025-02-10 09:00:00");
    let stated = bill("0001", listed(DISTRICT), "2024-12-20", "2025-02-10", 30_000);
    // 150 of 2024's deductible are used: (300 − 50) × 60 % = 150.
    let verdict = office.decided("甲", &stated).decided.unwrap();
    assert_eq!((verdict.deductible, verdict.owed()), (5_000, 15_000));
    assert_eq!(office.cells(&jia, 2024)["ordinary.deductible"], 20_000);
    assert_eq!(office.cells(&jia, 2025)["ordinary.deductible"], 5_000);
    office.check();
}

#[test]
fn the_own_account_pays_only_where_the_person_asks() {
    let office = Office::open();
    office.at("2024-06-10 09:00:00");
    let credit = Credit {
        person: person("甲"),
        from: CreditSource::Contributions,
        current: 30_000,
        earlier: 0,
        source: "测试".into(),
        reference: "1".into(),
        day: day("2024-06-01"),
    };
    office.ask(credit, None).unwrap();
    let stated = bill("0001", far_away("3"), "2024-06-03", "2024-06-10", 70_000);
    let verdict = office.decided("甲", &stated).decided.unwrap();
    assert_eq!((verdict.account, verdict.owed()), (0, 25_000));
    let mut asked = bill("0002", far_away("3"), "2024-06-04", "2024-06-10", 70_000);
    asked.account = true;
    // 700 × 50 % = 350; of the other 350 the account pays what it holds, and that comes back in cash too.
    let verdict = office.decided("甲", &asked).decided.unwrap();
    assert_eq!((verdict.account, verdict.owed(), verdict.cash), (30_000, 65_000, 5_000));
    assert_eq!(office.owed(), 90_000);
    assert_eq!(office.head(Head::AccountCurrent), 0);
    office.check();
}

#[test]
fn kinds_of_off_site_care_are_those_filed_or_found() {
    let adjust = r#"programme.ordinary.share.adjust=[{ place = "unfiled", points = "-10%" }]"#;
    let office = Office::under(law_with(&[adjust]));
    office.at("2024-06-10 09:00:00");
    let bill = |number: &str| bill(number, far_away("3"), "2024-06-03", "2024-06-10", 70_000);
    // Not filed: (700 − 200) × 40 % = 200.
    assert_eq!(office.decided("甲", &bill("1")).decided.unwrap().owed(), 20_000);
    // An emergency is never filed: 700 × 50 %.
    let mut emergency = bill("2");
    emergency.category = "13".into();
    let decided = office.decided("甲", &emergency);
    assert_eq!(decided.decided.unwrap().owed(), 35_000);
    // Stated, and found in the papers by the reviewer.
    let mut referred = bill("3");
    referred.issuer.place = "referred".into();
    let received = office.receive("甲", &referred).unwrap();
    assert!(open(&received).contains(&Caveat::PlaceUnverified), "{received:?}");
    let clears = [Caveat::PlaceUnverified, Caveat::IssuerUnverified, Caveat::SameAmount].map(clear);
    let decided =
        office.paper("审核乙").decide(&person("甲"), &received.number, &clears, &"".into());
    assert_eq!(decided.unwrap().application.decided.unwrap().owed(), 35_000);
    // The reviewer found no referral, and says so: 40 %.
    let mut unproven = bill("4");
    unproven.issuer.place = "referred".into();
    let received = office.receive("甲", &unproven).unwrap();
    let issuer = Some(far_away("3"));
    let desk = office.paper("审核乙");
    let reviewed = desk.review(&person("甲"), &received.number, Vec::new(), issuer).unwrap();
    assert!(!open(&reviewed.application).contains(&Caveat::PlaceUnverified));
    let clears = [Caveat::IssuerUnverified, Caveat::SameAmount].map(clear);
    let decided =
        office.paper("审核乙").decide(&person("甲"), &received.number, &clears, &"".into());
    assert_eq!(decided.unwrap().application.decided.unwrap().owed(), 28_000);
    // Filed since: 50 % of what comes now; what was decided is proposed to be corrected, but for what was found.
    office.learn(&person("甲"), facts::OFFSITE, "filed", "2024-01-01", None);
    assert_eq!(office.decided("甲", &bill("5")).decided.unwrap().owed(), 35_000);
    let posted = office.work_off(&person("甲"));
    let by: Vec<i64> = posted.changed.iter().map(|it| it.funds().iter().sum()).collect();
    assert_eq!(by, [5_000, 7_000], "the first and the fourth");
    office.check();
}

#[test]
fn what_no_fund_pays_is_decided_with_its_reason() {
    let office = Office::open();
    office.at("2024-06-10 09:00:00");
    let mut stranger = bill("0001", far_away("3"), "2024-06-03", "2024-06-10", 70_000);
    stranger.issuer.designated = false;
    let decided = office.decided("甲", &stranger);
    let verdict = decided.decided.as_ref().unwrap();
    assert_eq!((&*verdict.withheld, verdict.owed(), verdict.cash), ("not-designated", 0, 70_000));
    assert!(!verdict.why.is_empty() && !verdict.articles.is_empty(), "{verdict:?}");
    let ding = bill("0002", listed(DISTRICT), "2024-06-03", "2024-06-10", 70_000);
    let verdict = office.decided("丁", &ding).decided.unwrap();
    assert_eq!((&*verdict.withheld, verdict.owed()), ("arrears", 0));
    assert_eq!(office.owed(), 0);
    office.check();
}

#[test]
fn what_is_not_sound_is_not_received() {
    let office = Office::open();
    office.at("2024-06-10 09:00:00");
    let sound = bill("0001", listed(DISTRICT), "2024-06-03", "2024-06-10", 30_000);
    type Spoil = fn(&mut agency::paper::Stated);
    let spoilt: [(Spoil, Reason, &str); 12] = [
        (|it| it.lines[0].amount = 20_000, Reason::TotalDiffers, "票据合计300.00，明细合计200.00"),
        (|it| it.submitted = day("2024-06-11"), Reason::Content, "受理不能晚于今天"),
        (|it| it.service = day("2024-06-12"), Reason::Content, "就诊不能晚于受理"),
        (|it| it.receipts.clear(), Reason::Content, "票据0张"),
        (|it| it.receipts[0].amount = 0, Reason::Content, "应为正数"),
        (|it| it.lines.clear(), Reason::Content, "费用明细0行"),
        (|it| it.payee.account = "".into(), Reason::Content, "缺少收款账号"),
        (|it| it.issuer.code = "".into(), Reason::Content, "缺少开票机构"),
        (|it| it.category = "21".into(), Reason::CategoryUnknown, "21"),
        (|it| it.lines[0].price = 1, Reason::LineAmount, "明细1"),
        (|it| it.receipts.push(it.receipts[0].clone()), Reason::Content, "列了两次"),
        (
            |it| {
                it.issuer = far_away("9");
            },
            Reason::Content,
            "机构等级9不在词表内",
        ),
    ];
    for (spoil, reason, words) in spoilt {
        let mut stated = sound.clone();
        spoil(&mut stated);
        let refused: Refused = office.receive("甲", &stated).unwrap_err();
        assert_eq!(refused.reason, reason, "{refused}");
        assert!(refused.value.contains(words), "{refused}");
    }
    let desk = office.paper("受理甲");
    let nobody = desk.receive(&PersonKey::new(CHONGQING, "无此人"), &sound).unwrap_err();
    assert_eq!(nobody.reason, Reason::PersonUnknown);
    assert_eq!(office.paper(" ").receive(&person("甲"), &sound).unwrap_err().value, "缺少受理人");
    let before = bill("0001", listed(DISTRICT), "2019-06-03", "2024-06-10", 30_000);
    assert_eq!(office.receive("甲", &before).unwrap_err().reason, Reason::BillRefused);
    assert!(office.receive("甲", &sound).is_ok());
}
