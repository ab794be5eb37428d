//! Things that happened at an instant, in their order: by time, and where that is the same by their place in the record.

/// Instants with what happened then.
#[derive(Clone, Debug)]
pub(super) struct Instants<T>(Vec<(f64, T)>);

impl<T> Default for Instants<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Instants<T> {
    /// Enters one; those that come nearly in order cost little.
    pub(super) fn enter(&mut self, at: f64, what: T) {
        let place = match self.0.last() {
            Some((last, _)) if *last > at => self.0.partition_point(|(other, _)| *other <= at),
            _ => self.0.len(),
        };
        self.0.insert(place, (at, what));
    }

    /// All, the earliest first.
    pub(super) fn iter(&self) -> std::slice::Iter<'_, (f64, T)> {
        self.0.iter()
    }
}
