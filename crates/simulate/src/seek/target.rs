//! What is sought: a measure of a candidate and a bound of it.

use super::reserve::Standing;
use crate::fault::{Fault, Result};
use crate::sweep::Came;
use policy::vary::Number;

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Measure {
    /// Paid by the pool, fen.
    Pool,
    /// Paid by the large-amount fund, fen.
    LargeAmount,
    /// Paid by the subsidy, fen.
    Subsidy,
    /// Paid by all funds, fen.
    Funds,
    /// What no fund pays, fen.
    Patient,
    /// People to whom some fund pays.
    PaidPeople,
    /// People who get more than under the policy in force.
    Winners,
    /// People who get less.
    Losers,
    /// 可支付月数 of the pool.
    Reserve,
}

/// Names: English, 中文.
const NAMES: [(Measure, &str, &str); 9] = [
    (Measure::Pool, "pool", "统筹"),
    (Measure::LargeAmount, "large-amount", "大额"),
    (Measure::Subsidy, "subsidy", "补助"),
    (Measure::Funds, "funds", "基金"),
    (Measure::Patient, "patient", "个人"),
    (Measure::PaidPeople, "paid-people", "有支付的人"),
    (Measure::Winners, "winners", "多得"),
    (Measure::Losers, "losers", "少得"),
    (Measure::Reserve, "reserve", "可支付月数"),
];

impl Measure {
    /// Its name.
    #[must_use]
    pub fn name(self) -> (&'static str, &'static str) {
        let found = NAMES.iter().find(|(measure, ..)| *measure == self);
        found.map_or(("", ""), |(_, en, zh)| (*zh, *en))
    }

    /// True if it counts fen.
    #[must_use]
    pub fn is_money(self) -> bool {
        use Measure::{Funds, LargeAmount, Patient, Pool, Subsidy};
        matches!(self, Pool | LargeAmount | Subsidy | Funds | Patient)
    }
}

/// A bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// Fen, people, or ten-thousandths of a month.
    Of(i64),
    /// What the policy in force comes to, and so many ten-thousandths of it more.
    InForce(i64),
}

/// What is sought.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Target {
    /// Of what.
    pub measure: Measure,
    /// At most, or at least.
    pub at_most: bool,
    /// The bound.
    pub wanted: Wanted,
}

/// What a candidate came to, as targets measure it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Measured {
    /// Against the policy in force.
    pub came: Came,
    /// What no fund pays, fen.
    pub patient: i64,
    /// Months with claims.
    pub months: i64,
}

impl Measured {
    /// A measure: fen or people. Of the reserve, what the pool pays: it falls as that rises.
    #[must_use]
    pub fn of(&self, measure: Measure) -> i64 {
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        match measure {
            Measure::Pool | Measure::Reserve => self.came.funds[0],
            Measure::LargeAmount => self.came.funds[1],
            Measure::Subsidy => self.came.funds[2],
            Measure::Funds => self.came.paid(),
            Measure::Patient => self.patient,
            Measure::PaidPeople => count(self.came.paid_people),
            Measure::Winners => count(self.came.winners),
            Measure::Losers => count(self.came.losers),
        }
    }
}

impl Target {
    /// The pool pays no more than under the policy in force.
    pub const NEUTRAL: Target =
        Target { measure: Measure::Pool, at_most: true, wanted: Wanted::InForce(0) };

    /// Reads `neutral`, `pool <= 1.2e9`, `个人 >= 3亿`, `funds <= in-force+2%`, `reserve >= 6`.
    ///
    /// # Errors
    /// Texts that make no sense.
    pub fn parse(text: &str) -> Result<Target> {
        let text = text.trim();
        if ["neutral", "基金中性", "中性"].contains(&text) {
            return Ok(Target::NEUTRAL);
        }
        let operators = [("<=", true), ("≤", true), (">=", false), ("≥", false)];
        let split = operators.iter().find_map(|(operator, at_most)| {
            text.split_once(operator).map(|(name, bound)| (name.trim(), *at_most, bound.trim()))
        });
        let Some((name, at_most, bound)) = split else { return Err(unread(text)) };
        let found = NAMES.iter().find(|(_, en, zh)| name == *en || name == *zh);
        let Some((measure, ..)) = found.copied() else { return Err(unread(text)) };
        let wanted = wanted(bound, measure).ok_or_else(|| unread(text))?;
        if measure == Measure::Reserve && (at_most || matches!(wanted, Wanted::InForce(_))) {
            return Err(Fault::new(
                "可支付月数只能要求不少于几个月：reserve >= 6",
                "of the reserve only so many months at least can be sought: reserve >= 6",
            ));
        }
        Ok(Target { measure, at_most, wanted })
    }

    /// True if a candidate meets it.
    #[must_use]
    pub fn meets(&self, own: &Measured, in_force: &Measured, standing: Option<Standing>) -> bool {
        if self.measure == Measure::Reserve {
            let Wanted::Of(months) = self.wanted else { return false };
            let Some(standing) = standing else { return false };
            return standing.lasts(months, own, in_force);
        }
        // Both sides in ten-thousandths of a fen or a person.
        let value = i128::from(own.of(self.measure)) * 10_000;
        let bound = match self.wanted {
            Wanted::Of(bound) => i128::from(bound) * 10_000,
            Wanted::InForce(more) => {
                i128::from(in_force.of(self.measure)) * (10_000 + i128::from(more))
            }
        };
        if self.at_most { value <= bound } else { value >= bound }
    }

    /// Nearer the target is less of what [`Measured::of`] says, or more.
    #[must_use]
    pub fn wants_less(&self) -> bool {
        self.at_most || self.measure == Measure::Reserve
    }
}

/// A bound in the unit of its measure.
fn wanted(text: &str, measure: Measure) -> Option<Wanted> {
    for name in ["in-force", "现行"] {
        if let Some(rest) = text.strip_prefix(name).map(str::trim) {
            let more = if rest.is_empty() { Some(0) } else { percent(rest) };
            return more.map(Wanted::InForce);
        }
    }
    let units = number(text)?;
    let whole = match measure {
        Measure::Reserve => return Some(Wanted::Of(units)),
        _ if measure.is_money() => 100,
        _ => 10_000,
    };
    (units % whole == 0).then_some(Wanted::Of(units / whole))
}

fn percent(text: &str) -> Option<i64> {
    let signed = text.starts_with(['+', '-', '−']);
    Number::parse(&text.replace(' ', "")).filter(|number| number.percent && signed).map(|n| n.units)
}

/// Ten-thousandths of a number: `1200000000`, `1.2e9`, `12亿`, `3.5万`, `100,000`.
fn number(text: &str) -> Option<i64> {
    let text = text.strip_suffix('元').unwrap_or(text).trim().replace([',', ' '], "");
    let (digits, tens) = match (text.strip_suffix('亿'), text.strip_suffix('万')) {
        (Some(digits), _) => (digits.to_string(), 8),
        (_, Some(digits)) => (digits.to_string(), 4),
        _ => match text.split_once(['e', 'E']) {
            Some((digits, tens)) => (digits.to_string(), tens.parse::<u32>().ok()?),
            None => (text, 0),
        },
    };
    let number = Number::parse(&digits).filter(|number| !number.percent)?;
    number.units.checked_mul(10_i64.checked_pow(tens)?)
}

fn unread(text: &str) -> Fault {
    let names =
        NAMES.iter().map(|(_, en, zh)| format!("{en}（{zh}）")).collect::<Vec<_>>().join("、");
    let english = NAMES.iter().map(|(_, en, _)| *en).collect::<Vec<_>>().join(", ");
    Fault::new(
        format!(
            "看不懂目标“{text}”：写 neutral（统筹支付不比现行多），或 指标 <= 数、指标 >= 数，如 'pool <= 12亿'、\
             'funds <= 现行+2%'、'reserve >= 6'；指标有 {names}"
        ),
        format!(
            "target {text:?} makes no sense: write neutral (the pool pays no more than in force), or MEASURE <= NUMBER, \
             MEASURE >= NUMBER, e.g. 'pool <= 1.2e9' (yuan), 'funds <= in-force+2%', 'reserve >= 6'; measures are {english}"
        ),
    )
}
