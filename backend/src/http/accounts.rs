//! Accounts: balance, proof, and everything that happened to one.

use actix_web::{HttpRequest, HttpResponse, web};
use shared::{
    account::AccountId,
    amount::Amount,
    api::{
        AccountProofView, AccountTotals, AccountView, ActivityPage, ActivityRow, Pending, Role,
        TransactionView,
    },
    encode::encode,
    hash::to_hex,
    rules::transaction_isolated::CheckedTransaction,
    transaction::Transaction,
};

use super::{
    Context, answer,
    body::{Query, address, parameter, segment},
    error::HttpError,
    get,
    transactions::confirmed_view,
};
use crate::chain::{self, Confirmed, Cursor, HistoryRow, Moved, View};

pub(super) fn configure(routes: &mut web::ServiceConfig) {
    routes.service(get("/accounts/{address}", web::get().to(account)));
    routes.service(get("/accounts/{address}/proof", web::get().to(proof)));
    routes.service(get("/accounts/{address}/transactions", web::get().to(activity)));
}

fn account_of(context: &Context, request: &HttpRequest) -> Result<(AccountId, String), HttpError> {
    let text = segment(request, "address");
    let account = address(text, "address", context.chain.chain())?;
    Ok((account, shared::api::address_of(&account, context.chain.chain())))
}

async fn account(
    context: web::Data<Context>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let (id, address) = account_of(&context, &request)?;
    let (view, totals) = context.read(move |view| Ok(view.totals(&id)?)).await?;
    let account = view.account(&id);
    let pending = view.pool().pending(&id);
    let pending = Pending {
        incoming: pending.incoming.mites(),
        outgoing: pending.outgoing.mites(),
        next_nonce: pending.next_nonce.unwrap_or(account.nonce),
    };
    let (balance, nonce) = (account.balance.mites(), account.nonce);
    let row = AccountView { address, balance, nonce, pending, totals: totals_view(&totals) };
    Ok(answer::json(&request, &view, &row))
}

fn totals_view(totals: &chain::AccountTotals) -> AccountTotals {
    let told = |mites: u128| u64::try_from(mites).unwrap_or(u64::MAX);
    AccountTotals {
        opening: totals.opening,
        received: told(totals.received),
        sent: told(totals.sent),
        fees: told(totals.fees),
        mined: told(totals.mined),
        blocks: totals.blocks,
    }
}

async fn proof(
    context: web::Data<Context>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let (id, address) = account_of(&context, &request)?;
    let view = context.chain.view();
    let proof = AccountProofView {
        address,
        proof: to_hex(&encode(&view.state_proof(&id))),
        header: to_hex(&encode(view.state().header())),
    };
    Ok(answer::json(&request, &view, &proof))
}

async fn activity(
    context: web::Data<Context>,
    request: HttpRequest,
) -> Result<HttpResponse, HttpError> {
    let (id, _) = account_of(&context, &request)?;
    let query = Query::of(&request);
    let limit = query.limit()?;
    let after = query.get("after").map(str::parse::<Cursor>).transpose();
    let after = after.map_err(|_| parameter("after", "must be the `next` of another page"))?;
    let (view, page) = context.read(move |view| page_of(view, &id, after, limit)).await?;
    Ok(answer::json(&request, &view, &page))
}

/// What waits stands on the first page, before everything else and not counted in its length.
fn page_of(
    view: &View,
    id: &AccountId,
    after: Option<Cursor>,
    limit: usize,
) -> Result<ActivityPage, HttpError> {
    let mut rows = if after.is_none() { waiting(view, id) } else { Vec::new() };
    let history = view.history(id, after, limit)?;
    let next = history.last().filter(|_| history.len() == limit).map(|row| row.cursor.to_string());
    rows.extend(history.into_iter().map(|row| happened(view, id, row)));
    Ok(ActivityPage { rows, next })
}

/// What waits, the newest first.
fn waiting(view: &View, id: &AccountId) -> Vec<ActivityRow> {
    let transactions = view.pool().pending(id).transactions;
    transactions.iter().rev().flat_map(|waiting| waiting_rows(view, id, waiting)).collect()
}

fn waiting_rows(view: &View, id: &AccountId, waiting: &CheckedTransaction) -> Vec<ActivityRow> {
    let transaction = waiting.transaction();
    let row = |role, amount: Amount| ActivityRow {
        role,
        amount: amount.mites(),
        height: None,
        block: None,
        timestamp: None,
        confirmations: 0,
        transaction: Some(TransactionView::pending(view.chain(), &waiting.id(), transaction)),
    };
    let mut rows = Vec::new();
    if transaction.body.sender == *id {
        rows.push(row(Role::Sent, transaction.body.paid().unwrap_or_default()));
    }
    if transaction.body.payments.iter().any(|payment| payment.recipient == *id) {
        rows.push(row(Role::Received, received(transaction, id)));
    }
    rows
}

fn happened(view: &View, id: &AccountId, row: HistoryRow) -> ActivityRow {
    let HistoryRow { cursor, timestamp, block, what } = row;
    let confirmations = (view.height() + 1).saturating_sub(cursor.height);
    let (role, amount, transaction) = match what {
        Moved::Mined { reward, fees } => {
            (Role::Mined, reward.checked_add(fees).unwrap_or(Amount::MAX), None)
        }
        Moved::Transaction(transaction) => {
            let (role, amount) = match cursor.role {
                chain::Role::Sent => (Role::Sent, transaction.body.paid().unwrap_or_default()),
                chain::Role::Received | chain::Role::Mined => {
                    (Role::Received, received(&transaction, id))
                }
            };
            (role, amount, Some(*transaction))
        }
    };
    let transaction = transaction.map(|transaction| {
        let (height, index) = (cursor.height, cursor.index);
        let id = transaction.id();
        confirmed_view(view, &id, &Confirmed { block, height, index, timestamp, transaction })
    });
    ActivityRow {
        role,
        amount: amount.mites(),
        height: Some(cursor.height),
        block: Some(block.to_string()),
        timestamp: Some(timestamp),
        confirmations,
        transaction,
    }
}

/// What a transaction pays to an account.
fn received(transaction: &Transaction, id: &AccountId) -> Amount {
    let payments = transaction.body.payments.iter();
    let own = payments.filter(|payment| payment.recipient == *id).map(|payment| payment.amount);
    Amount::sum(own).unwrap_or(Amount::MAX)
}
