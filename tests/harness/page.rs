//! Page objects: what a person can do on each page of the app, as methods of [`crate::Browser`].

mod explorer;
mod mine;
mod money;
mod send;
mod wallet;

pub use mine::Told;
pub use send::Form;
