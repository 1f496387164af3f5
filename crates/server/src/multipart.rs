//! Files sent as a form (9101): the parts put together to the envelope they stand for.
//!
//! A part with a file name is the file; a part `input` or `json` holds JSON; any other part is a field of the envelope, or
//! of the node where the envelope has no such field.

use crate::fsi::fault::{Fault, Wire};
use crate::fsi::fields::Entry;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

/// Puts a form together to the body of an envelope.
///
/// # Errors
/// [`Wire::FileUnreadable`].
pub(crate) async fn envelope(
    headers: &HeaderMap,
    bytes: Bytes,
    path: Option<&'static Entry>,
) -> Result<Bytes, Fault> {
    let unreadable = || Fault::wire(Wire::FileUnreadable, "multipart/form-data");
    let mut request = Request::new(Body::from(bytes));
    if let Some(kind) = headers.get(CONTENT_TYPE) {
        request.headers_mut().insert(CONTENT_TYPE, kind.clone());
    }
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| unreadable())?;
    let (mut envelope, mut file) = (Map::new(), Map::new());
    while let Some(part) = form.next_field().await.map_err(|_| unreadable())? {
        let name = part.name().unwrap_or("").to_string();
        let file_name = part.file_name().map(str::to_string);
        let bytes = part.bytes().await.map_err(|_| unreadable())?;
        if let Some(file_name) = file_name {
            file.insert("in".to_string(), Value::from(STANDARD.encode(&bytes)));
            file.entry("filename").or_insert(Value::from(file_name));
            continue;
        }
        let text = String::from_utf8(bytes.to_vec()).map_err(|_| Fault::wire(Wire::NotUtf8, ""))?;
        take(&name, text, &mut envelope, &mut file);
    }
    envelope.entry("infno").or_insert(Value::from(path.map_or("9101", |entry| entry.number)));
    let mut node = Map::new();
    node.insert("fsUploadIn".to_string(), Value::Object(file));
    envelope.insert("input".to_string(), Value::Object(node));
    Ok(Bytes::from(Value::Object(envelope).to_string()))
}

fn take(
    name: &str,
    text: String,
    envelope: &mut Map<String, Value>,
    file: &mut Map<String, Value>,
) {
    if let Ok(Value::Object(object)) = serde_json::from_str(&text) {
        for (key, value) in object {
            put(&key, value, envelope, file);
        }
        return;
    }
    if matches!(name, "filename" | "fixmedins_code") {
        file.insert(name.to_string(), Value::from(text.clone()));
    }
    if name != "filename" {
        envelope.insert(name.to_string(), Value::from(text));
    }
}

/// A pair of an envelope sent as JSON: what stands in `input` or in a node is about the file.
fn put(key: &str, value: Value, envelope: &mut Map<String, Value>, file: &mut Map<String, Value>) {
    match value {
        Value::Object(inner) => {
            for (key, value) in inner {
                match value {
                    Value::Object(node) => file.extend(node),
                    value => {
                        file.insert(key, value);
                    }
                }
            }
        }
        value => {
            envelope.insert(key.to_string(), value);
        }
    }
}
