//! Neither threads, nor the order of rows, nor memory decide what a bill comes to.

use std::path::{Path, PathBuf};

use gongji::lang::Lang;

use crate::desk::{adjudicate, sample_bills, settled};

/// Bills of a year with a reversal after every tenth.
fn bills_with_reversals() -> String {
    let mut text = sample_bills(20_000, 700);
    let header = text.lines().next().unwrap().to_owned();
    text = text.replacen(&header, &format!("{header},reverses"), 1);
    let mut out = String::new();
    for (number, line) in text.lines().enumerate() {
        out.push_str(line);
        out.push_str(if number == 0 { "\n" } else { ",\n" });
        if number > 0 && number % 10 == 0 {
            let cells: Vec<&str> = line.split(',').collect();
            let (bill, person) = (cells[0], cells[1]);
            // Three weeks after the bill, on a minute of its own.
            let at = format!(
                "2026-01-{:02} {:02}:{:02}:00",
                1 + number % 28,
                number / 1_000,
                number / 10 % 60
            );
            let blanks = ",".repeat(cells.len() - 5);
            out.push_str(&format!("R{bill},{person},,,{at}{blanks},{bill}\n"));
        }
    }
    out
}

fn written(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    let bills = written(folder.path(), "bills.csv", &bills_with_reversals());
    let one = settled(&bills, &["--threads", "1"]);
    assert_eq!(one.lines().count(), 22_001);
    for threads in ["2", "3", "8"] {
        assert!(settled(&bills, &["--threads", threads]) == one, "{threads} threads");
    }
}

#[test]
fn temporary_files_change_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    let bills = written(folder.path(), "bills.csv", &bills_with_reversals());
    let in_memory = settled(&bills, &["--threads", "1"]);
    for threads in ["1", "2"] {
        assert!(settled(&bills, &["--memory", "1", "--threads", threads]) == in_memory);
    }
}

#[test]
fn the_order_of_rows_changes_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    let text = bills_with_reversals();
    let ordered = settled(&written(folder.path(), "ordered.csv", &text), &[]);
    let (header, rows) = text.split_once('\n').unwrap();
    let mut rows: Vec<&str> = rows.lines().collect();
    let mut state = 12_345_u64;
    for last in (1..rows.len()).rev() {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        rows.swap(last, usize::try_from(state >> 33).unwrap() % (last + 1));
    }
    let shuffled = format!("{header}\n{}\n", rows.join("\n"));
    let shuffled = written(folder.path(), "shuffled.csv", &shuffled);
    assert!(settled(&shuffled, &[]) == ordered);
    assert!(settled(&shuffled, &["--memory", "1"]) == ordered);
}

#[test]
fn bills_of_one_moment_go_by_number_and_reversals_last_whatever_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let header = "bill,person,region,service_date,settled_at,status,plan,level,in_scope,reverses";
    let bill = |number: &str, level: u8| {
        format!("{number},P,500000,2024-03-01,2024-03-01,active,employer,{level},300.00,")
    };
    let reversal = "0,P,,,2024-03-01,,,,,Z".to_string();
    let rows = [bill("Z", 3), reversal, bill("A", 2), bill("A-LONGER-THAN-FIFTEEN", 2)];
    for turn in 0..rows.len() {
        let mut turned = rows.to_vec();
        turned.rotate_left(turn);
        let text = format!("{header}\n{}\n", turned.join("\n"));
        let result = settled(&written(folder.path(), "bills.csv", &text), &[]);
        let bills: Vec<&str> =
            result.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
        assert_eq!(bills, ["A", "Z", "A-LONGER-THAN-FIFTEEN", "0"]);
    }
}

#[test]
fn a_reversal_restores_the_deductible() {
    let folder = tempfile::tempdir().unwrap();
    let text = "bill,person,region,service_date,settled_at,status,plan,level,in_scope,reverses\n\
        A,P,500000,2024-03-01,2024-03-01,active,employer,2,1000.00,\n\
        R,P,,,2024-03-02,,,,,A\n\
        B,P,500000,2024-03-03,2024-03-03,active,employer,2,1000.00,\n";
    let result = settled(&written(folder.path(), "bills.csv", text), &[]);
    let column = gongji::results::ResultColumn::Deductible as usize;
    let charged: Vec<&str> =
        result.lines().skip(1).map(|line| line.split(',').nth(column).unwrap()).collect();
    assert_eq!(charged, ["200.00", "-200.00", "200.00"]);
}

#[test]
fn several_files_are_one_history() {
    let folder = tempfile::tempdir().unwrap();
    let text = bills_with_reversals();
    let whole = settled(&written(folder.path(), "whole.csv", &text), &[]);
    let (header, rows) = text.split_once('\n').unwrap();
    let rows: Vec<&str> = rows.lines().collect();
    let (first, second) = rows.split_at(9_000);
    let first = written(folder.path(), "1.csv", &format!("{header}\n{}\n", first.join("\n")));
    let second = written(folder.path(), "2.csv", &format!("{header}\n{}\n", second.join("\n")));
    assert!(settled(&second, &[first.to_str().unwrap()]) == whole);
}

#[test]
fn one_bill_is_explained_out_of_many() {
    let folder = tempfile::tempdir().unwrap();
    let bills = written(folder.path(), "bills.csv", &sample_bills(2_000, 50));
    let bills = bills.to_str().unwrap();
    let ran = adjudicate(Lang::En, &[bills, "--explain", "C000000777"]);
    assert_eq!(ran.code, Ok(0));
    assert!(ran.out.contains("渝医保发〔2023〕32号"), "{}", ran.out);
    let ran = adjudicate(Lang::En, &[bills, "--explain", "C777"]);
    assert_eq!(ran.code, Err("--explain C777: no such bill was settled".to_owned()));
}
