//! A server of the demonstration's own: in this process, over an embedded store in a folder of its own.

use crate::serve;
use crate::source::Source;
use anyhow::{Result, anyhow};
use server::Server;
use server::meters::Meters;
use server::settings::{self, Given};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::runtime::Runtime;

/// People of the town, enough for the cast and a few neighbours.
pub const PEOPLE: u32 = 200;

/// A server that runs beside the demonstration.
pub struct Own {
    runtime: Runtime,
    server: Server,
}

impl Own {
    /// Starts a server with the town, on a port that the system chooses.
    ///
    /// # Errors
    /// Books or policies that cannot be opened.
    pub fn start(folder: &Path, source: &Source) -> Result<Own> {
        let flags = [
            ("listen", "127.0.0.1:0".to_owned()),
            ("data", folder.display().to_string()),
            ("demo", "true".to_owned()),
            ("town", PEOPLE.to_string()),
        ];
        let flags = flags.map(|(name, value)| (name.to_owned(), value)).into();
        let given = Given { file: None, environment: Vec::new(), flags };
        let settings = settings::read(&given).map_err(|faults| anyhow!("{faults:?}"))?;
        let (settings, meters) = (Arc::new(settings), Arc::new(Meters::new()));
        let office = serve::open(&settings, source, meters.clone())?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let server = runtime.block_on(Server::start(office, settings, meters))?;
        Ok(Own { runtime, server })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Stops it, once everything accepted is done.
    ///
    /// # Errors
    /// What serving ended with.
    pub fn stop(self) -> Result<()> {
        Ok(self.runtime.block_on(self.server.stop())?)
    }
}
