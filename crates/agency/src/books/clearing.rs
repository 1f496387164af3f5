//! Statements of institutions against the entries they rest on and the entries they made.

use super::CheckError;
use super::report::{Fault, Kind, Report};
use crate::assessment::{Assessment, AssessmentState};
use crate::clearing::{ClassLine, Statement, StatementState, sums};
use crate::documents;
use crate::ledger::Head;
use kernel::{Fen, Rate};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Area, PersonKey, Store, Wants};

/// Statements looked at together.
const PAGE: usize = 500;

/// Checks all statements of an area.
pub(super) fn statements(
    store: &dyn Store,
    area: Area,
    report: &mut Report,
) -> Result<(), CheckError> {
    let mut check = Check { store, area, report, months: BTreeMap::new() };
    let mut after: (Arc<str>, Arc<str>) = Default::default();
    loop {
        let kind = documents::STATEMENT;
        let page = store.documents(area, kind, "", (&after.0, &after.1), PAGE)?;
        let mut readable = Vec::with_capacity(page.len());
        for document in &page {
            match Statement::read(document) {
                Ok(read) => readable.push(read),
                Err(refused) => {
                    let (owner, number) = (&document.key.owner, &document.key.number);
                    check.fault(owner, number, "能读取".to_owned(), refused.to_string());
                }
            }
        }
        check.page(&readable)?;
        match page.last() {
            Some(last) if page.len() == PAGE => {
                after = (last.key.owner.clone(), last.key.number.clone());
            }
            _ => return Ok(()),
        }
    }
}

/// The ledger's sums of a month, by institution.
type Sums = BTreeMap<Arc<str>, Vec<ClassLine>>;

struct Check<'a> {
    store: &'a dyn Store,
    area: Area,
    report: &'a mut Report,
    /// Of the months seen.
    months: BTreeMap<Arc<str>, Sums>,
}

impl Check<'_> {
    fn fault(&mut self, institution: &Arc<str>, place: &str, expected: String, found: String) {
        self.report.add(Fault {
            kind: Kind::Statement,
            area: self.area,
            person: institution.clone(),
            entry: None,
            place: place.to_owned(),
            expected,
            found,
        });
    }

    fn page(&mut self, statements: &[(Statement, StatementState)]) -> Result<(), CheckError> {
        let key = |statement: &Statement| PersonKey {
            area: self.area,
            person: statement.institution.clone(),
        };
        let entries: BTreeSet<_> = statements
            .iter()
            .flat_map(|(statement, _)| statement.entries.iter().map(|id| (key(statement), *id)))
            .collect();
        let found = match entries.is_empty() {
            true => store::Found::default(),
            false => self.store.read(&Wants { entries, ..Wants::default() })?,
        };
        for (statement, state) in statements {
            let entries = statement.entries.iter().filter_map(|id| found.entries.get(id));
            let postings = entries.flat_map(|entry| &entry.postings);
            let payable = postings.filter(|it| it.account == Head::Payable.number());
            let posted: i64 = payable.map(|it| it.amount.get()).sum();
            let expected = made(statement, *state);
            if posted != expected {
                let place = format!("{} 应付分录", statement.number);
                let (expected, posted) = (Fen::new(expected), Fen::new(posted));
                let institution = &statement.institution;
                self.fault(institution, &place, expected.to_string(), posted.to_string());
            }
            self.lines(statement);
            self.grade(statement)?;
        }
        Ok(())
    }

    /// What part of the deposit came back is what the confirmed assessment of the year says, and that rests on confirmed months.
    fn grade(&mut self, statement: &Statement) -> Result<(), CheckError> {
        let Statement { institution, period, number, .. } = statement;
        let Some(year) = statement.year.as_ref().filter(|year| !year.grade.is_empty()) else {
            return Ok(());
        };
        let assessed = self.confirmed(institution, period)?;
        let release = assessed.as_ref().map(|assessment| assessment.release);
        if release != Some(year.ratio) {
            let said = |release: Option<i32>| {
                release
                    .map_or_else(|| "没有已确认的考核".to_owned(), |it| Rate::new(it).to_string())
            };
            let place = format!("{number} 考核返还");
            self.fault(institution, &place, said(release), said(Some(year.ratio)));
        }
        for (month, score) in assessed.map(|assessment| assessment.months).unwrap_or_default() {
            let known = self.confirmed(institution, &month)?.map(|assessment| assessment.score);
            if known != Some(score) {
                let said = |score: Option<i64>| {
                    score.map_or_else(
                        || "没有已确认的考核".to_owned(),
                        |it| Fen::new(it).to_string(),
                    )
                };
                let place = format!("{period} 考核，{month}");
                self.fault(institution, &place, said(known), said(Some(score)));
            }
        }
        Ok(())
    }

    /// A confirmed assessment.
    fn confirmed(
        &self,
        institution: &Arc<str>,
        period: &str,
    ) -> Result<Option<Assessment>, CheckError> {
        let found = self.store.document(&Assessment::key(self.area, institution, period))?;
        let read = found.and_then(|document| Assessment::read(&document).ok());
        Ok(read.filter(|(_, state)| *state == AssessmentState::Confirmed).map(|(it, _)| it))
    }

    /// The lines of a month are what the entries of the month sum to.
    fn lines(&mut self, statement: &Statement) {
        let Some(month) = statement.month() else { return };
        let Statement { institution, period, lines, number, .. } = statement;
        if !self.months.contains_key(period) {
            let sums = sums(self.store, self.area, month).unwrap_or_else(|refused| {
                self.fault(institution, period, String::new(), refused.to_string());
                Sums::new()
            });
            self.months.insert(period.clone(), sums);
        }
        let sums = self.months.get(period).and_then(|sums| sums.get(institution));
        let books = sums.map_or(&[][..], Vec::as_slice);
        if books != lines {
            let (expected, found) = (words(books), words(lines));
            self.fault(institution, number, expected, found);
        }
    }
}

/// What the entries of a statement debit to what the institution is owed, less what they credit.
fn made(statement: &Statement, state: StatementState) -> i64 {
    let withheld = match &statement.year {
        None => statement.deducted() + statement.deposit - statement.capitation,
        Some(_) => -statement.payable,
    };
    let paid = if state == StatementState::Paid { statement.payable } else { 0 };
    withheld + paid
}

fn words(lines: &[ClassLine]) -> String {
    let word = |line: &ClassLine| {
        let (total, funds) = (Fen::new(line.total), Fen::new(line.funds()));
        let (class, count, accounts) = (&line.class, line.count, Fen::new(line.accounts));
        format!("{class}：{count}人次、总额{total}、基金{funds}、账户{accounts}")
    };
    lines.iter().map(word).collect::<Vec<_>>().join("；")
}
