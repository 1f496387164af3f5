//! Fee lines, and what of them is in scope: the same arithmetic as that of a settlement.

use crate::calibration::{Calibration, Figure};
use crate::dice::{Dice, whole};
use kernel::{Fen, Rate, Rounding};

/// First-pay ratios of class B, ten-thousandths; each as often as the other.
const RATIOS: [i32; 2] = [1_000, 2_000];
/// Their mean.
const RATIO: f64 = 0.15;
/// Invented items of each sort.
const ITEMS: u64 = 200;

/// What a line is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Sort {
    /// 西药.
    Drug = 0,
    /// 中成药.
    Patent = 1,
    /// 检查.
    Exam = 2,
    /// 化验.
    Lab = 3,
    /// 治疗.
    Treatment = 4,
    /// 材料.
    Supply = 5,
}

impl Sort {
    /// All.
    pub const ALL: [Sort; 6] =
        [Sort::Drug, Sort::Patent, Sort::Exam, Sort::Lab, Sort::Treatment, Sort::Supply];

    /// Charge type 收费项目类别 of the national list.
    #[must_use]
    pub const fn charge_type(self) -> &'static str {
        match self {
            Sort::Drug => "09",
            Sort::Patent => "11",
            Sort::Exam => "03",
            Sort::Lab => "04",
            Sort::Treatment => "05",
            Sort::Supply => "08",
        }
    }
}

/// A fee line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Line {
    /// What it is for.
    pub sort: Sort,
    /// Number of the item among its sort, from 1.
    pub item: u32,
    /// `A`, `B` or `C`.
    pub class: char,
    /// First-pay ratio of class B, ten-thousandths.
    pub ratio: i32,
    /// Fen.
    pub amount: i64,
    /// 国谈药品.
    pub negotiated: bool,
}

/// What lines come to, fen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Amounts {
    /// 总费用.
    pub total: i64,
    /// 全自费.
    pub outside: i64,
    /// 先行自付.
    pub first_pay: i64,
}

impl Amounts {
    /// 政策范围内, fen.
    #[must_use]
    pub const fn in_scope(self) -> i64 {
        self.total - self.outside - self.first_pay
    }

    /// What lines come to.
    #[must_use]
    pub fn of(lines: &[Line]) -> Amounts {
        let mut amounts = Amounts::default();
        for line in lines {
            amounts.total += line.amount;
            match line.class {
                'C' => amounts.outside += line.amount,
                _ => {
                    let first = Rate::new(line.ratio).of(Fen::new(line.amount), Rounding::HalfUp);
                    amounts.first_pay += first.get();
                }
            }
        }
        amounts
    }

    /// Taken back.
    #[must_use]
    pub const fn negated(self) -> Amounts {
        Amounts { total: -self.total, outside: -self.outside, first_pay: -self.first_pay }
    }
}

/// The lines of a bill of so many yuan. `drugs` only at a pharmacy.
pub(crate) fn draw(
    yuan: f64,
    drugs: bool,
    aims: &Calibration,
    dice: &mut Dice,
    lines: &mut Vec<Line>,
) {
    lines.clear();
    let total = whole(yuan * 100.0).clamp(100, 50_000_000);
    let count = 1 + dice.count(if drugs { 0.8 } else { 2.0 }).min(9);
    let (class_c, class_b) = (aims.get(Figure::ClassC), aims.get(Figure::FirstPay) / RATIO);
    let mut weights = [0.0; 10];
    let mut sum = 0.0;
    for weight in weights.iter_mut().take(count as usize) {
        *weight = 0.2 + dice.share();
        sum += *weight;
    }
    let mut left = total;
    for (place, weight) in weights.iter().enumerate().take(count as usize) {
        let last = place + 1 == count as usize;
        #[expect(clippy::cast_precision_loss, reason = "amounts of bills are small")]
        let amount = if last { left } else { whole(total as f64 * weight / sum).min(left) };
        left -= amount;
        if amount == 0 {
            continue;
        }
        let sort = sort(drugs, dice);
        let drawn = dice.share();
        let class = if drawn < class_c {
            'C'
        } else if drawn < class_c + class_b {
            'B'
        } else {
            'A'
        };
        let ratio = if class == 'B' { RATIOS[dice.pick(&[1.0, 1.0])] } else { 0 };
        let negotiated = class == 'B' && sort == Sort::Drug && {
            let share = aims.get(Figure::Negotiated);
            dice.chance(if class_b > 0.0 { (share / class_b).min(1.0) } else { 0.0 })
        };
        let item = u32::try_from(1 + dice.below(ITEMS)).unwrap_or(1);
        lines.push(Line { sort, item, class, ratio, amount, negotiated });
    }
}

fn sort(drugs: bool, dice: &mut Dice) -> Sort {
    let weights: &[f64] = if drugs { &[70.0, 30.0] } else { &[38.0, 12.0, 14.0, 16.0, 15.0, 5.0] };
    Sort::ALL[dice.pick(weights)]
}
