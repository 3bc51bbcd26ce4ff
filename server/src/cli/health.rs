//! `latchkey health`: whether the server on this machine answers.

mod anybody;

use std::{
    io::{self, Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

use super::Failure;
use crate::config::Config;

/// For each of connecting, writing and reading.
const PATIENCE: Duration = Duration::from_secs(1);
const REQUEST: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
const ALIVE: &[u8] = b"HTTP/1.1 200 ";

/// Asks whoever listens at the configured address.
pub(super) fn ask(config: &Config) -> Result<(), Failure> {
    let listen = config.listen.address;
    let address = SocketAddr::new(reachable(listen.ip()), listen.port());
    let answer = connect(address).and_then(|stream| {
        if config.tls.files.is_some() {
            exchange(anybody::over_tls(stream)?)
        } else {
            exchange(stream)
        }
    });
    let answer = answer
        .map_err(|error| Failure::new(format_args!("nobody answers at {address}: {error}")))?;
    if answer == ALIVE {
        Ok(())
    } else {
        Err(Failure::new(format_args!(
            "what answers at {address} isn't well"
        )))
    }
}

fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

fn exchange(mut stream: impl Read + Write) -> io::Result<[u8; ALIVE.len()]> {
    stream.write_all(REQUEST)?;
    let mut start = [0; ALIVE.len()];
    stream.read_exact(&mut start)?;
    Ok(start)
}

/// "Every address" is reached by this machine's own.
fn reachable(listen: IpAddr) -> IpAddr {
    match listen {
        IpAddr::V4(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        address => address,
    }
}
