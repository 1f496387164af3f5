//! Reads beside the settlement path.

use super::connection::Parameter;
use super::failure::Failure;
use super::row::{
    self, Read, account_columns, document_columns, entry_columns, fact_columns, item_columns,
    message_columns, person_columns, sheet_columns, uuid, visit_columns,
};
use super::{Postgres, backup};
use crate::PersonFile;
use crate::codec;
use crate::id::{Area, Id, PersonKey};
use crate::model::{
    Account, Archive, Closing, Document, DocumentKey, Entry, Fact, Institution, Item, Message,
    Sheet, Visit, YearRow,
};
use crate::queries::{
    Answer, BEYOND, BegunFacts, ByFact, Entries, GroupPeople, InstitutionTotal, PaidBy, PostedAs,
    PostedAt, Queries, Span, Unreadable, by_party, with_facts,
};
use kernel::{Date, Fen, Moment};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use tokio_postgres::Row;
use uuid::Uuid;

impl Postgres {
    /// All rows of a query.
    fn rows<T>(
        &self,
        sql: &'static str,
        parameters: &[&Parameter<'_>],
        read: impl FnMut(&Row) -> Read<T>,
    ) -> Answer<Vec<T>> {
        let mut slot = self.askers.take();
        let mut ask = || -> Result<Vec<Row>, Failure> {
            let connection = slot.take(&self.config)?;
            let rows = connection.rows(sql, parameters);
            slot.put_back(connection, false);
            rows
        };
        // Once more if the connection was cut while it was idle.
        let rows = match ask() {
            Err(Failure::Lost(_)) => ask(),
            answer => answer,
        };
        let rows = rows.map_err(Failure::into_error)?;
        rows.iter().map(read).collect::<Read<_>>().map_err(Failure::into_error)
    }
}

/// A limit as PostgreSQL takes it.
fn rows_at_most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// The fact `f` of a [`ByFact`]: parameters 1 to 7 are the area, kind, day, moment, the other fact's kind and value, the
/// kind that must not have begun.
macro_rules! newest_fact {
    () => {
        "f.area = $1 AND f.side = 0 AND f.kind = $2 AND f.from_day <= $3 AND f.to_day >= $3 \
         AND f.learned_at <= $4 AND (f.ended_at IS NULL OR f.ended_at > $4) \
         AND NOT EXISTS (SELECT 1 FROM fact g \
             WHERE g.area = $1 AND g.side = 0 AND g.subject = f.subject AND g.kind = $2 \
                 AND g.from_day <= $3 AND g.to_day >= $3 AND g.learned_at <= $4 \
                 AND (g.ended_at IS NULL OR g.ended_at > $4) \
                 AND (g.from_day, g.id) > (f.from_day, f.id)) \
         AND ($5::text = '' OR EXISTS (SELECT 1 FROM fact g \
             WHERE g.area = $1 AND g.side = 0 AND g.subject = f.subject AND g.kind = $5 AND g.other = $6 \
                 AND g.from_day <= $3 AND g.to_day >= $3 AND g.learned_at <= $4 \
                 AND (g.ended_at IS NULL OR g.ended_at > $4))) \
         AND ($7::text = '' OR NOT EXISTS (SELECT 1 FROM fact g \
             WHERE g.area = $1 AND g.side = 0 AND g.subject = f.subject AND g.kind = $7 AND g.from_day < $3 \
                 AND g.learned_at <= $4 AND (g.ended_at IS NULL OR g.ended_at > $4)))"
    };
}

impl Queries for Postgres {
    fn person_by_credential(
        &self,
        area: Area,
        kind: &str,
        number: &str,
    ) -> Answer<Option<PersonKey>> {
        const SQL: &str = "SELECT area, person FROM credential \
             WHERE area = $1 AND number = $2 AND ($3 = '' OR kind = $3) LIMIT 1";
        let people = self.rows(SQL, &[&area.0, &number, &kind], |row| row::person_key(row, 0))?;
        Ok(people.into_iter().next())
    }

    fn visits(&self, person: &PersonKey, from: Id, to: Id) -> Answer<Vec<Visit>> {
        const SQL: &str = concat!(
            "SELECT ",
            visit_columns!(),
            " FROM visit v WHERE area = $1 AND person = $2 AND id >= $3 AND id < $4 ORDER BY id"
        );
        let PersonKey { area, person } = person;
        self.rows(SQL, &[&area.0, &&**person, &uuid(from), &uuid(to)], row::visit)
    }

    fn history(&self, person: &PersonKey, from: Id, to: Id) -> Answer<Vec<Entry>> {
        const SQL: &str = concat!(
            "SELECT ",
            entry_columns!(),
            " FROM entry e WHERE area = $1 AND person = $2 AND id >= $3 AND id < $4 ORDER BY id"
        );
        let PersonKey { area, person } = person;
        self.rows(SQL, &[&area.0, &&**person, &uuid(from), &uuid(to)], row::entry)
    }

    fn entered(&self, area: Area, spans: &[Span]) -> Answer<Vec<Option<Entries>>> {
        // One statement, so that the newest entry is of the same moment as the entries.
        const SQL: &str = "SELECT w.place, s.last_entry, e.id, e.kind, e.undoes, e.year, e.record \
             FROM unnest($2::text[], $3::uuid[], $4::int4[], $5::int4[]) \
                 WITH ORDINALITY AS w (person, from_id, first, last, place) \
             CROSS JOIN LATERAL (SELECT s.last_entry FROM standing s \
                 WHERE s.area = $1 AND s.person = w.person AND s.year = 0 OFFSET 0) AS s \
             LEFT JOIN LATERAL (SELECT e.id, e.kind, e.undoes, e.year, e.record FROM entry e \
                 WHERE e.area = $1 AND e.person = w.person AND e.id >= w.from_id \
                     AND e.year BETWEEN w.first AND w.last OFFSET 0) AS e ON true";
        let people: Vec<&str> = spans.iter().map(|span| &*span.person).collect();
        let from: Vec<Uuid> = spans.iter().map(|span| uuid(span.from)).collect();
        let first: Vec<i32> = spans.iter().map(|span| span.first).collect();
        let last: Vec<i32> = spans.iter().map(|span| span.last).collect();
        let mut all: Vec<Option<Entries>> = vec![None; spans.len()];
        self.rows(SQL, &[&area.0, &people, &from, &first, &last], |row| {
            let place: i64 = row.try_get(0)?;
            let place = usize::try_from(place - 1).ok().and_then(|place| all.get_mut(place));
            let Some(place) = place else { return Ok(()) };
            let newest = row::id(row, 1)?;
            let (_, entries) = place.get_or_insert_with(|| (newest, Vec::new()));
            if row.try_get::<_, Option<Uuid>>(2)?.is_some() {
                entries.push(row::entered(row, 2)?);
            }
            Ok(())
        })?;
        // They come month by month.
        all.iter_mut().flatten().for_each(|(_, entries)| entries.sort_by_key(|entry| entry.id));
        Ok(all)
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
            " FROM entry e WHERE area = $1 AND institution = $2 AND id > $3 AND id < $4",
            " ORDER BY id LIMIT $5"
        );
        let (after, to, limit) = (uuid(after), uuid(to), rows_at_most(limit));
        self.rows(SQL, &[&area.0, &institution, &after, &to, &limit], row::entry)
    }

    fn totals_at(
        &self,
        area: Area,
        institution: &str,
        from: Id,
        to: Id,
    ) -> Answer<Vec<InstitutionTotal>> {
        const SQL: &str = "SELECT clearing, kind, count(*), sum(total)::int8, sum(funds)::int8, \
             sum(accounts)::int8, sum(cash)::int8 FROM entry \
             WHERE area = $1 AND institution = $2 AND id >= $3 AND id < $4 AND kind = ANY ($5) \
             GROUP BY clearing, kind ORDER BY clearing, kind";
        let kinds: Vec<i16> = crate::queries::TOTALLED.iter().map(|kind| kind.number()).collect();
        let span: [&Parameter<'_>; 5] = [&area.0, &institution, &uuid(from), &uuid(to), &kinds];
        self.rows(SQL, &span, row::total)
    }

    fn totals_by_institution(
        &self,
        area: Area,
        from: Id,
        to: Id,
    ) -> Answer<Vec<(Arc<str>, InstitutionTotal)>> {
        const SQL: &str = "SELECT clearing, kind, count(*), sum(total)::int8, sum(funds)::int8, \
             sum(accounts)::int8, sum(cash)::int8, institution FROM entry \
             WHERE area = $1 AND id >= $2 AND id < $3 AND kind = ANY ($4) AND institution <> '' \
             GROUP BY institution, clearing, kind ORDER BY institution, clearing, kind";
        let kinds: Vec<i16> = crate::queries::TOTALLED.iter().map(|kind| kind.number()).collect();
        let span: [&Parameter<'_>; 4] = [&area.0, &uuid(from), &uuid(to), &kinds];
        self.rows(SQL, &span, |row| Ok((row::text(row, 7)?, row::total(row)?)))
    }

    fn posted_by_institution(&self, area: Area, from: Id, to: Id) -> Answer<Vec<PostedAt>> {
        const SQL: &str = "SELECT e.institution, e.clearing, (p.value ->> 0)::int2 AS account, \
                 sum((p.value ->> 2)::int8)::int8 \
             FROM entry AS e CROSS JOIN LATERAL json_array_elements(e.postings::json) AS p (value) \
             WHERE e.area = $1 AND e.id >= $2 AND e.id < $3 AND e.kind = ANY ($4) \
                 AND e.institution <> '' \
             GROUP BY e.institution, e.clearing, account \
             ORDER BY e.institution, e.clearing, account";
        let kinds: Vec<i16> = crate::queries::TOTALLED.iter().map(|kind| kind.number()).collect();
        let span: [&Parameter<'_>; 4] = [&area.0, &uuid(from), &uuid(to), &kinds];
        self.rows(SQL, &span, |row| {
            Ok((row::text(row, 0)?, row::text(row, 1)?, row.try_get(2)?, row::fen(row, 3)?))
        })
    }

    fn posted_by_kind(&self, area: Area, from: Id, to: Id) -> Answer<Vec<PostedAs>> {
        const SQL: &str = "SELECT e.kind, (p.value ->> 0)::int2 AS account, \
                 sum((p.value ->> 2)::int8)::int8 \
             FROM entry AS e CROSS JOIN LATERAL json_array_elements(e.postings::json) AS p (value) \
             WHERE e.area = $1 AND e.id >= $2 AND e.id < $3 \
             GROUP BY e.kind, account ORDER BY e.kind, account";
        let span: [&Parameter<'_>; 3] = [&area.0, &uuid(from), &uuid(to)];
        self.rows(SQL, &span, |row| Ok((row::kind(row, 0)?, row.try_get(1)?, row::fen(row, 2)?)))
    }

    fn paid_by_programme(&self, area: Area, from: Id, to: Id) -> Answer<Vec<PaidBy>> {
        const SQL: &str = "SELECT coalesce(p.value ->> 'programme', '') COLLATE \"C\" AS programme, \
                 e.kind, sum(coalesce((p.value #>> '{funds,0}')::int8, 0))::int8, \
                 sum(coalesce((p.value #>> '{funds,1}')::int8, 0))::int8, \
                 sum(coalesce((p.value #>> '{funds,2}')::int8, 0))::int8 \
             FROM entry AS e CROSS JOIN LATERAL \
                 json_array_elements(e.record::json #> '{decision,portions}') AS p (value) \
             WHERE e.area = $1 AND e.id >= $2 AND e.id < $3 AND e.kind = ANY ($4) \
             GROUP BY programme, e.kind ORDER BY programme, e.kind";
        let kinds: Vec<i16> = crate::queries::BY_PROGRAMME.iter().map(|it| it.number()).collect();
        let span: [&Parameter<'_>; 4] = [&area.0, &uuid(from), &uuid(to), &kinds];
        self.rows(SQL, &span, |row| {
            let funds = [row::fen(row, 2)?, row::fen(row, 3)?, row::fen(row, 4)?];
            Ok((row::text(row, 0)?, row::kind(row, 1)?, funds))
        })
    }

    fn people_by_fact(&self, area: Area, fact: ByFact<'_>) -> Answer<Vec<(Arc<str>, i64)>> {
        const SQL: &str = concat!(
            "SELECT f.other, count(*) FROM fact f WHERE ",
            newest_fact!(),
            " GROUP BY f.other ORDER BY f.other"
        );
        let ByFact { kind, day, known, with, without } = fact;
        let at: [&Parameter<'_>; 7] =
            [&area.0, &kind, &day.days(), &known.0, &with.0, &with.1, &without];
        self.rows(SQL, &at, |row| Ok((row::text(row, 0)?, row.try_get(1)?)))
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
            "SELECT ",
            fact_columns!(),
            " FROM fact f WHERE ",
            newest_fact!(),
            " AND ($8::text = '' OR f.other = $8) AND f.subject > $9 ORDER BY f.subject LIMIT $10"
        );
        let ByFact { kind, day, known, with, without } = fact;
        let (days, rows) = (day.days(), rows_at_most(limit));
        let at: [&Parameter<'_>; 10] =
            [&area.0, &kind, &days, &known.0, &with.0, &with.1, &without, &other, &after, &rows];
        self.rows(SQL, &at, row::fact)
    }

    fn facts_begun(
        &self,
        area: Area,
        kind: &str,
        (from, to): (Date, Date),
        known: Moment,
        named: &str,
    ) -> Answer<Vec<BegunFacts>> {
        const SQL: &str = "SELECT other, coalesce(nullif(detail, '')::json ->> $6, '') AS named, \
                 count(DISTINCT subject) FROM fact \
             WHERE area = $1 AND side = 0 AND kind = $2 AND from_day >= $3 AND from_day <= $4 \
                 AND learned_at <= $5 AND (ended_at IS NULL OR ended_at > $5) \
             GROUP BY other, named ORDER BY other, named";
        let at: [&Parameter<'_>; 6] = [&area.0, &kind, &from.days(), &to.days(), &known.0, &named];
        self.rows(SQL, &at, |row| Ok((row::text(row, 0)?, row::text(row, 1)?, row.try_get(2)?)))
    }

    fn people_by_group(
        &self,
        area: Area,
        from: Id,
        to: Id,
        groups: &BTreeMap<Arc<str>, Arc<str>>,
    ) -> Answer<Vec<GroupPeople>> {
        const SQL: &str = "SELECT name, sum(times)::int8, count(*) FILTER (WHERE times > 0), \
                 count(*) FILTER (WHERE times > 1) FROM ( \
                 SELECT g.name, sum(CASE WHEN e.kind IN (1, 8) THEN 1 ELSE -1 END) AS times \
                 FROM entry AS e JOIN unnest($5::text[], $6::text[]) AS g (institution, name) \
                     ON g.institution = e.institution \
                 WHERE e.area = $1 AND e.id >= $2 AND e.id < $3 AND e.kind = ANY ($4) \
                 GROUP BY g.name, e.person) AS seen \
             GROUP BY name ORDER BY name";
        let kinds: Vec<i16> = crate::queries::TOTALLED.iter().map(|kind| kind.number()).collect();
        let institutions: Vec<&str> = groups.keys().map(|it| &**it).collect();
        let names: Vec<&str> = groups.values().map(|it| &**it).collect();
        let span: [&Parameter<'_>; 6] =
            [&area.0, &uuid(from), &uuid(to), &kinds, &institutions, &names];
        self.rows(SQL, &span, |row| {
            let [visits, people, returning] = [row.try_get(1)?, row.try_get(2)?, row.try_get(3)?];
            Ok(GroupPeople { group: row::text(row, 0)?, visits, people, returning })
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
            " FROM document d WHERE area = $1 AND kind = $2 AND (owner, number) > ($3, $4)",
            " AND at >= $6 AND at < $7 ORDER BY owner, number LIMIT $5"
        );
        let limit = rows_at_most(limit);
        let page: [&Parameter<'_>; 7] =
            [&area.0, &kind, &after.0, &after.1, &limit, &from.0, &to.0];
        self.rows(SQL, &page, row::document)
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
            " FROM message m WHERE area = $1 AND institution = $2 AND number = $3 ORDER BY id"
        );
        self.rows(SQL, &[&area.0, &institution, &number], row::message)
    }

    fn document(&self, key: &DocumentKey) -> Answer<Option<Document>> {
        const SQL: &str = concat!(
            "SELECT ",
            document_columns!(),
            " FROM document d WHERE area = $1 AND kind = $2 AND owner = $3 AND number = $4"
        );
        let DocumentKey { area, kind, owner, number } = key;
        let key: [&Parameter<'_>; 4] = [&area.0, &&**kind, &&**owner, &&**number];
        Ok(self.rows(SQL, &key, row::document)?.into_iter().next())
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
            " FROM document d WHERE area = $1 AND kind = $2 AND owner = $6",
            " AND (owner, number) > ($3, $4) ORDER BY owner, number LIMIT $5"
        );
        const OF_ALL: &str = concat!(
            "SELECT ",
            document_columns!(),
            " FROM document d WHERE area = $1 AND kind = $2",
            " AND (owner, number) > ($3, $4) ORDER BY owner, number LIMIT $5"
        );
        let limit = rows_at_most(limit);
        let page: [&Parameter<'_>; 6] = [&area.0, &kind, &after.0, &after.1, &limit, &owner];
        if owner.is_empty() {
            self.rows(OF_ALL, &page[..5], row::document)
        } else {
            self.rows(OF_ONE, &page, row::document)
        }
    }

    fn areas(&self) -> Answer<Vec<(Area, i64)>> {
        const SQL: &str = "SELECT area, revision FROM directory ORDER BY area";
        self.rows(SQL, &[], |row| Ok((row::area(row, 0)?, row.try_get(1)?)))
    }

    fn institutions(&self, area: Area) -> Answer<Vec<Institution>> {
        const SQL: &str =
            "SELECT area, code, name, detail FROM institution WHERE area = $1 ORDER BY code";
        self.rows(SQL, &[&area.0], row::institution)
    }

    fn institution_facts(&self, area: Area) -> Answer<Vec<Fact>> {
        const SQL: &str = concat!(
            "SELECT ",
            fact_columns!(),
            " FROM fact f WHERE area = $1 AND side = 1 ORDER BY subject, kind, from_day, id"
        );
        self.rows(SQL, &[&area.0], row::fact)
    }

    fn items(&self, area: Area, after: (&str, Date), limit: usize) -> Answer<Vec<Item>> {
        const SQL: &str = concat!(
            "SELECT ",
            item_columns!(),
            " FROM item WHERE area = $1 AND (code, from_day) > ($2, $3)",
            " ORDER BY code, from_day LIMIT $4"
        );
        let limit = rows_at_most(limit);
        self.rows(SQL, &[&area.0, &after.0, &after.1.days(), &limit], row::item)
    }

    fn archives(&self, area: Area) -> Answer<Vec<Archive>> {
        const SQL: &str = "SELECT area, digest, at, versions, files FROM archive \
                           WHERE area = $1 ORDER BY at, digest";
        self.rows(SQL, &[&area.0], row::archive)
    }

    fn people(&self, area: Area, after: &str, to: &str, limit: usize) -> Answer<Vec<PersonFile>> {
        // One statement for the person and the revision, so that they are of one moment; facts after it: what is learned in
        // between makes a file newer than it says, never older.
        const PEOPLE: &str = concat!(
            "SELECT ",
            person_columns!(),
            ", s.revision FROM person p CROSS JOIN LATERAL (SELECT s.revision FROM standing s \
             WHERE s.area = p.area AND s.person = p.person AND s.year = 0 OFFSET 0) AS s \
             WHERE p.area = $1 AND p.person > $2 AND p.person <= $3 ORDER BY p.person LIMIT $4"
        );
        const FACTS: &str = concat!(
            "SELECT ",
            fact_columns!(),
            " FROM fact f WHERE area = $1 AND side = 0 AND subject > $2 AND subject <= $3"
        );
        let to = if to.is_empty() { BEYOND } else { to };
        let page: [&Parameter<'_>; 4] = [&area.0, &after, &to, &rows_at_most(limit)];
        let people = self.rows(PEOPLE, &page, |row| {
            Ok(PersonFile {
                person: row::person(row)?,
                facts: Vec::new(),
                revision: row.try_get(8)?,
            })
        })?;
        let Some(last) = people.last().map(|file| file.person.key.person.clone()) else {
            return Ok(people);
        };
        let facts = self.rows(FACTS, &[&area.0, &after, &&*last], row::fact)?;
        Ok(with_facts(people, facts))
    }

    fn marks(&self, area: Area, step: usize) -> Answer<Vec<Arc<str>>> {
        const SQL: &str = "SELECT person FROM (SELECT person, row_number() OVER (ORDER BY person) \
             AS place FROM person WHERE area = $1) AS p WHERE place % $2 = 0 ORDER BY person";
        self.rows(SQL, &[&area.0, &rows_at_most(step.max(1))], |row| row::text(row, 0))
    }

    fn bound_to(&self, area: Area, payer: &str) -> Answer<Vec<PersonKey>> {
        const SQL: &str = "SELECT DISTINCT area, subject FROM fact \
             WHERE area = $1 AND side = 0 AND kind = 'family' AND other = $2 ORDER BY subject";
        self.rows(SQL, &[&area.0, &payer], |row| row::person_key(row, 0))
    }

    fn accounts(&self, area: Area, after: &str, limit: usize) -> Answer<Vec<Account>> {
        const SQL: &str = concat!(
            "SELECT ",
            account_columns!(),
            " FROM standing s WHERE area = $1 AND person > $2 AND year = 0",
            " ORDER BY person LIMIT $3"
        );
        self.rows(SQL, &[&area.0, &after, &rows_at_most(limit)], row::account)
    }

    fn years(&self, area: Area, after: (&str, i32), limit: usize) -> Answer<Vec<YearRow>> {
        const SQL: &str = "SELECT area, person, year, cells FROM standing WHERE area = $1 \
             AND (person, year) > ($2, $3) AND year > 0 ORDER BY person, year LIMIT $4";
        self.rows(SQL, &[&area.0, &after.0, &after.1, &rows_at_most(limit)], row::year)
    }

    fn entries(&self, area: Area, after: Id, to: Id, limit: usize) -> Answer<Vec<Entry>> {
        const SQL: &str = concat!(
            "SELECT ",
            entry_columns!(),
            " FROM entry e WHERE area = $1 AND id > $2 AND id < $3 ORDER BY id LIMIT $4"
        );
        self.rows(SQL, &[&area.0, &uuid(after), &uuid(to), &rows_at_most(limit)], row::entry)
    }

    fn unreadable(&self, area: Area, after: Id, to: Id, limit: usize) -> Answer<Vec<Unreadable>> {
        const SQL: &str = "SELECT area, person, id, kind, payers, postings FROM entry \
             WHERE area = $1 AND id > $2 AND id < $3 ORDER BY id LIMIT $4";
        let page: [&Parameter<'_>; 4] = [&area.0, &uuid(after), &uuid(to), &rows_at_most(limit)];
        let all = self.rows(SQL, &page, |row| {
            let what = codec::wrong_with_entry(row.try_get(3)?, row.try_get(4)?, row.try_get(5)?);
            let (id, key) = (row::id(row, 2)?, row::person_key(row, 0)?);
            Ok(what.map(|what| Unreadable { id, key, what }))
        })?;
        Ok(all.into_iter().flatten().collect())
    }

    fn all_visits(&self, area: Area, after: Id, to: Id, limit: usize) -> Answer<Vec<Visit>> {
        const SQL: &str = concat!(
            "SELECT ",
            visit_columns!(),
            " FROM visit v WHERE area = $1 AND id > $2 AND id < $3 ORDER BY id LIMIT $4"
        );
        self.rows(SQL, &[&area.0, &uuid(after), &uuid(to), &rows_at_most(limit)], row::visit)
    }

    fn all_sheets(&self, area: Area, after: Id, to: Id, limit: usize) -> Answer<Vec<Sheet>> {
        const SQL: &str = concat!(
            "SELECT ",
            sheet_columns!(),
            " FROM sheet s WHERE area = $1 AND visit > $2 AND visit < $3",
            " ORDER BY visit, person LIMIT $4"
        );
        self.rows(SQL, &[&area.0, &uuid(after), &uuid(to), &rows_at_most(limit)], row::sheet)
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
            " FROM message m WHERE area = $1",
            " ORDER BY institution, number, transaction_code, digest, person LIMIT $2"
        );
        const NEXT: &str = concat!(
            "SELECT ",
            message_columns!(),
            " FROM message m WHERE area = $1",
            " AND (institution, number, transaction_code, digest, person) > ($3, $4, $5, $6, $7)",
            " ORDER BY institution, number, transaction_code, digest, person LIMIT $2"
        );
        let limit = rows_at_most(limit);
        let Some(Message { key, person, .. }) = after else {
            return self.rows(FIRST, &[&area.0, &limit], row::message);
        };
        let digest = uuid(Id(key.digest));
        let page: [&Parameter<'_>; 7] = [
            &area.0,
            &limit,
            &&*key.institution,
            &&*key.number,
            &&*key.transaction,
            &digest,
            &&**person,
        ];
        self.rows(NEXT, &page, row::message)
    }

    fn posted(&self, area: Area, from: Id, to: Id) -> Answer<Vec<(i16, Arc<str>, Fen)>> {
        const SQL: &str = "SELECT account, party, sum(amount)::int8, EXISTS ( \
                 SELECT 1 FROM person w WHERE w.area = $1 AND w.person = p.party) \
             FROM (SELECT account, party, amount \
                 FROM posting WHERE area = $1 AND entry >= $2 AND entry < $3) AS p \
             GROUP BY account, party";
        let mut people: HashSet<Arc<str>> = HashSet::new();
        let sums = self.rows(SQL, &[&area.0, &uuid(from), &uuid(to)], |row| {
            let party = row::text(row, 1)?;
            if row.try_get(3)? {
                people.insert(party.clone());
            }
            Ok((row.try_get(0)?, party, row::fen(row, 2)?))
        })?;
        by_party(sums.into_iter().map(Ok), |party| Ok(people.contains(party)))
    }

    fn closings(&self, area: Area) -> Answer<Vec<Closing>> {
        const SQL: &str = "SELECT DISTINCT ON (account, party) area, account, party, day, balance \
             FROM closing WHERE area = $1 ORDER BY account, party, day DESC";
        self.rows(SQL, &[&area.0], row::closing)
    }

    fn undone(&self, area: Area, from: Id, to: Id) -> Answer<Vec<(Id, Id)>> {
        const SQL: &str = "SELECT entry, undone_by FROM undone \
                           WHERE area = $1 AND entry >= $2 AND entry < $3 ORDER BY entry";
        self.rows(SQL, &[&area.0, &uuid(from), &uuid(to)], |row| {
            Ok((row::id(row, 0)?, row::id(row, 1)?))
        })
    }

    fn ping(&self) -> Answer<()> {
        self.rows("SELECT 1", &[], |_| Ok(())).map(|_| ())
    }

    fn backup(&self, to: &Path) -> Answer<()> {
        backup::write(self, to)
    }
}
