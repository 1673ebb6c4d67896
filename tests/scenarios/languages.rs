//! Goal: the app speaks the language that is chosen, or else that of the browser, in whatever it says;
//! and English, saying so, when the texts cannot be had.
//! Method: Chromium with other languages; a form's error, a notice, a date; a catalog that does not come;
//! an app that does not come or breaks, and the emergency kit.

use anyhow::ensure;
use harness::{Browser, Net, PATIENCE, Wishes, page::Form, purse::DEV_WORDS, until, with_browsers};
use serde_json::json;
use tempfile::TempDir;

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

#[tokio::test]
async fn what_is_wrong_with_a_file_or_a_picture_is_said_in_german_too() {
    let net = Net::start(["alpha"]).await;
    let folder = TempDir::new().unwrap();
    let cut = folder.path().join("cut.json");
    std::fs::write(&cut, "{\"format\": \"halfpenny-").unwrap();
    with_browsers(async |browsers| {
        let max = browsers.open_with("max", &net["alpha"].url(), reader("de")).await;
        // A word of 24 letters on the narrowest of usual telephones.
        max.resize(360, 740).await;
        max.press("Wallet anlegen").await;
        fits(&max, "Schreib deine Wörter auf").await;
        max.press("Zurück").await;
        max.press("Wallet wiederherstellen").await;
        max.tick("Schlüsseldatei").await;
        max.upload("Schlüsseldatei", &cut).await;
        let mistake = "Das ist keine Schlüsseldatei: sie ist kein JSON mit Format und Version";
        max.is_warned(mistake).await;
        max.reload().await;
        max.press("Wallet wiederherstellen").await;
        max.fill("Wiederherstellungswörter", DEV_WORDS).await;
        max.fill("Passphrase", "a passphrase").await;
        max.press("Wallet wiederherstellen").await;
        max.sees("Noch ist nichts geschehen").await;
        max.press("Senden").await;
        max.press("QR-Code aus einem Bild lesen").await;
        max.is_told("heading", "QR-Code lesen", PATIENCE).await;
        let nothing = max.screenshot("german-scan").await;
        max.upload("Bild eines QR-Codes", &nothing).await;
        max.is_warned("In diesem Bild ist kein QR-Code").await;
    })
    .await;
}

#[tokio::test]
async fn what_shows_when_the_app_does_not_run_is_in_the_same_language() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let max = browsers.open_with("max", &net["alpha"].url(), reader("fr,de-AT")).await;
        max.sees("Willkommen bei Halfpenny").await;
        max.resize(390, 844).await;
        // The app does not come: the boot screen says so at once, in German.
        max.devtools("Network.enable", json!({})).await;
        max.devtools("Network.setBypassServiceWorker", json!({ "bypass": true })).await;
        max.devtools("Network.setBlockedURLs", json!({ "urls": ["*.wasm"] })).await;
        for line in ["ERR_BLOCKED_BY_CLIENT", "Failed to fetch", "ERR_FAILED"] {
            max.allow_in_console(line);
        }
        max.go("/").await;
        max.sees("Das dauert länger, als es sollte").await;
        assert!(!max.page_text().await.unwrap().contains("This takes longer"));
        max.screenshot("german-boot").await;
        max.press("Notfall-Set").await;
        fits(&max, "Notfall-Set").await;
        is_in(&max, "de").await;
        max.sees("Es gibt keine.").await;
        max.sees("Sicherer Kontext ja").await;
        max.fill("Tippe löschen zum Bestätigen", "delete").await;
        max.press("Alles hier löschen").await;
        max.is_warned("Tippe löschen zum Bestätigen. Nichts wurde gelöscht.").await;
        max.fill("Tippe löschen zum Bestätigen", "löschen").await;
        max.press("Alles hier löschen").await;
        max.is_told("status", "wurde aus diesem Browser gelöscht", PATIENCE).await;
        // What was chosen in the app counts more than what the browser asks for.
        max.ask("localStorage.setItem('halfpenny.language', 'es');", &[]).await.unwrap();
        max.reload().await;
        max.sees("Archivos de claves en este navegador").await;
        max.press("Abrir la aplicación").await;
        max.sees("Esto tarda más de lo normal").await;
    })
    .await;
}

#[tokio::test]
async fn an_app_that_stopped_by_a_fault_says_so_and_where_the_money_is() {
    let net = Net::start(["alpha"]).await;
    with_browsers(async |browsers| {
        let max = browsers.open_with("max", &net["alpha"].url(), reader("de")).await;
        max.sees("Willkommen bei Halfpenny").await;
        max.allow_in_console("panicked");
        max.allow_in_console("unreachable");
        max.allow_in_console("broken on purpose");
        // A browser that does not do what every browser does: the app cannot go on.
        let script = "
            for (const name of ['createElement', 'createElementNS']) {
                Document.prototype[name] = () => { throw new Error('broken on purpose'); };
            }";
        max.ask(script, &[]).await.unwrap();
        max.press("Wallet wiederherstellen").await;
        max.is_warned("Die App ist durch einen eigenen Fehler stehen geblieben").await;
        max.screenshot("german-broken").await;
        max.press("Notfall-Set, mit einem Bericht zum Kopieren").await;
        max.is_told("heading", "Notfall-Set", PATIENCE).await;
        max.sees("panicked at").await;
    })
    .await;
}
