//! The commands of the `gongji` program.

pub mod cli;
pub mod lang;
pub mod names;
pub mod regions;
pub mod source;
mod progress;
pub mod bills;
pub mod results;
pub mod formats;
pub mod adjudicate;
pub mod explain;
pub mod policies;
pub mod books;
pub mod account;
pub mod clearing;
pub mod funds;
pub mod enrol;
pub mod load;
pub mod synth;
pub mod serve;
pub mod interface;
pub mod operator;
pub mod demo;
pub mod recalculate;
pub mod supervise;
pub mod year;
pub mod simulate;
