//! The institutions' counters: they send messages until the connection breaks, and afterwards find out what became of
//! those they have no answer to.

use super::intents::{Answered, Fate, HARMLESS, Intent, REVERSED_BEFORE, UNAVAILABLE, fate};
use fastrand::Rng;
use gongji::load::answer;
use gongji::load::messages::{Fields, LineFields, Messages, Transaction};
use gongji::load::place::{Bill, Place};
use gongji::load::wire::Connection;
use std::cell::Cell;
use std::net::SocketAddr;
use std::rc::Rc;

/// Path of the national interface's single entry.
const PATH: &str = "/fsi/api/rsfComIfsService/callService";

/// One counter. What it sent is in `sent`.
pub(super) struct Counter {
    place: Rc<Place>,
    messages: Rc<Messages>,
    connection: Connection,
    dice: Rng,
    /// Makes numbers of messages unique in a run of the test.
    name: String,
    count: u32,
    pub(super) sent: Vec<Intent>,
}

/// The connection broke or the server does not know: the counter stops.
struct Broken;

impl Counter {
    pub(super) fn new(place: &Rc<Place>, server: SocketAddr, dice: Rng, name: String) -> Counter {
        let connection = Connection::new(server, PATH);
        let messages = Rc::default();
        let place = place.clone();
        Counter { place, messages, connection, dice, name, count: 0, sent: Vec::new() }
    }

    /// Sends until something breaks, or until it is over: a server that outlives its books goes on answering.
    pub(super) async fn work(&mut self, over: &Cell<bool>) {
        while !over.get() && self.next().await.is_ok() {}
    }

    async fn next(&mut self) -> Result<(), Broken> {
        match self.dice.u8(..10) {
            0..=4 => self.purchase().await,
            5..=7 => self.visit().await,
            8 => self.undo().await,
            _ => self.repeat().await,
        }
    }

    async fn purchase(&mut self) -> Result<(), Broken> {
        let (place, institution) = (self.place.clone(), self.pick(|place| &place.pharmacies));
        let (person, certificate) = place.person(self.dice.u32(..place.people));
        let (lines, total) = self.bill(Transaction::Purchase, Fields::default());
        let fields = Fields {
            institution: &institution,
            person: &person,
            certificate: &certificate,
            total: &total,
            lines: &lines,
            ..Fields::default()
        };
        self.intend(Transaction::Purchase, fields, None).await
    }

    /// A visit; only its settlement is an intent. Whatever precedes it may be sent again at will.
    async fn visit(&mut self) -> Result<(), Broken> {
        let (place, institution) = (self.place.clone(), self.pick(|place| &place.hospitals));
        let (person, certificate) = place.person(self.dice.u32(..place.people));
        let batch = self.number();
        let fields = Fields {
            institution: &institution,
            person: &person,
            certificate: &certificate,
            batch: &batch,
            ..Fields::default()
        };
        self.say(Transaction::Register, fields).await?;
        let visit = answer::text(self.connection.body(), "mdtrt_id").unwrap_or_default().to_owned();
        let fields = Fields { visit: &visit, ..fields };
        self.say(Transaction::Attend, fields).await?;
        let (lines, total) = self.bill(Transaction::Upload, fields);
        self.say(Transaction::Upload, Fields { lines: &lines, ..fields }).await?;
        let parts = answer::uploaded_parts(self.connection.body()).unwrap();
        let parts = parts.map(|part| part.to_string());
        let [full, over, first, scope] = &parts;
        let fields = Fields { total: &total, parts: [full, over, first, scope], ..fields };
        self.intend(Transaction::Settle, fields, None).await
    }

    /// Undoes something that was accepted and not undone.
    async fn undo(&mut self) -> Result<(), Broken> {
        let undone: Vec<_> = self.sent.iter().filter_map(|intent| intent.undoes.clone()).collect();
        let settled = self.sent.iter().filter_map(|intent| match &intent.fate {
            Fate::Accepted(answered) if intent.undoes.is_none() => Some((intent, answered)),
            _ => None,
        });
        let mut open = settled.filter(|(_, answered)| !undone.contains(&answered.settlement));
        let Some((intent, Answered { settlement, visit, .. })) = open.next() else {
            return Ok(());
        };
        let transaction = match intent.transaction {
            Transaction::Purchase => Transaction::UndoPurchase,
            _ => Transaction::Undo,
        };
        let (institution, person) = (intent.institution.clone(), intent.person.clone());
        let (settlement, visit) = (settlement.clone(), visit.clone());
        let fields = Fields {
            institution: &institution,
            person: &person,
            settlement: &settlement,
            visit: &visit,
            ..Fields::default()
        };
        self.intend(transaction, fields, Some(settlement.clone())).await
    }

    /// Sends the last accepted message again.
    async fn repeat(&mut self) -> Result<(), Broken> {
        let Some(Intent { body, fate: Fate::Accepted(before), .. }) = self.sent.last().cloned()
        else {
            return Ok(());
        };
        match self.connection.call(&body).await {
            Ok(200) => match fate(self.connection.body()) {
                Some(Fate::Accepted(again)) => assert_eq!(again, before, "the same message again"),
                Some(Fate::Refused(reason)) => assert!(HARMLESS.contains(&&*reason), "{reason}"),
                _ => return Err(Broken),
            },
            _ => return Err(Broken),
        }
        Ok(())
    }

    /// Sends a message that changes the books, and notes it before and after.
    async fn intend(
        &mut self,
        transaction: Transaction,
        fields: Fields<'_>,
        undoes: Option<String>,
    ) -> Result<(), Broken> {
        let number = self.number();
        let body = self.render(transaction, &Fields { number: &number, ..fields });
        if let Some(last) = self.sent.last_mut().filter(|last| last.fate != Fate::Unknown) {
            last.body = Vec::new();
        }
        self.sent.push(Intent {
            transaction,
            number,
            institution: fields.institution.to_owned(),
            person: fields.person.to_owned(),
            undoes,
            body: body.clone(),
            fate: Fate::Unknown,
        });
        let answered = self.connection.call(&body).await;
        let known = answered
            .ok()
            .and_then(|status| (status == 200).then(|| fate(self.connection.body())).flatten());
        let (Some(known), Some(intent)) = (known, self.sent.last_mut()) else {
            return Err(Broken);
        };
        intent.fate = known;
        Ok(())
    }

    /// Sends a message whose outcome need not be remembered.
    async fn say(&mut self, transaction: Transaction, fields: Fields<'_>) -> Result<(), Broken> {
        let number = self.number();
        let body = self.render(transaction, &Fields { number: &number, ..fields });
        match self.connection.call(&body).await {
            Ok(200) if answer::accepted(self.connection.body()) => Ok(()),
            Ok(200) => {
                let reason = answer::reason(self.connection.body());
                let expected = reason == UNAVAILABLE || HARMLESS.contains(&&*reason);
                assert!(expected, "{}: {reason}", transaction.number());
                Err(Broken)
            }
            _ => Err(Broken),
        }
    }

    /// Finds out what became of everything without an answer: by sending it again, or by reversing it.
    pub(super) async fn resolve(&mut self, doubts: &mut [Intent]) {
        for intent in doubts {
            assert_eq!(intent.fate, Fate::Unknown);
            let may_reverse =
                matches!(intent.transaction, Transaction::Purchase | Transaction::Settle);
            if may_reverse && self.dice.u8(..4) == 0 {
                self.reverse(intent).await;
                intent.fate = Fate::Reversed;
            } else {
                intent.fate = self.again(intent).await;
                assert_eq!(self.again(intent).await, intent.fate, "the same message again");
            }
            intent.body = Vec::new();
        }
    }

    async fn again(&mut self, intent: &Intent) -> Fate {
        assert_eq!(self.connection.call(&intent.body).await.unwrap(), 200);
        fate(self.connection.body()).expect("the books can be reached")
    }

    /// Reverses a message of unknown outcome. A copy of it that arrives late is refused or answered as it was before.
    async fn reverse(&mut self, intent: &Intent) {
        let number = self.number();
        let fields = Fields {
            number: &number,
            institution: &intent.institution,
            person: &intent.person,
            original: &intent.number,
            original_transaction: intent.transaction.number(),
            ..Fields::default()
        };
        let body = self.render(Transaction::Reverse, &fields);
        assert_eq!(self.connection.call(&body).await.unwrap(), 200);
        let text = String::from_utf8_lossy(self.connection.body());
        assert!(answer::accepted(self.connection.body()), "{text}");
        match self.again(intent).await {
            Fate::Refused(reason) => assert_eq!(reason, REVERSED_BEFORE, "{}", intent.number),
            Fate::Accepted(_) => {}
            other => panic!("{other:?}"),
        }
    }

    fn render(&self, transaction: Transaction, fields: &Fields<'_>) -> Vec<u8> {
        let mut body = Vec::new();
        let sent = super::now().to_string();
        let fields = Fields { sent: &sent, area: &self.place.area, ..*fields };
        self.messages.render(transaction, &fields, &mut body);
        body
    }

    /// Lines by chance, rendered, and their sum.
    fn bill(&mut self, transaction: Transaction, fields: Fields<'_>) -> (Vec<u8>, String) {
        let Bill { lines, total } = self.place.bill(&mut self.dice);
        let (sent, mut text) = (super::now().to_string(), Vec::new());
        let fields = Fields { sent: &sent, area: &self.place.area, ..fields };
        for (place, (ware, quantity)) in lines.iter().enumerate() {
            let ware = &self.place.wares[*ware];
            let [serial, price, amount] = [
                (place + 1).to_string(),
                ware.price.to_string(),
                ware.charge(*quantity).to_string(),
            ];
            let quantity = quantity.to_string();
            let (serial, quantity, price, amount) = (&*serial, &*quantity, &*price, &*amount);
            let line = LineFields { serial, item: &ware.item, quantity, price, amount };
            self.messages.line(transaction, &line, &fields, &mut text);
        }
        (text, total.to_string())
    }

    fn pick(&mut self, of: fn(&Place) -> &[std::sync::Arc<str>]) -> String {
        let place = self.place.clone();
        Place::one_of(of(&place), &mut self.dice).to_string()
    }

    fn number(&mut self) -> String {
        self.count += 1;
        format!("{}{:07}", self.name, self.count)
    }
}
