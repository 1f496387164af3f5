//! A region as one page that opens offline.

use policy::check::{Effort, Report, check};
use policy::render::page;
use policy::{Choice, Library};

const EFFORT: Effort = Effort { trials: 5, seed: 1 };

fn reports() -> Vec<Report> {
    let library = Library::shipped();
    let codes: Vec<String> =
        library.regions().iter().map(|(code, ..)| (*code).to_string()).collect();
    codes.iter().map(|code| check(&library, code, &Choice::default(), EFFORT).unwrap()).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The contents of all elements with this tag.
fn elements<'p>(page: &'p str, tag: &str) -> Vec<&'p str> {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    page.split(&open).skip(1).filter_map(|rest| rest.split(&close).next()).collect()
}

fn is_han(text: &str) -> bool {
    text.chars().any(|char| ('\u{4e00}'..='\u{9fff}').contains(&char))
}

#[test]
fn a_page_is_small_loads_nothing_and_shows_every_case() {
    for report in reports() {
        for english in [false, true] {
            let page = page(&report, english);
            assert!(page.len() < 5_000_000, "{} bytes", page.len());
            for loads in [
                "<script", "<link", "<img", "<iframe", "<object", " src=", "@import", "url(",
                "http://", "https://",
            ] {
                assert!(
                    !page.contains(loads),
                    "{} loads something: {loads}",
                    report.region.timeline.region
                );
            }
            for case in &report.cases {
                assert!(page.contains(&escaped(&case.title)), "{} is not shown", case.title);
            }
        }
    }
}

#[test]
fn what_is_not_verified_is_marked() {
    for report in reports() {
        let policies = &report.region.timeline.policies;
        let unverified =
            policies.iter().any(|policy| policy.rules.iter().any(|rule| rule.unverified.is_some()));
        let region = &report.region.timeline.region;
        assert!(page(&report, false).contains(">未核实</span>") || !unverified, "{region}");
        assert!(page(&report, true).contains(">unverified</span>") || !unverified, "{region}");
        assert!(
            unverified || !["500000", "450000"].contains(&&**region),
            "{region} rests on unverified values"
        );
    }
}

#[test]
fn the_english_page_has_no_chinese_headings_but_those_of_the_documents() {
    for report in reports() {
        let page = page(&report, true);
        for head in elements(&page, "th") {
            assert!(!is_han(head), "{head}");
        }
        let documents = report.region.documents.iter();
        let own: Vec<String> = documents
            .flat_map(|document| {
                let headings = document
                    .articles
                    .iter()
                    .map(|article| article.heading.trim_start_matches(['#', ' ']));
                headings
                    .chain([document.front.title.as_str(), document.front.document.as_str()])
                    .map(escaped)
            })
            .collect();
        for head in
            ["h1", "h2"].iter().flat_map(|tag| elements(&page, tag)).filter(|head| is_han(head))
        {
            assert!(own.iter().any(|heading| heading == head), "{head}");
        }
    }
}

#[test]
fn text_is_escaped_and_html_of_a_document_is_shown_and_not_run() {
    let text = "+++
region    = \"990901\"
name      = \"<b>甲</b>\"
document  = \"甲 & 乙\"
effective = 2024-01-01
+++

## 第一条 <i>起付</i>

<script>alert(1)</script> 和 <img src=x> 还有 ![图](http://example.com/a.png)

```toml
[programme.ordinary]
name  = \"<u>普通</u>\"
order = 10

[programme.ordinary.share]
rate = [{ rate = \"60%\" }]
unverified = \"来源 \\\"<不明>\\\"\"
```

```toml case
title  = \"a < b & c\"
basis  = \"text\"
visits = [{ on = 2024-03-01, in_scope = \"100.00\", expect = { pool = \"60.00\" } }]
```
";
    let library = Library::from_files([("990901-x/a.md".to_string(), text.to_string())]);
    let report = check(&library, "990901", &Choice::default(), EFFORT).unwrap();
    for english in [false, true] {
        let page = page(&report, english);
        for raw in ["<b>甲", "<i>起付", "<script", "<img", "<u>普通", "<不明>", "a < b"] {
            assert!(!page.contains(raw), "{raw} is not escaped");
        }
        for shown in ["&lt;script&gt;alert(1)", "甲 &amp; 乙", "&lt;u&gt;普通", "a &lt; b &amp; c"]
        {
            assert!(page.contains(shown), "{shown} is not shown");
        }
    }
}
