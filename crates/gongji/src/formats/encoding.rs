//! From the bytes of a text file to UTF-8: UTF-8 itself, GB18030 (with GBK and GB2312 inside it),
//! and UTF-16 where a byte order mark says so.

use std::io::{self, Read, Seek, SeekFrom};

use encoding_rs::{CoderResult, Decoder, GB18030};

/// What the user says about a file's encoding.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, clap::ValueEnum)]
pub enum Encoding {
    /// 看字节顺序标记；否则开头 1 MiB 是合法 UTF-8 就按 UTF-8，不是就按 GB18030 / by the byte order mark; else
    /// UTF-8 if the first MiB is valid; else GB18030.
    #[default]
    Auto,
    /// 有无字节顺序标记都可以 / with or without a byte order mark.
    #[value(name = "utf-8")]
    Utf8,
    /// 含 GBK、GB2312 / GBK and GB2312 too.
    Gb18030,
}

/// How much of a file decides its encoding.
const LOOK: u64 = 1 << 20;

/// A text file as UTF-8. Bytes that are wrong in UTF-8 pass through; bytes that are wrong in another
/// encoding become U+FFFD, and [`Utf8::replaced`] tells.
pub struct Utf8<R> {
    file: R,
    decoding: Option<Decoding>,
}

/// Between the file and the reader, where the file is not UTF-8.
struct Decoding {
    decoder: Decoder,
    raw: Vec<u8>,
    /// The part of `raw` not yet decoded.
    start: usize,
    text: Vec<u8>,
    /// The part of `text` not yet handed out.
    given: usize,
    /// The decoder has seen the end.
    done: bool,
    replaced: bool,
}

impl<R: Read + Seek> Utf8<R> {
    /// Reads a file from its beginning.
    ///
    /// # Errors
    /// Of the file.
    pub fn new(mut file: R, encoding: Encoding) -> io::Result<Utf8<R>> {
        file.seek(SeekFrom::Start(0))?;
        let mut head = Vec::new();
        file.by_ref().take(LOOK).read_to_end(&mut head)?;
        let (encoding, mark) = match encoding_rs::Encoding::for_bom(&head) {
            Some((marked, mark)) => (marked, mark as u64),
            None if encoding == Encoding::Gb18030 => (GB18030, 0),
            None if encoding == Encoding::Auto && looks_gb18030(&head) => (GB18030, 0),
            None => (encoding_rs::UTF_8, 0),
        };
        file.seek(SeekFrom::Start(mark))?;
        let decoding = (encoding != encoding_rs::UTF_8)
            .then(|| Decoding::new(encoding.new_decoder_without_bom_handling()));
        Ok(Utf8 { file, decoding })
    }
}

impl<R> Utf8<R> {
    /// Some bytes so far were not of the encoding.
    pub fn replaced(&self) -> bool {
        self.decoding.as_ref().is_some_and(|decoding| decoding.replaced)
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some(decoding) = &mut self.decoding else { return self.file.read(out) };
        while decoding.given == decoding.text.len() && !decoding.done {
            decoding.advance(&mut self.file)?;
        }
        let ready = &decoding.text[decoding.given..];
        let taken = ready.len().min(out.len());
        out[..taken].copy_from_slice(&ready[..taken]);
        decoding.given += taken;
        Ok(taken)
    }
}

const RAW: usize = 1 << 16;

impl Decoding {
    fn new(decoder: Decoder) -> Decoding {
        let (raw, text) = (Vec::with_capacity(RAW), Vec::with_capacity(RAW));
        Decoding { decoder, raw, start: 0, text, given: 0, done: false, replaced: false }
    }

    /// Decodes the next stretch of the file.
    fn advance(&mut self, file: &mut impl Read) -> io::Result<()> {
        let mut last = false;
        if self.start == self.raw.len() {
            self.raw.resize(RAW, 0);
            let read = file.read(&mut self.raw)?;
            self.raw.truncate(read);
            self.start = 0;
            last = read == 0;
        }
        self.text.resize(RAW, 0);
        let left = &self.raw[self.start..];
        let (result, read, written, replaced) =
            self.decoder.decode_to_utf8(left, &mut self.text, last);
        self.start += read;
        self.text.truncate(written);
        self.given = 0;
        self.replaced |= replaced;
        self.done = last && result == CoderResult::InputEmpty;
        Ok(())
    }
}

/// Not UTF-8, and wholly GB18030: a file that is neither is taken for UTF-8 with faults.
fn looks_gb18030(head: &[u8]) -> bool {
    let cut = head.len() as u64 == LOOK;
    match std::str::from_utf8(head) {
        Ok(_) => false,
        // The look may end inside a character.
        Err(error) if cut && error.error_len().is_none() => false,
        Err(_) => {
            let mut decoder = GB18030.new_decoder_without_bom_handling();
            let mut text = String::with_capacity(head.len() * 2);
            let (_, _, wrong) = decoder.decode_to_string(head, &mut text, !cut);
            !wrong
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn read(bytes: &[u8], encoding: Encoding) -> (String, bool) {
        let mut stream = Utf8::new(Cursor::new(bytes), encoding).unwrap();
        let mut out = Vec::new();
        stream.read_to_end(&mut out).unwrap();
        (String::from_utf8_lossy(&out).into_owned(), stream.replaced())
    }

    #[test]
    fn the_encoding_is_found() {
        let (gb, _, _) = GB18030.encode("单据号,在职");
        let expected = ("单据号,在职".to_owned(), false);
        assert_eq!(read("单据号,在职".as_bytes(), Encoding::Auto), expected);
        assert_eq!(read("\u{feff}单据号,在职".as_bytes(), Encoding::Auto), expected);
        assert_eq!(read(&gb, Encoding::Auto), expected);
        assert_eq!(read(&gb, Encoding::Gb18030), expected);
        assert_eq!(read(b"\xFF\xFEa\0", Encoding::Auto), ("a".to_owned(), false));
    }

    #[test]
    fn a_long_gb18030_file_is_decoded_across_buffers() {
        let text = "门诊统筹,在职\n".repeat(40_000);
        let (gb, _, _) = GB18030.encode(&text);
        assert!(read(&gb, Encoding::Auto) == (text, false));
    }

    #[test]
    fn wrong_bytes_are_noticed() {
        assert!(read(b"a,\xFF\xFF\n", Encoding::Gb18030).1);
        assert_eq!(read(b"a,\xFF\xFF\n", Encoding::Auto).0, "a,\u{fffd}\u{fffd}\n");
    }
}
