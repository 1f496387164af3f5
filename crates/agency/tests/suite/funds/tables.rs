//! No pair of head and kind is left out, and every figure is a sum of postings.

use super::{march, month};
use crate::office::{AREA, HOSPITAL_2, Office, PILLS, at};
use agency::books;
use agency::business::clearing::{Confirm, DecideOrder, Deduct};
use agency::clearing::{close_month, make_order};
use agency::funds::{Counted, FundKind, Line, MonthSums, Report, Side, counted};
use agency::ledger::Head;
use agency::{Reason, books::Kind};
use cluster::{Cluster, Settings};
use kernel::Fen;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::postgres::Postgres;
use store::sqlite::FILE;
use store::{Changes, EntryKind, Id, PersonKey, Store, Wants};

/// March, and in April its clearing: 40.00 deducted, 5 % withheld, the rest paid; and a bill.
fn april() -> Office {
    let office = march(&["payment.deposit=5%"]);
    let party = PersonKey::new(AREA, HOSPITAL_2);
    let deduct = Deduct {
        institution: party,
        month: month("2024-03"),
        amount: Fen::new(4_000),
        reason: "超量开药".into(),
        article: "第十一条".into(),
        reference: "案1".into(),
        by: "审核甲".into(),
        known: 0,
    };
    office.ask("", &deduct).unwrap();
    office.set("2024-04-02 09:00:00");
    close_month(&office.agency, &office.core, AREA, month("2024-03"), None, &mut |_, _| {})
        .unwrap();
    let institution = PersonKey::new(AREA, HOSPITAL_2);
    let period = "2024-03".into();
    office.ask("", &Confirm { institution, period, by: "院方".into() }).unwrap();
    office.care(HOSPITAL_2, PILLS, 10_000, "M9");
    office
}

fn pay(office: &Office) {
    let (area, batch) = (AREA, Arc::from("B1"));
    let (checker, refused) = ("复核乙".into(), "".into());
    let order = DecideOrder { area, batch, checker, refused, institutions: Vec::new() };
    office.ask("", &order).unwrap();
}

fn order(office: &Office) -> i64 {
    let (agency, core) = (&office.agency, &office.core);
    let made = make_order(agency, core, AREA, "2024-03", &"B1".into(), &"制单甲".into()).unwrap();
    made.lines.iter().map(|line| line.fen).sum()
}

#[test]
fn every_pair_of_head_and_kind_has_its_place() {
    for head in Head::ALL {
        let fund = FundKind::ALL.iter().find(|fund| fund.heads().contains(head));
        for kind in EntryKind::ALL {
            match (counted(*head, *kind), fund) {
                (Counted::Lines(parts), Some(fund)) => {
                    assert!(parts.iter().any(|(of, ..)| of == fund), "{head:?} {kind:?}");
                }
                // The balance sheet's own heads stand for lines only where accounts are on the other side.
                (Counted::Lines(parts), None) => {
                    assert!(parts.iter().all(|(of, ..)| *of == FundKind::Accounts));
                }
                (Counted::Sheet, fund) => assert!(fund.is_none(), "{head:?} {kind:?} is of a fund"),
                (Counted::OtherSide | Counted::Unexpected, fund) => assert!(fund.is_some()),
            }
        }
    }
}

#[test]
fn what_is_cleared_is_deducted_withheld_and_paid() {
    let office = april();
    let pool = office.report("2024-04").income(FundKind::Pool);
    assert_eq!(
        (pool.line(Line::Deductions).month, pool.line(Line::Benefits).month),
        (4_000, 6_000)
    );
    assert_eq!(pool.line(Line::Benefits).year, 30_000);
    assert_eq!((pool.before.month, pool.balance), (839_500, 837_500));
    assert_eq!((pool.before.year, pool.opening.year, pool.opening.month), (0, 800_000, 0));
    let ordered = order(&office);
    // 240.00 less 40.00 are owed by the funds, 5 % of it withheld; and 360.00 of accounts.
    assert_eq!(ordered, 20_000 - 1_000 + 36_000);
    let of = |office: &Office, head: Head| {
        let sheet = office.report("2024-04").sheet();
        assert!(sheet.balances());
        let all = sheet.assets.iter().chain(&sheet.debts);
        all.filter(|item| item.head == head).map(|item| item.fen).sum::<i64>()
    };
    assert_eq!(office.report("2024-04").sheet().in_progress, ordered);
    assert_eq!(of(&office, Head::Deposit), 1_000);
    let bank = of(&office, Head::Bank);
    pay(&office);
    assert_eq!(of(&office, Head::Bank), bank - ordered);
    assert_eq!(office.report("2024-04").sheet().in_progress, 0);
}

/// Sums by account of the view `posting` up to a month, as SQL gives them: no kind, no party, no line.
fn ties(report: &Report, by_sql: &BTreeMap<i16, i64>) {
    let sum = |heads: &[Head]| -> i64 {
        heads.iter().map(|head| by_sql.get(&head.number()).copied().unwrap_or(0)).sum()
    };
    let sheet = report.sheet();
    for item in &sheet.assets {
        assert_eq!(item.fen, sum(&[item.head]), "{:?}", item.head);
    }
    for item in &sheet.debts {
        assert_eq!(item.fen, -sum(&[item.head]), "{:?}", item.head);
    }
    for (fund, left) in &sheet.funds {
        assert_eq!(*left, -sum(fund.heads()), "{fund:?}");
        let income = report.income(*fund);
        let side = |side: Side| {
            let lines = income.lines.iter().filter(|it| it.programme.is_none());
            lines.filter(|it| it.line.side() == side).map(|it| it.sum.year).sum::<i64>()
        };
        assert_eq!(income.line(Line::Other).year, 0, "{fund:?} is explained to the fen");
        // Everything of these books happened in one year.
        let explained = side(Side::Opening) + side(Side::Income) - side(Side::Expense);
        assert_eq!(explained, *left, "{fund:?}");
    }
    assert!(sheet.balances());
    assert!(by_sql.values().sum::<i64>() == 0);
}

const SUMS: &str = "SELECT account, sum(amount) FROM posting WHERE area = 500000 GROUP BY account";

#[test]
fn figures_are_sums_of_postings_on_both_stores_and_of_closings() {
    let office = april();
    order(&office);
    pay(&office);
    let live = office.report("2024-04");
    let db = rusqlite::Connection::open(office.folder().join(FILE)).unwrap();
    let mut ask = db.prepare(SUMS).unwrap();
    let rows = ask.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let by_sqlite: BTreeMap<i16, i64> = rows.collect::<Result<_, _>>().unwrap();
    ties(&live, &by_sqlite);

    let entries = office.agency.store().entries(AREA, Id::MIN, Id::MAX, 10_000).unwrap();
    let cluster = Cluster::start(&Settings { durable: false, ..Settings::default() }).unwrap();
    let database = cluster.connection_string();
    let postgres = Postgres::open(&database).unwrap();
    let changes = Changes { entries, ..Changes::default() };
    postgres.commit(&Wants::default(), &mut |_| changes.clone()).unwrap();
    let (regions, now) = (office.agency.regions(), office.agency.now());
    let there = Report::read(&postgres, regions, AREA, month("2024-04"), now).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let by_postgres: BTreeMap<i16, i64> = runtime.block_on(async {
        let none = tokio_postgres::NoTls;
        let (client, connection) = tokio_postgres::connect(&database, none).await.unwrap();
        tokio::spawn(connection);
        let sql = format!("SELECT account, s::int8 FROM ({SUMS}) AS x (account, s)");
        let rows = client.query(&sql, &[]);
        rows.await.unwrap().iter().map(|row| (row.get(0), row.get(1))).collect()
    });
    assert_eq!(by_postgres, by_sqlite);
    ties(&there, &by_postgres);
    for fund in FundKind::ALL {
        assert_eq!(there.income(*fund), live.income(*fund));
    }

    // Closings: by day, for other readers, of the same postings.
    books::close(office.agency.store(), at("2024-04-01 00:00:00").date(), now).unwrap();
    let (_, balances) = books::balances(office.agency.store(), AREA, now.date()).unwrap();
    let closed: BTreeMap<i16, i64> =
        balances.iter().map(|balance| (balance.number, balance.now().get())).collect();
    let none_zero = |all: &BTreeMap<i16, i64>| -> BTreeMap<i16, i64> {
        all.iter().filter(|(_, fen)| **fen != 0).map(|(head, fen)| (*head, *fen)).collect()
    };
    assert_eq!(none_zero(&closed), none_zero(&by_sqlite));
}

#[test]
fn a_month_that_is_over_is_kept_and_not_summed_up_again() {
    let office = april();
    let live = office.report("2024-04");
    let early = office.keep("2024-04").unwrap_err();
    assert!(early.value.contains("2024-04尚未结束"), "{early}");
    assert!(
        office.agency.store().document(&MonthSums::key(AREA, month("2024-03"))).unwrap().is_none()
    );
    office.keep("2024-03").unwrap();
    office.keep("2024-03").unwrap();
    let kept = office.report("2024-04");
    for fund in FundKind::ALL {
        assert_eq!(kept.income(*fund), live.income(*fund));
    }
    assert_eq!(kept.sheet(), live.sheet());
    // What stands in the document is what is reported: entries of the month are not read again.
    let key = MonthSums::key(AREA, month("2024-03"));
    let found = office.agency.store().document(&key).unwrap().unwrap();
    let (_, mut sums) = MonthSums::read(&found).unwrap();
    sums.posted.clear();
    let emptied = sums.filed(AREA, month("2024-03"), found.at).unwrap();
    let changes = Changes { documents: vec![emptied], ..Changes::default() };
    office.agency.store().commit(&Wants::default(), &mut |_| changes.clone()).unwrap();
    assert_eq!(office.report("2024-04").income(FundKind::Pool).before.month, 0);
    // And the check of the books says so; keeping it again is refused.
    let (store, regions) = (office.agency.store(), office.agency.regions());
    let options = books::Options { memory: 1 << 20, replay: 0 };
    let report = books::check(store, regions, options, &mut |_| {}).unwrap();
    assert!(report.faults.iter().any(|fault| fault.kind == Kind::Funds), "{:?}", report.faults);
    let months = agency::funds::due(store, AREA, month("2024-03"), true, &mut |_| {}).unwrap();
    let again = office.ask("", &agency::business::funds::KeepMonths { area: AREA, months });
    assert_eq!(again.unwrap_err().reason, Reason::BooksDiffer);
}

#[test]
fn books_of_funds_are_checked() {
    let office = april();
    office.keep("2024-03").unwrap();
    let faults = || {
        let (store, regions) = (office.agency.store(), office.agency.regions());
        let options = books::Options { memory: 1 << 20, replay: 0 };
        let report = books::check(store, regions, options, &mut |_| {}).unwrap();
        let own = report.faults.iter().filter(|fault| !matches!(&*fault.person, "P1" | "P2"));
        own.map(|fault| (fault.kind, fault.place.clone())).collect::<Vec<_>>()
    };
    assert_eq!(faults(), []);
    let damage = |sql: &str| {
        let db = rusqlite::Connection::open(office.folder().join(FILE)).unwrap();
        db.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
        db.execute_batch(sql).unwrap();
    };
    damage(
        "UPDATE document SET body = json_set(body, '$.fen', 1) WHERE kind = 'fund-move' AND number = 'C1'",
    );
    assert_eq!(faults(), [(Kind::Funds, "凭证fiscal-subsidy C1".to_owned())]);
    damage("DELETE FROM document WHERE kind = 'fund-move' AND number = 'C1'");
    assert_eq!(faults(), [(Kind::Funds, "基金收支".to_owned())]);
    damage(
        "UPDATE document SET body = json_set(body, '$.paid[0][2]', json('[1,0,0]')) \
         WHERE kind = 'fund-month'",
    );
    assert!(faults().iter().any(|(_, place)| place.contains("待遇项目")), "{:?}", faults());
}
