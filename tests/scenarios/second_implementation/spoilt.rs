//! What another implementation must refuse: one corruption each of the file, of the parameters, of blocks
//! and of transactions. Whatever hangs on the spoilt value is made to fit again, so that nothing else is
//! wrong.

use harness::mining;
use shared::{
    account::{AccountId, Policy},
    api::ChainFile,
    block::{Block, transactions_root},
    encode::{Bounded, encode},
    hash::Hash,
    header::Header,
    key::PublicKey,
    limits::MAX_AMOUNT,
    params::Parameters,
    transaction::{Authorization, Body, IndexedSignature, Payment, Transaction},
    work::Target,
};

use super::{
    kit::{COIN, Kit, account, mites, policy},
    made::{Made, export, parameters},
};

/// A corruption: what the refusal says, the chain file and the export.
pub(crate) struct Spoilt {
    pub(crate) says: &'static str,
    pub(crate) file: String,
    pub(crate) export: Vec<u8>,
}

/// A chain whose last block has two payments of one key and one of a shared account, and the same
/// chain without it.
pub(crate) struct Subject {
    before: Made,
    pub(crate) made: Made,
}

impl Subject {
    pub(crate) fn new() -> Self {
        let (mut made, before) = (Made::grown(12), Made::grown(12));
        let mut second = made.kit.body(account(1), &[(account(3), COIN)], 7);
        second.nonce += 1;
        let shared = made.kit.body(policy().account(), &[(account(4), COIN)], 10);
        let transactions = [
            made.kit.pay(1, 2, COIN, 5),
            made.kit.sign(second, 1),
            made.kit.sign_shared(shared, &[0, 2]),
        ];
        made.append(made.kit.block(&transactions, 4, 10));
        Self { before, made }
    }

    /// Everything that must be refused.
    pub(crate) fn spoilt(&self) -> Vec<Spoilt> {
        [self.of_the_file(), self.of_parameters(), self.of_headers(), self.of_bodies()]
            .into_iter()
            .flatten()
            .chain(self.of_transactions())
            .chain(self.of_shared_accounts())
            .collect()
    }

    fn of_the_file(&self) -> Vec<Spoilt> {
        let file = |says, spoil: fn(&mut Vec<u8>)| {
            let mut export = self.made.export();
            spoil(&mut export);
            self.spoilt_as(says, export)
        };
        let blocks = |says, spoil: fn(&mut Vec<Vec<u8>>)| {
            let mut blocks = encoded(&self.made.blocks);
            spoil(&mut blocks);
            self.spoilt_as(says, self.export(&blocks))
        };
        vec![
            file("export: the file is no export", |file| file[0] ^= 1),
            file("export: the export is damaged in the parameters:", |file| file[100] ^= 1),
            file("export: the export is damaged in block 13:", |file| {
                // Before the end of the file and the block's checksum.
                let at = file.len() - 52 - 8 - 1;
                file[at] ^= 1;
            }),
            file("export: the export is damaged: it ends", |file| file.truncate(2_000)),
            file("export: the export is damaged: 1 bytes are left over", |file| file.push(0)),
            blocks("block-wrong-parent: block 5:", |blocks| drop(blocks.remove(4))),
            blocks("export: the export says that its last block", |blocks| drop(blocks.pop())),
            blocks("malformed: block 13: 1 bytes are left over", |blocks| blocks[12].push(0)),
            // The highest byte of the first transaction's fee.
            blocks("malformed: block 13: 7205", |blocks| blocks[12][281] = 1),
        ]
    }

    fn of_parameters(&self) -> Vec<Spoilt> {
        let file = |says, change: fn(&mut ChainFile)| {
            let mut file = self.made.file();
            change(&mut file);
            Spoilt { file: file.to_toml().unwrap(), ..self.spoilt_as(says, self.made.export()) }
        };
        let richer = Kit::new(Parameters { reward: mites(5 * COIN + 1), ..parameters() });
        let richer_file = ChainFile::from_chain(&richer.chain).to_toml().unwrap();
        let encoded_richer = encode(richer.chain.parameters());
        // A miner who takes one mite too much: all that his block says fits it.
        let kit = Made::new().kit;
        let mut greedy = richer.block(&[], 4, 10);
        greedy.header.previous = kit.chain.genesis_id().0;
        greedy.header.history_root = kit.block(&[], 4, 10).header.history_root;
        let last = &self.made.kit.state.id().0.0;
        vec![
            file("parameters: the export is of another chain: its reward", |file| file.reward += 1),
            file("parameters: the export is of another chain: its salt", |file| {
                file.salt = "1".repeat(64);
            }),
            file("parameters: the export is of another chain: its opening_balances", |file| {
                file.opening_balances[0].amount += 1;
            }),
            Spoilt {
                file: self.made.file().to_toml().unwrap().replace("interval = 10", "interval = 0"),
                ..self.spoilt_as("parameters: the chain's interval", self.made.export())
            },
            Spoilt {
                file: richer_file,
                ..self.spoilt_as(
                    "block-wrong-parent: block 1:",
                    export(&encoded_richer, &[encode(&kit.block(&[], 4, 10))], last),
                )
            },
            self.spoilt_as("block-wrong-state: block 1:", self.export(&[mining::mine(greedy)])),
        ]
    }

    fn of_headers(&self) -> Vec<Spoilt> {
        let header = |says, spoil: fn(&mut Header)| {
            let mut block = self.last();
            spoil(&mut block.header);
            self.ending(says, mining::mine(block))
        };
        let idle =
            self.ending("block-too-little-work: block 13:", mining::fail_to_mine(self.last()));
        let mut all = vec![
            header("block-version: block 13:", |header| header.version = 2),
            header("block-wrong-height: block 13:", |header| header.height += 1),
            header("block-too-old: block 13:", |header| header.timestamp -= 10),
            header("block-wrong-clock: block 13:", |header| header.clock += 1),
            header("block-wrong-clock: block 13:", |header| header.timestamp += 1),
            header("block-wrong-target: block 13:", |header| {
                header.target = Target::from_zero_bits(1);
            }),
            header("block-wrong-history: block 13:", |header| header.history_root.0[31] ^= 1),
            header("block-wrong-state: block 13:", |header| header.state_root.0[0] ^= 1),
            header("block-wrong-state: block 13:", |header| header.miner = account(5)),
            header("block-small-order-miner: block 13:", |header| {
                header.miner = AccountId([0; 32])
            }),
            header("block-wrong-count: block 13:", |header| header.transaction_count += 1),
            header("block-wrong-body: block 13:", |header| {
                header.transactions_root = Hash([7; 32])
            }),
        ];
        all.push(idle);
        all
    }

    fn of_bodies(&self) -> Vec<Spoilt> {
        let unmended = |says, spoil: fn(&mut Vec<Transaction>)| {
            let mut block = self.last();
            let mut transactions = block.transactions.into_vec();
            spoil(&mut transactions);
            block.transactions = Bounded::new(transactions).unwrap();
            self.ending(says, encode(&block))
        };
        vec![
            unmended("block-wrong-body: block 13:", |all| all.swap(0, 1)),
            unmended("block-wrong-body: block 13:", |all| all[0].body.payments = paid(2, COIN + 1)),
            unmended("block-wrong-count: block 13:", |all| drop(all.pop())),
            self.body("transaction-nonce-gap: block 13: transaction 0:", |_, all| all.swap(0, 1)),
            self.body("transaction-nonce-used: block 13: transaction 3:", |_, all| {
                all.push(all[0].clone());
            }),
            self.body("block-wrong-state: block 13:", |_, all| drop(all.pop())),
            self.body("block-too-large: block 13:", |kit, all| {
                let body = kit.body(account(1), &[(account(2), 1); 16], 0);
                *all = vec![kit.sign(body, 1); 30];
            }),
            self.body("block-too-many-new-accounts: block 13:", |kit, all| {
                let new: Vec<_> = (0..9).map(|n| (AccountId([n + 100; 32]), 1)).collect();
                *all = vec![kit.sign(kit.body(account(1), &new, 0), 1)];
            }),
        ]
    }

    fn of_transactions(&self) -> Vec<Spoilt> {
        let forged = |spoil: fn(&mut Transaction)| {
            self.body("transaction-signature: block 13: transaction 0:", move |_, all| {
                spoil(&mut all[0]);
            })
        };
        // Everything is signed again, so that only the rule itself is broken.
        let signed = |says, spoil: fn(&Kit, &mut Body)| {
            self.body(says, move |kit, all| {
                let mut body = all[0].body.clone();
                spoil(kit, &mut body);
                *all = vec![kit.sign(body, 1)];
            })
        };
        vec![
            forged(|transaction| {
                let Authorization::Key(signature) = &mut transaction.authorization else { return };
                signature.0[40] ^= 1;
            }),
            forged(|transaction| transaction.body.payments = paid(2, COIN + 1)),
            forged(|transaction| transaction.body.memo = Bounded::default()),
            // Signed by its sender, but for another chain.
            forged(|transaction| {
                let other = Kit::new(Parameters { salt: Hash([1; 32]), ..parameters() });
                *transaction = other.sign(transaction.body.clone(), 1);
            }),
            signed("transaction-version: block 13:", |_, body| body.version = 2),
            signed("transaction-zero-payment: block 13:", |_, body| body.payments = paid(2, 0)),
            signed("transaction-debit-overflow: block 13:", |_, body| {
                body.payments = paid(2, MAX_AMOUNT);
            }),
            signed("transaction-small-order-sender: block 13:", |_, body| {
                body.sender = AccountId([0; 32]);
            }),
            signed("transaction-small-order-recipient: block 13:", |_, body| {
                let to = Payment { recipient: AccountId([0; 32]), amount: mites(1) };
                body.payments = Bounded::new(vec![to]).unwrap();
            }),
            signed("transaction-expired: block 13:", |kit, body| {
                body.expires_at = kit.state.height();
            }),
            signed("transaction-expires-too-late: block 13:", |kit, body| {
                body.expires_at = kit.state.height() + 2 + kit.chain.parameters().max_validity;
            }),
            signed("transaction-not-enough: block 13:", |_, body| {
                body.payments = paid(2, 2_000 * COIN);
            }),
        ]
    }

    fn of_shared_accounts(&self) -> Vec<Spoilt> {
        let shared = |says, spoil: fn(&mut Policy, &mut Vec<IndexedSignature>)| {
            self.body(says, move |_, all| {
                let Authorization::Policy { policy, signatures } = &mut all[2].authorization else {
                    panic!("the last transaction is the shared account's");
                };
                let mut all_signatures = signatures.clone().into_vec();
                spoil(policy, &mut all_signatures);
                *signatures = Bounded::new(all_signatures).unwrap();
            })
        };
        vec![
            shared("policy-key-order: block 13: transaction 2:", |policy, _| {
                let mut keys = policy.keys.clone().into_vec();
                keys.swap(0, 1);
                policy.keys = Bounded::new(keys).unwrap();
            }),
            shared("policy-small-order-key: block 13: transaction 2:", |policy, _| {
                let mut keys = policy.keys.clone().into_vec();
                keys[0] = PublicKey([0; 32]);
                policy.keys = Bounded::new(keys).unwrap();
            }),
            shared("policy-threshold: block 13: transaction 2:", |policy, _| policy.threshold = 4),
            shared("transaction-wrong-policy: block 13: transaction 2:", |policy, _| {
                policy.threshold = 1;
            }),
            shared("transaction-signature-count: block 13: transaction 2:", |_, all| {
                all.truncate(1);
            }),
            shared("transaction-signature-order: block 13: transaction 2:", |_, all| {
                all.swap(0, 1)
            }),
            shared("transaction-signature-order: block 13: transaction 2:", |_, all| {
                all[1].index = 3
            }),
            shared("transaction-signature: block 13: transaction 2:", |_, all| all[1].index = 1),
        ]
    }

    /// The last block with other transactions, which its header names and its work is for.
    fn body(&self, says: &'static str, spoil: impl FnOnce(&Kit, &mut Vec<Transaction>)) -> Spoilt {
        let Block { mut header, transactions } = self.last();
        let mut transactions = transactions.into_vec();
        spoil(&self.before.kit, &mut transactions);
        header.transaction_count = u32::try_from(transactions.len()).unwrap();
        header.transactions_root = transactions_root(&transactions);
        let transactions = Bounded::new(transactions).unwrap();
        self.ending(says, mining::mine(Block { header, transactions }))
    }

    /// The chain with this instead of its last block.
    fn ending(&self, says: &'static str, block: Vec<u8>) -> Spoilt {
        let mut blocks = encoded(&self.before.blocks);
        blocks.push(block);
        self.spoilt_as(says, self.export(&blocks))
    }

    fn export(&self, blocks: &[Vec<u8>]) -> Vec<u8> {
        export(&encode(self.made.kit.chain.parameters()), blocks, &self.made.kit.state.id().0.0)
    }

    fn spoilt_as(&self, says: &'static str, export: Vec<u8>) -> Spoilt {
        Spoilt { says, file: self.made.file().to_toml().unwrap(), export }
    }

    fn last(&self) -> Block {
        self.made.blocks.last().unwrap().clone()
    }
}

fn encoded(blocks: &[Block]) -> Vec<Vec<u8>> {
    blocks.iter().map(encode).collect()
}

fn paid(to: u8, amount: u64) -> Bounded<Payment, 1, 16> {
    let payment = Payment { recipient: account(to), amount: mites(amount) };
    Bounded::new(vec![payment]).unwrap()
}
