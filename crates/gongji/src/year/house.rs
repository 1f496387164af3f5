//! The agency's house for the year: books, law, a clock that the play moves, and a server on a port that the system
//! chooses, with the tokens of its staff.

use agency::Agency;
use agency::core::{Clock, Core, Settings as CoreSettings};
use anyhow::{Context as _, Result, anyhow};
use kernel::Moment;
use policy::{Choice, Library};
use server::api::operators::digest;
use server::settings::{self, Given};
use server::{Meters, Office, Server};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::{Area, Store};
use tokio::runtime::Runtime;

/// A clock that somebody moves.
#[derive(Debug)]
pub struct Hands(AtomicI64);

impl Hands {
    /// It shows a moment.
    #[must_use]
    pub const fn at(moment: Moment) -> Hands {
        Hands(AtomicI64::new(moment.0))
    }

    /// Moves it to a moment, never back.
    pub fn to(&self, moment: Moment) {
        self.0.fetch_max(moment.0, Ordering::SeqCst);
    }

    /// Moves it on by seconds.
    pub fn on(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }
}

impl Clock for Hands {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

/// Somebody of the agency's staff.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Who {
    /// 经办.
    Clerk,
    /// 复核.
    Reviewer,
    /// 财务.
    Finance,
    /// 监管.
    Supervisor,
    /// 另一位监管: hears and decides what the first has found.
    Inspector,
    /// 审计.
    Auditor,
}

impl Who {
    const ALL: &'static [Who] =
        &[Who::Clerk, Who::Reviewer, Who::Finance, Who::Supervisor, Who::Inspector, Who::Auditor];

    const fn name_and_role(self) -> (&'static str, &'static str) {
        match self {
            Who::Clerk => ("经办甲", "clerk"),
            Who::Reviewer => ("复核乙", "reviewer"),
            Who::Finance => ("财务丙", "finance"),
            Who::Supervisor => ("监管丁", "supervisor"),
            Who::Inspector => ("监管戊", "supervisor"),
            Who::Auditor => ("审计己", "auditor"),
        }
    }

    /// What is sent to show who asks. The server is this process's own and gone with it.
    #[must_use]
    pub fn token(self) -> String {
        format!("year-{self:?}")
    }
}

/// A server of the play's own, and its clock.
pub struct House {
    runtime: Runtime,
    server: Server,
    /// The clock.
    pub clock: Arc<Hands>,
    /// Whose books.
    pub area: Area,
}

impl House {
    /// Opens the books and starts a server. `seed`: what ids are made from.
    ///
    /// # Errors
    /// Books or policies that cannot be opened.
    pub fn open(
        store: Arc<dyn Store>,
        (library, choice): (&Library, &Choice),
        area: Area,
        seed: u64,
        at: Moment,
    ) -> Result<House> {
        let clock = Arc::new(Hands::at(at));
        let agency = Agency::open(store, library, choice, clock.clone(), seed)
            .context("无法打开账务库与政策 / cannot open books and policies")?;
        let agency = Arc::new(agency);
        let meters = Arc::new(Meters::new());
        let core = CoreSettings { watch: Some(meters.clone()), ..CoreSettings::default() };
        let core = Core::start(agency.clone(), core)?;
        let flags = vec![("listen".to_owned(), "127.0.0.1:0".to_owned())];
        let file = Some(("year".to_owned(), staff()));
        let given = Given { file, environment: Vec::new(), flags };
        let settings = settings::read(&given).map_err(|faults| anyhow!("{faults:?}"))?;
        let office = Office::new(agency, core);
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let server = runtime.block_on(Server::start(office, Arc::new(settings), meters))?;
        Ok(House { runtime, server, clock, area })
    }

    /// What the server works with: for what has no interface but commands.
    #[must_use]
    pub fn office(&self) -> &Arc<Office> {
        &self.server.service().office
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Stops the server, once everything accepted is done.
    ///
    /// # Errors
    /// What serving ended with.
    pub fn stop(self) -> Result<()> {
        Ok(self.runtime.block_on(self.server.stop())?)
    }
}

/// The staff, as a file of settings lists them.
fn staff() -> String {
    let mut file = String::new();
    for who in Who::ALL {
        let ((name, role), token) = (who.name_and_role(), digest(&who.token()));
        let _ = writeln!(
            file,
            "[[operator]]\nname = \"{name}\"\nroles = [\"{role}\"]\ntoken-sha256 = \"{token}\"\n"
        );
    }
    file
}
