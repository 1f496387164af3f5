//! The estimate of behaviour: nothing without elasticity, the same whatever the threads and buckets, and worked out by hand
//! where that is possible.

use crate::exact::{people, reading, rows_of, shipped, shuffled};
use crate::reference::chongqing;
use crate::told::Told;
use crate::town::town;
use crate::written::write;
use kernel::Timeline;
use policy::{Choice, Library};
use simulate::behaviour::estimate;
use simulate::{Behaviour, Estimate, NoRows, Reading, RunResult, Source, Store, merge, run, store};

const MODEST: Behaviour = Behaviour { elasticity: -2_000, seed: 1, replicates: 40 };

fn share(rate: &str) -> Timeline {
    let set = format!(
        "programme.ordinary.share.rate=[{{status=\"active\",rate=\"{rate}\"}},\
         {{status=\"retired\",rate=\"{rate}\"}}]"
    );
    let choice = Choice { set: vec![set], ..Choice::default() };
    Library::shipped().region("500000", &choice).expect("a change").timeline
}

fn estimated(source: &Source, after: &Timeline, behaviour: Behaviour, threads: usize) -> Estimate {
    let all = 0..source.buckets();
    estimate(source, &shipped("500000"), after, behaviour, all, threads, |_| ())
        .expect("an estimate")
}

/// People with reversals, parts, limits used elsewhere and changes of class.
fn drawn(folder: &std::path::Path) -> std::path::PathBuf {
    let timeline = shipped("500000");
    let mut rows = Vec::new();
    for (index, person) in people(&chongqing::shape(), 0, 150).iter().enumerate() {
        let told = Told::new(&timeline, person);
        rows.extend(rows_of(&timeline, person, &format!("测试{index}"), &told));
    }
    let path = folder.join("drawn.parquet");
    write(&path, &shuffled(rows, 3));
    path
}

#[test]
fn without_elasticity_nothing_is_different() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = Source::read(&reading(&drawn(folder.path()))).expect("claims");
    let after = share("40%");
    let none = estimated(&source, &after, Behaviour { elasticity: 0, ..MODEST }, 2);
    let timelines = [&shipped("500000"), &after];
    let all = 0..source.buckets();
    let totals = run(&source, &timelines, all, 1, |_| Ok(NoRows), |_| ()).expect("a run").totals;
    let (claimed, figures) = (totals.all_claimed(), none.figures);
    assert_eq!(figures.before, totals.all_paid(0).funds);
    assert_eq!(figures.after, totals.all_paid(1).funds);
    assert_eq!(figures.with_behaviour, figures.after);
    assert_eq!(figures.claimed, [claimed.claims, claimed.in_scope, claimed.outside]);
    assert_eq!(figures.responded, figures.claimed);
    for sample in &none.samples {
        assert_eq!(sample.figures.with_behaviour, sample.figures.after);
    }
    assert_ne!(figures.before, figures.after, "the reform changes something");
}

#[test]
fn one_bill_each_is_worked_out_by_hand() {
    // One bill of 1,000 yuan each; 60 %: the pool pays 480. 30 %: 240; prices 520 + 100 and 760 + 100: with an elasticity
    // of −1, 620/860 of the bills are left, and the pool pays 240 for each of them.
    let folder = tempfile::tempdir().expect("a folder");
    let count = 4_000;
    let claims: Vec<_> = (0..count).map(|person| (person, person % 300, 100_000)).collect();
    let source = town(folder.path(), &claims, 8);
    let strong = Behaviour { elasticity: -10_000, ..MODEST };
    let less = estimated(&source, &share("30%"), strong, 2).figures;
    assert_eq!((less.before[0], less.after[0]), (48_000 * count, 24_000 * count));
    let [left, in_scope, outside] = less.responded;
    assert_eq!((in_scope, outside, less.with_behaviour[0]), (100_000 * left, 0, 24_000 * left));
    // 4,000 × 0.7209 is 2,884; four standard deviations are 113.
    assert!((left - 2_884).abs() < 113, "{left}");
    // 90 %: 720 for the first bill, 900 for a second one; (380/620)^−1 − 1 of them come again: 2,526.
    let more = estimated(&source, &share("90%"), strong, 2).figures;
    let again = more.responded[0] - count;
    assert_eq!(more.with_behaviour[0], 72_000 * count + 90_000 * again);
    assert!((again - 2_526).abs() < 122, "{again}");
}

#[test]
fn intervals_hold_what_they_are_about_and_narrow_as_people_grow() {
    let folder = tempfile::tempdir().expect("a folder");
    let width = |count: i64| {
        // Bills of 300 to 2,300 yuan.
        let claims: Vec<_> =
            (0..count).map(|person| (person, 1, 30_000 + person * 7_919 % 200_000)).collect();
        let source = town(folder.path(), &claims, 4);
        let found = estimated(&source, &share("50%"), Behaviour { replicates: 200, ..MODEST }, 2);
        let of = |figures: &simulate::Figures| figures.with_behaviour[0] - figures.before[0];
        let (low, high) = found.interval(of);
        let point = of(&found.figures);
        assert!(low < point && point < high, "{low} {point} {high}");
        (high - low) * 1_000 / point.abs()
    };
    let (few, many) = (width(400), width(6_400));
    // Sixteen times the people: a quarter of the width.
    assert!(many * 3 < few && few < many * 6, "{few} {many}");
}

#[test]
fn threads_buckets_and_stores_change_nothing_and_parts_add_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = drawn(folder.path());
    let read = |buckets| {
        Source::read(&Reading { buckets: Some(buckets), ..reading(&path) }).expect("claims")
    };
    let after = share("30%");
    let strong = Behaviour { elasticity: -15_000, ..MODEST };
    let whole = estimated(&read(16), &after, strong, 1);
    assert_ne!(whole.figures.responded, whole.figures.claimed, "somebody responds");
    assert_eq!(estimated(&read(16), &after, strong, 3), whole);
    assert_eq!(estimated(&read(4), &after, strong, 2), whole);
    assert_ne!(estimated(&read(4), &after, Behaviour { seed: 2, ..strong }, 2), whole);

    let at = folder.path().join("store");
    store::group(&read(4), &at, 2, |_| ()).expect("a store");
    let source = Source::stored(Store::open(&at).expect("a store"));
    let before = shipped("500000");
    let timelines = [&before, &after];
    let part = |bucket: usize, behaviour: Option<Behaviour>| {
        let buckets = bucket..bucket + 1;
        let mut result =
            run(&source, &timelines, buckets.clone(), 1, |_| Ok(NoRows), |_| ()).expect("a part");
        result.behaviour = behaviour.map(|behaviour| {
            estimate(&source, &before, &after, behaviour, buckets, 1, |_| ()).expect("an estimate")
        });
        let text = serde_json::to_vec(&result).expect("JSON");
        serde_json::from_slice::<RunResult>(&text).expect("the same again")
    };
    let mut parts: Vec<RunResult> = (0..4).map(|bucket| part(bucket, Some(strong))).collect();
    let store = Store::open(&at).expect("a store");
    assert_eq!(merge(store.manifest(), &parts).expect("all").behaviour, Some(whole));
    let said = |parts: &[RunResult]| merge(store.manifest(), parts).expect_err("refused").zh;
    parts[2] = part(2, None);
    assert!(said(&parts).contains("有的没有"));
    parts[2] = part(2, Some(MODEST));
    assert!(said(&parts).contains("弹性、种子或次数不同"));
}

#[test]
fn what_is_out_of_range_is_refused() {
    for (elasticity, replicates) in [(1, 200), (-30_001, 200), (-2_000, 39), (-2_000, 10_001)] {
        assert!(Behaviour { elasticity, seed: 1, replicates }.check().is_err());
    }
    assert!(MODEST.check().is_ok());
}
