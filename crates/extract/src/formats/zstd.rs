//! The frames of a Zstandard file, one after the other (RFC 8878).

use std::io::{self, BufRead, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// How much is decoded before it is handed on.
const STEP: usize = 128 << 10;

/// Decodes all frames; windows larger than the limit are refused.
pub(super) struct ZstdFrames<'r> {
    from: &'r mut dyn BufRead,
    decoder: FrameDecoder,
    is_in_frame: bool,
    /// Why decoding stopped; told once all that was decoded has been handed on.
    failure: Option<io::Error>,
}

/// An empty last block and a checksum: it makes a decoder give up what it keeps for its window.
const LAST_BLOCK: &[u8] = b"\x01\0\0\0\0\0\0";

impl<'r> ZstdFrames<'r> {
    pub(super) fn new(from: &'r mut dyn BufRead, max_window: u64) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(max_window);
        Self {
            from,
            decoder,
            is_in_frame: false,
            failure: None,
        }
    }

    /// Opens the next frame; false at the end of the file.
    fn open_frame(&mut self) -> io::Result<bool> {
        while !self.from.fill_buf()?.is_empty() {
            match self.decoder.reset(&mut *self.from) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let skipped = io::copy(
                        &mut (&mut *self.from).take(u64::from(length)),
                        &mut io::sink(),
                    )?;
                    if skipped < u64::from(length) {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(error @ FrameDecoderError::WindowSizeTooBig { .. }) => {
                    return Err(io::Error::new(io::ErrorKind::OutOfMemory, error));
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        Ok(false)
    }

    fn close_frame(&mut self) -> io::Result<()> {
        self.is_in_frame = false;
        let stated = self.decoder.get_checksum_from_data();
        if stated.is_some() && stated != self.decoder.get_calculated_checksum() {
            return Err(io::Error::other("the checksum does not match"));
        }
        Ok(())
    }
}

impl Read for ZstdFrames<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.is_in_frame {
                if !self.open_frame()? {
                    return Ok(0);
                }
                self.is_in_frame = true;
            }
            let n = self.decoder.read(buffer)?;
            if n > 0 {
                return Ok(n);
            }
            if let Some(failure) = self.failure.take() {
                return Err(failure);
            }
            if self.decoder.is_finished() {
                self.close_frame()?;
                continue;
            }
            let step = BlockDecodingStrategy::UptoBytes(STEP);
            if let Err(error) = self.decoder.decode_blocks(&mut *self.from, step) {
                let is_cut_off = self.from.fill_buf()?.is_empty();
                self.failure = Some(if is_cut_off {
                    io::ErrorKind::UnexpectedEof.into()
                } else {
                    io::Error::other(error)
                });
                // Whether it is taken well or not, the failure is told.
                let _ = self
                    .decoder
                    .decode_blocks(LAST_BLOCK, BlockDecodingStrategy::All);
            }
        }
    }
}
