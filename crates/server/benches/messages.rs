//! What the interface costs: reading a message into what the agency decides on, and writing the answer. Both are to stay
//! below 25 µs for a settlement.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark that cannot be set up has nothing to measure"
)]
#![expect(dead_code, reason = "the town and its senders are those of the tests")]

#[path = "../tests/suite/chain/care.rs"]
mod care;
#[path = "../tests/suite/identities.rs"]
mod identities;
#[path = "../tests/suite/town.rs"]
mod town;

use agency::Outcome;
use agency::core::Job;
use care::Care;
use criterion::{BatchSize, Criterion};
use kernel::Moment;
use serde_json::{Value as Json, json};
use server::fsi::answer::Answer;
use server::fsi::envelope::Envelope;
use server::fsi::fields;
use server::fsi::message::{Message, Origin};
use server::fsi::transactions::{self, Act, Render};
use server::fsi::tree::Value;
use std::hint::black_box;
use std::sync::mpsc;
use store::{Area, MessageKey};
use town::Town;

/// Five everyday drugs.
const LINES: &[(usize, i64)] = &[(0, 3), (1, 2), (2, 4), (3, 1), (4, 2)];

/// Reads a message as the service does, up to what is to be done.
fn read(town: &Town, transaction: &str, body: &str) -> Act {
    let envelope = Envelope::read(body.as_bytes()).unwrap();
    let sheet = fields::sheet(transaction).unwrap();
    let input = Value::parse(&envelope.input).unwrap();
    let institution = (&*envelope.institution).into();
    let (area, received) = (Area(500_000), Moment::default());
    let origin = Origin { area, listed: area, institution, received };
    let manners = &town.service.settings.manners;
    let message = Message::read(&envelope, &input, sheet, manners, origin).unwrap();
    (transactions::of(transaction).unwrap().read)(&message, &town.service.office).unwrap()
}

fn render(act: Act) -> Render {
    match act {
        Act::Submit(_, render) | Act::Try(_, render) => render,
        _ => panic!("nothing is decided"),
    }
}

/// Lets the agency decide.
fn decided(town: &Town, transaction: &str, body: &str) -> Outcome {
    let (Act::Submit(business, _) | Act::Try(business, _)) = read(town, transaction, body) else {
        panic!("nothing is decided");
    };
    let message = MessageKey {
        area: Area(500_000),
        institution: "H99500000001".into(),
        number: transaction.into(),
        transaction: transaction.into(),
        digest: 0,
    };
    let (answer, answered) = mpsc::channel();
    let reply = Box::new(move |reply| answer.send(reply).unwrap());
    town.service.office.submit(Job { business, message: Some(message), sent: None, reply });
    answered.recv().unwrap().unwrap().outcome
}

fn measure(criterion: &mut Criterion, town: &Town, transaction: &str, body: &Json) {
    let body = body.to_string();
    let outcome = decided(town, transaction, &body);
    let edition = town.service.settings.manners.edition;
    let sheet = fields::sheet(transaction).unwrap();
    criterion.bench_function(&format!("read/{transaction}"), |bencher| {
        bencher.iter(|| read(town, transaction, black_box(&body)));
    });
    criterion.bench_function(&format!("answer/{transaction}"), |bencher| {
        bencher.iter_batched(
            || render(read(town, transaction, &body)),
            |render| render(&outcome, Answer::new(sheet, edition, Moment::default())).unwrap(),
            BatchSize::SmallInput,
        );
    });
}

fn main() {
    let town = Town::new();
    let sender = town.sender(1);
    let care = Care::ready(&sender, 1, LINES);
    let mut criterion = Criterion::default().configure_from_args().without_plots();
    let lines = sender.message("1", "2204", &json!({"feedetail": care.lines}));
    measure(&mut criterion, &town, "2204", &lines);
    measure(&mut criterion, &town, "2207", &sender.message("1", "2207", &care.bill()));
    let pharmacy = town.sender(21);
    let care = Care::new(&pharmacy, 1);
    measure(&mut criterion, &town, "2102", &pharmacy.message("1", "2102", &care.purchase(LINES)));
    criterion.final_summary();
}
