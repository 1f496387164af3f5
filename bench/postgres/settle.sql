-- A pharmacy purchase as a shop would write it in PL/pgSQL: one call, one transaction, no subtransaction, every statement
-- a look-up by a whole key or one insert of all its rows. It reads what a settlement depends on (message, account,
-- accumulators, person, facts of the day, catalogue) and answers a message that it knows as it answered it before.
CREATE OR REPLACE FUNCTION peer.settle(
    p_area int, p_institution text, p_number text, p_digest uuid, p_person text, p_items text[], p_amounts bigint[],
    OUT o_entry uuid, OUT o_pool bigint, OUT o_account bigint, OUT o_cash bigint
) LANGUAGE plpgsql AS $$
DECLARE
    c_rate CONSTANT bigint := 6000;         -- the fund's share, ten-thousandths
    c_deductible CONSTANT bigint := 20000;  -- fen a year
    c_limit CONSTANT bigint := 300000;      -- fen a year
    c_day CONSTANT int := 20784;            -- days since 1970
    -- What a record of ours keeps of such a purchase: inputs, decision and trace.
    c_record CONSTANT text :=
        '{"v":1,'
        '"who":{"name":"%23$s","cert_type":"01","cert_no":"%24$s","gender":"1","born":"%25$s","nation":"01"},'
        '"case":{"visit":"%1$s","number":"%2$s","batch":"%2$s","message":"%2$s","category":"41","scheme":"310","credential":"02","institution":"%3$s"},'
        '"inputs":{"policy":"6b1f0c9a7d5e4f3b2a1908f7e6d5c4b3a291807f6e5d4c3b2a190817161514a3","document":"渝医保发〔2023〕32号","service":"2026-11-27","at":%4$s,"category":"ordinary","institution":1234567890123,"visit":1234567890123,"designated":true,"venue":"pharmacy","level":"tier-2","place":"local","channel":"direct","account_use":"own-and-family",'
        '"lines":[{"serial":"1","item":"XA01BC00A001010100023","amount":%5$s,"class":"A"},'
        '{"serial":"2","item":"XA01BC01A001010100123","amount":%6$s,"class":"B","first_pay":1000},'
        '{"serial":"3","item":"XA01BC02A001010100223","amount":%7$s,"class":"A"},'
        '{"serial":"4","item":"XA01BC03A001010100323","amount":%8$s,"class":"B","first_pay":1000},'
        '{"serial":"5","item":"XA01BC04A001010100423","amount":%9$s,"class":"A"}],'
        '"facts":{"status":"active","plan":"%26$s","plans_held":["%26$s"],"born":"%25$s","enrolled_on":"2010-01-01","entitlement":"entitled","admission":"none"},'
        '"wallet":[%10$s,%11$s],"used":{"ordinary.deductible":%12$s,"ordinary.in-scope":%13$s,"ordinary.pool":%14$s},"year":2026},'
        '"decision":{"total":%15$s,"first_pay":%16$s,"in_scope":%17$s,"deductible":%18$s,"funds":[%19$s,0,0],"account_current":%20$s,"account_earlier":%21$s,"cash":%22$s,"rate":6000,"room":[%14$s,null,null],'
        '"portions":[{"programme":"ordinary","in_scope":%17$s,"deductible":%18$s,"rate":6000,"funds":[%19$s,0,0]}],'
        '"lines":[[0,0,0,%5$s],[0,0,0,%6$s],[0,0,0,%7$s],[0,0,0,%8$s],[0,0,0,%9$s]]},'
        '"moves":[["ordinary.deductible",%18$s],["ordinary.in-scope",%17$s],["ordinary.pool",%19$s]],"balance":%11$s,'
        '"trace":{"articles":["渝医保发〔2023〕32号 第二条","渝医保发〔2023〕32号 第四条","渝医保发〔2023〕32号 第五条","渝医保发〔2023〕32号 第六条","渝医保发〔2023〕32号 第八条","渝医保发〔2023〕32号 第十条"],"steps":['
        '["first-pay","",[%15$s,%16$s],0,[0]],'
        '["routed","ordinary",[0,%17$s],0,[0]],'
        '["deductible","ordinary",[%17$s,%18$s,20000,%12$s,%18$s],0,[1]],'
        '["share","1",[%17$s,%19$s],6000,[2]],'
        '["payment-limit","ordinary.ordinary-year",[%19$s,%19$s,300000,%14$s,%19$s],0,[3]],'
        '["payment-limit","pool-year",[%19$s,%19$s,300000,%14$s,%19$s],0,[4],true],'
        '["paid","pool",[0,%19$s]],'
        '["account-current","",[%20$s,%20$s],0,[5]],'
        '["account-earlier","",[%21$s,%21$s],0,[5]]]}}';
    -- And of a line: how it splits, and what else it says.
    c_line CONSTANT text :=
        '{"split":{"line":{"serial":"1","item":"XZ99AAA022A001010100001","amount":3596,"class":"A","first_pay":0,"ceiling":null,"flags":0},"quantity":20000,"price":17980000,"unit_ceiling":null,"parts":[0,0,0,3596],"charge_type":"09","restricted":false,"essential":false},'
        '"rest":{"own_item":"YXZ99AAA022A001010100001","disease":"","prescription":"","external":false,"approval":"","department":"","department_name":"","doctor":"","doctor_name":"","days":0,"usage":["","",""],"trace_codes":[]}}';
    v_who record;
    v_plan text;
    v_entitled boolean;
    v_first_pays bigint[];
    v_money record;
    v_used record;
    v_millis bigint := floor(extract(epoch FROM clock_timestamp()) * 1000);
    v_year int := 2026;
    v_visit uuid;
    v_total bigint := 0;
    v_first_pay bigint := 0;
    v_in_scope bigint;
    v_deductible bigint;
    v_personal bigint;
    v_current bigint;
    v_earlier bigint;
BEGIN
    -- The person first, then the message: a repeat that waited here sees what the first one did.
    SELECT current, earlier, revision INTO v_money
    FROM peer.standing WHERE area = p_area AND person = p_person AND year = 0 FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such person: %', p_person;
    END IF;

    SELECT e.id, e.funds, e.accounts, e.cash INTO o_entry, o_pool, o_account, o_cash
    FROM peer.message AS m JOIN peer.entry AS e ON e.area = m.area AND e.id = m.entry AND e.person = m.person
    WHERE m.area = p_area AND m.institution = p_institution AND m.number = p_number AND m.transaction = '2102'
      AND m.digest = p_digest AND m.person = p_person;
    IF FOUND THEN
        RETURN;
    END IF;

    SELECT deductible, in_scope, pool INTO v_used
    FROM peer.standing WHERE area = p_area AND person = p_person AND year = v_year;

    -- Who it is, what holds for them, and what the catalogue says of the items on the day.
    SELECT name, cert_no, born INTO v_who FROM peer.person WHERE area = p_area AND person = p_person;
    SELECT max(other) FILTER (WHERE kind = 'plan'), bool_or(kind = 'entitlement' AND other = 'entitled')
    INTO v_plan, v_entitled
    FROM peer.fact
    WHERE area = p_area AND side = 0 AND subject = p_person AND c_day BETWEEN from_day AND to_day AND ended_at IS NULL;
    IF NOT v_entitled THEN
        RAISE EXCEPTION 'not entitled: %', p_person;
    END IF;
    SELECT array_agg(i.first_pay ORDER BY w.place) INTO v_first_pays
    FROM unnest(p_items) WITH ORDINALITY AS w (code, place)
    JOIN peer.item AS i ON i.area = p_area AND i.code = w.code AND c_day BETWEEN i.from_day AND i.to_day;

    FOR place IN 1 .. array_length(p_amounts, 1) LOOP
        v_total := v_total + p_amounts[place];
        v_first_pay := v_first_pay + (p_amounts[place] * v_first_pays[place] + 5000) / 10000;
    END LOOP;
    v_in_scope := v_total - v_first_pay;
    v_deductible := least(v_in_scope, c_deductible - v_used.deductible);
    o_pool := least(((v_in_scope - v_deductible) * c_rate + 5000) / 10000, c_limit - v_used.pool);
    v_personal := v_total - o_pool;
    v_current := least(v_personal / 2, v_money.current);
    v_earlier := least(v_personal - v_current, v_money.earlier);
    o_account := v_current + v_earlier;
    o_cash := v_personal - o_account;

    o_entry := peer.id_at(v_millis);
    v_visit := peer.id_at(v_millis);
    INSERT INTO peer.entry VALUES (
        p_area, o_entry, p_person, 1, p_institution, v_visit, '00000000-0000-0000-0000-000000000000', v_year, '11',
        v_total, o_pool, o_account, o_cash, '{}',
        format(c_record, v_visit, p_number, p_institution, v_millis, p_amounts[1], p_amounts[2], p_amounts[3],
               p_amounts[4], p_amounts[5], v_money.current, v_money.earlier, v_used.deductible, v_used.in_scope,
               v_used.pool, v_total, v_first_pay, v_in_scope, v_deductible, o_pool, v_current, v_earlier, o_cash,
               v_who.name, v_who.cert_no, v_who.born, v_plan));
    INSERT INTO peer.visit VALUES (
        p_area, v_visit, p_person, p_institution, p_number, v_millis, 0,
        format('{"scheme":"310","credential":"02","purpose":{"category":"41"},"settled":[["%s","%s"]]}', p_number, o_entry));
    INSERT INTO peer.line
    SELECT p_area, v_visit, place::text, p_person, p_number, p_items[place], p_amounts[place], v_millis, c_line
    FROM generate_series(1, array_length(p_items, 1)) AS place;
    INSERT INTO peer.posting VALUES
        (p_area, o_entry, 1, p_person, 1, '', o_pool),
        (p_area, o_entry, 2, p_person, 11, p_person, v_current),
        (p_area, o_entry, 3, p_person, 12, p_person, v_earlier),
        (p_area, o_entry, 4, p_person, 21, p_institution, -(o_pool + o_account));
    UPDATE peer.standing SET current = current - v_current, earlier = earlier - v_earlier, last = o_entry
    WHERE area = p_area AND person = p_person AND year = 0;
    UPDATE peer.standing SET deductible = deductible + v_deductible, in_scope = in_scope + v_in_scope, pool = pool + o_pool
    WHERE area = p_area AND person = p_person AND year = v_year;
    INSERT INTO peer.message VALUES
        (p_area, p_institution, p_number, '2102', p_digest, p_person, v_millis, peer.id_at(v_millis), o_entry, 0, '');
END
$$;
