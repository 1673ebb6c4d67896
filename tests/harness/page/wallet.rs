//! Welcome, restore, unlock, lock, settings: the wallet itself.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use serde_json::json;

use crate::{
    browser::Browser,
    wait::{PATIENCE, until},
};

impl Browser {
    /// Makes a wallet as its page asks for: writes the words down, answers the questions about them,
    /// chooses a passphrase. Returns the words.
    ///
    /// # Panics
    ///
    /// When the page does not go on.
    pub async fn create_wallet(&self, passphrase: &str) -> Vec<String> {
        self.press("Create wallet").await;
        self.press("Reveal").await;
        let words = self.words_shown(12).await;
        self.finish_wallet(&words, passphrase).await;
        words
    }

    /// So many words of a recovery phrase, once they are shown.
    ///
    /// # Panics
    ///
    /// When that does not happen.
    pub async fn words_shown(&self, count: usize) -> Vec<String> {
        until("the words to be shown", PATIENCE, async || {
            let script = "const [list] = findAll('named', 'Recovery phrase'); \
                          return [...(list?.querySelectorAll('li') ?? [])].map((one) => tidy(one.textContent));";
            let words: Vec<String> = serde_json::from_value(self.ask(script, &[]).await?)?;
            ensure!(words.len() == count, "there are {} words", words.len());
            let are_words = words.iter().all(|word| shared::wallet::mnemonic::is_word(word));
            ensure!(are_words, "they are not words of the list");
            Ok(words)
        })
        .await
    }

    /// Goes on from the words that are shown to the wallet.
    ///
    /// # Panics
    ///
    /// When the page does not go on.
    pub async fn finish_wallet(&self, words: &[String], passphrase: &str) {
        self.press("I have written them down").await;
        self.answer_questions(words).await;
        self.fill("Passphrase", passphrase).await;
        self.press("Create wallet").await;
        self.has_wallet().await;
    }

    /// Answers what the page asks about the words.
    ///
    /// # Panics
    ///
    /// When it asks nothing.
    pub async fn answer_questions(&self, words: &[String]) {
        let asked = until("the page to ask for words", PATIENCE, async || {
            let script = "return findAll('field', null).map(nameOf);";
            let labels: Vec<String> = serde_json::from_value(self.ask(script, &[]).await?)?;
            let numbers =
                labels.iter().filter_map(|label| label.strip_prefix("Word ")?.parse().ok());
            let numbers: Vec<usize> = numbers.collect();
            ensure!(!numbers.is_empty(), "its fields are {labels:?}");
            Ok(numbers)
        })
        .await;
        for number in asked {
            self.choose(&format!("Word {number}"), &words[number - 1]).await;
        }
        self.press("Check").await;
    }

    /// Chooses an option of a list by its text.
    ///
    /// # Panics
    ///
    /// When there is no such list or option.
    pub async fn choose(&self, label: &str, text: &str) {
        until(&format!("{} to choose in {label:?}", self.who()), PATIENCE, async || {
            let list = self.element("field", label).await?;
            let list = thirtyfour::components::SelectElement::new(&list).await?;
            list.select_by_exact_text(text).await.context("there is no such option")
        })
        .await;
    }

    /// Restores a wallet from its words in a browser that has none.
    ///
    /// # Panics
    ///
    /// When the page does not go on.
    pub async fn restore_from_words(&self, words: &str, passphrase: &str) {
        self.press("Restore wallet").await;
        self.fill("Recovery phrase", words).await;
        self.fill("Passphrase", passphrase).await;
        self.press("Restore wallet").await;
        self.has_wallet().await;
    }

    /// Restores a wallet from its keystore file in a browser that has none.
    ///
    /// # Panics
    ///
    /// When the page does not go on.
    pub async fn restore_from_file(&self, file: &Path, passphrase: &str) {
        self.press("Restore wallet").await;
        self.tick("Keystore file").await;
        self.upload("Keystore file", file).await;
        self.fill("Passphrase", passphrase).await;
        self.press("Restore wallet").await;
        self.has_wallet().await;
    }

    /// Types a passphrase where the wallet is locked, and presses *Unlock*.
    ///
    /// # Panics
    ///
    /// When there is nothing to unlock.
    pub async fn try_to_unlock(&self, passphrase: &str) {
        self.fill("Passphrase", passphrase).await;
        self.press("Unlock").await;
    }

    /// Unlocks the wallet.
    ///
    /// # Panics
    ///
    /// When it does not open.
    pub async fn unlock(&self, passphrase: &str) {
        self.try_to_unlock(passphrase).await;
        until("the wallet to open", PATIENCE, async || {
            ensure!(self.can_press("Lock").await, "there is no button Lock");
            Ok(())
        })
        .await;
    }

    /// Locks the wallet, and waits until it asks for its passphrase.
    ///
    /// # Panics
    ///
    /// When it does not.
    pub async fn lock(&self) {
        self.press("Lock").await;
        self.is_locked().await;
    }

    /// Waits until the page asks for the passphrase.
    ///
    /// # Panics
    ///
    /// When it does not.
    pub async fn is_locked(&self) {
        until(&format!("{}'s wallet to be locked", self.who()), PATIENCE, async || {
            ensure!(self.can_press("Unlock").await, "there is no button Unlock");
            Ok(())
        })
        .await;
    }

    async fn has_wallet(&self) {
        until(&format!("{} to have a wallet", self.who()), PATIENCE, async || {
            self.named("Your address").await.map(drop)
        })
        .await;
    }

    /// The address of the wallet, as its page shows it.
    ///
    /// # Panics
    ///
    /// When it shows none.
    pub async fn address(&self) -> String {
        self.visit("Overview").await;
        let address = until(&format!("{} to see an address", self.who()), PATIENCE, async || {
            self.named("Your address").await
        })
        .await;
        address.split_whitespace().collect()
    }

    /// Saves the keystore file, and returns where the browser has put it.
    ///
    /// # Panics
    ///
    /// When no file comes.
    pub async fn save_keystore_file(&self) -> PathBuf {
        self.visit("Settings").await;
        self.press("Save keystore file").await;
        self.downloaded("json").await
    }

    /// Where the browser has put a file with this ending.
    ///
    /// # Panics
    ///
    /// When no such file comes.
    pub async fn downloaded(&self, ending: &str) -> PathBuf {
        until(&format!("a {ending} file to be downloaded"), PATIENCE, async || {
            let files = std::fs::read_dir(self.downloads())?;
            let files: Vec<PathBuf> =
                files.map(|file| Ok(file?.path())).collect::<std::io::Result<_>>()?;
            let is_whole = |path: &&PathBuf| path.extension().is_some_and(|it| it == ending);
            let file = files.iter().find(is_whole);
            let file = file.cloned().with_context(|| format!("there is {files:?}"))?;
            // The browser makes it first and fills it then.
            ensure!(std::fs::metadata(&file)?.len() > 0, "{file:?} is empty yet");
            Ok(file)
        })
        .await
    }

    /// Goes to a page by its link, without loading the app anew.
    ///
    /// # Panics
    ///
    /// When there is no such link or page.
    pub async fn visit(&self, page: &str) {
        until(&format!("{} to go to {page}", self.who()), PATIENCE, async || {
            let script = "const link = [...document.querySelectorAll('nav a[href]')].find( \
                          (one) => textOf(one) === arguments[0]); link?.click(); return !!link;";
            let found = self.ask(script, &[json!(page)]).await?;
            ensure!(found == json!(true), "there is no link to it");
            Ok(())
        })
        .await;
    }

    /// Leaves a mark in the page that loading it anew would wipe away.
    ///
    /// # Panics
    ///
    /// When there is no page.
    pub async fn mark_page(&self) {
        self.ask("window.markOfTheTest = 1;", &[]).await.expect("a page can be marked");
    }

    /// Asserts that the page was not loaded anew since [`Browser::mark_page`].
    ///
    /// # Panics
    ///
    /// When it was.
    pub async fn is_marked(&self) {
        let mark = self.ask("return window.markOfTheTest ?? 0;", &[]).await;
        assert_eq!(mark.expect("there is a page"), json!(1), "the page was loaded anew");
    }
}
