//! People who gain and lose most, explained claim by claim: what each policy pays, why, and by which articles.

use super::said;
use crate::lang::Lang;
use ::simulate::example::{Came, Explained, explain, find};
use ::simulate::{Example, People, Side, Source};
use anyhow::Result;
use kernel::{Date, Fen};
use policy::explain::{Explanation, claim_explanation};
use std::io::Write;

/// Somebody whose claims are explained.
pub(super) struct Person {
    /// Who it is, and the difference.
    pub(super) example: Example,
    /// The first, second … on this side.
    pub(super) place: usize,
    pub(super) claims: Vec<Claim>,
}

/// A claim under every policy.
pub(super) struct Claim {
    pub(super) service: Date,
    pub(super) in_scope: i64,
    pub(super) outside: i64,
    /// By side.
    pub(super) sides: Vec<Explained>,
}

impl Person {
    pub(super) fn gains(&self) -> bool {
        self.example.difference > 0
    }

    /// What the funds pay over the year under one policy, fen.
    pub(super) fn paid(&self, side: usize) -> i64 {
        self.claims.iter().filter_map(|claim| claim.sides.get(side)).map(Explained::paid).sum()
    }
}

impl Claim {
    /// True if the policies pay different amounts.
    pub(super) fn differs(&self) -> bool {
        self.sides.windows(2).any(|pair| pair[0].paid() != pair[1].paid())
    }
}

/// The first `count` on either side, settled again with the reasons.
pub(super) fn gather(
    source: &Source,
    sides: &[Side],
    people: &People,
    count: usize,
    lang: Lang,
) -> Result<Vec<Person>> {
    let of = |side: &[Example]| side.iter().take(count).cloned().enumerate().collect::<Vec<_>>();
    let examples = [of(&people.most_gained), of(&people.most_lost)].concat();
    let names: Vec<String> = examples.iter().map(|(_, of)| of.person.clone()).collect();
    let found = find(source, &names).map_err(|fault| said(&fault, lang))?;
    let mut gathered = Vec::new();
    for (place, example) in examples {
        let Some(found) = found.iter().find(|found| found.person == example.person) else {
            continue;
        };
        let by_side = sides.iter().map(|side| explain(&side.timeline, source.profiles(), found));
        let by_side = by_side.collect::<::simulate::Result<Vec<_>>>();
        let mut by_side: Vec<_> =
            by_side.map_err(|fault| said(&fault, lang))?.into_iter().map(Vec::into_iter).collect();
        let mut claims = Vec::new();
        loop {
            let sides: Vec<Explained> = by_side.iter_mut().filter_map(Iterator::next).collect();
            let Some(first) = sides.first() else { break };
            let Explained { service, in_scope, outside, .. } = *first;
            claims.push(Claim { service, in_scope, outside, sides });
        }
        gathered.push(Person { example, place: place + 1, claims });
    }
    Ok(gathered)
}

/// The reasons for what came of a claim under a policy, if it was settled.
pub(super) fn reasons(explained: &Explained, side: &Side, english: bool) -> Option<Explanation> {
    let Came::Settled(settled) = &explained.came else { return None };
    let policy = side.timeline.on(settled.bill.service)?;
    let (bill, facts) = (&settled.bill, &settled.facts);
    Some(claim_explanation(policy, bill, facts, &settled.settlement, &settled.trace, english))
}

/// What is said of a claim that has no reasons.
pub(super) fn remark(explained: &Explained, lang: Lang) -> Option<String> {
    match &explained.came {
        Came::Settled(_) => None,
        Came::TakenBack(_, original) => Some(lang.choose(
            || format!("冲销第 {} 张", original + 1),
            || format!("takes back claim {}", original + 1),
        )),
        Came::Refused(refusal) => {
            Some(lang.choose(
                || format!("未结算：{refusal}"),
                || format!("not settled: {}", refusal.en()),
            ))
        }
        Came::UsedElsewhere(used) => Some(lang.choose(
            || format!("其他系统用掉限额 {} 元", Fen::new(*used)),
            || format!("other systems use up ¥{} of a limit", Fen::new(*used)),
        )),
    }
}

/// Prints them.
pub(super) fn print(
    people: &[Person],
    sides: &[Side],
    lang: Lang,
    out: &mut dyn Write,
) -> Result<()> {
    for gains in [true, false] {
        let mut of: Vec<&Person> = people.iter().filter(|person| person.gains() == gains).collect();
        of.sort_by_key(|person| person.place);
        if of.is_empty() {
            continue;
        }
        let title = if gains {
            lang.pick("多得最多的人，逐张说明", "who gains most, claim by claim")
        } else {
            lang.pick("少得最多的人，逐张说明", "who loses most, claim by claim")
        };
        writeln!(out, "\n{title}")?;
        for person in of {
            one(person, sides, lang, out)?;
        }
    }
    Ok(())
}

fn one(person: &Person, sides: &[Side], lang: Lang, out: &mut dyn Write) -> Result<()> {
    let Example { difference, person: name } = &person.example;
    let yuan = |fen: i64| Fen::new(fen);
    let (a, b) = (yuan(person.paid(0)), yuan(person.paid(1)));
    let difference = yuan(*difference);
    writeln!(
        out,
        "\n{}. {name}  {}",
        person.place,
        lang.choose(
            || format!("基金全年 A {a}，B {b}，B − A {difference}"),
            || format!("funds over the year: A {a}, B {b}, B − A {difference}"),
        )
    )?;
    for (number, claim) in person.claims.iter().enumerate() {
        let paid: Vec<String> = ["A", "B"]
            .iter()
            .zip(&claim.sides)
            .map(|(sign, side)| format!("{sign} {}", yuan(side.paid())))
            .collect();
        let words = lang.pick("政策范围内", "in scope");
        writeln!(
            out,
            "   [{}] {}  {words} {}  {}",
            number + 1,
            claim.service,
            yuan(claim.in_scope),
            paid.join("  "),
        )?;
        for (sign, (explained, side)) in ["A", "B"].iter().zip(claim.sides.iter().zip(sides)) {
            if let Some(remark) = remark(explained, lang) {
                writeln!(out, "       {sign}  {remark}")?;
            }
            if !claim.differs() {
                continue;
            }
            if let Some(reasons) = reasons(explained, side, lang == Lang::En) {
                for sentence in &reasons.sentences {
                    let mut line = sentence.text.clone();
                    if !sentence.articles.is_empty() {
                        line.push_str(&format!("  〔{}〕", sentence.articles.join("；")));
                    }
                    let indent = if sentence.level == 0 { "" } else { "  " };
                    writeln!(out, "       {sign}  {indent}{line}")?;
                }
            }
        }
    }
    Ok(())
}
