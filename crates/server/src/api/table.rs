//! The table of endpoints: one slice an area of work.

use super::areas;
use super::endpoint::Endpoint;

/// Every area of work, in the order of the OpenAPI document, with its name.
pub const AREAS: &[(&str, &str, &[Endpoint])] = &[
    ("概况", "overview", areas::overview::ENDPOINTS),
    ("参保人", "people", areas::people::ENDPOINTS),
    ("参保缴费", "enrolment", areas::enrolment::ENDPOINTS),
    ("成批登记", "imports", areas::imports::ENDPOINTS),
    ("待遇", "entitlement", areas::entitlement::ENDPOINTS),
    ("个人账户", "accounts", areas::accounts::ENDPOINTS),
    ("结算", "settlements", areas::settlements::ENDPOINTS),
    ("备案", "filings", areas::filings::ENDPOINTS),
    ("签约与定点", "signing up", areas::sign_ups::ENDPOINTS),
    ("复核", "proposals", areas::proposals::ENDPOINTS),
    ("机构与协议", "institutions", areas::institutions::ENDPOINTS),
    ("目录", "catalogue", areas::catalogue::ENDPOINTS),
    ("清算", "clearing", areas::clearing::ENDPOINTS),
    ("年终清算", "year end", areas::year_end::ENDPOINTS),
    ("零星报销", "paper claims", areas::paper::ENDPOINTS),
    ("处方点评", "reviews of prescriptions", areas::reviews::ENDPOINTS),
    ("指标与考核", "indicators and assessments", areas::assessment::ENDPOINTS),
    ("重算", "recalculations", areas::recalculations::ENDPOINTS),
    ("基金", "funds", areas::funds::ENDPOINTS),
    ("事后监管", "supervision", areas::supervision::ENDPOINTS),
    ("账务", "books", areas::books::ENDPOINTS),
    ("任务", "long jobs", areas::runs::ENDPOINTS),
    ("审计", "audit", areas::audit::ENDPOINTS),
];

/// Every endpoint.
pub fn all() -> impl Iterator<Item = &'static Endpoint> {
    AREAS.iter().flat_map(|(_, _, endpoints)| endpoints.iter())
}
