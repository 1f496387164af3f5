//! Questions of the counter: who somebody is, what they are entitled to, what was settled and why. Nothing here writes.
//!
//! Shape: a file a question; plain structs come back. What is known of a person is looked up as of one moment
//! ([`crate::Agency::look`]); histories are read from the store. A failure of the store comes back as a refusal.

mod person;
mod probe;
pub mod entitlement;
mod institution;
pub mod catalogue;
mod history;
mod chronic;
pub mod accumulated;
mod stays;
pub mod trace;
mod message;

pub use accumulated::accumulated;
pub use chronic::{ChronicLine, chronic};
pub use entitlement::entitlement;
pub use history::{
    Asking, SettledLine, SettlementFound, VisitFound, lines, settlements, unsettled, visits,
};
pub use institution::{InstitutionFound, institutions};
pub use message::{Became, MessageFound, messages};
pub use person::{Enrolment, PersonFound, Quota, by_credential, person};
pub use stays::{Referral, Stay, referrals, stays};

use crate::agency::Agency;
use crate::reason::{Reason, Refused};
use crate::regions::Law;
use crate::world::World;
use kernel::Moment;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{PersonFile, PersonKey, Wants};

/// A person with what is known, as of now.
struct Known {
    world: World,
    file: Arc<PersonFile>,
    law: Arc<Law>,
    at: Moment,
}

impl Known {
    /// Looks a person up, with the accumulators of the benefit years around a day.
    fn of(agency: &Agency, person: &PersonKey, around: Moment) -> Result<Known, Refused> {
        let area = || Refused::new(Reason::AreaUnknown, person.area.to_string());
        let law = agency.regions().law(person.area).ok_or_else(area)?.clone();
        let year = around.date().ymd().0;
        let people = BTreeSet::from([person.clone()]);
        let wants = Wants { people, years: Some((year - 1, year)), ..Wants::default() };
        let world = agency.look(wants)?;
        let unknown = || Refused::new(Reason::PersonUnknown, &*person.person);
        let file = world.file(person).ok_or_else(unknown)?.clone();
        Ok(Known { world, file, law, at: agency.now() })
    }

    fn key(&self) -> &PersonKey {
        &self.file.person.key
    }
}
