//! Where the books are: a data directory or a PostgreSQL database.

use crate::lang::Lang;
use crate::source::Source;
use agency::core::Clock as _;
use agency::regions::Regions;
use anyhow::{Context as _, Result, bail};
use kernel::Moment;
use std::path::PathBuf;
use std::sync::Arc;
use store::Store;
use store::postgres::Postgres;
use store::sqlite::Sqlite;

/// Where the books are.
#[derive(clap::Args, Clone, Debug)]
#[group(multiple = false)]
pub struct Place {
    /// 账务库的数据目录（SQLite） / data directory of the books (SQLite)
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// 账务库的 PostgreSQL 地址 / address of the books on PostgreSQL
    #[arg(long, value_name = "URL")]
    pub postgres: Option<String>,
}

impl Place {
    /// How messages call it. A password in the address is not shown.
    #[must_use]
    pub fn name(&self) -> String {
        match (&self.data, &self.postgres) {
            (Some(folder), _) => folder.display().to_string(),
            (None, _) => "PostgreSQL".to_owned(),
        }
    }

    /// What is said if neither is given.
    pub(super) fn missing(lang: Lang) -> &'static str {
        lang.pick(
            "请用 --data（SQLite）或 --postgres 指明账务库",
            "say where the books are: --data (SQLite) or --postgres",
        )
    }

    /// Opens the books; `new`: begins them if there are none.
    ///
    /// # Errors
    /// They cannot be opened, or there are none.
    pub fn open(&self, new: bool, lang: Lang) -> Result<Arc<dyn Store>> {
        let what = lang.pick("打不开账务库", "the books cannot be opened");
        if let Some(url) = &self.postgres {
            return Ok(Arc::new(Postgres::open(url).context(what)?));
        }
        let Some(folder) = &self.data else {
            bail!("{}", Place::missing(lang));
        };
        if !new && !folder.join(store::sqlite::FILE).exists() {
            let what = lang.pick(
                "这里没有账务库；请核对 --data，或先用 gongji import 或 gongji serve 建立",
                "there are no books here; check --data, or begin them with gongji import or gongji serve",
            );
            bail!("{}: {what}", folder.display());
        }
        let books = Sqlite::open(folder);
        Ok(Arc::new(books.with_context(|| format!("{}: {what}", folder.display()))?))
    }
}

/// The law of all regions as it is now.
///
/// # Errors
/// Documents with faults.
pub(crate) fn law(source: &Source) -> Result<Regions> {
    Ok(Regions::compile(&source.library()?, &source.choice())?)
}

/// The law of all regions, with every version that the books remember.
///
/// # Errors
/// Documents with faults, or of the store.
pub(crate) fn law_ever(source: &Source, store: &dyn Store) -> Result<Regions> {
    Ok(law(source)?.recall(store)?)
}

/// Beijing wall-clock time.
pub(crate) fn now() -> Moment {
    server::clock::WallClock.now()
}
