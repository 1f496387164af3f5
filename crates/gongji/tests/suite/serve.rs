//! `gongji serve` as a process: what it prints, what it answers, how it ends.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};

pub(crate) fn gongji() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gongji"));
    command.arg("serve").env_remove("GONGJI_CONFIG").stdin(Stdio::null());
    command
}

fn refused(arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = gongji().args(arguments).output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

/// Reads up to the line that says where it listens.
pub(crate) fn address(child: &mut Child) -> (String, BufReader<std::process::ChildStdout>) {
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while lines.read_line(&mut line).unwrap() > 0 {
        if let Some((_, address)) = line.split_once("http://")
            && line.contains("listen")
        {
            return (address.trim().to_string(), lines);
        }
        line.clear();
    }
    panic!("it does not say where it listens");
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[cfg(unix)]
#[test]
fn a_demonstration_serves_until_it_is_told_to_stop() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = gongji()
        .args(["--demo", "--setting", "town=40", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (address, mut rest) = address(&mut child);
    assert!(get(&address, "/ready").ends_with("ready\n"));
    let status = Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert!(status.success());
    assert!(child.wait().unwrap().success());
    let mut printed = String::new();
    rest.read_to_string(&mut printed).unwrap();
    assert!(
        printed.contains("小镇里的人 / people of the town") && printed.contains("curl -s"),
        "{printed}"
    );
}

#[test]
fn wrong_settings_end_it_at_once_and_are_all_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gongji.toml");
    std::fs::write(&file, "queue = 0\nlisen = \"127.0.0.1:0\"\n").unwrap();
    let (code, told) = refused(&["--config", file.to_str().unwrap()]);
    assert_eq!(code, Some(2));
    assert!(
        told.contains("gongji.toml:1: queue = 0") && told.contains("gongji.toml:2: lisen"),
        "{told}"
    );
    let (code, told) = refused(&["--listen", "0.0.0.0:0"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("listen = 0.0.0.0:0") && told.contains("gateway"), "{told}");
    let (code, told) = refused(&["--config", "nowhere.toml"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("nowhere.toml"), "{told}");
}

#[test]
fn the_list_of_settings_is_printed() {
    let printed = gongji().arg("--settings").output().unwrap();
    assert!(printed.status.success());
    assert_eq!(String::from_utf8(printed.stdout).unwrap(), server::settings::markdown());
}
