//! One connection and whose bytes it carries.
//!
//! A connection belongs to the lane its requests name. Several lanes may share one (a browser's keep-alive pool), so
//! bytes are charged at each request: what came in since the last one was answered is this request's, what went out is the
//! last's. Until it is known whose request it is, what has come of it is nobody's, whoever asks meanwhile.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::line::Line;

/// How many lanes one connection tells apart; bytes of further ones are nobody's. A browser's pool mixes a handful.
const LANES: usize = 64;

/// One accepted connection.
#[derive(Debug)]
pub struct Connection {
    number: u64,
    origin: usize,
    peer: SocketAddr,
    line: Arc<Line>,
    account: Mutex<Account>,
}

/// What one lane did on one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// The lane.
    pub lane: Arc<str>,
    /// The transport of its latest request for a feed; a command has none of its own.
    pub transport: Option<&'static str>,
    /// Requests it made here.
    pub requests: u64,
    /// Bytes, client to server.
    pub bytes_in: u64,
    /// Bytes, server to client.
    pub bytes_out: u64,
}

#[derive(Debug, Default)]
struct Account {
    charges: Vec<Charge>,
    // The index of whom bytes are charged to now; none: nobody's, such as the page's own files.
    current: Option<usize>,
    charged_in: u64,
    charged_out: u64,
    requests: u64,
}

impl Connection {
    pub(super) fn new(number: u64, origin: usize, peer: SocketAddr, line: Arc<Line>) -> Self {
        Self { number, origin, peer, line, account: Mutex::default() }
    }

    /// Its number in this process, from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The origin that accepted it; 0 is the bench.
    pub fn origin(&self) -> usize {
        self.origin
    }

    /// Who connected.
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// Its wire's handle.
    pub fn line(&self) -> &Arc<Line> {
        &self.line
    }

    /// A request has come: from here on bytes are `lane`'s, or nobody's. Gives the bytes that came in for it so far: its
    /// head, and its body if that was awaited.
    pub fn charge(&self, lane: Option<&str>, transport: Option<&'static str>) -> u64 {
        let totals = self.line.totals();
        let mut account = self.account();
        account.settle_in(self.line.answered());
        let fresh = totals.0 - account.charged_in;
        account.charge(lane, transport, totals);
        fresh
    }

    /// What each lane did here so far.
    pub fn charges(&self) -> Vec<Charge> {
        let (_, bytes_out) = self.line.totals();
        let mut account = self.account();
        account.settle_out(bytes_out);
        account.settle_in(self.line.answered());
        account.charges.clone()
    }

    /// Whose bytes those that cross now are, and by which transport. Asking changes nothing, while [`Self::charges`] settles.
    pub fn current(&self) -> Option<(Arc<str>, Option<&'static str>)> {
        let account = self.account();
        let charge = account.charges.get(account.current?)?;
        Some((charge.lane.clone(), charge.transport))
    }

    /// Requests on this connection so far, whoever's.
    pub fn requests(&self) -> u64 {
        self.account().requests
    }

    fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Account {
    fn charge(&mut self, lane: Option<&str>, transport: Option<&'static str>, totals: (u64, u64)) {
        self.requests += 1;
        self.settle_out(totals.1);
        self.current = lane.and_then(|lane| self.index(lane, transport));
        self.settle_in(totals.0);
        if let Some(index) = self.current {
            self.charges[index].requests += 1;
        }
    }

    /// `None` if this connection already carries as many lanes as are told apart.
    fn index(&mut self, lane: &str, transport: Option<&'static str>) -> Option<usize> {
        if let Some(index) = self.charges.iter().position(|charge| &*charge.lane == lane) {
            let known = &mut self.charges[index].transport;
            *known = transport.or(*known);
            return Some(index);
        }
        if self.charges.len() >= LANES {
            return None;
        }
        self.charges.push(Charge { lane: lane.into(), transport, requests: 0, bytes_in: 0, bytes_out: 0 });
        Some(self.charges.len() - 1)
    }

    fn settle_in(&mut self, total: u64) {
        // What came with a request was charged to it before anything was said to it.
        let fresh = total.saturating_sub(self.charged_in);
        self.charged_in += fresh;
        if let Some(index) = self.current {
            self.charges[index].bytes_in += fresh;
        }
    }

    fn settle_out(&mut self, total: u64) {
        let fresh = total - self.charged_out;
        self.charged_out = total;
        if let Some(index) = self.current {
            self.charges[index].bytes_out += fresh;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_go_to_the_lane_whose_request_they_are_part_of() {
        let line = Arc::new(Line::new(None));
        let peer = SocketAddr::from(([127, 0, 0, 1], 1));
        let connection = Connection::new(1, 1, peer, line.clone());
        line.count_in(&[0; 100]);
        assert_eq!(connection.charge(None, None), 100);
        line.count_out(&[0; 5000]);
        line.count_in(&[0; 300]);
        assert_eq!(connection.charge(Some("a"), Some("polling")), 300);
        line.count_out(&[0; 40]);
        line.count_in(&[0; 310]);
        connection.charge(Some("b"), None);
        line.count_out(&[0; 50]);
        let told: Vec<_> =
            connection.charges().iter().map(|c| (c.lane.to_string(), c.bytes_in, c.bytes_out)).collect();
        assert_eq!(told, [("a".to_owned(), 300, 40), ("b".to_owned(), 310, 50)]);
        assert_eq!(connection.requests(), 3);
    }

    #[test]
    fn a_request_that_is_not_read_yet_is_nobodys_whoever_asks() {
        let line = Arc::new(Line::new(None));
        let connection = Connection::new(1, 1, SocketAddr::from(([127, 0, 0, 1], 1)), line.clone());
        let told = || -> Vec<_> {
            connection.charges().iter().map(|c| (c.lane.to_string(), c.bytes_in, c.bytes_out)).collect()
        };
        line.count_in(&[0; 300]);
        assert_eq!(connection.charge(Some("a"), Some("polling")), 300);
        line.count_in(&[0; 20]);
        line.count_out(&[0; 40]);
        assert_eq!(told(), [("a".to_owned(), 320, 40)], "a body that came late, before the answer");
        line.count_in(&[0; 310]);
        assert_eq!(told(), [("a".to_owned(), 320, 40)], "the next request is on its way");
        assert_eq!(connection.charge(Some("b"), Some("polling")), 310);
        assert_eq!(told(), [("a".to_owned(), 320, 40), ("b".to_owned(), 310, 0)]);
    }

    #[test]
    fn frames_are_of_the_request_that_opened_the_websocket() {
        let line = Arc::new(Line::new(None));
        let connection = Connection::new(1, 1, SocketAddr::from(([127, 0, 0, 1], 1)), line.clone());
        line.count_in(&[0; 300]);
        connection.charge(Some("a"), Some("websocket"));
        line.upgraded();
        line.count_out(&[0; 129]);
        line.count_in(&[0; 8]);
        let charges = connection.charges();
        assert_eq!((charges[0].bytes_in, charges[0].bytes_out), (308, 129));
    }
}
