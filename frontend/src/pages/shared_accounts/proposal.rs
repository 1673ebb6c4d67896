//! `/shared/sign`, and the proposal itself: what is paid, who has signed, and what can be done next.

use super::{
    super::{text_or_file::TextOrFile, unlock::sentence},
    NO_CHAIN,
};
use crate::prelude::*;
use crate::{
    api, browser,
    components::{
        AccountLink, AmountText, Badge, Card, CopyButton, ErrorBox, Fact, Facts, PageHeader,
        QrCode, Tone,
    },
    format,
    router::use_router,
    state::{
        chain::use_chain,
        wallet::{Phase, use_wallet},
    },
};
use shared::{
    api::address_of, encode::encode, hash::to_hex, key::PublicKey, params::Chain,
    wallet::shared_account::Proposal,
};

/// The page for whoever was given a proposal.
#[component]
pub fn SignPage() -> impl IntoView {
    let chain = use_chain();
    let proposal = RwSignal::new(None::<Proposal>);
    let read = move |text: String| {
        let known = chain.parameters.get_untracked();
        match parse(&text, known.as_ref()) {
            Ok(read) => {
                proposal.set(Some(read));
                None
            }
            Err(reason) => Some(reason),
        }
    };
    view! {
        <PageHeader
            title=t!("Sign a payment")
            lead=t!("Somebody proposed a payment from an account that you hold together. Look at all of it before you sign.")
        />
        <Show
            when=move || proposal.with(Option::is_some)
            fallback=move || view! {
                <Card heading=t!("The proposal")>
                    <TextOrFile label=t!("Proposal") hint=t!("The text of the proposal's file, or the file itself.") button=t!("Read proposal") scan=true read/>
                </Card>
            }
        >
            <ProposalCards proposal/>
        </Show>
    }
}

fn parse(text: &str, chain: Option<&Chain>) -> Result<Proposal, String> {
    let chain = chain.ok_or(NO_CHAIN)?;
    Proposal::parse(text, chain).map_err(|error| sentence(&error.to_string()))
}

/// The proposal with everything that can be done with it.
#[component]
pub(super) fn ProposalCards(
    /// The proposal; it must be there.
    proposal: RwSignal<Option<Proposal>>,
) -> impl IntoView {
    let chain = use_chain();
    let merge = move |text: String| {
        let known = chain.parameters.get_untracked();
        let merged = parse(&text, known.as_ref()).and_then(|other| {
            let mut merged = proposal.get_untracked().unwrap_or_else(|| other.clone());
            merged.merge(&other).map_err(|error| sentence(&error.to_string()))?;
            Ok(merged)
        });
        match merged {
            Ok(merged) => {
                proposal.set(Some(merged));
                None
            }
            Err(reason) => Some(reason),
        }
    };
    let said = move || {
        let chain = chain.parameters.get()?;
        proposal.with(|proposal| Some(said(proposal.as_ref()?, &chain)))
    };
    view! {
        <Card heading=t!("The payment")>{move || said()}</Card>
        <Signatures proposal/>
        <PassOn proposal/>
        <Card heading=t!("Put copies together")>
            <TextOrFile label=t!("Copy") hint=t!("A copy of this proposal that somebody else signed.") button=t!("Add its signatures") scan=true read=merge/>
        </Card>
    }
}

/// What is paid, from the very bytes that are signed.
fn said(proposal: &Proposal, chain: &Chain) -> AnyView {
    let body = proposal.body();
    let payment = |payment: &shared::transaction::Payment| {
        let address = address_of(&payment.recipient, chain);
        view! { <li class="cluster"><AccountLink address/><strong><AmountText mites=payment.amount.mites()/></strong></li> }
    };
    let payments = body.payments.iter().map(payment).collect_view();
    let total = body.debit().unwrap_or_default().mites();
    let memo = format::memo_text(&to_hex(&body.memo));
    let (sender, fee, expires_at) =
        (address_of(&body.sender, chain), body.fee.mites(), format::count(body.expires_at));
    view! {
        <Facts>
            <Fact name=t!("From")><AccountLink address=sender/></Fact>
            <Fact name=t!("To")><ul class="stack tight" role="list">{payments}</ul></Fact>
            <Fact name=t!("Fee")><AmountText mites=fee/></Fact>
            <Fact name=t!("In all")><strong><AmountText mites=total/></strong></Fact>
            {(!memo.is_empty()).then(|| view! { <Fact name=t!("Memo")><span class="breakable">{memo}</span></Fact> })}
            <Fact name=t!("Valid until block")>{expires_at}</Fact>
        </Facts>
    }
    .into_any()
}

/// Who has signed, and *Sign* and *Send payment* where they are possible.
#[component]
fn Signatures(
    /// The proposal.
    proposal: RwSignal<Option<Proposal>>,
) -> impl IntoView {
    let (chain, wallet, router) = (use_chain(), use_wallet(), use_router());
    let (busy, error) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let own = move || wallet.account_id().map(|account| PublicKey(account.0));
    let place = Memo::new(move || {
        let own = own()?;
        proposal.with(|proposal| proposal.as_ref()?.signers().find(|(key, _)| *key == own))
    });
    let missing =
        Memo::new(move || proposal.with(|proposal| proposal.as_ref().map_or(0, Proposal::missing)));
    let sign = move |_| {
        let Some((mut signed, key)) = proposal.get_untracked().zip(untrack(own)) else { return };
        busy.set(true);
        spawn_local(async move {
            let outcome = match wallet.sign(signed.digest()).await {
                Ok(signature) => signed.add(key, signature).map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            busy.try_set(false);
            match outcome {
                Ok(()) => drop(proposal.try_set(Some(signed))),
                Err(reason) => drop(error.try_set(Some(sentence(&reason)))),
            }
        });
    };
    let send = move |_| {
        let Some(finished) =
            proposal.with_untracked(|proposal| proposal.as_ref().map(Proposal::finish))
        else {
            return;
        };
        let transaction = match finished {
            Ok(transaction) => transaction,
            Err(reason) => return error.set(Some(sentence(&reason.to_string()))),
        };
        busy.set(true);
        spawn_local(async move {
            let answer = api::submit_transaction(&encode(transaction.transaction())).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(sent) => router.go(&format!("/transaction/{}", sent.id)),
                Err(failure) => error.set(Some(t!(
                    "It was not sent: {error}. The coins are still in the shared account.",
                    error = failure,
                ))),
            }
        });
    };
    let list = move || {
        let chain = chain.parameters.get()?;
        let signer = |(key, signed): (PublicKey, bool)| {
            let (tone, text) =
                if signed { (Tone::Good, t!("signed")) } else { (Tone::Neutral, t!("not yet")) };
            view! { <li class="cluster"><AccountLink address=address_of(&key.account(), &chain)/><Badge tone>{text}</Badge></li> }
        };
        proposal.with(|proposal| Some(proposal.as_ref()?.signers().map(signer).collect_view()))
    };
    let next = move || {
        match (missing.get(), place.get(), wallet.phase.get()) {
        (0, ..) => view! { <button type="button" class="button primary" disabled=busy on:click=handler(send)>{t!("Send payment")}</button> }.into_any(),
        (_, Some((_, false)), Phase::Unlocked) => {
            view! { <button type="button" class="button primary" disabled=busy on:click=handler(sign)>{t!("Sign")}</button> }.into_any()
        }
        (_, Some((_, false)), _) => view! { <p>{t!("Your key may sign: unlock your wallet first. ")}<a href="/">{t!("Overview")}</a></p> }.into_any(),
        (_, Some(_), _) => view! { <p>{t!("You have signed. Pass it on to the others.")}</p> }.into_any(),
        (_, None, _) => view! { <p>{t!("The wallet of this browser is none of its members, so you cannot sign here.")}</p> }.into_any(),
    }
    };
    view! {
        <Card heading=t!("Signatures")>
            <p role="status">{move || missing_text(missing.get())}</p>
            <ul class="stack tight" role="list">{move || list()}</ul>
            <div class="actions">{move || next()}</div>
            <ErrorBox message=error/>
        </Card>
    }
}

fn missing_text(missing: usize) -> String {
    match missing {
        0 => t!("Enough have signed: it can be sent.").to_string(),
        many => {
            let many = format::wide(many);
            plural!(many, "1 more member must sign.", "{number} more members must sign.")
        }
    }
}

/// The proposal as a file, a text and a picture.
#[component]
fn PassOn(
    /// The proposal.
    proposal: RwSignal<Option<Proposal>>,
) -> impl IntoView {
    let text = Signal::derive(move || {
        proposal.with(|proposal| proposal.as_ref().map(Proposal::to_json).unwrap_or_default())
    });
    // Nothing in it has spaces, and a smaller code is read sooner.
    let dense =
        Signal::derive(move || text.with(|text| text.split_whitespace().collect::<String>()));
    let error = RwSignal::new(None::<String>);
    let save = move |_| {
        let saved = text.with_untracked(|text| {
            browser::download("halfpenny-proposal.json", "application/json", text)
        });
        error.set((!saved).then(|| t!("The file could not be made.").to_string()));
    };
    view! {
        <Card heading=t!("Pass it on")>
            <p class="muted">{t!("The proposal is no secret, and whoever changes it voids its signatures. Send it to the next member in any way.")}</p>
            <div class="actions">
                <button type="button" class="button" on:click=handler(save)>{t!("Save the proposal")}</button>
                <CopyButton text label=t!("Copy the proposal")/>
            </div>
            <details>
                <summary>{t!("QR code of the proposal")}</summary>
                <QrCode text=dense label=t!("QR code of the proposal")/>
            </details>
            <ErrorBox message=error/>
        </Card>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_counted_in_words() {
        assert_eq!(missing_text(0), "Enough have signed: it can be sent.");
        assert_eq!(missing_text(1), "1 more member must sign.");
        assert_eq!(missing_text(3), "3 more members must sign.");
        assert_eq!(parse("{}", None), Err(NO_CHAIN.to_string()));
    }
}
