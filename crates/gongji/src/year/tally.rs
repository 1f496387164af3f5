//! What the terminals and the staff's own lists add up to, kept outside the system: the oracle that the books are held
//! against. It never looks into the books.

use super::Plan;
use super::cases::Recovered;
use super::cast::Resident;
use super::counters::{Amounts, Settled};
use super::course::Course;
use super::encounters::{Encounter, Kind};
use agency::town::{CHONGQING, Ware};
use kernel::{Date, Month};
use std::collections::{BTreeMap, BTreeSet};

/// A number of bills and what they came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sum {
    /// How many.
    pub count: i64,
    /// Amounts.
    pub amounts: Amounts,
}

impl Sum {
    fn add(&mut self, count: i64, amounts: &Amounts) {
        self.count += count;
        let own = &mut self.amounts;
        own.total += amounts.total;
        for (sum, fen) in own.funds.iter_mut().zip(amounts.funds) {
            *sum += fen;
        }
        own.accounts += amounts.accounts;
        own.family += amounts.family;
        own.cash += amounts.cash;
        for (sum, fen) in own.parts.iter_mut().zip(amounts.parts) {
            *sum += fen;
        }
    }

    /// Both together.
    #[must_use]
    pub fn with(mut self, other: &Sum) -> Sum {
        self.add(other.count, &other.amounts);
        self
    }
}

/// A bill that was settled.
#[derive(Clone, Debug)]
pub struct Bill {
    /// Number of the resident.
    pub who: u32,
    /// Index of the institution.
    pub place: usize,
    /// As answered.
    pub settled: Settled,
    /// It was undone later, on this day.
    pub undone: Option<Date>,
    /// Its fees by kind: drugs, examinations, everything else. Fen.
    pub kinds: [i64; 3],
    /// The hospital that prescribed what was bought, by index.
    pub prescriber: Option<usize>,
    /// The fraud that it is part of.
    pub plant: Option<usize>,
}

/// Everything that was added up.
#[derive(Debug, Default)]
pub struct Tally {
    /// Bills in the order in which they were settled.
    pub bills: Vec<Bill>,
    /// Settlements that were not taken back, by institution and month.
    pub settlements: BTreeMap<(usize, Month), Sum>,
    /// Refunds, with negative amounts, by institution and month.
    pub refunds: BTreeMap<(usize, Month), Sum>,
    /// Messages taken back (冲正).
    pub reversed: u64,
    /// Patients who left.
    pub left: u64,
    /// Balance of each account, fen.
    pub accounts: BTreeMap<u32, i64>,
    /// What accounts were opened with, fen.
    pub opened: i64,
    /// What was received for the pool, for accounts, for the large-amount fund, fen.
    pub received: [i64; 3],
    /// What was credited for a person's month, fen.
    pub credited: BTreeMap<(u32, Month), i64>,
    /// Credits of those in work and of the retired, fen.
    pub credits: [i64; 2],
    /// Accounts that were closed.
    pub closed: BTreeSet<u32>,
    /// What left accounts when they were closed: to people, to other areas, fen.
    pub closures: [i64; 2],
    /// Premiums paid from accounts, fen: of other funds, and for the large-amount fund.
    pub premiums: [i64; 2],
    /// What recalculations changed, by month and fund: to people (positive) and from them, fen.
    pub corrections: BTreeMap<Month, [i64; 3]>,
    /// Paid to institutions, fen.
    pub paid: i64,
    /// Deducted from institutions, by index, fen.
    pub deducted: BTreeMap<usize, i64>,
    /// The same by month.
    pub deducted_in: BTreeMap<Month, i64>,
    /// Withheld from institutions as deposit, by index, fen.
    pub deposits: BTreeMap<usize, i64>,
    /// 年度总额 by institution, fen.
    pub budgets: BTreeMap<usize, i64>,
    /// Settlements that are part of a fraud, by id.
    pub planted: BTreeSet<String>,
    /// What is taken back of a settlement by cases: by fund, of accounts; fen.
    pub taken: BTreeMap<String, ([i64; 3], i64)>,
    /// What was corrected of a settlement by recalculations, by fund; fen.
    pub corrected_of: BTreeMap<String, [i64; 3]>,
    /// What the funds owe people for bills on paper, by fund, fen.
    pub paper: [i64; 3],
    /// What of it was paid, fen.
    pub paid_people: i64,
    /// Cases about institutions that were founded, by month.
    pub cases_in: BTreeMap<Month, i64>,
    /// What cases moved.
    pub recovered: Recovered,
    /// What was found wrong while the year was played.
    pub faults: Vec<String>,
}

impl Tally {
    /// The account that pays besides the own one.
    fn relative(cast: &[Resident], who: u32) -> Option<u32> {
        cast.get(who as usize - 1).and_then(|it| it.spouse)
    }

    /// A bill was settled. The balance that was answered must be that of the tally.
    pub fn settled(
        &mut self,
        cast: &[Resident],
        (who, place): (u32, usize),
        settled: Settled,
        encounter: (&Encounter, &[Ware]),
    ) -> usize {
        let month = settled.at.date().month();
        self.settlements.entry((place, month)).or_default().add(1, &settled.amounts);
        self.pay(cast, who, &settled.amounts);
        self.agree(who, &settled);
        let (encounter, wares) = encounter;
        let prescriber = match encounter.kind {
            Kind::Prescribed(hospital) => Some(hospital),
            _ => None,
        };
        let (kinds, plant) = (kinds(encounter, wares), encounter.plant);
        if plant.is_some() {
            self.planted.insert(settled.settlement.clone());
        }
        self.bills.push(Bill { who, place, settled, undone: None, kinds, prescriber, plant });
        self.bills.len() - 1
    }

    fn pay(&mut self, cast: &[Resident], who: u32, amounts: &Amounts) {
        *self.accounts.entry(who).or_default() -= amounts.accounts - amounts.family;
        if amounts.family != 0
            && let Some(relative) = Tally::relative(cast, who)
        {
            *self.accounts.entry(relative).or_default() -= amounts.family;
        }
    }

    /// A bill was undone: the answer must be its negation.
    pub fn undone(&mut self, cast: &[Resident], index: usize, answer: &Settled) {
        let Some(bill) = self.bills.get_mut(index) else { return };
        bill.undone = Some(answer.at.date());
        let (who, place, paid) = (bill.who, bill.place, bill.settled.amounts);
        let month = answer.at.date().month();
        if answer.amounts != paid.negated() {
            let words = format!("撤销 {}：{:?} 原为 {paid:?}", answer.settlement, answer.amounts);
            self.faults.push(words);
        }
        self.refunds.entry((place, month)).or_default().add(1, &answer.amounts);
        self.pay(cast, who, &answer.amounts);
        self.agree(who, answer);
    }

    fn agree(&mut self, who: u32, answer: &Settled) {
        let own = self.accounts.get(&who).copied().unwrap_or(0);
        if own != answer.balance {
            let (settlement, at) = (&answer.settlement, answer.at);
            let words =
                format!("{at} {who} {settlement}：应答余额 {}，终端自计 {own}", answer.balance);
            self.faults.push(words);
        }
    }

    /// What of a settlement was paid and neither corrected nor taken back: by fund, by accounts; fen.
    #[must_use]
    pub fn left_of(&self, settlement: &str) -> ([i64; 3], i64) {
        let bill = self.bills.iter().rev().find(|bill| bill.settled.settlement == settlement);
        let Some(bill) = bill else { return ([0; 3], 0) };
        let corrected = self.corrected_of.get(settlement).copied().unwrap_or_default();
        let (taken, accounts) = self.taken.get(settlement).copied().unwrap_or_default();
        let paid = bill.settled.amounts.funds;
        let funds = [0, 1, 2].map(|fund| (paid[fund] + corrected[fund] - taken[fund]).max(0));
        (funds, bill.settled.amounts.accounts - accounts)
    }

    /// A case takes something of a settlement back.
    pub fn take(&mut self, settlement: &str, funds: [i64; 3], accounts: i64) {
        let taken = self.taken.entry(settlement.to_owned()).or_default();
        let sums = taken.0.iter_mut().zip(&mut self.recovered.funds);
        for ((own, all), fen) in sums.zip(funds) {
            *own += fen;
            *all += fen;
        }
        taken.1 += accounts;
    }

    /// An appeal was right: what was taken of a settlement stands again.
    pub fn give_back(&mut self, settlement: &str) {
        if let Some((funds, _)) = self.taken.remove(settlement) {
            for (sum, fen) in self.recovered.funds.iter_mut().zip(funds) {
                *sum -= fen;
            }
        }
    }

    /// A recalculation, or what took one back, changed what the funds pay.
    pub fn correct(&mut self, month: Month, by: [i64; 3]) {
        let sums = self.corrections.entry(month).or_default();
        for (sum, fen) in sums.iter_mut().zip(by) {
            *sum += fen;
        }
    }

    /// All corrections, by fund; fen.
    #[must_use]
    pub fn corrected(&self) -> [i64; 3] {
        self.corrections.values().fold([0; 3], |mut all, by| {
            all.iter_mut().zip(by).for_each(|(sum, fen)| *sum += fen);
            all
        })
    }

    /// What the funds owe an institution for the year, less deductions; fen.
    #[must_use]
    pub fn owed(&self, place: usize) -> i64 {
        let own = |(of, _): &(&(usize, Month), &Sum)| of.0 == place;
        let settled = self.settlements.iter().filter(own);
        let refunded = self.refunds.iter().filter(own);
        let paid = settled.chain(refunded).map(|(_, sum)| sum.amounts.fund_payment());
        paid.sum::<i64>() - self.deducted.get(&place).copied().unwrap_or(0)
    }

    /// What of the deposits institutions do not get back: two per cent, by what the year end is told.
    #[must_use]
    pub fn forfeited(&self) -> i64 {
        self.deposits.values().map(|deposit| deposit - (deposit * 98 + 50) / 100).sum()
    }

    /// What the budgets of the year take back from the institutions: neither region's article lets the fund bear a part of
    /// what is beyond, or leaves the institution a part of what is below; fen.
    #[must_use]
    pub fn beyond_budgets(&self) -> i64 {
        self.budgets.iter().map(|(place, budget)| (self.owed(*place) - budget).max(0)).sum()
    }

    /// Money arrived for somebody's month.
    pub fn received(&mut self, amounts: [i64; 3]) {
        for (sum, fen) in self.received.iter_mut().zip(amounts) {
            *sum += fen;
        }
    }

    /// A month was credited to everybody, as far as is known on a day: what the rules give beyond what was credited
    /// before. Returns how much that is.
    pub fn credit(
        &mut self,
        plan: &Plan,
        cast: &[Resident],
        courses: &[Course],
        (month, today): (Month, Date),
    ) -> i64 {
        let mut sum = 0;
        for (who, course) in cast.iter().zip(courses) {
            if self.closed.contains(&who.number) {
                continue;
            }
            let (owed, retired) = owed(plan, who, course, month, today);
            let credited = self.credited.entry((who.number, month)).or_default();
            let more = owed - *credited;
            if more > 0 {
                *credited += more;
                *self.accounts.entry(who.number).or_default() += more;
                self.credits[usize::from(retired)] += more;
                sum += more;
            }
        }
        sum
    }
}

/// Fees by kind, from what the town's catalogue is made of: drugs first, then services, of which laboratory and imaging
/// tests are examinations. A line that names nothing is neither.
fn kinds(encounter: &Encounter, wares: &[Ware]) -> [i64; 3] {
    let mut kinds = [0; 3];
    for charge in &encounter.charges {
        let price = wares.get(charge.ware).map_or(1, |ware| ware.price.get());
        let kind = match charge.ware {
            0..=259 => 0,
            266..=304 => 1,
            _ => 2,
        };
        kinds[kind] += price * charge.quantity;
    }
    kinds
}

/// What an account is owed for a month, as known early on a day, before anything else of that day, and whether as a retired person's. Written from the articles:
/// 渝医保发〔2023〕32号 第九条, 桂政办发〔2021〕137号 第七条.
fn owed(plan: &Plan, who: &Resident, course: &Course, month: Month, today: Date) -> (i64, bool) {
    let first = month.first_day();
    let retired = who.retired.is_some()
        || course.retires.is_some_and(|(on, learned)| learned < today && on < first);
    if course.dies.is_some_and(|(on, learned)| learned < today && on < first) {
        return (0, retired);
    }
    let due = course.due(plan, who, month);
    let insured = due.map_or(who.plan, |due| due.plan);
    if insured == "individual-1" {
        return (0, retired);
    }
    if retired {
        if plan.area != CHONGQING {
            return (8_300, true);
        }
        // 满七十岁的当月起.
        let (year, of_year, _) = who.born.on.ymd();
        let seventieth = Month::new(year + 70, of_year);
        let old = seventieth.is_some_and(|seventieth| seventieth <= month);
        return (if old { 11_500 } else { 10_500 }, true);
    }
    let paid = due.filter(|due| due.paid_on.is_some_and(|day| day < today));
    (paid.map_or(0, |due| (due.base * 2 + 50) / 100), false)
}
