//! 5201 就诊信息查询, 5202 诊断信息查询.

use super::{asking, end_of, span};
use crate::fsi::answer::Cell;
use crate::fsi::fault::Fault;
use crate::fsi::message::Message;
use crate::fsi::transactions::{Act, national, statement, visit_id};
use crate::office::Office;
use agency::business::visit::{CANCELLED, Diagnosis};
use agency::counter::{PersonFound, VisitFound, person};
use agency::{Reason, Refused};
use kernel::{Date, Moment};

pub(in crate::fsi::transactions) fn visits(
    message: &Message<'_>,
    _office: &Office,
) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let asking = asking(message, &row)?;
    let (from, to) = span(&row)?;
    let category = row.text("med_type").to_string();
    let only = if row.text("mdtrt_id").is_empty() { None } else { Some(visit_id(&row)?) };
    Ok(Act::Ask(Box::new(move |office, mut answer| {
        let agency = office.agency();
        let who = person(agency, &asking.person)?;
        // A visit is numbered by its day; its time stands in it.
        let (first, last) = (Moment::start_of(from.date()), end_of(to.date()));
        let mut found = agency::counter::visits(agency, &asking, first, last, &category)?;
        found.retain(|found| {
            let visit = &found.visit;
            let within = from <= visit.began && visit.began <= to;
            within && visit.state != CANCELLED && only.is_none_or(|only| only == visit.id)
        });
        let today = answer.at().date();
        answer.rows("mdtrtinfo", &found, |found, field| {
            let of_visit = of_visit(found, field);
            if of_visit == Cell::Absent { of_person(&who, today, field) } else { of_visit }
        });
        answer.finish()
    })))
}

fn of_visit<'a>(found: &'a VisitFound, field: &str) -> Cell<'a> {
    let VisitFound { visit, body } = found;
    let purpose = body.purpose.as_ref();
    let stated = |text: fn(&agency::business::visit::Purpose) -> &str| {
        purpose.map_or(Cell::Absent, |purpose| Cell::text(text(purpose)))
    };
    match field {
        "mdtrt_id" => Cell::text(visit.id.to_string()),
        "psn_no" => Cell::text(&*visit.key.person),
        "insutype" => Cell::text(national::scheme(&body.scheme)),
        "begntime" | "endtime" => Cell::Moment(visit.began),
        "mdtrt_cert_type" => Cell::text(&*body.credential),
        "ipt_otp_no" => Cell::text(&*visit.number),
        "atddr_no" => Cell::text(&*body.staff.doctor),
        "chfpdr_name" => Cell::text(&*body.staff.doctor_name),
        "adm_dept_codg" => Cell::text(&*body.staff.department),
        "adm_dept_name" => Cell::text(&*body.staff.department_name),
        "med_type" => stated(|purpose| &purpose.category),
        "main_cond_dscr" => stated(|purpose| &purpose.complaint),
        "dise_codg" => stated(|purpose| &purpose.disease),
        "dise_name" => stated(|purpose| &purpose.disease_name),
        "otp_diag_info" => purpose.map_or(Cell::Absent, |purpose| {
            let valid = purpose.diagnoses.iter().filter(|diagnosis| diagnosis.valid);
            let named: Vec<&str> = valid.map(|diagnosis| &*diagnosis.name).collect();
            Cell::text(named.join("；"))
        }),
        _ => Cell::Absent,
    }
}

fn of_person<'a>(found: &'a PersonFound, today: Date, field: &str) -> Cell<'a> {
    let (person, detail) = (&found.person, &found.detail);
    let status = found.enrolments.first().map_or("", |enrolment| enrolment.status.code());
    match field {
        "psn_cert_type" => Cell::text(&*person.cert_type),
        "certno" => Cell::text(&*person.cert_no),
        "psn_name" => Cell::text(&*person.name),
        "gend" => Cell::text(&*person.gender),
        "naty" => Cell::text(&*detail.nation),
        "brdy" => Cell::day(person.born),
        "age" => person.born.map_or(Cell::Absent, |born| statement::age_on(born, today)),
        "psn_type" => Cell::text(national::psn_type(status)),
        "cvlserv_flag" => Cell::Flag(detail.civil_servant),
        "insu_optins" => Cell::text(person.key.area.to_string()),
        "emp_name" => Cell::text(&*detail.employer),
        _ => Cell::Absent,
    }
}

/// 出入院诊断类别 of outpatient care.
const OF_THE_VISIT: &str = "1";

pub(in crate::fsi::transactions) fn diagnoses(
    message: &Message<'_>,
    _office: &Office,
) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let asking = asking(message, &row)?;
    let visit = visit_id(&row)?;
    Ok(Act::Ask(Box::new(move |office, mut answer| {
        let at = visit.moment();
        let found = agency::counter::visits(office.agency(), &asking, at, at, "")?;
        let found = found.into_iter().find(|found| found.visit.id == visit);
        let found = found.ok_or_else(|| Refused::new(Reason::VisitUnknown, visit.to_string()))?;
        let purpose = found.body.purpose.unwrap_or_default();
        let valid = purpose.diagnoses.iter().filter(|diagnosis| diagnosis.valid);
        answer.rows("diseinfo", valid, |diagnosis, field| match field {
            "mdtrt_id" => Cell::text(visit.to_string()),
            "psn_no" => Cell::text(asking.person.person.to_string()),
            "diag_info_id" => Cell::text(format!("{visit}{:02}", diagnosis.order)),
            _ => of_diagnosis(diagnosis, field),
        });
        answer.finish()
    })))
}

fn of_diagnosis<'a>(diagnosis: &'a Diagnosis, field: &str) -> Cell<'a> {
    match field {
        "inout_diag_type" => Cell::text(OF_THE_VISIT),
        "diag_type" => Cell::text(&*diagnosis.kind),
        "maindiag_flag" => Cell::Flag(diagnosis.order == 1),
        "diag_srt_no" => Cell::Whole(i64::from(diagnosis.order)),
        "diag_code" => Cell::text(&*diagnosis.code),
        "diag_name" => Cell::text(&*diagnosis.name),
        "diag_dept" => Cell::text(&*diagnosis.department),
        "dise_dor_no" => Cell::text(&*diagnosis.doctor),
        "dise_dor_name" => Cell::text(&*diagnosis.doctor_name),
        "diag_time" => Cell::text(&*diagnosis.at),
        _ => Cell::Absent,
    }
}
