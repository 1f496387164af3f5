//! The server process.

use crate::programs::Programs;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Runs the server until it ends or the guard's input does. That happens when we end, however that happens: if nobody
/// said `stop` first, the directory goes too.
const GUARD: &str = r#"directory=$1
shift
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
{ read -r word <&3; [ "$word" = stop ] || : >"$directory/abandoned"; kill -INT $server; } 2>/dev/null &
reader=$!
wait $server
ended=$?
[ -e "$directory/abandoned" ] && rm -rf "$directory"
kill $reader 2>/dev/null
exit $ended"#;

/// The data and the log, within the directory of a cluster.
pub(crate) const DATA: &str = "data";
const LOG: &str = "log";

const PATIENCE: Duration = Duration::from_secs(60);

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    guard: Child,
    data: PathBuf,
    socket: PathBuf,
}

impl Server {
    /// Starts the server and waits until it answers.
    pub(crate) fn start(
        programs: &Programs,
        arguments: &[String],
        directory: &Path,
        socket: &Path,
    ) -> Result<Server> {
        let data = directory.join(DATA);
        let begun = Instant::now();
        loop {
            // What a killed server left behind names another process.
            let stale = Status::read(&data).pid;
            let mut server = Server {
                guard: spawn(programs, arguments, directory)?,
                data: data.clone(),
                socket: socket.into(),
            };
            if server.is_ready(stale.as_deref(), begun)? {
                return Ok(server);
            }
            let said = fs::read_to_string(directory.join(LOG)).unwrap_or_default();
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

    /// Kills the server without warning, with all its processes, as when the machine fails.
    pub(crate) fn kill(self) -> Result<()> {
        let pid = Status::read(&self.data).pid.context("the server has no process id")?;
        let children = children(&pid);
        let all = [pid].into_iter().chain(children).collect::<Vec<_>>().join(" ");
        let kill = format!("kill -KILL {all}");
        let killed = Command::new("sh").args(["-c", &kill]).status().context("run kill")?;
        let socket = self.socket.clone();
        drop(self);
        // One that was starting or ending may linger.
        let begun = Instant::now();
        while UnixStream::connect(&socket).is_ok() {
            if begun.elapsed() > PATIENCE {
                bail!("{kill}: {killed}, but the server still answers");
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    fn end(&mut self) {
        if let Some(mut input) = self.guard.stdin.take() {
            // A guard that is gone needs no word.
            let _ = input.write_all(b"stop\n");
        }
        let _ = self.guard.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// Runs the server under the guard, with its output added to the log.
fn spawn(programs: &Programs, arguments: &[String], directory: &Path) -> Result<Child> {
    let log = directory.join(LOG);
    let file = || File::options().create(true).append(true).open(&log);
    let mut guard = Command::new("sh");
    programs.as_user(&mut guard);
    guard.args(["-c", GUARD, "guard"]).arg(directory);
    guard.arg(programs.path("postgres")).args(arguments);
    guard.stdin(Stdio::piped()).stdout(file()?).stderr(file()?);
    guard.spawn().context("run sh")
}

/// The processes that a process has started.
fn children(of: &str) -> Vec<String> {
    let Ok(processes) = fs::read_dir("/proc") else { return Vec::new() };
    let is_child = |process: &fs::DirEntry| {
        let stat = fs::read_to_string(process.path().join("stat")).unwrap_or_default();
        // `pid (name) state parent …`, where the name may hold anything.
        let after_name = stat.rsplit_once(") ").map_or("", |(_, after)| after);
        after_name.split(' ').nth(1) == Some(of)
    };
    let children = processes.flatten().filter(is_child);
    children.filter_map(|process| process.file_name().into_string().ok()).collect()
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
