//! 到账: what a party owes comes back, over the bank or by a deduction that was taken; or what it paid is returned to it after
//! an appeal.

use super::{named, standing};
use crate::business::post::Post;
use crate::business::{Business, Context, Decision};
use crate::clearing::Statement;
use crate::ledger::{Head, Journal};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::record::{Booking, Recovered, Recovery, VERSION};
use crate::supervise::case::{Case, CaseRecovery, CaseState};
use crate::world::World;
use kernel::Fen;
use std::sync::Arc;
use store::{EntryKind, PersonKey, Wants};

/// How money comes back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// 银行到账; negative: 退回.
    Bank,
    /// The deduction that was filed with the recovery was taken in the clearing of its month.
    Deduction,
}

/// Books money that came back.
#[derive(Clone, Debug)]
pub struct CollectCase {
    /// The party, as its number names it ([`Case::party_of`]).
    pub party: PersonKey,
    /// The case.
    pub number: Arc<str>,
    /// How.
    pub way: Way,
    /// How much over the bank, fen; `None`: all that is open.
    pub fen: Option<i64>,
    /// 流水号 of the bank; empty for a deduction.
    pub reference: Arc<str>,
    /// Who books it.
    pub by: Arc<str>,
    /// The month of the deduction, `YYYY-MM`, as far as known: looked at in one go.
    pub month: Arc<str>,
}

impl CollectCase {
    /// What came in over the bank.
    fn bank(&self, recovery: &CaseRecovery) -> Result<i64, Refused> {
        named(&self.reference, "银行流水号")?;
        if !recovery.deduction.is_empty() && !recovery.taken && !recovery.overturned {
            let words = format!("以扣款{}追回，月结算后用扣款登记", recovery.deduction);
            return Err(Refused::new(Reason::DocumentState, words));
        }
        let open = recovery.open();
        let fen = self.fen.unwrap_or(open);
        let fits = if open < 0 { fen == open } else { 0 < fen && fen <= open };
        if fits {
            return Ok(fen);
        }
        let words = match open {
            0 => "没有未到账的金额".to_owned(),
            open if open < 0 => format!("应退回当事人{}元，须一次退清", Fen::new(-open)),
            open => format!("未到账{}元，本次{}元", Fen::new(open), Fen::new(fen)),
        };
        Err(Refused::new(Reason::Content, words))
    }

    /// What the deduction of a closed month came to.
    fn deducted(&self, world: &World, recovery: &CaseRecovery) -> Result<i64, Refused> {
        let number = &recovery.deduction;
        if number.is_empty() || recovery.taken || recovery.overturned {
            let words = "没有待登记的扣款";
            return Err(Refused::new(Reason::DocumentState, words));
        }
        let month = number.get(..7).unwrap_or_default();
        let key = Statement::key(self.party.area, &self.party.person, month);
        let open = || Refused::new(Reason::DocumentState, format!("{month}尚未结算"));
        let (statement, _) = Statement::read(world.document(&key).ok_or_else(open)?)?;
        let cut = statement.deductions.iter().find(|cut| cut.number == *number);
        let missing = || Refused::new(Reason::Conflict, format!("{month}结算单没有扣款{number}"));
        cut.map(|cut| cut.fen).ok_or_else(missing)
    }
}

impl Business for CollectCase {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.party)
    }

    fn wants(&self, wants: &mut Wants) {
        let PersonKey { area, person } = &self.party;
        wants.documents.insert(Case::key(*area, &self.number));
        if !self.month.is_empty() {
            wants.documents.insert(Statement::key(*area, person, &self.month));
        }
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        named(&self.by, "经办人")?;
        let PersonKey { area, person } = &self.party;
        let states = [CaseState::Recovering, CaseState::Appealed];
        let (mut case, _, found) = standing(world, *area, &self.number, &states)?;
        let missing = || Refused::new(Reason::Conflict, &*self.number);
        let mut recovery = case.recovery.clone().ok_or_else(missing)?;
        let (head, fen, what) = match self.way {
            Way::Bank => (Head::Bank, self.bank(&recovery)?, "银行到账"),
            Way::Deduction => {
                let fen = self.deducted(world, &recovery)?;
                recovery.taken = true;
                (Head::Deductions, fen, "扣款到账")
            }
        };
        recovery.collected += fen;
        let mut post = Post::of_party(world, &self.party, context);
        let mut entries = Vec::new();
        if fen != 0 {
            let id = post.id(&self.party, context)?;
            let mut journal = Journal::default();
            journal.post(head, &Arc::default(), Fen::new(fen));
            journal.post(Head::Receivable, person, Fen::new(-fen));
            let account = post.account(&self.party)?;
            let (current, earlier) = (account.current.get(), account.earlier.get());
            let booking = Booking {
                v: VERSION,
                source: "事后监管".into(),
                reference: self.number.clone(),
                day: context.at.date().to_string().into(),
                note: what.into(),
                wallet: (current, earlier),
                moves: Vec::new(),
                balance: current + earlier,
            };
            let (case, collected) = (self.number.clone(), fen);
            let recovery = Recovery { case, collected, ..Recovery::default() };
            let record = Recovered { booking, recovery }.to_json()?;
            let (year, kind) = (post.year(), EntryKind::Recovery);
            post.book_as(id, kind, &self.party, year, journal, (&[], record))?;
            entries.push(id);
        }
        let words = match self.way {
            Way::Bank => format!("流水{}", self.reference),
            Way::Deduction => format!("扣款{}", recovery.deduction),
        };
        let what = if fen < 0 { "退回当事人" } else { what };
        let step = case.step(context.at, &self.by, what, &words);
        (step.fen, step.entries) = (fen, entries);
        case.recovery = Some(recovery);
        post.changes.documents.push(case.filed(*area, found.at)?);
        Ok(post.decision(Outcome::of_document(&case)?))
    }
}
