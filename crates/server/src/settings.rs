//! Settings: from a file, the environment and flags, the later winning over the earlier. Every setting stands once, in
//! [`list`], from which reading, messages and the reference page are made.

pub mod list;
mod read;
mod manual;

pub use manual::markdown;
pub use read::{Given, SettingFault, read};

use crate::api::operators::Operator;
use crate::fsi::edition::Edition;
use crate::gateway::Scheme;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use store::Area;

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Folder of the embedded books.
    pub data: PathBuf,
    /// PostgreSQL instead; empty: none.
    pub postgres: String,
    /// Load a synthetic town.
    pub demo: bool,
    /// How many people the town has.
    pub town: u32,
    /// Path prefixes under which a transaction number may stand; `*`: any.
    pub bases: Vec<String>,
    /// 统筹区 of requests that name none and come from an institution that is not listed.
    pub division: Option<Area>,
    /// Signatures that are taken; none: open.
    pub gateways: Vec<Scheme>,
    /// Our SM2 private key, hex, for sealed answers; empty: they are not signed.
    pub seal_key: String,
    /// The form of gateway refusals.
    pub gateway_errors: ErrorForm,
    /// How old a signature may be, minutes.
    pub window: u32,
    /// The largest body, bytes.
    pub body: usize,
    /// The most requests in one transaction of the books.
    pub batch: usize,
    /// The most requests waiting.
    pub queue: usize,
    /// Transactions of the books at once; `None`: as many as the store thinks worthwhile.
    pub workers: Option<usize>,
    /// Threads that serve connections; `None`: one a core.
    pub threads: Option<usize>,
    /// How long a shutdown waits for requests under way, seconds.
    pub grace: u32,
    /// What is logged: a level, or `tracing` directives.
    pub log: String,
    /// How it is logged.
    pub log_form: LogForm,
    /// How we talk to an institution, unless something is said about it.
    pub manners: Manners,
    /// Who may call.
    pub callers: Vec<Caller>,
    /// Who may use the REST API.
    pub operators: Vec<Operator>,
    /// What is said about single institutions: setting and value, checked.
    pub institutions: HashMap<String, Vec<(String, String)>>,
}

/// How gateway refusals are answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorForm {
    /// `{"code":401,"message":…}` with status 401.
    Gateway,
    /// As any other refusal.
    Envelope,
}

/// How lines of the log look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogForm {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// How we talk to an institution.
#[derive(Clone, Copy, Debug)]
pub struct Manners {
    /// The edition it speaks.
    pub edition: &'static Edition,
    /// `infcode` is a text.
    pub textual: bool,
    /// `infcode` of a plain no: -1 or -2.
    pub refused: i8,
    /// A required field that is missing is only noted, unless the transaction cannot do without it.
    pub patient: bool,
    /// What to do about a code that is not in its list.
    pub codes: Codes,
}

/// What to do about a code that is not in its list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Codes {
    /// Nothing.
    Ignore,
    /// Say so in the answer.
    Warn,
    /// Refuse.
    Refuse,
}

/// Somebody who may call, and what its signature is checked with.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// 访问标识: paasid, access key or ca key.
    pub key: String,
    /// The shared secret; empty if the caller signs with SM2.
    pub secret: String,
    /// SM2 public key, hex, uncompressed (`04` and 128 digits).
    pub public_key: String,
    /// SM4 key of the prescription centre's envelope, hex.
    pub sm4_key: String,
    /// Institutions it may speak for; none: all.
    pub institutions: Vec<String>,
}

impl Settings {
    /// How to talk to an institution: what the settings say about it, else what the books say (`noted`), else the default.
    #[must_use]
    pub fn manners_for(&self, institution: &str, noted: Option<&serde_json::Value>) -> Manners {
        let mut manners = self.manners;
        for setting in list::MANNERS {
            let said = noted.and_then(|noted| noted.get(setting.name)?.as_str());
            if let Some(value) = said {
                // What the books note was not checked when it was written; what cannot be read is not followed.
                let _ = (setting.set)(&mut manners, value);
            }
        }
        for (name, value) in self.institutions.get(institution).into_iter().flatten() {
            if let Some(setting) = list::MANNERS.iter().find(|setting| setting.name == name) {
                let _ = (setting.set)(&mut manners, value);
            }
        }
        manners
    }

    /// The caller with this key.
    #[must_use]
    pub fn caller(&self, key: &str) -> Option<&Caller> {
        self.callers.iter().find(|caller| caller.key == key)
    }

    /// What cannot be, though every single setting can: an open server that anybody can reach, a gateway without callers.
    ///
    /// # Errors
    /// The setting, its value and what would be right.
    pub fn check(&self) -> Result<(), SettingFault> {
        let open = self.gateways.is_empty();
        if open && !self.listen.ip().is_loopback() {
            let right = "不验签（gateway=open）时只能监听本机，应为127.0.0.1:端口；或设置gateway并配置[[caller]] / \
                         an open server may only listen on loopback: 127.0.0.1:port; or set gateway and list [[caller]]";
            return Err(SettingFault::of("listen", &self.listen.to_string(), right));
        }
        if !open && self.callers.is_empty() {
            let names: Vec<_> = self.gateways.iter().map(|scheme| scheme.word()).collect();
            let right = "验签需要至少一个[[caller]]（key与secret或public-key） / \
                         needs at least one [[caller]] with key and secret or public-key";
            return Err(SettingFault::of("gateway", &names.join(","), right));
        }
        Ok(())
    }

    /// As text that may be shown: no secrets.
    #[must_use]
    pub fn described(&self) -> Vec<(&'static str, String)> {
        let books = if self.postgres.is_empty() {
            format!("SQLite {}", self.data.display())
        } else {
            "PostgreSQL".to_string()
        };
        let gateways: Vec<_> = self.gateways.iter().map(|scheme| scheme.word()).collect();
        let gateway = if gateways.is_empty() { "open".to_string() } else { gateways.join(",") };
        vec![("listen", self.listen.to_string()), ("books", books), ("gateway", gateway)]
    }
}

/// Settings shared by every request.
pub type Shared = Arc<Settings>;
