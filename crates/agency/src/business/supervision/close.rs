//! 结案: all of it came back, and it is final. What accounts had paid goes back into them.

use super::recover::Posts;
use super::{is_over, named, standing};
use crate::business::account::closed_by;
use crate::business::{Business, Context, Decision};
use crate::ledger::{Head, Journal};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::record::{Booking, Recovered, Recovery, VERSION};
use crate::supervise::case::{Case, CaseRecovery, CaseState};
use crate::world::World;
use kernel::Fen;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Changes, EntryKind, Id, PersonKey, Wants};

/// Closes a case.
#[derive(Clone, Debug)]
pub struct CloseCase {
    /// The party, as its number names it ([`Case::party_of`]).
    pub party: PersonKey,
    /// The case.
    pub number: Arc<str>,
    /// Who closes it.
    pub by: Arc<str>,
    /// The people of the decision: looked up and locked in one go.
    pub people: Vec<PersonKey>,
}

impl CloseCase {
    /// Whether nothing is open and nothing can come any more.
    fn is_final(
        &self,
        case: &Case,
        recovery: &CaseRecovery,
        context: &Context<'_>,
    ) -> Result<(), Refused> {
        let refused = |words: String| Err(Refused::new(Reason::DocumentState, words));
        match recovery.open() {
            0 => {}
            open if open < 0 => {
                return refused(format!("应退回当事人{}元，尚未退回", Fen::new(-open)));
            }
            open => return refused(format!("尚有{}元未到账", Fen::new(open))),
        }
        let answered = case.appeal.as_ref().is_some_and(|appeal| appeal.upheld.is_some());
        let until = &recovery.appeal_until;
        if answered || until.is_empty() || is_over(until, context.at) {
            return Ok(());
        }
        refused(format!("申诉期限至{until}，之后才能结案"))
    }

    /// Puts what was collected for a person back into the account; the entry. `None`: the account is closed, and the money
    /// stays owed to the person.
    fn restore(
        &self,
        world: &World,
        posts: &mut Posts<'_>,
        (person, fen): (&PersonKey, i64),
        context: &mut Context<'_>,
    ) -> Result<Option<Id>, Refused> {
        let file = world.file(person);
        if file.is_some_and(|file| closed_by(file, context.at).is_some()) {
            return Ok(None);
        }
        let post = posts.of(person, context)?;
        post.turn_year(person, context)?;
        let id = post.id(person, context)?;
        let mut journal = Journal::default();
        journal.post(Head::PayableToPeople, &person.person, Fen::new(fen));
        journal.post(Head::AccountEarlier, &person.person, Fen::new(-fen));
        let account = post.account(person)?;
        let wallet = (account.current.get(), account.earlier.get());
        account.earlier += Fen::new(fen);
        let booking = Booking {
            v: VERSION,
            source: "事后监管".into(),
            reference: self.number.clone(),
            day: context.at.date().to_string().into(),
            note: "退回个人账户".into(),
            wallet,
            moves: Vec::new(),
            balance: wallet.0 + wallet.1 + fen,
        };
        let (case, restored) = (self.number.clone(), fen);
        let recovery = Recovery { case, restored, ..Recovery::default() };
        let record = Recovered { booking, recovery }.to_json()?;
        let (year, kind) = (post.year(), EntryKind::Recovery);
        post.book_as(id, kind, person, year, journal, (&[], record))?;
        Ok(Some(id))
    }
}

impl Business for CloseCase {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.party)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(Case::key(self.party.area, &self.number));
        wants.people.extend(self.people.iter().cloned());
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        named(&self.by, "结案人")?;
        let area = self.party.area;
        let (mut case, _, found) = standing(world, area, &self.number, &[CaseState::Recovering])?;
        let missing = || Refused::new(Reason::Conflict, &*self.number);
        let recovery = case.recovery.clone().ok_or_else(missing)?;
        self.is_final(&case, &recovery, context)?;
        let mut owed: BTreeMap<PersonKey, i64> = BTreeMap::new();
        let claims = case.ruling.iter().flat_map(|ruling| &ruling.claims);
        for claim in claims.filter(|claim| claim.account > 0 && !recovery.overturned) {
            let person = PersonKey { area, person: claim.person.clone() };
            *owed.entry(person).or_default() += claim.account;
        }
        let (mut posts, mut entries) = (Posts::new(world), Vec::new());
        let mut fen = 0;
        for (person, amount) in &owed {
            let entry = self.restore(world, &mut posts, (person, *amount), context)?;
            fen += if entry.is_some() { *amount } else { 0 };
            entries.extend(entry);
        }
        let mut changes = Changes::default();
        posts.add_to(&mut changes);
        let words = if fen > 0 { "账户支付的部分退回个人账户" } else { "" };
        let step = case.step(context.at, &self.by, "结案", words);
        (step.fen, step.entries) = (fen, entries);
        case.closed = true;
        changes.documents.push(case.filed(area, found.at)?);
        Ok(Decision { changes, outcome: Outcome::of_document(&case)? })
    }
}
