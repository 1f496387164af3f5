//! One settlement of a year folded again: its inputs as they are known now, and what comes of them.

use crate::cells;
use crate::facts::{self, Occasion};
use crate::reason::{Reason, Refused};
use crate::record::{After, FactsInput, Inputs, PaperCase};
use crate::regions::Law;
use crate::world::World;
use kernel::{Category, Date, Moment, Place};
use serde::Deserialize;
use std::sync::Arc;
use store::{Cells, Id, PersonFile, PersonKey};

/// What of a settlement's record is needed: its trace is not read, and of who and what it was about next to nothing.
#[derive(Deserialize)]
pub(super) struct Settled {
    pub(super) case: About,
    pub(super) inputs: Inputs,
    pub(super) decision: Came,
    pub(super) moves: Vec<(Arc<str>, i64)>,
}

/// Where a bill arose, in the words of [`Inputs`].
struct Where {
    designated: bool,
    venue: Arc<str>,
    capabilities: Option<Vec<Arc<str>>>,
    level: Arc<str>,
    place: Arc<str>,
}

/// Of its [`crate::record::Case`].
#[derive(Deserialize)]
pub(super) struct About {
    pub(super) visit: Id,
    pub(super) batch: Arc<str>,
    pub(super) institution: Arc<str>,
    pub(super) paper: Option<Box<PaperCase>>,
}

/// Of its [`crate::record::Decision`].
#[derive(Deserialize)]
pub(super) struct Came {
    pub(super) total: i64,
    #[serde(default)]
    pub(super) deductible: i64,
    pub(super) funds: [i64; 3],
}

/// Who is looked at, and as known when.
pub(super) struct Fold<'w> {
    pub(super) world: &'w World,
    pub(super) file: &'w PersonFile,
    pub(super) law: &'w Law,
    pub(super) person: &'w PersonKey,
    pub(super) year: i32,
    pub(super) known: Moment,
}

impl Fold<'_> {
    /// The inputs of a settlement with what is known now, on the accumulators that the settlements before it left.
    ///
    /// # Errors
    /// [`Reason::BillRefused`] names what is missing; [`Reason::Conflict`] if the record is not what this version writes.
    pub(super) fn inputs(
        &self,
        entry: Id,
        settled: &Settled,
        used: &Cells,
    ) -> Result<Inputs, Refused> {
        let Settled { case, inputs, .. } = settled;
        let cannot = |why: String| {
            Refused::new(Reason::BillRefused, format!("结算{entry}按现有信息不能重算：{why}"))
        };
        let day = Date::parse(&inputs.service)
            .ok_or_else(|| Refused::new(Reason::Conflict, format!("结算{entry}的日期")))?;
        let category = Category::from_code(&inputs.category)
            .ok_or_else(|| Refused::new(Reason::Conflict, format!("结算{entry}的类别")))?;
        let version =
            self.law.on(day).ok_or_else(|| cannot(format!("{day}没有政策，请补上政策文件")))?;
        let year = version.policy.benefit_year.of(day);
        if year != self.year {
            let words = format!("{day}现属{year}年度，结算时属{}年度", self.year);
            return Err(cannot(words));
        }
        let Where { designated, venue, capabilities, level, place } = self
            .scene(settled, day, category)
            .ok_or_else(|| cannot(format!("名录中没有机构{}", case.institution)))?;
        let occasion = Occasion {
            service: self.service(day, case),
            institution: &case.institution,
            category,
            known: self.known,
        };
        let known = facts::as_of(self.file, self.law, version.policy, &occasion);
        Ok(Inputs {
            policy: version.words.version.clone(),
            document: version.words.document.clone(),
            designated,
            venue,
            capabilities,
            level,
            place,
            facts: FactsInput::of(&known, self.law),
            used: cells::within_reach(used, day, inputs.institution, inputs.visit),
            year,
            ..inputs.clone()
        })
    }

    /// Where the bill arose, as known now. What a paper claim says of an institution in no directory stays as it was found
    /// when it was decided, and so does the kind of off-site care that was found in the papers.
    fn scene(&self, settled: &Settled, day: Date, category: Category) -> Option<Where> {
        let Settled { case, inputs, .. } = settled;
        let paper = case.paper.as_ref();
        let filed = || facts::place(self.file, day, category, self.known).code();
        let offsite = || match paper.map_or("", |paper| &*paper.place) {
            "" => Arc::from(filed()),
            found => Arc::from(found),
        };
        let area = self.person.area;
        let site = self.world.site(area, &case.institution, day, self.known);
        let Some((listed, site)) = site else {
            let local = *inputs.place == *Place::Local.code();
            return paper.map(|_| Where {
                designated: inputs.designated,
                venue: inputs.venue.clone(),
                capabilities: inputs.capabilities.clone(),
                level: inputs.level.clone(),
                place: if local { inputs.place.clone() } else { offsite() },
            });
        };
        Some(Where {
            designated: site.designated,
            venue: Arc::from(site.venue.code()),
            capabilities: site.stated_capabilities(),
            level: Arc::from(site.level.code()),
            place: if listed == area { Arc::from(Place::Local.code()) } else { offsite() },
        })
    }

    /// Decides.
    ///
    /// # Errors
    /// [`Reason::BillRefused`] with the kernel's words.
    pub(super) fn decide(&self, entry: Id, inputs: Inputs) -> Result<After, Refused> {
        let regions = self.world.regions();
        let version = regions
            .version(&inputs.policy)
            .ok_or_else(|| Refused::new(Reason::Conflict, format!("结算{entry}的政策版本")))?;
        After::decide(inputs, version).map_err(|refused| {
            let words = format!("结算{entry}按现有信息不能重算：{}", refused.value);
            Refused::new(refused.reason, words)
        })
    }

    /// When the service was given. The hour matters on the days of an admission or a discharge only; it is that of the
    /// newest line, as when it was settled.
    fn service(&self, day: Date, case: &About) -> Moment {
        let start = Moment::start_of(day);
        let admissions = facts::of_kind(self.file, facts::ADMISSION);
        let edge = |fact: &store::Fact| {
            facts::believed(fact, self.known) && (fact.from == day || fact.to == day)
        };
        if !admissions.iter().any(edge) {
            return start;
        }
        let Some(visit) = self.world.visit(self.person, case.visit) else { return start };
        let lines = self.world.lines(case.visit).iter().filter(|line| line.batch == case.batch);
        let newest = lines.map(|line| line.at).max();
        let at = newest.or(Some(visit.began)).filter(|at| at.date() == day);
        at.unwrap_or(start)
    }
}
