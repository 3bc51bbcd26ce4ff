//! Ports of this machine.

use std::io::ErrorKind;
use std::net::TcpListener;

use crate::failure::{Attempt as _, Failure, Outcome};

/// A port that nobody listens on at the moment.
pub(crate) fn pick() -> Outcome<u16> {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .attempt("find a free port")
}

/// Refuses in a sentence when somebody else listens on the address.
pub(crate) fn require(address: &str) -> Outcome {
    match TcpListener::bind(address) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => Err(Failure::new(format!(
            "something listens on {address} already: stop it, or choose another address with \
             LATCHKEY_LISTEN__ADDRESS and LATCHKEY_PUBLIC_URL"
        ))),
        // Whatever else is wrong with the address, the server says it better.
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_refused_by_name_and_a_free_one_is_not() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        assert!(
            require(&address)
                .unwrap_err()
                .to_string()
                .contains(&address)
        );
        // Another program may take the one that is given back; this one is always free.
        assert_eq!(require("127.0.0.1:0"), Ok(()));
    }
}
