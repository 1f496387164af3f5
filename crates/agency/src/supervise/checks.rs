//! One function a rule: what it finds in a visit.

use super::rules::Rule;
use super::{Concerned, Encounter, Finding, Known, Order};
use crate::directory::Listing;
use crate::facts::{self, Admission};
use crate::quantity;
use kernel::{Date, Moment};
use std::sync::Arc;
use store::Fact;

/// One hundredth of a day is the unit of days of supply.
const DAY: i64 = 100;

/// 性别.
pub(super) fn sex(rule: &Rule, known: &Known<'_>, encounter: &Encounter) -> Vec<Finding> {
    let person = &*known.file.person.gender;
    let name = |sex: &str| if sex == "1" { "男性" } else { "女性" };
    of_items(known, encounter, |order, listing| {
        let only = &*listing.detail.sex;
        let conflict = !only.is_empty() && matches!(person, "1" | "2") && only != person;
        conflict.then(|| {
            let words = format!("限{}使用，参保人为{}", name(only), name(person));
            finding(rule, encounter, &[order], &about(listing, &words), Vec::new())
        })
    })
}

/// 年龄.
pub(super) fn age(rule: &Rule, known: &Known<'_>, encounter: &Encounter) -> Vec<Finding> {
    let Some(born) = known.file.person.born else { return Vec::new() };
    let age = encounter.at.date().age_of(born);
    of_items(known, encounter, |order, listing| {
        let (youngest, oldest) = (listing.detail.min_age, listing.detail.max_age);
        let words = match (youngest, oldest) {
            (Some(youngest), _) if age < youngest => format!("限{youngest}岁及以上"),
            (_, Some(oldest)) if age > oldest => format!("限{oldest}岁及以下"),
            _ => return None,
        };
        let words = format!("{words}使用，参保人{age}岁");
        Some(finding(rule, encounter, &[order], &about(listing, &words), Vec::new()))
    })
}

/// 限制使用.
pub(super) fn restricted_use(
    rule: &Rule,
    known: &Known<'_>,
    encounter: &Encounter,
) -> Vec<Finding> {
    of_items(known, encounter, |order, listing| {
        let unapproved = listing.detail.restricted && &*order.approval != "1";
        unapproved.then(|| {
            let restriction = match &*listing.detail.restriction {
                "" => "限制使用",
                restriction => restriction,
            };
            let words = format!("{restriction}，未经医院审批");
            finding(rule, encounter, &[order], &about(listing, &words), Vec::new())
        })
    })
}

/// 用药天数.
pub(super) fn days_of_supply(
    rule: &Rule,
    known: &Known<'_>,
    encounter: &Encounter,
) -> Vec<Finding> {
    let general = known.threshold(rule.code, encounter.at.date());
    of_items(known, encounter, |order, listing| {
        let own = listing.detail.days.map(|days| (i64::from(days), Vec::new()));
        let (most, articles) = own.or_else(|| general.clone())?;
        (order.days > most.saturating_mul(DAY)).then(|| {
            let words = format!("{}天，最多{most}天", days_text(order.days));
            finding(rule, encounter, &[order], &about(listing, &words), articles)
        })
    })
}

/// 重复购药: within the visit, and before an earlier supply ends.
pub(super) fn duplicate_medicine(
    rule: &Rule,
    known: &Known<'_>,
    encounter: &Encounter,
) -> Vec<Finding> {
    let today = encounter.at.date();
    let (tolerated, articles) = known.threshold(rule.code, today).unwrap_or_default();
    let mut found = Vec::new();
    for (place, order) in encounter.orders.iter().enumerate() {
        if order.days <= 0 {
            continue;
        }
        let twin = encounter.orders[..place].iter().find(|one| one.item == order.item);
        if let Some(twin) = twin.filter(|one| one.days > 0) {
            let words = format!("{}在本次就诊中开具两次", order.item);
            found.push(finding(rule, encounter, &[order, twin], &words, Vec::new()));
            continue;
        }
        let supplies = known.recent.lines.iter().filter(|line| line.item == order.item);
        let Some(last) = supplies.max_by_key(|line| supplied_until(line.at, line.days)) else {
            continue;
        };
        let until = supplied_until(last.at, last.days);
        if i64::from(today.days()) < i64::from(until.days()) - tolerated {
            let (day, days) = (last.at.date(), days_text(last.days));
            let words = format!(
                "{}于{day}在{}已取药{days}天，可用至{}",
                order.item,
                last.institution,
                until.previous()
            );
            found.push(finding(rule, encounter, &[order], &words, articles.clone()));
        }
    }
    found
}

/// The first day for which a supply is not enough any more.
fn supplied_until(at: Moment, days: i64) -> Date {
    let whole = i32::try_from((days.max(0) + DAY - 1) / DAY).unwrap_or(i32::MAX / 2);
    Date::from_days(at.date().days().saturating_add(whole))
}

/// 住院期间.
pub(super) fn overlap_with_admission(
    rule: &Rule,
    known: &Known<'_>,
    encounter: &Encounter,
) -> Vec<Finding> {
    let day = encounter.at.date();
    let (tolerated, articles) = known.threshold(rule.code, day).unwrap_or_default();
    let admissions = known.file.facts.iter().filter(|fact| &*fact.kind == facts::ADMISSION);
    let believed = admissions.filter(|fact| facts::holds(fact, day, known.now));
    let overlapping = believed.filter(|fact| inside(fact, encounter.at));
    let overlapping =
        overlapping.filter(|fact| i64::from(day.days() - fact.from.days()) >= tolerated);
    let in_words = |fact: &Fact| {
        let until = if fact.to == Date::MAX { "今".to_string() } else { fact.to.to_string() };
        format!("{}至{until}在{}住院", fact.from, fact.other)
    };
    let all: Vec<&Order> = encounter.orders.iter().collect();
    overlapping
        .map(|fact| finding(rule, encounter, &all, &in_words(fact), articles.clone()))
        .collect()
}

/// Between admission and discharge: by the clock where it is known; otherwise the days of admission and discharge do not
/// count.
pub(super) fn inside(fact: &Fact, at: Moment) -> bool {
    let detail: Admission = serde_json::from_str(&fact.detail).unwrap_or_default();
    let admitted = Moment::parse(&detail.admitted);
    let discharged = Moment::parse(&detail.discharged);
    let day = at.date();
    let after = admitted.map_or(day > fact.from, |admitted| at >= admitted);
    let before = discharged.map_or(day < fact.to, |discharged| at < discharged);
    after && before
}

/// 当月就诊次数, this visit included.
pub(super) fn visits_per_month(
    rule: &Rule,
    known: &Known<'_>,
    encounter: &Encounter,
) -> Vec<Finding> {
    let Some((most, articles)) = known.threshold(rule.code, encounter.at.date()) else {
        return Vec::new();
    };
    let month = encounter.at.date().month();
    let earlier = known.recent.visits.iter().filter(|at| at.date().month() == month).count();
    let visits = i64::try_from(earlier).unwrap_or(i64::MAX).saturating_add(1);
    if visits <= most {
        return Vec::new();
    }
    let words = format!("{month}第{visits}次就诊，提示门槛{most}次");
    vec![finding(rule, encounter, &[], &words, articles)]
}

/// 不在目录.
pub(super) fn unknown_item(rule: &Rule, known: &Known<'_>, encounter: &Encounter) -> Vec<Finding> {
    let day = encounter.at.date();
    let unknown =
        encounter.orders.iter().filter(|order| known.directory.item(&order.item, day).is_none());
    let words = |order: &Order| format!("{}不在本地区医保目录内，由个人负担", order.item);
    unknown.map(|order| finding(rule, encounter, &[order], &words(order), Vec::new())).collect()
}

/// What a check finds among the orders that the catalogue lists.
fn of_items(
    known: &Known<'_>,
    encounter: &Encounter,
    check: impl Fn(&Order, &Listing) -> Option<Finding>,
) -> Vec<Finding> {
    let day = encounter.at.date();
    let found = encounter.orders.iter().filter_map(|order| {
        let listing = known.directory.item(&order.item, day)?;
        check(order, listing)
    });
    found.collect()
}

fn about(listing: &Listing, words: &str) -> String {
    format!("{} {}：{words}", listing.code, listing.name)
}

/// Hundredths of a day as people write days.
fn days_text(days: i64) -> String {
    quantity::text(days.saturating_mul(quantity::ONE / DAY))
}

fn finding(
    rule: &Rule,
    encounter: &Encounter,
    orders: &[&Order],
    words: &str,
    articles: Vec<Arc<str>>,
) -> Finding {
    let concerned = orders.iter().map(|order| Concerned {
        order: order.name.clone(),
        item: order.item.clone(),
        amount: order.amount.get(),
    });
    let first = if rule.of_visit { orders.len() } else { 1 };
    let amounts = orders.iter().take(first).map(|order| order.amount.get());
    Finding {
        number: "".into(),
        rule: rule.code.into(),
        name: rule.zh.into(),
        severity: rule.severity,
        words: words.into(),
        person: encounter.person.person.clone(),
        visit: encounter.visit.clone(),
        amount: amounts.fold(0, i64::saturating_add),
        orders: concerned.collect(),
        articles,
    }
}
