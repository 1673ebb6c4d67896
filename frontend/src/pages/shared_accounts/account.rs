//! `/shared/{address}`: a shared account, and the form that proposes a payment from it.

use super::{
    super::{not_here::NotHere, unlock::sentence},
    of_text,
    proposal::ProposalCards,
    store::{self, Kept},
};
use crate::prelude::*;
use crate::{
    api, browser,
    components::{
        AccountLink, AddressField, AddressText, AmountField, AmountText, Badge, Card, CopyButton,
        ErrorBox, Fact, Facts, Field, Loaded, PageHeader, Skeleton, fetched,
    },
    router::use_router,
    state::{chain::use_chain, settings::use_settings},
    wallet::draft::{self, Form, Situation},
};
use leptos::ev;
use shared::{
    account::{Address, Policy},
    amount::Amount,
    api::{AccountView, address_of},
    ledger::Account,
    params::Chain,
    wallet::shared_account::{Proposal, file::account_to_json},
};

/// The page.
#[component]
pub fn SharedAccountPage(
    /// The address, as the address of the page has it.
    text: String,
) -> impl IntoView {
    let chain = use_chain();
    let found = Memo::new(move || {
        chain.parameters.with(|chain| {
            let chain = chain.as_ref()?;
            let mut all = store::load(chain).into_iter();
            let own =
                |kept: &Kept| Address::of_policy(&kept.policy).to_text(chain.prefix()) == text;
            Some(all.find(own).map(|kept| (kept.name, kept.policy)))
        })
    });
    let title = Signal::derive(move || match found.get().flatten() {
        Some((name, _)) if !name.is_empty() => crate::format::plain(&name),
        _ => t!("Shared account").to_string(),
    });
    let content = move || match found.get() {
        None => view! { <Card><Skeleton lines=6/></Card> }.into_any(),
        Some(Some((_, policy))) => view! { <Content policy/> }.into_any(),
        Some(None) => view! {
            <NotHere
                title=t!("This browser does not know who holds this account")
                reason=t!("Add the account's file under Shared accounts: every member has it.")
            />
        }
        .into_any(),
    };
    view! { <PageHeader title><a class="button small" href="/shared">{t!("All shared accounts")}</a></PageHeader>{move || content()} }
}

/// The account.
#[component]
fn Content(
    /// Who holds it.
    policy: Policy,
) -> impl IntoView {
    let (chain, router) = (use_chain(), use_router());
    let Some(parameters) = chain.parameters.get_untracked() else { return ().into_any() };
    let address = Address::of_policy(&policy).to_text(parameters.prefix());
    let asked = address.clone();
    let account = fetched(
        move || asked.clone(),
        move || {
            chain.revision.track();
            chain.pool_revision.track();
        },
        |address| async move { api::account(&address).await },
    );
    let member = |key: &shared::key::PublicKey| {
        view! { <li><AccountLink address=address_of(&key.account(), &parameters)/></li> }
    };
    let members = policy.keys.iter().map(member).collect_view();
    let error = RwSignal::new(None::<String>);
    let file = account_to_json(&policy);
    let save = move |_| {
        let saved = browser::download("halfpenny-shared-account.json", "application/json", &file);
        error.set((!saved).then(|| t!("The file could not be made.").to_string()));
    };
    let forgotten = policy.clone();
    let forget = move |_| {
        chain.parameters.with_untracked(|chain| {
            let Some(chain) = chain else { return };
            let mut all = store::load(chain);
            all.retain(|kept| kept.policy != forgotten);
            store::save(chain, &all);
        });
        router.go("/shared");
    };
    let proposal = RwSignal::new(None::<Proposal>);
    let kept = StoredValue::new(policy.clone());
    view! {
        <Card>
            <AddressText address=address.clone()/>
            <div class="cluster">
                <CopyButton text=address.clone() label=t!("Copy address") class="button small"/>
                <Badge>{of_text(&policy)}</Badge>
                <a href=format!("/account/{address}")>{t!("Activity")}</a>
            </div>
            <Loaded value=account lines=2 let:account>
                <Facts>
                    <Fact name=t!("Balance")><output aria-label=t!("Balance of the shared account")><AmountText mites=Signal::derive(move || account.with(|account| account.balance))/></output></Fact>
                    <Fact name=t!("On the way out")><AmountText mites=Signal::derive(move || account.with(|account| account.pending.outgoing))/></Fact>
                </Facts>
            </Loaded>
            <p class="muted">{t!("Members")}</p>
            <ul class="stack tight" role="list">{members}</ul>
            <div class="actions">
                <button type="button" class="button" on:click=handler(save)>{t!("Save the account's file")}</button>
                <button type="button" class="button quiet" on:click=handler(forget)>{t!("Forget it here")}</button>
            </div>
            <p class="muted small">{t!("Every member should keep the file: without it nobody can pay from the account. It is no secret.")}</p>
            <ErrorBox message=error/>
        </Card>
        <Show
            when=move || proposal.with(Option::is_some)
            fallback=move || view! { <Propose account policy=kept proposal/> }
        >
            <ProposalCards proposal/>
        </Show>
    }
    .into_any()
}

/// The form that proposes a payment.
#[component]
fn Propose(
    /// The account, as the node told it.
    account: crate::components::Fetched<AccountView>,
    /// Who holds it.
    policy: StoredValue<Policy>,
    /// What comes of it.
    proposal: RwSignal<Option<Proposal>>,
) -> impl IntoView {
    let (chain, settings) = (use_chain(), use_settings());
    let [recipient, amount, fee, memo] = [(); 4].map(|()| RwSignal::new(String::new()));
    let reveal = RwSignal::new(false);
    let other = RwSignal::new(None::<String>);
    let judged = Memo::new(move || {
        let told = account.with(|account| account.as_ref()?.as_ref().ok().cloned())?;
        let form = Form {
            recipient: recipient.get(),
            amount: amount.get(),
            fee: fee.get(),
            memo: memo.get(),
            ..Form::default()
        };
        chain.parameters.with(|chain_of| {
            let chain_of = chain_of.as_ref()?;
            let situation = Situation {
                chain: chain_of,
                sender: policy.with_value(Policy::account),
                account: after_pending(&told),
                next_height: chain.height.get().saturating_add(1),
                unit: settings.unit.get(),
            };
            Some(draft::parse(&form, &situation).map(|draft| draft.to_payment()).map_err(
                |errors| {
                    [
                        draft::Field::Recipient,
                        draft::Field::Amount,
                        draft::Field::Fee,
                        draft::Field::Memo,
                    ]
                    .map(|field| errors.of(field).map(ToString::to_string))
                },
            ))
        })
    });
    let error = move |field: usize| {
        Signal::derive(move || match judged.get()? {
            Err(errors) => errors.get(field).cloned().flatten(),
            Ok(_) => None,
        })
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        reveal.set(true);
        let told = account.with_untracked(|account| account.as_ref()?.as_ref().ok().cloned());
        let (Some(Ok(mut draft)), Some(told), Some(parameters)) =
            (judged.get_untracked(), told, chain.parameters.get_untracked())
        else {
            return;
        };
        // It goes round by hand, which takes its time.
        draft.expires_in = Some(parameters.parameters().max_validity);
        let next_height = chain.height.get_untracked().saturating_add(1);
        let made = propose(&parameters, policy.get_value(), &told, next_height, &draft);
        match made {
            Ok(made) => proposal.set(Some(made)),
            Err(reason) => other.set(Some(reason)),
        }
    };
    view! {
        <Card heading=t!("Propose a payment") class="narrow">
            <form class="form" on:submit=handler(submit) novalidate>
                <AddressField value=recipient error=error(0) reveal/>
                <AmountField value=amount error=error(1) reveal/>
                <AmountField label=t!("Fee") value=fee error=error(2) reveal hint=t!("What the miner gets. 0 is allowed.").to_string()/>
                <Field label=t!("Memo") value=memo error=error(3) reveal hint=t!("Optional. Everybody can read it on the chain, for ever.")/>
                <ErrorBox message=other/>
                <div class="actions"><button type="submit" class="button primary">{t!("Propose")}</button></div>
            </form>
        </Card>
    }
}

fn propose(
    chain: &Chain,
    policy: Policy,
    told: &AccountView,
    next_height: u64,
    draft: &shared::wallet::payment::Draft,
) -> Result<Proposal, String> {
    Proposal::propose(chain, policy, after_pending(told), next_height, draft)
        .map_err(|error| sentence(&error.to_string()))
}

/// The account after its own payments that wait.
fn after_pending(told: &AccountView) -> Account {
    let left = told.balance.saturating_sub(told.pending.outgoing);
    let balance = Amount::from_mites(left).unwrap_or_default();
    Account { nonce: told.pending.next_nonce, balance }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::api::{AccountTotals, Pending};

    #[test]
    fn what_waits_is_spent_already() {
        let pending = Pending { incoming: 5, outgoing: 40, next_nonce: 8 };
        let totals = AccountTotals::default();
        let told = AccountView { address: String::new(), balance: 100, nonce: 7, pending, totals };
        let after = after_pending(&told);
        assert_eq!((after.nonce, after.balance.mites()), (8, 60));
        let overdrawn = AccountView { balance: 10, ..told };
        assert_eq!(after_pending(&overdrawn).balance.mites(), 0);
    }
}
