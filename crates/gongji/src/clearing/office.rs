//! The agency at work for one command: books, law, core.

use super::Whose;
use crate::lang::Lang;
use crate::source::Source;
use agency::core::{Core, Job, Settings};
use agency::{Agency, Business, Outcome, Reason, Refused};
use anyhow::{Result, anyhow, bail};
use kernel::{Fen, Month};
use server::clock::WallClock;
use std::sync::Arc;
use std::sync::mpsc::channel;
use store::{Area, PersonKey, Store};

/// Open books of one area, and a core that decides.
pub(crate) struct Office {
    pub(crate) agency: Arc<Agency>,
    pub(crate) core: Core,
    pub(crate) area: Area,
    pub(crate) lang: Lang,
}

impl Office {
    /// Opens the books.
    ///
    /// # Errors
    /// They cannot be opened, or it is not clear which area is meant.
    pub(crate) fn open(whose: &Whose, source: &Source) -> Result<Office> {
        let lang = source.lang();
        let store = whose.place.open(false, lang)?;
        let area = area_of(&*store, whose.region.as_deref(), source)?;
        let clock = Arc::new(WallClock);
        let (library, choice) = (source.library()?, source.choice());
        let agency = Arc::new(Agency::open(store, &library, &choice, clock, fastrand::u64(..))?);
        let core = Core::start(agency.clone(), Settings::default())?;
        Ok(Office { agency, core, area, lang })
    }

    /// An institution as a party to the books.
    pub(crate) fn party(&self, institution: &str) -> PersonKey {
        PersonKey { area: self.area, person: Arc::from(institution) }
    }

    /// Has a business decided and written.
    ///
    /// # Errors
    /// Why it is refused.
    pub(crate) fn ask(&self, business: impl Business + 'static) -> Result<Outcome, Refused> {
        let (answer, waiting) = channel();
        self.core.submit(Job {
            business: Box::new(business),
            message: None,
            sent: None,
            // Whoever waited has gone: nobody is to be told.
            reply: Box::new(move |reply| drop(answer.send(reply))),
        });
        let reply = waiting.recv().map_err(|_| Refused::new(Reason::Closing, ""))?;
        reply.map(|answered| answered.outcome)
    }
}

/// The area that is meant: the one named, or the only one of the books.
///
/// # Errors
/// None is named, and there are several; the one named is neither in the books nor has a policy.
pub(crate) fn area_of(store: &dyn Store, region: Option<&str>, source: &Source) -> Result<Area> {
    let lang = source.lang();
    let areas: Vec<Area> = store.areas()?.into_iter().map(|(area, _)| area).collect();
    let known = || areas.iter().map(ToString::to_string).collect::<Vec<_>>().join("、");
    match (region, &areas[..]) {
        (Some(code), _) => {
            let area = Area::parse(code).ok_or_else(|| {
                let what = lang.pick("不是统筹区代码", "is not the code of a pooling area");
                anyhow!("--region {code}：{what}")
            })?;
            // Books that only have people yet are known by their policy.
            if areas.contains(&area) || has_policy(source, code)? {
                return Ok(area);
            }
            let what = lang.pick("账簿里没有这个统筹区，有", "the books know no such area, but");
            bail!("--region {code}：{what} {}", known());
        }
        (None, [area]) => Ok(*area),
        (None, _) => {
            let what = lang.pick("请用 --region 指明统筹区", "say which area: --region");
            bail!("{what}（{}）", known());
        }
    }
}

fn has_policy(source: &Source, code: &str) -> Result<bool> {
    Ok(source.library()?.regions().iter().any(|(known, ..)| *known == code))
}

/// What is refused, as the program says it.
pub(crate) fn refused(refused: &Refused, lang: Lang) -> anyhow::Error {
    match lang {
        Lang::Zh => anyhow!("{refused}"),
        Lang::En => {
            anyhow!("[{}] {}: {}", refused.reason.number(), refused.reason.en(), refused.value)
        }
    }
}

/// A month as a command names it.
///
/// # Errors
/// It is none.
pub(crate) fn month(text: &str, lang: Lang) -> Result<Month> {
    Month::parse(text).ok_or_else(|| {
        let words = lang.pick("应为月份，如 2026-03", "expected a month, such as 2026-03");
        anyhow!("--month {text}：{words}")
    })
}

/// A month or a year as a command names it: the period of a statement.
///
/// # Errors
/// It is neither.
pub(crate) fn period(text: &str, lang: Lang) -> Result<Arc<str>> {
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    match (Month::parse(text), is_year) {
        (Some(month), _) => Ok(Arc::from(month.to_string())),
        (None, true) => Ok(Arc::from(text)),
        (None, false) => month(text, lang).map(|month| Arc::from(month.to_string())),
    }
}

/// An amount in yuan.
///
/// # Errors
/// It is none.
pub(crate) fn yuan(text: &str, what: &str, lang: Lang) -> Result<Fen> {
    Fen::parse_yuan(text).map_err(|_| {
        let words = lang
            .pick("应为元，最多两位小数，如 1234.50", "expected yuan with at most two decimals");
        anyhow!("{what} {text}：{words}")
    })
}
