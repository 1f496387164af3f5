//! What is asked for can be written down and read elsewhere: it compiles to the same policies.

use policy::{Choice, Library};
use simulate::{Asked, Reform, Side, Unclear, versions};

const REFORM: &str = r#"+++
region = "500000"
document = "试算1号"
title = "提高起付标准"
amends = "渝医保发〔2023〕32号"
effective = 2026-01-01
in_force = false
+++
# 试算

## 第一条 起付标准

```toml
[programme.ordinary.deductible]
amount = [{ status = "active", yuan = 300 }, { status = "retired", yuan = 150 }]
```
"#;

fn asked(region: &str, reform: Reform) -> Asked {
    Asked::of(&Library::shipped(), region, Choice::default()).against(reform)
}

fn elsewhere(asked: &Asked) -> Vec<Side> {
    let text = serde_json::to_string(asked).unwrap();
    serde_json::from_str::<Asked>(&text).unwrap().sides().unwrap()
}

#[test]
fn a_reform_travels_with_its_documents() {
    let files = vec![("somewhere/reform.md".to_string(), REFORM.to_string())];
    let asked = asked("500000", Reform { files, ..Reform::default() });
    let (here, there) = (asked.sides().unwrap(), elsewhere(&asked));
    assert_eq!(here.len(), 2);
    for (here, there) in here.iter().zip(&there) {
        assert_eq!(versions(&here.timeline), versions(&there.timeline));
    }
    assert_ne!(versions(&here[0].timeline), versions(&here[1].timeline));
    assert_eq!(here[1].timeline.policies.len(), 1, "its policy holds for all claims");
}

#[test]
fn a_reform_of_values_holds_from_day_to_day_and_nothing_changed_is_no_reform() {
    let set = vec!["programme.ordinary.deductible.amount=[{yuan=250}]".to_string()];
    let reformed = asked("500000", Reform { set, ..Reform::default() }).sides().unwrap();
    assert_eq!(reformed[0].timeline.policies.len(), reformed[1].timeline.policies.len());
    assert_eq!(asked("500000", Reform::default()).sides().unwrap().len(), 1);
}

#[test]
fn a_day_that_is_none_or_has_no_policy_is_said() {
    for (day, expected) in [
        ("2024-13-01", "2024-13-01: write the day as 2024-03-01"),
        ("1990-01-01", "1990-01-01: no policy on that day"),
    ] {
        let asked = asked(&format!("500000@{day}"), Reform::default());
        let Unclear::Asked(fault) = asked.sides().unwrap_err() else { panic!("{day}") };
        assert_eq!(fault.en, expected);
    }
    let Unclear::Documents(faults) = asked("123456", Reform::default()).sides().unwrap_err() else {
        panic!("a region that is not there")
    };
    assert!(faults.to_string().contains("123456"));
}
