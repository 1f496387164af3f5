//! The envelope of a message: who sends what, for whom; and the frame of an answer.

use crate::fsi::fault::{Fault, Wire, Wrong};
use crate::fsi::tree::Pairs;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The envelope of a request. Blank fields are empty; `input` is left as it stands.
#[derive(Clone, Debug, Default)]
pub struct Envelope<'m> {
    /// 交易编号 `infno`.
    pub number: Cow<'m, str>,
    /// 发送方报文ID `msgid`: of any shape.
    pub message: Cow<'m, str>,
    /// 就医地医保区划 `mdtrtarea_admvs`.
    pub care_division: Cow<'m, str>,
    /// 参保地医保区划 `insuplc_admdvs`; empty: that of the institution.
    pub home_division: Cow<'m, str>,
    /// 数字签名 `cainfo`.
    pub signature: Cow<'m, str>,
    /// 签名类型 `signtype`.
    pub signature_type: Cow<'m, str>,
    /// 经办人 `opter`.
    pub operator: Cow<'m, str>,
    /// 经办人姓名 `opter_name`.
    pub operator_name: Cow<'m, str>,
    /// 交易时间 `inf_time`, by the sender's clock.
    pub sent: Cow<'m, str>,
    /// 定点医药机构编号 `fixmedins_code`.
    pub institution: Cow<'m, str>,
    /// 签到编号 `sign_no`.
    pub session: Cow<'m, str>,
    /// The JSON text of `input` as it was sent: the message is known by it.
    pub raw_input: &'m str,
    /// The JSON text of `input`; another than `raw_input` if it was sent as a text.
    pub input: Cow<'m, str>,
    /// All fields but `input`, by the name sent, for signatures over the envelope.
    pub fields: Vec<(Cow<'m, str>, Cow<'m, str>)>,
}

impl<'m> Envelope<'m> {
    /// Reads a body. A byte order mark is nothing.
    ///
    /// # Errors
    /// [`Wire::NotUtf8`], [`Wire::NotJson`], [`Wire::EnvelopeMissing`].
    pub fn read(body: &'m [u8]) -> Result<Envelope<'m>, Fault> {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let text = std::str::from_utf8(body).map_err(|error| {
            let right = format!("第{}字节起不是UTF-8", error.valid_up_to() + 1);
            Wrong::new(Wire::NotUtf8, "").right(right)
        })?;
        let Pairs(pairs) = serde_json::from_str(text.trim()).map_err(|error| not_json(&error))?;
        let mut envelope = Envelope { raw_input: "", ..Envelope::default() };
        for (key, raw) in pairs {
            envelope.take(key, raw)?;
        }
        Ok(envelope)
    }

    fn take(&mut self, key: Cow<'m, str>, raw: &'m RawValue) -> Result<(), Fault> {
        if key == "input" {
            self.raw_input = raw.get();
            self.input = input(raw.get())?;
            return Ok(());
        }
        let value = scalar(raw.get())?;
        match &*crate::fsi::fields::folded(&key) {
            "infno" => self.number = value.clone(),
            "msgid" => self.message = value.clone(),
            "mdtrtareaadmvs" | "mdtrtareaadmdvs" => self.care_division = value.clone(),
            "insuplcadmdvs" | "insuplcadmvs" => self.home_division = value.clone(),
            "cainfo" => self.signature = value.clone(),
            "signtype" => self.signature_type = value.clone(),
            "opter" => self.operator = value.clone(),
            "optername" => self.operator_name = value.clone(),
            "inftime" => self.sent = value.clone(),
            "fixmedinscode" => self.institution = value.clone(),
            "signno" => self.session = value.clone(),
            "input" => {
                self.raw_input = raw.get();
                self.input = input(raw.get())?;
                return Ok(());
            }
            _ => {}
        }
        self.fields.push((key, value));
        Ok(())
    }

    /// A field of the envelope that must be there, by its national name.
    ///
    /// # Errors
    /// [`Wire::EnvelopeMissing`].
    pub fn required<'f>(
        &self,
        value: &'f str,
        name: &'static str,
        zh: &'static str,
    ) -> Result<&'f str, Fault> {
        if !value.is_empty() {
            return Ok(value);
        }
        let mut wrong = Wrong::new(Wire::EnvelopeMissing, "");
        wrong.field = Some((name, zh));
        Err(wrong.into())
    }
}

fn not_json(error: &serde_json::Error) -> Fault {
    let right = format!("第{}行第{}列附近，请核对引号、逗号与转义", error.line(), error.column());
    Wrong::new(Wire::NotJson, "").right(right).into()
}

/// The text of a field of the envelope: of a text or number; empty for anything that says nothing.
fn scalar(raw: &str) -> Result<Cow<'_, str>, Fault> {
    let text = match raw.as_bytes().first() {
        Some(b'"') => {
            let inner = &raw[1..raw.len().saturating_sub(1)];
            if inner.contains('\\') {
                Cow::Owned(serde_json::from_str(raw).map_err(|error| not_json(&error))?)
            } else {
                Cow::Borrowed(inner)
            }
        }
        Some(b'n' | b'{' | b'[') | None => Cow::Borrowed(""),
        Some(_) => Cow::Borrowed(raw),
    };
    let blank = text.trim().is_empty() || text.trim().eq_ignore_ascii_case("null");
    Ok(if blank { Cow::Borrowed("") } else { text })
}

/// `input` may be sent as a text that holds JSON.
fn input(raw: &str) -> Result<Cow<'_, str>, Fault> {
    if raw.starts_with('"') {
        let text: String = serde_json::from_str(raw).map_err(|error| not_json(&error))?;
        return Ok(Cow::Owned(if text.trim().is_empty() { "{}".to_string() } else { text }));
    }
    Ok(Cow::Borrowed(if raw == "null" { "{}" } else { raw }))
}
