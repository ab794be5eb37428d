//! The native clients: `EventSource` and `WebSocket` as the standards have them or as a browser does, and the clients of a lane
//! (polling, long polling, SSE, fetch stream, WebSocket), which write down what they see in the one schema of
//! [`record`](crate::record).
//!
//! They run over any byte stream that a [`Connector`] opens, and know no clock but tokio's: in a paused runtime they live in
//! simulated time, and a time-out of a minute passes at once. All chance comes from a seed. The guide, and the table of what
//! browsers do differently, is docs/reference/client.md.
//!
//! An event stream that a server of three lines tells, read over a pipe in memory and in simulated time:
//!
//! ```
//! use std::io;
//! use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
//! use wirebench::client::{Connector, EventSource, EventSourceInit, Happening, Profile, ReadyState, Url};
//!
//! /// Each connection is a pipe to a server that answers once and hangs up.
//! struct Pipes;
//!
//! impl Connector for Pipes {
//!     type Stream = DuplexStream;
//!
//!     async fn connect(&self, _to: &Url) -> io::Result<DuplexStream> {
//!         let (client, mut server) = tokio::io::duplex(4096);
//!         tokio::spawn(async move {
//!             server.read_buf(&mut Vec::with_capacity(4096)).await?;
//!             let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
//!             server.write_all(format!("{head}id: 1\ndata: hello\n\n").as_bytes()).await
//!         });
//!         Ok(client)
//!     }
//! }
//!
//! let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build()?;
//! runtime.block_on(async {
//!     let url = "http://example.org/events".parse().expect("an address");
//!     let init = EventSourceInit { profile: Profile::firefox(), ..EventSourceInit::default() };
//!     let mut source = EventSource::open(Pipes, url, init);
//!     let began = tokio::time::Instant::now();
//!     let mut errors = 0;
//!     while errors < 2 {
//!         match source.next().await.expect("it never gives up") {
//!             Happening::Message { data, last_event_id, .. } => {
//!                 assert_eq!((data.as_str(), last_event_id.as_str()), ("hello", "1"));
//!             }
//!             Happening::Error { ready_state, .. } => {
//!                 assert_eq!(ready_state, ReadyState::Connecting);
//!                 errors += 1;
//!             }
//!             _ => {}
//!         }
//!     }
//!     // Firefox comes back after five seconds; none of them was waited for.
//!     assert_eq!(began.elapsed().as_secs(), 5);
//! });
//! # Ok::<(), io::Error>(())
//! ```

mod clock;
mod coding;
mod coming_back;
mod connector;
mod event_source;
mod http;
mod lane;
mod mime;
mod per_origin;
mod profile;
mod redirect;
mod switches;
mod url;
mod web_socket;

pub use clock::Wall;
pub use coming_back::{ComingBack, Reconnect, Reopening};
pub use connector::{Connector, Dial, Lines, Tcp};
pub use event_source::{EventSource, EventSourceInit, Happening, ReadyState};
pub use lane::{Client, Command, Lane, LongPolling, Observer, Polling, Reader, Transport};
pub use per_origin::PerOrigin;
pub use profile::{Complaint, EventSourceTraits, Profile, Remembered, Sniffed, Throttle, WebSocketTraits};
pub use switches::{BadSwitch, lane_settings, own_switches, transport_of};
pub use url::{Url, UrlError};
pub use web_socket::{SocketError, SocketHappening, SocketState, WebSocket, WebSocketInit};
