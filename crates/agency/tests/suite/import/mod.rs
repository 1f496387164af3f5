//! Files become rows of the books, once.

mod people;
mod catalogue;
mod money;

use agency::import::{Done, Effect, Header, Importer, Options, Table};
use agency::regions::Regions;
use kernel::Moment;
use std::sync::Arc;
use store::sqlite::Sqlite;
use store::{Area, PersonFile, PersonKey, Store, Wants};

const CHONGQING: Area = Area(500_000);

/// Books in a folder of their own, and the law.
pub(crate) struct Desk {
    pub(crate) store: Sqlite,
    regions: Arc<Regions>,
    now: Moment,
    _folder: tempfile::TempDir,
}

impl Desk {
    pub(crate) fn new() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let library = policy::Library::shipped();
        Desk {
            store: Sqlite::open(folder.path()).unwrap(),
            regions: Arc::new(Regions::compile(&library, &policy::Choice::default()).unwrap()),
            now: Moment::parse("2026-01-05 09:00:00").unwrap(),
            _folder: folder,
        }
    }

    /// Imports rows of cells separated by commas; what became of each. An hour passes.
    pub(crate) fn import(&mut self, table: Table, text: &str) -> Vec<Done> {
        self.now = Moment(self.now.0 + 3_600_000);
        self.run(table, text, false)
    }

    pub(crate) fn run(&self, table: Table, text: &str, dry_run: bool) -> Vec<Done> {
        let mut rows = (1..).zip(text.trim().lines().map(|line| line.trim().split(',')));
        let names: Vec<String> = rows.next().unwrap().1.map(str::to_owned).collect();
        let (header, strays) = Header::new(table, &names, &["region"]).unwrap();
        assert_eq!(strays, [""; 0]);
        let options = Options {
            at: self.now,
            seed: self.now.0.unsigned_abs(),
            dry_run,
            batch: 3,
            region: Some("重庆市".to_owned()),
        };
        let mut importer = Importer::new(&self.store, self.regions.clone(), header, options);
        let mut done = Vec::new();
        for (number, cells) in rows {
            let cells: Vec<&str> = cells.collect();
            done.extend(importer.row(number, &cells).unwrap());
        }
        done.extend(importer.flush().unwrap());
        done.sort_by_key(|done| done.row);
        done
    }

    pub(crate) fn key(person: &str) -> PersonKey {
        PersonKey::new(CHONGQING, person)
    }

    fn file(&self, person: &str) -> Arc<PersonFile> {
        let mut wants = Wants::default();
        wants.people.insert(Desk::key(person));
        self.store.read(&wants).unwrap().files.remove(&Desk::key(person)).unwrap()
    }
}

/// What each row did, in short: `+` added, `~` changed, `=` unchanged, else the code of its fault.
pub(crate) fn told(done: &[Done]) -> Vec<&'static str> {
    let short = |done: &Done| match &done.effect {
        Ok(Effect::Added) => "+",
        Ok(Effect::Changed) => "~",
        Ok(Effect::Unchanged) => "=",
        Err(fault) => fault.reason.code(),
    };
    done.iter().map(short).collect()
}

/// What is wrong with the rows that were not taken.
pub(crate) fn faults(done: &[Done]) -> Vec<String> {
    let text = |done: &Done| Some(done.effect.as_ref().err()?.text(false));
    done.iter().filter_map(text).collect()
}

pub(crate) const PEOPLE: &str = "
    人员编号,姓名,证件号码,性别,出生日期,社会保障卡号
    99500000001,测试甲,990101198505200011,男,1985-05-20,99A000001
    99500000002,测试乙,990101195401100022,女,1954-01-10,99A000002
    99500000003,测试丙,990101201003030033,,2010-03-03,
";
