//! Goal: somebody without a mouse makes a wallet, mines, and sends; and whoever listens to the page hears
//! where they are, and is not talked over.
//! Method: in Chromium nothing but keys; what has the focus is asked after each; what screen readers would
//! announce is counted while ten blocks arrive.

use anyhow::{Context as _, ensure};
use harness::{Browser, Net, PATIENCE, Purse, until, with_browsers};
use serde_json::json;
use thirtyfour::Key;

/// More than the controls of any page.
const STEPS: usize = 120;

/// A person who has keys only.
struct Typist<'a>(&'a Browser);

impl Typist<'_> {
    async fn keys(&self, keys: &str) {
        self.0.driver().action_chain().send_keys(keys).perform().await.unwrap();
    }

    async fn key(&self, key: Key) {
        self.keys(&key.value().to_string()).await;
    }

    /// Goes on with the Tab key until something of this kind and name has the focus, and can be seen.
    async fn reach(&self, kind: &str, name: &str) {
        until(&format!("{name:?} to be there"), PATIENCE, async || {
            self.0.element(kind, name).await
        })
        .await;
        let script = "const one = document.activeElement;
            if (!one.matches(kinds[arguments[0]]) || nameOf(one) !== arguments[1]) return [nameOf(one) || one.tagName, 'elsewhere'];
            const at = one.getBoundingClientRect();
            const [x, y] = [at.left + at.width / 2, at.top + Math.min(at.height, innerHeight) / 2];
            const seen = document.elementFromPoint(x, y);
            if (!seen || !(one.contains(seen) || seen.contains(one) || one.labels?.[0]?.contains(seen))) return [nameOf(one), 'covered'];
            const style = getComputedStyle(one);
            const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
            const around = one.closest('.input');
            const box = around && getComputedStyle(around);
            const outer = box && (box.outlineStyle !== 'none' && parseFloat(box.outlineWidth) >= 2 || box.boxShadow !== 'none');
            return [nameOf(one), ring || outer ? 'here' : 'unmarked'];";
        let mut passed = Vec::new();
        for _ in 0..STEPS {
            self.key(Key::Tab).await;
            let at = self.0.ask(script, &[json!(kind), json!(name)]).await.unwrap();
            match at[1].as_str() {
                Some("here") => return,
                Some("elsewhere") => passed.push(at[0].to_string()),
                _ => panic!("{name:?} has the focus and cannot be seen to have it: {at}"),
            }
        }
        panic!("the Tab key never comes to the {kind} {name:?}, but to {passed:?}");
    }

    async fn press(&self, name: &str) {
        self.reach("button", name).await;
        self.key(Key::Enter).await;
    }

    async fn fill(&self, label: &str, text: &str) {
        self.reach("field", label).await;
        // The Tab key has selected what was there.
        self.keys(text).await;
        until(&format!("{label:?} to take what is typed"), PATIENCE, async || {
            let held = self.0.value(label).await;
            ensure!(held == text, "it holds {} characters", held.chars().count());
            Ok(())
        })
        .await;
    }

    /// Goes down a list of choices.
    async fn choose(&self, label: &str, text: &str) {
        self.reach("field", label).await;
        for _ in 0..30 {
            if self.0.value(label).await == text {
                return;
            }
            self.key(Key::Down).await;
        }
        panic!("{label} never comes to {text:?}");
    }

    /// Waits until the page's heading has the focus: there whoever listens begins.
    async fn is_at(&self, heading: &str) {
        until(&format!("the heading {heading:?} to have the focus"), PATIENCE, async || {
            let script = "const one = document.activeElement; return [one.tagName, tidy(one.textContent).slice(0, 60), document.title];";
            let at = self.0.ask(script, &[]).await?;
            ensure!(at[0] == "H1" && at[1].as_str().is_some_and(|text| text.contains(heading)), "it is at {at}");
            ensure!(at[2].as_str().is_some_and(|title| title.contains(heading)), "the title is {at}");
            Ok(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_wallet_is_made_and_mines_and_pays_by_keys_alone() {
    let net = Net::start(["alpha"]).await;
    let bob = Purse::funded(net["alpha"].chain(), 1).address();
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        let typist = Typist(&ada);
        ada.sees("Create wallet").await;
        typist.press("Create wallet").await;
        typist.is_at_step("recovery words").await;
        typist.press("Reveal").await;
        let words = until("the words to be shown", PATIENCE, async || {
            let script = "const [list] = findAll('named', 'Recovery phrase');
                return [...(list?.querySelectorAll('li') ?? [])].map((one) => tidy(one.textContent));";
            let words: Vec<String> = serde_json::from_value(ada.ask(script, &[]).await?)?;
            let are_words = words.iter().all(|word| shared::wallet::mnemonic::is_word(word));
            ensure!(words.len() == 12 && are_words, "it shows {} words", words.len());
            Ok(words)
        })
        .await;
        typist.press("I have written them down").await;
        typist.is_at_step("Check").await;
        let labels = ada.ask("return findAll('field', null).map(nameOf);", &[]).await.unwrap();
        let labels: Vec<String> = serde_json::from_value(labels).unwrap();
        for label in labels.iter().filter(|label| label.starts_with("Word ")) {
            let number: usize = label.trim_start_matches("Word ").parse().unwrap();
            typist.choose(label, &words[number - 1]).await;
        }
        typist.press("Check").await;
        typist.is_at_step("passphrase").await;
        typist.fill("Passphrase", "a passphrase").await;
        // A form is sent by Enter, without its button.
        typist.key(Key::Enter).await;
        until("there to be a wallet", PATIENCE, async || ada.named("Your address").await.map(drop)).await;

        typist.press("Mine").await;
        typist.is_at("Mine").await;
        typist.press("Start mining").await;
        until("a block to be found", PATIENCE, async || {
            let found = ada.blocks_found().await?;
            ensure!(found > 0, "none is");
            Ok(())
        })
        .await;
        typist.press("Stop mining").await;

        typist.press("Send").await;
        typist.is_at("Send").await;
        typist.fill("Recipient", &bob).await;
        typist.fill("Amount", "1.5").await;
        typist.press("Review").await;
        typist.press("Confirm").await;
        ada.is_told("status", "pending", PATIENCE).await;
        net["alpha"].api().mine(1, &bob).await.unwrap();
        ada.is_told("status", "confirmed", PATIENCE).await;
        let paid = net["alpha"].api().account(&bob).await.unwrap().balance;
        assert!(paid >= 150_000_000, "bob has {paid} mites");
    })
    .await;
}

impl Typist<'_> {
    /// As [`Typist::is_at`], for a step of a page, which has the title of its page.
    async fn is_at_step(&self, heading: &str) {
        until(&format!("the heading {heading:?} to have the focus"), PATIENCE, async || {
            let script =
                "const one = document.activeElement; return [one.tagName, tidy(one.textContent)];";
            let at = self.0.ask(script, &[]).await?;
            let text = at[1].as_str().context("no text")?.to_lowercase();
            ensure!(at[0] == "H1" && text.contains(&heading.to_lowercase()), "it is at {at}");
            Ok(())
        })
        .await;
    }
}

#[tokio::test]
async fn every_change_of_page_moves_the_focus_to_its_heading_and_names_it_in_the_title() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(harness::purse::DEV_WORDS, "a passphrase").await;
        let typist = Typist(&ada);
        for page in
            ["Send", "Receive", "History", "Mine", "Explorer", "Network", "Settings", "Overview"]
        {
            ada.visit(page).await;
            typist.is_at(page).await;
        }
        // The browser's own way back, as well.
        ada.driver().back().await.unwrap();
        typist.is_at("Settings").await;
        // The first thing that the Tab key comes to leads past the navigation.
        ada.go("/explorer").await;
        ada.is_told("heading", "Explorer", PATIENCE).await;
        typist.key(Key::Tab).await;
        let first = ada.ask("return textOf(document.activeElement);", &[]).await.unwrap();
        assert_eq!(first, json!("Skip to the content"));
        typist.key(Key::Enter).await;
        until("the focus to be in the content", PATIENCE, async || {
            let inside = ada.ask("return document.activeElement.id === 'main';", &[]).await?;
            ensure!(inside == json!(true), "it is not");
            Ok(())
        })
        .await;
    })
    .await;
}

/// Counts what screen readers would announce: changes of texts in live regions, region by region.
const LISTEN: &str = "
    window.announced = [];
    window.listening?.disconnect();
    const live = '[role=status], [role=alert], [role=log], [aria-live], output';
    const texts = new Map();
    const regions = () => [...document.querySelectorAll(live)].filter((one) => (one.closest('[aria-live]') ?? one).getAttribute('aria-live') !== 'off');
    const note = (tell) => {
      for (const region of regions()) {
        const text = region.textContent.trim();
        if (tell && text && texts.get(region) !== text) {
          const name = region.getAttribute('aria-label') ?? region.className ?? region.tagName;
          window.announced.push(`${name}: ${text.slice(0, 80)}`);
        }
        texts.set(region, text);
      }
    };
    note(false);
    window.listening = new MutationObserver(() => note(true));
    window.listening.observe(document.body, { childList: true, subtree: true, characterData: true });";

#[tokio::test]
async fn ten_blocks_of_others_are_not_announced_one_by_one() {
    let net = Net::start(["alpha"]).await;
    let alpha = net["alpha"].api();
    let bob = Purse::funded(net["alpha"].chain(), 1).address();
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(harness::purse::DEV_WORDS, "a passphrase").await;
        let mut height = 0;
        for page in
            ["Overview", "Send", "Receive", "History", "Mine", "Explorer", "Network", "Settings"]
        {
            ada.visit(page).await;
            ada.is_told("heading", page, PATIENCE).await;
            ada.sees_height(height, PATIENCE).await;
            ada.ask(LISTEN, &[]).await.unwrap();
            for _ in 0..10 {
                alpha.mine(1, &bob).await.unwrap();
                height += 1;
                ada.sees_height(height, PATIENCE).await;
            }
            let announced = ada.ask("return window.announced;", &[]).await.unwrap();
            let count = announced.as_array().unwrap().len();
            assert!(count <= 1, "{page} says {count} things: {announced}");
        }
        // Who listens is not deaf.
        ada.visit("Overview").await;
        ada.ask(LISTEN, &[]).await.unwrap();
        ada.press("Copy address").await;
        until("something to be announced", PATIENCE, async || {
            let announced = ada.ask("return window.announced.length;", &[]).await?;
            ensure!(announced.as_u64() > Some(0), "nothing is");
            Ok(())
        })
        .await;
    })
    .await;
}
