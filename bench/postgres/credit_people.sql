-- People of an area for the credit run: four of five in work with a paid month of contributions, one of five retired, of whom
-- half are seventy. Variables: people; months: how many months of contributions, back from month0 (months since year 0).
SET synchronous_commit = off;

INSERT INTO person SELECT 500000, '98' || lpad(n::text, 18, '0'), '测试' || n, '01', '98' || lpad(n::text, 16, '0'), '1',
    (CASE WHEN n % 10 = 0 THEN date '1946-01-01' WHEN n % 5 = 0 THEN date '1960-01-01' ELSE date '1986-01-01' END) - date '1970-01-01', '{}'
FROM generate_series(1, :people) AS n;

INSERT INTO standing (area, person, year, current_fen, earlier_fen, money_year, revision, last_entry)
SELECT 500000, '98' || lpad(n::text, 18, '0'), 0, 0, 0, :money_year, 1, '00000000-0000-0000-0000-000000000000'
FROM generate_series(1, :people) AS n;

INSERT INTO fact SELECT 500000, 0, '98' || lpad(n::text, 18, '0'), f.kind, ('0169f000-0000-7000-8000-' || lpad(to_hex(n::bigint * 4 + f.place), 12, '0'))::uuid,
    f.other, date '2010-01-01' - date '1970-01-01', date '9999-12-31' - date '1970-01-01', 1262304000000, NULL, ''
FROM generate_series(1, :people) AS n, (VALUES (0, 'enrolled', ''), (1, 'entitlement', 'entitled'), (2, 'plan', 'employer'), (3, 'retirement', ''))
    AS f (place, kind, other)
WHERE f.place < 3 OR n % 5 = 0 ORDER BY n, f.kind;

INSERT INTO document SELECT 500000, 'month', '98' || lpad(n::text, 18, '0'), to_char(m.month, 'YYYY-MM'), 1767225600000, 0,
    format('{"employer":"E%s","plan":"employer","base":%s,"employer_share":%s,"own_share":%s,"paid_on":"%s"}', n % 1000,
        400000 + n % 1000000, (400000 + n % 1000000) * 8 / 100, (400000 + n % 1000000) * 2 / 100, to_char(m.month, 'YYYY-MM-10'))
FROM generate_series(1, :people) AS n,
    (SELECT (date '2000-01-01' + make_interval(months => :month0 - k))::date AS month FROM generate_series(0, :months - 1) AS k) AS m
WHERE n % 5 <> 0 ORDER BY n, m.month;
