//! Books and answers as text in which ids are numbered by their order, so that two ways to the same books compare equal.

use crate::memory::Tables;
use agency::core::Reply;
use std::collections::{BTreeSet, HashMap};
use store::Id;

pub(crate) fn dump(tables: &Tables, replies: &[Reply]) -> String {
    let mut ids: BTreeSet<Id> = tables.entries.keys().copied().collect();
    ids.extend(tables.visits.keys());
    ids.extend(tables.facts.keys());
    ids.extend(tables.messages.values().map(|message| message.id));
    ids.extend(replies.iter().flatten().map(|answered| answered.id));
    let mut names = HashMap::new();
    for (number, id) in ids.iter().enumerate() {
        let low = id.0 & u128::from(u64::MAX);
        for word in [id.0.to_string(), id.to_string(), low.to_string()] {
            names.insert(word, format!("#{number}"));
        }
    }
    let text = format!("{tables:#?}\n{replies:#?}");
    let word = |letter: char| letter.is_ascii_digit() || letter.is_ascii_uppercase();
    let mut dumped = String::with_capacity(text.len());
    let mut rest = &text[..];
    while let Some(start) = rest.find(word) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|letter| !word(letter)).unwrap_or(from.len());
        dumped.push_str(before);
        dumped.push_str(names.get(&from[..end]).map_or(&from[..end], String::as_str));
        rest = &from[end..];
    }
    dumped + rest
}
