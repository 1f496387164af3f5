//! The report of a simulation, opened in a browser without a network: what it draws is what the result says, in every view;
//! nothing is fetched, nothing goes wrong, and whatever things are called stays text.

use crate::command::gongji;
use serde_json::Value;
use simulate::store::{Data, Table, texts};
use simulate::{CHANGE_BANDS, Division, OWN_BANDS, RunResult};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Names that Chromium goes by.
const BROWSERS: [&str; 4] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

fn browser() -> PathBuf {
    let folders: Vec<PathBuf> =
        std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    let found = BROWSERS
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|path| path.is_file());
    found.expect("no Chromium on the PATH; ./check installs it (package chromium)")
}

/// What a page comes to in a browser.
pub(crate) struct Opened {
    /// The document when its scripts have run.
    pub(crate) dom: String,
    /// What the console says: errors of scripts, and everything that was to be fetched and is refused.
    console: Vec<String>,
}

/// Opens a page from its file.
pub(crate) fn open(page: &Path, view: &str) -> Opened {
    let profile = tempfile::tempdir().unwrap();
    let flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
         --disable-background-networking --disable-component-update --disable-sync \
         --enable-logging=stderr --v=0 --window-size=1280,2000 --dump-dom";
    let url = format!("file://{}#{view}", page.display());
    let output = Command::new(browser())
        .args(flags.split_whitespace())
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(url)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    Opened {
        dom: String::from_utf8(output.stdout).unwrap(),
        console: said.lines().filter(|line| line.contains("CONSOLE")).map(str::to_string).collect(),
    }
}

impl Opened {
    /// The part of the document that begins with this element, up to the next of the same rank.
    pub(crate) fn part(&self, id: &str, end: &str) -> &str {
        let start = self.dom.find(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("no {id}"));
        let rest = &self.dom[start..];
        &rest[..rest.find(end).unwrap_or(rest.len())]
    }

    /// The values of the marks of a chart, in the order in which they were drawn.
    fn marks(&self, id: &str) -> Vec<f64> {
        let of = |mark: &str| attribute(mark, "data-value").unwrap().parse().unwrap();
        self.part(id, "</svg>").split("class=\"mark").skip(1).map(of).collect()
    }

    fn whole(&self, id: &str) -> Vec<i64> {
        let whole = |value: f64| format!("{value:.0}").parse().unwrap();
        self.marks(id).into_iter().map(whole).collect()
    }

    pub(crate) fn is_sound(&self) {
        assert!(self.console.is_empty(), "{:?}", self.console);
        assert!(self.dom.contains("data-drawn="), "the script came to its end");
    }
}

/// The value of an attribute of the first element in a text.
fn attribute<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let start = text.find(&format!("{name}=\""))? + name.len() + 2;
    text[start..].split('"').next()
}

const REFORM: &str = "programme.ordinary.deductible.amount=\
     [{status=\"active\",yuan=400},{status=\"retired\",yuan=50}]";

/// A small town under a reform: its report, and the result.
struct Case {
    _folder: tempfile::TempDir,
    page: PathBuf,
    named: PathBuf,
    result: RunResult,
}

fn case() -> Case {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    let town = at("town");
    let synth = ["synth", "--people", "400", "--region", "500000", "--threads", "1"];
    assert!(gongji(&[&synth[..], &["--out", &town]].concat()).code.unwrap());
    let mut claims: Vec<String> = std::fs::read_dir(&town)
        .unwrap()
        .map(|entry| entry.unwrap().path().to_str().unwrap().to_string())
        .filter(|path| path.contains("claims-"))
        .collect();
    claims.sort();
    let claims: Vec<&str> = claims.iter().map(String::as_str).collect();
    let store = at("store");
    assert!(
        gongji(
            &[&["claims", "group", "--claims"], &claims[..], &["--out", &store, "--buckets", "4"]]
                .concat()
        )
        .code
        .unwrap()
    );
    let (page, named, result) = (at("report.html"), at("named.html"), at("result.json"));
    let simulate = ["simulate", "--claims", &store, "--policy", "500000", "--reform-set", REFORM];
    let wanted = ["--html", &page, "--result", &result, "--elasticity=-0.5", "--replicates", "40"];
    assert!(gongji(&[&simulate[..], &wanted].concat()).code.unwrap());
    // The same once more, put together from its result.
    let merge = ["claims", "merge", "--claims", &store, "--policy", "500000", "--reform-set"];
    let wanted = [REFORM, &result, "--html", &named, "--names", "--explain", "2"];
    assert!(gongji(&[&merge[..], &wanted].concat()).code.unwrap());
    let result = RunResult::read(Path::new(&result)).unwrap();
    Case { page: page.into(), named: named.into(), result, _folder: folder }
}

/// By month: what the funds pay under each policy.
fn by_month(result: &RunResult) -> BTreeMap<i32, [i64; 2]> {
    let (totals, mut sums) = (&result.totals, BTreeMap::new());
    for (index, month) in totals.months.iter().enumerate() {
        let width = totals.segments.len();
        let paid = [0, 1].map(|side: usize| {
            totals.paid[side][index * width..(index + 1) * width]
                .iter()
                .map(simulate::Paid::fund_payment)
                .sum()
        });
        sums.insert(*month, paid);
    }
    sums
}

#[test]
fn what_the_report_draws_is_what_the_result_says() {
    let case = case();
    let (totals, people) = (&case.result.totals, &case.result.totals.people);
    assert!(std::fs::metadata(&case.page).unwrap().len() < 5_000_000);
    let months = by_month(&case.result);

    let first = open(&case.page, "");
    first.is_sound();
    assert!(first.dom.contains("<html lang=\"zh-CN\""));
    let both: Vec<i64> = months.values().flatten().copied().collect();
    assert_eq!(first.whole("months"), both, "A and B of every month");
    let paid = [0, 1].map(|side| totals.all_paid(side).fund_payment());
    let figures = first.part("figures", "id=\"sentence\"");
    assert!(figures.contains(&format!("data-value=\"{}\"", paid[1] - paid[0])), "{figures}");
    let own: Vec<i64> =
        people.deciles().iter().flat_map(|decile| decile.sums.paid.clone()).collect();
    assert_eq!(first.whole("tenths"), own);
    let ends = [people.own[0].all().amount, people.own[1].all().amount];
    let curve = first.whole("curves");
    assert!(ends.iter().all(|end| curve.contains(end)), "curves end with everything");
    assert!(first.part("gini", "</p>").contains("有单据的人"));
    assert_eq!(people.gained.len(), CHANGE_BANDS.len() + 1);
    let bands: Vec<i64> = people.lost[1..]
        .iter()
        .rev()
        .chain(&people.gained[1..])
        .map(|band| i64::try_from(band.people).unwrap())
        .collect();
    assert_eq!(first.whole("bands"), bands);

    let figures = &case.result.behaviour.as_ref().unwrap().figures;
    let more = figures.with_behaviour[0] - figures.before[0];
    assert!(more != 0 && more != paid[1] - paid[0], "an estimate of its own");
    assert!(first.part("responses", "</table>").contains(&format!("data-value=\"{more}\"")));
    let limits = first.part("limits", "</section>");
    for side in 0..2 {
        let above = people.all_above_limit(side).people;
        assert!(limits.contains(&format!("data-value=\"{above}\"")), "{limits}");
    }
    explained(&first, &case);
    views(&case);
}

/// Other views, as their addresses ask for them.
fn views(case: &Case) {
    let (totals, people) = (&case.result.totals, &case.result.totals.people);
    let view = open(
        &case.page,
        "lang=en&month=difference&decile=own&spread=people&count=people&f_status=%3Dretired&band=yuan",
    );
    view.is_sound();
    assert!(view.dom.contains("<html lang=\"en\""));
    assert!(view.part("sentence", "</p>").contains("Of 100 people"));
    let differences: Vec<i64> =
        by_month(&case.result).values().map(|paid| paid[1] - paid[0]).collect();
    assert_eq!(view.whole("months"), differences);
    let own: Vec<i64> = people
        .deciles()
        .iter()
        .flat_map(|decile| [decile.sums.own(0), decile.sums.own(1)])
        .collect();
    assert_eq!(view.whole("tenths"), own);
    let bands: Vec<i64> = (0..=OWN_BANDS.len())
        .flat_map(|band| [0, 1].map(|side| people.own_bands[side][band].people))
        .map(|people| i64::try_from(people).unwrap())
        .collect();
    assert_eq!(view.whole("ownbands"), bands);
    let retired: Vec<_> = totals
        .segments
        .iter()
        .zip(&people.changes)
        .filter(|(segment, _)| segment.get(Division::Status) == "retired")
        .map(|(_, change)| change)
        .collect();
    let winners = retired.iter().map(|change| change.winners).sum::<u64>();
    let losers = retired.iter().map(|change| change.losers).sum::<u64>();
    let signed = |count: u64| i64::try_from(count).unwrap();
    assert!(winners > 0);
    assert_eq!(view.whole("changers"), [signed(winners), -signed(losers)]);
    let first = open(&case.page, "");
    let nonsense =
        open(&case.page, "lang=xx&by=x&curve=x&month=x&decile=x&f_age=x&sort=x&rows=x&q=");
    nonsense.is_sound();
    assert_eq!(nonsense.whole("months"), first.whole("months"), "as if nothing were asked for");
    institutions(case);
}

/// The rows of the table of institutions: what stands in the cells that have values.
fn places(opened: &Opened) -> Vec<(String, Vec<i64>)> {
    let table = opened.part("places", "</table>");
    let body = &table[table.find("<tbody>").unwrap()..];
    let row = |row: &str| {
        let name = row[row.find("<td").unwrap()..].split(['>', '<']).nth(2).unwrap().to_string();
        let values = row.split("data-value=\"").skip(1);
        (name, values.map(|value| value.split('"').next().unwrap().parse().unwrap()).collect())
    };
    body.split("<tr").skip(1).map(row).collect()
}

fn institutions(case: &Case) {
    let list = &case.result.totals.institutions;
    let view = open(&case.page, "sort=claims&dir=up");
    view.is_sound();
    let mut shown = places(&view);
    let (_, sums) = shown.pop().unwrap();
    let of = |place: &simulate::Institution| {
        let [before, after] = place.paid[..] else { panic!("two sides") };
        vec![place.claims, place.in_scope + place.outside, before, after, after - before]
    };
    let mut wanted: Vec<Vec<i64>> = list.iter().map(of).collect();
    let found: Vec<i64> = shown.iter().map(|(_, values)| values[0]).collect();
    assert!(found.is_sorted() && found.len() > 5, "{found:?}");
    let mut found: Vec<Vec<i64>> = shown.iter().map(|(_, values)| values.clone()).collect();
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted);
    let all: Vec<i64> = (0..5).map(|column| wanted.iter().map(|row| row[column]).sum()).collect();
    assert_eq!(sums, all);
    assert_eq!(sums[2], case.result.totals.all_paid(0).fund_payment());

    let name = &shown[2].0;
    let search = open(&case.page, &format!("q={}", name.to_lowercase()));
    let found = places(&search);
    assert_eq!(found.len(), 2, "the one and its sum: {found:?}");
    assert_eq!((&found[0].0, &found[0].1), (name, &found[1].1));
}

/// Examples add up to the difference, cite articles, and name nobody unless that was asked for.
fn explained(first: &Opened, case: &Case) {
    let people = &case.result.totals.people;
    let examples: Vec<_> =
        people.most_gained.iter().take(3).chain(people.most_lost.iter().take(3)).collect();
    let shown = first.part("persons", "</section>");
    let differences: Vec<i64> = shown
        .split("class=\"person\"")
        .skip(1)
        .map(|person| attribute(person, "data-value").unwrap().parse().unwrap())
        .collect();
    let wanted: Vec<i64> = examples.iter().map(|example| example.difference).collect();
    assert_eq!(differences, wanted);
    assert!(shown.contains("<cite>渝医保发〔2023〕32号"), "articles are cited");
    for (page, count, named) in [(&case.page, 3, false), (&case.named, 2, true)] {
        let data = data_of(page);
        let examples = data["examples"].as_array().unwrap();
        assert!(examples.len() >= count);
        for example in examples {
            assert_eq!(example["name"].is_string(), named);
            let of = |side: usize| -> i64 {
                let claims = example["claims"].as_array().unwrap();
                claims.iter().map(|claim| claim["paid"][side].as_i64().unwrap()).sum()
            };
            assert_eq!(of(1) - of(0), example["difference"].as_i64().unwrap());
        }
        let first = &people.most_gained[0].person;
        assert_eq!(examples.iter().any(|example| example["name"] == **first), named);
    }
}

pub(crate) fn data_of(page: &Path) -> Value {
    let text = std::fs::read_to_string(page).unwrap();
    let start = text.find("id=\"data\">").unwrap() + "id=\"data\">".len();
    let end = text[start..].find("</script>").unwrap();
    serde_json::from_str(&text[start..start + end]).unwrap()
}

#[test]
fn a_page_that_fetches_or_fails_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("bad.html");
    let claims = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/chongqing.parquet");
    let written = page.to_str().unwrap();
    let simulate = ["simulate", "--claims", claims.to_str().unwrap(), "--policy", "500000"];
    assert!(gongji(&[&simulate[..], &["--html", written]].concat()).code.unwrap());
    let alone = open(&page, "");
    alone.is_sound();
    assert!(alone.dom.contains("class=\"one\""), "one policy alone has no differences");
    let sound = std::fs::read_to_string(&page).unwrap();
    let addresses = sound.matches("http").count();
    assert_eq!(
        addresses,
        sound.matches("http://www.w3.org/2000/svg").count() + sound.matches("http-equiv").count()
    );
    for (more, said) in [
        ("<img src=\"http://127.0.0.1:9/picture.png\">", "violates"),
        ("<script>throw new Error(\"broken\")</script>", "broken"),
    ] {
        std::fs::write(&page, sound.replace("</main>", &format!("{more}</main>"))).unwrap();
        let console = open(&page, "").console;
        assert!(console.iter().any(|line| line.contains(said)), "{console:?}");
    }
}

const HOSTILE: &str =
    "</script><script>document.title='taken'</script><img src=x onerror=alert(1)>&amp;";

#[test]
fn whatever_people_and_institutions_are_called_stays_text() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    let claims = at("claims.parquet");
    let people = texts(&vec![format!("甲{HOSTILE}").into(); 40]);
    let places = texts(&vec![HOSTILE.into(); 40]);
    let (plan, level) = (texts(&vec!["employer".into(); 40]), texts(&vec!["2".into(); 40]));
    let amounts = vec![10_000_i64; 40];
    let times: Vec<i64> = (0..40).map(|row| 1_740_000_000_000_000 + row * 86_400_000_000).collect();
    let mut table = Table::new(Path::new(&claims));
    table
        .group(&[
            ("person", Data::Text(&people)),
            ("plan", Data::Text(&plan)),
            ("level", Data::Text(&level)),
            ("institution", Data::Text(&places)),
            ("in_scope_fen", Data::Number(&amounts)),
            ("settled_at", Data::Moment(&times)),
        ])
        .unwrap();
    table.finish().unwrap();
    let page = at("report.html");
    let simulate = ["simulate", "--claims", &claims, "--policy", "500000", "--reform-set", REFORM];
    assert!(gongji(&[&simulate[..], &["--html", &page, "--names"]].concat()).code.unwrap());
    let opened = open(Path::new(&page), "");
    opened.is_sound();
    assert!(!opened.dom.contains("<title>taken"));
    assert!(!opened.dom.contains("<img"), "no element comes of a name");
    let shown = "&lt;/script&gt;&lt;script&gt;document.title='taken'";
    assert!(opened.part("places", "</table>").contains(shown));
    assert!(opened.part("persons", "</section>").contains(&format!("甲{shown}")));
}

#[test]
fn a_report_that_makes_no_sense_is_refused() {
    let claims = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/chongqing.parquet");
    let refused = |more: &[&str]| {
        let simulate = ["simulate", "--claims", claims.to_str().unwrap(), "--policy", "500000"];
        gongji(&[&simulate[..], more].concat()).code.unwrap_err()
    };
    assert!(refused(&["--html", "report.pdf"]).contains("扩展名应为 html"));
    assert!(refused(&["--explain", "3"]).contains("--explain 要有改革方案"));
    assert!(refused(&["--names"]).contains("--html"));
    assert!(refused(&["--explain", "11"]).contains("11"));
    assert!(refused(&["--tables", "x", "--tables-format", "table"]).contains("csv"));
    assert!(refused(&["--html", "/nowhere/report.html"]).contains("/nowhere/report.html"));
}
