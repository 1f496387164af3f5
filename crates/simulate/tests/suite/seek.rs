//! What is sought is found where it was worked out by hand; and what cannot be met, or is not monotone, is said.

use crate::town::town;
use policy::{Choice, Grid, Library};
use simulate::seek::reserve::Standing;
use simulate::seek::search::{Crossing, Verdict};
use simulate::seek::target::Target;
use simulate::{Asked, Candidates, Needless, Seeking, Sought, Source, Unclear};

const DEDUCTIBLE: &str = "programme.ordinary.deductible.amount[status=active]";
const SHARE: &str = "programme.ordinary.share.rate[status=active,level=2]";

/// Two people, one bill of 1,000 yuan each: 200 yuan of deductible, then 60 %: the pool pays 480 yuan each.
fn two() -> (tempfile::TempDir, Source) {
    let folder = tempfile::tempdir().expect("a folder");
    let source = town(folder.path(), &[(1, 0, 100_000), (2, 40, 100_000)], 2);
    (folder, source)
}

fn asked(set: &[&str]) -> Asked {
    let reform = simulate::Reform {
        set: set.iter().map(|set| (*set).to_string()).collect(),
        ..simulate::Reform::default()
    };
    Asked::of(&Library::shipped(), "500000", Choice::default()).against(reform)
}

fn candidates(asked: &Asked, parameters: &[String]) -> Candidates {
    let grid = Grid::read(parameters).expect("a grid");
    Candidates::new(asked, grid, 1_000_000).expect("few enough")
}

fn seek(
    source: &Source,
    asked: &Asked,
    parameters: &[String],
    target: &str,
    standing: Option<Standing>,
) -> Sought {
    let alone = Asked { reform: None, ..asked.clone() };
    let in_force = alone.sides().expect("a policy").remove(0).timeline;
    let candidates = candidates(asked, parameters);
    let target = Target::parse(target).expect("a target");
    let seeking = Seeking {
        source,
        left_out: &Needless::nothing(),
        in_force: &in_force,
        candidates: &candidates,
        target,
        standing,
        threads: 2,
    };
    seeking.seek(|_| ()).expect("found")
}

/// The share of people in work raised to 80 % at levels 0 to 2.
const RAISED: &str = "programme.ordinary.share.rate=[{status=\"active\",level=[0,1,2],rate=\"80%\"},\
     {status=\"active\",level=3,rate=\"50%\"},{status=\"retired\",level=[0,1,2],rate=\"70%\"},\
     {status=\"retired\",level=3,rate=\"60%\"}]";

#[test]
fn the_deductible_that_makes_up_for_a_raised_share_is_found() {
    // (1000 − d) × 80 % ≤ 480 from d = 400 on.
    let (_folder, source) = two();
    let range = format!("d={DEDUCTIBLE}=0..600 step 1");
    let sought = seek(&source, &asked(&[RAISED]), &[range], "neutral", None);
    assert_eq!(sought.in_force.came.funds, [96_000, 0, 0]);
    let answer = &sought.answers[0];
    let found = vec![Crossing { meets: 400, beside: 399 }];
    assert_eq!(answer.search.verdict(), Verdict::Found(found));
    assert_eq!(answer.measured[&400].came.funds[0], 96_000);
    assert_eq!(answer.measured[&399].came.funds[0], 96_160);
    assert!(answer.search.is_monotone() && answer.search.looked_at() < 60);
}

#[test]
fn each_share_has_its_own_neutral_deductible() {
    // 60 %: d ≥ 200; 70 %: (1000 − d) × 0.7 ≤ 480 from 314.29 on; 80 %: 400; 90 %: 466.67.
    let (_folder, source) = two();
    let parameters =
        [format!("s={SHARE}=60%,70%,80%,90%"), format!("d={DEDUCTIBLE}=0..600 step 1")];
    let sought = seek(&source, &asked(&[]), &parameters, "neutral", None);
    let found: Vec<Verdict> = sought.answers.iter().map(|answer| answer.search.verdict()).collect();
    let at = |meets: usize| Verdict::Found(vec![Crossing { meets, beside: meets - 1 }]);
    assert_eq!(found, [at(200), at(315), at(400), at(467)]);
}

#[test]
fn a_bound_in_yuan_of_the_other_side_ends_instead_of_beginning() {
    // The pool pays (1000 − 200) × s each: at most 1,200 yuan together up to 75 %.
    let (_folder, source) = two();
    let share = format!("s={SHARE}=60%..100%/1%");
    for target in ["pool <= 1200", "统筹 ≤ 0.12万", "funds<=1.2e3", "基金 <= 现行+25%"] {
        let sought = seek(&source, &asked(&[]), std::slice::from_ref(&share), target, None);
        let found = vec![Crossing { meets: 15, beside: 16 }];
        assert_eq!(sought.answers[0].search.verdict(), Verdict::Found(found), "{target}");
    }
}

#[test]
fn a_parameter_of_what_the_reform_states_is_varied_over_it() {
    // The reform says 80 %; six points less are 74 %: 592 yuan each.
    let (_folder, source) = two();
    let share = [format!("s={SHARE}+=-10%..0%/1%")];
    let sought = seek(&source, &asked(&[RAISED]), &share, "pool <= 1190", None);
    let found = vec![Crossing { meets: 4, beside: 5 }];
    assert_eq!(sought.answers[0].search.verdict(), Verdict::Found(found));
    assert_eq!(sought.answers[0].measured[&4].came.funds[0], 118_400);
    assert_eq!(sought.in_force.came.funds[0], 96_000);
}

#[test]
fn a_reserve_is_months_of_what_the_pool_pays() {
    // Claims of two months; at 480 yuan each the pool pays 480 a month: 2,880 yuan are six months, 2,879.99 are not.
    let (_folder, source) = two();
    let range = [format!("d={DEDUCTIBLE}=100..300 step 1")];
    let verdict = |balance, income| {
        let standing = Standing::Stated { balance, income };
        let sought = seek(&source, &asked(&[]), &range, "reserve >= 6", Some(standing));
        (
            sought.answers[0].search.verdict(),
            standing.tenths(&sought.answers[0].measured[&0], &sought.in_force),
        )
    };
    let at = |meets: usize| Verdict::Found(vec![Crossing { meets, beside: meets - 1 }]);
    // At a deductible of 100 the pool pays 540 a month: 2,880 are 5.33 months.
    assert_eq!(verdict(288_000, None), (at(100), Some(53)));
    assert_eq!(verdict(287_999, None).0, at(101));
    // What was there before and came in, less what is paid: 2,840 + 1,000 − 960 are 2,880 again.
    assert_eq!(verdict(284_000, Some(100_000)).0, at(100));
}

#[test]
fn a_reserve_of_the_books_moves_by_what_the_pool_pays_beyond_the_policy_in_force() {
    // In force (a deductible of 200) the pool pays 960 yuan. The books: 6,000 spent in twelve months, 3,120 left, which is
    // 6.24 months. Every yuan less of the deductible costs 0.60 for each of two people.
    let (_folder, source) = two();
    let range = [format!("d={DEDUCTIBLE}=100..300 step 1")];
    let standing = Standing::Booked { balance: 312_000, spent: 600_000, months: 12 };
    let sought = seek(&source, &asked(&[]), &range, "reserve >= 6", Some(standing));
    let answer = &sought.answers[0];
    assert_eq!(standing.tenths(&sought.in_force, &sought.in_force), Some(62), "as the books say");
    // 100: 120 more are paid; (3,120 − 120) × 12 ÷ (6,000 + 120) = 5.88.
    assert_eq!(standing.tenths(&answer.measured[&0], &sought.in_force), Some(58));
    // x more: (3,120 − x) × 12 ≥ 6 × (6,000 + x) up to x = 80. At 134 it is 79.20, at 133 80.40.
    let at = Crossing { meets: 34, beside: 33 };
    assert_eq!(answer.search.verdict(), Verdict::Found(vec![at]));
    let month = |text| kernel::Month::parse(text).expect("a month");
    assert_eq!(sought.months, Some((month("2024-01"), month("2024-02"))));
    // Books of four months, 2,000 spent: the same average, so the same reserve in force; but all of the difference falls on
    // four months: 120 more are (3,120 − 120) × 4 ÷ 2,120 = 5.66.
    let short = Standing::Booked { balance: 312_000, spent: 200_000, months: 4 };
    assert_eq!(short.tenths(&sought.in_force, &sought.in_force), Some(62));
    assert_eq!(short.tenths(&answer.measured[&0], &sought.in_force), Some(56));
}

#[test]
fn what_cannot_be_met_is_said_with_the_nearest() {
    let (_folder, source) = two();
    let range = [format!("d={DEDUCTIBLE}=0..100 step 1")];
    let sought = seek(&source, &asked(&[RAISED]), &range, "neutral", None);
    let search = &sought.answers[0].search;
    assert_eq!(search.verdict(), Verdict::Nowhere);
    assert_eq!(search.extreme(true), Some(100));
    let range = [format!("d={DEDUCTIBLE}=500..600 step 1")];
    let sought = seek(&source, &asked(&[RAISED]), &range, "neutral", None);
    assert_eq!(sought.answers[0].search.verdict(), Verdict::Everywhere);
}

#[test]
fn what_is_not_monotone_is_said_and_every_crossing_found() {
    let (_folder, source) = two();
    let list = [format!("d={DEDUCTIBLE}=100,200,300,150,250")];
    let sought = seek(&source, &asked(&[]), &list, "neutral", None);
    let search = &sought.answers[0].search;
    assert!(!search.is_monotone());
    let crossings = [(1, 0), (2, 3), (4, 3)].map(|(meets, beside)| Crossing { meets, beside });
    assert_eq!(search.verdict(), Verdict::Found(crossings.to_vec()));
}

#[test]
fn targets_that_make_no_sense_are_refused() {
    for text in [
        "pool",
        "pool = 3",
        "pool <= much",
        "money <= 3",
        "pool <= 1.005",
        "losers <= 1.5",
        "funds <= 现行2%",
        "pool <= 9e30",
    ] {
        let said = Target::parse(text).expect_err("refused").zh;
        assert!(said.contains(text) && said.contains("neutral"), "{said}");
    }
    assert!(Target::parse("reserve <= 6").expect_err("refused").zh.contains("reserve >= 6"));
}

#[test]
fn a_candidate_that_is_no_policy_is_named() {
    let (_folder, source) = two();
    let asked = asked(&[]);
    let share = ["s=programme.ordinary.share.rate+=0%..60% step 20%".to_string()];
    let candidates = candidates(&asked, &share);
    let in_force = asked.sides().expect("a policy").remove(0).timeline;
    let target = Target::NEUTRAL;
    let seeking = Seeking {
        source: &source,
        left_out: &Needless::nothing(),
        in_force: &in_force,
        candidates: &candidates,
        target,
        standing: None,
        threads: 2,
    };
    let uncompiled = seeking.seek(|_| ()).expect_err("more than 100 %");
    assert_eq!(uncompiled.candidate, "s=+40%");
    let Unclear::Documents(faults) = uncompiled.why else { panic!("faults of the policy") };
    assert!(faults.to_string().contains("programme.ordinary.share.rate"), "{faults}");
}
