//! The server over HTTP, with the load generator on the same cores.

use crate::figures::Rates;
use crate::measured;
use crate::peer::Peer;
use crate::program::{Server, gongji};
use crate::tools::Tools;
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

/// How the server is measured.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct HttpArgs {
    /// Where the books are
    #[arg(long, value_enum, default_value = "sqlite")]
    store: crate::inside::Books,
    /// People of the town
    #[arg(long, default_value = "300000")]
    people: u32,
    /// Runs
    #[arg(long, default_value = "5")]
    runs: u64,
    /// Seconds of each, after two to warm up
    #[arg(long, default_value = "15")]
    seconds: u64,
    /// Clients at once
    #[arg(long, default_value = "64")]
    clients: usize,
    /// What they do: `purchase`, `settle` on visits prepared before, or `visit`
    #[arg(long, default_value = "purchase")]
    scenario: String,
    /// Visits that `settle` prepares for each run
    #[arg(long, default_value = "150000")]
    visits: u64,
}

/// Measures.
///
/// # Errors
/// What failed, a refusal or a wrong answer among it.
pub(crate) fn run(args: &HttpArgs) -> Result<()> {
    match args.store {
        crate::inside::Books::Sqlite => {
            let folder = tempfile::tempdir()?;
            let books = ["--data".to_owned(), folder.path().display().to_string()];
            measure(args, &books, None)
        }
        crate::inside::Books::Postgres => {
            let cluster = measured::cluster(&[])?;
            let tools = Tools { connection: cluster.connection_string() };
            let books = ["--postgres".to_owned(), cluster.connection_string()];
            let mut peer = Peer::load(&tools, args.people)?;
            measure(args, &books, Some(&mut peer))
        }
    }
}

fn measure(args: &HttpArgs, books: &[String], mut peer: Option<&mut Peer<'_>>) -> Result<()> {
    let server = Server::start(books, args.people)?;
    let (mut ours, mut theirs) = (Rates::default(), Rates::default());
    for number in 1..=args.runs {
        if let Some(peer) = &mut peer {
            let run = peer.run(args.clients, args.seconds)?;
            println!("peer {number}: {run}");
            theirs.push(run.rate);
        }
        ours.push(load(args, &server, number)?);
    }
    server.stop()?;
    let checked = gongji()?.arg("check-books").args(books).output()?;
    let said = String::from_utf8_lossy(&checked.stdout);
    ensure!(checked.status.success(), "the books are not right: {said}");
    println!("gongji over HTTP: {ours}; its books are right");
    if let Some(peer) = peer {
        peer.check()?;
        println!("peer: {theirs}");
        println!("ratio of the medians: {}", ours.over(&theirs));
    }
    Ok(())
}

/// One run of the generator; prints it and returns the rate of settlements.
fn load(args: &HttpArgs, server: &Server, number: u64) -> Result<u64> {
    let mut command = gongji()?;
    command.args(["load", "--json", "--server", &server.address, "--scenario", &args.scenario]);
    let numbers = [
        ("--server-process", u64::from(server.id())),
        ("--people", args.people.into()),
        ("--clients", u64::try_from(args.clients)?),
        ("--seconds", args.seconds),
        ("--seed", number),
        ("--visits", args.visits),
    ];
    for (name, value) in numbers {
        command.args([name, &value.to_string()]);
    }
    let output = command.output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let said = String::from_utf8_lossy(&output.stderr);
    let report: Value =
        serde_json::from_str(&text).with_context(|| format!("{command:?}: {said}"))?;
    ensure!(output.status.success(), "refusals or wrong answers: {text}");
    let messages = report["messages"].as_array().context("no messages")?;
    let settled =
        messages.iter().find(|line| line["message"] == "2102" || line["message"] == "2207");
    let settled = settled.context("nothing was settled")?;
    println!(
        "gongji {number}: {}/s, p50 {} p99 {} max {} µs; a message costs the server {} µs, the generator {} µs",
        settled["rate"],
        settled["p50"],
        settled["p99"],
        settled["max"],
        report["server_micros"],
        report["generator_micros"],
    );
    settled["rate"].as_u64().context("no rate")
}
