-- The peer: one statement that credits everybody, as a shop would write it: what is due by a join, then the rows that ours
-- writes: an entry with its postings and record, the month's document, the account. Variables: month (months since 2000-01),
-- at (milliseconds), prefix (20 hex digits of the ids, as text), year.
BEGIN;
WITH due AS MATERIALIZED (
    SELECT s.person, s.current_fen, s.earlier_fen, r.subject IS NOT NULL AS retired, d.body, m.name AS month, m.last,
        CASE WHEN r.subject IS NULL THEN round((d.body::json ->> 'base')::numeric * 2 / 100)::bigint
            WHEN p.born <= m.last_day - 25567 THEN 11500 ELSE 10500 END AS amount,
        (left(:'prefix', 24) || lpad(to_hex(row_number() OVER (ORDER BY s.person)), 12, '0'))::uuid AS id
    FROM (SELECT to_char(day, 'YYYY-MM') AS name, to_char(day + interval '1 month - 1 day', 'YYYY-MM-DD') AS last,
            (day + interval '1 month - 1 day')::date - date '1970-01-01' AS last_day
          FROM (SELECT date '2000-01-01' + make_interval(months => :month) AS day) AS first) AS m
    CROSS JOIN standing AS s
    JOIN person AS p ON p.area = s.area AND p.person = s.person
    JOIN fact AS e ON e.area = s.area AND e.side = 0 AND e.subject = s.person AND e.kind = 'entitlement' AND e.other <> 'not-insured'
    LEFT JOIN fact AS r ON r.area = s.area AND r.side = 0 AND r.subject = s.person AND r.kind = 'retirement'
    LEFT JOIN document AS d ON d.area = s.area AND d.kind = 'month' AND d.owner = s.person AND d.number = m.name
    WHERE s.area = 500000 AND s.year = 0 AND (r.subject IS NOT NULL OR d.body::json ->> 'paid_on' IS NOT NULL)
), entries AS (
    INSERT INTO entry (area, id, person, kind, institution, visit, undoes, year, clearing, total, funds, accounts, cash, payers, postings, record)
    SELECT 500000, id, person, 3, '', NULL, NULL, :year, '', 0, 0, 0, 0, NULL,
        format('[[%s,"",%s],[2001,"%s",%s]]', CASE WHEN retired THEN 1004 ELSE 3002 END, amount, person, -amount),
        format('{"v":1,"source":"个账划入","reference":"credit-%s","day":"%s","note":"%s个账划入，%s，渝医保发〔2023〕32号 第九条","wallet":[%s,%s],"moves":[],"balance":%s}',
            month, last, month, CASE WHEN retired THEN '退休' ELSE '在职' END, current_fen, earlier_fen, current_fen + earlier_fen + amount)
    FROM due
), months AS (
    INSERT INTO document (area, kind, owner, number, at, state, body)
    SELECT 500000, 'month', person, month, :at, 0,
        coalesce(left(body, -1) || ',', '{"plan":"employer","base":0,') || format('"credited":%s,"run":true}', amount)
    FROM due
    ON CONFLICT (area, kind, owner, number) DO UPDATE SET body = excluded.body
)
UPDATE standing AS s SET current_fen = s.current_fen + due.amount, last_entry = due.id
FROM due WHERE s.area = 500000 AND s.person = due.person AND s.year = 0;
COMMIT;
