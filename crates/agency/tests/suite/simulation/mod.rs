//! The core in a simulated world: a store that fails between any two steps, servers that die and come back, clocks that
//! differ, a network that loses, doubles and reorders, hospitals that time out, resend and reverse. Everything follows from
//! a seed; one thread runs it all. At the end an auditor compares the books with what every hospital believes.
//!
//! `GONGJI_SEED` is the first seed and `GONGJI_CASES` says how many there are.

mod agenda;
mod faults;
mod office;
mod requests;
mod server;
mod terminal;

use crate::auditor::{audit, standing};
use crate::memory::{Memory, Tables};
use crate::random::seeds;
use crate::village::{moment, village};
use agenda::{Agenda, Event};
use fastrand::Rng;
use faults::{Faults, Weather};
use kernel::Moment;
use office::Office;
use server::Server;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use terminal::{Belief, Terminal};

/// How long the weather is bad, milliseconds.
const STORM: i64 = 120_000;
/// After this it must be over.
const HORIZON: i64 = 3_600_000;

/// Everything there is.
struct Simulation {
    rng: Rng,
    agenda: Agenda,
    memory: Memory,
    faults: Arc<Mutex<Faults>>,
    servers: Vec<Option<Server>>,
    terminals: Vec<Terminal>,
    office: Office,
    /// What happened, for the log of a failing seed.
    log: Vec<String>,
}

/// How a simulation ended.
struct End {
    tables: Tables,
    faults: Vec<String>,
    log: Vec<String>,
    /// How often each kind of misfortune happened.
    happened: BTreeMap<&'static str, usize>,
}

impl Simulation {
    fn new(seed: u64) -> Simulation {
        let mut rng = Rng::with_seed(seed);
        let memory = Memory::with(&village());
        let start = moment("2024-12-31 23:59:40").0;
        let faults = Arc::new(Mutex::new(Faults::new(rng.u64(..))));
        let mut simulation = Simulation {
            agenda: Agenda::starting(start),
            terminals: (0..rng.usize(2..9)).map(|number| Terminal::new(number, &mut rng)).collect(),
            office: Office::default(),
            servers: vec![None, None],
            log: Vec::new(),
            rng,
            memory,
            faults,
        };
        for server in 0..2 {
            simulation.start(server);
            let crash = simulation.rng.i64(1_000..STORM);
            simulation.agenda.after(crash, Event::Crash { server });
        }
        for terminal in 0..simulation.terminals.len() {
            let begin = simulation.rng.i64(0..1_000);
            simulation.agenda.after(begin, Event::Act { terminal });
        }
        simulation.agenda.after(500, Event::Office);
        simulation
    }

    fn start(&mut self, server: usize) {
        let (seed, ahead) = (self.rng.u64(..), self.rng.i64(-2_000..2_000));
        let weather = Weather { memory: self.memory.clone(), faults: self.faults.clone() };
        self.servers[server] = Some(Server::new(weather, seed, ahead, self.agenda.now()));
    }

    fn run(mut self) -> End {
        let opening = self.memory.tables().clone();
        let start = self.agenda.now();
        while let Some(event) = self.agenda.next() {
            let stormy = self.agenda.now() - start < STORM;
            self.faults.lock().unwrap().stormy = stormy;
            if self.agenda.now() - start > HORIZON {
                self.log.push("it does not end".into());
                break;
            }
            self.happen(event, stormy);
        }
        self.finish(&opening)
    }

    fn happen(&mut self, event: Event, stormy: bool) {
        if std::env::var_os("GONGJI_LOG").is_some() {
            self.log.push(format!("{} {event}", Moment(self.agenda.now())));
        }
        match event {
            Event::Act { terminal } => self.act(terminal),
            Event::TimeOut { terminal, ticket } => {
                if self.terminals[terminal].time_out(ticket, &mut self.rng) {
                    self.act(terminal);
                }
            }
            Event::Arrive { server, letter } => {
                if let Some(server) = &self.servers[server] {
                    server.receive(letter);
                }
                let pause = if stormy { self.rng.i64(0..300) } else { 1 };
                self.agenda.after(pause, Event::Work { server });
                self.collect(server, stormy);
            }
            Event::Work { server } => {
                let batch = self.rng.usize(1..6);
                if let Some(server) = &self.servers[server] {
                    server.work(batch, self.agenda.now());
                }
                if self.faults.lock().unwrap().take_crash() {
                    self.crash(server);
                } else {
                    self.collect(server, stormy);
                }
            }
            Event::Answer { terminal, ticket, reply } => {
                // Nobody waits for the answers to the office.
                let Some(waiting) = self.terminals.get_mut(terminal) else { return };
                if let Some(pause) = waiting.answered(ticket, &reply, &mut self.rng) {
                    self.agenda.after(pause, Event::Act { terminal });
                }
            }
            Event::Crash { server } => {
                if stormy {
                    self.crash(server);
                    self.agenda.after(self.rng.i64(5_000..60_000), Event::Crash { server });
                }
            }
            Event::Start { server } => self.start(server),
            Event::Office => self.office(stormy),
        }
    }

    /// A terminal sends what it has to send, and waits.
    fn act(&mut self, terminal: usize) {
        let now = self.agenda.now();
        let Some(letter) = self.terminals[terminal].letter(now, &mut self.rng) else { return };
        let ticket = letter.ticket;
        self.post(&letter);
        let patience = self.rng.i64(500..4_000);
        self.agenda.after(patience, Event::TimeOut { terminal, ticket });
    }

    /// The network: a letter may be lost, come twice, or late.
    fn post(&mut self, letter: &requests::Letter) {
        let stormy = self.faults.lock().unwrap().stormy;
        let mut copies = 1;
        if stormy {
            copies = match self.rng.u8(0..100) {
                0..=9 => 0,
                10..=19 => 2,
                _ => 1,
            };
        }
        self.faults.lock().unwrap().count(if copies == 0 { "lost" } else { "sent" });
        for copy in 0..copies {
            let slow = stormy && self.rng.u8(0..10) == 0 || copy > 0;
            let delay = if slow { self.rng.i64(100..20_000) } else { self.rng.i64(1..50) };
            let server = self.rng.usize(0..2);
            self.agenda.after(delay, Event::Arrive { server, letter: letter.clone() });
        }
    }

    /// What a server has answered goes on its way back.
    fn collect(&mut self, server: usize, stormy: bool) {
        let Some(server) = &self.servers[server] else { return };
        for (terminal, ticket, reply) in server.answers() {
            let copies = match self.rng.u8(0..100) {
                0..=9 if stormy => 0,
                10..=14 if stormy => 2,
                _ => 1,
            };
            for _ in 0..copies {
                let delay = self.rng.i64(1..100);
                let reply = reply.clone();
                self.agenda.after(delay, Event::Answer { terminal, ticket, reply });
            }
        }
    }

    fn crash(&mut self, server: usize) {
        if self.servers[server].take().is_some() {
            self.faults.lock().unwrap().count("crash");
            let pause = self.rng.i64(100..3_000);
            self.agenda.after(pause, Event::Start { server });
        }
    }

    /// The agency's own work: facts and credits through a server, a level that changes.
    fn office(&mut self, stormy: bool) {
        let busy = self.terminals.iter().any(|terminal| !terminal.is_done());
        if !busy {
            return;
        }
        self.office.work(&self.memory, Moment(self.agenda.now()), &mut self.rng);
        if let Some(letter) = self.office.letter(Moment(self.agenda.now()), &mut self.rng) {
            self.post(&letter);
        }
        self.agenda.after(if stormy { 5_000 } else { 20_000 }, Event::Office);
    }

    fn finish(self, opening: &Tables) -> End {
        let tables = self.memory.tables().clone();
        let mut faults = audit(&tables, opening);
        let stands = standing(&tables);
        let mut believed = BTreeMap::new();
        for terminal in &self.terminals {
            faults.extend(terminal.complaints());
            if !terminal.is_done() {
                faults.push(format!("{terminal} never finished"));
            }
            for belief in terminal.beliefs() {
                match belief {
                    Belief::Stands { entry, total, funds } => {
                        let booked = tables.entries.get(entry);
                        let same =
                            booked.is_some_and(|it| (it.total, it.funds) == (*total, *funds));
                        if !stands.contains(entry) || !same {
                            faults.push(format!("{terminal} believes in {entry}: {booked:?}"));
                        }
                        believed.insert(*entry, terminal);
                    }
                    Belief::Nothing => {}
                }
            }
        }
        for entry in stands.iter().filter(|entry| !believed.contains_key(entry)) {
            faults.push(format!("{entry} stands, and nobody knows of it"));
        }
        let weather = self.faults.lock().unwrap();
        faults.extend(weather.wrong.iter().chain(&weather.noted).cloned());
        let happened = weather.happened.clone();
        drop(weather);
        End { tables, faults, log: self.log, happened }
    }
}

#[test]
fn nothing_is_lost_and_nothing_is_doubled_whatever_fails() {
    for seed in seeds(400) {
        let end = Simulation::new(seed).run();
        assert!(
            end.faults.is_empty(),
            "GONGJI_LOG=1 GONGJI_SEED={seed} GONGJI_CASES=1\n{}\n{}",
            end.faults.join("\n"),
            end.log.join("\n")
        );
    }
}

#[test]
fn one_seed_gives_one_history() {
    for seed in seeds(3) {
        let [one, two] = [(); 2].map(|()| Simulation::new(seed).run());
        assert!(one.tables == two.tables, "GONGJI_SEED={seed}");
    }
}

#[test]
fn every_misfortune_happens() {
    let mut happened: BTreeMap<&'static str, usize> = BTreeMap::new();
    for seed in 0..100 {
        let end = Simulation::new(seed).run();
        for (what, count) in end.happened {
            *happened.entry(what).or_default() += count;
        }
        for entry in end.tables.entries.values() {
            let what = match entry.kind {
                store::EntryKind::Reversal => "reversal",
                store::EntryKind::Reinstatement => "reinstatement",
                store::EntryKind::Undo => "undo",
                store::EntryKind::Rollover => "rollover",
                _ => "other entry",
            };
            *happened.entry(what).or_default() += 1;
        }
        let barred = end.tables.messages.values().filter(|message| message.state == 2);
        *happened.entry("reversed before").or_default() += barred.count();
    }
    for what in [
        "lost",
        "crash",
        "away",
        "before writing",
        "after writing",
        "repeated",
        "busy",
        "reversal",
        "undo",
        "reinstatement",
        "rollover",
        "reversed before",
    ] {
        let count = happened.get(what).copied().unwrap_or(0);
        assert!(count > 5, "{what} happened {count} times: {happened:?}");
    }
}
