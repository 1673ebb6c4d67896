//! Making a wallet: write the words down, show that they were, choose a passphrase.

use crate::prelude::*;
use crate::{
    browser,
    components::{
        Card, CheckField, ErrorBox, NoticeBox, PageHeader, SelectField, Tone, WizardSteps,
    },
    pages::{
        extra_word::{ExtraWord, differ},
        restore::{NewPassphrase, sentence},
        template::Template,
    },
    state::{
        Refresh,
        wallet::{Wallet, WalletError, new_entropy, use_wallet},
    },
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
    entropy: RwSignal<Option<Zeroizing<Vec<u8>>>>,
    /// The 25th word; empty: there is none.
    extra: RwSignal<String>,
    /// The words that write it, once the vault has told them.
    words: RwSignal<Vec<String>>,
    /// The address that they lead to.
    address: RwSignal<String>,
    /// Whether they are 24, not 12.
    is_long: RwSignal<bool>,
}

impl Secret {
    fn new() -> Self {
        Self {
            entropy: RwSignal::new(None),
            extra: RwSignal::new(String::new()),
            words: RwSignal::new(Vec::new()),
            address: RwSignal::new(String::new()),
            is_long: RwSignal::new(false),
        }
    }

    /// Makes a secret of the size that is wished, in the place of the one before. Reactive.
    fn make_anew(self, problem: RwSignal<Option<String>>) {
        self.words.set(Vec::new());
        match new_entropy(self.is_long.get()) {
            Ok(entropy) => self.entropy.set(Some(entropy)),
            Err(error) => problem.set(told_of(&error)),
        }
    }

    /// As the vault takes it; nothing while there is none, or when the page is gone.
    fn whole(self) -> Option<vault::Secret> {
        let entropy = self.entropy.try_get_untracked().flatten()?;
        Some(vault::Secret::of_entropy(&entropy, &self.extra.try_get_untracked()?))
    }

    /// Writes the secret as it is now.
    async fn write(self, wallet: Wallet, problem: RwSignal<Option<String>>) {
        let Some(secret) = self.whole() else { return };
        let written = wallet.written(secret.clone()).await;
        // The page may be gone, or another secret be wished, when the answer is here.
        if self.whole().as_ref() != Some(&secret) {
            return;
        }
        match written {
            Ok((words, address)) => {
                problem.try_set(None);
                self.address.try_set(address);
                self.words.try_set(words);
            }
            Err(error) => {
                self.words.try_set(Vec::new());
                problem.try_set(told_of(&error));
            }
        }
    }
}

fn told_of(error: &WalletError) -> Option<String> {
    Some(sentence(&error.to_string()))
}

/// Makes a wallet, in three steps.
#[component]
pub(super) fn CreatePage(
    /// Leaves without a wallet.
    back: Callback<()>,
) -> impl IntoView {
    let step = RwSignal::new(Step::Words);
    let checked = RwSignal::new(false);
    let problem = RwSignal::new(None::<String>);
    let (wallet, secret) = (use_wallet(), Secret::new());
    let write = Refresh::new(move || secret.write(wallet, problem));
    effect(move || secret.make_anew(problem));
    effect(move || {
        secret.entropy.track();
        secret.extra.track();
        write.ask();
    });
    let title = move || match step.get() {
        Step::Words => t!("Write down your recovery words"),
        Step::Check => t!("Check the words"),
        Step::Passphrase => t!("Choose a passphrase"),
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
        <WizardSteps steps=vec![t!("Write down"), t!("Check"), t!("Passphrase")] current=Signal::derive(index)/>
        <ErrorBox message=problem/>
        {move || match step.get() {
            Step::Words => view! { <Words secret step/> }.into_any(),
            Step::Check => view! { <Check secret step checked/> }.into_any(),
            Step::Passphrase => view! { <Passphrase secret checked/> }.into_any(),
        }}
        <div class="actions">
            <button type="button" class="button quiet" on:click=handler(go_back)>{t!("Back")}</button>
        </div>
    }
}

#[component]
fn Words(secret: Secret, step: RwSignal<Step>) -> impl IntoView {
    let revealed = RwSignal::new(false);
    let (again, tried) = (RwSignal::new(secret.extra.get_untracked()), RwSignal::new(false));
    let reveal = move |_| match differ(&secret.extra.get_untracked(), &again.get_untracked()) {
        None => revealed.set(true),
        Some(_) => {
            tried.set(true);
            crate::pages::focus_soon("main .extra-word [aria-invalid='true']");
        }
    };
    let has_extra = Signal::derive(move || secret.extra.with(|extra| !extra.is_empty()));
    let count = move || if secret.is_long.get() { 24 } else { 12 };
    let list = move || {
        let hidden = || vec!["••••••".to_string(); count()];
        let words = if revealed.get() { secret.words.get() } else { hidden() };
        words.into_iter().map(|word| view! { <li>{word}</li> }).collect_view()
    };
    view! {
        <Card>
            <p class="measure">
                {t!(
                    "Whoever has these words has the coins. Write them on paper, in order, and keep the \
                    paper safe. A photo or a screenshot is not safe: other programs see it, and clouds keep it."
                )}
            </p>
            <ol class="words" role="list" aria-label=t!("Recovery phrase") aria-hidden=move || (!revealed.get()).then_some("true")>
                {move || list()}
            </ol>
            <div class="actions">
                <Show
                    when=move || revealed.get()
                    fallback=move || view! {
                        <button type="button" class="button primary large" on:click=handler(reveal)>
                            {t!("Reveal")}
                        </button>
                    }
                >
                    <button
                        type="button" class="button primary large"
                        disabled=move || secret.words.with(Vec::is_empty) on:click=handler(move |_| step.set(Step::Check))
                    >
                        {t!("I have written them down")}
                    </button>
                    <button type="button" class="button" on:click=handler(move |_| revealed.set(false))>{t!("Hide")}</button>
                    <button type="button" class="button quiet" on:click=handler(move |_| step.set(Step::Passphrase))>
                        {t!("Do this later")}
                    </button>
                </Show>
            </div>
            <Show when=move || !revealed.get()>
                <CheckField label=t!("24 words instead of 12") checked=secret.is_long/>
                <ExtraWord extra=secret.extra again reveal=tried/>
                <p class="muted small">{t!("Look around first: nobody else should see your screen.")}</p>
            </Show>
            <Show when=move || revealed.get() && has_extra.get()>
                <p class="measure">{t!("Your 25th word belongs to them: without it they lead to an empty wallet. Keep it elsewhere than this paper.")}</p>
            </Show>
            <Template count=Signal::derive(count) address=secret.address has_extra/>
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
            <p class="measure">{t!("Look at your note, not at the screen: which words stand at these places?")}</p>
            <form class="form" on:submit=handler(check)>
                {fields}
                <ErrorBox message=error/>
                <div class="actions">
                    <button type="submit" class="button primary large">{t!("Check")}</button>
                </div>
            </form>
        </Card>
    }
}

#[component]
fn Choice(question: Question, answer: RwSignal<String>) -> impl IntoView {
    let choose = (String::new(), t!("Choose…").to_string());
    let options: Vec<(String, String)> = std::iter::once(choose)
        .chain(question.choices.iter().map(|word| ((*word).to_string(), (*word).to_string())))
        .collect();
    view! {
        <SelectField label=t!("Word {number}", number = question.position) value=answer options=Signal::stored(options)/>
    }
}

/// "Word 3 is not right.", "Words 3 and 7 are not right."
fn told(wrong: &[usize]) -> String {
    let (last, others) = match wrong.split_last() {
        Some((last, others)) => (last, others),
        None => return String::new(),
    };
    if others.is_empty() {
        return t!(
            "Word {word} is not right. Compare with your note, or go back and look at the words again.",
            word = last,
        );
    }
    let others: Vec<String> = others.iter().map(ToString::to_string).collect();
    t!(
        "Words {words} and {last} are not right. Compare with your note, or go back and look at the words again.",
        words = others.join(", "),
        last = last,
    )
}

#[component]
fn Passphrase(secret: Secret, checked: RwSignal<bool>) -> impl IntoView {
    let wallet = use_wallet();
    let error = RwSignal::new(None::<String>);
    let save = Callback::new(move |passphrase: String| {
        let passphrase = zeroize::Zeroizing::new(passphrase);
        let Some(secret) = secret.whole() else { return };
        error.set(None);
        let is_checked = checked.get_untracked();
        spawn_local(async move {
            match wallet.create(secret, &passphrase).await {
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
                {t!(
                    "It locks the wallet in this browser and in its keystore file. You need it whenever you \
                    come back. It cannot be reset; the recovery words can replace it."
                )}
            </p>
            <NewPassphrase button=t!("Create wallet") save error/>
        </Card>
        <NoticeBox tone=Tone::Neutral>
            {t!("Clearing this browser's data deletes the wallet here. The words bring it back.")}
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
