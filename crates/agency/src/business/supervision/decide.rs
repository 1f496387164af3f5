//! 处理决定: founded, partly or unfounded, with the amounts settlement by settlement.

use super::{MOST_CLAIMS, another, is_over, named, standing, taken};
use crate::business::recalculation::correction_key;
use crate::business::{Business, Context, Decision};
use crate::outcome::Outcome;
use crate::reason::{Reason, Refused};
use crate::supervise::after::{Side, State, Suspicion};
use crate::supervise::case::{Case, CaseState, Ruled, Ruling, Verdict};
use crate::world::World;
use kernel::Fen;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Changes, Document, Id, PersonKey, Wants};

/// Decides a case. The supervisor it is assigned to decides, after hearing the party or after the deadline for it.
#[derive(Clone, Debug)]
pub struct DecideCase {
    /// The party, as its number names it ([`Case::party_of`]).
    pub party: PersonKey,
    /// The case.
    pub number: Arc<str>,
    /// Whether it is so.
    pub verdict: Verdict,
    /// Why.
    pub reasons: Arc<str>,
    /// The article it rests on.
    pub article: Arc<str>,
    /// What is to be recovered; nothing if it is unfounded.
    pub claims: Vec<Ruled>,
    /// 建议暂停协议; empty: nothing.
    pub suspension: Arc<str>,
    /// Who decides.
    pub by: Arc<str>,
    /// Numbers of the findings of the case, which are dealt with by it.
    pub findings: Vec<Arc<str>>,
}

impl DecideCase {
    fn person_of(&self, claim: &Ruled) -> PersonKey {
        PersonKey { area: self.party.area, person: claim.person.clone() }
    }

    /// Whether amounts and verdict go together.
    fn sound(&self) -> Result<(), Refused> {
        let content = |words: String| Err(Refused::new(Reason::Content, words));
        named(&self.by, "决定人")?;
        named(&self.reasons, "理由")?;
        if self.claims.len() > MOST_CLAIMS {
            let count = self.claims.len();
            let words =
                format!("涉及{count}笔结算，一件案件最多追回{MOST_CLAIMS}笔，请列出要追回的结算");
            return content(words);
        }
        if self.verdict == Verdict::Unfounded {
            return match self.claims.is_empty() && self.suspension.is_empty() {
                true => Ok(()),
                false => content("不属实的案件不能追回，也不能建议暂停协议".into()),
            };
        }
        named(&self.article, "依据的条款")?;
        let mut seen: BTreeSet<Id> = BTreeSet::new();
        for claim in &self.claims {
            if !seen.insert(claim.entry) {
                return content(format!("结算{}写了两次", claim.entry));
            }
            if claim.fund < 0 || claim.account < 0 || claim.fund + claim.account == 0 {
                return content(format!("结算{}的追回金额应为正数", claim.entry));
            }
        }
        Ok(())
    }

    /// A claim is of this party and holds as much.
    fn hold(&self, world: &World, case: &Case, claim: &Ruled) -> Result<(), Refused> {
        let left = taken::left(world, &self.person_of(claim), claim.entry)?;
        let own = match case.side {
            Side::Person => *left.entry.key.person == *case.party,
            Side::Institution => *left.entry.institution == *case.party,
        };
        if !own {
            let words = format!("结算{}不是{}{}的", claim.entry, case.side.zh(), case.party);
            return Err(Refused::new(Reason::Content, words));
        }
        let fund = left.funds.iter().sum();
        if claim.fund > fund || claim.account > left.account {
            let words = format!(
                "结算{}最多可追回基金{}元、账户{}元（已扣除更正和其他案件的追回）",
                claim.entry,
                Fen::new(fund),
                Fen::new(left.account)
            );
            return Err(Refused::new(Reason::Content, words));
        }
        Ok(())
    }

    /// The findings of the case, dealt with.
    fn dealt_with(&self, world: &World, case: &Case) -> Result<Vec<Document>, Refused> {
        let mut documents = Vec::with_capacity(self.findings.len());
        for number in &self.findings {
            let key = Suspicion::key(self.party.area, &self.party.person, number);
            let Some(found) = world.document(&key) else { continue };
            if Suspicion::read(found)?.0.case == case.number {
                documents.push(Document { state: State::Decided as i16, ..found.clone() });
            }
        }
        Ok(documents)
    }
}

impl Business for DecideCase {
    fn person(&self) -> Option<&PersonKey> {
        Some(&self.party)
    }

    fn wants(&self, wants: &mut Wants) {
        let PersonKey { area, person } = &self.party;
        wants.documents.insert(Case::key(*area, &self.number));
        for claim in &self.claims {
            let person = self.person_of(claim);
            wants.documents.insert(taken::key(&person, claim.entry));
            wants.documents.insert(correction_key(&person, claim.entry));
            wants.entries.insert((person, claim.entry));
        }
        let keys = self.findings.iter().map(|number| Suspicion::key(*area, person, number));
        wants.documents.extend(keys);
    }

    fn decide(&self, world: &World, context: &mut Context<'_>) -> Result<Decision, Refused> {
        self.sound()?;
        let area = self.party.area;
        let states = [CaseState::Assigned, CaseState::Heard];
        let (mut case, state, found) = standing(world, area, &self.number, &states)?;
        another(&self.by, &case.assigner, "决定人与指派人须为不同的人")?;
        if *case.supervisor != *self.by {
            let words = format!("案件由{}办理", case.supervisor);
            return Err(Refused::new(Reason::NotAllowed, words));
        }
        if state == CaseState::Assigned && !is_over(&case.hearing_until, context.at) {
            let words = match &*case.hearing_until {
                "" => "当事人尚未陈述".to_owned(),
                last => format!("当事人尚未陈述，{last}之后才能不经陈述决定"),
            };
            return Err(Refused::new(Reason::DocumentState, words));
        }
        for claim in &self.claims {
            self.hold(world, &case, claim)?;
        }
        let fund = self.claims.iter().map(|claim| claim.fund).sum();
        let account = self.claims.iter().map(|claim| claim.account).sum();
        case.ruling = Some(Ruling {
            verdict: self.verdict,
            by: self.by.clone(),
            at: context.at.to_string().into(),
            reasons: self.reasons.clone(),
            article: self.article.clone(),
            claims: self.claims.clone(),
            fund,
            account,
            suspension: self.suspension.clone(),
        });
        let what = format!("决定：{}", self.verdict.zh());
        let step = case.step(context.at, &self.by, &what, &self.reasons);
        step.fen = fund + account;
        if !self.suspension.is_empty() {
            case.step(context.at, &self.by, "建议暂停协议", &self.suspension);
        }
        // Nothing to be recovered: the case is closed.
        case.closed = fund + account == 0;
        let mut documents = self.dealt_with(world, &case)?;
        documents.push(case.filed(area, found.at)?);
        let outcome = Outcome::of_document(&case)?;
        Ok(Decision { changes: Changes { documents, ..Changes::default() }, outcome })
    }
}
