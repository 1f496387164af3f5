//! What was settled at counters on the days of an application: the same bill is not paid a second time from paper.

use super::application::{Caveat, Stated, Warning};
use super::receipt::Receipt;
use crate::Agency;
use crate::reason::{Reason, Refused};
use crate::record::Record;
use crate::standing::taken_back;
use kernel::{Date, Fen, Moment};
use std::sync::Arc;
use store::{EntryKind, Id, PersonKey, Wants};

/// What a person's history says of an application.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Seen {
    /// The person's newest entry when it was read.
    pub last: Id,
    /// Settlements that may be of the same bill.
    pub same: Vec<AtCounter>,
}

/// A settlement at a counter that may be of the same bill.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AtCounter {
    /// The entry.
    pub entry: Id,
    /// The institution.
    pub institution: Arc<str>,
    /// The day of service.
    pub day: Date,
    /// 总费用, fen.
    pub total: i64,
    /// 发票号, if it is that of a receipt; else empty.
    pub invoice: Arc<str>,
}

impl Seen {
    /// Reads it.
    ///
    /// # Errors
    /// [`Reason::PersonUnknown`], or what the store says.
    pub fn read(agency: &Agency, person: &PersonKey, stated: &Stated) -> Result<Seen, Refused> {
        let store = agency.store();
        // First what was newest: whatever is entered later is noticed by it.
        let found = store.read(&Wants { people: [person.clone()].into(), ..Wants::default() })?;
        let unknown = || Refused::new(Reason::PersonUnknown, &*person.person);
        let last = found.accounts.get(person).ok_or_else(unknown)?.last;
        let days = stated.receipts.iter().map(|receipt| receipt.day).chain([stated.service]);
        let first = days.min().unwrap_or(stated.service);
        let from = Id::first_at(Moment::start_of(first));
        let mut same = Vec::new();
        for entry in store.history(person, from, Id::MAX)? {
            if entry.kind != EntryKind::Settlement {
                continue;
            }
            let record = Record::from_json(&entry.record)?;
            same.extend(matching(agency, stated, entry.id, &record));
        }
        let keys = same.iter().map(|one| (person.clone(), one.entry));
        let gone = taken_back(store, keys)?;
        same.retain(|one| !gone.contains_key(&one.entry));
        Ok(Seen { last, same })
    }

    /// The same receipt was settled at a counter.
    ///
    /// # Errors
    /// [`Reason::ReceiptUsed`] names the settlement.
    pub fn refuse(&self) -> Result<(), Refused> {
        let Some(one) = self.same.iter().find(|one| !one.invoice.is_empty()) else {
            return Ok(());
        };
        let AtCounter { invoice, institution, entry, .. } = one;
        let words = format!("票据{invoice}已在{institution}联网结算（结算{entry}）");
        Err(Refused::new(Reason::ReceiptUsed, words))
    }

    /// What a reviewer must look at.
    pub fn warnings(&self) -> impl Iterator<Item = Warning> + '_ {
        self.same.iter().map(|one| {
            let AtCounter { entry, institution, day, total, .. } = one;
            let total = Fen::new(*total);
            let words = format!("{day}在{institution}联网结算过{total}元（结算{entry}）");
            Warning {
                caveat: Caveat::SettledAtCounter,
                about: Arc::from(entry.to_string()),
                words: Arc::from(words),
                cleared: None,
            }
        })
    }
}

/// The settlement, if it may be of the same bill: its receipt's number, or institution, day and amount.
fn matching(agency: &Agency, stated: &Stated, entry: Id, record: &Record) -> Option<AtCounter> {
    let day = Date::parse(&record.inputs.service)?;
    let receipts = &stated.receipts;
    let total = record.decision.total;
    let invoice = &record.case.invoice;
    let of_receipt = receipts.iter().find(|it| !invoice.is_empty() && it.number == *invoice);
    let institution = &record.case.institution;
    let same_day = day == stated.service || receipts.iter().any(|receipt| receipt.day == day);
    let same_amount = total == stated.total() || receipts.iter().any(|it| it.amount == total);
    let same_place = || {
        let directories = agency.directories();
        let known = Moment(record.inputs.at);
        let mut sites = directories.values().filter_map(|it| it.site(institution, day, known));
        stated.issuer.is(institution, &sites.next().map(|site| site.name).unwrap_or_default())
    };
    let same = of_receipt.is_some() || (same_day && same_amount && same_place());
    same.then(|| AtCounter {
        entry,
        institution: institution.clone(),
        day,
        total,
        invoice: of_receipt.map(Receipt::shown).unwrap_or_default(),
    })
}
