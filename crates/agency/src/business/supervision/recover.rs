//! 追回: what was decided goes into the books, by another operator than the one who decided.
//!
//! One entry a settlement, on its person: the party owes, the funds have their money back, and what accounts paid is owed to
//! the person until the case is closed. Of several funds the pool comes first. An institution may pay by a deduction of a
//! month that is not closed: it is filed with the recovery and, once taken, offset ([`super::CollectCase`]).

use super::taken::{self, Left};
use super::{another, deadline, named, standing};
use crate::business::clearing::Deduct;
use crate::business::post::Post;
use crate::business::recalculation::correction_key;
use crate::business::{Business, Context, Decision};
use crate::ledger::{Head, Journal};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::record::{Booking, Recovered, Recovery, VERSION};
use crate::supervise::after::Side;
use crate::supervise::case::{Case, CaseRecovery, CaseState, Ruled};
use crate::world::World;
use kernel::{Fen, Fund, Month};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Changes, EntryKind, Id, PersonKey, Wants};

/// Books what a decision takes back.
#[derive(Clone, Debug)]
pub struct RecoverCase {
    /// The party, as its number names it ([`Case::party_of`]).
    pub party: PersonKey,
    /// The case.
    pub number: Arc<str>,
    /// Taken from an institution in the clearing of this month, which is not closed; `None`: the party pays it in.
    pub month: Option<Month>,
    /// Who has it booked.
    pub by: Arc<str>,
    /// The settlements of the decision: looked up and locked in one go.
    pub claims: Vec<(PersonKey, Id)>,
    /// Deductions of the month that are there already, as far as known.
    pub deductions: usize,
}

/// Entries of several people in the making, one [`Post`] each.
pub(super) struct Posts<'w> {
    world: &'w World,
    posts: BTreeMap<Arc<str>, Post<'w>>,
}

impl<'w> Posts<'w> {
    pub(super) fn new(world: &'w World) -> Posts<'w> {
        Posts { world, posts: BTreeMap::new() }
    }

    /// A person's.
    pub(super) fn of(
        &mut self,
        person: &PersonKey,
        context: &Context<'_>,
    ) -> Result<&mut Post<'w>, Refused> {
        if !self.posts.contains_key(&person.person) {
            let post = Post::new(self.world, person, context)?;
            self.posts.insert(person.person.clone(), post);
        }
        let missing = || Refused::new(Reason::PersonUnknown, &*person.person);
        self.posts.get_mut(&person.person).ok_or_else(missing)
    }

    /// Everything, on top of other changes.
    pub(super) fn add_to(self, changes: &mut Changes) {
        for post in self.posts.into_values() {
            let Changes { mut accounts, mut entries, mut documents, .. } =
                post.decision(Outcome::Done).changes;
            changes.accounts.append(&mut accounts);
            changes.entries.append(&mut entries);
            changes.documents.append(&mut documents);
        }
    }
}

/// Enters what is owed back of a settlement, or no longer (all amounts negative); the entry.
pub(super) fn enter(
    posts: &mut Posts<'_>,
    party: &Arc<str>,
    person: &PersonKey,
    (day, note): (&Arc<str>, &str),
    recovery: Recovery,
    context: &mut Context<'_>,
) -> Result<Id, Refused> {
    let post = posts.of(person, context)?;
    let id = post.id(person, context)?;
    let mut journal = Journal::default();
    let owed = recovery.funds.iter().sum::<i64>() + recovery.account;
    journal.post(Head::Receivable, party, Fen::new(owed));
    for fund in Fund::ALL {
        let amount = Fen::new(-recovery.funds[*fund as usize]);
        journal.post(Head::of_fund(*fund), &Arc::default(), amount);
    }
    journal.post(Head::PayableToPeople, &person.person, Fen::new(-recovery.account));
    let account = post.account(person)?;
    let (current, earlier) = (account.current.get(), account.earlier.get());
    let booking = Booking {
        v: VERSION,
        source: "事后监管".into(),
        reference: recovery.case.clone(),
        day: day.clone(),
        note: note.into(),
        wallet: (current, earlier),
        moves: Vec::new(),
        balance: current + earlier,
    };
    let record = Recovered { booking, recovery }.to_json()?;
    let year = post.year();
    post.book_as(id, EntryKind::Recovery, person, year, journal, (&[], record))?;
    Ok(id)
}

/// An amount of the funds by fund, the pool first.
fn by_fund(left: &Left<'_>, fund: i64) -> [i64; 3] {
    let mut rest = fund;
    std::array::from_fn(|place| {
        let part = left.funds[place].min(rest);
        rest -= part;
        part
    })
}

impl RecoverCase {
    fn claim(
        &self,
        world: &World,
        posts: &mut Posts<'_>,
        claim: &Ruled,
        context: &mut Context<'_>,
    ) -> Result<Id, Refused> {
        let person = PersonKey { area: self.party.area, person: claim.person.clone() };
        let mut left = taken::left(world, &person, claim.entry)?;
        if claim.fund > left.funds.iter().sum() || claim.account > left.account {
            let words = format!(
                "结算{}在决定之后又有更正或追回，只余基金{}元、账户{}元，请重新决定",
                claim.entry,
                Fen::new(left.funds.iter().sum()),
                Fen::new(left.account)
            );
            return Err(Refused::new(Reason::DocumentState, words));
        }
        let funds = by_fund(&left, claim.fund);
        let recovery = Recovery {
            case: self.number.clone(),
            settlement: claim.entry,
            funds,
            account: claim.account,
            ..Recovery::default()
        };
        let day = left.day.clone();
        let party = &self.party.person;
        let id = enter(posts, party, &person, (&day, "案件追回"), recovery, context)?;
        left.taken.cases.insert(self.number.clone(), (funds, claim.account));
        let key = taken::key(&person, claim.entry);
        let at = world.document(&key).map_or(context.at, |found| found.at);
        let document = left.taken.filed(key, at)?;
        posts.of(&person, context)?.changes.documents.push(document);
        Ok(id)
    }

    /// Files the deduction by which an institution pays; its number and the changes.
    fn deduct(
        &self,
        world: &World,
        case: &Case,
        month: Month,
        fen: i64,
        context: &mut Context<'_>,
    ) -> Result<(Arc<str>, Changes), Refused> {
        if case.side != Side::Institution {
            let words = "参保人没有月结算，不能以扣款追回";
            return Err(Refused::new(Reason::Content, words));
        }
        let ruling = case.ruling.clone().unwrap_or_default();
        let deduct = Deduct {
            institution: self.party.clone(),
            month,
            amount: Fen::new(fen),
            reason: format!("案件追回：{}", case.family_zh()).into(),
            article: ruling.article,
            reference: self.number.clone(),
            by: self.by.clone(),
            known: self.deductions,
        };
        let decision = deduct.decide(world, context)?;
        match decision.outcome {
            Outcome::Filed { number } => Ok((number, decision.changes)),
            _ => Err(Refused::new(Reason::Conflict, "扣款")),
        }
    }
}

impl Business for RecoverCase {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.party)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.insert(Case::key(self.party.area, &self.number));
        for (person, entry) in &self.claims {
            wants.people.insert(person.clone());
            wants.entries.insert((person.clone(), *entry));
            wants.documents.insert(taken::key(person, *entry));
            wants.documents.insert(correction_key(person, *entry));
        }
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        named(&self.by, "经办人")?;
        let area = self.party.area;
        let (mut case, _, found) = standing(world, area, &self.number, &[CaseState::Decided])?;
        let ruling = case.ruling.clone().unwrap_or_default();
        another(&self.by, &ruling.by, "追回与决定须为不同的人")?;
        let due = ruling.fund + ruling.account;
        let mut changes = Changes::default();
        let mut deduction = Arc::default();
        if let Some(month) = self.month {
            (deduction, changes) = self.deduct(world, &case, month, due, context)?;
        }
        let mut posts = Posts::new(world);
        let mut entries = Vec::with_capacity(ruling.claims.len());
        for claim in &ruling.claims {
            entries.push(self.claim(world, &mut posts, claim, context)?);
        }
        posts.add_to(&mut changes);
        let words = match &*deduction {
            "" => "应收，由当事人缴回".to_owned(),
            number => format!("以扣款{number}追回"),
        };
        let appeal_until = deadline(world, area, "case.appeal", context.at)?;
        case.recovery = Some(CaseRecovery {
            by: self.by.clone(),
            at: context.at.to_string().into(),
            appeal_until,
            deduction,
            due,
            ..CaseRecovery::default()
        });
        let step = case.step(context.at, &self.by, "追回入账", &words);
        (step.fen, step.entries) = (due, entries);
        changes.documents.push(case.filed(area, found.at)?);
        Ok(Decision { changes, outcome: Outcome::of_document(&case)? })
    }
}
