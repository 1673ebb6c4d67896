//! Making a shared account: who its members are, and how many of them must sign.

use super::{super::unlock::sentence, NO_CHAIN, keep};
use crate::prelude::*;
use crate::{
    components::{Card, ErrorBox, Field, TextArea},
    router::use_router,
    state::{chain::use_chain, wallet::use_wallet},
};
use leptos::ev;
use shared::{
    account::{Address, AddressKind, Policy, Prefix},
    key::PublicKey,
};

/// The form.
#[component]
pub(super) fn Make() -> impl IntoView {
    let (chain, wallet, router) = (use_chain(), use_wallet(), use_router());
    let name = RwSignal::new(String::new());
    let own = wallet.address.get_untracked();
    let members = RwSignal::new(own.map(|own| own + "\n").unwrap_or_default());
    let threshold = RwSignal::new("2".to_string());
    let error = RwSignal::new(None::<String>);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let made = chain.parameters.with_untracked(|chain| {
            let chain = chain.as_ref().ok_or(NO_CHAIN)?;
            let policy = members.with_untracked(|members| {
                threshold.with_untracked(|threshold| policy_of(members, threshold, chain.prefix()))
            })?;
            let name = name.with_untracked(|name| name.trim().to_string());
            Ok::<_, String>(keep(chain, name, policy))
        });
        match made {
            Ok(address) => router.go(&format!("/shared/{address}")),
            Err(reason) => error.set(Some(reason)),
        }
    };
    view! {
        <Card heading=t!("Make one")>
            <form class="form" on:submit=handler(submit)>
                <Field label=t!("Name") value=name hint=t!("What you call it. It stays in this browser.")/>
                <TextArea
                    label=t!("Members") value=members rows=4 code=true
                    hint=t!("The address of each member's wallet, 2 to 8 of them, one a line.")
                />
                <Field label=t!("Signatures needed") value=threshold inputmode="numeric" hint=t!("How many of the members must sign a payment.")/>
                <ErrorBox message=error/>
                <div class="actions"><button type="submit" class="button primary">{t!("Make shared account")}</button></div>
            </form>
        </Card>
    }
}

/// The account of the members, one a line.
fn policy_of(members: &str, threshold: &str, prefix: &Prefix) -> Result<Policy, String> {
    let mut keys = Vec::new();
    let lines = members.lines().map(str::trim).enumerate();
    for (index, line) in lines.filter(|(_, line)| !line.is_empty()) {
        let number = index + 1;
        let address = Address::parse(line, prefix)
            .map_err(|error| t!("Line {number}: {error}.", number = number, error = error))?;
        if address.kind != AddressKind::Key {
            return Err(t!(
                "Line {number}: a shared account cannot be a member of another.",
                number = number,
            ));
        }
        keys.push(PublicKey(address.account.0));
    }
    let threshold = threshold.trim().parse();
    let threshold =
        threshold.map_err(|_| t!("Say how many must sign, as a number.").to_string())?;
    Policy::new(threshold, keys).map_err(|error| sentence(&error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::wallet::secret::SecretKey;

    #[test]
    fn members_are_addresses_one_a_line_and_mistakes_are_named() {
        let prefix = Prefix::parse("tst").unwrap();
        let [ada, bob] =
            [1, 2].map(|byte| SecretKey::from_bytes(&[byte; 32]).address().to_text(&prefix));
        let made = policy_of(&format!("{ada}\n\n  {bob}  \n"), "2", &prefix).unwrap();
        assert_eq!((made.threshold, made.keys.len()), (2, 2));
        let club = Address::of_policy(&made).to_text(&prefix);
        for (members, threshold, says) in [
            (ada.clone(), "1", "2 to 8 keys"),
            (format!("{ada}\nbob"), "2", "Line 2"),
            (format!("{ada}\n{club}"), "2", "Line 2: a shared account"),
            (format!("{ada}\n{ada}"), "2", "distinct"),
            (format!("{ada}\n{bob}"), "3", "3 signatures are asked of 2 keys"),
            (format!("{ada}\n{bob}"), "0", "0 signatures"),
            (format!("{ada}\n{bob}"), "two", "as a number"),
        ] {
            let error = policy_of(&members, threshold, &prefix).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }
}
