//! One person after the other: the history is played again, and what comes out is held against the account row and the
//! accumulator rows.

use super::correction::Corrections;
use super::entry::INTEREST;
use super::event::{Event, Own, Played, Reach};
use super::recovery::Recoveries;
use super::report::{Fault, Kind, Report};
use super::walk::Walk;
use super::{CheckError, walk};
use crate::business::account::AccountYear;
use crate::cells;
use crate::documents;
use crate::months::PersonMonth;
use crate::replay::{is_claim, is_decided};
use kernel::{Date, Fen};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use store::{Account, Area, Cells, Document, EntryKind, Id, Store, YearRow};

/// Plays every person's history beside the rows of an area.
pub(super) fn play(
    store: &dyn Store,
    area: Area,
    mut events: Played,
    report: &mut Report,
) -> Result<(), CheckError> {
    let mut accounts = walk::accounts(store, area);
    let mut years = walk::years(store, area);
    let mut months = walk::documents(store, area, documents::MONTH);
    let mut interest = walk::documents(store, area, documents::ACCOUNT_INTEREST);
    let mut registers = walk::documents(store, area, documents::TAKEN);
    let mut event = events.next()?;
    loop {
        let next = [
            event.as_ref().map(|(person, ..)| person.clone()),
            accounts.peek()?.map(|account| account.key.person.clone()),
            years.peek()?.map(|row| row.key.person.clone()),
            months.peek()?.map(|month| month.key.owner.clone()),
            interest.peek()?.map(|year| year.key.owner.clone()),
            registers.peek()?.map(|register| register.key.owner.clone()),
        ];
        let Some(person) = next.into_iter().flatten().min() else { return Ok(()) };
        let mut history = History { area, person: person.clone(), ..History::default() };
        while let Some((_, entry, told)) = event.take_if(|(whose, ..)| *whose == person) {
            history.play(entry, told, report);
            event = events.next()?;
        }
        history.settled_and_listed(report);
        let account = take(&mut accounts, |account: &Account| account.key.person == person)?.pop();
        report.counts.people += u64::from(account.is_some());
        let rows = take(&mut years, |row: &YearRow| row.key.person == person)?;
        report.counts.years += rows.len() as u64;
        history.compare(account, rows, report);
        let months = take(&mut months, |month: &Document| month.key.owner == person)?;
        history.months(&months, report);
        let years = take(&mut interest, |year: &Document| year.key.owner == person)?;
        history.interest(&years, report);
        let own = take(&mut registers, |register: &Document| register.key.owner == person)?;
        history.taken_back(&own, report);
    }
}

/// The next rows that are somebody's.
fn take<T: Clone>(
    rows: &mut Walk<'_, T>,
    whose: impl Fn(&T) -> bool,
) -> Result<Vec<T>, CheckError> {
    let mut taken = Vec::new();
    while rows.peek()?.is_some_and(&whose) {
        taken.extend(rows.next()?);
    }
    Ok(taken)
}

/// A person's history, as far as it was played.
#[derive(Default)]
struct History {
    area: Area,
    person: Arc<str>,
    /// What the account holds: of the year, earlier.
    account: (i64, i64),
    years: BTreeMap<i32, Cells>,
    /// What was credited for months of contributions.
    credited: BTreeMap<Arc<str>, i64>,
    entries: HashMap<Id, Seen>,
    /// In the order in which they were posted.
    order: Vec<Id>,
    /// What relatives' entries moved, summed up one after the other.
    relatives: Vec<(i64, i64)>,
    corrections: Corrections,
    recoveries: Recoveries,
}

/// An entry that was played.
struct Seen {
    own: Own,
    undone_by: Option<Id>,
    /// A visit lists it.
    listed: bool,
}

impl Seen {
    fn is(&self, kind: EntryKind) -> bool {
        self.own.kind == kind.number()
    }
}

impl History {
    fn fault(
        &self,
        kind: Kind,
        entry: Option<Id>,
        place: impl Into<String>,
        expected: &dyn ToString,
        found: &dyn ToString,
    ) -> Fault {
        Fault {
            kind,
            area: self.area,
            person: self.person.clone(),
            entry,
            place: place.into(),
            expected: expected.to_string(),
            found: found.to_string(),
        }
    }

    fn play(&mut self, entry: Id, event: Event, report: &mut Report) {
        match event {
            Event::Own(own) => self.own(entry, *own, report),
            Event::Relative(current, earlier) => {
                self.account.0 += current;
                self.account.1 += earlier;
                let (a, b) = self.relatives.last().copied().unwrap_or_default();
                self.relatives.push((a + current, b + earlier));
            }
            Event::Undone(by) => {
                if let Some(seen) = self.entries.get_mut(&entry) {
                    seen.undone_by = Some(by);
                }
            }
            Event::Visit { visit, batch } => self.listed(entry, visit, &batch, report),
            Event::Application { number } => self.decided(entry, &number, report),
            Event::Message { number } => {
                if !self.entries.contains_key(&entry) {
                    let place = format!("报文 {number}");
                    report.add(self.fault(Kind::Message, Some(entry), place, &"记账存在", &"没有"));
                }
            }
        }
    }

    fn own(&mut self, entry: Id, own: Own, report: &mut Report) {
        if let Some(before) = own.before.filter(|before| !self.held(*before)) {
            let (expected, found) = (shown(self.account), shown(before));
            report.add(self.fault(Kind::Wallet, Some(entry), "记账前余额", &expected, &found));
        }
        if let Some(reach) = &own.used {
            self.used(entry, own.year, reach, report);
        }
        self.takes_back(entry, &own, report);
        if let Some(recovery) = &own.recovers {
            self.recoveries.add(recovery);
        }
        if let Some(corrects) = &own.corrects {
            let settlement = self.entries.get(&corrects.settlement).map(|seen| &seen.own);
            let wrong = self.corrections.add(corrects, &own.moves, settlement);
            if let Some((expected, found)) = wrong {
                report.add(self.fault(Kind::Correction, Some(entry), "", &expected, &found));
            }
        }
        self.account.0 += own.moved.0;
        self.account.1 += own.moved.1;
        if !own.month.is_empty() {
            *self.credited.entry(own.month.clone()).or_default() += own.moved.0 + own.moved.1;
        }
        let year = self.years.entry(own.year).or_default();
        *year = cells::after(year, &own.moves);
        let below = year.iter().find(|(_, amount)| **amount < 0);
        if let Some((name, amount)) = below.map(|(name, amount)| (name.clone(), *amount)) {
            let place = format!("{} {name}", own.year);
            report.add(self.fault(Kind::Negative, Some(entry), place, &"不小于 0", &amount));
        }
        let total = |account: (i64, i64)| account.0 + account.1;
        let states = |balance: &i64| self.possible().any(|account| total(account) == *balance);
        if let Some(balance) = own.balance.filter(|balance| !states(balance)) {
            let expected = Fen::new(total(self.account));
            let found = Fen::new(balance);
            report.add(self.fault(
                Kind::BalanceAfter,
                Some(entry),
                "余额（元）",
                &expected,
                &found,
            ));
        }
        self.order.push(entry);
        self.entries.insert(entry, Seen { own, undone_by: None, listed: false });
    }

    /// What the account may have held: relatives' payments are ordered by the relatives' clocks, so any number of them may
    /// have come before.
    fn possible(&self) -> impl Iterator<Item = (i64, i64)> + '_ {
        let (a, b) = self.relatives.last().copied().unwrap_or_default();
        let own = (self.account.0 - a, self.account.1 - b);
        let some = self.relatives.iter().map(move |(a, b)| (own.0 + a, own.1 + b));
        std::iter::once(own).chain(some)
    }

    fn held(&self, stated: (i64, i64)) -> bool {
        self.possible().any(|account| account == stated)
    }

    fn used(&self, entry: Id, year: i32, reach: &Reach, report: &mut Report) {
        let day = Date::parse(&reach.day).unwrap_or_default();
        let none = Cells::new();
        let now = self.years.get(&year).unwrap_or(&none);
        let expected = cells::within_reach(now, day, reach.institution, reach.visit);
        if let Some((name, expected, found)) = differing(&expected, &reach.cells) {
            report.add(self.fault(
                Kind::Used,
                Some(entry),
                format!("{year} {name}"),
                &expected,
                &found,
            ));
        }
    }

    /// What takes an entry back points at it, is pointed at by it, and is its negation.
    fn takes_back(&self, entry: Id, own: &Own, report: &mut Report) {
        let kind = EntryKind::from_number(own.kind);
        let takes = kind.is_some_and(|kind| is_decided(kind) && !is_claim(kind));
        let mut link = |expected: String, found: String| {
            report.add(self.fault(Kind::UndoLink, Some(entry), "", &expected, &found));
        };
        let original =
            own.undoes.and_then(|undoes| self.entries.get(&undoes).map(|it| (undoes, it)));
        let Some((undoes, original)) = original else {
            match own.undoes {
                None if takes => link("有原记账".into(), "没有".into()),
                Some(undoes) => link(format!("此前有原记账 {undoes}"), "没有".into()),
                None => {}
            }
            return;
        };
        let fits = match kind {
            Some(EntryKind::Undo | EntryKind::Reversal) => {
                original.is(EntryKind::Settlement) || original.is(EntryKind::Reinstatement)
            }
            Some(EntryKind::Withdrawal) => original.is(EntryKind::Reimbursement),
            Some(EntryKind::Reinstatement) => original.is(EntryKind::Undo),
            _ => false,
        };
        if !fits {
            link(format!("种类相配的原记账 {undoes}"), "种类不配".into());
        }
        if original.undone_by != Some(entry) {
            let by = original.undone_by.map_or("无".into(), |by| by.to_string());
            link(format!("{undoes} 由本笔撤销"), by);
        }
        let negated = if own.exact {
            own.said == original.own.negated
        } else {
            own.total == -original.own.total
        };
        if !negated {
            let expected = format!("{undoes} 的相反数（总费用 {}）", Fen::new(-original.own.total));
            let found = Fen::new(own.total);
            report.add(self.fault(Kind::Negation, Some(entry), "", &expected, &found));
        }
    }

    fn listed(&mut self, entry: Id, visit: Id, batch: &str, report: &mut Report) {
        let right = self.entries.get_mut(&entry).is_some_and(|seen| {
            let same = seen.own.visit == visit && *seen.own.batch == *batch;
            let right = same && seen.is(EntryKind::Settlement) && !seen.listed;
            seen.listed |= right;
            right
        });
        if !right {
            let place = format!("就诊 {visit} 批次 {batch}");
            report.add(self.fault(
                Kind::Visit,
                Some(entry),
                place,
                &"本次就诊本批次的结算，列一次",
                &"不是",
            ));
        }
    }

    /// An application names the claim that names it.
    fn decided(&mut self, entry: Id, number: &str, report: &mut Report) {
        let right = self.entries.get_mut(&entry).is_some_and(|seen| {
            let same = seen.is(EntryKind::Reimbursement) && *seen.own.batch == *number;
            let right = same && !seen.listed;
            seen.listed |= right;
            right
        });
        if !right {
            let place = format!("申请 {number}");
            let expected = "本申请的零星报销记账，列一次";
            report.add(self.fault(Kind::PaperClaim, Some(entry), place, &expected, &"不是"));
        }
    }

    /// True if the effect of an entry stands: it is not undone, or what undid it is undone itself.
    fn stands(&self, entry: Id) -> bool {
        let (mut entry, mut stands) = (entry, true);
        let mut steps = self.entries.len();
        while let Some(by) = self.entries.get(&entry).and_then(|seen| seen.undone_by) {
            (entry, stands) = (by, !stands);
            if steps == 0 {
                break;
            }
            steps -= 1;
        }
        stands
    }

    /// A visit lists exactly the settlements that stand; an entry that is undone is undone by one that says so.
    fn settled_and_listed(&self, report: &mut Report) {
        for settlement in self.corrections.left(|settlement| self.stands(settlement)) {
            let (expected, found) = ("更正随结算一并撤销", "没有撤销");
            report.add(self.fault(Kind::Correction, Some(settlement), "", &expected, &found));
        }
        for entry in &self.order {
            let Some(seen) = self.entries.get(entry) else { continue };
            let stands = self.stands(*entry);
            if seen.is(EntryKind::Settlement) && stands != seen.listed {
                let place = format!("就诊 {} 批次 {}", seen.own.visit, seen.own.batch);
                let words = |listed| if listed { "列为已结算" } else { "不列为已结算" };
                let (expected, found) = (words(stands), words(seen.listed));
                report.add(self.fault(Kind::Visit, Some(*entry), place, &expected, &found));
            }
            if seen.is(EntryKind::Reimbursement) && stands != seen.listed {
                let place = format!("申请 {}", seen.own.batch);
                let words =
                    |listed| if listed { "有核定的申请" } else { "没有核定的申请" };
                let (expected, found) = (words(stands), words(seen.listed));
                report.add(self.fault(Kind::PaperClaim, Some(*entry), place, &expected, &found));
            }
            if let Some(by) = seen.undone_by {
                let undoes = self.entries.get(&by).and_then(|seen| seen.own.undoes);
                if undoes != Some(*entry) {
                    let expected = format!("由 {by} 撤销");
                    let found = "那一笔并不撤销它";
                    report.add(self.fault(Kind::UndoLink, Some(*entry), "", &expected, &found));
                }
            }
        }
    }

    fn compare(&self, account: Option<Account>, rows: Vec<YearRow>, report: &mut Report) {
        match account {
            Some(account) => self.account_row(&account, report),
            None if self.order.is_empty() && self.relatives.is_empty() => {}
            None => report.add(self.fault(Kind::NoAccount, None, "", &"有账户", &"没有")),
        }
        let found: BTreeMap<i32, Cells> =
            rows.into_iter().map(|row| (row.year, row.cells)).collect();
        let none = Cells::new();
        let years: BTreeSet<i32> = self.years.keys().chain(found.keys()).copied().collect();
        for year in years {
            let derived = self.years.get(&year).unwrap_or(&none);
            let found = found.get(&year).unwrap_or(&none);
            if let Some((name, expected, found)) = differing(derived, found) {
                report.add(self.fault(
                    Kind::Cells,
                    None,
                    format!("{year} {name}"),
                    &expected,
                    &found,
                ));
            }
        }
    }

    /// What cases took back is in the registers, and was paid.
    fn taken_back(&self, registers: &[Document], report: &mut Report) {
        let paid = |settlement: Id| {
            let seen = self.entries.get(&settlement).filter(|seen| seen.is(EntryKind::Settlement));
            let seen = seen.filter(|_| self.stands(settlement))?;
            Some(seen.own.funds.iter().sum::<i64>() + self.corrections.of(settlement))
        };
        for (settlement, expected, found) in self.recoveries.wrong(registers, paid) {
            report.add(self.fault(Kind::Recovery, settlement, "追回", &expected, &found));
        }
    }

    /// The months say what was credited for them.
    fn months(&self, documents: &[Document], report: &mut Report) {
        let said = |document: &Document| {
            let month: PersonMonth = serde_json::from_str(&document.body).unwrap_or_default();
            (document.key.number.clone(), month.credited)
        };
        let said: BTreeMap<Arc<str>, i64> = documents.iter().map(said).collect();
        let credited = self.credited.keys().filter(|key| !key.starts_with(INTEREST));
        let months: BTreeSet<&Arc<str>> = credited.chain(said.keys()).collect();
        for month in months {
            let of = |all: &BTreeMap<Arc<str>, i64>| all.get(month).copied().unwrap_or(0);
            let (expected, found) = (Fen::new(of(&self.credited)), Fen::new(of(&said)));
            if expected != found {
                let place = format!("{month}（元）");
                report.add(self.fault(Kind::Month, None, place, &expected, &found));
            }
        }
    }

    /// The years of interest say what was credited for them.
    fn interest(&self, documents: &[Document], report: &mut Report) {
        let said = |document: &Document| {
            let year: AccountYear = serde_json::from_str(&document.body).unwrap_or_default();
            (Arc::from(format!("{INTEREST}{}", document.key.number)), year.fen)
        };
        let said: BTreeMap<Arc<str>, i64> = documents.iter().map(said).collect();
        let credited = self.credited.keys().filter(|key| key.starts_with(INTEREST));
        let years: BTreeSet<&Arc<str>> = credited.chain(said.keys()).collect();
        for year in years {
            let of = |all: &BTreeMap<Arc<str>, i64>| Fen::new(all.get(year).copied().unwrap_or(0));
            let (expected, found) = (of(&self.credited), of(&said));
            if expected != found {
                let place = format!("{year}（元）");
                report.add(self.fault(Kind::Interest, None, place, &expected, &found));
            }
        }
    }

    fn account_row(&self, account: &Account, report: &mut Report) {
        let found = (account.current.get(), account.earlier.get());
        if found != self.account {
            let (expected, found) = (shown(self.account), shown(found));
            report.add(self.fault(Kind::Account, None, "账户余额", &expected, &found));
        }
        if account.current.is_negative() || account.earlier.is_negative() {
            let found = shown((account.current.get(), account.earlier.get()));
            report.add(self.fault(Kind::Negative, None, "账户余额", &"不小于 0", &found));
        }
        let last = self.order.iter().max().copied().unwrap_or(Id::MIN);
        if account.last != last {
            let name = |id: Id| if id == Id::MIN { "无".to_owned() } else { id.to_string() };
            let (expected, found) = (name(last), name(account.last));
            report.add(self.fault(Kind::Last, None, "最后一笔", &expected, &found));
        }
    }
}

/// An account in words.
fn shown((current, earlier): (i64, i64)) -> String {
    format!("当年 {} 历年 {}", Fen::new(current), Fen::new(earlier))
}

/// The first cell that differs: its name, what it should hold, what it holds.
fn differing(expected: &Cells, found: &Cells) -> Option<(Arc<str>, i64, i64)> {
    let names: BTreeSet<&Arc<str>> = expected.keys().chain(found.keys()).collect();
    let amount = |cells: &Cells, name: &str| cells.get(name).copied().unwrap_or(0);
    names.into_iter().find_map(|name| {
        let (expected, found) = (amount(expected, name), amount(found, name));
        (expected != found).then(|| (name.clone(), expected, found))
    })
}
