//! A span as a line of JSON, as it stands in the golden files.

use std::fmt::Write as _;

use wirebench::proto::dissect::{Note, Span, Way};

/// What is not there is left out.
pub fn told(span: &Span) -> String {
    let mut line = format!(
        r#"{{"way":"{}","at":{},"length":{},"kind":"{}","role":"{}","exchange":{}"#,
        span.way.name(),
        span.at,
        span.length,
        span.kind.name(),
        span.role.name(),
        span.exchange
    );
    if let Some(element) = span.element {
        let _ = write!(line, r#","element":{element}"#);
    }
    if span.continued {
        line += r#","continued":true"#;
    }
    match span.note {
        Some(Note::Mask { key, offset }) => {
            let key = u32::from_be_bytes(key);
            let _ = write!(line, r#","key":"{key:08x}","offset":{offset}"#);
        }
        Some(Note::Why(mistake)) => {
            let _ = write!(line, r#","why":"{mistake}""#);
        }
        None => {}
    }
    line + "}"
}

/// Those of a way behind each other, up first.
pub fn lines(spans: &[Span]) -> String {
    let mut lines = String::new();
    for way in Way::ALL {
        for span in crate::of(spans, way) {
            lines += &told(&span);
            lines.push('\n');
        }
    }
    lines
}

/// The first lines that are not the same, for a failure that can be read.
pub fn difference(a: &[Span], b: &[Span]) -> Option<(String, String)> {
    // Most are equal, and ten million of them are not to be written out.
    if Way::ALL.iter().all(|way| of_way(a, *way).eq(of_way(b, *way))) {
        return None;
    }
    let (a, b) = (lines(a), lines(b));
    let mut pairs = a.lines().chain([""]).zip(b.lines().chain([""]));
    pairs.find(|(a, b)| a != b).map(|(a, b)| (a.to_owned(), b.to_owned()))
}

fn of_way(spans: &[Span], way: Way) -> impl Iterator<Item = &Span> {
    spans.iter().filter(move |span| span.way == way)
}
