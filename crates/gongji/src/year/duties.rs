//! What the agency does month by month: declarations and receipts, entitlement, credits, closings, recalculations.

use super::agenda::Duty;
use super::cast::employer_code;
use super::course::Due;
use super::house::Who;
use super::play::Year;
use agency::enrolment::derive_all;
use agency::import::Table;
use anyhow::{Context as _, Result, anyhow, ensure};
use kernel::{Date, Fen, Month};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The columns of a file of declarations.
const DECLARED: [&str; 8] =
    ["person", "month", "plan", "base", "employer_share", "own_share", "large_amount", "paid_on"];

impl Year<'_> {
    /// Does what is due.
    pub(super) fn duty(&mut self, duty: Duty) -> Result<()> {
        match duty {
            Duty::CloseDay(day) => self.close_day(day),
            Duty::Derive(month) => self.derive(month),
            Duty::Declare(month) => self.declare(month),
            Duty::Receive(day) => self.receive(day),
            Duty::Credit(month) => self.credit(month),
            Duty::Clear(month) => self.clear(month),
            Duty::Recalculate => self.recalculate(),
            Duty::CloseYear => self.close_year(),
            Duty::Supervise(from, to) => self.supervise(from, to),
            Duty::Cases => self.cases(),
            Duty::PayPeople => self.pay_people(),
        }
    }

    fn close_day(&mut self, day: Date) -> Result<()> {
        self.note("日结", 1);
        let day = json!({"day": day.to_string()});
        self.staff.done(Who::Finance, "POST", "/closings", &day).map(drop)
    }

    /// Everybody's entitlement (`gongji enrol derive`: the interface has nothing for it).
    fn derive(&mut self, month: Month) -> Result<()> {
        let (office, area) = (self.house.office(), self.plan.area);
        let run =
            office.with_core(|core| derive_all(office.agency(), core, area, month, &mut |_| ()));
        let run = run.context("the server is shut")?.map_err(|refused| anyhow!("{refused}"))?;
        ensure!(run.failed == 0, "{month} 推算：{:?}", run.failures);
        self.note("待遇推算变更", i64::try_from(run.changed)?);
        Ok(())
    }

    /// Rows of a file of one employer, or of those who pay alone.
    fn rows(&self, of: &[(u32, Month)], paid: bool) -> Result<Vec<(Due, Vec<String>)>> {
        let mut rows = Vec::with_capacity(of.len());
        for (who, month) in of {
            let resident = self.resident(*who)?;
            let due = self.course(*who)?.due(self.plan, resident, *month).context("due")?;
            let [pool, own, large] = due.amounts(self.plan).map(|fen| Fen::new(fen).to_string());
            let day = due.paid_on.filter(|_| paid).map_or_else(String::new, |day| day.to_string());
            let base = Fen::new(due.base).to_string();
            let row = [
                resident.person(),
                month.to_string(),
                due.plan.to_owned(),
                base,
                pool,
                own,
                large,
                day,
            ];
            rows.push((due, row.into()));
        }
        Ok(rows)
    }

    fn file(&mut self, employer: Option<usize>, rows: &[Vec<String>]) -> Result<()> {
        let given = employer.map(|place| ("employer", employer_code(self.plan, place)));
        let given: Vec<_> = given.into_iter().collect();
        let taken = self.files.import(self.house, Table::Contributions, &given, &DECLARED, rows)?;
        self.note("申报文件", 1);
        self.note("申报行", i64::try_from(taken.counts.iter().sum::<u64>())?);
        Ok(())
    }

    /// Each employer declares its month; nothing is paid yet.
    fn declare(&mut self, month: Month) -> Result<()> {
        let mut by_employer: BTreeMap<usize, Vec<(u32, Month)>> = BTreeMap::new();
        for (who, course) in self.cast.iter().zip(&self.courses) {
            let due = course.due(self.plan, who, month);
            if let Some(place) = due.and_then(|due| due.employer) {
                by_employer.entry(place).or_default().push((who.number, month));
            }
        }
        for (place, of) in by_employer {
            let rows = self.rows(&of, false)?.into_iter().map(|(_, row)| row);
            self.file(Some(place), &rows.collect::<Vec<_>>())?;
        }
        Ok(())
    }

    /// Money has arrived: the files come again with the day of payment, once more than needed.
    fn receive(&mut self, day: Date) -> Result<()> {
        let Some(receipts) = self.receipts.remove(&day) else { return Ok(()) };
        for (employer, of) in receipts {
            let rows = self.rows(&of, true)?;
            for (due, _) in &rows {
                let mut amounts = due.amounts(self.plan);
                if employer.is_none() {
                    // 个人参保的: the policy credits two per cent, the rest is the pool's.
                    let account =
                        if due.plan == "individual-1" { 0 } else { (due.base * 2 + 50) / 100 };
                    let account = account.min(amounts[1]);
                    amounts = [amounts[0] + amounts[1] - account, account, amounts[2]];
                }
                self.tally.received(amounts);
            }
            for (_, month) in &of {
                if self.credited.is_some_and(|last| *month <= last) {
                    self.stale.insert(*month);
                }
            }
            let rows: Vec<Vec<String>> = rows.into_iter().map(|(_, row)| row).collect();
            self.file(employer, &rows)?;
            if employer == Some(0) {
                // The bank sends its list twice: nothing is booked twice.
                self.file(employer, &rows)?;
            }
        }
        Ok(())
    }

    /// The month, and those of which something was learned since; proposed by one, approved by another.
    fn credit(&mut self, month: Month) -> Result<()> {
        self.stale.insert(month);
        self.credited = Some(self.credited.map_or(month, |last| last.max(month)));
        for month in std::mem::take(&mut self.stale) {
            let proposed = json!({"month": month.to_string()});
            let approved = self.staff.two("/credit-months", &proposed)?;
            let number = found(&approved["conclusion"]["outcome"], "number");
            let number = number.with_context(|| approved.to_string())?;
            let report = self.staff.over("credit-month", &number)?;
            let today = self.house.now().date();
            let own = self.tally.credit(self.plan, &self.cast, &self.courses, (month, today));
            let theirs = credited(&report["tally"]);
            if theirs != Some(own) {
                let words = format!("{month} 划入：系统 {theirs:?}，自计 {own}：{report}");
                self.tally.faults.push(words);
            }
            self.note("划入批次", 1);
        }
        Ok(())
    }

    /// Late facts: who waits is folded again, proposed by a clerk and approved by finance.
    fn recalculate(&mut self) -> Result<()> {
        let waiting = self.staff.items(Who::Clerk, "/recalculations")?;
        let mut all: Vec<(String, i64)> = waiting
            .iter()
            .filter_map(|it| Some((it["person"].as_str()?.to_owned(), it["year"].as_i64()?)))
            .collect();
        all.dedup();
        for (person, year) in all {
            self.note("重算人员年度", 1);
            let path = format!("/people/{person}/recalculations/{year}");
            let proposal =
                self.staff.done(Who::Clerk, "POST", &format!("{path}/propose"), &Value::Null)?;
            let changed = proposal["changed"].as_array().map_or(0, Vec::len);
            if changed == 0 {
                continue;
            }
            self.note("重算更正结算", i64::try_from(changed)?);
            let digest = json!({"digest": proposal["digest"]});
            let approve = format!("{path}/approve");
            self.staff.refused(Who::Clerk, "POST", &approve, &digest, 403)?;
            match self.staff.done_or_not(Who::Finance, "POST", &approve, &digest)? {
                Ok(posted) => self.corrected(&posted),
                // What a case took back of a settlement must be given back there before the year is folded again.
                Err(why) => {
                    let words = why["detail"].as_str().unwrap_or_default();
                    ensure!(words.contains("已由案件"), "{approve}：{words}");
                    self.blocked.insert(person);
                }
            }
        }
        Ok(())
    }

    fn corrected(&mut self, posted: &Value) {
        let funds = posted["funds"].as_array().cloned().unwrap_or_default();
        let by = [0, 1, 2].map(|fund| funds.get(fund).and_then(Value::as_i64).unwrap_or(0));
        self.tally.correct(self.house.now().date().month(), by);
        for changed in posted["changed"].as_array().into_iter().flatten() {
            let Some(entry) = changed["settlement"].as_str() else { continue };
            let by = difference(changed);
            let own = self.tally.corrected_of.entry(entry.to_owned()).or_default();
            for (sum, fen) in own.iter_mut().zip(by) {
                *sum += fen;
            }
        }
    }
}

/// What a corrected settlement changed, by fund.
fn difference(changed: &Value) -> [i64; 3] {
    let of = |name: &str, place: usize| {
        changed[name]["funds"].get(place).and_then(Value::as_i64).unwrap_or(0)
    };
    [0, 1, 2].map(|place| of("after", place) - of("before", place))
}

/// What a credit run came to, from its report.
fn credited(tally: &Value) -> Option<i64> {
    let classes = tally["credited"].as_array()?;
    Some(classes.iter().filter_map(|class| class[2].as_i64()).sum())
}

/// A text of this name anywhere in a value.
fn found(value: &Value, name: &str) -> Option<String> {
    match value {
        Value::Object(fields) => match fields.get(name) {
            Some(Value::String(text)) => Some(text.clone()),
            _ => fields.values().find_map(|value| found(value, name)),
        },
        _ => None,
    }
}
