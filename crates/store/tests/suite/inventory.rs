//! Everything the books of an area hold, as text to be compared.

use crate::sample::HOSPITAL;
use kernel::Date;
use std::fmt::Debug;
use std::fmt::Write;
use store::{Area, Id, Store, Wants};

/// Rows a page has, few enough for walks to turn some.
const PAGE: usize = 3;

/// What found nothing, and what all there is to find.
pub(crate) fn inventory(store: &dyn Store, area: Area) -> String {
    let mut all = Inventory { store, area, text: String::new() };
    all.directory();
    all.people();
    all.books();
    all.filed();
    all.text
}

struct Inventory<'a> {
    store: &'a dyn Store,
    area: Area,
    text: String,
}

impl Inventory<'_> {
    fn list<T: Debug>(&mut self, name: &str, rows: &[T]) {
        for row in rows {
            writeln!(self.text, "{name} {row:?}").unwrap();
        }
    }

    /// Turns pages until there is none left.
    fn walk<T: Debug + Clone>(
        &mut self,
        name: &str,
        page: impl Fn(Option<&T>) -> Vec<T>,
    ) -> Vec<T> {
        let mut all: Vec<T> = Vec::new();
        loop {
            let next = page(all.last());
            if next.is_empty() {
                break;
            }
            all.extend(next);
        }
        self.list(name, &all);
        all
    }

    fn directory(&mut self) {
        let (store, area) = (self.store, self.area);
        let revision: Vec<_> =
            store.areas().unwrap().into_iter().filter(|(one, _)| *one == area).collect();
        self.list("directory", &revision);
        self.list("institution", &store.institutions(area).unwrap());
        self.list("fact", &store.institution_facts(area).unwrap());
        self.walk("item", |last: Option<&store::Item>| {
            let after = last.map_or(("", Date::MIN), |item| (&*item.code, item.from));
            store.items(area, after, PAGE).unwrap()
        });
        self.list("archive", &store.archives(area).unwrap());
    }

    fn people(&mut self) {
        let (store, area) = (self.store, self.area);
        let accounts = self.walk("account", |last: Option<&store::Account>| {
            store.accounts(area, last.map_or("", |one| &*one.key.person), PAGE).unwrap()
        });
        self.walk("year", |last: Option<&store::YearRow>| {
            let after = last.map_or(("", 0), |year| (&*year.key.person, year.year));
            store.years(area, after, PAGE).unwrap()
        });
        let people = accounts.iter().map(|account| account.key.clone());
        let wants = Wants { people: people.collect(), ..Wants::default() };
        let mut files: Vec<_> = store.read(&wants).unwrap().files.into_iter().collect();
        files.sort_by(|(one, _), (other, _)| one.cmp(other));
        self.list("file", &files);
        for (_, file) in files {
            let number = &file.person.cert_no;
            let whose = store.person_by_credential(area, "", number).unwrap();
            writeln!(self.text, "credential {number} {whose:?}").unwrap();
        }
    }

    fn books(&mut self) {
        let (store, area) = (self.store, self.area);
        let visits = self.walk("visit", |last: Option<&store::Visit>| {
            store.all_visits(area, last.map_or(Id::MIN, |one| one.id), Id::MAX, PAGE).unwrap()
        });
        let mut wants = Wants::default();
        wants.visits.extend(visits.iter().map(|visit| (visit.key.clone(), visit.id)));
        let mut lines: Vec<_> = store.read(&wants).unwrap().lines.into_iter().collect();
        lines.sort_by_key(|(visit, _)| *visit);
        self.list("lines", &lines);
        self.walk("entry", |last: Option<&store::Entry>| {
            store.entries(area, last.map_or(Id::MIN, |one| one.id), Id::MAX, PAGE).unwrap()
        });
        self.list("undone", &store.undone(area, Id::MIN, Id::MAX).unwrap());
        self.list("posted", &store.posted(area, Id::MIN, Id::MAX).unwrap());
        self.list("total", &store.totals_at(area, HOSPITAL, Id::MIN, Id::MAX).unwrap());
    }

    fn filed(&mut self) {
        let (store, area) = (self.store, self.area);
        self.walk("message", |last: Option<&store::Message>| {
            store.all_messages(area, last, PAGE).unwrap()
        });
        self.walk("document", |last: Option<&store::Document>| {
            let after = last.map_or(("", ""), |one| (&*one.key.owner, &*one.key.number));
            store.documents(area, "filing", "", after, PAGE).unwrap()
        });
        self.list("closing", &store.closings(area).unwrap());
    }
}
