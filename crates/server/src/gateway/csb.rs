//! CSB: `_api_signature` is the base 64 of HMAC-SHA1 over the other four headers, `name=value` with `&` between, in order
//! of name. The signature does not cover the body; the window and TLS protect it.

use super::{Claim, Request, Signer, Verifier, millis, same};
use crate::fsi::fault::Fault;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

const SIGNED: [&str; 4] = ["_api_access_key", "_api_name", "_api_timestamp", "_api_version"];

pub(super) fn claim<'r>(request: &Request<'r>) -> Result<Claim<'r>, Fault> {
    for name in SIGNED {
        request.required(name)?;
    }
    let timestamp = request.header("_api_timestamp");
    let key = request.header("_api_access_key");
    Ok(Claim { key, time: (timestamp, millis(timestamp)), nonce: "" })
}

pub(super) fn verify(request: &Request<'_>, secret: &str) -> bool {
    let text = SIGNED.map(|name| format!("{name}={}", request.header(name))).join("&");
    Secret(secret).verify(text.as_bytes(), request.header("_api_signature"))
}

/// A shared secret.
#[derive(Clone, Copy, Debug)]
pub struct Secret<'r>(pub &'r str);

impl Signer for Secret<'_> {
    fn sign(&self, text: &[u8]) -> String {
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(self.0.as_bytes()) else {
            return String::new();
        };
        mac.update(text);
        STANDARD.encode(mac.finalize().into_bytes())
    }
}

impl Verifier for Secret<'_> {
    fn verify(&self, text: &[u8], signature: &str) -> bool {
        same(self.sign(text).as_bytes(), signature.trim().as_bytes())
    }
}
