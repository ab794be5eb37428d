//! Content codings of a response (RFC 9110 §8.4): gzip is undone as it comes, so that what the server has flushed is there at
//! once.

use std::io::Write as _;

use flate2::write::MultiGzDecoder;

use crate::proto::http1::ResponseHead;

/// What a client that can undo it asks for.
pub(super) const ACCEPTED: (&str, &str) = ("Accept-Encoding", "gzip");

/// Undoes the coding of one body.
#[derive(Debug)]
pub(super) enum Coding {
    Identity,
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
}

impl Coding {
    pub(super) fn of(head: &ResponseHead) -> Self {
        let gzip = head.headers.get("content-encoding").is_some_and(|it| it.eq_ignore_ascii_case("gzip"));
        if gzip { Self::Gzip(Box::new(MultiGzDecoder::new(Vec::new()))) } else { Self::Identity }
    }

    /// Appends to `out` what `coded` stands for; what it leaves behind waits for more. An error: it is not so coded.
    pub(super) fn undo(&mut self, coded: &[u8], out: &mut Vec<u8>) -> std::io::Result<()> {
        match self {
            Self::Identity => out.extend_from_slice(coded),
            Self::Gzip(decoder) => {
                decoder.write_all(coded)?;
                decoder.flush()?;
                out.append(decoder.get_mut());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;
    use crate::proto::http1::parse_response_head;

    fn coding(head: &str) -> Coding {
        let text = format!("HTTP/1.1 200 OK\r\n{head}\r\n");
        let (head, _) = parse_response_head(text.as_bytes(), 1024).expect("a head").expect("whole");
        Coding::of(&head)
    }

    #[test]
    fn what_the_server_has_flushed_is_there_at_once() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        let mut coding = coding("Content-Encoding: GZIP\r\n");
        let mut out = Vec::new();
        for event in ["data: 1\n\n", "data: 2\n\n"] {
            encoder.write_all(event.as_bytes()).expect("memory");
            encoder.flush().expect("memory");
            for byte in encoder.get_mut().drain(..) {
                coding.undo(&[byte], &mut out).expect("gzip");
            }
            assert!(out.ends_with(event.as_bytes()), "{}", String::from_utf8_lossy(&out));
        }
        coding.undo(&encoder.finish().expect("memory"), &mut out).expect("gzip");
        assert_eq!(out, b"data: 1\n\ndata: 2\n\n");
    }

    #[test]
    fn what_is_not_so_coded_is_an_error_and_without_a_coding_nothing_is_undone() {
        let mut out = Vec::new();
        assert!(
            coding("Content-Encoding: gzip\r\n")
                .undo(b"data: 1\n\n, plain, and long enough", &mut out)
                .is_err()
        );
        assert_eq!(out, b"");
        coding("").undo(b"plain", &mut out).expect("as it is");
        assert_eq!(out, b"plain");
    }
}
