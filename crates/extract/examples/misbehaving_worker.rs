//! A worker that does what a hijacked one would: each text that begins with `!` is an order,
//! and each whole text of a web page that begins with `?`, which only the first engine tells.
//!
//! For the tests of `onrecord_extract::process`. An attempt that fails with an error is passed over,
//! so that the file is read as if nothing had been; one that succeeds ends the process with
//! [`BROKEN_OUT`], which no test allows.
#![allow(clippy::disallowed_methods)] // does what it must not be able to do

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::net::{TcpStream, UdpSocket};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

use onrecord_extract::process::serve_worker;
use onrecord_extract::{Event, Role};

/// Exit status of a worker that got out.
const BROKEN_OUT: i32 = 99;

fn main() -> std::io::Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("garbage") => std::io::stdout().write_all(&[b'x'; 1 << 16]),
        Some("mute") => {
            std::thread::sleep(Duration::from_secs(60));
            Ok(())
        }
        Some("gone") => Ok(()),
        _ => serve_worker(&mut obey),
    }
}

fn obey(event: &Event) {
    let Event::Text(text) = event else { return };
    let first_line = text.text.trim().lines().next().unwrap_or_default();
    let order = match text.role {
        Role::Full => first_line.strip_prefix('?'),
        _ => first_line.strip_prefix('!'),
    };
    let Some(order) = order else { return };
    let succeeded = match order {
        "abort" => std::process::abort(),
        "panic" => panic!("ordered to"),
        "exit" => std::process::exit(3),
        "spin" => spin(),
        "sleep" => sleep(),
        "eat memory" => eat_memory(),
        "overflow the stack" => overflow(0) == 1,
        "print" => {
            println!("what a library prints");
            false
        }
        "shout" => std::io::stderr().write_all(&[b'x'; 1 << 20]).is_ok(),
        other => break_out(other),
    };
    if succeeded {
        std::process::exit(BROKEN_OUT);
    }
}

/// Whether the worker got at something outside.
fn break_out(order: &str) -> bool {
    match order {
        "read" => std::fs::read("/etc/passwd").is_ok(),
        "list" => std::fs::read_dir("/").is_ok(),
        "write" => File::create("/tmp/onrecord-broke-out").is_ok(),
        "append" => OpenOptions::new().append(true).open("/dev/null").is_ok(),
        "remove" => std::fs::remove_file("/tmp/onrecord-broke-out").is_ok(),
        "connect" => TcpStream::connect("127.0.0.1:9").is_ok(),
        "listen" => UdpSocket::bind("127.0.0.1:0").is_ok(),
        "start a program" => Command::new("/bin/true").status().is_ok(),
        "become a program" => Command::new("/bin/true").exec().kind() == ErrorKind::Other,
        "start a thread" => std::thread::Builder::new().spawn(|| ()).is_ok(),
        _ => true,
    }
}

fn spin() -> bool {
    let mut n = 0_u64;
    loop {
        n = std::hint::black_box(n.wrapping_add(1));
    }
}

fn sleep() -> bool {
    loop {
        std::thread::sleep(Duration::from_secs(1));
    }
}

/// Four GiB, each page of it used.
fn eat_memory() -> bool {
    let mut eaten = Vec::new();
    for _ in 0..64 {
        eaten.push(vec![1_u8; 64 << 20]);
    }
    std::hint::black_box(eaten).len() == 64
}

fn overflow(depth: u64) -> u64 {
    let held = std::hint::black_box([depth; 64]);
    if held[0] == u64::MAX {
        return 0;
    }
    overflow(depth + 1) + held[0]
}
