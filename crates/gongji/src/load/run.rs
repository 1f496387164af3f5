//! What all clients of a run share: the messages, the clock, numbers for messages, the phase and the tallies.
//!
//! Everything runs on one thread, so cells suffice.

use super::messages::Messages;
use super::place::Place;
use super::tally::{Line, Report, Tally};
use super::{Mix, processor};
use kernel::Moment;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant, SystemTime};

/// What all clients share.
#[derive(Debug)]
pub struct Run {
    /// Where to.
    pub server: SocketAddr,
    /// Path that messages are posted to.
    pub path: String,
    /// Whom and what about.
    pub place: Place,
    /// What is done besides the scenario.
    pub mix: Mix,
    /// Every so many settlements one is checked; 0: none.
    pub verify: u64,
    /// The server's process, to read its processor time.
    pub server_process: Option<u32>,
    /// The messages.
    pub messages: Messages,
    started: String,
    clock: RefCell<(u64, String)>,
    sent: Cell<u64>,
    settled: Cell<u64>,
    verified: Cell<u64>,
    phase: Cell<Phase>,
    tallies: RefCell<BTreeMap<&'static str, Tally>>,
    began: Cell<Option<Snapshot>>,
    ended: Cell<Option<Snapshot>>,
}

/// Where a run is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Answers are not counted; failures are.
    WarmUp,
    /// Answers are counted and timed.
    Measuring,
    /// Clients stop.
    Over,
}

#[derive(Clone, Copy, Debug)]
struct Snapshot {
    at: Instant,
    generator: Option<u64>,
    server: Option<u64>,
    sent: u64,
}

impl Run {
    /// A run that is about to warm up.
    #[must_use]
    pub fn new(server: SocketAddr, path: String, place: Place, mix: Mix) -> Run {
        let now = beijing(SystemTime::now()).to_string();
        Run {
            server,
            path,
            place,
            mix,
            verify: 0,
            server_process: None,
            messages: Messages::default(),
            started: now.chars().filter(char::is_ascii_digit).collect(),
            clock: RefCell::default(),
            sent: Cell::new(0),
            settled: Cell::new(0),
            verified: Cell::new(0),
            phase: Cell::new(Phase::WarmUp),
            tallies: RefCell::default(),
            began: Cell::new(None),
            ended: Cell::new(None),
        }
    }

    /// The phase.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.phase.get()
    }

    /// Warms up, measures, and ends the run, unless it has ended before.
    pub async fn keep_time(&self, warm_up: Duration, duration: Duration) {
        tokio::time::sleep(warm_up).await;
        if self.phase() == Phase::WarmUp {
            self.phase.set(Phase::Measuring);
            self.began.set(Some(self.snapshot()));
        }
        tokio::time::sleep(duration).await;
        self.end();
    }

    /// Ends the run.
    pub fn end(&self) {
        if self.phase.replace(Phase::Over) == Phase::Measuring {
            self.ended.set(Some(self.snapshot()));
        }
    }

    fn snapshot(&self) -> Snapshot {
        let server = self.server_process.and_then(|process| processor::micros(Some(process)));
        let generator = processor::micros(None);
        Snapshot { at: Instant::now(), generator, server, sent: self.sent.get() }
    }

    /// Writes the time of day, `YYYY-MM-DD hh:mm:ss`; made once a second.
    pub fn now(&self, into: &mut String) {
        let now = SystemTime::now();
        let second = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let mut clock = self.clock.borrow_mut();
        if clock.0 != second {
            *clock = (second, beijing(now).to_string());
        }
        into.clear();
        into.push_str(&clock.1);
    }

    /// Writes the number of the next message of an institution: its code, when the run began, a count. Thirty characters,
    /// as the interface has them, if the code has twelve.
    pub fn number(&self, institution: &str, into: &mut String) {
        const DIGITS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let mut count = self.sent.get();
        into.clear();
        into.push_str(institution);
        into.push_str(&self.started);
        let mut tail = [b'0'; 4];
        for place in tail.iter_mut().rev() {
            *place = DIGITS[usize::try_from(count % 36).unwrap_or_default()];
            count /= 36;
        }
        into.extend(tail.map(char::from));
    }

    /// Counts a message that is about to be sent.
    pub fn sending(&self) {
        self.sent.set(self.sent.get() + 1);
    }

    /// Counts an answer to a message sent at `at` in `phase`.
    pub fn accepted(&self, label: &'static str, at: Instant, phase: Phase) {
        if phase == Phase::Measuring && self.phase() == Phase::Measuring {
            let micros = u32::try_from(at.elapsed().as_micros()).unwrap_or(u32::MAX);
            self.tallies.borrow_mut().entry(label).or_default().micros.push(micros);
        }
    }

    /// Counts a refusal, in every phase.
    pub fn refused(&self, label: &'static str, reason: String) {
        *self.tallies.borrow_mut().entry(label).or_default().refused.entry(reason).or_default() +=
            1;
    }

    /// Counts a wrong answer or a broken connection, in every phase.
    pub fn failed(&self, label: &'static str, what: String) {
        *self.tallies.borrow_mut().entry(label).or_default().failed.entry(what).or_default() += 1;
    }

    /// True if this settlement is one of those to be checked.
    pub fn to_be_checked(&self) -> bool {
        self.settled.set(self.settled.get() + 1);
        self.verify != 0 && self.settled.get().is_multiple_of(self.verify)
    }

    /// Counts a settlement that was checked.
    pub fn checked(&self) {
        self.verified.set(self.verified.get() + 1);
    }

    /// What the run came to; `None` if it never got to measuring.
    #[must_use]
    pub fn report(&self, scenario: String, clients: usize, seed: u64) -> Option<Report> {
        let (began, ended) = (self.began.get()?, self.ended.get()?);
        let millis = u64::try_from((ended.at - began.at).as_millis()).unwrap_or(u64::MAX);
        let messages = (ended.sent - began.sent).max(1);
        let each = |before: Option<u64>, after: Option<u64>| Some((after? - before?) / messages);
        let lines = self.tallies.take().into_iter();
        let lines: Vec<Line> =
            lines.map(|(label, tally)| tally.line(label.to_owned(), millis)).collect();
        Some(Report {
            scenario,
            clients,
            seed,
            millis,
            messages: lines,
            verified: self.verified.get(),
            generator_micros: each(began.generator, ended.generator),
            server_micros: each(began.server, ended.server),
        })
    }
}

/// The wall clock of the region.
#[must_use]
pub fn beijing(now: SystemTime) -> Moment {
    let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Moment(i64::try_from(since.as_millis()).unwrap_or_default() + 8 * 3_600_000)
}
