//! Measures the settlement server: in process and over HTTP, on both stores, beside the peer, with little history and much.
//!
//! Everything it starts it stops, whatever happens. The scripts beside it say how each figure of `docs/benchmarks.md` was
//! made.

mod clock;
mod measured;
mod program;
mod books;
mod callers;
mod figures;
mod inside;
mod http;
mod history;
mod clearing;
mod recalculation;
mod credit;
mod peer;
mod residents;
mod tools;
mod spent;

use anyhow::Result;
use clap::Parser;

/// The program's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures the settlement server.
#[derive(Debug, Parser)]
enum Command {
    /// The core in process, and on PostgreSQL its peer in the same run
    Inside(inside::InsideArgs),
    /// The server over HTTP, on PostgreSQL beside the peer in the same run
    Http(http::HttpArgs),
    /// Books with little history and books with much
    History(history::HistoryArgs),
    /// Person-years folded again after late facts
    Recalculation(recalculation::RecalculationArgs),
    /// The monthly credit run beside set-based SQL that writes the same rows
    Credit(credit::CreditArgs),
    /// The monthly clearing with institutions
    Clearing(clearing::ClearingArgs),
}

fn main() -> Result<()> {
    match Command::parse() {
        Command::Inside(args) => inside::run(&args),
        Command::Http(args) => http::run(&args),
        Command::History(args) => history::run(&args),
        Command::Clearing(args) => clearing::run(&args),
        Command::Recalculation(args) => recalculation::run(&args),
        Command::Credit(args) => credit::run(&args),
    }
}
