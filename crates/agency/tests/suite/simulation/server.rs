//! A server process: memory, a queue and an engine of its own, a clock that is a little off. It dies with everything it has
//! not written.

use super::faults::Weather;
use super::requests::Letter;
use crate::village::{Hands, law};
use agency::Agency;
use agency::core::{Engine, Job, Queue, Reply};
use kernel::Moment;
use std::sync::{Arc, Mutex};

/// Answers on their way out: to which terminal, to which letter.
type Outbox = Arc<Mutex<Vec<(usize, u64, Reply)>>>;

pub(super) struct Server {
    clock: Arc<Hands>,
    ahead: i64,
    engine: Engine,
    queue: Queue,
    outbox: Outbox,
    weather: Weather,
}

impl Server {
    pub(super) fn new(weather: Weather, seed: u64, ahead: i64, now: i64) -> Server {
        let clock = Hands::at("2024-01-01");
        clock.set(Moment(now + ahead));
        let store = Arc::new(weather.clone());
        let agency = Agency::with(store, law(), clock.clone(), seed).unwrap();
        let engine = Engine::new(Arc::new(agency), Some(Arc::new(weather.clone())));
        let (queue, outbox) = (Queue::new(2, false), Outbox::default());
        Server { clock, ahead, engine, queue, outbox, weather }
    }

    pub(super) fn receive(&self, letter: Letter) {
        let (outbox, faults) = (self.outbox.clone(), self.weather.faults.clone());
        let Letter { terminal, ticket, .. } = letter;
        let reply = Box::new(move |reply: Reply| {
            if matches!(&reply, Err(refused) if refused.reason == agency::Reason::Busy) {
                faults.lock().unwrap().count("busy");
            }
            outbox.lock().unwrap().push((terminal, ticket, reply));
        });
        let (business, message) = ((letter.business)(), Some(letter.message));
        self.queue.push(Job { business, message, sent: letter.sent, reply });
    }

    pub(super) fn work(&self, most: usize, now: i64) {
        self.clock.set(Moment(now + self.ahead));
        self.engine.run(self.queue.take_now(most), &self.queue);
    }

    pub(super) fn answers(&self) -> Vec<(usize, u64, Reply)> {
        std::mem::take(&mut *self.outbox.lock().unwrap())
    }
}
