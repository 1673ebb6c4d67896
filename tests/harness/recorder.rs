//! A wire tap: stands between a browser and a node, and keeps every byte that the browser sends.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
    task::JoinHandle,
};

/// A proxy that records.
#[derive(Debug)]
pub struct Recorder {
    port: u16,
    sent: Arc<Mutex<Vec<u8>>>,
    task: JoinHandle<()>,
}

impl Recorder {
    /// Listens on a free port, and passes everything on to a node's port.
    ///
    /// # Panics
    ///
    /// When no port is free.
    pub async fn before(node: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("a listener has an address").port();
        let sent = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&sent);
        let task = tokio::spawn(async move {
            while let Ok((browser, _)) = listener.accept().await {
                tokio::spawn(connect(browser, node, Arc::clone(&kept)));
            }
        });
        Self { port, sent, task }
    }

    /// The address that the browser opens instead of the node's.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Every byte that was sent to the node so far: request lines, headers and bodies.
    #[must_use]
    pub fn sent(&self) -> Vec<u8> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn connect(browser: TcpStream, node: u16, kept: Arc<Mutex<Vec<u8>>>) {
    let Ok(node) = TcpStream::connect(("127.0.0.1", node)).await else { return };
    let (from_browser, to_browser) = browser.into_split();
    let (from_node, to_node) = node.into_split();
    let answers = pass_on(from_node, to_browser, None);
    let requests = pass_on(from_browser, to_node, Some(kept));
    tokio::join!(answers, requests);
}

async fn pass_on(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    kept: Option<Arc<Mutex<Vec<u8>>>>,
) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let bytes = &buffer[..count];
        if let Some(kept) = &kept {
            kept.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        }
        if to.write_all(bytes).await.is_err() {
            break;
        }
    }
    // The other side hears that there is no more; when it is gone already, all the better.
    let _ = to.shutdown().await;
}
