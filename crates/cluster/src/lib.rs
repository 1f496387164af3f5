//! A private PostgreSQL in a temporary directory, for tests and benchmarks only.
//!
//! It listens on a Unix socket (and on a loopback port if asked), runs as an unprivileged user when started by root,
//! because PostgreSQL refuses root, and is gone with the value, or with the process, however that ends.

mod programs;
mod server;

use anyhow::{Context, Result, bail};
use programs::Programs;
use server::{DATA, Server};
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// The superuser and the database of a cluster.
const NAME: &str = "gongji";

/// What a cluster is started with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether a commit is on disk when it returns, as in production; without, tests are faster and a crash of the
    /// machine loses everything.
    pub durable: bool,
    /// A port on 127.0.0.1, beside the Unix socket.
    pub port: Option<u16>,
    /// Further settings, as in `postgresql.conf`.
    pub options: Vec<(String, String)>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { durable: true, port: None, options: Vec::new() }
    }
}

/// A running cluster. Dropping it stops the server and removes the data.
#[derive(Debug)]
pub struct Cluster {
    /// `None` while it is killed. Stopped before the directory goes.
    server: Option<Server>,
    programs: Programs,
    arguments: Vec<String>,
    socket: PathBuf,
    port: u16,
    directory: TempDir,
}

impl Cluster {
    /// Makes a new cluster and starts it.
    ///
    /// # Errors
    /// PostgreSQL is not installed, or does not start: its log is in the message.
    pub fn start(settings: &Settings) -> Result<Cluster> {
        let programs = Programs::find()?;
        let directory = TempDir::with_prefix("gongji-pg-").context("make a temporary directory")?;
        let (data, socket) = (directory.path().join(DATA), directory.path().join("s"));
        fs::create_dir(&data)?;
        fs::create_dir(&socket)?;
        for path in [directory.path(), &data, &socket] {
            give(path, &programs)?;
        }
        let mut initdb = programs.command("initdb");
        initdb.args(["--username", NAME, "--auth", "trust", "--encoding", "UTF8"]);
        initdb.args(["--locale", "C", "--no-sync", "--pgdata"]).arg(&data);
        run(&mut initdb)?;
        let port = settings.port.unwrap_or(5432);
        let mut cluster = Cluster {
            server: None,
            arguments: arguments(settings, &data, &socket, port),
            programs,
            socket,
            port,
            directory,
        };
        cluster.restart()?;
        let mut createdb = cluster.programs.command("createdb");
        createdb.args(["--username", NAME, "--port", &port.to_string(), "--host"]);
        run(createdb.arg(&cluster.socket).arg(NAME))?;
        Ok(cluster)
    }

    /// How a client connects over the Unix socket.
    #[must_use]
    pub fn connection_string(&self) -> String {
        let socket = self.socket.display();
        format!("host={socket} port={} user={NAME} dbname={NAME}", self.port)
    }

    /// How a client of the database `name` connects; [`Cluster::new_database`] makes one.
    #[must_use]
    pub fn connection_string_to(&self, name: &str) -> String {
        let socket = self.socket.display();
        format!("host={socket} port={} user={NAME} dbname={name}", self.port)
    }

    /// Makes an empty database and says how to connect to it.
    ///
    /// # Errors
    /// There is one of this name, or the server does not run.
    pub fn new_database(&self, name: &str) -> Result<String> {
        let mut createdb = self.programs.command("createdb");
        createdb.args(["--username", NAME, "--port", &self.port.to_string(), "--host"]);
        run(createdb.arg(&self.socket).arg(name))?;
        Ok(self.connection_string_to(name))
    }

    /// Kills the server without warning (`kill -9`), as a crash would.
    ///
    /// # Errors
    /// It does not run.
    pub fn kill(&mut self) -> Result<()> {
        let server = self.server.take().context("the cluster does not run")?;
        server.kill()
    }

    /// Stops the server in good order.
    ///
    /// # Errors
    /// It does not run, or does not stop.
    pub fn stop(&mut self) -> Result<()> {
        let server = self.server.take().context("the cluster does not run")?;
        drop(server);
        Ok(())
    }

    /// Starts the server again after [`Cluster::kill`] or [`Cluster::stop`].
    ///
    /// # Errors
    /// It does not start: its log is in the message.
    pub fn restart(&mut self) -> Result<()> {
        if self.server.is_some() {
            bail!("the cluster is running");
        }
        let directory = self.directory.path();
        let socket = self.socket.join(format!(".s.PGSQL.{}", self.port));
        self.server = Some(Server::start(&self.programs, &self.arguments, directory, &socket)?);
        Ok(())
    }
}

/// Makes an empty database on the server that a cluster's connection string leads to, which may be another process's; how to
/// connect to it.
///
/// # Errors
/// There is one of this name, or the server does not run.
pub fn new_database(server: &str, name: &str) -> Result<String> {
    let mut createdb = Programs::find()?.command("createdb");
    run(createdb.args(["--maintenance-db", server, name]))?;
    let own = server.strip_suffix(&format!("dbname={NAME}")).context("a cluster's own database")?;
    Ok(format!("{own}dbname={name}"))
}

/// Gives a directory to whoever runs PostgreSQL.
fn give(path: &Path, programs: &Programs) -> Result<()> {
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    if let Some(user) = &programs.user {
        chown(path, Some(user.uid), Some(user.gid))?;
    }
    Ok(())
}

fn arguments(settings: &Settings, data: &Path, socket: &Path, port: u16) -> Vec<String> {
    let durable = if settings.durable { "on" } else { "off" };
    let addresses = if settings.port.is_some() { "127.0.0.1" } else { "" };
    let mut options: Vec<(String, String)> = [
        ("unix_socket_directories", &*socket.to_string_lossy()),
        ("listen_addresses", addresses),
        ("port", &port.to_string()),
        ("fsync", durable),
        ("synchronous_commit", durable),
        ("full_page_writes", durable),
        ("log_min_messages", "warning"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    options.extend(settings.options.iter().cloned());
    let mut arguments = vec!["-D".to_owned(), data.to_string_lossy().into_owned()];
    for (name, value) in options {
        arguments.extend(["-c".to_owned(), format!("{name}={value}")]);
    }
    arguments
}

/// Runs a program to its end; its output is the error if it fails.
fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("run {name}"))?;
    if !output.status.success() {
        let said = [output.stdout, output.stderr].concat();
        bail!("{name}: {}", String::from_utf8_lossy(&said).trim());
    }
    Ok(())
}
