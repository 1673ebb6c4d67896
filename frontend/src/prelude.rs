//! What every module of the interface uses: leptos, with signals and lists that cost less code.

pub use crate::{
    components::{For, Show},
    reactive::{
        LocalValue, Memo, RwSignal, Signal, StoredValue, ViewFn, effect, handler, shown,
        spawn_local,
    },
};
pub use leptos::prelude::*;
