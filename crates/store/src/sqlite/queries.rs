//! Reads beside the settlement path, each on a reader's connection.

use super::row::{
    self, Read, account_columns, blob, document_columns, entry_columns, fact_columns, item_columns,
    message_columns, visit_columns,
};
use super::statement::prepare;
use super::{Sqlite, backup, find};
use crate::PersonFile;
use crate::codec;
use crate::id::{Area, Id, PersonKey};
use crate::model::{
    Account, Archive, Closing, Document, DocumentKey, Entry, Fact, Institution, Item, Message,
    Sheet, Subject, Visit, YearRow,
};
use crate::queries::{
    Answer, BEYOND, BegunFacts, ByFact, Entries, GroupPeople, InstitutionTotal, PaidBy, PostedAs,
    PostedAt, Queries, Span, Unreadable, by_party,
};
use crate::{MessageKey, StoreError};
use kernel::{Date, Fen, Moment};
use rusqlite::{OptionalExtension, Params, Row, params};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

impl Sqlite {
    /// All rows of a query.
    fn rows<T>(
        &self,
        sql: &str,
        parameters: impl Params,
        read: impl FnMut(&Row<'_>) -> Read<T>,
    ) -> Answer<Vec<T>> {
        let reader = self.readers.take();
        let mut statement = prepare(&reader, sql)?;
        let rows = statement.query_map(parameters, read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// A limit as SQLite takes it.
fn rows_at_most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// The fact `f` of a [`ByFact`]: parameters 1 to 7 are the area, kind, day, moment, the other fact's kind and value, the
/// kind that must not have begun.
macro_rules! newest_fact {
    () => {
        "f.area = ?1 AND f.side = 0 AND f.kind = ?2 AND f.from_day <= ?3 AND f.to_day >= ?3 \
         AND f.learned_at <= ?4 AND (f.ended_at IS NULL OR f.ended_at > ?4) \
         AND NOT EXISTS (SELECT 1 FROM fact g \
             WHERE g.area = ?1 AND g.side = 0 AND g.subject = f.subject AND g.kind = ?2 \
                 AND g.from_day <= ?3 AND g.to_day >= ?3 AND g.learned_at <= ?4 \
                 AND (g.ended_at IS NULL OR g.ended_at > ?4) \
                 AND (g.from_day, g.id) > (f.from_day, f.id)) \
         AND (?5 = '' OR EXISTS (SELECT 1 FROM fact g \
             WHERE g.area = ?1 AND g.side = 0 AND g.subject = f.subject AND g.kind = ?5 AND g.other = ?6 \
                 AND g.from_day <= ?3 AND g.to_day >= ?3 AND g.learned_at <= ?4 \
                 AND (g.ended_at IS NULL OR g.ended_at > ?4))) \
         AND (?7 = '' OR NOT EXISTS (SELECT 1 FROM fact g \
             WHERE g.area = ?1 AND g.side = 0 AND g.subject = f.subject AND g.kind = ?7 AND g.from_day < ?3 \
                 AND g.learned_at <= ?4 AND (g.ended_at IS NULL OR g.ended_at > ?4)))"
    };
}

impl Queries for Sqlite {
    fn person_by_credential(
        &self,
        area: Area,
        kind: &str,
        number: &str,
    ) -> Answer<Option<PersonKey>> {
        let reader = self.readers.take();
        let mut look = prepare(
            &reader,
            "SELECT person FROM credential WHERE area = ?1 AND number = ?2 \
             AND (?3 = '' OR kind = ?3) LIMIT 1",
        )?;
        let person = look.query_row(params![area.0, number, kind], |row| row.get(0)).optional()?;
        Ok(person.map(|person| PersonKey { area, person }))
    }

    fn visits(&self, person: &PersonKey, from: Id, to: Id) -> Answer<Vec<Visit>> {
        const SQL: &str = concat!(
            "SELECT ",
            visit_columns!(),
            " FROM visit WHERE area = ?1 AND person = ?2 AND id >= ?3 AND id < ?4 ORDER BY id"
        );
        let PersonKey { area, person } = person;
        let span = params![area.0, person, blob(from), blob(to)];
        self.rows(SQL, span, |row| row::visit(*area, row))
    }

    fn history(&self, person: &PersonKey, from: Id, to: Id) -> Answer<Vec<Entry>> {
        const SQL: &str = concat!(
            "SELECT ",
            entry_columns!(),
            " FROM entry WHERE area = ?1 AND person = ?2 AND id >= ?3 AND id < ?4 ORDER BY id"
        );
        let PersonKey { area, person } = person;
        let span = params![area.0, person, blob(from), blob(to)];
        self.rows(SQL, span, |row| row::entry(*area, row))
    }

    fn entered(&self, area: Area, spans: &[Span]) -> Answer<Vec<Option<Entries>>> {
        const NEWEST: &str =
            "SELECT last_entry FROM standing WHERE area = ?1 AND person = ?2 AND year = 0";
        const SQL: &str = "SELECT id, kind, undoes, year, record FROM entry \
             WHERE area = ?1 AND person = ?2 AND id >= ?3 AND year BETWEEN ?4 AND ?5 ORDER BY id";
        let reader = self.readers.take();
        // The newest first: what is read after it is as new, or newer.
        let (mut newest, mut look) = (prepare(&reader, NEWEST)?, prepare(&reader, SQL)?);
        let one = |Span { person, from, first, last }: &Span| {
            let newest = newest.query_row(params![area.0, person], |row| row::id(row, 0));
            let Some(newest) = newest.optional()? else { return Ok(None) };
            let span = params![area.0, person, blob(*from), first, last];
            let entries = look.query_map(span, row::entered)?.collect::<Result<_, _>>()?;
            Ok(Some((newest, entries)))
        };
        spans.iter().map(one).collect()
    }

    fn entries_at(
        &self,
        area: Area,
        institution: &str,
        after: Id,
        to: Id,
        limit: usize,
    ) -> Answer<Vec<Entry>> {
        const SQL: &str = concat!(
            "SELECT ",
            entry_columns!(),
            " FROM entry WHERE area = ?1 AND institution = ?2 AND id > ?3 AND id < ?4",
            " ORDER BY id LIMIT ?5"
        );
        let page = params![area.0, institution, blob(after), blob(to), rows_at_most(limit)];
        self.rows(SQL, page, |row| row::entry(area, row))
    }

    fn totals_at(
        &self,
        area: Area,
        institution: &str,
        from: Id,
        to: Id,
    ) -> Answer<Vec<InstitutionTotal>> {
        const SQL: &str = "SELECT clearing, kind, count(*), sum(total), sum(funds), \
             sum(accounts), sum(cash) FROM entry \
             WHERE area = ?1 AND institution = ?2 AND id >= ?3 AND id < ?4 AND kind IN (1, 2, 7, 8) \
             GROUP BY clearing, kind ORDER BY clearing, kind";
        self.rows(SQL, params![area.0, institution, blob(from), blob(to)], row::total)
    }

    fn totals_by_institution(
        &self,
        area: Area,
        from: Id,
        to: Id,
    ) -> Answer<Vec<(Arc<str>, InstitutionTotal)>> {
        const SQL: &str = "SELECT clearing, kind, count(*), sum(total), sum(funds), \
             sum(accounts), sum(cash), institution FROM entry \
             WHERE area = ?1 AND id >= ?2 AND id < ?3 AND kind IN (1, 2, 7, 8) \
             AND institution <> '' \
             GROUP BY institution, clearing, kind ORDER BY institution, clearing, kind";
        self.rows(SQL, params![area.0, blob(from), blob(to)], |row| {
            Ok((row.get(7)?, row::total(row)?))
        })
    }

    fn posted_by_institution(&self, area: Area, from: Id, to: Id) -> Answer<Vec<PostedAt>> {
        const SQL: &str = "SELECT e.institution, e.clearing, p.value ->> 0 AS account, \
                 sum(p.value ->> 2) FROM entry AS e, json_each(e.postings) AS p \
             WHERE e.area = ?1 AND e.id >= ?2 AND e.id < ?3 AND e.kind IN (1, 2, 7, 8) \
                 AND e.institution <> '' \
             GROUP BY e.institution, e.clearing, account \
             ORDER BY e.institution, e.clearing, account";
        self.rows(SQL, params![area.0, blob(from), blob(to)], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row::fen(row, 3)?))
        })
    }

    fn posted_by_kind(&self, area: Area, from: Id, to: Id) -> Answer<Vec<PostedAs>> {
        const SQL: &str = "SELECT e.kind, p.value ->> 0 AS account, sum(p.value ->> 2) \
             FROM entry AS e, json_each(e.postings) AS p \
             WHERE e.area = ?1 AND e.id >= ?2 AND e.id < ?3 \
             GROUP BY e.kind, account ORDER BY e.kind, account";
        self.rows(SQL, params![area.0, blob(from), blob(to)], |row| {
            Ok((row::kind(row, 0)?, row.get(1)?, row::fen(row, 2)?))
        })
    }

    fn paid_by_programme(&self, area: Area, from: Id, to: Id) -> Answer<Vec<PaidBy>> {
        const SQL: &str = "SELECT coalesce(p.value ->> 'programme', '') AS programme, e.kind, \
                 coalesce(sum(p.value ->> '$.funds[0]'), 0), coalesce(sum(p.value ->> '$.funds[1]'), 0), \
                 coalesce(sum(p.value ->> '$.funds[2]'), 0) \
             FROM entry AS e, json_each(e.record, '$.decision.portions') AS p \
             WHERE e.area = ?1 AND e.id >= ?2 AND e.id < ?3 AND e.kind IN (1, 2, 7, 8, 15, 18) \
             GROUP BY programme, e.kind ORDER BY programme, e.kind";
        self.rows(SQL, params![area.0, blob(from), blob(to)], |row| {
            let funds = [row::fen(row, 2)?, row::fen(row, 3)?, row::fen(row, 4)?];
            Ok((row.get(0)?, row::kind(row, 1)?, funds))
        })
    }

    fn people_by_fact(&self, area: Area, fact: ByFact<'_>) -> Answer<Vec<(Arc<str>, i64)>> {
        const SQL: &str = concat!(
            "SELECT f.other, count(*) FROM fact f WHERE ",
            newest_fact!(),
            " GROUP BY f.other ORDER BY f.other"
        );
        let ByFact { kind, day, known, with, without } = fact;
        let at = params![area.0, kind, day.days(), known.0, with.0, with.1, without];
        self.rows(SQL, at, |row| Ok((row.get(0)?, row.get(1)?)))
    }

    fn people_with_fact(
        &self,
        area: Area,
        fact: ByFact<'_>,
        other: &str,
        after: &str,
        limit: usize,
    ) -> Answer<Vec<Fact>> {
        const SQL: &str = concat!(
            "SELECT f.kind, f.id, f.other, f.from_day, f.to_day, f.learned_at, f.ended_at, f.detail, f.subject",
            " FROM fact f WHERE ",
            newest_fact!(),
            " AND (?8 = '' OR f.other = ?8) AND f.subject > ?9 ORDER BY f.subject LIMIT ?10"
        );
        let ByFact { kind, day, known, with, without } = fact;
        let rows = rows_at_most(limit);
        let at =
            params![area.0, kind, day.days(), known.0, with.0, with.1, without, other, after, rows];
        self.rows(SQL, at, |row| {
            let key = PersonKey { area, person: row.get(8)? };
            row::fact(Subject::Person(key), row)
        })
    }

    fn facts_begun(
        &self,
        area: Area,
        kind: &str,
        (from, to): (Date, Date),
        known: Moment,
        named: &str,
    ) -> Answer<Vec<BegunFacts>> {
        const SQL: &str = "SELECT other, CASE detail WHEN '' THEN '' \
                 ELSE coalesce(detail ->> ?6, '') END AS named, count(DISTINCT subject) FROM fact \
             WHERE area = ?1 AND side = 0 AND kind = ?2 AND from_day >= ?3 AND from_day <= ?4 \
                 AND learned_at <= ?5 AND (ended_at IS NULL OR ended_at > ?5) \
             GROUP BY other, named ORDER BY other, named";
        let at = params![area.0, kind, from.days(), to.days(), known.0, named];
        self.rows(SQL, at, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
    }

    fn people_by_group(
        &self,
        area: Area,
        from: Id,
        to: Id,
        groups: &BTreeMap<Arc<str>, Arc<str>>,
    ) -> Answer<Vec<GroupPeople>> {
        const SQL: &str = "SELECT name, sum(times), sum(times > 0), sum(times > 1) FROM ( \
                 SELECT g.value AS name, sum(iif(e.kind IN (1, 8), 1, -1)) AS times \
                 FROM entry AS e JOIN json_each(?4) AS g ON g.key = e.institution \
                 WHERE e.area = ?1 AND e.id >= ?2 AND e.id < ?3 AND e.kind IN (1, 2, 7, 8) \
                 GROUP BY name, e.person) \
             GROUP BY name ORDER BY name";
        let groups: serde_json::Map<String, serde_json::Value> =
            groups.iter().map(|(of, name)| (of.to_string(), name.to_string().into())).collect();
        let groups = serde_json::Value::Object(groups).to_string();
        self.rows(SQL, params![area.0, blob(from), blob(to), groups], |row| {
            let [visits, people, returning] = [row.get(1)?, row.get(2)?, row.get(3)?];
            Ok(GroupPeople { group: row.get(0)?, visits, people, returning })
        })
    }

    fn documents_filed(
        &self,
        area: Area,
        kind: &str,
        (from, to): (Moment, Moment),
        after: (&str, &str),
        limit: usize,
    ) -> Answer<Vec<Document>> {
        const SQL: &str = concat!(
            "SELECT ",
            document_columns!(),
            " FROM document WHERE area = ?1 AND kind = ?2 AND (owner, number) > (?3, ?4)",
            " AND at >= ?6 AND at < ?7 ORDER BY owner, number LIMIT ?5"
        );
        let name: Arc<str> = Arc::from(kind);
        let page = params![area.0, kind, after.0, after.1, rows_at_most(limit), from.0, to.0];
        self.rows(SQL, page, |row| row::document(area, &name, row))
    }

    fn messages_numbered(
        &self,
        area: Area,
        institution: &str,
        number: &str,
    ) -> Answer<Vec<Message>> {
        const SQL: &str = concat!(
            "SELECT ",
            message_columns!(),
            " FROM message WHERE area = ?1 AND institution = ?2 AND number = ?3 ORDER BY id"
        );
        self.rows(SQL, params![area.0, institution, number], |row| row::message(area, row))
    }

    fn document(&self, key: &DocumentKey) -> Answer<Option<Document>> {
        find::document(&self.readers.take(), key)
    }

    fn documents(
        &self,
        area: Area,
        kind: &str,
        owner: &str,
        after: (&str, &str),
        limit: usize,
    ) -> Answer<Vec<Document>> {
        const OF_ONE: &str = concat!(
            "SELECT ",
            document_columns!(),
            " FROM document WHERE area = ?1 AND kind = ?2 AND owner = ?6",
            " AND (owner, number) > (?3, ?4) ORDER BY owner, number LIMIT ?5"
        );
        const OF_ALL: &str = concat!(
            "SELECT ",
            document_columns!(),
            " FROM document WHERE area = ?1 AND kind = ?2",
            " AND (owner, number) > (?3, ?4) ORDER BY owner, number LIMIT ?5"
        );
        let name: Arc<str> = Arc::from(kind);
        let read = |row: &Row<'_>| row::document(area, &name, row);
        let limit = rows_at_most(limit);
        if owner.is_empty() {
            self.rows(OF_ALL, params![area.0, kind, after.0, after.1, limit], read)
        } else {
            self.rows(OF_ONE, params![area.0, kind, after.0, after.1, limit, owner], read)
        }
    }

    fn areas(&self) -> Answer<Vec<(Area, i64)>> {
        self.rows("SELECT area, revision FROM directory ORDER BY area", [], |row| {
            Ok((Area(row.get(0)?), row.get(1)?))
        })
    }

    fn institutions(&self, area: Area) -> Answer<Vec<Institution>> {
        const SQL: &str =
            "SELECT code, name, detail FROM institution WHERE area = ?1 ORDER BY code";
        self.rows(SQL, [area.0], |row| {
            Ok(Institution { area, code: row.get(0)?, name: row.get(1)?, detail: row.get(2)? })
        })
    }

    fn institution_facts(&self, area: Area) -> Answer<Vec<Fact>> {
        const SQL: &str = concat!(
            "SELECT ",
            fact_columns!(),
            ", subject FROM fact WHERE area = ?1 AND side = 1",
            " ORDER BY subject, kind, from_day, id"
        );
        self.rows(SQL, [area.0], |row| row::fact(Subject::Institution(area, row.get(8)?), row))
    }

    fn items(&self, area: Area, after: (&str, Date), limit: usize) -> Answer<Vec<Item>> {
        const SQL: &str = concat!(
            "SELECT ",
            item_columns!(),
            " FROM item WHERE area = ?1 AND (code, from_day) > (?2, ?3)",
            " ORDER BY code, from_day LIMIT ?4"
        );
        let page = params![area.0, after.0, after.1.days(), rows_at_most(limit)];
        self.rows(SQL, page, |row| row::item(area, row))
    }

    fn archives(&self, area: Area) -> Answer<Vec<Archive>> {
        const SQL: &str = "SELECT digest, at, versions, files FROM archive WHERE area = ?1 \
                           ORDER BY at, digest";
        self.rows(SQL, [area.0], |row| {
            Ok(Archive {
                area,
                digest: row.get(0)?,
                at: row::moment(row, 1)?,
                versions: row.get(2)?,
                files: row.get(3)?,
            })
        })
    }

    fn people(&self, area: Area, after: &str, to: &str, limit: usize) -> Answer<Vec<PersonFile>> {
        const SQL: &str = "SELECT person, revision FROM standing \
             WHERE area = ?1 AND person > ?2 AND person <= ?3 AND year = 0 \
             AND EXISTS (SELECT 1 FROM person p WHERE p.area = standing.area \
                 AND p.person = standing.person) ORDER BY person LIMIT ?4";
        let to = if to.is_empty() { BEYOND } else { to };
        let mut reader = self.readers.take();
        let moment = reader.transaction()?;
        let mut look = prepare(&moment, SQL)?;
        let page = params![area.0, after, to, rows_at_most(limit)];
        let people = look.query_map(page, |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut files = Vec::new();
        for found in people {
            let (person, revision): (Arc<str>, i64) = found?;
            files.extend(find::file(&moment, &PersonKey { area, person }, revision)?);
        }
        Ok(files)
    }

    fn marks(&self, area: Area, step: usize) -> Answer<Vec<Arc<str>>> {
        const SQL: &str = "SELECT person FROM (SELECT person, row_number() OVER (ORDER BY person) \
             AS place FROM person WHERE area = ?1) WHERE place % ?2 = 0 ORDER BY person";
        self.rows(SQL, params![area.0, rows_at_most(step.max(1))], |row| row.get(0))
    }

    fn bound_to(&self, area: Area, payer: &str) -> Answer<Vec<PersonKey>> {
        const SQL: &str = "SELECT DISTINCT subject FROM fact \
             WHERE area = ?1 AND side = 0 AND kind = 'family' AND other = ?2 ORDER BY subject";
        self.rows(SQL, params![area.0, payer], |row| Ok(PersonKey { area, person: row.get(0)? }))
    }

    fn accounts(&self, area: Area, after: &str, limit: usize) -> Answer<Vec<Account>> {
        const SQL: &str = concat!(
            "SELECT ",
            account_columns!(),
            " FROM standing WHERE area = ?1 AND person > ?2 AND year = 0",
            " ORDER BY person LIMIT ?3"
        );
        self.rows(SQL, params![area.0, after, rows_at_most(limit)], |row| row::account(area, row))
    }

    fn years(&self, area: Area, after: (&str, i32), limit: usize) -> Answer<Vec<YearRow>> {
        const SQL: &str = "SELECT person, year, cells FROM standing WHERE area = ?1 \
             AND (person, year) > (?2, ?3) AND year > 0 ORDER BY person, year LIMIT ?4";
        let page = params![area.0, after.0, after.1, rows_at_most(limit)];
        self.rows(SQL, page, |row| row::year(area, row))
    }

    fn entries(&self, area: Area, after: Id, to: Id, limit: usize) -> Answer<Vec<Entry>> {
        const SQL: &str = concat!(
            "SELECT ",
            entry_columns!(),
            " FROM entry WHERE area = ?1 AND id > ?2 AND id < ?3 ORDER BY id LIMIT ?4"
        );
        let page = params![area.0, blob(after), blob(to), rows_at_most(limit)];
        self.rows(SQL, page, |row| row::entry(area, row))
    }

    fn unreadable(&self, area: Area, after: Id, to: Id, limit: usize) -> Answer<Vec<Unreadable>> {
        const SQL: &str = "SELECT person, id, kind, payers, postings FROM entry \
             WHERE area = ?1 AND id > ?2 AND id < ?3 ORDER BY id LIMIT ?4";
        let page = params![area.0, blob(after), blob(to), rows_at_most(limit)];
        let all = self.rows(SQL, page, |row| {
            let (payers, postings) = (row.get_ref(3)?.as_str_or_null()?, row.get_ref(4)?.as_str()?);
            let what = codec::wrong_with_entry(row.get(2)?, payers, postings);
            let (id, key) = (row::id(row, 1)?, PersonKey { area, person: row.get(0)? });
            Ok(what.map(|what| Unreadable { id, key, what }))
        })?;
        Ok(all.into_iter().flatten().collect())
    }

    fn all_visits(&self, area: Area, after: Id, to: Id, limit: usize) -> Answer<Vec<Visit>> {
        const SQL: &str = concat!(
            "SELECT ",
            visit_columns!(),
            " FROM visit WHERE area = ?1 AND id > ?2 AND id < ?3 ORDER BY id LIMIT ?4"
        );
        let page = params![area.0, blob(after), blob(to), rows_at_most(limit)];
        self.rows(SQL, page, |row| row::visit(area, row))
    }

    fn all_sheets(&self, area: Area, after: Id, to: Id, limit: usize) -> Answer<Vec<Sheet>> {
        const SQL: &str = "SELECT person, visit, lines FROM sheet \
             WHERE area = ?1 AND visit > ?2 AND visit < ?3 ORDER BY visit, person LIMIT ?4";
        let page = params![area.0, blob(after), blob(to), rows_at_most(limit)];
        self.rows(SQL, page, |row| row::sheet(area, row))
    }

    fn all_messages(
        &self,
        area: Area,
        after: Option<&Message>,
        limit: usize,
    ) -> Answer<Vec<Message>> {
        const FIRST: &str = concat!(
            "SELECT ",
            message_columns!(),
            " FROM message WHERE area = ?1",
            " ORDER BY institution, number, transaction_code, digest, person LIMIT ?2"
        );
        const NEXT: &str = concat!(
            "SELECT ",
            message_columns!(),
            " FROM message WHERE area = ?1",
            " AND (institution, number, transaction_code, digest, person) > (?3, ?4, ?5, ?6, ?7)",
            " ORDER BY institution, number, transaction_code, digest, person LIMIT ?2"
        );
        let (limit, read) = (rows_at_most(limit), |row: &Row<'_>| row::message(area, row));
        let Some(Message { key, person, .. }) = after else {
            return self.rows(FIRST, params![area.0, limit], read);
        };
        let MessageKey { institution, number, transaction, digest, .. } = key;
        let digest = blob(Id(*digest));
        let page = params![area.0, limit, institution, number, transaction, digest, person];
        self.rows(NEXT, page, read)
    }

    fn posted(&self, area: Area, from: Id, to: Id) -> Answer<Vec<(i16, Arc<str>, Fen)>> {
        const SQL: &str = "SELECT account, party, sum(amount) FROM ( \
                 SELECT account, party, amount \
                 FROM posting WHERE area = ?1 AND entry >= ?2 AND entry < ?3) \
             GROUP BY account, party";
        const IS_PERSON: &str =
            "SELECT EXISTS (SELECT 1 FROM person WHERE area = ?1 AND person = ?2)";
        let mut reader = self.readers.take();
        let moment = reader.transaction()?;
        let mut sums = prepare(&moment, SQL)?;
        let sums = sums.query_map(params![area.0, blob(from), blob(to)], |row| {
            Ok((row.get(0)?, row.get(1)?, row::fen(row, 2)?))
        })?;
        let mut is_person = prepare(&moment, IS_PERSON)?;
        by_party(sums.map(|sum| sum.map_err(StoreError::from)), |party| {
            Ok(is_person.query_row(params![area.0, party], |row| row.get(0))?)
        })
    }

    fn closings(&self, area: Area) -> Answer<Vec<Closing>> {
        // With max(), SQLite takes the other columns from the row that has it.
        const SQL: &str = "SELECT account, party, max(day), balance FROM closing WHERE area = ?1 \
                           GROUP BY account, party ORDER BY account, party";
        self.rows(SQL, [area.0], |row| {
            Ok(Closing {
                area,
                account: row.get(0)?,
                party: row.get(1)?,
                day: row::day(row, 2)?,
                balance: row::fen(row, 3)?,
            })
        })
    }

    fn undone(&self, area: Area, from: Id, to: Id) -> Answer<Vec<(Id, Id)>> {
        const SQL: &str = "SELECT entry, undone_by FROM undone \
                           WHERE area = ?1 AND entry >= ?2 AND entry < ?3 ORDER BY entry";
        self.rows(SQL, params![area.0, blob(from), blob(to)], |row| {
            Ok((row::id(row, 0)?, row::id(row, 1)?))
        })
    }

    fn ping(&self) -> Answer<()> {
        Ok(self.readers.take().query_row("SELECT 1", [], |_| Ok(()))?)
    }

    fn backup(&self, to: &Path) -> Answer<()> {
        backup::write(&self.readers.take(), to)
    }
}
