//! 定点与按人头付费 in Guangxi: one primary-care institution at a time, elsewhere nothing, and what an institution is paid by
//! head and month.

use super::bench::{Bench, GX, GX_CLINIC, GX_DISTRICT, GX_OTHER, gx, line, paid};
use crate::village::day;
use agency::business::account::{Learn, NewFact};
use agency::business::filing::CHOSEN;
use agency::clearing::{self, close_month};
use agency::facts;
use kernel::{Date, Fen, Month};

impl Bench {
    fn close(&self, month: &str, per_head: Option<i64>) -> Result<(), String> {
        let (agency, core, month) = (&self.agency, &self.core, Month::parse(month).unwrap());
        let per_head = per_head.map(Fen::new);
        let closed = close_month(agency, core, GX, month, per_head, &mut |_, _| {});
        closed.map(drop).map_err(|refused| refused.to_string())
    }

    /// Heads, 按人头调整, 应拨付, and whether a value is unverified.
    fn statement(&self, institution: &str, month: &str) -> (i64, i64, i64) {
        let store = self.agency.store();
        let found = clearing::statement(store, GX, &institution.into(), month).unwrap();
        let (statement, _) = found.unwrap();
        assert_eq!(statement.per_head, 3_000);
        assert!(statement.articles.iter().any(|it| it.contains("第一条")), "{statement:?}");
        (statement.heads, statement.capitation, statement.payable)
    }
}

#[test]
fn an_institution_is_paid_for_those_who_signed_up_with_it_on_the_first_day() {
    let bench = Bench::open();
    let (wu, ji) = (gx("戊"), gx("己"));
    let big = bench.file(&wu, CHOSEN, GX_DISTRICT, ("2024-03-01", None)).unwrap_err();
    assert!(big.contains("是二级机构，应选未定级/社区、一级机构"), "{big}");
    for who in [&wu, &ji] {
        bench.filed(who, CHOSEN, (GX_CLINIC, ""), ("2024-03-01", None));
    }
    // At the chosen institution (800 − 600) × 60%; elsewhere nothing, and nothing accumulates.
    let bill = [line("A", 80_000)];
    let visit = |at: &str, place: &str| bench.at(at).visit(&wu, place, ("11", ""), &bill);
    assert_eq!(paid(&visit("2024-03-05 09:00:00", GX_OTHER)), (0, 0, 80_000));
    assert_eq!(paid(&visit("2024-03-06 09:00:00", GX_CLINIC)), (12_000, 60_000, 68_000));

    // 己 moves on, which holds from the next month; a second time not before next year.
    bench.at("2024-03-10 09:00:00");
    let change = |to: &str, from: &str| bench.file(&ji, CHOSEN, to, (from, None));
    assert!(change(GX_OTHER, "2024-03-20").unwrap_err().contains("变更自2024-04-01起生效"));
    let number = change(GX_OTHER, "2024-04-01").unwrap();
    bench.approve(&ji, &number).unwrap();
    let refused = change(GX_CLINIC, "2024-05-01").unwrap_err();
    assert!(refused.contains("2024年度已变更1次，至多1次"), "{refused}");
    change(GX_CLINIC, "2025-01-01").unwrap();

    bench.at("2024-04-01 08:00:00");
    assert!(bench.close("2024-03", Some(2_000)).unwrap_err().contains("与政策规定的30.00不同"));
    bench.close("2024-03", None).unwrap();
    // Two heads at 30.00 in place of 120.00.
    assert_eq!(bench.statement(GX_CLINIC, "2024-03"), (2, -6_000, 6_000));

    // In April one each; 己 dies on the 20th, which counts from May on.
    let died = NewFact {
        kind: facts::DEATH.into(),
        other: "".into(),
        from: day("2024-04-20"),
        to: Date::MAX,
        detail: "".into(),
    };
    let learn = Learn { person: ji.clone(), facts: vec![died], wrong: Vec::new() };
    bench.at("2024-04-25 09:00:00").ask(GX, "", learn).unwrap();
    bench.at("2024-05-01 08:00:00").close("2024-04", None).unwrap();
    assert_eq!(bench.statement(GX_CLINIC, "2024-04"), (1, 3_000, 3_000));
    assert_eq!(bench.statement(GX_OTHER, "2024-04"), (1, 3_000, 3_000));
    bench.at("2024-06-01 08:00:00").close("2024-05", None).unwrap();
    assert_eq!(bench.statement(GX_CLINIC, "2024-05"), (1, 3_000, 3_000));
    let store = bench.agency.store();
    let (empty, _) = clearing::statement(store, GX, &GX_OTHER.into(), "2024-05").unwrap().unwrap();
    assert_eq!((empty.heads, empty.payable), (0, 0));
    bench.check();
}
