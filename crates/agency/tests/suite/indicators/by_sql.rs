//! The same figures, recomputed with plain SQL from the tables, of days drawn at random.

use super::scene::{EXAM, SWAB, Scene, TONIC, TREATMENT, both};
use crate::office::{AREA, DROPS, HOSPITAL_2, HOSPITAL_3, PILLS};
use agency::facts;
use agency::indicators::{By, gather};
use agency::reconcile::Period;
use kernel::Month;
use store::Id;
use tokio_postgres::SimpleQueryMessage;

/// The first column of what a statement gives, in order.
fn ask(scene: &Scene, sqlite: &str, postgres: &str) -> Vec<String> {
    let mut rows = match &scene.place {
        Ok(folder) => {
            let db = rusqlite::Connection::open(folder.join(store::sqlite::FILE)).unwrap();
            let mut asked = db.prepare(sqlite).unwrap();
            let rows = asked.query_map([], |row| row.get::<_, String>(0)).unwrap();
            rows.collect::<Result<Vec<_>, _>>().unwrap()
        }
        Err(database) => {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let (client, connection) =
                    tokio_postgres::connect(database, tokio_postgres::NoTls).await.unwrap();
                let driver = tokio::spawn(connection);
                let answers = client.simple_query(postgres).await.unwrap();
                drop(client);
                driver.await.unwrap().unwrap();
                let first = |answer: &SimpleQueryMessage| match answer {
                    SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
                    _ => None,
                };
                answers.iter().filter_map(first).collect()
            })
        }
    };
    rows.sort();
    rows
}

/// Settlements and what takes them back, of a month.
fn seen(month: Month, postgres: bool) -> String {
    let (from, to) = Period::new(month.first_day(), month.last_day()).unwrap().ids();
    let id = |id: Id| match postgres {
        true => format!("'{:032x}'::uuid", id.0),
        false => format!("x'{:032x}'", id.0),
    };
    let record = if postgres { "record::jsonb" } else { "record" };
    format!(
        "WITH seen AS (SELECT institution, person, total, funds, accounts, cash, {record} AS said, \
             CASE WHEN kind IN (1, 8) THEN 1 ELSE -1 END AS sign FROM entry \
         WHERE area = {AREA} AND kind IN (1, 2, 7, 8) AND institution <> '' \
             AND id >= {} AND id < {})",
        id(from),
        id(to)
    )
}

/// Institution, visits, people, returning, total, funds, accounts and cash, parts.
fn sums(scene: &Scene, month: Month) -> Vec<String> {
    let columns = |part: &dyn Fn(&str) -> String| {
        format!(
            "SELECT institution || '|' || sum(sign) \
                 || '|' || (SELECT count(*) FROM (SELECT 1 FROM seen p WHERE p.institution = s.institution \
                     GROUP BY p.person HAVING sum(p.sign) > 0) AS people) \
                 || '|' || (SELECT count(*) FROM (SELECT 1 FROM seen p WHERE p.institution = s.institution \
                     GROUP BY p.person HAVING sum(p.sign) > 1) AS people) \
                 || '|' || sum(total) || '|' || sum(funds) || '|' || sum(accounts) || '|' || sum(cash) \
                 || '|' || {} || '|' || {} || '|' || {} || '|' || {} \
             FROM seen AS s GROUP BY institution",
            part("full_self_pay"),
            part("over_ceiling"),
            part("first_pay"),
            part("in_scope")
        )
    };
    let sqlite = |name: &str| format!("sum(coalesce(said -> 'decision' ->> '{name}', 0))");
    let postgres =
        |name: &str| format!("sum(coalesce((said -> 'decision' ->> '{name}')::int8, 0))");
    ask(
        scene,
        &format!("{} {}", seen(month, false), columns(&sqlite)),
        &format!("{} {}", seen(month, true), columns(&postgres)),
    )
}

/// Institution, charge type of the catalogue, sum of the lines.
fn kinds(scene: &Scene, month: Month) -> Vec<String> {
    let sqlite = format!(
        "{} SELECT institution || '|' || (i.detail ->> 'charge_type') || '|' \
             || sum(sign * (l.value ->> 'amount')) \
         FROM seen, json_each(said, '$.inputs.lines') AS l \
             JOIN item AS i ON i.area = {AREA} AND i.code = l.value ->> 'item' \
         GROUP BY institution, i.detail ->> 'charge_type'",
        seen(month, false)
    );
    let postgres = format!(
        "{} SELECT institution || '|' || (i.detail::jsonb ->> 'charge_type') || '|' \
             || sum(sign * (l.value ->> 'amount')::int8) \
         FROM seen CROSS JOIN LATERAL jsonb_array_elements(said -> 'inputs' -> 'lines') AS l (value) \
             JOIN item AS i ON i.area = {AREA} AND i.code = l.value ->> 'item' \
         GROUP BY institution, i.detail::jsonb ->> 'charge_type'",
        seen(month, true)
    );
    ask(scene, &sqlite, &postgres)
}

/// Institution, and by how much corrections changed what the pool fund paid.
fn corrected(scene: &Scene) -> Vec<String> {
    let of = |record: &str, fund: &str| {
        format!(
            "SELECT ({record} -> 'correction' ->> 'institution') || '|' || sum({fund}) FROM entry \
             WHERE kind = 6 GROUP BY {record} -> 'correction' ->> 'institution'"
        )
    };
    ask(
        scene,
        &of("record", "record ->> '$.correction.funds[0]'"),
        &of("record::jsonb", "(record::jsonb #>> '{correction,funds,0}')::int8"),
    )
}

/// Visits of people drawn at random, some of them undone at once, some in the next month.
fn random_days(scene: &Scene, seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let items = [PILLS, DROPS, EXAM, TREATMENT, SWAB, TONIC];
    let mut left: Vec<(&str, &str, Id)> = Vec::new();
    for step in 0..50 {
        let (month, day) = if step < 30 { (3, 1 + step * 9 / 10) } else { (4, step - 29) };
        scene.office.set(&format!("2024-{month:02}-{day:02} {:02}:15:00", 8 + step % 12));
        let who = if random.bool() { "P1" } else { "P2" };
        let hospital = if random.u8(..4) == 0 { HOSPITAL_3 } else { HOSPITAL_2 };
        let lines: Vec<_> = (0..random.usize(1..4))
            .map(|_| (items[random.usize(..items.len())], random.i64(100..9_000)))
            .collect();
        left.push((who, hospital, scene.visit(who, hospital, &lines)));
        if random.u8(..4) == 0 {
            let (who, hospital, entry) = left.swap_remove(random.usize(..left.len()));
            scene.undo(who, hospital, entry);
        }
    }
    scene.office.set("2024-05-02 09:00:00");
    scene.learn("P2", facts::RETIREMENT, "", "2024-02-15", "");
    scene.recalculate("P2");
}

#[test]
fn plain_sql_comes_to_the_same() {
    let scenes = both();
    let mut told = Vec::new();
    for scene in &scenes {
        random_days(scene, 11);
        let mut all = Vec::new();
        for month in ["2024-03", "2024-04", "2024-05"].map(|it| Month::parse(it).unwrap()) {
            let found = gather(&scene.office.agency, AREA, month, By::Institution).unwrap();
            let mine = found.rows.iter().filter(|row| row.figures.total != 0).map(|row| {
                let it = &row.figures;
                let funds: i64 = it.funds.iter().sum();
                format!(
                    "{}|{}|{}|{}|{}|{funds}|{}|{}|{}|{}|{}|{}",
                    row.group,
                    it.visits,
                    it.people,
                    it.returning,
                    it.total,
                    it.accounts,
                    it.cash,
                    it.full_self_pay,
                    it.over_ceiling,
                    it.first_pay,
                    it.in_scope
                )
            });
            assert_eq!(mine.collect::<Vec<_>>(), sums(scene, month));
            let of_kinds = |row: &agency::indicators::Row| {
                let group = row.group.clone();
                let [drugs, exams, treatment, consumables, other] = row.figures.kinds;
                assert_eq!(other, 0);
                [("09", drugs), ("03", exams), ("05", treatment), ("08", consumables)]
                    .into_iter()
                    .filter(|(_, fen)| *fen != 0)
                    .map(move |(charge, fen)| format!("{group}|{charge}|{fen}"))
            };
            let mut mine: Vec<String> = found.rows.iter().flat_map(of_kinds).collect();
            mine.sort();
            let theirs = kinds(scene, month);
            let not_nothing = theirs.into_iter().filter(|row| !row.ends_with("|0"));
            assert_eq!(mine, not_nothing.collect::<Vec<_>>());
            if month == Month::parse("2024-05").unwrap() {
                let mine = found.rows.iter().filter(|row| row.figures.corrected[0] != 0);
                let mine = mine.map(|row| format!("{}|{}", row.group, row.figures.corrected[0]));
                let mine: Vec<String> = mine.collect();
                assert!(!mine.is_empty());
                assert_eq!(mine, corrected(scene));
            }
            all.push(found);
        }
        told.push(all);
    }
    assert_eq!(told[0], told[1], "both stores say the same");
}
