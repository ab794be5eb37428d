//! The page of the costs, in Markdown.

use std::fmt::Write as _;

use crate::measure::{EVENTS, Feed, Kind};
use crate::{ENCODINGS, WAYS, Way, formula};

const INTRODUCTION: &str = "\
# What an event costs

Bytes at the socket for one event, by each transport and encoding: all of HTTP and WebSocket, none of TCP. Counted by a
relay between client and server, and equal to what `/api/lanes` says. Written by
`WIREBENCH_WRITE_DOCS=1 cargo test --locked --test cost`; without the variable that test holds every byte of this page, so it
cannot be out of date.

The events are pushed, 20 that are alike, with numbers of three digits and times of 17 (`1764000000000.125`: a time whose last
decimal is 0 is a byte or more shorter). A stream's number is what 20 events add to it, divided by 20; what it costs
without them stands apart. A poll's number is one answer, head and all, divided by the events in it.

Compression is not here: what gzip makes of an event depends on the digits of its time and on the events before it, and
so differs from run to run.

";

const DOWN: &str = "\
## Down, an event

Beside each number is what the formula gives. With n for the bytes of one element in its encoding, d for the characters of
its `data` (n, or 4·⌈n/3⌉ where base64 is needed):

- sse, fetch-stream: the block is E = 5 + id, 8 + type, 7 + d, and 1; its chunk is E + hexadecimal digits of E + 4
  (WHATWG HTML §9.2, RFC 9112 §7.1)
- websocket: n + 2 below 126 bytes, + 4 below 65,536, + 10 from there on (RFC 6455 §5.2)
- polling: the answer's head + n for each event (RFC 9112)

";

const WHY: &str = "\
### Where it differs, and why

It differs in JSON polls alone, by what the answer says around its events, `{\"epoch\":…,\"cursor\":…,\"head\":…,\"ended\":…,\"more\":…,\"events\":[`,
the commas between them, and `]}`: WRAP bytes an answer, and COMMAS for the commas of 20. In the other encodings that
stands in the answer's head, which is so much longer.

";

const UP: &str = "\
## Up, an event

Nothing on a stream. A poll's whole request goes up for each answer: here that of the test's own client, which sends the
least that HTTP/1.1 and the feed ask for (`GET`, path, `Host: 127.0.0.1:8080`), with `lane`, `after` and `encoding` in the query.

";

const BROWSERS: &str = "\
What browsers send is longer. Measured once on plain HTTP at 127.0.0.1, without cookies, with Chromium 156 and Firefox ESR 153 of
Debian 12 (bytes of the head; a real site adds cookies and longer referrers):

| request | Chromium | Firefox |
| --- | ---: | ---: |
| XHR GET | 518 | 376 |
| fetch GET | 520 | 393 |
| fetch POST of JSON, its body not counted | 595 | 468 |
| EventSource GET | 577 | 450 |
| the same, coming back with `Last-Event-ID: 1` | 595 | 468 |
| WebSocket handshake | 515 | 544 |

";

const ONCE: &str = "\
## Once

A stream's request, the head of its answer, `hello`, the end event and what closes it; a WebSocket's both ways with
the handshake and its two Close frames (the stock one ends the connection behind its own, and reads no answer; both
stock ones are asked for with `heartbeat=off`). A poll's heads come with each answer and are in the tables above; they stand here for
comparison, of an answer with one small event of text.

";

/// The page.
pub fn page(feeds: &[Feed]) -> String {
    let mut page = INTRODUCTION.to_owned() + DOWN;
    for feed in feeds {
        table_down(&mut page, feed);
    }
    let (wrap, commas) = wrap(feeds);
    page += &WHY.replace("WRAP", &wrap.to_string()).replace("COMMAS", &commas.to_string());
    page += UP;
    table_up(&mut page, feeds);
    page += BROWSERS;
    page += ONCE;
    table_once(&mut page, feeds);
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}

fn table_down(page: &mut String, feed: &Feed) {
    let what = if feed.kind == Kind::Text { "letters of text" } else { "random bytes" };
    let _ = writeln!(page, "### {} {what}\n", grouped(feed.size as u64));
    let _ = writeln!(page, "| | JSON | formula | CBOR | formula | raw | formula | binary | formula |");
    let _ = writeln!(page, "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    let lengths: Vec<String> = feed.lengths.iter().map(|&length| grouped(length as u64)).collect();
    let _ = writeln!(page, "| the element itself, n | {} | |", lengths.join(" | | "));
    for (row, way) in WAYS.iter().enumerate() {
        let cells: Vec<String> = (0..ENCODINGS.len())
            .map(|encoding| {
                let Some(cost) = feed.cost(row, encoding) else { return "– | –".to_owned() };
                let computed = formula::down(feed, way, encoding, &cost);
                format!("{} | {}", mean(cost.events.down, way), mean(computed, way))
            })
            .collect();
        let _ = writeln!(page, "| {} | {} |", way.title, cells.join(" | "));
    }
    page.push('\n');
}

/// What a JSON answer says around one event, and the commas of 20; that no other number differs from its formula.
fn wrap(feeds: &[Feed]) -> (u64, u64) {
    let mut wraps = Vec::new();
    for feed in feeds {
        for (row, way) in WAYS.iter().enumerate() {
            for (encoding, name) in ENCODINGS.iter().enumerate() {
                let Some(cost) = feed.cost(row, encoding) else { continue };
                let more = cost.events.down - formula::down(feed, way, encoding, &cost);
                match way.batch {
                    Some(batch) if encoding == 0 => wraps.push((batch, more)),
                    _ => assert_eq!(more, 0, "{} in {name}, {feed:?}", way.title),
                }
            }
        }
    }
    wraps.sort_unstable();
    wraps.dedup();
    let [(1, wrap), (EVENTS, of_many)] = wraps[..] else { panic!("one for each kind of answer: {wraps:?}") };
    (wrap, of_many - wrap)
}

fn table_up(page: &mut String, feeds: &[Feed]) {
    head(page);
    for (row, way) in WAYS.iter().enumerate() {
        let cells = same(feeds, |feed| {
            (0..ENCODINGS.len())
                .map(|encoding| {
                    feed.cost(row, encoding).map_or("–".to_owned(), |cost| mean(cost.events.up, way))
                })
                .collect()
        });
        let _ = writeln!(page, "| {} | {} |", way.title, cells.join(" | "));
    }
    page.push('\n');
}

fn table_once(page: &mut String, feeds: &[Feed]) {
    for (title, of) in [("up", 0), ("down", 1)] {
        let _ = writeln!(page, "### Once {title}\n");
        head(page);
        for (row, way) in WAYS.iter().enumerate().filter(|(_, way)| way.batch != Some(EVENTS)) {
            let cells = |feed: &Feed| -> Vec<String> {
                let one = |encoding| match feed.cost(row, encoding) {
                    Some(cost) => grouped([cost.once.up, cost.once.down][of]),
                    None => "–".to_owned(),
                };
                (0..ENCODINGS.len()).map(one).collect()
            };
            let cells = if way.batch.is_some() { cells(&feeds[0]) } else { same(feeds, cells) };
            let _ = writeln!(page, "| {} | {} |", way.title, cells.join(" | "));
        }
        page.push('\n');
    }
}

fn head(page: &mut String) {
    page.push_str("| | JSON | CBOR | raw | binary |\n| --- | ---: | ---: | ---: | ---: |\n");
}

/// What every feed has in common.
fn same(feeds: &[Feed], cells: impl Fn(&Feed) -> Vec<String>) -> Vec<String> {
    let first = cells(&feeds[0]);
    for feed in feeds {
        assert_eq!(cells(feed), first, "{} {:?}", feed.size, feed.kind);
    }
    first
}

/// Bytes an event.
fn mean(total: u64, way: &Way) -> String {
    let events = way.batch.unwrap_or(EVENTS);
    // A twentieth has two decimals at most.
    let hundredths = total % events * 100 / events;
    let decimals = format!(".{hundredths:02}");
    let decimals = if hundredths == 0 { "" } else { decimals.trim_end_matches('0') };
    grouped(total / events) + decimals
}

/// With commas between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[test]
fn numbers_are_written_as_people_read_them() {
    assert_eq!(
        [grouped(7), grouped(999), grouped(1000), grouped(65_536_000)],
        ["7", "999", "1,000", "65,536,000"]
    );
    let twenty = &WAYS[1];
    assert_eq!([mean(20, twenty), mean(21, twenty), mean(31_230, twenty)], ["1", "1.05", "1,561.5"]);
}
