//! The wallet's judgement: what a form means, what a row says. Pure, without browser or node.

pub mod backup;
pub mod book;
pub mod draft;
pub mod dust;
pub mod history;
pub mod scan;
pub mod uri;
pub mod words;
