//! Keeps a private PostgreSQL running, for benchmarks.

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use cluster::{Cluster, Settings};
use std::io::{self, BufRead, Write};

/// A private PostgreSQL in a temporary directory, for tests and benchmarks.
#[derive(Parser)]
#[command(name = "gongji-cluster")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts a new cluster, prints how to connect to it, and keeps it until this program ends or its input does.
    Start {
        /// Also listen on this port of 127.0.0.1.
        #[arg(long)]
        port: Option<u16>,
        /// Do not wait for the disk: faster, and nothing survives a crash of the machine.
        #[arg(long)]
        volatile: bool,
        /// A further setting of PostgreSQL; may be repeated.
        #[arg(long = "set", value_name = "NAME=VALUE")]
        options: Vec<String>,
    },
}

fn main() -> Result<()> {
    let Command::Start { port, volatile, options } = Arguments::parse().command;
    let mut settings = Settings { durable: !volatile, port, ..Settings::default() };
    for option in options {
        let Some((name, value)) = option.split_once('=') else {
            bail!("--set {option}: a setting is NAME=VALUE, for example --set shared_buffers=2GB");
        };
        settings.options.push((name.to_owned(), value.to_owned()));
    }
    let cluster = Cluster::start(&settings)?;
    let mut output = io::stdout().lock();
    writeln!(output, "{}", cluster.connection_string()).context("print")?;
    output.flush().context("print")?;
    // Until the input ends, or something is typed.
    io::stdin().lock().read_line(&mut String::new()).context("read the input")?;
    Ok(())
}
