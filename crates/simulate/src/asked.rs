//! What is to be compared: a policy in force and perhaps a reform, said so that any machine can settle under them.
//!
//! [`Asked`] carries the texts of the documents with it. It can be written down, sent elsewhere and read again; there it
//! compiles to the same versions.

use crate::fault::Fault;
use kernel::{Date, Policy, Timeline};
use policy::vary::{Base, When};
use policy::{Choice, Faults, Library, Region};
use serde::{Deserialize, Serialize};

/// A file of a policy document: its path within the policy folder, and its text.
pub type File = (String, String);

/// Policies asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Asked {
    /// 统筹区, a code.
    pub region: String,
    /// The policy of this day (YYYY-MM-DD) holds for all claims; not given: each claim has that of its own day.
    pub day: Option<String>,
    /// Every document, of this and of other regions.
    pub documents: Vec<File>,
    /// Documents (文号) in force though by default they are not.
    pub with: Vec<String>,
    /// Values stated over the documents, `path=value`.
    pub set: Vec<String>,
    /// What is tried beside it.
    pub reform: Option<Reform>,
}

/// A reform.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Reform {
    /// Documents of its own: a name and a text.
    pub files: Vec<File>,
    /// Documents (文号) in force though by default they are not.
    pub with: Vec<String>,
    /// Values stated over the documents, `path=value`.
    pub set: Vec<String>,
    /// It holds from its own day on, not for all claims.
    pub dated: bool,
}

/// A policy to be tried.
#[derive(Clone, Debug)]
pub struct Side {
    /// 中文: the region, or what the reform changes.
    pub zh: String,
    /// English.
    pub en: String,
    /// The region as it was compiled, with every statement.
    pub region: Region,
    /// What claims are settled under.
    pub timeline: Timeline,
}

/// Why there is nothing to settle under.
#[derive(Clone, Debug)]
pub enum Unclear {
    /// The documents have faults.
    Documents(Faults),
    /// What was asked for makes no sense.
    Asked(Fault),
}

impl From<Faults> for Unclear {
    fn from(faults: Faults) -> Unclear {
        Unclear::Documents(faults)
    }
}

impl From<Fault> for Unclear {
    fn from(fault: Fault) -> Unclear {
        Unclear::Asked(fault)
    }
}

impl Reform {
    /// True if nothing is changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.with.is_empty() && self.set.is_empty()
    }
}

impl Asked {
    /// The policy of a region, from the documents of a library. `region` may name a day: `500000@2024-06-01`.
    #[must_use]
    pub fn of(library: &Library, region: &str, choice: Choice) -> Asked {
        let (region, day) = region.split_once('@').map_or((region, None), |(r, d)| (r, Some(d)));
        Asked {
            region: region.to_string(),
            day: day.map(str::to_string),
            documents: library.texts().to_vec(),
            with: choice.with,
            set: choice.set,
            reform: None,
        }
    }

    /// The same with a reform beside it; none if it changes nothing.
    #[must_use]
    pub fn against(mut self, reform: Reform) -> Asked {
        self.reform = Some(reform).filter(|reform| !reform.is_empty());
        self
    }

    /// Compiles them: the policy in force, then the reform if there is one.
    ///
    /// # Errors
    /// Faults of the documents; a day that is none or has no policy.
    pub fn sides(&self) -> Result<Vec<Side>, Unclear> {
        let library = Library::from_files(self.documents.iter().cloned());
        let region = library.region(&self.region, &self.choice())?;
        let timeline = match &self.day {
            None => region.timeline.clone(),
            Some(day) => on(&region, day)?,
        };
        let name = &region.timeline.name;
        let before = Side { zh: name.zh.to_string(), en: name.en.to_string(), timeline, region };
        match &self.reform {
            None => Ok(vec![before]),
            Some(reform) => Ok(vec![before, self.reformed(&library, reform)?]),
        }
    }

    fn choice(&self) -> Choice {
        Choice { with: self.with.clone(), set: self.set.clone() }
    }

    fn reformed(&self, library: &Library, reform: &Reform) -> Result<Side, Unclear> {
        let files = reform.files.iter().map(|(name, _)| name);
        let named: Vec<&str> =
            files.chain(&reform.with).chain(&reform.set).map(String::as_str).collect();
        let (region, timeline) = self.over(library, reform).compile(&[])?;
        Ok(Side { zh: named.join("、"), en: named.join(", "), region, timeline })
    }

    /// What values are stated over, one candidate after the other: the reform, or the policy in force where there is none.
    #[must_use]
    pub fn ground(&self) -> Ground {
        let library = Library::from_files(self.documents.iter().cloned());
        self.over(&library, &self.reform.clone().unwrap_or_default())
    }

    fn over(&self, library: &Library, reform: &Reform) -> Ground {
        let mut choice = self.choice();
        choice.with.extend(reform.with.iter().cloned());
        choice.set.extend(reform.set.iter().cloned());
        let when = match &self.day {
            _ if reform.dated => Holds::Dated,
            // Changed values hold on the day asked for; documents hold from the day they begin.
            Some(day) if reform.files.is_empty() && reform.with.is_empty() => {
                Holds::On(day.clone())
            }
            None if reform.files.is_empty() && reform.with.is_empty() => Holds::Dated,
            _ => Holds::Last,
        };
        if reform.files.is_empty() {
            let (library, region) = (library.clone(), self.region.clone());
            return Ground { library, region, choice, when };
        }
        let placed = |name: &str| {
            let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
            format!("{}-reform/{name}", self.region)
        };
        let added = reform.files.iter().map(|(name, text)| (placed(name), text.clone()));
        let library = Library::from_files(self.documents.iter().cloned().chain(added));
        let is_added = |file: &str| reform.files.iter().any(|(name, _)| placed(name) == *file);
        let reforms: Vec<_> =
            library.documents().iter().filter(|document| is_added(&document.file)).collect();
        choice.with.extend(reforms.iter().map(|document| document.front.document.clone()));
        // A reform may be an overlay, a region of its own that inherits.
        let region = reforms.first().map_or(&self.region, |document| &document.front.region);
        let region = region.clone();
        Ground { library, region, choice, when }
    }
}

/// Documents read once, to state values over.
#[derive(Clone, Debug)]
pub struct Ground {
    library: Library,
    region: String,
    choice: Choice,
    when: Holds,
}

/// On which days the policy holds.
#[derive(Clone, Debug)]
enum Holds {
    /// On those it says.
    Dated,
    /// That of this day on all days.
    On(String),
    /// The last one on all days.
    Last,
}

impl Ground {
    /// Compiles it with these values stated over everything, each `path=value`: also over values of the same path that were
    /// asked for before.
    ///
    /// # Errors
    /// Faults of documents and values; a day that is none or has no policy.
    pub fn compile(&self, set: &[String]) -> Result<(Region, Timeline), Unclear> {
        let path = |set: &str| set.split('=').next().unwrap_or_default().trim().to_string();
        let mut choice = self.choice.clone();
        choice.set.retain(|known| !set.iter().any(|over| path(over) == path(known)));
        choice.set.extend(set.iter().cloned());
        let region = self.library.region(&self.region, &choice)?;
        let timeline = match &self.when {
            Holds::Dated => region.timeline.clone(),
            Holds::On(day) => on(&region, day)?,
            Holds::Last => last(&region.timeline)?,
        };
        Ok((region, timeline))
    }

    /// The values that a grid varies.
    ///
    /// # Errors
    /// As [`Ground::compile`].
    pub fn base(&self) -> Result<Base, Unclear> {
        let (region, _) = self.compile(&[])?;
        let when = match &self.when {
            Holds::Dated => When::Always,
            Holds::On(day) => Date::parse(day).map_or(When::Always, When::On),
            Holds::Last => When::Last,
        };
        Ok(Base::of(&region, when))
    }
}

/// The policy of one day for all days.
fn on(region: &Region, text: &str) -> Result<Timeline, Fault> {
    let Some(day) = Date::parse(text) else {
        let fault = Fault::new("日期写成 2024-03-01", "write the day as 2024-03-01");
        return Err(fault.at(&text));
    };
    match region.timeline.on(day) {
        Some(policy) => Ok(always(&region.timeline, policy)),
        None => Err(Fault::new("该日没有生效的政策", "no policy on that day").at(&text)),
    }
}

/// The last policy for all days.
fn last(timeline: &Timeline) -> Result<Timeline, Fault> {
    match timeline.policies.last() {
        Some(policy) => Ok(always(timeline, policy)),
        None => Err(Fault::new("改革方案里没有政策", "the reform has no policy")),
    }
}

fn always(timeline: &Timeline, policy: &Policy) -> Timeline {
    let policy = Policy { from: Date::MIN, to: Date::MAX, ..policy.clone() };
    Timeline { policies: vec![policy], ..timeline.clone() }
}
