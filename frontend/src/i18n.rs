//! The app in several languages.
//!
//! The English text is the key and stands in the code where it is shown: `t!("Save label")`,
//! `t!("{count} of {total}", count = 1, total = 2)`. Whether `locales` translates it is checked while
//! compiling. English needs nothing else; of another language the one catalog that is needed is
//! fetched before the app starts (`start`), so that no other language is in the program.
//!
//! Errors are written in English by what finds them, in `shared` too, and translated where they are
//! shown: [`said`].

pub mod check;

mod catalog;
mod intl;
mod language;
mod start;

pub use catalog::{filled, plural, said, text};
pub(crate) use intl::{ago, decimal_sign, in_units, local_time};
pub use language::Language;
pub(crate) use start::SETTING;
pub use start::{chosen, is_missing, start};

/// A text that the catalogs know, still in English: for tables, whose readers call [`text`].
macro_rules! key {
    ($text:literal) => {{
        const _: () = $crate::i18n::check::known(
            $text,
            concat!("frontend/locales has no translation of: ", $text),
        );
        $text
    }};
}

/// A text in the language of the person; with `{names}` in it, filled with what they stand for.
macro_rules! t {
    ($text:literal $(,)?) => {{
        const _: () = $crate::i18n::check::filled($text, &[]);
        $crate::i18n::text(key!($text))
    }};
    ($text:literal, $($name:ident = $value:expr),+ $(,)?) => {{
        const _: () = $crate::i18n::check::filled($text, &[$(stringify!($name)),+]);
        $crate::i18n::filled(key!($text), &[$((stringify!($name), &$value)),+])
    }};
}

/// One text for 1 and another one for all other numbers; both may say `{number}`.
macro_rules! plural {
    ($number:expr, $one:literal, $other:literal $(,)?) => {{
        const _: () = $crate::i18n::check::at_most($one, &["number"]);
        const _: () = $crate::i18n::check::filled($other, &["number"]);
        $crate::i18n::plural($number, key!($one), key!($other))
    }};
}
