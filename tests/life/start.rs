//! The start: the addresses it takes, and the one line with which it does not start.

use std::collections::BTreeSet;
use std::net::TcpListener;

use serde_json::json;

use crate::has_loopback_addresses;
use crate::support::http;
use crate::support::program::{Ended, Scratch, run};
use crate::support::server::Server;

/// It could not run, and said why in exactly one line of its own that names all of `words`.
fn one_line(ended: &Ended, words: &[&str]) {
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert_eq!(ended.out, "", "nothing is listening, so no address is told");
    assert_eq!(ended.errors.lines().count(), 1, "{:?}", ended.errors);
    assert!(ended.errors.starts_with("wirebench: ") && ended.errors.ends_with('\n'), "{:?}", ended.errors);
    for word in words {
        assert!(ended.errors.contains(word), "{word} in {:?}", ended.errors);
    }
}

#[test]
fn a_port_in_use_is_told_in_one_line_with_the_address_and_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    let ended = run(&["--listen", &address, "--format", "json"]);
    one_line(&ended, &[&address, "--listen", "in use"]);
}

#[test]
fn a_port_in_use_at_a_lanes_address_is_told_with_that_address() {
    if !has_loopback_addresses("a_port_in_use_at_a_lanes_address_is_told_with_that_address") {
        return;
    }
    let taken = TcpListener::bind("127.0.0.3:0").expect("a port");
    let address = taken.local_addr().expect("its address");
    let ended = run(&["--listen", &format!("127.0.0.1:{}", address.port()), "--lanes", "2"]);
    one_line(&ended, &[&address.to_string(), "--listen"]);
}

#[test]
fn an_address_that_is_not_ours_is_told_in_one_line() {
    // TEST-NET-1 (RFC 5737): nobody has it.
    one_line(&run(&["--listen", "192.0.2.1:8080"]), &["192.0.2.1:8080"]);
}

#[test]
fn a_setting_that_makes_no_sense_is_told_in_one_line() {
    let directory = Scratch::new("settings");
    let missing = directory.file("missing");
    let file = directory.write("file", "no directory");
    let wrong: [(&[&str], &[&str]); 12] = [
        (&["--lanes", "0"], &["--lanes", "0", "1 to 32"]),
        (&["--lanes", "99"], &["--lanes", "99", "1 to 32"]),
        (&["--hash-dir", &missing], &["--hash-dir", "missing"]),
        (&["--hash-dir", &file], &["--hash-dir", "file"]),
        (&["--web-dir", &missing], &["--web-dir", "missing"]),
        (&["--lane-origin", "13=http://127.0.0.1:9001"], &["--lane-origin", "13"]),
        (&["--lane-origin", "0=http://127.0.0.1:9001"], &["--lane-origin", "0"]),
        (&["--lane-origin", "1=ftp://127.0.0.1"], &["--lane-origin", "ftp://127.0.0.1", "http://"]),
        (&["--lane-origin", "1=http://127.0.0.1:9001/path"], &["--lane-origin", "/path"]),
        (&["--lane-origin", "1=http://"], &["--lane-origin"]),
        (&["--allow-origin", "junk"], &["--allow-origin", "junk"]),
        (&["--record", &file], &["--record", "file"]),
    ];
    for (arguments, words) in wrong {
        let listen = ["--listen", "127.0.0.1:0"];
        one_line(&run(&[&listen[..], arguments].concat()), words);
    }
    assert_eq!(std::fs::read_to_string(file).expect("still there"), "no directory");
}

#[test]
fn a_flag_that_cannot_be_read_is_told_with_what_was_wanted() {
    let wrong: [(&[&str], &[&str]); 8] = [
        (&["--listen", "junk"], &["--listen", "junk", "127.0.0.1:8080"]),
        (&["--listen", "127.0.0.1:99999"], &["--listen", "127.0.0.1:99999"]),
        (&["--lanes", "many"], &["--lanes", "many"]),
        (&["--lane-origin", "junk"], &["--lane-origin", "junk", "1=http://127.0.0.1:9001"]),
        (&["--format", "xml"], &["--format", "xml", "json"]),
        (&["--lisen", "127.0.0.1:0"], &["--lisen", "--listen"]),
        (&["--keep-events", "-1"], &["-1"]),
        (&["serve"], &["serve"]),
    ];
    for (arguments, words) in wrong {
        let ended = run(arguments);
        assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""), "{arguments:?}: {ended:?}");
        let line = ended.errors.lines().next().unwrap_or_default();
        assert!(line.starts_with("error: "), "{arguments:?}: {line}");
        for word in words {
            assert!(ended.errors.contains(word), "{arguments:?}: {word} in {}", ended.errors);
        }
    }
}

#[test]
fn help_and_version_are_no_errors() {
    for (flag, words) in [("--help", ["--listen", "WIREBENCH_LISTEN"]), ("--version", ["wirebench", "0."])] {
        let ended = run(&[flag]);
        assert_eq!((ended.code, ended.errors.as_str()), (Some(0), ""), "{flag}");
        assert!(words.iter().all(|word| ended.out.contains(word)), "{flag}: {}", ended.out);
    }
}

#[tokio::test]
async fn each_lane_has_a_loopback_address_of_its_own_unless_told_otherwise() {
    if !has_loopback_addresses("each_lane_has_a_loopback_address_of_its_own_unless_told_otherwise") {
        return;
    }
    let server = Server::start_with(&[]);
    assert_eq!(server.origins.len(), 12);
    let hosts: BTreeSet<_> =
        server.origins.iter().chain([&server.bench]).map(|target| target.address.ip()).collect();
    assert_eq!(hosts.len(), 13, "one for each lane and the bench's own: {hosts:?}");
    assert!(hosts.iter().all(std::net::IpAddr::is_loopback), "{hosts:?}");
    for origin in &server.origins {
        assert_eq!(http::get(origin, "/clock").await.status(), 200);
    }
    assert_eq!(http::get(&server.bench, "/api/bench").await.json()["caveats"], json!([]));
}

#[tokio::test]
async fn without_addresses_of_their_own_lanes_differ_by_port_and_the_caveat_says_so() {
    if TcpListener::bind("[::1]:0").is_err() {
        println!(
            "SKIPPED without_addresses_of_their_own_lanes_differ_by_port_and_the_caveat_says_so: no ::1 here"
        );
        return;
    }
    let mut command = crate::support::program::command();
    command.args(["--listen", "[::1]:0", "--lanes", "3", "--format", "json"]);
    let server = Server::launch(command);
    let ports: BTreeSet<_> =
        server.origins.iter().chain([&server.bench]).map(|target| target.address.port()).collect();
    assert_eq!(ports.len(), 4, "{ports:?}");
    let caveats = http::get(&server.bench, "/api/bench").await.json()["caveats"].to_string();
    assert!(caveats.contains("port only"), "{caveats}");
    let made = http::post(&server.bench, "/api/jobs", &json!({"source": "synthetic"})).await;
    assert_eq!(made.status(), 201, "a host in brackets is trusted");
}
