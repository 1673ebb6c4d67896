//! The wallet's judgement: what a form means, what a row says. Pure, without browser or node.

pub mod draft;
pub mod history;
pub mod words;
