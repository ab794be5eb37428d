//! Heads: the start line and the fields of a request or a response (RFC 9112 §2 to §5).

/// More fields than this in one head are refused.
const MAX_FIELDS: usize = 100;

/// The fields of a head, in order, as they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(pub Vec<(String, String)>);

impl Headers {
    /// The value of the first field called `name`, in any case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The values of all fields called `name`, in any case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let same = move |(field, _): &&(String, String)| field.eq_ignore_ascii_case(name);
        self.0.iter().filter(same).map(|(_, value)| value.as_str())
    }
}

/// The head of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestHead {
    /// The method, as sent.
    pub method: String,
    /// The request target: path and query as a rule.
    pub target: String,
    /// The fields.
    pub headers: Headers,
}

/// The head of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponseHead {
    /// The status code.
    pub status: u16,
    /// The reason phrase, often empty.
    pub reason: String,
    /// The fields.
    pub headers: Headers,
}

/// Why bytes are not a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeadError {
    /// Not HTTP/1.x, or more than 100 fields.
    #[error("not an HTTP/1.1 head: {0}")]
    Syntax(#[from] httparse::Error),
    /// The head is not finished within the limit.
    #[error("the head is longer than {limit} bytes")]
    TooLong {
        /// The limit in bytes that was asked for.
        limit: usize,
    },
}

/// Reads a response head of at most `limit` bytes at the start of `bytes`: the head and the bytes it took, or `None`
/// while it is incomplete. Interim responses (1xx) come out as heads of their own.
///
/// # Errors
/// [`HeadError`].
pub fn parse_response_head(bytes: &[u8], limit: usize) -> Result<Option<(ResponseHead, usize)>, HeadError> {
    let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
    let mut response = httparse::Response::new(&mut fields);
    let Some(size) = complete(response.parse(bytes)?, bytes.len(), limit)? else { return Ok(None) };
    let head = ResponseHead {
        status: response.code.unwrap_or_default(),
        reason: response.reason.unwrap_or_default().to_owned(),
        headers: owned(response.headers),
    };
    Ok(Some((head, size)))
}

/// Reads a request head of at most `limit` bytes at the start of `bytes`: the head and the bytes it took, or `None`
/// while it is incomplete.
///
/// # Errors
/// [`HeadError`].
pub fn parse_request_head(bytes: &[u8], limit: usize) -> Result<Option<(RequestHead, usize)>, HeadError> {
    let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
    let mut request = httparse::Request::new(&mut fields);
    let Some(size) = complete(request.parse(bytes)?, bytes.len(), limit)? else { return Ok(None) };
    let head = RequestHead {
        method: request.method.unwrap_or_default().to_owned(),
        target: request.path.unwrap_or_default().to_owned(),
        headers: owned(request.headers),
    };
    Ok(Some((head, size)))
}

fn complete(status: httparse::Status<usize>, held: usize, limit: usize) -> Result<Option<usize>, HeadError> {
    match status {
        httparse::Status::Complete(size) if size <= limit => Ok(Some(size)),
        httparse::Status::Partial if held < limit => Ok(None),
        _ => Err(HeadError::TooLong { limit }),
    }
}

/// A field value is bytes; all we read are ASCII, and what is not becomes U+FFFD rather than an error.
fn owned(fields: &[httparse::Header<'_>]) -> Headers {
    let pair = |field: &httparse::Header<'_>| {
        (field.name.to_owned(), String::from_utf8_lossy(field.value).into_owned())
    };
    Headers(fields.iter().map(pair).collect())
}
