//! What the lines of a tool say: how far it is where that can be told, else the line itself. No I/O, no clock.

use serde_json::{Map, Value};

use super::lines::{Line, Lines};
use crate::feed::event::{Data, Kind};
use crate::feed::given::{Given, compact, percent};

/// The most lines that ffmpeg's report may have before it is taken for something else.
const BLOCK: usize = 100;

/// Turns the bytes of standard input into events.
#[derive(Debug, Default)]
pub(super) struct Meter {
    lines: Lines,
    block: Vec<Line>,
    count: u64,
    percent: Option<f64>,
}

impl Meter {
    /// Takes more bytes, and gives the events they complete.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Vec<Given> {
        let (mut lines, mut events) = (std::mem::take(&mut self.lines), Vec::new());
        lines.take(bytes, |line| self.line(line, &mut events));
        self.lines = lines;
        events
    }

    /// The rest, and the end event.
    pub(super) fn finish(&mut self) -> Vec<Given> {
        let mut events = Vec::new();
        if let Some(line) = self.lines.finish() {
            self.line(line, &mut events);
        }
        self.give_up_block(&mut events);
        let percent = self.percent.map(|percent| format!(r#","percent":{}"#, number(percent)));
        let data = format!(r#"{{"lines":{}{}}}"#, self.count, percent.unwrap_or_default());
        events.push(Given { kind: Kind::Done, data: Data::Json(data) });
        events
    }

    fn line(&mut self, line: Line, events: &mut Vec<Given>) {
        self.count += 1;
        let part = (!line.cut).then(|| key_and_value(&line.text)).flatten();
        let (begun, ended) = match part {
            Some(("progress", "continue" | "end")) => (!self.block.is_empty(), true),
            Some((key, _)) => (!self.block.is_empty() || begins_a_block(key), false),
            None => (false, false),
        };
        if begun && self.block.len() < BLOCK {
            self.block.push(line);
            if ended {
                events.push(report(&std::mem::take(&mut self.block)));
            }
            return;
        }
        self.give_up_block(events);
        events.push(self.alone(&line));
    }

    /// What looked like ffmpeg's report was none: its lines are lines.
    fn give_up_block(&mut self, events: &mut Vec<Given>) {
        let block = std::mem::take(&mut self.block);
        events.extend(block.iter().map(|line| self.alone(line)));
    }

    /// The event of a line by itself.
    fn alone(&mut self, line: &Line) -> Given {
        let text = line.text.trim();
        let found = if text.starts_with('{') {
            object(text)
        } else if let Some(percent) = bare(text) {
            Some((percent, format!(r#"{{"percent":{}}}"#, number(percent))))
        } else {
            table(text).or_else(|| last_percentage(text)).map(|percent| {
                let cut = if line.cut { r#","cut":true"# } else { "" };
                let text = Value::from(line.text.as_str());
                (percent, format!(r#"{{"percent":{},"line":{text}{cut}}}"#, number(percent)))
            })
        };
        if let Some((percent, data)) = found {
            self.percent = Some(percent);
            return Given { kind: Kind::Progress, data: Data::Json(data) };
        }
        let text = if line.cut { format!("{}…", line.text) } else { line.text.clone() };
        Given { kind: Kind::Text, data: Data::Json(Value::from(text).to_string()) }
    }
}

/// A JSON object with a percentage.
fn object(text: &str) -> Option<(f64, String)> {
    serde_json::from_str::<Map<String, Value>>(text).ok()?;
    let percent = percent(text, text).ok()??;
    Some((percent, compact(text)))
}

/// `pv -n`: nothing but a number from 0 to 100.
fn bare(text: &str) -> Option<f64> {
    let plain = text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    within(text).filter(|_| plain)
}

/// curl's table: percentage, size, percentage, size, percentage, … and three times.
fn table(text: &str) -> Option<f64> {
    let columns: Vec<&str> = text.split_whitespace().collect();
    let time = |text: &&&str| {
        text.contains(':') && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'-'))
    };
    let whole = |at: usize| columns[at].bytes().all(|byte| byte.is_ascii_digit());
    let is_table = columns.len() >= 12
        && [0, 2, 4].into_iter().all(|at| whole(at) && within(columns[at]).is_some())
        && columns[8..].iter().filter(time).count() >= 2;
    is_table.then(|| within(columns[0])).flatten()
}

/// The last percentage in a text, unless it is above 100, below 0, or part of something else (`%20`).
fn last_percentage(text: &str) -> Option<f64> {
    let mut found = None;
    for (at, _) in text.match_indices('%') {
        let (before, after) = (&text[..at], &text[at + 1..]);
        let before = before.strip_suffix(' ').unwrap_or(before);
        let start = before.rfind(|c: char| !c.is_ascii_digit() && c != '.' && c != ',');
        let start = start.map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
        let digits = before[start..].trim_start_matches(['.', ',']);
        // `.5` is a half, but dots that lead up to a number (`copying...50%`) are none of it.
        let point = before[start..].strip_prefix('.') == Some(digits)
            && !before[..start].ends_with(char::is_alphanumeric);
        let token = if point { &before[start..] } else { digits };
        let front = &before[..before.len() - token.len()];
        let negative = front.strip_suffix('-').is_some_and(|rest| !rest.ends_with(char::is_alphanumeric));
        let stuck = after.starts_with(|c: char| c.is_alphanumeric() || c == '%')
            || front.ends_with(|c: char| c.is_alphabetic() || c == '_' || c == '%');
        if token.ends_with(|c: char| c.is_ascii_digit()) && !stuck {
            found = Some((!negative).then(|| within(&decimal(token)).filter(|_| token.len() < 20)).flatten());
        }
    }
    found.flatten()
}

/// A decimal comma made a point; a comma before three digits parts thousands.
fn decimal(token: &str) -> String {
    match token.split_once(',') {
        Some((whole, rest)) if rest.len() != 3 && !rest.contains([',', '.']) => format!("{whole}.{rest}"),
        _ => token.replace(',', ""),
    }
}

fn within(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number| (0.0..=100.0).contains(number))
}

/// Whole numbers without a fraction.
fn number(number: f64) -> Value {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100 and whole")]
    if number.fract() == 0.0 { Value::from(number as u64) } else { Value::from(number) }
}

/// A line of `ffmpeg -progress`, such as `bitrate= 123.4kbits/s`.
fn key_and_value(text: &str) -> Option<(&str, &str)> {
    let (key, value) = text.trim().split_once('=')?;
    let value = value.trim();
    let plain = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (plain && !value.contains(char::is_whitespace)).then_some((key, value))
}

/// With what ffmpeg's report begins: pictures with their number, sound alone with its rate.
fn begins_a_block(key: &str) -> bool {
    matches!(key, "frame" | "fps" | "bitrate" | "total_size" | "out_time_us" | "out_time_ms" | "out_time")
        || key.starts_with("stream_")
}

fn report(block: &[Line]) -> Given {
    let fields = block.iter().filter_map(|line| key_and_value(&line.text));
    let fields: Map<String, Value> = fields.map(|(key, value)| (key.to_owned(), value.into())).collect();
    let data = Value::Object(Map::from_iter([("fields".to_owned(), fields.into())]));
    Given { kind: Kind::Progress, data: Data::Json(data.to_string()) }
}

#[cfg(test)]
mod tests;
