//! What changes between two policies, in words.

use kernel::{Date, Policy};
use policy::diff::diff;
use policy::{Choice, Library};

fn on(region: &str, day: &str, with: &[&str]) -> Policy {
    let choice =
        Choice { with: with.iter().map(ToString::to_string).collect(), ..Choice::default() };
    let region = Library::shipped().region(region, &choice).unwrap();
    region.timeline.on(Date::parse(day).unwrap()).unwrap().clone()
}

fn lines(before: &Policy, after: &Policy, english: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for change in diff(before, after, english) {
        for line in change.lines {
            let sign = match line.for_the_insured {
                Some(std::cmp::Ordering::Greater) => "+",
                Some(std::cmp::Ordering::Less) => "-",
                _ => " ",
            };
            let (name, place) = (&change.name, &line.place);
            lines.push(format!(
                "{sign} {name} | {place} | {} → {} | {}",
                line.before, line.after, line.articles
            ));
        }
    }
    lines
}

const GUANGXI_2024: &str = "广西2024年门诊统筹调整（文号未查到）";

#[test]
fn what_the_unverified_change_of_2024_would_change_in_guangxi() {
    let before = on("450000", "2023-12-31", &[]);
    let after = on("450000", "2024-01-01", &[GUANGXI_2024]);
    insta::assert_snapshot!("guangxi_2024_zh", lines(&before, &after, false).join("\n"));
    insta::assert_snapshot!("guangxi_2024_en", lines(&before, &after, true).join("\n"));
}

#[test]
fn two_regions_are_compared_by_what_both_know() {
    let (chongqing, guangxi) = (on("500000", "2024-01-01", &[]), on("450000", "2024-01-01", &[]));
    for english in [false, true] {
        assert!(!lines(&chongqing, &guangxi, english).is_empty());
        assert!(!lines(&guangxi, &chongqing, english).is_empty());
    }
    let changes = diff(&chongqing, &guangxi, false);
    let deductible =
        changes.iter().find(|change| change.key == "programme.ordinary.deductible").unwrap();
    let found: Vec<_> = deductible
        .lines
        .iter()
        .map(|line| (line.place.as_str(), line.before.as_str(), line.after.as_str()))
        .collect();
    assert_eq!(found, [("在职", "200.00", "600.00"), ("退休", "100.00", "600.00")]);
}

#[test]
fn a_policy_does_not_differ_from_itself() {
    let library = Library::shipped();
    for (code, ..) in library.regions() {
        for policy in &library.region(code, &Choice::default()).unwrap().timeline.policies {
            assert_eq!(
                lines(policy, policy, false),
                Vec::<String>::new(),
                "{code} {}",
                policy.from
            );
        }
    }
}
