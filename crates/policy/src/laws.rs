//! Laws of outpatient pooling, tried on a policy with random person-years. Some must hold for every policy; others a
//! policy may rightly break, and then the smallest counterexample found is shown.

use crate::rows::sample;
use crate::scenario::{self, Way};
use fastrand::Rng;
use kernel::fold::PersonYear;
use kernel::policy::Policy;
use kernel::{
    Bill, BillId, Circumstances, Date, Dim, Event, Facts, Fen, Moment, OrderKey, Outcome, StepKind,
    Timeline, Wallet, fold,
};

/// A law.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Law {
    /// Every fen has one payer; nothing is negative; the parts add up.
    EveryFenHasOnePayer,
    /// No payment takes the use of a limit above it.
    NoLimitIsExceeded,
    /// Reversing everything, in any order, leaves nothing behind.
    ReversalRestores,
    /// The same events in any order of presentation give the same settlements.
    OrderOfPresentationIsNothing,
    /// More spending never lowers the funds' payment for the year, but for rounding.
    MoreSpendingNeverPaysLess,
    /// Retiring never lowers it.
    RetiringNeverPaysLess,
    /// Splitting a bill at one institution changes it by rounding only.
    SplittingChangesNothing,
}

impl Law {
    /// All laws.
    pub const ALL: &'static [Law] = &[
        Law::EveryFenHasOnePayer,
        Law::NoLimitIsExceeded,
        Law::ReversalRestores,
        Law::OrderOfPresentationIsNothing,
        Law::MoreSpendingNeverPaysLess,
        Law::RetiringNeverPaysLess,
        Law::SplittingChangesNothing,
    ];

    /// True if every policy must obey it.
    #[must_use]
    pub const fn binding(self) -> bool {
        !matches!(
            self,
            Law::MoreSpendingNeverPaysLess
                | Law::RetiringNeverPaysLess
                | Law::SplittingChangesNothing
        )
    }

    /// 中文 and English.
    #[must_use]
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Law::EveryFenHasOnePayer => (
                "每一分钱恰有一个支付方，金额不为负",
                "every fen has exactly one payer; no amount is negative",
            ),
            Law::NoLimitIsExceeded => {
                ("任何次序下都不超限额", "no limit is exceeded in any order of events")
            }
            Law::ReversalRestores => {
                ("冲销恰好还原，次序不论", "reversals restore exactly, in any order")
            }
            Law::OrderOfPresentationIsNothing => {
                ("同样的事件，提交先后不影响结果", "the order of presentation changes nothing")
            }
            Law::MoreSpendingNeverPaysLess => {
                ("花费增加，基金全年支付不减", "more spending never lowers the year's fund payment")
            }
            Law::RetiringNeverPaysLess => {
                ("退休不降低全年待遇", "retiring never lowers the year's benefit")
            }
            Law::SplittingChangesNothing => {
                ("同一机构拆单只差舍入", "splitting a bill changes the total by rounding only")
            }
        }
    }
}

/// What came of trying a law.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The law.
    pub law: Law,
    /// First day of the policy it was tried on.
    pub from: Date,
    /// Person-years tried.
    pub tried: usize,
    /// The smallest counterexample found, in words.
    pub counterexample: Option<String>,
}

/// One visit of a trial.
#[derive(Clone, Debug)]
struct Visit {
    programme: usize,
    way: Way,
    at: Circumstances,
    day: Date,
    amount: Fen,
}

type Trial = Vec<Visit>;

/// Tries every law on every policy of a timeline with `trials` person-years each, from a seed.
#[must_use]
pub fn try_all(timeline: &Timeline, trials: usize, seed: u64) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for policy in timeline.policies.iter().filter(|policy| !policy.programmes.is_empty()) {
        for law in Law::ALL {
            let mut random = Rng::with_seed(seed);
            let broken = (0..trials).find_map(|_| {
                let trial = draw(policy, &mut random);
                breaks(*law, timeline, &trial).then_some(trial)
            });
            let counterexample = broken.map(|trial| {
                let smallest = shrink(trial, |trial| breaks(*law, timeline, trial));
                describe(timeline, policy, *law, &smallest)
            });
            verdicts.push(Verdict { law: *law, from: policy.from, tried: trials, counterexample });
        }
    }
    verdicts
}

/// A person-year of one person: fixed status, plan and so on, visits of any kind.
fn draw(policy: &Policy, random: &mut Rng) -> Trial {
    let mut person = Circumstances([0; Dim::COUNT]);
    let vocabulary = &policy.vocabulary;
    let mut set = |dim: Dim, value: u8| person.set(dim, value);
    set(Dim::Status, random.u8(0..2));
    set(Dim::Plan, random.u8(0..u8::try_from(vocabulary.plans.len().max(1)).unwrap_or(1)));
    set(Dim::Cohort, random.u8(0..u8::try_from(vocabulary.cohorts.len().max(1)).unwrap_or(1)));
    set(Dim::Age, random.u8(18..95));
    set(Dim::Tenure, random.u8(0..60));
    set(Dim::Contract, random.u8(0..2));
    let mut trial = Vec::new();
    let mut offset = 0;
    for _ in 0..random.usize(1..7) {
        let programme = random.usize(0..policy.programmes.len());
        let mut at = person;
        let cell = random.usize(0..policy.programmes[programme].axes.cells);
        let drawn = sample(&policy.programmes[programme].axes, cell);
        for dim in [Dim::Level, Dim::Venue, Dim::Place, Dim::Channel, Dim::Chosen, Dim::Disease] {
            at.set(dim, drawn.get(dim));
        }
        offset += random.i32(0..40);
        let amount = Fen::new(match random.u8(0..6) {
            0 => random.i64(1..100),
            1 => random.i64(1..20) * 10_000,
            2 => random.i64(100_000..3_000_000),
            3 => random.i64(1..400) * 1_000 + random.i64(0..2),
            _ => random.i64(1_000..60_000),
        });
        if let Some(way) = scenario::way_into(policy, programme, &at) {
            trial.push(Visit {
                programme,
                way,
                at,
                day: scenario::day_in(policy, offset.min(364)),
                amount,
            });
        }
    }
    trial
}

fn bills(timeline: &Timeline, trial: &[Visit], retired: Option<bool>) -> Vec<(Bill, Facts)> {
    let mut bills = Vec::new();
    for (index, visit) in trial.iter().enumerate() {
        let Some(policy) = timeline.on(visit.day) else { continue };
        let mut at = visit.at;
        if let Some(retired) = retired {
            at.set(Dim::Status, u8::from(retired));
        }
        let programme = &policy.programmes[visit.programme.min(policy.programmes.len() - 1)];
        let (mut bill, facts) =
            scenario::bill(programme, &visit.way, &at, visit.day, visit.amount, index as u128 + 1);
        bill.order = OrderKey { at: Moment::start_of(visit.day), serial: index as u64 };
        bills.push((bill, facts));
    }
    bills
}

/// Settles the bills and returns the payment of all funds; `None` if the visits lie in different years.
fn fund_payment(timeline: &Timeline, bills: &[(Bill, Facts)]) -> Option<Fen> {
    let year = one_year(timeline, bills)?;
    let wallet = Wallet::default();
    let events: Vec<Event<'_>> =
        bills.iter().map(|(bill, facts)| Event::Settle { bill, facts, wallet: &wallet }).collect();
    let (_, outcomes) = fold(timeline, year, &events);
    Some(
        outcomes
            .iter()
            .map(
                |outcome| {
                    if let Outcome::Settled(s) = outcome { s.fund_payment() } else { Fen::ZERO }
                },
            )
            .sum(),
    )
}

fn one_year(timeline: &Timeline, bills: &[(Bill, Facts)]) -> Option<i32> {
    let year_of =
        |bill: &Bill| timeline.on(bill.service).map(|policy| policy.benefit_year.of(bill.service));
    let year = year_of(&bills.first()?.0)?;
    bills.iter().all(|(bill, _)| year_of(bill) == Some(year)).then_some(year)
}

fn breaks(law: Law, timeline: &Timeline, trial: &[Visit]) -> bool {
    let drawn = bills(timeline, trial, None);
    let Some(year) = one_year(timeline, &drawn) else { return false };
    match law {
        Law::EveryFenHasOnePayer => !payers_add_up(timeline, year, &drawn),
        Law::NoLimitIsExceeded => exceeds_a_limit(timeline, year, &drawn),
        Law::ReversalRestores => !reversal_restores(timeline, year, &drawn),
        Law::OrderOfPresentationIsNothing => {
            let wallet = Wallet::default();
            let forward: Vec<Event<'_>> = drawn
                .iter()
                .map(|(bill, facts)| Event::Settle { bill, facts, wallet: &wallet })
                .collect();
            let backward: Vec<Event<'_>> = forward.iter().rev().copied().collect();
            let (a, mut outcomes) = fold(timeline, year, &backward);
            outcomes.reverse();
            let (b, straight) = fold(timeline, year, &forward);
            a != b || outcomes != straight
        }
        Law::MoreSpendingNeverPaysLess => {
            let before = fund_payment(timeline, &drawn);
            (0..trial.len()).any(|index| {
                let mut more = trial.to_vec();
                let amount = more[index].amount;
                more[index].amount += Fen::new(amount.get() / 3 + 1);
                let after = fund_payment(timeline, &bills(timeline, &more, None));
                pays_less(before, after, drawn.len())
            })
        }
        Law::RetiringNeverPaysLess => {
            let paid = |retired| fund_payment(timeline, &bills(timeline, trial, Some(retired)));
            pays_less(paid(false), paid(true), drawn.len())
        }
        Law::SplittingChangesNothing => {
            let whole = fund_payment(timeline, &drawn);
            (0..trial.len()).any(|index| {
                let mut split = trial.to_vec();
                let half = Fen::new(split[index].amount.get() / 2);
                split[index].amount -= half;
                let rest = Visit { amount: half, ..split[index].clone() };
                split.insert(index + 1, rest);
                let parts = fund_payment(timeline, &bills(timeline, &split, None));
                half > Fen::ZERO
                    && whole.zip(parts).is_some_and(|(whole, parts)| {
                        usize::try_from((whole - parts).get().unsigned_abs()).unwrap_or(usize::MAX)
                            > trial.len() + 1
                    })
            })
        }
    }
}

/// True if the funds pay less after than before by more than one fen a bill, which is rounding.
fn pays_less(before: Option<Fen>, after: Option<Fen>, bills: usize) -> bool {
    let rounding = i64::try_from(bills).unwrap_or(i64::MAX);
    before.zip(after).is_some_and(|(before, after)| (before - after).get() > rounding)
}

fn payers_add_up(timeline: &Timeline, year: i32, bills: &[(Bill, Facts)]) -> bool {
    let wallet = Wallet {
        current: Fen::new(12_345),
        earlier: Fen::new(777),
        family: vec![Fen::new(5_000), Fen::new(1)],
    };
    let mut person = PersonYear::new(timeline, year);
    bills.iter().all(|(bill, facts)| {
        match person.apply(timeline, &Event::Settle { bill, facts, wallet: &wallet }) {
            Outcome::Settled(s) => {
                let a = s.amounts;
                let personal = [s.account_current, s.account_earlier, s.family_payment(), s.cash];
                let payers: Fen = s.funds.iter().chain(&personal).copied().sum();
                let mut all = s
                    .funds
                    .iter()
                    .chain(&personal)
                    .chain(&s.family)
                    .chain([&s.deductible, &a.in_scope]);
                payers == a.total
                    && a.total == a.full_self_pay + a.over_ceiling + a.first_pay + a.in_scope
                    && all.all(|amount| !amount.is_negative())
                    && s.fund_payment() + s.deductible <= a.in_scope
            }
            _ => true,
        }
    })
}

fn exceeds_a_limit(timeline: &Timeline, year: i32, bills: &[(Bill, Facts)]) -> bool {
    let mut person = PersonYear::new(timeline, year);
    bills.iter().any(|(bill, facts)| {
        let Some(policy) = timeline.on(bill.service) else { return false };
        let wallet = Wallet::default();
        let traced = kernel::adjudicate_traced(policy, facts, &person.year, &wallet, bill);
        let Ok((settlement, trace)) = traced else { return false };
        person.year.post(&settlement.moves);
        trace.steps.iter().any(|step| {
            let limit = matches!(step.kind, StepKind::PaymentLimit(_) | StepKind::OtherPayer(_));
            limit && step.after > step.table.max(step.before)
        })
    })
}

fn reversal_restores(timeline: &Timeline, year: i32, bills: &[(Bill, Facts)]) -> bool {
    if timeline.policies.iter().any(|policy| policy.refund != kernel::policy::RefundModel::Exact) {
        return true;
    }
    let wallet = Wallet::default();
    let mut person = PersonYear::new(timeline, year);
    for (bill, facts) in bills {
        person.apply(timeline, &Event::Settle { bill, facts, wallet: &wallet });
    }
    // An order that is neither the first nor the last: odd ones first, then even ones backwards.
    let (odd, even): (Vec<_>, Vec<_>) =
        bills.iter().map(|(bill, _)| bill.id).partition(|id| id.0 % 2 == 1);
    for original in odd.into_iter().chain(even.into_iter().rev()) {
        let order = OrderKey { at: Moment::start_of(Date::MAX), serial: 0 };
        person.apply(timeline, &Event::Reverse { id: BillId(original.0 + 1_000), order, original });
    }
    person.year.cells().next().is_none()
}

/// Makes a failing trial smaller while it still fails: fewer visits, rounder and smaller amounts, the same day.
fn shrink(mut trial: Trial, fails: impl Fn(&[Visit]) -> bool) -> Trial {
    loop {
        let mut smaller: Vec<Trial> = Vec::new();
        for index in 0..trial.len() {
            let mut fewer = trial.clone();
            fewer.remove(index);
            smaller.push(fewer);
        }
        for index in 0..trial.len() {
            let fen = trial[index].amount.get();
            for amount in [fen / 2, fen / 10_000 * 10_000, fen / 100 * 100] {
                if amount > 0 && amount < fen {
                    let mut rounder = trial.clone();
                    rounder[index].amount = Fen::new(amount);
                    smaller.push(rounder);
                }
            }
        }
        match smaller.into_iter().find(|candidate| !candidate.is_empty() && fails(candidate)) {
            Some(found) => trial = found,
            None => return trial,
        }
    }
}

fn describe(timeline: &Timeline, policy: &Policy, law: Law, trial: &[Visit]) -> String {
    let mut parts = Vec::new();
    for visit in trial {
        let programme = &policy.programmes[visit.programme];
        let mut at = Vec::new();
        for axis in &programme.axes.axes {
            let share = axis.share[usize::from(visit.at.get(axis.dim))];
            let known = axis.samples.iter().position(|raw| axis.share[usize::from(*raw)] == share);
            if let Some(step) = known.filter(|_| axis.dim != Dim::Visit) {
                at.push(format!("{}={}", axis.dim.code(), axis.steps[step]));
            }
        }
        parts.push(format!(
            "{} {} {} ({})",
            visit.day,
            programme.term.code,
            visit.amount,
            at.join(", ")
        ));
    }
    let paid = |bills: &[(Bill, Facts)]| {
        fund_payment(timeline, bills).map_or("—".to_string(), |paid| paid.to_string())
    };
    let outcome = match law {
        Law::RetiringNeverPaysLess => format!(
            "active {}, retired {}",
            paid(&bills(timeline, trial, Some(false))),
            paid(&bills(timeline, trial, Some(true)))
        ),
        _ => format!("funds pay {}", paid(&bills(timeline, trial, None))),
    };
    format!("{}: {outcome}", parts.join("; "))
}
