//! Real nodes in one process: chains on disk, HTTP on loopback, links between them.

mod bans;
mod honest;
mod hostile;
mod judge;
mod mutated;
mod room;

use super::{Handle, Options, messages, start};
use crate::chain::testkit::Node;
use crate::http::p2p;
use actix_web::{App, HttpServer, dev::ServerHandle, web::Data};
use shared::api::PeerView;
use shared::params::Chain;
use shared::rules::block_isolated::CheckedBlock;
use shared::rules::transaction_isolated::CheckedTransaction;
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// A node with its relay, reachable or not.
struct Peer {
    node: Node,
    relay: Handle,
    server: Option<(ServerHandle, u16)>,
}

impl Peer {
    /// A node that others can dial, which dials `peers`.
    fn reachable(chain: &Chain, peers: &[&Peer]) -> Self {
        Self::of(Node::new(chain), &urls(peers), Some(0))
    }

    /// A node that nobody can dial.
    fn hidden(chain: &Chain, peers: &[&Peer]) -> Self {
        Self::of(Node::new(chain), &urls(peers), None)
    }

    fn of(node: Node, peers: &[String], port: Option<u16>) -> Self {
        let mut options = Options::new(peers.to_vec(), node.folder.path());
        options.deadlines.quick = Duration::from_secs(1);
        options.deadlines.long = Duration::from_secs(1);
        let relay = start(node.handle.clone(), options).unwrap();
        let server = port.map(|port| serve(&relay, port));
        Self { node, relay, server }
    }

    fn url(&self) -> String {
        let (_, port) = self.server.as_ref().unwrap();
        format!("http://127.0.0.1:{port}")
    }

    async fn take(&self, blocks: &[CheckedBlock]) {
        for block in blocks {
            assert!(self.node.handle.submit_block(block.clone()).await.unwrap().is_stored());
        }
    }

    async fn offer(&self, transaction: &CheckedTransaction) {
        self.node.handle.submit_transaction(transaction.clone()).await.unwrap();
    }

    fn has(&self, transaction: &CheckedTransaction) -> bool {
        self.node.view().pool().contains(&transaction.id())
    }

    /// Its only dialled peer.
    fn dialled(&self) -> PeerView {
        self.relay.peers().into_iter().find(|peer| peer.direction == "outbound").unwrap()
    }

    async fn has_fault(&self, code: &str) {
        until(&format!("fault {code}"), || self.dialled().last_fault.as_deref() == Some(code))
            .await;
    }

    /// Takes it down; the folder stays.
    async fn stop(self) -> Node {
        self.relay.stop().await;
        if let Some((server, _)) = self.server {
            server.stop(false).await;
        }
        self.node
    }
}

fn urls(peers: &[&Peer]) -> Vec<String> {
    peers.iter().map(|peer| peer.url()).collect()
}

fn serve(relay: &Handle, port: u16) -> (ServerHandle, u16) {
    let socket = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let port = socket.local_addr().unwrap().port();
    let relay = relay.clone();
    let app = move || App::new().app_data(Data::new(relay.clone())).configure(p2p::configure);
    let server = HttpServer::new(app).workers(1).disable_signals().shutdown_timeout(1);
    let server = server.listen(socket).unwrap().run();
    let handle = server.handle();
    tokio::spawn(server);
    (handle, port)
}

/// Waits for a condition; the test fails with its name when it does not come true.
async fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !condition() {
        assert!(Instant::now() < end, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn same_tip(peers: &[&Peer]) {
    until("the same tip", || peers.windows(2).all(|pair| pair[0].node.tip() == pair[1].node.tip()))
        .await;
}

async fn connected(peer: &Peer) {
    until("a connection", || peer.dialled().state == "connected").await;
}
