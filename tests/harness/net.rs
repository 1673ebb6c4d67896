//! Several nodes that know each other, and the links between them.

use std::{ops::Index, time::Duration};

use anyhow::ensure;

use crate::{
    chain::ChainSource,
    node::{Node, Plan, Ports},
    wait::{PATIENCE, until},
};

/// How a net is started.
#[derive(Debug)]
pub struct Setup {
    names: Vec<String>,
    links: Option<Vec<(String, String)>>,
    chain: ChainSource,
    flags: Vec<String>,
}

impl Setup {
    /// Nodes of these names on the chain `dev`, each of which calls all those before it.
    #[must_use]
    pub fn new<const N: usize>(names: [&str; N]) -> Self {
        let names = names.map(str::to_owned).to_vec();
        Self { names, links: None, chain: ChainSource::dev(), flags: Vec::new() }
    }

    /// On another chain.
    #[must_use]
    pub fn chain(mut self, chain: ChainSource) -> Self {
        self.chain = chain;
        self
    }

    /// With only these links: the first node of each calls the second.
    #[must_use]
    pub fn links<const N: usize>(mut self, links: [(&str, &str); N]) -> Self {
        self.links = Some(links.map(|(from, to)| (from.to_owned(), to.to_owned())).to_vec());
        self
    }

    /// With more flags for every node.
    #[must_use]
    pub fn flags<const N: usize>(mut self, flags: [&str; N]) -> Self {
        self.flags = flags.map(str::to_owned).to_vec();
        self
    }

    /// Starts the nodes and waits until all links stand.
    ///
    /// # Panics
    ///
    /// When a node does not become ready or a link does not come up.
    pub async fn start(self) -> Net {
        let ports: Vec<Ports> = self.names.iter().map(|_| Ports::free()).collect();
        let place = |name: &str| self.names.iter().position(|known| known == name);
        let links: Vec<Link> = match &self.links {
            None => (0..self.names.len())
                .flat_map(|from| (0..from).map(move |to| Link { from, to }))
                .collect(),
            Some(links) => links
                .iter()
                .map(|(from, to)| Link {
                    from: place(from).expect("a link begins at a node"),
                    to: place(to).expect("a link ends at a node"),
                })
                .collect(),
        };
        let starts = self.names.iter().enumerate().map(|(index, name)| {
            let called = links.iter().filter(|link| link.from == index);
            let peers = called.map(|link| format!("http://127.0.0.1:{}", ports[link.to].public));
            let plan = Plan {
                name: name.clone(),
                chain: self.chain.clone(),
                peers: peers.collect(),
                flags: self.flags.clone(),
                folder: None,
            };
            Node::start_at(plan, ports[index])
        });
        let nodes = futures_util::future::join_all(starts).await;
        let net = Net { nodes, links };
        net.is_linked().await;
        net
    }
}

/// Nodes and the links between them.
#[derive(Debug)]
pub struct Net {
    nodes: Vec<Node>,
    links: Vec<Link>,
}

/// One node calls another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Link {
    from: usize,
    to: usize,
}

impl Net {
    /// Nodes of these names on the chain `dev`, each of which calls all those before it.
    ///
    /// # Panics
    ///
    /// When a node does not become ready or a link does not come up.
    pub async fn start<const N: usize>(names: [&str; N]) -> Self {
        Setup::new(names).start().await
    }

    /// All nodes.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter()
    }

    /// Adds a node that calls all those there are.
    ///
    /// # Panics
    ///
    /// When it does not become ready or a link does not come up.
    pub async fn join(&mut self, plan: Plan) {
        let peers = self.nodes.iter().map(Node::url).collect();
        let node = Node::start(Plan { peers, ..plan }).await;
        let from = self.nodes.len();
        self.links.extend((0..from).map(|to| Link { from, to }));
        self.nodes.push(node);
        self.is_linked().await;
    }

    /// Cuts every link between this node and all others, through the operators' interfaces.
    ///
    /// # Panics
    ///
    /// When a node refuses, or still counts the other as a peer.
    pub async fn cut_off(&self, name: &str) {
        let of_node = self.place(name);
        for link in self.links_of(of_node) {
            let (from, to) = (&self.nodes[link.from], &self.nodes[link.to]);
            from.remove_peer(&to.url()).await.expect("an operator can remove a peer");
        }
        let node = &self.nodes[of_node];
        until(&format!("{name} to be alone"), PATIENCE, async || {
            let peers = node.api().status().await?.peers;
            ensure!(peers == 0, "it has {peers} peers");
            Ok(())
        })
        .await;
    }

    /// Puts back every link between this node and all others.
    ///
    /// # Panics
    ///
    /// When a node refuses or a link does not come up.
    pub async fn rejoin(&self, name: &str) {
        for link in self.links_of(self.place(name)) {
            let (from, to) = (&self.nodes[link.from], &self.nodes[link.to]);
            from.add_peer(&to.url()).await.expect("an operator can add a peer");
        }
        self.is_linked().await;
    }

    /// Waits until every link stands.
    ///
    /// # Panics
    ///
    /// When one does not.
    pub async fn is_linked(&self) {
        for link in &self.links {
            let (from, to) = (&self.nodes[link.from], &self.nodes[link.to]);
            let what = format!("{} to be connected to {}", from.name(), to.name());
            until(&what, PATIENCE, async || {
                let peers = from.api().peers().await?.peers;
                let stands =
                    peers.iter().any(|peer| peer.url == to.url() && peer.state == "connected");
                ensure!(stands, "its peers are {peers:?}");
                Ok(())
            })
            .await;
        }
    }

    /// Waits until all nodes have the same tip, and returns its height and id.
    ///
    /// # Panics
    ///
    /// When they do not agree in time.
    pub async fn agrees_on_tip(&self) -> (u64, String) {
        self.agrees_within(PATIENCE).await
    }

    /// [`Net::agrees_on_tip`] with another limit.
    ///
    /// # Panics
    ///
    /// When they do not agree in time.
    pub async fn agrees_within(&self, limit: Duration) -> (u64, String) {
        until("all nodes to have the same tip", limit, async || {
            let mut tips = Vec::new();
            for node in &self.nodes {
                let status = node.api().status().await?;
                tips.push((status.height, status.tip));
            }
            let first = tips.first().expect("a net has nodes").clone();
            ensure!(tips.iter().all(|tip| *tip == first), "the tips are {tips:?}");
            Ok(first)
        })
        .await
    }

    fn links_of(&self, node: usize) -> impl Iterator<Item = &Link> {
        self.links.iter().filter(move |link| link.from == node || link.to == node)
    }

    fn place(&self, name: &str) -> usize {
        let place = self.nodes.iter().position(|node| node.name() == name);
        place.unwrap_or_else(|| panic!("there is no node {name}"))
    }
}

impl Index<&str> for Net {
    type Output = Node;

    fn index(&self, name: &str) -> &Node {
        &self.nodes[self.place(name)]
    }
}
