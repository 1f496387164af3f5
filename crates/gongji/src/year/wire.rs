//! A connection to the server for one who waits: the staff's desks and the counters.

use crate::load::wire::Connection;
use anyhow::{Context as _, Result};
use std::net::SocketAddr;
use tokio::runtime::Runtime;

/// A connection, and the loop that drives it.
pub struct Wire {
    runtime: Runtime,
    connection: Connection,
}

impl Wire {
    /// A connection that the first call opens. `path`: where [`Wire::post`] goes.
    ///
    /// # Errors
    /// The system gives no event loop.
    pub fn new(server: SocketAddr, path: &str) -> Result<Wire> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Wire { runtime, connection: Connection::new(server, path) })
    }

    /// Posts a body, and returns status and answer.
    ///
    /// # Errors
    /// Nothing came back.
    pub fn post(&mut self, body: &[u8]) -> Result<(u16, &[u8])> {
        let status = self.runtime.block_on(self.connection.call(body));
        let status = status.context("服务器没有应答 / no answer from the server")?;
        Ok((status, self.connection.body()))
    }

    /// Sends any request, with further header lines, each with its end of line.
    ///
    /// # Errors
    /// Nothing came back.
    pub fn request(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: &[u8],
    ) -> Result<(u16, &[u8])> {
        let status = self.runtime.block_on(self.connection.request(method, path, headers, body));
        let status = status.context("服务器没有应答 / no answer from the server")?;
        Ok((status, self.connection.body()))
    }
}
