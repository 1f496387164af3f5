//! Kinds of dated facts, and reading them as of a day and of what was known then.
//!
//! Of people: who they are to the policy on a day. Of institutions: what their agreement says on a day. A fact counts if
//! it holds on the day ([`holds`]) and was believed at the moment; where several of a kind hold, the one that began last.

mod kind;
mod person;

pub use kind::*;
pub(crate) use person::disease_of;
pub use person::{
    Occasion, PersonDetail, as_of, chosen_disease, death, entitlement, place, retired_on,
};

use kernel::{Category, Date, Moment};
use store::{Fact, PersonFile};

/// True if a fact holds on a day, as known at a moment.
#[must_use]
pub fn holds(fact: &Fact, day: Date, known: Moment) -> bool {
    fact.from <= day && day <= fact.to && believed(fact, known)
}

/// True if a fact was known at a moment, and not known to be wrong.
#[must_use]
pub fn believed(fact: &Fact, known: Moment) -> bool {
    fact.learned_at <= known && fact.ended_at.is_none_or(|ended| ended > known)
}

/// Facts of one kind, in order of first day and id.
#[must_use]
pub fn of_kind<'a>(file: &'a PersonFile, kind: &str) -> &'a [Fact] {
    let from = file.facts.partition_point(|fact| *fact.kind < *kind);
    let to = file.facts.partition_point(|fact| *fact.kind <= *kind);
    &file.facts[from..to]
}

/// The fact of a kind that holds on a day: the one that began last.
#[must_use]
pub fn newest<'a>(file: &'a PersonFile, kind: &str, day: Date, known: Moment) -> Option<&'a Fact> {
    of_kind(file, kind).iter().rev().find(|fact| holds(fact, day, known))
}

/// When the newest of what is known about a person was learned.
#[must_use]
pub fn newest_knowledge(file: &PersonFile) -> Option<Moment> {
    file.facts.iter().map(|fact| fact.ended_at.unwrap_or(fact.learned_at)).max()
}

/// The category of a national 医疗类别 code, if it is one of outpatient care; provinces
/// subdivide the list; codes of [`Category`] are understood too.
#[must_use]
pub fn category(code: &str) -> Option<Category> {
    Some(match code {
        "11" => Category::Ordinary,
        "12" => Category::Registration,
        "13" | "1301" => Category::Emergency,
        "14" | "140104" | "140201" | "9929" => Category::Chronic,
        "9901" | "16" | "19" | "1403" => Category::TwoDisease,
        "18" | "15" | "9904" => Category::SpecialDrug,
        "41" => Category::Pharmacy,
        _ => return Category::from_code(code),
    })
}
