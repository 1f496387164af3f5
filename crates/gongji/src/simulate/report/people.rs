//! Single people, claim by claim.

use super::super::explain::{Claim, Person, reasons, remark};
use super::{Room, Told, both};
use crate::lang::Lang;
use ::simulate::Side;
use ::simulate::example::Explained;
use serde_json::{Value, json};
use std::cmp::Reverse;

/// Who gains and loses most; nobody is named unless that was asked for.
pub(super) fn examples(told: &Told<'_>, room: Room) -> Value {
    if told.people.is_empty() {
        return Value::Null;
    }
    told.people.iter().map(|person| one(told, person, room)).collect()
}

fn one(told: &Told<'_>, person: &Person, room: Room) -> Value {
    let place = person.place;
    let label = if person.gains() {
        both(format!("多得第 {place} 名"), format!("Gains most, no. {place}"))
    } else {
        both(format!("少得第 {place} 名"), format!("Loses most, no. {place}"))
    };
    let shift = |claim: &Claim| {
        let paid: Vec<i64> = claim.sides.iter().map(Explained::paid).collect();
        paid.first().zip(paid.last()).map_or(0, |(before, after)| (after - before).abs())
    };
    let mut order: Vec<usize> = (0..person.claims.len()).collect();
    order.sort_by_key(|index| (Reverse(shift(&person.claims[*index])), *index));
    let explained = &order[..order.len().min(room.reasons)];
    let claims = person.claims.iter().enumerate().map(|(index, claim)| {
        let told = explained.contains(&index).then(|| told_of(claim, told.sides));
        json!({
            "day": claim.service.to_string(),
            "in_scope": claim.in_scope,
            "outside": claim.outside,
            "paid": claim.sides.iter().map(Explained::paid).collect::<Vec<_>>(),
            "told": told,
        })
    });
    json!({
        "label": label,
        "name": told.names.then_some(&person.example.person),
        "difference": person.example.difference,
        "paid": (0..told.sides.len()).map(|side| person.paid(side)).collect::<Vec<_>>(),
        "claims": claims.collect::<Vec<_>>(),
    })
}

/// By side, then by language: sentences with their articles.
fn told_of(claim: &Claim, sides: &[Side]) -> Value {
    let of = |(explained, side): (&Explained, &Side)| {
        let in_words = |lang: Lang| match reasons(explained, side, lang == Lang::En) {
            Some(reasons) => {
                let sentence = |of: &policy::explain::Sentence| {
                    json!([of.level, of.text, of.articles, of.unverified])
                };
                let sentences: Vec<Value> = reasons.sentences.iter().map(sentence).collect();
                json!({ "title": reasons.title, "sentences": sentences })
            }
            None => json!({ "title": remark(explained, lang), "sentences": [] }),
        };
        json!([in_words(Lang::Zh), in_words(Lang::En)])
    };
    claim.sides.iter().zip(sides).map(of).collect()
}
