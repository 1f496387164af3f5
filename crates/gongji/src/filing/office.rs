//! The agency at work for one command: books, law, core, and who asks.

use crate::books::Place;
use crate::clearing::office::area_of;
use crate::lang::Lang;
use crate::source::Source;
use agency::business::OPERATOR;
use agency::core::{Core, Job, Settings};
use agency::{Agency, Business, Outcome, Reason, Refused};
use anyhow::{Result, anyhow};
use kernel::Date;
use server::clock::WallClock;
use std::sync::Arc;
use std::sync::mpsc::channel;
use store::{Area, MessageKey};

/// Where the books are, and whose.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Whose {
    /// Where the books are.
    #[command(flatten)]
    pub(crate) place: Place,
    /// 统筹区；账务库只有一个统筹区时可不写 / pooling area; not needed if the books have one
    #[arg(long, value_name = "CODE")]
    pub(crate) region: Option<String>,
}

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

    /// Has a business decided and written, as this operator (empty: the agency itself).
    ///
    /// # Errors
    /// Why it is refused.
    pub(crate) fn ask(
        &self,
        by: &str,
        business: impl Business + 'static,
    ) -> Result<Outcome, Refused> {
        let (answer, waiting) = channel();
        let number = self.agency.id(self.agency.now());
        let message = MessageKey {
            area: self.area,
            institution: format!("{OPERATOR}{}", by.trim()).into(),
            number: number.to_string().into(),
            transaction: "command".into(),
            digest: number.0,
        };
        self.core.submit(Job {
            business: Box::new(business),
            message: Some(message).filter(|_| !by.trim().is_empty()),
            sent: None,
            // Whoever waited has gone: nobody is to be told.
            reply: Box::new(move |reply| drop(answer.send(reply))),
        });
        let reply = waiting.recv().map_err(|_| Refused::new(Reason::Closing, ""))?;
        reply.map(|answered| answered.outcome)
    }

    /// What is refused, as the program says it.
    pub(crate) fn words(&self, refused: &Refused) -> String {
        match self.lang {
            Lang::Zh => refused.to_string(),
            Lang::En => {
                format!("[{}] {}: {}", refused.reason.number(), refused.reason.en(), refused.value)
            }
        }
    }
}

/// A day.
///
/// # Errors
/// It is none.
pub(crate) fn day(option: &str, text: &str, lang: Lang) -> Result<Date> {
    let words = lang.pick("应为日期，如 2026-03-01", "expected a date, such as 2026-03-01");
    Date::parse(text).ok_or_else(|| anyhow!("{option} {text}：{words}"))
}

/// A last day; the end of time if none is given.
///
/// # Errors
/// It is no day.
pub(crate) fn last_day(option: &str, text: Option<&String>, lang: Lang) -> Result<Date> {
    text.map_or(Ok(Date::MAX), |text| day(option, text, lang))
}

/// A last day in words.
pub(crate) fn until(day: Date, lang: Lang) -> String {
    if day == Date::MAX { lang.pick("长期", "open").to_owned() } else { day.to_string() }
}
