//! A server under measure, and a reader of it: HTTP/1.1 over one kept connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::Value;

/// Longer than this nobody waits.
const PATIENCE: Duration = Duration::from_secs(60);

/// `onrecord serve`, stopped when dropped.
pub(crate) struct Served {
    child: Child,
    /// Address and port.
    pub(crate) listen: String,
    /// What a browser would send along.
    pub(crate) cookie: String,
}

impl Served {
    /// Starts it on a free port and opens the case as a browser does.
    pub(crate) fn start(program: &Path, case: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new(program)
            .arg("--case")
            .arg(case)
            .args(["--json", "serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the server")?;
        let mut line = String::new();
        let out = child.stdout.take().context("stdout is piped")?;
        BufReader::new(out).read_line(&mut line)?;
        let announced: Value = serde_json::from_str(&line).context("the server said nothing")?;
        let text = |key: &str| announced[key].as_str().unwrap_or_default().to_owned();
        let (address, listen) = (text("address"), text("listen"));
        let path = address
            .split_once(&listen)
            .context("an address")?
            .1
            .to_owned();
        let mut served = Self {
            child,
            listen,
            cookie: String::new(),
        };
        let answer = Client::open(&served)?.get(&path)?;
        let cookie = answer.head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("set-cookie")
                .then(|| value.trim().to_owned())
        });
        let cookie = cookie.context("the server set no cookie")?;
        served.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(served)
    }

    /// How many pages are described.
    pub(crate) fn n_pages(&self) -> anyhow::Result<usize> {
        let description = Client::open(self)?.json("/openapi.json")?;
        Ok(description["paths"]
            .as_object()
            .map_or(1, |paths| paths.len().max(1)))
    }

    /// The most memory that it ever had, in megabytes.
    pub(crate) fn peak_megabytes(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmHWM"));
        let number = line.and_then(|line| line.split_whitespace().nth(1));
        let kilobytes: u64 = number.context("no VmHWM")?.parse()?;
        Ok(kilobytes / 1_024)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to stop.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One connection.
pub(crate) struct Client<'a> {
    served: &'a Served,
    stream: BufReader<TcpStream>,
}

/// An answer.
pub(crate) struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
    first_byte: f64,
}

impl<'a> Client<'a> {
    pub(crate) fn open(served: &'a Served) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(&served.listen)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            served,
            stream: BufReader::new(stream),
        })
    }

    /// Milliseconds to the first byte of a page, which must be answered.
    pub(crate) fn first_byte(&mut self, path: &str) -> anyhow::Result<f64> {
        let answer = self.get(path)?;
        // A pair that is one entity, or a name that is gone, is an answer too.
        if answer.status >= 500 {
            bail!("{path} is answered with {}", answer.status);
        }
        Ok(answer.first_byte)
    }

    pub(crate) fn json(&mut self, path: &str) -> anyhow::Result<Value> {
        let answer = self.get(path)?;
        if answer.status != 200 {
            bail!("{path} is answered with {}", answer.status);
        }
        Ok(serde_json::from_slice(&answer.body)?)
    }

    /// Ids of 32 hexadecimal digits that stand as `id`, `document`, `thread` or `claim` in a twin.
    pub(crate) fn ids(&mut self, path: &str) -> anyhow::Result<Vec<String>> {
        let mut ids = Vec::new();
        collect(&self.json(path)?, &mut ids);
        ids.sort();
        ids.dedup();
        Ok(ids)
    }

    fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        let begun = Instant::now();
        let Served { listen, cookie, .. } = self.served;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {listen}\r\nCookie: {cookie}\r\n\r\n");
        self.stream.get_mut().write_all(request.as_bytes())?;
        let some = self.stream.fill_buf()?.len();
        let first_byte = begun.elapsed().as_secs_f64() * 1_000.0;
        if some == 0 {
            bail!("{path}: the server closed the connection");
        }
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            self.stream.read_line(&mut head)?;
        }
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse().ok())?
        });
        let mut body = vec![0; length.unwrap_or(0)];
        self.stream.read_exact(&mut body)?;
        Ok(Answer {
            status: status.context("no status")?,
            head,
            body,
            first_byte,
        })
    }
}

fn collect(value: &Value, ids: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, ids)),
        Value::Object(fields) => {
            for (key, field) in fields {
                let is_id = matches!(key.as_str(), "id" | "document" | "thread" | "claim");
                match field.as_str() {
                    Some(id) if is_id && id.len() == 32 => ids.push(id.to_owned()),
                    _ => collect(field, ids),
                }
            }
        }
        _ => {}
    }
}
