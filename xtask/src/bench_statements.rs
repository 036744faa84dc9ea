//! What statements cost beside the language engine, on the same text in one process.

use crate::run::{example, option, output};
use crate::train_statements::model;

/// `cargo xtask bench statements --file TEXTS.jsonl`: CPU seconds of each step, one thread.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let Some(texts) = option(arguments, "--file") else {
        anyhow::bail!("name a file of lines {{\"id\",\"text\"}}: --file TEXTS.jsonl");
    };
    let program = example("onrecord-statements", "attributions")?;
    let model = model(arguments)?;
    print!(
        "{}",
        output(program, &[&model.to_string_lossy(), texts, "--cost"])?
    );
    Ok(())
}
