//! Books, law and core, opened for a command.

use super::Where;
use crate::clearing::office::area_of;
use crate::lang::Lang;
use crate::source::Source;
use agency::Agency;
use agency::core::{Core, Settings};
use agency::recalculation::{Desk, file_agreement_changes};
use anyhow::{Context as _, Result, anyhow, bail};
use kernel::Date;
use server::WallClock;
use std::sync::Arc;
use store::Area;

/// An agency at work.
pub(super) struct Office {
    pub(super) agency: Arc<Agency>,
    core: Core,
    pub(super) areas: Vec<Area>,
}

impl Office {
    /// Opens the books.
    pub(super) fn open(place: &Where, source: &Source) -> Result<Office> {
        let lang = source.lang();
        let store = place.place.open(false, lang)?;
        let listed: Vec<Area> = store.areas()?.into_iter().map(|(area, _)| area).collect();
        let areas = match &place.region {
            None => listed,
            Some(code) => vec![area_of(&*store, Some(code), source)?],
        };
        let (library, choice) = (source.library()?, source.choice());
        let clock = Arc::new(WallClock);
        let agency = Agency::open(store, &library, &choice, clock, fastrand::u64(..))
            .context("无法打开账务库与政策 / cannot open books and policies")?;
        let agency = Arc::new(agency);
        for area in &areas {
            file_agreement_changes(agency.store(), *area, agency.now())
                .map_err(|refused| anyhow!("{refused}"))?;
        }
        // A page is handed in at once.
        let settings = Settings { batch: 128, queue: 20_000, ..Settings::default() };
        let core = Core::start(agency.clone(), settings)?;
        Ok(Office { agency, core, areas })
    }

    /// The only area, for what concerns one person.
    pub(super) fn area(&self, lang: Lang) -> Result<Area> {
        match self.areas.as_slice() {
            [area] => Ok(*area),
            _ => bail!(lang.pick("账务库有几个统筹区，请用 --region 指明", "say which --region")),
        }
    }

    /// The desk of an operator.
    pub(super) fn desk(&self, by: &str) -> Desk<'_> {
        Desk { agency: &self.agency, core: &self.core, by: Arc::from(by.trim()) }
    }
}

/// Reads a day.
pub(super) fn day(option: &str, text: &str, lang: Lang) -> Result<Date> {
    let words = lang.pick("应为日期，如 2026-03-01", "expected a date, such as 2026-03-01");
    Date::parse(text).with_context(|| format!("{option} {text}: {words}"))
}
