//! A person's entitlement is derived again: time has passed, and perhaps nobody paid.

use super::renew;
use crate::business::{Business, Context, Decision};
use crate::enrolment::Months;
use crate::months::PersonMonth;
use crate::outcome::Outcome;
use crate::reason::Refused;
use crate::world::World;
use kernel::Month;
use std::collections::BTreeSet;
use store::{Changes, PersonKey, Wants};

/// Derives a person's entitlement from the months on file.
#[derive(Clone, Debug)]
pub struct Derive {
    /// Whose.
    pub person: PersonKey,
    /// The months on file, as far as the caller knows.
    pub months: BTreeSet<Month>,
    /// Up to which month; what holds then goes on holding.
    pub until: Month,
}

impl Business for Derive {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.person)
    }

    fn wants(&self, wants: &mut Wants) {
        let keys = self.months.iter().map(|month| PersonMonth::key(&self.person, *month));
        wants.documents.extend(keys);
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        let months = on_file(world, &self.person, &self.months)?;
        let mut changes = Changes::default();
        let changed = renew(world, &self.person, &months, self.until, context, &mut changes)?;
        Ok(Decision { changes, outcome: Outcome::of_document(&changed.changed)? })
    }
}

/// The months as the transaction found them.
pub(super) fn on_file(
    world: &World,
    person: &PersonKey,
    months: &BTreeSet<Month>,
) -> Result<Months, Refused> {
    let documents =
        months.iter().filter_map(|month| world.document(&PersonMonth::key(person, *month)));
    documents.map(PersonMonth::read).collect()
}
