//! 明细缺失 (GX Art 22): fees are to be uploaded line by line as they arise. A bill without lines, with lines that are not its
//! total, with nothing but totals outside the catalogue, or with lines long after the fact.

use super::claim::{Claim, Personal};
use super::finding::{Concerned, Draft, Side};
use super::known::{Basis, Known};
use super::rules::{Found, Rule};
use crate::supervise::Severity;
use kernel::Fen;

const DAY: i64 = 24 * 60 * 60 * 1_000;

pub(super) fn check(rule: &Rule, known: &Known<'_>, personal: &Personal) -> Found {
    let mut found = Vec::new();
    for claim in personal.claims.iter().filter(|claim| known.span.holds(claim.at())) {
        let missing = missing(known, claim).or_else(|| late(known, personal, claim));
        let Some((why, basis)) = missing else { continue };
        let (at, place) = (claim.at(), known.institution(&claim.institution));
        let draft = Draft {
            side: Side::Institution,
            party: &claim.institution,
            key: &claim.id.to_string(),
            words: format!("{}于{at}在{place}结算{}元：{why}", claim.person, Fen::new(claim.total)),
            claims: vec![Concerned::whole(claim)],
            basis,
        };
        found.push(draft.of(rule, known));
    }
    Ok(found)
}

fn missing(known: &Known<'_>, claim: &Claim) -> Option<(String, Basis)> {
    let severity = Some(Severity::Certain);
    // The article that asks for the threshold asks for the lines as well.
    let limit = known.limit("missing-details.days", claim.day());
    let basis = limit.map(|limit| limit.basis).unwrap_or_default();
    let basis = Basis { severity, ..basis };
    if claim.lines.is_empty() {
        return Some(("没有费用明细".to_owned(), basis));
    }
    let sum: i64 = claim.lines.iter().map(|(_, fen)| fen).sum();
    if sum != claim.total {
        return Some((format!("明细合计{}元", Fen::new(sum)), basis));
    }
    let directory = known.directories.get(&known.area)?;
    let listed = claim.lines.iter().any(|(item, _)| directory.item(item, claim.day()).is_some());
    let [(item, _)] = &claim.lines[..] else { return None };
    let paid = claim.fund + claim.account > 0;
    (!listed && paid)
        .then(|| (format!("只有一行目录外的汇总项目{item}"), Basis { severity: None, ..basis }))
}

fn late(known: &Known<'_>, personal: &Personal, claim: &Claim) -> Option<(String, Basis)> {
    let limit = known.limit("missing-details.days", claim.day())?;
    let mut own = personal.uploads.iter();
    let upload = own.find(|it| it.visit == claim.visit && it.batch == claim.batch)?;
    let days = (claim.at - upload.earliest) / DAY;
    (days > limit.value).then(|| (format!("最早的费用发生于{days}天前，未实时上传"), limit.basis))
}
