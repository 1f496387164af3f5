//! A sweep comes to the same as each candidate on its own, to the fen, whoever takes the general path; and its parts add up.

use crate::exact::Came as Each;
use crate::exact::{Collecting, people, reading, rows_of, shipped, shuffled, write_plain};
use crate::reference::{chongqing, guangxi, random_policy};
use crate::told::Told;
use crate::written::write;
use kernel::Timeline;
use policy::{Choice, Grid, Library};
use simulate::{Asked, NoRows, Reading, Source, Store, Swept, run, store, sweep};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The policy in force and every combination of a grid over it.
fn candidates(library: &Library, region: &str, parameters: &[String]) -> Vec<Timeline> {
    let asked = Asked::of(library, region, Choice::default());
    let (ground, grid) = (asked.ground(), Grid::read(parameters).expect("a grid"));
    let base = ground.base().expect("values");
    let mut timelines = vec![ground.compile(&[]).expect("a policy").1];
    for number in 0..grid.combinations().expect("few") {
        let set = grid.set(&base, &grid.steps_of(number)).expect("a combination");
        // Some combinations are no policy: shares above 100 % and the like.
        timelines.extend(ground.compile(&set).map(|(_, timeline)| timeline));
    }
    timelines
}

fn swept(source: &Source, timelines: &[Timeline], threads: usize) -> Swept {
    let others: Vec<&Timeline> = timelines[1..].iter().collect();
    let all = 0..source.buckets();
    sweep(source, &timelines[0], &others, all, threads, |_| ()).expect("a sweep")
}

/// Every candidate beside the policy in force, one run each. Returns how many people there were, and how many took the
/// general path under some candidate.
fn agree(named: &str, source: &Source, timelines: &[Timeline]) -> (u64, u64) {
    let swept = swept(source, timelines, 2);
    let mut general = 0;
    for (index, timeline) in timelines.iter().enumerate() {
        let (all, came) = (0..source.buckets(), Mutex::new(Each::new()));
        let rows = |_: usize| Ok(Collecting(&came));
        run(source, &[timeline], all.clone(), 1, rows, |_| ()).expect("a run");
        let came = came.into_inner().expect("nobody panicked");
        let pays = |person: &Vec<[i64; 4]>| person.iter().flat_map(|of| &of[1..]).sum::<i64>() > 0;
        let paid_people = came.values().filter(|person| pays(person)).count() as u64;
        let beside = [&timelines[0], timeline];
        let totals = run(source, &beside, all, 1, |_| Ok(NoRows), |_| ()).expect("a run").totals;
        let (own, paid) = (swept.all(index), totals.all_paid(1));
        assert_eq!((own.deductible, own.funds), (paid.deductible, paid.funds), "{named}, {index}");
        let changes = &totals.people.changes;
        let sum = |of: fn(&simulate::Change) -> i64| changes.iter().map(of).sum::<i64>();
        let wanted = [
            sum(|change| change.winners.cast_signed()),
            sum(|change| change.losers.cast_signed()),
            sum(|change| change.gain),
            sum(|change| change.loss),
        ];
        let found = [own.winners.cast_signed(), own.losers.cast_signed(), own.gain, own.loss];
        assert_eq!(found, wanted, "{named}, candidate {index}");
        assert_eq!(own.paid_people, paid_people, "{named}, candidate {index}");
        assert_eq!(swept.claimed, totals.all_claimed());
        assert_eq!(swept.all_people(), totals.people.count());
        assert_eq!(swept.general_people[index], totals.control[1].general_people);
        general = general.max(swept.general_people[index]);
    }
    (swept.all_people(), general)
}

fn parameters(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_string()).collect()
}

fn chongqing_grid() -> Vec<String> {
    parameters(&[
        "d=programme.ordinary.deductible.amount[status=active]=100..400 step 100",
        "s=programme.ordinary.share.rate+=-5%,0%,12.34%",
        "l=programme.ordinary.limit.ordinary-year.amount*=0.5,1.1",
    ])
}

fn plain(folder: &Path) -> Source {
    let path = folder.join("plain.parquet");
    write_plain(&path, 400_000);
    Source::read(&reading(&path)).expect("claims")
}

#[test]
fn candidates_of_common_claims_come_to_the_same_as_each_on_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let timelines = candidates(&Library::shipped(), "500000", &chongqing_grid());
    assert_eq!(timelines.len(), 25);
    let (all, general) = agree("common claims", &plain(folder.path()), &timelines);
    assert!((all, general) == (200, 0), "{all}, {general}");
}

/// People of a shape, with reversals, parts and limits used elsewhere.
fn drawn(
    folder: &Path,
    timeline: &Timeline,
    people: &[crate::reference::person_year::PersonYear],
) -> PathBuf {
    let mut rows = Vec::new();
    for (index, person) in people.iter().enumerate() {
        let told = Told::new(timeline, person);
        rows.extend(rows_of(timeline, person, &format!("测试{index}"), &told));
    }
    let path = folder.join(format!("{}.parquet", people[0].seed));
    write(&path, &shuffled(rows, people[0].seed));
    path
}

#[test]
fn candidates_of_claims_with_parts_and_reversals_do_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let guangxi_grid = parameters(&["s=programme.ordinary.share.rate*=0.8,1.05"]);
    for (region, shape, grid) in [
        ("500000", chongqing::shape(), chongqing_grid()),
        ("450000", guangxi::shape(), guangxi_grid),
    ] {
        let path = drawn(folder.path(), &shipped(region), &people(&shape, 0, 150));
        let source = Source::read(&reading(&path)).expect("claims");
        let (all, _) = agree(region, &source, &candidates(&Library::shipped(), region, &grid));
        assert!(all >= 100, "{region}: {all}");
    }
    // Refunds on the accumulators of their day are settled bill by bill.
    let grid = parameters(&[
        "d=programme.ordinary.deductible.amount[status=active]=150,300",
        "r=refund.model=exact,current",
    ]);
    let path = drawn(folder.path(), &shipped("500000"), &people(&chongqing::shape(), 500, 150));
    let source = Source::read(&reading(&path)).expect("claims");
    let timelines = candidates(&Library::shipped(), "500000", &grid);
    let (all, general) = agree("refunds", &source, &timelines);
    assert!(general > 0 && general < all, "{general} of {all}");
}

#[test]
fn candidates_over_random_policies_do_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut tried = 0;
    for seed in 0..40 {
        let spec = random_policy::draw(seed);
        let file = format!("{}-random/policy.md", random_policy::REGION);
        let library = Library::from_files([(file, spec.document())]);
        let region = library.region(random_policy::REGION, &Choice::default()).expect("sound");
        let varied = region.statements.iter().map(|statement| &statement.path);
        let varied = varied
            .filter(|path| path.ends_with(".deductible.amount") || path.ends_with(".share.rate"));
        let grid: Vec<String> = varied.take(2).map(|path| format!("{path}*=0.5,1.1,1.3")).collect();
        let timelines = candidates(&library, random_policy::REGION, &grid);
        tried += timelines.len() - 1;
        let people = people(&spec.shape(), seed * 1000, 12);
        let path = drawn(folder.path(), &region.timeline, &people);
        let source = Source::read(&reading(&path)).expect("claims");
        agree(&format!("policy {seed}"), &source, &timelines);
    }
    assert!(tried > 100, "only {tried} candidates were policies");
}

#[test]
fn parts_add_up_and_threads_change_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = drawn(folder.path(), &shipped("500000"), &people(&chongqing::shape(), 0, 100));
    let timelines = candidates(&Library::shipped(), "500000", &chongqing_grid()[..2]);
    let read = Source::read(&Reading { buckets: Some(4), ..reading(&path) }).expect("claims");
    let at = folder.path().join("store");
    store::group(&read, &at, 2, |_| ()).expect("a store");
    let source = Source::stored(Store::open(&at).expect("a store"));
    let whole = swept(&source, &timelines, 1);
    assert_eq!(swept(&source, &timelines, 3), whole);
    let others: Vec<&Timeline> = timelines[1..].iter().collect();
    let part = |bucket: usize| {
        sweep(&source, &timelines[0], &others, bucket..bucket + 1, 1, |_| ()).expect("a part")
    };
    let mut parts: Vec<Swept> = (0..source.buckets()).map(part).collect();
    parts.reverse();
    let store = Store::open(&at).expect("a store");
    assert_eq!(Swept::whole(store.manifest(), &parts), Ok(whole));
    let said = |parts: &[Swept]| Swept::whole(store.manifest(), parts).expect_err("refused").zh;
    assert!(said(&parts[1..]).contains("缺少分桶 3"));
    assert!(said(&[&parts[..], &parts[..1]].concat()).contains("分桶 3 有两份结果"));
    let other = sweep(&source, &timelines[0], &others[1..], 0..1, 1, |_| ()).expect("a part");
    assert!(said(&[other, parts[0].clone()]).contains("不是同一批单据"));
}

#[test]
fn more_candidates_than_go_together_come_in_rounds() {
    let folder = tempfile::tempdir().expect("a folder");
    let grid = parameters(&["d=programme.ordinary.deductible.amount=1..300 step 1"]);
    let timelines = candidates(&Library::shipped(), "500000", &grid);
    assert!(simulate::sweep::rounds(timelines.len() - 1) > 1);
    let source = plain(folder.path());
    let all = swept(&source, &timelines, 2);
    assert_eq!((all.came.len(), all.policies.len(), all.general_people.len()), (301, 301, 301));
    for index in [1, 255, 256, 300] {
        let alone = swept(&source, &[timelines[0].clone(), timelines[index].clone()], 1);
        assert_eq!(alone.came[1], all.came[index]);
    }
}
