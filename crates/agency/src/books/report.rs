//! What a check found: counts, and faults from a closed list.

use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Area, Id};

macro_rules! kinds {
    ($($(#[$meta:meta])* $kind:ident = $code:literal, $zh:literal, $en:literal;)+) => {
        /// What is wrong.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Kind { $($(#[$meta])* $kind),+ }

        impl Kind {
            /// All.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind),+];

            /// A stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Kind::$kind => $code),+ }
            }

            /// 中文.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Kind::$kind => $zh),+ }
            }

            /// English.
            #[must_use]
            pub const fn en(self) -> &'static str {
                match self { $(Kind::$kind => $en),+ }
            }
        }
    };
}

kinds! {
    /// Postings of an entry do not sum to zero.
    Unbalanced = "unbalanced", "记账的借贷不平", "the postings of an entry do not sum to zero";
    /// A posting to a head that the chart does not have.
    UnknownHead = "unknown-head", "分录的科目不在科目表内", "a posting to a head that the chart does not have";
    /// The record cannot be read.
    Record = "record", "记账的内容无法读取", "the record of an entry cannot be read";
    /// Columns of the entry are not what its record says.
    Columns = "columns", "记账的列与其内容不符", "columns of an entry differ from its record";
    /// Postings are not what the record says.
    Postings = "postings", "分录与记账的内容不符", "the postings of an entry differ from its record";
    /// The parts of a bill, or its payers, do not sum to its total.
    Payers = "payers", "分项或各支付方合计不等于总费用", "parts or payers do not sum to the total";
    /// What undoes an entry is not linked to it once and in both directions.
    UndoLink = "undo-link", "撤销或冲正的对应关系不对", "what undoes an entry and the entry do not point at each other, once";
    /// What undoes an entry is not its negation.
    Negation = "negation", "撤销或冲正的金额不是原记账的相反数", "what undoes an entry is not its exact negation";
    /// The account before an entry is not what its record rests on.
    Wallet = "wallet", "结算所依据的账户余额与账面不符", "an entry rests on an account that held something else";
    /// Accumulators before an entry are not what its record rests on.
    Used = "used", "结算所依据的累计与账面不符", "an entry rests on accumulators that were something else";
    /// The balance that the record states afterwards is wrong.
    BalanceAfter = "balance-after", "记账后余额与账面不符", "the balance stated after an entry is not that of the books";
    /// An account row is not the sum of the postings.
    Account = "account", "个人账户余额与分录合计不符", "an account row is not the sum of its postings";
    /// The newest entry that an account row names is not the newest.
    Last = "last", "账户所记的最后一笔不是最后一笔", "an account row names another entry as its newest";
    /// An account is overdrawn, or an accumulator below zero.
    Negative = "negative", "余额或累计为负", "an account or an accumulator is below zero";
    /// An accumulator row is not the sum of the moves.
    Cells = "cells", "年度累计与各笔变动合计不符", "an accumulator row is not the sum of its moves";
    /// Somebody has entries and no account row.
    NoAccount = "no-account", "有记账而没有账户", "entries of somebody without an account row";
    /// A visit and the settlements it lists contradict each other.
    Visit = "visit", "就诊所记的结算与记账不符", "a visit lists a settlement that is not so, or does not list one that is";
    /// A message points at an entry that is not there.
    Message = "message", "报文指向的记账不存在", "a message points at an entry that is not there";
    /// Sums of everything do not come to zero.
    Trial = "trial", "试算不平", "the trial balance is not zero";
    /// A closing is not the sum of the postings up to its day.
    Closing = "closing", "日结余额与分录合计不符", "a closing is not the sum of the postings up to its day";
    /// A correction and the settlement that it corrects contradict each other.
    Correction = "correction", "更正与所更正的结算不符", "a correction and the settlement that it corrects contradict each other";
    /// What a month of contributions says was credited for it is not what was.
    Month = "month", "缴费月所记的已划入金额与记账不符", "a month says that something else was credited for it than was";
    /// A statement of an institution is not what the books say of its month.
    Statement = "statement", "结算单与账面不符", "a statement of an institution differs from the books";
    /// An application of a paper claim is not what the entries and the register of receipts say of it.
    PaperClaim = "paper-claim", "零星报销申请与记账、支付或票据登记不符", "a paper claim differs from its entries or from the register of receipts";
    /// What is kept about the funds is not what the entries say.
    Funds = "funds", "基金月结或基金收支凭证与记账不符", "a kept month or a voucher of the funds differs from the entries";
    /// What a year of interest says was credited is not what was.
    Interest = "interest", "个人账户计息与记账不符", "a year of interest says that something else was credited than was";
    /// What cases recovered is not what entries and registers say.
    Recovery = "recovery", "案件追回与记账或追回登记不符", "what cases recovered differs from the entries or from the registers of settlements";
    /// Kind, postings or payers of an entry cannot be read.
    Unreadable = "unreadable", "记账的种类、分录或付款人无法读取，未计入核对", "kind, postings or payers of an entry cannot be read; it is left out of the check";
    /// Decided again, a settlement comes out otherwise.
    Replay = "replay", "按原政策重新计算，结果不同", "decided again under its policy, a settlement comes out otherwise";
}

impl Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// One thing that is wrong.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Fault {
    /// What.
    pub kind: Kind,
    /// Whose books.
    #[serde(serialize_with = "area")]
    pub area: Area,
    /// 人员编号; empty if nobody's.
    pub person: Arc<str>,
    /// The entry; `None` if it is about none.
    pub entry: Option<Id>,
    /// Where exactly: a column, a head, an accumulator.
    pub place: String,
    /// What would be right.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

fn area<S: serde::Serializer>(area: &Area, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(area)
}

impl Fault {
    /// In words, on one line.
    #[must_use]
    pub fn text(&self, english: bool) -> String {
        let Fault { kind, area, person, entry, place, expected, found } = self;
        let entry = entry.map_or_else(String::new, |entry| entry.to_string());
        let mut text = if english { kind.en() } else { kind.zh() }.to_owned();
        let parts = [
            (" 人员 ", ", person ", &**person),
            (" 记账 ", ", entry ", entry.as_str()),
            ("，", ", ", place.as_str()),
            ("：应为 ", ": expected ", expected.as_str()),
            ("，实为 ", ", found ", found.as_str()),
        ];
        for (zh, en, value) in parts {
            if !value.is_empty() {
                text.push_str(if english { en } else { zh });
                text.push_str(value);
            }
        }
        format!("[{}] {area} {text}", kind.code())
    }
}

/// How much was looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct Counts {
    /// Entries.
    pub entries: u64,
    /// Postings.
    pub postings: u64,
    /// Account rows.
    pub people: u64,
    /// Accumulator rows.
    pub years: u64,
    /// Visits.
    pub visits: u64,
    /// Messages.
    pub messages: u64,
    /// Closings.
    pub closings: u64,
    /// Settlements, undos and reversals decided again.
    pub replayed: u64,
}

/// The most faults that are kept; all are counted.
const KEPT: usize = 1_000;

/// What a check found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// How much was looked at.
    pub counts: Counts,
    /// The first faults.
    pub faults: Vec<Fault>,
    /// All faults, by code.
    pub by_kind: BTreeMap<&'static str, u64>,
    /// Entries were posted during the check: differences of accounts, accumulators and visits may come from it.
    pub moved: bool,
}

impl Report {
    /// Nothing is wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.by_kind.is_empty()
    }

    /// How many things are wrong.
    #[must_use]
    pub fn wrong(&self) -> u64 {
        self.by_kind.values().sum()
    }

    pub(super) fn add(&mut self, fault: Fault) {
        *self.by_kind.entry(fault.kind.code()).or_default() += 1;
        if self.faults.len() < KEPT {
            self.faults.push(fault);
        }
    }
}
