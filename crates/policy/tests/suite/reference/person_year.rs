//! What happened to one person, and what was paid for it: plain data, and reading the past.

use super::money::Fen;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Date {
    pub(crate) year: i32,
    pub(crate) month: u32,
    pub(crate) day: u32,
}

/// 在职 or 退休.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Active,
    Retired,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Venue {
    Hospital,
    Internet,
    Pharmacy,
}

/// Where care was given, seen from the insured area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Local,
    Filed,
    Referred,
    Emergency,
    Resettled,
    Unfiled,
}

/// 联网直接结算 or 手工报销.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    Direct,
    Paper,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Category {
    Ordinary,
    Emergency,
    Pharmacy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fund {
    Pool,
    LargeAmount,
    Subsidy,
}

/// In-scope spending on one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) item: usize,
    /// None: that of the visit.
    pub(crate) disease: Option<usize>,
    pub(crate) in_scope: Fen,
}

/// What of a bill no fund looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct OutOfScope {
    pub(crate) full_self_pay: Fen,
    pub(crate) over_ceiling: Fen,
    pub(crate) first_pay: Fen,
}

/// One bill with the facts of its day, or (`reverses`) the undoing of an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Visit {
    pub(crate) id: u64,
    pub(crate) date: Date,
    /// Settlements are made in this order, whatever the dates of service.
    pub(crate) time_order: u64,
    /// 0 ungraded, 1, 2, 3: of the place that bills.
    pub(crate) level: u8,
    pub(crate) venue: Venue,
    pub(crate) place: Place,
    pub(crate) channel: Channel,
    pub(crate) category: Category,
    pub(crate) chosen: bool,
    pub(crate) inpatient: bool,
    pub(crate) institution: u32,
    pub(crate) status: Status,
    pub(crate) plan: usize,
    /// Every plan of the benefit year so far.
    pub(crate) plans_held: Vec<usize>,
    pub(crate) age: u32,
    pub(crate) contract: bool,
    pub(crate) tenure_months: u32,
    /// What the visit is for.
    pub(crate) disease: Option<usize>,
    /// Diseases the person has a filing for.
    pub(crate) filings: Vec<usize>,
    /// On the own account: money of this year, and of earlier ones.
    pub(crate) own_current: Fen,
    pub(crate) own_earlier: Fen,
    /// The level of the prescriber.
    pub(crate) prescription: Option<u8>,
    pub(crate) lines: Vec<Line>,
    pub(crate) out_of_scope: OutOfScope,
    pub(crate) reverses: Option<u64>,
}

/// Who paid for a whole bill. A reversal holds the negated amounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Paid {
    pub(crate) deductible: Fen,
    pub(crate) pool: Fen,
    pub(crate) large_amount: Fen,
    pub(crate) subsidy: Fen,
    /// Everything no fund pays.
    pub(crate) patient: Fen,
}

/// What one programme made of its portion: all that later settlements may need to add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProgrammePaid {
    pub(crate) programme: usize,
    /// The level the portion was settled at: a pharmacy's may be its prescriber's.
    pub(crate) level: u8,
    pub(crate) disease: Option<usize>,
    /// Paid by the own account before anything else; counts for nothing.
    pub(crate) own_first: Fen,
    pub(crate) in_scope: Fen,
    pub(crate) deductible: Fen,
    /// Spending above the deductible that the spending limits let through.
    pub(crate) above_deductible: Fen,
    pub(crate) pool: Fen,
    pub(crate) large_amount: Fen,
    pub(crate) subsidy: Fen,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settled {
    pub(crate) visit: Visit,
    pub(crate) paid: Paid,
    /// Filled by a random policy only; the hand-written regions need no more than `paid`.
    pub(crate) portions: Vec<ProgrammePaid>,
}

/// What another system (inpatient care) says was used of a limit before the first visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Imported {
    pub(crate) limit: String,
    pub(crate) on: Date,
    pub(crate) used: Fen,
}

/// Everything known before a settlement, in settlement order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct History {
    pub(crate) imported: Vec<Imported>,
    pub(crate) settled: Vec<Settled>,
}

/// A person's facts and bills, in settlement order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PersonYear {
    pub(crate) seed: u64,
    pub(crate) born: Date,
    pub(crate) enrolled_on: Date,
    pub(crate) retired_on: Option<Date>,
    /// The plan from each day on; the first day is that of enrolment.
    pub(crate) plans: Vec<(Date, usize)>,
    pub(crate) contract_from: Option<Date>,
    pub(crate) chosen_institution: u32,
    pub(crate) imported: Vec<Imported>,
    pub(crate) visits: Vec<Visit>,
}

impl PersonYear {
    /// Settles every visit in order.
    pub(crate) fn settle_with(&self, settle: impl Fn(&History, &Visit) -> Settled) -> History {
        let mut history = History { imported: self.imported.clone(), settled: Vec::new() };
        for visit in &self.visits {
            let settled = settle(&history, visit);
            history.settled.push(settled);
        }
        history
    }
}

impl History {
    /// The settlements that are neither reversals nor reversed.
    pub(crate) fn standing(&self) -> impl Iterator<Item = &Settled> {
        self.settled.iter().filter(|settled| {
            let id = settled.visit.id;
            let reversed = self.settled.iter().any(|other| other.visit.reverses == Some(id));
            settled.visit.reverses.is_none() && !reversed
        })
    }

    /// The exact negation of what the visit reverses.
    pub(crate) fn reversal(&self, visit: &Visit) -> Settled {
        let original = self
            .standing()
            .find(|settled| Some(settled.visit.id) == visit.reverses)
            .expect("a reversal names a settlement that stands");
        Settled { visit: visit.clone(), paid: original.paid.negated(), portions: Vec::new() }
    }
}

impl Settled {
    pub(crate) fn nothing_paid(visit: &Visit) -> Self {
        let paid = Paid { patient: visit.total(), ..Paid::default() };
        Self { visit: visit.clone(), paid, portions: Vec::new() }
    }
}

impl Paid {
    pub(crate) fn funds(&self) -> Fen {
        self.pool + self.large_amount + self.subsidy
    }

    fn negated(&self) -> Self {
        Self {
            deductible: -self.deductible,
            pool: -self.pool,
            large_amount: -self.large_amount,
            subsidy: -self.subsidy,
            patient: -self.patient,
        }
    }
}

impl ProgrammePaid {
    pub(crate) fn by(&self, fund: Fund) -> Fen {
        match fund {
            Fund::Pool => self.pool,
            Fund::LargeAmount => self.large_amount,
            Fund::Subsidy => self.subsidy,
        }
    }

    pub(crate) fn add(&mut self, fund: Fund, amount: Fen) {
        match fund {
            Fund::Pool => self.pool += amount,
            Fund::LargeAmount => self.large_amount += amount,
            Fund::Subsidy => self.subsidy += amount,
        }
    }
}

impl Visit {
    pub(crate) fn in_scope(&self) -> Fen {
        self.lines.iter().map(|line| line.in_scope).sum()
    }

    pub(crate) fn total(&self) -> Fen {
        let out = self.out_of_scope;
        self.in_scope() + out.full_self_pay + out.over_ceiling + out.first_pay
    }
}

impl Fund {
    pub(crate) const ALL: [Self; 3] = [Self::Pool, Self::LargeAmount, Self::Subsidy];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Pool => "pool",
            Self::LargeAmount => "large-amount",
            Self::Subsidy => "subsidy",
        }
    }
}

impl Status {
    pub(crate) const ALL: [Self; 2] = [Self::Active, Self::Retired];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Retired => "retired",
        }
    }
}

impl Venue {
    pub(crate) const ALL: [Self; 3] = [Self::Hospital, Self::Internet, Self::Pharmacy];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Hospital => "hospital",
            Self::Internet => "internet",
            Self::Pharmacy => "pharmacy",
        }
    }
}

impl Place {
    pub(crate) const ALL: [Self; 6] =
        [Self::Local, Self::Filed, Self::Referred, Self::Emergency, Self::Resettled, Self::Unfiled];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Filed => "filed",
            Self::Referred => "referred",
            Self::Emergency => "emergency",
            Self::Resettled => "resettled",
            Self::Unfiled => "unfiled",
        }
    }
}

impl Category {
    pub(crate) const ALL: [Self; 3] = [Self::Ordinary, Self::Emergency, Self::Pharmacy];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Emergency => "emergency",
            Self::Pharmacy => "pharmacy",
        }
    }
}

impl Channel {
    pub(crate) const ALL: [Self; 2] = [Self::Direct, Self::Paper];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Paper => "paper",
        }
    }
}

impl Date {
    pub(crate) fn new(year: i32, month: u32, day: u32) -> Self {
        Self { year, month, day }
    }

    pub(crate) fn plus_days(self, days: usize) -> Self {
        (0..days).fold(self, |date, _| date.next())
    }

    pub(crate) fn first_of_next_month(self) -> Self {
        match self.month {
            12 => Self::new(self.year + 1, 1, 1),
            month => Self::new(self.year, month + 1, 1),
        }
    }

    fn next(self) -> Self {
        if self.day < self.days_in_month() {
            Self::new(self.year, self.month, self.day + 1)
        } else {
            self.first_of_next_month()
        }
    }

    fn days_in_month(self) -> u32 {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        match self.month {
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 31,
        }
    }
}

impl Visit {
    /// A bill of an active employee at a local second-level hospital, for tests to vary.
    pub(crate) fn example(id: u64, in_scope: Fen) -> Self {
        Self {
            id,
            date: Date::new(2024, 3, 1),
            time_order: id,
            level: 2,
            venue: Venue::Hospital,
            place: Place::Local,
            channel: Channel::Direct,
            category: Category::Ordinary,
            chosen: true,
            inpatient: false,
            institution: 2,
            status: Status::Active,
            plan: 0,
            plans_held: vec![0],
            age: 40,
            contract: false,
            tenure_months: 120,
            disease: None,
            filings: Vec::new(),
            own_current: 0,
            own_earlier: 0,
            prescription: None,
            lines: vec![Line { item: 0, disease: None, in_scope }],
            out_of_scope: OutOfScope::default(),
            reverses: None,
        }
    }

    pub(crate) fn reversal(id: u64, of: u64) -> Self {
        Self { reverses: Some(of), ..Self::example(id, 0) }
    }
}

mod tests {
    use super::*;

    #[test]
    fn days_follow_the_calendar() {
        assert_eq!(Date::new(2024, 2, 28).plus_days(2), Date::new(2024, 3, 1));
        assert_eq!(Date::new(2023, 12, 31).plus_days(366), Date::new(2024, 12, 31));
    }

    #[test]
    fn a_reversed_settlement_and_its_reversal_no_longer_stand() {
        let mut history = History::default();
        for visit in [Visit::example(1, 100), Visit::example(2, 200)] {
            history.settled.push(Settled::nothing_paid(&visit));
        }
        let reversal = history.reversal(&Visit::reversal(3, 1));
        assert_eq!(reversal.paid.patient, -100);
        history.settled.push(reversal);
        assert_eq!(history.standing().map(|settled| settled.visit.id).collect::<Vec<_>>(), [2]);
    }
}
