//! Who waits for news of a job: one waker a reader, and no queue.
//!
//! A reader registers, then looks at the log again; an append stores first and wakes after. Whatever the order of the
//! two, nothing is slept through. Dropping a subscription is all it takes to be forgotten.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

/// The readers of one job.
#[derive(Debug, Default)]
pub struct Readers {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    slots: Vec<Slot>,
    free: Vec<usize>,
}

#[derive(Debug, Default)]
struct Slot {
    taken: bool,
    waker: Option<Waker>,
}

/// One reader's place; given back on drop.
#[derive(Debug)]
pub struct Subscription {
    readers: Arc<Readers>,
    slot: usize,
}

/// Wakes one reader.
#[derive(Clone, Debug)]
pub struct Bell {
    readers: Arc<Readers>,
    slot: usize,
}

impl Bell {
    /// Wakes it, if it waits. If it has gone meanwhile another may wake for nothing.
    pub fn ring(&self) {
        let waker = self.readers.lock().slots.get_mut(self.slot).and_then(|slot| slot.waker.take());
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Readers {
    /// Takes a place.
    pub fn subscribe(self: &Arc<Self>) -> Subscription {
        let mut inner = self.lock();
        let slot = inner.free.pop().unwrap_or_else(|| {
            inner.slots.push(Slot::default());
            inner.slots.len() - 1
        });
        inner.slots[slot] = Slot { taken: true, waker: None };
        drop(inner);
        Subscription { readers: self.clone(), slot }
    }

    /// Wakes all who registered since the last time.
    pub fn wake_all(&self) {
        // Wakers run foreign code: collect first, wake without the lock.
        let wakers: Vec<Waker> = self.lock().slots.iter_mut().filter_map(|slot| slot.waker.take()).collect();
        wakers.into_iter().for_each(Waker::wake);
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.lock().slots.iter().filter(|slot| slot.taken).count()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscription {
    /// What wakes this one alone.
    pub fn bell(&self) -> Bell {
        Bell { readers: self.readers.clone(), slot: self.slot }
    }

    /// Asks to be woken at the next news. Look at the log after this, not before.
    pub fn register(&self, cx: &Context<'_>) {
        let mut inner = self.readers.lock();
        match &mut inner.slots[self.slot].waker {
            Some(waker) => waker.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut inner = self.readers.lock();
        inner.slots[self.slot] = Slot::default();
        inner.free.push(self.slot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_subscription_is_forgotten_and_its_place_used_again() {
        let readers = Arc::new(Readers::default());
        let (one, two) = (readers.subscribe(), readers.subscribe());
        assert_eq!(readers.count(), 2);
        drop(one);
        assert_eq!(readers.count(), 1);
        let three = readers.subscribe();
        assert_eq!((readers.count(), readers.lock().slots.len()), (2, 2));
        drop((two, three));
        assert_eq!(readers.count(), 0);
    }
}
