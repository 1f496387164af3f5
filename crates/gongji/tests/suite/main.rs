//! What holds for the gongji crate, seen from outside.

#![cfg(test)]

mod command;
mod purchase;
mod desk;
mod formats;
mod order;
mod errors;
mod pages;
mod paper;
mod load;
mod books;
mod enrol;
mod declarations;
mod clearing;
mod recalculate;
mod report;
mod supervise;
mod serve;
mod guide;
mod crash;
mod accounts;
mod export;
mod funds;
mod assessment;
mod simulate;
mod sweep;
mod reserve;
mod few;
mod claims;
mod clusters;
mod year;
mod lines;
