//! As much of an HTTP/1.1 client as a health check and a load generator need.

use std::io::{self, BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// A connection that stays open between requests.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
}

/// What a server answered.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The first header of this name, which is written in small letters here.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).next()
    }

    /// Every header of this name.
    pub(crate) fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers
            .iter()
            .filter(move |(header, _)| header == name)
            .map(|(_, value)| value.as_str())
    }
}

impl Connection {
    /// Connects to `127.0.0.1:port`, or whatever the address says.
    pub(crate) fn open(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self {
            stream: BufReader::new(stream),
        })
    }

    /// Sends one whole request, as bytes, and reads the answer to it.
    pub(crate) fn exchange(&mut self, request: &[u8]) -> io::Result<Answer> {
        self.stream.get_mut().write_all(request)?;
        let mut answer = self.read_head()?;
        if answer
            .header("transfer-encoding")
            .is_some_and(|coding| coding.contains("chunked"))
        {
            self.read_chunks(&mut answer.body)?;
        } else {
            let length = answer
                .header("content-length")
                .and_then(|length| length.parse().ok());
            answer.body = vec![0; length.unwrap_or(0)];
            self.stream.read_exact(&mut answer.body)?;
        }
        Ok(answer)
    }

    fn read_head(&mut self) -> io::Result<Answer> {
        let first = self.read_line()?;
        let status = first
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let mut answer = Answer {
            status: status.ok_or_else(|| malformed(&first))?,
            ..Answer::default()
        };
        loop {
            let line = self.read_line()?;
            if line.is_empty() {
                return Ok(answer);
            }
            let (name, value) = line.split_once(':').ok_or_else(|| malformed(&line))?;
            answer
                .headers
                .push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }

    fn read_chunks(&mut self, body: &mut Vec<u8>) -> io::Result<()> {
        loop {
            let line = self.read_line()?;
            let digits = line.split(';').next().unwrap_or_default();
            let length = usize::from_str_radix(digits, 16).map_err(|_| malformed(&line))?;
            let start = body.len();
            body.resize(start + length, 0);
            self.stream.read_exact(&mut body[start..])?;
            self.read_line()?;
            if length == 0 {
                return Ok(());
            }
        }
    }

    fn read_line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}

/// Asks once for a path, on a connection of its own.
pub(crate) fn get(address: &str, path: &str, headers: &str) -> io::Result<Answer> {
    Connection::open(address)?.exchange(&request("GET", path, address, headers, ""))
}

/// The bytes of a request. Each line of `headers` ends with `\r\n`.
pub(crate) fn request(method: &str, path: &str, host: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = match method {
        "GET" => String::new(),
        _ => format!("Content-Length: {}\r\n", body.len()),
    };
    format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n{headers}{length}\r\n{body}").into_bytes()
}

fn malformed(line: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, format!("this is no HTTP: {line:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn answered_with(text: &'static str) -> Answer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut received = [0; 64];
            let _ = stream.read(&mut received).unwrap();
            stream.write_all(text.as_bytes()).unwrap();
        });
        let answer = get(&address, "/healthz", "").unwrap();
        server.join().unwrap();
        answer
    }

    #[test]
    fn an_answer_of_known_length() {
        let answer = answered_with("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: b\r\n\r\nok");
        assert_eq!(
            (answer.status, answer.body.as_slice()),
            (200, b"ok".as_slice())
        );
        assert_eq!(answer.header("x-a"), Some("b"));
    }

    #[test]
    fn an_answer_in_chunks() {
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nlat\r\n5\r\nchkey\r\n0\r\n\r\n";
        assert_eq!(answered_with(text).body, b"latchkey");
    }

    #[test]
    fn only_requests_with_a_body_say_its_length() {
        let get = request("GET", "/login", "localhost:1", "", "");
        assert_eq!(get, b"GET /login HTTP/1.1\r\nHost: localhost:1\r\n\r\n");
        let post = request(
            "POST",
            "/login",
            "localhost:1",
            "Accept: text/html\r\n",
            "a=b",
        );
        assert!(
            String::from_utf8(post)
                .unwrap()
                .ends_with("Content-Length: 3\r\n\r\na=b")
        );
    }
}
