//! A server over the invented town, in a folder of its own, with a clock that the test moves; and a client.

use agency::Agency;
use agency::core::{Clock, Core, Settings as CoreSettings};
use agency::town::{self, Town};
use kernel::Moment;
use policy::{Choice, Library};
use serde_json::Value;
use server::settings::{self, Given, LogForm, Settings};
use server::{Meters, Office, Server};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use store::sqlite::Sqlite;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// When the town is settled in and tests begin.
pub(crate) const NOW: &str = "2024-06-03 09:00:00";
/// A hospital of the town, in Chongqing.
pub(crate) const HOSPITAL: &str = "H99500000002";

/// A clock that the test moves.
#[derive(Debug)]
pub(crate) struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

/// A running server.
pub(crate) struct Place {
    runtime: Runtime,
    server: Option<Server>,
    address: SocketAddr,
    clock: Arc<Hands>,
    folder: TempDir,
}

/// Settings from the text of a file; it listens on a port that the system chooses.
pub(crate) fn settings(file: &str) -> Arc<Settings> {
    let flags = vec![("listen".to_string(), "127.0.0.1:0".to_string())];
    let file = Some(("gongji.toml".to_string(), file.to_string()));
    let given = Given { file, environment: Vec::new(), flags };
    Arc::new(settings::read(&given).unwrap_or_else(|faults| panic!("{faults:?}")))
}

/// Everything that was logged so far, by every test.
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Writes into [`LOG`].
#[derive(Clone, Copy)]
struct Log;

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Everything that was logged so far.
pub(crate) fn logged() -> String {
    String::from_utf8(LOG.lock().unwrap().clone()).unwrap()
}

impl Place {
    /// A server with these settings, over a town of forty.
    pub(crate) fn open(file: &str) -> Place {
        // The first test of the process says where the log goes; at its most talkative.
        let log = server::logs::subscriber(LogForm::Text, "trace", || Log);
        let _ = tracing::subscriber::set_global_default(log);
        let folder = tempfile::tempdir().unwrap();
        let now = Moment::parse(NOW).unwrap();
        let books = Sqlite::open(folder.path()).unwrap();
        town::build(&books, &Town::new(40), now, &mut |_| ()).unwrap();
        drop(books);
        Place::reopen(folder, now, file)
    }

    fn reopen(folder: TempDir, now: Moment, file: &str) -> Place {
        let clock = Arc::new(Hands(AtomicI64::new(now.0)));
        let books = Arc::new(Sqlite::open(folder.path()).unwrap());
        let (library, choice) = (Library::shipped(), Choice::default());
        let agency = Agency::open(books, &library, &choice, clock.clone(), 1).unwrap();
        let agency = Arc::new(agency);
        let meters = Arc::new(Meters::new());
        let core = CoreSettings { watch: Some(meters.clone()), ..CoreSettings::default() };
        let core = Core::start(agency.clone(), core).unwrap();
        let office = Office::new(agency, core);
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
        let server = runtime.block_on(Server::start(office, settings(file), meters)).unwrap();
        let address = server.address();
        Place { runtime, server: Some(server), address, clock, folder }
    }

    /// Stops the server and starts another over the same books.
    pub(crate) fn restarted(mut self, file: &str) -> Place {
        let now = self.clock.now();
        self.stop();
        let Place { runtime, folder, .. } = self;
        drop(runtime);
        Place::reopen(folder, now, file)
    }

    /// Stops the server in order.
    pub(crate) fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            self.runtime.block_on(server.stop()).unwrap();
        }
    }

    /// Moves the clock on.
    pub(crate) fn later(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }

    /// Now.
    pub(crate) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Posts a body.
    pub(crate) fn post(&self, path: &str, body: &str) -> Response {
        self.send("POST", path, &[("Content-Type", "application/json")], body.as_bytes())
    }

    /// Posts an envelope that holds `input`, to the single entry.
    pub(crate) fn ask(&self, envelope: &Envelope<'_>, input: &Value) -> Response {
        self.post("/fsi/api/rsfComIfsService/callService", &envelope.with(input))
    }

    /// Sends a request.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Response {
        send(self.address, method, path, headers, body)
    }
}

/// Sends a request to a server.
pub(crate) fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Response {
    let mut stream = TcpStream::connect(address).unwrap();
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    stream.write_all(head.as_bytes()).unwrap();
    // A server that refuses early may close before it has read everything.
    let _ = stream.write_all(body);
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    Response::read(&bytes)
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    /// The status.
    pub(crate) status: u16,
    /// Status line and headers.
    pub(crate) head: String,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Response {
    fn read(bytes: &[u8]) -> Response {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
        assert!(!chunked, "answers say how long they are");
        Response { status, head, body: bytes[end + 4..].to_vec() }
    }

    /// The body as text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// `output` of an answer that was a success.
    pub(crate) fn output(&self) -> Value {
        let json = self.json();
        assert_eq!(json["infcode"], 0, "{}", self.text());
        json["output"].clone()
    }

    /// The error of an answer that was a refusal.
    pub(crate) fn error(&self) -> String {
        let json = self.json();
        assert_ne!(json["infcode"], 0, "{}", self.text());
        json["err_msg"].as_str().unwrap().to_string()
    }
}

/// An envelope.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Envelope<'e> {
    /// The transaction.
    pub(crate) number: &'e str,
    /// The message number.
    pub(crate) message: &'e str,
    /// Who sends it.
    pub(crate) institution: &'e str,
    /// Where the person is insured.
    pub(crate) home: &'e str,
}

impl Envelope<'_> {
    /// The body with this input.
    pub(crate) fn with(&self, input: &Value) -> String {
        serde_json::json!({
            "infno": self.number, "msgid": self.message, "mdtrtarea_admvs": "500000",
            "insuplc_admdvs": self.home, "recer_sys_code": "MBS_LOCAL", "dev_no": "", "dev_safe_info": "",
            "cainfo": "", "signtype": "", "infver": "V1.0", "opter_type": "1", "opter": "01",
            "opter_name": "测试员", "inf_time": "2024-06-03 09:00:00",
            "fixmedins_code": self.institution, "fixmedins_name": "测试医院", "sign_no": "",
            "input": input,
        })
        .to_string()
    }
}

/// An envelope of the town's hospital.
pub(crate) fn envelope<'e>(number: &'e str, message: &'e str) -> Envelope<'e> {
    Envelope { number, message, institution: HOSPITAL, home: "500000" }
}
