//! 3101 事前分析, 3102 事中分析: what a doctor should see before fees are settled; 3103 what was done about it. Findings refuse
//! nothing. They are kept, so that an institution can be asked about them.

use super::{Act, done, unexpected};
use crate::fsi::answer::{Answer, Cell, Output};
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::fields::Table;
use crate::fsi::message::Message;
use crate::fsi::reading::Row;
use crate::office::Office;
use agency::business::desk::{Feedback, Handling, KeepFindings, Stage};
use agency::supervise::{Concerned, Encounter, Finding, Order, RULES, look};
use kernel::Fen;
use std::sync::Arc;
use store::PersonKey;

/// 3101, 3102.
pub(super) fn analyse(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let wanted: Vec<String> = row.texts("rule_ids").into_iter().map(str::to_string).collect();
    let encounters = encounters(message, &row)?;
    let (area, institution) = (message.listed, message.institution.clone());
    let clean = clean(message)?;
    Ok(Act::Look(Box::new(move |office| {
        let mut findings = Vec::new();
        for encounter in &encounters {
            findings.extend(look(office.agency(), encounter)?);
        }
        if !wanted.is_empty() {
            findings.retain(|finding| wanted.iter().any(|rule| **rule == *finding.rule));
        }
        if findings.is_empty() {
            return Ok(Act::Done(clean));
        }
        let keep = KeepFindings { area, institution, findings };
        Ok(Act::Submit(
            Box::new(keep),
            Box::new(|outcome, answer| {
                let found: Option<Vec<Finding>> = outcome.document();
                write(answer, &found.ok_or_else(|| unexpected(outcome))?)
            }),
        ))
    })))
}

/// Nothing was found.
fn clean(message: &Message<'_>) -> Result<Output, Fault> {
    write(Answer::new(message.sheet, message.edition, message.received), &[])
}

/// Every visit of every patient.
fn encounters(message: &Message<'_>, row: &Row<'_>) -> Result<Vec<Encounter>, Fault> {
    let [patients, visits, orders, more] =
        ["patient_dtos", "fsi_encounter_dtos", "fsi_order_dtos", "extend_order_map"];
    let table = |node: &str| message.table(node);
    let (visit_table, order_table, more_table) = (table(visits)?, table(orders)?, table(more)?);
    let mut found = Vec::new();
    for patient in row.rows(patients, table(patients)?)? {
        let person = PersonKey::new(message.area, patient.required("patn_id")?);
        for visit in patient.rows(visits, visit_table)? {
            let ordered = visit.rows(orders, order_table)?;
            found.push(Encounter {
                person: person.clone(),
                visit: visit.text("mdtrt_id").into(),
                institution: message.institution.clone(),
                at: visit.moment("adm_date")?.unwrap_or(message.received),
                orders: ordered
                    .iter()
                    .map(|row| order(row, more_table))
                    .collect::<Result<_, _>>()?,
            });
        }
    }
    if found.is_empty() {
        return Err(row.fault(patients, Wire::Missing, "至少应有一名参保人的一次就诊"));
    }
    Ok(found)
}

fn order(row: &Row<'_>, more: &'static Table) -> Result<Order, Fault> {
    let more = row.rows("extend_order_map", more)?;
    let days = match more.first() {
        Some(more) => more.hundredths("o_prdDays")?.unwrap_or(0),
        None => 0,
    };
    Ok(Order {
        name: row.text("rx_id").into(),
        item: row.required("hilist_code")?.into(),
        amount: Fen::new(row.amount("sumamt")?.unwrap_or(0)),
        days,
        approval: Arc::default(),
    })
}

fn write(mut answer: Answer, findings: &[Finding]) -> Result<Output, Fault> {
    let orders: Vec<_> = findings.iter().map(|finding| details(&answer, finding)).collect();
    answer.rows("result", findings.iter().zip(orders), |(finding, orders), field| match field {
        "judge_result_detail_dtos" => orders.clone(),
        field => of_finding(finding, field),
    });
    answer.finish()
}

fn of_finding<'v>(finding: &'v Finding, field: &str) -> Cell<'v> {
    match field {
        "jr_id" => Cell::text(&*finding.number),
        "rule_id" => Cell::text(&*finding.rule),
        "rule_name" => Cell::text(&*finding.name),
        "vola_cont" => Cell::text(&*finding.words),
        "patn_id" => Cell::text(&*finding.person),
        "mdtrt_id" => Cell::text(&*finding.visit),
        "vola_amt" => Cell::Fen(finding.amount),
        // The amount is known.
        "vola_amt_stas" => Cell::text("1"),
        "sev_deg" => Cell::text(finding.severity.number().to_string()),
        "vola_evid" => Cell::text(finding.articles.join("；")),
        "vola_bhvr_type" => Cell::text(if of_visit(&finding.rule) { "1" } else { "2" }),
        _ => Cell::Absent,
    }
}

/// True if a rule is about the visit (就诊类), otherwise about an item (项目类).
fn of_visit(rule: &str) -> bool {
    RULES.iter().any(|known| known.code == rule && known.of_visit)
}

/// The orders a finding is about. The first of a finding about an item is the one in violation; others are concerned.
fn details(answer: &Answer, finding: &Finding) -> Cell<'static> {
    let orders = finding.orders.iter().zip(1_usize..);
    answer.nested("judge_result_detail_dtos", orders, |(order, place), field| {
        of_order(finding, order, *place, field)
    })
}

fn of_order<'v>(finding: &'v Finding, order: &'v Concerned, place: usize, field: &str) -> Cell<'v> {
    match field {
        "jrd_id" => Cell::text(format!("{}-{place}", finding.number)),
        "patn_id" => Cell::text(&*finding.person),
        "mdtrt_id" => Cell::text(&*finding.visit),
        "rx_id" => Cell::text(&*order.order),
        "vola_item_type" if place == 1 || of_visit(&finding.rule) => Cell::text("1"),
        "vola_item_type" => Cell::text("2"),
        "vola_amt" => Cell::Fen(order.amount),
        _ => Cell::Absent,
    }
}

/// 3103.
pub(super) fn feedback(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let stage = match row.required("warn_type")? {
        "1" => Stage::Before,
        "2" => Stage::During,
        _ => return Err(row.fault("warn_type", Wire::NotInList, "应为1事前、2事中")),
    };
    let warns = row.rows("warns", message.table("warns")?)?;
    let business = Feedback {
        area: message.listed,
        institution: message.institution.clone(),
        stage,
        handled: warns.iter().map(handled).collect::<Result<_, _>>()?,
    };
    Ok(Act::Submit(Box::new(business), Box::new(done)))
}

fn handled(row: &Row<'_>) -> Result<(Arc<str>, Handling, Arc<str>), Fault> {
    let handling = match row.required("dspo_way")? {
        "1" => Handling::GoOn,
        "2" => Handling::Change,
        _ => return Err(row.fault("dspo_way", Wire::NotInList, "应为1继续执行、2返回修改")),
    };
    Ok((row.required("warn_rslt_id")?.into(), handling, row.text("dspo_way_rea").into()))
}
