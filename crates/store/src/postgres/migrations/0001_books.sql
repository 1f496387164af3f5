-- The books. The area stands first in every key; what grows with time is keyed by time next and by person last, so that
-- new rows go to the end of the tree and the same keys can be spread by person.
--
-- Ids are UUIDs of version 7, amounts fen, moments milliseconds of the region's wall clock, days counted from 1970-01-01,
-- further detail JSON that the agency reads. Text that is compared is compared byte by byte, whatever the database's
-- locale. No key refers to another table: what belongs together is written together, and nothing refers across people.
--
-- visit, sheet and entry are partitioned by the month of an id in their key; partitions are made by the program.

CREATE TABLE person (
    area integer NOT NULL,
    person text COLLATE "C" NOT NULL,
    name text NOT NULL,
    cert_type text NOT NULL,
    cert_no text NOT NULL,
    gender text NOT NULL,
    born integer,
    detail text NOT NULL,
    PRIMARY KEY (area, person)
);

CREATE TABLE credential (
    area integer NOT NULL,
    number text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    person text COLLATE "C" NOT NULL,
    PRIMARY KEY (area, number, kind)
);

-- Side 0: about a person; side 1: about an institution.
CREATE TABLE fact (
    area integer NOT NULL,
    side smallint NOT NULL,
    subject text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    other text COLLATE "C" NOT NULL,
    from_day integer NOT NULL,
    to_day integer NOT NULL,
    learned_at bigint NOT NULL,
    ended_at bigint,
    detail text NOT NULL,
    PRIMARY KEY (area, side, subject, kind, id)
);

-- For whom an account pays.
CREATE INDEX fact_of_payer ON fact (area, other) WHERE kind = 'family';

CREATE TABLE institution (
    area integer NOT NULL,
    code text COLLATE "C" NOT NULL,
    name text NOT NULL,
    detail text NOT NULL,
    PRIMARY KEY (area, code)
);

CREATE TABLE item (
    area integer NOT NULL,
    code text COLLATE "C" NOT NULL,
    from_day integer NOT NULL,
    to_day integer NOT NULL,
    name text NOT NULL,
    detail text NOT NULL,
    PRIMARY KEY (area, code, from_day)
);

-- Grows with every change of an area's institutions, their facts or its items.
CREATE TABLE directory (
    area integer NOT NULL PRIMARY KEY,
    revision bigint NOT NULL
);

-- Where a person stands. Year 0 is the account, with the version of the person's file: the row that is locked. Any other
-- year is a benefit year with its accumulators. Pages are not filled, so that a changed row stays on its page.
CREATE TABLE standing (
    area integer NOT NULL,
    person text COLLATE "C" NOT NULL,
    year integer NOT NULL,
    current_fen bigint,
    earlier_fen bigint,
    money_year integer,
    revision bigint,
    last_entry uuid,
    cells text,
    PRIMARY KEY (area, person, year),
    CHECK ((year = 0) = (revision IS NOT NULL) AND (year = 0) = (cells IS NULL))
) WITH (fillfactor = 70);

CREATE TABLE visit (
    area integer NOT NULL,
    id uuid NOT NULL,
    person text COLLATE "C" NOT NULL,
    institution text COLLATE "C" NOT NULL,
    number text COLLATE "C" NOT NULL,
    began bigint NOT NULL,
    state smallint NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (area, id, person)
) PARTITION BY RANGE (id);

CREATE INDEX visit_of_person ON visit (area, person, id);

-- All fee lines of a visit, as JSON: they are uploaded, read and settled together.
CREATE TABLE sheet (
    area integer NOT NULL,
    visit uuid NOT NULL,
    person text COLLATE "C" NOT NULL,
    lines text NOT NULL,
    PRIMARY KEY (area, visit, person)
) PARTITION BY RANGE (visit);

-- An entry with its postings, as JSON: [[account, party, fen], …].
CREATE TABLE entry (
    area integer NOT NULL,
    id uuid NOT NULL,
    person text COLLATE "C" NOT NULL,
    kind smallint NOT NULL,
    institution text COLLATE "C" NOT NULL,
    visit uuid,
    undoes uuid,
    year integer NOT NULL,
    clearing text COLLATE "C" NOT NULL,
    total bigint NOT NULL,
    funds bigint NOT NULL,
    accounts bigint NOT NULL,
    cash bigint NOT NULL,
    payers text,
    postings text NOT NULL,
    record text NOT NULL,
    PRIMARY KEY (area, id, person)
) PARTITION BY RANGE (id);

CREATE INDEX entry_of_person ON entry (area, person, id);
CREATE INDEX entry_at_institution ON entry (area, institution, id);

-- The same row by row, for those who ask with SQL.
CREATE VIEW posting (area, entry, number, person, account, party, amount) AS
SELECT e.area, e.id, (p.place - 1)::smallint, e.person, (p.value ->> 0)::smallint, p.value ->> 1, (p.value ->> 2)::bigint
FROM entry AS e CROSS JOIN LATERAL json_array_elements(e.postings::json) WITH ORDINALITY AS p (value, place);

CREATE VIEW line (area, visit, person, batch, serial, item, amount, at, body) AS
SELECT s.area, s.visit, s.person, l ->> 'batch', l ->> 'serial', l ->> 'item', (l ->> 'amount')::bigint,
    (l ->> 'at')::bigint, l ->> 'body'
FROM sheet AS s CROSS JOIN LATERAL json_array_elements(s.lines::json) AS l;

-- An entry is undone once: the key says so.
CREATE TABLE undone (
    area integer NOT NULL,
    entry uuid NOT NULL,
    person text COLLATE "C" NOT NULL,
    undone_by uuid NOT NULL,
    PRIMARY KEY (area, entry, person)
);

CREATE TABLE message (
    area integer NOT NULL,
    institution text COLLATE "C" NOT NULL,
    number text COLLATE "C" NOT NULL,
    transaction_code text COLLATE "C" NOT NULL,
    digest uuid NOT NULL,
    person text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    sent bigint,
    id uuid NOT NULL,
    entry uuid,
    state smallint NOT NULL,
    outcome text NOT NULL,
    PRIMARY KEY (area, institution, number, transaction_code, digest, person)
);

-- Not partitioned: that a message is known once, whenever it came, is held by its key, and one look-up finds it. Old
-- months lie together in the table, so that this index finds them for deletion at next to no cost.
CREATE INDEX message_by_time ON message USING brin (at);

CREATE TABLE document (
    area integer NOT NULL,
    kind text COLLATE "C" NOT NULL,
    owner text COLLATE "C" NOT NULL,
    number text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    state smallint NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (area, kind, owner, number)
) WITH (toast_tuple_target = 8160);

CREATE TABLE archive (
    area integer NOT NULL,
    digest text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    versions text NOT NULL,
    files text NOT NULL,
    PRIMARY KEY (area, digest)
);

CREATE TABLE closing (
    area integer NOT NULL,
    account smallint NOT NULL,
    party text COLLATE "C" NOT NULL,
    day integer NOT NULL,
    balance bigint NOT NULL,
    PRIMARY KEY (area, account, party, day)
);
