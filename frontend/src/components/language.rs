//! The choice of the language.

use super::SelectField;
use crate::prelude::*;
use crate::{
    browser,
    i18n::{self, Language},
    storage,
};

/// The languages, each by its own name. Another choice is kept, and loads the page anew: the texts that
/// are shown already stay as they are.
#[component]
pub fn LanguageField(
    /// Help that always shows.
    #[prop(optional, into)]
    hint: Signal<String>,
) -> impl IntoView {
    let value = RwSignal::new(i18n::chosen().to_string());
    effect(move || {
        let code = value.get();
        if code != i18n::chosen().code() {
            storage::set_setting(i18n::SETTING, &code);
            browser::reload();
        }
    });
    let options = Language::ALL.map(|language| (language.to_string(), language.name().to_string()));
    view! { <SelectField label=t!("Language") value options=Signal::stored(options.to_vec()) hint/> }
}
