//! Whose wires a throw strikes.

use std::fmt;
use std::str::FromStr;

/// Whose wires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All readers'.
    All,
    /// One lane's.
    Lane(String),
    /// Those of the lanes that are on this transport.
    Transport(String),
    /// One connection.
    Connection(u64),
}

/// The kinds of scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    /// All readers.
    All,
    /// One lane.
    Lane,
    /// One transport.
    Transport,
    /// One connection.
    Connection,
}

/// Whose a connection is: what a scope is held against.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// The lane of its latest request.
    pub lane: Option<&'a str>,
    /// The transport of its latest request for a feed, or of its lane's.
    pub transport: Option<&'a str>,
    /// Its number.
    pub connection: u64,
}

impl ScopeKind {
    /// Every kind.
    pub const EVERY: &'static [Self] = &[Self::All, Self::Lane, Self::Transport, Self::Connection];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Lane => "lane",
            Self::Transport => "transport",
            Self::Connection => "connection",
        }
    }
}

impl Scope {
    /// Which kind it is.
    pub fn kind(&self) -> ScopeKind {
        match self {
            Self::All => ScopeKind::All,
            Self::Lane(_) => ScopeKind::Lane,
            Self::Transport(_) => ScopeKind::Transport,
            Self::Connection(_) => ScopeKind::Connection,
        }
    }

    /// Whether the reader is in it.
    pub fn holds(&self, reader: Reader<'_>) -> bool {
        match self {
            Self::All => true,
            Self::Lane(lane) => reader.lane == Some(lane),
            Self::Transport(transport) => reader.transport == Some(transport),
            Self::Connection(number) => reader.connection == *number,
        }
    }
}

impl FromStr for Scope {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.split_once(':') {
            None if text == "all" => Ok(Self::All),
            Some(("lane", name)) if !name.is_empty() => Ok(Self::Lane(name.to_owned())),
            Some(("transport", name)) if !name.is_empty() => Ok(Self::Transport(name.to_owned())),
            Some(("connection", number)) => number.parse().map(Self::Connection).map_err(|_| ()),
            _ => Err(()),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Lane(lane) => write!(f, "lane:{lane}"),
            Self::Transport(transport) => write!(f, "transport:{transport}"),
            Self::Connection(number) => write!(f, "connection:{number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_reads_back_as_it_is_written_and_holds_its_own() {
        let reader = Reader { lane: Some("a-1"), transport: Some("sse"), connection: 7 };
        for (text, holds) in [
            ("all", true),
            ("lane:a-1", true),
            ("lane:a-2", false),
            ("transport:sse", true),
            ("transport:polling", false),
            ("connection:7", true),
            ("connection:8", false),
        ] {
            let scope: Scope = text.parse().expect("a scope");
            assert_eq!((scope.to_string().as_str(), scope.holds(reader)), (text, holds));
        }
        for bad in ["", "everyone", "lane:", "lane", "connection:x", "All"] {
            assert_eq!(bad.parse::<Scope>(), Err(()), "{bad}");
        }
    }
}
