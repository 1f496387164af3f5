//! Calibrations: what is read, and how what is wrong is said.

use synth::calibration::SHIPPED;
use synth::{Calibration, Fault, Figure};

#[test]
fn every_shipped_figure_has_a_source_or_says_why_it_has_none() {
    let shipped = Calibration::shipped().unwrap();
    for figure in Figure::ALL {
        let stated = shipped.stated(*figure);
        assert!(!stated.source.is_empty() || !stated.unverified.is_empty(), "{}", figure.key());
    }
    assert_eq!(shipped.get(Figure::StayCost), 12_175.0);
}

#[test]
fn what_is_wrong_is_named_with_what_would_be_right() {
    let change = |from: &str, to: &str| SHIPPED.replacen(from, to, 1);
    for (text, place, right) in [
        (change("[retired-share]", "[retired]"), "retired", "没有这个指标"),
        (change("value  = 0.27", "value = 1.27"), "retired-share", "value应在0至1"),
        (change("value  = 0.27", "value = \"27%\""), "retired-share.value", "应为数"),
        (change("value  = 0.27", "values = 0.27"), "retired-share.values", "应为value"),
        (change("value  = 0.27", "value ="), "第", "不是TOML"),
        (
            change(
                "[reversal-share]\nvalue      = 0.005\nunverified = \"退费的比例，没有来源\"",
                "",
            ),
            "reversal-share",
            "没有给出",
        ),
        (
            change("[primary-share]\nvalue      = 0.50", "[primary-share]\nvalue = 0.90"),
            "primary-share",
            "合计不能超过1",
        ),
        (change("unverified = \"退费的比例，没有来源\"", ""), "reversal-share", "应写source"),
    ] {
        match Calibration::read(&text) {
            Err(Fault::Calibration { place: found, zh, .. }) => {
                assert!(found.contains(place), "{found}: {place}");
                assert!(zh.contains(right), "{zh}: {right}");
            }
            other => panic!("{place}: {other:?}"),
        }
    }
}
