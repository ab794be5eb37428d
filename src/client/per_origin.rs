//! How many requests of one browser may be under way to one origin: over HTTP/1.1 each needs a connection, and browsers make
//! six of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::profile::Profile;
use super::url::Url;

/// The slots of one browser, shared by all its clients. Who finds none waits, in the order of asking. A connection that
/// only waits for its next request takes none, for whoever asks next would use it; nor does a WebSocket, which has a pool
/// of its own.
#[derive(Clone, Debug)]
pub struct PerOrigin(Arc<Slots>);

#[derive(Debug)]
struct Slots {
    most: Option<usize>,
    origins: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl PerOrigin {
    /// So many for each origin; `None`: as many as are wanted.
    pub fn of(most: Option<usize>) -> Self {
        Self(Arc::new(Slots { most, origins: Mutex::default() }))
    }

    /// As a browser of this profile has it.
    pub fn like(profile: &Profile) -> Self {
        Self::of(profile.per_origin)
    }

    /// Waits for a slot for a request to the origin of `url`; it is given back when what is returned is dropped.
    pub(super) async fn slot(&self, url: &Url) -> Option<OwnedSemaphorePermit> {
        let most = self.0.most?;
        let origin = {
            let mut origins = self.0.origins.lock().unwrap_or_else(PoisonError::into_inner);
            origins.entry(url.authority()).or_insert_with(|| Arc::new(Semaphore::new(most))).clone()
        };
        // It fails only once it is closed, which nobody does.
        origin.acquire_owned().await.ok()
    }
}

impl Default for PerOrigin {
    fn default() -> Self {
        Self::of(None)
    }
}
