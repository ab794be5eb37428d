//! `answer`: a request gets this instead of its transport's answer.

use std::sync::Arc;

use super::{BadValue, Fault, Instead, Loss, MayLast, ScopeKind, Strike, Values};
use crate::param::{Kind, Param};
use crate::wire::Cut;

const STATUS: Param = Param::plain("status", Kind::Number { min: 200, max: 599, default: 503 });
const RETRY_AFTER: Param = Param::plain("retry-after", Kind::Count { min: 0, max: 86_400 });
const TYPE: Param = Param::plain("type", Kind::Line { longest: 200 });
const LOCATION: Param = Param::plain("location", Kind::Line { longest: 2000 });
const BODY: Param = Param::plain("body", Kind::Free { longest: 64 << 10 });
const THEN: Param = Param::plain("then", Kind::Choice(&["end", "hold", "fin", "rst"]));

/// What a request is answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// `Retry-After`, in seconds.
    pub retry_after: Option<usize>,
    /// The Content-Type, if there is to be one.
    pub content_type: Option<String>,
    /// The Location.
    pub location: Option<Location>,
    /// The body.
    pub body: String,
    /// What follows it.
    pub then: Then,
}

/// Where a request is sent on to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// To this URL.
    Url(String),
    /// To the same path and query at another of the stage's origins.
    Origin(usize),
}

/// What follows a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The end of the response.
    End,
    /// Nothing, while the throw lasts and the peer stays.
    Hold,
    /// The end of the connection, the response having none.
    Cut(Cut),
}

pub(super) const FAULT: Fault = Fault {
    name: "answer",
    title: "Answer",
    params: &[STATUS, RETRY_AFTER, TYPE, LOCATION, BODY, THEN],
    lasts: MayLast::ONCE,
    scopes: ScopeKind::EVERY,
    nothing: &[],
    loses: &[
        Loss {
            transports: &["sse"],
            when: "it is not 200 with an empty text/event-stream",
            holds: |values| {
                let answer = read(values).ok();
                let kind = answer.as_ref().and_then(|answer| answer.content_type.as_deref());
                kind != Some("text/event-stream")
                    || answer.is_none_or(|answer| answer.status != 200 || !answer.body.is_empty())
            },
            why: "an EventSource gives up at any other answer (HTML §9.2.3), or believes what that says",
        },
        Loss {
            transports: &["polling", "long-polling", "fetch-stream", "websocket"],
            when: "status is below 500",
            holds: |values| read(values).is_ok_and(|answer| answer.status < 500),
            why: "such an answer tells a client to stop, or says what is not so",
        },
    ],
    strike: |values| Ok(Strike::Requests(Instead::Answer(Arc::new(read(values)?)))),
};

fn read(values: &Values) -> Result<Answer, BadValue> {
    let status = values.text(&STATUS).and_then(|text| text.parse().ok()).unwrap_or(503);
    let content_type = match values.text(&TYPE) {
        None => (status == 200).then_some("text/event-stream"),
        Some(text) => Some(text).filter(|text| *text != "none"),
    };
    Ok(Answer {
        status,
        retry_after: values.count(&RETRY_AFTER),
        content_type: content_type.map(str::to_owned),
        location: values.text(&LOCATION).map(location).transpose()?,
        body: values.text(&BODY).unwrap_or_default().to_owned(),
        then: match values.text(&THEN) {
            Some("hold") => Then::Hold,
            Some("fin") => Then::Cut(Cut::Fin),
            Some("rst") => Then::Cut(Cut::Rst),
            _ => Then::End,
        },
    })
}

fn location(text: &str) -> Result<Location, BadValue> {
    let Some(number) = text.strip_prefix("origin:") else { return Ok(Location::Url(text.to_owned())) };
    number.parse().map(Location::Origin).map_err(|_| BadValue {
        name: LOCATION.name.to_owned(),
        wanted: "a URL, or origin:N with the number of an origin".to_owned(),
        found: format!("{text:?}"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn answer(given: &Value) -> Result<Answer, BadValue> {
        let given = given.as_object().cloned().unwrap_or_default();
        read(&Values::read(&FAULT, &given)?)
    }

    #[test]
    fn a_type_is_that_of_an_event_stream_for_200_alone_unless_it_is_said() {
        let kind = |given| answer(&given).expect("read").content_type;
        assert_eq!(kind(json!({})), None);
        assert_eq!(kind(json!({"status": 200})).as_deref(), Some("text/event-stream"));
        assert_eq!(kind(json!({"status": "200", "type": "none"})), None);
        assert_eq!(kind(json!({"type": "text/html"})).as_deref(), Some("text/html"));
    }

    #[test]
    fn what_cannot_stand_in_a_header_is_refused_and_any_text_may_be_a_body() {
        for bad in [
            json!({"location": "http://a\r\nb"}),
            json!({"location": "origin:x"}),
            json!({"location": ""}),
            json!({"type": " text/html"}),
            json!({"status": 199}),
            json!({"status": "two"}),
            json!({"body": 5}),
            json!({"body": "x".repeat((64 << 10) + 1)}),
        ] {
            assert!(answer(&bad).is_err(), "{bad}");
        }
        let body = "data: {\"é\":1}\r\n\r\n\0";
        assert_eq!(answer(&json!({"body": body})).expect("read").body, body);
        let there = answer(&json!({"status": 307, "location": "origin:2"})).expect("read");
        assert_eq!((there.location, there.then), (Some(Location::Origin(2)), Then::End));
    }
}
