//! A life, as the store sees it: told on SQLite and on PostgreSQL, word for word the same.

use crate::sample::{
    AREA, HOSPITAL, account, entry, fact, id, key, message, moment, newcomer, person, postings,
    sheet, visit, wants, year,
};
use crate::stores;
use kernel::{Date, Fen};
use std::collections::BTreeMap;
use std::fmt::{Debug, Write};
use std::hash::Hash;

use store::{
    Archive, Area, Changes, Closing, Credential, Document, DocumentKey, EntryKind, FAMILY, Fact,
    Found, Id, Institution, Item, MessageKey, PersonKey, Sheet, Span, Store, StoreError, Subject,
    Wants,
};

#[test]
fn a_life_is_the_same_on_either_store() {
    let (sqlite, _directory) = stores::sqlite();
    let on_sqlite = Life::tell(&sqlite);
    insta::assert_snapshot!("life", on_sqlite);
    let on_postgres = Life::tell(&stores::postgres());
    for (number, (one, other)) in (1..).zip(on_sqlite.lines().zip(on_postgres.lines())) {
        assert_eq!(one, other, "line {number}: SQLite (left), PostgreSQL (right)");
    }
    assert_eq!(on_sqlite, on_postgres);
}

pub(crate) struct Life<'a> {
    store: &'a dyn Store,
    told: String,
}

const NIGHT: (&str, &str) = ("2026-01-01", "2027-01-01");

impl Life<'_> {
    /// The whole life, as a transcript.
    pub(crate) fn tell(store: &dyn Store) -> String {
        let mut life = Life { store, told: String::new() };
        life.directories();
        life.people();
        life.visit();
        life.settlement();
        life.undo();
        life.conflicts();
        life.messages();
        life.family();
        life.documents();
        life.closings();
        life.walks();
        life.told
    }

    fn chapter(&mut self, name: &str) {
        writeln!(self.told, "\n## {name}").unwrap();
    }

    fn say(&mut self, what: &str, value: &impl Debug) {
        writeln!(self.told, "{what}: {value:?}").unwrap();
    }

    fn list<T: Debug>(&mut self, what: &str, values: Result<Vec<T>, StoreError>) {
        writeln!(self.told, "{what}:").unwrap();
        for value in values.unwrap() {
            writeln!(self.told, "  {value:?}").unwrap();
        }
    }

    /// Commits without looking at what was found.
    fn commit(&mut self, what: &str, wants: &Wants, changes: &Changes) {
        let result = self.store.commit(wants, &mut |_| changes.clone());
        let said = match result {
            Ok(()) => "committed",
            Err(StoreError::Conflict(_)) => "conflict",
            Err(other) => panic!("{what}: {other}"),
        };
        writeln!(self.told, "{what}: {said}").unwrap();
    }

    /// What reading and a commit find, which is the same.
    fn find(&mut self, what: &str, wants: &Wants) {
        let read = described(&self.store.read(wants).unwrap());
        let mut locked = String::new();
        self.store
            .commit(wants, &mut |found| {
                locked = described(&found);
                Changes::default()
            })
            .unwrap();
        assert_eq!(read, locked, "{what}");
        writeln!(self.told, "{what}:\n{}", read.trim_end()).unwrap();
    }

    fn directories(&mut self) {
        self.chapter("Directories");
        let institution = |code: &str, name: &str| Institution {
            area: AREA,
            code: code.into(),
            name: name.into(),
            detail: "{}".into(),
        };
        let item = |code: &str, from: &str, name: &str| Item {
            area: AREA,
            code: code.into(),
            from: Date::parse(from).unwrap(),
            to: Date::MAX,
            name: name.into(),
            detail: r#"{"class":"A"}"#.into(),
        };
        let level = Fact {
            subject: Subject::Institution(AREA, HOSPITAL.into()),
            ..fact(&key(""), id("2026-01-01 08:00:00", 1), "level", "3")
        };
        let mut first = Changes {
            institutions: vec![
                institution("P99000000001", "测试药店"),
                institution(HOSPITAL, "测试医院"),
            ],
            items: vec![item("XA01", "2026-01-01", "甲药"), item("XA01", "2025-01-01", "甲药旧")],
            facts: vec![level.clone()],
            ..Changes::default()
        };
        first.institutions.push(institution(HOSPITAL, "测试第一医院"));
        let areas = Wants { areas: [AREA, Area(1)].into(), ..Wants::default() };
        self.find("nothing yet", &areas);
        self.commit("two institutions, one named twice, and a catalogue", &areas, &first);
        let again = Changes {
            items: vec![item("XB02", "2026-01-01", "乙药")],
            ended: vec![(level.subject.clone(), level.id, moment("2026-01-05 08:00:00"))],
            ..Changes::default()
        };
        self.commit("another item, and a level that was wrong", &areas, &again);
        self.find("the directory has grown twice", &areas);
        self.list("institutions", self.store.institutions(AREA));
        self.list("their facts", self.store.institution_facts(AREA));
        self.list("first page of items", self.store.items(AREA, ("", Date::MIN), 2));
        let after = ("XA01", Date::parse("2026-01-01").unwrap());
        self.list("second page", self.store.items(AREA, after, 2));
        self.list("areas", self.store.areas());
        self.list("institutions elsewhere", self.store.institutions(Area(1)));
    }

    fn people(&mut self) {
        self.chapter("People");
        let who = key("9001");
        self.find("a stranger", &wants(&[&who]));
        let mut first = newcomer(&who, "测试甲");
        first.credentials.push(credential(&who, "02", "990000198001019001"));
        first.facts.push(fact(&who, id("2026-01-02 08:00:00", 2), "plan", "employee"));
        first.facts.push(fact(&who, id("2026-01-02 08:00:00", 1), "plan", "resident"));
        self.commit("a person with two facts", &wants(&[&who]), &first);
        self.find("the person", &wants(&[&who]));
        let mut known = wants(&[&who]);
        let file = self.store.read(&known).unwrap().files[&who].clone();
        known.known.insert(who.clone(), file);
        self.find("a file that is known", &known);

        let wrong = Changes {
            people: vec![person(&who, "测试甲甲")],
            accounts: vec![account(&who, 20_000, 2)],
            ended: vec![(
                Subject::Person(who.clone()),
                id("2026-01-02 08:00:00", 1),
                moment("2026-02-01 08:00:00"),
            )],
            ..Changes::default()
        };
        self.commit("one fact was wrong, and so was the name", &known, &wrong);
        self.find("the file is another one", &known);
        for (kind, number) in [
            ("02", "990000198001019001"),
            ("", "990000198001019001"),
            ("03", "990000198001019001"),
            ("", "1"),
        ] {
            let person = self.store.person_by_credential(AREA, kind, number).unwrap();
            self.say(&format!("credential {kind} {number}"), &person);
        }
    }

    fn visit(&mut self) {
        self.chapter("A visit");
        let (who, visit_id) = (key("9001"), first_visit());
        let all = everything(&who);
        let mut first = Changes { visits: vec![visit(&who, visit_id)], ..Changes::default() };
        let lines = ["1", "10", "2"].map(|serial| (serial, 3_000));
        first.sheets.push(sheet(&who, visit_id, &lines));
        self.commit("a visit with three lines", &all, &first);
        let changed = [("1", 7_000), ("2", 3_000), ("3", 1_000)];
        let sheets = vec![sheet(&who, visit_id, &lines[..1]), sheet(&who, visit_id, &changed)];
        let change = Changes { sheets, ..Changes::default() };
        self.commit("a line withdrawn, one changed, one new", &all, &change);
        self.find("the visit", &all);
        let mut broken = sheet(&who, visit_id, &changed);
        broken.lines[0].body = "{".into();
        self.commit("a line whose body is no JSON", &all, &of_sheet(broken));
        let mut cancelled = visit(&who, visit_id);
        cancelled.state = 1;
        let change =
            Changes { visits: vec![cancelled, visit(&who, visit_id)], ..Changes::default() };
        self.commit("cancelled and opened in one batch", &all, &change);
        self.list("visits", self.store.visits(&who, night().0, night().1));
        self.list("visits of a night before", self.store.visits(&who, Id::MIN, night().0));
    }

    fn settlement(&mut self) {
        self.chapter("A settlement");
        let who = key("9001");
        let entry = entry(&who, first_entry(), first_visit());
        let settled = Changes {
            accounts: vec![store::Account { last: entry.id, ..account(&who, 17_000, 2) }],
            years: vec![
                year(&who, 2026, &[("pool", 1)]),
                year(&who, 2026, &[("pool", 6_000), ("visits", 1)]),
                year(&who, 2024, &[("pool", 77)]),
            ],
            messages: vec![message("m1", "2207", 7, &entry)],
            entries: vec![entry.clone()],
            ..Changes::default()
        };
        let all = everything(&who);
        self.commit("settled", &all, &settled);
        self.find("everything", &all);
        self.list("history", self.store.history(&who, night().0, night().1));
        let span =
            |person: &str| Span { person: person.into(), from: night().0, first: 2025, last: 2026 };
        self.list("entered", self.store.entered(AREA, &[span("9001"), span("nobody")]));
        self.list("unreadable", self.store.unreadable(AREA, night().0, night().1, 9));
        self.list(
            "at the hospital",
            self.store.entries_at(AREA, HOSPITAL, night().0, night().1, 9),
        );
        self.list("a page after it", self.store.entries_at(AREA, HOSPITAL, entry.id, night().1, 9));
    }

    fn undo(&mut self) {
        self.chapter("An undo");
        let who = key("9001");
        let mut undo = entry(&who, first_undo(), first_visit());
        undo.kind = EntryKind::Undo;
        undo.undoes = first_entry();
        for amount in [&mut undo.total, &mut undo.funds, &mut undo.accounts, &mut undo.cash] {
            *amount = -*amount;
        }
        undo.postings = postings(&undo);
        let undone = Changes {
            accounts: vec![store::Account { last: undo.id, ..account(&who, 20_000, 2) }],
            years: vec![year(&who, 2026, &[])],
            undone: vec![(who.clone(), first_entry(), undo.id)],
            messages: vec![message("m2", "2208", 8, &undo)],
            entries: vec![undo],
            ..Changes::default()
        };
        let mut wanted = everything(&who);
        wanted.entries.insert((who.clone(), first_entry()));
        self.commit("undone", &wanted, &undone);
        self.find("everything", &wanted);
        self.commit(
            "undone a second time",
            &wanted,
            &Changes { undone: vec![(who.clone(), first_entry(), Id(5))], ..Changes::default() },
        );
        self.list("totals", self.store.totals_at(AREA, HOSPITAL, night().0, night().1));
        let (from, to) = night();
        let all = self.store.totals_by_institution(AREA, from, to);
        self.list("totals by institution", all);
        self.list("posted by kind", self.store.posted_by_kind(AREA, from, to));
        self.list("paid by programme", self.store.paid_by_programme(AREA, from, to));
        self.list("posted by institution", self.store.posted_by_institution(AREA, from, to));
        self.list("undone", self.store.undone(AREA, from, to));
    }

    fn conflicts(&mut self) {
        self.chapter("Conflicts, after which nothing has changed");
        let (who, other) = (key("9001"), key("9002"));
        let mut second = newcomer(&other, "测试乙");
        second.credentials.push(credential(&other, "03", "990000198001019001"));
        self.commit("a number that names somebody else", &wants(&[&other]), &second);
        second.credentials = vec![credential(&other, "02", "990000198001019002")];
        self.commit("a number of one's own", &wants(&[&other]), &second);
        self.commit(
            "the same again",
            &wants(&[&other]),
            &Changes { credentials: second.credentials.clone(), ..Changes::default() },
        );
        self.commit(
            "lines of somebody else's visit",
            &wants(&[&other]),
            &of_sheet(sheet(&other, first_visit(), &[("9", 1)])),
        );
        self.commit(
            "lines of no visit",
            &wants(&[&who]),
            &of_sheet(sheet(&who, Id(9), &[("9", 1)])),
        );
        self.commit(
            "lines of a visit that was not asked for",
            &wants(&[&who]),
            &of_sheet(sheet(&who, first_visit(), &[("4", 400)])),
        );
        self.commit(
            "a fact ended twice",
            &wants(&[&who]),
            &Changes {
                ended: vec![(
                    Subject::Person(who.clone()),
                    id("2026-01-02 08:00:00", 1),
                    moment("2026-03-01"),
                )],
                ..Changes::default()
            },
        );
        let old = entry(&who, first_entry(), first_visit());
        self.commit(
            "an entry of an id that is taken",
            &wants(&[&who]),
            &Changes {
                people: vec![person(&who, "nobody")],
                entries: vec![old.clone()],
                ..Changes::default()
            },
        );
        self.commit(
            "a message that nobody looked for",
            &wants(&[&who]),
            &Changes { messages: vec![message("m1", "2207", 7, &old)], ..Changes::default() },
        );
        self.find("nothing has changed", &wants(&[&who, &other]));
    }

    fn messages(&mut self) {
        self.chapter("Messages");
        let who = key("9001");
        let old = entry(&who, first_entry(), first_visit());
        let known = message("m1", "2207", 7, &old);
        let wanted = Wants { messages: [known.key.clone()].into(), ..wants(&[&who]) };
        self.find("a message that was sent again", &wanted);
        let originals = Wants {
            originals: [
                MessageKey { digest: 0, ..known.key.clone() },
                message("m9", "2207", 0, &old).key,
            ]
            .into(),
            ..wants(&[&who])
        };
        let mut taken_back = known.clone();
        (taken_back.state, taken_back.sent) = (1, None);
        let mut tombstone = message("m9", "2207", 0, &old);
        (tombstone.state, tombstone.entry, tombstone.outcome) =
            (2, Id::MIN, r#"{"why":"冲正"}"#.into());
        let mut later = message("m1", "2207", 99, &old);
        (later.id, later.entry) = (Id(known.id.0 + 7), Id::MIN);
        self.commit(
            "one taken back, one reversed before it came, one with the old number",
            &originals,
            &Changes { messages: vec![taken_back, later, tombstone.clone()], ..Changes::default() },
        );
        self.find("originals, newest last", &originals);
        tombstone.at = moment("2026-12-01");
        self.commit(
            "a message named twice",
            &originals,
            &Changes {
                messages: vec![known.clone(), tombstone.clone(), known],
                ..Changes::default()
            },
        );
        self.list("by number", self.store.messages_numbered(AREA, HOSPITAL, "m1"));
        self.list("the tombstone", self.store.messages_numbered(AREA, HOSPITAL, "m9"));
    }

    fn family(&mut self) {
        self.chapter("Family");
        let (child, parent) = (key("9001"), key("9002"));
        let pays = fact(&child, id("2026-05-01 08:00:00", 1), FAMILY, "9002");
        let unknown = fact(&child, id("2026-05-01 08:00:00", 2), FAMILY, "nobody");
        self.commit(
            "the other pays",
            &wants(&[&child]),
            &Changes {
                facts: vec![pays.clone(), unknown],
                accounts: vec![account(&child, 20_000, 3)],
                ..Changes::default()
            },
        );
        self.find("both are found", &wants(&[&child]));
        let mut shared = entry(&child, id("2026-05-02 08:00:00", 1), Id::MIN);
        shared.payers = vec!["9002".into(), "gone \"away\"".into()];
        let made = message("m5", "2207", 5, &shared);
        self.commit(
            "the other has paid, and pays no more",
            &wants(&[&child]),
            &Changes {
                ended: vec![(pays.subject.clone(), pays.id, moment("2026-05-03"))],
                accounts: vec![account(&child, 20_000, 4), account(&parent, 10_000, 1)],
                entries: vec![shared.clone()],
                messages: vec![made.clone()],
                ..Changes::default()
            },
        );
        self.find("nobody pays", &wants(&[&child]));
        let by_entry = Wants { entries: [(child.clone(), shared.id)].into(), ..wants(&[&child]) };
        self.find("who paid in an entry", &by_entry);
        let by_message = Wants { originals: [made.key].into(), ..wants(&[&child]) };
        self.find("who paid in what a message made", &by_message);
    }

    fn documents(&mut self) {
        self.chapter("Documents and archives");
        let document = |owner: &str, number: &str, state: i16| Document {
            key: DocumentKey {
                area: AREA,
                kind: "filing".into(),
                owner: owner.into(),
                number: number.into(),
            },
            at: moment("2026-03-04 05:06:07"),
            state,
            body: r#"{"病种":"M01"}"#.into(),
        };
        let wanted = Wants { documents: [document("9001", "1", 0).key].into(), ..Wants::default() };
        self.find("none", &wanted);
        self.commit(
            "filed",
            &wanted,
            &Changes {
                documents: vec![
                    document("9001", "1", 0),
                    document("9001", "1", 3),
                    document("9001", "2", 0),
                    document("9002", "1", 0),
                ],
                ..Changes::default()
            },
        );
        self.find("one", &wanted);
        self.list("of one", self.store.documents(AREA, "filing", "9001", ("", ""), 9));
        self.list("of all", self.store.documents(AREA, "filing", "", ("9001", "1"), 1));
        let one = self.store.document(&document("9002", "1", 0).key).unwrap();
        self.say("by name", &one);
        let archive = |digest: &str, at: &str| Archive {
            area: AREA,
            digest: digest.into(),
            at: moment(at),
            versions: "[]".into(),
            files: "{}".into(),
        };
        for at in ["2026-02-01", "2026-01-01"] {
            let archives = vec![archive("bb", at), archive("aa", "2026-03-01")];
            self.commit("archived", &Wants::default(), &Changes { archives, ..Changes::default() });
        }
        self.list("archives", self.store.archives(AREA));
    }

    fn closings(&mut self) {
        self.chapter("Closings");
        let closing = |day: &str, account: i16, party: &str, balance: i64| Closing {
            area: AREA,
            day: Date::parse(day).unwrap(),
            account,
            party: party.into(),
            balance: Fen::new(balance),
        };
        let (from, to) = night();
        self.list("posted", self.store.posted(AREA, from, to));
        for day in ["2026-05-01", "2026-05-02", "2026-05-02"] {
            let closings = vec![closing(day, 301, HOSPITAL, -9_000), closing(day, 101, "", 6_000)];
            self.commit(day, &Wants::default(), &Changes { closings, ..Changes::default() });
        }
        self.list("closings", self.store.closings(AREA));
    }

    fn walks(&mut self) {
        self.chapter("Walks");
        let (from, to) = night();
        self.list("people", self.store.people(AREA, "", "", 1));
        self.list("people", self.store.people(AREA, "9001", "", 9));
        self.list("people", self.store.people(AREA, "", "9001", 9));
        self.list("marks", self.store.marks(AREA, 1));
        self.list("marks", self.store.marks(AREA, 2));
        for payer in ["9001", "9002", "9003"] {
            self.list("bound to", self.store.bound_to(AREA, payer));
        }
        self.list("accounts", self.store.accounts(AREA, "", 1));
        self.list("accounts", self.store.accounts(AREA, "9001", 9));
        self.list("years", self.store.years(AREA, ("", 0), 1));
        self.list("years", self.store.years(AREA, ("9001", 2024), 9));
        self.list("entries", self.store.entries(AREA, from, to, 2));
        self.list("entries", self.store.entries(AREA, first_undo(), to, 2));
        self.list("visits", self.store.all_visits(AREA, from, to, 9));
        self.list("sheets", self.store.all_sheets(AREA, from, to, 9));
        self.list("messages", self.store.all_messages(AREA, None, 2));
        let first = self.store.all_messages(AREA, None, 2).unwrap().pop();
        self.list("messages", self.store.all_messages(AREA, first.as_ref(), 9));
        self.store.ping().unwrap();
    }
}

fn night() -> (Id, Id) {
    (Id::first_at(moment(NIGHT.0)), Id::first_at(moment(NIGHT.1)))
}

fn first_visit() -> Id {
    id("2026-03-02 09:00:00", 1)
}

fn first_entry() -> Id {
    id("2026-03-02 10:00:00", 2)
}

fn first_undo() -> Id {
    id("2026-04-02 10:00:00", 3)
}

fn everything(who: &PersonKey) -> Wants {
    let mut all = wants(&[who]);
    let entry = entry(who, first_entry(), first_visit());
    all.messages.insert(message("m1", "2207", 7, &entry).key);
    all.messages.insert(message("m2", "2208", 8, &entry).key);
    all.visits.insert((who.clone(), first_visit()));
    all.visits.insert((who.clone(), Id(3)));
    all.entries.insert((who.clone(), Id(4)));
    all
}

fn of_sheet(sheet: Sheet) -> Changes {
    Changes { sheets: vec![sheet], ..Changes::default() }
}

fn credential(key: &PersonKey, kind: &str, number: &str) -> Credential {
    Credential { key: key.clone(), kind: kind.into(), number: number.into() }
}

/// What was found, in order.
pub(crate) fn described(found: &Found) -> String {
    fn lines<K: Ord + Hash + Debug, V: Debug>(
        name: &str,
        map: impl IntoIterator<Item = (K, V)>,
    ) -> String {
        let map: BTreeMap<K, V> = map.into_iter().collect();
        map.iter().map(|(key, value)| format!("  {name} {key:?}: {value:?}\n")).collect()
    }
    let mut text = lines("account", &found.accounts);
    text += &lines("file", &found.files);
    text += &lines("year", &found.years);
    text += &lines("message", found.messages.iter().enumerate());
    text += &lines("visit", &found.visits);
    text += &lines("lines", &found.lines);
    text += &lines("entry", &found.entries);
    text += &lines("undone", &found.undone);
    text += &lines("document", &found.documents);
    text += &lines("directory", &found.directories);
    if text.is_empty() { "  nothing\n".to_owned() } else { text }
}
