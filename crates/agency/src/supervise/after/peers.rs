//! 药店与同行相比异常: each pharmacy's figures against the median of all, in robust standard deviations (the median of the
//! distances from the median, MAD, times 1.4826). Whole numbers; outliers do not move the median, so they cannot hide
//! themselves.

use super::claim::Claim;
use super::finding::{Concerned, Draft, Side};
use super::known::Known;
use super::place::{Profile, is_at_night, is_round};
use super::rules::{Found, Rule};
use crate::reason::Refused;
use kernel::{Fen, Rate};

/// What of a year's settlements of a pharmacy is unlike its peers.
type Claims<'a> = &'a dyn Fn(&str) -> Result<Vec<Claim>, Refused>;

/// All pharmacies of the span.
pub struct Peers<'a> {
    /// What they are compared by, in order of code.
    pub profiles: Vec<Profile>,
    /// Reads the settlements of one of them in the span.
    pub claims: Claims<'a>,
}

/// A figure that pharmacies are compared by.
struct Figure {
    zh: &'static str,
    of: fn(&Profile) -> i64,
    /// In yuan; otherwise a ratio of ten-thousandths.
    yuan: bool,
    /// The settlements that make it large.
    concerns: fn(&Profile, i64, &Claim) -> bool,
}

const FIGURES: &[Figure] = &[
    Figure {
        zh: "账户支出占比",
        of: |it| ratio(it.account, it.total),
        yuan: false,
        concerns: |_, _, claim| claim.account > 0,
    },
    Figure {
        zh: "次均金额",
        of: |it| it.total / it.count.max(1),
        yuan: true,
        concerns: |_, median, claim| claim.total > median.saturating_mul(2),
    },
    Figure {
        zh: "整数金额占比",
        of: |it| ratio(it.round, it.count),
        yuan: false,
        concerns: |_, _, claim| is_round(claim.total),
    },
    Figure {
        zh: "夜间占比",
        of: |it| ratio(it.night, it.count),
        yuan: false,
        concerns: |_, _, claim| is_at_night(claim.at),
    },
    Figure {
        zh: "单一品种占比",
        of: |it| ratio(it.top.1, it.total),
        yuan: false,
        concerns: |it, _, claim| claim.lines.iter().any(|(item, _)| *item == it.top.0),
    },
];

/// Smallest spread that is taken for one: a hundredth, so that figures that are all alike make no difference of a
/// ten-thousandth an outlier.
const LEAST_RATIO: i64 = 100;

/// Ten-thousandths.
fn ratio(part: i64, whole: i64) -> i64 {
    if whole <= 0 { 0 } else { part.saturating_mul(10_000) / whole }
}

/// The middle one; of an even number the lower of the two in the middle.
#[must_use]
pub fn median(mut of: Vec<i64>) -> i64 {
    of.sort_unstable();
    of.get(of.len().saturating_sub(1) / 2).copied().unwrap_or(0)
}

/// Median and MAD.
#[must_use]
pub fn spread(of: &[i64]) -> (i64, i64) {
    let middle = median(of.to_vec());
    (middle, median(of.iter().map(|it| (it - middle).abs()).collect()))
}

/// How many robust standard deviations, in hundredths, a figure lies above the median.
fn above(figure: i64, (middle, mad): (i64, i64), least: i64) -> i64 {
    let spread = mad.max(least).max(1);
    // 0.6745 = 1 ∕ 1.4826.
    (figure - middle).saturating_mul(6_745) / spread.saturating_mul(100)
}

pub(super) fn check(rule: &Rule, known: &Known<'_>, peers: &Peers<'_>) -> Found {
    let limit = |name| known.limit(name, known.span.to);
    let limits = (
        limit("pharmacy-peers.settlements"),
        limit("pharmacy-peers.peers"),
        limit("pharmacy-peers.deviation"),
    );
    let (Some(settlements), Some(fewest), Some(deviation)) = limits else { return Ok(Vec::new()) };
    let compared: Vec<&Profile> =
        peers.profiles.iter().filter(|it| it.count >= settlements.value).collect();
    if i64::try_from(compared.len()).unwrap_or(0) < fewest.value {
        return Ok(Vec::new());
    }
    let spreads: Vec<(i64, i64)> = FIGURES
        .iter()
        .map(|figure| spread(&compared.iter().map(|it| (figure.of)(it)).collect::<Vec<_>>()))
        .collect();
    let mut found = Vec::new();
    for profile in compared {
        let far: Vec<(&Figure, i64, i64)> = FIGURES
            .iter()
            .zip(&spreads)
            .map(|(figure, spread)| {
                let least = if figure.yuan { spread.0 / 50 } else { LEAST_RATIO };
                (figure, spread.0, above((figure.of)(profile), *spread, least))
            })
            .filter(|(.., above)| *above >= deviation.value.saturating_mul(100))
            .collect();
        let worst = far.iter().map(|(.., above)| *above).max().unwrap_or(0);
        // One figure alone must be twice as far.
        if far.is_empty() || far.len() == 1 && worst < deviation.value.saturating_mul(200) {
            continue;
        }
        let claims = (peers.claims)(&profile.institution)?;
        let concerns = |claim: &&Claim| {
            far.iter().any(|(figure, median, _)| (figure.concerns)(profile, *median, claim))
        };
        let words: Vec<String> = far.iter().map(|it| words(profile, it)).collect();
        let place = known.institution(&profile.institution);
        let draft = Draft {
            side: Side::Institution,
            party: &profile.institution,
            key: &known.span.to_string(),
            words: format!("{place}{}结算{}次：{}", known.span, profile.count, words.join("；")),
            claims: claims.iter().filter(concerns).map(Concerned::whole).collect(),
            basis: settlements.basis.clone().and(&fewest.basis).and(&deviation.basis),
        };
        found.push(draft.of(rule, known));
    }
    Ok(found)
}

fn words(profile: &Profile, (figure, median, above): &(&Figure, i64, i64)) -> String {
    let shown = |value: i64| match figure.yuan {
        true => format!("{}元", Fen::new(value)),
        false => Rate::new(i32::try_from(value).unwrap_or(i32::MAX)).to_string(),
    };
    let own = (figure.of)(profile);
    let item = match figure.zh {
        "单一品种占比" => format!("（{}）", profile.top.0),
        _ => String::new(),
    };
    let deviations = format!("{}.{:02}", above / 100, above % 100);
    format!(
        "{}{item}{}，同行中位数{}，高出{deviations}个稳健标准差",
        figure.zh,
        shown(own),
        shown(*median)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outlier_does_not_move_the_median() {
        assert_eq!(spread(&[10, 12, 11, 13, 900]), (12, 1));
        assert_eq!(median(vec![4, 1, 3, 2]), 2);
        assert_eq!(spread(&[]), (0, 0));
        // (900 − 12) × 0.6745 ∕ 1 = 598.95.
        assert_eq!(above(900, (12, 1), 0), 59_895);
        assert_eq!(above(10, (12, 1), 0), -134);
    }
}
