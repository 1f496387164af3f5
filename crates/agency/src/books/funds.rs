//! Months that are kept as sums, and vouchers of the funds, against the entries.

use super::CheckError;
use super::report::{Fault, Kind, Report};
use crate::business::funds::{FUND, Voucher};
use crate::documents::FUND_MOVE;
use crate::funds::{MonthSums, kept};
use crate::ledger::Head;
use crate::record::Record;
use kernel::{Fen, Month};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Area, Entry, Id, Store};

/// Documents read at a time.
const PAGE: usize = 500;

/// Sums of the months that are kept, as entries go by.
#[derive(Default)]
pub(super) struct Funds {
    kept: BTreeMap<Month, MonthSums>,
    posted: BTreeMap<(Month, i16, i16), i64>,
    paid: BTreeMap<(Month, Arc<str>, i16), [i64; 3]>,
    /// Entries of the funds themselves that are not closings of something else, and what is at the bank by them.
    entries: BTreeMap<Id, i64>,
}

impl Funds {
    /// Reads the months that are kept; one that cannot be read is a fault.
    pub(super) fn new(store: &dyn Store, area: Area, report: &mut Report) -> Funds {
        let kept = kept(store, area).unwrap_or_else(|refused| {
            fault(report, area, None, "能读取".into(), ("基金月结".into(), refused.to_string()));
            BTreeMap::new()
        });
        Funds { kept, ..Funds::default() }
    }

    /// An entry goes by, with its record if it is of a settlement or takes one back.
    pub(super) fn post(&mut self, entry: &Entry, record: Option<&Record>) {
        if *entry.key.person == *FUND {
            let bank = entry.postings.iter().filter(|it| it.account == Head::Bank.number());
            self.entries.insert(entry.id, bank.map(|it| it.amount.get()).sum());
        }
        let month = entry.id.moment().date().month();
        if !self.kept.contains_key(&month) {
            return;
        }
        for posting in &entry.postings {
            let key = (month, entry.kind.number(), posting.account);
            *self.posted.entry(key).or_default() += posting.amount.get();
        }
        for portion in record.iter().flat_map(|it| &it.decision.portions) {
            let key = (month, portion.programme.clone(), entry.kind.number());
            let sum = self.paid.entry(key).or_default();
            for (sum, fen) in sum.iter_mut().zip(portion.funds) {
                *sum += fen;
            }
        }
    }

    /// Holds what is kept against what went by.
    pub(super) fn check(
        self,
        store: &dyn Store,
        area: Area,
        report: &mut Report,
    ) -> Result<(), CheckError> {
        let mut sums: BTreeMap<Month, MonthSums> =
            self.kept.keys().map(|month| (*month, MonthSums::default())).collect();
        for ((month, kind, head), fen) in self.posted.into_iter().filter(|(_, fen)| *fen != 0) {
            sums.entry(month).or_default().posted.push((kind, head, fen));
        }
        for ((month, programme, kind), funds) in self.paid {
            if funds != [0; 3] {
                sums.entry(month).or_default().paid.push((programme, kind, funds));
            }
        }
        for (month, expected) in &sums {
            let found = self.kept.get(month).cloned().unwrap_or_default();
            if let Some((place, expected, found)) = differing(expected, &found) {
                fault(report, area, None, expected, (format!("{month} {place}"), found));
            }
        }
        vouchers(store, area, &self.entries, report)
    }
}

/// Every entry of the funds has its voucher, with its amount, and every voucher its entry.
fn vouchers(
    store: &dyn Store,
    area: Area,
    entries: &BTreeMap<Id, i64>,
    report: &mut Report,
) -> Result<(), CheckError> {
    let mut named: BTreeSet<Id> = BTreeSet::new();
    let mut after: (Arc<str>, Arc<str>) = Default::default();
    loop {
        let page = store.documents(area, FUND_MOVE, "", (&after.0, &after.1), PAGE)?;
        for document in &page {
            let place = format!("凭证{} {}", document.key.owner, document.key.number);
            let voucher = match Voucher::read(document) {
                Ok(voucher) => voucher,
                Err(refused) => {
                    fault(report, area, None, "能读取".into(), (place, refused.to_string()));
                    continue;
                }
            };
            named.insert(voucher.entry);
            let found = entries.get(&voucher.entry).copied();
            if found.map(i64::abs) != Some(voucher.fen.abs()) {
                let expected =
                    found.map_or("有这一笔记账".into(), |fen| Fen::new(fen).to_string());
                let found = Fen::new(voucher.fen).to_string();
                fault(report, area, Some(voucher.entry), expected, (place, found));
            }
        }
        match page.last() {
            Some(last) if page.len() == PAGE => {
                after = (last.key.owner.clone(), last.key.number.clone());
            }
            _ => break,
        }
    }
    for entry in entries.keys().filter(|entry| !named.contains(entry)) {
        let place = "基金收支".to_owned();
        fault(report, area, Some(*entry), "有凭证".into(), (place, "没有".into()));
    }
    Ok(())
}

fn fault(
    report: &mut Report,
    area: Area,
    entry: Option<Id>,
    expected: String,
    (place, found): (String, String),
) {
    let (kind, person) = (Kind::Funds, Arc::default());
    report.add(Fault { kind, area, person, entry, place, expected, found });
}

/// The first sum that differs: its place, what it should be, what it is.
fn differing(expected: &MonthSums, found: &MonthSums) -> Option<(String, String, String)> {
    let of = |sums: &MonthSums| -> BTreeMap<(i16, i16), i64> {
        sums.posted.iter().map(|(kind, head, fen)| ((*kind, *head), *fen)).collect()
    };
    let (own, said) = (of(expected), of(found));
    let keys: BTreeSet<_> = own.keys().chain(said.keys()).collect();
    for key in keys {
        let fen = |all: &BTreeMap<(i16, i16), i64>| Fen::new(all.get(key).copied().unwrap_or(0));
        if fen(&own) != fen(&said) {
            let head = Head::from_number(key.1).map_or("？", Head::zh);
            let place = format!("记账种类 {} 科目 {} {head}", key.0, key.1);
            return Some((place, fen(&own).to_string(), fen(&said).to_string()));
        }
    }
    let of = |sums: &MonthSums| -> BTreeMap<(Arc<str>, i16), [i64; 3]> {
        let all = sums.paid.iter();
        all.map(|(programme, kind, funds)| ((programme.clone(), *kind), *funds)).collect()
    };
    let (own, said) = (of(expected), of(found));
    let keys: BTreeSet<_> = own.keys().chain(said.keys()).collect();
    keys.into_iter().find_map(|key| {
        let fen = |all: &BTreeMap<_, [i64; 3]>| all.get(key).copied().unwrap_or_default();
        let (expected, found) = (fen(&own), fen(&said));
        let place = format!("待遇项目 {}（分）", key.0);
        (expected != found).then(|| (place, format!("{expected:?}"), format!("{found:?}")))
    })
}
