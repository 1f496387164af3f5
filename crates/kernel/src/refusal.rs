//! Why a bill is not settled, or a benefit is withheld: a closed list in order of precedence.

use crate::facts::Dim;
use core::fmt;

/// What a refusal means for the bill.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// The bill is not settled at all; nothing changes.
    NotSettled,
    /// The bill (or the portion) is settled, but no fund pays and nothing accumulates.
    PatientPays,
}

/// One reason. When several hold, the one with the lowest number is given. Numbers are never reused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Refusal {
    /// An amount is negative.
    NegativeAmount,
    /// An amount exceeds [`crate::Fen::MAX_AMOUNT`].
    AmountTooLarge,
    /// The bill has no fee line.
    NoLines,
    /// 先行自付比例 outside 0..100 %.
    FirstPayOutOfRange,
    /// A class A line with a first-pay ratio.
    FirstPayOnClassA,
    /// A class C line with a first-pay ratio other than 100 %.
    FirstPayOnClassC,
    /// total ≠ 全自费 + 超限价 + 先行自付 + in scope.
    PartsDoNotAddUp,
    /// The same bill was settled before.
    DuplicateBill,
    /// The settlement to be reversed is not in the person-year.
    OriginalNotFound,
    /// The settlement was reversed before.
    AlreadyReversed,
    /// No policy is in force on the service date.
    NoPolicy,
    /// The bill belongs to another benefit year than the year given.
    OtherBenefitYear,
    /// A rule needs a fact that is missing or not one of the region's values.
    FactMissing(Dim),
    /// Not insured on the day (CQ Art 3).
    NotInsured,
    /// Entitlement suspended for arrears (CQ Art 3).
    InArrears,
    /// In a waiting period.
    InWaiting,
    /// The institution has no agreement in force (CQ Art 11, GX Art 16).
    NotDesignated,
    /// This kind of off-site care or channel is not covered.
    OffsiteNotCovered,
    /// The paper claim came after the deadline.
    PaperTooLate,
    /// Pharmacies are not covered.
    PharmacyNotCovered,
    /// A pharmacy purchase without an external prescription (CQ Art 12).
    PrescriptionMissing,
    /// The prescriber has no agreement with the pooling area (CQ Art 12).
    PrescriberNotDesignated,
    /// The person is an inpatient (GX Art 15).
    Inpatient,
    /// Not the person's chosen institution.
    NotChosen,
    /// No family-doctor contract in force.
    NoContract,
    /// No programme of the policy takes this fee.
    NoProgramme,
    /// The pharmacy's agreement does not say 门诊统筹 (CQ Art 2, GX Art 16).
    NotPoolingPharmacy,
    /// The pharmacy's agreement does not say 双通道 (GX Art 17).
    NotDualChannel,
}

impl Refusal {
    /// One of each, in order of precedence.
    pub const ALL: &'static [Refusal] = &[
        Refusal::NegativeAmount,
        Refusal::AmountTooLarge,
        Refusal::NoLines,
        Refusal::FirstPayOutOfRange,
        Refusal::FirstPayOnClassA,
        Refusal::FirstPayOnClassC,
        Refusal::PartsDoNotAddUp,
        Refusal::DuplicateBill,
        Refusal::OriginalNotFound,
        Refusal::AlreadyReversed,
        Refusal::NoPolicy,
        Refusal::OtherBenefitYear,
        Refusal::FactMissing(Dim::Status),
        Refusal::NotInsured,
        Refusal::InArrears,
        Refusal::InWaiting,
        Refusal::NotDesignated,
        Refusal::OffsiteNotCovered,
        Refusal::PaperTooLate,
        Refusal::PharmacyNotCovered,
        Refusal::PrescriptionMissing,
        Refusal::PrescriberNotDesignated,
        Refusal::Inpatient,
        Refusal::NotChosen,
        Refusal::NoContract,
        Refusal::NoProgramme,
        Refusal::NotPoolingPharmacy,
        Refusal::NotDualChannel,
    ];

    /// Stable number; never reused.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.row().0
    }

    /// Stable code for files and messages.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.row().1
    }

    /// What it means for the bill.
    #[must_use]
    pub const fn effect(self) -> Effect {
        if self.number() < 200 { Effect::NotSettled } else { Effect::PatientPays }
    }

    /// Would the same bill be accepted later without a change to it? (Because a fact or a policy may arrive.)
    #[must_use]
    pub const fn may_change(self) -> bool {
        self.row().2
    }

    /// 中文: what is wrong and what would be right.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        self.row().3
    }

    /// English: what is wrong and what would be right.
    #[must_use]
    pub const fn en(self) -> &'static str {
        self.row().4
    }

    /// number, code, may it change, 中文, English.
    const fn row(self) -> (u16, &'static str, bool, &'static str, &'static str) {
        match self {
            Refusal::NegativeAmount => (
                101,
                "negative-amount",
                false,
                "金额为负；退费请用冲销",
                "an amount is negative; to refund, send a reversal",
            ),
            Refusal::AmountTooLarge => (
                102,
                "amount-too-large",
                false,
                "金额超过一千亿元",
                "an amount exceeds 100 billion yuan",
            ),
            Refusal::NoLines => {
                (103, "no-lines", false, "单据没有费用明细", "the bill has no fee line")
            }
            Refusal::FirstPayOutOfRange => (
                104,
                "first-pay-out-of-range",
                false,
                "先行自付比例应在 0 到 100% 之间",
                "the first-pay ratio must be between 0 and 100 %",
            ),
            Refusal::FirstPayOnClassA => (
                105,
                "first-pay-on-class-a",
                false,
                "甲类项目不应有先行自付比例",
                "a class A item has no first-pay ratio",
            ),
            Refusal::FirstPayOnClassC => (
                106,
                "first-pay-on-class-c",
                false,
                "丙类项目全自费，先行自付比例只能为空或 100%",
                "a class C item is wholly self-paid: its first-pay ratio is empty or 100 %",
            ),
            Refusal::PartsDoNotAddUp => (
                107,
                "parts-do-not-add-up",
                false,
                "总额应等于全自费+超限价+先行自付+政策范围内",
                "the total must equal full self-pay + over ceiling + first pay + in scope",
            ),
            Refusal::DuplicateBill => (
                108,
                "duplicate-bill",
                false,
                "单据号重复，已有结算",
                "this bill number has been settled already",
            ),
            Refusal::OriginalNotFound => (
                109,
                "original-not-found",
                true,
                "未找到被冲销的原单据；无可冲销",
                "the bill to be reversed is not known: nothing to reverse",
            ),
            Refusal::AlreadyReversed => (
                110,
                "already-reversed",
                false,
                "原单据已冲销",
                "the bill has been reversed already",
            ),
            Refusal::NoPolicy => (
                111,
                "no-policy",
                true,
                "服务日期没有生效的政策",
                "no policy is in force on the service date",
            ),
            Refusal::OtherBenefitYear => (
                112,
                "other-benefit-year",
                false,
                "服务日期不在所给参保年度内",
                "the service date is not in the benefit year given",
            ),
            Refusal::FactMissing(_) => (
                113,
                "fact-missing",
                true,
                "政策所需的信息缺失或不是本地区的取值",
                "a fact that the policy needs is missing or not one of the region's values",
            ),
            Refusal::NotInsured => {
                (201, "not-insured", true, "服务日未参保", "not insured on the service date")
            }
            Refusal::InArrears => {
                (202, "arrears", true, "欠费，待遇暂停", "entitlement is suspended for arrears")
            }
            Refusal::InWaiting => (203, "waiting", true, "在待遇等待期内", "in a waiting period"),
            Refusal::NotDesignated => (
                204,
                "not-designated",
                true,
                "非定点医药机构",
                "the institution has no agreement in force",
            ),
            Refusal::OffsiteNotCovered => (
                205,
                "offsite-not-covered",
                true,
                "此类异地就医或渠道不予支付",
                "this kind of off-site care is not covered",
            ),
            Refusal::PaperTooLate => (
                206,
                "paper-too-late",
                false,
                "手工报销已过期限",
                "the paper claim came after the deadline",
            ),
            Refusal::PharmacyNotCovered => (
                207,
                "pharmacy-not-covered",
                true,
                "药店购药未纳入统筹",
                "pharmacy purchases are not covered",
            ),
            Refusal::PrescriptionMissing => (
                208,
                "prescription-missing",
                true,
                "药店购药无外配处方",
                "a pharmacy purchase without an external prescription",
            ),
            Refusal::PrescriberNotDesignated => (
                209,
                "prescriber-not-designated",
                true,
                "处方机构非本地定点",
                "the prescriber has no agreement here",
            ),
            Refusal::Inpatient => (
                210,
                "inpatient",
                true,
                "住院期间不享受本待遇",
                "no outpatient benefit while an inpatient",
            ),
            Refusal::NotChosen => (
                211,
                "not-chosen",
                true,
                "非本人选定的定点机构",
                "not the person's chosen institution",
            ),
            Refusal::NoContract => (
                212,
                "no-contract",
                true,
                "无有效的家庭医生签约",
                "no family-doctor contract in force",
            ),
            Refusal::NoProgramme => (
                213,
                "no-programme",
                false,
                "没有适用的门诊待遇",
                "no benefit programme takes this fee",
            ),
            Refusal::NotPoolingPharmacy => (
                214,
                "not-pooling-pharmacy",
                true,
                "不是门诊统筹药店，统筹基金不付；可用个人账户",
                "the pharmacy's agreement does not include pooling; an account may pay",
            ),
            Refusal::NotDualChannel => (
                215,
                "not-dual-channel",
                true,
                "不是双通道药店，国谈药品请到双通道药店或医院",
                "not a dual-channel pharmacy: negotiated drugs are paid at those and in hospitals",
            ),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.zh())?;
        if let Refusal::FactMissing(dim) = self {
            write!(f, "：{}", dim.zh())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order_of_precedence_with_unique_codes() {
        assert!(Refusal::ALL.is_sorted_by(|a, b| a < b && a.number() < b.number()));
        let codes: std::collections::BTreeSet<_> =
            Refusal::ALL.iter().map(|refusal| refusal.code()).collect();
        assert_eq!(codes.len(), Refusal::ALL.len());
    }
}
