//! Why the pages cannot be served at all.

use std::net::SocketAddr;

/// A failure before or while listening; what is wrong with one request is a `Fault`, shown as a page.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The case cannot be opened.
    #[error(transparent)]
    Case(#[from] onrecord_workbench::Error),
    /// Other machines could connect.
    #[error(
        "{0} can be reached from other machines, and there are no accounts yet; listen on 127.0.0.1 or [::1]"
    )]
    NotLoopback(SocketAddr),
    /// Somebody else listens there.
    #[error(
        "port {} is taken, perhaps by another `onrecord serve`; choose another with --listen {}:0, which takes any that is free",
        .0.port(), shown(.0)
    )]
    Taken(SocketAddr),
    /// The system refuses.
    #[error("cannot listen on {listen}: {source}; choose another address with --listen")]
    Listen {
        /// Where.
        listen: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// The system's source of random numbers, or its threads.
    #[error("the system refuses what a server needs ({0}); try again")]
    System(String),
}

/// The host as it is written before a port.
fn shown(address: &SocketAddr) -> String {
    match address {
        SocketAddr::V4(address) => address.ip().to_string(),
        SocketAddr::V6(address) => format!("[{}]", address.ip()),
    }
}
