//! The long jobs: a month closed for every institution, a year closed, a payment order made.
//!
//! Bounds: so many requests are under way at once; the ledger's sums are read in two queries, whatever the number of
//! institutions. Restarted, a run finds the statements that are there and goes on; how far it is stands in its document.

use super::lists::walk;
use super::{ClassLine, PaymentOrder, Statement, StatementState, body, heads, sums};
use crate::agency::Agency;
use crate::books::last_over;
use crate::business::Business;
use crate::business::clearing::{CloseMonth, CloseYear, KeepRun, MakeOrder};
use crate::core::{Core, Job};
use crate::documents;
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use kernel::payment::{Capitation, PaymentMethod};
use kernel::{Date, Fen, Moment, Month, Rate};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use store::{Area, DocumentKey, PersonKey};

/// Requests under way at once.
const WINDOW: usize = 256;
/// After so many institutions the document of the run says so.
const STEP: u64 = 100;
/// Owner of the documents of closing runs.
const JOB: &str = "clearing";

/// How far the closing of a month is: a document of kind [`documents::RUN`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Run {
    /// `YYYY-MM`.
    pub month: Arc<str>,
    /// Institutions.
    pub institutions: u64,
    /// Of these closed.
    pub done: u64,
    /// Refused when it last ran.
    pub refused: u64,
}

impl Run {
    /// Where it is kept.
    #[must_use]
    pub fn key(&self, area: Area) -> DocumentKey {
        DocumentKey {
            area,
            kind: Arc::from(documents::RUN),
            owner: Arc::from(JOB),
            number: self.month.clone(),
        }
    }

    /// All institutions are closed.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.done == self.institutions
    }
}

/// What came of a closing.
#[derive(Clone, Debug, Default)]
pub struct Closed {
    /// Statements made.
    pub made: u64,
    /// Statements that were there already, the same; or nothing to state.
    pub unchanged: u64,
    /// Institutions refused, and why.
    pub refused: Vec<(Arc<str>, Refused)>,
    /// Of a month: the ledger's sums of all institutions together.
    pub sum: ClassLine,
}

impl Closed {
    fn take(&mut self, institution: Arc<str>, reply: Result<Outcome, Refused>) {
        match reply {
            Ok(Outcome::Done) => self.unchanged += 1,
            Ok(_) => self.made += 1,
            Err(refused) => self.refused.push((institution, refused)),
        }
    }
}

/// Requests on their way through the core, a bounded number at once.
pub(crate) struct Sending<'a> {
    core: &'a Core,
    sender: Sender<(Arc<str>, Result<Outcome, Refused>)>,
    replies: Receiver<(Arc<str>, Result<Outcome, Refused>)>,
    under_way: usize,
}

impl<'a> Sending<'a> {
    pub(crate) fn new(core: &'a Core) -> Sending<'a> {
        let (sender, replies) = channel();
        Sending { core, sender, replies, under_way: 0 }
    }

    pub(crate) fn send(&mut self, institution: Arc<str>, business: Box<dyn Business>) {
        let sender = self.sender.clone();
        let reply = move |reply: crate::core::Reply| {
            // Whoever waited has gone: nobody is to be told.
            drop(sender.send((institution, reply.map(|answered| answered.outcome))));
        };
        self.core.submit(Job { business, message: None, sent: None, reply: Box::new(reply) });
        self.under_way += 1;
    }

    /// The next reply, if so many are under way that one must be waited for.
    pub(crate) fn next(&mut self, most: usize) -> Option<(Arc<str>, Result<Outcome, Refused>)> {
        if self.under_way == 0 || self.under_way < most {
            return None;
        }
        self.under_way -= 1;
        self.replies.recv().ok()
    }
}

/// One request, waited for.
pub(crate) fn ask(core: &Core, business: impl Business + 'static) -> Result<Outcome, Refused> {
    let mut sending = Sending::new(core);
    sending.send(Arc::from(""), Box::new(business));
    let closing = || Err(Refused::new(Reason::Closing, ""));
    sending.next(0).map_or_else(closing, |(_, reply)| reply)
}

/// Closes a month to its end: [`close_month_unless`].
///
/// # Errors
/// As there.
pub fn close_month(
    agency: &Agency,
    core: &Core,
    area: Area,
    month: Month,
    per_head: Option<Fen>,
    moved: &mut dyn FnMut(u64, u64),
) -> Result<Closed, Refused> {
    let asked = MonthAsked { area, month, per_head, stop: &AtomicBool::new(false) };
    close_month_unless(agency, core, &asked, moved)
}

/// A month to be closed.
#[derive(Clone, Copy, Debug)]
pub struct MonthAsked<'a> {
    /// Whose books.
    pub area: Area,
    /// Which month.
    pub month: Month,
    /// 人头标准 a month, fen: must be given under capitation where no document says it, and only then.
    pub per_head: Option<Fen>,
    /// Once it is set no further institution is begun.
    pub stop: &'a AtomicBool,
}

/// Closes a month for every institution with an agreement, entries, deductions or a debt carried over. `moved` hears of
/// institutions done, and of how many.
///
/// # Errors
/// [`Reason::Content`] if the month is not over or not the next one; [`Reason::BooksDiffer`] if columns and postings of the
/// books differ; [`Reason::Closing`] if it was stopped, and goes on when it is asked for again; the store's own. What single
/// institutions are refused for is in [`Closed`].
pub fn close_month_unless(
    agency: &Agency,
    core: &Core,
    asked: &MonthAsked<'_>,
    moved: &mut dyn FnMut(u64, u64),
) -> Result<Closed, Refused> {
    let MonthAsked { area, month, per_head, stop } = *asked;
    let last = month.last_day();
    if last > last_over(agency.now()) {
        let words = format!("{month}尚未结束，{last}次日零点五分起可以结算");
        return Err(Refused::new(Reason::Content, words));
    }
    in_turn(agency, area, month)?;
    let store = agency.store();
    let by_head = by_head(agency, area, last, per_head)?;
    let per_head = by_head.map(|(_, per_head)| per_head);
    let heads = match by_head {
        Some((rules, _)) => heads(store, area, &rules, month, Moment::start_of(last.next()))?,
        None => BTreeMap::new(),
    };
    let mut lines = sums(store, area, month)?;
    let mut closed = Closed::default();
    lines.values().flatten().for_each(|line| closed.sum.add(line));
    let deductions = deductions(agency, area, month)?;
    let mut institutions = institutions_of(agency, area, month)?;
    institutions.extend(lines.keys().chain(deductions.keys()).chain(heads.keys()).cloned());
    let mut run = Run {
        month: Arc::from(month.to_string()),
        institutions: institutions.len() as u64,
        ..Run::default()
    };
    ask(core, KeepRun { area, run: run.clone() })?;
    let mut sending = Sending::new(core);
    let mut waiting = institutions.into_iter();
    let mut replied = 0;
    loop {
        let next = waiting.next().filter(|_| !stop.load(Ordering::Relaxed));
        let most = if next.is_some() { WINDOW } else { 1 };
        if let Some(institution) = next {
            let business = CloseMonth {
                lines: lines.remove(&institution).unwrap_or_default(),
                deductions: deductions.get(&institution).copied().unwrap_or(0),
                heads: heads.get(&institution).copied().unwrap_or(0),
                per_head: per_head.unwrap_or(Fen::ZERO),
                institution: PersonKey { area, person: institution.clone() },
                month,
            };
            sending.send(institution, Box::new(business));
        } else if sending.under_way == 0 {
            break;
        }
        while let Some((institution, reply)) = sending.next(most) {
            closed.take(institution, reply);
            replied += 1;
            moved(1, run.institutions);
            if replied % STEP == 0 {
                run.done = closed.made + closed.unchanged;
                ask(core, KeepRun { area, run: run.clone() })?;
            }
        }
    }
    run.done = closed.made + closed.unchanged;
    run.refused = closed.refused.len() as u64;
    let left = run.institutions - run.done - run.refused;
    ask(core, KeepRun { area, run })?;
    match left {
        0 => Ok(closed),
        left => Err(Refused::new(Reason::Closing, format!("还有{left}家未结算"))),
    }
}

/// Months are closed one after the other, each once the one before is done; the first may be any.
fn in_turn(agency: &Agency, area: Area, month: Month) -> Result<(), Refused> {
    let mut runs: BTreeMap<Month, Run> = BTreeMap::new();
    walk(agency.store(), area, documents::RUN, JOB, &mut |document| {
        if let Some(month) = Month::parse(&document.key.number) {
            runs.insert(month, body(&document)?);
        }
        Ok(())
    })?;
    let words = match runs.iter().next_back() {
        _ if runs.contains_key(&month) => return Ok(()),
        None => return Ok(()),
        Some((newest, run)) if !run.is_over() => {
            format!("{newest}结算了{}家中的{}家，请先结完", run.institutions, run.done)
        }
        Some((newest, _)) if newest.plus(1) == month => return Ok(()),
        Some((newest, _)) => format!("已结算至{newest}，下一个月是{}", newest.plus(1)),
    };
    Err(Refused::new(Reason::Content, format!("不能结算{month}：{words}")))
}

/// The rules of capitation and the amount per head, if the policy of the day pays by head.
fn by_head(
    agency: &Agency,
    area: Area,
    day: Date,
    stated: Option<Fen>,
) -> Result<Option<(Capitation, Fen)>, Refused> {
    let law = agency.regions().law(area);
    let version = law.and_then(|law| law.on(day));
    let version = version
        .ok_or_else(|| Refused::new(Reason::AreaUnknown, format!("{area} {day}没有政策")))?;
    let rules = version.policy.payment.capitation;
    let by_head = version.policy.payment.method == PaymentMethod::Capitation;
    let words = match (stated, rules.per_head) {
        (Some(amount), _) if amount < Fen::ZERO || amount > Fen::MAX_AMOUNT => {
            format!("人头标准{amount}不能为负，也不能过大")
        }
        (Some(_), _) if !by_head => "政策不是按人头付费，不能给出人头标准".to_owned(),
        (Some(amount), Some(rule)) if amount != rule => {
            format!("人头标准{amount}与政策规定的{rule}不同；不必再给")
        }
        (None, None) if by_head => "政策按人头付费，请给出每人每月的人头标准".to_owned(),
        (stated, rule) => {
            let amount = stated.or(rule).filter(|_| by_head);
            return Ok(amount.map(|amount| (rules, amount)));
        }
    };
    Err(Refused::new(Reason::Content, words))
}

/// How many deductions each institution has in a month.
fn deductions(
    agency: &Agency,
    area: Area,
    month: Month,
) -> Result<BTreeMap<Arc<str>, usize>, Refused> {
    let mut counts: BTreeMap<Arc<str>, usize> = BTreeMap::new();
    let prefix = format!("{month}-");
    walk(agency.store(), area, documents::DEDUCTION, "", &mut |document| {
        if document.key.number.starts_with(&prefix) {
            *counts.entry(document.key.owner).or_default() += 1;
        }
        Ok(())
    })?;
    Ok(counts)
}

/// Institutions that get a statement of a month whether or not anything happened: those with an agreement on some day of
/// it, and those whose last statement ended below zero.
///
/// # Errors
/// What the store says.
pub fn institutions_of(
    agency: &Agency,
    area: Area,
    month: Month,
) -> Result<BTreeSet<Arc<str>>, Refused> {
    let mut all = BTreeSet::new();
    let now = agency.now();
    if let Some(directory) = agency.directory(area) {
        let days = month.first_day().days()..=month.last_day().days();
        for code in directory.institutions() {
            let on = |day| directory.site(&code, Date::from_days(day), now);
            if days.clone().any(|day| on(day).is_some_and(|site| site.designated)) {
                all.insert(code);
            }
        }
    }
    let before = month.plus(-1).to_string();
    walk(agency.store(), area, documents::STATEMENT, "", &mut |document| {
        let of_year = !document.key.number.contains('-');
        let open = document.state != StatementState::Carried as i16;
        if open && (of_year || *document.key.number == *before) {
            let (statement, _) = Statement::read(&document)?;
            if statement.payable < 0 {
                all.insert(document.key.owner.clone());
            }
        }
        Ok(())
    })?;
    Ok(all)
}

/// Closes a year for every institution with a statement in it. The assessment of the year says what part of the deposit comes
/// back; of institutions that were not assessed here `ratio` does. There is no default, since no source gives one.
///
/// # Errors
/// [`Reason::Content`] if December is not closed; the store's own.
pub fn close_year(
    agency: &Agency,
    core: &Core,
    area: Area,
    year: i32,
    ratio: &dyn Fn(&str) -> Option<Rate>,
    moved: &mut dyn FnMut(u64, u64),
) -> Result<Closed, Refused> {
    let december = Run { month: Arc::from(format!("{year:04}-12")), ..Run::default() };
    let run = agency.store().document(&december.key(area))?;
    let run: Option<Run> = run.map(|document| body(&document)).transpose()?;
    if !run.is_some_and(|run| run.is_over()) {
        let words = format!("{year:04}-12还没有结算完，不能年终清算");
        return Err(Refused::new(Reason::Content, words));
    }
    let months = format!("{year:04}-");
    let mut institutions = BTreeSet::new();
    walk(agency.store(), area, documents::STATEMENT, "", &mut |document| {
        if document.key.number.starts_with(&months) {
            institutions.insert(document.key.owner);
        }
        Ok(())
    })?;
    let (mut closed, mut sending) = (Closed::default(), Sending::new(core));
    let total = institutions.len() as u64;
    let mut asked = institutions.into_iter();
    loop {
        let next = asked.next();
        let most = if next.is_some() { WINDOW } else { 1 };
        match next {
            Some(institution) => {
                let party = PersonKey { area, person: institution.clone() };
                let ratio = ratio(&institution);
                let business = CloseYear { institution: party, year, ratio };
                sending.send(institution, Box::new(business));
            }
            None if sending.under_way == 0 => return Ok(closed),
            None => {}
        }
        while let Some((institution, reply)) = sending.next(most) {
            closed.take(institution, reply);
            moved(1, total);
        }
    }
}

/// Makes a payment order of what is confirmed and not paid of a period, or answers with the one of this batch.
///
/// # Errors
/// As for [`MakeOrder`].
pub fn make_order(
    agency: &Agency,
    core: &Core,
    area: Area,
    period: &str,
    batch: &Arc<str>,
    maker: &Arc<str>,
) -> Result<PaymentOrder, Refused> {
    let mut institutions = Vec::new();
    walk(agency.store(), area, documents::STATEMENT, "", &mut |document| {
        let confirmed = document.state == StatementState::Confirmed as i16;
        if confirmed && *document.key.number == *period {
            institutions.push(document.key.owner);
        }
        Ok(())
    })?;
    let order = MakeOrder {
        area,
        period: Arc::from(period),
        batch: batch.clone(),
        maker: maker.clone(),
        institutions,
    };
    let outcome = ask(core, order)?;
    let unreadable = || Refused::new(Reason::Conflict, format!("拨付单{batch}"));
    outcome.document().ok_or_else(unreadable)
}
