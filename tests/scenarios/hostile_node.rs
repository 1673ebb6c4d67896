//! Goal: whatever a node says, the page shows it as text and nothing else, signs for no other chain, calls
//! no wrong balance verified, and can be used again as soon as the truth is told.
//! Method: a liar between Chromium and a real node, many lies one after the other (all 61 with
//! `HALFPENNY_FULL=1`), every page under each of them; then the document is searched for what only markup
//! could have put there.

mod lies;

use std::time::{Duration, Instant};

use anyhow::ensure;
use harness::{
    Browser, Liar, Net, Node, PATIENCE, Purse, Wishes, page::Form, purse::DEV_WORDS, until,
    with_browsers,
};
use lies::Case;
use serde_json::json;
use shared::{
    encode::decode, limits::MAX_TRANSACTION_BYTES, params::Chain, rules::transaction_isolated,
    transaction::Transaction,
};

/// An address that nobody in these tests wants to pay.
const THIEF: &str = "dhhc1qthiefthiefthiefthiefthiefthiefthiefthiefthiefthief";
const PASSPHRASE: &str = "a passphrase";
/// What the wallet holds in truth, in mites, at all times.
const BALANCE: u64 = 1_000_100_000_000;
/// A page that takes longer than this to open hangs.
const HANG: Duration = Duration::from_secs(10);

/// Why the document is not only what the app makes; nothing when it is.
const STAINS: &str = "
    const found = [];
    if (window.stained) found.push('a script of the node ran');
    const foreign = 'x-bait, img, iframe, object, embed, base, style, video, audio, body script:not([type=module]), title ~ title';
    found.push(...[...document.querySelectorAll(foreign)].map((one) => 'an element: ' + one.outerHTML.slice(0, 100)));
    const unseen = /[\\u0000-\\u0008\\u000b-\\u001f\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff]/;
    for (const element of document.querySelectorAll('*')) {
      for (const { name, value } of element.attributes) {
        const at = `${element.tagName} ${name}=${value.slice(0, 60)}`;
        if (name.startsWith('on')) found.push('a handler: ' + at);
        if (/^\\s*(javascript|data|vbscript):/i.test(value) && name !== 'href') found.push('a script: ' + at);
        if (value.length > 10_000 && name !== 'd') found.push(`${value.length} characters in ` + at);
        if (unseen.test(value)) found.push('unseen characters in ' + at);
      }
    }
    for (const link of document.querySelectorAll('body a[href]')) {
      const at = new URL(link.href);
      if (at.origin !== location.origin && at.protocol !== 'blob:') found.push('a link to ' + link.href.slice(0, 100));
    }
    const text = document.body.textContent;
    if (unseen.test(text)) found.push('unseen characters near ' + JSON.stringify(text.slice(Math.max(0, text.search(unseen) - 40)).slice(0, 80)));
    if (text.length > 200_000) found.push(`a text of ${text.length} characters`);
    return found.slice(0, 8);";

/// To another page as a link would, until two frames were drawn.
const GO: &str = "
    const done = arguments[arguments.length - 1];
    history.pushState(null, '', arguments[0]);
    dispatchEvent(new PopStateEvent('popstate'));
    requestAnimationFrame(() => requestAnimationFrame(() => done(true)));";

/// Somebody with a wallet at a liar.
struct Victim {
    browser: Browser,
    liar: Liar,
    pages: Vec<String>,
}

impl Victim {
    /// Opens every page, asserts that each is there and clean, and returns what they showed.
    async fn looks_at_everything(&self, lie: &str) -> String {
        let mut seen = String::new();
        for page in &self.pages {
            let start = Instant::now();
            let opened = self.browser.driver().execute_async(GO, vec![json!(page)]).await;
            opened.unwrap_or_else(|error| panic!("{lie}: {page} does not open: {error}"));
            self.liar.is_quiet().await;
            let what = format!("{page} to have a heading and no stain, under {lie}");
            let text = until(&what, HANG, async || {
                let headings = self.browser.texts("heading").await?;
                ensure!(!headings.is_empty(), "there is no heading");
                let stains = self.browser.ask(STAINS, &[]).await?;
                assert_eq!(stains, json!([]), "{page}, {lie}");
                self.browser.page_text().await
            })
            .await;
            assert!(start.elapsed() < HANG, "{page} took {:?} under {lie}", start.elapsed());
            seen.push_str(&text);
        }
        seen
    }

    /// Waits until everything is as it should be after the truth was told again.
    async fn recovers(&self, lie: &str) {
        self.liar.tell_the_truth();
        self.browser.visit("Overview").await;
        let what = format!("the page to recover from {lie}");
        until(&what, PATIENCE, async || {
            // What was announced under the lie stays until somebody has read it.
            let read = "document.querySelectorAll('.notice button[aria-label=Dismiss]').forEach((one) => one.click());";
            self.browser.ask(read, &[]).await?;
            let alerts = self.browser.texts("alert").await?;
            ensure!(alerts.is_empty(), "it says {alerts:?}");
            ensure!(self.browser.balance().await? == BALANCE, "another balance");
            let text = self.browser.page_text().await?;
            ensure!(text.contains("Verified in block"), "the balance is not verified: {text}");
            Ok(())
        })
        .await;
    }
}

/// Somebody with an unlocked wallet and something to look at, and a node that tells the truth so far.
async fn victim(browsers: &harness::Browsers, net: &Net) -> Victim {
    let alpha = &net["alpha"];
    let [own, bob, other] = [0, 1, 2].map(|number| Purse::funded(alpha.chain(), number));
    let payment = bob.pay(alpha.api(), &own.address(), 100_000_000).await.unwrap();
    alpha.api().mine(1, &bob.address()).await.unwrap();
    bob.pay(alpha.api(), &other.address(), 5).await.unwrap();
    let liar = Liar::before(alpha).await;
    let browser = browsers.open_with("ada", &liar.url(), Wishes::default()).await;
    // Answers that are refused, redirected and broken off are what this is about.
    for text in ["status of", "net::ERR_", "Content Security Policy", "CORS", "MIME type"] {
        browser.allow_in_console(text);
    }
    browser.restore_from_words(DEV_WORDS, PASSPHRASE).await;
    browser.sees("Verified in block").await;
    let (own, bob) = (own.address(), bob.address());
    let pages = [
        "/",
        "/history",
        "/explorer",
        "/block/1",
        &format!("/transaction/{payment}"),
        &format!("/account/{bob}"),
        &format!("/account/{own}"),
        "/mempool",
        "/charts",
        "/forks",
        "/network",
        "/mine",
        "/receive",
        "/send",
        "/settings",
        "/verify",
        "/kit",
        "/about",
    ];
    Victim { browser, liar, pages: pages.map(String::from).to_vec() }
}

/// Every third lie, or all of them in full runs: each is told on every page, which takes seconds.
fn some(cases: Vec<Case>) -> Vec<Case> {
    let step = if harness::is_full() { 1 } else { 3 };
    cases.into_iter().step_by(step).collect()
}

/// Every page under every lie, while blocks go on. Returns the lies whose words were seen, as text.
async fn suffers(victim: &Victim, node: &Node, cases: Vec<Case>) -> Vec<String> {
    let bob = Purse::funded(node.chain(), 1).address();
    let mut shown = Vec::new();
    for Case { name, lie } in cases {
        victim.liar.tell(lie);
        node.api().mine(1, &bob).await.unwrap();
        let seen = victim.looks_at_everything(&name).await;
        assert!(victim.liar.told() > 0, "{name}: the lie was never told");
        if seen.contains("bait") {
            shown.push(name.clone());
        }
        victim.recovers(&name).await;
    }
    shown
}

#[tokio::test]
async fn what_a_node_writes_is_shown_as_text_or_not_at_all() {
    let net = Net::start(["alpha", "beta"]).await;
    net["alpha"].api().mine(3, &Purse::funded(net["alpha"].chain(), 1).address()).await.unwrap();
    with_browsers(async |browsers| {
        let victim = victim(browsers, &net).await;
        let cases = some(lies::texts());
        let count = cases.len();
        let shown = suffers(&victim, &net["alpha"], cases).await;
        // Else this would look for stains where nothing was poured.
        assert!(shown.len() > count / 2, "of {count} lies, only these were ever shown: {shown:?}");
    })
    .await;
}

#[tokio::test]
async fn absurd_numbers_and_answers_that_are_none_break_no_page() {
    let net = Net::start(["alpha"]).await;
    net["alpha"].api().mine(3, &Purse::funded(net["alpha"].chain(), 1).address()).await.unwrap();
    with_browsers(async |browsers| {
        let victim = victim(browsers, &net).await;
        let cases = some(lies::numbers().into_iter().chain(lies::shapes()).collect());
        suffers(&victim, &net["alpha"], cases).await;
    })
    .await;
}

#[tokio::test]
async fn no_wrong_balance_is_called_verified() {
    let net = Net::start(["alpha"]).await;
    net["alpha"].api().mine(3, &Purse::funded(net["alpha"].chain(), 1).address()).await.unwrap();
    with_browsers(async |browsers| {
        let victim = victim(browsers, &net).await;
        for Case { name, lie } in lies::balances() {
            // From the first answer that is a lie on, until long after the last.
            victim.browser.ask(WATCH_VERIFIED, &[]).await.unwrap();
            victim.liar.tell(lie);
            until(&format!("{name} to be told"), PATIENCE, async || {
                ensure!(victim.liar.told() > 0, "it is not yet");
                Ok(())
            })
            .await;
            victim.liar.is_quiet().await;
            victim.looks_at_everything(&name).await;
            let wrong = victim.browser.ask("return window.wronglyVerified;", &[]).await.unwrap();
            assert_eq!(wrong, json!([]), "{name}");
            victim.recovers(&name).await;
        }
    })
    .await;
}

/// Notes every moment at which the overview calls a balance verified that is not the true one.
const WATCH_VERIFIED: &str = "
    window.wronglyVerified = [];
    window.watchVerified?.disconnect();
    window.watchVerified = new MutationObserver(() => {
      const balance = document.querySelector('output[aria-label=Balance]');
      if (!balance || !document.querySelector('main').textContent.includes('Verified in block')) return;
      const digits = balance.textContent.replace(/[^0-9.]/g, '');
      if (digits !== '10001') window.wronglyVerified.push(balance.textContent);
    });
    window.watchVerified.observe(document.body, { childList: true, subtree: true, characterData: true });";

#[tokio::test]
async fn nothing_is_signed_but_what_was_reviewed_and_for_this_chain_only() {
    let net = Net::start(["alpha"]).await;
    let chain = net["alpha"].chain().clone();
    let bob = Purse::funded(&chain, 2);
    with_browsers(async |browsers| {
        let victim = victim(browsers, &net).await;
        let (browser, liar) = (&victim.browser, &victim.liar);
        for Case { name, lie } in lies::payments() {
            let before = liar.posted().len();
            liar.tell(lie);
            browser.visit("Overview").await;
            liar.is_quiet().await;
            let form = Form { recipient: &bob.address(), amount: "1.5", fee: None, memo: None };
            browser.fill_payment(form).await;
            liar.is_quiet().await;
            browser.press("Review").await;
            // A review with everything in it, or a reason why there is none.
            let reviewed =
                until(&format!("an answer to Review under {name}"), PATIENCE, async || {
                    let can_confirm = browser.can_press("Confirm").await;
                    let alerts = browser.texts("alert").await?;
                    ensure!(
                        can_confirm || !alerts.is_empty(),
                        "there is neither review nor reason"
                    );
                    Ok(can_confirm)
                })
                .await;
            if reviewed {
                let page = browser.page_text().await.unwrap();
                let shown = browser.ask("return document.querySelector('main').textContent;", &[]);
                let shown = shown.await.unwrap();
                let tight: String = shown.as_str().unwrap().split_whitespace().collect();
                assert!(tight.contains(&bob.address()), "{name}: the review hides the recipient");
                let fee_is_large = page.contains("The fee is at least half");
                browser.press("Confirm").await;
                until(&format!("something to be posted under {name}"), PATIENCE, async || {
                    let count = liar.posted().iter().skip(before).filter(is_payment).count();
                    let alerts = browser.texts("alert").await?;
                    ensure!(count > 0 || !alerts.is_empty(), "neither a request nor a reason");
                    Ok(())
                })
                .await;
                let posted = liar.posted();
                for posted in posted.iter().skip(before).filter(is_payment) {
                    is_as_reviewed(&posted.body, &chain, &bob, fee_is_large)
                        .unwrap_or_else(|error| panic!("{name}: {error:#}"));
                }
            }
            liar.tell_the_truth();
            // What waits is confirmed, so that the next case begins with nothing under way.
            browser.visit("Overview").await;
            liar.is_quiet().await;
            net["alpha"].api().mine(1, &bob.address()).await.unwrap();
        }
    })
    .await;
}

fn is_payment(posted: &&harness::liar::Posted) -> bool {
    posted.path.ends_with("/transactions")
}

/// A payment of 1.5 to `bob`, signed for this chain; with a fee that was called large if it is.
fn is_as_reviewed(
    bytes: &[u8],
    chain: &Chain,
    bob: &Purse,
    fee_is_large: bool,
) -> anyhow::Result<()> {
    let transaction: Transaction = decode(bytes, MAX_TRANSACTION_BYTES)?;
    let body = transaction.body.clone();
    transaction_isolated::check(transaction, &chain.genesis_id())?;
    let [payment] = &body.payments[..] else { anyhow::bail!("not one payment") };
    ensure!(payment.recipient == bob.account(), "another recipient");
    ensure!(payment.amount.mites() == 150_000_000, "another amount");
    let is_large = body.fee.mites() >= 75_000_000;
    ensure!(!is_large || fee_is_large, "a fee of {} mites without a word", body.fee.mites());
    Ok(())
}

#[tokio::test]
async fn a_node_whose_parameters_do_not_make_the_chain_that_it_claims_is_not_believed() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let victim = victim(browsers, &net).await;
        let (browser, liar) = (&victim.browser, &victim.liar);
        for Case { name, lie } in lies::chains() {
            liar.tell(lie);
            browser.go("/").await;
            until(&format!("{name} to be refused"), PATIENCE, async || {
                let alerts = browser.texts("alert").await?;
                let refused = alerts.iter().any(|alert| alert.contains("Nothing of it is shown"));
                ensure!(refused, "the alerts are {alerts:?}");
                Ok(())
            })
            .await;
            let stains = browser.ask(STAINS, &[]).await.unwrap();
            assert_eq!(stains, json!([]), "{name}");
            // No wallet is opened, and none is made, for a chain that nobody knows.
            for button in ["Unlock", "Create wallet", "Restore wallet", "Start mining"] {
                assert!(!browser.can_press(button).await, "{name}: {button} is offered");
            }
            liar.tell_the_truth();
            browser.unlock(PASSPHRASE).await;
            victim.recovers(&name).await;
        }
    })
    .await;
}
