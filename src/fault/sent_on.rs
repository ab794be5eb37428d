//! Where an `answer` has sent requests on to. A browser that is sent from one of our origins to another for a page of a
//! third says `Origin: null` there (Fetch, "serializing a request origin"), which nobody else is let in with.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long the request may take to get there. Chromium keeps to the new place for its reconnects, so it is renewed.
const PATIENCE: Duration = Duration::from_secs(60);
/// The most places remembered.
const PLACES: usize = 256;

/// The places, by origin, path and query.
#[derive(Debug, Default)]
pub struct SentOn(Mutex<VecDeque<Place>>);

#[derive(Debug)]
struct Place {
    origin: usize,
    path: String,
    until: Instant,
}

impl SentOn {
    /// A request is sent on to this path and query at that origin.
    pub fn to(&self, origin: usize, path: &str) {
        let mut places = self.places();
        let until = Instant::now() + PATIENCE;
        places.retain(|place| place.origin != origin || place.path != path);
        places.push_back(Place { origin, path: path.to_owned(), until });
        while places.len() > PLACES {
            places.pop_front();
        }
    }

    /// Whether one was lately; if so, it may be again for as long.
    pub fn was(&self, origin: usize, path: &str) -> bool {
        let now = Instant::now();
        let mut places = self.places();
        let known = |place: &&mut Place| place.origin == origin && place.path == path && place.until > now;
        places.iter_mut().find(known).is_some_and(|place| {
            place.until = now + PATIENCE;
            true
        })
    }

    fn places(&self) -> MutexGuard<'_, VecDeque<Place>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_where_somebody_was_sent_is_it_known_and_of_many_the_oldest_is_forgotten() {
        let sent_on = SentOn::default();
        sent_on.to(2, "/jobs/a/sse?lane=a");
        assert!(sent_on.was(2, "/jobs/a/sse?lane=a"));
        assert!(!sent_on.was(1, "/jobs/a/sse?lane=a") && !sent_on.was(2, "/jobs/a/sse"));
        for number in 0..PLACES {
            sent_on.to(3, &number.to_string());
        }
        assert!(!sent_on.was(2, "/jobs/a/sse?lane=a") && sent_on.was(3, "0"));
    }
}
