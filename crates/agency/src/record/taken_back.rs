//! Records of entries that take others back: undos 撤销, reversals 冲正, and reversals of undos.
//!
//! An undo follows the policy's refund model. Reversals are exact, whatever the model: afterwards the books are as if the
//! message had never arrived. So the reversal of an undo re-posts the exact negation of the undo.

use super::words::earlier_first;
use super::{Decision, PortionOut, Purse, Record};
use crate::cells;
use crate::reason::Refused;
use crate::regions::{Regions, Version};
use kernel::policy::RefundModel;
use kernel::{BillId, Fen, OrderKey, Settlement, refund};
use serde::{Deserialize, Serialize};
use store::Cells;

/// Of a record that takes another entry back: how, and on what.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TakenBack {
    /// How.
    pub how: How,
    /// When the message that does so was sent, by the sender's clock, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<i64>,
    /// Of an undo: accumulators before; of a reinstatement: those before the undo that it takes back.
    #[serde(default, skip_serializing_if = "Cells::is_empty")]
    pub used: Cells,
}

/// How an entry takes another back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// 撤销 of a settlement, by the refund model of its policy.
    Undo,
    /// 冲正 of a settlement, exact.
    Reversal,
    /// 冲正 of an undo, exact.
    Reinstatement,
}

impl Record {
    /// The undo of this settlement on the accumulators of now.
    ///
    /// # Errors
    /// [`crate::Reason::Conflict`] if the settlement cannot be decided again.
    pub fn undone(&self, used: Cells, regions: &Regions) -> Result<Record, Refused> {
        let mut record = self.negated(How::Undo, used);
        let version = regions.version(&self.inputs.policy);
        if version.is_some_and(|version| version.policy.refund == RefundModel::Exact) {
            return Ok(record);
        }
        let (decided, version) = self.decided(regions)?;
        let used = record.taken_back.as_ref().map(|taken| &taken.used);
        let year = cells::year(version.law, self.inputs.year, used.unwrap_or(&Cells::new()));
        let (bill, facts) = (&decided.question.bill, &decided.question.facts);
        let (id, order) = (BillId::default(), OrderKey::default());
        let refund = refund(version.policy, &year, &decided.settlement, bill, facts, id, order);
        record.moves = cells::named(version.law, &refund.moves);
        record.decision.refund_of(&self.decision, &refund, self, version);
        Ok(record)
    }

    /// The reversal of this settlement: its exact negation.
    #[must_use]
    pub fn reversed(&self) -> Record {
        self.negated(How::Reversal, Cells::new())
    }

    /// The reversal of this undo: its exact negation, which is the settlement again.
    #[must_use]
    pub fn reinstated(&self) -> Record {
        let used = self.taken_back.as_ref().map(|taken| taken.used.clone());
        self.negated(How::Reinstatement, used.unwrap_or_default())
    }

    /// Accumulators as this undo left them, as far as its settlement can reach.
    #[must_use]
    pub fn left_behind(&self) -> Cells {
        let used = self.taken_back.as_ref().map(|taken| &taken.used);
        cells::after(used.unwrap_or(&Cells::new()), &self.moves)
    }

    fn negated(&self, how: How, used: Cells) -> Record {
        Record {
            v: self.v,
            who: self.who.clone(),
            case: self.case.clone(),
            inputs: self.inputs.clone(),
            decision: self.decision.negated(),
            moves: self.moves.iter().map(|(name, by)| (name.clone(), -by)).collect(),
            balance: 0,
            trace: Vec::new(),
            original: self.original,
            taken_back: Some(TakenBack { how, sent: None, used }),
        }
    }
}

impl Decision {
    /// Every amount negated; shares, limits and reasons stay.
    #[must_use]
    pub fn negated(&self) -> Decision {
        Decision {
            total: -self.total,
            full_self_pay: -self.full_self_pay,
            over_ceiling: -self.over_ceiling,
            first_pay: -self.first_pay,
            in_scope: -self.in_scope,
            deductible: -self.deductible,
            funds: self.funds.map(|amount| -amount),
            account_current: -self.account_current,
            account_earlier: -self.account_earlier,
            family: self.family.iter().map(Purse::negated).collect(),
            cash: -self.cash,
            portions: self.portions.iter().map(PortionOut::negated).collect(),
            lines: self.lines.iter().map(|parts| parts.map(|amount| -amount)).collect(),
            ..self.clone()
        }
    }

    /// Takes over what the refund gives back otherwise than by exact negation.
    fn refund_of(
        &mut self,
        original: &Decision,
        refund: &Settlement,
        record: &Record,
        version: Version<'_>,
    ) {
        self.deductible = refund.deductible.get();
        self.funds = refund.funds.map(Fen::get);
        self.account_current = refund.account_current.get();
        self.account_earlier = refund.account_earlier.get();
        self.cash = refund.cash.get();
        for (out, portion) in self.portions.iter_mut().zip(&refund.portions) {
            out.deductible = portion.deductible.get();
            out.funds = portion.funds.map(Fen::get);
        }
        self.family.clear();
        for (purse, amount) in record.inputs.family.iter().zip(&refund.family) {
            let paid = original.family.iter().find(|paid| paid.payer == purse.payer);
            if let Some(paid) = paid.filter(|_| *amount != Fen::ZERO) {
                self.family.push(paid.given_back(-amount.get(), earlier_first(version.policy)));
            }
        }
    }
}

impl PortionOut {
    fn negated(&self) -> PortionOut {
        PortionOut {
            in_scope: -self.in_scope,
            deductible: -self.deductible,
            funds: self.funds.map(|amount| -amount),
            ..self.clone()
        }
    }
}

impl Purse {
    fn negated(&self) -> Purse {
        Purse { payer: self.payer.clone(), current: -self.current, earlier: -self.earlier }
    }

    /// What this purse paid, given back: the money that paid last comes back first.
    fn given_back(&self, amount: i64, earlier_paid_first: bool) -> Purse {
        let (current, earlier) = if earlier_paid_first {
            let current = amount.min(self.current);
            (current, amount - current)
        } else {
            let earlier = amount.min(self.earlier);
            (amount - earlier, earlier)
        };
        Purse { payer: self.payer.clone(), current: -current, earlier: -earlier }
    }
}
