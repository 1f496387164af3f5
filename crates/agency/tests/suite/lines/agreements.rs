//! What a settlement does on the days on which an agreement is suspended or over, and where a pharmacy's agreement does not
//! say what a benefit asks for.

use super::bench::{Bench, CQ, DISTRICT, DUAL, POOLING, SHOP, by_programme, cq, line, paid, why};
use crate::village::day;
use agency::business::account::NewFact;
use agency::business::agreement::LearnAgreement;
use agency::facts::{AGREEMENT, CAPABILITY, SUSPENSION};

#[test]
fn on_days_of_suspension_and_after_the_end_no_fund_pays() {
    let bench = Bench::open();
    let jia = cq("甲");
    bench.agree(DISTRICT, SUSPENSION, "", ("2024-03-10", Some("2024-03-12")));
    let bill = [line("A", 30_000)];
    let visit = |at: &str| bench.at(at).visit(&jia, DISTRICT, ("11", ""), &bill);
    let before = visit("2024-03-09 09:00:00");
    assert_eq!(paid(&before), (6_000, 20_000, 24_000));
    for day in ["2024-03-10 00:00:00", "2024-03-12 23:59:00"] {
        let suspended = visit(day);
        assert_eq!(paid(&suspended), (0, 0, 30_000), "nothing is paid and nothing accumulates");
        assert_eq!(why(&suspended), "not-designated");
    }
    assert_eq!(paid(&visit("2024-03-13 00:00:00")), (18_000, 0, 12_000));

    // The agreement ends with March.
    let directory = bench.agency.directory(CQ).unwrap();
    let old = directory.facts_of(DISTRICT).iter().find(|fact| *fact.kind == *AGREEMENT).unwrap();
    let until = NewFact {
        kind: AGREEMENT.into(),
        other: "".into(),
        from: old.from,
        to: day("2024-03-31"),
        detail: "".into(),
    };
    let (facts, wrong) = (vec![until], vec![old.id]);
    let end = LearnAgreement { area: CQ, institution: DISTRICT.into(), facts, wrong };
    bench.ask(CQ, "", end).unwrap();
    assert_eq!(paid(&visit("2024-03-31 23:00:00")).0, 18_000);
    assert_eq!(paid(&visit("2024-04-01 09:00:00")), (0, 0, 30_000));
    bench.check();
}

#[test]
fn a_pharmacy_pools_or_sells_negotiated_drugs_as_its_agreement_says_on_the_day() {
    let bench = Bench::open();
    let jia = cq("甲");
    bench.agree(POOLING, CAPABILITY, "pooling", ("2024-01-01", None));
    bench.agree(DUAL, CAPABILITY, "dual-channel", ("2024-03-06", None));
    bench.at("2024-03-05 09:00:00");
    let ordinary = |pharmacy: &str| bench.buy(&jia, pharmacy, &[line("A", 30_000)]);
    let shop = ordinary(SHOP);
    assert_eq!(paid(&shop), (0, 0, 30_000));
    assert_eq!(why(&shop), "not-pooling-pharmacy");
    // (300 − 200) × 60%, as at level 2 and below.
    assert_eq!(paid(&ordinary(POOLING)), (6_000, 20_000, 24_000));
    let drug = |pharmacy: &str| bench.buy(&jia, pharmacy, &[line("GT", 10_000)]);
    assert_eq!(why(&drug(POOLING)), "not-dual-channel");
    assert_eq!(paid(&drug(DUAL)), (0, 0, 10_000), "from tomorrow on");
    bench.at("2024-03-06 09:00:00");
    assert_eq!(by_programme(&drug(DUAL)), [("negotiated".to_owned(), 6_000)]);
    let other = bench.buy(&jia, DUAL, &[line("A", 10_000)]);
    assert_eq!(why(&other), "not-pooling-pharmacy");
    let hospital = bench.visit(&jia, DISTRICT, ("11", ""), &[line("GT", 10_000)]);
    assert_eq!(paid(&hospital).0, 6_000, "hospitals need no capability");
    bench.check();
}
