//! A counter of a hospital or pharmacy: sends messages of the national interface as its system would, and reads answers.

use crate::load::messages::{Fields, LineFields, Messages, Transaction};
use crate::load::wire::Connection;
use agency::town::{self, Town};
use anyhow::{Context as _, Result, ensure};
use kernel::{Fen, Moment};
use serde_json::Value;
use std::net::SocketAddr;
use store::Area;
use tokio::runtime::Runtime;

/// Where messages are posted to.
pub(crate) const PATH: &str = "/fsi/api/rsfComIfsService/callService";

/// The connection that all counters of the day share, the day, and what has been sent.
pub struct Line {
    runtime: Runtime,
    connection: Connection,
    messages: Messages,
    town: Town,
    day: Moment,
    sent: u32,
}

/// A message that was sent, as it takes to send it again or to ask about it.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    /// Its number (`msgid`).
    pub number: String,
    body: Vec<u8>,
}

/// What the server answered.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// As it came.
    pub text: String,
    json: Value,
}

impl Answer {
    /// Reads an answer.
    ///
    /// # Errors
    /// It is not JSON.
    pub fn read(status: u16, body: &[u8]) -> Result<Answer> {
        let text = String::from_utf8_lossy(body).into_owned();
        let json = serde_json::from_str(&text).with_context(|| format!("HTTP {status}: {text}"))?;
        Ok(Answer { text, json })
    }

    /// True if the message was accepted.
    #[must_use]
    pub fn accepted(&self) -> bool {
        self.json["infcode"] == 0
    }

    /// Why it was not.
    #[must_use]
    pub fn reason(&self) -> &str {
        self.json["err_msg"].as_str().unwrap_or_default()
    }

    /// The output.
    #[must_use]
    pub fn output(&self) -> &Value {
        &self.json["output"]
    }

    /// A text of the output, by JSON pointer; empty if there is none.
    #[must_use]
    pub fn text_at(&self, pointer: &str) -> &str {
        self.output().pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }
}

/// A person at a counter of an institution of the town.
#[derive(Clone, Debug)]
pub struct Counter {
    area: Area,
    institution: String,
    /// Name of the institution.
    pub name: String,
    person: String,
    identity: String,
    /// Which accounts may pay: `1` the own one, `2` relatives' too.
    accounts: &'static str,
}

/// Something charged for: its place in the town's catalogue, and how many.
pub type Charge = (usize, i64);

impl Line {
    /// A line to a server that has loaded the town, on a day that begins now.
    ///
    /// # Errors
    /// The system gives no event loop.
    pub fn new(server: SocketAddr, town: Town, day: Moment) -> Result<Line> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let connection = Connection::new(server, PATH);
        Ok(Line { runtime, connection, messages: Messages::default(), town, day, sent: 0 })
    }

    /// A person, by number in the town, at the institution with this index.
    ///
    /// # Errors
    /// There is no such institution.
    pub fn counter(&self, area: Area, institution: usize, person: u32) -> Result<Counter> {
        let places = town::places(area);
        let place = places.get(institution).with_context(|| format!("{area}: {institution}"))?;
        Ok(Counter {
            area,
            institution: place.code.to_string(),
            name: place.name.to_string(),
            person: Town::person(area, person).person.to_string(),
            identity: self.town.born(area, person).identity(),
            accounts: "1",
        })
    }

    /// The day.
    #[must_use]
    pub fn day(&self) -> Moment {
        self.day
    }

    fn number(&mut self, counter: &Counter) -> String {
        self.sent += 1;
        let digits: String = self.day.to_string().chars().filter(char::is_ascii_digit).collect();
        format!("{}{digits}{:04}", counter.institution, self.sent % 10_000)
    }

    /// Sends a message that was sent before, byte for byte.
    ///
    /// # Errors
    /// Nothing came back that can be read.
    pub fn post(&mut self, message: &Sent) -> Result<Answer> {
        let called = self.runtime.block_on(self.connection.call(&message.body));
        let status = called.context("服务器没有应答 / no answer from the server")?;
        Answer::read(status, self.connection.body())
    }
}

impl Counter {
    /// 人员编号.
    #[must_use]
    pub fn person(&self) -> &str {
        &self.person
    }

    /// 证件号码.
    #[must_use]
    pub fn identity(&self) -> &str {
        &self.identity
    }

    /// Code of the institution.
    #[must_use]
    pub fn institution(&self) -> &str {
        &self.institution
    }

    /// The same, with relatives' accounts paying too.
    #[must_use]
    pub fn with_family(self) -> Counter {
        Counter { accounts: "2", ..self }
    }

    /// Fields that every message of this counter shares.
    fn fields<'a>(&'a self, day: &'a Days) -> Fields<'a> {
        Fields {
            sent: &day.sent,
            area: &day.area,
            institution: &self.institution,
            person: &self.person,
            certificate: &self.identity,
            accounts: self.accounts,
            ..Fields::default()
        }
    }

    /// Sends a message of the chain.
    ///
    /// # Errors
    /// Nothing came back that can be read.
    pub fn send(
        &self,
        line: &mut Line,
        transaction: Transaction,
        about: &About<'_>,
    ) -> Result<(Sent, Answer)> {
        let number = line.number(self);
        let days = Days::of(self, line.day);
        let (lines, total) = self.lines(line, transaction, about, &days);
        let fields = Fields {
            number: &number,
            visit: about.visit,
            settlement: about.settlement,
            batch: about.batch,
            total: &total,
            // Left to the server, as some systems do.
            parts: [r#""""#; 4],
            lines: &lines,
            original: about.original,
            original_transaction: about.original_transaction,
            ..self.fields(&days)
        };
        let mut body = Vec::new();
        line.messages.render(transaction, &fields, &mut body);
        let sent = Sent { number, body };
        let answer = line.post(&sent)?;
        Ok((sent, answer))
    }

    /// Sends any other message, which must be accepted.
    ///
    /// # Errors
    /// It was refused, or nothing came back that can be read.
    pub fn ask(&self, line: &mut Line, transaction: &str, input: &Value) -> Result<Answer> {
        let number = line.number(self);
        let days = Days::of(self, line.day);
        let fields = Fields { number: &number, ..self.fields(&days) };
        let mut body = Vec::new();
        line.messages.other(transaction, &input.to_string(), &fields, &mut body);
        let answer = line.post(&Sent { number, body })?;
        accepted(transaction, answer)
    }

    /// The charges rendered as fee lines, and their sum in yuan.
    fn lines(
        &self,
        line: &Line,
        transaction: Transaction,
        about: &About<'_>,
        days: &Days,
    ) -> (Vec<u8>, String) {
        let wares = town::wares(line.day.date());
        let (mut lines, mut total) = (Vec::new(), Fen::ZERO);
        for (index, (ware, quantity)) in about.charges.iter().enumerate() {
            let Some(ware) = wares.get(*ware) else { continue };
            let amount = Fen::new(ware.price.get() * quantity);
            total += amount;
            let (serial, quantity) =
                (format!("{}{:02}", about.batch, index + 1), quantity.to_string());
            let (price, amount) = (ware.price.to_string(), amount.to_string());
            let fields = Fields { visit: about.visit, batch: about.batch, ..self.fields(days) };
            let item = LineFields {
                serial: &serial,
                item: &ware.code,
                quantity: &quantity,
                price: &price,
                amount: &amount,
            };
            line.messages.line(transaction, &item, &fields, &mut lines);
        }
        (lines, total.to_string())
    }

    /// Sends a message that must be accepted.
    ///
    /// # Errors
    /// It was refused, or nothing came back that can be read.
    pub fn must(
        &self,
        line: &mut Line,
        transaction: Transaction,
        about: &About<'_>,
    ) -> Result<(Sent, Answer)> {
        let (sent, answer) = self.send(line, transaction, about)?;
        Ok((sent, accepted(transaction.number(), answer)?))
    }
}

fn accepted(transaction: &str, answer: Answer) -> Result<Answer> {
    ensure!(answer.accepted(), "{transaction}：{}", answer.reason());
    Ok(answer)
}

/// What a message is about; what does not apply is left empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct About<'a> {
    /// The visit, as the server named it.
    pub visit: &'a str,
    /// The settlement, as the server named it.
    pub settlement: &'a str,
    /// Number of the visit and of its charging batch.
    pub batch: &'a str,
    /// What is charged.
    pub charges: &'a [Charge],
    /// The message to be reversed.
    pub original: &'a str,
    /// Its transaction.
    pub original_transaction: &'a str,
}

/// The day and the area as they stand in a message.
struct Days {
    sent: String,
    area: String,
}

impl Days {
    fn of(counter: &Counter, day: Moment) -> Days {
        Days { sent: day.to_string(), area: counter.area.to_string() }
    }
}
