//! 7101–7107 and 7201–7208 外配电子处方: written by a hospital, dispensed by a pharmacy. Names are camel case here.
//!
//! A hospital asks whether a prescription is sound (7101), has its file sealed (7102), uploads it (7103); it may withdraw it
//! (7104) and ask how it stands (7105–7107). A pharmacy is authorised by the person who stands there (7201, or the QR code,
//! 7203), downloads (7204), verifies (7205), reviews (7206); the settlement is a purchase like any other (2102, with the
//! number in `rxno`); then the medicines are handed over (7207) or taken back (7208).
//!
//! What a QR code holds: `hiRxno` and `rxTraceCode` with a colon between.

mod words;
mod hospital;
mod questions;
mod pharmacy;

pub(super) use hospital::{precheck, seal, upload, withdraw};
pub(super) use pharmacy::{authorise, decode, dispense, download, list, review, take_back, verify};
pub(super) use questions::{dispensed, read, reviewed};

use super::{Act, Look, Render};
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::message::Message;
use crate::fsi::reading::Row;
use agency::Business;
use agency::business::prescription::read::owner;
use store::PersonKey;

/// 处方附加属性 02: 门诊统筹.
const POOLING: &str = "02";
/// What stands where a certificate would: seals are entries in a register.
const NO_CERTIFICATE: &str = "CN=共济处方签名登记（不使用证书）";

/// A row that names an institution must name the sender.
fn own(message: &Message<'_>, row: &Row<'_>) -> Result<(), Fault> {
    if ["", &*message.institution].contains(&row.text("fixmedinsCode")) {
        return Ok(());
    }
    Err(row.fault("fixmedinsCode", Wire::Unfit, "应与报文头的fixmedins_code一致"))
}

/// A step of the prescription that a row names by `hiRxno`: the books say whose it is.
fn step<B: Business + 'static>(
    message: &Message<'_>,
    row: &Row<'_>,
    business: impl FnOnce(PersonKey, &str) -> B + Send + 'static,
    render: Render,
) -> Result<Act, Fault> {
    own(message, row)?;
    let (area, number) = (message.area, row.required("hiRxno")?.to_string());
    let look: Look = Box::new(move |office| {
        let person = owner(office.store(), area, &number)?;
        Ok(Act::Submit(Box::new(business(person, &number)), render))
    });
    Ok(Act::Look(look))
}
