//! What is settled, taken back and answered again: one claim a test.

mod messages;
mod money;
mod visits;
