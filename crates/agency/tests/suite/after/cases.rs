//! Cases from the finding to the money: amounts by hand, two people at every step, the same money never taken back twice,
//! and books that are right at the end of each.
//!
//! 甲 pays 500.00 at a hospital of level 2: 200.00 deductible, the pool (500 − 200) × 60 % = 180.00, the own account all of
//! its 100.00, cash 220.00.

use crate::recalculation::Office;
use crate::village::{CHONGQING, DISTRICT, person, undo};
use agency::business::account::{Credit, CreditSource};
use agency::business::supervision::{FileSuspicions, Filed, Way};
use agency::clearing::close_month;
use agency::ledger::Head;
use agency::recalculation as again;
use agency::supervise::Severity;
use agency::supervise::after::{Concerned, Side, State, Suspicion};
use agency::supervise::case::{Case, CaseState, Ruled, Verdict};
use agency::supervise::desk::{self, Desk, Said};
use agency::{Business, Reason, Refused, facts};
use kernel::{Date, Month};
use store::{Id, PersonKey};

const CASE: &str = "AJ-charging-H50000000002-001";

/// A settlement, and a finding about the hospital or the person that puts all of it in question.
fn suspected(side: Side) -> (Office, Id) {
    let office = Office::open();
    let jia = person("甲");
    let credit = Credit {
        person: jia.clone(),
        from: CreditSource::Contributions,
        current: 10_000,
        earlier: 0,
        source: "测试".into(),
        reference: "".into(),
        day: Date::parse("2024-01-05").unwrap(),
    };
    office.ask(credit, None).unwrap();
    let entry = office.visit(&jia, DISTRICT, "2024-04-20 09:00:00", 50_000);
    office.at("2024-04-25 09:00:00");
    let filed = file(&office, &finding("age-1", side, entry));
    assert_eq!((filed.found(), filed.opened), (1, 1));
    (office, entry)
}

fn finding(number: &str, side: Side, entry: Id) -> Suspicion {
    let party = if side == Side::Person { "甲" } else { DISTRICT };
    let claim = Concerned {
        entry,
        person: "甲".into(),
        institution: DISTRICT.into(),
        at: "2024-04-20 09:00:00".into(),
        total: 50_000,
        fund: 18_000,
        account: 10_000,
        ..Concerned::default()
    };
    Suspicion {
        number: number.into(),
        rule: "age".into(),
        name: "项目与年龄不符".into(),
        family: "charging".into(),
        severity: Severity::Certain,
        side,
        party: party.into(),
        words: "限14岁及以下使用".into(),
        advice: "核对".into(),
        claims: vec![claim],
        count: 1,
        fund: 18_000,
        account: 10_000,
        articles: Vec::new(),
        unverified: false,
        case: "".into(),
    }
}

fn file(office: &Office, suspicion: &Suspicion) -> Filed {
    let party = suspicion.party(CHONGQING);
    let suspicions = vec![suspicion.clone()];
    let store = office.agency.store();
    let business = FileSuspicions::new(store, party, suspicions, "测试".into()).unwrap();
    office.ask(business, None).unwrap().outcome.document().unwrap()
}

fn by<'a>(office: &'a Office, case: &str, who: &str) -> Desk<'a> {
    let queries = office.agency.store();
    Desk { queries, area: CHONGQING, number: case.into(), by: who.into() }
}

/// Takes a step.
fn take<B: Business + 'static>(office: &Office, step: Result<B, Refused>) -> Result<Case, Refused> {
    let answered = office.ask(step?, None)?;
    Ok(answered.outcome.document().unwrap())
}

fn founded() -> Said {
    Said {
        verdict: Verdict::Founded,
        reasons: "病历无此项目".into(),
        article: "渝医保发〔2023〕32号 第十一条".into(),
        ..Said::default()
    }
}

/// Assigned, heard, decided: everything in question is to be recovered.
fn decided(office: &Office, case: &str) -> Case {
    take(office, by(office, case, "主任").assign("监管甲")).unwrap();
    take(office, by(office, case, "院方").hear("录入差错")).unwrap();
    take(office, by(office, case, "监管甲").decide(founded())).unwrap()
}

fn stands(office: &Office, case: &str) -> CaseState {
    desk::case(office.agency.store(), CHONGQING, &case.into()).unwrap().1
}

/// The balance of a head, of one party or of all.
fn balance(office: &Office, head: Head, party: &str) -> i64 {
    let entries = office.agency.store().entries(CHONGQING, Id::MIN, Id::MAX, 10_000).unwrap();
    let postings = entries.iter().flat_map(|entry| &entry.postings);
    let own = postings.filter(|it| it.account == head.number());
    own.filter(|it| party.is_empty() || &*it.party == party).map(|it| it.amount.get()).sum()
}

fn cells(office: &Office) -> store::Cells {
    office.cells(&person("甲"), 2024)
}

#[test]
fn an_institution_pays_by_a_deduction_of_the_next_clearing() {
    let (office, _) = suspected(Side::Institution);
    let before = cells(&office);
    let assign = by(&office, CASE, "主任").assign("主任");
    assert_eq!(take(&office, assign).unwrap_err().reason, Reason::NotAllowed, "oneself");
    let assigned = take(&office, by(&office, CASE, "主任").assign("监管甲")).unwrap();
    assert_eq!(&*assigned.hearing_until, "2024-05-10", "15 days from 25 April");
    let early = take(&office, by(&office, CASE, "监管甲").decide(founded())).unwrap_err();
    assert!(early.to_string().contains("2024-05-10之后才能"), "{early}");
    take(&office, by(&office, CASE, "院方").hear("录入差错")).unwrap();
    for (who, why) in [("主任", Reason::NotAllowed), ("监管乙", Reason::NotAllowed)] {
        let other = take(&office, by(&office, CASE, who).decide(founded())).unwrap_err();
        assert_eq!(other.reason, why, "{who}");
    }
    let case = take(&office, by(&office, CASE, "监管甲").decide(founded())).unwrap();
    let ruling = case.ruling.unwrap();
    assert_eq!((ruling.fund, ruling.account, ruling.claims.len()), (18_000, 10_000, 1));
    let own = take(&office, by(&office, CASE, "监管甲").recover(None)).unwrap_err();
    assert_eq!(own.reason, Reason::NotAllowed, "who decided does not book");

    let april = Month::parse("2024-04");
    let case = take(&office, by(&office, CASE, "财务乙").recover(april)).unwrap();
    assert_eq!(&*case.recovery.as_ref().unwrap().deduction, "2024-04-001");
    assert_eq!(&*case.recovery.as_ref().unwrap().appeal_until, "2024-06-24", "60 days");
    // The hospital owes 280.00; the pool has its 180.00 back; the account's 100.00 is owed to 甲.
    assert_eq!(balance(&office, Head::Receivable, DISTRICT), 28_000);
    assert_eq!(balance(&office, Head::PoolFund, ""), 0);
    assert_eq!(balance(&office, Head::PayableToPeople, "甲"), -10_000);
    assert_eq!(cells(&office), before, "no accumulator moves");
    office.check();
    let twice = take(&office, by(&office, CASE, "财务乙").recover(None)).unwrap_err();
    assert_eq!(twice.reason, Reason::DocumentState);
    let bank = by(&office, CASE, "财务乙").collect(Way::Bank, None, "L1");
    assert_eq!(take(&office, bank).unwrap_err().reason, Reason::DocumentState, "not both ways");
    let open = by(&office, CASE, "财务乙").collect(Way::Deduction, None, "");
    assert!(take(&office, open).unwrap_err().to_string().contains("2024-04尚未结算"));

    office.at("2024-05-01 00:05:00");
    let month = april.unwrap();
    let (agency, core) = (&office.agency, &office.core);
    close_month(agency, core, CHONGQING, month, None, &mut |_, _| {}).unwrap();
    take(&office, by(&office, CASE, "财务乙").collect(Way::Deduction, None, "")).unwrap();
    assert_eq!(balance(&office, Head::Receivable, DISTRICT), 0);
    assert_eq!(balance(&office, Head::Deductions, ""), 0, "taken, and offset");
    // 280.00 were owed to the hospital for April; 280.00 are deducted.
    assert_eq!(balance(&office, Head::Payable, DISTRICT), 0);
    let soon = take(&office, by(&office, CASE, "财务乙").close()).unwrap_err();
    assert!(soon.to_string().contains("申诉期限至2024-06-24"), "{soon}");
    office.at("2024-06-25 09:00:00");
    take(&office, by(&office, CASE, "财务乙").close()).unwrap();
    assert_eq!(stands(&office, CASE), CaseState::Closed);
    assert_eq!(balance(&office, Head::PayableToPeople, "甲"), 0);
    assert_eq!(balance(&office, Head::AccountEarlier, "甲"), -10_000, "back in the account");
    office.check();
    let late = take(&office, by(&office, CASE, "院方").appeal("不服")).unwrap_err();
    assert_eq!(late.reason, Reason::DocumentState);
}

#[test]
fn a_person_pays_in_and_an_appeal_takes_everything_back() {
    let (office, _) = suspected(Side::Person);
    let case = "AJ-charging-甲-001";
    let heads = [Head::PoolFund, Head::PayableToPeople, Head::Receivable, Head::Bank];
    let before = heads.map(|head| balance(&office, head, ""));
    decided(&office, case);
    let by_month = by(&office, case, "财务乙").recover(Month::parse("2024-05"));
    assert_eq!(
        take(&office, by_month).unwrap_err().reason,
        Reason::Content,
        "a person has no month"
    );
    take(&office, by(&office, case, "财务乙").recover(None)).unwrap();
    let much = by(&office, case, "财务乙").collect(Way::Bank, Some(28_001), "L1");
    assert!(take(&office, much).unwrap_err().to_string().contains("未到账280.00元"));
    take(&office, by(&office, case, "财务乙").collect(Way::Bank, Some(20_000), "L1")).unwrap();
    assert_eq!(balance(&office, Head::Receivable, "甲"), 8_000);
    take(&office, by(&office, case, "甲").appeal("系本人使用")).unwrap();
    assert_eq!(stands(&office, case), CaseState::Appealed);
    for who in ["监管甲", "财务乙"] {
        let answer = take(&office, by(&office, case, who).answer(false, "证据不足")).unwrap_err();
        assert_eq!(answer.reason, Reason::NotAllowed, "{who}");
    }
    take(&office, by(&office, case, "复核丙").answer(false, "证据不足")).unwrap();
    // 200.00 came in and go out again.
    assert_eq!(balance(&office, Head::Receivable, "甲"), -20_000);
    let close = take(&office, by(&office, case, "财务乙").close()).unwrap_err();
    assert!(close.to_string().contains("应退回当事人200.00元"), "{close}");
    take(&office, by(&office, case, "财务乙").collect(Way::Bank, None, "L2")).unwrap();
    take(&office, by(&office, case, "财务乙").close()).unwrap();
    assert_eq!(heads.map(|head| balance(&office, head, "")), before, "as if it had not been");
    office.check();
    let (case, state) = desk::case(office.agency.store(), CHONGQING, &case.into()).unwrap();
    let what: Vec<&str> = case.steps.iter().map(|step| &*step.what).collect();
    assert_eq!(state, CaseState::Closed);
    assert_eq!(
        what,
        [
            "立案",
            "指派",
            "陈述申辩",
            "决定：属实",
            "追回入账",
            "银行到账",
            "申诉",
            "申诉成立，撤回追回",
            "退回当事人",
            "结案"
        ]
    );
}

#[test]
fn an_appeal_before_the_clearing_makes_the_deduction_nothing() {
    let (office, _) = suspected(Side::Institution);
    decided(&office, CASE);
    take(&office, by(&office, CASE, "财务乙").recover(Month::parse("2024-04"))).unwrap();
    take(&office, by(&office, CASE, "院方").appeal("不服")).unwrap();
    take(&office, by(&office, CASE, "复核丙").answer(false, "证据不足")).unwrap();
    assert_eq!(stands(&office, CASE), CaseState::Closed, "nothing had come in");
    office.at("2024-05-01 00:05:00");
    let (agency, core) = (&office.agency, &office.core);
    let month = Month::parse("2024-04").unwrap();
    close_month(agency, core, CHONGQING, month, None, &mut |_, _| {}).unwrap();
    assert_eq!(balance(&office, Head::Payable, DISTRICT), -28_000, "paid in full");
    assert_eq!(balance(&office, Head::Deductions, ""), 0);
    office.check();
}

#[test]
fn an_upheld_appeal_changes_nothing_and_makes_it_final() {
    let (office, _) = suspected(Side::Institution);
    decided(&office, CASE);
    take(&office, by(&office, CASE, "财务乙").recover(None)).unwrap();
    take(&office, by(&office, CASE, "院方").appeal("不服")).unwrap();
    take(&office, by(&office, CASE, "复核丙").answer(true, "事实清楚")).unwrap();
    assert_eq!(balance(&office, Head::Receivable, DISTRICT), 28_000);
    let again = take(&office, by(&office, CASE, "院方").appeal("仍不服")).unwrap_err();
    assert_eq!(again.reason, Reason::DocumentState, "once");
    take(&office, by(&office, CASE, "财务乙").collect(Way::Bank, None, "L1")).unwrap();
    take(&office, by(&office, CASE, "财务乙").close()).unwrap();
    assert_eq!(balance(&office, Head::Bank, ""), 28_000);
    office.check();
}

#[test]
fn an_unfounded_case_is_closed_and_its_finding_dealt_with() {
    let (office, entry) = suspected(Side::Institution);
    take(&office, by(&office, CASE, "主任").assign("监管甲")).unwrap();
    // After the deadline nobody need have been heard.
    office.at("2024-05-11 09:00:00");
    let said =
        Said { verdict: Verdict::Unfounded, reasons: "病历齐全".into(), ..Said::default() };
    take(&office, by(&office, CASE, "监管甲").decide(said)).unwrap();
    assert_eq!(stands(&office, CASE), CaseState::Closed);
    let mut states = Vec::new();
    let party = DISTRICT;
    desk::findings(office.agency.store(), CHONGQING, party, &mut |_, state| {
        states.push(state);
        Ok(())
    })
    .unwrap();
    assert_eq!(states, [State::Decided]);
    // The same finding is known; another opens a case of its own.
    let same = file(&office, &finding("age-1", Side::Institution, entry));
    assert_eq!((same.found(), same.opened), (0, 0));
    let other = file(&office, &finding("age-2", Side::Institution, entry));
    assert_eq!((other.found(), other.opened), (1, 1));
    assert_eq!(stands(&office, "AJ-charging-H50000000002-002"), CaseState::Opened);
}

#[test]
fn a_part_may_be_recovered_but_no_more_than_was_paid() {
    let (office, entry) = suspected(Side::Institution);
    take(&office, by(&office, CASE, "主任").assign("监管甲")).unwrap();
    take(&office, by(&office, CASE, "院方").hear("部分属实")).unwrap();
    let partly = |fund, account| Said {
        verdict: Verdict::Partly,
        claims: Some(vec![Ruled { person: "甲".into(), entry, fund, account }]),
        ..founded()
    };
    let desk = || by(&office, CASE, "监管甲");
    for (fund, account) in [(18_001, 0), (0, 10_001), (0, 0), (-1, 5)] {
        let wrong = take(&office, desk().decide(partly(fund, account))).unwrap_err();
        assert_eq!(wrong.reason, Reason::Content, "{fund} {account}");
    }
    let nothing = Said { claims: Some(Vec::new()), article: "".into(), ..founded() };
    assert_eq!(take(&office, desk().decide(nothing)).unwrap_err().reason, Reason::Content);
    take(&office, desk().decide(partly(5_000, 0))).unwrap();
    take(&office, by(&office, CASE, "财务乙").recover(None)).unwrap();
    // A second case about the same settlement: 130.00 of the pool are left.
    file(&office, &finding("age-2", Side::Institution, entry));
    let second = "AJ-charging-H50000000002-002";
    take(&office, by(&office, second, "主任").assign("监管甲")).unwrap();
    take(&office, by(&office, second, "院方").hear("已处理")).unwrap();
    let much = take(&office, by(&office, second, "监管甲").decide(partly(13_001, 0))).unwrap_err();
    assert!(much.to_string().contains("最多可追回基金130.00元"), "{much}");
    take(&office, by(&office, second, "监管甲").decide(partly(13_000, 10_000))).unwrap();
    take(&office, by(&office, second, "财务乙").recover(None)).unwrap();
    assert_eq!(balance(&office, Head::Receivable, DISTRICT), 28_000);
    office.check();
}

#[test]
fn what_a_case_took_back_neither_an_undo_nor_a_recalculation_takes_back_again() {
    let (office, entry) = suspected(Side::Person);
    let (case, jia) = ("AJ-charging-甲-001", person("甲"));
    decided(&office, case);
    take(&office, by(&office, case, "财务乙").recover(None)).unwrap();
    let back = office.ask(undo("甲", DISTRICT, entry), None).unwrap_err();
    assert_eq!(back.reason, Reason::DocumentState);
    assert!(back.to_string().contains("已由案件AJ-charging-甲-001追回280.00元"), "{back}");
    // It turns out that he was an inpatient of another level: the year folded again would pay otherwise.
    office.learn(&jia, facts::RETIREMENT, "", "2024-03-15", None);
    let item = again::pending_of(office.agency.store(), &jia).unwrap().remove(0);
    let of = |who: &str| again::Desk { agency: &office.agency, core: &office.core, by: who.into() };
    of("张").propose(&item).unwrap();
    let held = of("李").approve(&item, None, true).unwrap_err();
    assert!(held.to_string().contains("重算之前请先在案件中撤回追回"), "{held}");
    office.check();
    // Given up, both go their way.
    take(&office, by(&office, case, "甲").appeal("不服")).unwrap();
    take(&office, by(&office, case, "复核丙").answer(false, "改由重算处理")).unwrap();
    of("李").approve(&item, None, true).unwrap();
    office.ask(undo("甲", DISTRICT, entry), None).unwrap();
    office.check();
}

#[test]
fn what_a_recalculation_took_back_a_case_cannot() {
    let (office, entry) = suspected(Side::Person);
    let jia: PersonKey = person("甲");
    // In arrears after all: the pool owed nothing.
    let wants = store::Wants { people: [jia.clone()].into(), ..store::Wants::default() };
    let file = office.agency.look(wants).unwrap().file(&jia).unwrap().clone();
    let entitled = facts::of_kind(&file, facts::ENTITLEMENT)[0].id;
    let days = ("2020-01-01", None);
    office.learn_instead(&jia, facts::ENTITLEMENT, "arrears", days, vec![entitled]);
    office.work_off_year(&jia, 2024);
    assert_eq!(balance(&office, Head::PoolFund, ""), 0);
    let case = "AJ-charging-甲-001";
    take(&office, by(&office, case, "主任").assign("监管甲")).unwrap();
    take(&office, by(&office, case, "甲").hear("已退")).unwrap();
    let desk = || by(&office, case, "监管甲");
    let twice = take(&office, desk().decide(founded())).unwrap_err();
    assert!(twice.to_string().contains("最多可追回基金0.00元"), "{twice}");
    let account = Ruled { person: "甲".into(), entry, fund: 0, account: 10_000 };
    let said = Said { claims: Some(vec![account]), ..founded() };
    take(&office, desk().decide(said)).unwrap();
    office.check();
}

#[test]
fn a_case_that_is_none_and_words_that_are_missing() {
    let (office, _) = suspected(Side::Institution);
    for number in ["", "AJ", "AJ-charging-H50000000002-009", "随便"] {
        let unknown = take(&office, by(&office, number, "主任").assign("监管甲")).unwrap_err();
        assert_eq!(unknown.reason, Reason::DocumentUnknown, "{number}");
    }
    let nobody = take(&office, by(&office, CASE, " ").assign("监管甲")).unwrap_err();
    assert!(nobody.to_string().contains("缺少指派人"), "{nobody}");
    let soon = take(&office, by(&office, CASE, "院方").hear("录入差错")).unwrap_err();
    assert!(soon.to_string().contains("已立案，应为已指派或已听取"), "{soon}");
    take(&office, by(&office, CASE, "主任").assign("监管甲")).unwrap();
    let silent = take(&office, by(&office, CASE, "院方").hear("")).unwrap_err();
    assert!(silent.to_string().contains("缺少陈述内容"), "{silent}");
}
