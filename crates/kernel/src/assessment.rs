//! 处方点评与协议考核 (CQ Art 11; GX Art 20, 21): how many prescriptions are reviewed, and how the measures of an institution's
//! month become points, a grade, and at year end the part of the quality deposit that it gets back.

use crate::facts::words;
use crate::money::Rate;
use crate::tables::Cite;

words! {
    /// 指标: what is measured of an institution, a level or an area.
    Measure {
        /// 结算人次 ÷ 参保人数.
        VisitRate = "visit-rate", "门诊就诊率", "visits per insured person";
        /// 转出 ÷ 结算人次.
        ReferralRate = "referral-rate", "转诊率", "referrals out per visit";
        /// 外配处方 ÷ 结算人次.
        ExternalRate = "external-rate", "外配处方率", "external prescriptions per visit";
        /// 就诊两次以上的人 ÷ 就诊人数.
        RevisitRate = "revisit-rate", "复诊率", "people seen twice or more";
        /// 医疗费总额 ÷ 结算人次.
        AverageCost = "average-cost", "次均费用", "average cost of a visit";
        /// 医疗费总额 ÷ 就诊人数.
        AveragePerson = "average-person", "人均费用", "average cost of a person";
        /// 基金支付 ÷ 结算人次.
        AverageFunds = "average-funds", "次均基金支付", "average paid by the funds for a visit";
        /// 次均费用 against the same month of the year before.
        CostGrowth = "cost-growth", "次均费用同比增长率", "growth of the average cost in a year";
        /// 统筹基金支付 ÷ 医疗费总额.
        PoolRate = "pool-rate", "统筹支付率", "paid by the pool fund";
        /// 基金支付 ÷ 符合政策范围费用.
        PolicyRate = "policy-rate", "政策范围内基金支付比例", "paid by the funds of what is in scope";
        /// 基金支付 ÷ 医疗费总额.
        FundShare = "fund-share", "基金支付占比", "share of the funds";
        /// 个人账户支付 ÷ 医疗费总额.
        AccountShare = "account-share", "个人账户支付占比", "share of accounts";
        /// 现金 ÷ 医疗费总额.
        CashShare = "cash-share", "现金支付占比", "share of cash";
        /// 全自费 ÷ 医疗费总额.
        FullSelfShare = "full-self-share", "全自费占比", "share of full self-pay";
        /// 超限价自费 ÷ 医疗费总额.
        OverCeilingShare = "over-ceiling-share", "超限价自费占比", "share over ceiling prices";
        /// 先行自付 ÷ 医疗费总额.
        FirstPayShare = "first-pay-share", "先行自付占比", "share of first pay";
        /// 符合政策范围 ÷ 医疗费总额.
        InScopeShare = "in-scope-share", "符合政策范围占比", "share in scope";
        /// 药品费 ÷ 医疗费总额.
        DrugShare = "drug-share", "药占比", "share of drugs";
        /// 检查化验费 ÷ 医疗费总额.
        ExamShare = "exam-share", "检查化验占比", "share of examinations";
        /// 治疗手术费 ÷ 医疗费总额.
        TreatmentShare = "treatment-share", "治疗占比", "share of treatment";
        /// 卫生材料费 ÷ 医疗费总额.
        ConsumableShare = "consumable-share", "耗材占比", "share of consumables";
        /// 其他 ÷ 医疗费总额.
        OtherShare = "other-share", "其他费用占比", "share of everything else";
        /// 不合理处方 ÷ 点评处方.
        IrrationalRate = "irrational-rate", "不合理处方率", "irrational prescriptions of those reviewed";
        /// 审核扣款 ÷ 基金支付.
        DeductionRate = "deduction-rate", "审核扣款率", "deductions of what the funds paid";
        /// Supervision cases that found something.
        Cases = "cases", "查实监管案件数", "supervision cases that found something";
    }
}

words! {
    /// What a measure is counted in.
    Unit {
        /// Ten-thousandths.
        Share = "share", "万分比", "ten-thousandths";
        /// Fen.
        Fen = "fen", "分", "fen";
        /// Pieces.
        Count = "count", "件", "pieces";
    }
}

impl Measure {
    /// What it is counted in.
    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Measure::AverageCost | Measure::AveragePerson | Measure::AverageFunds => Unit::Fen,
            Measure::Cases => Unit::Count,
            _ => Unit::Share,
        }
    }
}

/// 处方点评: how many prescriptions of an institution's month are reviewed, and by how many.
#[derive(Clone, Debug, Default)]
pub struct ReviewRules {
    /// 抽样率: of the prescriptions of the month.
    pub share: Rate,
    /// At least so many, if there are so many.
    pub minimum: u32,
    /// Reviewers of one prescription.
    pub reviewers: u32,
    /// The rule; [`Cite::NONE`] if the policy does not speak of reviews.
    pub cite: Cite,
}

impl ReviewRules {
    /// How many of so many prescriptions are reviewed: the share rounded up, at least the minimum, at most all.
    #[must_use]
    pub fn sample_of(&self, prescriptions: u64) -> u64 {
        let share = u128::try_from(self.share.get().max(0)).unwrap_or(0);
        let by_share = (u128::from(prescriptions) * share).div_ceil(10_000);
        let by_share = u64::try_from(by_share).unwrap_or(u64::MAX);
        by_share.max(u64::from(self.minimum)).min(prescriptions)
    }
}

/// 考核项目: a measure, what it is worth, and how it is scored.
#[derive(Clone, Debug)]
pub struct AssessmentItem {
    /// Stable word.
    pub code: Box<str>,
    /// 中文.
    pub zh: Box<str>,
    /// English.
    pub en: Box<str>,
    /// What is measured.
    pub measure: Measure,
    /// 分值, hundredths of a point.
    pub weight: i64,
    /// At this value, or better, all points; in the unit of the measure.
    pub full: i64,
    /// At this value, or worse, none. Between the two, points fall in a straight line.
    pub none: i64,
    /// The rule.
    pub cite: Cite,
}

impl AssessmentItem {
    /// Points for a value, hundredths, half up. `full` may be below `none` (less is better) or above it.
    #[must_use]
    pub fn points(&self, value: i64) -> i64 {
        let (full, none) = (i128::from(self.full), i128::from(self.none));
        let (value, weight) = (i128::from(value), i128::from(self.weight));
        let (gone, way) =
            if full < none { (none - value, none - full) } else { (value - none, full - none) };
        if way == 0 || gone >= way {
            return self.weight;
        }
        if gone <= 0 {
            return 0;
        }
        i64::try_from((2 * weight * gone + way) / (2 * way)).unwrap_or(self.weight)
    }
}

/// 考核等次, and what part of the deposit it gives back.
#[derive(Clone, Debug)]
pub struct Grade {
    /// Stable word.
    pub code: Box<str>,
    /// 中文.
    pub zh: Box<str>,
    /// English.
    pub en: Box<str>,
    /// From this score on, hundredths of a point.
    pub from: i64,
    /// 保证金返还比例.
    pub release: Rate,
    /// The rule.
    pub cite: Cite,
}

/// 协议考核.
#[derive(Clone, Debug, Default)]
pub struct AssessmentRules {
    /// Items; none if the policy does not speak of assessments.
    pub items: Vec<AssessmentItem>,
    /// Grades, the best first.
    pub grades: Vec<Grade>,
    /// 样本: settlements less refunds of a year from which on an institution gets a grade; 0: always.
    pub minimum_visits: u32,
}

impl AssessmentRules {
    /// The grade of a score, hundredths of a point.
    #[must_use]
    pub fn grade(&self, score: i64) -> Option<&Grade> {
        self.grades.iter().find(|grade| grade.from <= score).or(self.grades.last())
    }
}

/// `part` of `whole`, scaled, half away from zero; `None` if there is no whole.
#[must_use]
pub fn ratio(part: i64, whole: i64, scale: i64) -> Option<i64> {
    if whole == 0 {
        return None;
    }
    let (part, whole) = (i128::from(part) * i128::from(scale), i128::from(whole));
    let (size, of) = (part.unsigned_abs(), whole.unsigned_abs());
    let rounded = i64::try_from((2 * size + of) / (2 * of)).ok()?;
    Some(if (part < 0) == (whole < 0) { rounded } else { -rounded })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(full: i64, none: i64) -> AssessmentItem {
        let words: Box<str> = "x".into();
        let (code, zh, en) = (words.clone(), words.clone(), words);
        let (measure, weight, cite) = (Measure::DrugShare, 3_000, Cite::NONE);
        AssessmentItem { code, zh, en, measure, weight, full, none, cite }
    }

    #[test]
    fn points_fall_in_a_straight_line_whichever_way_is_better() {
        // 30 points; all up to 40 %, none from 70 % on.
        let less = item(4_000, 7_000);
        let points = [3_999, 4_000, 5_000, 5_500, 6_999, 7_000, 9_000].map(|it| less.points(it));
        assert_eq!(points, [3_000, 3_000, 2_000, 1_500, 1, 0, 0]);
        let more = item(9_000, 5_000);
        assert_eq!(
            [9_500, 9_000, 7_000, 5_000, 0].map(|it| more.points(it)),
            [3_000, 3_000, 1_500, 0, 0]
        );
    }

    #[test]
    fn shares_are_rounded_half_away_from_zero() {
        assert_eq!(ratio(1, 3, 10_000), Some(3_333));
        assert_eq!(ratio(2, 3, 10_000), Some(6_667));
        assert_eq!(ratio(1, 8, 100), Some(13));
        assert_eq!(ratio(-1, 8, 100), Some(-13));
        assert_eq!(ratio(-1, -8, 100), Some(13));
        assert_eq!(ratio(0, 5, 100), Some(0));
        assert_eq!(ratio(5, 0, 100), None);
    }

    #[test]
    fn a_sample_is_a_share_at_least_the_minimum_and_at_most_all() {
        let rules =
            ReviewRules { share: Rate::new(10), minimum: 100, reviewers: 1, cite: Cite::NONE };
        let sizes = [0, 40, 100, 5_000, 100_000, 100_001, 250_000].map(|it| rules.sample_of(it));
        assert_eq!(sizes, [0, 40, 100, 100, 100, 101, 250]);
    }
}
