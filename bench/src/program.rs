//! The real program as a process of its own.

use anyhow::{Context as _, Result, ensure};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// The `gongji` that was built with this program.
pub(crate) fn gongji() -> Result<Command> {
    let path = std::env::current_exe()?.with_file_name("gongji");
    ensure!(path.is_file(), "{} is not built: cargo build --release", path.display());
    Ok(Command::new(path))
}

/// A running `gongji serve`. Dropped, it is killed.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Where it listens, as `address:port`.
    pub(crate) address: String,
}

impl Server {
    /// Starts it on a town of so many people, and waits until it listens. `books` are the arguments that name its books.
    pub(crate) fn start(books: &[String], people: u32) -> Result<Server> {
        let mut command = gongji()?;
        command.args(["serve", "--listen", "127.0.0.1:0", "--demo", "--setting", "log=warn"]);
        command.arg("--setting").arg(format!("town={people}")).args(books);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let output = child.stdout.take().context("standard output of the server")?;
        let mut server = Server { child, address: String::new() };
        let mut lines = BufReader::new(output).lines();
        for line in lines.by_ref() {
            if let Some((_, address)) = line?.split_once("http://") {
                server.address = address.trim().to_owned();
                break;
            }
        }
        ensure!(!server.address.is_empty(), "the server did not start: {command:?}");
        std::thread::spawn(move || lines.for_each(drop));
        Ok(server)
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop and waits.
    pub(crate) fn stop(mut self) -> Result<()> {
        let id = self.child.id().to_string();
        ensure!(Command::new("kill").args(["-TERM", &id]).status()?.success(), "cannot stop {id}");
        let status = self.child.wait()?;
        ensure!(status.success(), "the server ended with {status}");
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
