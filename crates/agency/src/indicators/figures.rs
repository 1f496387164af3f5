//! The figures of a group and a month, and the indicators made of them.

use kernel::Fen;
use kernel::assessment::{Measure, Unit, ratio};
use serde::{Deserialize, Serialize};

/// Ten-thousandths.
const WHOLE: i64 = 10_000;

/// What indicators are made of. Amounts are fen.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Figures {
    /// 结算人次: settlements less refunds, as in the statement.
    pub visits: i64,
    /// 就诊人数.
    pub people: i64,
    /// Of these, with two visits or more.
    pub returning: i64,
    /// 医疗费总额.
    pub total: i64,
    /// Paid by fund: pool, large amount, subsidy; without corrections, as in the statement.
    pub funds: [i64; 3],
    /// 重算更正: by how much corrections posted in the month changed what each fund pays.
    pub corrected: [i64; 3],
    /// Personal accounts.
    pub accounts: i64,
    /// Cash.
    pub cash: i64,
    /// 全自费.
    pub full_self_pay: i64,
    /// 超限价.
    pub over_ceiling: i64,
    /// 先行自付.
    pub first_pay: i64,
    /// 符合政策范围.
    pub in_scope: i64,
    /// By kind of fee: drugs, examinations, treatment, consumables, everything else.
    pub kinds: [i64; 5],
    /// 转出.
    pub referrals: i64,
    /// 外配处方.
    pub external: i64,
    /// 参保人数 of the area on the last day.
    pub insured: i64,
    /// 点评处方.
    pub reviewed: i64,
    /// Of these, irrational.
    pub irrational: i64,
    /// 审核扣款.
    pub deducted: i64,
    /// 查实案件.
    pub cases: i64,
    /// The same month of the year before: 医疗费总额.
    pub total_before: i64,
    /// The same month of the year before: 结算人次.
    pub visits_before: i64,
}

impl Figures {
    /// This and another together. People and the insured do not add up: they are counted anew for each group.
    pub fn add(&mut self, other: &Figures) {
        self.total += other.total;
        for (sum, fund) in self.funds.iter_mut().zip(other.funds) {
            *sum += fund;
        }
        for (sum, fund) in self.corrected.iter_mut().zip(other.corrected) {
            *sum += fund;
        }
        self.accounts += other.accounts;
        self.cash += other.cash;
        self.full_self_pay += other.full_self_pay;
        self.over_ceiling += other.over_ceiling;
        self.first_pay += other.first_pay;
        self.in_scope += other.in_scope;
        for (sum, kind) in self.kinds.iter_mut().zip(other.kinds) {
            *sum += kind;
        }
        self.referrals += other.referrals;
        self.external += other.external;
        self.reviewed += other.reviewed;
        self.irrational += other.irrational;
        self.deducted += other.deducted;
        self.cases += other.cases;
        self.total_before += other.total_before;
        self.visits_before += other.visits_before;
    }

    /// Paid by all funds, corrections included.
    #[must_use]
    pub fn paid_by_funds(&self) -> i64 {
        self.funds.iter().chain(&self.corrected).sum()
    }

    /// Nothing is known of the group.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Figures { insured: self.insured, ..Figures::default() }
    }

    /// An indicator, in the unit of the measure; `None` where there is nothing, or less than nothing, to divide by: a month in
    /// which more was undone than done has no averages.
    #[must_use]
    pub fn measure(&self, measure: Measure) -> Option<i64> {
        let of = |part: i64, whole: i64, scale: i64| ratio(part, whole.max(0), scale);
        let share = |part: i64, whole: i64| of(part, whole, WHOLE);
        let of_total = |part: i64| share(part, self.total);
        let average = |part: i64, whole: i64| of(part, whole, 1);
        let [drugs, exams, treatment, consumables, other] = self.kinds;
        match measure {
            Measure::VisitRate => share(self.visits, self.insured),
            Measure::ReferralRate => share(self.referrals, self.visits),
            Measure::ExternalRate => share(self.external, self.visits),
            Measure::RevisitRate => share(self.returning, self.people),
            Measure::AverageCost => average(self.total, self.visits),
            Measure::AveragePerson => average(self.total, self.people),
            Measure::AverageFunds => average(self.paid_by_funds(), self.visits),
            Measure::CostGrowth => self.cost_growth(),
            Measure::PoolRate => of_total(self.funds[0] + self.corrected[0]),
            Measure::PolicyRate => share(self.paid_by_funds(), self.in_scope),
            Measure::FundShare => of_total(self.paid_by_funds()),
            Measure::AccountShare => of_total(self.accounts),
            Measure::CashShare => of_total(self.cash),
            Measure::FullSelfShare => of_total(self.full_self_pay),
            Measure::OverCeilingShare => of_total(self.over_ceiling),
            Measure::FirstPayShare => of_total(self.first_pay),
            Measure::InScopeShare => of_total(self.in_scope),
            Measure::DrugShare => of_total(drugs),
            Measure::ExamShare => of_total(exams),
            Measure::TreatmentShare => of_total(treatment),
            Measure::ConsumableShare => of_total(consumables),
            Measure::OtherShare => of_total(other),
            Measure::IrrationalRate => share(self.irrational, self.reviewed),
            Measure::DeductionRate => share(self.deducted, self.paid_by_funds()),
            Measure::Cases => Some(self.cases),
        }
    }

    /// Growth of the average cost, from the sums and not from rounded averages: (t·v′ − t′·v) ÷ (t′·v).
    fn cost_growth(&self) -> Option<i64> {
        let wide = i128::from;
        let now = wide(self.total) * wide(self.visits_before);
        let then = wide(self.total_before) * wide(self.visits);
        if self.visits <= 0 || self.visits_before <= 0 || then <= 0 {
            return None;
        }
        let (more, whole) = ((now - then) * wide(WHOLE), 2 * then);
        let rounded = (2 * more.abs() + then) / whole;
        i64::try_from(if more < 0 { -rounded } else { rounded }).ok()
    }
}

/// How an indicator changed: amounts by their growth in ten-thousandths, shares by the difference in ten-thousandths.
#[must_use]
pub fn change(measure: Measure, now: Option<i64>, then: Option<i64>) -> Option<i64> {
    let (now, then) = (now?, then?);
    match measure.unit() {
        Unit::Fen => ratio(now - then, then, WHOLE),
        Unit::Share | Unit::Count => Some(now - then),
    }
}

/// A value as people read it: yuan, percent with two decimals, or pieces; `-` if there is none.
#[must_use]
pub fn shown(unit: Unit, value: Option<i64>) -> String {
    match (unit, value) {
        (_, None) => "-".to_owned(),
        (Unit::Fen, Some(fen)) => Fen::new(fen).to_string(),
        (Unit::Share, Some(share)) => format!("{}%", Fen::new(share)),
        (Unit::Count, Some(count)) => count.to_string(),
    }
}
