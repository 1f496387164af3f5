//! The pharmacy's steps: 7201 授权, 7202 查询, 7203 二维码, 7204 下载, 7205 验签, 7206 审方, 7207 发药, 7208 发药撤销.

use super::{own, step, words};
use crate::fsi::answer::Cell;
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::message::Message;
use crate::fsi::reading::Row;
use crate::fsi::transactions::{Act, Render, unexpected};
use crate::office::Office;
use agency::business::prescription::read::{self, of_person, owner, prescription};
use agency::business::prescription::{
    Authorise, Authorised, Bought, Dispense, EncodedFile, Pharmacist, Prescription,
    ReviewPrescription, Step, TakeBack, Verify,
};
use agency::counter::by_credential;
use agency::{Outcome, Reason, Refused};
use kernel::{Date, Moment};
use serde_json::Value;
use std::sync::Arc;
use store::{Area, Id, PersonKey};

/// 就诊凭证类型 of a token of the e-credential.
const TOKEN: &str = "01";

/// How a row says who stands at the counter.
struct Shown {
    area: Area,
    token: String,
    identity: String,
    name: String,
    mismatch: Fault,
}

impl Shown {
    fn read(message: &Message<'_>, row: &Row<'_>) -> Result<Shown, Fault> {
        let text = |name| row.text(name).to_string();
        let (token, identity) = (text("ecToken"), text("certno"));
        if token.is_empty() && identity.is_empty() {
            return Err(row.fault("certno", Wire::Missing, "电子凭证令牌与证件号码至少填一项"));
        }
        let mismatch = row.fault("psnName", Wire::Unfit, "与证件登记的姓名不符");
        Ok(Shown { area: message.area, token, identity, name: text("psnName"), mismatch })
    }

    /// The person: by the token if it is known, else by the document.
    fn person(self, office: &Office) -> Result<PersonKey, Fault> {
        let (agency, area) = (office.agency(), self.area);
        let known = match (&*self.token, &*self.identity) {
            ("", identity) => by_credential(agency, area, "", identity),
            (token, "") => by_credential(agency, area, TOKEN, token),
            (token, identity) => by_credential(agency, area, TOKEN, token)
                .or_else(|_| by_credential(agency, area, "", identity)),
        };
        let person = known?.person;
        if self.name.is_empty() || *person.name == *self.name {
            return Ok(person.key);
        }
        Err(self.mismatch)
    }
}

/// 7201 authorises every prescription of the person that can be dispensed, or the one asked for by `hiRxno`. Answered is
/// the newest of them.
pub(in super::super) fn authorise(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    own(message, &row)?;
    let shown = Shown::read(message, &row)?;
    let wanted = row.text("hiRxno").to_string();
    let (pharmacy, now) = (message.institution.clone(), message.received);
    Ok(Act::Look(Box::new(move |office| {
        let person = shown.person(office)?;
        let found = of_person(office.store(), &person)?;
        let usable = |one: &&Prescription| one.allow(Step::Authorise, now).is_ok();
        let asked = |one: &&Prescription| wanted.is_empty() || *one.number == *wanted;
        let numbers = found.iter().filter(usable).filter(asked).map(|one| one.number.clone());
        let business = Authorise { person, pharmacy, numbers: numbers.collect() };
        Ok(Act::Submit(Box::new(business), authorised(found)))
    })))
}

fn authorised(found: Vec<Prescription>) -> Render {
    Box::new(move |outcome, mut answer| {
        let given: Option<Vec<Authorised>> = outcome.document();
        let given = given.and_then(|given| given.into_iter().next_back());
        let given = given.ok_or_else(|| unexpected(outcome))?;
        let seen = found.iter().find(|one| one.number == given.number);
        let seen = seen.ok_or_else(|| unexpected(outcome))?;
        let standing = seen.standing(answer.at());
        answer.row("data", |field| match field {
            "authRxno" => Cell::text(&*given.authorisation),
            "epcToken" => Cell::text(&*given.token),
            "expiresIn" => Cell::Moment(given.until),
            field => words::of_prescription(seen, field, &standing),
        });
        answer.finish()
    })
}

/// 7202. By person, or by number and trace code.
pub(in super::super) fn list(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    own(message, &row)?;
    let named = Named::read(message.area, row.text("hiRxno"), row.text("rxTraceCode"));
    let shown = if named.is_some() { None } else { Some(Shown::read(message, &row)?) };
    let (from, to) = (row.date("begndate")?, row.date("enddate")?);
    let now = message.received;
    Ok(Act::Ask(Box::new(move |office, mut answer| {
        let mut found = match (named, shown) {
            (Some(named), _) => vec![named.find(office)?],
            (None, Some(shown)) => of_person(office.store(), &shown.person(office)?)?,
            (None, None) => Vec::new(),
        };
        let (from, to) = (from.unwrap_or(Date::MIN), to.unwrap_or(Date::MAX));
        found.retain(|one| {
            let day = one.prescribed.date();
            one.issue.is_some() && from <= day && day <= to
        });
        let found: Vec<_> = found.iter().map(|one| (one, one.standing(now))).collect();
        answer.rows("data", &found, |(one, standing), field| {
            words::of_prescription(one, field, standing)
        });
        answer.finish()
    })))
}

/// A prescription named by number and trace code: whoever knows both holds it in their hands.
struct Named {
    area: Area,
    number: String,
    trace_code: String,
}

impl Named {
    fn read(area: Area, number: &str, trace_code: &str) -> Option<Named> {
        let both = !number.is_empty() && !trace_code.is_empty();
        both.then(|| Named { area, number: number.to_string(), trace_code: trace_code.to_string() })
    }

    fn find(&self, office: &Office) -> Result<Prescription, Refused> {
        let person = owner(office.store(), self.area, &self.number)?;
        let found = prescription(office.store(), &person, &self.number)?;
        if *found.trace_code == *self.trace_code {
            return Ok(found);
        }
        Err(Refused::new(Reason::PrescriptionUnknown, "处方编号与追溯码不符"))
    }
}

/// 7203: a QR code authorises the pharmacy for the prescription it names.
pub(in super::super) fn decode(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    own(message, &row)?;
    let parts = row.required("epcQrcd")?.split(|letter: char| !letter.is_ascii_alphanumeric());
    let parts: Vec<&str> = parts.collect();
    let number = parts.iter().find(|part| Id::parse(part).is_some()).copied();
    let trace_code = parts.iter().find(|part| part.len() == 20).copied();
    let named = Named::read(message.area, number.unwrap_or(""), trace_code.unwrap_or(""));
    let right = "应为“医保处方编号:处方追溯码”";
    let named = named.ok_or_else(|| row.fault("epcQrcd", Wire::Unfit, right))?;
    let pharmacy = message.institution.clone();
    Ok(Act::Look(Box::new(move |office| {
        let found = named.find(office)?;
        let person = PersonKey { area: named.area, person: found.person.clone() };
        let business = Authorise { person, pharmacy, numbers: vec![found.number.clone()] };
        Ok(Act::Submit(Box::new(business), authorised(vec![found])))
    })))
}

/// 7204.
pub(in super::super) fn download(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    own(message, &row)?;
    let authorisation = row.required("authRxno")?.to_string();
    let token = row.required("epcToken")?.to_string();
    let (area, pharmacy) = (message.area, message.institution.clone());
    let now = message.received;
    Ok(Act::Ask(Box::new(move |office, mut answer| {
        let store = office.store();
        let found = read::download(store, area, &pharmacy, &authorisation, &token, now)?;
        let (held, standing) = (&found.prescription, found.prescription.standing(now));
        answer.row("data", |field| match field {
            "rxFile" => Cell::text(&*found.file),
            "fileSuffix" => Cell::text(suffix(&found.file)),
            field => words::of_prescription(held, field, &standing),
        });
        words::write_content(&mut answer, held);
        answer.finish()
    })))
}

/// What kind of file it is, by how it begins in base 64.
fn suffix(file: &str) -> &'static str {
    match file {
        pdf if pdf.starts_with("JVBER") => "pdf",
        // OFD 版式文件 is a zip.
        zip if zip.starts_with("UEsD") => "ofd",
        _ => "bin",
    }
}

/// 7205. Whoever asks with the wrong file hears that as a refusal.
pub(in super::super) fn verify(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let pharmacy = message.institution.clone();
    let trace_code = row.required("rxTraceCode")?.into();
    let token = row.required("epcToken")?.into();
    let file = EncodedFile::read(row.required("rxFile")?)?;
    let digest = file.digest.clone();
    let business = move |person, number: &str| Verify {
        person,
        number: number.into(),
        trace_code,
        pharmacy,
        token,
        file,
    };
    let render: Render = Box::new(move |outcome, mut answer| {
        let serial = serial(outcome)?;
        answer.row("data", |field| match field {
            "rxSignVerifySn" => Cell::text(&*serial),
            "signCertSn" => Cell::text(&*digest),
            field => succeeded(field),
        });
        answer.finish()
    });
    step(message, &row, business, render)
}

/// 7206.
pub(in super::super) fn review(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let approved = match row.required("rxChkStasCodg")? {
        "1" => true,
        "0" => false,
        _ => return Err(row.fault("rxChkStasCodg", Wire::NotInList, "应为0审核不通过、1审核通过")),
    };
    let pharmacy = message.institution.clone();
    let token = row.required("epcToken")?.into();
    let verification = row.required("rxSignVerifySn")?.into();
    let pharmacist =
        Pharmacist { code: row.text("pharCode").into(), name: row.text("pharName").into() };
    let opinion = row.text("rxChkOpnn").into();
    let at: Moment = row.moment("rxChkTime")?.unwrap_or(message.received);
    let business = move |person, number: &str| ReviewPrescription {
        person,
        number: number.into(),
        pharmacy,
        token,
        verification,
        pharmacist,
        approved,
        opinion,
        at,
    };
    step(message, &row, business, filed_as("rxChkBizSn"))
}

/// 7207.
pub(in super::super) fn dispense(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    own(message, &row)?;
    let rows = message.some_rows("rxSaleDrugDetl")?;
    let bought = rows.iter().map(bought).collect::<Result<Vec<_>, _>>()?;
    let units = rows.iter().map(Unit::read).collect::<Vec<_>>();
    let stated = Value::Array(rows.iter().map(Row::to_json).collect());
    let (area, number) = (message.area, row.required("hiRxno")?.to_string());
    let (pharmacy, settled) = (message.institution.clone(), row.flag("hiFeesetlFlag"));
    let review: Arc<str> = row.required("rxChkBizSn")?.into();
    Ok(Act::Look(Box::new(move |office| {
        let person = owner(office.store(), area, &number)?;
        let found = prescription(office.store(), &person, &number)?;
        units.into_iter().try_for_each(|unit| unit.fits(&found))?;
        let number = number.as_str().into();
        let business = Dispense { person, number, pharmacy, review, settled, bought, stated };
        Ok(Act::Submit(Box::new(business), filed_as("selStooutSn")))
    })))
}

fn bought(row: &Row<'_>) -> Result<Bought, Fault> {
    let item = row.required("medListCodg")?.into();
    Ok(Bought { item, quantity: row.required_quantity("drugTotlcnt")? })
}

/// The unit a line counts in. Quantities can be compared only in the unit of the prescription.
struct Unit {
    item: String,
    unit: String,
    fault: Fault,
}

impl Unit {
    fn read(row: &Row<'_>) -> Unit {
        let right = "应与处方的药品总用药量单位一致";
        let fault = row.fault("drugTotlcntEmp", Wire::Unfit, right);
        let text = |name| row.text(name).to_string();
        Unit { item: text("medListCodg"), unit: text("drugTotlcntEmp"), fault }
    }

    fn fits(self, prescription: &Prescription) -> Result<(), Fault> {
        let same = |unit: &str| unit.is_empty() || self.unit.is_empty() || unit == self.unit;
        let mut medicines = prescription.medicines.iter();
        let prescribed = medicines.find(|medicine| *medicine.item == *self.item);
        if prescribed.is_none_or(|medicine| same(&medicine.unit)) {
            Ok(())
        } else {
            Err(self.fault)
        }
    }
}

/// 7208.
pub(in super::super) fn take_back(message: &Message<'_>, _office: &Office) -> Result<Act, Fault> {
    let row = message.row("data")?;
    let pharmacy = message.institution.clone();
    let stated = row.text("selStooutSn");
    let dispensing = (!stated.is_empty()).then(|| stated.into());
    let business = move |person, number: &str| TakeBack {
        person,
        number: number.into(),
        pharmacy,
        dispensing,
    };
    let render: Render = Box::new(|_, mut answer| {
        answer.row("data", succeeded);
        answer.finish()
    });
    step(message, &row, business, render)
}

/// Answers that it succeeded, and the number it is filed under.
fn filed_as(name: &'static str) -> Render {
    Box::new(move |outcome, mut answer| {
        let serial = serial(outcome)?;
        answer.row("data", |field| match field {
            field if field == name => Cell::text(&*serial),
            field => succeeded(field),
        });
        answer.finish()
    })
}

fn serial(outcome: &Outcome) -> Result<Arc<str>, Fault> {
    match outcome {
        Outcome::Filed { number } => Ok(number.clone()),
        other => Err(unexpected(other)),
    }
}

/// A field of an answer that says it succeeded.
fn succeeded(field: &str) -> Cell<'static> {
    match field {
        "flag" => Cell::Flag(true),
        "signCertDn" => Cell::text(super::NO_CERTIFICATE),
        _ => Cell::Absent,
    }
}
