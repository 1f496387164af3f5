//! Claims straight from the books: written to a temporary file by `gongji export claims`, and read like any other.

use crate::books::place::now;
use crate::clearing::Whose;
use crate::clearing::office::area_of;
use crate::export::{Booked, Held, Untold, Wanted, claims_to, items_named};
use crate::source::Source;
use anyhow::{Context as _, Result, bail};
use kernel::{Date, Month, Timeline};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{Area, Store};

/// Which books.
#[derive(clap::Args, Clone, Debug)]
pub(super) struct BooksArgs {
    #[command(flatten)]
    whose: Whose,
    /// 账务库里这个参保年度的单据，缺省为全部 / of the books, claims of this benefit year; default: all
    #[arg(long, value_name = "YYYY")]
    pub(super) year: Option<i32>,
}

/// What the books hold of the people who have claims.
#[derive(Default)]
pub(super) struct Books {
    pub(super) people: HashMap<Box<str>, Person>,
}

/// What they hold of one person.
pub(super) struct Person {
    /// By month of service.
    pub(super) booked: Vec<(Month, Booked)>,
    versions: Vec<(Arc<str>, Date)>,
    untold: Vec<Untold>,
}

impl Person {
    /// Why claims of this person may come to something else under a policy.
    pub(super) fn untold(&self, timeline: &Timeline) -> Vec<Untold> {
        let mut untold = self.untold.clone();
        let other = |(version, day): &(Arc<str>, Date)| {
            timeline.on(*day).is_none_or(|policy| *policy.version != **version)
        };
        if self.versions.iter().any(other) {
            untold.push(Untold::OtherPolicy);
        }
        untold
    }
}

impl BooksArgs {
    /// True if books are named.
    pub(super) fn named(&self) -> bool {
        self.whose.place.data.is_some() || self.whose.place.postgres.is_some()
    }

    /// How messages call them.
    pub(super) fn name(&self) -> String {
        self.whose.place.name()
    }

    /// Opens them, of the area that is meant.
    pub(super) fn opened(&self, source: &Source) -> Result<(Arc<dyn Store>, Area)> {
        let store = self.whose.place.open(false, source.lang())?;
        let area = area_of(&*store, self.whose.region.as_deref(), source)?;
        Ok((store, area))
    }

    /// Writes the claims of the books into a folder. Items that no rule of the area or of the policies to be compared names
    /// are left out. `books` is told what the books hold.
    pub(super) fn write(
        &self,
        folder: &Path,
        source: &Source,
        timelines: &[&Timeline],
        books: Option<&mut Books>,
    ) -> Result<PathBuf> {
        let lang = source.lang();
        let (store, area) = self.opened(source)?;
        let mut items = items_named(area, source)?;
        for timeline in timelines {
            items.extend(timeline.vocabulary.items.iter().map(|item| Arc::from(&**item)));
        }
        if let Some(year) = self.year
            && !(1_990..=now().date().ymd().0 + 1).contains(&year)
        {
            bail!(
                "--year {year}: {}",
                lang.pick("应为参保年度，如 2025", "a benefit year, such as 2025")
            );
        }
        let wanted = Wanted { store: &*store, area, year: self.year, items };
        let mut books = books;
        let mut look = |held: Held<'_>| {
            if let Some(books) = &mut books {
                let Held { person, booked, versions, untold } = held;
                let untold = untold.to_vec();
                books.people.insert(Box::from(&**person), Person { booked, versions, untold });
            }
        };
        let path = folder.join("claims.parquet");
        let rows =
            claims_to(&path, &wanted, &mut look, lang).with_context(|| self.whose.place.name())?;
        if rows == 0 {
            let words = lang.choose(
                || format!("{area}没有可模拟的结算；请核对 --region 和 --year"),
                || format!("{area} has no settlements to simulate; check --region and --year"),
            );
            bail!("{}：{words}", self.whose.place.name());
        }
        Ok(path)
    }
}
