//! Other tabs of the same browser: what one does to the wallet, all notice.

use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};

/// What tabs tell each other. Never a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Message {
    /// The stored wallet was made, changed or deleted.
    Changed,
    /// The user locked the wallet.
    Locked,
    /// A contact or a label was written.
    Named,
}

impl Message {
    const fn text(self) -> &'static str {
        match self {
            Self::Changed => "wallet-changed",
            Self::Locked => "wallet-locked",
            Self::Named => "wallet-named",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Changed, Self::Locked, Self::Named]
            .into_iter()
            .find(|message| message.text() == text)
    }
}

/// A channel to the other tabs.
pub(super) struct Tabs {
    channel: BroadcastChannel,
    _heard: Closure<dyn FnMut(MessageEvent)>,
}

impl Tabs {
    /// Opens the channel; `None` where the browser has none, which only delays what is noticed.
    pub(super) fn open(hear: impl Fn(Message) + 'static) -> Option<Self> {
        let channel = BroadcastChannel::new("halfpenny").ok()?;
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(message) = event.data().as_string().as_deref().and_then(Message::parse) {
                hear(message);
            }
        });
        channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        Some(Self { channel, _heard: heard })
    }

    /// Tells the other tabs.
    pub(super) fn tell(&self, message: Message) {
        let _ = self.channel.post_message(&JsValue::from_str(message.text()));
    }
}
