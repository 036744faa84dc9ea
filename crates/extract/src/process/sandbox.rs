//! How a worker locks itself in before it sees the first byte of a file.
//!
//! Three walls, each of use without the others: limits of the system on memory, time and files;
//! Landlock, which takes every path and the network away; seccomp, which leaves only the system
//! calls that reading needs. What a reader might try in good faith fails with an error; what only
//! an attacker would try ends the process.

use std::io;

use rustix::process::{Resource, Rlimit, setrlimit};

use super::limits::ProcessLimits;
use super::program::Sandbox;

/// Locks this process in for good; says how far the system could.
pub(super) fn lock_in(limits: &ProcessLimits) -> io::Result<Sandbox> {
    limit(limits)?;
    let mut sandbox = walls::build();
    sandbox.limits = true;
    Ok(sandbox)
}

fn limit(limits: &ProcessLimits) -> io::Result<()> {
    let fixed = |resource, value| {
        let limit = Rlimit {
            current: Some(value),
            maximum: Some(value),
        };
        setrlimit(resource, limit)
    };
    fixed(Resource::Core, 0)?;
    fixed(Resource::As, limits.address_space)?;
    fixed(Resource::Fsize, limits.temporary_file)?;
    fixed(Resource::Nofile, limits.open_files)?;
    Ok(())
}

#[cfg(target_os = "linux")]
mod walls {
    use std::collections::BTreeMap;

    use landlock::{
        ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr,
        RulesetStatus, Scope,
    };
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    use rustix::thread::set_no_new_privs;
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule, apply_filter,
    };

    use super::Sandbox;

    type Failure = Box<dyn std::error::Error>;

    /// What reading needs: the files it was given, memory, time, and the way out.
    const NEEDED: &[i64] = &[
        libc::SYS_read,
        libc::SYS_readv,
        libc::SYS_pread64,
        libc::SYS_write,
        libc::SYS_writev,
        libc::SYS_pwrite64,
        libc::SYS_lseek,
        libc::SYS_close,
        libc::SYS_fstat,
        libc::SYS_fcntl,
        libc::SYS_ftruncate,
        libc::SYS_recvmsg,
        libc::SYS_recvfrom,
        libc::SYS_ppoll,
        libc::SYS_brk,
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_madvise,
        libc::SYS_futex,
        libc::SYS_sched_yield,
        libc::SYS_sched_getaffinity,
        libc::SYS_getrandom,
        libc::SYS_getcpu,
        libc::SYS_getpid,
        libc::SYS_gettid,
        libc::SYS_clock_gettime,
        libc::SYS_clock_getres,
        libc::SYS_clock_nanosleep,
        libc::SYS_nanosleep,
        libc::SYS_gettimeofday,
        libc::SYS_getrusage,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
        libc::SYS_tgkill,
        libc::SYS_restart_syscall,
        libc::SYS_rseq,
        libc::SYS_exit,
        libc::SYS_exit_group,
    ];
    #[cfg(target_arch = "x86_64")]
    const NEEDED_HERE: &[i64] = &[libc::SYS_poll, libc::SYS_time];
    #[cfg(not(target_arch = "x86_64"))]
    const NEEDED_HERE: &[i64] = &[];

    /// What no reader tries, whatever the file: it ends the process.
    const FORBIDDEN: &[i64] = &[
        libc::SYS_execve,
        libc::SYS_execveat,
        libc::SYS_ptrace,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_kill,
        libc::SYS_socket,
        libc::SYS_connect,
        libc::SYS_bind,
        libc::SYS_listen,
        libc::SYS_sendto,
        libc::SYS_io_uring_setup,
        libc::SYS_bpf,
        libc::SYS_perf_event_open,
        libc::SYS_userfaultfd,
        libc::SYS_unshare,
        libc::SYS_setns,
        libc::SYS_mount,
        libc::SYS_init_module,
        libc::SYS_finit_module,
        libc::SYS_keyctl,
    ];
    #[cfg(target_arch = "x86_64")]
    const FORBIDDEN_HERE: &[i64] = &[libc::SYS_fork, libc::SYS_vfork, libc::SYS_creat];
    #[cfg(not(target_arch = "x86_64"))]
    const FORBIDDEN_HERE: &[i64] = &[];

    /// Builds what of the walls this system has.
    pub(super) fn build() -> Sandbox {
        // Nobody who is not root looks into this process or gets a picture of its memory.
        let is_private = set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok()
            && set_no_new_privs(true).is_ok();
        Sandbox {
            limits: false,
            files: is_private && restrict_files().unwrap_or(false),
            calls: is_private && restrict_calls().is_ok(),
        }
    }

    /// No path at all may be opened, and no port reached; says whether that holds.
    fn restrict_files() -> Result<bool, landlock::RulesetError> {
        // As much as the running kernel knows of what this program asks for.
        let newest = ABI::V6;
        let rules = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(newest))?
            .handle_access(AccessNet::from_all(newest))?
            .scope(Scope::from_all(newest))?;
        let status = rules.create()?.restrict_self()?;
        Ok(status.ruleset != RulesetStatus::NotEnforced)
    }

    fn restrict_calls() -> Result<(), Failure> {
        let arch = std::env::consts::ARCH.try_into()?;
        let forbidden = SeccompFilter::new(
            forbidden_calls()?,
            SeccompAction::Allow,
            SeccompAction::KillProcess,
            arch,
        )?;
        let needed = SeccompFilter::new(
            needed_calls()?,
            SeccompAction::Errno(libc::EPERM as u32),
            SeccompAction::Allow,
            arch,
        )?;
        // The stricter answer of the two counts. The second one forbids to add a third.
        for filter in [forbidden, needed] {
            let program: BpfProgram = filter.try_into()?;
            apply_filter(&program)?;
        }
        Ok(())
    }

    type Rules = BTreeMap<i64, Vec<SeccompRule>>;

    fn needed_calls() -> Result<Rules, Failure> {
        let always = NEEDED.iter().chain(NEEDED_HERE);
        let mut rules: Rules = always.map(|call| (*call, Vec::new())).collect();
        // Memory, and never such that what is written into it can be run.
        let no_code = || masked(2, libc::PROT_EXEC, 0);
        rules.insert(libc::SYS_mmap, vec![rule([no_code()?])?]);
        rules.insert(libc::SYS_mprotect, vec![rule([no_code()?])?]);
        // Its own processor time, from file to file: the parent's clock is the second guard.
        let own = equal(0, 0)?;
        let cpu = equal(1, u64::from(libc::RLIMIT_CPU))?;
        rules.insert(libc::SYS_prlimit64, vec![rule([own, cpu])?]);
        Ok(rules)
    }

    fn forbidden_calls() -> Result<Rules, Failure> {
        let always = FORBIDDEN.iter().chain(FORBIDDEN_HERE);
        let mut rules: Rules = always.map(|call| (*call, Vec::new())).collect();
        let for_writing = |flags| {
            let writes = |how| rule([masked(flags, libc::O_ACCMODE, how)?]);
            Ok::<_, Failure>(vec![writes(libc::O_WRONLY)?, writes(libc::O_RDWR)?])
        };
        rules.insert(libc::SYS_openat, for_writing(2)?);
        #[cfg(target_arch = "x86_64")]
        rules.insert(libc::SYS_open, for_writing(1)?);
        Ok(rules)
    }

    fn rule<const N: usize>(conditions: [SeccompCondition; N]) -> Result<SeccompRule, Failure> {
        Ok(SeccompRule::new(conditions.into())?)
    }

    fn equal(argument: u8, value: u64) -> Result<SeccompCondition, Failure> {
        let op = SeccompCmpOp::Eq;
        let len = SeccompCmpArgLen::Dword;
        Ok(SeccompCondition::new(argument, len, op, value)?)
    }

    fn masked(argument: u8, mask: i32, value: i32) -> Result<SeccompCondition, Failure> {
        let wide = |number: i32| u64::from(number.unsigned_abs());
        let op = SeccompCmpOp::MaskedEq(wide(mask));
        let len = SeccompCmpArgLen::Dword;
        Ok(SeccompCondition::new(argument, len, op, wide(value))?)
    }
}

#[cfg(not(target_os = "linux"))]
mod walls {
    use super::Sandbox;

    /// No wall but the limits is known here, and whoever asks is told so.
    pub(super) fn build() -> Sandbox {
        Sandbox::default()
    }
}
