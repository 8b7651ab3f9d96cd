//! How much lines that are evaluated at one time may hold together: a line waits for its share, and one that could never
//! have it is refused.

use std::sync::{Condvar, Mutex, PoisonError};

use crate::cost::{self, LIMIT, Way, size};
use crate::input::Inputs;
use crate::kernel::Loss;
use crate::spec::Params;

/// Bytes that a number of a line takes while it is read.
const READ: f64 = 64.0;

/// A limit, and what is held of it.
#[derive(Debug)]
pub struct Memory {
    limit: f64,
    held: Mutex<f64>,
    freed: Condvar,
}

/// A share of the memory, until it is dropped.
#[derive(Debug)]
pub(super) struct Share<'a> {
    memory: &'a Memory,
    bytes: f64,
}

impl Default for Memory {
    fn default() -> Self {
        Self::new(LIMIT)
    }
}

impl Memory {
    /// A limit in bytes.
    #[must_use]
    pub fn new(limit: f64) -> Self {
        Self { limit, held: Mutex::default(), freed: Condvar::new() }
    }

    /// The share that reading a line takes, once it is free.
    ///
    /// # Errors
    /// What it would take and what is allowed, if that is less.
    pub(super) fn reading(&self, line: &str) -> Result<Share<'_>, String> {
        let numbers = line.bytes().filter(|byte| *byte == b',').count();
        let bytes = READ * numbers as f64;
        if bytes > self.limit {
            let (bytes, limit) = (size(bytes), size(self.limit));
            return Err(format!(
                "this line has {numbers} commas, to read it would take {bytes} of memory, allowed are {limit}"
            ));
        }
        Ok(self.share(bytes))
    }

    /// Exchanges the share of reading for that of evaluating.
    ///
    /// # Errors
    /// The sizes of the batch, what it would take and what is allowed, if that is less.
    pub(super) fn evaluating<'a>(
        &'a self,
        reading: Share<'a>,
        loss: &dyn Loss,
        (way, input, params): (Way, &Inputs<f64>, &Params),
    ) -> Result<Share<'a>, String> {
        let bytes = cost::check(loss, way, input, params, self.limit)?;
        drop(reading);
        Ok(self.share(bytes))
    }

    /// Waits until so much is free.
    fn share(&self, bytes: f64) -> Share<'_> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let is_too_much = |held: &mut f64| *held > 0.0 && *held + bytes > self.limit;
        let mut held = self.freed.wait_while(held, is_too_much).unwrap_or_else(PoisonError::into_inner);
        *held += bytes;
        Share { memory: self, bytes }
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        let mut held = self.memory.held.lock().unwrap_or_else(PoisonError::into_inner);
        *held = (*held - self.bytes).max(0.0);
        self.memory.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn what_is_held_together_stays_within_the_limit() {
        let (memory, now, most) = (Memory::new(10.0), AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for bytes in [4, 4, 6, 3, 10, 2, 5, 1] {
                let (memory, now, most) = (&memory, &now, &most);
                scope.spawn(move || {
                    for _ in 0..20 {
                        let _share = memory.share(f64::from(bytes));
                        let held = now.fetch_add(bytes as usize, Ordering::SeqCst) + bytes as usize;
                        most.fetch_max(held, Ordering::SeqCst);
                        thread::yield_now();
                        now.fetch_sub(bytes as usize, Ordering::SeqCst);
                    }
                });
            }
        });
        assert!(most.into_inner() <= 10, "more than the limit was held at one time");
    }

    #[test]
    fn a_line_that_could_not_even_be_read_is_refused() {
        let told = Memory::new(1e3).reading(&",".repeat(1000)).unwrap_err();
        assert_eq!(told, "this line has 1000 commas, to read it would take 1 MB of memory, allowed are 1 MB");
    }
}
