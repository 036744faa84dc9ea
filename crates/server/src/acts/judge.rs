//! Recording a judgement. Who decides has seen the log up to a number that the form bears: where something
//! was decided since on the same question, nothing is recorded, and a page shows both and asks.

use onrecord_workbench::Workbench;

use super::{Act, Deed, Done};
use crate::fault::Fault;
use crate::pages::JudgeQuery;

/// Records a judgement.
pub(super) const ACT: Act = Act {
    path: "/judge",
    run,
};

fn run(deed: &Deed) -> Result<Done, Fault> {
    let asked: JudgeQuery = deed.parse()?;
    let decision = asked.decision()?;
    if let Some(seen) = asked.seen {
        let bench = Workbench::open(&deed.case)?;
        if let Some(known) = bench.recorded_already(&decision, &deed.who, seen)? {
            return Ok(deed.told(&known));
        }
        if !bench.decided_meanwhile(&decision, seen)?.is_empty() {
            return Ok(Done {
                back: asked.href(&deed.back),
                cookie: None,
            });
        }
    }
    deed.decide(&decision)
}
