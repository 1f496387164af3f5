//! 基金收支: money of a fund that arrives at the bank or leaves it.

use super::{Voucher, party};
use crate::business::post::Post;
use crate::business::{Business, Context, Decision};
use crate::funds::FundKind;
use crate::ledger::{Head, Journal};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::record::{Booking, VERSION};
use crate::world::World;
use kernel::account::Purpose;
use kernel::{Date, Fen};
use std::sync::Arc;
use store::{Area, EntryKind, PersonKey, Wants};

/// What moves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Movement {
    /// 利息收入: the bank's interest on a fund. That of the accounts waits until accounts are credited with it.
    Interest(FundKind),
    /// 财政补贴: of the pool, the large-amount fund or the subsidies.
    FiscalSubsidy(FundKind),
    /// 代收保费上解: premiums taken from accounts are handed to the fund they are for.
    Premiums(Purpose),
    /// 转移资金到账: money that came with people from another area.
    TransferReceived,
    /// 转移资金划出: money that goes with people to another area.
    TransferSent,
}

impl Movement {
    /// Stable words.
    pub const CODES: &'static [&'static str] =
        &["interest", "fiscal-subsidy", "premiums", "transfer-received", "transfer-sent"];

    /// The movement with this word; `of`: the fund, or the purpose of premiums, by its word.
    #[must_use]
    pub fn from_code(code: &str, of: &str) -> Option<Movement> {
        Some(match code {
            "interest" => Movement::Interest(FundKind::from_code(of)?),
            "fiscal-subsidy" => Movement::FiscalSubsidy(
                FundKind::from_code(of).filter(|fund| *fund != FundKind::Accounts)?,
            ),
            "premiums" => Movement::Premiums(Purpose::from_code(of).filter(|purpose| {
                matches!(purpose, Purpose::ResidentPremium | Purpose::LongTermCarePremium)
            })?),
            "transfer-received" if of.is_empty() => Movement::TransferReceived,
            "transfer-sent" if of.is_empty() => Movement::TransferSent,
            _ => return None,
        })
    }

    /// Stable word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Movement::Interest(_) => "interest",
            Movement::FiscalSubsidy(_) => "fiscal-subsidy",
            Movement::Premiums(_) => "premiums",
            Movement::TransferReceived => "transfer-received",
            Movement::TransferSent => "transfer-sent",
        }
    }

    /// 中文.
    #[must_use]
    pub fn zh(self) -> String {
        match self {
            Movement::Interest(fund) => format!("{}利息收入", fund.zh()),
            Movement::FiscalSubsidy(fund) => format!("{}财政补贴", fund.zh()),
            Movement::Premiums(purpose) => format!("{}上解", purpose.zh()),
            Movement::TransferReceived => "转移资金到账".to_owned(),
            Movement::TransferSent => "转移资金划出".to_owned(),
        }
    }

    /// What its entry is.
    #[must_use]
    pub const fn kind(self) -> EntryKind {
        match self {
            Movement::Interest(_) => EntryKind::Interest,
            Movement::FiscalSubsidy(_) | Movement::TransferReceived => EntryKind::Fund,
            Movement::Premiums(_) | Movement::TransferSent => EntryKind::Payment,
        }
    }

    /// The head beside the bank, its party, and whether the money arrives.
    fn head(self) -> (Head, Arc<str>, bool) {
        match self {
            Movement::Interest(fund) | Movement::FiscalSubsidy(fund) => {
                (fund.income().0, Arc::default(), true)
            }
            Movement::Premiums(purpose) => {
                (Head::PremiumsCollected, Arc::from(purpose.code()), false)
            }
            Movement::TransferReceived => (Head::Transfers, Arc::default(), true),
            Movement::TransferSent => (Head::Transfers, Arc::default(), false),
        }
    }
}

/// Enters a movement of money.
#[derive(Clone, Debug)]
pub struct MoveMoney {
    /// Whose books.
    pub area: Area,
    /// What moves.
    pub movement: Movement,
    /// How much, fen. Interest may be negative, where the bank takes back what it paid too much.
    pub amount: i64,
    /// The number of whoever moved it, such as the bank's: the same is entered once.
    pub reference: Arc<str>,
    /// Who says so.
    pub source: Arc<str>,
    /// The day on which it moved.
    pub day: Date,
}

/// What is answered.
pub type Moved = Voucher;

impl Business for MoveMoney {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        wants.people.insert(party(self.area));
        wants.documents.insert(Voucher::key(self.area, self.movement.code(), &self.reference));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let (amount, today) = (Fen::new(self.amount), context.at.date());
        let content = |words: String| Err(Refused::new(Reason::Content, words));
        let takes_back = matches!(self.movement, Movement::Interest(_)) && self.amount < 0;
        let size = Fen::new(self.amount.saturating_abs());
        if amount == Fen::ZERO || size > Fen::MAX_AMOUNT || (amount.is_negative() && !takes_back) {
            return content(format!("{}的金额{amount}应为正数", self.movement.zh()));
        }
        if self.reference.trim().is_empty() {
            return content(format!("{}缺少凭证号", self.movement.zh()));
        }
        if self.day > today {
            return content(format!("{}的日期{}晚于今天{today}", self.movement.zh(), self.day));
        }
        let key = Voucher::key(self.area, self.movement.code(), &self.reference);
        if let Some(found) = world.document(&key) {
            let known = Voucher::read(found)?;
            let (fen, day) = (Fen::new(known.fen), &known.day);
            let words = format!("凭证{}已记账：{}{fen}，{day}", self.reference, known.what);
            return Err(Refused::new(Reason::DocumentState, words));
        }
        let party = party(self.area);
        let mut post = Post::of_party(world, &party, context);
        let id = post.id(&party, context)?;
        let (head, of, arrives) = self.movement.head();
        let into = if arrives { amount } else { -amount };
        let mut journal = Journal::default();
        journal.post(Head::Bank, &Arc::default(), into);
        journal.post(head, &of, -into);
        let what: Arc<str> = Arc::from(self.movement.zh());
        let day: Arc<str> = Arc::from(self.day.to_string());
        let booking = Booking {
            v: VERSION,
            source: self.source.clone(),
            reference: self.reference.clone(),
            day: day.clone(),
            note: what.clone(),
            ..Booking::default()
        };
        let (year, at) = (post.year(), post.at);
        post.book(id, self.movement.kind(), &party, year, journal, &booking)?;
        let source = self.source.clone();
        let voucher = Voucher { what, fen: self.amount, day, source, at, entry: id };
        post.changes.documents.push(voucher.filed(key)?);
        Ok(post.decision(Outcome::of_document(&voucher)?))
    }
}
