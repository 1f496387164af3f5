//! Callers of the core in the same process: each hands in a purchase, waits for the answer, and hands in the next.
//!
//! One thread stands for all of them. The core answers by callback, so a caller that waits costs nothing, as in the server.

use crate::residents::Residents;
use agency::business::lines::StatedLine;
use agency::business::settle::Purchase;
use agency::core::{Clock, Core, Job, Reply};
use anyhow::{Result, bail};
use kernel::{AccountUse, Moment};
use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};
use store::MessageKey;

/// What a run came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Run {
    /// Settlements answered.
    pub(crate) settled: u64,
    /// A second.
    pub(crate) rate: u64,
    /// 99 of 100 were answered within so many microseconds.
    pub(crate) p99: u64,
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Run { rate, p99, .. } = self;
        write!(f, "{rate}/s, p99 {}.{} ms", p99 / 1_000, p99 / 100 % 10)
    }
}

/// How long callers go on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Until {
    /// So long.
    Elapsed(Duration),
    /// Until so many settlements are answered.
    Settled(u64),
}

/// Keeps `callers` purchases under way, each of the next resident.
///
/// # Errors
/// A refusal, or no residents left.
pub(crate) fn run(
    core: &Core,
    residents: &mut Residents,
    callers: usize,
    until: Until,
    clock: &dyn Clock,
) -> Result<Run> {
    let (sender, answers) = channel();
    let began = Instant::now();
    for _ in 0..callers {
        core.submit(purchase(residents, clock.now(), &sender)?);
    }
    let mut micros: Vec<u64> = Vec::new();
    let mut under_way = callers;
    let (mut settled, mut elapsed) = (0, Duration::ZERO);
    while under_way > 0 {
        let (sent, reply): (Instant, Reply) = answers.recv()?;
        if let Err(refused) = reply {
            bail!("refused: {refused}");
        }
        // What is answered after the time is up is not counted, as pgbench does not.
        let over = match until {
            Until::Elapsed(duration) => elapsed >= duration,
            Until::Settled(count) => settled >= count,
        };
        if over {
            under_way -= 1;
        } else {
            elapsed = began.elapsed();
            settled += 1;
            micros.push(u64::try_from(sent.elapsed().as_micros())?);
            core.submit(purchase(residents, clock.now(), &sender)?);
        }
    }
    micros.sort_unstable();
    let rate = settled * 1_000 / u64::try_from(elapsed.as_millis())?.max(1);
    let p99 = micros.get(micros.len() * 99 / 100).copied().unwrap_or_default();
    Ok(Run { settled, rate, p99 })
}

fn purchase(
    residents: &mut Residents,
    at: Moment,
    answers: &Sender<(Instant, Reply)>,
) -> Result<Job> {
    let person = residents.next()?;
    let (institution, number) = residents.message();
    let lines = residents.wares().iter().enumerate().map(|(place, (item, fen))| StatedLine {
        serial: Arc::from((place + 1).to_string()),
        batch: Arc::default(),
        item: item.clone(),
        amount: *fen,
        quantity: 10_000,
        price: fen * 10_000,
        at,
        ..StatedLine::default()
    });
    let lines: Vec<StatedLine> = lines.collect();
    let message = MessageKey {
        area: person.area,
        institution: institution.clone(),
        number,
        transaction: residents.transaction(),
        digest: 0,
    };
    let business = Purchase {
        person,
        institution,
        at,
        scheme: Arc::from("310"),
        category: Arc::from("41"),
        disease: Arc::default(),
        credential: Arc::from("02"),
        total: lines.iter().map(|line| line.amount).sum(),
        lines,
        account_use: AccountUse::Family,
        invoice: Arc::default(),
        prescription: Arc::default(),
    };
    let (answers, sent) = (answers.clone(), Instant::now());
    let reply = Box::new(move |reply| {
        // The receiver is gone only if the run has failed already.
        let _ = answers.send((sent, reply));
    });
    Ok(Job { business: Box::new(business), message: Some(message), sent: Some(at), reply })
}
