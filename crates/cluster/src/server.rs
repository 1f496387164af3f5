//! The server process.

use crate::programs::Programs;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Runs the server until it ends, or until the guard's input does, which it does when we end, however that happens.
const GUARD: &str = r#"exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{ read -r _ <&3; kill -INT $server; } 2>/dev/null &
reader=$!
wait $server
ended=$?
kill $reader 2>/dev/null
exit $ended"#;

const PATIENCE: Duration = Duration::from_secs(60);

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    guard: Child,
    data: PathBuf,
}

impl Server {
    /// Starts the server and waits until it answers.
    pub(crate) fn start(
        programs: &Programs,
        arguments: &[String],
        data: &Path,
        log: &Path,
    ) -> Result<Server> {
        let begun = Instant::now();
        loop {
            // What a killed server left behind names another process.
            let stale = Status::read(data).pid;
            let mut server = Server { guard: spawn(programs, arguments, log)?, data: data.into() };
            if server.is_ready(stale.as_deref(), begun)? {
                return Ok(server);
            }
            let said = fs::read_to_string(log).unwrap_or_default();
            // Processes of a killed server take a moment to notice that it is gone.
            let lingering = said.contains("is still in use") || said.contains("lock file");
            if !lingering || begun.elapsed() > PATIENCE {
                bail!("PostgreSQL did not start:\n{}", said.trim());
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until the server answers; false if it ended or takes too long.
    fn is_ready(&mut self, stale: Option<&str>, begun: Instant) -> Result<bool> {
        while begun.elapsed() < PATIENCE {
            let status = Status::read(&self.data);
            if status.ready && status.pid.as_deref() != stale {
                return Ok(true);
            }
            if self.guard.try_wait().context("wait for PostgreSQL")?.is_some() {
                return Ok(false);
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(false)
    }

    /// Kills the server without warning.
    pub(crate) fn kill(self) -> Result<()> {
        let pid = Status::read(&self.data).pid.context("the server has no process id")?;
        let kill = format!("kill -KILL {pid}");
        let killed = Command::new("sh").args(["-c", &kill]).status().context("run kill")?;
        if !killed.success() {
            bail!("{kill}: {killed}");
        }
        Ok(())
    }

    fn end(&mut self) {
        // Closing its input is what ends it.
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// Runs the server under the guard, with its output added to the log.
fn spawn(programs: &Programs, arguments: &[String], log: &Path) -> Result<Child> {
    let file = || File::options().create(true).append(true).open(log);
    let mut guard = Command::new("sh");
    programs.as_user(&mut guard);
    guard.args(["-c", GUARD, "guard"]).arg(programs.path("postgres")).args(arguments);
    guard.stdin(Stdio::piped()).stdout(file()?).stderr(file()?);
    guard.spawn().context("run sh")
}

/// What the server says of itself in `postmaster.pid`.
struct Status {
    pid: Option<String>,
    ready: bool,
}

impl Status {
    fn read(data: &Path) -> Status {
        let text = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
        let line = |number| text.lines().nth(number).map(str::trim);
        Status { pid: line(0).map(str::to_owned), ready: line(7) == Some("ready") }
    }
}
