//! The decoders that the clients use, on the same broken connections: nothing panics, no more than its limit is held, and what they
//! make of the bytes does not depend on the pieces.

use wirebench::client::Profile;
use wirebench::proto::envelope::{self, Envelope};
use wirebench::proto::event_stream::{self, Item};
use wirebench::proto::http1::{
    Body, Framing, RequestHead, ResponseHead, parse_request_head, parse_response_head,
};
use wirebench::proto::websocket::{self, Assembler, Frame, Message, Sender};

/// What an unfinished line, event, frame, message or envelope may have: little, so that the limits are met.
const LIMIT: usize = 1000;
/// The same of heads.
const HEAD: usize = 500;
/// Bytes of the longest header of a frame (RFC 6455 §5.2), and of an envelope.
const HEADERS: (usize, usize) = (14, 12);

/// What some bytes mean.
#[derive(Debug, PartialEq)]
enum Said {
    Item(Item),
    Envelope(Envelope),
    Message(Message),
    Request(RequestHead),
    Response(ResponseHead),
    /// Of a body, however often its bytes were cut.
    Content(Vec<u8>),
    Error(String),
}

/// Takes bytes in pieces and writes down what they mean; after an error there is nothing more.
struct Decoding {
    decode: Box<Feed>,
    said: Vec<Said>,
    is_broken: bool,
}

/// Appends what is complete.
type Feed = dyn FnMut(&[u8], &mut Vec<Said>) -> Result<(), String>;

impl Decoding {
    fn of(decode: impl FnMut(&[u8], &mut Vec<Said>) -> Result<(), String> + 'static) -> Self {
        Self { decode: Box::new(decode), said: Vec::new(), is_broken: false }
    }

    fn feed(&mut self, piece: &[u8]) {
        if self.is_broken || piece.is_empty() {
            return;
        }
        if let Err(error) = (self.decode)(piece, &mut self.said) {
            self.said.push(Said::Error(error));
            self.is_broken = true;
        }
    }
}

fn event_stream(profile: &Profile) -> Decoding {
    let mut decoder = event_stream::Decoder::new(LIMIT).with_quirks(profile.event_source.quirks());
    let mut items = Vec::new();
    Decoding::of(move |piece, said| {
        let result = decoder.decode(piece, &mut items);
        said.extend(items.drain(..).map(Said::Item));
        result.map_err(|error| error.to_string())
    })
}

fn envelopes() -> Decoding {
    let mut decoder = envelope::Decoder::new(1000);
    let mut items = Vec::new();
    Decoding::of(move |piece, said| {
        let result = decoder.decode(piece, &mut items);
        assert!(result.is_err() || decoder.pending() < HEADERS.1 + LIMIT, "{} bytes held", decoder.pending());
        said.extend(items.drain(..).map(Said::Envelope));
        result.map_err(|error| error.to_string())
    })
}

fn frames(sender: Sender) -> Decoding {
    let mut decoder = websocket::Decoder::new(sender, LIMIT as u64);
    let mut assembler = Assembler::new(LIMIT);
    let mut frames: Vec<Frame> = Vec::new();
    Decoding::of(move |piece, said| {
        let result = decoder.decode(piece, &mut frames);
        let held = decoder.pending();
        assert!(result.is_err() || held < HEADERS.0 + LIMIT, "{held} bytes held");
        for frame in frames.drain(..) {
            let message = assembler.push(frame).map_err(|error| error.to_string())?;
            said.extend(message.map(Said::Message));
        }
        result.map_err(|error| error.to_string())
    })
}

/// Where a reader of a connection is.
enum Place {
    Head(Vec<u8>),
    Body(Body, Decoding),
    Frames(Decoding),
}

/// Reads a connection as a client does what comes down, or a server what comes up: heads, the bodies behind them as what they say
/// they are, and the frames behind an upgrade.
fn connection(is_up: bool) -> Decoding {
    let mut place = Place::Head(Vec::new());
    Decoding::of(move |piece, said| {
        let mut rest = piece.to_vec();
        loop {
            match &mut place {
                Place::Frames(decoding) => {
                    decoding.feed(&rest);
                    said.append(&mut decoding.said);
                    return Ok(());
                }
                Place::Body(body, decoding) => {
                    let mut content = Vec::new();
                    let result = body.decode(&rest, &mut content);
                    decoding.feed(&content);
                    said.append(&mut decoding.said);
                    rest.drain(..result.map_err(|error| error.to_string())?);
                    if !body.is_complete() {
                        return Ok(());
                    }
                    place = Place::Head(Vec::new());
                }
                Place::Head(held) => {
                    held.append(&mut rest);
                    let Some((next, size)) = head(is_up, held, said)? else { return Ok(()) };
                    rest = held.split_off(size);
                    place = next;
                }
            }
        }
    })
}

/// What stands behind the head at the start of these bytes, and how long that is.
fn head(is_up: bool, bytes: &[u8], said: &mut Vec<Said>) -> Result<Option<(Place, usize)>, String> {
    let (headers, framing, is_upgrade, size) = if is_up {
        let read = parse_request_head(bytes, HEAD).map_err(|error| error.to_string())?;
        let Some((head, size)) = read else { return Ok(None) };
        said.push(Said::Request(head.clone()));
        let length = head.headers.get("content-length").and_then(|length| length.parse().ok());
        let is_upgrade = head.headers.get("upgrade").is_some();
        (head.headers, Framing::Length(length.unwrap_or_default()), is_upgrade, size)
    } else {
        let read = parse_response_head(bytes, HEAD).map_err(|error| error.to_string())?;
        let Some((head, size)) = read else { return Ok(None) };
        said.push(Said::Response(head.clone()));
        let framing = Framing::of(&head, false).map_err(|error| error.to_string())?;
        (head.headers, framing, head.status == 101, size)
    };
    if is_upgrade {
        let sender = if is_up { Sender::Client } else { Sender::Server };
        return Ok(Some((Place::Frames(frames(sender)), size)));
    }
    let decoding = match headers.get("content-type") {
        Some("text/event-stream") => event_stream(&Profile::standard()),
        _ => envelopes(),
    };
    Ok(Some((Place::Body(Body::new(framing), decoding), size)))
}

/// Everything that reads bytes that went this way.
fn all(is_up: bool) -> Vec<Decoding> {
    let sender = if is_up { Sender::Client } else { Sender::Server };
    let profiles = [Profile::standard(), Profile::chromium(), Profile::firefox()];
    let chunked = {
        let mut body = Body::new(Framing::Chunked);
        Decoding::of(move |piece, said| {
            if !matches!(said.last(), Some(Said::Content(_))) {
                said.push(Said::Content(Vec::new()));
            }
            let Some(Said::Content(content)) = said.last_mut() else { unreachable!() };
            let result = body.decode(piece, content);
            result.map(drop).map_err(|error| error.to_string())
        })
    };
    let mut all: Vec<Decoding> = profiles.iter().map(event_stream).collect();
    all.extend([envelopes(), frames(sender), chunked, connection(is_up)]);
    all
}

/// Fails unless the decoders make of these pieces what they make of all of it at once.
pub fn hold(is_up: bool, pieces: &[&[u8]]) {
    let whole = pieces.concat();
    for (nth, (mut one, mut other)) in all(is_up).into_iter().zip(all(is_up)).enumerate() {
        one.feed(&whole);
        for piece in pieces {
            other.feed(piece);
        }
        let differs = one.said.iter().zip(&other.said).find(|(a, b)| a != b);
        assert_eq!((one.said.len(), differs), (other.said.len(), None), "decoder {nth}");
    }
}
