//! A town in which the first resident buys medicines, where the pool pays for pharmacies without a prescription.

use agency::core::{Clock as _, Core, Job, Settings};
use agency::town::{self, CHONGQING, Town, wares};
use agency::{Agency, Outcome};
use kernel::Moment;
use server::WallClock;
use std::path::Path;
use std::sync::Arc;
use store::sqlite::Sqlite;

/// Where they buy.
const PHARMACY: &str = "P99500000001";
/// The values of the policy by which the pool pays.
pub(crate) const SWITCHES: [&str; 2] = ["pharmacy.prescription=optional", "pharmacy.level=1"];

/// Makes the books of the town with so many purchases of so many fen; when.
pub(crate) fn bought(folder: &Path, times: u32, amount: i64) -> Moment {
    let now = WallClock.now();
    let store = Sqlite::open(folder).unwrap();
    town::build(&store, &Town::new(40), now, &mut |_| {}).unwrap();
    let set = SWITCHES.map(str::to_owned).to_vec();
    let choice = policy::Choice { set, ..policy::Choice::default() };
    let library = policy::Library::shipped();
    let agency = Agency::open(Arc::new(store), &library, &choice, Arc::new(WallClock), 7).unwrap();
    let core = Core::start(Arc::new(agency), Settings::default()).unwrap();
    let ware = &wares(now.date())[0];
    for _ in 0..times {
        let mut line = agency::business::lines::StatedLine {
            serial: "1".into(),
            item: ware.code.clone(),
            amount,
            quantity: 10_000,
            at: now,
            ..Default::default()
        };
        line.price = line.amount * 10_000;
        let (answer, waiting) = std::sync::mpsc::channel();
        core.submit(Job {
            business: Box::new(agency::business::settle::Purchase {
                person: Town::person(CHONGQING, 1),
                institution: PHARMACY.into(),
                at: now,
                scheme: "310".into(),
                category: "41".into(),
                disease: "".into(),
                credential: "02".into(),
                total: line.amount,
                lines: vec![line],
                account_use: kernel::AccountUse::None,
                invoice: "".into(),
                prescription: "".into(),
            }),
            message: None,
            sent: None,
            reply: Box::new(move |reply| answer.send(reply).unwrap()),
        });
        let reply = waiting.recv().unwrap().unwrap();
        assert!(matches!(reply.outcome, Outcome::Settled(_)), "{reply:?}");
    }
    now
}
