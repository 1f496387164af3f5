//! One connection to the server under load.
//!
//! The generator runs on the cores of the server that it measures, so a request must cost it a few microseconds. Therefore
//! this is no HTTP library: it writes one buffer, and reads a head and a body of stated length into another that is used
//! again. It speaks as much of HTTP/1.1 as a server that it is meant for answers with; anything else is an error.

use std::io::{Error, ErrorKind, Result, Write as _};
use std::net::SocketAddr;
use std::ops::Range;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The longest answer that is read, bytes.
const LONGEST: usize = 4 << 20;

/// A connection that is kept and used again, for one request at a time.
#[derive(Debug)]
pub struct Connection {
    server: SocketAddr,
    stream: Option<TcpStream>,
    /// Everything of the head that does not change.
    head: Vec<u8>,
    output: Vec<u8>,
    input: Vec<u8>,
    /// Where the body of the last answer lies in `input`.
    body: Range<usize>,
}

impl Connection {
    /// A connection to be opened by the first call. `path` is where messages are posted to.
    #[must_use]
    pub fn new(server: SocketAddr, path: &str) -> Connection {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {server}\r\ncontent-type: application/json\r\ncontent-length: "
        );
        let (output, input) = (Vec::with_capacity(8 << 10), Vec::with_capacity(16 << 10));
        Connection { server, stream: None, head: head.into_bytes(), output, input, body: 0..0 }
    }

    /// Posts a body, waits for the answer and returns its HTTP status. After an error the connection is closed; the next call
    /// opens another.
    ///
    /// # Errors
    /// What became of the connection. Whether the server has done what was asked is then unknown.
    pub async fn call(&mut self, body: &[u8]) -> Result<u16> {
        self.output.clear();
        self.output.extend_from_slice(&self.head);
        self.exchange(body).await
    }

    /// Sends a request of any method to any path, with further header lines, each with its end of line, as [`call`] posts.
    ///
    /// # Errors
    /// As for [`call`].
    ///
    /// [`call`]: Connection::call
    pub async fn request(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: &[u8],
    ) -> Result<u16> {
        self.output.clear();
        let server = self.server;
        write!(
            self.output,
            "{method} {path} HTTP/1.1\r\nhost: {server}\r\n{headers}content-length: "
        )?;
        self.exchange(body).await
    }

    /// Sends the head that stands in `output`, and the body; reads the answer.
    async fn exchange(&mut self, body: &[u8]) -> Result<u16> {
        self.body = 0..0;
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.server).await?;
                stream.set_nodelay(true)?;
                stream
            }
        };
        write!(self.output, "{}\r\n\r\n", body.len())?;
        self.output.extend_from_slice(body);
        stream.write_all(&self.output).await?;

        self.input.clear();
        let head = loop {
            read_more(&mut stream, &mut self.input).await?;
            if let Some(head) = Head::parse(&self.input)? {
                break head;
            }
        };
        let end = head.length + head.body;
        while self.input.len() < end {
            read_more(&mut stream, &mut self.input).await?;
        }
        if !head.close {
            self.stream = Some(stream);
        }
        self.body = head.length..end;
        Ok(head.status)
    }

    /// The body of the last answer; empty if there was none.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.input.get(self.body.clone()).unwrap_or_default()
    }
}

async fn read_more(stream: &mut TcpStream, input: &mut Vec<u8>) -> Result<()> {
    if input.len() > LONGEST {
        return Err(Error::new(ErrorKind::InvalidData, "the answer is too long"));
    }
    match stream.read_buf(input).await? {
        0 => Err(Error::new(ErrorKind::UnexpectedEof, "the server closed the connection")),
        _ => Ok(()),
    }
}

/// What matters of an answer's head.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Head {
    status: u16,
    /// Bytes of the head, with the empty line after it.
    length: usize,
    /// Bytes of the body.
    body: usize,
    /// The server will not answer here again.
    close: bool,
}

impl Head {
    /// `None` while it is not complete.
    fn parse(input: &[u8]) -> Result<Option<Head>> {
        let Some(length) = input.windows(4).position(|four| four == b"\r\n\r\n") else {
            return Ok(None);
        };
        let bad = |what: &'static str| Error::new(ErrorKind::InvalidData, what);
        let text = std::str::from_utf8(&input[..length]).map_err(|_| bad("a head not in UTF-8"))?;
        let mut lines = text.split("\r\n");
        let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 "));
        let status = status.and_then(|rest| rest.get(..3)?.parse().ok());
        let status = status.ok_or_else(|| bad("not an answer of HTTP/1.1"))?;
        let (mut body, mut close) = (None, false);
        for line in lines {
            let (name, value) =
                line.split_once(':').ok_or_else(|| bad("a header without colon"))?;
            if name.eq_ignore_ascii_case("content-length") {
                body = value.trim().parse().ok();
            } else if name.eq_ignore_ascii_case("connection") {
                close = value.trim().eq_ignore_ascii_case("close");
            }
        }
        let body = body.ok_or_else(|| bad("an answer without content-length"))?;
        Ok(Some(Head { status, length: length + 4, body, close }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_once_it_is_complete() {
        let text = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nconnection: close\r\n\r\nhello";
        assert_eq!(Head::parse(&text[..40]).unwrap(), None);
        let head = Head::parse(text).unwrap().unwrap();
        assert_eq!(head, Head { status: 200, length: text.len() - 5, body: 5, close: true });
        assert!(Head::parse(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").is_err());
    }
}
