//! A terminal of a hospital or pharmacy: works off its cases one after the other, waits, times out, resends, reverses, and
//! keeps a ledger of what it believes.

use super::requests::{Head, Letter};
use crate::village::{
    CITY, DISTRICT, PHARMACY_1, attend, line, purchase, register, reverse, settle, undo, upload,
};
use agency::core::Reply;
use agency::outcome::Settled;
use agency::{Outcome, Reason};
use fastrand::Rng;
use kernel::{Fen, Moment};
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use store::{Id, MessageKey};

/// What a terminal believes of a case that is over.
pub(super) enum Belief {
    /// A settlement stands.
    Stands { entry: Id, total: Fen, funds: Fen },
    /// None does.
    Nothing,
}

/// A patient's case, as the terminal means it to go.
struct Case {
    number: String,
    who: &'static str,
    fen: i64,
    /// A purchase, or a visit.
    purchase: bool,
    /// Undone after it was settled.
    undo: bool,
    /// Settled again after it was undone or reversed.
    again: bool,
}

/// Where a case stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    Register,
    Attend,
    Upload,
    Settle,
    Undo,
    /// Of the settlement, or of its undo.
    Reverse {
        undo: bool,
    },
}

struct Task {
    case: Case,
    stage: Stage,
    visit: Id,
    /// What stands, as far as is known.
    settled: Option<(Id, Fen, Fen)>,
    began: Moment,
    /// The letter that is out, or was last.
    letter: Option<Letter>,
    /// The settlement or undo that may have to be reversed.
    original: Option<MessageKey>,
    waits: u32,
}

pub(super) struct Terminal {
    number: usize,
    institution: &'static str,
    /// Its clock is ahead by so many milliseconds.
    ahead: i64,
    /// It sends one number for everything, and therefore never reverses.
    numberless: bool,
    cases: VecDeque<Case>,
    task: Option<Task>,
    tickets: u64,
    believed: Vec<Belief>,
    /// What was answered to each letter that settled or undid: the same letter must get the same.
    heard: BTreeMap<(MessageKey, Option<Moment>), Id>,
    complaints: Vec<String>,
}

impl fmt::Display for Terminal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "terminal {} of {}", self.number, self.institution)
    }
}

impl Terminal {
    pub(super) fn new(number: usize, rng: &mut Rng) -> Terminal {
        let institution = [CITY, DISTRICT, PHARMACY_1][rng.usize(..3)];
        let cases = (0..rng.usize(1..5)).map(|case| Case {
            number: format!("{number}-{case}"),
            who: ["甲", "甲", "乙", "丙"][rng.usize(..4)],
            fen: [999, 12_345, 60_000, 250_000, 1_000_000][rng.usize(..5)],
            purchase: institution == PHARMACY_1,
            undo: rng.u8(0..3) == 0,
            again: rng.bool(),
        });
        Terminal {
            number,
            institution,
            cases: cases.collect(),
            ahead: rng.i64(-5_000..5_000),
            numberless: rng.u8(0..4) == 0,
            task: None,
            tickets: 0,
            believed: Vec::new(),
            heard: BTreeMap::new(),
            complaints: Vec::new(),
        }
    }

    pub(super) fn is_done(&self) -> bool {
        self.task.is_none() && self.cases.is_empty()
    }

    pub(super) fn beliefs(&self) -> &[Belief] {
        &self.believed
    }

    pub(super) fn complaints(&self) -> Vec<String> {
        self.complaints.iter().map(|words| format!("{self}: {words}")).collect()
    }

    /// What is to be sent now.
    pub(super) fn letter(&mut self, now: i64, _: &mut Rng) -> Option<Letter> {
        let clock = Moment(now + self.ahead);
        if self.task.is_none() {
            let case = self.cases.pop_front()?;
            let stage = if case.purchase { Stage::Settle } else { Stage::Register };
            self.task = Some(Task {
                case,
                stage,
                visit: Id::MIN,
                settled: None,
                // Hospitals charge by their own clock, at least a little after the fee arose.
                began: Moment(clock.0 - 20_000),
                letter: None,
                original: None,
                waits: 0,
            });
        }
        let task = self.task.as_mut()?;
        self.tickets += 1;
        let ticket = self.tickets;
        let letter = match &task.letter {
            // The same letter again, as it was.
            Some(letter) => Letter { ticket, ..letter.clone() },
            None => {
                let number =
                    if self.numberless { "0".into() } else { format!("{}-{ticket}", self.number) };
                let (terminal, institution) = (self.number, self.institution);
                task.write(&Head { terminal, institution, number, sent: clock }, ticket)
            }
        };
        task.letter = Some(letter.clone());
        Some(letter)
    }

    /// It waited long enough for an answer. True if it acts at once.
    pub(super) fn time_out(&mut self, ticket: u64, rng: &mut Rng) -> bool {
        let numberless = self.numberless;
        let Some(task) = self.task.as_mut().filter(|_| ticket == self.tickets) else {
            return false;
        };
        task.waits += 1;
        let reversible = matches!(task.stage, Stage::Settle | Stage::Undo) && !numberless;
        if reversible && rng.bool() {
            task.original = task.letter.take().map(|letter| letter.message);
            task.stage = Stage::Reverse { undo: task.stage == Stage::Undo };
        }
        true
    }

    /// An answer has come. Gives the pause after which it acts again.
    pub(super) fn answered(&mut self, ticket: u64, reply: &Reply, rng: &mut Rng) -> Option<i64> {
        self.listen(reply);
        // An answer to what it no longer waits for tells it nothing.
        let task = self.task.as_mut().filter(|_| ticket == self.tickets)?;
        self.tickets += 1;
        match reply {
            Err(refused) if refused.reason.may_pass() => {}
            Err(refused) => {
                if let Err(words) = task.refused(refused.reason) {
                    self.complaints.push(format!("{words}: {refused}"));
                    self.task = None;
                }
            }
            Ok(answered) => {
                if let Err(words) = task.accepted(&answered.outcome) {
                    self.complaints.push(format!("{words}: {:?}", answered.outcome));
                    self.task = None;
                }
            }
        }
        if let Some(belief) = self.task.as_ref().and_then(Task::over) {
            self.believed.push(belief);
            self.task = None;
        }
        Some(rng.i64(1..800))
    }

    /// One letter, one answer.
    fn listen(&mut self, reply: &Reply) {
        let letter = self.task.as_ref().and_then(|task| task.letter.as_ref());
        let (Ok(answered), Some(letter)) = (reply, letter) else { return };
        let Outcome::Settled(settled) = &answered.outcome else { return };
        if settled.record.case.message != letter.message.number || self.numberless {
            return;
        }
        let key = (letter.message.clone(), letter.sent);
        let first = *self.heard.entry(key).or_insert(settled.entry);
        if first != settled.entry {
            let words = format!("one letter, two answers: {first} and {}", settled.entry);
            self.complaints.push(words);
        }
    }
}

impl Task {
    fn write(&self, head: &Head<'_>, ticket: u64) -> Letter {
        let (who, institution) = (self.case.who, head.institution);
        let began = self.began.to_string();
        let lines = || vec![line(&self.case.number, "A", self.case.fen, &began)];
        match self.stage {
            Stage::Register => {
                let request = register(who, institution, &self.case.number, &began);
                head.letter(ticket, "2201", request)
            }
            Stage::Attend => head.letter(ticket, "2203", attend(who, institution, self.visit)),
            Stage::Upload => {
                head.letter(ticket, "2204", upload(who, institution, self.visit, lines()))
            }
            Stage::Settle if self.case.purchase => {
                head.letter(ticket, "2102", purchase(who, institution, lines()))
            }
            Stage::Settle => {
                let request = settle(who, institution, self.visit, self.case.fen);
                head.letter(ticket, "2207", request)
            }
            Stage::Undo => {
                let entry = self.settled.map_or(Id::MIN, |(entry, ..)| entry);
                head.letter(ticket, "2208", undo(who, institution, entry))
            }
            Stage::Reverse { .. } => {
                let original = self.original.clone().unwrap();
                let mut request = reverse(&original, who, "");
                request.sent = Some(head.sent);
                head.letter(ticket, "2601", request)
            }
        }
    }

    fn accepted(&mut self, outcome: &Outcome) -> Result<(), &'static str> {
        self.letter = None;
        match (self.stage, outcome) {
            (Stage::Register, Outcome::Registered { visit }) => {
                self.visit = *visit;
                self.stage = Stage::Attend;
            }
            (Stage::Attend, Outcome::Done) => self.stage = Stage::Upload,
            (Stage::Upload, Outcome::Lines(_)) => self.stage = Stage::Settle,
            (Stage::Settle, Outcome::Settled(settled)) => {
                let Settled { entry, record, .. } = &**settled;
                let decision = &record.decision;
                let (total, funds) = (Fen::new(decision.total), Fen::new(decision.fund_payment()));
                if total != Fen::new(self.case.fen) {
                    return Err("another bill");
                }
                self.settled = Some((*entry, total, funds));
                self.stage = Stage::Undo;
            }
            (Stage::Undo, Outcome::Settled(_)) => self.gone(),
            (Stage::Reverse { undo: false }, Outcome::Reversed { entry: Some(_) }) => self.gone(),
            (Stage::Reverse { undo: false }, Outcome::NothingToReverse { .. }) => self.gone(),
            (
                Stage::Reverse { undo: true },
                Outcome::Reversed { entry: Some(_) } | Outcome::NothingToReverse { .. },
            ) => {
                // As if it had never asked: the settlement stands, and it leaves it at that.
                self.case.undo = false;
                self.stage = Stage::Undo;
            }
            _ => return Err("not what was asked"),
        }
        Ok(())
    }

    /// Nothing of it stands: it is over, or begins once more.
    fn gone(&mut self) {
        self.settled = None;
        self.case.undo = false;
        if self.case.again {
            self.case.again = false;
            self.stage = Stage::Settle;
        } else {
            self.stage = Stage::Undo;
        }
    }

    fn refused(&mut self, reason: Reason) -> Result<(), &'static str> {
        self.letter = None;
        match (self.stage, reason) {
            // The undo was done, and too much has happened since to take it back.
            (Stage::Reverse { undo: true }, Reason::Overtaken) => {
                self.gone();
                Ok(())
            }
            _ => Err("refused"),
        }
    }

    /// What is believed, once there is nothing more to do.
    fn over(&self) -> Option<Belief> {
        if self.letter.is_some() || self.stage != Stage::Undo || self.case.undo {
            return None;
        }
        Some(match self.settled {
            Some((entry, total, funds)) => Belief::Stands { entry, total, funds },
            None => Belief::Nothing,
        })
    }
}
