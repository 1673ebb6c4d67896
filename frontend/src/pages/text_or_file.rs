//! A text that is pasted, or read from a file or a QR code.

use super::send::scan::Scan;
use crate::prelude::*;
use crate::{
    browser,
    components::{ErrorBox, TextArea},
};
use leptos::{ev, html};

/// The longest text that is read, in characters: far more than any file of ours has.
const MAX_TEXT: usize = 200_000;

/// The form. What is read goes to `read`, whose error shows.
#[component]
pub(crate) fn TextOrFile(
    /// What is read, and so the name of the field; that of the file is "… file".
    label: &'static str,
    /// Help that always shows.
    hint: &'static str,
    /// The name of the button.
    button: &'static str,
    /// Whether it may come as a QR code.
    #[prop(optional)]
    scan: bool,
    /// Takes the text, without spaces around it.
    #[prop(into)]
    read: Callback<String, Option<String>>,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let what = StoredValue::new(label.to_lowercase());
    let check = move || {
        let what = what.get_value();
        let text = text.with_untracked(|text| text.trim().to_string());
        error.set(match text.len() {
            0 => Some(format!("Paste a {what}, or choose its file.")),
            1..=MAX_TEXT => read.run(text),
            _ => Some(format!("This is too long for a {what}.")),
        });
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        check();
    };
    let file = NodeRef::<html::Input>::new();
    let choose = move |_| {
        let Some(chosen) =
            file.get_untracked().and_then(|input| input.files()).and_then(|files| files.get(0))
        else {
            return;
        };
        spawn_local(async move {
            match browser::read_file(&chosen).await {
                Some(content) => {
                    if text.try_set(content).is_none() {
                        check();
                    }
                }
                None => drop(error.try_set(Some(t!("This file cannot be read.").to_string()))),
            }
        });
    };
    let id = format!("{}-file", label.to_lowercase().replace(' ', "-"));
    view! {
        <form class="form" on:submit=handler(submit)>
            <TextArea label value=text rows=6 code=true hint/>
            <div class="field">
                <label for=id.clone()>{t!("{label} file", label = label)}</label>
                <input id=id type="file" accept=".json,application/json" node_ref=file on:change=handler(choose)/>
            </div>
            {scan.then(|| view! { <Scan into=text/> })}
            <div class="actions"><button type="submit" class="button primary">{button}</button></div>
            <ErrorBox message=error/>
        </form>
    }
}
