//! Real Chromium, driven through Debian's `chromedriver`: fresh profiles, strict about its console.

mod driver;
mod elements;
mod session;
mod window;

pub use driver::{Browsers, with_browsers};
pub use session::{Browser, Wishes};
pub use window::Tab;
