//! The envelope of the prescription centre: `{appId, encType, signType, timestamp, version, encData, signData}` instead of
//! the national one, on the paths of D001 to D007.
//!
//! `encData` is the JSON of the transaction's `data` under SM4 (ECB, PKCS#7), in hex or base 64. `signData` is the SM2
//! signature over all other fields, `name=value` with `&` between, in order of name. No public source shows the text that
//! is signed; this is ours, and the same both ways. An answer says `code`, `message`, `success` besides, and seals
//! `output`.

use super::sm2::{PrivateKey, PublicKey};
use super::{Signer as _, Verifier as _, hex, unhex};
use crate::fsi::fault::{Fault, Wire};
use crate::fsi::tree::{Pairs, Value};
use crate::settings::{Caller, Settings};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sm4::Sm4;
use sm4::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};

/// A sealed body.
#[derive(Clone, Debug)]
pub(crate) struct Sealed {
    fields: Vec<(String, String)>,
}

/// What was in it, and who sealed it.
#[derive(Clone, Debug)]
pub(crate) struct Opened<'s> {
    /// Who.
    pub(crate) caller: &'s Caller,
    /// The JSON of `data`.
    pub(crate) data: String,
}

impl Sealed {
    /// A body that is sealed; `None` if it is anything else.
    pub(crate) fn read(body: &[u8]) -> Option<Sealed> {
        let text = std::str::from_utf8(body).ok()?;
        if !text.contains("encData") {
            return None;
        }
        let Pairs(pairs) = serde_json::from_str(text).ok()?;
        let read = |(name, raw): (std::borrow::Cow<'_, str>, &serde_json::value::RawValue)| {
            let value = Value::parse(raw.get()).ok()?.text().to_string();
            Some((name.into_owned(), value))
        };
        let sealed = Sealed { fields: pairs.into_iter().map(read).collect::<Option<_>>()? };
        (!sealed.field("encData").is_empty()).then_some(sealed)
    }

    fn field(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// Opens it with the keys of the caller that `appId` names.
    ///
    /// # Errors
    /// [`Wire::CallerUnknown`], [`Wire::Expired`], [`Wire::Signature`], [`Wire::Sealed`].
    pub(crate) fn open<'s>(&self, settings: &'s Settings, now: i64) -> Result<Opened<'s>, Fault> {
        let name = self.field("appId");
        let caller = settings.caller(name).ok_or_else(|| Fault::wire(Wire::CallerUnknown, name))?;
        let window = i64::from(settings.window) * 60_000;
        let timestamp = self.field("timestamp");
        let at = super::millis(timestamp).filter(|at| now.saturating_sub(*at).abs() <= window);
        at.ok_or_else(|| Fault::wire(Wire::Expired, timestamp))?;
        let key = PublicKey::read(&caller.public_key);
        let signed =
            |key: PublicKey| key.verify(signed(&self.fields).as_bytes(), self.field("signData"));
        if !key.is_some_and(signed) {
            return Err(Fault::wire(Wire::Signature, ""));
        }
        let data = decrypt(&caller.sm4_key, self.field("encData"));
        let data = data.ok_or_else(|| Fault::wire(Wire::Sealed, ""))?;
        Ok(Opened { caller, data })
    }
}

/// Seals an answer.
pub(crate) fn seal(
    caller: &Caller,
    key: Option<&PrivateKey>,
    now: i64,
    (code, message, output): (&str, &str, &str),
) -> String {
    let sealed = encrypt(&caller.sm4_key, output);
    let success = if code == "0" { "true" } else { "false" };
    let mut fields: Vec<(String, String)> = [
        ("appId", caller.key.clone()),
        ("code", code.to_string()),
        ("encData", sealed.unwrap_or_default()),
        ("encType", "SM4".to_string()),
        ("message", message.to_string()),
        ("signType", "SM2".to_string()),
        ("success", success.to_string()),
        ("timestamp", now.to_string()),
        ("version", "1.0.0".to_string()),
    ]
    .map(|(name, value)| (name.to_string(), value))
    .to_vec();
    let signature = key.map_or(String::new(), |key| key.sign(signed(&fields).as_bytes()));
    fields.push(("signData".to_string(), signature));
    let written = fields.into_iter().map(|(name, value)| {
        let plain = matches!(name.as_str(), "code" | "success");
        let value = if plain { value } else { serde_json::Value::from(value).to_string() };
        format!("\"{name}\":{value}")
    });
    format!("{{{}}}", written.collect::<Vec<_>>().join(","))
}

fn signed(fields: &[(String, String)]) -> String {
    let mut fields: Vec<_> = fields
        .iter()
        .filter(|(name, value)| name != "signData" && !value.is_empty())
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    fields.sort_unstable();
    fields.join("&")
}

/// A text under SM4, in hex; `None` if the key (32 hex digits) is none.
#[must_use]
pub fn encrypt(key: &str, text: &str) -> Option<String> {
    Some(hex(&encrypted(&cipher(key)?, text.as_bytes())))
}

/// The text behind hex or base 64 under SM4; `None` if it is none, or the key is wrong.
#[must_use]
pub fn decrypt(key: &str, sealed: &str) -> Option<String> {
    let bytes = unhex(sealed).or_else(|| STANDARD.decode(sealed).ok())?;
    decrypted(&cipher(key)?, bytes)
}

fn cipher(key: &str) -> Option<Sm4> {
    Sm4::new_from_slice(&unhex(key)?).ok()
}

const BLOCK: usize = 16;

fn encrypted(cipher: &Sm4, text: &[u8]) -> Vec<u8> {
    let padding = BLOCK - text.len() % BLOCK;
    let mut bytes = text.to_vec();
    bytes.resize(text.len() + padding, u8::try_from(padding).unwrap_or(0));
    for block in bytes.chunks_exact_mut(BLOCK) {
        if let Ok(block) = block.try_into() {
            cipher.encrypt_block(block);
        }
    }
    bytes
}

fn decrypted(cipher: &Sm4, mut bytes: Vec<u8>) -> Option<String> {
    if !bytes.len().is_multiple_of(BLOCK) {
        return None;
    }
    for block in bytes.chunks_exact_mut(BLOCK) {
        cipher.decrypt_block(block.try_into().ok()?);
    }
    let padding = usize::from(*bytes.last()?);
    let rest = bytes.len().checked_sub(padding).filter(|_| (1..=BLOCK).contains(&padding))?;
    bytes.truncate(rest);
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_sm4_standard_holds() {
        // GB/T 32907, appendix A: key and text are the same.
        let key = "0123456789abcdeffedcba9876543210";
        let cipher = cipher(key).unwrap();
        let sealed = encrypted(&cipher, &unhex(key).unwrap());
        assert_eq!(hex(&sealed[..BLOCK]), "681edf34d206965e86b3e94f536e4246");
        let text = "{\"a\":\"测试\"}";
        assert_eq!(decrypted(&cipher, encrypted(&cipher, text.as_bytes())).as_deref(), Some(text));
        assert_eq!(decrypted(&cipher, vec![0; 15]), None);
        assert_eq!(decrypted(&cipher, Vec::new()), None);
    }
}
