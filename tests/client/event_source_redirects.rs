//! Where an `EventSource` goes when it is sent elsewhere, and whom it asks after that.

use wirebench::client::Profile;

use crate::stage::{Play, head, says, stream};
use crate::transcript::Script;

fn to(status: u16, location: &str) -> Play {
    says(head(status, &format!("Location: {location}\r\n")))
}

/// Redirected by these, open, lost; then whom it asks.
fn lost_behind(redirects: &[Play]) -> Script {
    Script::new([redirects, &[says(stream(":\n\n"))]].concat())
}

#[test]
fn all_redirects_are_followed_and_firefox_forgets_the_passing_ones() {
    let gives =
        |at: u64, asked: &str| format!("0 ask /e | 0 ask /final | 0 open | 0 connecting | {at} ask {asked}");
    for status in [301, 308] {
        let row = format!("{status}, then a reconnect");
        lost_behind(&[to(status, "/final")]).gives(
            &row,
            &gives(3000, "/final"),
            &gives(3000, "/final"),
            &gives(5000, "/final"),
        );
    }
    for status in [302, 303, 307] {
        let row = format!("{status}, then a reconnect");
        lost_behind(&[to(status, "/final")]).gives(
            &row,
            &gives(3000, "/final"),
            &gives(3000, "/final"),
            &gives(5000, "/e"),
        );
    }
}

#[test]
fn a_permanent_redirect_on_a_reconnect_is_remembered_too() {
    let script = Script::new([says(stream(":\n\n")), to(301, "/b"), says(stream(":\n\n"))]).watched(10_500);
    script.gives(
        "redirect on reconnect",
        "0 ask /e | 0 open | 0 connecting | 3000 ask /e | 3000 ask /b | 3000 open | 3000 connecting | 6000 ask /b",
        "0 ask /e | 0 open | 0 connecting | 3000 ask /e | 3000 ask /b | 3000 open | 3000 connecting | 6000 ask /b",
        "0 ask /e | 0 open | 0 connecting | 5000 ask /e | 5000 ask /b | 5000 open | 5000 connecting | 10000 ask /b",
    );
}

#[test]
fn the_origin_of_an_event_is_that_of_the_last_address() {
    let open = head(200, "Content-Type: text/event-stream\r\nAccess-Control-Allow-Origin: *\r\n");
    let script = Script::new([to(302, "//b:81/x"), says(open + "data: x\n\n")]);
    let (lines, stage) = script.by(&Profile::standard());
    assert_eq!(lines[..3], ["0 ask /e", "0 ask //b:81/x", "0 open"]);
    assert_eq!(stage.asked()[1].header("origin"), Some("http://a"), "from now on it is cross-origin");
    assert_eq!(stage.connections()[1].1, "b:81");
}

#[test]
fn a_page_is_not_named_any_more_behind_a_second_foreign_origin() {
    let away = head(302, "Location: http://c/x\r\nAccess-Control-Allow-Origin: *\r\n");
    let (_, stage) = Script::new([to(302, "http://b/x"), says(away)]).by(&Profile::standard());
    let origins: Vec<_> =
        stage.asked().iter().map(|asked| asked.header("origin").map(str::to_owned)).collect();
    assert_eq!(origins, [None, Some("http://a".to_owned()), Some("null".to_owned())]);
}

#[test]
fn what_cannot_be_followed_ends_it_for_good() {
    for location in ["mailto:x", "javascript:alert(1)", "ftp://a/"] {
        Script::new([to(302, location)]).gives_all(location, "0 ask /e | 0 closed");
    }
    let nowhere = Script::new([says(head(302, "Content-Type: text/event-stream\r\n"))]);
    nowhere.gives_all("a redirect without Location is an answer of its own", "0 ask /e | 0 closed");
    let (lines, stage) = Script::new([]).then_always(to(307, "/e")).by(&Profile::chromium());
    assert_eq!((lines.last().map(String::as_str), stage.asked().len()), (Some("0 closed"), 21));
}
