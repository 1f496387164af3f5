//! Stopping: what was accepted is finished, the rest is told so.

use crate::place::{Place, envelope};
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

#[test]
fn a_request_under_way_is_answered_before_the_server_stops() {
    let mut place = Place::open("");
    let body = envelope("9001", "m1").with(&json!({"signIn": {"opter_no": "01"}}));
    let mut stream = TcpStream::connect(place.address()).unwrap();
    let head = format!(
        "POST /fsi/api/9001 HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let (first, rest) = body.split_at(10);
    let rest = rest.to_string();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(first.as_bytes()).unwrap();
    let late = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(200));
        stream.write_all(rest.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    });
    // The server has seen the beginning of the request.
    assert_eq!(place.send("GET", "/health", &[], b"").status, 200);
    place.stop();
    let answer = late.join().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(TcpStream::connect(place.address()).is_err(), "nobody listens any more");
}

#[test]
fn a_server_that_has_stopped_lets_its_books_be_opened_again() {
    let place = Place::open("").restarted("");
    assert_eq!(place.send("GET", "/ready", &[], b"").status, 200);
}
