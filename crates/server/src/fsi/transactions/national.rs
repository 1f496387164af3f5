//! National code lists beside the words of the agency and the kernel, both ways, in one place.

use crate::fsi::codes;
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::reading::Row;
use agency::{Reason, Refused, facts};
use kernel::{AccountUse, CatalogueClass, Category, Date, Fund, Level, Status, Venue};

/// 险种 310: employees' basic insurance.
pub(super) const EMPLOYEES: &str = "310";
/// 险种 320: civil servants' subsidy.
pub(super) const CIVIL_SERVANTS: &str = "320";
/// 基金支付类型 of the person's own account.
pub(super) const OWN_ACCOUNT: &str = "310200";
/// 基金支付类型 of relatives' accounts.
pub(super) const FAMILY_ACCOUNTS: &str = "310201";
/// 清算方式 by item.
pub(super) const BY_ITEM: &str = "1";
/// 定价上限 of an item that has none, millionths of a yuan.
pub(super) const NO_PRICE_LIMIT: i64 = 999_999_000_000;
/// 本次可支付限额 of a fund that no limit bound, fen.
pub(super) const NO_LIMIT: i64 = 99_999_900;
/// 收费批次号 that stands for every batch of a visit.
pub(super) const EVERY_BATCH: &str = "0000";

/// 医疗类别 `med_type` as the sender states it, if it is one of outpatient care.
///
/// # Errors
/// [`Wire::Missing`], [`Reason::CategoryUnknown`].
pub(super) fn med_type<'m>(row: &Row<'m>) -> Result<&'m str, Fault> {
    category(row).map(|_| row.text("med_type"))
}

/// What kind of care a 医疗类别 `med_type` is.
///
/// # Errors
/// [`Wire::Missing`], [`Reason::CategoryUnknown`].
pub(super) fn category(row: &Row<'_>) -> Result<Category, Fault> {
    let code = row.required("med_type")?;
    facts::category(code).ok_or_else(|| {
        let named = format!("{code}{}", codes::name("med_type", code));
        Refused::new(Reason::CategoryUnknown, named).into()
    })
}

/// 医疗类别 `med_type` of a kind of care.
pub(super) const fn med_type_of(category: Category) -> &'static str {
    match category {
        Category::Ordinary => "11",
        Category::Registration => "12",
        Category::Emergency => "13",
        Category::Chronic => "14",
        Category::TwoDisease => "9901",
        Category::SpecialDrug => "18",
        Category::Pharmacy => "41",
    }
}

/// 个人账户使用标志 `acct_used_flag`.
///
/// # Errors
/// [`Wire::Missing`], [`Wire::NotInList`].
pub(super) fn account_use(row: &Row<'_>) -> Result<AccountUse, Fault> {
    match row.required("acct_used_flag")?.trim_start_matches('0') {
        "" => Ok(AccountUse::None),
        "1" => Ok(AccountUse::Own),
        "2" => Ok(AccountUse::Family),
        _ => {
            let right = "应为0不使用、1本人个账、2本人及共济账户";
            Err(row.fault("acct_used_flag", Wire::NotInList, right))
        }
    }
}

/// 个人结算方式 `psn_setlway`: outpatient care is settled by item.
///
/// # Errors
/// [`Wire::Unfit`] if another way is asked for.
pub(super) fn by_item(row: &Row<'_>) -> Result<(), Fault> {
    match row.text("psn_setlway").trim_start_matches('0') {
        "" | "1" => Ok(()),
        _ => Err(row.fault("psn_setlway", Wire::Unfit, "门诊按项目结算，应为01")),
    }
}

/// 险种 `insutype` of a record: as the sender stated it, else employees' basic insurance.
pub(super) fn scheme(stated: &str) -> &str {
    if stated.is_empty() { EMPLOYEES } else { stated }
}

/// 人员类别 `psn_type` of a status, by the kernel's code.
pub(super) fn psn_type(status: &str) -> &'static str {
    match Status::from_code(status) {
        Some(Status::Active) => "11",
        Some(Status::Retired) => "12",
        None => "99",
    }
}

/// 基金支付类型 `fund_pay_type` of a fund, under a scheme.
pub(super) fn fund_pay_type(fund: Fund, scheme: &str) -> &'static str {
    match (fund, scheme.starts_with("39")) {
        (Fund::Pool, false) => "310102",
        (Fund::Pool, true) => "390102",
        (Fund::LargeAmount, false) => "330100",
        (Fund::LargeAmount, true) => "390200",
        (Fund::Subsidy, _) => "320100",
    }
}

/// 收费项目等级 `chrgitm_lv` of a class, by the kernel's code.
pub(super) fn charge_level(class: &str) -> &'static str {
    match CatalogueClass::from_code(class) {
        Some(CatalogueClass::A) => "01",
        Some(CatalogueClass::B) => "02",
        Some(CatalogueClass::C) | None => "03",
    }
}

/// 清算类别 `clr_type` at a venue, by the kernel's code: that of the entry in the books.
pub(super) fn clearing_type(venue: &str) -> &'static str {
    match Venue::from_code(venue) {
        Some(Venue::Pharmacy) => agency::business::settle::CLEARING_PHARMACY,
        _ => agency::business::settle::CLEARING_OUTPATIENT,
    }
}

/// 支付地点 `pay_loc` at a venue, by the kernel's code.
pub(super) fn pay_location(venue: &str) -> &'static str {
    match Venue::from_code(venue) {
        Some(Venue::Internet) => "5",
        _ => "2",
    }
}

/// 起付线医院等级 and 限价医院等级 of a level, by the kernel's code.
pub(super) fn level(level: &str) -> &'static str {
    match Level::from_code(level) {
        Some(Level::Three) => "3",
        Some(Level::Two) => "2",
        _ => "1",
    }
}

/// The class of a 收费项目等级 `chrgitm_lv`.
pub(super) fn class(code: &str) -> Option<CatalogueClass> {
    match code.trim_start_matches('0') {
        "1" => Some(CatalogueClass::A),
        "2" => Some(CatalogueClass::B),
        "3" => Some(CatalogueClass::C),
        _ => None,
    }
}

/// 目录类别 `list_type` of ethnic drugs.
pub(super) const ETHNIC_DRUGS: &str = "104";

/// 限价类型 `hilist_lmtpric_type`: no source prints the list. Ours follows `lmtpric_hosp_lv` (1 一级, 2 二级, 3 三级), with 0
/// for a price that holds at every level and 9 for institutions without a level.
pub(super) const fn price_kind(level: Option<Level>) -> &'static str {
    match level {
        None => "0",
        Some(Level::One) => "1",
        Some(Level::Two) => "2",
        Some(Level::Three) => "3",
        Some(Level::Ungraded) => "9",
    }
}

/// 超限处理方式 `overlmt_dspo_way`: no source prints the list. What is above the limit is paid by the person.
pub(super) const ABOVE_PRICE: &str = "1";

/// 目录自付比例类别 `selfpay_prop_type`: 先自付比例.
pub(super) const FIRST_PAY: &str = "10";

/// 唯一记录号 of a row of the catalogue: code, first day, and what else tells rows apart.
pub(super) fn record(code: &str, from: Date, more: &str) -> String {
    let (year, month, day) = from.ymd();
    format!("{code}{year:04}{month:02}{day:02}{more}")
}

/// True if a stated 险种 `insutype` is employees' basic insurance, or a province's subdivision of it.
pub(super) fn is_employees(stated: &str) -> bool {
    stated.starts_with(EMPLOYEES)
}

/// 医疗类别 of a stay in a hospital: 普通住院.
pub(super) const INPATIENT: &str = "2101";
