//! 基金建账: what the funds had, owed and had left when the books were opened here.

use super::{Voucher, party};
use crate::business::post::Post;
use crate::business::{Business, Context, Decision};
use crate::funds::FundKind;
use crate::ledger::{Head, Journal};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::record::{Booking, VERSION};
use crate::world::World;
use kernel::{Date, Fen};
use std::sync::Arc;
use store::{Area, EntryKind, PersonKey, Wants};

/// Opens the funds of an area, once. What is at the bank and owed to the funds is what they owe and have left.
#[derive(Clone, Debug)]
pub struct OpenFunds {
    /// Whose books.
    pub area: Area,
    /// The day at whose end the balances were so.
    pub day: Date,
    /// 银行存款, fen.
    pub bank: i64,
    /// What each fund had left, fen, in the order of [`FundKind::ALL`]; that of the accounts is what they held, which is
    /// opened account by account.
    pub left: [i64; 4],
    /// What was owed, by head and party, fen: to the funds under [`Head::Receivable`], by them under [`Head::Payable`],
    /// [`Head::Deposit`], [`Head::PayableToPeople`], [`Head::PremiumsCollected`].
    pub owed: Vec<(Head, Arc<str>, i64)>,
    /// Who says so.
    pub source: Arc<str>,
}

/// The document's owner and number.
const OPENING: &str = "opening";

impl OpenFunds {
    fn journal(&self) -> Result<Journal, Refused> {
        let nobody: Arc<str> = Arc::default();
        let mut journal = Journal::default();
        journal.post(Head::Bank, &nobody, Fen::new(self.bank));
        let (mut has, mut owes) = (self.bank, self.left.iter().sum::<i64>());
        for (fund, left) in FundKind::ALL.iter().zip(self.left) {
            journal.post(fund.income().1, &nobody, Fen::new(-left));
        }
        for (head, whose, fen) in &self.owed {
            let (own, known) = (*head == Head::Receivable, OWED.contains(head));
            if !known || whose.is_empty() || *fen <= 0 || Fen::new(*fen) > Fen::MAX_AMOUNT {
                let words =
                    format!("{}“{whose}”{}：应写明对象和正数金额", head.zh(), Fen::new(*fen));
                return Err(Refused::new(Reason::Content, words));
            }
            journal.post(*head, whose, Fen::new(if own { *fen } else { -*fen }));
            *(if own { &mut has } else { &mut owes }) += fen;
        }
        if has != owes {
            let words = format!(
                "资产{}，负债与结余{}，相差{}：应相等",
                Fen::new(has),
                Fen::new(owes),
                Fen::new(has - owes)
            );
            return Err(Refused::new(Reason::Content, words));
        }
        if has == 0 && owes == 0 && self.left.iter().all(|left| *left == 0) {
            return Err(Refused::new(Reason::Content, "没有金额"));
        }
        Ok(journal)
    }
}

/// Heads that may be owed.
const OWED: &[Head] = &[
    Head::Receivable,
    Head::Payable,
    Head::Deposit,
    Head::PayableToPeople,
    Head::PremiumsCollected,
];

impl Business for OpenFunds {
    fn person(&self) -> Option<&PersonKey> {
        None
    }

    fn wants(&self, wants: &mut Wants) {
        wants.people.insert(party(self.area));
        wants.documents.insert(Voucher::key(self.area, OPENING, &Arc::from(OPENING)));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let key = Voucher::key(self.area, OPENING, &Arc::from(OPENING));
        if let Some(found) = world.document(&key) {
            let known = Voucher::read(found)?;
            let words = format!("基金已按{}建账，银行存款{}", known.day, Fen::new(known.fen));
            return Err(Refused::new(Reason::DocumentState, words));
        }
        let today = context.at.date();
        if self.day > today {
            let words = format!("建账日{}晚于今天{today}", self.day);
            return Err(Refused::new(Reason::Content, words));
        }
        let amounts = std::iter::once(&self.bank).chain(&self.left);
        if amounts.clone().any(|fen| fen.unsigned_abs() > Fen::MAX_AMOUNT.get().unsigned_abs()) {
            return Err(Refused::new(Reason::Content, "金额过大"));
        }
        let journal = self.journal()?;
        let party = party(self.area);
        let mut post = Post::of_party(world, &party, context);
        let id = post.id(&party, context)?;
        let (what, day): (Arc<str>, Arc<str>) =
            (Arc::from("基金建账"), Arc::from(self.day.to_string()));
        let booking = Booking {
            v: VERSION,
            source: self.source.clone(),
            reference: Arc::from(OPENING),
            day: day.clone(),
            note: what.clone(),
            ..Booking::default()
        };
        let (year, at) = (post.year(), post.at);
        post.book(id, EntryKind::Fund, &party, year, journal, &booking)?;
        let voucher =
            Voucher { what, fen: self.bank, day, source: self.source.clone(), at, entry: id };
        post.changes.documents.push(voucher.filed(key)?);
        Ok(post.decision(Outcome::of_document(&voucher)?))
    }
}
