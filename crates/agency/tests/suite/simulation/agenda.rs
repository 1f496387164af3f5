//! What happens next: events in order of time, and of their making where times are equal.

use super::requests::Letter;
use agency::core::Reply;
use std::collections::BTreeMap;
use std::fmt;

/// Something that happens.
pub(super) enum Event {
    /// A terminal does what it has to do next.
    Act { terminal: usize },
    /// A terminal has waited long enough for this answer.
    TimeOut { terminal: usize, ticket: u64 },
    /// A letter reaches a server.
    Arrive { server: usize, letter: Letter },
    /// A server takes what has queued.
    Work { server: usize },
    /// An answer reaches a terminal.
    Answer { terminal: usize, ticket: u64, reply: Reply },
    /// A server dies.
    Crash { server: usize },
    /// And comes back.
    Start { server: usize },
    /// The agency works.
    Office,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Event::Act { terminal } => write!(f, "terminal {terminal} acts"),
            Event::TimeOut { terminal, ticket } => {
                write!(f, "terminal {terminal} waited for {ticket}")
            }
            Event::Arrive { server, letter } => write!(f, "server {server} gets {letter}"),
            Event::Work { server } => write!(f, "server {server} works"),
            Event::Answer { terminal, ticket, reply } => {
                write!(f, "terminal {terminal} hears of {ticket}: ")?;
                match reply {
                    Err(refused) => write!(f, "{refused}"),
                    Ok(answered) => match &answered.outcome {
                        agency::Outcome::Settled(settled) => {
                            let again = if answered.replayed { " again" } else { "" };
                            write!(f, "settled{again} {}", settled.entry)
                        }
                        other => write!(f, "{other:?}"),
                    },
                }
            }
            Event::Crash { server } => write!(f, "server {server} may die"),
            Event::Start { server } => write!(f, "server {server} comes back"),
            Event::Office => write!(f, "the office works"),
        }
    }
}

/// Events to come.
pub(super) struct Agenda {
    now: i64,
    made: u64,
    events: BTreeMap<(i64, u64), Event>,
}

impl Agenda {
    pub(super) fn starting(now: i64) -> Agenda {
        Agenda { now, made: 0, events: BTreeMap::new() }
    }

    pub(super) fn now(&self) -> i64 {
        self.now
    }

    pub(super) fn after(&mut self, millis: i64, event: Event) {
        self.made += 1;
        self.events.insert((self.now + millis, self.made), event);
    }

    pub(super) fn next(&mut self) -> Option<Event> {
        let ((at, _), event) = self.events.pop_first()?;
        self.now = at;
        Some(event)
    }
}
