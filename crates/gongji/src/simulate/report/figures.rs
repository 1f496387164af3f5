//! Sums: by payer, month, segment and institution.

use super::super::few::{self, month_name};
use super::super::institutions::ranked;
use super::super::tables::called;
use super::{Room, Told, both};
use ::simulate::{AboveLimit, Change, Division, Institution, Paid, Segment, Totals};
use kernel::policy::Term;
use kernel::{Fund, Level, Status};
use serde_json::{Map, Value, json};

fn paid(paid: &Paid) -> Value {
    json!({ "deductible": paid.deductible, "funds": paid.funds, "all": paid.fund_payment() })
}

/// What each fund pays, by side.
pub(super) fn payers(told: &Told<'_>, _: Room) -> Value {
    let totals = &told.result.totals;
    let names: Vec<Value> = Fund::ALL.iter().map(|fund| both(fund.zh(), fund.en())).collect();
    let sides = (0..told.sides.len()).map(|side| paid(&totals.all_paid(side)));
    json!({ "funds": names, "sides": sides.collect::<Vec<_>>() })
}

/// One for each month, in order.
pub(super) fn months(told: &Told<'_>, _: Room) -> Value {
    let totals = &told.result.totals;
    let width = totals.segments.len();
    let months = totals.months.iter().copied().enumerate();
    let of = |(index, month): (usize, i32)| {
        let name = month_name(told.hidden, month);
        let mut value = sums(totals, &(index * width..(index + 1) * width));
        value.insert("month".into(), json!(name));
        Value::Object(value)
    };
    months.map(of).collect()
}

/// Sums of some cells of the totals.
fn sums(totals: &Totals, cells: &(impl Iterator<Item = usize> + Clone)) -> Map<String, Value> {
    let claimed = |of: fn(&::simulate::Claimed) -> i64| {
        cells.clone().filter_map(|cell| totals.claimed.get(cell)).map(of).sum::<i64>()
    };
    let side = |side: &Vec<Paid>| {
        let mut sum = Paid::default();
        for part in cells.clone().filter_map(|cell| side.get(cell)) {
            sum.deductible += part.deductible;
            for (fund, amount) in sum.funds.iter_mut().zip(part.funds) {
                *fund += amount;
            }
        }
        paid(&sum)
    };
    let mut value = Map::new();
    value.insert("claims".into(), json!(claimed(|of| of.claims)));
    value.insert("in_scope".into(), json!(claimed(|of| of.in_scope)));
    value.insert("outside".into(), json!(claimed(|of| of.outside)));
    value.insert("paid".into(), totals.paid.iter().map(side).collect());
    value
}

/// Names of the divisions.
const DIVISIONS: [(Division, &str, &str, &str); 5] = [
    (Division::Status, "status", "人员状态", "status"),
    (Division::Plan, "plan", "参保类型", "plan"),
    (Division::Age, "age", "年龄", "age"),
    (Division::Level, "level", "机构等级", "level of the institution"),
    (Division::Area, "area", "地区", "area"),
];

/// What the codes of each division mean; a division that has but one value is left out.
pub(super) fn words(told: &Told<'_>, _: Room) -> Value {
    let totals = &told.result.totals;
    let mut segments: Vec<&Segment> =
        few::changes(totals, told.hidden).into_iter().map(|(segment, _)| segment).collect();
    segments.extend(few::limits(totals, told.hidden).into_iter().map(|(segment, ..)| segment));
    // Institutions are of these.
    segments.extend(&totals.segments);
    let mut list = Vec::new();
    for (division, code, zh, en) in DIVISIONS {
        let mut codes: Vec<&str> = segments.iter().map(|segment| segment.get(division)).collect();
        codes.sort_unstable();
        codes.dedup();
        let values: Map<String, Value> =
            codes.iter().map(|code| ((*code).to_string(), word(told, division, code))).collect();
        list.push(json!({ "code": code, "name": both(zh, en), "values": values }));
    }
    list.into()
}

fn word(told: &Told<'_>, division: Division, code: &str) -> Value {
    let known = match division {
        _ if code.is_empty() => Some(both("未填", "not given")),
        _ if code == Segment::ANY => Some(both("*（人数少，合并）", "* (few people, together)")),
        Division::Status => Status::from_code(code).map(|of| both(of.zh(), of.en())),
        Division::Level => Level::from_code(code).map(|of| both(of.zh(), of.en())),
        Division::Plan => plan(told, code).map(|term| both(&*term.zh, &*term.en)),
        Division::Age => Some(match (code.strip_suffix('+'), code.strip_prefix("0-")) {
            (Some(from), _) => both(format!("{from} 岁及以上"), format!("{from} and older")),
            (_, Some(upto)) => both(format!("{upto} 岁及以下"), format!("up to {upto}")),
            _ => both(format!("{} 岁", code.replace('-', "–")), code.replace('-', "–")),
        }),
        Division::Area => None,
    };
    known.unwrap_or_else(|| both(code, code))
}

fn plan<'a>(told: &Told<'a>, code: &str) -> Option<&'a Term> {
    let plans = told.sides.iter().flat_map(|side| &side.timeline.vocabulary.plans);
    let mut known = plans.filter(|term| *term.code == *code || *term.zh == *code);
    known.find(|term| !term.zh.is_empty())
}

fn at(segment: &Segment) -> Value {
    json!(DIVISIONS.map(|(division, ..)| segment.get(division)))
}

/// Who gains and loses, by the segment of the last claim of the year.
pub(super) fn changers(told: &Told<'_>, _: Room) -> Value {
    let of = |(segment, change): (&Segment, Change)| {
        json!({
            "at": at(segment),
            "people": change.people,
            "winners": [change.winners, change.gain],
            "losers": [change.losers, change.loss],
        })
    };
    few::changes(&told.result.totals, told.hidden).into_iter().map(of).collect()
}

/// Who is above a limit, by the same.
pub(super) fn limited(told: &Told<'_>, _: Room) -> Value {
    let of = |(segment, people, above): (&Segment, u64, Vec<AboveLimit>)| {
        let limits = above.iter().map(|limit| json!([limit.people, limit.claims, limit.cut]));
        let limits: Vec<Value> = limits.collect();
        json!({ "at": at(segment), "people": people, "limit": limits })
    };
    few::limits(&told.result.totals, told.hidden).into_iter().map(of).collect()
}

/// Institutions whose payment changes most, then the largest; all others in one sum.
pub(super) fn institutions(told: &Told<'_>, room: Room) -> Value {
    let totals = &told.result.totals;
    if totals.institutions.is_empty() {
        return Value::Null;
    }
    let (list, rest) = ranked(totals, room.institutions);
    let spent = |place: &Institution| place.in_scope + place.outside;
    let row = |place: &&Institution| {
        let segment = totals.segments.get(place.segment as usize);
        let level = segment.map_or("", |segment| segment.get(Division::Level));
        json!([
            called(place, told.source.institutions()),
            level,
            place.claims,
            spent(place),
            place.in_scope,
            place.paid
        ])
    };
    let sum = |of: &dyn Fn(&Institution) -> i64| rest.iter().map(|place| of(place)).sum::<i64>();
    let side = |side: usize| sum(&|place| place.paid.get(side).copied().unwrap_or(0));
    let sides: Vec<i64> = (0..told.sides.len()).map(side).collect();
    json!({
        "rows": list.iter().map(row).collect::<Vec<_>>(),
        "others": rest.len(),
        "rest": [sum(&|place| place.claims), sum(&spent), sum(&|place| place.in_scope), sides],
    })
}
