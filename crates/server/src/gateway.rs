//! The service gateway in front of the interface: who calls, and is the signature theirs.
//!
//! A request is recognised by what it carries: `x-tif-signature` (TIF, SHA-256), `_api_signature` (CSB, HMAC-SHA1),
//! `x-ca-signature` (HMAC-SM3), or a signature in `cainfo` (SM2). Only the schemes of the settings are taken.

pub mod tif;
pub mod csb;
pub mod sm3;
pub mod sm2;
pub mod sealed;
mod window;

use crate::fsi::envelope::Envelope;
use crate::fsi::fault::{Fault, Wire};
use crate::settings::{Caller, Shared};
use axum::http::HeaderMap;
use std::collections::HashMap;
use window::Window;

/// A way to sign.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scheme {
    /// Tencent's gateway: SHA-256 of timestamp, secret and nonce.
    Tif,
    /// Alibaba's service bus: HMAC-SHA1 of sorted headers.
    Csb,
    /// HMAC-SM3 of timestamp and body.
    Sm3,
    /// SM2 over the envelope, in `cainfo`.
    Sm2,
}

impl Scheme {
    /// All.
    pub const ALL: &'static [Scheme] = &[Scheme::Tif, Scheme::Csb, Scheme::Sm3, Scheme::Sm2];

    /// Its word in the settings.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Scheme::Tif => "tif",
            Scheme::Csb => "csb",
            Scheme::Sm3 => "sm3",
            Scheme::Sm2 => "sm2",
        }
    }

    /// The scheme of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Scheme> {
        Scheme::ALL.iter().copied().find(|scheme| scheme.word() == word)
    }
}

/// Makes signatures: what a client does, and what tests do.
pub trait Signer {
    /// The signature of a text.
    fn sign(&self, text: &[u8]) -> String;
}

/// Checks signatures.
pub trait Verifier {
    /// True if `signature` is the signature of `text`.
    fn verify(&self, text: &[u8], signature: &str) -> bool;
}

/// A request as the gateway sees it.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// Its headers.
    pub headers: &'r HeaderMap,
    /// Its body.
    pub body: &'r [u8],
    /// The envelope in its body.
    pub envelope: &'r Envelope<'r>,
    /// Now, milliseconds since 1970 UTC.
    pub now: i64,
}

impl<'r> Request<'r> {
    /// A header; empty if absent.
    fn header(&self, name: &str) -> &'r str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// A header that the scheme cannot do without.
    fn required(&self, name: &str) -> Result<&'r str, Fault> {
        match self.header(name) {
            "" => Err(Fault::wire(Wire::HeadersMissing, name)),
            text => Ok(text),
        }
    }
}

/// A claim that is to be checked: who says it, when, and with what proof.
struct Claim<'r> {
    key: &'r str,
    /// As it was written, and as milliseconds since 1970 UTC if it can be read.
    time: (&'r str, Option<i64>),
    nonce: &'r str,
}

/// Milliseconds of a timestamp in seconds or milliseconds.
fn millis(timestamp: &str) -> Option<i64> {
    let number: i64 = timestamp.parse().ok()?;
    Some(if number.abs() < 100_000_000_000 { number * 1_000 } else { number })
}

/// The gateway.
pub struct Gate {
    settings: Shared,
    keys: HashMap<String, sm2::PublicKey>,
    seen: Window,
}

impl Gate {
    /// The gateway of these settings.
    #[must_use]
    pub fn new(settings: Shared) -> Gate {
        let key =
            |caller: &Caller| Some((caller.key.clone(), sm2::PublicKey::read(&caller.public_key)?));
        let keys = settings.callers.iter().filter_map(key).collect();
        let seen = Window::new(i64::from(settings.window) * 60_000);
        Gate { settings, keys, seen }
    }

    /// True if every request is let in.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.settings.gateways.is_empty()
    }

    /// Lets a request in, or says why not.
    ///
    /// # Errors
    /// 13xx.
    pub fn admit(&self, request: &Request<'_>) -> Result<(), Fault> {
        if self.is_open() {
            return Ok(());
        }
        let scheme = self.recognise(request)?;
        let claim = match scheme {
            Scheme::Tif => tif::claim(request)?,
            Scheme::Csb => csb::claim(request)?,
            Scheme::Sm3 => sm3::claim(request)?,
            Scheme::Sm2 => sm2::claim(request)?,
        };
        self.in_time(claim.time, request.now)?;
        let caller =
            self.caller(&claim).ok_or_else(|| Fault::wire(Wire::CallerUnknown, claim.key))?;
        let signed = match scheme {
            Scheme::Tif => tif::verify(request, &caller.secret),
            Scheme::Csb => csb::verify(request, &caller.secret),
            Scheme::Sm3 => sm3::verify(request, &caller.secret),
            Scheme::Sm2 => self.keys.get(&caller.key).is_some_and(|key| sm2::verify(request, key)),
        };
        if !signed {
            return Err(Fault::wire(Wire::Signature, ""));
        }
        speaks_for(caller, &request.envelope.institution)?;
        // A nonce again with the same body is a retry, which the books answer as before; with another body it is not its
        // sender's.
        if !claim.nonce.is_empty()
            && !self.seen.admits(&caller.key, claim.nonce, request.body, request.now)
        {
            return Err(Fault::wire(Wire::Replayed, ""));
        }
        Ok(())
    }

    fn recognise(&self, request: &Request<'_>) -> Result<Scheme, Fault> {
        let carries = |scheme: &Scheme| match scheme {
            Scheme::Tif => !request.header("x-tif-signature").is_empty(),
            Scheme::Csb => !request.header("_api_signature").is_empty(),
            Scheme::Sm3 => !request.header("x-ca-signature").is_empty(),
            Scheme::Sm2 => !request.envelope.signature.is_empty(),
        };
        let schemes = &self.settings.gateways;
        let found = schemes.iter().copied().find(carries);
        found.ok_or_else(|| Fault::wire(Wire::HeadersMissing, ""))
    }

    /// A caller is known by its key; with SM2 by the institution it speaks for.
    fn caller(&self, claim: &Claim<'_>) -> Option<&Caller> {
        let by_key = self.settings.caller(claim.key);
        by_key.or_else(|| {
            let mut callers = self.settings.callers.iter();
            callers.find(|caller| caller.institutions.iter().any(|code| code == claim.key))
        })
    }

    /// Is the timestamp within the window, on either side of now?
    fn in_time(&self, (written, millis): (&str, Option<i64>), now: i64) -> Result<(), Fault> {
        let window = i64::from(self.settings.window) * 60_000;
        match millis {
            Some(millis) if now.saturating_sub(millis).abs() <= window => Ok(()),
            _ => Err(Fault::wire(Wire::Expired, written)),
        }
    }
}

fn speaks_for(caller: &Caller, institution: &str) -> Result<(), Fault> {
    let any = caller.institutions.is_empty() || institution.is_empty();
    if any || caller.institutions.iter().any(|code| code == institution) {
        return Ok(());
    }
    Err(Fault::wire(Wire::NotYours, institution))
}

/// Compares without telling where the difference is.
fn same(one: &[u8], two: &[u8]) -> bool {
    one.len() == two.len() && one.iter().zip(two).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

/// Lower-case hex digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of hex digits.
#[must_use]
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.is_ascii() {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}
