//! What an entry of a settlement keeps: the inputs, the policy version, the decision and the trace. Enough to answer,
//! to explain and to decide again, years later.
//!
//! The JSON is versioned ([`VERSION`]); a field once written keeps its meaning, and one that is zero, empty or false is
//! left out. Amounts are fen, ratios ten-thousandths.

mod again;
mod correction;
mod recovery;
mod question;
mod taken_back;
mod trace;
mod words;

pub(crate) use words::parts_of;

pub use correction::{After, Corrected, Correction};
pub use question::{Decided, Question};
pub use recovery::{Recovered, Recovery};
pub use taken_back::{How, TakenBack};

use crate::ledger::Head;
use kernel::Channel;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Cells, Id};

/// Version of the meaning of the fields.
pub const VERSION: u8 = 1;

/// The record of a settlement or of its undo.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Record {
    /// [`VERSION`] when it was written.
    pub v: u8,
    /// Who, as known at the time.
    pub who: Who,
    /// What the bill was about.
    pub case: Case,
    /// What the decision rests on.
    pub inputs: Inputs,
    /// What was decided. Of an undo: every amount negated (`inputs` are those of the settlement).
    pub decision: Decision,
    /// Changes of accumulators: cell by name, fen or visits.
    pub moves: Vec<(Arc<str>, i64)>,
    /// What the own account holds afterwards, fen.
    pub balance: i64,
    /// Why, step by step; empty for an undo.
    #[serde(default, with = "trace", skip_serializing_if = "Vec::is_empty")]
    pub trace: Vec<TraceStep>,
    /// Of an entry that takes another back: the settlement it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original: Option<Id>,
    /// Of an entry that takes another back: how.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_back: Option<TakenBack>,
}

/// The record of an entry that is no settlement: an account opened or credited, a rollover, limits used elsewhere, a
/// correction. Every record, of whatever entry, has `moves` and `balance`: what the checking of the books follows.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Booking {
    /// [`VERSION`] when it was written.
    pub v: u8,
    /// Who says so: a system, a file, an office.
    pub source: Arc<str>,
    /// Its number there; empty if none.
    pub reference: Arc<str>,
    /// The day it is about, `YYYY-MM-DD`; empty if none.
    pub day: Arc<str>,
    /// Why, in a few words.
    pub note: Arc<str>,
    /// What the own account held before: money of the year, earlier money.
    pub wallet: (i64, i64),
    /// Changes of accumulators: cell by name, fen or visits.
    pub moves: Vec<(Arc<str>, i64)>,
    /// What the own account holds afterwards, fen.
    pub balance: i64,
}

/// Who the person was, as known at the time.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Who {
    /// 姓名.
    pub name: Arc<str>,
    /// 证件类型.
    pub cert_type: Arc<str>,
    /// 证件号码.
    pub cert_no: Arc<str>,
    /// 性别.
    pub gender: Arc<str>,
    /// 出生日期, `YYYY-MM-DD`; empty if not known.
    #[serde(skip_serializing_if = "is_default")]
    pub born: Arc<str>,
    /// 民族; empty if not known.
    #[serde(skip_serializing_if = "is_default")]
    pub nation: Arc<str>,
    /// 公务员.
    #[serde(skip_serializing_if = "is_default")]
    pub civil_servant: bool,
}

/// What the bill was about, as far as the decision does not depend on it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Case {
    /// The visit.
    pub visit: Id,
    /// The institution's number of the visit.
    pub number: Arc<str>,
    /// 收费批次号.
    pub batch: Arc<str>,
    /// 报文号: the sender's number of the message that settled, or of the one that undid.
    #[serde(skip_serializing_if = "is_default")]
    pub message: Arc<str>,
    /// 发票号.
    #[serde(skip_serializing_if = "is_default")]
    pub invoice: Arc<str>,
    /// 医疗类别 as the sender stated it.
    pub category: Arc<str>,
    /// 险种 as the sender stated it.
    pub scheme: Arc<str>,
    /// 就诊凭证类型.
    pub credential: Arc<str>,
    /// The institution.
    pub institution: Arc<str>,
    /// 病种编码 as the sender stated it; empty if none.
    #[serde(skip_serializing_if = "is_default")]
    pub disease: Arc<str>,
    /// External prescription behind a purchase; empty if none.
    #[serde(skip_serializing_if = "is_default")]
    pub prescription: Arc<str>,
    /// 零星报销: the bill was paid elsewhere and handed in on paper.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paper: Option<Box<PaperCase>>,
}

/// What the record of a paper claim says besides: it belongs to no visit, and perhaps to no institution of any directory.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PaperCase {
    /// The application.
    pub application: Arc<str>,
    /// The institution as its receipt names it.
    pub issuer: Arc<str>,
    /// Kind of off-site care that whoever reviewed it found in the papers, a code of `kernel::Place`; empty: what is filed
    /// decides.
    #[serde(skip_serializing_if = "is_default")]
    pub place: Arc<str>,
}

/// What the decision rests on. Together with the policy version it gives the decision again, byte for byte.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Inputs {
    /// Version of the policy (hex SHA-256).
    pub policy: Arc<str>,
    /// Main document, for people.
    pub document: Arc<str>,
    /// Service date, `YYYY-MM-DD`.
    pub service: Arc<str>,
    /// Settlement time, milliseconds of the wall clock.
    pub at: i64,
    /// Of a paper claim: the day on which it was handed in, `YYYY-MM-DD`, which decides whether it is late.
    #[serde(skip_serializing_if = "is_default")]
    pub submitted: Arc<str>,
    /// Service day's category, a code of `kernel::Category`.
    pub category: Arc<str>,
    /// Disease of the visit, a code of the region's vocabulary; empty if none.
    #[serde(skip_serializing_if = "is_default")]
    pub disease: Arc<str>,
    /// The number that stands for the institution in `kernel::Bill`.
    pub institution: u64,
    /// The number that stands for the visit in `kernel::Bill`.
    pub visit: u64,
    /// An agreement is in force.
    pub designated: bool,
    /// Codes of `kernel::{Venue, Level, Place, Channel, AccountUse}`.
    pub venue: Arc<str>,
    /// Of a pharmacy, what its agreement allowed (codes of `kernel::Capabilities`); `None`: nothing is said.
    #[serde(skip_serializing_if = "is_default")]
    pub capabilities: Option<Vec<Arc<str>>>,
    /// Level.
    pub level: Arc<str>,
    /// Place.
    pub place: Arc<str>,
    /// Channel.
    pub channel: Arc<str>,
    /// Accounts that may pay.
    pub account_use: Arc<str>,
    /// Prescriber's level and whether designated, if there is a prescription.
    #[serde(skip_serializing_if = "is_default")]
    pub prescriber: Option<(Arc<str>, bool)>,
    /// The fee lines.
    pub lines: Vec<LineInput>,
    /// Facts about the person.
    pub facts: FactsInput,
    /// Own account: money of the year, earlier money.
    pub wallet: (i64, i64),
    /// What relatives' accounts hold, in binding order.
    #[serde(skip_serializing_if = "is_default")]
    pub family: Vec<Purse>,
    /// Accumulators before.
    #[serde(skip_serializing_if = "is_default")]
    pub used: Cells,
    /// Benefit year.
    pub year: i32,
}

/// The institution that issued the receipts of a paper claim, as its record names it; empty of any other record.
#[must_use]
pub fn issuer_of(record: &str) -> Arc<str> {
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Read {
        case: Case,
    }
    let read: Read = serde_json::from_str(record).unwrap_or_default();
    read.case.paper.map(|paper| paper.issuer).unwrap_or_default()
}

impl Inputs {
    /// The person paid the bill and handed it in: what it comes to is owed to the person, not to an institution.
    #[must_use]
    pub fn is_paper(&self) -> bool {
        *self.channel == *Channel::Paper.code()
    }

    /// To whom the funds and accounts owe what they pay: head of the chart and party.
    #[must_use]
    pub fn payee<'a>(
        &self,
        person: &'a Arc<str>,
        institution: &'a Arc<str>,
    ) -> (Head, &'a Arc<str>) {
        if self.is_paper() { (Head::PayableToPeople, person) } else { (Head::Payable, institution) }
    }
}

/// A relative's account: what it holds, or what it paid.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Purse {
    /// 人员编号 of the relative.
    pub payer: Arc<str>,
    /// Money of the year, fen.
    #[serde(skip_serializing_if = "is_default")]
    pub current: i64,
    /// Earlier money, fen.
    #[serde(skip_serializing_if = "is_default")]
    pub earlier: i64,
}

impl Purse {
    /// Both together.
    #[must_use]
    pub const fn amount(&self) -> i64 {
        self.current + self.earlier
    }
}

/// A fee line as it entered the decision.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LineInput {
    /// 费用明细流水号.
    pub serial: Arc<str>,
    /// 医疗目录编码.
    pub item: Arc<str>,
    /// Amount, fen.
    pub amount: i64,
    /// A, B or C.
    pub class: Arc<str>,
    /// First-pay ratio, ten-thousandths.
    #[serde(skip_serializing_if = "is_default")]
    pub first_pay: i32,
    /// 限价 of the line, fen.
    #[serde(skip_serializing_if = "is_default")]
    pub ceiling: Option<i64>,
    /// `kernel::Flags`.
    #[serde(skip_serializing_if = "is_default")]
    pub flags: u8,
    /// Disease of the line; empty if none.
    #[serde(skip_serializing_if = "is_default")]
    pub disease: Arc<str>,
    /// An account may not pay it.
    #[serde(skip_serializing_if = "is_default")]
    pub denied: bool,
}

/// Facts about the person as they entered the decision.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FactsInput {
    /// Codes of `kernel::{Status, Entitlement, Admission}` and of the region's plans and cohorts.
    pub status: Arc<str>,
    /// Plan.
    pub plan: Arc<str>,
    /// Plans held in the benefit year.
    pub plans_held: Vec<Arc<str>>,
    /// Cohort; empty if the region has none.
    #[serde(skip_serializing_if = "is_default")]
    pub cohort: Arc<str>,
    /// Birth date; empty if not known.
    #[serde(skip_serializing_if = "is_default")]
    pub born: Arc<str>,
    /// First enrolment; empty if not known.
    #[serde(skip_serializing_if = "is_default")]
    pub enrolled_on: Arc<str>,
    /// Entitlement.
    pub entitlement: Arc<str>,
    /// Family-doctor contract.
    #[serde(skip_serializing_if = "is_default")]
    pub contract: bool,
    /// Chosen institution.
    #[serde(skip_serializing_if = "is_default")]
    pub chosen: bool,
    /// Admission.
    pub admission: Arc<str>,
    /// Diseases with a filing.
    #[serde(skip_serializing_if = "is_default")]
    pub filings: Vec<Arc<str>>,
    /// Diseases filed as 两病 only.
    #[serde(skip_serializing_if = "is_default")]
    pub two_disease: Vec<Arc<str>>,
    /// Diseases for which the institution was chosen.
    #[serde(skip_serializing_if = "is_default")]
    pub chosen_for: Vec<Arc<str>>,
}

/// What was decided, fen.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Decision {
    /// 总费用.
    pub total: i64,
    /// 全自费.
    #[serde(skip_serializing_if = "is_default")]
    pub full_self_pay: i64,
    /// 超限价.
    #[serde(skip_serializing_if = "is_default")]
    pub over_ceiling: i64,
    /// 先行自付.
    #[serde(skip_serializing_if = "is_default")]
    pub first_pay: i64,
    /// 政策范围内.
    pub in_scope: i64,
    /// 起付线 charged.
    #[serde(skip_serializing_if = "is_default")]
    pub deductible: i64,
    /// By `kernel::Fund`: pool, large amount, subsidy.
    pub funds: [i64; 3],
    /// Own account, money of the year.
    #[serde(skip_serializing_if = "is_default")]
    pub account_current: i64,
    /// Own account, earlier money.
    #[serde(skip_serializing_if = "is_default")]
    pub account_earlier: i64,
    /// What relatives' accounts paid; those that paid nothing are left out.
    #[serde(skip_serializing_if = "is_default")]
    pub family: Vec<Purse>,
    /// Cash.
    #[serde(skip_serializing_if = "is_default")]
    pub cash: i64,
    /// Share of the last band of the first programme that paid, ten-thousandths.
    #[serde(skip_serializing_if = "is_default")]
    pub rate: i32,
    /// What each fund could still have paid before this settlement, fen; `None`: no limit.
    #[serde(skip_serializing_if = "is_default")]
    pub room: [Option<i64>; 3],
    /// Code of the first `kernel::Refusal` that withheld a benefit.
    #[serde(skip_serializing_if = "is_default")]
    pub withheld: Option<Arc<str>>,
    /// To be looked at: on the day of an admission or discharge.
    #[serde(skip_serializing_if = "is_default")]
    pub review: bool,
    /// By programme.
    pub portions: Vec<PortionOut>,
    /// How each line splits, in the order of `inputs.lines`: full self-pay, over ceiling, first pay, in scope.
    pub lines: Vec<[i64; 4]>,
}

impl Decision {
    /// Paid by all funds.
    #[must_use]
    pub fn fund_payment(&self) -> i64 {
        self.funds.iter().sum()
    }

    /// Paid from family accounts.
    #[must_use]
    pub fn family_payment(&self) -> i64 {
        self.family.iter().map(Purse::amount).sum()
    }

    /// Paid from personal accounts, family accounts included.
    #[must_use]
    pub fn account_payment(&self) -> i64 {
        self.account_current + self.account_earlier + self.family_payment()
    }
}

/// What one programme did for the bill.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PortionOut {
    /// Code of the programme; empty: none takes it.
    #[serde(skip_serializing_if = "is_default")]
    pub programme: Arc<str>,
    /// In-scope spending.
    #[serde(skip_serializing_if = "is_default")]
    pub in_scope: i64,
    /// Deductible.
    #[serde(skip_serializing_if = "is_default")]
    pub deductible: i64,
    /// Share of the last band, ten-thousandths.
    #[serde(skip_serializing_if = "is_default")]
    pub rate: i32,
    /// By fund.
    #[serde(skip_serializing_if = "is_default")]
    pub funds: [i64; 3],
    /// Code of the refusal that withheld it.
    #[serde(skip_serializing_if = "is_default")]
    pub withheld: Option<Arc<str>>,
}

/// One step of the trace: `kernel::Step` with words instead of indices.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TraceStep {
    /// What was decided, a word for each `kernel::StepKind`.
    pub kind: Arc<str>,
    /// Programme, limit, fund or refusal it is about; empty if none.
    pub of: Arc<str>,
    /// from, amount, table (0 where there is no limit), before, after: fen.
    pub amounts: [i64; 5],
    /// Share applied, ten-thousandths.
    pub rate: i32,
    /// Articles behind it: `渝医保发〔2023〕32号 第四条`.
    pub articles: Arc<[Arc<str>]>,
    /// An article's value has no verified source.
    pub unverified: bool,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// How an uploaded line splits under the catalogue of its day.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LineSplit {
    /// The line as it would enter a decision.
    pub line: LineInput,
    /// 数量 in ten-thousandths, as stated.
    pub quantity: i64,
    /// 单价 in millionths of a yuan, as stated.
    pub price: i64,
    /// 定价上限 in millionths of a yuan; `None`: none.
    #[serde(skip_serializing_if = "is_default")]
    pub unit_ceiling: Option<i64>,
    /// full self-pay, over ceiling, first pay, in scope: fen.
    pub parts: [i64; 4],
    /// 医疗收费项目类别 (national list).
    #[serde(skip_serializing_if = "is_default")]
    pub charge_type: Arc<str>,
    /// 限制使用.
    #[serde(skip_serializing_if = "is_default")]
    pub restricted: bool,
    /// 基本药物.
    #[serde(skip_serializing_if = "is_default")]
    pub essential: bool,
    /// Why it is self-paid though the catalogue lists it, in Chinese; empty if nothing is to be said.
    #[serde(skip_serializing_if = "is_default")]
    pub note: Arc<str>,
}
