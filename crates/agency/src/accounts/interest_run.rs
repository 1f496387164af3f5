//! 个人账户计息: the interest of a year for every account of an area, as a job that goes on where it stopped.
//!
//! Shape: a walk over people in pages. What an account held is played from its entries since the end of the year before,
//! which that year's run kept ([`AccountYear`]); without it, from all entries there are. Entries of a year that is over do
//! not change, so they are read beside the commit. A page is one commit ([`InterestPage`]): entries, years, and how far the
//! run is. Bounds: a page of people with their entries of a year, and who pays for whom.

use super::RunError;
use super::paging;
use super::reckon::Balances;
use crate::agency::Agency;
use crate::books::last_over;
use crate::business::account::{AccountYear, InterestPage, InterestProgress, Reckoned, rules};
use crate::facts::FAMILY;
use crate::reason::{Reason, Refused};
use kernel::Moment;
use kernel::account::AccountInterest;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::{Area, Changes, Id, PersonFile, PersonKey, Wants};

/// People read at a time where bindings are looked for.
const PAGE: usize = 2_000;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct InterestAsked {
    /// Whose books.
    pub area: Area,
    /// The year of interest, named by the calendar year in which it begins.
    pub year: i32,
    /// People a commit.
    pub page: usize,
}

/// A run in progress.
pub struct InterestRun<'a> {
    agency: &'a Agency,
    asked: InterestAsked,
    interest: AccountInterest,
    progress: InterestProgress,
    resumed: bool,
    /// For whom an account pays or paid: payer, and whose bills.
    pays_for: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    people: u64,
}

impl<'a> InterestRun<'a> {
    /// Begins the run of a year, takes it up where it was stopped, or looks at everybody again.
    ///
    /// # Errors
    /// A year that is not over, or for which the policy gives no interest; the store's own.
    pub fn begin(agency: &'a Agency, asked: InterestAsked) -> Result<InterestRun<'a>, RunError> {
        let interest = check(agency, &asked)?;
        let key = InterestProgress::key(asked.area, asked.year);
        let found = agency.store().document(&key)?;
        let known = found.as_ref().map(InterestProgress::read).transpose()?;
        let resumed = known.as_ref().is_some_and(|known| !known.done);
        let progress = match known {
            Some(known) if resumed => known,
            known => {
                let attempt = known.map_or(1, |known| known.attempt + 1);
                let progress = InterestProgress { attempt, ..InterestProgress::default() };
                let documents = vec![progress.filed(key, agency.now())?];
                let changes = Changes { documents, ..Changes::default() };
                agency.store().commit(&Wants::default(), &mut |_| changes.clone())?;
                progress
            }
        };
        let (pays_for, people) = bindings(agency, asked.area)?;
        Ok(InterestRun { agency, asked, interest, progress, resumed, pays_for, people })
    }

    /// How many people there are.
    #[must_use]
    pub const fn people(&self) -> u64 {
        self.people
    }

    /// How far it is.
    #[must_use]
    pub const fn progress(&self) -> &InterestProgress {
        &self.progress
    }

    /// It was stopped before, and goes on.
    #[must_use]
    pub const fn is_resumed(&self) -> bool {
        self.resumed
    }

    /// Goes through everybody who is left, and says what it came to. `moved` hears how many people each commit has done.
    ///
    /// # Errors
    /// Of the store, or if another process moves the run on.
    pub fn finish(self, moved: &mut dyn FnMut(u64)) -> Result<InterestProgress, RunError> {
        self.finish_unless(&AtomicBool::new(false), moved)
    }

    /// The same, but it stops after the page it is at once `told` to.
    ///
    /// # Errors
    /// As for [`InterestRun::finish`], and [`RunError::Stopped`].
    pub fn finish_unless(
        self,
        told: &AtomicBool,
        moved: &mut dyn FnMut(u64),
    ) -> Result<InterestProgress, RunError> {
        let (store, area, size) = (self.agency.store(), self.asked.area, self.asked.page.max(1));
        let (mut after, mut done) = (self.progress.after.clone(), self.progress.done);
        while !done {
            if told.load(Ordering::Relaxed) {
                return Err(RunError::Stopped);
            }
            let files = store.people(area, &after, "", size)?;
            let people = files
                .iter()
                .map(|file| Ok((file.person.key.clone(), self.reckoned(file)?)))
                .collect::<Result<Vec<_>, RunError>>()?;
            let page = InterestPage {
                area,
                year: self.asked.year,
                people,
                after: after.clone(),
                last: files.len() < size,
            };
            let next = files.last().map(|file| file.person.key.person.clone());
            let count = u64::try_from(files.len()).unwrap_or(0);
            paging::commit(self.agency, &page, files)?;
            after = next.unwrap_or(after);
            done = page.last;
            moved(count);
        }
        let key = InterestProgress::key(area, self.asked.year);
        let missing = || Refused::new(Reason::DocumentUnknown, &*key.number);
        let found = store.document(&key)?.ok_or_else(missing)?;
        Ok(InterestProgress::read(&found)?)
    }

    /// What the interest of an account rests on; `None`: nothing was ever posted to it.
    fn reckoned(&self, file: &PersonFile) -> Result<Option<Reckoned>, RunError> {
        let (person, year) = (&file.person.key, self.asked.year);
        let (first, last) = (self.interest.year.first_day(year), self.interest.year.last_day(year));
        let before = self.agency.store().document(&AccountYear::key(person, year - 1))?;
        let before = before.as_ref().map(AccountYear::read).transpose()?;
        let begin = Id::first_at(Moment::start_of(first));
        let from = if before.is_some() { begin } else { Id::MIN };
        let entries = self.entries(person, from, Id::first_at(Moment::start_of(last.next())))?;
        let start = match (&before, entries.first()) {
            (Some(_), _) => first,
            (None, Some(entry)) => entry.id.moment().date().min(first),
            (None, None) => return Ok(None),
        };
        let held = before.map_or((0, 0), |before| before.held);
        let mut balances = Balances::new(start, held);
        let of_before = entries.partition_point(|entry| entry.id < begin);
        let (earlier, own) = entries.split_at(of_before);
        earlier.iter().for_each(|entry| balances.entry(entry, &person.person));
        balances.begin(first);
        own.iter().for_each(|entry| balances.entry(entry, &person.person));
        Ok(Some(balances.over(last, &self.interest)))
    }

    /// Entries that move an account: its own, and those of relatives whose bills it paid.
    fn entries(&self, person: &PersonKey, from: Id, to: Id) -> Result<Vec<store::Entry>, RunError> {
        let store = self.agency.store();
        let mut entries = store.history(person, from, to)?;
        for relative in self.pays_for.get(&person.person).into_iter().flatten() {
            let key = PersonKey { area: person.area, person: relative.clone() };
            let theirs = store.history(&key, from, to)?;
            entries.extend(theirs.into_iter().filter(|it| it.payers.contains(&person.person)));
        }
        entries.sort_by_key(|entry| entry.id);
        entries.dedup_by_key(|entry| entry.id);
        Ok(entries)
    }
}

/// The year is over, and the policy of its last day gives interest.
fn check(agency: &Agency, asked: &InterestAsked) -> Result<AccountInterest, Refused> {
    let unknown = || Refused::new(Reason::AreaUnknown, asked.area.to_string());
    let law = agency.regions().law(asked.area).ok_or_else(unknown)?;
    let silent = || Refused::new(Reason::PolicySilent, format!("{}年个人账户计息", asked.year));
    let (_, interest) = rules(law, asked.year).ok_or_else(silent)?;
    let last = interest.year.last_day(asked.year);
    if last > last_over(agency.now()) {
        let words = format!("{}年计息期至{last}，次日零点五分起可以计息", asked.year);
        return Err(Refused::new(Reason::Content, words));
    }
    Ok(interest)
}

/// Who pays or paid for whom, and how many people there are.
#[expect(clippy::type_complexity, reason = "a map and a count, for one caller")]
fn bindings(
    agency: &Agency,
    area: Area,
) -> Result<(BTreeMap<Arc<str>, BTreeSet<Arc<str>>>, u64), RunError> {
    let mut pays_for: BTreeMap<Arc<str>, BTreeSet<Arc<str>>> = BTreeMap::new();
    let (mut after, mut people): (Arc<str>, u64) = (Arc::default(), 0);
    loop {
        let files = agency.store().people(area, &after, "", PAGE)?;
        people += u64::try_from(files.len()).unwrap_or(0);
        for file in &files {
            for fact in file.facts.iter().filter(|fact| *fact.kind == *FAMILY) {
                let whose = file.person.key.person.clone();
                pays_for.entry(fact.other.clone()).or_default().insert(whose);
            }
        }
        match files.last() {
            Some(last) if files.len() == PAGE => after = last.person.key.person.clone(),
            _ => return Ok((pays_for, people)),
        }
    }
}
