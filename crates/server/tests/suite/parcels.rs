//! Files sent and fetched, what the agency itself decides, and other things that tests of many transactions need.

use crate::town::{Answer, Sender, Town};
use agency::Business;
use agency::core::{Job, Reply};
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use server::service::{Arrived, Reaction};
use std::io::Read as _;

/// What came back when a file was asked for.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Fetched {
    /// A file: its name and bytes.
    File(String, Vec<u8>),
    /// A refusal: what the sender reads.
    Refused(String),
}

impl Fetched {
    /// The bytes of a file.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Fetched::File(_, bytes) => bytes,
            Fetched::Refused(words) => panic!("no file: {words}"),
        }
    }

    /// The rows of a zipped text file, split at tabs.
    pub(crate) fn rows(&self) -> Vec<Vec<String>> {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(self.bytes())).unwrap();
        assert_eq!(archive.len(), 1, "one text in a zip");
        let mut text = String::new();
        archive.by_index(0).unwrap().read_to_string(&mut text).unwrap();
        text.lines().map(|line| line.split('\t').map(str::to_string).collect()).collect()
    }
}

/// 9102.
pub(crate) fn fetch(sender: &Sender<'_>, number: &str, owner: &str) -> Fetched {
    let input = json!({"fsDownloadIn": {
        "file_qury_no": number, "filename": "x.zip", "fixmedins_code": owner,
    }});
    let message = sender.message(&sender.town.number(&sender.institution), "9102", &input);
    let body = message.to_string();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let headers = HeaderMap::new();
    let arrived = Arrived { path: None, headers: &headers, body: body.as_bytes() };
    match runtime.block_on(sender.town.service.answer(arrived)) {
        Reaction::File { name, bytes } => Fetched::File(name, bytes),
        Reaction::Envelope(json) => Fetched::Refused(Answer::of(json).refusal().to_string()),
        other => panic!("neither file nor envelope: {other:?}"),
    }
}

/// 9101 with base 64; the number to fetch it by.
pub(crate) fn send(sender: &Sender<'_>, name: &str, bytes: &[u8]) -> String {
    let answer = sender.call(
        "9101",
        &json!({"fsUploadIn": {
            "in": STANDARD.encode(bytes), "filename": name, "fixmedins_code": sender.institution,
        }}),
    );
    text(answer.output(), "/file_qury_no")
}

/// The text at a place of an answer.
pub(crate) fn text(output: &Value, place: &str) -> String {
    let found = output.pointer(place).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("no text at {place}: {output}")).to_string()
}

/// The rows of a node.
pub(crate) fn rows<'a>(output: &'a Value, node: &str) -> &'a [Value] {
    output[node].as_array().unwrap_or_else(|| panic!("no rows {node}: {output}"))
}

/// Has something decided by the agency itself.
pub(crate) fn decide<B: Business + 'static>(town: &Town, business: B) -> Reply {
    let (answer, waiting) = std::sync::mpsc::channel();
    town.service.office.submit(Job {
        business: Box::new(business),
        message: None,
        sent: None,
        reply: Box::new(move |reply| answer.send(reply).unwrap()),
    });
    waiting.recv().unwrap()
}
