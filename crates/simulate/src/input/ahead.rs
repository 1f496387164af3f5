//! The bytes of one column of a row group, read ahead a piece at a time into the same room.
//!
//! The library asks for a page's header, then for its bytes. Asked of a file, each is a handful of system calls and fresh
//! memory; here both are parts of a piece that is at hand.

use bytes::{Bytes, BytesMut};
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};
use std::fs::File;
use std::io::{BufReader, Read, Seek as _, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of a piece: few enough to stay close to the processor until they are unpacked.
const PIECE: usize = 1 << 18;

/// The longest header of a page that is usual; longer ones are read piece by piece.
const HEADER: usize = 1 << 8;

/// A column.
pub(super) struct Ahead(Arc<Column>);

struct Column {
    /// Where the column ends in the file.
    end: u64,
    piece: Mutex<Piece>,
}

struct Piece {
    file: File,
    /// Where it begins in the file.
    start: u64,
    bytes: Bytes,
}

impl Ahead {
    /// Reads these bytes of the file, and none behind them.
    pub(super) fn new(file: File, (start, length): (u64, u64)) -> Ahead {
        let piece = Piece { file, start, bytes: Bytes::new() };
        Ahead(Arc::new(Column { end: start.saturating_add(length), piece: Mutex::new(piece) }))
    }
}

impl Column {
    /// Bytes from a place in the file on; fewer only where the column ends.
    fn bytes(&self, start: u64, length: usize) -> std::io::Result<Bytes> {
        let left = usize::try_from(self.end.saturating_sub(start)).unwrap_or(usize::MAX);
        let length = length.min(left);
        let mut piece = self.piece.lock().unwrap_or_else(PoisonError::into_inner);
        let at = start.checked_sub(piece.start).and_then(|at| usize::try_from(at).ok());
        let at_hand = at.filter(|at| piece.bytes.len().saturating_sub(*at) >= length);
        let at = match at_hand {
            Some(at) => at,
            None => {
                piece.read(start, length.max(PIECE).min(left))?;
                0
            }
        };
        Ok(piece.bytes.slice(at..at + length))
    }
}

impl Piece {
    /// Reads a piece, into the room of the last one if nobody holds part of it any more.
    fn read(&mut self, start: u64, length: usize) -> std::io::Result<()> {
        let mut room = std::mem::take(&mut self.bytes).try_into_mut().unwrap_or_default();
        room.resize(length, 0);
        self.file.seek(SeekFrom::Start(start))?;
        self.file.read_exact(&mut room)?;
        self.bytes = BytesMut::freeze(room);
        self.start = start;
        Ok(())
    }
}

impl Length for Ahead {
    fn len(&self) -> u64 {
        self.0.end
    }
}

impl ChunkReader for Ahead {
    type T = BufReader<Following>;

    fn get_read(&self, start: u64) -> Result<BufReader<Following>> {
        Ok(BufReader::with_capacity(HEADER, Following { column: self.0.clone(), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let bytes = self.0.bytes(start, length)?;
        if bytes.len() < length {
            return Err(ParquetError::EOF("a page that goes beyond its column".into()));
        }
        Ok(bytes)
    }
}

/// What follows from some place on.
pub(super) struct Following {
    column: Arc<Column>,
    at: u64,
}

impl Read for Following {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        let bytes = self.column.bytes(self.at, room.len())?;
        room[..bytes.len()].copy_from_slice(&bytes);
        self.at += bytes.len() as u64;
        Ok(bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_those_of_the_file_wherever_pieces_end() {
        let stirred = |n: u32| n.wrapping_mul(0x9E37_79B9).to_le_bytes()[3];
        let bytes: Vec<u8> = (0..).map(stirred).take(3 * PIECE).collect();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("column");
        std::fs::write(&path, &bytes).unwrap();
        let (start, length) = (1_000, 2 * PIECE as u64 + 17);
        let ahead = Ahead::new(File::open(&path).unwrap(), (start, length));
        assert_eq!(ahead.len(), start + length);
        let end = usize::try_from(start + length).unwrap();
        // A page that someone still holds keeps its bytes when the next piece is read.
        let held = ahead.get_bytes(start, 100).unwrap();
        for (at, wanted) in [(1_000, 5), (1_000 + PIECE - 3, 10), (5_000, PIECE + 1), (end - 4, 4)]
        {
            let found = ahead.get_bytes(at as u64, wanted).unwrap();
            assert_eq!(found, bytes[at..at + wanted], "{wanted} from {at}");
        }
        assert_eq!(held, bytes[1_000..1_100]);
        // Longer than any room of a reader, from one piece into the next.
        let mut all = Vec::new();
        ahead.get_read(start + 77).unwrap().read_to_end(&mut all).unwrap();
        assert!(all == bytes[1_077..end]);
        assert!(ahead.get_bytes(start + length - 3, 4).is_err());
    }

    #[test]
    fn a_file_that_ends_early_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("column");
        std::fs::write(&path, [7; 50]).unwrap();
        let ahead = Ahead::new(File::open(&path).unwrap(), (10, 100));
        assert!(ahead.get_bytes(10, 20).is_err());
    }
}
