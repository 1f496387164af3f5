//! Reading settings: what is wrong is said with its place, the setting, its value and what would be right.

use super::list::{CALLER, MANNERS, OPERATOR, SERVER, Setting};
use super::{Caller, Codes, ErrorForm, LogForm, Manners, Settings};
use crate::api::operators::Operator;
use crate::fsi::edition::{self, Edition};
use policy::value::{Data, Value};
use std::collections::HashMap;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};

/// Where settings come from.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// A file: its name and text.
    pub file: Option<(String, String)>,
    /// The environment; only names that begin with `GONGJI_` are looked at, and those that `env:` names.
    pub environment: Vec<(String, String)>,
    /// Flags: setting and value.
    pub flags: Vec<(String, String)>,
}

/// What is wrong with a setting.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettingFault {
    /// File and line, environment variable or flag; empty if the settings contradict each other.
    pub place: String,
    /// The setting.
    pub name: String,
    /// Its value.
    pub value: String,
    /// What would be right.
    pub right: String,
}

impl SettingFault {
    pub(super) fn of(name: &str, value: &str, right: &str) -> SettingFault {
        let (place, name, value) = (String::new(), name.to_string(), value.to_string());
        SettingFault { place, name, value, right: right.to_string() }
    }
}

impl fmt::Display for SettingFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        write!(f, "{}", self.name)?;
        if !self.value.is_empty() {
            write!(f, " = {}", self.value)?;
        }
        write!(f, "：{}", self.right)
    }
}

impl std::error::Error for SettingFault {}

/// Names of the environment that other parts of the project use.
const FOREIGN: &[&str] = &["GONGJI_BLESS", "GONGJI_SEED", "GONGJI_CASES", "GONGJI_CONFIG"];

/// Reads settings: defaults, then the file, the environment and flags.
///
/// # Errors
/// Everything that is wrong, in that order.
pub fn read(given: &Given) -> Result<Settings, Vec<SettingFault>> {
    let mut reader = Reader { settings: blank(), faults: Vec::new(), given };
    for setting in SERVER {
        // A test holds every default to its setting.
        let _ = (setting.set)(&mut reader.settings, setting.default);
    }
    for setting in MANNERS {
        let _ = (setting.set)(&mut reader.settings.manners, setting.default);
    }
    if let Some((name, text)) = &given.file {
        reader.file(name, text);
    }
    reader.environment();
    for (name, value) in &given.flags {
        reader.server(&format!("--setting {name}"), name, value);
    }
    if reader.faults.is_empty()
        && let Err(fault) = reader.settings.check()
    {
        reader.faults.push(fault);
    }
    if reader.faults.is_empty() { Ok(reader.settings) } else { Err(reader.faults) }
}

static BLANK: std::sync::LazyLock<Edition> = std::sync::LazyLock::new(Edition::default);

fn blank() -> Settings {
    let edition = Edition::of(edition::DEFAULT).unwrap_or(&BLANK);
    Settings {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        data: std::path::PathBuf::new(),
        postgres: String::new(),
        demo: false,
        town: 0,
        bases: Vec::new(),
        division: None,
        gateways: Vec::new(),
        seal_key: String::new(),
        gateway_errors: ErrorForm::Gateway,
        window: 30,
        body: 0,
        batch: 64,
        queue: 4_096,
        workers: None,
        threads: None,
        grace: 20,
        log: String::new(),
        log_form: LogForm::Text,
        manners: Manners {
            edition,
            textual: false,
            refused: -1,
            patient: false,
            codes: Codes::Warn,
        },
        callers: Vec::new(),
        operators: Vec::new(),
        institutions: HashMap::new(),
    }
}

struct Reader<'g> {
    settings: Settings,
    faults: Vec<SettingFault>,
    given: &'g Given,
}

impl Reader<'_> {
    fn fault(&mut self, place: &str, name: &str, value: &str, right: impl Into<String>) {
        let (place, name, value) = (place.to_string(), name.to_string(), value.to_string());
        self.faults.push(SettingFault { place, name, value, right: right.into() });
    }

    /// A setting of the server, or a default of how to talk to institutions.
    fn server(&mut self, place: &str, name: &str, value: &str) {
        let done = if let Some(setting) = SERVER.iter().find(|setting| setting.name == name) {
            (setting.set)(&mut self.settings, value)
        } else if let Some(setting) = MANNERS.iter().find(|setting| setting.name == name) {
            (setting.set)(&mut self.settings.manners, value)
        } else {
            Err(unknown(
                SERVER.iter().map(|it| it.name).chain(MANNERS.iter().map(|it| it.name)),
                name,
            ))
        };
        if let Err(right) = done {
            self.fault(place, name, if is_secret(name) { "…" } else { value }, right);
        }
    }

    fn environment(&mut self) {
        for (name, value) in &self.given.environment {
            let Some(rest) = name.strip_prefix("GONGJI_") else { continue };
            if !FOREIGN.contains(&name.as_str()) {
                self.server(name, &rest.to_ascii_lowercase().replace('_', "-"), value);
            }
        }
    }

    fn file(&mut self, file: &str, text: &str) {
        let root = match Value::parse(text, 1) {
            Ok(root) => root,
            Err((line, problem)) => {
                self.fault(&format!("{file}:{line}"), "TOML", "", problem);
                return;
            }
        };
        for (name, value) in root.entries() {
            let place = format!("{file}:{}", value.line);
            match (name.as_str(), &value.data) {
                ("caller", _) => value.items().iter().for_each(|item| self.caller(file, item)),
                ("operator", _) => value.items().iter().for_each(|item| self.operator(file, item)),
                ("institution", Data::Table(codes)) => {
                    codes.iter().for_each(|(code, said)| self.institution(file, code, said));
                }
                _ => match plain(value) {
                    Some(text) => self.server(&place, name, &text),
                    None => self.fault(&place, name, &value.shown(), NOT_PLAIN),
                },
            }
        }
    }

    fn caller(&mut self, file: &str, table: &Value) {
        let mut caller = Caller::default();
        for (name, value) in table.entries() {
            self.set(file, CALLER, &mut caller, name, value);
        }
        if let Some(variable) = caller.secret.strip_prefix("env:") {
            let found = self.given.environment.iter().find(|(name, _)| name == variable);
            match found {
                Some((_, secret)) => caller.secret.clone_from(secret),
                None => {
                    let place = format!("{file}:{}", table.line);
                    let value = caller.secret.clone();
                    self.fault(
                        &place,
                        "caller.secret",
                        &value,
                        "环境变量未设置 / the variable is not set",
                    );
                }
            }
        }
        if caller.key.is_empty() {
            let place = format!("{file}:{}", table.line);
            self.fault(&place, "caller.key", "", "不应为空 / must be given");
        }
        self.settings.callers.push(caller);
    }

    fn operator(&mut self, file: &str, table: &Value) {
        let mut operator = Operator::default();
        for (name, value) in table.entries() {
            self.set(file, OPERATOR, &mut operator, name, value);
        }
        let place = format!("{file}:{}", table.line);
        let lacking = [
            ("operator.name", operator.name.is_empty()),
            ("operator.roles", operator.roles.is_empty()),
            ("operator.token-sha256", operator.token_sha256.is_empty()),
        ];
        for (name, _) in lacking.into_iter().filter(|(_, lacks)| *lacks) {
            self.fault(&place, name, "", "不应为空 / must be given");
        }
        if self.settings.operators.iter().any(|known| known.name == operator.name) {
            self.fault(&place, "operator.name", &operator.name, "已有同名经办人 / used twice");
        }
        self.settings.operators.push(operator);
    }

    fn institution(&mut self, file: &str, code: &str, table: &Value) {
        let mut manners = self.settings.manners;
        let mut said = Vec::new();
        for (name, value) in table.entries() {
            if self.set(file, MANNERS, &mut manners, name, value) {
                said.extend(plain(value).map(|text| (name.clone(), text)));
            }
        }
        self.settings.institutions.insert(code.to_string(), said);
    }

    fn set<T>(
        &mut self,
        file: &str,
        list: &[Setting<T>],
        target: &mut T,
        name: &str,
        value: &Value,
    ) -> bool {
        let place = format!("{file}:{}", value.line);
        let setting = list.iter().find(|setting| setting.name == name);
        let done = match (setting, plain(value)) {
            (Some(setting), Some(text)) => (setting.set)(target, &text),
            (Some(_), None) => Err(NOT_PLAIN.to_string()),
            (None, _) => Err(unknown(list.iter().map(|setting| setting.name), name)),
        };
        let shown = if is_secret(name) { "…".to_string() } else { value.shown() };
        match done {
            Ok(()) => true,
            Err(right) => {
                self.fault(&place, name, &shown, right);
                false
            }
        }
    }
}

/// A secret is never shown.
fn is_secret(name: &str) -> bool {
    matches!(name, "secret" | "sm4-key" | "seal-key" | "postgres")
}

const NOT_PLAIN: &str =
    "应为文本、数字、true/false或文本列表 / a text, a number, true or false, or a list of texts";

/// The text of a plain value; a list with commas.
fn plain(value: &Value) -> Option<String> {
    match &value.data {
        Data::Text(text) => Some(text.clone()),
        Data::Whole(number) => Some(number.to_string()),
        Data::Flag(flag) => Some(flag.to_string()),
        Data::List(items) => {
            items.iter().map(plain).collect::<Option<Vec<_>>>().map(|it| it.join(","))
        }
        Data::Day(_) | Data::Table(_) | Data::Unsupported(_) => None,
    }
}

/// Says which names there are; the nearest alone if there is one.
fn unknown(names: impl Iterator<Item = &'static str>, name: &str) -> String {
    let names: Vec<_> = names.collect();
    match policy::fault::nearest(name, names.iter().copied()) {
        Some(near) => format!("没有此设置，是否为{near} / no such setting; {near}?"),
        None => format!("没有此设置，应为{0} / no such setting; one of {0}", names.join("、")),
    }
}
