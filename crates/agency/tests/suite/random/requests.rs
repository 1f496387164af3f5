//! Requests drawn from a seed. What they name (a visit, a settlement, a message) is an earlier answer, by its place.

use crate::village::counter::{Counter, Slip};
use crate::village::{
    CITY, DISTRICT, PHARMACY_1, attend, line, message, person, purchase, register, reverse, settle,
    undo, upload,
};
use agency::business::account::{Bind, Credit, CreditSource, Learn, NewFact, Unbind, Use};
use agency::business::settle::Purchase;
use agency::core::{Clock, Reply};
use agency::facts;
use agency::{Business, Outcome};
use fastrand::Rng;
use kernel::account::Relation;
use kernel::{AccountUse, Date, Moment};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Id, MessageKey};

const PEOPLE: &[&str] = &["甲", "乙", "丙", "丁"];
const USES: &[AccountUse] = &[AccountUse::None, AccountUse::Own, AccountUse::Family];

/// What was made so far.
#[derive(Default)]
pub(crate) struct Diary {
    pub(crate) made: Vec<Made>,
    /// Lines of visits by serial, as if all had been taken.
    lines: BTreeMap<Id, BTreeMap<u8, i64>>,
}

/// A request that can be handed in again.
#[derive(Clone)]
pub(crate) struct Made {
    business: Arc<dyn Fn() -> Box<dyn Business>>,
    message: Option<MessageKey>,
    sent: Moment,
}

fn made<B: Business + Clone + 'static>(
    business: B,
    message: Option<MessageKey>,
    sent: Moment,
) -> Made {
    Made { business: Arc::new(move || Box::new(business.clone())), message, sent }
}

impl Made {
    pub(crate) fn slip(&self) -> Slip {
        let (business, message) = ((self.business)(), self.message.clone());
        Slip { business, message, sent: Some(self.sent) }
    }

    fn who(&self) -> String {
        (self.business)().person().map_or_else(String::new, |person| person.person.to_string())
    }
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    what: What,
    who: &'static str,
    /// Its message number; the same may come again.
    number: u8,
    /// How long after its round the next one comes, milliseconds.
    pub(crate) pause: i64,
}

#[derive(Clone, Debug)]
enum What {
    Buy {
        fen: i64,
        item: &'static str,
        account_use: AccountUse,
    },
    /// Registers, attends and charges need no answer to name the visit: its id follows from number and day.
    Register {
        visit: u8,
    },
    Attend {
        visit: u8,
    },
    Charge {
        visit: u8,
        serial: u8,
        fen: i64,
        item: &'static str,
    },
    Settle {
        visit: u8,
        off: i64,
    },
    /// Of the answer at this place, counted back.
    Undo {
        back: usize,
    },
    /// Of the message so many requests ago.
    Reverse {
        back: usize,
    },
    /// The request so many requests ago comes again, as it was.
    Again {
        back: usize,
    },
    /// Of a message that may come, or not.
    Bar {
        number: u8,
        transaction: &'static str,
    },
    Credit {
        fen: i64,
    },
    Import {
        fen: i64,
    },
    Learn {
        kind: &'static str,
        days: i32,
    },
    Bind {
        payer: &'static str,
    },
    Unbind {
        payer: &'static str,
    },
}

/// A few weeks, around the turn of the year.
pub(crate) fn draw(seed: u64) -> Vec<Vec<Drawn>> {
    let mut rng = Rng::with_seed(seed);
    let rounds = rng.usize(3..14);
    (0..rounds)
        .map(|_| {
            let pause = pick(&mut rng, &[1, 1_000, 3_600_000, 86_400_000, 20 * 86_400_000]);
            let mut round: Vec<Drawn> = Vec::new();
            for _ in 0..rng.usize(1..7) {
                if rng.u8(0..3) == 0 {
                    round.extend(care(&mut rng, pause));
                } else {
                    round.push(one(&mut rng, pause));
                }
            }
            round
        })
        .collect()
}

fn pick<T: Copy>(rng: &mut Rng, among: &[T]) -> T {
    among[rng.usize(..among.len())]
}

/// A visit from registration to settlement.
fn care(rng: &mut Rng, pause: i64) -> Vec<Drawn> {
    let visit = rng.u8(0..3);
    let who = pick(rng, PEOPLE);
    let fen = pick(rng, &[12_345, 60_000, 250_000, 1_000_000]);
    let (serial, item) = (rng.u8(0..3), pick(rng, &["A", "B"]));
    let steps = [
        What::Register { visit },
        What::Attend { visit },
        What::Charge { visit, serial, fen, item },
        What::Settle { visit, off: 0 },
    ];
    steps.into_iter().map(|what| Drawn { what, who, number: rng.u8(0..12), pause }).collect()
}

fn one(rng: &mut Rng, pause: i64) -> Drawn {
    let items = &["A", "A", "B", "C", "BR", "X"];
    let visit = rng.u8(0..3);
    let fen = pick(rng, &[1, 999, 12_345, 60_000, 250_000, 1_000_000]);
    let what = match rng.u8(0..100) {
        0..=16 => What::Buy { fen, item: pick(rng, items), account_use: pick(rng, USES) },
        17..=22 => What::Again { back: rng.usize(1..6) },
        23..=29 => What::Register { visit },
        30..=37 => What::Attend { visit },
        38..=49 => What::Charge { visit, serial: rng.u8(0..3), fen, item: pick(rng, items) },
        50..=67 => What::Settle { visit, off: i64::from(rng.u8(0..20) == 0) },
        68..=77 => What::Undo { back: rng.usize(1..6) },
        78..=86 => What::Reverse { back: rng.usize(1..5) },
        87..=88 => {
            let transaction = pick(rng, &["2102", "2207", "2208"]);
            What::Bar { number: rng.u8(0..12), transaction }
        }
        89..=90 => What::Credit { fen },
        91 => What::Import { fen: 4_600_000 + fen },
        92..=94 => {
            let kinds = &[facts::RETIREMENT, facts::HOLD, facts::ADMISSION, facts::DEATH];
            What::Learn { kind: pick(rng, kinds), days: rng.i32(-40..10) }
        }
        95..=97 => What::Bind { payer: pick(rng, PEOPLE) },
        _ => What::Unbind { payer: pick(rng, PEOPLE) },
    };
    Drawn { what, who: pick(rng, PEOPLE), number: rng.u8(0..12), pause }
}

impl Drawn {
    /// The request as it would be sent now. Digests stand for what a message says.
    pub(crate) fn made(&self, replies: &[Reply], diary: &mut Diary, counter: &Counter) -> Made {
        let now = counter.clock.now();
        let who = person(self.who);
        let said = |transaction: &str, institution: &str, digest: u128| {
            let number = self.number.to_string();
            Some(message(institution, &number, transaction, digest))
        };
        let day = now.date();
        let earlier = &diary.made;
        let ago = |back: usize| earlier.len().checked_sub(back).and_then(|at| earlier.get(at));
        match &self.what {
            What::Buy { fen, item, account_use } => {
                let lines = vec![line("1", item, *fen, &now.to_string())];
                let request =
                    Purchase { account_use: *account_use, ..purchase(self.who, PHARMACY_1, lines) };
                made(request, said("2102", PHARMACY_1, u128::from(fen.unsigned_abs()) << 8), now)
            }
            What::Register { visit } => {
                let request = register(self.who, self.hospital(), &visit.to_string(), &at(day));
                made(request, None, now)
            }
            What::Attend { visit } => {
                made(attend(self.who, self.hospital(), self.visit(*visit, day)), None, now)
            }
            What::Charge { visit, serial, fen, item } => {
                let lines = vec![line(&serial.to_string(), item, *fen, &now.to_string())];
                let visit = self.visit(*visit, day);
                diary.lines.entry(visit).or_default().insert(*serial, *fen);
                made(upload(self.who, self.hospital(), visit, lines), None, now)
            }
            What::Settle { visit, off } => {
                let visit = self.visit(*visit, day);
                let total: i64 = diary.lines.get(&visit).map_or(0, |lines| lines.values().sum());
                let request = settle(self.who, self.hospital(), visit, total + off);
                made(request, said("2207", self.hospital(), visit.0 ^ 1), now)
            }
            What::Undo { back } => {
                let (place, who, institution, entry) = settled(replies, *back)
                    .unwrap_or_else(|| (0, self.who.to_string(), self.hospital().into(), Id::MIN));
                let request = undo(&who, &institution, entry);
                let digest = u128::try_from(place).unwrap() << 4 | 2;
                made(request, said("2208", &institution, digest), now)
            }
            What::Reverse { back } => {
                let original =
                    ago(*back).and_then(|made| Some((made.who(), made.message.clone()?)));
                let nothing = || (self.who.to_string(), message(CITY, "none", "2207", 0));
                let (who, original) = original.unwrap_or_else(nothing);
                made(reverse(&original, &who, &now.to_string()), None, now)
            }
            What::Again { back } => ago(*back)
                .cloned()
                .unwrap_or_else(|| made(attend(self.who, CITY, Id::MIN), None, now)),
            What::Bar { number, transaction } => {
                let institution = if *transaction == "2102" { PHARMACY_1 } else { self.hospital() };
                let original = message(institution, &number.to_string(), transaction, 0);
                made(reverse(&original, self.who, &now.to_string()), None, now)
            }
            What::Credit { fen } => {
                let request = Credit {
                    person: who,
                    from: CreditSource::Contributions,
                    current: *fen,
                    earlier: 0,
                    source: "划拨".into(),
                    reference: "".into(),
                    day,
                };
                made(request, None, now)
            }
            What::Import { fen } => {
                let request = Use {
                    person: who,
                    year: day.ymd().0,
                    moves: vec![("limit.pool-year".into(), *fen)],
                    source: "住院".into(),
                    reference: "".into(),
                    day,
                };
                made(request, None, now)
            }
            What::Learn { kind, days } => {
                let from = Date::from_days(day.days() + days);
                let to = if *kind == facts::HOLD || *kind == facts::ADMISSION {
                    Date::from_days(from.days() + 15)
                } else {
                    Date::MAX
                };
                let (kind, other, detail) = ((*kind).into(), "".into(), "".into());
                let facts = vec![NewFact { kind, other, from, to, detail }];
                made(Learn { person: who, facts, wrong: Vec::new() }, None, now)
            }
            What::Bind { payer } => {
                let (payer, relation) = ((*payer).into(), Relation::Parent);
                made(Bind { person: who, payer, relation, most: 2 }, None, now)
            }
            What::Unbind { payer } => {
                made(Unbind { person: who, payer: (*payer).into() }, None, now)
            }
        }
    }

    fn hospital(&self) -> &'static str {
        match self.what {
            What::Register { visit }
            | What::Attend { visit }
            | What::Charge { visit, .. }
            | What::Settle { visit, .. }
                if visit == 0 =>
            {
                CITY
            }
            _ => DISTRICT,
        }
    }

    fn visit(&self, number: u8, day: Date) -> Id {
        register(self.who, self.hospital(), &number.to_string(), &at(day)).visit()
    }
}

/// Visits of a week share a number.
fn at(day: Date) -> String {
    Moment::start_of(Date::from_days(day.days() - day.days() % 7)).to_string()
}

/// Place, person, institution and entry of the settlement so far back among the answers.
fn settled(replies: &[Reply], back: usize) -> Option<(usize, String, String, Id)> {
    let placed = replies.iter().enumerate().rev();
    let mut settled = placed.filter_map(|(place, reply)| {
        let Outcome::Settled(settled) = &reply.as_ref().ok()?.outcome else { return None };
        let record = &settled.record;
        let who = record.who.name.trim_start_matches("测试").to_string();
        Some((place, who, record.case.institution.to_string(), settled.entry))
    });
    settled.nth(back - 1)
}
