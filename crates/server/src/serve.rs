//! Listening, and stopping cleanly.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::app::{App, Options, router};
use crate::error::Error;

/// How long answers under way may take after Ctrl-C.
const LAST_ANSWERS: Duration = Duration::from_secs(3);

/// Where the case can be opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Address {
    /// Version of this object.
    pub format_version: u32,
    /// The address with its token: a key to the case.
    pub address: String,
    /// Address and port.
    pub listen: String,
}

/// Serves a case until Ctrl-C; `announce` is called once, when the address answers.
///
/// # Errors
/// When the case cannot be opened, or the address cannot be listened on or is not of this machine alone.
pub fn serve(
    options: &Options,
    announce: &mut dyn FnMut(&Address) -> std::io::Result<()>,
) -> Result<(), Error> {
    if !options.listen.ip().is_loopback() {
        return Err(Error::NotLoopback(options.listen));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::System(error.to_string()))?;
    let served = runtime.block_on(listen(options, announce));
    // A search that still runs must not hold the terminal.
    runtime.shutdown_timeout(LAST_ANSWERS);
    served
}

async fn listen(
    options: &Options,
    announce: &mut dyn FnMut(&Address) -> std::io::Result<()>,
) -> Result<(), Error> {
    let failed = |source| Error::Listen {
        listen: options.listen,
        source,
    };
    let listener = bind(options.listen).await?;
    let listen = listener.local_addr().map_err(failed)?;
    let app = Arc::new(App::open(options, listen)?);
    announce(&Address {
        format_version: 1,
        address: app.secrets.address(listen),
        listen: listen.to_string(),
    })
    .map_err(failed)?;
    let stopping = Arc::new(Notify::new());
    let told = stopping.clone();
    let serving = axum::serve(listener, router(app)).with_graceful_shutdown(async move {
        interrupted().await;
        told.notify_one();
    });
    tokio::select! {
        served = async { serving.await } => served.map_err(failed),
        () = async { stopping.notified().await; tokio::time::sleep(LAST_ANSWERS).await } => Ok(()),
    }
}

async fn bind(listen: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(listen).await.map_err(|source| {
        if source.kind() == std::io::ErrorKind::AddrInUse {
            Error::Taken(listen)
        } else {
            Error::Listen { listen, source }
        }
    })
}

/// Ctrl-C, or being asked to end. Where signals cannot be had, the server runs until it is killed.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
