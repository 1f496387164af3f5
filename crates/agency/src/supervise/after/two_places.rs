//! 两地间隔过短: two settlements in person, so soon one after the other that one person can hardly have been at both.
//!
//! The model: how far apart two institutions are is told by the divisions (行政区划) of their addresses: another county,
//! prefecture or province, each with the fewest minutes that lie between. Within a municipality (北京, 天津, 上海, 重庆) the
//! middle two digits tell districts from counties, not prefectures, so there only counties count. Neighbours across a border
//! can be close: the thresholds are set so low that a drive across it takes longer.

use super::claim::Personal;
use super::finding::{Concerned, Draft, Side};
use super::known::Known;
use super::rules::{Found, Rule};

/// 直辖市.
const MUNICIPALITIES: [&str; 4] = ["11", "12", "31", "50"];

/// How far apart two divisions are: the name of the threshold and the distance in words.
fn apart(a: &str, b: &str) -> Option<(&'static str, &'static str)> {
    if a.len() != 6 || b.len() != 6 || a == b {
        return None;
    }
    let (province, other) = (a.get(..2)?, b.get(..2)?);
    Some(if province != other {
        ("two-places.province", "不同省份")
    } else if a.get(..4) != b.get(..4) && !MUNICIPALITIES.contains(&province) {
        ("two-places.prefecture", "不同地市")
    } else {
        ("two-places.county", "不同区县")
    })
}

pub(super) fn check(rule: &Rule, known: &Known<'_>, personal: &Personal) -> Found {
    let present: Vec<_> = personal.claims.iter().filter(|claim| !claim.internet).collect();
    let mut found = Vec::new();
    for pair in present.windows(2) {
        let [first, second] = pair else { continue };
        if first.institution == second.institution || !known.span.holds(second.at()) {
            continue;
        }
        let (from, to) = (known.division(&first.institution), known.division(&second.institution));
        let Some((name, distance)) = apart(&from, &to) else { continue };
        let Some(limit) = known.limit(name, second.day()) else { continue };
        let minutes = (second.at - first.at) / 60_000;
        if minutes >= limit.value {
            continue;
        }
        let words = format!(
            "{}在{}（区划{from}）结算，{minutes}分钟后在{}（区划{to}）结算：{distance}，至少应隔{}分钟",
            first.at(),
            known.institution(&first.institution),
            known.institution(&second.institution),
            limit.value,
        );
        let draft = Draft {
            side: Side::Person,
            party: &personal.person,
            key: &second.id.to_string(),
            words,
            claims: vec![Concerned::whole(first), Concerned::whole(second)],
            basis: limit.basis,
        };
        found.push(draft.of(rule, known));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divisions_tell_how_far_apart() {
        let far = |a, b| apart(a, b).map(|(name, _)| name);
        assert_eq!(far("450102", "450102"), None);
        assert_eq!(far("450102", "450103"), Some("two-places.county"));
        assert_eq!(far("450102", "450202"), Some("two-places.prefecture"));
        assert_eq!(far("450102", "500103"), Some("two-places.province"));
        assert_eq!(far("500103", "500229"), Some("two-places.county"), "a municipality");
        assert_eq!(far("500103", ""), None);
    }
}
