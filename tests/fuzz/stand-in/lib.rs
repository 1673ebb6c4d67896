//! As much of actix-web as the messages of the relay use, so that no fuzz target is built with a web server.

/// Under this name the messages look for it.
pub mod web {
    pub use bytes::Bytes;
}
