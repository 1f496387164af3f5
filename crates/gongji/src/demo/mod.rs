//! `gongji demo`: plays a day at the counters of an invented town over HTTP and prints receipts with their articles.
//!
//! Reading order: [`day`] (the scenes), [`counter`] (what is sent), [`receipt`] (what is shown), [`own`] (the server).

pub mod own;
pub mod receipt;
pub mod counter;
pub mod day;

use crate::lang::Lang;
use crate::source::Source;
use agency::town::Town;
use anyhow::{Context as _, Result};
use clap::Args;
use counter::Line;
use day::Day;
use own::Own;
use server::WallClock;
use std::io::Write;
use std::net::SocketAddr;
use std::process::ExitCode;

/// What `gongji demo` takes.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// 已启动的服务（须用 `gongji serve --demo` 启动），缺省自行启动一个 / a server started with `serve --demo`, else one of its own
    #[arg(long, value_name = "ADDRESS:PORT")]
    server: Option<SocketAddr>,
}

/// Plays the day, and at its end checks the books if the server is its own.
///
/// # Errors
/// The server cannot be started or reached, or does not do what it should.
pub fn run(args: &DemoArgs, source: &Source, out: &mut dyn Write) -> Result<ExitCode> {
    match args.server {
        Some(server) => play(server, source.lang(), out)?,
        None => {
            let folder = tempfile::tempdir().context("临时文件夹 / temporary folder")?;
            let own = Own::start(folder.path(), source)?;
            play(own.address(), source.lang(), out)?;
            own.stop()?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn play(server: SocketAddr, lang: Lang, out: &mut dyn Write) -> Result<()> {
    use agency::core::Clock as _;
    let mut line = Line::new(server, Town::new(own::PEOPLE), WallClock.now())?;
    let made = Day::new(&mut line, out, lang).play()?;
    let (zh, en) = ("笔结算，逐笔附条文依据", "settlements, each with the articles behind it");
    writeln!(out, "\n{made} {}", lang.pick(zh, en))?;
    Ok(())
}
