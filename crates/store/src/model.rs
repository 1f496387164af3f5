//! What the books hold: one type a table.
//!
//! `detail`, `body` and `record` are JSON texts that the store keeps and returns as they are; the agency knows what is in
//! them. What is looked up, locked, summed or audited with SQL stands in columns of its own.

use crate::id::{Area, Id, PersonKey};
use kernel::{Date, Fen, Moment};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

/// 参保人.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// Area and 人员编号.
    pub key: PersonKey,
    /// 姓名.
    pub name: Arc<str>,
    /// 证件类型 (national list; 01 identity card).
    pub cert_type: Arc<str>,
    /// 证件号码.
    pub cert_no: Arc<str>,
    /// 性别 (1 male, 2 female, 0 unknown, 9 not stated).
    pub gender: Arc<str>,
    /// 出生日期.
    pub born: Option<Date>,
    /// Everything else, as JSON.
    pub detail: Arc<str>,
}

/// 就诊凭证: what a person shows at the counter. One number names one person of an area.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Credential {
    /// Who.
    pub key: PersonKey,
    /// 凭证类型: 01 e-credential, 02 identity card, 03 social-security card.
    pub kind: Arc<str>,
    /// Its number.
    pub number: Arc<str>,
}

/// Whom or what a fact is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Subject {
    /// A person.
    Person(PersonKey),
    /// An institution of an area, by its national code.
    Institution(Area, Arc<str>),
}

impl Subject {
    /// The area it belongs to.
    #[must_use]
    pub const fn area(&self) -> Area {
        match self {
            Subject::Person(key) => key.area,
            Subject::Institution(area, _) => *area,
        }
    }

    /// 人员编号 or institution code.
    #[must_use]
    pub fn name(&self) -> &Arc<str> {
        match self {
            Subject::Person(key) => &key.person,
            Subject::Institution(_, code) => code,
        }
    }

    /// 0 for a person, 1 for an institution.
    pub(crate) const fn side(&self) -> i16 {
        match self {
            Subject::Person(_) => 0,
            Subject::Institution(..) => 1,
        }
    }
}

/// A dated fact, with two times: when it holds, and when we knew it. Facts are never edited: what turns out wrong is
/// ended (`ended_at`), and a new one says what is right.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact {
    /// Names it.
    pub id: Id,
    /// About whom.
    pub subject: Subject,
    /// What kind of fact, a word of `agency::facts`: `plan`, `entitlement`, `retirement`, `admission`, `level` …
    pub kind: Arc<str>,
    /// The value, or the other party: a plan, a disease, an institution, the payer of a family account.
    pub other: Arc<str>,
    /// First day on which it holds.
    pub from: Date,
    /// Last day on which it holds; [`Date::MAX`] while it lasts.
    pub to: Date,
    /// When we learned of it.
    pub learned_at: Moment,
    /// When we learned that it is not so; `None` while we believe it.
    pub ended_at: Option<Moment>,
    /// Everything else, as JSON; empty if nothing.
    pub detail: Arc<str>,
}

impl Fact {
    /// The order of facts in a file.
    pub(crate) fn order_in_file(&self, other: &Fact) -> Ordering {
        (&self.kind, self.from, self.id).cmp(&(&other.kind, other.from, other.id))
    }
}

/// 定点医药机构.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Institution {
    /// The area with whose agency it has its agreement.
    pub area: Area,
    /// National code: `H` or `P` and eleven digits.
    pub code: Arc<str>,
    /// 名称.
    pub name: Arc<str>,
    /// Everything else, as JSON: credit code, kind, grade, edition and gateway settings.
    pub detail: Arc<str>,
}

/// One span of one item of an area's catalogue 医保目录.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// Whose catalogue.
    pub area: Area,
    /// 医疗目录编码.
    pub code: Arc<str>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// 名称.
    pub name: Arc<str>,
    /// Class, ratio, ceilings, flags, as JSON.
    pub detail: Arc<str>,
}

/// 就诊: a visit, or a pharmacy purchase.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Visit {
    /// Names it (national `mdtrt_id`).
    pub id: Id,
    /// Whose.
    pub key: PersonKey,
    /// Where.
    pub institution: Arc<str>,
    /// The institution's own number of it.
    pub number: Arc<str>,
    /// When it began.
    pub began: Moment,
    /// 0 open, 1 cancelled.
    pub state: i16,
    /// Category, disease, diagnoses, settled batches, as JSON.
    pub body: Arc<str>,
}

/// One fee line of a visit, as uploaded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// 收费批次号: the lines of one batch are settled together.
    pub batch: Arc<str>,
    /// 费用明细流水号, unique within the visit.
    pub serial: Arc<str>,
    /// 医疗目录编码.
    pub item: Arc<str>,
    /// 明细金额.
    pub amount: Fen,
    /// When the fee arose.
    pub at: Moment,
    /// Everything else, as JSON: it stands unquoted within the JSON of the list.
    pub body: Arc<str>,
}

/// 费用清单: all fee lines of a visit as they stand, in order of batch and serial. One row, as lines are read and settled
/// together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sheet {
    /// The visit.
    pub visit: Id,
    /// Whose visit.
    pub key: PersonKey,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// What an entry of the books records. Numbers are stored; never reused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(i16)]
pub enum EntryKind {
    /// 结算.
    Settlement = 1,
    /// 退费: the negation of a settlement.
    Undo = 2,
    /// 个账计入: money put into a personal account.
    Credit = 3,
    /// Money of the year becomes money of earlier years.
    Rollover = 4,
    /// Limits used elsewhere 外部累计.
    Import = 5,
    /// 更正.
    Correction = 6,
    /// 冲正: the negation of a settlement whose message was taken back. To its institution neither ever happened, so totals
    /// and reconciliations count it against the settlements, not with the refunds.
    Reversal = 7,
    /// 冲正 of an undo: its settlement stands again. To its institution neither the undo nor this ever happened.
    Reinstatement = 8,
    /// 缴费到账: contributions of an employer or a person arrived at the bank.
    Contribution = 9,
    /// 清算: deductions and deposit of an institution's month.
    Clearing = 10,
    /// 拨付: money left the bank for an institution or a person.
    Payment = 11,
    /// 追回: money that was paid wrongly is owed back, or came back.
    Recovery = 12,
    /// 账户注销, 转移, 继承: the rest of an account leaves it.
    Closure = 13,
    /// 账户缴费: a premium is paid from an account.
    Premium = 14,
    /// 零星报销: a bill that a person paid elsewhere, settled from paper; what the funds owe is owed to the person.
    Reimbursement = 15,
    /// 计息: interest of the bank on the funds, or of the accounts.
    Interest = 16,
    /// 基金收支: money of a fund that is neither contribution nor interest, and what the funds held when the books were
    /// opened here.
    Fund = 17,
    /// 撤回核定: the negation of a reimbursement that was not paid, as if it had not been decided.
    Withdrawal = 18,
}

impl EntryKind {
    /// All, in order.
    pub const ALL: &'static [EntryKind] = &[
        EntryKind::Settlement,
        EntryKind::Undo,
        EntryKind::Credit,
        EntryKind::Rollover,
        EntryKind::Import,
        EntryKind::Correction,
        EntryKind::Reversal,
        EntryKind::Reinstatement,
        EntryKind::Contribution,
        EntryKind::Clearing,
        EntryKind::Payment,
        EntryKind::Recovery,
        EntryKind::Closure,
        EntryKind::Premium,
        EntryKind::Reimbursement,
        EntryKind::Interest,
        EntryKind::Fund,
        EntryKind::Withdrawal,
    ];

    /// The stored number.
    #[must_use]
    pub const fn number(self) -> i16 {
        self as i16
    }

    /// The kind with this number.
    #[must_use]
    pub fn from_number(number: i16) -> Option<EntryKind> {
        EntryKind::ALL.iter().copied().find(|kind| kind.number() == number)
    }
}

/// One entry of the books: what happened to one person's money and accumulators, complete, never edited.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Names it (national `setl_id`); its time is when it was posted.
    pub id: Id,
    /// Whose.
    pub key: PersonKey,
    /// What it records.
    pub kind: EntryKind,
    /// The institution; empty if none.
    pub institution: Arc<str>,
    /// The visit; [`Id::MIN`] if none.
    pub visit: Id,
    /// The entry it undoes or corrects; [`Id::MIN`] if none.
    pub undoes: Id,
    /// The benefit year whose accumulators it moves.
    pub year: i32,
    /// 清算类别, for totals by institution; empty if none.
    pub clearing: Arc<str>,
    /// 医疗费总额.
    pub total: Fen,
    /// Paid by all funds.
    pub funds: Fen,
    /// Paid from personal accounts, family accounts included.
    pub accounts: Fen,
    /// Paid in cash.
    pub cash: Fen,
    /// Relatives whose accounts paid, by 人员编号.
    pub payers: Vec<Arc<str>>,
    /// Double entry: both sides of every movement of money. They sum to zero.
    pub postings: Vec<Posting>,
    /// The decision with its inputs and its trace, as JSON.
    pub record: Arc<str>,
}

/// An entry as far as a person-year is folded again from it: without amounts and postings, which follow from the record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entered {
    /// Names it.
    pub id: Id,
    /// What it records.
    pub kind: EntryKind,
    /// The entry it takes back; [`Id::MIN`] if none.
    pub undoes: Id,
    /// The benefit year whose accumulators it moves.
    pub year: i32,
    /// The decision with its inputs and its trace, as JSON.
    pub record: Arc<str>,
}

impl Entry {
    /// The relatives whose accounts paid.
    pub(crate) fn payer_keys(&self) -> impl Iterator<Item = PersonKey> {
        let area = self.key.area;
        self.payers.iter().map(move |person| PersonKey { area, person: person.clone() })
    }
}

/// One side of a double entry.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Posting {
    /// Account of the chart of accounts, a number of `agency::ledger`.
    pub account: i16,
    /// The person or institution whose sub-account it is; empty for funds.
    pub party: Arc<str>,
    /// Fen; positive debits, negative credits.
    pub amount: Fen,
}

/// 个人账户 of a person as a row: the sum of the postings, and the version of the person's file. The row that is
/// locked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Account {
    /// Whose.
    pub key: PersonKey,
    /// Money of the calendar year `year`.
    pub current: Fen,
    /// Money of earlier years.
    pub earlier: Fen,
    /// The calendar year that `current` belongs to.
    pub year: i32,
    /// Grows with every change of the person's record, credentials or facts.
    pub revision: i64,
    /// The newest entry: the ids of a person's entries grow in the order of decision, whatever clocks say.
    pub last: Id,
}

/// What has accumulated in a person's benefit year: accumulator cell by name → fen or visits. Zeros are not kept.
pub type Cells = BTreeMap<Arc<str>, i64>;

/// The accumulators of a person's benefit year as a row: the sums of the moves of its entries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct YearRow {
    /// Whose.
    pub key: PersonKey,
    /// The calendar year in which the benefit year begins.
    pub year: i32,
    /// What has accumulated.
    pub cells: Cells,
}

/// Names a message: sender, its number, transaction, and what it said.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MessageKey {
    /// The pooling area whose books it concerns.
    pub area: Area,
    /// 定点机构 that sent it.
    pub institution: Arc<str>,
    /// Its number (national `msgid`), as the sender chose it: not unique in the wild.
    pub number: Arc<str>,
    /// The transaction.
    pub transaction: Arc<str>,
    /// Half of the SHA-256 of what it said.
    pub digest: u128,
}

/// A message that changed something, and what came of it: the same message again gets the same answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// Names it.
    pub key: MessageKey,
    /// The person concerned; empty if none.
    pub person: Arc<str>,
    /// When it was received.
    pub at: Moment,
    /// When it was sent, by the sender's clock; once it is taken back or refused, when its reversal was sent. `None` if
    /// the sender does not say.
    pub sent: Option<Moment>,
    /// The receiver's own id of it (national `inf_refmsgid` is made from it).
    pub id: Id,
    /// The entry it made; [`Id::MIN`] if none.
    pub entry: Id,
    /// 0 done; 1 taken back by a reversal; 2 reversed before it arrived, and therefore refused.
    pub state: i16,
    /// The outcome as JSON; empty if the entry says it all.
    pub outcome: Arc<str>,
}

/// Something filed that is neither visit nor entry: a prescription, a filing, a mapping, a clearing application, an
/// uploaded file, a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// Names it.
    pub key: DocumentKey,
    /// When it was first filed.
    pub at: Moment,
    /// Its state, a number the kind gives meaning to.
    pub state: i16,
    /// The content, as JSON.
    pub body: Arc<str>,
}

/// Names a [`Document`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DocumentKey {
    /// Whose books.
    pub area: Area,
    /// The kind, a word of `agency::documents`.
    pub kind: Arc<str>,
    /// 人员编号 or institution code.
    pub owner: Arc<str>,
    /// Its number within kind and owner.
    pub number: Arc<str>,
}

/// The documents of a region from which settlements were decided, kept for ever.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Archive {
    /// Whose.
    pub area: Area,
    /// Hex SHA-256 of `files`.
    pub digest: Arc<str>,
    /// When it was first used.
    pub at: Moment,
    /// Versions of the policies it compiles to, as a JSON list.
    pub versions: Arc<str>,
    /// The documents and switches, as JSON.
    pub files: Arc<str>,
}

/// Sums of the postings of one account up to a moment: what a closing run leaves behind, so that a balance is a closing
/// and the postings since.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Closing {
    /// Whose books.
    pub area: Area,
    /// The day it closes (entries posted on it and before are in it).
    pub day: Date,
    /// The account.
    pub account: i16,
    /// The institution for payables; empty for funds and for personal accounts together.
    pub party: Arc<str>,
    /// Sum of everything so far, fen.
    pub balance: Fen,
}
