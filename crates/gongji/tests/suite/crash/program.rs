//! The real program, started on real books and killed.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

/// A running `gongji serve`. Dropped, it is killed.
pub(super) struct Program {
    child: Child,
    pub(super) address: SocketAddr,
}

/// The program that is tested. It takes every GONGJI_… for a setting, and these are the test's.
pub(super) fn gongji() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gongji"));
    command.env_remove("GONGJI_KILLS").env_remove("GONGJI_SEED");
    command
}

impl Program {
    /// Starts the server and waits until it says where it listens. `books` are the arguments that name its books.
    pub(super) fn start(books: &[String]) -> Program {
        let mut command = gongji();
        command.args(["serve", "--listen", "127.0.0.1:0", "--setting", "log=warn"]).args(books);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.by_ref().find_map(|line| {
            let line = line.unwrap();
            line.split_once("http://")?.1.trim().trim_end_matches('/').parse().ok()
        });
        // Whatever else it says is read, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Program { child, address: address.expect("the server says where it listens") }
    }

    /// Kills it at once, as a power cut would.
    pub(super) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to stop, and waits until it has finished what it accepted.
    pub(super) fn stop(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success(), "it stops cleanly");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}
