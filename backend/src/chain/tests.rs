//! Tests of the chain, by subject.

mod archive;
mod folder;
mod forks;
mod invalid;
mod laws;
mod reads;
mod waiting;
