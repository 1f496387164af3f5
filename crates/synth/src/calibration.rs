//! What the population aims at: figures as data, each with its source or the reason why it has none.

use crate::fault::{Fault, Result};
use std::fmt::Write as _;
use toml::de::DeTable;

/// Declares the figures: variant, key, least, most, 中文, English.
macro_rules! figures {
    ($($name:ident = $key:literal, $least:literal, $most:literal, $zh:literal, $en:literal;)+) => {
        /// A figure.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(usize)]
        pub enum Figure { $(#[doc = concat!($zh, ": ", $en, ".")] $name),+ }

        impl Figure {
            /// All.
            pub const ALL: &'static [Figure] = &[$(Figure::$name),+];
            const KEYS: &'static [&'static str] = &[$($key),+];
            const RANGES: &'static [(f64, f64)] = &[$(($least, $most)),+];
            const WORDS: &'static [(&'static str, &'static str)] = &[$(($zh, $en)),+];
        }
    };
}

figures! {
    RetiredShare = "retired-share", 0.0, 1.0, "退休人员占比", "share of the retired";
    FirstTier = "first-tier-share", 0.0, 1.0, "个人一档占比", "share of the first tier";
    SecondTier = "second-tier-share", 0.0, 1.0, "个人二档占比", "share of the second tier";
    LumpSum = "lump-sum-share", 0.0, 1.0, "二档趸缴占比", "share of the prepaid";
    VisitsActive = "visits-active", 0.0, 200.0, "在职每人每年普通门诊次数", "visits a year, in work";
    VisitsRetired = "visits-retired", 0.0, 200.0, "退休每人每年普通门诊次数", "visits a year, retired";
    VisitsShape = "visits-shape", 0.05, 1000.0, "次数的离散程度（负二项形状）", "shape of the negative binomial";
    Emergency = "emergency-share", 0.0, 1.0, "急诊占普通门诊", "share of emergencies in visits";
    PurchasesActive = "purchases-active", 0.0, 200.0, "在职每人每年药店购药次数", "purchases a year, in work";
    PurchasesRetired = "purchases-retired", 0.0, 200.0, "退休每人每年药店购药次数", "purchases a year, retired";
    Prescribed = "prescription-share", 0.0, 1.0, "凭外配处方占药店购药", "share of purchases on prescription";
    ChronicActive = "chronic-active", 0.0, 1.0, "在职慢特病备案率", "filings for chronic disease, in work";
    ChronicRetired = "chronic-retired", 0.0, 1.0, "退休慢特病备案率", "filings for chronic disease, retired";
    ChronicVisits = "chronic-visits", 0.0, 200.0, "备案的人每年慢特病门诊次数", "chronic visits a year of who filed";
    TwoDiseaseActive = "two-disease-active", 0.0, 1.0, "在职两病备案率", "two-disease filings, in work";
    TwoDiseaseRetired = "two-disease-retired", 0.0, 1.0, "退休两病备案率", "two-disease filings, retired";
    StaysActive = "stays-active", 0.0, 5.0, "在职住院率", "stays a year, in work";
    StaysRetired = "stays-retired", 0.0, 5.0, "退休住院率", "stays a year, retired";
    StayCost = "stay-cost", 1.0, 1e7, "次均住院费用（元）", "yuan a stay";
    StayDays = "stay-days", 1.0, 365.0, "平均住院日", "days a stay";
    Primary = "primary-share", 0.0, 1.0, "一级及以下占就诊", "share of visits at primary care";
    Secondary = "secondary-share", 0.0, 1.0, "二级占就诊", "share of visits at level 2";
    PrimaryCost = "primary-cost", 1.0, 1e6, "一级及以下次均费用（元）", "yuan a visit at primary care";
    SecondaryCost = "secondary-cost", 1.0, 1e6, "二级次均费用（元）", "yuan a visit at level 2";
    TertiaryCost = "tertiary-cost", 1.0, 1e6, "三级次均费用（元）", "yuan a visit at level 3";
    ChronicCost = "chronic-cost", 1.0, 1e6, "慢特病门诊次均费用（元）", "yuan a chronic visit";
    PurchaseMedian = "purchase-median", 1.0, 1e6, "药店购药中位数（元）", "median yuan a purchase";
    CostSigma = "cost-sigma", 0.01, 3.0, "费用的离散程度（对数正态）", "sigma of the lognormal";
    ClassC = "class-c-share", 0.0, 0.9, "全自费占费用", "share wholly out of scope";
    FirstPay = "first-pay-share", 0.0, 0.13, "先行自付占费用", "share paid first";
    Negotiated = "negotiated-share", 0.0, 1.0, "国谈药品占药品明细", "share of negotiated drugs in lines";
    BaseMean = "base-mean", 100.0, 1e6, "月平均缴费基数（元）", "mean base, yuan a month";
    BaseSigma = "base-sigma", 0.01, 3.0, "缴费基数的离散程度（对数正态）", "sigma of bases";
    BaseFloor = "base-floor", 0.0, 1.0, "缴费基数下限（平均的倍数）", "floor of bases, of the mean";
    BaseCeiling = "base-ceiling", 1.0, 100.0, "缴费基数上限（平均的倍数）", "ceiling of bases, of the mean";
    Joins = "join-share", 0.0, 1.0, "当年新参保", "joined in the year";
    Leaves = "leave-share", 0.0, 1.0, "当年离开", "left in the year";
    Arrears = "arrears-share", 0.0, 1.0, "在职中当年欠费过", "in arrears in the year, of those in work";
    PlanChange = "plan-change-share", 0.0, 1.0, "个人参保中当年换档", "changed tier in the year, of who pay themselves";
    DeathsActive = "deaths-active", 0.0, 1.0, "在职死亡率", "died in the year, in work";
    DeathsRetired = "deaths-retired", 0.0, 1.0, "退休死亡率", "died in the year, retired";
    Contract = "contract-share", 0.0, 1.0, "家庭医生签约率", "with a family doctor";
    Offsite = "offsite-share", 0.0, 1.0, "异地就医占就诊", "visits away from home";
    Reversals = "reversal-share", 0.0, 1.0, "退费占结算", "settlements taken back";
}

impl Figure {
    /// Its key in a calibration.
    #[must_use]
    pub const fn key(self) -> &'static str {
        Figure::KEYS[self as usize]
    }

    /// 中文.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        Figure::WORDS[self as usize].0
    }

    /// English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        Figure::WORDS[self as usize].1
    }
}

/// A figure as a calibration states it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Stated {
    /// The value.
    pub value: f64,
    /// Where it comes from.
    pub source: String,
    /// Why it may not be taken as verified; empty: it may.
    pub unverified: String,
}

/// Every figure.
#[derive(Clone, PartialEq, Debug)]
pub struct Calibration(Vec<Stated>);

/// The calibration in the program.
pub const SHIPPED: &str = include_str!("calibration.toml");

impl Calibration {
    /// The calibration in the program.
    ///
    /// # Errors
    /// Never, unless the program was built wrongly; a test reads it.
    pub fn shipped() -> Result<Calibration> {
        Calibration::read(SHIPPED)
    }

    /// Reads a calibration: a table a figure, all of them.
    ///
    /// # Errors
    /// No TOML; a figure that nobody knows or that is missing; a value out of range; neither source nor reason.
    pub fn read(text: &str) -> Result<Calibration> {
        let table = DeTable::parse(text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            let message = error.message().to_owned();
            fault(&format!("第{line}行"), &format!("不是TOML：{message}"), &message)
        })?;
        let mut found: Vec<Option<Stated>> = vec![None; Figure::ALL.len()];
        for (key, value) in table.get_ref() {
            let key = key.get_ref();
            let Some(place) = Figure::KEYS.iter().position(|known| known == key) else {
                return Err(fault(key, "没有这个指标", "no such figure"));
            };
            found[place] = Some(stated(Figure::ALL[place], value.get_ref())?);
        }
        let mut all = Vec::with_capacity(found.len());
        for (figure, stated) in Figure::ALL.iter().zip(found) {
            let missing = || fault(figure.key(), "没有给出", "is missing");
            all.push(stated.ok_or_else(missing)?);
        }
        let calibration = Calibration(all);
        let parts = [
            [Figure::Primary, Figure::Secondary].as_slice(),
            &[Figure::FirstTier, Figure::SecondTier, Figure::LumpSum],
        ];
        for part in parts {
            if part.iter().map(|figure| calibration.get(*figure)).sum::<f64>() > 1.0 {
                let mut keys = String::new();
                for figure in part {
                    let _ = write!(keys, "{} ", figure.key());
                }
                return Err(fault(keys.trim(), "合计不能超过1", "must not exceed 1 together"));
            }
        }
        Ok(calibration)
    }

    /// A value.
    #[must_use]
    pub fn get(&self, figure: Figure) -> f64 {
        self.0[figure as usize].value
    }

    /// A figure as it is stated.
    #[must_use]
    pub fn stated(&self, figure: Figure) -> &Stated {
        &self.0[figure as usize]
    }
}

fn stated(figure: Figure, value: &toml::de::DeValue<'_>) -> Result<Stated> {
    let toml::de::DeValue::Table(table) = value else {
        return Err(fault(
            figure.key(),
            "应为表，如 { value = 0.1, unverified = \"…\" }",
            "must be a table",
        ));
    };
    let mut stated = Stated { value: f64::NAN, ..Stated::default() };
    for (key, value) in table {
        let place = format!("{}.{}", figure.key(), key.get_ref());
        match (&**key.get_ref(), value.get_ref()) {
            ("value", toml::de::DeValue::Float(number)) => {
                stated.value = number.as_str().parse().unwrap_or(f64::NAN);
            }
            ("value", toml::de::DeValue::Integer(number)) => {
                stated.value = number.as_str().parse().unwrap_or(f64::NAN);
            }
            ("source", toml::de::DeValue::String(text)) => stated.source = text.to_string(),
            ("unverified", toml::de::DeValue::String(text)) => stated.unverified = text.to_string(),
            ("value", _) => return Err(fault(&place, "应为数", "must be a number")),
            ("source" | "unverified", _) => return Err(fault(&place, "应为文字", "must be text")),
            _ => {
                return Err(fault(
                    &place,
                    "应为value、source、unverified之一",
                    "must be value, source or unverified",
                ));
            }
        }
    }
    let (least, most) = Figure::RANGES[figure as usize];
    if !(least..=most).contains(&stated.value) {
        let range = format!("{least}至{most}");
        return Err(fault(
            figure.key(),
            &format!("value应在{range}"),
            &format!("value must be {least} to {most}"),
        ));
    }
    if stated.source.is_empty() && stated.unverified.is_empty() {
        return Err(fault(
            figure.key(),
            "应写source，或写unverified说明为何没有",
            "needs a source, or unverified with the reason",
        ));
    }
    Ok(stated)
}

fn fault(place: &str, zh: &str, en: &str) -> Fault {
    Fault::Calibration { place: place.to_owned(), zh: zh.to_owned(), en: en.to_owned() }
}
