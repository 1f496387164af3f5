//! SM2: the signature stands in the envelope's `cainfo`, over all other fields but `input`, `name=value` with `&` between,
//! in order of name; blank fields are signed or left out, as the sender likes. It is 64 bytes `r‖s` or DER, in base 64 or
//! hex, with the usual identity `1234567812345678`.
//!
//! The time is the envelope's `inf_time`; there is no nonce.

use super::{Claim, Request, Signer, Verifier, unhex};
use crate::clock::AHEAD;
use crate::fsi::envelope::Envelope;
use crate::fsi::fault::Fault;
use crate::fsi::reading::moment;
use ::sm2::dsa::signature::{Signer as _, Verifier as _};
use ::sm2::dsa::{Signature, SigningKey, VerifyingKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const IDENTITY: &str = "1234567812345678";

pub(super) fn claim<'r>(request: &Request<'r>) -> Result<Claim<'r>, Fault> {
    let envelope: &'r Envelope<'r> = request.envelope;
    let key = envelope.required(&envelope.institution, "fixmedins_code", "定点医药机构编号")?;
    let sent = envelope.required(&envelope.sent, "inf_time", "交易时间")?;
    let at = moment(sent).map(|sent| sent.0 - AHEAD);
    Ok(Claim { key, time: (sent, at), nonce: "" })
}

pub(super) fn verify(request: &Request<'_>, key: &PublicKey) -> bool {
    let signature = request.envelope.signature.trim();
    [false, true].iter().any(|blanks| key.verify(signed(request, *blanks).as_bytes(), signature))
}

fn signed(request: &Request<'_>, blanks: bool) -> String {
    let fields = request.envelope.fields.iter();
    let mut fields: Vec<_> = fields
        .filter(|(name, value)| name != "cainfo" && (blanks || !value.is_empty()))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    fields.sort_unstable();
    fields.join("&")
}

/// A caller's public key.
#[derive(Clone, Debug)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Reads `04` and 128 hex digits.
    #[must_use]
    pub fn read(text: &str) -> Option<PublicKey> {
        VerifyingKey::from_sec1_bytes(IDENTITY, &unhex(text)?).ok().map(PublicKey)
    }
}

/// True if the text is a public key.
#[must_use]
pub fn is_public_key(text: &str) -> bool {
    PublicKey::read(text).is_some()
}

impl Verifier for PublicKey {
    fn verify(&self, text: &[u8], signature: &str) -> bool {
        let bytes = unhex(signature).or_else(|| STANDARD.decode(signature).ok());
        let signature = bytes.and_then(|bytes| read_signature(&bytes));
        signature.is_some_and(|signature| self.0.verify(text, &signature).is_ok())
    }
}

fn read_signature(bytes: &[u8]) -> Option<Signature> {
    if bytes.len() == 64 {
        return Signature::from_slice(bytes).ok();
    }
    let body = der(0x30, bytes)?.0;
    let (r, rest) = der(0x02, body)?;
    let (s, _) = der(0x02, rest)?;
    let mut both = [0; 64];
    for (place, number) in [r, s].into_iter().enumerate() {
        let number = number.strip_prefix(&[0]).unwrap_or(number);
        let end = (place + 1) * 32;
        both.get_mut(end.checked_sub(number.len())?..end)?.copy_from_slice(number);
    }
    Signature::from_slice(&both).ok()
}

/// The content of a DER value of this tag with a short length, and what follows it.
fn der(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let [found, length, rest @ ..] = bytes else { return None };
    let whole = *found == tag && *length < 128 && usize::from(*length) <= rest.len();
    whole.then(|| rest.split_at(usize::from(*length)))
}

/// A private key: what a client has.
pub struct PrivateKey(SigningKey);

impl PrivateKey {
    /// Reads 64 hex digits.
    #[must_use]
    pub fn read(text: &str) -> Option<PrivateKey> {
        SigningKey::from_slice(IDENTITY, &unhex(text)?).ok().map(PrivateKey)
    }

    /// The public key, as it stands in settings.
    #[must_use]
    pub fn public_key(&self) -> String {
        super::hex(&self.0.verifying_key().to_sec1_bytes())
    }
}

impl Signer for PrivateKey {
    fn sign(&self, text: &[u8]) -> String {
        let signature: Signature = self.0.sign(text);
        STANDARD.encode(signature.to_bytes())
    }
}
