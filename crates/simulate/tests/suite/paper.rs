//! A paper claim is as old as the day on which it was handed in, however long it is looked at.

use kernel::{Date, Moment};
use policy::{Choice, Library};
use simulate::store::{Data, Table, texts};
use simulate::{Asked, Mapping, NoRows, Reading, Source, run};

/// 700 yuan at level 2 on 1 March 2024, handed in on each of these days and settled on 1 July, under a deadline of sixty
/// days; what the pool pays each person, fen.
fn paid(submitted: &[&str]) -> Result<Vec<i64>, String> {
    let day = |month, day| Date::from_ymd(2024, month, day).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("claims.parquet");
    let mut table = Table::new(&path);
    let all = |text: &str| vec![Box::from(text); submitted.len()];
    let people: Vec<i64> = (1..).take(submitted.len()).collect();
    let settled = vec![Moment::start_of(day(7, 1)).0 * 1_000; submitted.len()];
    let (service, amount) =
        (vec![day(3, 1).days(); submitted.len()], vec![70_000; submitted.len()]);
    let handed_in: Vec<Box<str>> = submitted.iter().map(|day| Box::from(*day)).collect();
    let (plan, level, channel) = (texts(&all("employer")), texts(&all("2")), texts(&all("paper")));
    table
        .group(&[
            ("person", Data::Number(&people)),
            ("settled_at", Data::Moment(&settled)),
            ("service_date", Data::Day(&service)),
            ("in_scope", Data::Fen(&amount)),
            ("plan", Data::Text(&plan)),
            ("level", Data::Text(&level)),
            ("channel", Data::Text(&channel)),
            ("submitted", Data::Text(&texts(&handed_in))),
        ])
        .unwrap();
    table.finish().unwrap();
    let set = vec!["paper.deadline={days=60}".to_string()];
    let choice = Choice { set, ..Choice::default() };
    let side = Asked::of(&Library::shipped(), "500000", choice).sides().unwrap().remove(0);
    let reading = Reading {
        files: vec![path],
        mapping: Mapping::none(),
        threads: 1,
        memory: 1 << 20,
        buckets: Some(1),
    };
    let source = Source::read(&reading).unwrap();
    let result = run(&source, &[&side.timeline], 0..1, 1, |_| Ok(NoRows), |_| ());
    let people = result.map_err(|fault| fault.zh)?.totals.people;
    let mut paid: Vec<i64> =
        people.bins.iter().flat_map(|bin| bin.paid.clone()).filter(|paid| *paid > 0).collect();
    paid.sort_unstable();
    Ok(paid)
}

#[test]
fn the_day_on_which_a_paper_claim_was_handed_in_decides_whether_it_is_late() {
    // (700 − 200) × 60 % for those who kept the sixty days, up to 30 April.
    assert_eq!(paid(&["2024-04-30"]), Ok(vec![30_000]));
    assert_eq!(paid(&["2024-05-01"]), Ok(vec![]));
    assert_eq!(paid(&[""]), Ok(vec![]), "not given: the day it was settled");
    assert!(paid(&["30 April"]).is_err_and(|fault| fault.contains("submitted")));
}
