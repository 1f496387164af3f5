//! 参保与缴费: what entitlement follows from the months that were declared and paid, and reading what is on file.
//!
//! Months of contributions are documents ([`crate::months`]); whoever changes them derives the person's spells of
//! entitlement in the same transaction ([`spells`]), compares them with what is believed ([`difference`]) and states only
//! what differs, with both times. Spells that nobody derived, as those imported when the books were opened, are left alone
//! before the first month that was declared, and count there as months paid in time. A person without declared months is
//! left alone altogether.
//!
//! Bounds: months may be declared for as many months to come as the policy says (`entitlement.declare_ahead`); derivation
//! reads all months of a person.

mod employer;
mod wrong;
mod shares;
mod spells;
mod difference;
mod reading;
mod received;
mod run;
mod show;
mod unpaid;

pub use difference::{Difference, Stated, difference, plan_difference};
pub use employer::Employer;
pub use reading::{known_months, months_of};
pub use received::{NOBODY, Received, Said, digest, of_owner};
pub use run::{Run, derive_all};
pub use shares::account_part;
pub use show::{Enrolment, Shown, enrolment};
pub use spells::{
    Basis, DERIVED, Months, PlanSpells, Spell, Spells, derive, derive_plans, is_derived,
};
pub use unpaid::{Unpaid, unpaid};
pub use wrong::{Remark, Wrong};

pub(crate) use difference::horizon;
pub(crate) use spells::retired_from;
pub(crate) use wrong::last_month;
