//! Measures the settlement server: in process and over HTTP, on both stores, beside the peer, with little history and much.
//!
//! Everything it starts it stops, whatever happens. The scripts beside it say how each figure of `docs/benchmarks.md` was
//! made.

mod clock;
mod measured;
mod program;
mod callers;
mod figures;
mod inside;
mod http;
mod peer;
mod residents;
mod tools;

use anyhow::Result;
use clap::Parser;

/// Measures the settlement server.
#[derive(Debug, Parser)]
enum Command {
    /// The core in process, and on PostgreSQL its peer in the same run
    Inside(inside::InsideArgs),
    /// The server over HTTP, on PostgreSQL beside the peer in the same run
    Http(http::HttpArgs),
}

fn main() -> Result<()> {
    match Command::parse() {
        Command::Inside(args) => inside::run(&args),
        Command::Http(args) => http::run(&args),
    }
}
