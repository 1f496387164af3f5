-- The books. The area stands first in every key; what grows with time is keyed by time next and by person last, so that
-- new rows go to the end of the tree and the same keys can be spread by person.
--
-- Ids are 16 bytes, amounts fen, moments milliseconds of the region's wall clock, days counted from 1970-01-01, further
-- detail JSON that the agency reads. Tables with long rows keep them in order of arrival (no WITHOUT ROWID): a row of 2 kB in the
-- tree of its key would spill onto a page of its own.

CREATE TABLE person (
    area INTEGER NOT NULL,
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    cert_type TEXT NOT NULL,
    cert_no TEXT NOT NULL,
    gender TEXT NOT NULL,
    born INTEGER,
    detail TEXT NOT NULL,
    PRIMARY KEY (area, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE credential (
    area INTEGER NOT NULL,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (area, number, kind)
) STRICT, WITHOUT ROWID;

-- Side 0: about a person; side 1: about an institution.
CREATE TABLE fact (
    area INTEGER NOT NULL,
    side INTEGER NOT NULL,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    id BLOB NOT NULL,
    other TEXT NOT NULL,
    from_day INTEGER NOT NULL,
    to_day INTEGER NOT NULL,
    learned_at INTEGER NOT NULL,
    ended_at INTEGER,
    detail TEXT NOT NULL,
    PRIMARY KEY (area, side, subject, kind, id)
) STRICT, WITHOUT ROWID;

-- For whom an account pays.
CREATE INDEX fact_of_payer ON fact (area, other) WHERE kind = 'family';

CREATE TABLE institution (
    area INTEGER NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (area, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE item (
    area INTEGER NOT NULL,
    code TEXT NOT NULL,
    from_day INTEGER NOT NULL,
    to_day INTEGER NOT NULL,
    name TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (area, code, from_day)
) STRICT, WITHOUT ROWID;

-- Grows with every change of an area's institutions, their facts or its items.
CREATE TABLE directory (
    area INTEGER NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL
) STRICT;

-- Where a person stands. Year 0 is the account, with the version of the person's file: the row that is locked. Any other
-- year is a benefit year with its accumulators. A person's rows lie on one page.
CREATE TABLE standing (
    area INTEGER NOT NULL,
    person TEXT NOT NULL,
    year INTEGER NOT NULL,
    current_fen INTEGER,
    earlier_fen INTEGER,
    money_year INTEGER,
    revision INTEGER,
    last_entry BLOB,
    cells TEXT,
    PRIMARY KEY (area, person, year),
    CHECK ((year = 0) = (revision IS NOT NULL) AND (year = 0) = (cells IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE visit (
    area INTEGER NOT NULL,
    id BLOB NOT NULL,
    person TEXT NOT NULL,
    institution TEXT NOT NULL,
    number TEXT NOT NULL,
    began INTEGER NOT NULL,
    state INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (area, id, person)
) STRICT, WITHOUT ROWID;

CREATE INDEX visit_of_person ON visit (area, person, id);

-- All fee lines of a visit, as JSON: they are uploaded, read and settled together.
CREATE TABLE sheet (
    area INTEGER NOT NULL,
    visit BLOB NOT NULL,
    person TEXT NOT NULL,
    lines TEXT NOT NULL,
    PRIMARY KEY (area, visit, person)
) STRICT;

-- An entry with its postings, as JSON: [[account, party, fen], …].
CREATE TABLE entry (
    area INTEGER NOT NULL,
    id BLOB NOT NULL,
    person TEXT NOT NULL,
    kind INTEGER NOT NULL,
    institution TEXT NOT NULL,
    visit BLOB,
    undoes BLOB,
    year INTEGER NOT NULL,
    clearing TEXT NOT NULL,
    total INTEGER NOT NULL,
    funds INTEGER NOT NULL,
    accounts INTEGER NOT NULL,
    cash INTEGER NOT NULL,
    payers TEXT,
    postings TEXT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (area, id, person)
) STRICT;

CREATE INDEX entry_of_person ON entry (area, person, id);
CREATE INDEX entry_at_institution ON entry (area, institution, id);

-- The same row by row, for those who ask with SQL.
CREATE VIEW posting (area, entry, number, person, account, party, amount) AS
SELECT e.area, e.id, p.key, e.person, p.value ->> 0, p.value ->> 1, p.value ->> 2
FROM entry AS e, json_each(e.postings) AS p;

CREATE VIEW line (area, visit, person, batch, serial, item, amount, at, body) AS
SELECT s.area, s.visit, s.person, l.value ->> 'batch', l.value ->> 'serial', l.value ->> 'item', l.value ->> 'amount',
    l.value ->> 'at', l.value -> 'body'
FROM sheet AS s, json_each(s.lines) AS l;

-- An entry is undone once: the key says so.
CREATE TABLE undone (
    area INTEGER NOT NULL,
    entry BLOB NOT NULL,
    person TEXT NOT NULL,
    undone_by BLOB NOT NULL,
    PRIMARY KEY (area, entry, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
    area INTEGER NOT NULL,
    institution TEXT NOT NULL,
    number TEXT NOT NULL,
    transaction_code TEXT NOT NULL,
    digest BLOB NOT NULL,
    person TEXT NOT NULL,
    at INTEGER NOT NULL,
    sent INTEGER,
    id BLOB NOT NULL,
    entry BLOB,
    state INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (area, institution, number, transaction_code, digest, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE document (
    area INTEGER NOT NULL,
    kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    number TEXT NOT NULL,
    at INTEGER NOT NULL,
    state INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (area, kind, owner, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE archive (
    area INTEGER NOT NULL,
    digest TEXT NOT NULL,
    at INTEGER NOT NULL,
    versions TEXT NOT NULL,
    files TEXT NOT NULL,
    PRIMARY KEY (area, digest)
) STRICT;

CREATE TABLE closing (
    area INTEGER NOT NULL,
    account INTEGER NOT NULL,
    party TEXT NOT NULL,
    day INTEGER NOT NULL,
    balance INTEGER NOT NULL,
    PRIMARY KEY (area, account, party, day)
) STRICT, WITHOUT ROWID;
