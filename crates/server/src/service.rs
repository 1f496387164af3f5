//! One request from bytes to bytes: envelope, signature, edition, tables, transaction, frame.

use crate::clock;
use crate::fsi::answer::{Answer, Output};
use crate::fsi::envelope::Envelope;
use crate::fsi::fault::{Fault, Wire, Wrong};
use crate::fsi::fields::{self, Entry, Sheet};
use crate::fsi::frame::Frame;
use crate::fsi::message::{Message, Origin};
use crate::fsi::reading::moment;
use crate::fsi::transactions::{self, Act, Question, Render};
use crate::fsi::tree::Value;
use crate::gateway::sealed::{self, Opened, Sealed};
use crate::gateway::sm2::PrivateKey;
use crate::gateway::{Gate, Request};
use crate::meters::Meters;
use crate::office::Office;
use crate::settings::{Caller, Manners, Shared};
use agency::core::{Answered, Job, Reply};
use agency::{Business, Reason, Refused};
use axum::http::HeaderMap;
use kernel::Moment;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::{Area, Id, MessageKey};

/// What answers requests.
pub struct Service {
    /// What requests need.
    pub office: Arc<Office>,
    /// The settings.
    pub settings: Shared,
    /// The gateway.
    pub gate: Gate,
    /// The meters.
    pub meters: Arc<Meters>,
}

/// A request that has arrived.
#[derive(Clone, Copy, Debug)]
pub struct Arrived<'r> {
    /// The transaction its path names.
    pub path: Option<&'static Entry>,
    /// Its headers.
    pub headers: &'r HeaderMap,
    /// Its body.
    pub body: &'r [u8],
}

/// An answer on its way.
#[derive(Clone, PartialEq, Debug)]
pub enum Reaction {
    /// An envelope, as JSON.
    Envelope(String),
    /// A file.
    File {
        /// Its name.
        name: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// A refusal of the gateway, and whether its sender wants it as an envelope.
    Gateway {
        /// What the gateway says.
        message: &'static str,
        /// The refusal as an envelope.
        envelope: String,
    },
}

/// What is known about a request while it is being answered.
struct Known {
    manners: Manners,
    frame: Frame,
    entry: Option<&'static Entry>,
    institution: Arc<str>,
    notes: Vec<String>,
}

/// A message that was read, and what is to be done about it. It borrows nothing.
struct Plan {
    sheet: &'static Sheet,
    act: Act,
    key: MessageKey,
    sent: Option<Moment>,
}

impl Service {
    /// Answers a request.
    pub async fn answer(&self, arrived: Arrived<'_>) -> Reaction {
        match (Sealed::read(arrived.body), arrived.path) {
            (Some(sealed), Some(path)) => self.unsealed(&sealed, path, arrived).await,
            _ => self.plainly(arrived, true).await,
        }
    }

    /// Answers a sealed request: what is in it stands for a message of the caller, and the answer is sealed again.
    async fn unsealed(
        &self,
        sealed: &Sealed,
        path: &'static Entry,
        arrived: Arrived<'_>,
    ) -> Reaction {
        let now = self.office.now().0 - clock::AHEAD;
        let opened = match sealed.open(&self.settings, now) {
            Ok(opened) => opened,
            Err(fault) => {
                let envelope = self.refusal(&fault);
                let message = gateway_message(&fault).unwrap_or_default();
                return Reaction::Gateway { message, envelope };
            }
        };
        let body = sealed_body(&opened, path);
        let arrived = Arrived { body: body.as_bytes(), ..arrived };
        match self.plainly(arrived, false).await {
            Reaction::Envelope(json) => {
                let key = PrivateKey::read(&self.settings.seal_key);
                Reaction::Envelope(resealed(&json, opened.caller, key.as_ref(), now))
            }
            other => other,
        }
    }

    /// Answers a request in the national envelope; `guarded`: if the gateway lets it in.
    async fn plainly(&self, arrived: Arrived<'_>, guarded: bool) -> Reaction {
        let began = Instant::now();
        let mut known = self.nothing_known(arrived.path);
        let result = match self.plan(arrived, guarded, &mut known) {
            Ok(plan) => self.act(plan, &mut known).await,
            Err(fault) => Err(fault),
        };
        let refused = result.as_ref().err().map(Fault::number);
        let transaction = known.entry.map(|entry| entry.number);
        self.meters.answered(transaction, refused, began.elapsed());
        log(&known, refused, began.elapsed());
        match result {
            Ok(Output::Json(output)) => {
                Reaction::Envelope(known.frame.success(&known.manners, &known.notes, &output))
            }
            Ok(Output::File { name, bytes }) => Reaction::File { name, bytes },
            Err(fault) => {
                let envelope = known.frame.refusal(&known.manners, &fault);
                match gateway_message(&fault) {
                    Some(message) => Reaction::Gateway { message, envelope },
                    None => Reaction::Envelope(envelope),
                }
            }
        }
    }

    /// The envelope of a refusal of which nothing is known but the fault: of a wrong path or method.
    #[must_use]
    pub fn refusal(&self, fault: &Fault) -> String {
        self.meters.answered(None, Some(fault.number()), Duration::ZERO);
        let known = self.nothing_known(None);
        known.frame.refusal(&known.manners, fault)
    }

    fn nothing_known(&self, entry: Option<&'static Entry>) -> Known {
        let now = self.office.now();
        let area = self.settings.division.unwrap_or_default();
        let frame = Frame { area, id: self.office.agency().id(now), received: now, decided: now };
        let (manners, institution) = (self.settings.manners, Arc::from(""));
        Known { manners, frame, entry, institution, notes: Vec::new() }
    }

    /// Reads the message.
    fn plan(&self, arrived: Arrived<'_>, guarded: bool, known: &mut Known) -> Result<Plan, Fault> {
        let envelope = Envelope::read(arrived.body)?;
        let now = known.frame.received.0 - clock::AHEAD;
        let Arrived { headers, body, path } = arrived;
        if guarded {
            self.gate.admit(&Request { headers, body, envelope: &envelope, now })?;
        }
        let origin = self.origin(&envelope, known)?;
        let entry = transaction(&envelope, path)?;
        known.entry = Some(entry);
        if !known.manners.edition.has(entry.number) {
            let edition = format!("{}（{}）", entry.number, known.manners.edition.name);
            return Err(Fault::wire(Wire::NotInEdition, edition));
        }
        let unknown = || Fault::wire(Wire::TransactionUnknown, entry.number);
        let sheet = fields::sheet(entry.number).ok_or_else(unknown)?;
        let variant = transactions::of(entry.number);
        let transaction = variant.or_else(|| transactions::of(entry.sheet)).ok_or_else(unknown)?;
        let input = Value::parse(&envelope.input).map_err(|error| {
            Wrong::new(Wire::NotJson, "input").right(format!("第{}列附近", error.column()))
        })?;
        if !matches!(input, Value::Object(_)) {
            return Err(Fault::wire(Wire::InputShape, ""));
        }
        let key = MessageKey {
            area: origin.area,
            institution: origin.institution.clone(),
            number: Arc::from(&*envelope.message),
            transaction: Arc::from(entry.number),
            digest: digest(envelope.raw_input),
        };
        let sent = moment(&envelope.sent);
        let mut message = Message::read(&envelope, &input, sheet, &known.manners, origin)?;
        known.notes = std::mem::take(&mut message.notes);
        let act = (transaction.read)(&message, &self.office)?;
        if let Act::Submit(..) | Act::Look(_) = act {
            envelope.required(&envelope.message, "msgid", "发送方报文ID")?;
        }
        Ok(Plan { sheet, act, key, sent })
    }

    /// Who sends it, and about whose books.
    fn origin(&self, envelope: &Envelope<'_>, known: &mut Known) -> Result<Origin, Fault> {
        let code =
            envelope.required(&envelope.institution, "fixmedins_code", "定点医药机构编号")?;
        known.institution = Arc::from(code);
        let directories = self.office.agency().directories();
        let received = known.frame.received;
        let of = |(area, directory): (&Area, &Arc<agency::directory::Directory>)| {
            Some((*area, directory.site(code, received.date(), received)?))
        };
        let site = directories.iter().find_map(of);
        let noted = site.as_ref().map(|(_, site)| &site.detail.settings);
        known.manners = self.settings.manners_for(code, noted);
        let stated = division(&envelope.home_division, "insuplc_admdvs", "参保地医保区划")?;
        let care = division(&envelope.care_division, "mdtrtarea_admvs", "就医地医保区划");
        let care = care.ok().flatten().map(|area| self.office.pooled(area));
        let listed = site.map(|(area, _)| area).or(care).or(self.settings.division);
        let listed = listed.unwrap_or_default();
        let area = stated.map_or(listed, |area| self.office.pooled(area));
        known.frame.area = area;
        if stated.is_some() && self.office.agency().regions().law(area).is_none() {
            return Err(Refused::new(Reason::AreaUnknown, area.to_string()).into());
        }
        Ok(Origin { area, listed, institution: known.institution.clone(), received })
    }

    async fn act(&self, plan: Plan, known: &mut Known) -> Result<Output, Fault> {
        let Plan { sheet, mut act, key, sent } = plan;
        while let Act::Look(look) = act {
            let office = self.office.clone();
            act = blocking(move || look(&office)).await??;
        }
        match act {
            // Looking ends above.
            Act::Look(_) => Err(Fault::wire(Wire::Internal, "")),
            Act::Done(output) => Ok(output),
            Act::Ask(question) => self.ask(question, sheet, known).await,
            Act::Submit(business, render) => {
                let reply = self.submit(business, key, sent).await?;
                rendered(render, &reply, sheet, known)
            }
            Act::Try(business, render) => {
                let office = self.office.clone();
                let reply =
                    blocking(move || office.agency().trial(&*business, Some(&key))).await??;
                rendered(render, &reply, sheet, known)
            }
        }
    }

    async fn ask(
        &self,
        question: Question,
        sheet: &'static Sheet,
        known: &Known,
    ) -> Result<Output, Fault> {
        let office = self.office.clone();
        let answer = Answer::new(sheet, known.manners.edition, known.frame.received);
        blocking(move || question(&office, answer)).await?
    }

    async fn submit(
        &self,
        business: Box<dyn Business>,
        key: MessageKey,
        sent: Option<Moment>,
    ) -> Reply {
        let (answered, answer) = tokio::sync::oneshot::channel();
        let reply = Box::new(move |reply| {
            // A sender that went away does not want to know.
            let _ = answered.send(reply);
        });
        self.office.submit(Job { business, message: Some(key), sent, reply });
        answer.await.unwrap_or_else(|_| Err(Refused::new(Reason::Unavailable, "")))
    }
}

/// The message that a sealed body stands for: its number is what it says.
fn sealed_body(opened: &Opened<'_>, path: &'static Entry) -> String {
    let data: serde_json::Value = serde_json::from_str(&opened.data).unwrap_or_default();
    let stated = data.get("fixmedinsCode").and_then(serde_json::Value::as_str);
    let own = opened.caller.institutions.first().map(String::as_str);
    let number = format!("{:032x}", digest(&opened.data));
    serde_json::json!({
        "infno": path.number, "msgid": &number[2..], "fixmedins_code": stated.or(own),
        "input": { "data": data },
    })
    .to_string()
}

/// An answer, sealed for its caller.
fn resealed(json: &str, caller: &Caller, key: Option<&PrivateKey>, now: i64) -> String {
    let parts: Frameless<'_> = serde_json::from_str(json).unwrap_or_default();
    let code = parts.infcode.map_or("-1", |raw| raw.get().trim_matches('"'));
    let output = parts.output.map_or("{}", serde_json::value::RawValue::get);
    sealed::seal(caller, key, now, (code, &parts.err_msg, output))
}

/// What of an answer is sealed.
#[derive(Default, serde::Deserialize)]
struct Frameless<'a> {
    #[serde(borrow)]
    infcode: Option<&'a serde_json::value::RawValue>,
    #[serde(default)]
    err_msg: String,
    #[serde(borrow)]
    output: Option<&'a serde_json::value::RawValue>,
}

/// Writes what the agency decided. The frame tells the times of the decision, so that the same message gets the same
/// answer again, byte for byte.
fn rendered(
    render: Render,
    reply: &Answered,
    sheet: &'static Sheet,
    known: &mut Known,
) -> Result<Output, Fault> {
    let decided = reply.id.moment();
    if reply.id != Id::MIN {
        known.frame = Frame { id: reply.id, received: reply.received, decided, ..known.frame };
    }
    render(&reply.outcome, Answer::new(sheet, known.manners.edition, decided))
}

/// Runs something that waits for the books where it may wait.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Fault> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Fault::wire(Wire::Internal, ""))
}

/// The transaction that path and body agree on.
fn transaction(
    envelope: &Envelope<'_>,
    path: Option<&'static Entry>,
) -> Result<&'static Entry, Fault> {
    if let (true, Some(entry)) = (envelope.number.is_empty(), path) {
        return Ok(entry);
    }
    let number = envelope.required(&envelope.number, "infno", "交易编号")?;
    let entry =
        fields::entry(number).ok_or_else(|| Fault::wire(Wire::TransactionUnknown, number))?;
    match path {
        // A path is shared by the variants of a transaction.
        Some(path) if path.sheet != entry.sheet => {
            let wrong = Wrong::new(Wire::PathDiffers, number);
            Err(wrong.right(format!("路径为{}（{}）", path.number, path.zh)).into())
        }
        _ => Ok(entry),
    }
}

/// A division code of the envelope; `None` if blank.
fn division(text: &str, name: &'static str, zh: &'static str) -> Result<Option<Area>, Fault> {
    if text.is_empty() {
        return Ok(None);
    }
    Area::parse(text.trim()).map(Some).ok_or_else(|| {
        let mut wrong = Wrong::new(Wire::Division, text);
        wrong.field = Some((name, zh));
        wrong.into()
    })
}

fn digest(input: &str) -> u128 {
    let mut half = [0; 16];
    half.copy_from_slice(&Sha256::digest(input.as_bytes())[..16]);
    u128::from_be_bytes(half)
}

/// One line: of refusals, and of what was taken if one wants to know so much.
fn log(known: &Known, refused: Option<u16>, took: Duration) {
    let transaction = known.entry.map_or("?", |entry| entry.number);
    let institution = logged(&known.institution);
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    let number = || known.frame.number();
    match refused {
        None => tracing::debug!(transaction, institution, number = number(), micros, "taken"),
        Some(result) => {
            tracing::info!(transaction, institution, number = number(), micros, result, "refused");
        }
    }
}

/// What the gateway says in its own form; `None` if the refusal is not the gateway's.
fn gateway_message(fault: &Fault) -> Option<&'static str> {
    let Fault::Wire(wrong) = fault else { return None };
    match wrong.kind {
        Wire::HeadersMissing => Some("缺少服务网关的请求头!"),
        Wire::Expired => Some("签名时间戳超时!"),
        Wire::CallerUnknown => Some("非法用户!"),
        Wire::Signature => Some("签名不一致!"),
        Wire::Replayed => Some("请求重复!"),
        Wire::NotYours => Some("访问标识与医药机构不符!"),
        Wire::Sealed => Some("加密报文无法解开!"),
        _ => None,
    }
}

/// An institution's code as it may be logged: a sender may put anything there.
fn logged(code: &str) -> &str {
    let plain = code.len() <= 12 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if plain { code } else { "?" }
}
