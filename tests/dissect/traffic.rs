//! Traffic of every transport, made by the project's own encoders; who makes it knows the sums of it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fastrand::Rng;
use wirebench::proto::dissect::{Role, Way};
use wirebench::proto::websocket::{Opcode, encode_close, encode_frame};
use wirebench::proto::{cbor, envelope, event_stream};

/// What crosses one connection.
#[derive(Debug, Default)]
pub struct Traffic {
    pub up: Vec<u8>,
    pub down: Vec<u8>,
    /// So many bytes go down only behind so many that went up.
    pub needs: Vec<(usize, usize)>,
    /// Where frames begin, up and down: those up are sent behind the handshake's answer.
    pub frames: Option<(usize, usize)>,
    /// Bytes by way and role.
    pub sums: [[u64; 6]; 2],
    /// Elements by way.
    pub elements: [u64; 2],
}

/// A body under way, whose framing is yet to come.
#[derive(Default)]
struct Body {
    bytes: Vec<u8>,
    roles: Vec<(Role, usize)>,
}

impl Body {
    fn put(&mut self, role: Role, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.roles.push((role, bytes.len()));
    }
}

impl Traffic {
    /// One connection, as chance has it.
    pub fn any(rng: &mut Rng) -> Self {
        let mut traffic = Self::default();
        for _ in 0..rng.usize(0..4) {
            match rng.usize(0..6) {
                0 | 1 => traffic.poll(rng),
                2 | 3 => traffic.stream(rng),
                4 => traffic.other(rng),
                _ => traffic.command(rng),
            }
        }
        if rng.bool() {
            traffic.websocket(rng);
        }
        traffic
    }

    /// What crosses, in as few pieces as can be.
    pub fn whole(&self) -> [(Way, &[u8]); 4] {
        let (up, down) = self.frames.unwrap_or((self.up.len(), self.down.len()));
        let ((before, after), (head, frames)) = (self.up.split_at(up), self.down.split_at(down));
        [(Way::Up, before), (Way::Down, head), (Way::Up, after), (Way::Down, frames)]
    }

    pub fn put(&mut self, way: Way, role: Role, bytes: &[u8]) {
        self.sums[way as usize][role as usize] += bytes.len() as u64;
        match way {
            Way::Up => self.up.extend_from_slice(bytes),
            Way::Down => self.down.extend_from_slice(bytes),
        }
    }

    pub fn request(&mut self, line: &str, fields: &[&str]) {
        let head = format!("{line} HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n{}\r\n", lines(fields));
        self.put(Way::Up, Role::Head, head.as_bytes());
    }

    pub fn answer(&mut self, line: &str, fields: &[&str]) {
        self.needs.push((self.down.len(), self.up.len()));
        self.put(Way::Down, Role::Head, format!("HTTP/1.1 {line}\r\n{}\r\n", lines(fields)).as_bytes());
    }

    /// The rest of an answer: a length, chunks, or chunks that end anywhere.
    fn body(&mut self, rng: &mut Rng, status: &str, fields: &[&str], body: &Body) {
        if rng.u8(0..10) == 0 {
            self.answer("103 Early Hints", &["Link: </a>"]);
        }
        let mut all = fields.to_vec();
        let length = format!("Content-Length: {}", body.bytes.len());
        let is_chunked = rng.bool();
        all.push(if is_chunked { "Transfer-Encoding: chunked" } else { &length });
        rng.shuffle(&mut all);
        self.answer(status, &all);
        for (role, length) in &body.roles {
            self.sums[Way::Down as usize][*role as usize] += *length as u64;
        }
        if !is_chunked {
            self.down.extend_from_slice(&body.bytes);
            return;
        }
        let most = [1, 7, 300, 100_000][rng.usize(0..4)];
        let mut rest = &body.bytes[..];
        while !rest.is_empty() {
            let (chunk, after) = rest.split_at(rng.usize(1..=most).min(rest.len()));
            let extension = if rng.u8(0..20) == 0 { ";a=b" } else { "" };
            self.put(Way::Down, Role::Framing, format!("{:X}{extension}\r\n", chunk.len()).as_bytes());
            self.down.extend_from_slice(chunk);
            self.put(Way::Down, Role::Framing, b"\r\n");
            rest = after;
        }
        let trailer = if rng.u8(0..5) == 0 { "A: b\r\n" } else { "" };
        self.put(Way::Down, Role::Framing, format!("0\r\n{trailer}\r\n").as_bytes());
    }

    fn poll(&mut self, rng: &mut Rng) {
        let name = if rng.bool() { "polling" } else { "long-polling" };
        let events = rng.u64(0..5);
        let mut body = Body::default();
        let encoding = rng.usize(0..5);
        self.request(&format!("GET /jobs/demo/{name}?after=k3f9.{events}"), &[]);
        let fields: &[&str] = match encoding {
            0 => {
                self.answer("304 Not Modified", &["ETag: \"k3f9.7\"", "Content-Length: 99"]);
                return;
            }
            1 => {
                body.put(Role::Payload, &data(rng).into_bytes());
                let is_there = u64::from(!body.bytes.is_empty());
                self.elements[Way::Down as usize] += is_there;
                self.body(rng, "200 OK", &["Content-Type: text/plain", "Wirebench-Type: text"], &body);
                return;
            }
            2 => {
                body.put(Role::Framing, br#"{"epoch":"k3f9","cursor":"k3f9.7","head":7,"events":["#);
                for event in 0..events {
                    body.put(Role::Framing, if event > 0 { b"," } else { b"" });
                    body.put(Role::Payload, element(rng).as_bytes());
                }
                body.put(Role::Framing, b"]}");
                &["Content-Type: application/json; charset=utf-8"]
            }
            3 => {
                for _ in 0..events {
                    let raw = rng.bool().then(|| data(rng).into_bytes());
                    body.put(Role::Payload, &cbor::encode(element(rng).as_bytes(), raw.as_deref()));
                }
                &["Content-Type: application/cbor-seq", "Wirebench-Cursor: k3f9.7"]
            }
            _ => {
                for event in 0..events {
                    let bytes = envelope::encode(event, rng.bool(), data(rng).as_bytes()).expect("small");
                    body.put(Role::Payload, &bytes);
                }
                &["Content-Type: application/octet-stream", "Wirebench-Cursor: k3f9.7"]
            }
        };
        self.elements[Way::Down as usize] += events;
        self.body(rng, "200 OK", fields, &body);
    }

    fn stream(&mut self, rng: &mut Rng) {
        let mut body = Body::default();
        if rng.u8(0..4) == 0 {
            body.put(Role::Framing, b"\xEF\xBB\xBF");
        }
        for _ in 0..rng.usize(0..8) {
            match rng.usize(0..6) {
                0 => {
                    let comment = event_stream::comment(if rng.bool() { "" } else { "keep-alive" });
                    body.put(Role::Heartbeat, &comment);
                }
                1 => body.put(Role::Control, &event_stream::retry_ms(rng.u64(0..5000))),
                2 => body.put(Role::Framing, b"id: k3f9.3\n\n"),
                _ => {
                    self.elements[Way::Down as usize] += 1;
                    block(rng, &mut body);
                }
            }
        }
        if rng.bool() {
            let wanted = r#"{"after":"k3f9.0"}"#;
            let length = format!("Content-Length: {}", wanted.len());
            self.request("POST /jobs/demo/fetch-stream", &[&length]);
            self.put(Way::Up, Role::Control, wanted.as_bytes());
        } else {
            self.request("GET /jobs/demo/sse", &["Accept: text/event-stream"]);
        }
        self.body(rng, "200 OK", &["Content-Type: text/event-stream", "Content-Encoding: identity"], &body);
    }

    /// Bodies that are not looked into.
    fn other(&mut self, rng: &mut Rng) {
        let mut body = Body::default();
        body.put(Role::Payload, data(rng).as_bytes());
        if rng.u8(0..4) == 0 {
            self.request("HEAD /clock", &[]);
            self.answer("200 OK", &["Content-Length: 26"]);
        } else if rng.bool() {
            self.request("GET /jobs/demo/sse", &["Accept-Encoding: gzip"]);
            self.body(rng, "200 OK", &["Content-Type: text/event-stream", "Content-Encoding: gzip"], &body);
        } else {
            self.request("GET /clock", &[]);
            self.body(rng, "404 Not Found", &["Content-Type: application/json"], &body);
        }
    }

    fn command(&mut self, rng: &mut Rng) {
        let command = br#"{"command":"pause","id":"7"}"#;
        let length = format!("content-length:{}", command.len());
        self.request("POST /jobs/demo/commands", &["Content-Type: application/json", &length]);
        self.put(Way::Up, Role::Payload, command);
        self.elements[Way::Up as usize] += 1;
        let mut body = Body::default();
        body.put(Role::Payload, br#"{"type":"ack","id":"7"}"#);
        self.body(rng, "200 OK", &["Content-Type: application/json"], &body);
    }

    fn websocket(&mut self, rng: &mut Rng) {
        self.request("GET /jobs/demo/websocket", &["Connection: Upgrade", "Upgrade: websocket"]);
        self.answer("101 Switching Protocols", &["Connection: Upgrade", "Upgrade: websocket"]);
        self.frames = Some((self.up.len(), self.down.len()));
        for way in Way::ALL {
            for _ in 0..rng.usize(0..6) {
                match rng.usize(0..5) {
                    0 => self.frame(way, Opcode::Ping, true, b"12"),
                    1 => self.frame(way, Opcode::Pong, true, b"12"),
                    2 => {
                        self.elements[way as usize] += 1;
                        self.frame(way, Opcode::Binary, false, &data(rng).into_bytes());
                        self.frame(way, Opcode::Ping, true, b"");
                        self.frame(way, Opcode::Continuation, true, &data(rng).into_bytes());
                    }
                    _ => {
                        self.elements[way as usize] += 1;
                        self.frame(way, Opcode::Text, true, element(rng).as_bytes());
                    }
                }
            }
        }
        if rng.bool() {
            let payload = encode_close(1000, "the job has ended").expect("may be sent");
            for way in Way::ALL {
                self.frame(way, Opcode::Close, true, &payload);
            }
        }
    }

    pub fn frame(&mut self, way: Way, opcode: Opcode, fin: bool, payload: &[u8]) {
        // Every frame has another key.
        let mask = (way == Way::Up).then(|| self.up.len().wrapping_mul(0x9E37_79B1).to_be_bytes());
        let mask = mask.map(|[.., a, b, c, d]| [a, b, c, d]);
        let frame = encode_frame(opcode, fin, payload, mask);
        let (carries, content) = match opcode {
            Opcode::Ping | Opcode::Pong => (Role::Heartbeat, Role::Heartbeat),
            Opcode::Close => (Role::Control, Role::Control),
            _ => (Role::Framing, Role::Payload),
        };
        let (header, payload) = frame.split_at(frame.len() - payload.len());
        self.put(way, carries, header);
        self.put(way, content, payload);
    }
}

/// One block with data.
fn block(rng: &mut Rng, body: &mut Body) {
    let data = if rng.u8(0..4) == 0 { STANDARD.encode(data(rng)) } else { data(rng) };
    let id = rng.bool().then_some("k3f9.5");
    let event = rng.bool().then_some("progress");
    let block = event_stream::encode_block(id, event, &data).expect("legal fields");
    let mut rest = &block[..];
    while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
        let (line, after) = rest.split_at(end + 1);
        let value = if line.starts_with(b"data: ") { &line[6..end] } else { b"" };
        body.put(Role::Framing, &line[..end - value.len()]);
        body.put(Role::Payload, value);
        body.put(Role::Framing, b"\n");
        rest = after;
    }
}

fn element(rng: &mut Rng) -> String {
    let data = serde_json::to_string(&data(rng)).expect("a string");
    format!(r#"{{"seq":{},"time":1764000000000.125,"type":"text","data":{data}}}"#, rng.u16(..))
}

/// Text, seldom long.
fn data(rng: &mut Rng) -> String {
    let sizes = if rng.u8(0..16) == 0 { 5 } else { 4 };
    let most = [0, 20, 20, 300, 70_000][rng.usize(0..sizes)];
    let letters = ["a", "B", " ", ":", "\"", "\\", "{", "}", "[", "]", ",", "é", "\n", "\r\n", "\r"];
    let length = rng.usize(0..=most);
    std::iter::repeat_with(|| letters[rng.usize(0..letters.len())]).take(length).collect()
}

fn lines(fields: &[&str]) -> String {
    fields.iter().flat_map(|field| [*field, "\r\n"]).collect()
}
