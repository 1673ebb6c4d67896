//! Goal: the app speaks the language that is chosen, or else that of the browser, in whatever it says;
//! and English, saying so, when the texts cannot be had.
//! Method: Chromium with other languages; a form's error, a notice, a date; a catalog that does not come.

use anyhow::ensure;
use harness::{Browser, Net, PATIENCE, Wishes, page::Form, purse::DEV_WORDS, until, with_browsers};
use serde_json::json;

/// The pages of the navigation, whose titles are the same.
const NAVIGATION: [&str; 8] = [
    "Übersicht",
    "Senden",
    "Empfangen",
    "Verlauf",
    "Mining",
    "Explorer",
    "Netzwerk",
    "Einstellungen",
];

/// A browser whose person reads these languages, best first.
fn reader(languages: &str) -> Wishes {
    let preference = ("intl.accept_languages".to_owned(), json!(languages));
    Wishes { preferences: vec![preference], ..Wishes::default() }
}

/// Waits until the page says of itself that it is in this language.
async fn is_in(browser: &Browser, code: &str) {
    until(&format!("the page to be in {code}"), PATIENCE, async || {
        let said = browser.ask("return document.documentElement.lang;", &[]).await?;
        ensure!(said == json!(code), "it is in {said}");
        Ok(())
    })
    .await;
}

/// Waits for the page with this title, until nothing of it reaches beyond the window; takes its picture.
async fn fits(browser: &Browser, title: &str) {
    browser.is_told("heading", title, PATIENCE).await;
    until(&format!("{title} to fit"), PATIENCE, async || {
        let overhang = browser.overhang().await?;
        ensure!(overhang.is_none(), "it needs {}", overhang.unwrap_or_default());
        Ok(())
    })
    .await;
    browser.screenshot(&format!("german-{}", title.to_lowercase())).await;
}

#[tokio::test]
async fn whoever_chooses_german_gets_german_errors_notices_and_dates_too() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, "a passphrase").await;
        is_in(&ada, "en").await;
        ada.visit("Settings").await;
        ada.choose("Language", "Deutsch").await;
        is_in(&ada, "de").await;
        // Another language is another page: the wallet is locked, and says so in German.
        ada.go("/").await;
        ada.sees("Wallet entsperren").await;
        ada.fill("Passphrase", "wrong passphrase").await;
        ada.press("Entsperren").await;
        ada.is_warned("Falsche Passphrase, oder die Datei ist beschädigt.").await;
        ada.fill("Passphrase", "a passphrase").await;
        ada.press("Entsperren").await;
        ada.sees("Noch ist nichts geschehen").await;
        for name in NAVIGATION {
            assert!(ada.can_press(name).await, "the navigation has no {name}");
        }
        // An error of the rules, found around the values in it.
        ada.press("Senden").await;
        ada.fill("Empfänger", "dhhc1nonsense").await;
        ada.fill("Betrag", "1.000000001").await;
        ada.sees("ein Betrag hat höchstens 8 Nachkommastellen").await;
        ada.sees("das ist keine Adresse: Adressen beginnen mit dhhc1").await;
        // A length of time, which the browser writes.
        ada.sees("im nächsten Block, etwa 15 Sekunden").await;
        ada.press("Einstellungen").await;
        ada.press("Schlüsseldatei sichern").await;
        ada.is_told("status", "Die Schlüsseldatei wird gesichert.", PATIENCE).await;
        // German words are long: none may need more room than a telephone has.
        ada.resize(390, 844).await;
        for name in NAVIGATION {
            ada.visit(name).await;
            fits(&ada, name).await;
        }
        for (path, title) in [
            ("/mempool", "Offene Transaktionen"),
            ("/charts", "Diagramme"),
            ("/forks", "Verzweigungen"),
            ("/broadcast", "Transaktion aussenden"),
            ("/verify", "Quittung prüfen"),
            ("/shared", "Gemeinsame Konten"),
            ("/about", "Über Halfpenny"),
        ] {
            ada.go(path).await;
            fits(&ada, title).await;
        }
        // Amounts keep their point, dates do not keep their order.
        ada.go("/block/0").await;
        ada.sees("Schwierigkeit").await;
        let script = "return new Date(Number(arguments[0]) * 1000).toLocaleString('de');";
        let time = net["alpha"].chain().parameters().genesis_time;
        let date = ada.ask(script, &[json!(time)]).await.unwrap();
        ada.sees(date.as_str().unwrap()).await;
    })
    .await;
}

#[tokio::test]
async fn a_browser_that_asks_for_spanish_starts_in_spanish_and_can_change() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let wishes = reader("ca,es-ES,en");
        let eva = browsers.open_with("eva", &net["alpha"].url(), wishes).await;
        eva.sees("Te damos la bienvenida a Halfpenny").await;
        is_in(&eva, "es").await;
        eva.press("Restaurar monedero").await;
        eva.fill("Palabras de recuperación", "abandon xyzzy ").await;
        eva.sees("la palabra 2 no está en la lista: ¿está mal escrita?").await;
        eva.press("Atrás").await;
        eva.choose("Idioma", "English").await;
        is_in(&eva, "en").await;
        eva.sees("Welcome to Halfpenny").await;
    })
    .await;
}

#[tokio::test]
async fn a_browser_of_another_language_and_one_whose_texts_do_not_come_start_in_english() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let joe = browsers.open_with("joe", &net["alpha"].url(), reader("ja,fr")).await;
        joe.sees("Welcome to Halfpenny").await;
        is_in(&joe, "en").await;

        let max = browsers.open_with("max", &net["alpha"].url(), reader("de-AT,de")).await;
        max.sees("Willkommen bei Halfpenny").await;
        // As when the node is an older one, or something in between does not let the file through.
        max.allow_in_console("de.json");
        max.devtools("Network.enable", json!({})).await;
        max.devtools("Network.setBypassServiceWorker", json!({ "bypass": true })).await;
        max.devtools("Network.setBlockedURLs", json!({ "urls": ["*/de.json"] })).await;
        max.reload().await;
        max.sees("Welcome to Halfpenny").await;
        max.sees("The texts in your language could not be loaded").await;
        is_in(&max, "en").await;
        max.restore_from_words(DEV_WORDS, "a passphrase").await;
        max.send(Form { recipient: &max.address().await, amount: "1", fee: None, memo: None })
            .await;
    })
    .await;
}
