-- Makes a month of many settlements at many institutions out of a few that the program has made: institutions like one of
-- the town's pharmacies, with its agreement, and entries like those of the residents of a bench (people whose number begins
-- with 98), each at one of these institutions. A copy keeps its time; its id ends in its number. Visits, messages and accounts
-- are not copied: clearing reads none of them. Variables: first, last (numbers of the copies), institutions, and whether the
-- institutions are to be made.
SET synchronous_commit = off;

CREATE FUNCTION pg_temp.of_copy(text, integer) RETURNS text IMMUTABLE LANGUAGE sql
    RETURN overlay($1 PLACING lpad($2::text, 6, '0') FROM 3 FOR 6);
CREATE FUNCTION pg_temp.of_copy(uuid, integer) RETURNS uuid IMMUTABLE LANGUAGE sql
    RETURN (left($1::text, 31) || lpad(to_hex($2), 5, '0'))::uuid;
CREATE FUNCTION pg_temp.code(integer) RETURNS text IMMUTABLE LANGUAGE sql
    RETURN 'P98' || lpad($1::text, 9, '0');
CREATE TEMP VIEW copy AS SELECT number FROM generate_series(:first, :last) AS number;
CREATE TEMP VIEW original AS SELECT min(code) AS code FROM institution JOIN directory USING (area)
WHERE code LIKE 'P9950%';

INSERT INTO institution SELECT i.area, pg_temp.code(number), i.name || number, i.detail
FROM institution AS i JOIN original USING (code), generate_series(1, :institutions * :places) AS number;

INSERT INTO fact SELECT f.area, f.side, pg_temp.code(number), f.kind, f.id, f.other, f.from_day, f.to_day, f.learned_at,
    f.ended_at, f.detail
FROM fact AS f JOIN original ON f.subject = original.code, generate_series(1, :institutions * :places) AS number
WHERE f.side = 1;

UPDATE directory SET revision = revision + 1 WHERE :places = 1;

INSERT INTO entry SELECT area, pg_temp.of_copy(id, number), pg_temp.of_copy(person, number), kind, code, visit, undoes, year,
    clearing, total, funds, accounts, cash, payers,
    replace(replace(postings, '"' || person || '"', '"' || pg_temp.of_copy(person, number) || '"'),
        '"' || institution || '"', '"' || code || '"'),
    record
FROM (SELECT *, row_number() OVER (ORDER BY id) AS place FROM entry WHERE person LIKE '98000000%' AND institution <> '')
        AS entry, copy,
    LATERAL (SELECT pg_temp.code(((place * 7 + number) % :institutions + 1)::integer) AS code) AS its;
