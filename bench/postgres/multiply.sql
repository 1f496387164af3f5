-- Copies everything about the residents of a bench (people whose number begins with 98), as the program has written it, to
-- other people: person, facts, account, accumulators, visits with their lines, entries with their postings, messages. A copy
-- keeps the times and its ids end in its number: the last five digits of a UUID, the last four of an id as the JSON texts
-- write it. Variables: first, last (numbers of the copies, from 1).
SET synchronous_commit = off;

CREATE FUNCTION pg_temp.of_copy(text, integer) RETURNS text IMMUTABLE LANGUAGE sql
    RETURN overlay($1 PLACING lpad($2::text, 6, '0') FROM 3 FOR 6);
CREATE FUNCTION pg_temp.of_copy(uuid, integer) RETURNS uuid IMMUTABLE LANGUAGE sql
    RETURN (left($1::text, 31) || lpad(to_hex($2), 5, '0'))::uuid;
CREATE FUNCTION pg_temp.digit(integer) RETURNS text IMMUTABLE LANGUAGE sql
    RETURN substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', ($1 & 31) + 1, 1);
CREATE FUNCTION pg_temp.json_of_copy(text, integer) RETURNS text IMMUTABLE LANGUAGE sql
    RETURN regexp_replace($1, '"([0-9A-Z]{22})[0-9A-Z]{4}"', '"\1' || pg_temp.digit($2 >> 15) || pg_temp.digit($2 >> 10)
        || pg_temp.digit($2 >> 5) || pg_temp.digit($2) || '"', 'g');
CREATE TEMP VIEW copy AS SELECT number FROM generate_series(:first, :last) AS number;

INSERT INTO person SELECT area, pg_temp.of_copy(person, number), name, cert_type, pg_temp.of_copy(cert_no, number), gender, born,
    detail
FROM person, copy WHERE person LIKE '98000000%';

INSERT INTO credential SELECT area, pg_temp.of_copy(credential.number, copy.number), kind, pg_temp.of_copy(person, copy.number)
FROM credential, copy WHERE person LIKE '98000000%';

INSERT INTO fact SELECT area, side, pg_temp.of_copy(subject, number), kind, pg_temp.of_copy(id, number), other, from_day, to_day,
    learned_at, ended_at, detail
FROM fact, copy WHERE side = 0 AND subject LIKE '98000000%';

INSERT INTO document SELECT area, kind, pg_temp.of_copy(owner, copy.number), document.number, at, state, body
FROM document, copy WHERE owner LIKE '98000000%';

INSERT INTO standing SELECT area, pg_temp.of_copy(person, number), year, current_fen, earlier_fen, money_year, revision,
    pg_temp.of_copy(last_entry, number), cells
FROM standing, copy WHERE person LIKE '98000000%';

INSERT INTO visit SELECT area, pg_temp.of_copy(id, copy.number), pg_temp.of_copy(person, copy.number), institution, visit.number,
    began, state, pg_temp.json_of_copy(body, copy.number)
FROM (SELECT * FROM visit WHERE person LIKE '98000000%' ORDER BY id) AS visit, copy;

INSERT INTO sheet SELECT area, pg_temp.of_copy(visit, number), pg_temp.of_copy(person, number), lines
FROM (SELECT * FROM sheet WHERE person LIKE '98000000%' ORDER BY visit) AS sheet, copy;

INSERT INTO entry SELECT area, pg_temp.of_copy(id, number), pg_temp.of_copy(person, number), kind, institution,
    pg_temp.of_copy(visit, number), pg_temp.of_copy(undoes, number), year, clearing, total, funds, accounts, cash, payers,
    replace(postings, '"' || person || '"', '"' || pg_temp.of_copy(person, number) || '"'), pg_temp.json_of_copy(record, number)
FROM (SELECT * FROM entry WHERE person LIKE '98000000%' ORDER BY id) AS entry, copy;

INSERT INTO message SELECT area, institution, message.number, transaction_code, digest,
    pg_temp.of_copy(person, copy.number), at, sent, pg_temp.of_copy(id, copy.number), pg_temp.of_copy(entry, copy.number), state,
    outcome
FROM (SELECT * FROM message WHERE person LIKE '98000000%' ORDER BY id) AS message, copy;
