//! Requests with open files over a socket (`SCM_RIGHTS`).

use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut, Read};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::protocol::{MAX_REQUEST, put, take};

/// Bytes before a request: its length.
const HEAD: usize = 4;
/// Bytes that most requests fit into.
const USUAL: usize = 4 << 10;

/// Sends a request, with a file.
pub(super) fn send(
    socket: &UnixStream,
    request: &impl Serialize,
    file: Option<BorrowedFd<'_>>,
) -> io::Result<()> {
    let mut bytes = vec![0; HEAD];
    put(request, &mut bytes).map_err(io::Error::other)?;
    let len = bytes.len() - HEAD;
    if len > MAX_REQUEST {
        let message = format!("a request of {len} bytes is longer than {MAX_REQUEST}");
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    bytes[..HEAD].copy_from_slice(&(len as u32).to_le_bytes());
    // The file goes with the first bytes, and only with them.
    let mut sent = send_some(socket, &bytes, file)?;
    while sent < bytes.len() {
        sent += send_some(socket, &bytes[sent..], None)?;
    }
    Ok(())
}

fn send_some(socket: &UnixStream, bytes: &[u8], file: Option<BorrowedFd<'_>>) -> io::Result<usize> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut with = SendAncillaryBuffer::new(&mut space);
    let files: Vec<BorrowedFd<'_>> = file.into_iter().collect();
    if !files.is_empty() {
        with.push(SendAncillaryMessage::ScmRights(&files));
    }
    // Without a signal when the other is gone: the error says it.
    let flags = SendFlags::NOSIGNAL;
    Ok(sendmsg(socket, &[IoSlice::new(bytes)], &mut with, flags)?)
}

/// Receives a request and its file; `None` when the other has closed the socket.
pub(super) fn receive<T: DeserializeOwned>(
    socket: &UnixStream,
) -> io::Result<Option<(T, Option<File>)>> {
    let mut bytes = vec![0; USUAL];
    let mut file = None;
    // A first read never takes what follows the request: the sender waits for the answer.
    let n = receive_some(socket, &mut bytes, &mut file)?;
    bytes.truncate(n);
    if bytes.is_empty() {
        return Ok(None);
    }
    let broken = || io::Error::from(io::ErrorKind::InvalidData);
    let mut rest = socket;
    while bytes.len() < HEAD {
        (&mut rest)
            .take((HEAD - bytes.len()) as u64)
            .read_to_end(&mut bytes)?;
    }
    let head = bytes[..HEAD].try_into().map_err(|_| broken())?;
    let len = u32::from_le_bytes(head) as usize;
    if len > MAX_REQUEST {
        return Err(broken());
    }
    let lacking = (HEAD + len).saturating_sub(bytes.len());
    rest.take(lacking as u64).read_to_end(&mut bytes)?;
    let body = bytes.get(HEAD..HEAD + len).ok_or_else(broken)?;
    let (request, _) = take(body).map_err(|_| broken())?;
    Ok(Some((request, file.map(File::from))))
}

fn receive_some(
    socket: &UnixStream,
    bytes: &mut [u8],
    file: &mut Option<OwnedFd>,
) -> io::Result<usize> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut with = RecvAncillaryBuffer::new(&mut space);
    let flags = RecvFlags::CMSG_CLOEXEC;
    let received = loop {
        match recvmsg(
            socket.as_fd(),
            &mut [IoSliceMut::new(bytes)],
            &mut with,
            flags,
        ) {
            Err(rustix::io::Errno::INTR) => {}
            other => break other?,
        }
    };
    for message in with.drain() {
        if let RecvAncillaryMessage::ScmRights(files) = message {
            *file = files.last().or(file.take());
        }
    }
    Ok(received.bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Seek;

    use super::*;

    #[test]
    fn requests_arrive_whole_each_with_its_file() {
        let (here, there) = UnixStream::pair().expect("a pair");
        let long = "x".repeat(1 << 20);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for text in ["short", &long, "last"] {
                    let (got, file) = receive::<String>(&there)
                        .expect("it is sound")
                        .expect("one more");
                    assert_eq!(got, text);
                    let mut written = String::new();
                    file.expect("a file")
                        .read_to_string(&mut written)
                        .expect("it is open");
                    assert_eq!(written, "words");
                    send(&there, &true, None).expect("it is open");
                }
                assert!(
                    receive::<String>(&there)
                        .expect("it was closed well")
                        .is_none()
                );
            });
            for text in ["short", &long, "last"] {
                let mut file = tempfile::tempfile().expect("a file");
                io::Write::write_all(&mut file, b"words").expect("it has room");
                file.rewind().expect("it is open");
                send(&here, &text, Some(file.as_fd())).expect("it is open");
                assert!(matches!(receive::<bool>(&here), Ok(Some((true, None)))));
            }
            here.shutdown(std::net::Shutdown::Both).expect("it is open");
        });
    }
}
