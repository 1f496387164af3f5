//! What neither a policy nor a total looks at makes no profiles, and makes no difference to what comes out.

use crate::exact::{people, reading, rows_of, shipped, shuffled};
use crate::reference::{chongqing, random_policy};
use crate::told::Told;
use crate::town::{DAY, JANUARY};
use crate::written::write;
use kernel::Timeline;
use policy::{Choice, Grid, Library};
use simulate::seek::target::Target;
use simulate::store::{Data, Table, texts};
use simulate::sweep::DIVISIONS;
use simulate::{
    Asked, Candidates, Division, Frame, FrameReading, Header, Kind, Mapping, Needless, NoRows,
    Reading, RunResult, Seeking, Source, Swept, Unclear, Unit, Values, run, sweep,
};
use std::ops::Range;
use std::path::Path;

const BY_AGE: &str =
    "programme.ordinary.share.rate=[{age=\"<70\",rate=\"60%\"},{age=\">=70\",rate=\"70%\"}]";
const BY_TENURE: &str =
    "programme.ordinary.share.rate=[{tenure=\"<50\",rate=\"30%\"},{tenure=\">=50\",rate=\"60%\"}]";

fn changed(set: &[&str]) -> Timeline {
    let set = set.iter().map(|set| (*set).to_string()).collect();
    let choice = Choice { set, ..Choice::default() };
    Library::shipped().region("500000", &choice).expect("a sound change").timeline
}

/// People of 0 to 99 years with a claim each, enrolled for as many months, in five areas one after the other.
fn hundred(path: &Path) {
    let number: Vec<i64> = (0..100).collect();
    let amount: Vec<i64> = number.iter().map(|person| 10_000 + person * 1_000).collect();
    let time: Vec<i64> = number.iter().map(|person| JANUARY + person * DAY).collect();
    let area: Vec<Box<str>> =
        number.iter().map(|person| format!("50010{}", person % 5).into()).collect();
    let same = |text: &str| vec![Box::<str>::from(text); 100];
    let (plan, level) = (same("employer"), same("2"));
    let (plan, level, area) = (texts(&plan), texts(&level), texts(&area));
    let mut table = Table::new(path);
    let written = table.group(&[
        ("person", Data::Number(&number)),
        ("plan", Data::Text(&plan)),
        ("level", Data::Text(&level)),
        ("in_scope_fen", Data::Number(&amount)),
        ("settled_at", Data::Number(&time)),
        ("age", Data::Number(&number)),
        ("tenure", Data::Number(&number)),
        ("area", Data::Text(&area)),
    ]);
    written.expect("a row group");
    table.finish().expect("a file");
}

fn read(path: &Path, needless: Needless) -> Source {
    let mapping = Mapping::none().leaving_out(needless);
    Source::read(&Reading { mapping, ..reading(path) }).expect("sound claims")
}

fn profiles(path: &Path, timelines: &[&Timeline], divisions: &[Division]) -> usize {
    read(path, Needless::of(timelines, divisions)).profiles().len()
}

#[test]
fn profiles_are_as_many_as_policies_and_totals_tell_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hundred.parquet");
    hundred(&path);
    assert_eq!(read(&path, Needless::nothing()).profiles().len(), 100);
    let plain = shipped("500000");
    // Six bands of age, in each of them all five areas.
    assert_eq!(profiles(&path, &[&plain], &Division::ALL), 30);
    assert_eq!(profiles(&path, &[&plain], &[Division::Age]), 6);
    assert_eq!(profiles(&path, &[&plain], &[Division::Area]), 5);
    assert_eq!(profiles(&path, &[&plain], DIVISIONS), 1);
    assert_eq!(profiles(&path, &[&plain], &[]), 1);
    // What one of the policies looks at is kept whole, whatever the others do.
    for set in [BY_AGE, BY_TENURE] {
        let looking = changed(&[set]);
        assert_eq!(profiles(&path, &[&plain, &looking], DIVISIONS), 100, "{set}");
        assert_eq!(profiles(&path, &[&plain], DIVISIONS), 1, "{set}");
    }
}

#[test]
fn bands_of_age_come_to_the_same_from_whole_years_and_from_what_is_left_of_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hundred.parquet");
    hundred(&path);
    let plain = shipped("500000");
    let settled = |needless: Needless| {
        let source = read(&path, needless);
        run(&source, &[&plain], 0..16, 2, |_| Ok(NoRows), |_| ()).expect("a run").totals
    };
    let (all, left) =
        (settled(Needless::nothing()), settled(Needless::of(&[&plain], &Division::ALL)));
    assert_eq!(all.segments.len(), 30);
    assert_eq!(left.segments, all.segments);
    let by_segment = |totals: &simulate::Totals| {
        let width = totals.segments.len();
        let mut sums = vec![(0, 0); width];
        for (cell, (claimed, paid)) in totals.claimed.iter().zip(&totals.paid[0]).enumerate() {
            let sum = &mut sums[cell % width];
            *sum = (sum.0 + claimed.in_scope, sum.1 + paid.fund_payment());
        }
        sums
    };
    assert_eq!(by_segment(&left), by_segment(&all));
    // 100 yuan to 1,090: in all 59,500 yuan.
    assert_eq!(by_segment(&all).iter().map(|sum| sum.0).sum::<i64>(), 5_950_000);
}

fn swept(source: &Source, timelines: &[&Timeline]) -> Swept {
    sweep(source, timelines[0], &timelines[1..], 0..16, 2, |_| ()).expect("a sweep")
}

/// Sweeps the same claims with and without what is needless; returns how many profiles there are either way.
fn agree(named: &str, path: &Path, timelines: &[&Timeline]) -> (usize, usize) {
    let all = read(path, Needless::nothing());
    let left = read(path, Needless::of(timelines, DIVISIONS));
    let (wanted, found) = (swept(&all, timelines), swept(&left, timelines));
    assert!(wanted.all(0).paid() > 0, "{named}");
    assert_eq!(found, wanted, "{named}");
    (all.profiles().len(), left.profiles().len())
}

#[test]
fn sweeps_come_to_the_same_with_and_without_what_is_needless() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hundred.parquet");
    hundred(&path);
    let (plain, age, tenure) = (shipped("500000"), changed(&[BY_AGE]), changed(&[BY_TENURE]));
    assert_eq!(agree("none looks", &path, &[&plain, &plain]), (100, 1));
    assert_eq!(agree("one looks at ages", &path, &[&plain, &age]), (100, 100));
    assert_eq!(agree("one looks at months", &path, &[&tenure, &plain]), (100, 100));

    // With parts, reversals and limits used elsewhere, birthdays and days of enrolment.
    let mut rows = Vec::new();
    for (index, person) in people(&chongqing::shape(), 0, 150).iter().enumerate() {
        let told = Told::new(&plain, person);
        rows.extend(rows_of(&plain, person, &format!("测试{index}"), &told));
    }
    let path = folder.path().join("drawn.parquet");
    write(&path, &shuffled(rows, 7));
    let (all, left) = agree("drawn", &path, &[&plain, &changed(&["refund.model=current"])]);
    assert!(left * 3 < all * 2, "{left} of {all}");
    agree("drawn, ages", &path, &[&plain, &age, &tenure]);
}

#[test]
fn so_do_sweeps_over_random_policies() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("drawn.parquet");
    let mut fewer = 0;
    for seed in 0..60 {
        let spec = random_policy::draw(seed);
        let file = format!("{}-random/policy.md", random_policy::REGION);
        let library = Library::from_files([(file, spec.document())]);
        let timeline = library.region(random_policy::REGION, &Choice::default());
        let timeline = timeline.expect("a sound policy").timeline;
        let mut rows = Vec::new();
        for (index, person) in people(&spec.shape(), seed * 1000, 8).iter().enumerate() {
            let told = Told::new(&timeline, person);
            rows.extend(rows_of(&timeline, person, &index.to_string(), &told));
        }
        write(&path, &shuffled(rows, seed));
        let (all, left) =
            (read(&path, Needless::nothing()), read(&path, Needless::of(&[&timeline], DIVISIONS)));
        let wanted = swept(&all, &[&timeline]);
        assert_eq!(swept(&left, &[&timeline]).came, wanted.came, "policy {seed}");
        fewer += u32::from(left.profiles().len() < all.profiles().len());
    }
    assert!((20..60).contains(&fewer), "left out of {fewer} of 60");
}

fn candidates(grid: Grid) -> Candidates {
    let asked = Asked::of(&Library::shipped(), "500000", Choice::default());
    Candidates::new(&asked, grid, 1_000_000).expect("few enough")
}

#[test]
fn numbers_make_no_other_kind_of_candidate_but_words_and_whole_values_do() {
    let numbers = ["d=programme.ordinary.deductible.amount=0..900 step 1".to_string()];
    let of_numbers = candidates(Grid::read(&numbers).expect("a grid"));
    assert_eq!((of_numbers.count(), of_numbers.kinds().len()), (901, 1));

    let words = [&numbers[..], &["r=refund.model=exact,current".to_string()]].concat();
    let of_words = candidates(Grid::read(&words).expect("a grid"));
    assert_eq!((of_words.count(), of_words.kinds().len()), (1802, 2));

    let values = "[[parameter]]\nname = \"s\"\npath = \"programme.ordinary.share.rate\"\nvalues = [\n\
        [{ rate = \"60%\" }],\n\
        [{ rate = \"170%\" }],\n\
        [{ age = \"<70\", rate = \"60%\" }, { age = \">=70\", rate = \"70%\" }],\n]\n";
    let mut grid = Grid::read(&numbers).expect("a grid");
    grid.read_file(values).expect("a grid");
    let of_values = candidates(grid);
    let kinds = of_values.kinds();
    // Shares of 170 % are no policy.
    assert_eq!((of_values.count(), kinds.len()), (2703, 2));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hundred.parquet");
    hundred(&path);
    let kinds: Vec<&Timeline> = kinds.iter().collect();
    assert_eq!(profiles(&path, &kinds, DIVISIONS), 100);
    assert_eq!(profiles(&path, &kinds[..1], DIVISIONS), 1);
}

#[test]
fn candidates_that_look_at_what_was_left_out_are_not_settled() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hundred.parquet");
    hundred(&path);
    let plain = shipped("500000");
    let values = "[[parameter]]\nname = \"s\"\npath = \"programme.ordinary.share.rate\"\nvalues = [\n\
        [{ rate = \"60%\" }],\n[{ tenure = \"<50\", rate = \"30%\" }, { tenure = \">=50\", rate = \"60%\" }],\n]\n";
    let mut grid = Grid::default();
    grid.read_file(values).expect("a grid");
    let candidates = candidates(grid);
    let sought = |left_out: &Needless| {
        let seeking = Seeking {
            source: &read(&path, left_out.clone()),
            left_out,
            in_force: &plain,
            candidates: &candidates,
            target: Target::NEUTRAL,
            standing: None,
            threads: 2,
        };
        seeking.seek(|_| ())
    };
    let Unclear::Asked(fault) =
        sought(&Needless::of(&[&plain], DIVISIONS)).expect_err("refused").why
    else {
        panic!("no fault of a document")
    };
    assert!(
        fault.zh.contains("参保月数") && fault.zh.contains("gongji claims group"),
        "{}",
        fault.zh
    );
    let kinds = candidates.kinds();
    let kinds: Vec<&Timeline> = kinds.iter().collect();
    let measured = |left_out| sought(&left_out).expect("found").answers.remove(0).measured;
    let found = measured(Needless::of(&kinds, DIVISIONS));
    assert_eq!(found, measured(Needless::nothing()));
    assert!(found[&0].came.paid() > found[&1].came.paid());
}

/// The same hundred people in memory, with floats for ages: no table of claims may say them that way.
struct Hundred(Kind);

impl Frame for Hundred {
    fn headers(&self) -> Vec<Header> {
        let whole = || Kind::Whole { wide: true };
        let moment = Kind::Moment { unit: Unit::Microsecond, utc: false };
        let kinds = [
            ("person", whole()),
            ("in_scope_fen", whole()),
            ("settled_at", moment),
            ("level", whole()),
            ("plan", whole()),
            ("age", self.0.clone()),
        ];
        kinds.map(|(name, kind)| Header { name: name.into(), kind }).into()
    }

    fn batches(&self) -> Vec<usize> {
        vec![100]
    }

    fn values(&self, _: usize, column: usize) -> Box<dyn Values + '_> {
        Box::new(Ints(column))
    }
}

struct Ints(usize);

impl Values for Ints {
    fn ints(&self, rows: Range<usize>, out: &mut Vec<i64>) -> simulate::Result<()> {
        out.extend(rows.map(|row| {
            let person = i64::try_from(row).expect("few rows");
            match self.0 {
                1 => 10_000 + person * 1_000,
                2 => JANUARY + person * DAY,
                3 => 2,
                4 => 1,
                _ => person,
            }
        }));
        Ok(())
    }

    fn texts(&self, _: Range<usize>, _: &mut dyn FnMut(&[u8])) {}
}

#[test]
fn a_table_in_memory_is_taken_the_same_way() {
    let (plain, age) = (shipped("500000"), changed(&[BY_AGE]));
    let taken = |kind: Kind, needless: Needless| {
        let mut mapping = Mapping::none().leaving_out(needless);
        mapping.say("plan", "1", "employer").expect("a column of codes");
        let reading = FrameReading { mapping, threads: 2, buckets: Some(16), origins: true };
        Source::frame(&Hundred(kind), &reading)
    };
    let whole = || Kind::Whole { wide: true };
    let settled = |needless: Needless| -> (usize, RunResult) {
        let source = taken(whole(), needless).expect("sound claims");
        let result = run(&source, &[&plain], 0..16, 2, |_| Ok(NoRows), |_| ()).expect("a run");
        (source.profiles().len(), result)
    };
    let (all, wanted) = settled(Needless::nothing());
    let (banded, in_bands) = settled(Needless::of(&[&plain], &Division::ALL));
    let (one, as_one) = settled(Needless::of(&[&plain], &[]));
    assert_eq!((all, banded, one), (100, 6, 1));
    assert_eq!(in_bands.totals.segments, wanted.totals.segments);
    assert!(in_bands.totals.people == wanted.totals.people);
    for result in [in_bands, as_one] {
        assert_eq!(result.totals.all_paid(0), wanted.totals.all_paid(0));
        assert_eq!(result.totals.control, wanted.totals.control);
    }
    // A column that nobody looks at may hold what it will; one that somebody looks at may not.
    assert!(taken(Kind::Float, Needless::of(&[&plain], &[])).is_ok());
    for needless in [Needless::of(&[&plain], &Division::ALL), Needless::of(&[&age], &[])] {
        let Err(fault) = taken(Kind::Float, needless) else { panic!("an age is no float") };
        assert!(fault.zh.contains("列 age") && fault.zh.contains("浮点数"), "{}", fault.zh);
    }
}
