//! The long job: a span of days is read, sorted, looked at by every rule, and what was found is filed.
//!
//! Bounds: [`Options::memory`] for sorting, so many findings under way at once. Restarted, a run reads the span again and goes
//! on after the last person or place that its document names; what it filed before is known by its number. The same books
//! and the same moment of knowledge give the same findings, in whatever order they come back.

use super::finding::Suspicion;
use super::known::{Known, Span};
use super::peers::Peers;
use super::place::Profile;
use super::read::{self, Read};
use super::rules::{Check, RULES, Rule};
use crate::agency::Agency;
use crate::business::supervision::{FileSuspicions, Filed, KeepRun};
use crate::clearing::{Sending, ask};
use crate::core::Core;
use crate::documents::RUN;
use crate::reason::{Reason, Refused};
use crate::stored;
use kernel::Moment;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Area, Document, DocumentKey, PersonKey};

/// Owner of the documents of these runs.
pub const JOB: &str = "supervise";
/// Findings that wait before they are filed.
const WAITING: usize = 2_048;
/// The most findings filed in one request.
const TOGETHER: usize = 64;
/// Requests under way at once.
const WINDOW: usize = 128;

/// What is asked.
#[derive(Clone)]
pub struct Asked {
    /// Whose books.
    pub area: Area,
    /// Settlements of these days.
    pub span: Span,
    /// The rules; empty: all.
    pub rules: Vec<&'static Rule>,
    /// Who asks: stands in the history of the cases.
    pub by: Arc<str>,
}

/// How it is done.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Bytes for sorting; beyond them temporary files.
    pub memory: usize,
    /// After so many people the document of the run says how far it is.
    pub step: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options { memory: 128 << 20, step: 20_000 }
    }
}

/// How far a run is: a document of kind [`RUN`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Far {
    /// Up to when facts are known.
    #[serde(with = "stored::moment")]
    pub known: Moment,
    /// The last person done; empty: none.
    pub person: Arc<str>,
    /// All people are done.
    pub people_over: bool,
    /// The last place done; empty: none.
    pub place: Arc<str>,
    /// All is done.
    pub over: bool,
    /// Settlements of the span that stand.
    pub claims: u64,
    /// What was filed so far.
    pub filed: Filed,
}

impl Far {
    /// As a document.
    ///
    /// # Errors
    /// [`Reason::Conflict`] if it cannot be written.
    pub fn filed(&self, key: DocumentKey, at: Moment) -> Result<Document, Refused> {
        let body = serde_json::to_string(self);
        let body = body.map_err(|_| Refused::new(Reason::Conflict, &*key.number))?;
        Ok(Document { key, at, state: i16::from(self.over), body: body.into() })
    }
}

/// What a run is doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Entries and fee lines are read: rows.
    Reading,
    /// Rules look at people: people.
    People,
    /// Rules look at places: places.
    Places,
}

impl Stage {
    /// 中文.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Stage::Reading => "读取",
            Stage::People => "逐人核查",
            Stage::Places => "逐机构核查",
        }
    }
}

/// Hears what a run is doing and how much of it was done, and says whether to go on.
pub type Moved<'a> = &'a mut dyn FnMut(Stage, u64) -> bool;

/// Where how far a run is is kept.
#[must_use]
pub fn key(asked: &Asked) -> DocumentKey {
    let mut codes: Vec<&str> = asked.rules.iter().map(|rule| rule.code).collect();
    codes.sort_unstable();
    let rules = if codes.is_empty() { String::new() } else { format!("-{}", codes.join("+")) };
    let number = format!("{}~{}{rules}", asked.span.from, asked.span.to);
    let Asked { area, .. } = asked;
    DocumentKey { area: *area, kind: RUN.into(), owner: JOB.into(), number: number.into() }
}

/// Runs the rules over a span and files what they find. A run of the same span and rules that was cut off goes on; one that
/// is over is done anew, with what is known by now.
///
/// # Errors
/// [`Reason::Content`] for a span that makes no sense; [`Reason::Closing`] if `moved` says so; the store's own.
pub fn run(
    agency: &Agency,
    core: &Core,
    asked: &Asked,
    options: Options,
    moved: Moved<'_>,
) -> Result<Far, Refused> {
    let Asked { area, span, .. } = *asked;
    if span.from > span.to || span.to > agency.now().date() {
        let words = format!("期间{span}：应为今天及以前的起止日期");
        return Err(Refused::new(Reason::Content, words));
    }
    let unknown = || Refused::new(Reason::AreaUnknown, area.to_string());
    let law = agency.regions().law(area).ok_or_else(unknown)?;
    let store = agency.store();
    let begun = store.document(&key(asked))?.filter(|found| found.state == 0);
    let far = match begun {
        Some(found) => serde_json::from_str(&found.body)
            .map_err(|_| Refused::new(Reason::Conflict, &*found.key.number))?,
        None => Far { known: agency.now(), ..Far::default() },
    };
    let directories = agency.directories();
    let known = Known { area, law, directories: &directories, store, span, now: far.known };
    let (waiting, step) = (BTreeMap::new(), options.step);
    let mut work = Work { core, asked, known, far, waiting, held: 0, step };
    work.keep()?;
    let mut go_on = |stage: Stage, by: u64| match moved(stage, by) {
        true => Ok(()),
        false => Err(Refused::new(Reason::Closing, "已中断，再次运行从中断处继续")),
    };
    let Read { people, places, claims } =
        read::read(&known, options.memory, &mut |rows| go_on(Stage::Reading, rows))?;
    work.far.claims = claims;
    work.people(people, &mut |count| go_on(Stage::People, count))?;
    work.places(places, &mut |count| go_on(Stage::Places, count))?;
    work.far.over = true;
    work.keep()?;
    Ok(work.far)
}

struct Work<'a> {
    core: &'a Core,
    asked: &'a Asked,
    known: Known<'a>,
    far: Far,
    /// Findings to be filed, by party.
    waiting: BTreeMap<Arc<str>, Vec<Suspicion>>,
    held: usize,
    step: u64,
}

impl Work<'_> {
    /// The rules that were asked for.
    fn rules(&self) -> impl Iterator<Item = &'static Rule> {
        let asked = self.asked.rules.clone();
        RULES.iter().filter(move |rule| {
            asked.is_empty() || asked.iter().any(|asked| asked.code == rule.code)
        })
    }

    fn people(
        &mut self,
        mut people: read::People,
        moved: &mut dyn FnMut(u64) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        let rules: Vec<_> = self.rules().collect();
        let mut since = 0;
        while !self.far.people_over {
            let some = people.next(&self.known, &self.far.person)?;
            let Some(last) = some.last().map(|last| last.person.clone()) else { break };
            for personal in &some {
                for rule in &rules {
                    if let Check::Person(check) = rule.check {
                        let found = check(rule, &self.known, personal)?;
                        self.take(found);
                    }
                }
            }
            let count = some.len() as u64;
            since += count;
            if self.held >= WAITING || since >= self.step {
                self.file()?;
                self.far.person = last;
                self.keep()?;
                since = 0;
            }
            moved(count)?;
        }
        self.file()?;
        self.far.people_over = true;
        self.keep()
    }

    fn places(
        &mut self,
        mut places: read::Places,
        moved: &mut dyn FnMut(u64) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        let rules: Vec<_> = self.rules().collect();
        let mut profiles: Vec<Profile> = Vec::new();
        while let Some((local, profile)) = places.next()? {
            profiles.extend(profile);
            if local.institution <= self.far.place {
                continue;
            }
            for rule in &rules {
                if let Check::Place(check) = rule.check {
                    let found = check(rule, &self.known, &local)?;
                    self.take(found);
                }
            }
            if self.held >= WAITING {
                self.file()?;
                self.far.place = local.institution;
                self.keep()?;
            }
            moved(1)?;
        }
        let known = self.known;
        let claims = |institution: &str| read::claims_at(&known, institution);
        let peers = Peers { profiles, claims: &claims };
        for rule in &rules {
            if let Check::Peers(check) = rule.check {
                let found = check(rule, &self.known, &peers)?;
                self.take(found);
            }
        }
        self.file()
    }

    fn take(&mut self, found: Vec<Suspicion>) {
        self.held += found.len();
        for suspicion in found {
            self.waiting.entry(suspicion.party.clone()).or_default().push(suspicion);
        }
    }

    /// Files everything that waits.
    fn file(&mut self) -> Result<(), Refused> {
        let mut sending = Sending::new(self.core);
        for (party, suspicions) in std::mem::take(&mut self.waiting) {
            for some in suspicions.chunks(TOGETHER) {
                let key = PersonKey { area: self.asked.area, person: party.clone() };
                let (found, by) = (some.to_vec(), self.asked.by.clone());
                let business = FileSuspicions::new(self.known.store, key, found, by)?;
                sending.send(party.clone(), Box::new(business));
                while let Some((_, reply)) = sending.next(WINDOW) {
                    self.far.filed.add(&reply?)?;
                }
            }
        }
        while let Some((_, reply)) = sending.next(1) {
            self.far.filed.add(&reply?)?;
        }
        self.held = 0;
        Ok(())
    }

    fn keep(&self) -> Result<(), Refused> {
        let keep = KeepRun { key: key(self.asked), far: self.far.clone() };
        ask(self.core, keep).map(drop)
    }
}
