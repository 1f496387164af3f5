//! Electronic prescriptions 外配电子处方: written by a doctor of a designated institution, dispensed by a pharmacy, and paid
//! by the pool as if dispensed where they were written (渝医保发〔2023〕32号 第十二条).
//!
//! Shape: a prescription is one document of its person ([`Prescription`]), whose state follows from what has happened to
//! it ([`state`]); every step is a business of its own. [`hospital`] has those of the prescriber: pre-check, seal, upload,
//! withdrawal. [`pharmacy`] has those of the pharmacy: authorisation, verification, review, dispensing and its undo. What
//! pays for the medicines is a settlement like any other; it asks [`Prescription::usable_for_purchase`] and files what
//! [`Prescription::purchased_by`] says.
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

pub use body::{
    Authorisation, Bought, Dispensing, Issue, Medicine, Prescriber, Prescription, Purchased,
    Review, Verification, Withdrawal, key, owner_key,
};
pub use state::{State, Step, Validity};
