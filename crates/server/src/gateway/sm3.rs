//! HMAC-SM3: `x-ca-signature` is the timestamp, a colon, and upper-case hex of HMAC-SM3 over timestamp, line feed and
//! body.

use super::{Claim, Request, Signer, Verifier, hex, millis, same};
use crate::fsi::fault::{Fault, Wire};
use ::sm3::Sm3;
use hmac::{Hmac, KeyInit, Mac};

pub(super) fn claim<'r>(request: &Request<'r>) -> Result<Claim<'r>, Fault> {
    let key = request.required("x-ca-key")?;
    let signature = request.required("x-ca-signature")?;
    let (timestamp, _) =
        signature.split_once(':').ok_or_else(|| Fault::wire(Wire::Signature, ""))?;
    Ok(Claim { key, time: (timestamp, millis(timestamp)), nonce: "" })
}

pub(super) fn verify(request: &Request<'_>, secret: &str) -> bool {
    let signature = request.header("x-ca-signature");
    let Some((timestamp, digits)) = signature.split_once(':') else { return false };
    let text = [timestamp.as_bytes(), b"\n", request.body].concat();
    Secret(secret).verify(&text, digits)
}

/// A shared secret.
#[derive(Clone, Copy, Debug)]
pub struct Secret<'r>(pub &'r str);

impl Signer for Secret<'_> {
    fn sign(&self, text: &[u8]) -> String {
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sm3>::new_from_slice(self.0.as_bytes()) else {
            return String::new();
        };
        mac.update(text);
        hex(&mac.finalize().into_bytes()).to_ascii_uppercase()
    }
}

impl Verifier for Secret<'_> {
    fn verify(&self, text: &[u8], signature: &str) -> bool {
        same(self.sign(text).as_bytes(), signature.trim().to_ascii_uppercase().as_bytes())
    }
}
