-- The peer's tables: what a settlement of ours reads and writes, column for column, in a schema of their own. Lines and
-- postings have rows, as is usual. Nothing is partitioned and no text is checked, which spares the peer work. Variables: people.
DROP SCHEMA IF EXISTS peer CASCADE;
CREATE SCHEMA peer;
SET search_path = peer;

-- Year 0 is the personal account (the row that is locked); other years hold accumulators.
CREATE TABLE standing (
    area int NOT NULL, person text COLLATE "C" NOT NULL, year int NOT NULL,
    current bigint NOT NULL, earlier bigint NOT NULL, money_year int NOT NULL, revision bigint NOT NULL,
    last uuid NOT NULL,
    deductible bigint NOT NULL, in_scope bigint NOT NULL, pool bigint NOT NULL, visits bigint NOT NULL,
    PRIMARY KEY (area, person, year)
) WITH (fillfactor = 80);

CREATE TABLE person (
    area int NOT NULL, person text COLLATE "C" NOT NULL, name text NOT NULL, cert_type text NOT NULL,
    cert_no text NOT NULL, gender text NOT NULL, born date NOT NULL, detail text NOT NULL,
    PRIMARY KEY (area, person)
);

CREATE TABLE fact (
    area int NOT NULL, side smallint NOT NULL, subject text COLLATE "C" NOT NULL, kind text COLLATE "C" NOT NULL,
    id uuid NOT NULL, other text COLLATE "C" NOT NULL, from_day int NOT NULL, to_day int NOT NULL,
    learned_at bigint NOT NULL, ended_at bigint, detail text NOT NULL,
    PRIMARY KEY (area, side, subject, kind, id)
);

CREATE TABLE item (
    area int NOT NULL, code text COLLATE "C" NOT NULL, from_day int NOT NULL, to_day int NOT NULL, name text NOT NULL,
    class text NOT NULL, first_pay bigint NOT NULL,
    PRIMARY KEY (area, code, from_day)
);

CREATE TABLE visit (
    area int NOT NULL, id uuid NOT NULL, person text COLLATE "C" NOT NULL, institution text COLLATE "C" NOT NULL,
    number text COLLATE "C" NOT NULL, began bigint NOT NULL, state smallint NOT NULL, body text NOT NULL,
    PRIMARY KEY (area, id, person)
) WITH (fillfactor = 80);
CREATE INDEX visit_of_person ON visit (area, person, id);

CREATE TABLE entry (
    area int NOT NULL, id uuid NOT NULL, person text COLLATE "C" NOT NULL, kind smallint NOT NULL,
    institution text COLLATE "C" NOT NULL, visit uuid NOT NULL, undoes uuid NOT NULL, year int NOT NULL,
    clearing text COLLATE "C" NOT NULL, total bigint NOT NULL, funds bigint NOT NULL, accounts bigint NOT NULL,
    cash bigint NOT NULL, payers text[] NOT NULL, record text NOT NULL,
    PRIMARY KEY (area, id, person)
) WITH (toast_tuple_target = 8160);
CREATE INDEX entry_of_person ON entry (area, person, id);
CREATE INDEX entry_at_institution ON entry (area, institution, id);

CREATE TABLE line (
    area int NOT NULL, visit uuid NOT NULL, serial text COLLATE "C" NOT NULL, person text COLLATE "C" NOT NULL,
    batch text COLLATE "C" NOT NULL, item text COLLATE "C" NOT NULL, amount bigint NOT NULL, at bigint NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (area, visit, serial, person)
);

CREATE TABLE posting (
    area int NOT NULL, entry uuid NOT NULL, number smallint NOT NULL, person text COLLATE "C" NOT NULL,
    account smallint NOT NULL, party text COLLATE "C" NOT NULL, amount bigint NOT NULL,
    PRIMARY KEY (area, entry, number, person)
);

CREATE TABLE message (
    area int NOT NULL, institution text COLLATE "C" NOT NULL, number text COLLATE "C" NOT NULL,
    transaction text COLLATE "C" NOT NULL, digest uuid NOT NULL, person text COLLATE "C" NOT NULL,
    at bigint NOT NULL, id uuid NOT NULL, entry uuid NOT NULL, state smallint NOT NULL, outcome text NOT NULL,
    PRIMARY KEY (area, institution, number, transaction, digest, person)
);
CREATE INDEX message_by_time ON message USING brin (at);

-- Everybody has much of both kinds of money in the account, and nothing accumulated yet.
INSERT INTO standing
SELECT 500000, 'P' || lpad(n::text, 19, '0'), year,
       CASE year WHEN 0 THEN 10000000 ELSE 0 END, CASE year WHEN 0 THEN 10000000 ELSE 0 END, 2026, 1,
       '00000000-0000-0000-0000-000000000000', 0, 0, 0, 0
FROM generate_series(1, :people) AS n, (VALUES (0), (2026)) AS years (year);

INSERT INTO person
SELECT 500000, 'P' || lpad(n::text, 19, '0'), '测试' || n, '01', '99' || lpad(n::text, 16, '0'), '1', '1986-01-01', '{}'
FROM generate_series(1, :people) AS n;

INSERT INTO fact
SELECT 500000, 0, 'P' || lpad(n::text, 19, '0'), kind, gen_random_uuid(), value, 14610, 2932896, 0, NULL, ''
FROM generate_series(1, :people) AS n,
    (VALUES ('plan', 'employer'), ('entitlement', 'entitled'), ('enrolled', '')) AS facts (kind, value);

INSERT INTO item
SELECT 500000, code, 0, 2932896, '测试药品' || n, CASE n % 2 WHEN 0 THEN 'B' ELSE 'A' END, CASE n % 2 WHEN 0 THEN 1000 ELSE 0 END
FROM unnest('{XA01BC00A001010100023,XA01BC01A001010100123,XA01BC02A001010100223,XA01BC03A001010100323,XA01BC04A001010100423}'::text[])
    WITH ORDINALITY AS items (code, n);

CREATE FUNCTION id_at(millis bigint) RETURNS uuid LANGUAGE sql VOLATILE AS $$
    -- UUIDv7: milliseconds, then the version, then chance.
    SELECT encode(overlay(uuid_send(gen_random_uuid())
        PLACING substr(int8send(millis << 16), 1, 6) || '\x70'::bytea FROM 1 FOR 7), 'hex')::uuid
$$;
