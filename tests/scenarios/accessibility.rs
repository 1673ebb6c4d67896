//! Goal: every page can be used by who cannot see it, has no mouse, or has a narrow screen.
//! Method: axe-core, put into every page, step and dialog, wide and narrow, light and dark; it finds nothing.

use anyhow::ensure;
use harness::{
    Browser, Net, PATIENCE, Purse, Wishes, page::Form, program, purse::DEV_WORDS, until,
    with_browsers,
};
use serde_json::json;

const PASSPHRASE: &str = "a passphrase";

/// Looks at pages with axe-core.
struct Audit<'a> {
    browser: &'a Browser,
    axe: String,
}

impl<'a> Audit<'a> {
    fn of(browser: &'a Browser) -> Self {
        let axe = axe().expect("axe-core: scripts/test installs it and sets HALFPENNY_AXE");
        // What the node does not have is asked for on purpose.
        browser.allow_in_console("status of 404");
        Self { browser, axe }
    }

    /// Waits for a text, then looks at the page in both themes, and at every dialog that it offers.
    async fn check(&self, page: &str, text: &str) {
        self.browser.sees(text).await;
        self.in_both_themes(page).await;
        let offers = "return [...document.querySelectorAll('main button[aria-haspopup=dialog]:enabled')].map(nameOf);";
        let offers = self.browser.ask(offers, &[]).await.unwrap();
        let offers: Vec<String> = serde_json::from_value(offers).unwrap();
        for name in offers {
            self.browser.press(&name).await;
            self.has_dialogs(1, &name).await;
            self.in_both_themes(&format!("{page}, {name}")).await;
            let escape = thirtyfour::Key::Escape.value().to_string();
            self.browser.driver().action_chain().send_keys(&escape).perform().await.unwrap();
            self.has_dialogs(0, &name).await;
        }
    }

    async fn has_dialogs(&self, count: u64, name: &str) {
        until(&format!("{count} dialogs of {name:?}"), PATIENCE, async || {
            let open = self
                .browser
                .ask("return document.querySelectorAll('dialog[open]').length;", &[])
                .await?;
            ensure!(open.as_u64() == Some(count), "there are {open}");
            Ok(())
        })
        .await;
    }

    async fn in_both_themes(&self, page: &str) {
        for theme in ["light", "dark"] {
            self.browser.prefer(theme).await;
            until("the colours to have changed", PATIENCE, async || {
                let script = "return document.getAnimations().filter((one) => one.playState === 'running').length;";
                let running = self.browser.ask(script, &[]).await?;
                ensure!(running == json!(0), "{running} are on their way");
                Ok(())
            })
            .await;
            let source = if self.is_there().await { "" } else { &self.axe };
            let script = format!(
                "{source}\n; const done = arguments[arguments.length - 1]; \
                 const drawn = new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))); \
                 drawn.then(() => axe.run(document, {{ resultTypes: ['violations'] }})).then( \
                   (result) => done(result.violations \
                     .map((one) => `${{one.impact}} ${{one.id}}: ` + one.nodes.map((node) => `${{node.html}} ${{node.any[0]?.message ?? ''}}`).join(' | '))), \
                   (error) => done([String(error)]));"
            );
            let found = self.browser.driver().execute_async(&script, Vec::new()).await.unwrap();
            let found: Vec<String> = found.convert().unwrap();
            let who = self.browser.who();
            assert!(found.is_empty(), "{page}, {who}, {theme}:\n{}", found.join("\n"));
        }
    }

    async fn is_there(&self) -> bool {
        self.browser.ask("return 'axe' in window;", &[]).await.unwrap() == json!(true)
    }
}

/// Something to see on every page: blocks, payments in and out, one that waits.
async fn busy_net() -> (Net, String, String) {
    let net = Net::start(["alpha", "beta"]).await;
    let alpha = net["alpha"].api();
    let [own, bob] = [0, 1].map(|number| Purse::funded(net["alpha"].chain(), number));
    alpha.mine(2, &own.address()).await.unwrap();
    bob.pay(alpha, &own.address(), 123_456_789).await.unwrap();
    let payment = own.pay(alpha, &bob.address(), 900_000_000).await.unwrap();
    alpha.mine(1, &bob.address()).await.unwrap();
    bob.pay(alpha, &own.address(), 1).await.unwrap();
    (net, payment, bob.address())
}

/// Both widths at which the page is laid out otherwise.
fn windows() -> [(&'static str, Wishes); 2] {
    [
        ("wide", Wishes::default()),
        ("narrow", Wishes { size: Some((500, 900)), ..Wishes::default() }),
    ]
}

#[tokio::test]
async fn axe_finds_nothing_on_any_page() {
    let (net, payment, bob) = busy_net().await;
    with_browsers(async |browsers| {
        for (who, wishes) in windows() {
            let ada = browsers.open_with(who, &net["alpha"].url(), wishes).await;
            let audit = Audit::of(&ada);
            ada.sees("Restore wallet").await;
            ada.restore_from_words(DEV_WORDS, PASSPHRASE).await;
            for (page, text) in [
                ("Overview", "Latest activity"),
                ("Send", "Review"),
                ("Receive", "Give this address"),
                ("History", "DHHC"),
                ("Mine", "Start mining"),
                ("Explorer", "Open transactions"),
                ("Network", "connected"),
                ("Settings", "Delete wallet"),
            ] {
                ada.visit(page).await;
                ada.is_told("heading", page, PATIENCE).await;
                audit.check(page, text).await;
            }
            for (path, text) in [
                ("/block/2", "Block 2"),
                (&format!("/transaction/{payment}"), "Fee"),
                (&format!("/account/{bob}"), "Transactions sent"),
                (&format!("/account/{bob}x"), "typing mistake"),
                ("/mempool", "Waiting"),
                ("/charts", "Block time"),
                ("/forks", "Reorganisations"),
                ("/broadcast", "Check"),
                ("/shared", "Make one"),
                ("/shared/sign", "The proposal"),
                (&format!("/shared/{bob}"), "does not know who holds this account"),
                ("/message", "Check a message"),
                ("/verify", "Check a receipt"),
                ("/kit", "Emergency kit"),
                ("/about", "Halfpenny"),
                ("/nowhere", "No such page"),
                ("/block/999", "no such block"),
                ("/", "Unlock your wallet"),
            ] {
                ada.go(path).await;
                audit.check(path, text).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn axe_finds_nothing_in_any_step_of_making_restoring_or_paying() {
    let (net, _, bob) = busy_net().await;
    with_browsers(async |browsers| {
        for (who, wishes) in windows() {
            let ada = browsers.open_with(who, &net["alpha"].url(), wishes).await;
            let audit = Audit::of(&ada);
            audit.check("welcome", "Create wallet").await;
            ada.press("Create wallet").await;
            audit.check("words, hidden", "Reveal").await;
            ada.press("Reveal").await;
            audit.check("words", "I have written them down").await;
            ada.press("I have written them down").await;
            audit.check("questions", "Check").await;
            ada.press("Check").await;
            audit.check("wrong answers", "not right").await;
            ada.reload().await;

            ada.press("Restore wallet").await;
            audit.check("restore", "Recovery phrase").await;
            ada.fill("Recovery phrase", "test tset test").await;
            audit.check("a wrong word", "not in the list").await;
            ada.tick("Keystore file").await;
            audit.check("restore a file", "Passphrase").await;
            ada.reload().await;
            ada.restore_from_words(DEV_WORDS, PASSPHRASE).await;

            let form = Form { recipient: "nobody", amount: "1e9", fee: Some("x"), memo: None };
            ada.fill_payment(form).await;
            ada.press("Review").await;
            audit.check("a form full of mistakes", "not an address").await;
            let form = Form { recipient: &bob, amount: "1", fee: Some("0.6"), memo: Some("hello") };
            ada.fill_payment(form).await;
            ada.press("Review").await;
            audit.check("review", "Confirm").await;
            ada.press("Confirm").await;
            audit.check("sent", "pending").await;
            ada.mine_blocks(1).await;
            audit.check("mined", "1 accepted").await;
            ada.visit("Settings").await;
            ada.press("Change the passphrase").await;
            audit.check("another passphrase", "Old passphrase").await;
            ada.visit("Overview").await;
            ada.lock().await;
            ada.try_to_unlock("wrong").await;
            audit.check("locked", "wrong passphrase").await;
        }
    })
    .await;
}

/// The checker's source.
fn axe() -> Option<String> {
    let told = std::env::var_os("HALFPENNY_AXE").map(std::path::PathBuf::from);
    let path =
        told.unwrap_or_else(|| program::root().join(".tools/npm/node_modules/axe-core/axe.min.js"));
    std::fs::read_to_string(path).ok()
}
