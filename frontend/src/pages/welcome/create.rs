//! Making a wallet: write the words down, show that they were, choose a passphrase.

use crate::prelude::*;
use crate::{
    browser,
    components::{Card, ErrorBox, NoticeBox, PageHeader, SelectField, Tone, WizardSteps},
    pages::restore::{NewPassphrase, sentence},
    state::wallet::{new_entropy, use_wallet, words_of},
    wallet::words::{Question, questions, wrong_answers},
};
use leptos::ev::SubmitEvent;
use zeroize::Zeroizing;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Words,
    Check,
    Passphrase,
}

/// The secret while it is being made; wiped when the page goes away.
#[derive(Clone, Copy)]
struct Secret {
    entropy: StoredValue<Option<Zeroizing<[u8; 16]>>>,
    /// The words that write it, once the vault has told them.
    words: RwSignal<Vec<String>>,
}

/// Makes a wallet, in three steps.
#[component]
pub(super) fn CreatePage(
    /// Leaves without a wallet.
    back: Callback<()>,
) -> impl IntoView {
    let step = RwSignal::new(Step::Words);
    let checked = RwSignal::new(false);
    let made = new_entropy();
    let problem = RwSignal::new(made.as_ref().err().map(|error| sentence(&error.to_string())));
    let secret = Secret { entropy: StoredValue::new(made.ok()), words: RwSignal::new(Vec::new()) };
    spawn_local(async move {
        let Some(entropy) = secret.entropy.try_get_value().flatten() else { return };
        match words_of(&*entropy).await {
            Ok(words) => drop(secret.words.try_set(words)),
            Err(error) => drop(problem.try_set(Some(sentence(&error.to_string())))),
        }
    });
    let title = move || match step.get() {
        Step::Words => "Write down your twelve words",
        Step::Check => "Check the words",
        Step::Passphrase => "Choose a passphrase",
    };
    let index = move || match step.get() {
        Step::Words => 0,
        Step::Check => 1,
        Step::Passphrase => 2,
    };
    Effect::new(move |before: Option<Step>| {
        let now = step.get();
        if before.is_some_and(|before| before != now) {
            crate::pages::focus_soon("main h1");
        }
        now
    });
    let go_back = move |_| match step.get_untracked() {
        Step::Words => back.run(()),
        Step::Check | Step::Passphrase => step.set(Step::Words),
    };
    view! {
        <PageHeader title=Signal::derive(move || title().to_string())/>
        <WizardSteps steps=vec!["Write down", "Check", "Passphrase"] current=Signal::derive(index)/>
        <ErrorBox message=problem/>
        {move || match step.get() {
            Step::Words => view! { <Words secret step/> }.into_any(),
            Step::Check => view! { <Check secret step checked/> }.into_any(),
            Step::Passphrase => view! { <Passphrase secret checked/> }.into_any(),
        }}
        <div class="actions">
            <button type="button" class="button quiet" on:click=handler(go_back)>"Back"</button>
        </div>
    }
}

#[component]
fn Words(secret: Secret, step: RwSignal<Step>) -> impl IntoView {
    let revealed = RwSignal::new(false);
    let list = move || {
        let hidden = || vec!["••••••".to_string(); 12];
        let words = if revealed.get() { secret.words.get() } else { hidden() };
        words.into_iter().map(|word| view! { <li>{word}</li> }).collect_view()
    };
    view! {
        <Card>
            <p class="measure">
                "Whoever has these words has the coins. Write them on paper, in order, and keep the "
                "paper safe. A photo or a screenshot is not safe."
            </p>
            <ol class="words" role="list" aria-label="Recovery phrase" aria-hidden=move || (!revealed.get()).then_some("true")>
                {move || list()}
            </ol>
            <div class="actions">
                <Show
                    when=move || revealed.get()
                    fallback=move || view! {
                        <button type="button" class="button primary large" on:click=handler(move |_| revealed.set(true))>
                            "Reveal"
                        </button>
                    }
                >
                    <button
                        type="button" class="button primary large"
                        disabled=move || secret.words.with(Vec::is_empty) on:click=handler(move |_| step.set(Step::Check))
                    >
                        "I have written them down"
                    </button>
                    <button type="button" class="button" on:click=handler(move |_| revealed.set(false))>"Hide"</button>
                    <button type="button" class="button quiet" on:click=handler(move |_| step.set(Step::Passphrase))>
                        "Do this later"
                    </button>
                </Show>
            </div>
            <Show when=move || !revealed.get()>
                <p class="muted small">"Look around first: nobody else should see your screen."</p>
            </Show>
        </Card>
    }
}

#[component]
fn Check(secret: Secret, step: RwSignal<Step>, checked: RwSignal<bool>) -> impl IntoView {
    let words = secret.words.get_untracked();
    let random = browser::random::<16>().unwrap_or_default();
    let asked = questions(&words, &random);
    let answers: Vec<RwSignal<String>> =
        asked.iter().map(|_| RwSignal::new(String::new())).collect();
    let error = RwSignal::new(None::<String>);
    let fields = asked
        .iter()
        .zip(&answers)
        .map(|(question, answer)| view! { <Choice question=question.clone() answer=*answer/> })
        .collect_view();
    let check = move |event: SubmitEvent| {
        event.prevent_default();
        let answers: Vec<String> = answers.iter().map(RwSignal::get_untracked).collect();
        match wrong_answers(&words, &asked, &answers).as_slice() {
            [] => {
                checked.set(true);
                step.set(Step::Passphrase);
            }
            wrong => error.set(Some(told(wrong))),
        }
    };
    view! {
        <Card>
            <p class="measure">"Look at your note, not at the screen: which words stand at these places?"</p>
            <form class="form" on:submit=handler(check)>
                {fields}
                <ErrorBox message=error/>
                <div class="actions">
                    <button type="submit" class="button primary large">"Check"</button>
                </div>
            </form>
        </Card>
    }
}

#[component]
fn Choice(question: Question, answer: RwSignal<String>) -> impl IntoView {
    let choose = (String::new(), "Choose…".to_string());
    let options: Vec<(String, String)> = std::iter::once(choose)
        .chain(question.choices.iter().map(|word| ((*word).to_string(), (*word).to_string())))
        .collect();
    view! {
        <SelectField label=format!("Word {}", question.position) value=answer options=Signal::stored(options)/>
    }
}

/// "Word 3 is not right.", "Words 3 and 7 are not right."
fn told(wrong: &[usize]) -> String {
    let (last, others) = match wrong.split_last() {
        Some((last, others)) => (last, others),
        None => return String::new(),
    };
    let advice = "Compare with your note, or go back and look at the words again.";
    if others.is_empty() {
        return format!("Word {last} is not right. {advice}");
    }
    let others: Vec<String> = others.iter().map(ToString::to_string).collect();
    format!("Words {} and {last} are not right. {advice}", others.join(", "))
}

#[component]
fn Passphrase(secret: Secret, checked: RwSignal<bool>) -> impl IntoView {
    let wallet = use_wallet();
    let error = RwSignal::new(None::<String>);
    let save = Callback::new(move |passphrase: String| {
        let passphrase = zeroize::Zeroizing::new(passphrase);
        let Some(entropy) = secret.entropy.get_value() else { return };
        error.set(None);
        let is_checked = checked.get_untracked();
        spawn_local(async move {
            match wallet.create(&*entropy, &passphrase).await {
                // Now the page is gone, and its signals with it.
                Ok(()) => {
                    wallet.note_backup(|backup, now| backup.words = is_checked.then_some(now))
                }
                Err(problem) => drop(error.try_set(Some(sentence(&problem.to_string())))),
            }
        });
    });
    view! {
        <Card>
            <p class="measure">
                "It locks the wallet in this browser and in its keystore file. You need it whenever you "
                "come back. It cannot be reset; the twelve words can replace it."
            </p>
            <NewPassphrase button="Create wallet" save error/>
        </Card>
        <NoticeBox tone=Tone::Neutral>
            "Clearing this browser's data deletes the wallet here. The twelve words bring it back."
        </NoticeBox>
    }
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn wrong_words_are_named() {
        assert!(told(&[3]).starts_with("Word 3 is not right."));
        assert!(told(&[3, 7]).starts_with("Words 3 and 7 are not right."));
        assert!(told(&[1, 3, 7]).starts_with("Words 1, 3 and 7 are not right."));
    }
}
