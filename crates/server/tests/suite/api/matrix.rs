//! Every role at every endpoint.

use super::desk::{Desk, problem};
use server::api::operators::demo_token;
use server::api::{Role, table};

/// A path of an endpoint that leads to nothing, so that nothing happens.
fn path(template: &str) -> String {
    let named = |part: &str| match part {
        "{area}" => "500000".to_owned(),
        "{year}" => "2026".to_owned(),
        part if part.starts_with('{') => "nothing".to_owned(),
        part => part.to_owned(),
    };
    template.split('/').map(named).collect::<Vec<_>>().join("/")
}

#[test]
fn nobody_reaches_what_their_role_does_not_have() {
    let desk = Desk::open();
    let (mut allowed, mut forbidden) = (0, 0);
    for endpoint in table::all() {
        let (method, path) = (endpoint.method.word(), path(endpoint.path));
        let key = [("Idempotency-Key", "anonymous")];
        problem(&desk.send(method, &path, &key, b"{}"), 401);
        let unknown = [("Authorization", "Bearer nobody"), ("Idempotency-Key", "anonymous")];
        problem(&desk.send(method, &path, &unknown, b"{}"), 401);
        for role in Role::ALL {
            let key = format!("matrix-{}", endpoint.id);
            let answer = desk.write_as(&demo_token(*role), &key, method, &path, "{}");
            let refused = answer.status == 403;
            if endpoint.roles.contains(role) {
                assert!(!refused && answer.status != 401, "{role:?} {}", endpoint.id);
                assert!(answer.status < 500, "{role:?} {}: {}", endpoint.id, answer.text());
                allowed += 1;
            } else {
                let problem = problem(&answer, 403);
                assert_eq!(problem["type"], "urn:gongji:problem:forbidden", "{}", endpoint.id);
                assert_eq!(problem["value"], role.code());
                forbidden += 1;
            }
        }
    }
    assert_eq!(allowed + forbidden, table::all().count() * Role::ALL.len());
    assert!(forbidden > 50, "{forbidden}");
}

#[test]
fn an_operator_serves_only_the_own_areas() {
    // Tokens: "one" and "two".
    let desk = Desk::with(
        r#"
[[operator]]
name = "甲"
roles = ["clerk", "auditor"]
areas = ["500000"]
token-sha256 = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"

[[operator]]
name = "乙"
roles = ["clerk"]
token-sha256 = "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"
"#,
    );
    let look = |token: &str, path: &str| desk.send("GET", path, &[("Authorization", token)], b"");
    let who = look("Bearer one", "/whoami").json();
    assert_eq!(
        who,
        serde_json::json!({"name": "甲", "roles": ["clerk", "auditor"], "areas": ["500000"]})
    );
    assert_eq!(look("Bearer one", "/areas/500000/institutions").status, 200);
    let problem = problem(&look("Bearer one", "/areas/450100/institutions"), 403);
    assert_eq!(problem["type"], "urn:gongji:problem:area");
    assert_eq!(problem["right"], "本人经办500000");
    let areas = look("Bearer one", "/areas").json();
    assert_eq!(areas["items"].as_array().unwrap().len(), 1);
    assert!(look("bearer two", "/areas").json()["items"].as_array().unwrap().len() > 1);
    assert_eq!(look("Basic two", "/areas").status, 401);
}

#[test]
fn without_operators_nobody_is_let_in() {
    let desk = Desk::with("");
    let answer = desk.send("GET", "/areas", &[("Authorization", "Bearer demo-auditor")], b"");
    let problem = problem(&answer, 401);
    assert!(problem["right"].as_str().unwrap().contains("[[operator]]"), "{problem}");
    assert!(answer.head.to_ascii_lowercase().contains("www-authenticate: bearer"));
}
