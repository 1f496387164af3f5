//! What is registered about a person: 5301 慢特病备案, 5302 定点, 5303 在院, 5304 转院. All of it dated facts.

use super::statement::age_on;
use super::{Act, national};
use crate::fsi::answer::{Answer, Cell, Output};
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::message::Message;
use crate::fsi::reading::Row;
use crate::office::Office;
use agency::business::filing::{self, FilingKind, InForce};
use agency::counter::{Referral, Stay, referrals, stays};
use agency::{Reason, Refused};
use kernel::{Date, Moment};
use serde_json::Value;
use std::collections::BTreeSet;
use store::{Person, PersonKey, Wants};

/// Filings of these kinds in force today.
fn in_force(
    office: &Office,
    person: &PersonKey,
    kinds: &[&'static FilingKind],
    now: Moment,
) -> Result<Vec<InForce>, Refused> {
    let people = BTreeSet::from([person.clone()]);
    let world = office.agency().look(Wants { people, ..Wants::default() })?;
    let unknown = || Refused::new(Reason::PersonUnknown, &*person.person);
    let file = world.file(person).ok_or_else(unknown)?;
    let law = office.agency().regions().law(person.area).map(|law| &**law);
    Ok(filing::in_force(file, law, kinds, now.date(), now))
}

/// 5301: 慢特病 and 两病.
pub(super) fn diseases(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let person = message.person(&message.row("data")?)?;
    let now = message.received;
    Ok(Act::Ask(Box::new(move |office, mut answer| {
        let kinds = [filing::CHRONIC, filing::TWO_DISEASE];
        let found = in_force(office, &person, &kinds, now)?;
        answer.rows("feedetail", &found, |one, field| match field {
            "opsp_dise_code" => Cell::text(&*one.names),
            "opsp_dise_name" if one.name.is_empty() => Cell::text(&*one.names),
            "opsp_dise_name" => Cell::text(&*one.name),
            "begndate" => Cell::Day(one.from),
            "enddate" => last_day(one.to),
            _ => Cell::Absent,
        });
        answer.finish()
    })))
}

/// 5302: 03 定点, 05 家庭医生签约.
pub(super) fn institutions(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let person = message.person(&row)?;
    let kinds: &[&FilingKind] = match row.text("biz_appy_type") {
        "03" => &[filing::CHOSEN, filing::CHOSEN_FOR],
        "05" => &[filing::FAMILY_DOCTOR],
        "" => &[filing::CHOSEN, filing::CHOSEN_FOR, filing::FAMILY_DOCTOR],
        _ => return Err(row.fault("biz_appy_type", Wire::Unfit, "可查询03定点、05家庭医生签约")),
    };
    let now = message.received;
    Ok(Act::Ask(Box::new(move |office, mut answer| {
        let found = in_force(office, &person, kinds, now)?;
        answer.rows("psnfixmedin", found.iter().zip(1..), |(one, place), field| match field {
            "psn_no" => Cell::text(person.person.to_string()),
            "insutype" => Cell::text(national::EMPLOYEES),
            "fix_srt_no" => stated(&one.stated, field).unwrap_or(Cell::text(place.to_string())),
            "fixmedins_code" => Cell::text(&*one.names),
            "fixmedins_name" => name_of(office, &one.names, now),
            "begndate" => Cell::Day(one.from),
            "enddate" => last_day(one.to),
            "memo" => stated(&one.stated, field).unwrap_or_default(),
            _ => Cell::Absent,
        });
        answer.finish()
    })))
}

/// The span that a question is about.
fn span(row: &Row<'_>) -> Result<(Date, Date), Fault> {
    let from = row.date("begntime")?.unwrap_or(Date::MIN);
    let to = row.date("endtime")?.unwrap_or(Date::MAX);
    if to < from {
        return Err(row.fault("endtime", Wire::Unfit, format!("不应早于开始时间{from}")));
    }
    Ok((from, to))
}

/// 5303: stays that began in a span and have not ended. The books know stays by person.
pub(super) fn admissions(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    if row.text("psn_no").is_empty() {
        return Err(row.fault("psn_no", Wire::Missing, "本系统按人员查询在院信息"));
    }
    let (person, (from, to)) = (message.person(&row)?, span(&row)?);
    let (now, area) = (message.received, message.area);
    Ok(Act::Ask(Box::new(move |office, mut answer| {
        let mut found = stays(office.agency(), &person, from, to)?;
        found.retain(|stay| now.date() < stay.to);
        let local = |code: &str| {
            let directory = office.agency().directory(area);
            directory.is_some_and(|directory| directory.has_institution(code))
        };
        answer.rows("data", &found, |stay, field| match field {
            "out_flag" => Cell::Flag(!local(&stay.institution)),
            field => of_stay(stay, field, now.date()),
        });
        answer.finish()
    })))
}

fn of_stay<'v>(stay: &'v Stay, field: &str, today: Date) -> Cell<'v> {
    match field {
        // A stay is known from the hospital's own registration, not from a visit here.
        "mdtrt_id" | "ipt_otp_no" => Cell::text(&*stay.detail.number),
        "begndate" => Cell::Day(stay.from),
        "med_type" => Cell::text(national::INPATIENT),
        field => of_person(&stay.person, field, today),
    }
}

fn of_person<'v>(person: &'v Person, field: &str, today: Date) -> Cell<'v> {
    match field {
        "psn_no" => Cell::text(&*person.key.person),
        "psn_cert_type" => Cell::text(&*person.cert_type),
        "certno" => Cell::text(&*person.cert_no),
        "psn_name" => Cell::text(&*person.name),
        "gend" => Cell::text(&*person.gender),
        "brdy" => Cell::day(person.born),
        "age" => person.born.map_or(Cell::Absent, |born| age_on(born, today)),
        "insutype" => Cell::text(national::EMPLOYEES),
        "insu_optins" => Cell::text(person.key.area.to_string()),
        _ => Cell::Absent,
    }
}

/// 5304.
pub(super) fn transfers(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let (person, (from, to)) = (message.person(&row)?, span(&row)?);
    let now = message.received;
    Ok(Act::Ask(Box::new(move |office, answer| {
        let found = referrals(office.agency(), &person, from, to)?;
        write_transfers(office, answer, &found, now)
    })))
}

fn write_transfers(
    office: &Office,
    mut answer: Answer,
    found: &[Referral],
    now: Moment,
) -> Result<Output, Fault> {
    answer.rows("refmedin", found, |referral, field| match field {
        "reflin_medins_no" => Cell::text(&*referral.institution),
        "reflin_medins_name" => name_of(office, &referral.institution, now),
        "refl_date" | "begndate" => Cell::Day(referral.from),
        "enddate" => last_day(referral.to),
        // Who is registered as referred was let go.
        "hosp_agre_refl_flag" => Cell::Flag(true),
        "emp_name" | "tel" | "addr" | "refl_rea" | "out_flag" | "diag_code" | "diag_name"
        | "dise_cond_dscr" | "dcla_souc" => stated(&referral.stated, field).unwrap_or_default(),
        field => of_person(&referral.person, field, now.date()),
    });
    answer.finish()
}

/// The name of an institution of any area; of one that is not listed its code.
fn name_of(office: &Office, code: &str, now: Moment) -> Cell<'static> {
    let directories = office.agency().directories();
    let mut sites = directories.values().filter_map(|it| it.site(code, now.date(), now));
    Cell::text(sites.next().map_or_else(|| code.to_string(), |site| site.name.to_string()))
}

/// What was stated under a national name.
fn stated<'v>(stated: &'v Value, field: &str) -> Option<Cell<'v>> {
    let text = stated[field].as_str()?;
    Some(Cell::text(text))
}

fn last_day(day: Date) -> Cell<'static> {
    Cell::day(Some(day).filter(|day| *day != Date::MAX))
}
