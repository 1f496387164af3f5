//! What every request may need: the agency with its books and clock, and the core that changes them.

use crate::jobs::Jobs;
use agency::core::{Core, Job};
use agency::directory::Directory;
use agency::{Agency, Reason, Refused};
use kernel::Moment;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use store::{Area, Id, Store};

/// What every request may need.
pub struct Office {
    agency: Arc<Agency>,
    /// Gone once the server shuts down.
    core: RwLock<Option<Core>>,
    /// Long jobs.
    pub jobs: Jobs,
}

/// How long a shutdown waits for long jobs: a page of theirs takes seconds.
const PATIENCE: Duration = Duration::from_secs(60);

impl Office {
    /// An agency and the core that works for it.
    #[must_use]
    pub fn new(agency: Arc<Agency>, core: Core) -> Office {
        Office { agency, core: RwLock::new(Some(core)), jobs: Jobs::default() }
    }

    /// The agency.
    #[must_use]
    pub fn agency(&self) -> &Agency {
        &self.agency
    }

    /// The books. Calls block.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        self.agency.store()
    }

    /// Institutions and catalogue of an area.
    ///
    /// # Errors
    /// [`Reason::AreaUnknown`].
    pub fn directory(&self, area: Area) -> Result<Arc<Directory>, Refused> {
        let directory = self.agency.directory(area);
        directory.ok_or_else(|| Refused::new(Reason::AreaUnknown, area.to_string()))
    }

    /// The pooling area that a division belongs to: itself, its prefecture, or its province, as far as the books have
    /// one, else as far as there is a law.
    #[must_use]
    pub fn pooled(&self, division: Area) -> Area {
        let agency = self.agency();
        let wider = [1, 100, 10_000].map(|size| Area(division.0 / size * size));
        let directories = agency.directories();
        let listed = wider.iter().find(|area| directories.contains_key(area));
        let lawful =
            || wider.iter().find(|area| agency.regions().areas().any(|(own, _)| own == **area));
        listed.or_else(lawful).copied().unwrap_or(division)
    }

    /// Now, by the region's wall clock.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.agency.now()
    }

    /// A new id.
    #[must_use]
    pub fn id(&self) -> Id {
        self.agency.id(self.now())
    }

    /// Hands a job to the core. A server that shuts down replies at once.
    pub fn submit(&self, job: Job) {
        let core = self.core.read().unwrap_or_else(PoisonError::into_inner);
        match &*core {
            Some(core) => core.submit(job),
            None => (job.reply)(Err(Refused::new(Reason::Closing, ""))),
        }
    }

    /// Lets a long job work with the core; `None` once the server shuts down. A shutdown waits for it, so it is to look at
    /// [`Jobs::stopping`].
    pub fn with_core<T>(&self, work: impl FnOnce(&Core) -> T) -> Option<T> {
        let core = self.core.read().unwrap_or_else(PoisonError::into_inner);
        core.as_ref().map(work)
    }

    /// How many jobs are waiting.
    #[must_use]
    pub fn waiting(&self) -> usize {
        let core = self.core.read().unwrap_or_else(PoisonError::into_inner);
        core.as_ref().map_or(0, Core::waiting)
    }

    /// True until the server shuts down.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.core.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Has long jobs stop at their next page, takes no more jobs, and returns when those accepted are done and answered.
    /// Blocks.
    pub fn close(&self) {
        self.jobs.stop();
        self.jobs.wait(PATIENCE);
        let core = self.core.write().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(core) = core {
            core.close();
        }
    }
}
