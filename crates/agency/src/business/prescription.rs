//! Electronic prescriptions 外配电子处方: written by a doctor of a designated institution, dispensed by a pharmacy, and paid
//! by the pool as if dispensed where they were written (渝医保发〔2023〕32号 第十二条).
//!
//! Shape: a prescription is one document of its person ([`Prescription`]), whose state follows from what has happened to
//! it ([`state`]); every step is a business of its own. [`hospital`] has those of the prescriber: pre-check, seal, upload,
//! withdrawal. [`authorise`] and [`pharmacy`] have those of the pharmacy: authorisation; verification, review, dispensing
//! and its undo. What pays for the medicines is a settlement like any other; it asks
//! [`Prescription::usable_for_purchase`] and files what [`Prescription::purchased_by`] says.
//!
//! Decided here, because the texts leave it open:
//! - **Parts.** A prescription may be dispensed in parts, at one pharmacy or several, until it expires or nothing is left;
//!   of each medicine never more than prescribed. The national state "used" is reached when nothing is left; a withdrawal
//!   is possible only while nothing has been taken.
//! - **Settlement and hand-over.** What a settlement bought is taken. A hand-over of that pharmacy within those quantities
//!   takes nothing more; without a settlement (cash) the hand-over itself takes. Undoing the settlement of medicines that
//!   stay handed over frees nothing until the hand-over is undone too.
//! - **Level.** The prescriber's level is that of the day of the prescription, and is kept with it.
//! - **Same medicine.** A medicine is the same if its code is; a pharmacy that has another brand asks for another
//!   prescription.

pub mod state;
pub mod body;
pub mod purchase;
pub mod file;
mod check;
pub mod hospital;
pub mod authorise;
pub mod pharmacy;
pub mod read;

pub use authorise::{Authorise, Authorised};
pub use body::{
    Authorisation, Bought, Dispensing, Issue, Medicine, Pharmacist, Prescriber, Prescription,
    Purchased, Review, Verification, Withdrawal, key, owner_key,
};
pub use file::EncodedFile;
pub use hospital::{Checked, Precheck, Seal, Sealed, Standing, Upload, Withdraw};
pub use pharmacy::{Dispense, ReviewPrescription, TakeBack, Verify};
pub use state::{State, Step, Validity};

use crate::reason::{Reason, Refused};
use crate::world::World;
use kernel::Moment;
use store::PersonKey;

/// The prescription of a person with this number, and when it was first filed.
///
/// # Errors
/// [`Reason::PrescriptionUnknown`], or [`Reason::PrescriptionPerson`] if it is another person's.
pub fn find(
    world: &World,
    person: &PersonKey,
    number: &str,
) -> Result<(Prescription, Moment), Refused> {
    if let Some(found) = world.document(&key(person, number)) {
        return Ok((Prescription::of(found)?, found.at));
    }
    let theirs = world.document(&owner_key(person.area, number)).is_some();
    let reason = if theirs { Reason::PrescriptionPerson } else { Reason::PrescriptionUnknown };
    Err(Refused::new(reason, number))
}
