//! Goal: a graphics processor finds exactly the nonces that the definition names, only where it is asked
//! for, and its loss costs no more than itself.
//! Method: Chromium's WebGPU with its software adapter; the real worker file.

use anyhow::{Context as _, ensure};
use harness::{Browser, Net, PATIENCE, Setup, Wishes, purse::DEV_WORDS, until, with_browsers};
use miner::{FromWorker, Job, ToWorker, from_bytes, to_bytes};
use serde_json::json;
use shared::{hash::Hash, pow, work::Target};

use crate::mining::{hard_chain, now};

const CHOICE: &str = "Use the graphics processor as well (WebGPU)";

fn with_gpu() -> Wishes {
    let flags = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];
    Wishes { flags: flags.map(str::to_owned).to_vec(), ..Wishes::default() }
}

/// Starts the worker for graphics processors beside the app; `heard` gets what it says, as lists of bytes.
const START: &str = "
    window.heard = [];
    window.gpu = new Worker('/miner-gpu_loader.js', { type: 'module' });
    gpu.onmessage = ({ data }) => heard.push([...data]);
    gpu.onerror = (error) => heard.push(String(error.message));";

/// What the worker has said that `pick` wants.
async fn says<T>(ada: &Browser, pick: impl Fn(FromWorker) -> Option<T>) -> T {
    until("the worker to answer", PATIENCE, async || {
        let heard = ada.ask("return heard;", &[]).await?;
        let bytes: Vec<Vec<u8>> =
            serde_json::from_value(heard.clone()).with_context(|| format!("it said {heard}"))?;
        let picked = bytes.iter().filter_map(|bytes| pick(from_bytes(bytes)?)).next_back();
        picked.with_context(|| format!("it said {} other things", bytes.len()))
    })
    .await
}

#[tokio::test]
async fn a_graphics_processor_finds_the_golden_nonces() {
    let net: Net = Setup::new(["alpha"]).chain(hard_chain()).start().await;
    with_browsers(async |browsers| {
        let ada = browsers.open_with("ada", &net["alpha"].url(), with_gpu()).await;
        ada.ask(START, &[]).await.unwrap();
        says(&ada, |said| (said == FromWorker::Ready).then_some(())).await;
        // Across both halves of the nonce, and for targets from easy to as hard as software can do.
        let starts = [0, (1 << 32) - 5_000, 0x0123_4567_89ab_cdef, u64::MAX - 3_000];
        for (number, start) in (1_u32..).zip(starts) {
            for bits in [1, 8, 14, 17] {
                let core = Hash([u8::try_from(number).unwrap() * 32 + bits; 32]);
                let target = Target::from_zero_bits(bits);
                let number = number * 100 + u32::from(bits);
                let job = Job { number, core, target, start, intensity: 100 };
                let bytes = json!(to_bytes(&ToWorker::Work(job)));
                ada.ask(
                    "heard.length = 0; gpu.postMessage(new Uint8Array(arguments[0]));",
                    &[bytes],
                )
                .await
                .unwrap();
                let nonce = says(&ada, |said| match said {
                    FromWorker::Found { job, nonce, .. } if job == number => Some(nonce),
                    _ => None,
                })
                .await;
                let golden = pow::first_hit(&core, &target, start, 1 << 24);
                assert_eq!(Some(nonce), golden, "{bits} bits from {start}");
            }
        }
    })
    .await;
}

async fn miners(ada: &Browser) -> anyhow::Result<Vec<String>> {
    let script = "return performance.getEntriesByType('resource').map((one) => one.name)
                  .filter((name) => name.includes('miner-gpu'));";
    Ok(serde_json::from_value(ada.ask(script, &[]).await?)?)
}

#[tokio::test]
async fn the_graphics_processor_is_off_until_it_is_asked_for_and_survives_its_loss() {
    let net: Net = Setup::new(["alpha"]).chain(hard_chain()).start().await;
    with_browsers(async |browsers| {
        let ada = browsers.open_with("ada", &net["alpha"].url(), with_gpu()).await;
        ada.allow_in_console("GPU");
        ada.restore_from_words(DEV_WORDS, "a passphrase").await;
        ada.watch_miners().await;
        ada.start_mining(1).await;
        ada.sees("Unfair in a class").await;
        ada.hears_of_work(0, 3).await;
        assert_eq!(miners(&ada).await.unwrap(), [""; 0]);
        ada.tick(CHOICE).await;
        // Workers are counted in the order in which they were started.
        let works = async |worker: usize| {
            until(&format!("worker {worker} to work"), PATIENCE, async || {
                let told = ada.told_since(0).await?;
                let works = told.iter().any(|one| one.worker == worker && one.is_work());
                ensure!(works, "it does not; there are {:?}", miners(&ada).await?);
                Ok(())
            })
            .await;
        };
        works(1).await;
        // The whole process behind the device is gone, and with it the device.
        ada.devtools("Browser.crashGpuProcess", json!({})).await;
        ada.sees("1 worker had stopped by itself and was started again").await;
        works(2).await;
        // The processor has gone on all the while.
        ada.hears_of_work(now(), 3).await;
        assert_eq!(ada.texts("alert").await.unwrap(), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_page_without_a_graphics_processor_says_so_and_mines_with_the_processor() {
    let net: Net =
        Setup::new(["alpha"]).flags(["--host", "class.test"]).chain(hard_chain()).start().await;
    with_browsers(async |browsers| {
        let url = format!("http://class.test:{}", net["alpha"].ports().public);
        let ada = browsers.open_with("ada", &url, Wishes::insecure_name("class.test")).await;
        ada.restore_from_words(DEV_WORDS, "a passphrase").await;
        ada.visit("Mine").await;
        ada.sees("offers no graphics processor to this page").await;
        assert!(ada.element("choice", CHOICE).await.is_err());

        // A browser that has the interface, but no device behind it.
        let bob = browsers.open("bob", &net["alpha"]).await;
        bob.restore_from_words(DEV_WORDS, "a passphrase").await;
        bob.prepare("Object.defineProperty(navigator, 'gpu', { value: {} });").await;
        bob.watch_miners().await;
        bob.visit("Mine").await;
        bob.tick(CHOICE).await;
        bob.start_mining(1).await;
        bob.is_told("status", "Mining goes on with the processor", PATIENCE).await;
        bob.hears_of_work(now(), 3).await;
    })
    .await;
}
