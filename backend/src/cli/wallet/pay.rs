//! Paying: from what was typed to a transaction that the node took.

use super::{Common, coins, passphrase::confirm, told_amount};
use crate::cli::{say, tell};
use crate::client::Node;
use anyhow::{Context as _, anyhow, bail};
use shared::account::Address;
use shared::amount::Amount;
use shared::api::TransactionStatus;
use shared::ledger::Account;
use shared::params::Chain;
use shared::policy;
use shared::rules::{transaction_in_ledger::LedgerError, transaction_isolated::CheckedTransaction};
use shared::transaction::{Body, Payment};
use shared::wallet::payment::{self, Draft, PaymentError};
use std::time::Duration;

/// The largest fee that is paid on a node's word alone, without anybody having looked at it.
const MAX_UNSEEN_FEE: Amount =
    Amount::from_mites(1_000_000).expect("it is below the largest amount");
/// How often a payment is looked at while it is waited for.
const LOOK: Duration = Duration::from_millis(500);

/// Who is to be paid how much.
#[derive(Debug, clap::Args)]
pub(super) struct Order {
    /// The address to pay; with --amount after it, up to 16 times
    #[arg(long, value_name = "ADDRESS", required = true)]
    to: Vec<String>,
    /// How much, in coins, such as 1.5
    #[arg(long, value_name = "COINS", required = true)]
    amount: Vec<String>,
    /// What the miner gets, in coins [default: what the next block costs, as the node says]
    #[arg(long, value_name = "COINS")]
    fee: Option<String>,
    /// A public text, at most 80 bytes
    #[arg(long, value_name = "TEXT", default_value = "")]
    memo: String,
    /// Blocks during which the payment stays valid [default: 240, for shared accounts as long as the chain allows]
    #[arg(long, value_name = "BLOCKS")]
    expires_in: Option<u64>,
}

/// `wallet send`.
#[derive(Debug, clap::Args)]
pub(super) struct SendArgs {
    #[command(flatten)]
    order: Order,
    /// Do not ask whether all of it is right
    #[arg(long)]
    yes: bool,
    /// Wait until the payment is in a block
    #[arg(long)]
    wait: bool,
}

/// Shows what the account holds.
pub(super) async fn balance(common: &Common) -> anyhow::Result<()> {
    let (node, chain) = common.node().await?;
    let address = common.watched(&chain)?;
    let view = node.account(&address.to_text(chain.prefix())).await?;
    say(coins(told_amount(view.balance)?, &chain));
    for (mites, what) in
        [(view.pending.incoming, "on the way in"), (view.pending.outgoing, "on the way out")]
    {
        if mites > 0 {
            tell(format_args!("{} {what}", coins(told_amount(mites)?, &chain)));
        }
    }
    Ok(())
}

/// Pays somebody.
pub(super) async fn send(common: &Common, args: &SendArgs) -> anyhow::Result<()> {
    let (node, chain) = common.node().await?;
    // What is typed wrong is said before the passphrase is asked for.
    let payments = payments(&args.order, &chain)?;
    let unlocked = common.unlock(&chain)?;
    let (account, next_height) = account(&node, &chain, unlocked.address).await?;
    let size = payment::signed_size(payments.len(), args.order.memo.len());
    let fee = fee(&node, &chain, &args.order, &payments, size, args.yes).await?;
    let draft =
        Draft { payments, fee, memo: args.order.memo.clone(), expires_in: args.order.expires_in };
    let transaction = payment::build(&chain, &unlocked.key, account, next_height, &draft)
        .map_err(|error| in_coins(error, &chain))?;
    review(&transaction.transaction().body, &chain);
    if !args.yes && !confirm("Send this?")? {
        bail!("nothing was sent");
    }
    submit(&node, &transaction, args.wait).await
}

/// Sends a transaction, tells its id, and waits for it if asked to.
pub(super) async fn submit(
    node: &Node,
    transaction: &CheckedTransaction,
    wait: bool,
) -> anyhow::Result<()> {
    node.submit_transaction(transaction.transaction()).await?;
    // The node's word for the id is not needed: it follows from the bytes.
    let id = transaction.id().to_string();
    say(&id);
    if wait { wait_for(node, &id).await } else { Ok(()) }
}

async fn wait_for(node: &Node, id: &str) -> anyhow::Result<()> {
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        look.tick().await;
        let view = match node.transaction(id).await {
            Ok(view) => view,
            Err(error) if error.is_passing() => continue,
            Err(error) => return Err(error.into()),
        };
        match view.status {
            TransactionStatus::Pending => {}
            TransactionStatus::Confirmed => {
                tell(format_args!("confirmed in block {}", view.height.unwrap_or_default()));
                return Ok(());
            }
            TransactionStatus::Expired => {
                bail!("the payment expired before a miner took it; nothing was paid")
            }
            TransactionStatus::Replaced => {
                bail!("another payment with the same number took its place")
            }
            TransactionStatus::Dropped => {
                bail!("the node dropped the payment; look at it before you pay again")
            }
        }
    }
}

/// The error as people read it: they know coins, the rules know mites.
pub(super) fn in_coins(error: PaymentError, chain: &Chain) -> anyhow::Error {
    match error {
        PaymentError::Ledger(LedgerError::NotEnough { have, need }) => anyhow!(
            "the account holds {}, payment and fee need {}",
            coins(have, chain),
            coins(need, chain)
        ),
        error => error.into(),
    }
}

/// The account after its own pending payments, and the height of the next block.
pub(super) async fn account(
    node: &Node,
    chain: &Chain,
    address: Address,
) -> anyhow::Result<(Account, u64)> {
    let status = node.status().await?;
    let view = node.account(&address.to_text(chain.prefix())).await?;
    let (balance, outgoing) = (told_amount(view.balance)?, told_amount(view.pending.outgoing)?);
    let balance = balance.checked_sub(outgoing).unwrap_or(Amount::ZERO);
    Ok((Account { nonce: view.pending.next_nonce, balance }, status.height.saturating_add(1)))
}

/// Who is paid how much.
pub(super) fn payments(order: &Order, chain: &Chain) -> anyhow::Result<Vec<Payment>> {
    if order.to.len() != order.amount.len() {
        bail!(
            "{} addresses and {} amounts: give each --to its --amount",
            order.to.len(),
            order.amount.len()
        );
    }
    let payment = |(to, amount): (&String, &String)| {
        let recipient = Address::parse(to, chain.prefix())?.account;
        let amount = Amount::parse_coins(amount).with_context(|| format!("--amount {amount}"))?;
        Ok(Payment { recipient, amount })
    };
    order.to.iter().zip(&order.amount).map(payment).collect()
}

/// The fee: as said, or what the next block costs.
pub(super) async fn fee(
    node: &Node,
    chain: &Chain,
    order: &Order,
    payments: &[Payment],
    size: usize,
    unseen: bool,
) -> anyhow::Result<Amount> {
    if let Some(fee) = &order.fee {
        return Amount::parse_coins(fee).with_context(|| format!("--fee {fee}"));
    }
    let rates = node.fees().await?;
    let mut new_accounts = Vec::new();
    for payment in payments {
        let address = Address::of(payment.recipient).to_text(chain.prefix());
        let view = node.account(&address).await?;
        if view.balance == 0 && view.nonce == 0 && !new_accounts.contains(&payment.recipient) {
            new_accounts.push(payment.recipient);
        }
    }
    let fee = policy::fee_for_score(rates.next, size, new_accounts.len());
    if unseen && fee > MAX_UNSEEN_FEE {
        bail!(
            "the node asks for a fee of {}: say --fee, or leave out --yes and look at it",
            coins(fee, chain)
        );
    }
    Ok(fee)
}

pub(super) fn draft(
    order: &Order,
    payments: Vec<Payment>,
    fee: Amount,
    expires_in: Option<u64>,
) -> Draft {
    Draft { payments, fee, memo: order.memo.clone(), expires_in }
}

impl Order {
    pub(super) fn memo_bytes(&self) -> usize {
        self.memo.len()
    }

    pub(super) const fn expires_in(&self) -> Option<u64> {
        self.expires_in
    }
}

/// Shows what is signed, from what is signed.
pub(super) fn review(body: &Body, chain: &Chain) {
    let address = |account| Address::of(account).to_text(chain.prefix());
    tell(format_args!("From     {}", address(body.sender)));
    for payment in &*body.payments {
        let own = if payment.recipient == body.sender { "  (the same account)" } else { "" };
        tell(format_args!("To       {}{own}", address(payment.recipient)));
        tell(format_args!("Amount   {}", coins(payment.amount, chain)));
    }
    tell(format_args!("Fee      {}", coins(body.fee, chain)));
    if let Some(debit) = body.debit() {
        tell(format_args!("Total    {}", coins(debit, chain)));
    }
    if !body.memo.is_empty() {
        tell(format_args!(
            "Memo     {} (everybody can read it)",
            super::plain(&String::from_utf8_lossy(&body.memo))
        ));
    }
    tell(format_args!("Valid until block {}", body.expires_at));
}
