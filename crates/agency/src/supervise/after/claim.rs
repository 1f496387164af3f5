//! A settlement as the rules after the fact look at it: what of its entry, its record and its fee lines they need, small
//! enough to sort by the million.

use crate::facts::of_kind;
use crate::record::{Case, Purse, Who};
use crate::regions::Law;
use kernel::{Date, Moment};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Entry, Fact, Id, PersonFile};

/// A settlement that stands. Amounts in fen.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Claim {
    /// The entry.
    pub id: Id,
    /// Whose.
    pub person: Arc<str>,
    /// Where.
    pub institution: Arc<str>,
    /// The visit.
    pub visit: Id,
    /// 收费批次号.
    pub batch: Arc<str>,
    /// When it was settled, milliseconds.
    pub at: i64,
    /// Day of the service, days since 1970.
    pub day: i32,
    /// A pharmacy.
    pub pharmacy: bool,
    /// 互联网医院: nobody came anywhere.
    pub internet: bool,
    /// 总费用.
    pub total: i64,
    /// Paid by the funds.
    pub fund: i64,
    /// Paid from personal accounts, relatives' too.
    pub account: i64,
    /// Of it from the own account.
    pub own: i64,
    /// What the own account held before.
    pub held: i64,
    /// 定额: what a programme of fixed fees paid.
    pub fixed: i64,
    /// Programmes that paid something.
    pub programmes: Vec<Arc<str>>,
    /// 电子处方 behind a purchase; empty if none.
    pub prescription: Arc<str>,
    /// 性别, as known then.
    pub gender: Arc<str>,
    /// The fee lines: item, fen.
    pub lines: Vec<(Arc<str>, i64)>,
}

impl Claim {
    /// Day of the service.
    #[must_use]
    pub const fn day(&self) -> Date {
        Date::from_days(self.day)
    }

    /// When it was settled.
    #[must_use]
    pub const fn at(&self) -> Moment {
        Moment(self.at)
    }

    /// What of an amount of the claim falls on some of its fees: half a fen is rounded up.
    #[must_use]
    pub fn part(&self, of: i64, fees: i64) -> i64 {
        if self.total <= 0 || fees >= self.total {
            return of;
        }
        let (amount, fees, total) = (i128::from(of), i128::from(fees), i128::from(self.total));
        i64::try_from((2 * amount * fees + total) / (2 * total)).unwrap_or(of)
    }
}

/// A fee line that supplies for some days, or names a prescription of the hospital.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Supply {
    /// The visit.
    pub visit: Id,
    /// 收费批次号.
    pub batch: Arc<str>,
    /// 医疗目录编码.
    pub item: Arc<str>,
    /// Fen.
    pub amount: i64,
    /// 数量, ten-thousandths.
    pub quantity: i64,
    /// Days of supply, hundredths of a day; 0: not stated.
    pub days: i64,
    /// 处方号 of the hospital; empty if none.
    pub prescription: Arc<str>,
}

/// The lines of one batch, as they were uploaded.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Upload {
    /// The visit.
    pub visit: Id,
    /// 收费批次号.
    pub batch: Arc<str>,
    /// When the earliest of the fees arose, milliseconds.
    pub earliest: i64,
}

/// 个账划入.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Credited {
    /// When, milliseconds.
    pub at: i64,
    /// Fen.
    pub fen: i64,
}

/// What the rules know of a person.
#[derive(Clone, Debug, Default)]
pub struct Personal {
    /// 人员编号.
    pub person: Arc<str>,
    /// Record and facts; `None` if the books have none.
    pub file: Option<Arc<PersonFile>>,
    /// Settlements that stand, oldest first; those before the span are context.
    pub claims: Vec<Claim>,
    /// Their lines that supply or name a prescription.
    pub supplies: Vec<Supply>,
    /// The batches that were uploaded.
    pub uploads: Vec<Upload>,
    /// Money put into the account, oldest first.
    pub credits: Vec<Credited>,
}

impl Personal {
    /// Facts of a kind.
    pub fn facts(&self, kind: &str) -> &[Fact] {
        self.file.as_ref().map_or(&[], |file| of_kind(file, kind))
    }

    /// The supplies that a claim settled.
    pub fn supplies_of<'a>(&'a self, claim: &'a Claim) -> impl Iterator<Item = &'a Supply> {
        let own = |it: &&Supply| it.visit == claim.visit && it.batch == claim.batch;
        self.supplies.iter().filter(own)
    }
}

/// A record, as far as a claim needs it.
#[derive(Deserialize)]
struct Told {
    who: Who,
    case: Case,
    inputs: Inputs,
    decision: Decision,
    #[serde(default)]
    balance: i64,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Inputs {
    at: i64,
    service: Arc<str>,
    venue: Arc<str>,
    lines: Vec<Line>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Line {
    item: Arc<str>,
    amount: i64,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Decision {
    account_current: i64,
    account_earlier: i64,
    family: Vec<Purse>,
    portions: Vec<Portion>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Portion {
    programme: Arc<str>,
    funds: [i64; 3],
}

impl Claim {
    /// The claim of a settlement's entry.
    ///
    /// # Errors
    /// The record is not what this program writes.
    pub fn of(entry: &Entry, law: &Law) -> Result<Claim, serde_json::Error> {
        let Told { who, case, inputs, decision, balance } = serde_json::from_str(&entry.record)?;
        let day = Date::parse(&inputs.service).unwrap_or_else(|| entry.id.moment().date());
        let own = decision.account_current + decision.account_earlier;
        let family: i64 = decision.family.iter().map(Purse::amount).sum();
        let lines = inputs.lines.into_iter().map(|line| (line.item, line.amount));
        Ok(Claim {
            id: entry.id,
            person: entry.key.person.clone(),
            institution: entry.institution.clone(),
            visit: entry.visit,
            batch: case.batch,
            at: inputs.at,
            day: day.days(),
            pharmacy: *inputs.venue == *kernel::Venue::Pharmacy.code(),
            internet: *inputs.venue == *kernel::Venue::Internet.code(),
            total: entry.total.get(),
            fund: entry.funds.get(),
            account: own + family,
            own,
            held: balance + own,
            fixed: fixed(law, day, &decision.portions),
            programmes: paying(decision.portions),
            prescription: case.prescription,
            gender: who.gender,
            lines: lines.collect(),
        })
    }
}

/// The programmes that paid something.
fn paying(portions: Vec<Portion>) -> Vec<Arc<str>> {
    let paid = portions.into_iter().filter(|portion| portion.funds.iter().any(|fen| *fen != 0));
    paid.map(|portion| portion.programme).collect()
}

/// What programmes of fixed fees paid.
fn fixed(law: &Law, day: Date, portions: &[Portion]) -> i64 {
    let Some(version) = law.on(day) else { return 0 };
    let programmes = version.words.programmes.iter().zip(&version.policy.programmes);
    let is_fixed = |code: &str| {
        let mut own = programmes.clone().filter(|(known, _)| ***known == *code);
        own.any(|(_, programme)| programme.is_fixed_fee())
    };
    let paid = portions.iter().filter(|portion| is_fixed(&portion.programme));
    paid.map(|portion| portion.funds.iter().sum::<i64>()).sum()
}
