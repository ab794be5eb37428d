//! When an `EventSource` comes back and when it gives up: WHATWG HTML §9.2.3, and what browsers do, a row each.

use wirebench::client::Profile;

use crate::stage::{Act, Play, head, says, says_and_hangs, says_and_resets, stream};
use crate::transcript::Script;

const STREAM: &str = "Content-Type: text/event-stream\r\n";

/// What all do with a stream that carried `x` and was lost: back after the reconnection time.
const BACK: [&str; 3] = [
    "0 ask /e | 0 open | 0 message \"x\" | 0 connecting | 3000 ask /e",
    "0 ask /e | 0 open | 0 message \"x\" | 0 connecting | 3000 ask /e",
    "0 ask /e | 0 open | 0 message \"x\" | 0 connecting | 5000 ask /e",
];

fn comes_back(row: &str, first: Play) {
    let [standard, chromium, firefox] = BACK;
    Script::new([first]).gives(row, standard, chromium, firefox);
}

fn chunked(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\n{STREAM}Transfer-Encoding: chunked\r\n\r\n{body}")
}

#[test]
fn an_end_of_the_response_is_followed_by_another_request() {
    let acts = vec![Act::Send(chunked("9\r\ndata: x\n\n\r\n0\r\n\r\n").into_bytes()), Act::Next, Act::Hang];
    comes_back("clean end, chunked 0", Play::Acts(acts));
    comes_back("FIN ends an identity body", says(stream("data: x\n\n")));
    let counted = format!("HTTP/1.1 200 OK\r\n{STREAM}Content-Length: 9\r\n\r\ndata: x\n\n");
    comes_back("Content-Length", says(counted));
    comes_back("a block that was not finished is dropped", says(stream("data: x\n\ndata: y\n")));
}

#[test]
fn a_response_that_is_cut_is_followed_by_another_request() {
    comes_back("cut chunk", says(chunked("20\r\ndata: x\n\ndata:")));
    comes_back("cut between chunks", says(chunked("9\r\ndata: x\n\n\r\n")));
    let short = format!("HTTP/1.1 200 OK\r\n{STREAM}Content-Length: 99\r\n\r\ndata: x\n\n");
    comes_back("short Content-Length", says(short));
    comes_back("RST after open", says_and_resets(stream("data: x\n\ndata: y")));
    comes_back("broken chunking", says(chunked("9\r\ndata: x\n\n\r\nxyz\r\n")));
}

#[test]
fn a_reconnect_after_a_clean_end_uses_the_same_tcp_connection() {
    let acts = vec![Act::Send(chunked("9\r\ndata: x\n\n\r\n0\r\n\r\n").into_bytes()), Act::Next, Act::Hang];
    for profile in Profile::ALL {
        let (_, stage) = Script::new([Play::Acts(acts.clone())]).by(&profile);
        assert_eq!((stage.connections().len(), stage.asked().len()), (1, 2), "{}", profile.name);
    }
}

#[test]
fn a_kept_connection_that_died_is_replaced_unseen() {
    let first = says(chunked("9\r\ndata: x\n\n\r\n0\r\n\r\n"));
    for profile in Profile::ALL {
        let (lines, stage) = Script::new([first.clone()]).by(&profile);
        assert_eq!(lines.iter().filter(|line| line.contains("ask")).count(), 2, "{lines:?}");
        assert_eq!((stage.connections().len(), stage.asked().len()), (2, 2), "{}", profile.name);
    }
}

#[test]
fn open_comes_with_the_head_and_in_firefox_with_the_first_byte() {
    let late = vec![
        Act::Send(head(200, STREAM).into_bytes()),
        Act::Pause(3030),
        Act::Send(b":\n\n".to_vec()),
        Act::Hang,
    ];
    Script::new([Play::Acts(late)]).gives(
        "open timing",
        "0 ask /e | 0 open",
        "0 ask /e | 0 open",
        "0 ask /e | 3030 open",
    );
    Script::new([says(head(200, STREAM))]).gives(
        "headers only",
        "0 ask /e | 0 open | 0 connecting | 3000 ask /e",
        "0 ask /e | 0 open | 0 connecting | 3000 ask /e",
        "0 ask /e | 0 open | 0 connecting | 5000 ask /e",
    );
    Script::new([says(chunked(""))]).gives(
        "headers only, and cut",
        "0 ask /e | 0 open | 0 connecting | 3000 ask /e",
        "0 ask /e | 0 open | 0 connecting | 3000 ask /e",
        "0 ask /e | 0 connecting | 5000 ask /e",
    );
}

#[test]
fn a_refused_connection_is_tried_again_but_firefox_gives_up_another_origin() {
    let refused = Script::new([]).then_always(Play::Refuse);
    refused.gives(
        "first connect refused, same origin",
        "0 ask /e | 0 connecting | 3000 ask /e | 3000 connecting",
        "0 ask /e | 0 connecting | 3000 ask /e | 3000 connecting",
        "0 ask /e | 0 connecting | 5000 ask /e | 5000 connecting",
    );
    refused.clone().on_page("http://page").gives(
        "first connect refused, cross origin",
        "0 ask /e | 0 connecting | 3000 ask /e | 3000 connecting",
        "0 ask /e | 0 connecting | 3000 ask /e | 3000 connecting",
        "0 ask /e | 0 closed",
    );
    let open = says(head(200, &format!("{STREAM}Access-Control-Allow-Origin: *\r\n")) + ":\n\n");
    Script::new([open]).then_always(Play::Refuse).on_page("http://page").gives(
        "later connect refused, cross origin",
        "0 ask /e | 0 open | 0 connecting | 3000 ask /e | 3000 connecting",
        "0 ask /e | 0 open | 0 connecting | 3000 ask /e | 3000 connecting",
        "0 ask /e | 0 open | 0 connecting | 5000 ask /e | 5000 closed",
    );
}

#[test]
fn there_is_no_back_off_and_no_giving_up() {
    let refused = Script::new([]).then_always(Play::Refuse).watched(59_000);
    for (profile, wanted) in Profile::ALL.iter().zip([20, 20, 12]) {
        let (lines, _) = refused.by(profile);
        let errors = lines.iter().filter(|line| line.ends_with("connecting")).count();
        assert_eq!(errors, wanted, "never gives up in 60 s, {}", profile.name);
    }
}

#[test]
fn a_request_that_gets_no_byte_is_repeated_in_a_burst() {
    for (row, silent) in [("FIN before any byte", says("")), ("RST before any byte", says_and_resets(""))] {
        let script = Script::new([]).then_always(silent);
        for (profile, wanted) in Profile::ALL.iter().zip([(1, 1, 3000), (3, 1, 3000), (10, 10, 5000)]) {
            let (lines, stage) = script.by(profile);
            let at = |when: u64| stage.asked().iter().filter(|asked| asked.at == when).count();
            assert_eq!((at(0), at(wanted.2)), (wanted.0, wanted.1), "{row}, {}: {lines:?}", profile.name);
            let errors = lines.iter().filter(|line| line.ends_with("connecting")).count();
            assert_eq!(errors, 2, "{row}, {}: one error an attempt", profile.name);
        }
    }
}

#[test]
fn a_status_that_is_not_200_ends_it_for_good() {
    for status in [201, 202, 204, 205, 206, 210, 299, 304, 400, 401, 403, 404, 410, 429, 500, 502, 503] {
        let refusal = head(status, &format!("{STREAM}Retry-After: 1\r\n"));
        let row = format!("HTTP {status}");
        Script::new([says(&refusal)]).gives_all(&row, "0 ask /e | 0 closed");
        Script::new([says(stream(":\n\n")), says(&refusal)]).gives(
            &format!("{row} on a reconnect"),
            "0 ask /e | 0 open | 0 connecting | 3000 ask /e | 3000 closed",
            "0 ask /e | 0 open | 0 connecting | 3000 ask /e | 3000 closed",
            "0 ask /e | 0 open | 0 connecting | 5000 ask /e | 5000 closed",
        );
    }
}

#[test]
fn an_interim_response_is_passed_over() {
    let early = format!("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n{}", stream("data: x\n\n"));
    Script::new([says_and_hangs(early)]).gives_all("1xx before 200", "0 ask /e | 0 open | 0 message \"x\"");
}

#[test]
fn garbage_instead_of_a_response_is_a_network_error() {
    let back = ["3000", "3000", "5000"].map(|at| format!("0 ask /e | 0 connecting | {at} ask /e"));
    for garbage in ["hello\r\n\r\n", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"] {
        Script::new([says(garbage)]).gives(garbage, &back[0], &back[1], &back[2]);
    }
}

#[test]
fn the_mime_type_decides_and_chromium_minds_the_charset() {
    let typed = |value: &str| says_and_hangs(head(200, &format!("Content-Type: {value}\r\n")) + ":\n\n");
    for value in [
        "text/event-stream",
        "TEXT/Event-Stream",
        "text/event-stream;",
        "text/event-stream;charset=utf-8",
        "Text/Event-Stream;charset=UTF-8",
        "text/event-stream; x=y",
    ] {
        Script::new([typed(value)]).gives_all(value, "0 ask /e | 0 open");
    }
    for value in
        ["text/html", "application/json", "application/octet-stream", "x bogus", "text/x-bogus", "text/event"]
    {
        Script::new([typed(value)]).gives_all(value, "0 ask /e | 0 closed");
    }
    for value in ["text/event-stream;charset=windows-1251", "text/event-stream; charset=iso-8859-1"] {
        let script = Script::new([typed(value)]);
        script.gives(value, "0 ask /e | 0 open", "0 ask /e | 0 closed", "0 ask /e | 0 open");
    }
}

#[test]
fn an_answer_whose_type_a_browser_guesses_is_refused_late() {
    let late = |fields: &str, sizes: [usize; 2]| {
        let [first, second] = sizes.map(|size| Act::Send(vec![b'x'; size]));
        let head = Act::Send(head(200, fields).into_bytes());
        let acts = [head, Act::Pause(1000), first, Act::Pause(1000), second, Act::Pause(1000)];
        Script::new([Play::Acts(acts.to_vec())])
    };
    let closed = |at: u64| format!("0 ask /e | {at} closed");
    for (sizes, chromium, firefox) in [
        ([10, 10], 3000, 3000),
        ([512, 1], 3000, 2000),
        ([513, 510], 3000, 1000),
        ([513, 511], 2000, 1000),
        ([1024, 1], 1000, 1000),
    ] {
        late("", sizes).gives("no type", &closed(0), &closed(chromium), &closed(firefox));
        let plain = late("Content-Type: text/plain\r\n", sizes);
        plain.gives("text/plain", &closed(0), &closed(chromium), &closed(0));
    }
}

#[test]
fn a_server_that_says_nothing_is_waited_for() {
    Script::new([]).watched(12_000).gives_all("silent server, no bytes (12 s)", "0 ask /e");
    let never = Script::new([Play::Never]).watched(12_000);
    never.gives_all("server hung (SIGSTOP 12 s) at connect", "0 ask /e");
}

#[test]
fn a_server_of_another_origin_must_allow_the_page() {
    let allow = |fields: &str| says_and_hangs(head(200, &format!("{STREAM}{fields}")) + "data: x\n\n");
    let script = |fields: &str| Script::new([allow(fields)]).on_page("http://page");
    let open = "0 ask /e | 0 open | 0 message \"x\"";
    let closed = "0 ask /e | 0 closed";
    script("Access-Control-Allow-Origin: *\r\n").gives_all("any origin", open);
    script("Access-Control-Allow-Origin: http://page\r\n").gives_all("this origin", open);
    script("").gives_all("CORS check fails", closed);
    script("Access-Control-Allow-Origin: http://other\r\n").gives_all("a foreign origin", closed);
    script("Access-Control-Allow-Origin: *\r\n").with_credentials().gives_all("credentials", closed);
    let named = "Access-Control-Allow-Origin: http://page\r\nAccess-Control-Allow-Credentials: true\r\n";
    script(named).with_credentials().gives_all("credentials allowed by name", open);
    let (_, stage) = script("").by(&Profile::standard());
    assert_eq!(stage.asked()[0].header("origin"), Some("http://page"));
}

#[test]
fn a_request_says_what_a_browser_s_says() {
    for profile in Profile::ALL {
        let (_, stage) = Script::new([]).by(&profile);
        let asked = &stage.asked()[0];
        assert_eq!((asked.head.method.as_str(), asked.head.target.as_str()), ("GET", "/e"));
        for (name, wanted) in [
            ("host", Some("a")),
            ("accept", Some("text/event-stream")),
            ("cache-control", Some("no-cache")),
            ("pragma", Some("no-cache")),
            ("origin", None),
            ("last-event-id", None),
        ] {
            assert_eq!(asked.header(name), wanted, "{name}");
        }
    }
}
