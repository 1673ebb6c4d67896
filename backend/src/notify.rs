//! Tells the service manager how the node is: systemd's protocol, a datagram to the socket that it names.

// Names in no folder are Linux' own; the rest is there on every system that the node runs on.
#[cfg(target_os = "linux")]
use std::os::linux::net::SocketAddrExt as _;
use std::{
    ffi::OsStr,
    io,
    os::unix::{
        ffi::OsStrExt as _,
        net::{SocketAddr, UnixDatagram},
    },
};

/// Where the service manager says that it listens.
const VARIABLE: &str = "NOTIFY_SOCKET";

/// What it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The node answers.
    Ready,
    /// It has begun to stop.
    Stopping,
}

/// Tells whoever started this process, if that is a service manager. It goes on without an answer; that
/// nobody could be told is logged.
pub fn tell(state: State) {
    let Some(socket) = std::env::var_os(VARIABLE).filter(|name| !name.is_empty()) else { return };
    if let Err(error) = tell_at(&socket, state) {
        tracing::warn!("the service manager cannot be told at {VARIABLE}: {error}");
    }
}

/// `socket` is a path, or a name in no folder with an `@` before it.
fn tell_at(socket: &OsStr, state: State) -> io::Result<()> {
    let message = match state {
        State::Ready => "READY=1",
        State::Stopping => "STOPPING=1",
    };
    let address = match socket.as_bytes().strip_prefix(b"@") {
        #[cfg(target_os = "linux")]
        Some(name) => SocketAddr::from_abstract_name(name)?,
        _ => SocketAddr::from_pathname(socket)?,
    };
    let sent = UnixDatagram::unbound()?.send_to_addr(message.as_bytes(), &address)?;
    if sent == message.len() { Ok(()) } else { Err(io::ErrorKind::WriteZero.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(manager: &UnixDatagram) -> String {
        let mut bytes = [0; 64];
        let length = manager.recv(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    }

    #[test]
    fn a_manager_at_a_path_and_one_in_no_folder_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let manager = UnixDatagram::bind(&path).unwrap();
        tell_at(path.as_os_str(), State::Ready).unwrap();
        tell_at(path.as_os_str(), State::Stopping).unwrap();
        assert_eq!([heard(&manager), heard(&manager)], ["READY=1", "STOPPING=1"]);

        let name = format!("halfpenny-test-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        let manager = UnixDatagram::bind_addr(&address).unwrap();
        tell_at(OsStr::new(&format!("@{name}")), State::Ready).unwrap();
        assert_eq!(heard(&manager), "READY=1");
    }

    #[test]
    fn nobody_there_is_an_error_and_no_panic() {
        for socket in ["/nowhere/notify", "@halfpenny-nobody", "", "a\0b"] {
            assert!(tell_at(OsStr::new(socket), State::Ready).is_err(), "{socket:?}");
        }
    }
}
