//! `gongji supervise`, from a run over a day to the case file.

use crate::command::gongji;
use crate::purchase::bought;
use std::fs;

const CASE: &str = "AJ-charging-P99500000001-001";

#[test]
fn a_day_is_looked_at_and_its_case_goes_from_hand_to_hand() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir_all(&data).unwrap();
    // Four purchases within the minute, the pool paying.
    let day = bought(&data, 4, 30_000).date().to_string();
    let place = ["--data", data.to_str().unwrap(), "--region", "500000"];
    let supervise = |arguments: &[&str]| {
        gongji(&[&["supervise"], arguments, &place].concat()).printed().map(|(_, out)| out)
    };
    let run = ["run", "--from", &day, "--to", &day];
    let out = supervise(&run).unwrap();
    assert!(out.contains("结算 4 笔，新疑点 1 个，已有 0 个，立案 1 件"), "{out}");
    assert!(out.contains("split-bills"), "{out}");
    let again = supervise(&run).unwrap();
    assert!(again.contains("新疑点 0 个，已有 1 个，立案 0 件"), "{again}");
    let json = supervise(&[&run[..], &["--json"]].concat()).unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap()["claims"], 4);
    let none = supervise(&["run", "--from", &day, "--to", "2020-01-01"]).unwrap_err();
    assert!(none.contains("应为今天及以前的起止日期"), "{none}");
    let none = supervise(&[&run[..], &["--rules", "rings"]].concat()).unwrap_err();
    assert!(none.contains("--rules rings：没有这条规则，应为"), "{none}");

    let listed = supervise(&["findings"]).unwrap();
    assert!(listed.contains("split-bills") && listed.contains(CASE), "{listed}");
    let csv = folder.path().join("findings.csv");
    let to = ["--claims", "--out", csv.to_str().unwrap()];
    supervise(&[&["findings"][..], &to].concat()).unwrap();
    let csv = fs::read_to_string(&csv).unwrap();
    assert_eq!(csv.lines().count(), 5, "{csv}");
    let cases = supervise(&["cases", "--state", "opened"]).unwrap();
    assert!(cases.contains(CASE) && cases.contains("已立案"), "{cases}");
    let wrong = supervise(&["cases", "--state", "open"]).unwrap_err();
    assert!(wrong.contains("没有这个状态，应为 opened、assigned"), "{wrong}");

    let step = |verb: &str, by: &str, rest: &[&str]| {
        let head = [verb, "--case", CASE, "--by", by];
        supervise(&[&head[..], rest].concat())
    };
    let own = step("assign", "主任", &["--to", "主任"]).unwrap_err();
    assert!(own.contains("指派人与办案人须为不同的人"), "{own}");
    let out = step("assign", "主任", &["--to", "监管甲"]).unwrap();
    assert!(out.contains("指派；现 已指派"), "{out}");
    step("hear", "药店", &["--words", "顾客分次购买"]).unwrap();
    let decide = ["--verdict", "founded", "--reasons", "一次购药拆成四次"];
    let bare = step("decide", "监管甲", &decide).unwrap_err();
    assert!(bare.contains("缺少依据的条款"), "{bare}");
    let article = ["--article", "渝医保发〔2023〕32号 第十一条"];
    let out = step("decide", "监管甲", &[&decide[..], &article].concat()).unwrap();
    // 300.00 four times, 200.00 deductible, 60 % of the rest: 60.00, then three times 180.00 in question.
    assert!(out.contains("决定：属实 540.00；现 已决定"), "{out}");
    let out = step("recover", "财务乙", &[]).unwrap();
    assert!(out.contains("追回入账 540.00；现 追回中"), "{out}");
    let much = step("collect", "财务乙", &["--bank", "L1", "--amount", "600"]).unwrap_err();
    assert!(much.contains("未到账540.00元，本次600.00元"), "{much}");
    step("collect", "财务乙", &["--bank", "L1", "--amount", "40"]).unwrap();
    let checked = gongji(&["check-books", "--data", data.to_str().unwrap()]);
    assert_eq!(checked.code, Ok(true), "{}", checked.out);
    step("appeal", "药店", &["--words", "不服"]).unwrap();
    let answer = ["--words", "证据不足", "--overturned"];
    let out = step("answer", "复核丙", &answer).unwrap();
    assert!(out.contains("申诉成立，撤回追回 -540.00；现 追回中"), "{out}");
    step("collect", "财务乙", &["--bank", "L2"]).unwrap();
    let out = step("close", "财务乙", &[]).unwrap();
    assert!(out.contains("现 已结案"), "{out}");

    let page = folder.path().join("case.html");
    supervise(&["show", "--case", CASE, "--html", page.to_str().unwrap()]).unwrap();
    let html = fs::read_to_string(&page).unwrap();
    for words in ["医疗保障基金监管案卷", "分解收费", "一次购药拆成四次", "退回当事人", "40.00"]
    {
        assert!(html.contains(words), "{words}: {html}");
    }
    let unknown = supervise(&["show", "--case", "AJ-ring-X-001"]).unwrap_err();
    assert!(unknown.contains("案件AJ-ring-X-001"), "{unknown}");
    let checked = gongji(&["check-books", "--data", data.to_str().unwrap()]);
    assert_eq!(checked.code, Ok(true), "{}", checked.out);
}
