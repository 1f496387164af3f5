-- The peer's tables: those rows of ours that a settlement reads and writes, column for column, in a schema of their own.
-- They are not partitioned and their text has no checks, which spares the peer work. Variables: people.
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

CREATE FUNCTION id_at(millis bigint) RETURNS uuid LANGUAGE sql VOLATILE AS $$
    -- UUIDv7: milliseconds, then the version, then chance.
    SELECT encode(overlay(uuid_send(gen_random_uuid())
        PLACING substr(int8send(millis << 16), 1, 6) || '\x70'::bytea FROM 1 FOR 7), 'hex')::uuid
$$;
