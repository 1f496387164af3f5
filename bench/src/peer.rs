//! The peer: the same settlement as a PL/pgSQL function, driven by pgbench.

use crate::spent::Of;
use crate::tools::Tools;
use anyhow::{Context as _, Result, ensure};
use std::fmt;
use std::path::PathBuf;
use std::process::Command;

/// The peer in a database.
#[derive(Debug)]
pub(crate) struct Peer<'a> {
    tools: &'a Tools,
    scripts: PathBuf,
    people: u32,
    settled: u64,
}

/// What pgbench says of a run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Run {
    /// Settlements.
    pub(crate) settled: u64,
    /// Transactions a second.
    pub(crate) rate: u64,
    /// How long one took on the average, as pgbench prints it.
    pub(crate) latency: String,
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/s, {} on the average", self.rate, self.latency)
    }
}

impl<'a> Peer<'a> {
    /// Makes tables, function and people.
    ///
    /// # Errors
    /// What psql says.
    pub(crate) fn load(tools: &'a Tools, people: u32) -> Result<Peer<'a>> {
        let scripts = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("postgres");
        tools.script(&scripts.join("schema.sql"), &[("people", people.into())])?;
        tools.script(&scripts.join("settle.sql"), &[])?;
        Ok(Peer { tools, scripts, people, settled: 0 })
    }

    /// Leaves the database as it is after a quiet night: statistics made, dead rows gone, everything on disk. Returns its
    /// processes.
    ///
    /// # Errors
    /// What psql says.
    pub(crate) fn settle_down(&self) -> Result<Of> {
        for statement in ["VACUUM ANALYZE", "CHECKPOINT"] {
            self.tools.statement(statement)?;
        }
        Of::database(&self.tools.statement("SHOW data_directory")?)
    }

    /// Purchases by so many clients for so long.
    ///
    /// # Errors
    /// What pgbench says, or a transaction that failed.
    pub(crate) fn run(&mut self, clients: usize, seconds: u64) -> Result<Run> {
        let text = self.tools.output(
            Command::new("pgbench")
                .args(["--no-vacuum", "--protocol=prepared", "--jobs=2"])
                .arg(format!("--client={clients}"))
                .arg(format!("--time={seconds}"))
                .arg(format!("--define=people={}", self.people))
                .arg("--file")
                .arg(self.scripts.join("purchase.pgbench"))
                .arg(&self.tools.connection),
        )?;
        let after = |label: &str| {
            let rest = text.split(label).nth(1);
            let value = rest.and_then(|rest| rest.split_whitespace().next());
            value.with_context(|| format!("pgbench does not say \"{label}\":\n{text}"))
        };
        ensure!(after("number of failed transactions:")? == "0", "{text}");
        let rate = after("tps =")?.split('.').next().unwrap_or_default().parse()?;
        let processed = after("actually processed:")?.split('/').next();
        let settled: u64 = processed.unwrap_or_default().parse()?;
        self.settled += settled;
        Ok(Run { settled, rate, latency: format!("{} ms", after("latency average =")?) })
    }

    /// Counts and balances: every transaction left a visit, an entry, five lines, four postings that balance, and a message.
    ///
    /// # Errors
    /// What does not agree.
    pub(crate) fn check(&self) -> Result<()> {
        let found = self.tools.statement(
            "SELECT (SELECT count(*) FROM peer.entry), (SELECT count(*) FROM peer.visit), \
             (SELECT count(*) FROM peer.line) / 5, \
             (SELECT count(*) FROM peer.posting) / 4, (SELECT count(*) FROM peer.message), \
             (SELECT sum(amount) FROM peer.posting)",
        )?;
        let settled = self.settled;
        let expected = format!("{settled}|{settled}|{settled}|{settled}|{settled}|0");
        ensure!(found == expected, "the peer's books: {found}, expected {expected}");
        Ok(())
    }
}
