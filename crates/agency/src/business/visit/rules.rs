//! What happens to visits.

use super::{Attend, CANCELLED, CancelVisit, OPEN, Register, VisitBody, open};
use crate::business::{Business, Context, Decision};
use crate::facts;
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::world::World;
use kernel::Moment;
use sha2::{Digest, Sha256};
use store::{Changes, Id, PersonKey, Sheet, Visit, Wants};

impl Register {
    /// The id of the visit: given by person, institution, number and day, so that the same registration names the same.
    #[must_use]
    pub fn visit(&self) -> Id {
        let day = self.began.date();
        let named = [&*self.person.person, &*self.institution, &*self.number].join("\u{1f}");
        let digest = Sha256::digest(format!("{}\u{1f}{day}\u{1f}{named}", self.person.area));
        let random = digest.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte));
        Id::at(Moment::start_of(day), random)
    }
}

impl Business for Register {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.visits.insert((self.person.clone(), self.visit()));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let person = &self.person;
        if world.account(person).is_none() {
            return Err(Refused::new(Reason::PersonUnknown, &*person.person));
        }
        if world.site(person.area, &self.institution, self.began.date(), context.at).is_none() {
            return Err(Refused::new(Reason::InstitutionUnknown, &*self.institution));
        }
        let id = self.visit();
        let outcome = Outcome::Registered { visit: id };
        if world.visit(person, id).is_some_and(|known| known.state == OPEN) {
            return Ok(Decision { changes: Changes::default(), outcome });
        }
        let body = VisitBody {
            scheme: self.scheme.clone(),
            credential: self.credential.clone(),
            staff: self.staff.clone(),
            ..VisitBody::default()
        };
        let visit = Visit {
            id,
            key: person.clone(),
            institution: self.institution.clone(),
            number: self.number.clone(),
            began: self.began,
            state: OPEN,
            body: body.to_json()?,
        };
        Ok(Decision { changes: Changes { visits: vec![visit], ..Changes::default() }, outcome })
    }

    fn repeatable(&self) -> bool {
        true
    }
}

impl Business for CancelVisit {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.visits.insert((self.person.clone(), self.visit));
    }

    fn decide(&self, world: &World, _: &mut Context<'_>) -> Result<Decision, Refused> {
        let (visit, body) = open(world, &self.person, self.visit, &self.institution)?;
        if let Some((batch, _)) = body.settled.first() {
            return Err(Refused::new(Reason::VisitSettled, &**batch));
        }
        // Lines that were never settled go with it.
        let sheets = match world.lines(visit.id) {
            [] => Vec::new(),
            _ => vec![Sheet { visit: visit.id, key: visit.key.clone(), lines: Vec::new() }],
        };
        let changes = Changes {
            sheets,
            visits: vec![Visit { state: CANCELLED, ..visit.clone() }],
            ..Changes::default()
        };
        Ok(Decision { changes, outcome: Outcome::Done })
    }

    fn repeatable(&self) -> bool {
        true
    }
}

impl Business for Attend {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.visits.insert((self.person.clone(), self.visit));
    }

    fn decide(&self, world: &World, _: &mut Context<'_>) -> Result<Decision, Refused> {
        let (visit, mut body) = open(world, &self.person, self.visit, &self.institution)?;
        if facts::category(&self.purpose.category).is_none() {
            return Err(Refused::new(Reason::CategoryUnknown, &*self.purpose.category));
        }
        body.purpose = Some(self.purpose.clone());
        let visit = Visit { body: body.to_json()?, ..visit.clone() };
        let changes = Changes { visits: vec![visit], ..Changes::default() };
        Ok(Decision { changes, outcome: Outcome::Done })
    }

    fn repeatable(&self) -> bool {
        true
    }
}
