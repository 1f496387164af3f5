//! 授权: a person shows a credential at a pharmacy, which may then see the person's prescriptions for a while.

use super::body::{Authorisation, Prescription};
use super::state::Step;
use super::{find, key};
use crate::business::{Business, Context, Decision};
use crate::documents;
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::stored;
use crate::world::World;
use kernel::{Moment, Venue};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Area, Changes, Document, DocumentKey, PersonKey, Wants};

/// For how long a pharmacy may see a prescription: the customer stands at the counter, milliseconds.
const AUTHORISED_FOR: i64 = 2 * 3_600_000;

/// Lets a pharmacy see the person's prescriptions, because the person showed a credential there.
#[derive(Clone, Debug)]
pub struct Authorise {
    /// Whose.
    pub person: PersonKey,
    /// The pharmacy.
    pub pharmacy: Arc<str>,
    /// Numbers of the person's prescriptions, see [`super::read::of_person`]; those that cannot be dispensed are left out.
    pub numbers: Vec<Arc<str>>,
}

/// One prescription that a pharmacy may now see.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Authorised {
    /// 医保处方授权编号.
    pub authorisation: Arc<str>,
    /// The secret that goes with it.
    pub token: Arc<str>,
    /// Until when.
    #[serde(with = "stored::moment")]
    pub until: Moment,
    /// 医保处方编号.
    pub number: Arc<str>,
}

/// What an authorisation number stands for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Names {
    /// 人员编号.
    pub person: Arc<str>,
    /// 医保处方编号.
    pub number: Arc<str>,
}

/// The document of an authorisation: [`Names`] as JSON.
#[must_use]
pub fn authorisation_key(area: Area, authorisation: &str) -> DocumentKey {
    let (owner, number) = (authorisation.into(), authorisation.into());
    DocumentKey { area, kind: documents::AUTHORISATION.into(), owner, number }
}

impl Business for Authorise {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        wants.documents.extend(self.numbers.iter().map(|number| key(&self.person, number)));
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        pharmacy(world, self.person.area, &self.pharmacy, context.at)?;
        let mut changes = Changes::default();
        let mut authorised = Vec::new();
        for number in &self.numbers {
            let (mut prescription, first) = find(world, &self.person, number)?;
            if prescription.allow(Step::Authorise, context.at).is_err() {
                continue;
            }
            let given = self.given(&prescription, context);
            let names = Names { person: prescription.person.clone(), number: number.clone() };
            let body = serde_json::to_string(&names)
                .map_err(|_| Refused::new(Reason::Conflict, &**number))?;
            changes.documents.push(Document {
                key: authorisation_key(self.person.area, &given.authorisation),
                at: context.at,
                state: 0,
                body: body.into(),
            });
            prescription.authorisations.retain(|known| known.until > context.at);
            prescription.authorisations.push(Authorisation {
                number: given.authorisation.clone(),
                token: given.token.clone(),
                pharmacy: self.pharmacy.clone(),
                until: given.until,
            });
            changes.documents.push(prescription.filed(key(&self.person, number), first)?);
            authorised.push(given);
        }
        if authorised.is_empty() {
            return Err(Refused::new(Reason::PrescriptionUnknown, "该参保人没有可购药的处方"));
        }
        Ok(Decision { changes, outcome: Outcome::of_document(&authorised)? })
    }
}

impl Authorise {
    fn given(&self, prescription: &Prescription, context: &mut Context<'_>) -> Authorised {
        let until = Moment(context.at.0 + AUTHORISED_FOR).min(prescription.valid_until);
        let (authorisation, secret, more) = ((context.ids)(), (context.ids)(), (context.ids)());
        Authorised {
            authorisation: authorisation.to_string().into(),
            token: format!("{secret}{more}").into(),
            until,
            number: prescription.number.clone(),
        }
    }
}

/// It must be a pharmacy with an agreement today.
fn pharmacy(world: &World, area: Area, code: &str, at: Moment) -> Result<(), Refused> {
    let Some((_, site)) = world.site(area, code, at.date(), at) else {
        return Err(Refused::new(Reason::InstitutionUnknown, code));
    };
    if site.venue != Venue::Pharmacy || !site.designated {
        return Err(Refused::new(Reason::NotAllowed, format!("{code}不是定点零售药店")));
    }
    Ok(())
}

/// The pharmacy must hold an authorisation that has not run out.
pub(super) fn authorised(
    prescription: &Prescription,
    pharmacy: &str,
    token: &str,
    at: Moment,
) -> Result<(), Refused> {
    let holds =
        |one: &Authorisation| *one.pharmacy == *pharmacy && *one.token == *token && at <= one.until;
    if prescription.authorisations.iter().any(holds) {
        return Ok(());
    }
    Err(Refused::new(Reason::PrescriptionUnchecked, "电子处方令牌无效或已过期"))
}
