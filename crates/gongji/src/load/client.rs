//! One client: a counter that sends a message, waits for the answer, and sends the next.

use super::answer::{self, Expected};
use super::messages::{Fields, LineFields, Transaction};
use super::place::{Bill, Place};
use super::run::Run;
use super::wire::Connection;
use fastrand::Rng;
use kernel::Fen;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// One client.
#[derive(Debug)]
pub struct Client {
    run: Rc<Run>,
    connection: Connection,
    dice: Rng,
    /// Number and time of the message last sent.
    number: String,
    sent: String,
    /// The message last sent.
    body: Vec<u8>,
    lines: Vec<u8>,
}

/// The message was refused, or nothing is known of it. It is counted already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotDone;

type Done<T> = Result<T, NotDone>;

/// A visit with its lines uploaded, ready to be settled.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Number of the person within the place.
    pub person: u32,
    /// The hospital.
    pub institution: Arc<str>,
    /// The sender's number of visit and batch.
    pub batch: String,
    /// The server's.
    pub visit: String,
    /// Sum of the lines.
    pub total: Fen,
    /// As the answer to the upload adds up.
    pub parts: [Fen; 4],
}

impl Client {
    /// A client whose choices depend on the seed and its place among the clients only.
    #[must_use]
    pub fn new(run: Rc<Run>, seed: u64, place: u64) -> Client {
        let connection = Connection::new(run.server, &run.path);
        let dice = Rng::with_seed(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(place));
        let (number, sent) = Default::default();
        Client { run, connection, dice, number, sent, body: Vec::new(), lines: Vec::new() }
    }

    /// A visit from registration to settlement.
    ///
    /// # Errors
    /// If one of its messages was not accepted.
    pub async fn visit(&mut self) -> Done<()> {
        let prepared = self.prepare().await?;
        self.settle(&prepared, Transaction::Try).await?;
        self.settle(&prepared, Transaction::Settle).await
    }

    /// A visit up to the upload of its lines.
    ///
    /// # Errors
    /// If one of its messages was not accepted.
    pub async fn prepare(&mut self) -> Done<Prepared> {
        let run = self.run.clone();
        let person = self.dice.u32(..run.place.people);
        let institution = Place::one_of(&run.place.hospitals, &mut self.dice);
        let bill = run.place.bill(&mut self.dice);
        let (number, certificate) = run.place.person(person);
        let mut batch = String::new();
        run.number(&institution, &mut batch);
        let fields = Fields {
            institution: &institution,
            person: &number,
            certificate: &certificate,
            batch: &batch,
            ..Fields::default()
        };
        self.send(Transaction::Register, fields).await?;
        let visit = self.text("mdtrt_id");
        let fields = Fields { visit: &visit, ..fields };
        self.send(Transaction::Attend, fields).await?;
        self.write_lines(Transaction::Upload, &bill, fields);
        self.send(Transaction::Upload, fields).await?;
        let parts = answer::uploaded_parts(self.connection.body());
        let parts = parts.map_err(|fault| self.fault(Transaction::Upload, &fault))?;
        Ok(Prepared { person, institution, batch, visit, total: bill.total, parts })
    }

    /// Settles a visit ([`Transaction::Settle`]), or tries to ([`Transaction::Try`]).
    ///
    /// # Errors
    /// If the message was not accepted or the answer is wrong.
    pub async fn settle(&mut self, prepared: &Prepared, transaction: Transaction) -> Done<()> {
        let run = self.run.clone();
        let (number, certificate) = run.place.person(prepared.person);
        let (total, parts) =
            (prepared.total.to_string(), prepared.parts.map(|fen| fen.to_string()));
        let [full, over, first, scope] = &parts;
        let fields = Fields {
            institution: &prepared.institution,
            person: &number,
            certificate: &certificate,
            visit: &prepared.visit,
            batch: &prepared.batch,
            total: &total,
            parts: [full, over, first, scope],
            ..Fields::default()
        };
        self.send(transaction, fields).await?;
        self.check(transaction, Expected { person: &number, total: prepared.total })?;
        match transaction {
            Transaction::Settle => self.afterwards(transaction, Transaction::Undo, fields).await,
            _ => Ok(()),
        }
    }

    /// A purchase at a pharmacy.
    ///
    /// # Errors
    /// If the message was not accepted or the answer is wrong.
    pub async fn purchase(&mut self) -> Done<()> {
        let run = self.run.clone();
        let person = self.dice.u32(..run.place.people);
        let institution = Place::one_of(&run.place.pharmacies, &mut self.dice);
        let bill = run.place.bill(&mut self.dice);
        let (number, certificate) = run.place.person(person);
        let total = bill.total.to_string();
        let fields = Fields {
            institution: &institution,
            person: &number,
            certificate: &certificate,
            total: &total,
            ..Fields::default()
        };
        self.write_lines(Transaction::Purchase, &bill, fields);
        self.send(Transaction::Purchase, fields).await?;
        self.check(Transaction::Purchase, Expected { person: &number, total: bill.total })?;
        self.afterwards(Transaction::Purchase, Transaction::UndoPurchase, fields).await
    }

    /// Sends a settlement again, undoes or reverses it, as often as the mix says.
    async fn afterwards(
        &mut self,
        transaction: Transaction,
        undo: Transaction,
        fields: Fields<'_>,
    ) -> Done<()> {
        let mix = self.run.mix;
        if self.dice.u32(..100) < mix.repeat {
            self.repeat(transaction).await?;
        }
        let chance = self.dice.u32(..100);
        if chance < mix.undo {
            let (settlement, visit) = (self.text("setl_id"), self.text("mdtrt_id"));
            let fields = Fields { settlement: &settlement, visit: &visit, ..fields };
            self.send(undo, fields).await?;
        } else if chance < mix.undo + mix.reverse {
            let original = self.number.clone();
            let original_transaction = transaction.number();
            let fields = Fields { original: &original, original_transaction, ..fields };
            self.send(Transaction::Reverse, fields).await?;
        }
        Ok(())
    }

    /// Sends the last message again: the answer must be the same but for its times.
    async fn repeat(&mut self, transaction: Transaction) -> Done<()> {
        let first = answer::output(self.connection.body());
        let label = match transaction {
            Transaction::Settle => "2207 again",
            _ => "2102 again",
        };
        self.post(label).await?;
        if answer::output(self.connection.body()) == first {
            return Ok(());
        }
        self.run.failed(label, "another answer than before".to_owned());
        Err(NotDone)
    }

    /// Renders a message and posts it.
    async fn send(&mut self, transaction: Transaction, fields: Fields<'_>) -> Done<()> {
        let run = &self.run;
        run.number(fields.institution, &mut self.number);
        run.now(&mut self.sent);
        let fields = Fields {
            number: &self.number,
            sent: &self.sent,
            area: &run.place.area,
            lines: &self.lines,
            ..fields
        };
        self.body.clear();
        run.messages.render(transaction, &fields, &mut self.body);
        self.post(transaction.number()).await
    }

    /// Posts the message last rendered, and counts and times the answer.
    async fn post(&mut self, label: &'static str) -> Done<()> {
        let (phase, at) = (self.run.phase(), Instant::now());
        self.run.sending();
        match self.connection.call(&self.body).await {
            Ok(200) if answer::accepted(self.connection.body()) => {
                self.run.accepted(label, at, phase);
                Ok(())
            }
            Ok(200) => {
                self.run.refused(label, answer::reason(self.connection.body()));
                Err(NotDone)
            }
            Ok(status) => {
                self.run.failed(label, format!("HTTP {status}"));
                Err(NotDone)
            }
            Err(error) => {
                self.run.failed(label, error.to_string());
                // A server that is gone is not asked without pause whether it is back.
                tokio::time::sleep(Duration::from_millis(50)).await;
                Err(NotDone)
            }
        }
    }

    fn write_lines(&mut self, transaction: Transaction, bill: &Bill, fields: Fields<'_>) {
        let run = &self.run;
        run.now(&mut self.sent);
        let fields = Fields { sent: &self.sent, area: &run.place.area, ..fields };
        self.lines.clear();
        for (place, (ware, quantity)) in bill.lines.iter().enumerate() {
            let ware = &run.place.wares[*ware];
            let amount = ware.charge(*quantity);
            let [serial, quantity] = [(place + 1).to_string(), quantity.to_string()];
            let [price, amount] = [ware.price.to_string(), amount.to_string()];
            let (serial, quantity, price, amount) = (&*serial, &*quantity, &*price, &*amount);
            let line = LineFields { serial, item: &ware.item, quantity, price, amount };
            run.messages.line(transaction, &line, &fields, &mut self.lines);
        }
    }

    /// Checks the amounts of one settlement in so many.
    fn check(&self, transaction: Transaction, expected: Expected<'_>) -> Done<()> {
        if self.run.to_be_checked() {
            answer::check_settlement(self.connection.body(), expected)
                .map_err(|fault| self.fault(transaction, &fault))?;
            self.run.checked();
        }
        Ok(())
    }

    fn fault(&self, transaction: Transaction, fault: &anyhow::Error) -> NotDone {
        self.run.failed(transaction.number(), format!("{fault:#}"));
        NotDone
    }

    fn text(&self, name: &str) -> String {
        answer::text(self.connection.body(), name).unwrap_or_default().to_owned()
    }
}
