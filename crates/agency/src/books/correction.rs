//! Corrections: what is posted is what the record says, and what it says fits the settlement that it corrects.

use super::entry::Glass;
use super::event::{Corrects, Own};
use super::report::Kind;
use crate::cells;
use crate::ledger::Head;
use crate::record::{After, Corrected};
use kernel::Fund;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use store::{Cells, EntryKind, Id};

impl Glass<'_> {
    /// Of a correction that a recalculation made: what it says of its settlement, and what it decided anew.
    pub(super) fn correction(&mut self) -> (Option<Corrects>, Option<Box<After>>) {
        if self.entry.kind != EntryKind::Correction {
            return (None, None);
        }
        let Some(Corrected { correction, .. }) = Corrected::from_json(&self.entry.record) else {
            return (None, None);
        };
        let mut posted: BTreeMap<i16, i64> = BTreeMap::new();
        for posting in &self.entry.postings {
            *posted.entry(posting.account).or_default() += posting.amount.get();
        }
        let mut rest = 0;
        for fund in Fund::ALL {
            let head = Head::of_fund(*fund);
            let (said, found) = (
                correction.funds[*fund as usize],
                posted.remove(&head.number()).unwrap_or_default(),
            );
            self.same(Kind::Postings, head.zh(), &said, &found);
            rest -= said;
        }
        let people = [Head::PayableToPeople, Head::Receivable];
        let owed: i64 = people.iter().filter_map(|head| posted.remove(&head.number())).sum();
        self.same(Kind::Postings, "应付个人与应收追回款（分）", &rest, &owed);
        if let Some((number, amount)) = posted.first_key_value() {
            let (number, amount) = (*number, *amount);
            self.fault(Kind::Postings, format!("科目 {number}（分）"), &0, &amount);
        }
        let after = correction.after;
        let corrects = Corrects {
            settlement: correction.settlement,
            funds: correction.funds,
            after: after.as_ref().map(|after| (after.decision.funds, after.moves.clone())),
        };
        (Some(corrects), after)
    }
}

/// The corrections of a person, summed up by settlement.
#[derive(Default)]
pub(super) struct Corrections(HashMap<Id, ([i64; 3], Cells)>);

impl Corrections {
    /// Adds one; what is wrong with it: what it should come to, and what it comes to.
    pub(super) fn add(
        &mut self,
        corrects: &Corrects,
        moves: &[(Arc<str>, i64)],
        settlement: Option<&Own>,
    ) -> Option<(String, String)> {
        let settled = settlement.filter(|own| own.is_claim());
        let Some(settled) = settled else {
            return Some((format!("此前有结算 {}", corrects.settlement), "没有".to_owned()));
        };
        let sum = self.0.entry(corrects.settlement).or_default();
        sum.0 = std::array::from_fn(|fund| sum.0[fund] + corrects.funds[fund]);
        sum.1 = cells::after(&sum.1, moves);
        let (funds, all) = corrects.after.as_ref()?;
        let come_to: [i64; 3] = std::array::from_fn(|fund| settled.funds[fund] + sum.0[fund]);
        if come_to != *funds {
            return Some((format!("更正后基金支付 {funds:?}（分）"), format!("{come_to:?}")));
        }
        let expected = cells::after(&Cells::new(), all);
        let found = cells::after(&sum.1, &settled.moves);
        (expected != found).then(|| (format!("更正后累计变动 {expected:?}"), format!("{found:?}")))
    }

    /// By how much the funds pay more for a settlement.
    pub(super) fn of(&self, settlement: Id) -> i64 {
        self.0.get(&settlement).map_or(0, |(funds, _)| funds.iter().sum())
    }

    /// Settlements that are taken back though corrections of them are not.
    pub(super) fn left<'a>(
        &'a self,
        stands: impl Fn(Id) -> bool + 'a,
    ) -> impl Iterator<Item = Id> + 'a {
        let some =
            self.0.iter().filter(|(_, (funds, moves))| *funds != [0; 3] || !moves.is_empty());
        some.map(|(settlement, _)| *settlement).filter(move |settlement| !stands(*settlement))
    }
}
