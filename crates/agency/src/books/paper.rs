//! Applications of paper claims against the entries they name and the register of receipts.

use super::CheckError;
use super::report::{Fault, Kind, Report};
use super::walk;
use crate::documents;
use crate::ledger::Head;
use crate::paper::{Application, Handed, State};
use kernel::Fen;
use std::sync::Arc;
use store::{Area, Document, Entry, EntryKind, Found, Id, PersonKey, Store, Wants};

/// Applications looked at together.
const PAGE: usize = 500;

/// Checks all applications of an area.
pub(super) fn applications(
    store: &dyn Store,
    area: Area,
    report: &mut Report,
) -> Result<(), CheckError> {
    let mut documents = walk::documents(store, area, documents::REIMBURSEMENT);
    let mut check = Check { store, area, report };
    let mut page = Vec::new();
    loop {
        let document = documents.next()?;
        let over = document.is_none();
        if let Some(document) = document {
            match Application::read(&document) {
                Ok(application) => page.push((document, application)),
                Err(refused) => {
                    let owner = &document.key.owner;
                    check.fault(owner, None, &document.key.number, &"能读取", &refused);
                }
            }
        }
        if page.len() >= PAGE || over {
            check.page(&page)?;
            page.clear();
        }
        if over {
            return Ok(());
        }
    }
}

struct Check<'a> {
    store: &'a dyn Store,
    area: Area,
    report: &'a mut Report,
}

impl Check<'_> {
    fn fault(
        &mut self,
        person: &Arc<str>,
        entry: Option<Id>,
        place: &str,
        expected: &dyn ToString,
        found: &dyn ToString,
    ) {
        self.report.add(Fault {
            kind: Kind::PaperClaim,
            area: self.area,
            person: person.clone(),
            entry,
            place: place.to_owned(),
            expected: expected.to_string(),
            found: found.to_string(),
        });
    }

    fn page(&mut self, page: &[(Document, Application)]) -> Result<(), CheckError> {
        let mut wants = Wants::default();
        for (document, application) in page {
            let key = PersonKey { area: self.area, person: document.key.owner.clone() };
            wants.entries.extend(named(application).map(|entry| (key.clone(), entry)));
            for receipt in &application.stated.receipts {
                wants.documents.extend(receipt.key(self.area));
                wants.documents.insert(receipt.day_key(self.area));
            }
        }
        let nothing = wants.entries.is_empty() && wants.documents.is_empty();
        let found = if nothing { Found::default() } else { self.store.read(&wants)? };
        for (document, application) in page {
            self.look(document, application, &found);
        }
        Ok(())
    }

    fn look(&mut self, document: &Document, application: &Application, found: &Found) {
        let (person, number) = (&document.key.owner, &application.number);
        let state = application.state();
        if document.state != state as i16 {
            let place = format!("申请 {number} 状态");
            self.fault(person, None, &place, &(state as i16), &document.state);
        }
        if *number != document.key.number || application.person != *person {
            let place = format!("申请 {}", document.key.number);
            let said = format!("{} {number}", application.person);
            self.fault(person, None, &place, &format!("{person} {}", document.key.number), &said);
        }
        self.decision(person, application, found);
        self.payments(person, application, found);
        self.receipts(person, application, found);
    }

    /// The entry says what the application says was decided; taken back together with it.
    fn decision(&mut self, person: &Arc<str>, application: &Application, found: &Found) {
        let Some(verdict) = &application.decided else { return };
        let place = format!("申请 {} 核定", application.number);
        let id = Some(verdict.entry);
        let entry = found.entries.get(&verdict.entry);
        let entry = entry.filter(|entry| entry.kind == EntryKind::Reimbursement);
        let Some(entry) = entry else {
            return self.fault(person, id, &place, &"有零星报销的记账", &"没有");
        };
        let said = [verdict.total, verdict.owed(), verdict.cash].map(Fen::new);
        let booked = [entry.total, entry.funds + entry.accounts, entry.cash];
        if said != booked {
            let shown = |amounts: [Fen; 3]| amounts.map(|amount| amount.to_string()).join("、");
            self.fault(person, id, &place, &shown(booked), &shown(said));
        }
        let by = application.withdrawn.as_ref().and_then(|turned| turned.entry);
        let undone = found.undone.get(&verdict.entry).copied();
        if by != undone {
            let shown = |by: Option<Id>| by.map_or("未撤回".to_owned(), |by| by.to_string());
            self.fault(person, id, &format!("{place}的撤回"), &shown(undone), &shown(by));
        }
    }

    /// Payments and what came back are entered as the application says.
    fn payments(&mut self, person: &Arc<str>, application: &Application, found: &Found) {
        for payment in &application.payments {
            let (payable, receivable) = (payment.payable, payment.receivable);
            let back = payment.returned.as_ref().map(|it| (it.entry, -payable, -receivable));
            let gone = (payment.entry, payable, receivable);
            for (id, payable, receivable) in [Some(gone), back].into_iter().flatten() {
                let entry = found.entries.get(&id).filter(|it| it.kind == EntryKind::Payment);
                let expected = [payable, -receivable, receivable - payable];
                let posted = entry.map(|entry| posted(entry, person));
                if posted != Some(expected) {
                    let place = format!("申请 {} 支付 批次 {}", application.number, payment.order);
                    let shown =
                        |amounts: [i64; 3]| amounts.map(|it| Fen::new(it).to_string()).join("、");
                    let posted = posted.map_or("没有".to_owned(), shown);
                    self.fault(person, Some(id), &place, &shown(expected), &posted);
                }
            }
        }
    }

    /// An application that stands holds its receipts; no other holds one of its numbers.
    fn receipts(&mut self, person: &Arc<str>, application: &Application, found: &Found) {
        let gone = matches!(application.state(), State::Refused | State::Withdrawn);
        for receipt in &application.stated.receipts {
            let numbered = receipt.key(self.area);
            for key in numbered.iter().cloned().chain([receipt.day_key(self.area)]) {
                let handed = found.documents.get(&key);
                let handed: Handed = handed
                    .and_then(|document| serde_json::from_str(&document.body).ok())
                    .unwrap_or_default();
                let mut by = handed.by.iter();
                let holds = by.any(|by| by.application == application.number);
                let place = format!("申请 {} 票据 {}", application.number, receipt.shown());
                let words = |holds: bool| if holds { "登记在册" } else { "不在册" };
                if holds == gone {
                    self.fault(person, None, &place, &words(!gone), &words(holds));
                }
                if Some(&key) == numbered.as_ref() && handed.by.len() > 1 {
                    self.fault(person, None, &place, &"只登记一次", &handed.by.len());
                }
            }
        }
    }
}

/// The entries an application names.
fn named(application: &Application) -> impl Iterator<Item = Id> + '_ {
    let decided = application.decided.iter().map(|verdict| verdict.entry);
    let payments = application.payments.iter().flat_map(|payment| {
        [Some(payment.entry), payment.returned.as_ref().map(|it| it.entry)].into_iter().flatten()
    });
    decided.chain(payments)
}

/// What a payment moved: what is owed to the person, what the person owes, the bank; fen.
fn posted(entry: &Entry, person: &Arc<str>) -> [i64; 3] {
    let of = |head: Head, party: &str| {
        let of_head = entry.postings.iter().filter(move |it| it.account == head.number());
        of_head.filter(|it| *it.party == *party).map(|it| it.amount.get()).sum::<i64>()
    };
    [of(Head::PayableToPeople, person), of(Head::Receivable, person), of(Head::Bank, "")]
}
