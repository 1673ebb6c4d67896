//! Rules about the code itself that no compiler checks: layout, layers, honesty.

mod errors;
mod files;
mod layers;
mod layout;
mod references;
