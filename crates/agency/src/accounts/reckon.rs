//! What the interest of a year rests on: the balances of an account day by day, played from its entries.
//!
//! Money counts from the day on which it was posted. On 1 January what was money of the year becomes earlier money, whenever
//! the entry that says so was posted.

use crate::business::account::Reckoned;
use crate::ledger::Head;
use kernel::Date;
use kernel::account::{AccountInterest, InterestBasis};
use store::{Entry, EntryKind};

/// The balances of an account as entries go by.
#[derive(Clone, Debug)]
pub struct Balances {
    /// Money of the calendar year, earlier money: fen.
    held: (i64, i64),
    /// The day whose balance is not counted yet.
    day: Date,
    /// Sums over days.
    points: (i128, i128),
}

impl Balances {
    /// Begins a day with what was held at the end of the day before.
    #[must_use]
    pub fn new(day: Date, held: (i64, i64)) -> Balances {
        let mut balances = Balances { held, day, points: (0, 0) };
        balances.turn();
        balances
    }

    /// An entry of the account; entries come in the order of their ids.
    pub fn entry(&mut self, entry: &Entry, person: &str) {
        self.until(entry.id.moment().date());
        if entry.kind == EntryKind::Rollover {
            return;
        }
        let moved = |head: Head| {
            let own = entry.postings.iter().filter(|it| it.account == head.number());
            -own.filter(|it| *it.party == *person).map(|it| it.amount.get()).sum::<i64>()
        };
        self.held.0 += moved(Head::AccountCurrent);
        self.held.1 += moved(Head::AccountEarlier);
    }

    /// Forgets what was counted: the year of interest begins now.
    pub fn begin(&mut self, day: Date) {
        self.until(day);
        self.points = (0, 0);
    }

    /// What the interest of a year rests on, once its last day is over.
    #[must_use]
    pub fn over(mut self, last: Date, interest: &AccountInterest) -> Reckoned {
        self.until(last);
        let at_end = self.held;
        self.until(last.next());
        let (current, earlier) = match interest.basis {
            InterestBasis::Daily => self.points,
            InterestBasis::YearEnd => (i128::from(at_end.0), i128::from(at_end.1)),
        };
        Reckoned { current, earlier, held: at_end }
    }

    /// Counts the days before `day`.
    fn until(&mut self, day: Date) {
        while self.day < day {
            let (year, ..) = self.day.ymd();
            let turn = Date::from_ymd(year + 1, 1, 1).unwrap_or(Date::MAX);
            let to = day.min(turn);
            let days = i128::from(to.days() - self.day.days());
            self.points.0 += days * i128::from(self.held.0);
            self.points.1 += days * i128::from(self.held.1);
            self.day = to;
            self.turn();
        }
    }

    /// On 1 January money of the year becomes earlier money.
    fn turn(&mut self) {
        if matches!(self.day.ymd(), (_, 1, 1)) {
            self.held = (0, self.held.0 + self.held.1);
        }
    }
}
