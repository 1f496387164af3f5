//! 事后监管, as it changes the books: findings are filed and go to cases; a case is assigned, heard, decided, its money
//! recovered, appealed against.
//!
//! Each locks the party it is about, so that a case is never in two hands.

mod file;

pub use file::{FileSuspicions, Filed, KeepRun};
