//! A page of people in one commit, decided on the files at hand, as long as the books have no newer ones.

use super::RunError;
use crate::agency::Agency;
use crate::business::Business;
use crate::core::round::{Asked, safely};
use crate::facts::FAMILY;
use crate::world::World;
use std::collections::HashMap;
use std::sync::Arc;
use store::{Changes, PersonFile, Wants};

/// Has a page decided and written.
///
/// # Errors
/// Why it is refused; of the store.
pub(super) fn commit(
    agency: &Agency,
    page: &dyn Business,
    files: Vec<PersonFile>,
) -> Result<(), RunError> {
    let mut wants = Wants::default();
    page.wants(&mut wants);
    for mut file in files {
        // Whoever pays a person's bills has nothing to do with the person's own account, and need not be locked.
        file.facts.retain(|fact| *fact.kind != *FAMILY);
        wants.known.insert(file.person.key.clone(), Arc::new(file));
    }
    let wants = Arc::new(wants);
    let mut refused = None;
    agency.store().commit(&wants, &mut |found| {
        let files: HashMap<_, _> = wants.known.clone();
        let (regions, directories) = (agency.regions().clone(), agency.directories());
        let world = World::new(found, files, directories, regions, wants.clone());
        let asked = Asked { message: None, sent: None, at: agency.now(), trial: false };
        match safely(agency, &world, page, asked) {
            Ok(decision) => {
                refused = None;
                decision.changes
            }
            Err(why) => {
                refused = Some(why);
                Changes::default()
            }
        }
    })?;
    refused.map_or(Ok(()), |why| Err(why.into()))
}
