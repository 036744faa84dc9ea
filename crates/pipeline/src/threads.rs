//! Stage `threads`: messages into conversations.

use onrecord_mail::{Thread, ThreadInput, group_threads};

use crate::stage::{Fingerprint, STAGES, Stage, StageInfo};

/// Groups messages by what they refer to; a subject alone never joins two.
#[derive(Debug, Clone, Copy, Default)]
pub struct Threads;

/// Raised whenever the grouping changes.
const VERSION: u32 = 1;

impl Stage for Threads {
    type Input = [ThreadInput];
    type Output = Vec<Thread>;

    fn info(&self) -> &'static StageInfo {
        StageInfo::named("threads").unwrap_or(&STAGES[0])
    }

    fn fingerprint(&self) -> Fingerprint {
        Fingerprint::new("threads", VERSION, &[])
    }

    fn run(&self, input: &[ThreadInput]) -> Vec<Thread> {
        group_threads(input)
    }

    fn merge(&self, parts: Vec<Vec<Thread>>) -> Vec<Thread> {
        let mut threads: Vec<Thread> = parts.into_iter().flatten().collect();
        threads.sort_unstable_by_key(|thread| thread.id);
        threads
    }
}
