//! Groups of few people are hidden so that no difference of what is told gives them away.

use crate::exact::reading;
use crate::town::{DAY, JANUARY};
use simulate::few::hide;
use simulate::store::{Data, Table, texts};
use simulate::{
    Asked, Division, Heads, Hidden, NoRows, Reading, Reform, RunResult, Segment, Source, Totals,
    run,
};
use std::path::Path;

/// A claim: person, day of the year from 0, fen in scope, level, institution.
type Claim = (i64, i64, i64, &'static str, &'static str);

fn town(folder: &Path, claims: &[Claim]) -> Source {
    let path = folder.join("claims.parquet");
    let numbers = |of: fn(&Claim) -> i64| claims.iter().map(of).collect::<Vec<_>>();
    let words = |of: fn(&Claim) -> &'static str| {
        texts(&claims.iter().map(|claim| of(claim).into()).collect::<Vec<_>>())
    };
    let (person, amount) = (numbers(|claim| claim.0), numbers(|claim| claim.2));
    let time = numbers(|claim| JANUARY + claim.1 * DAY);
    let plan = texts(&vec!["employer".into(); claims.len()]);
    let (level, institution) = (words(|claim| claim.3), words(|claim| claim.4));
    let mut table = Table::new(&path);
    let written = table.group(&[
        ("person", Data::Number(&person)),
        ("plan", Data::Text(&plan)),
        ("level", Data::Text(&level)),
        ("institution", Data::Text(&institution)),
        ("in_scope_fen", Data::Number(&amount)),
        ("settled_at", Data::Moment(&time)),
    ]);
    written.expect("a row group");
    table.finish().expect("a file");
    Source::read(&Reading { buckets: Some(2), ..reading(&path) }).expect("sound claims")
}

/// Under Chongqing's policy, and with a deductible of 300 yuan instead of 200.
fn settled(source: &Source) -> RunResult {
    let reform = Reform {
        set: vec!["programme.ordinary.deductible.amount=[{yuan=300}]".into()],
        ..Reform::default()
    };
    let asked = Asked::of(&policy::Library::shipped(), "500000", policy::Choice::default());
    let sides = asked.against(reform).sides().expect("two policies");
    let timelines: Vec<_> = sides.iter().map(|side| &side.timeline).collect();
    run(source, &timelines, 0..source.buckets(), 2, |_| Ok(NoRows), |_| ()).expect("settled")
}

fn heads(source: &Source) -> Heads {
    Heads::count(source, 0..source.buckets(), 2, |_| ()).expect("counted")
}

fn hidden(source: &Source, least: u64) -> (Totals, Hidden) {
    hide(&settled(source).totals, &heads(source), least).expect("enough people")
}

/// Ten people at level 1 and two at level 3 in January, four of level 2 in January and February; 1,000 yuan each.
fn mixed() -> Vec<Claim> {
    let mut claims: Vec<Claim> =
        (0..10).map(|person| (person, person, 100_000, "1", "H1")).collect();
    claims.extend((10..12).map(|person| (person, 3, 100_000, "3", "H3")));
    claims.extend((12..16).map(|person| (person, 4, 100_000, "2", "H2")));
    claims.extend((12..16).map(|person| (person, 40, 100_000, "2", "H4")));
    claims
}

fn by_level(totals: &Totals) -> Vec<(String, i64, u64)> {
    let width = totals.segments.len();
    let of = |(index, segment): (usize, &Segment)| {
        let cells = totals.claimed.iter().skip(index).step_by(width);
        let claims = cells.map(|cell| cell.claims).sum();
        (segment.get(Division::Level).to_string(), claims, totals.people.changes[index].people)
    };
    totals.segments.iter().enumerate().map(of).collect()
}

#[test]
fn people_are_counted_once_a_month_segment_and_institution() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = town(folder.path(), &mixed());
    let heads = heads(&source);
    let january = 2024 * 12;
    assert_eq!(heads.months.into_iter().collect::<Vec<_>>(), [(january, 16), (january + 1, 4)]);
    let mut segments: Vec<u64> = heads.segments.into_values().collect();
    segments.sort_unstable();
    assert_eq!(segments, [2, 4, 10]);
    let mut institutions: Vec<u64> = heads.institutions.into_values().collect();
    institutions.sort_unstable();
    assert_eq!(institutions, [2, 4, 4, 10]);
}

#[test]
fn a_small_group_goes_with_the_next_smallest_and_sums_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = town(folder.path(), &mixed());
    let all = settled(&source).totals;
    // Two people at level 3 are few; the next smallest are the four of level 2. Fewer than five: both are.
    for least in [3, 4] {
        let (safe, hidden) = hidden(&source, least);
        let mut levels = by_level(&safe);
        levels.sort();
        assert_eq!(levels, [("*".into(), 10, 6), ("1".into(), 10, 10)], "{least}");
        assert_eq!(hidden.segments, [2, 1]);
        assert_eq!(safe.all_claimed(), all.all_claimed());
        assert_eq!(safe.all_paid(1), all.all_paid(1));
        // With the higher deductible everybody loses 60 yuan but those above their limit: nobody is.
        let losers: Vec<(u64, u64, i64)> =
            hidden.by_change.iter().map(|(_, of)| (of.people, of.losers, of.loss)).collect();
        assert_eq!(losers.iter().map(|of| of.1).sum::<u64>(), 16, "{losers:?}");
        assert!(losers.contains(&(10, 10, 60_000)) && losers.len() == 2, "{losers:?}");
    }
    // Six are no fewer than six; fewer than seven are hidden with the ten of level 1: one group, everybody.
    let (safe, hidden) = hidden(&source, 7);
    assert_eq!(by_level(&safe), [("*".into(), 20, 16)]);
    assert_eq!(hidden.segments, [3, 1]);
    // Two or more everywhere: nothing is put together.
    let (safe, hidden) = self::hidden(&source, 2);
    assert_eq!((safe.segments.len(), hidden.segments, hidden.institutions), (3, [0, 0], 0));
}

#[test]
fn months_and_institutions_of_few_people_become_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = town(folder.path(), &mixed());
    let january = 2024 * 12;
    let (safe, hidden) = hidden(&source, 5);
    // February has four people, so January goes with it.
    assert_eq!((safe.months, hidden.months), (vec![january], vec![january, january + 1]));
    // H3 (2), H2 and H4 (4 each) are few; their levels are told together, and H1 is the next smallest there is.
    let places: Vec<(u64, i64)> =
        safe.institutions.iter().map(|place| (place.number, place.claims)).collect();
    assert_eq!(places, [(Hidden::INSTITUTIONS, 20)]);
    assert_eq!(hidden.institutions, 4);
    // Fewer than three: H3, and of its level (2 and 3 together) the next smallest.
    let (safe, hidden) = self::hidden(&source, 3);
    let (rest, kept) = safe.institutions.split_last().expect("institutions");
    assert_eq!((rest.number, rest.claims, hidden.institutions), (Hidden::INSTITUTIONS, 6, 2));
    assert_eq!(kept.len(), 2);
    assert!(hidden.months.is_empty());
}

#[test]
fn months_by_segment_are_not_told_where_some_have_few_people() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = town(folder.path(), &mixed());
    // The two of level 3 go with level 2: six people in January and four in February.
    assert!(!hidden(&source, 4).1.crossed);
    let mut claims = mixed();
    claims.push((0, 41, 100_000, "1", "H1"));
    claims.extend((1..6).map(|person| (person, 41, 100_000, "2", "H4")));
    let folder = tempfile::tempdir().expect("a folder");
    let source = town(folder.path(), &claims);
    // One person of level 1 in February.
    let (safe, hidden) = hidden(&source, 4);
    assert!(hidden.crossed && hidden.months.is_empty() && safe.segments.len() == 2);
}

#[test]
fn who_only_has_some_claims_of_a_segment_counts_there_as_well() {
    // Two of ten people were at level 3 once; the last claim of everybody is of level 1.
    let folder = tempfile::tempdir().expect("a folder");
    let mut claims: Vec<Claim> = (0..10).map(|person| (person, 50, 100_000, "1", "H1")).collect();
    claims.extend((0..2).map(|person| (person, 3, 70_000, "3", "H3")));
    let source = town(folder.path(), &claims);
    let (safe, few) = hidden(&source, 3);
    assert_eq!(by_level(&safe), [("*".into(), 12, 10)], "70,000 fen of two people are no row");
    assert_eq!(few.segments, [2, 1]);
}

#[test]
fn a_person_with_many_claims_is_one_person() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut claims = mixed();
    claims.extend((0..30).map(|day| (99, day, 10_000, "3", "H9")));
    let source = town(folder.path(), &claims);
    let (safe, _) = hidden(&source, 3);
    assert_eq!(safe.institutions.last().map(|place| place.number), Some(Hidden::INSTITUTIONS));
    // H9 (1 person, 30 claims) and H3 (2 people) are few; H2 is of another level, which has enough people of its own.
    let rest = safe.institutions.last().expect("the rest");
    assert!(rest.claims > 30, "{}", rest.claims);
}

#[test]
fn who_gains_or_loses_is_hidden_altogether_where_few_do() {
    // 1,000 yuan each: with the higher deductible everybody loses 60 yuan; but three, who spend 150 or less.
    let folder = tempfile::tempdir().expect("a folder");
    let people = |losers: i64| -> Vec<Claim> {
        (0..20)
            .map(|person| {
                let amount = if person < losers { 100_000 } else { 15_000 };
                (person, 1, amount, "1", "H1")
            })
            .collect()
    };
    let source = town(folder.path(), &people(4));
    let (safe, few) = hidden(&source, 5);
    assert!(few.changes && few.lost.iter().all(|hidden| *hidden));
    assert!(few.by_change.iter().all(|(_, of)| of.people == 20 && of.losers == 0 && of.loss == 0));
    assert!(safe.people.lost.iter().all(|band| band.people == 0));
    let folder = tempfile::tempdir().expect("a folder");
    let source = town(folder.path(), &people(5));
    let (safe, enough) = hidden(&source, 5);
    assert!(!enough.changes);
    // Five lose 60 % of 100 yuan of deductible.
    assert_eq!(enough.by_change.iter().map(|(_, of)| of.loss).sum::<i64>(), 5 * 6_000);
    assert!(
        safe.people.most_lost.is_empty() && !settled(&source).totals.people.most_lost.is_empty()
    );
}

#[test]
fn who_loses_is_told_by_fewer_groups_where_few_of_one_do() {
    // Level 1: six of eight lose. Level 2: six, of whom two lose. Level 3: six, who all spend too little to lose.
    let folder = tempfile::tempdir().expect("a folder");
    let level = |level, people: std::ops::Range<i64>, losers: i64| {
        let first = people.start;
        people.map(move |person| {
            let amount = if person - first < losers { 100_000 } else { 15_000 };
            (person, 1, amount, level, "H1")
        })
    };
    let claims: Vec<Claim> =
        level("1", 0..8, 6).chain(level("2", 8..14, 2)).chain(level("3", 14..20, 0)).collect();
    let source = town(folder.path(), &claims);
    let (safe, few) = hidden(&source, 5);
    assert_eq!((safe.segments.len(), few.segments), (3, [0, 0]), "every level has enough people");
    let told: Vec<(&str, u64, u64)> = few
        .by_change
        .iter()
        .map(|(segment, of)| (segment.get(Division::Level), of.people, of.losers))
        .collect();
    // Two are few: they are told with the six of level 1; nobody of level 3 loses, which is no secret.
    assert_eq!(told, [("3", 6, 0), ("*", 14, 8)]);
}

#[test]
fn bands_and_bins_have_enough_people_and_keep_their_sums() {
    // Left to people under the policy in force: 90 yuan of 90 to twelve, 150 of 150 to five, 680 of 1,400 to two.
    let folder = tempfile::tempdir().expect("a folder");
    let spend = |person: i64| match person {
        0..12 => 9_000,
        12..17 => 15_000,
        _ => 140_000,
    };
    let claims: Vec<Claim> = (0..19).map(|person| (person, 1, spend(person), "1", "H1")).collect();
    let source = town(folder.path(), &claims);
    let (safe, few) = hidden(&source, 4);
    // Bands above 0, 100 and 500: the two and, beside them, the five; the last band has both.
    let shown: Vec<u64> = safe.people.own_bands[0].iter().map(|band| band.people).collect();
    assert_eq!(shown[..4], [0, 12, 0, 7]);
    assert_eq!(few.own_bands[0][..4], [false, false, true, true]);
    assert_eq!(safe.people.own_above(0, 1).amount, 5 * 15_000 + 2 * 68_000);
    let groups: Vec<(u64, i64)> =
        safe.people.own[0].groups().map(|group| (group.people, group.amount)).collect();
    assert_eq!(groups, [(12, 12 * 9_000), (7, 5 * 15_000 + 2 * 68_000)]);
    let bins: Vec<u64> = safe.people.bins.iter().map(|bin| bin.people).filter(|n| *n > 0).collect();
    assert_eq!(bins, [12, 7]);
    assert_eq!(safe.people.count(), 19);
    assert_eq!(safe.people.all(), settled(&source).totals.people.all());
}

#[test]
fn fewer_people_than_wanted_altogether_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = town(folder.path(), &mixed());
    let fault = hide(&settled(&source).totals, &heads(&source), 17).expect_err("16 people");
    assert!(fault.zh.contains("一共只有 16 人，少于 17 人"), "{}", fault.zh);
}

/// Whatever is told of anything is of enough people: held against people drawn by chance.
#[test]
fn no_part_that_is_told_has_few_people() {
    // A small generator of our own: the same numbers on every machine.
    let mut state = 11_u64;
    let mut below = move |end: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % end
    };
    let levels = ["1", "2", "3"];
    let places = ["H1", "H2", "H3", "H4", "H5", "H6", "H7"];
    let mut merged = 0;
    for _ in 0..40 {
        let claims: Vec<Claim> = (0..120)
            .map(|_| {
                let signed = |number: u64| i64::try_from(number).expect("small");
                let person = signed(below(30).min(below(40)));
                let place = usize::try_from(below(7).min(below(12))).expect("small");
                let day = signed(below(120).min(below(200)));
                (person, day, 1_000 + signed(below(89_000)), levels[place % 3], places[place])
            })
            .collect();
        let folder = tempfile::tempdir().expect("a folder");
        let source = town(folder.path(), &claims);
        let (safe, few) = hidden(&source, 5);
        merged += few.segments[0];
        let enough = |count: u64| count == 0 || count >= 5;
        for (_, of) in &few.by_change {
            assert!([of.people, of.winners, of.losers].into_iter().all(enough), "{of:?}");
        }
        for (_, people, above) in &few.by_limit {
            assert!(enough(*people) && above.iter().all(|sum| enough(sum.people)), "{above:?}");
        }
        assert!(safe.people.changes.iter().all(|of| enough(of.people) && of.losers == 0));
        assert!(safe.people.bins.iter().all(|bin| bin.people == 0 || bin.people >= 5));
        let shown = safe.people.own_bands.iter().flatten();
        assert!(shown.clone().all(|band| band.people == 0 || band.people >= 5));
        let people = |of: &dyn Fn(&Claim) -> bool| {
            let own = claims.iter().filter(|claim| of(claim)).map(|claim| claim.0);
            own.collect::<std::collections::BTreeSet<i64>>().len()
        };
        let shown: Vec<&str> =
            safe.segments.iter().map(|segment| segment.get(Division::Level)).collect();
        for level in &shown {
            let own = match *level {
                Segment::ANY => people(&|claim| !shown.contains(&claim.3)),
                level => people(&|claim| claim.3 == level),
            };
            assert!(own == 0 || own >= 5, "{own} people have claims of {level}");
        }
        let month = |claim: &Claim| {
            let (year, month, _) =
                kernel::Date::from_days(19_723 + i32::try_from(claim.1).expect("a day")).ymd();
            year * 12 + i32::from(month) - 1
        };
        for slot in &safe.months {
            let merged = few.months.first() == Some(slot);
            let own = people(&|claim| {
                month(claim) == *slot || (merged && few.months.contains(&month(claim)))
            });
            assert!(own >= 5, "{own} people have claims of a month");
        }
        let named = source.institutions();
        for place in &safe.institutions {
            let of = |claim: &&Claim| named.name(place.number) == Some(claim.4);
            let mut people: Vec<i64> = claims.iter().filter(of).map(|claim| claim.0).collect();
            people.sort_unstable();
            people.dedup();
            assert!(place.number == Hidden::INSTITUTIONS || people.len() >= 5);
        }
        let claimed: i64 = safe.institutions.iter().map(|place| place.claims).sum();
        assert_eq!(claimed, 120);
    }
    assert!(merged > 0, "some were put together");
}
