//! The agency's staff at their desks: everything through the REST API, what moves money by two of them.

use super::house::{House, Who};
use super::wire::Wire;
use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::time::{Duration, Instant};
use store::Area;

/// The longest that a long job is waited for.
const PATIENCE: Duration = Duration::from_secs(3_600);
/// Every so many writes one is sent twice, as if the answer had been lost.
const REPEATED: u32 = 17;

/// The staff.
pub struct Staff {
    wire: Wire,
    area: Area,
    sent: u32,
    /// Requests that were answered.
    pub answered: u64,
}

/// An answer.
#[derive(Clone, Debug)]
struct Reply {
    status: u16,
    body: Value,
}

impl Staff {
    /// The staff of a house.
    ///
    /// # Errors
    /// The system gives no event loop.
    pub fn new(house: &House) -> Result<Staff> {
        Ok(Staff { wire: Wire::new(house.address(), "/")?, area: house.area, sent: 0, answered: 0 })
    }

    fn send(&mut self, by: Who, method: &str, path: &str, key: &str, body: &str) -> Result<Reply> {
        let path = format!("{}/areas/{}{}", server::api::BASE, self.area, escaped(path));
        let mut headers = format!("authorization: Bearer {}\r\n", by.token());
        if !key.is_empty() {
            let _ = write!(headers, "idempotency-key: {key}\r\ncontent-type: application/json\r\n");
        }
        let (status, answer) = self.wire.request(method, &path, &headers, body.as_bytes())?;
        let body = serde_json::from_slice(answer).unwrap_or(Value::Null);
        // How often a job is asked for depends on the machine.
        self.answered += u64::from(!path.contains("/runs/"));
        Ok(Reply { status, body })
    }

    /// Looks at something.
    ///
    /// # Errors
    /// It is refused.
    pub fn get(&mut self, by: Who, path: &str) -> Result<Value> {
        let reply = self.send(by, "GET", path, "", "")?;
        ensure!(reply.status == 200, "{by:?} GET {path}: {} {}", reply.status, reply.body);
        Ok(reply.body)
    }

    /// Looks at something that need not be there.
    ///
    /// # Errors
    /// It is refused for another reason than that it is not there.
    pub fn find(&mut self, by: Who, path: &str) -> Result<Option<Value>> {
        let reply = self.send(by, "GET", path, "", "")?;
        match reply.status {
            200 => Ok(Some(reply.body)),
            404 => Ok(None),
            status => bail!("{by:?} GET {path}: {status} {}", reply.body),
        }
    }

    /// All pages of a list.
    ///
    /// # Errors
    /// It is refused.
    pub fn items(&mut self, by: Who, path: &str) -> Result<Vec<Value>> {
        let mut all = Vec::new();
        let mut after = String::new();
        let joint = if path.contains('?') { '&' } else { '?' };
        loop {
            let page = self.get(by, &format!("{path}{joint}limit=200{after}"))?;
            all.extend(page["items"].as_array().into_iter().flatten().cloned());
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return Ok(all),
            }
        }
    }

    /// Does something. Now and then the answer is taken for lost, and the same is sent again: the answer is the same.
    ///
    /// # Errors
    /// It is refused.
    pub fn done(&mut self, by: Who, method: &str, path: &str, body: &Value) -> Result<Value> {
        let reply = self.tried(by, method, path, body)?;
        let well = (200..300).contains(&reply.status);
        ensure!(well, "{by:?} {method} {path} {body}: {} {}", reply.status, reply.body);
        Ok(reply.body)
    }

    fn tried(&mut self, by: Who, method: &str, path: &str, body: &Value) -> Result<Reply> {
        self.sent += 1;
        let key = format!("year-{}", self.sent);
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let reply = self.send(by, method, path, &key, &text)?;
        if self.sent.is_multiple_of(REPEATED) && (200..300).contains(&reply.status) {
            let again = self.send(by, method, path, &key, &text)?;
            ensure!(
                again.status == reply.status && again.body == reply.body,
                "{method} {path}: sent twice, answered {} and then {}",
                reply.body,
                again.body
            );
        }
        Ok(reply)
    }

    /// Does something that the state of a record may not allow (409): then the answer says why.
    ///
    /// # Errors
    /// It is refused for another reason.
    pub fn done_or_not(
        &mut self,
        by: Who,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Result<std::result::Result<Value, Value>> {
        let reply = self.tried(by, method, path, body)?;
        match reply.status {
            200..300 => Ok(Ok(reply.body)),
            409 => Ok(Err(reply.body)),
            status => bail!("{by:?} {method} {path} {body}: {status} {}", reply.body),
        }
    }

    /// Tries what must be refused with this status.
    ///
    /// # Errors
    /// It is done, or refused otherwise.
    pub fn refused(
        &mut self,
        by: Who,
        method: &str,
        path: &str,
        body: &Value,
        status: u16,
    ) -> Result<()> {
        let reply = self.tried(by, method, path, body)?;
        ensure!(reply.status == status, "{by:?} {method} {path}: {} {}", reply.status, reply.body);
        Ok(())
    }

    /// What a clerk proposes and finance approves. The clerk may not approve it, whoever asks.
    ///
    /// # Errors
    /// Either is refused.
    pub fn two(&mut self, path: &str, body: &Value) -> Result<Value> {
        let proposed = self.done(Who::Clerk, "POST", path, body)?;
        let number = proposed["number"].as_str().context("number")?.to_owned();
        let approve = format!("/proposals/{number}/approve");
        let opinion = json!({"opinion": "凭证相符"});
        self.refused(Who::Clerk, "POST", &approve, &opinion, 403)?;
        self.done(Who::Finance, "POST", &approve, &opinion)
    }

    /// Waits until a long job is over, and returns its report.
    ///
    /// # Errors
    /// It failed.
    pub fn over(&mut self, kind: &str, number: &str) -> Result<Value> {
        let began = Instant::now();
        loop {
            let run = self.get(Who::Finance, &format!("/runs/{kind}/{number}"))?;
            match run["state"].as_str() {
                Some("running") if began.elapsed() < PATIENCE => {
                    std::thread::sleep(Duration::from_millis(2));
                }
                Some("done") => return Ok(run["report"].clone()),
                _ => bail!("{kind}: {run}"),
            }
        }
    }

    /// Begins a long job and waits until it is over.
    ///
    /// # Errors
    /// It is refused, or failed.
    pub fn job(&mut self, by: Who, path: &str, body: &Value) -> Result<Value> {
        let begun = self.done(by, "POST", path, body)?;
        let (kind, number) = (begun["kind"].as_str(), begun["number"].as_str());
        let (kind, number) = kind.zip(number).context("a job without number")?;
        self.over(kind, number)
    }
}

/// Spaces and letters beyond ASCII, as a path has them.
fn escaped(path: &str) -> String {
    path.bytes().fold(String::with_capacity(path.len()), |mut all, byte| {
        if byte.is_ascii_graphic() {
            all.push(char::from(byte));
        } else {
            let _ = write!(all, "%{byte:02X}");
        }
        all
    })
}
