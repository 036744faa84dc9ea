//! Time and memory of grouping a million statements into claims, on one core.

use crate::run::{example, measure, option, output};

/// `cargo xtask bench claims [--statements N] [--seed N]`: made statements, then as many that are all the same.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let n = option(arguments, "--statements").unwrap_or("1000000");
    let seed = option(arguments, "--seed").unwrap_or("7");
    let program = example("onrecord-statements", "bench_claims")?;
    let name = program.to_string_lossy();
    for kind in ["made", "identical"] {
        let line = output(&program, &[n, seed, kind])?;
        let usage = measure(&name, &[n, seed, kind])?;
        print!("{kind}: {line}");
        println!(
            "    with the making of them: {:.1} s of CPU, {:.0} MB at the peak",
            usage.cpu_seconds, usage.peak_mb
        );
    }
    Ok(())
}
