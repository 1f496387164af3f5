//! Supervision after the fact: what every rule finds and what it does not, a month with frauds in it, cases and their money.

mod books;
mod stories;
mod month;
mod cases;
