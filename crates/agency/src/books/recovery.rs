//! Recoveries of cases: what is posted is what the record says; what was taken back of a settlement is no more than it paid
//! and stands in its register; what a case says it recovered and collected is what its entries come to.

use super::CheckError;
use super::entry::Glass;
use super::report::{Fault, Kind, Report};
use super::walk;
use crate::business::supervision::taken::Taken;
use crate::documents;
use crate::ledger::Head;
use crate::record::{Recovered, Recovery};
use crate::supervise::case::Case;
use kernel::Fund;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Area, Document, EntryKind, Id, Store};

impl Glass<'_> {
    /// Of a recovery of a case: what it did.
    pub(super) fn recovery(&mut self) -> Option<Recovery> {
        if self.entry.kind != EntryKind::Recovery {
            return None;
        }
        let Recovered { recovery, .. } = Recovered::from_json(&self.entry.record)?;
        let mut posted: BTreeMap<i16, i64> = BTreeMap::new();
        for posting in &self.entry.postings {
            *posted.entry(posting.account).or_default() += posting.amount.get();
        }
        let owed = recovery.funds.iter().sum::<i64>() + recovery.account - recovery.collected;
        let people = recovery.restored - recovery.account;
        let mut said = vec![(Head::Receivable, owed), (Head::PayableToPeople, people)];
        said.extend(
            Fund::ALL.iter().map(|fund| (Head::of_fund(*fund), -recovery.funds[*fund as usize])),
        );
        said.push((Head::AccountEarlier, -recovery.restored));
        for (head, amount) in said {
            let found = posted.remove(&head.number()).unwrap_or_default();
            self.same(Kind::Postings, head.zh(), &amount, &found);
        }
        let came: i64 = posted.values().sum();
        self.same(Kind::Postings, "银行存款与审核扣款（分）", &recovery.collected, &came);
        Some(recovery)
    }
}

/// What was taken back of a person's settlements.
#[derive(Default)]
pub(super) struct Recoveries(BTreeMap<Id, ([i64; 3], i64)>);

impl Recoveries {
    pub(super) fn add(&mut self, recovery: &Recovery) {
        if recovery.settlement != Id::MIN {
            let (funds, account) = self.0.entry(recovery.settlement).or_default();
            *funds = std::array::from_fn(|fund| funds[fund] + recovery.funds[fund]);
            *account += recovery.account;
        }
    }

    /// Where entries and the register differ, or more was taken back than was paid: the settlement, what would be right, what
    /// is. `paid`: by the funds, corrections included; `None`: there is no such settlement, or it does not stand.
    pub(super) fn wrong(
        &self,
        registers: &[Document],
        paid: impl Fn(Id) -> Option<i64>,
    ) -> Vec<(Option<Id>, String, String)> {
        let said = |document: &Document| {
            let taken: Taken = serde_json::from_str(&document.body).unwrap_or_default();
            (Id::parse(&document.key.number).unwrap_or(Id::MIN), taken.sum())
        };
        let said: BTreeMap<Id, ([i64; 3], i64)> = registers.iter().map(said).collect();
        let settlements: BTreeSet<Id> = self.0.keys().chain(said.keys()).copied().collect();
        let mut wrong = Vec::new();
        for settlement in settlements {
            let of = |all: &BTreeMap<Id, ([i64; 3], i64)>| {
                all.get(&settlement).copied().unwrap_or_default()
            };
            let (entered, registered) = (of(&self.0), of(&said));
            let place = Some(settlement).filter(|settlement| *settlement != Id::MIN);
            if entered != registered {
                wrong.push((place, format!("{entered:?}（分）"), format!("{registered:?}")));
            }
            let fund: i64 = entered.0.iter().sum();
            let most = paid(settlement);
            let stands = fund == 0 && entered.1 == 0 || most.is_some_and(|most| fund <= most);
            if !stands || fund < 0 || entered.1 < 0 {
                let most = most.map_or("没有这笔有效结算".to_owned(), |most| {
                    format!("至多{most}（分）")
                });
                wrong.push((place, most, fund.to_string()));
            }
        }
        wrong
    }
}

/// What the entries of cases come to: what is owed back, and what came back.
#[derive(Default)]
pub(super) struct Cases(BTreeMap<Arc<str>, (i64, i64)>);

impl Cases {
    pub(super) fn add(&mut self, recovery: &Recovery) {
        let (due, collected) = self.0.entry(recovery.case.clone()).or_default();
        *due += recovery.funds.iter().sum::<i64>() + recovery.account;
        *collected += recovery.collected;
    }

    /// Holds all cases of an area against them.
    pub(super) fn compare(
        mut self,
        store: &dyn Store,
        area: Area,
        report: &mut Report,
    ) -> Result<(), CheckError> {
        let mut fault = |case: &str, expected: String, found: String| {
            let (kind, place) = (Kind::Recovery, format!("案件 {case}"));
            let person = Arc::default();
            report.add(Fault { kind, area, person, entry: None, place, expected, found });
        };
        let mut documents = walk::documents(store, area, documents::CASE);
        while let Some(document) = documents.next()? {
            let number = document.key.number.clone();
            let (due, collected) = self.0.remove(&number).unwrap_or_default();
            let case = match Case::read(&document) {
                Ok((case, _)) => case,
                Err(refused) => {
                    fault(&number, "能读取".into(), refused.to_string());
                    continue;
                }
            };
            let recovery = case.recovery.unwrap_or_default();
            if (recovery.due, recovery.collected) != (due, collected) {
                let shown =
                    |due: i64, collected: i64| format!("应追回{due}、已到账{collected}（分）");
                fault(&number, shown(due, collected), shown(recovery.due, recovery.collected));
            }
        }
        for (number, (due, collected)) in self.0 {
            fault(
                &number,
                "有案件".into(),
                format!("没有，记账应追回{due}、已到账{collected}（分）"),
            );
        }
        Ok(())
    }
}
