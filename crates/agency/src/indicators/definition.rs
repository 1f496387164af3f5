//! What each indicator is, as data: what is divided by what, and the article that asks for it.

use kernel::assessment::Measure;
use std::fmt::Write as _;

/// The definition of an indicator.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// What is measured.
    pub measure: Measure,
    /// 分子.
    pub numerator: (&'static str, &'static str),
    /// 分母; empty: a count or an amount.
    pub denominator: (&'static str, &'static str),
    /// The article that asks for it; empty: none does, it is custom.
    pub article: &'static str,
}

const GX21: &str = "桂政办发〔2021〕137号 第二十一条";
const CQ11: &str = "渝医保发〔2023〕32号 第十一条";
const VISITS: (&str, &str) =
    ("结算人次（结算减退费，按入账月份）", "settlements less refunds, by month of posting");
const PEOPLE: (&str, &str) =
    ("就诊人数（结算减退费后仍大于零的人）", "people with more settlements than refunds");
const TOTAL: (&str, &str) = ("医疗费总额", "total");
const FUNDS: (&str, &str) =
    ("各基金支付，含当月重算更正", "paid by the funds, with corrections posted in the month");

const fn of_total(measure: Measure, part: (&'static str, &'static str)) -> Definition {
    Definition { measure, numerator: part, denominator: TOTAL, article: GX21 }
}

/// Every indicator, in the order of [`Measure::ALL`].
pub const DEFINITIONS: &[Definition] = &[
    Definition {
        measure: Measure::VisitRate,
        numerator: VISITS,
        denominator: (
            "统筹区参保人数（月末当日有参保记录，以月末所知为准）",
            "insured of the area on the last day, as known then",
        ),
        article: GX21,
    },
    Definition {
        measure: Measure::ReferralRate,
        numerator: (
            "转出：首日在当月、月末已登记的转院备案（机构看备案写明的转出机构 referrer）；统筹区另加同样的异地转诊备案",
            "referrals that begin in the month and are known at its end (of an institution: those that name it as referrer); of the area also off-site filings as referred",
        ),
        denominator: VISITS,
        article: GX21,
    },
    Definition {
        measure: Measure::ExternalRate,
        numerator: (
            "当月登记、已上传且未撤销的外配电子处方",
            "external prescriptions filed in the month, issued and not withdrawn",
        ),
        denominator: VISITS,
        article: GX21,
    },
    Definition {
        measure: Measure::RevisitRate,
        numerator: ("当月就诊两次及以上的人", "people with two visits or more"),
        denominator: PEOPLE,
        article: "",
    },
    Definition {
        measure: Measure::AverageCost,
        numerator: TOTAL,
        denominator: VISITS,
        article: GX21,
    },
    Definition {
        measure: Measure::AveragePerson,
        numerator: TOTAL,
        denominator: PEOPLE,
        article: GX21,
    },
    Definition {
        measure: Measure::AverageFunds,
        numerator: FUNDS,
        denominator: VISITS,
        article: GX21,
    },
    Definition {
        measure: Measure::CostGrowth,
        numerator: (
            "次均费用减上年同月次均费用（用总额和人次相乘，不用已舍入的次均）",
            "average cost less that of the same month of the year before, from the sums",
        ),
        denominator: ("上年同月次均费用", "average cost of the same month of the year before"),
        article: GX21,
    },
    Definition {
        measure: Measure::PoolRate,
        numerator: ("统筹基金支付，含当月重算更正", "paid by the pool fund, with corrections"),
        denominator: TOTAL,
        article: GX21,
    },
    Definition {
        measure: Measure::PolicyRate,
        numerator: FUNDS,
        denominator: ("符合政策范围的费用", "what is in scope"),
        article: "",
    },
    of_total(Measure::FundShare, FUNDS),
    of_total(
        Measure::AccountShare,
        ("个人账户支付，含家庭共济", "paid from accounts, family accounts included"),
    ),
    of_total(Measure::CashShare, ("现金", "cash")),
    of_total(Measure::FullSelfShare, ("全自费", "full self-pay")),
    of_total(Measure::OverCeilingShare, ("超限价自费", "over ceiling prices")),
    of_total(Measure::FirstPayShare, ("先行自付", "first pay")),
    of_total(Measure::InScopeShare, ("符合政策范围", "in scope")),
    of_total(
        Measure::DrugShare,
        ("药品费（收费类别 09、10、11）", "drugs (charge types 09, 10, 11)"),
    ),
    of_total(Measure::ExamShare, ("检查化验费（03、04）", "examinations (03, 04)")),
    of_total(Measure::TreatmentShare, ("治疗手术费（05、06）", "treatment (05, 06)")),
    of_total(Measure::ConsumableShare, ("卫生材料费（08）", "consumables (08)")),
    of_total(
        Measure::OtherShare,
        ("其余，含目录外项目", "everything else, what is not in the catalogue too"),
    ),
    Definition {
        measure: Measure::IrrationalRate,
        numerator: ("已办结点评中的不合理处方", "irrational prescriptions of finished reviews"),
        denominator: ("已办结点评的处方", "prescriptions of finished reviews"),
        article: CQ11,
    },
    Definition {
        measure: Measure::DeductionRate,
        numerator: ("当月审核扣款，异议更正后", "deductions of the month, as corrected"),
        denominator: FUNDS,
        article: CQ11,
    },
    Definition {
        measure: Measure::Cases,
        numerator: (
            "当月首次认定应追回金额的机构监管案件；申诉未决或已退还的不计",
            "supervision cases about the institution that first found money to be recovered in the month, unless under appeal or given back",
        ),
        denominator: ("", ""),
        article: CQ11,
    },
];

/// The definition of a measure.
#[must_use]
pub fn definition(measure: Measure) -> Option<&'static Definition> {
    DEFINITIONS.iter().find(|known| known.measure == measure)
}

/// All definitions as a table of Markdown.
#[must_use]
pub fn definitions_markdown(english: bool) -> String {
    let pick = |(zh, en): (&'static str, &'static str)| if english { en } else { zh };
    let mut page = String::from(match english {
        false => "| 代码 | 指标 | 分子 | 分母 | 依据 |\n|---|---|---|---|---|\n",
        true => "| code | indicator | numerator | denominator | article |\n|---|---|---|---|---|\n",
    });
    for Definition { measure, numerator, denominator, article } in DEFINITIONS {
        let name = pick((measure.zh(), measure.en()));
        let (part, whole) = (pick(*numerator), pick(*denominator));
        // Writing to a text does not fail.
        let _ = writeln!(page, "| `{}` | {name} | {part} | {whole} | {article} |", measure.code());
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_is_defined_in_order() {
        let defined: Vec<_> = DEFINITIONS.iter().map(|it| it.measure).collect();
        assert_eq!(defined, Measure::ALL);
    }
}
