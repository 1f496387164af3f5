//! One entry with its postings, checked by itself: columns, record and postings say the same, and everything sums up.

use super::event::{Own, Reach, fingerprint};
use super::report::{Fault, Kind};
use crate::ledger::Head;
use crate::record::{After, Booking, Decision, How, Record, VERSION};
use crate::regions::Regions;
use crate::replay::is_decided;
use kernel::policy::RefundModel;
use kernel::{Channel, Fund, Moment};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Entry, EntryKind, Id};

/// What the reference of interest credited to an account begins with.
pub(super) const INTEREST: &str = "interest-";

/// What is known of an entry after it was looked at.
pub(super) struct Looked {
    /// For the person's history.
    pub(super) own: Own,
    /// What it did to relatives' accounts: of the year, earlier.
    pub(super) relatives: Vec<(Arc<str>, i64, i64)>,
    /// Its record, if it is of a settlement or takes one back.
    pub(super) record: Option<Record>,
    /// What a correction decided anew.
    pub(super) after: Option<Box<After>>,
}

/// An entry under the glass.
pub(super) struct Glass<'a> {
    pub(super) entry: &'a Entry,
    pub(super) regions: &'a Regions,
    pub(super) faults: Vec<Fault>,
}

impl Glass<'_> {
    pub(super) fn fault(
        &mut self,
        kind: Kind,
        place: impl Into<String>,
        expected: &dyn ToString,
        found: &dyn ToString,
    ) {
        self.faults.push(Fault {
            kind,
            area: self.entry.key.area,
            person: self.entry.key.person.clone(),
            entry: Some(self.entry.id),
            place: place.into(),
            expected: expected.to_string(),
            found: found.to_string(),
        });
    }

    /// Notes a difference, if there is one.
    pub(super) fn same<T: PartialEq + ToString>(
        &mut self,
        kind: Kind,
        place: &str,
        expected: &T,
        found: &T,
    ) {
        if expected != found {
            self.fault(kind, place, expected, found);
        }
    }

    /// Looks at everything.
    pub(super) fn look(&mut self) -> Looked {
        let sum: i64 = self.entry.postings.iter().map(|posting| posting.amount.get()).sum();
        self.same(Kind::Unbalanced, "合计（分）", &0, &sum);
        for (number, posting) in self.entry.postings.iter().enumerate() {
            if Head::from_number(posting.account).is_none() {
                self.fault(Kind::UnknownHead, format!("分录 {number}"), &"", &posting.account);
            }
        }
        let (own, record) =
            if is_decided(self.entry.kind) { self.record() } else { (self.booking(), None) };
        let (corrects, after) = self.correction();
        let recovers = self.recovery();
        let moved = self.moved(&self.entry.key.person);
        let relatives = self.relatives();
        Looked { own: Own { moved, corrects, recovers, ..own }, relatives, record, after }
    }

    /// What the postings do to a person's account: of the year, earlier. Credits are negative.
    fn moved(&self, person: &str) -> (i64, i64) {
        let of = |head: Head| {
            let own = self.entry.postings.iter().filter(|it| it.account == head.number());
            -own.filter(|it| &*it.party == person).map(|it| it.amount.get()).sum::<i64>()
        };
        (of(Head::AccountCurrent), of(Head::AccountEarlier))
    }

    fn relatives(&self) -> Vec<(Arc<str>, i64, i64)> {
        let accounts = [Head::AccountCurrent.number(), Head::AccountEarlier.number()];
        let others = self.entry.postings.iter().filter(|it| accounts.contains(&it.account));
        let mut others: Vec<&Arc<str>> =
            others.map(|it| &it.party).filter(|it| **it != self.entry.key.person).collect();
        others.sort();
        others.dedup();
        let moved = |person: &Arc<str>| {
            let (current, earlier) = self.moved(person);
            (person.clone(), current, earlier)
        };
        others.into_iter().map(moved).collect()
    }

    fn own(&self) -> Own {
        let Entry { kind, year, undoes, visit, total, .. } = self.entry;
        Own {
            kind: kind.number(),
            year: *year,
            undoes: Some(*undoes).filter(|undoes| *undoes != Id::MIN),
            visit: *visit,
            total: total.get(),
            ..Own::default()
        }
    }

    /// An entry that is no settlement.
    fn booking(&mut self) -> Own {
        let own = self.own();
        let booking: Booking = match serde_json::from_str(&self.entry.record) {
            Ok(booking) => booking,
            Err(error) => {
                self.fault(Kind::Record, error.to_string(), &"", &"");
                return own;
            }
        };
        if booking.v != VERSION {
            self.fault(Kind::Record, "版本", &VERSION, &booking.v);
            return own;
        }
        let entry = self.entry;
        for (place, found) in [
            ("总费用", entry.total),
            ("基金", entry.funds),
            ("账户", entry.accounts),
            ("现金", entry.cash),
        ] {
            self.same(Kind::Columns, place, &kernel::Fen::ZERO, &found);
        }
        let (current, earlier) = self.moved(&entry.key.person);
        let by = booking.balance - booking.wallet.0 - booking.wallet.1;
        self.same(Kind::Postings, "个人账户变动（分）", &by, &(current + earlier));
        let run = matches!(entry.kind, EntryKind::Credit | EntryKind::Correction);
        let month = booking.reference.strip_prefix("credit-").filter(|_| run);
        // A year of interest is named whole, so that it is no month.
        let interest = entry.kind == EntryKind::Interest && booking.reference.starts_with(INTEREST);
        let month = month.or_else(|| interest.then_some(&*booking.reference));
        Own {
            month: month.map_or_else(Arc::default, Arc::from),
            before: Some(booking.wallet),
            balance: Some(booking.balance),
            moves: booking.moves,
            ..own
        }
    }

    /// A settlement, or what takes one back.
    fn record(&mut self) -> (Own, Option<Record>) {
        let own = self.own();
        let record: Record = match serde_json::from_str(&self.entry.record) {
            Ok(record) => record,
            Err(error) => {
                self.fault(Kind::Record, error.to_string(), &"", &"");
                return (own, None);
            }
        };
        self.sums(&record.decision);
        self.columns(&record);
        self.posted(&record);
        // What lists it: a batch of a visit, or an application.
        let case = &record.case;
        let batch = case.paper.as_ref().map_or(&case.batch, |paper| &paper.application);
        let own = Own { batch: batch.clone(), ..self.said(own, &record) };
        (own, Some(record))
    }

    fn sums(&mut self, decision: &Decision) {
        let parts =
            decision.full_self_pay + decision.over_ceiling + decision.first_pay + decision.in_scope;
        self.same(Kind::Payers, "分项合计（分）", &decision.total, &parts);
        let paid = decision.fund_payment() + decision.account_payment() + decision.cash;
        self.same(Kind::Payers, "支付合计（分）", &decision.total, &paid);
    }

    fn columns(&mut self, record: &Record) {
        let entry = self.entry;
        let Record { decision, inputs, case, .. } = record;
        for (place, expected, found) in [
            ("总费用（分）", decision.total, entry.total),
            ("基金支付（分）", decision.fund_payment(), entry.funds),
            ("账户支付（分）", decision.account_payment(), entry.accounts),
            ("现金（分）", decision.cash, entry.cash),
        ] {
            self.same(Kind::Columns, place, &expected, &found.get());
        }
        self.same(Kind::Columns, "参保年度", &inputs.year, &entry.year);
        self.channel(record);
        // What is owed to the person is in no institution's totals.
        let institution = if inputs.is_paper() { Arc::default() } else { case.institution.clone() };
        self.same(Kind::Columns, "机构", &institution, &entry.institution);
        self.same(Kind::Columns, "就诊", &case.visit, &entry.visit);
        let payers: Vec<&str> = decision.family.iter().map(|purse| &*purse.payer).collect();
        let listed: Vec<&str> = entry.payers.iter().map(|payer| &**payer).collect();
        self.same(Kind::Columns, "共济付款人", &payers.join(";"), &listed.join(";"));
    }

    /// Paper claims are entries of their own kind, and name their application.
    fn channel(&mut self, record: &Record) {
        let (paper, entry) = (record.inputs.is_paper(), self.entry);
        let claim = matches!(entry.kind, EntryKind::Settlement | EntryKind::Reimbursement);
        if claim && paper != (entry.kind == EntryKind::Reimbursement) {
            let channel = if paper { Channel::Direct } else { Channel::Paper };
            self.fault(Kind::Record, "渠道", &channel.code(), &record.inputs.channel);
        }
        if paper == record.case.paper.is_none() {
            let words = |there| if there { "有申请" } else { "没有申请" };
            self.fault(Kind::Record, "零星报销申请", &words(paper), &words(!paper));
        }
    }

    /// The postings are those of the decision. What was money of the year when it was paid is earlier money once the year
    /// has turned.
    fn posted(&mut self, record: &Record) {
        let Record { decision, inputs, .. } = record;
        let same_year = Moment(inputs.at).date().ymd().0 == self.entry.id.moment().date().ymd().0;
        let mut expected: BTreeMap<(i16, Arc<str>), i64> = BTreeMap::new();
        let mut post = |head: Head, party: &Arc<str>, amount: i64| {
            if amount != 0 {
                *expected.entry((head.number(), party.clone())).or_default() += amount;
            }
        };
        for fund in Fund::ALL {
            post(Head::of_fund(*fund), &Arc::default(), decision.funds[*fund as usize]);
        }
        let own = (&self.entry.key.person, decision.account_current, decision.account_earlier);
        let family = decision.family.iter().map(|it| (&it.payer, it.current, it.earlier));
        for (payer, current, earlier) in std::iter::once(own).chain(family) {
            let (current, earlier) =
                if same_year { (current, earlier) } else { (0, current + earlier) };
            post(Head::AccountCurrent, payer, current);
            post(Head::AccountEarlier, payer, earlier);
        }
        let payable = decision.fund_payment() + decision.account_payment();
        let (head, payee) = inputs.payee(&self.entry.key.person, &self.entry.institution);
        post(head, payee, -payable);
        let mut found: BTreeMap<(i16, Arc<str>), i64> = BTreeMap::new();
        for posting in &self.entry.postings {
            *found.entry((posting.account, posting.party.clone())).or_default() +=
                posting.amount.get();
        }
        found.retain(|_, amount| *amount != 0);
        let keys: std::collections::BTreeSet<_> = expected.keys().chain(found.keys()).collect();
        for key in keys {
            let amount = |of: &BTreeMap<_, i64>| of.get(key).copied().unwrap_or(0);
            let (expected, found) = (amount(&expected), amount(&found));
            if expected != found {
                let head = Head::from_number(key.0).map_or("？", Head::zh);
                let place = format!("科目 {} {head} {}（分）", key.0, key.1);
                let fault = Fault {
                    kind: Kind::Postings,
                    area: self.entry.key.area,
                    person: self.entry.key.person.clone(),
                    entry: Some(self.entry.id),
                    place,
                    expected: expected.to_string(),
                    found: found.to_string(),
                };
                self.faults.push(fault);
            }
        }
    }

    /// What the history holds the entry to.
    fn said(&self, own: Own, record: &Record) -> Own {
        let Record { inputs, decision, moves, .. } = record;
        let text = |decision: &Decision, moves: &[(Arc<str>, i64)]| {
            serde_json::to_string(&(decision, moves)).unwrap_or_default()
        };
        let negated: Vec<(Arc<str>, i64)> =
            moves.iter().map(|(name, by)| (name.clone(), -by)).collect();
        let version = self.regions.version(&inputs.policy);
        let exact = version.is_none_or(|version| version.policy.refund == RefundModel::Exact);
        let reach = |cells| Reach {
            cells,
            day: inputs.service.clone(),
            institution: inputs.institution,
            visit: inputs.visit,
        };
        let (before, used) = match record.taken_back.as_ref() {
            // Nothing to be had from an account is stated too when it may not pay.
            None => (Some(inputs.wallet).filter(|it| *it != (0, 0)), Some(inputs.used.clone())),
            Some(taken) if taken.how == How::Undo => (None, Some(taken.used.clone())),
            Some(_) => (None, None),
        };
        Own {
            before,
            balance: Some(record.balance),
            used: used.map(reach),
            moves: moves.clone(),
            funds: decision.funds,
            said: fingerprint(&text(decision, moves)),
            negated: fingerprint(&text(&decision.negated(), &negated)),
            exact: exact || own.kind != EntryKind::Undo.number(),
            ..own
        }
    }
}
