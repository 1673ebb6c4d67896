//! The two trees of hashes, against their definitions: no two lists share a root, nothing inside passes for
//! a leaf, and a state or a history that is shown is the one that there is.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod kit;

use kit::Random;
use sha2::{Digest as _, Sha256};
use shared::{
    hash::{BlockId, Hash},
    history::{History, HistoryProof, Summary},
    merkle,
    work::Work,
};

fn full() -> bool {
    std::env::var_os("HALFPENNY_FULL").is_some()
}

fn below(random: &mut Random, bound: usize) -> usize {
    usize::try_from(random.below(bound.max(1) as u64)).unwrap()
}

fn sha256(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    Hash(hasher.finalize().into())
}

/// RFC 6962, 2.1, word for word; of the leaves' own bytes.
fn definition(list: &[Vec<u8>]) -> Hash {
    match list {
        [] => sha256(&[]),
        [only] => sha256(&[&[0], only]),
        _ => {
            let mut k = 1;
            while 2 * k < list.len() {
                k *= 2;
            }
            sha256(&[&[1], &definition(&list[..k]).0, &definition(&list[k..]).0])
        }
    }
}

fn random_list(random: &mut Random, most: usize) -> Vec<Vec<u8>> {
    let length = below(random, most + 1);
    let leaf = |random: &mut Random| {
        (0..below(random, 80)).map(|_| random.below(256).to_le_bytes()[0]).collect()
    };
    (0..length).map(|_| leaf(random)).collect()
}

fn root(list: &[Vec<u8>]) -> Hash {
    merkle::root(&list.iter().map(|bytes| merkle::leaf(bytes)).collect::<Vec<_>>())
}

#[test]
fn roots_of_random_lists_are_those_of_rfc_6962() {
    let lists = if full() { 5_000 } else { 200 };
    let mut random = Random(1);
    for number in 0..lists {
        let list = random_list(&mut random, 1_025);
        assert_eq!(root(&list), definition(&list), "list {number}");
    }
    for length in [0, 1, 2, 3, 4, 5, 7, 8, 9, 1_023, 1_024, 1_025_usize] {
        let list: Vec<Vec<u8>> = (0..length).map(|n| n.to_le_bytes().to_vec()).collect();
        assert_eq!(root(&list), definition(&list), "{length} leaves");
    }
}

/// Doubled, swapped, split, joined, dropped, one bit changed, and cut at the place where the tree is: each
/// makes another root.
#[test]
fn no_other_list_has_the_root_of_a_list() {
    let count = if full() { 100_000 } else { 10_000 };
    let mut random = Random(2);
    for number in 0..count {
        let mut list = random_list(&mut random, 20);
        list.push(vec![7; 3]);
        let mut other = list.clone();
        let (at, from) = (below(&mut random, other.len()), below(&mut random, other.len()));
        match number % 8 {
            0 => other.insert(at, list[at].clone()),
            1 => other.swap(at, from),
            2 => {
                let rest = other[at].split_off(list[at].len() / 2);
                other.insert(at + 1, rest);
            }
            3 => drop(other.remove(at)),
            4 => other.extend_from_slice(&list[at..]),
            5 => other[at].push(0),
            6 => match other[at].first_mut() {
                Some(byte) => *byte ^= 1,
                None => other[at].push(9),
            },
            // A whole side of the tree in the place of its leaves.
            _ => {
                let side = definition(&list[..list.len().next_power_of_two() / 2]);
                other =
                    [vec![side.0.to_vec()], list[list.len().next_power_of_two() / 2..].to_vec()]
                        .concat();
            }
        }
        if other != list {
            assert_ne!(root(&other), root(&list), "{number}: {list:?} and {other:?}");
        }
    }
}

/// Calls `visit` with both sides of every node inside the tree, and the path from there to the root.
fn inner_nodes(leaves: &[Hash], above: &[Hash], visit: &mut impl FnMut(&Hash, &Hash, &[Hash])) {
    if leaves.len() < 2 {
        return;
    }
    let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
    let (left_root, right_root) = (merkle::root(left), merkle::root(right));
    visit(&left_root, &right_root, above);
    inner_nodes(left, &[&[right_root], above].concat(), visit);
    inner_nodes(right, &[&[left_root], above].concat(), visit);
}

/// As in CVE-2017-12842: bytes that are the two hashes of a node, offered as a transaction with the rest of
/// the path, at any place of a list of any length.
#[test]
fn a_node_does_not_pass_for_a_leaf() {
    let mut random = Random(3);
    let mut tries = 0;
    while tries < 10_000 {
        let mut list = random_list(&mut random, 7);
        list.extend([vec![1], vec![2]]);
        let leaves: Vec<Hash> = list.iter().map(|bytes| merkle::leaf(bytes)).collect();
        let root = merkle::root(&leaves);
        inner_nodes(&leaves, &[], &mut |left, right, above| {
            for kind in [&[][..], &[0], &[1]] {
                let forged = merkle::leaf(&[kind, &left.0, &right.0].concat());
                for count in 1..=leaves.len() as u64 {
                    for index in 0..count {
                        assert!(!merkle::verify(&root, &forged, index, count, above));
                    }
                }
                tries += 1;
            }
            // The node itself, which is no leaf's hash, would pass where the tree is cut: that is why leaves
            // are hashed with a prefix of their own.
            assert_ne!(
                merkle::leaf(&[&[1][..], &left.0, &right.0].concat()),
                merkle::node(left, right)
            );
        });
    }
}

/// The definition of a history's summary: the work of all, the clock of the last, RFC 6962's shape.
fn history(leaves: &[Summary]) -> Summary {
    match leaves {
        [only] => *only,
        _ => {
            let mut k = 1;
            while 2 * k < leaves.len() {
                k *= 2;
            }
            Summary::node(&history(&leaves[..k]), &history(&leaves[k..]))
        }
    }
}

#[test]
fn a_history_adds_all_work_and_shows_the_last_clock() {
    let mut random = Random(4);
    let leaf = |number: u64, random: &mut Random| {
        let id = BlockId(sha256(&[&number.to_le_bytes()]));
        Summary::leaf(&id, Work(u128::from(random.below(1 << 40)) << 30), number * 15)
    };
    let (mut whole, mut leaves) = (History::default(), Vec::new());
    assert_eq!((whole.count(), whole.summary()), (0, None));
    for number in 0..300 {
        let one = leaf(number, &mut random);
        leaves.push(one);
        whole.append(one);
        let summary = whole.summary().unwrap();
        assert_eq!(summary, history(&leaves));
        assert_eq!(summary.work.0, leaves.iter().map(|leaf| leaf.work.0).sum::<u128>());
        assert_eq!((summary.clock, whole.count()), (number * 15, number + 1));
    }
    let most = Summary { work: Work(u128::MAX), ..leaves[0] };
    assert_eq!(Summary::node(&most, &leaves[1]).work, Work(u128::MAX), "work saturates");
}

/// A proof with any part of it changed shows nothing.
#[test]
fn a_changed_proof_of_a_block_is_refused() {
    let mut nodes = std::collections::BTreeMap::new();
    let mut whole = History::default();
    let leaf = |height: u64| {
        Summary::leaf(
            &BlockId(sha256(&[&height.to_le_bytes()])),
            Work(3 + u128::from(height)),
            height,
        )
    };
    for height in 0..45 {
        nodes.extend(whole.append(leaf(height)));
    }
    let root = whole.root();
    for height in 0..45 {
        let proof = whole.prove(height, |position| nodes.get(&position).copied()).unwrap();
        let verify = |proof: &HistoryProof| proof.verify(&root, height, &leaf(height));
        assert!(verify(&proof));
        for place in 0..proof.path.len() {
            let change = |edit: fn(&mut Summary)| {
                let mut path = proof.path.to_vec();
                edit(&mut path[place]);
                HistoryProof { path: shared::encode::Bounded::new(path).unwrap(), ..proof }
            };
            assert!(!verify(&change(|one| one.work.0 += 1)));
            assert!(!verify(&change(|one| one.clock += 1)));
            assert!(!verify(&change(|one| one.hash.0[31] ^= 1)));
        }
        let more = Summary { work: Work(4 + u128::from(height)), ..leaf(height) };
        assert!(!proof.verify(&root, height, &more));
        let missing = whole.prove(height, |position| {
            nodes.get(&position).copied().filter(|_| position.level == 0)
        });
        assert_eq!(missing, None, "{height}");
    }
}
