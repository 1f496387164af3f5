//! 1101 人员信息获取.

use super::{Act, national, statement};
use crate::fsi::answer::Cell;
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::message::Message;
use crate::fsi::reading::Row;
use crate::office::Office;
use agency::counter::{Enrolment, PersonFound, by_credential};
use agency::{Agency, Reason, Refused};
use kernel::{Category, Date, Entitlement, Fen};
use store::Area;

pub(super) fn person(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let area = message.area;
    let shown = Shown::read(&row)?;
    let name = row.text("psn_name").to_string();
    let other_name = row.fault("psn_name", Wire::Unfit, "与凭证登记的姓名不符");
    Ok(Act::Ask(Box::new(move |office, mut answer| {
        let found = shown.holder(office.agency(), area)?;
        if !name.is_empty() && name != *found.person.name {
            return Err(other_name);
        }
        let today = answer.at().date();
        answer.row("baseinfo", |field| of_person(&found, today, field));
        answer.rows("insuinfo", schemes(&found), |scheme, field| of_scheme(&found, scheme, field));
        answer.rows("idetinfo", std::iter::empty::<()>(), |(), _| Cell::Absent);
        answer.finish()
    })))
}

/// What a person shows: a credential, an identity document, or both.
struct Shown {
    /// Kind and number; the number is empty if there is none.
    credential: (String, String),
    document: String,
}

/// 就诊凭证类型 of an identity card.
const IDENTITY_CARD: &str = "02";

impl Shown {
    fn read(row: &Row<'_>) -> Result<Shown, Fault> {
        let kind = row.text("mdtrt_cert_type").trim_start_matches('0');
        let kind = if kind.is_empty() { String::new() } else { format!("{kind:0>2}") };
        let (number, document) = (row.text("mdtrt_cert_no"), row.text("certno"));
        if number.is_empty() && document.is_empty() {
            return Err(row.fault("mdtrt_cert_no", Wire::Missing, "凭证编号与证件号码至少填一项"));
        }
        Ok(Shown { credential: (kind, number.to_string()), document: document.to_string() })
    }

    /// Whoever holds it. A document counts where the credential is not known: cards are replaced, tokens expire.
    fn holder(&self, agency: &Agency, area: Area) -> Result<PersonFound, Refused> {
        let (kind, number) = &self.credential;
        match by_credential(agency, area, kind, number) {
            Err(refused)
                if refused.reason == Reason::PersonUnknown && !self.document.is_empty() =>
            {
                by_credential(agency, area, IDENTITY_CARD, &self.document)
            }
            answer => answer,
        }
    }
}

fn of_person<'a>(found: &'a PersonFound, today: Date, field: &str) -> Cell<'a> {
    let person = &found.person;
    match field {
        "psn_no" => Cell::text(&*person.key.person),
        "psn_cert_type" => Cell::text(&*person.cert_type),
        "certno" => Cell::text(&*person.cert_no),
        "psn_name" => Cell::text(&*person.name),
        "gend" => Cell::text(&*person.gender),
        "naty" => Cell::text(&*found.detail.nation),
        "brdy" => Cell::day(person.born),
        "age" => person.born.map_or(Cell::Absent, |born| statement::age_on(born, today)),
        "exp_content" => Cell::text(extension(found)),
        _ => Cell::Absent,
    }
}

/// 险种 310 for whoever is insured, 320 for civil servants beside it.
fn schemes(found: &PersonFound) -> Vec<(&'static str, &Enrolment)> {
    let civil_servant = found.detail.civil_servant;
    let of = |enrolment| {
        let subsidy = civil_servant.then_some((national::CIVIL_SERVANTS, enrolment));
        std::iter::once((national::EMPLOYEES, enrolment)).chain(subsidy)
    };
    found.enrolments.iter().flat_map(of).collect()
}

fn of_scheme<'a>(
    found: &'a PersonFound,
    (scheme, enrolment): &(&'static str, &'a Enrolment),
    field: &str,
) -> Cell<'a> {
    match field {
        "balc" if *scheme == national::EMPLOYEES => Cell::Fen(enrolment.balance().get()),
        "balc" => Cell::Fen(0),
        "insutype" => Cell::text(*scheme),
        "psn_type" => Cell::text(national::psn_type(enrolment.status.code())),
        "psn_insu_stas" => Cell::text(match enrolment.entitlement {
            Entitlement::Entitled | Entitlement::Waiting => "1",
            Entitlement::Arrears => "2",
            Entitlement::NotInsured => "4",
        }),
        "psn_insu_date" => Cell::day(enrolment.enrolled_on),
        "paus_insu_date" if enrolment.entitlement == Entitlement::Arrears => {
            Cell::Day(enrolment.from)
        }
        "cvlserv_flag" => Cell::Flag(found.detail.civil_servant),
        "insuplc_admdvs" => Cell::text(enrolment.area.to_string()),
        "emp_name" => Cell::text(&*found.detail.employer),
        _ => Cell::Absent,
    }
}

/// What is left of limits, under the keys that Nanjing gives it: a JSON object in a text.
fn extension(found: &PersonFound) -> String {
    let mut said = serde_json::Map::new();
    let mut say = |key: &str, value: String| said.insert(key.to_string(), value.into());
    for quota in &found.quotas {
        let left = quota.pool.map_or_else(|| "不限".to_string(), |left| left.to_string());
        match quota.category {
            Category::Ordinary => {
                say("opt_pool_balc", left);
                say("dedc_left", quota.deductible.to_string());
                say("trt_chk_rslt", quota.withheld.clone());
            }
            _ => {
                say(&format!("opsp_balc_{}", quota.disease), left);
            }
        }
    }
    if found.family != Fen::ZERO {
        say("fm_acct_balc", found.family.to_string());
    }
    say("inhosp_stas", u8::from(found.inpatient).to_string());
    serde_json::Value::Object(said).to_string()
}
