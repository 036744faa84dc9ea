//! `onrecord serve`

use std::io::Write;
use std::net::SocketAddr;

use clap::Args;
use onrecord_server::{Address, Options, serve};

use super::judge::By;
use crate::args::Shared;
use crate::out::{Found, json_line, stdout};
use crate::{models, worker};

/// Open the case in the browser.
///
/// Prints an address with a token in it: whoever has the address can read the case and judge in it.
/// Nothing leaves this machine, and no other machine can connect.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Address and port of this machine; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7470")]
    listen: SocketAddr,
    #[command(flatten)]
    by: By,
}

impl Serve {
    pub(crate) fn run(&self, shared: &Shared) -> anyhow::Result<Found> {
        let options = Options {
            case: shared.folder(),
            listen: self.listen,
            who: self.by.who(),
            worker: worker::program(),
            // An import without it leaves names and statements for later, and says so on the first page.
            pipeline: || models::english().ok().flatten(),
        };
        serve(&options, &mut |address| announce(shared.json, address))?;
        Ok(Found::Something)
    }
}

fn announce(json: bool, address: &Address) -> std::io::Result<()> {
    let mut out = stdout();
    if json {
        json_line(&mut out, address).map_err(std::io::Error::other)?;
    } else {
        writeln!(out, "{}", address.address)?;
        eprintln!(
            "open this address in your browser; it is a key to the case, so keep it to yourself\nCtrl-C stops"
        );
    }
    out.flush()
}
