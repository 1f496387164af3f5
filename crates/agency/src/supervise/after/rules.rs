//! The rules as a table: adding one is a row here and a function in a file of its own.

use super::claim::Personal;
use super::finding::Suspicion;
use super::known::Known;
use super::peers::Peers;
use super::place::Local;
use super::{
    details, overlap, peers, prescription, ring, spending, split, suited, supply, two_places,
};
use crate::reason::Refused;
use crate::supervise::Severity;

/// What a rule gives.
pub type Found = Result<Vec<Suspicion>, Refused>;

/// What a rule looks at, and how.
#[derive(Clone, Copy)]
pub enum Check {
    /// Everything a person had.
    Person(fn(&Rule, &Known<'_>, &Personal) -> Found),
    /// Everybody who came to a place.
    Place(fn(&Rule, &Known<'_>, &Local) -> Found),
    /// All pharmacies.
    Peers(fn(&Rule, &Known<'_>, &Peers) -> Found),
}

/// Findings of one family about one party are one case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Family {
    /// 冒名与重叠.
    Identity,
    /// 用药.
    Medicines,
    /// 收费与上传.
    Charging,
    /// 个人账户.
    Account,
    /// 药店异常.
    Pharmacy,
    /// 集中刷卡.
    Ring,
}

impl Family {
    /// All.
    pub const ALL: &'static [Family] = &[
        Family::Identity,
        Family::Medicines,
        Family::Charging,
        Family::Account,
        Family::Pharmacy,
        Family::Ring,
    ];

    /// Stable word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Family::Identity => "identity",
            Family::Medicines => "medicines",
            Family::Charging => "charging",
            Family::Account => "account",
            Family::Pharmacy => "pharmacy",
            Family::Ring => "ring",
        }
    }

    /// 中文.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Family::Identity => "冒名与重叠就医",
            Family::Medicines => "重复用药",
            Family::Charging => "收费与明细",
            Family::Account => "个人账户异常支出",
            Family::Pharmacy => "药店异常",
            Family::Ring => "集中刷卡",
        }
    }

    /// The family with this word.
    #[must_use]
    pub fn of(code: &str) -> Option<Family> {
        Family::ALL.iter().copied().find(|family| family.code() == code)
    }
}

/// A threshold that a rule asks the policy for.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Its name in the policy's `supervision.threshold`.
    pub name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// 中文: what it means.
    pub zh: &'static str,
}

const fn asked(name: &'static str, unit: &'static str, zh: &'static str) -> Asked {
    Asked { name, unit, zh }
}

/// One rule.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Stable word.
    pub code: &'static str,
    /// 中文.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
    /// 中文: what it looks at.
    pub looks_at: &'static str,
    /// How sure its findings are.
    pub severity: Severity,
    /// 中文: what is advised.
    pub advice: &'static str,
    /// Which case its findings go to.
    pub family: Family,
    /// Thresholds.
    pub thresholds: &'static [Asked],
    /// How it is checked.
    pub check: Check,
}

impl Rule {
    /// The rule with this code.
    #[must_use]
    pub fn of(code: &str) -> Option<&'static Rule> {
        RULES.iter().find(|rule| rule.code == code)
    }
}

/// Every rule, in the order in which they look.
pub const RULES: &[Rule] = &[
    Rule {
        code: "overlap-with-admission",
        zh: "住院期间门诊统筹支付",
        en: "the funds paid for outpatient care of an inpatient",
        looks_at: "基金支付过的门诊、购药结算，与同一人的住院起止时间（含结算之后才上传的住院）",
        severity: Severity::Suspect,
        advice: "核对住院与门诊病历；政策规定住院期间不付的，先办理重算，重算未覆盖的由案件追回",
        family: Family::Identity,
        thresholds: &[asked("overlap-with-admission", "day", "入院后容忍的天数，缺省0")],
        check: Check::Person(overlap::check),
    },
    Rule {
        code: "two-places",
        zh: "两地间隔过短",
        en: "in two places too far apart for the time between",
        looks_at: "同一人相邻两次到场结算的机构所在区划与间隔分钟（互联网医院不计）",
        severity: Severity::Suspect,
        advice: "核对两次就诊是否本人，查监控、处方签名与凭证使用记录",
        family: Family::Identity,
        thresholds: &[
            asked("two-places.county", "minute", "不同区县之间至少应隔的分钟数"),
            asked(
                "two-places.prefecture",
                "minute",
                "不同地市之间至少应隔的分钟数（直辖市内按区县）",
            ),
            asked("two-places.province", "minute", "不同省份之间至少应隔的分钟数"),
        ],
        check: Check::Person(two_places::check),
    },
    Rule {
        code: "duplicate-medicine",
        zh: "用药期内重复取药",
        en: "the same medicine before its days of supply end",
        looks_at: "同一人同一药品在各机构取药的天数之和，与再次取药的日期",
        severity: Severity::Suspect,
        advice: "核对病情与处方，查是否囤药、转卖或代人取药",
        family: Family::Medicines,
        thresholds: &[asked("duplicate-medicine.days", "day", "再次取药时手中剩余天数超过多少天")],
        check: Check::Person(supply::check),
    },
    Rule {
        code: "prescription-twice",
        zh: "一张处方重复取药",
        en: "the medicines of one prescription dispensed twice",
        looks_at: "同一处方号下的同一药品：两次结算、院内取药又外配、购药数量超过处方",
        severity: Severity::Certain,
        advice: "调取处方原件与发药记录，追回重复部分",
        family: Family::Medicines,
        thresholds: &[],
        check: Check::Person(prescription::check),
    },
    Rule {
        code: "sex",
        zh: "项目与性别不符",
        en: "the item is for the other sex",
        looks_at: "医保目录限定性别的项目与参保人性别",
        severity: Severity::Certain,
        advice: "核对是否冒名或串换项目",
        family: Family::Charging,
        thresholds: &[],
        check: Check::Person(suited::sex),
    },
    Rule {
        code: "age",
        zh: "项目与年龄不符",
        en: "the item is for another age",
        looks_at: "医保目录限定年龄的项目与服务当日年龄",
        severity: Severity::Certain,
        advice: "核对是否冒名或串换项目",
        family: Family::Charging,
        thresholds: &[],
        check: Check::Person(suited::age),
    },
    Rule {
        code: "split-bills",
        zh: "分解收费",
        en: "one occasion split into several bills",
        looks_at: "同一人在同一机构数小时内不同就诊号的结算次数，以及重复的定额支付",
        severity: Severity::Suspect,
        advice: "核对挂号与病历，确认是否一次就诊拆成多次",
        family: Family::Charging,
        thresholds: &[
            asked("split-bills.hours", "hour", "从第一次结算起看多少小时"),
            asked("split-bills.settlements", "count", "不同就诊号的结算达到多少次"),
            asked("split-bills.fixed", "count", "定额支付达到多少次"),
            asked("split-bills.below", "yuan", "各次均低于、合计超过此数时在说明中指出"),
        ],
        check: Check::Person(split::check),
    },
    Rule {
        code: "missing-details",
        zh: "明细缺失",
        en: "details missing or not uploaded in time",
        looks_at: "结算有没有明细、明细是否等于总额、是否全是目录外汇总项目、是否事后很久才上传",
        severity: Severity::Suspect,
        advice: "要求补传明细；没有明细的费用不予结算",
        family: Family::Charging,
        thresholds: &[asked(
            "missing-details.days",
            "day",
            "费用发生后超过多少天才结算视为未实时上传",
        )],
        check: Check::Person(details::check),
    },
    Rule {
        code: "account-burst",
        zh: "个人账户集中刷空",
        en: "an account emptied in a burst at one pharmacy",
        looks_at: "一个药店数小时内本人账户支出占原余额的比例、次数与金额",
        severity: Severity::Suspect,
        advice: "核对购买的是否药品，查是否套现",
        family: Family::Account,
        thresholds: &[
            asked("account-burst.hours", "hour", "从第一次起看多少小时"),
            asked("account-burst.share", "percent", "支出达到原余额的百分之几"),
            asked("account-burst.settlements", "count", "至少几次结算"),
            asked("account-burst.yuan", "yuan", "至少多少元"),
        ],
        check: Check::Person(spending::burst),
    },
    Rule {
        code: "credit-day",
        zh: "划入后即刷",
        en: "every month the credit is spent at pharmacies at once",
        looks_at: "每月个账划入后几天内在药店的账户支出，连续几个月",
        severity: Severity::Mild,
        advice: "核对购买内容，与药店异常一并查看",
        family: Family::Account,
        thresholds: &[
            asked("credit-day.days", "day", "划入后几天内"),
            asked("credit-day.share", "percent", "支出达到划入额的百分之几"),
            asked("credit-day.months", "month", "连续几个月"),
        ],
        check: Check::Person(spending::credit_day),
    },
    Rule {
        code: "ring",
        zh: "多卡集中使用",
        en: "cards used together by a ring",
        looks_at: "反复在同一机构相隔几分钟结算的人：两人同现的天数超过偶然所能解释的，连成一组",
        severity: Severity::Suspect,
        advice: "查监控与凭证，核对是否一人持多卡；家庭成员间代办应有绑定",
        family: Family::Ring,
        thresholds: &[
            asked("ring.minutes", "minute", "相隔多少分钟以内算同现"),
            asked("ring.occasions", "count", "至少几天同现"),
            asked("ring.people", "people", "一组至少几人"),
            asked("ring.chance", "permillion", "整个机构里偶然出现一对的期望上限，百万分之几"),
        ],
        check: Check::Place(ring::check),
    },
    Rule {
        code: "pharmacy-peers",
        zh: "药店与同行相比异常",
        en: "a pharmacy unlike its peers",
        looks_at: "药店的账户支出占比、次均金额、整数金额占比、夜间占比、单一品种占比，与全区药店的中位数相比",
        severity: Severity::Mild,
        advice: "现场检查进销存与监控",
        family: Family::Pharmacy,
        thresholds: &[
            asked("pharmacy-peers.settlements", "count", "期间结算不足此数的药店不比较"),
            asked("pharmacy-peers.peers", "pharmacies", "可比药店不足此数不比较"),
            asked("pharmacy-peers.deviation", "deviation", "偏离中位数多少个稳健标准差"),
        ],
        check: Check::Peers(peers::check),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_rule_has_one_code_and_a_threshold_one_name() {
        let codes: BTreeSet<_> = RULES.iter().map(|rule| rule.code).collect();
        assert_eq!(codes.len(), RULES.len());
        let all = RULES.iter().flat_map(|rule| rule.thresholds);
        let names: BTreeSet<_> = all.clone().map(|asked| asked.name).collect();
        assert_eq!(names.len(), all.count());
    }
}
