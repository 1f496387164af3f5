//! `gongji funds`: the funds are opened, money moves, and the reports say so on terminal, page, workbook and as data.

use crate::books::settled_last_month;
use crate::command::gongji;
use std::fs;
use std::path::Path;

fn funds(data: &Path, arguments: &[&str]) -> Result<(bool, String), String> {
    let place = ["--data", data.to_str().unwrap(), "--region", "500000"];
    gongji(&[&["funds"], arguments, &place].concat()).printed()
}

#[test]
fn the_funds_are_opened_reported_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let month = settled_last_month(&data).to_string();
    let said = |arguments: &[&str]| funds(&data, arguments).unwrap().1;
    let off =
        ["open", "--day", "2026-01-31", "--bank", "100.00", "--pool", "90.00", "--by", "财务甲"];
    let refused = funds(&data, &off).unwrap_err();
    assert!(refused.contains("资产100.00，负债与结余90.00，相差10.00：应相等"), "{refused}");
    let wrong = [&off[..], &["--owed", "payable:H1"]].concat();
    assert!(funds(&data, &wrong).unwrap_err().contains("应如 payable:H50010000001=1200.00"));
    let right = [&off[..], &["--owed", "payable:H99500000002=10.00"]].concat();
    assert!(said(&right).contains("基金建账 100.00 元，2026-01-31"));
    let again = funds(&data, &right).unwrap_err();
    assert!(again.contains("基金已按2026-01-31建账"), "{again}");
    let moved = [
        "move",
        "interest",
        "--of",
        "pool",
        "--amount",
        "2.50",
        "--reference",
        "YH-1",
        "--by",
        "财务甲",
    ];
    assert!(said(&moved).contains("统筹基金利息收入 2.50 元"));
    assert!(funds(&data, &moved).unwrap_err().contains("凭证YH-1已记账"));
    let nowhere =
        ["move", "premiums", "--of", "pool", "--amount", "1", "--reference", "1", "--by", "甲"];
    assert!(funds(&data, &nowhere).unwrap_err().contains("上解写 resident-premium"));
    let vouchers = said(&["vouchers"]);
    assert!(vouchers.contains("YH-1") && vouchers.contains("基金建账"), "{vouchers}");

    // Last month: what the town's people held was opened, and one purchase.
    let sheet = said(&["sheet", "--month", &month]);
    for words in ["医疗保险基金资产负债表", "应付定点医药机构", "基金结余合计", "重庆"]
    {
        assert!(sheet.contains(words), "{words}: {sheet}");
    }
    let (page, book, rows) =
        (folder.path().join("a.html"), folder.path().join("a.xlsx"), folder.path().join("a.csv"));
    let to = [
        "--html",
        page.to_str().unwrap(),
        "--xlsx",
        book.to_str().unwrap(),
        "--csv",
        rows.to_str().unwrap(),
    ];
    said(&[&["income"][..], &to].concat());
    let html = fs::read_to_string(&page).unwrap();
    for words in ["医疗保险基金收支表", "统筹基金", "利息收入", "累计结余", "复核："]
    {
        assert!(html.contains(words), "{words}: {html}");
    }
    let csv = fs::read_to_string(&rows).unwrap();
    assert!(csv.starts_with("fund,side,line,name,programme,month,year\n"), "{csv}");
    assert!(csv.contains("pool,income,interest,利息收入,,2.50,2.50"), "{csv}");
    assert!(csv.contains("pool,balance,balance,累计结余,,92.50,92.50"), "{csv}");
    assert!(book.exists());
    let pool = said(&["income", "--fund", "large-amount"]);
    assert!(pool.contains("大额互助") && !pool.contains("统筹支付"), "{pool}");

    let (fine, reserve) = funds(&data, &["reserve", "--month", &month]).unwrap();
    assert!(fine && reserve.contains("可支付月数"), "{reserve}");
    let kept = said(&["close"]);
    assert!(kept.contains(&format!("已月结 1 个月：{month} 至 {month}")), "{kept}");
    assert!(said(&["close"]).contains("没有要月结的月份"));
    assert!(said(&["close", "--again"]).contains("已月结 1 个月"));
    assert_eq!(said(&["sheet", "--month", &month]).lines().count(), sheet.lines().count());
    let ahead = funds(&data, &["sheet", "--month", "2999-01"]).unwrap_err();
    assert!(ahead.contains("2999-01还没有到"), "{ahead}");
    let data = data.to_str().unwrap();
    assert_eq!(gongji(&["check-books", "--data", data]).code, Ok(true));
    let interest = ["account", "interest", "--data", data, "--region", "500000", "--year", "2025"];
    let ran = gongji(&interest);
    assert!(ran.code == Ok(false) && ran.out.contains("2025年个人账户计息"), "{}", ran.out);
    let set = ["--set", "account.interest.earlier=1.8%"];
    let ran = gongji(&[&set[..], &interest].concat());
    assert!(ran.out.contains("2025 年计息（第 1 次）：30 人，记入 0 户 0.00 元"), "{}", ran.out);
}

/// Every command that asks for an area of the books, with what else it needs.
const OF_AN_AREA: &[&str] = &[
    "funds sheet",
    "funds income --month 2026-01",
    "funds reserve",
    "funds close",
    "funds vouchers",
    "account credit --month 2026-01",
    "account interest --year 2025",
    "account statement --person 1",
    "account premium --person 1 --purpose resident-premium --period 2026 --amount 1",
    "account premiums none.csv",
    "account unpaid",
    "account bind --person 1 --payer 2 --relation spouse",
    "account unbind --person 1 --payer 2",
    "account close --person 1 --event death",
    "account transfer-in --person 1 --amount 1 --from x --reference 1",
    "clear budget --year 2026",
    "clear close --month 2026-01",
    "clear statement --month 2026-01",
    "clear year --year 2025",
    "paper list",
    "supervise findings",
    "supervise cases",
    "review show --month 2026-01",
    "assess show --month 2026-01",
    "assess run --month 2026-01 --by x",
    "indicators --month 2026-01",
    "filing list",
    "filing signed --kind contract",
    "agreement list",
    "export people --out none.csv",
    "recalculate list",
    "recalculate run --all --by x",
    "enrol declarations",
    "enrol derive",
    "enrol show --person 1",
    "simulate --policy 500000",
    "claims group --out none",
];

#[test]
fn an_area_that_is_not_in_the_books_is_refused_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    settled_last_month(&data);
    let data = data.to_str().unwrap();
    for command in OF_AN_AREA {
        let words: Vec<&str> = command.split(' ').collect();
        let ran = gongji(&[&words[..], &["--data", data, "--region", "500001"]].concat());
        let refused = ran.code.expect_err(command);
        assert!(
            refused.contains("--region 500001：账簿里没有这个统筹区，有 450000、500000"),
            "{command}: {refused}"
        );
    }
}
