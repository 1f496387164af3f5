//! A counter where requests are handed in, alone or together, and answered at once: the engine without threads.

use super::{Hands, agency, village};
use crate::memory::Memory;
use agency::core::{Answered, Engine, Job, Queue, Reply};
use agency::outcome::Settled;
use agency::record::Record;
use agency::{Agency, Business, Outcome, Reason};
use kernel::Moment;
use std::sync::{Arc, Mutex};
use store::{Id, MessageKey};

/// Books, agency, clock and engine.
pub(crate) struct Counter {
    pub(crate) memory: Memory,
    pub(crate) clock: Arc<Hands>,
    pub(crate) agency: Arc<Agency>,
    engine: Engine,
    queue: Queue,
}

/// What is handed in.
pub(crate) struct Slip {
    pub(crate) business: Box<dyn Business>,
    pub(crate) message: Option<MessageKey>,
    pub(crate) sent: Option<Moment>,
}

impl Slip {
    pub(crate) fn of(business: impl Business + 'static) -> Slip {
        Slip { business: Box::new(business), message: None, sent: None }
    }

    pub(crate) fn named(
        business: impl Business + 'static,
        message: &MessageKey,
        sent: &str,
    ) -> Slip {
        let sent = Moment::parse(sent);
        Slip { business: Box::new(business), message: Some(message.clone()), sent }
    }
}

impl Counter {
    /// The village at a moment.
    pub(crate) fn open(at: &str) -> Counter {
        Counter::over(Memory::with(&village()), at)
    }

    pub(crate) fn over(memory: Memory, at: &str) -> Counter {
        let clock = Hands::at(at);
        let agency = agency(&memory, &clock);
        let engine = Engine::new(agency.clone(), None);
        Counter { memory, clock, agency, engine, queue: Queue::new(1_000, false) }
    }

    /// Hands in one request.
    pub(crate) fn ask(&self, business: impl Business + 'static) -> Reply {
        self.hand_in(vec![Slip::of(business)]).remove(0)
    }

    /// Hands in requests that are decided in one transaction.
    pub(crate) fn hand_in(&self, slips: Vec<Slip>) -> Vec<Reply> {
        let replies: Arc<Mutex<Vec<Option<Reply>>>> = Arc::default();
        for (number, slip) in slips.into_iter().enumerate() {
            replies.lock().unwrap().push(None);
            let replies = replies.clone();
            let Slip { business, message, sent } = slip;
            let reply = Box::new(move |reply| replies.lock().unwrap()[number] = Some(reply));
            self.queue.push(Job { business, message, sent, reply });
        }
        self.engine.run(self.queue.take_now(1_000), &self.queue);
        replies.lock().unwrap().drain(..).map(Option::unwrap).collect()
    }
}

/// The settlement answered.
pub(crate) fn settled(reply: &Reply) -> &Settled {
    let Outcome::Settled(settled) = &answered(reply).outcome else {
        panic!("not settled: {reply:?}")
    };
    settled
}

pub(crate) fn record(reply: &Reply) -> &Record {
    &settled(reply).record
}

pub(crate) fn entry(reply: &Reply) -> Id {
    settled(reply).entry
}

pub(crate) fn answered(reply: &Reply) -> &Answered {
    reply.as_ref().unwrap_or_else(|refused| panic!("{refused}"))
}

pub(crate) fn refused(reply: &Reply) -> Reason {
    match reply {
        Err(refused) => refused.reason,
        Ok(answered) => panic!("not refused: {answered:?}"),
    }
}
