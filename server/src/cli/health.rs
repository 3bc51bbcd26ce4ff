//! `latchkey health`: whether the server on this machine answers.

use std::{
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

use super::Failure;

/// For each of connecting, writing and reading.
const PATIENCE: Duration = Duration::from_secs(1);
const REQUEST: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
const ALIVE: &[u8] = b"HTTP/1.1 200 ";

/// Asks whoever listens at the configured address.
pub(super) fn ask(listen: SocketAddr) -> Result<(), Failure> {
    let address = SocketAddr::new(reachable(listen.ip()), listen.port());
    let answer = exchange(address)
        .map_err(|error| Failure::new(format_args!("nobody answers at {address}: {error}")))?;
    if answer == ALIVE {
        Ok(())
    } else {
        Err(Failure::new(format_args!(
            "what answers at {address} isn't well"
        )))
    }
}

fn exchange(address: SocketAddr) -> std::io::Result<[u8; ALIVE.len()]> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.set_read_timeout(Some(PATIENCE))?;
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
