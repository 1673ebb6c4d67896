//! Goal: whatever goes wrong while a tab mines, the wallet works on, the page says what happened, and
//! mining goes on when it can.
//! Method: files that are withheld, workers that crash, a node that goes away or offers worthless work, a
//! block that loses a race.

use std::sync::Arc;

use anyhow::ensure;
use harness::{
    Answer, Browser, Liar, Lie, Net, PATIENCE, Purse, Setup, mining,
    page::Form,
    process::{Process, Said},
    program,
    purse::DEV_WORDS,
    until, with_browsers,
};
use serde_json::{Value, json};

use crate::mining::{hard_chain, now};

/// Changes the answers to paths that begin so.
fn lie(begins: &'static str, change: impl Fn(&mut Answer) + Send + Sync + 'static) -> Lie {
    Arc::new(move |path, answer| {
        if path.starts_with(begins) {
            change(answer);
        }
    })
}

async fn presses_start(ada: &Browser) {
    ada.visit("Mine").await;
    ada.fill("Threads", "1").await;
    ada.press("Start mining").await;
}

#[tokio::test]
async fn a_miner_that_is_blocked_leaves_the_wallet_working_and_the_page_says_so() {
    let net = Net::start(["alpha"]).await;
    let bob = Purse::funded(net["alpha"].chain(), 1).address();
    let liar = Liar::before(&net["alpha"]).await;
    with_browsers(async |browsers| {
        let ada = browsers.open_with("ada", &liar.url(), harness::Wishes::default()).await;
        ada.allow_in_console("miner");
        ada.allow_in_console("wasm-unsafe-eval");
        ada.restore_from_words(DEV_WORDS, "a passphrase").await;
        let blocked = lie("/miner", |answer| answer.status = 404);
        // A policy that forbids WebAssembly, for the worker alone.
        let forbidden = lie("/miner-simd_loader.js", |answer| {
            answer.headers.retain(|(name, _)| name != "content-security-policy");
            let policy = "default-src 'none'; script-src 'self'; connect-src 'self'";
            answer.headers.push(("content-security-policy".to_owned(), policy.to_owned()));
            // Changes of bodies are counted.
            answer.body.push(b'\n');
        });
        for trouble in [blocked, forbidden] {
            liar.tell(trouble);
            presses_start(&ada).await;
            until("the miner to be withheld", PATIENCE, async || {
                ensure!(liar.told() > 0, "nothing was asked for");
                Ok(())
            })
            .await;
            ada.is_warned("a content blocker may have stopped them").await;
            assert!(ada.can_press("Start mining").await);
        }
        let form = Form { recipient: &bob, amount: "1", fee: Some("0.1"), memo: None };
        ada.send(form).await;
        liar.tell_the_truth();
        ada.mine_blocks(1).await;
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_crashes_is_started_again_and_counted_until_it_is_too_much() {
    let net: Net = Setup::new(["alpha"]).chain(hard_chain()).start().await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, "a passphrase").await;
        ada.watch_miners().await;
        ada.start_mining(1).await;
        for crash in 0..4 {
            until("the newest worker to work", PATIENCE, async || {
                let told = ada.told_since(0).await?;
                let works = told.iter().any(|one| one.worker == crash && one.is_work());
                ensure!(works, "worker {crash} does not");
                Ok(())
            })
            .await;
            ada.crash_miner(crash).await.unwrap();
            let count = crash + 1;
            ada.sees(if count == 1 {
                "1 worker had stopped by itself"
            } else {
                "workers had stopped"
            })
            .await;
            ada.sees(&format!("{count} worker")).await;
        }
        ada.hears_of_work(now(), 2).await;
        ada.crash_miner(4).await.unwrap();
        ada.is_warned("the mining workers crash again and again").await;
        assert!(ada.can_press("Start mining").await);
    })
    .await;
}

#[tokio::test]
async fn threads_beyond_the_cores_are_refused_and_older_settings_are_cut() {
    let net: Net = Setup::new(["alpha"]).chain(hard_chain()).start().await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, "a passphrase").await;
        // As if it had been chosen on another machine.
        let keep = "localStorage.setItem('halfpenny.threads', '4096');
                    return navigator.hardwareConcurrency;";
        let cores = ada.ask(keep, &[]).await.unwrap().as_u64().unwrap();
        ada.watch_miners().await;
        ada.visit("Mine").await;
        assert_eq!(ada.value("Threads").await, cores.to_string());
        for wrong in ["0", "4096", ""] {
            ada.fill("Threads", wrong).await;
            ada.press("Start mining").await;
            ada.sees(if cores == 1 { "enter 1" } else { "enter a number from 1 to" }).await;
            ada.is_told("status", "Not mining.", PATIENCE).await;
        }
        ada.fill("Threads", &cores.to_string()).await;
        ada.press("Start mining").await;
        ada.hears_of_work(0, 3).await;
        assert_eq!(ada.ask("return miners.length;", &[]).await.unwrap(), json!(cores));
    })
    .await;
}

#[tokio::test]
async fn a_tab_whose_node_is_gone_says_so_and_goes_on_by_itself() {
    let net: Net = Setup::new(["alpha"]).chain(hard_chain()).start().await;
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, "a passphrase").await;
        ada.allow_in_console("ERR_CONNECTION");
        ada.allow_in_console("ERR_INCOMPLETE");
        ada.watch_miners().await;
        ada.start_mining(1).await;
        ada.hears_of_work(0, 3).await;
        net["alpha"].kill();
        ada.is_told("status", "the node does not answer", PATIENCE).await;
        net["alpha"].restart().await;
        ada.is_told("status", "Mining.", PATIENCE).await;
        ada.hears_of_work(now(), 3).await;
    })
    .await;
}

/// What a lying node does to an offer.
type Spoil = fn(&mut Value, &Value);

#[tokio::test]
async fn a_tab_does_no_work_on_an_offer_that_lies() {
    let net: Net = Setup::new(["alpha"]).chain(hard_chain()).start().await;
    let bob = Purse::funded(net["alpha"].chain(), 1).address();
    let others = serde_json::to_value(net["alpha"].api().template(&bob).await.unwrap()).unwrap();
    let dev = Net::start(["beta"]).await;
    let foreign =
        serde_json::to_value(dev["beta"].api().template(&bob_of(&dev)).await.unwrap()).unwrap();
    let liar = Liar::before(&net["alpha"]).await;
    let lies: [(&Value, Spoil, &str); 4] = [
        (&others, |offer, other| *offer = other.clone(), "pays somebody else"),
        (&foreign, |offer, other| *offer = other.clone(), "not for the newest block"),
        (&others, |offer, _| offer["transactions"] = json!(["00"]), "cannot be read"),
        (&others, |offer, _| offer["header"] = json!("00"), "cannot be read"),
    ];
    with_browsers(async |browsers| {
        let ada = browsers.open_with("ada", &liar.url(), harness::Wishes::default()).await;
        ada.restore_from_words(DEV_WORDS, "a passphrase").await;
        ada.watch_miners().await;
        for (other, spoil, said) in lies {
            let other = other.clone();
            liar.tell(lie("/api/v1/mining/template", move |answer| {
                let mut offer: Value = serde_json::from_slice(&answer.body).unwrap();
                spoil(&mut offer, &other);
                answer.body = serde_json::to_vec(&offer).unwrap();
            }));
            let since = now();
            presses_start(&ada).await;
            ada.is_told("status", said, PATIENCE).await;
            let told = ada.told_since(since).await.unwrap();
            assert!(!told.iter().any(harness::page::Told::is_job), "{said}: {told:?}");
            ada.stop_mining().await;
        }
        liar.tell_the_truth();
        ada.start_mining(1).await;
        ada.hears_of_work(now(), 2).await;
    })
    .await;
}

fn bob_of(net: &Net) -> String {
    Purse::funded(net["beta"].chain(), 1).address()
}

#[tokio::test]
async fn a_found_block_that_loses_the_race_says_so_and_the_tab_mines_on() {
    let net = Net::start(["alpha"]).await;
    let alpha = net["alpha"].api();
    let bob = Purse::funded(net["alpha"].chain(), 1).address();
    with_browsers(async |browsers| {
        let ada = browsers.open("ada", &net["alpha"]).await;
        ada.restore_from_words(DEV_WORDS, "a passphrase").await;
        // The tab's first block is on its way for as long as the test likes.
        ada.prepare(
            "const send = fetch;
             window.fetch = async (...all) => {
               const request = all[0];
               if (request.method === 'POST' && request.url.endsWith('/blocks') && !window.held) {
                 await new Promise((release) => { window.held = release; });
               }
               return send(...all);
             };",
        )
        .await;
        ada.reload().await;
        ada.start_mining(1).await;
        until("the tab to find a block", PATIENCE, async || {
            let held = ada.ask("return !!window.held;", &[]).await?;
            ensure!(held == json!(true), "it has not");
            Ok(())
        })
        .await;
        let before = alpha.status().await.unwrap().height;
        let block = mining::block(&alpha.template(&bob).await.unwrap());
        alpha.submit_block(mining::mine(block)).await.unwrap();
        ada.ask("held();", &[]).await.unwrap();
        ada.sees("Somebody else's block came first.").await;
        until("the tab to find the next block", PATIENCE, async || {
            let height = alpha.status().await?.height;
            ensure!(height >= before + 2, "the height is {height}");
            Ok(())
        })
        .await;
        // Where the machine is busy, the tab may lose to its own blocks, too.
        let counts = "const counts = document.body.innerText.match(
              /([0-9]+) accepted, ([0-9]+) stale, ([0-9]+) rejected/);
            return counts && counts.slice(1).map(Number);";
        until("the lost block to be counted, and another", PATIENCE, async || {
            let counts = ada.ask(counts, &[]).await?;
            let [accepted, stale, rejected] = [0, 1, 2].map(|at| counts[at].as_u64());
            ensure!(accepted >= Some(1) && stale >= Some(1), "the counts are {counts}");
            ensure!(rejected == Some(0), "the counts are {counts}");
            Ok(())
        })
        .await;
        ada.stop_mining().await;
    })
    .await;
}

#[tokio::test]
async fn the_miner_of_the_command_line_refuses_what_is_wrong_and_outlives_its_node() {
    let net: Net = Setup::new(["alpha"]).chain(hard_chain()).start().await;
    let url = net["alpha"].url();
    let ada = Purse::funded(net["alpha"].chain(), 0).address();
    let foreign = Purse::funded(
        &harness::ChainSource::like_dev(|file| file.prefix = "oth".into()).chain().clone(),
        0,
    )
    .address();
    for (arguments, said) in [
        (["--to", "nonsense", "--threads", "1"], "address"),
        (["--to", &foreign, "--threads", "1"], "chain"),
        (["--to", &ada, "--chain", "main"], "another chain"),
        (["--to", &ada, "--threads", "100000"], "too many"),
    ] {
        let all: Vec<&str> = ["mine", "--node", &url].into_iter().chain(arguments).collect();
        let refused = program::run(&all, &[], "").await.failure();
        assert!(refused.contains(said), "{arguments:?}: {refused}");
    }
    let said = Said::default();
    let mut command = program::command();
    command.args(["mine", "--node", &url, "--to", &ada, "--threads", "1"]);
    let _miner = Process::start(&mut command, &said);
    let says = async |text: &str| {
        until(&format!("the miner to say {text:?}"), PATIENCE, async || {
            ensure!(said.text().contains(text), "it said: {}", said.text());
            Ok(())
        })
        .await;
    };
    says("H/s on block 1").await;
    net["alpha"].kill();
    says("trying again").await;
    net["alpha"].restart().await;
    says("answers again").await;
}
