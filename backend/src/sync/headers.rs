//! Checks a chain of headers as far as headers alone allow, before a single body is asked for.

use super::fault::Fault;
use shared::{
    hash::BlockId, header::Header, params::Chain, rules::header::HeaderError, work::Work,
};

/// A header and the work of the chain that ends with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The header.
    pub header: Header,
    /// Its id.
    pub id: BlockId,
    /// Work up to and including it.
    pub work: Work,
}

impl Anchor {
    /// The anchor at `header`.
    #[must_use]
    pub fn new(header: Header, work: Work) -> Self {
        Self { id: header.id(), header, work }
    }
}

/// Checks the work of a header that was announced on its own: its id meets its own target, which is
/// no easier than the chain allows.
///
/// # Errors
///
/// [`Fault::BadWork`]
pub fn check_alone(chain: &Chain, header: &Header) -> Result<BlockId, Fault> {
    let id = header.id();
    let easiest = chain.parameters().easiest_target;
    let is_genesis = id == chain.genesis_id();
    if is_genesis || (header.target <= easiest && header.target.is_met_by(&id)) {
        Ok(id)
    } else {
        Err(Fault::BadWork)
    }
}

/// Checks `headers` as a chain upon `base`: everything but the history and the state that they
/// commit to. Returns the ids and the end of the chain.
///
/// # Errors
///
/// [`Fault::Moved`] when the first does not follow `base` (the peer's chain may have changed),
/// [`Fault::BadHeader`] or [`Fault::BadWork`] for what no honest peer sends.
pub fn check_chain(
    chain: &Chain,
    base: &Anchor,
    headers: Vec<Header>,
) -> Result<(Vec<BlockId>, Anchor), Fault> {
    if headers.first().is_some_and(|first| first.previous != base.id.0) {
        return Err(Fault::Moved);
    }
    let mut parent = base.clone();
    let mut ids = Vec::with_capacity(headers.len());
    for header in headers {
        parent = check_child(chain, &parent, header)?;
        ids.push(parent.id);
    }
    Ok((ids, parent))
}

fn check_child(chain: &Chain, parent: &Anchor, header: Header) -> Result<Anchor, Fault> {
    let height = parent.header.height.saturating_add(1);
    let (id, rule) = (header.id(), chain.difficulty());
    let clock = rule.clock(height, parent.header.clock, parent.header.timestamp, header.timestamp);
    let target = clock.map(|clock| rule.target(height, parent.header.clock, clock));
    let broken = if header.version != chain.version_at(height) {
        HeaderError::Version { got: header.version, expected: chain.version_at(height) }.code()
    } else if header.previous != parent.id.0 {
        HeaderError::WrongParent { got: header.previous, expected: parent.id }.code()
    } else if header.height != height {
        HeaderError::WrongHeight { got: header.height, expected: height }.code()
    } else if clock.is_none() {
        "block-too-old"
    } else if Some(header.clock) != clock {
        "block-wrong-clock"
    } else if Some(header.target) != target {
        "block-wrong-target"
    } else if header.target.is_met_by(&id) {
        let work = parent.work.checked_add(header.target.work()).ok_or(Fault::WrongWork)?;
        return Ok(Anchor { header, id, work });
    } else {
        return Err(Fault::BadWork);
    };
    Err(Fault::BadHeader(broken))
}
