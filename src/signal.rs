//! A value that tasks watch: as `tokio::sync::watch`, but whoever waits is woken in the order in which they came.
//!
//! tokio spreads them over several queues by chance, which no seed reaches; in simulated time the same seed is to give the
//! same record, and so the same order.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use thiserror::Error;
use tokio::sync::Notify;

/// Sets the value.
#[derive(Debug)]
pub struct Sender<T>(Arc<Shared<T>>);

/// Watches the value.
#[derive(Debug)]
pub struct Receiver<T> {
    shared: Arc<Shared<T>>,
    seen: u64,
}

/// There is no sender any more.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("nobody sets the value any more")]
pub struct Gone;

#[derive(Debug)]
struct Shared<T> {
    state: Mutex<State<T>>,
    news: Notify,
}

#[derive(Debug)]
struct State<T> {
    value: T,
    version: u64,
    gone: bool,
}

/// A sender and who watches it.
pub fn channel<T: Clone>(value: T) -> (Sender<T>, Receiver<T>) {
    let sender = Sender::new(value);
    let receiver = sender.subscribe();
    (sender, receiver)
}

impl<T: Clone> Sender<T> {
    /// A sender of this value, which nobody watches yet.
    pub fn new(value: T) -> Self {
        let state = Mutex::new(State { value, version: 0, gone: false });
        Self(Arc::new(Shared { state, news: Notify::new() }))
    }

    /// Watches it from now on.
    pub fn subscribe(&self) -> Receiver<T> {
        let seen = self.0.state().version;
        Receiver { shared: self.0.clone(), seen }
    }

    /// The value.
    pub fn get(&self) -> T {
        self.0.state().value.clone()
    }

    /// Sets it.
    pub fn set(&self, value: T) {
        self.change(|current| *current = value);
    }

    /// Changes it.
    pub fn change(&self, change: impl FnOnce(&mut T)) {
        let mut state = self.0.state();
        change(&mut state.value);
        state.version += 1;
        drop(state);
        self.0.news.notify_waiters();
    }
}

impl<T: Clone> Receiver<T> {
    /// The value.
    pub fn get(&self) -> T {
        self.shared.state().value.clone()
    }

    /// The value, which has been seen then.
    pub fn see(&mut self) -> T {
        let state = self.shared.state();
        self.seen = state.version;
        state.value.clone()
    }

    /// Whether it was set since it was last seen.
    ///
    /// # Errors
    /// If it was not and never will be.
    pub fn has_changed(&self) -> Result<bool, Gone> {
        let state = self.shared.state();
        if state.version == self.seen && state.gone { Err(Gone) } else { Ok(state.version != self.seen) }
    }

    /// Waits until it is set after it was last seen; it has been seen then.
    ///
    /// # Errors
    /// If it never will be.
    pub async fn changed(&mut self) -> Result<(), Gone> {
        loop {
            let shared = self.shared.clone();
            let news = shared.news.notified();
            if self.has_changed()? {
                self.see();
                return Ok(());
            }
            news.await;
        }
    }

    /// Waits for a value like this, which it may have already.
    ///
    /// # Errors
    /// If it never will have.
    pub async fn wait_for(&mut self, wanted: impl Fn(&T) -> bool) -> Result<T, Gone> {
        loop {
            let value = self.see();
            if wanted(&value) {
                return Ok(value);
            }
            self.changed().await?;
        }
    }
}

impl<T: Clone + Default> Default for Sender<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone(), seen: self.seen }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.0.state().gone = true;
        self.0.news.notify_waiters();
    }
}

impl<T> Shared<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_who_wait_are_woken_in_the_order_in_which_they_came() {
        let (sender, receiver) = channel(0);
        let woken = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..100 {
            let (mut receiver, woken) = (receiver.clone(), woken.clone());
            tasks.spawn(async move {
                let seen = receiver.wait_for(|value| *value == 7).await;
                woken.lock().expect("whole").push(number);
                seen
            });
        }
        // The runtime looks around after every 61 tasks.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        sender.set(1);
        sender.set(7);
        let seen = tasks.join_all().await;
        assert_eq!(seen, vec![Ok(7); 100]);
        assert_eq!(*woken.lock().expect("whole"), (0..100).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn the_last_value_is_seen_before_its_sender_is_found_gone() {
        let (sender, mut receiver) = channel(0);
        assert_eq!(receiver.has_changed(), Ok(false));
        sender.set(1);
        drop(sender);
        assert_eq!((receiver.changed().await, receiver.get()), (Ok(()), 1));
        assert_eq!((receiver.changed().await, receiver.has_changed()), (Err(Gone), Err(Gone)));
        assert_eq!((receiver.wait_for(|value| *value == 1).await, receiver.see()), (Ok(1), 1));
        assert_eq!(receiver.wait_for(|value| *value == 2).await, Err(Gone));
    }
}
