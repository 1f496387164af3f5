//! 零星报销申请: what was handed in, what is to be looked at, what was decided, what was paid.

use super::receipt::Receipt;
use crate::clearing::{Signed, body, document};
use crate::documents::REIMBURSEMENT;
use crate::reason::{Reason, Refused};
use crate::stored;
use kernel::{Date, Moment};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Document, DocumentKey, Id, PersonKey};

/// Where an application stands: the state of its document.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[repr(i16)]
pub enum State {
    /// 待审核.
    Received = 0,
    /// 已核定: decided, and not in an order.
    Decided = 1,
    /// 不予受理: turned down without a decision.
    Refused = 2,
    /// 已撤回.
    Withdrawn = 3,
    /// 待支付: in a payment order.
    Ordered = 4,
    /// 已支付.
    Paid = 5,
    /// 已退汇: the bank sent the money back.
    Returned = 6,
}

impl State {
    /// All, in order.
    pub const ALL: &'static [State] = &[
        State::Received,
        State::Decided,
        State::Refused,
        State::Withdrawn,
        State::Ordered,
        State::Paid,
        State::Returned,
    ];

    /// Stable words, in the order of [`State::ALL`].
    pub const CODES: &'static [&'static str] =
        &["received", "decided", "refused", "withdrawn", "ordered", "paid", "returned"];

    /// Stable word.
    #[must_use]
    pub fn code(self) -> &'static str {
        State::CODES.get(self as usize).copied().unwrap_or_default()
    }

    /// The state with this word.
    #[must_use]
    pub fn of(code: &str) -> Option<State> {
        State::ALL.iter().copied().find(|state| state.code() == code)
    }

    /// 中文.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            State::Received => "待审核",
            State::Decided => "已核定",
            State::Refused => "不予受理",
            State::Withdrawn => "已撤回",
            State::Ordered => "待支付",
            State::Paid => "已支付",
            State::Returned => "已退汇",
        }
    }
}

/// An application.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Application {
    /// Its number.
    pub number: Arc<str>,
    /// 人员编号.
    pub person: Arc<str>,
    /// What was handed in.
    pub stated: Stated,
    /// Documents that the policy asks for and that were not handed in.
    pub missing: Vec<Arc<str>>,
    /// What a reviewer must clear before it is decided.
    pub warnings: Vec<Warning>,
    /// 受理人.
    pub received: Signed,
    /// 核定; `None`: not decided.
    pub decided: Option<Verdict>,
    /// 不予受理.
    pub refused: Option<Turned>,
    /// 撤回.
    pub withdrawn: Option<Turned>,
    /// The payment order it is in; empty if none.
    pub order: Arc<str>,
    /// What was paid, oldest first.
    pub payments: Vec<Payment>,
}

/// What an applicant hands in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Stated {
    /// 受理号 of the window or file, as whoever hands it in chose it; the same again is the same application.
    pub reference: Arc<str>,
    /// Who hands it in: the person, a relative, an employer's clerk.
    pub applicant: Arc<str>,
    /// When it was handed in: decides whether it is late.
    #[serde(with = "stored::day")]
    pub submitted: Date,
    /// When the service was given: decides policy and benefit year.
    #[serde(with = "stored::day")]
    pub service: Date,
    /// 医疗类别 (national list, or a code of `kernel::Category`).
    pub category: Arc<str>,
    /// 病种编码; empty if none.
    pub disease: Arc<str>,
    /// Who issued the receipts.
    pub issuer: Issuer,
    /// Of a purchase at a pharmacy: who prescribed it.
    pub prescriber: Option<Prescriber>,
    /// 票据.
    pub receipts: Vec<Receipt>,
    /// 材料, in the words of the policy.
    pub documents: Vec<Arc<str>>,
    /// 费用明细.
    pub lines: Vec<PaperLine>,
    /// The person asks that the own account pays what the funds do not.
    pub account: bool,
    /// Who is paid.
    pub payee: Payee,
}

impl Default for Stated {
    fn default() -> Stated {
        Stated {
            reference: Arc::default(),
            applicant: Arc::default(),
            submitted: Date::MIN,
            service: Date::MIN,
            category: Arc::default(),
            disease: Arc::default(),
            issuer: Issuer::default(),
            prescriber: None,
            receipts: Vec::new(),
            documents: Vec::new(),
            lines: Vec::new(),
            account: false,
            payee: Payee::default(),
        }
    }
}

impl Stated {
    /// 票据金额 together, fen.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.receipts.iter().fold(0, |sum, receipt| sum.saturating_add(receipt.amount))
    }
}

/// The institution that issued the receipts.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Issuer {
    /// 定点医药机构编号; empty if not known. If a directory lists it, the directory says what it is.
    pub code: Arc<str>,
    /// 名称 as on the receipt.
    pub name: Arc<str>,
    /// 统筹区 in which it lies, six digits; empty: not known, and not the own one.
    pub area: Arc<str>,
    /// Level, a code of `kernel::Level`; empty: ungraded.
    pub level: Arc<str>,
    /// A code of `kernel::Venue`; empty: a hospital.
    pub venue: Arc<str>,
    /// 定点 at its place.
    pub designated: bool,
    /// Kind of off-site care, a code of `kernel::Place`; empty: what is filed decides.
    pub place: Arc<str>,
}

impl Issuer {
    /// As a person reads it.
    #[must_use]
    pub fn shown(&self) -> &str {
        if self.name.is_empty() { &self.code } else { &self.name }
    }

    /// True if both are the same institution, as far as code and name tell.
    #[must_use]
    pub fn is(&self, code: &str, name: &str) -> bool {
        (!code.is_empty() && *self.code == *code) || (!name.is_empty() && *self.name == *name)
    }
}

/// Who prescribed what a pharmacy sold.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Prescriber {
    /// Level, a code of `kernel::Level`.
    pub level: Arc<str>,
    /// 定点.
    pub designated: bool,
}

/// A fee line as the clerk entered it from the papers.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PaperLine {
    /// 医疗目录编码; what no catalogue lists is paid by the person.
    pub item: Arc<str>,
    /// 名称 as on the list.
    pub name: Arc<str>,
    /// 数量, ten-thousandths.
    pub quantity: i64,
    /// 单价, millionths of a yuan.
    pub price: i64,
    /// 金额, fen.
    pub amount: i64,
    /// 限制使用 was found met: 1 yes, 2 no; empty: not said.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub approval: Arc<str>,
    /// 病种编码 of the line; empty if none.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub disease: Arc<str>,
}

/// To which account of a bank it is paid.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Payee {
    /// 户名.
    pub name: Arc<str>,
    /// 开户行.
    pub bank: Arc<str>,
    /// 账号.
    pub account: Arc<str>,
}

/// What may be wrong with an application.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Caveat {
    /// 材料不全.
    MissingDocument,
    /// 逾期, where the policy lets late claims be paid.
    Late,
    /// The institution is in no directory: level, agreement and kind are as stated.
    IssuerUnverified,
    /// The kind of off-site care is stated, and filed is another.
    PlaceUnverified,
    /// Another application names the same institution, day and amount under another number.
    SameAmount,
    /// The same was settled at a counter that day.
    SettledAtCounter,
}

impl Caveat {
    /// All, in order.
    pub const ALL: &'static [Caveat] = &[
        Caveat::MissingDocument,
        Caveat::Late,
        Caveat::IssuerUnverified,
        Caveat::PlaceUnverified,
        Caveat::SameAmount,
        Caveat::SettledAtCounter,
    ];

    /// Stable words, in the order of [`Caveat::ALL`].
    pub const CODES: &'static [&'static str] = &[
        "missing-document",
        "late",
        "issuer-unverified",
        "place-unverified",
        "same-amount",
        "settled-at-counter",
    ];

    /// Stable word.
    #[must_use]
    pub fn code(self) -> &'static str {
        Caveat::CODES.get(self as usize).copied().unwrap_or_default()
    }

    /// The one with this word, or with this 中文 name.
    #[must_use]
    pub fn of(text: &str) -> Option<Caveat> {
        Caveat::ALL.iter().copied().find(|caveat| caveat.code() == text || caveat.zh() == text)
    }

    /// 中文.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Caveat::MissingDocument => "材料不全",
            Caveat::Late => "超过申请期限",
            Caveat::IssuerUnverified => "机构待核实",
            Caveat::PlaceUnverified => "异地类别待核实",
            Caveat::SameAmount => "疑似重复票据",
            Caveat::SettledAtCounter => "疑似已联网结算",
        }
    }
}

/// Something to be looked at before it is decided.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Warning {
    /// What.
    pub caveat: Caveat,
    /// What it is about: a document, an application, a settlement; empty if nothing more can be named.
    #[serde(default)]
    pub about: Arc<str>,
    /// In words.
    #[serde(default)]
    pub words: Arc<str>,
    /// Who looked at it, and found what.
    #[serde(default)]
    pub cleared: Option<Cleared>,
}

/// Who cleared a warning.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Cleared {
    /// Who, when.
    pub by: Signed,
    /// 核实情况.
    pub note: Arc<str>,
}

/// A reviewer clears warnings of a kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Clear {
    /// Which.
    pub caveat: Caveat,
    /// 核实情况.
    pub note: Arc<str>,
}

/// What was decided. The entry says it all; this is what lists, orders and notices need.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Verdict {
    /// 核定人.
    pub by: Signed,
    /// 意见.
    pub opinion: Arc<str>,
    /// The entry.
    pub entry: Id,
    /// 总费用, fen.
    pub total: i64,
    /// 政策范围内, fen.
    pub in_scope: i64,
    /// 起付标准 charged, fen.
    pub deductible: i64,
    /// By fund, fen: pool, large amount, subsidy.
    pub funds: [i64; 3],
    /// From the own account, fen.
    pub account: i64,
    /// What the person bears, fen.
    pub cash: i64,
    /// Why nothing or less is paid, a code of `kernel::Refusal`; empty if nothing was withheld.
    pub withheld: Arc<str>,
    /// The same in words.
    pub why: Arc<str>,
    /// The articles behind it, each once.
    pub articles: Vec<Arc<str>>,
}

impl Verdict {
    /// What is owed to the person by the decision itself, fen.
    #[must_use]
    pub fn owed(&self) -> i64 {
        self.funds.iter().sum::<i64>() + self.account
    }
}

/// Turned down, or taken back.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Turned {
    /// Who, when.
    pub by: Signed,
    /// Why.
    pub reason: Arc<str>,
    /// The article it rests on; empty if none.
    pub article: Arc<str>,
    /// The entry that takes the decision back; `None` if there was none.
    pub entry: Option<Id>,
}

/// A payment.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Payment {
    /// 批次.
    pub order: Arc<str>,
    /// Taken off what is owed to the person, fen.
    pub payable: i64,
    /// Set off against what the person owes for this claim since it was decided anew, fen.
    pub receivable: i64,
    /// The entry.
    pub entry: Id,
    /// When.
    pub at: Arc<str>,
    /// 退汇; `None`: it arrived.
    pub returned: Option<Returned>,
}

impl Payment {
    /// What left the bank, fen.
    #[must_use]
    pub const fn net(&self) -> i64 {
        self.payable - self.receivable
    }
}

/// The bank sent it back.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Returned {
    /// Who noted it, when.
    pub by: Signed,
    /// Why, as the bank says.
    pub reason: Arc<str>,
    /// The entry.
    pub entry: Id,
}

/// What is to be paid for a claim, fen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Due {
    /// Owed to the person.
    pub payable: i64,
    /// Owed by the person for the same claim.
    pub receivable: i64,
}

impl Due {
    /// What is to leave the bank, fen; not above zero: nothing.
    #[must_use]
    pub const fn net(self) -> i64 {
        self.payable - self.receivable
    }
}

impl Application {
    /// Where it is kept.
    #[must_use]
    pub fn key(person: &PersonKey, number: &str) -> DocumentKey {
        DocumentKey {
            area: person.area,
            kind: Arc::from(REIMBURSEMENT),
            owner: person.person.clone(),
            number: Arc::from(number),
        }
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> State {
        let last = self.payments.last().map(|payment| payment.returned.is_some());
        match (&self.withdrawn, &self.refused, &self.decided) {
            (Some(_), ..) => State::Withdrawn,
            (None, Some(_), _) => State::Refused,
            (None, None, None) => State::Received,
            _ if !self.order.is_empty() => State::Ordered,
            _ => match last {
                None => State::Decided,
                Some(false) => State::Paid,
                Some(true) => State::Returned,
            },
        }
    }

    /// Reads a stored one.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it is not what this program writes.
    pub fn read(document: &Document) -> Result<Application, Refused> {
        body(document)
    }

    /// As stored.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it cannot be written.
    pub fn filed(&self, person: &PersonKey, at: Moment) -> Result<Document, Refused> {
        document(Application::key(person, &self.number), at, self.state() as i16, self)
    }

    /// It must be in one of these states.
    ///
    /// # Errors
    /// [`Reason::DocumentState`] says where it stands and where it should.
    pub fn expect(&self, states: &[State]) -> Result<(), Refused> {
        if states.contains(&self.state()) {
            return Ok(());
        }
        let wanted: Vec<&str> = states.iter().map(|state| state.zh()).collect();
        let (number, state) = (&self.number, self.state().zh());
        let words = format!("申请{number}{state}，应为{}", wanted.join("或"));
        Err(Refused::new(Reason::DocumentState, words))
    }

    /// What is to be paid now; `corrected`: by how much the funds pay more since it was decided, fen.
    #[must_use]
    pub fn due(&self, corrected: i64) -> Due {
        if self.withdrawn.is_some() {
            return Due::default();
        }
        let arrived = || self.payments.iter().filter(|payment| payment.returned.is_none());
        let owed = self.decided.as_ref().map_or(0, Verdict::owed);
        let paid: i64 = arrived().map(|payment| payment.payable).sum();
        let set_off: i64 = arrived().map(|payment| payment.receivable).sum();
        Due { payable: owed + corrected.max(0) - paid, receivable: (-corrected).max(0) - set_off }
    }

    /// What was paid and arrived, fen.
    #[must_use]
    pub fn paid(&self) -> i64 {
        let arrived = self.payments.iter().filter(|payment| payment.returned.is_none());
        arrived.map(Payment::net).sum()
    }

    /// Warnings that nobody has cleared.
    pub fn open(&self) -> impl Iterator<Item = &Warning> {
        self.warnings.iter().filter(|warning| warning.cleared.is_none())
    }

    /// Adds warnings that are not there yet.
    pub(crate) fn warn(&mut self, warnings: impl IntoIterator<Item = Warning>) {
        for warning in warnings {
            let same = |it: &Warning| it.caveat == warning.caveat && it.about == warning.about;
            if !self.warnings.iter().any(same) {
                self.warnings.push(warning);
            }
        }
    }

    /// Clears warnings.
    ///
    /// # Errors
    /// [`Reason::Content`] without a note, or if there is no such warning.
    pub(crate) fn clear(&mut self, clear: &[Clear], by: &Signed) -> Result<(), Refused> {
        for Clear { caveat, note } in clear {
            if note.trim().is_empty() {
                let words = format!("{}：须写明核实情况", caveat.zh());
                return Err(Refused::new(Reason::Content, words));
            }
            let mut any = false;
            for warning in self.warnings.iter_mut().filter(|it| it.caveat == *caveat) {
                any = true;
                let cleared = || Cleared { by: by.clone(), note: note.clone() };
                warning.cleared.get_or_insert_with(cleared);
            }
            if !any {
                let words = format!("申请{}没有“{}”的提示", self.number, caveat.zh());
                return Err(Refused::new(Reason::Content, words));
            }
        }
        Ok(())
    }
}
