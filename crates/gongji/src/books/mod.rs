//! Commands about the books: what is put into them (`import`), whether they are right (`check-books`, `replay`), what they
//! come to (`close-day`), and copies of them (`backup`, `restore`).

pub mod place;
pub mod import;
pub mod check;
pub mod close;
pub mod replay;
pub mod copies;

pub use place::Place;

use crate::source::Source;
use anyhow::Result;
use std::io::Write;
use std::process::ExitCode;

/// The commands about the books.
#[derive(Debug, clap::Subcommand)]
pub enum BooksCommand {
    /// 把文件导入账务库 / import files into the books
    Import(import::ImportArgs),
    /// 核对账务库：逐笔重算余额、累计，并按原政策重新计算结算 / check the books
    CheckBooks(check::CheckArgs),
    /// 日结：结出各科目余额，打印余额表 / close a day and print the balance sheet
    CloseDay(close::CloseArgs),
    /// 按原政策重新计算一笔结算，并逐条解释 / decide a settlement again and explain it
    Replay(replay::ReplayArgs),
    /// 备份账务库，可在服务运行时进行 / copy the books, also while the server runs
    Backup(copies::BackupArgs),
    /// 从备份恢复到新的数据目录，并核对 / put a backup into a new data directory, and check it
    Restore(copies::RestoreArgs),
}

/// Runs a command; what it says of faults on the way is shown on `shown`.
///
/// # Errors
/// Exit code 2: books that cannot be opened, files that cannot be read or written.
pub fn run(
    command: &BooksCommand,
    source: &Source,
    out: &mut dyn Write,
    shown: &mut dyn Write,
) -> Result<ExitCode> {
    match command {
        BooksCommand::Import(args) => import::run(args, source, out, shown),
        BooksCommand::CheckBooks(args) => check::run(args, source, out),
        BooksCommand::CloseDay(args) => close::run(args, source.lang(), out),
        BooksCommand::Replay(args) => replay::run(args, source, out),
        BooksCommand::Backup(args) => copies::backup(args, source.lang(), out),
        BooksCommand::Restore(args) => copies::restore(args, source, out),
    }
}
