//! What is settled, taken back and answered again: one claim a test.

mod facts;
mod messages;
mod money;
mod prescriptions;
mod refunds;
mod threads;
mod visits;
