//! The right to mine where there are no Web Locks: the tabs tell each other, over a `BroadcastChannel`
//! or, without that, by what they write into `localStorage`.

use crate::{
    browser,
    mining::turn::{Say, Turn},
    prelude::spawn_local,
};
use js_sys::Reflect;
use std::{
    cell::RefCell,
    rc::{Rc, Weak},
};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, Storage};

/// Where the tabs meet: the name of the channel, and of what is written.
const PLACE: &str = "halfpenny.miner";
/// How long another tab has to answer. A tab that works hard is slower than one that does not.
const ANSWER_MS: u32 = 200;
/// A tab that waits asks again so often, because one that crashed does not say that it has stopped.
const AGAIN_MS: u32 = 3_000;

/// A tab that talks to the others. Dropping it says that it has stopped.
pub(super) struct Talk(Rc<Inner>);

struct Inner {
    turn: RefCell<Turn>,
    channel: Channel,
    changed: Box<dyn Fn(bool)>,
    heard: Closure<dyn FnMut(JsValue)>,
}

enum Channel {
    Broadcast(BroadcastChannel),
    /// Writing tells every other tab, as long as what is written is new.
    Storage(Storage),
}

impl Talk {
    /// Asks the other tabs. `changed` is told when it is this tab's turn, and when it is not any more.
    /// `None` where tabs cannot talk.
    pub(super) fn start(changed: impl Fn(bool) + 'static) -> Option<Self> {
        let number = browser::random().map(u64::from_le_bytes)?;
        let channel = Channel::open()?;
        let inner = Rc::new_cyclic(|inner: &Weak<Inner>| {
            let inner = inner.clone();
            let heard = Closure::new(move |event: JsValue| {
                if let Some(inner) = inner.upgrade() {
                    inner.hear(&event);
                }
            });
            let turn = RefCell::new(Turn::new(number));
            Inner { turn, channel, changed: Box::new(changed), heard }
        });
        inner.channel.listen(inner.heard.as_ref());
        let weak = Rc::downgrade(&inner);
        spawn_local(async move {
            while let Some(inner) = weak.upgrade() {
                let said = inner.turn.borrow_mut().ask();
                inner.say(said);
                drop(inner);
                browser::sleep(AGAIN_MS).await;
            }
        });
        Some(Self(inner))
    }

    /// Whether it is this tab's turn.
    pub(super) fn is_ours(&self) -> bool {
        self.0.turn.borrow().is_ours()
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        self.0.channel.ignore(self.0.heard.as_ref());
        if self.is_ours() {
            self.0.channel.say(Say::Free);
        }
        if let Channel::Broadcast(channel) = &self.0.channel {
            channel.close();
        }
    }
}

impl Inner {
    fn hear(self: &Rc<Self>, event: &JsValue) {
        let Some(said) = self.channel.read(event) else { return };
        let before = self.turn.borrow().is_ours();
        let answer = self.turn.borrow_mut().hear(said);
        self.say(answer);
        if before && !self.turn.borrow().is_ours() {
            (self.changed)(false);
        }
    }

    /// Says it, and after a question waits for the answer.
    fn say(self: &Rc<Self>, said: Option<Say>) {
        let Some(said) = said else { return };
        self.channel.say(said);
        if !matches!(said, Say::Ask(_)) {
            return;
        }
        let weak = Rc::downgrade(self);
        spawn_local(async move {
            browser::sleep(ANSWER_MS).await;
            let Some(inner) = weak.upgrade() else { return };
            let said = inner.turn.borrow_mut().settle();
            if let Some(said) = said {
                inner.channel.say(said);
                (inner.changed)(true);
            }
        });
    }
}

impl Channel {
    fn open() -> Option<Self> {
        let has_broadcast = Reflect::has(&js_sys::global(), &"BroadcastChannel".into());
        if has_broadcast == Ok(true)
            && let Ok(channel) = BroadcastChannel::new(PLACE)
        {
            return Some(Self::Broadcast(channel));
        }
        browser::local_storage().map(Self::Storage)
    }

    fn listen(&self, heard: &JsValue) {
        match self {
            Self::Broadcast(channel) => channel.set_onmessage(heard.dyn_ref()),
            Self::Storage(_) => {
                if let (Some(window), Some(heard)) = (browser::window(), heard.dyn_ref()) {
                    let _ = window.add_event_listener_with_callback("storage", heard);
                }
            }
        }
    }

    fn ignore(&self, heard: &JsValue) {
        match self {
            Self::Broadcast(channel) => channel.set_onmessage(None),
            Self::Storage(_) => {
                if let (Some(window), Some(heard)) = (browser::window(), heard.dyn_ref()) {
                    let _ = window.remove_event_listener_with_callback("storage", heard);
                }
            }
        }
    }

    fn say(&self, said: Say) {
        let text = said.to_text();
        // A tab that cannot be heard mines, as if it were alone.
        let _ = match self {
            Self::Broadcast(channel) => channel.post_message(&text.into()),
            // The time makes it new each time.
            Self::Storage(storage) => {
                storage.set_item(PLACE, &format!("{text}@{}", browser::monotonic_ms()))
            }
        };
    }

    fn read(&self, event: &JsValue) -> Option<Say> {
        let field = |name: &str| Reflect::get(event, &name.into()).ok()?.as_string();
        match self {
            Self::Broadcast(_) => Say::parse(&field("data")?),
            Self::Storage(_) => {
                let text = field("newValue").filter(|_| field("key").as_deref() == Some(PLACE))?;
                Say::parse(text.split_once('@')?.0)
            }
        }
    }
}
