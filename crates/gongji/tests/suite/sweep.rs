//! `gongji sweep`, `gongji seek` and `gongji simulate --elasticity`: what they print and write, the parts of a sweep, and what is
//! wrong is said.

use crate::command::gongji;
use std::path::Path;

fn example() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/chongqing.parquet");
    path.to_str().unwrap().to_string()
}

const DEDUCTIBLE: &str = "起付=programme.ordinary.deductible.amount[status=active]";

fn arguments<'a>(command: &'a str, claims: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&[command, "--claims", claims, "--policy", "500000"], more].concat()
}

fn said(command: &str, claims: &str, more: &[&str]) -> String {
    gongji(&arguments(command, claims, more)).printed().unwrap().1
}

fn refused(command: &str, more: &[&str]) -> String {
    gongji(&arguments(command, &example(), more)).code.unwrap_err()
}

fn columns(text: &str) -> Vec<Vec<String>> {
    text.lines().map(|line| line.split(',').map(str::to_string).collect()).collect()
}

#[test]
fn a_sweep_has_a_row_a_candidate_and_its_parts_are_put_together() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    let (claims, store, out, months) = (example(), at("store"), at("out.csv"), at("months.csv"));
    let steps = format!("{DEDUCTIBLE}=100..300 step 100");
    let grid = ["--vary", &steps, "--vary", "比例=programme.ordinary.share.rate+=0%,5%"];
    let report = said(
        "sweep",
        &claims,
        &[&grid[..], &["--out", &out, "--months", &months, "--sort", "grid"]].concat(),
    );
    assert!(report.contains("6 个方案") && report.contains("前沿 *"), "{report}");
    let rows = columns(&std::fs::read_to_string(&out).unwrap());
    assert_eq!(rows.len(), 8, "a head, the policy in force, six candidates");
    let of = |name: &str| rows[0].iter().position(|column| column == name).unwrap();
    // The example: the pool pays 4,190 yuan; with a deductible of 200 nothing is different.
    let in_force =
        [of("起付"), of("pool"), of("difference")].map(|column| rows[1][column].as_str());
    assert_eq!(in_force, ["", "4190.00", "0.00"]);
    let same =
        rows.iter().find(|row| row[of("起付")] == "200" && row[of("比例")] == "+0%").unwrap();
    assert_eq!(
        [&*same[of("pool")], &*same[of("winners")], &*same[of("losers")]],
        ["4190.00", "0", "0"]
    );
    let monthly = columns(&std::fs::read_to_string(months).unwrap());
    let pool = monthly[0].iter().position(|column| column == "pool").unwrap();
    let fen = |text: &str| text.replace('.', "").parse::<i64>().unwrap();
    for row in &rows[1..] {
        let own = monthly[1..].iter().filter(|month| month[0] == row[0]);
        assert_eq!(
            own.map(|month| fen(&month[pool])).sum::<i64>(),
            fen(&row[of("pool")]),
            "{row:?}"
        );
    }

    gongji(&["claims", "group", "--claims", &claims, "--out", &store, "--buckets", "4"])
        .printed()
        .unwrap();
    let parts: Vec<String> = (0..4).map(|bucket| at(&format!("{bucket}.json"))).collect();
    for (bucket, part) in ["0", "1", "2", "3"].iter().zip(&parts) {
        said("sweep", &store, &[&grid[..], &["--bucket", bucket, "--result", part]].concat());
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let whole = [&grid[..], &["--sort", "grid", "--parts"], &parts[..]].concat();
    assert_eq!(said("sweep", &store, &whole), report);
    let wrong = |more: &[&str]| gongji(&arguments("sweep", &store, more)).code.unwrap_err();
    let some = [&grid[..], &["--parts"], &parts[1..]].concat();
    assert!(wrong(&some).contains("缺少分桶 0"));
    let other = [&["--vary", &steps, "--parts"], &parts[..]].concat();
    assert!(wrong(&other).contains("不是用这里给出的政策和参数算的"));
}

#[test]
fn a_grid_file_and_a_reform_are_swept_against_the_policy_in_force() {
    let folder = tempfile::tempdir().unwrap();
    let grid = folder.path().join("grid.toml");
    std::fs::write(
        &grid,
        "[[parameter]]\nname = \"起付\"\npath = \"programme.ordinary.deductible.amount\"\nvalues = \"0..100 step 50\"\n",
    )
    .unwrap();
    let grid = grid.to_str().unwrap();
    let reform = "programme.ordinary.share.rate=[{rate=\"80%\"}]";
    let report = said("sweep", &example(), &["--grid", grid, "--reform-set", reform]);
    let in_force = report.lines().find(|line| line.starts_with("现行")).unwrap();
    assert!(in_force.contains("4190.00"), "{report}");
    std::fs::write(grid, "[[parameter]]\npath = \"a.b\"\nvalue = 1\n").unwrap();
    let wrong = refused("sweep", &["--grid", grid]);
    assert!(wrong.contains("grid.toml"), "{wrong}");
}

/// A store keeps birthdays, days of enrolment and districts; of files only what candidates look at is taken.
#[test]
fn files_come_to_what_a_store_of_them_comes_to_whatever_candidates_look_at() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_string();
    let (town, store, by_age) = (at("town"), at("store"), at("by-age.toml"));
    let made = ["synth", "--region", "500000", "--people", "300", "--seed", "4", "--out", &town];
    gongji(&made).printed().unwrap();
    let files: Vec<String> =
        (0..12).map(|month| format!("{town}/claims-2025-{month:03}.parquet")).collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let group = [&["claims", "group", "--out", &store, "--claims"], &files[..]].concat();
    gongji(&group).printed().unwrap();
    std::fs::write(
        &by_age,
        "[[parameter]]\nname = \"比例\"\npath = \"programme.ordinary.share.rate\"\nvalues = [\n\
         [{ rate = \"60%\" }],\n\
         [{ age = \"<70\", rate = \"60%\" }, { age = \">=70\", rate = \"70%\" }],\n]\n",
    )
    .unwrap();
    let ran = |command: &str, claims: &[&str], more: &[&str]| {
        let named = [&[command, "--policy", "500000", "--claims"], claims, more].concat();
        gongji(&named).printed().unwrap()
    };
    let steps = format!("{DEDUCTIBLE}=100..300 step 50");
    for grid in [&["--vary", &steps][..], &["--vary", &steps, "--grid", &by_age]] {
        let months = [at("files.csv"), at("store.csv")];
        let of = |claims: &[&str], months: &str| {
            ran("sweep", claims, &[grid, &["--sort", "grid", "--months", months]].concat())
        };
        assert_eq!(of(&files, &months[0]), of(&[&store], &months[1]));
        let months = months.map(|path| std::fs::read_to_string(path).unwrap());
        assert!(months[0] == months[1] && months[0].lines().count() > 12, "{}", months[0]);
    }
    for wanted in [
        &["--vary", &steps, "--target", "funds <= 现行+1%"][..],
        &["--grid", &by_age, "--compensate", &steps],
    ] {
        assert_eq!(ran("seek", &files, wanted), ran("seek", &[&store], wanted));
    }
}

#[test]
fn what_is_sought_is_found_or_said_not_to_be_there() {
    let range = format!("{DEDUCTIBLE}=0..1000 step 1");
    let found = said("seek", &example(), &["--vary", &range]);
    // At 200 yuan nothing is different; a fen less costs the pool more.
    assert!(found.contains("达到：起付=200，统筹 4190.00；相邻的 起付=199 达不到"), "{found}");
    let report =
        said("seek", &example(), &["--vary", &range, "--target", "pool <= 4200", "--lang", "en"]);
    assert!(report.contains("met: 起付="), "{report}");
    let with = [
        "--vary",
        "比例=programme.ordinary.share.rate[status=active]+=0%,5%",
        "--compensate",
        &range,
    ];
    let curve = said("seek", &example(), &with);
    assert!(curve.contains("+0%   200  是"), "{curve}");
    let short = gongji(&arguments(
        "seek",
        &example(),
        &["--vary", "比例=programme.ordinary.share.rate+=5%..9%/1%"],
    ));
    let (met, said) = short.printed().unwrap();
    assert!(!met && said.contains("范围之内达不到目标；最接近的是 比例=+5%"), "{said}");
}

#[test]
fn what_is_wrong_with_a_grid_or_a_target_is_said() {
    assert!(refused("sweep", &[]).contains("没有参数"));
    let many = format!("{DEDUCTIBLE}=1..3000 step 1");
    assert!(refused("sweep", &["--vary", &many]).contains("方案超过 1000 个（起付: 3000）"));
    let pool = DEDUCTIBLE.replace("起付", "pool") + "=1,2";
    assert!(refused("sweep", &["--vary", &pool]).contains("结果里有同名的列"));
    let range = format!("{DEDUCTIBLE}=1,2");
    let seek = |more: &[&str]| refused("seek", &[&["--vary", &range], more].concat());
    assert!(seek(&["--target", "pool"]).contains("看不懂目标“pool”"));
    assert!(seek(&["--target", "reserve >= 6"]).contains("--balance"));
    assert!(seek(&["--target", "reserve >= 6", "--balance", "many"]).contains("写成元"));
    assert!(seek(&["--target", "reserve", "--balance", "1"]).contains("政策没有规定备付几个月"));
    assert!(seek(&["--vary", "b=programme.ordinary.share.rate+=1%"]).contains("只能沿一个参数找"));
}

#[test]
fn behaviour_is_an_estimate_beside_the_settlement() {
    let reform = ["--reform-set", "programme.ordinary.deductible.amount=[{yuan=0}]"];
    let plain = said("simulate", &example(), &reform);
    let with = |more: &[&str]| said("simulate", &example(), &[&reform[..], more].concat());
    let none = with(&["--elasticity", "0"]);
    assert!(!plain.contains("估计") && none.starts_with(&plain), "{none}");
    let pool = none.lines().rev().find(|line| line.starts_with("统筹基金")).unwrap();
    let cells: Vec<&str> = pool.split_whitespace().collect();
    assert_eq!(cells[2], cells[3], "without elasticity B is B: {pool}");
    let some = with(&["--elasticity", "-0.5", "--seed", "3", "--threads", "1"]);
    assert!(some.contains("估计，不是结算（弹性 -0.5，未核实；种子 3，200 次自助抽样）"), "{some}");
    assert_eq!(with(&["--elasticity", "-0.5", "--seed", "3", "--threads", "2"]), some);

    let simulate = |more: &[&str]| refused("simulate", &[&reform[..], more].concat());
    assert!(simulate(&["--elasticity", "0.2"]).contains("-3 到 0 之间"));
    assert!(simulate(&["--elasticity", "much"]).contains("-0.2"));
    assert!(simulate(&["--elasticity", "-0.2", "--replicates", "3"]).contains("40 到 10000"));
    assert!(refused("simulate", &["--elasticity", "-0.2"]).contains("要有改革方案"));
}
