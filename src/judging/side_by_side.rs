//! Work of which several pieces are done at the same time.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::error::Error;

/// What the workers share: outcomes by position, and the first thing that stopped one of them.
struct Outcomes<T> {
    done: BTreeMap<usize, T>,
    stopped: Option<Error>,
}

/// Does the pieces of work with these numbers, in their order, so many at the same time. Each worker has something of its own
/// that `worker` makes, such as an engine. After the first error no further piece is begun.
///
/// # Errors
/// The first error of a piece.
pub fn side_by_side<W, T: Send>(
    jobs: usize,
    which: &[usize],
    worker: impl Fn() -> W + Sync,
    one: impl Fn(&W, usize) -> Result<T, Error> + Sync,
) -> Result<BTreeMap<usize, T>, Error> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Outcomes {
        done: BTreeMap::new(),
        stopped: None,
    });
    let work = || {
        let own = worker();
        while let Some(&index) = which.get(next.fetch_add(1, Ordering::SeqCst)) {
            let done = one(&own, index);
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
            match done {
                Ok(value) => {
                    found.done.insert(index, value);
                }
                Err(error) => {
                    found.stopped.get_or_insert(error);
                }
            }
            if found.stopped.is_some() {
                return;
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, which.len().max(1)) {
            scope.spawn(work);
        }
    });
    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    match found.stopped {
        Some(error) => Err(error),
        None => Ok(found.done),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_is_done_once_and_an_error_begins_nothing_more() {
        let which: Vec<usize> = (0..40).collect();
        let done = side_by_side(3, &which, || (), |(), index| Ok(index * 2)).unwrap();
        assert_eq!(
            done.into_iter().collect::<Vec<_>>(),
            (0..40).map(|i| (i, i * 2)).collect::<Vec<_>>()
        );
        let begun = AtomicUsize::new(0);
        let stop = |(): &(), index: usize| {
            begun.fetch_add(1, Ordering::SeqCst);
            if index == 1 { Err(Error::engine("gone")) } else { Ok(()) }
        };
        assert_eq!(side_by_side(1, &which, || (), stop).unwrap_err().message(), "gone");
        assert_eq!(begun.load(Ordering::SeqCst), 2);
    }
}
