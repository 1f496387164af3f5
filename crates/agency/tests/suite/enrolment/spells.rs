//! Entitlement that follows from months, as known on each day.

use super::{Enrolling, FACTORY, alone, at, day, person, row};
use crate::office::{AREA, HOSPITAL_2};
use agency::business::account::{Learn, NewFact};
use agency::business::enrolment::NoteRun;
use agency::enrolment::{Run, enrolment};
use agency::facts::{DEATH, RETIREMENT};
use kernel::{Date, Entitlement};

impl Enrolling {
    fn learn(&self, who: &str, kind: &str, from: &str) {
        let fact = NewFact {
            kind: kind.into(),
            other: "".into(),
            from: day(from),
            to: Date::MAX,
            detail: "".into(),
        };
        let learn = Learn { person: person(who), facts: vec![fact], wrong: Vec::new() };
        self.ask("", &learn).unwrap();
    }
}

#[test]
fn arrears_appear_where_nobody_paid_and_a_repair_within_three_months_undoes_them() {
    let office = Enrolling::open();
    for paid in ["2024-01", "2024-02"] {
        office.declared(FACTORY, &[row("P3", paid, &format!("{paid}-10"))]);
    }
    assert_eq!(office.spells("P3"), ["entitled 2024-01-01 …"]);
    office.set("2024-04-02 08:00:00");
    // March was not paid: benefits stop in the month after.
    let run = office.derive("2024-04");
    assert_eq!((run.people, run.changed, run.failed), (1, 1, 0));
    assert_eq!(office.spells("P3"), ["entitled 2024-01-01 2024-03-31", "arrears 2024-04-01 …"]);
    office.set("2024-04-20 08:00:00");
    office.declared(
        FACTORY,
        &[row("P3", "2024-03", "2024-04-20"), row("P3", "2024-04", "2024-04-20")],
    );
    // One month late: what was missed is payable again. What was known before stays known.
    assert_eq!(office.state("P3", "2024-04-10", "2024-04-10 08:00:00"), Entitlement::Arrears);
    assert_eq!(office.state("P3", "2024-04-10", "2024-04-20 09:00:00"), Entitlement::Entitled);
    assert_eq!(office.derive("2024-04").changed, 0);
    office.sound();
}

#[test]
fn a_longer_gap_stays_lost_and_benefits_resume() {
    let office = Enrolling::open();
    office.declared(FACTORY, &[row("P3", "2024-01", "2024-01-10")]);
    office.set("2024-07-20 08:00:00");
    office.derive("2024-07");
    assert_eq!(office.spells("P3"), ["entitled 2024-01-01 2024-02-29", "arrears 2024-03-01 …"]);
    let late = ["2024-02", "2024-03", "2024-04", "2024-05", "2024-06", "2024-07"];
    let rows: Vec<_> = late.iter().map(|of| row("P3", of, "2024-07-20")).collect();
    office.declared(FACTORY, &rows);
    office.set("2024-08-20 08:00:00");
    office.declared(FACTORY, &[row("P3", "2024-08", "2024-08-15")]);
    let state = |on: &str| office.state("P3", on, "2024-08-20 09:00:00");
    assert_eq!(state("2024-02-20"), Entitlement::Entitled);
    assert_eq!(state("2024-05-20"), Entitlement::Arrears);
    assert_eq!(state("2024-08-01"), Entitlement::Entitled);
}

#[test]
fn who_pays_by_themselves_waits_six_months_and_employees_do_not() {
    let office = Enrolling::open();
    office.set("2024-07-03 08:00:00");
    for number in 1..=7 {
        let of = format!("2024-{number:02}");
        let paid = format!("{of}-03");
        office.declared("", &[alone("P3", &of, &paid, "individual-2", 512_500, 56_375)]);
        office.declared(FACTORY, &[row("P4", &of, &paid)]);
    }
    assert_eq!(office.spells("P3"), ["waiting 2024-01-01 2024-06-30", "entitled 2024-07-01 …"]);
    assert_eq!(office.spells("P4"), ["entitled 2024-01-01 …"]);
    let shown = enrolment(&office.agency, &person("P3"), office.agency.now()).unwrap();
    assert_eq!(shown.months.len(), 7);
    assert!(shown.spells.iter().all(|spell| spell.derived));
    assert_eq!(&*shown.spells[0].cited.articles[0], "渝医保发〔2023〕32号 第三条");
}

#[test]
fn the_retired_owe_nothing_and_death_ends_entitlement() {
    let office = Enrolling::open();
    office.declared(
        FACTORY,
        &[row("P3", "2024-03", "2024-03-04"), row("P4", "2024-03", "2024-03-04")],
    );
    office.learn("P3", RETIREMENT, "2024-03-20");
    office.set("2024-09-02 08:00:00");
    office.derive("2024-09");
    assert_eq!(office.spells("P3"), ["entitled 2024-03-01 …"]);
    assert_eq!(office.spells("P4"), ["entitled 2024-03-01 2024-04-30", "arrears 2024-05-01 …"]);
    office.learn("P3", DEATH, "2024-09-01");
    office.derive("2024-09");
    assert_eq!(office.spells("P3"), ["entitled 2024-03-01 2024-09-01"]);
    let said = office.declare(FACTORY, &[row("P3", "2024-08", "2024-09-01")]);
    assert_eq!(said.rows[0].remarks[0].words().0, "2024-04-01 起已退休，不需缴费");
}

#[test]
fn spells_from_before_stay_and_whoever_has_no_months_is_left_alone() {
    let office = Enrolling::open();
    let before = office.file("P2");
    office.set("2024-09-02 08:00:00");
    // 测试甲 was entitled by an imported spell; contributions are kept here from July on.
    office.declared(
        FACTORY,
        &[row("P1", "2024-07", "2024-07-20"), row("P1", "2024-08", "2024-08-20")],
    );
    assert_eq!(office.spells("P1"), ["entitled 2024-01-01 …"]);
    office.set("2024-10-02 08:00:00");
    office.derive("2024-10");
    assert_eq!(
        office.spells("P1"),
        [
            "entitled 2024-01-01 2024-06-30",
            "entitled 2024-07-01 2024-09-30",
            "arrears 2024-10-01 …"
        ]
    );
    assert_eq!(office.file("P2"), before);
}

#[test]
fn who_was_entitled_before_the_first_month_does_not_wait_again() {
    let office = Enrolling::open();
    office.declared("", &[alone("P2", "2024-03", "2024-03-04", "individual-2", 512_500, 56_375)]);
    assert_eq!(office.spells("P2"), ["entitled 2024-01-01 …"]);
}

#[test]
fn a_late_payment_files_what_was_settled_meanwhile_to_be_looked_at_again() {
    let office = Enrolling::open();
    office.declared(FACTORY, &[row("P1", "2024-03", "2024-03-04")]);
    office.set("2024-05-06 09:00:00");
    office.derive("2024-05");
    assert_eq!(office.state("P1", "2024-05-06", "2024-05-06 09:00:00"), Entitlement::Arrears);
    let visit = office.attend(HOSPITAL_2, "V1", "11", "");
    let line = crate::care::pills(&office.0, "1", "B1", crate::office::PILLS, 50_000);
    office.upload(HOSPITAL_2, visit, vec![line]);
    let settled = office.settle(HOSPITAL_2, visit, "B1", 50_000, "M1").unwrap();
    assert_eq!(settled.record.decision.fund_payment(), 0);
    let before = office.recalculations("P1");
    office.set("2024-05-20 09:00:00");
    office.declared(
        FACTORY,
        &[row("P1", "2024-04", "2024-05-20"), row("P1", "2024-05", "2024-05-20")],
    );
    assert_eq!(office.state("P1", "2024-05-06", "2024-05-20 09:00:00"), Entitlement::Entitled);
    assert_eq!(office.recalculations("P1"), before + 1);
    // Nothing new: nothing more is filed.
    office.derive("2024-05");
    office.declared(FACTORY, &[row("P1", "2024-05", "2024-05-20")]);
    assert_eq!(office.recalculations("P1"), before + 1);
    assert_eq!(at("2024-05-20 09:00:00"), office.agency.now());
}

#[test]
fn a_run_that_was_cut_off_goes_on_where_it_stopped_and_a_finished_one_begins_again() {
    let office = Enrolling::open();
    for who in ["P3", "P4"] {
        office.declared(FACTORY, &[row(who, "2024-03", "2024-03-04")]);
    }
    office.set("2024-05-02 08:00:00");
    // As a run leaves it that was killed after P3 was looked at.
    let body = serde_json::to_value(Run { cursor: "P3".into(), people: 1, ..Run::default() });
    let key = Run::key(AREA, super::month("2024-05"));
    let killed = NoteRun { key, done: false, body: body.unwrap() };
    office.ask("", &killed).unwrap();
    let run = office.derive("2024-05");
    assert_eq!((run.people, run.changed), (2, 1));
    assert_eq!(office.spells("P3"), ["entitled 2024-03-01 …"]);
    assert_eq!(office.spells("P4"), ["entitled 2024-03-01 2024-04-30", "arrears 2024-05-01 …"]);
    let run = office.derive("2024-05");
    assert_eq!((run.people, run.changed), (2, 1));
    assert_eq!(office.spells("P3"), ["entitled 2024-03-01 2024-04-30", "arrears 2024-05-01 …"]);
    assert_eq!(office.derive("2024-05").changed, 0);
}

#[test]
fn a_retirement_that_is_learned_late_takes_the_arrears_back() {
    let office = Enrolling::open();
    office.declared(FACTORY, &[row("P3", "2024-03", "2024-03-04")]);
    office.set("2024-06-03 08:00:00");
    office.derive("2024-06");
    assert_eq!(office.spells("P3"), ["entitled 2024-03-01 2024-04-30", "arrears 2024-05-01 …"]);
    office.learn("P3", RETIREMENT, "2024-04-15");
    office.set("2024-06-04 08:00:00");
    assert_eq!(office.derive("2024-06").changed, 1);
    assert_eq!(office.spells("P3"), ["entitled 2024-03-01 …"]);
    assert_eq!(office.state("P3", "2024-05-10", "2024-06-03 20:00:00"), Entitlement::Arrears);
}

#[test]
fn nobody_is_derived_further_than_the_next_month() {
    let office = Enrolling::open();
    let core = agency::core::Core::start(office.agency.clone(), agency::core::Settings::default());
    let core = core.unwrap();
    let until = super::month("2024-05");
    let refused = agency::enrolment::derive_all(
        &office.agency,
        &core,
        crate::office::AREA,
        until,
        &mut |_| {},
    );
    assert!(refused.unwrap_err().to_string().contains("最晚可推算到2024-04"));
}

#[test]
fn an_imported_entitlement_that_is_overruled_is_said_with_the_row() {
    let office = Enrolling::open();
    office.set("2024-10-02 08:00:00");
    // 测试甲 was entitled by an imported spell without an end; July is declared, August and September are not.
    let said = office.declare(FACTORY, &[row("P1", "2024-07", "2024-07-20")]);
    let remarks: Vec<String> = said.rows[0].remarks.iter().map(|it| it.words().0).collect();
    let words = "原来登记（导入）的待遇状态“享受待遇”自 2024-09-01 起与缴费月不符，已按缴费月改写";
    assert!(remarks.iter().any(|it| it == words), "{remarks:?}");
    // It is said once: what is derived now is not overruled by what is derived next.
    let said = office.declare(FACTORY, &[row("P1", "2024-08", "2024-10-01")]);
    assert!(said.rows[0].remarks.iter().all(|it| it.code() != "entitlement-overruled"));
}

#[test]
fn the_policy_says_how_far_ahead_a_month_may_be_declared() {
    let law = |ahead: &str| {
        let office = crate::office::Office::under(&[&format!("entitlement.declare_ahead={ahead}")]);
        let version = office.agency.regions().law(AREA).unwrap().on(day("2024-03-05")).unwrap();
        version.policy.entitlement.declare_ahead
    };
    assert_eq!((law("12"), law("3")), (12, 3));
}
