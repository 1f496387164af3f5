//! The year as it is played: what is due next, who does it, and what the tally hears of it.

use super::Plan;
use super::agenda::{Act, Agenda, agenda, months};
use super::cast::{Resident, cast, employer_code, employers};
use super::counters::{Counters, Patient};
use super::course::{Course, courses};
use super::encounters::{Encounter, Fate, encounters};
use super::files::Files;
use super::frauds::{Plant, plant};
use super::house::House;
use super::staff::Staff;
use super::tally::Tally;
use super::visit::{self, Came};
use agency::facts;
use agency::import::Table;
use anyhow::{Context as _, Result};
use kernel::{Date, Moment, Month};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Who pays for which months on a day, by employer; none: alone.
pub(super) type Receipts = BTreeMap<Option<usize>, Vec<(u32, Month)>>;

/// A year while it is played.
pub struct Year<'a> {
    /// What is asked.
    pub plan: &'a Plan,
    /// Books and server.
    pub house: &'a House,
    /// The staff.
    pub staff: Staff,
    /// The counters.
    pub counters: Counters,
    pub(super) files: Files,
    /// Who lives here.
    pub cast: Vec<Resident>,
    /// What becomes of them.
    pub courses: Vec<Course>,
    /// Frauds.
    pub plants: Vec<Plant>,
    /// What is added up outside the system.
    pub tally: Tally,
    pub(super) agenda: Agenda,
    /// Who pays on which day.
    pub(super) receipts: BTreeMap<Date, Receipts>,
    /// Months whose credits may have changed since they were run.
    pub(super) stale: BTreeSet<Month>,
    /// The newest month whose credits were run.
    pub(super) credited: Option<Month>,
    /// Whose year cannot be folded again because a case recovered a settlement of it.
    pub(super) blocked: BTreeSet<String>,
    /// Numbers told in the report.
    pub notes: BTreeMap<&'static str, i64>,
}

impl<'a> Year<'a> {
    /// The year of a plan, drawn but not begun.
    ///
    /// # Errors
    /// The system gives no event loop.
    pub fn new(plan: &'a Plan, house: &'a House, folder: &Path) -> Result<Year<'a>> {
        let cast = cast(plan);
        let courses = courses(plan, &cast);
        let mut visits = encounters(plan, &cast, &courses);
        let plants = plant(plan, &cast, &courses, &mut visits);
        let agenda = agenda(plan, &cast, &courses, visits);
        let mut receipts: BTreeMap<Date, Receipts> = BTreeMap::new();
        for (who, course) in cast.iter().zip(&courses) {
            for month in months(plan) {
                let Some(due) = course.due(plan, who, month) else { continue };
                let Some(day) = due.paid_on else { continue };
                let of_day = receipts.entry(day).or_default();
                of_day.entry(due.employer).or_default().push((who.number, month));
            }
        }
        Ok(Year {
            plan,
            house,
            staff: Staff::new(house)?,
            counters: Counters::new(house, plan.founded().date())?,
            files: Files::new(folder),
            cast,
            courses,
            plants,
            tally: Tally::default(),
            agenda,
            receipts,
            stale: BTreeSet::new(),
            credited: None,
            blocked: BTreeSet::new(),
            notes: BTreeMap::new(),
        })
    }

    /// Plays it; `told` hears of every act, how many there are left, and the day.
    ///
    /// # Errors
    /// Something was refused that should have been done, or done that should have been refused.
    pub fn play(&mut self, told: &mut dyn FnMut(usize, Date)) -> Result<()> {
        self.found()?;
        while let Some((at, act)) = self.agenda.take() {
            self.house.clock.to(at);
            told(self.agenda.len(), at.date());
            let words = format!("{at} {act:?}");
            self.act(act).with_context(|| words.chars().take(400).collect::<String>())?;
        }
        Ok(())
    }

    fn act(&mut self, act: Act) -> Result<()> {
        match act {
            Act::Come(encounter) => self.come(&encounter),
            Act::Undo(bill) => self.undo(bill),
            Act::Turn(who, turn) => self.turn(who, turn),
            Act::Duty(duty) => self.duty(duty),
        }
    }

    /// Counts something for the report.
    pub(super) fn note(&mut self, what: &'static str, by: i64) {
        *self.notes.entry(what).or_default() += by;
    }

    /// Number `who` of the cast.
    pub(super) fn resident(&self, who: u32) -> Result<&Resident> {
        self.cast.get(who as usize - 1).with_context(|| format!("resident {who}"))
    }

    /// What becomes of number `who`.
    pub(super) fn course(&self, who: u32) -> Result<&Course> {
        self.courses.get(who as usize - 1).with_context(|| format!("resident {who}"))
    }

    pub(super) fn patient(&self, who: u32) -> Result<Patient> {
        let resident = self.resident(who)?;
        Ok(Patient { person: resident.person(), identity: resident.born.identity() })
    }

    /// What the old system knew: employers, everybody who is insured, their accounts.
    fn found(&mut self) -> Result<()> {
        let since = format!("{}-01-01", self.plan.year - 5);
        let rows = (0..employers(self.plan.people)).map(|place| {
            let code = employer_code(self.plan, place);
            vec![code, format!("测试单位{:04}", place + 1), since.clone()]
        });
        let rows: Vec<_> = rows.collect();
        self.files.import(
            self.house,
            Table::Employers,
            &[],
            &["employer", "name", "from"],
            &rows,
        )?;
        let there: Vec<u32> = (1..=self.plan.people).collect();
        self.enter(&there)?;
        let day = self.plan.founded().date().to_string();
        let mut opened = Vec::new();
        for who in &there {
            let resident = self.resident(*who)?;
            if resident.earlier > 0 {
                let yuan = kernel::Fen::new(resident.earlier).to_string();
                opened.push((
                    resident.number,
                    resident.earlier,
                    vec![resident.person(), day.clone(), yuan, "原系统".to_owned()],
                ));
            }
        }
        for (who, fen, _) in &opened {
            self.tally.accounts.insert(*who, *fen);
            self.tally.opened += fen;
        }
        self.used_elsewhere()?;
        let rows: Vec<_> = opened.into_iter().map(|(_, _, row)| row).collect();
        let header = ["person", "day", "current", "source"];
        self.files.import(self.house, Table::Openings, &[], &header, &rows)?;
        Ok(())
    }

    /// What inpatient care has used of the year's limit in other systems: some are about to cross into the large-amount
    /// fund (重庆第四条).
    fn used_elsewhere(&mut self) -> Result<()> {
        if self.plan.area != agency::town::CHONGQING {
            return Ok(());
        }
        let far = |who: &&Resident| who.number % 40 == 7 && who.number <= self.plan.people;
        let rows: Vec<Vec<String>> = self
            .cast
            .iter()
            .filter(far)
            .map(|who| {
                let used = ["limit.pool-year", "46990.00", "住院系统"].map(str::to_owned);
                let key = [who.person(), self.plan.year.to_string()];
                key.into_iter().chain(used).collect()
            })
            .collect();
        let header = ["person", "year", "accumulator", "used", "source"];
        self.files.import(self.house, Table::Elsewhere, &[], &header, &rows)?;
        Ok(())
    }

    /// People enter the books: who they are, and in which way they are insured.
    pub(super) fn enter(&mut self, people: &[u32]) -> Result<()> {
        let (mut records, mut spells) = (Vec::new(), Vec::new());
        for who in people {
            let (resident, course) = (self.resident(*who)?, self.course(*who)?);
            let person = resident.person();
            records.push(vec![
                person.clone(),
                resident.born.name(),
                resident.born.identity(),
                resident.born.gender().to_owned(),
                resident.born.on.to_string(),
                resident.born.card(),
            ]);
            let since = course.joins.unwrap_or(resident.since);
            let mut spell = |kind: &str, value: &str, from: Date| {
                spells.push(vec![
                    person.clone(),
                    kind.to_owned(),
                    value.to_owned(),
                    from.to_string(),
                ]);
            };
            spell(facts::ENROLLED, "", since);
            spell(facts::PLAN, resident.plan, since);
            // Who joins is entitled by what is paid; who was there is carried over.
            if course.joins.is_none() {
                spell(facts::ENTITLEMENT, "entitled", since);
            }
            if let Some(day) = resident.retired {
                spell(facts::RETIREMENT, "", day);
            }
        }
        let header = ["person", "name", "cert_no", "gender", "born", "card"];
        self.files.import(self.house, Table::People, &[], &header, &records)?;
        let header = ["person", "kind", "value", "from"];
        self.files.import(self.house, Table::Facts, &[], &header, &spells)?;
        Ok(())
    }

    /// Somebody comes to a counter.
    fn come(&mut self, encounter: &Encounter) -> Result<()> {
        let who = encounter.who;
        let (at, patient) = ((who, encounter.place), self.patient(who)?);
        let came = visit::play(&mut self.counters, &patient, encounter)?;
        let settled = match came {
            Came::Left => {
                self.tally.left += 1;
                return Ok(());
            }
            Came::Settled(settled) => settled,
            // To institution and person the first never happened: only what is settled anew counts.
            Came::Anew(settled) => {
                self.tally.reversed += 1;
                settled
            }
        };
        let what = (encounter, &*self.counters.wares);
        let bill = self.tally.settled(&self.cast, at, settled, what);
        if let Fate::Undone(days) = encounter.fate {
            let later = Moment(encounter.at.0 + i64::from(days) * 86_400_000 + 1_800_000);
            // What is undone in the next year stays undone with it; the play ends with the year.
            if later.date() <= self.plan.last_day() {
                self.agenda.add(later, Act::Undo(bill));
            }
        }
        Ok(())
    }

    fn undo(&mut self, index: usize) -> Result<()> {
        let Some(bill) = self.tally.bills.get(index).cloned() else { return Ok(()) };
        let patient = self.patient(bill.who)?;
        let answer = visit::undo(&mut self.counters, &patient, bill.place, &bill.settled)?;
        self.tally.undone(&self.cast, index, &answer);
        if let Some(corrected) = self.tally.corrected_of.remove(&bill.settled.settlement) {
            let month = self.house.now().date().month();
            self.tally.correct(month, corrected.map(|fen| -fen));
        }
        Ok(())
    }
}
