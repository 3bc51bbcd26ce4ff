//! A bare connection, for what no HTTP client would send.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Bytes out, bytes in.
pub(crate) struct Wire(TcpStream);

impl Wire {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self(
            TcpStream::connect(address)
                .await
                .expect("the server listens"),
        )
    }

    /// Writes; a server that has already refused may have closed.
    pub(crate) async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.0.write_all(bytes.as_ref()).await;
    }

    /// Says that nothing more comes.
    pub(crate) async fn finish(&mut self) {
        let _ = self.0.shutdown().await;
    }

    /// Reads up to the first empty line: one head.
    pub(crate) async fn read_head(&mut self) -> String {
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"\r\n\r\n") {
            match self.0.read_u8().await {
                Ok(byte) => bytes.push(byte),
                Err(_) => break,
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Reads one byte; `None` once the server has closed.
    pub(crate) async fn read_byte(&mut self) -> Option<u8> {
        self.0.read_u8().await.ok()
    }

    /// Reads until the server closes.
    pub(crate) async fn read_all(&mut self) -> String {
        String::from_utf8_lossy(&self.read_bytes().await).into_owned()
    }

    /// Reads what may be no text, until the server closes.
    pub(crate) async fn read_bytes(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let _ = self.0.read_to_end(&mut bytes).await;
        bytes
    }

    /// Writes a whole request that asks to close, and reads what comes.
    pub(crate) async fn ask(mut self, request: impl AsRef<[u8]>) -> String {
        self.write(request).await;
        self.read_all().await
    }
}

/// The status of a raw answer; 0 when there was none.
pub(crate) fn status(answer: &str) -> u16 {
    let word = answer.split(' ').nth(1);
    word.and_then(|word| word.parse().ok()).unwrap_or(0)
}
