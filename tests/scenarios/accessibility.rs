//! Goal: every page can be used by who cannot see it, has no mouse, or has a narrow screen.
//! Method: axe-core, put into each page at two widths; no finding that it calls serious or critical.

use harness::{Browser, Net, Purse, Wishes, program, with_browsers};

const PAGES: [&str; 8] =
    ["Overview", "Send", "Receive", "History", "Mine", "Explorer", "Network", "Settings"];
const PATHS: [&str; 6] = ["/block/1", "/mempool", "/kit", "/verify", "/about", "/nowhere"];

#[tokio::test]
async fn no_page_has_serious_faults_at_any_width_or_theme() {
    let axe = axe().expect("axe-core: scripts/test installs it and sets HALFPENNY_AXE");
    let net = Net::start(["alpha"]).await;
    net["alpha"].api().mine(2, &Purse::funded(net["alpha"].chain(), 0).address()).await.unwrap();
    with_browsers(async |browsers| {
        let narrow = Wishes { size: Some((500, 900)), ..Wishes::default() };
        let dark = Wishes { flags: vec!["--force-dark-mode".into()], ..Wishes::default() };
        for (who, wishes) in [("wide", Wishes::default()), ("narrow", narrow), ("dark", dark)] {
            let ada = browsers.open_with(who, &net["alpha"].url(), wishes).await;
            // What the node does not have is asked for on purpose.
            ada.allow_in_console("status of 404");
            ada.sees("Create wallet").await;
            check(&ada, "Welcome", &axe).await;
            ada.restore_from_words(harness::purse::DEV_WORDS, "a passphrase").await;
            for page in PAGES {
                ada.visit(page).await;
                ada.is_told("heading", page, harness::PATIENCE).await;
                check(&ada, page, &axe).await;
            }
            for path in PATHS {
                ada.go(path).await;
                harness::until("the page to have a heading", harness::PATIENCE, async || {
                    let headings = ada.texts("heading").await?;
                    anyhow::ensure!(!headings.is_empty(), "it has none");
                    Ok(())
                })
                .await;
                check(&ada, path, &axe).await;
            }
        }
    })
    .await;
}

async fn check(browser: &Browser, page: &str, axe: &str) {
    let script = format!(
        "{axe}\n; const done = arguments[arguments.length - 1]; \
         axe.run(document, {{ resultTypes: ['violations'] }}).then( \
           (result) => done(result.violations \
             .filter((one) => ['serious', 'critical'].includes(one.impact)) \
             .map((one) => one.id + ': ' + one.nodes.map((node) => node.html).join(' | '))), \
           (error) => done([String(error)]));"
    );
    let found = browser.driver().execute_async(&script, Vec::new()).await.unwrap();
    let found: Vec<String> = found.convert().unwrap();
    assert!(found.is_empty(), "{page}, {}:\n{}", browser.who(), found.join("\n"));
}

/// The checker's source.
fn axe() -> Option<String> {
    let told = std::env::var_os("HALFPENNY_AXE").map(std::path::PathBuf::from);
    let path =
        told.unwrap_or_else(|| program::root().join(".tools/npm/node_modules/axe-core/axe.min.js"));
    std::fs::read_to_string(path).ok()
}
