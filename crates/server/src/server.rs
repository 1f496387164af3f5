//! A server: started on an address, stopped so that nothing accepted is lost.

use crate::gateway::Gate;
use crate::meters::Meters;
use crate::office::Office;
use crate::routes;
use crate::service::Service;
use crate::settings::Shared;
use axum::serve::ListenerExt as _;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A server that is running.
pub struct Server {
    address: SocketAddr,
    service: Arc<Service>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<io::Result<()>>,
}

impl Server {
    /// Listens and serves. `meters` are those the core of the office reports to.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn start(
        office: Office,
        settings: Shared,
        meters: Arc<Meters>,
    ) -> io::Result<Server> {
        let listener = TcpListener::bind(settings.listen).await?;
        let address = listener.local_addr()?;
        let gate = Gate::new(settings.clone());
        let office = Arc::new(office);
        let service = Arc::new(Service { office, settings, gate, meters });
        let router = routes::router(service.clone());
        let (stop, stopped) = oneshot::channel::<()>();
        let listener = listener.tap_io(|stream| {
            // Without it the answer waits for more to send.
            let _ = stream.set_nodelay(true);
        });
        let serving = tokio::spawn(async move {
            let stopped = async { stopped.await.unwrap_or(()) };
            axum::serve(listener, router).with_graceful_shutdown(stopped).await
        });
        Ok(Server { address, service, stop, serving })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it answers with.
    #[must_use]
    pub fn service(&self) -> &Arc<Service> {
        &self.service
    }

    /// Stops: takes no more connections, answers what is under way (for so long at most), has long jobs stop at their next
    /// page, lets the core finish what it accepted, and returns.
    ///
    /// # Errors
    /// What serving ended with.
    pub async fn stop(self) -> io::Result<()> {
        self.service.office.jobs.stop();
        let grace = Duration::from_secs(u64::from(self.service.settings.grace));
        let _ = self.stop.send(());
        let served = tokio::time::timeout(grace, self.serving).await;
        let office = self.service.office.clone();
        let closed = tokio::task::spawn_blocking(move || office.close()).await;
        closed.map_err(io::Error::other)?;
        match served {
            Ok(joined) => joined.map_err(io::Error::other)?,
            // Connections that say nothing more are left to the end of the process.
            Err(_) => Ok(()),
        }
    }
}
