//! The monthly clearing: a month of settlements at many institutions is closed by the program, and the sums of the statements
//! are held against sums over the entries that other SQL makes.
//!
//! The month is made by the program itself for a few people, and then copied in SQL to other people and institutions
//! (`bench/postgres/clearing.sql`).

use crate::callers::Until;
use crate::clock::WallClock;
use crate::history;
use crate::inside::{self, Inside};
use crate::measured;
use crate::program::gongji;
use crate::tools::Tools;
use agency::core::Clock as _;
use agency::town::CHONGQING;
use anyhow::{Result, ensure};
use kernel::{Moment, Month};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use store::Id;

/// How it is measured.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct ClearingArgs {
    /// Settlements of the month
    #[arg(long, default_value = "1000000")]
    settlements: u32,
    /// Institutions
    #[arg(long, default_value = "500")]
    institutions: u32,
    /// Runs that close the month anew, each on books without statements
    #[arg(long, default_value = "3")]
    runs: usize,
}

/// Settlements that are copied, and people who have them.
const ORIGINALS: u32 = 2_000;
const PEOPLE: u32 = 300;

/// Measures.
///
/// # Errors
/// What failed.
pub(crate) fn run(args: &ClearingArgs) -> Result<()> {
    let cluster = measured::cluster(&[])?;
    let connection = cluster.new_database("clearing")?;
    let tools = Tools { connection: connection.clone() };
    println!("{}", tools.statement("SELECT version()")?);
    let month = WallClock.now().date().month().plus(-1);
    make(args, &tools, &connection, month)?;
    for number in 1..=args.runs {
        let seconds = close(&connection, month)?;
        println!("closing {number}: {seconds} s");
        compare(&tools, month)?;
        if number == 1 {
            let again = close(&connection, month)?;
            println!("the same again, which changes nothing: {again} s");
        }
        if number < args.runs {
            tools.statement("DELETE FROM document WHERE kind IN ('statement', 'run')")?;
            tools.statement("DELETE FROM entry WHERE kind = 10")?;
        }
    }
    Ok(())
}

/// Makes the month.
fn make(args: &ClearingArgs, tools: &Tools, connection: &str, month: Month) -> Result<()> {
    let began = Instant::now();
    let store = Arc::new(store::postgres::Postgres::open(connection)?);
    let originals = u64::from(ORIGINALS.min(args.settlements));
    let (from, to) = (month.first_day(), month.last_day());
    let (calendar, mover) = history::through(from, to, originals);
    let residents = inside::settle_in(&*store, PEOPLE, calendar.now())?.again_and_again();
    let mut inside = Inside::start(store, residents, calendar, Arc::new(mover))?;
    inside.run(1, Until::Settled(originals))?;
    drop(inside);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("postgres/clearing.sql");
    let copies = u64::from(args.settlements) / originals;
    let halves = [(1, copies / 2, 1), (copies / 2 + 1, copies, 0)];
    std::thread::scope(|scope| {
        let tasks = halves.map(|(first, last, places)| {
            let (script, institutions) = (&script, u64::from(args.institutions));
            let variables = [
                ("first", first),
                ("last", last),
                ("institutions", institutions),
                ("places", places),
            ];
            scope.spawn(move || tools.script(script, &variables))
        });
        for task in tasks {
            task.join().map_err(|_| anyhow::anyhow!("a copy panicked"))??;
        }
        anyhow::Ok(())
    })?;
    tools.statement("DELETE FROM entry WHERE person LIKE '98000000%' AND institution <> ''")?;
    for statement in ["VACUUM ANALYZE", "CHECKPOINT"] {
        tools.statement(statement)?;
    }
    let size = tools.statement(
        "SELECT count(*) || ' settlements at ' || count(DISTINCT institution) || ' institutions, ' || \
         pg_size_pretty(pg_database_size(current_database())) FROM entry WHERE kind = 1",
    )?;
    println!("{month}: {size}, made within {} s", began.elapsed().as_secs());
    Ok(())
}

/// Closes the month as an operator would; seconds from start to end of the program, with two decimals.
fn close(connection: &str, month: Month) -> Result<String> {
    let began = Instant::now();
    let region = CHONGQING.to_string();
    let month = month.to_string();
    let mut command = gongji()?;
    command.args(["clear", "close", "--lang", "en", "--postgres", connection]);
    // With a deposit, so that every statement makes an entry.
    command.args(["--region", &region, "--month", &month, "--set", "payment.deposit=5%"]);
    let output = command.output()?;
    let elapsed = began.elapsed();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    ensure!(output.status.success(), "clear close: {text}");
    println!("{}", text.trim());
    Ok(format!("{}.{:02}", elapsed.as_secs(), elapsed.subsec_millis() / 10))
}

/// The statements say of every institution what its entries sum to, to the fen.
fn compare(tools: &Tools, month: Month) -> Result<()> {
    let id = |day: kernel::Date| format!("{:032x}", Id::first_at(Moment::start_of(day)).0);
    let (from, to) = (id(month.first_day()), id(month.last_day().next()));
    let area = CHONGQING.0;
    let differing = tools.statement(&format!(
        "WITH books AS (SELECT institution, sum(CASE WHEN kind IN (1, 8) THEN 1 ELSE -1 END)::numeric AS visits, \
             sum(total) AS total, sum(funds) AS funds, sum(accounts) AS accounts, sum(cash) AS cash FROM entry \
             WHERE area = {area} AND kind IN (1, 2, 7, 8) AND id >= '{from}' AND id < '{to}' GROUP BY 1), \
         stated AS (SELECT owner AS institution, sum((l ->> 'count')::bigint) AS visits, \
             sum((l ->> 'total')::bigint) AS total, \
             sum((l ->> 'pool')::bigint + (l ->> 'large')::bigint + (l ->> 'subsidy')::bigint) AS funds, \
             sum((l ->> 'accounts')::bigint) AS accounts, sum((l ->> 'cash')::bigint) AS cash \
             FROM document, json_array_elements(body::json -> 'lines') AS l \
             WHERE area = {area} AND kind = 'statement' AND number = '{month}' GROUP BY 1) \
         SELECT count(*) FILTER (WHERE books IS DISTINCT FROM stated) || '|' || count(*) || '|' || \
             sum(books.total) || '|' || sum(books.funds + books.accounts) \
         FROM books FULL JOIN stated USING (institution)"
    ))?;
    println!("institutions that differ | compared | total, fen | owed, fen: {differing}");
    ensure!(differing.starts_with("0|"), "statements differ from the books: {differing}");
    Ok(())
}
