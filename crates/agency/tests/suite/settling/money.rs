//! Whose money pays, and where it goes back to.

use super::visits::charged;
use crate::village::counter::{Counter, answered, entry, record, refused};
use crate::village::{DISTRICT, PHARMACY_1, day, line, moment, person, purchase, settle, undo};
use agency::Reason;
use agency::business::account::{Bind, Credit, CreditSource, Learn, NewFact, Unbind, Use};
use agency::facts;
use agency::ledger::Head;
use agency::record::Purse;
use kernel::account::Relation;
use kernel::{AccountUse, Date, Fen};
use store::EntryKind;

fn accounts(counter: &Counter, who: &str) -> (i64, i64) {
    let account = &counter.memory.tables().accounts[&person(who)];
    (account.current.get(), account.earlier.get())
}

fn learn(who: &str, kind: &str, from: &str, to: Option<&str>, detail: &str) -> Learn {
    let fact = NewFact {
        kind: kind.into(),
        other: "".into(),
        from: day(from),
        to: to.map_or(Date::MAX, day),
        detail: detail.into(),
    };
    Learn { person: person(who), facts: vec![fact], wrong: Vec::new() }
}

#[test]
fn own_money_pays_first_then_the_family_then_cash_and_all_of_it_goes_back() {
    let counter = Counter::open("2024-03-01 10:00:00");
    let at = "2024-03-01 09:30:00";
    let before = (accounts(&counter, "甲"), accounts(&counter, "乙"));
    let reply = counter.ask(purchase("甲", PHARMACY_1, vec![line("1", "A", 250_000, at)]));
    let decision = &record(&reply).decision;
    // Without a prescription no fund pays: 2500 = 500 + 200 of the own account, 1300 of 乙's 1300, 500 in cash.
    assert_eq!(decision.withheld.as_deref(), Some("prescription-missing"));
    assert_eq!((decision.account_current, decision.account_earlier), (50_000, 20_000));
    let purse = Purse { payer: "乙".into(), current: 30_000, earlier: 100_000 };
    assert_eq!((&decision.family[..], decision.cash), (&[purse][..], 50_000));
    assert_eq!((accounts(&counter, "甲"), accounts(&counter, "乙")), ((0, 0), (0, 0)));
    let payable: Fen = {
        let tables = counter.memory.tables();
        let of = |posting: &&store::Posting| posting.account == Head::Payable.number();
        let postings = tables.entries.values().flat_map(|entry| &entry.postings);
        postings.filter(of).map(|posting| posting.amount).sum()
    };
    assert_eq!(payable, Fen::new(-200_000), "the pharmacy is owed what the accounts paid");
    answered(&counter.ask(undo("甲", PHARMACY_1, entry(&reply))));
    assert_eq!((accounts(&counter, "甲"), accounts(&counter, "乙")), before);
}

#[test]
fn the_account_flag_says_whose_money_may_pay() {
    let counter = Counter::open("2024-03-01 10:00:00");
    let paid = |account_use| {
        let lines = vec![line("1", "A", 250_000, "2024-03-01 09:30:00")];
        let request = agency::business::settle::Purchase {
            account_use,
            ..purchase("甲", PHARMACY_1, lines)
        };
        let reply = counter.agency.trial(&request, None);
        let decision = &record(&reply).decision;
        (decision.account_payment(), decision.family_payment())
    };
    assert_eq!(paid(AccountUse::None), (0, 0));
    assert_eq!(paid(AccountUse::Own), (70_000, 0));
    assert_eq!(paid(AccountUse::Family), (200_000, 130_000));
}

#[test]
fn with_the_new_year_money_of_the_year_becomes_earlier_money_by_an_entry() {
    let counter = Counter::open("2025-01-02 10:00:00");
    let lines = vec![line("1", "A", 60_000, "2025-01-02 09:30:00")];
    let reply = counter.ask(purchase("甲", PHARMACY_1, lines));
    let decision = &record(&reply).decision;
    assert_eq!((decision.account_current, decision.account_earlier), (0, 60_000));
    assert_eq!(accounts(&counter, "甲"), (0, 10_000));
    let kinds: Vec<_> = counter.memory.tables().entries.values().map(|entry| entry.kind).collect();
    assert_eq!(kinds, [EntryKind::Rollover, EntryKind::Settlement]);
}

#[test]
fn money_of_last_year_comes_back_as_earlier_money() {
    let counter = Counter::open("2024-12-30 10:00:00");
    let lines = vec![line("1", "A", 60_000, "2024-12-30 09:30:00")];
    let reply = counter.ask(purchase("甲", PHARMACY_1, lines));
    assert_eq!(record(&reply).decision.account_current, 50_000);
    counter.clock.set(moment("2025-01-02 10:00:00"));
    answered(&counter.ask(undo("甲", PHARMACY_1, entry(&reply))));
    assert_eq!(accounts(&counter, "甲"), (0, 70_000));
}

#[test]
fn the_dead_pay_nothing_and_are_not_insured() {
    let counter = Counter::open("2024-03-01 10:00:00");
    answered(&counter.ask(learn("乙", facts::DEATH, "2024-02-10", None, "")));
    let lines = vec![line("1", "A", 250_000, "2024-03-01 09:30:00")];
    let of_child = counter.agency.trial(&purchase("甲", PHARMACY_1, lines.clone()), None);
    assert_eq!(record(&of_child).decision.family_payment(), 0);
    let own = counter.agency.trial(&purchase("乙", PHARMACY_1, lines), None);
    let decision = &record(&own).decision;
    assert_eq!(decision.withheld.as_deref(), Some("not-insured"));
    assert_eq!((decision.account_payment(), decision.cash), (0, 250_000));
}

#[test]
fn an_account_that_is_held_pays_nothing() {
    let counter = Counter::open("2024-03-01 10:00:00");
    answered(&counter.ask(learn("甲", facts::HOLD, "2024-02-10", Some("2024-03-31"), "")));
    let lines = vec![line("1", "A", 10_000, "2024-03-01 09:30:00")];
    let reply = counter.agency.trial(&purchase("甲", PHARMACY_1, lines), None);
    assert_eq!(record(&reply).decision.account_current, 0);
}

#[test]
fn relations_are_the_policys_and_one_relative_pays_for_one_person() {
    let counter = Counter::open("2024-03-01 10:00:00");
    let bind = |who: &str, payer: &str, relation| Bind {
        person: person(who),
        payer: payer.into(),
        relation,
        most: 1,
    };
    let ask = |request| counter.ask(request);
    let in_law = ask(bind("丙", "乙", Relation::SpouseParent));
    assert_eq!(refused(&in_law), Reason::RelationNotAllowed, "重庆 knows no parents-in-law");
    assert_eq!(refused(&ask(bind("甲", "丁", Relation::Spouse))), Reason::FamilyBound);
    assert_eq!(refused(&ask(bind("丙", "丙", Relation::Spouse))), Reason::FamilyBound);
    assert_eq!(refused(&ask(bind("丙", "无", Relation::Spouse))), Reason::PersonUnknown);
    answered(&ask(bind("丙", "乙", Relation::Spouse)));
    let lines = vec![line("1", "A", 1_000, "2024-03-01 09:30:00")];
    let paid = |reply: &agency::core::Reply| record(reply).decision.family_payment();
    assert_eq!(paid(&counter.ask(purchase("丙", PHARMACY_1, lines.clone()))), 1_000);
    let unbind = Unbind { person: person("丙"), payer: "乙".into() };
    answered(&counter.ask(unbind.clone()));
    assert_eq!(paid(&counter.ask(purchase("丙", PHARMACY_1, lines))), 0);
    assert_eq!(refused(&counter.ask(unbind)), Reason::FamilyUnknown);
}

#[test]
fn money_put_in_and_limits_used_elsewhere_are_entries_that_balance() {
    let counter = Counter::open("2024-03-01 10:00:00");
    let credit = Credit {
        person: person("甲"),
        from: CreditSource::Contributions,
        current: 12_000,
        earlier: 0,
        source: "划拨".into(),
        reference: "2024-02".into(),
        day: day("2024-02-29"),
    };
    answered(&counter.ask(credit));
    assert_eq!(accounts(&counter, "甲"), (62_000, 20_000));
    let used = |name: &str, amount| Use {
        person: person("甲"),
        year: 2024,
        moves: vec![(name.into(), amount)],
        source: "住院".into(),
        reference: "1".into(),
        day: day("2024-02-01"),
    };
    let unknown = counter.ask(used("ordinary.deductible", 100));
    assert_eq!(refused(&unknown), Reason::AccumulatorUnknown);
    answered(&counter.ask(used("limit.pool-year", 4_700_000 - 10_000)));
    let visit = charged(&counter, "甲", DISTRICT);
    let reply = counter.ask(settle("甲", DISTRICT, visit, 115_000));
    let funds = record(&reply).decision.funds;
    assert_eq!(funds, [10_000, 42_320, 0], "above the pool's year the large-amount fund pays");
    let tables = counter.memory.tables();
    let postings = tables.entries.values().flat_map(|entry| &entry.postings);
    assert!(postings.map(|it| it.amount).sum::<Fen>() == Fen::ZERO);
}

#[test]
fn a_fact_that_comes_late_files_a_recalculation_and_an_early_one_does_not() {
    let counter = Counter::open("2024-03-01 10:00:00");
    let visit = charged(&counter, "甲", DISTRICT);
    answered(&counter.ask(settle("甲", DISTRICT, visit, 115_000)));
    answered(&counter.ask(learn("甲", facts::RETIREMENT, "2024-03-15", None, "")));
    assert!(counter.memory.tables().documents.is_empty());
    answered(&counter.ask(learn("甲", facts::ADMISSION, "2024-02-28", Some("2024-03-03"), "")));
    let tables = counter.memory.tables();
    let filed: Vec<_> = tables.documents.keys().map(|key| (&*key.kind, &*key.owner)).collect();
    assert_eq!(filed, [("recalculation", "甲")]);
}
