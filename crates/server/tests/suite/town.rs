//! A server on the books of the invented town, and the institutions that send it messages.

use agency::Agency;
use agency::core::{Clock, Core};
use agency::town::{self, CHONGQING, Ware};
use axum::http::HeaderMap;
use kernel::{Date, Moment};
use serde_json::{Value, json};
use server::fsi::fields;
use server::gateway::Gate;
use server::meters::Meters;
use server::service::{Arrived, Reaction, Service};
use server::settings::{Given, read};
use server::{Office, Settings};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use store::sqlite::Sqlite;
use store::{Area, Store};

/// The day on which everything happens, unless a test says otherwise.
pub(crate) const TODAY: &str = "2026-03-10";

/// A clock that a second passes on whenever it is looked at.
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Moment {
        Moment(self.0.fetch_add(1_000, Ordering::Relaxed))
    }
}

/// A server in a town.
pub(crate) struct Town {
    pub(crate) service: Service,
    pub(crate) people: town::Town,
    pub(crate) wares: Vec<Ware>,
    runtime: tokio::runtime::Runtime,
    clock: Arc<Ticking>,
    messages: AtomicU32,
    agency: Arc<Agency>,
    _folder: tempfile::TempDir,
}

/// Names the database server on which towns have their books, each in a database of its own; else they are on SQLite. Tests
/// that look at both stores run this program a second time with it.
pub(crate) const ON_POSTGRESQL: &str = "GONGJI_TEST_POSTGRESQL";

/// New books.
fn books(folder: &std::path::Path) -> Arc<dyn Store> {
    let Ok(server) = std::env::var(ON_POSTGRESQL) else {
        return Arc::new(Sqlite::open(folder).unwrap());
    };
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!("town{}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let database = cluster::new_database(&server, &name).unwrap();
    Arc::new(store::postgres::Postgres::open(&database).unwrap())
}

fn office(agency: &Arc<Agency>) -> Arc<Office> {
    let core = Core::start(agency.clone(), agency::core::Settings::default()).unwrap();
    Arc::new(Office::new(agency.clone(), core))
}

impl Town {
    /// The town as of [`TODAY`] at eight; `settings` are lines of a settings file.
    pub(crate) fn with(settings: &str) -> Town {
        let folder = tempfile::tempdir().unwrap();
        let store = books(folder.path());
        let today = Date::parse(TODAY).unwrap();
        let opened = Moment::start_of(today);
        let people = town::Town::new(town::FEWEST);
        town::build(&*store, &people, opened, &mut |_| ()).unwrap();
        let clock = Arc::new(Ticking(AtomicI64::new(opened.0 + 8 * 3_600_000)));
        let (library, choice) = (policy::Library::shipped(), policy::Choice::default());
        let agency = Agency::open(store, &library, &choice, clock.clone(), 7).unwrap();
        let agency = Arc::new(agency);
        let office = office(&agency);
        let file = Some(("test.toml".to_string(), settings.to_string()));
        let settings: Settings = read(&Given { file, ..Given::default() }).unwrap();
        let settings = Arc::new(settings);
        let service = Service {
            office,
            gate: Gate::new(settings.clone()),
            settings,
            meters: Arc::new(Meters::new()),
        };
        Town {
            service,
            people,
            wares: town::wares(today),
            runtime: tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .unwrap(),
            clock,
            messages: AtomicU32::new(1),
            agency,
            _folder: folder,
        }
    }

    /// The same after the server was stopped and started again.
    pub(crate) fn restarted(mut self) -> Town {
        self.service.office.close();
        self.service.office = office(&self.agency);
        self
    }

    /// The town of national manners.
    pub(crate) fn new() -> Town {
        Town::with("")
    }

    /// Sets the clock.
    pub(crate) fn set(&self, moment: &str) {
        self.clock.0.store(Moment::parse(moment).unwrap().0, Ordering::Relaxed);
    }

    /// 人员编号 of a person of Chongqing.
    pub(crate) fn person(number: u32) -> String {
        town::Town::person(CHONGQING, number).person.to_string()
    }

    /// 证件号码 of a person of Chongqing.
    pub(crate) fn identity(&self, number: u32) -> String {
        self.people.born(CHONGQING, number).identity()
    }

    /// The hospital (or, from 21 on, pharmacy) with this number.
    pub(crate) fn sender(&self, place: usize) -> Sender<'_> {
        let places = town::places(CHONGQING);
        Sender { town: self, institution: places[place - 1].code.to_string(), area: CHONGQING }
    }

    /// A message number never given before.
    pub(crate) fn number(&self, institution: &str) -> String {
        let serial = self.messages.fetch_add(1, Ordering::Relaxed);
        format!("{institution}20260310080000{serial:04}")
    }

    /// Answers a body that came to a transaction's own path, or to the single entry.
    pub(crate) fn answer(&self, path: Option<&str>, body: &str) -> String {
        self.runtime.block_on(self.answer_to(path, body))
    }

    async fn answer_to(&self, path: Option<&str>, body: &str) -> String {
        let headers = HeaderMap::new();
        let path = path.map(|number| fields::entry(number).unwrap());
        let arrived = Arrived { path, headers: &headers, body: body.as_bytes() };
        match self.service.answer(arrived).await {
            Reaction::Envelope(json) => json,
            other => panic!("not an envelope: {other:?}"),
        }
    }

    /// Answers bodies that all come at once.
    pub(crate) fn answers(self: &Arc<Town>, bodies: Vec<String>) -> Vec<Answer> {
        let waiting: Vec<_> = bodies
            .into_iter()
            .map(|body| {
                let town = self.clone();
                self.runtime.spawn(async move { town.answer_to(None, &body).await })
            })
            .collect();
        let answered = async {
            let mut answers = Vec::new();
            for answer in waiting {
                answers.push(Answer::of(answer.await.unwrap()));
            }
            answers
        };
        self.runtime.block_on(answered)
    }
}

/// An institution.
#[derive(Clone)]
pub(crate) struct Sender<'t> {
    pub(crate) town: &'t Town,
    pub(crate) institution: String,
    pub(crate) area: Area,
}

impl Sender<'_> {
    /// Sends a message under a new number.
    pub(crate) fn call(&self, transaction: &str, input: &Value) -> Answer {
        let number = self.town.number(&self.institution);
        self.call_as(&number, transaction, input)
    }

    /// Sends a message under a number.
    pub(crate) fn call_as(&self, number: &str, transaction: &str, input: &Value) -> Answer {
        self.send(&self.message(number, transaction, input))
    }

    /// Sends a message to the single entry.
    pub(crate) fn send(&self, message: &Value) -> Answer {
        Answer::of(self.town.answer(None, &message.to_string()))
    }

    /// A message as it is sent: the sender's clock is the server's.
    pub(crate) fn message(&self, number: &str, transaction: &str, input: &Value) -> Value {
        let sent = Moment(self.town.clock.0.load(Ordering::Relaxed));
        json!({
            "infno": transaction, "msgid": number, "insuplc_admdvs": self.area.to_string(),
            "mdtrtarea_admvs": "500000", "recer_sys_code": "MBS_LOCAL", "infver": "V1.0",
            "opter_type": "1", "opter": "0001", "opter_name": "测试员", "sign_no": "",
            "inf_time": sent.to_string(), "fixmedins_code": self.institution,
            "fixmedins_name": "测试机构", "input": input,
        })
    }
}

/// An answer, with the bytes it came as.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) text: String,
    value: Value,
}

impl Answer {
    pub(crate) fn of(text: String) -> Answer {
        let value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        Answer { text, value }
    }

    /// What an accepted message is answered with. The amounts must add up.
    pub(crate) fn output(&self) -> &Value {
        assert!(self.value["infcode"] == 0 || self.value["infcode"] == "0", "{}", self.text);
        crate::identities::check(&self.value["output"]);
        &self.value["output"]
    }

    /// Why a message was not accepted.
    pub(crate) fn refusal(&self) -> &str {
        let code = &self.value["infcode"];
        assert!(*code == -1 || *code == "-1" || *code == -2, "{}", self.text);
        self.value["err_msg"].as_str().unwrap()
    }
}
