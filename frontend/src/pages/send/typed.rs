//! What a person has typed so far, judged with every key stroke, and kept while they look elsewhere.

use crate::prelude::*;
use crate::router::use_router;
use crate::{
    api,
    state::{
        chain::{ChainState, use_chain},
        settings::{Settings, Unit, use_settings},
        wallet::{Wallet, use_wallet},
    },
    wallet::{
        draft::{self, Draft, FeeChoices, Form, FormErrors, Situation},
        uri::Request,
    },
};
use shared::{account::Address, amount::Amount, limits::MAX_PAYMENTS, wallet::payment};
use std::cell::RefCell;

/// Where the page stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The form.
    Form,
    /// Everything once more before signing.
    Review,
    /// What became of the payment.
    Sent {
        /// The transaction.
        id: String,
    },
}

/// A suggestion for the fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Speed {
    Free,
    Slow,
    Normal,
    Fast,
}

/// The form's signals.
#[derive(Clone, Copy)]
pub(super) struct Typed {
    pub(super) step: RwSignal<Step>,
    pub(super) recipient: RwSignal<String>,
    pub(super) amount: RwSignal<String>,
    pub(super) fee: RwSignal<String>,
    pub(super) memo: RwSignal<String>,
    /// Several payments, one a line.
    pub(super) list: RwSignal<String>,
    /// Whether several are paid.
    pub(super) several: RwSignal<bool>,
    /// What a payment request said about itself.
    pub(super) asked: RwSignal<Option<String>>,
    /// The suggestion that the fee follows; `None` once a fee was typed.
    pub(super) speed: RwSignal<Option<Speed>>,
    /// Whether the amount follows the largest one that can be paid.
    pub(super) follows_max: RwSignal<bool>,
    /// Errors are shown in fields that were not touched as well.
    pub(super) reveal: RwSignal<bool>,
    /// The form as it is judged now; `None` while the node has not told chain and account.
    pub(super) judged: Memo<Option<Result<Draft, FormErrors>>>,
    /// Whether the node has never seen the recipient; `None` while that is not known.
    pub(super) recipient_is_new: RwSignal<Option<bool>>,
    /// What the fee suggestions come to for this payment.
    pub(super) choices: Memo<Option<FeeChoices>>,
    /// The amount that *Max* writes.
    pub(super) max: Memo<Option<String>>,
    chain: ChainState,
    wallet: Wallet,
    settings: Settings,
}

/// What was typed when the page was left, for whoever comes back in the same tab.
struct Kept {
    sender: String,
    unit: Unit,
    form: Form,
    speed: Option<Speed>,
}

thread_local! {
    static KEPT: RefCell<Option<Kept>> = const { RefCell::new(None) };
}

impl Typed {
    /// An empty form, or what was typed here before.
    pub(super) fn new() -> Self {
        let (chain, wallet, settings) = (use_chain(), use_wallet(), use_settings());
        let (recipient, amount, fee, memo, list) = (text(), text(), text(), text(), text());
        let several = RwSignal::new(false);
        let recipient_is_new = RwSignal::new(None);
        let form = move || Form {
            recipient: recipient.get(),
            amount: amount.get(),
            fee: fee.get(),
            memo: memo.get(),
            list: several.get().then(|| list.get()),
        };
        let judged = Memo::new(move || {
            with_situation(chain, wallet, settings, |situation| draft::parse(&form(), situation))
        });
        let max = Memo::new(move || {
            // Not the amount itself: it would follow itself.
            let form = Form { fee: fee.get(), ..Form::default() };
            with_situation(chain, wallet, settings, |situation| {
                draft::max_amount_text(&form, situation)
            })
            .flatten()
        });
        let choices = Memo::new(move || {
            let rates = chain.fees.get()?;
            let lines =
                list.with(|list| list.lines().filter(|line| !line.trim().is_empty()).count());
            let payments = if several.get() { lines.clamp(1, MAX_PAYMENTS) } else { 1 };
            let size = payment::signed_size(payments, memo.with(String::len));
            // A payment that opens an account counts for more; a wrong guess here is only a larger fee.
            let new_accounts = usize::from(recipient_is_new.get().unwrap_or(false));
            Some(draft::fee_choices(&rates, size, new_accounts))
        });
        let typed = Self {
            step: RwSignal::new(Step::Form),
            recipient,
            amount,
            fee,
            memo,
            list,
            several,
            asked: RwSignal::new(None),
            speed: RwSignal::new(Some(Speed::Normal)),
            follows_max: RwSignal::new(false),
            reveal: RwSignal::new(false),
            judged,
            recipient_is_new,
            choices,
            max,
            chain,
            wallet,
            settings,
        };
        typed.restore();
        typed.follow_suggestions();
        typed.ask_about_recipient();
        typed.read_requests();
        typed
    }

    /// Empties the form for the next payment.
    pub(super) fn clear(self) {
        for field in [self.recipient, self.amount, self.fee, self.memo, self.list] {
            field.set(String::new());
        }
        self.speed.set(Some(Speed::Normal));
        self.follows_max.set(false);
        self.reveal.set(false);
        self.several.set(false);
        self.asked.set(None);
        self.step.set(Step::Form);
    }

    /// Fills the form with a payment that was not made, to make it anew.
    pub(super) fn refill(self, payments: &[(String, u64)], memo: String) {
        self.clear();
        let unit = self.settings.unit.get_untracked();
        let text = |mites| draft::amount_text(Amount::from_mites(mites).unwrap_or_default(), unit);
        if let [(recipient, mites)] = payments {
            self.recipient.set(recipient.clone());
            self.amount.set(text(*mites));
        } else {
            let line = |(to, mites): &(String, u64)| format!("{to} {}\n", text(*mites));
            self.list.set(payments.iter().map(line).collect());
            self.several.set(true);
        }
        self.memo.set(memo);
    }

    /// The error of one field.
    pub(super) fn error(self, field: draft::Field) -> Signal<Option<String>> {
        Signal::derive(move || match self.judged.get()? {
            Err(_) if field == draft::Field::Recipient && self.request_error().is_some() => {
                self.request_error()
            }
            Err(errors) => errors.of(field).map(ToString::to_string),
            Ok(_) => None,
        })
    }

    /// The recipient in its lower-case form, when it is an address of this chain.
    pub(super) fn recipient_address(self) -> Option<String> {
        let chain = self.chain.parameters.get()?;
        let address = self.recipient.with(|text| Address::parse(text, chain.prefix())).ok()?;
        Some(address.to_text(chain.prefix()))
    }

    /// Addresses that are known: paid before, of a contact, or of this wallet.
    pub(super) fn known_recipients(self) -> Vec<String> {
        let wallet = self.wallet;
        let own = wallet.address.get();
        let mut known = wallet
            .sends
            .with(|sends| sends.iter().map(|sent| sent.recipient.clone()).collect::<Vec<_>>());
        wallet.activity.with(|rows| {
            let sent = rows.iter().filter_map(|row| row.transaction.as_ref());
            let sent = sent.filter(|transaction| Some(&transaction.sender) == own.as_ref());
            let paid = sent.flat_map(|transaction| &transaction.payments);
            known.extend(paid.map(|payment| payment.recipient.clone()));
        });
        let contacts = wallet.contacts.get();
        let named = contacts.entries().iter().cloned().chain(wallet.accounts());
        known.extend(named.map(|(address, _)| address));
        known
    }

    /// Why the payment request in the place of the recipient cannot be met.
    fn request_error(self) -> Option<String> {
        let read = self.recipient.with(|text| Request::parse(text))?;
        read.err().map(|error| error.to_string())
    }

    /// Takes a payment request that was put in the place of the recipient to pieces.
    fn read_requests(self) {
        effect(move || {
            let Some(Ok(asked)) = self.recipient.with(|text| Request::parse(text)) else { return };
            let prefix = self.chain.parameters.with(|chain| chain.as_ref().map(|it| *it.prefix()));
            // One that is still being typed is left alone.
            if prefix.is_none_or(|prefix| Address::parse(&asked.address, &prefix).is_err()) {
                return;
            }
            self.recipient.set(asked.address);
            let unit = self.settings.unit.get_untracked();
            if let Ok(amount) = Amount::parse_coins(&asked.amount) {
                self.amount.set(draft::amount_text(amount, unit));
            } else if !asked.amount.is_empty() {
                self.amount.set(asked.amount);
            }
            let who = Some(asked.label).filter(|label| !label.is_empty());
            let what = Some(asked.message).filter(|message| !message.is_empty());
            self.asked.set(match (who, what) {
                (Some(who), Some(what)) => Some(format!("{who}: {what}")),
                (who, what) => who.or(what),
            });
        });
    }

    /// Fills the form with what was kept, or else with what the address of the page says.
    fn restore(self) {
        let sender = self.wallet.address.get_untracked().unwrap_or_default();
        let unit = self.settings.unit.get_untracked();
        let kept = KEPT.with_borrow_mut(Option::take).filter(|kept| kept.sender == sender);
        if let Some(kept) = kept {
            self.recipient.set(kept.form.recipient);
            self.memo.set(kept.form.memo);
            self.several.set(kept.form.list.is_some());
            // Numbers of another unit would be another payment.
            if kept.unit == unit {
                self.amount.set(kept.form.amount);
                self.fee.set(kept.form.fee);
                self.list.set(kept.form.list.unwrap_or_default());
                self.speed.set(kept.speed);
            }
        }
        // An address or a payment request; or a payment that was made here.
        for name in ["to", "uri"] {
            let asked = use_router().query(name).get_untracked();
            if let Some(recipient) = asked.filter(|recipient| !recipient.is_empty()) {
                self.several.set(false);
                self.recipient.set(recipient);
            }
        }
        if let Some(id) = use_router().query("payment").get_untracked() {
            self.step.set(Step::Sent { id });
        }
        effect(move || {
            let form = Form {
                recipient: self.recipient.get(),
                amount: self.amount.get(),
                fee: self.fee.get(),
                memo: self.memo.get(),
                list: self.several.get().then(|| self.list.get()),
            };
            let is_sent = matches!(self.step.get(), Step::Sent { .. });
            let kept = Kept { sender: sender.clone(), unit, form, speed: self.speed.get() };
            KEPT.set((!is_sent).then_some(kept));
        });
    }

    /// Keeps fee and amount at what was chosen, until a person types another one. Not during the
    /// review: what is reviewed is what is signed.
    fn follow_suggestions(self) {
        let wanted_fee = Memo::new(move || {
            let choices = self.choices.get()?;
            let fee = match self.speed.get()? {
                Speed::Free => Amount::ZERO,
                Speed::Slow => choices.slow,
                Speed::Normal => choices.normal,
                Speed::Fast => choices.fast,
            };
            Some(draft::amount_text(fee, self.settings.unit.get()))
        });
        let wanted_amount = Memo::new(move || self.max.get().filter(|_| self.follows_max.get()));
        follow(self.step, wanted_fee, self.fee, move || self.speed.set(None));
        follow(self.step, wanted_amount, self.amount, move || self.follows_max.set(false));
    }

    /// Asks the node whether it has ever seen the recipient, once an address is complete.
    fn ask_about_recipient(self) {
        let address = Memo::new(move || self.recipient_address());
        effect(move || {
            self.recipient_is_new.set(None);
            let Some(asked) = address.get() else { return };
            spawn_local(async move {
                let Ok(account) = api::account(&asked).await else { return };
                // The page may be gone, or another address typed, when the answer is here.
                if address.try_get_untracked().flatten() == Some(asked) {
                    let pending = account.pending;
                    let unused = account.balance == 0 && account.nonce == 0;
                    self.recipient_is_new.try_set(Some(unused && pending.incoming == 0));
                }
            });
        });
    }
}

/// Writes `wanted` into `field` whenever it changes, and calls `leave` when somebody else wrote there.
fn follow(
    step: RwSignal<Step>,
    wanted: Memo<Option<String>>,
    field: RwSignal<String>,
    leave: impl Fn() + 'static,
) {
    let is_form = Memo::new(move || step.get() == Step::Form);
    effect(move || {
        let Some(wanted) = wanted.get().filter(|_| is_form.get()) else { return };
        if field.with_untracked(|text| *text != wanted) {
            field.set(wanted);
        }
    });
    effect(move || {
        let text = field.get();
        if wanted.get_untracked().is_some_and(|wanted| wanted != text) && is_form.get_untracked() {
            leave();
        }
    });
}

/// Calls `judge` with what a form is judged by; `None` while the node has not told all of it.
fn with_situation<T>(
    chain: ChainState,
    wallet: Wallet,
    settings: Settings,
    judge: impl FnOnce(&Situation<'_>) -> T,
) -> Option<T> {
    let parameters = chain.parameters.get()?;
    let sender = wallet.address.get()?;
    let sender = Address::parse(&sender, parameters.prefix()).ok()?.account;
    let situation = Situation {
        chain: &parameters,
        sender,
        account: wallet.spendable()?,
        next_height: chain.height.get().saturating_add(1),
        unit: settings.unit.get(),
    };
    Some(judge(&situation))
}

fn text() -> RwSignal<String> {
    RwSignal::new(String::new())
}
