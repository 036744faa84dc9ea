//! Segments are worked on side by side when there is enough to do.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

/// Fewer documents than this are done soon enough by one thread, and steadier when the machine is busy.
const ENOUGH_DOCUMENTS: u64 = 300_000;
/// Most threads for one search.
const MOST_THREADS: usize = 8;

/// Whether segments with so many documents together are worked on side by side.
pub(super) fn is_enough(n_documents: u64) -> bool {
    n_documents >= ENOUGH_DOCUMENTS
}

/// How many threads a search may use; asked of the system once, which takes as long as a small search.
fn most_threads() -> usize {
    static MOST: OnceLock<usize> = OnceLock::new();
    *MOST.get_or_init(|| {
        std::thread::available_parallelism().map_or(1, |cores| cores.get().min(MOST_THREADS))
    })
}

/// Applies `work` to every item, `side_by_side` or not, and gives the results in the order of the items.
pub(super) fn map<'t, T: Sync, R: Send, E: Send>(
    items: &'t [T],
    side_by_side: bool,
    work: impl Fn(&'t T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let n_threads = most_threads().min(items.len());
    if n_threads < 2 || !side_by_side {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Result<R, E>)>> = Mutex::new(Vec::with_capacity(items.len()));
    let run = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else {
                return;
            };
            let result = work(item);
            lock(&done).push((index, result));
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..n_threads {
            scope.spawn(run);
        }
        run();
    });
    let mut done = std::mem::take(&mut *lock(&done));
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_order_and_the_first_error_wins() {
        let items: Vec<u32> = (0..1_000).collect();
        for side_by_side in [false, true] {
            let doubled = map(&items, side_by_side, |item| Ok::<_, ()>(item * 2));
            assert_eq!(doubled, Ok(items.iter().map(|item| item * 2).collect()));
            let failed = map(&items, side_by_side, |item| {
                if *item < 700 { Ok(()) } else { Err(*item) }
            });
            assert_eq!(failed, Err(700));
        }
    }
}
