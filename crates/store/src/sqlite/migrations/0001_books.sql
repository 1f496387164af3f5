-- The books. The area stands first in every key; what grows with time is keyed by time next and by person last, so that
-- new rows go to the end of the tree and the same keys can be spread by person.
--
-- Ids are 16 bytes, amounts fen, moments milliseconds of the region's wall clock, days counted from 1970-01-01, further
-- detail JSON that the agency reads.

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

CREATE TABLE line (
    area INTEGER NOT NULL,
    visit BLOB NOT NULL,
    serial TEXT NOT NULL,
    person TEXT NOT NULL,
    batch TEXT NOT NULL,
    item TEXT NOT NULL,
    amount INTEGER NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (area, visit, serial, person)
) STRICT, WITHOUT ROWID;

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
    record TEXT NOT NULL,
    PRIMARY KEY (area, id, person)
) STRICT, WITHOUT ROWID;

CREATE INDEX entry_of_person ON entry (area, person, id);
CREATE INDEX entry_at_institution ON entry (area, institution, id);

CREATE TABLE posting (
    area INTEGER NOT NULL,
    entry BLOB NOT NULL,
    number INTEGER NOT NULL,
    person TEXT NOT NULL,
    account INTEGER NOT NULL,
    party TEXT NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (area, entry, number, person)
) STRICT, WITHOUT ROWID;

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
