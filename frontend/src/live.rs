//! The one stream of events from the node: `GET /events`.
//!
//! What is heard goes to one listener, in order. When the stream breaks it is opened again after a
//! growing pause; whatever was missed meanwhile is not asked of the stream but loaded anew by the
//! listener, for every opening is told to it. Nothing is ever polled.
//!
//! A page that nobody sees has no stream, unless it is needed: over HTTP/1.1 browsers open six
//! connections to one node, for all their tabs together, and six streams would leave none for loading
//! the page that is looked at.

use crate::{api::cleaned, browser};
use gloo_timers::callback::Timeout;
use shared::api::{API, Event};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::{EventSource, MessageEvent};

/// What the listener is told.
#[derive(Clone, Debug)]
pub enum Signal {
    /// The stream is open: load everything, then trust the events.
    Open,
    /// An event.
    Event(Box<Event>),
    /// The stream is broken; the next try is in so many seconds.
    Broken {
        /// Seconds until the next try.
        retry_in: u32,
    },
}

/// Names of the events. Each has a listener of its own, as `EventSource` wants it.
const NAMES: [&str; 4] = ["block", "transaction", "peers", "resync"];
/// Pauses before the tries after a break, in seconds; the last one repeats.
const PAUSES: [u32; 6] = [1, 1, 2, 4, 8, 15];

/// How long a page is hidden before its stream is closed, in milliseconds: who looks for something in
/// another tab comes back at once.
const HIDDEN_MS: u32 = 2_000;

type Listener = Rc<dyn Fn(Signal)>;

/// The stream. Cloning gives another handle of it.
#[derive(Clone)]
pub struct Live(Rc<RefCell<Inner>>);

struct Inner {
    listener: Listener,
    source: Option<Source>,
    failures: usize,
    retry: Option<Timeout>,
    /// Whether the stream is needed though the page is hidden.
    is_needed: Box<dyn Fn() -> bool>,
    rest: Option<Timeout>,
}

/// An open stream and what listens to it; dropping it closes the stream.
struct Source {
    source: EventSource,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _opened: Closure<dyn FnMut()>,
    _failed: Closure<dyn FnMut()>,
}

impl Drop for Source {
    fn drop(&mut self) {
        self.source.set_onopen(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}

impl Live {
    /// Opens the stream. `listener` is told of everything, for as long as the page lives; while the page
    /// is hidden, only if `is_needed`.
    pub fn start(
        listener: impl Fn(Signal) + 'static,
        is_needed: impl Fn() -> bool + 'static,
    ) -> Self {
        let inner = Inner {
            listener: Rc::new(listener),
            source: None,
            failures: 0,
            retry: None,
            is_needed: Box::new(is_needed),
            rest: None,
        };
        let live = Self(Rc::new(RefCell::new(inner)));
        live.open();
        live.follow_visibility();
        let seen = live.clone();
        browser::on_window(&["visibilitychange", "pageshow"], move || seen.follow_visibility());
        // The page is left. If the browser keeps it, no timer runs in it until it is shown again.
        let left = live.clone();
        browser::on_window(&["pagehide"], move || left.close());
        // A machine that wakes up or finds its network again need not wait for the pause to end.
        let woken = live.clone();
        browser::on_window(&["online", "focus"], move || woken.retry_if_broken());
        live
    }

    /// Tries again at once, if the stream is broken.
    pub fn retry_if_broken(&self) {
        let waits = self.0.borrow().retry.is_some();
        if waits {
            self.open();
        }
    }

    fn follow_visibility(&self) {
        if browser::is_hidden() {
            let live = self.clone();
            let rest = Timeout::new(HIDDEN_MS, move || live.rest());
            self.0.borrow_mut().rest = Some(rest);
            return;
        }
        let rests = {
            let mut inner = self.0.borrow_mut();
            inner.rest = None;
            inner.source.is_none() && inner.retry.is_none()
        };
        if rests {
            self.open();
        }
    }

    /// Closes the stream and tries no more, until the page is seen.
    fn rest(&self) {
        let is_needed = (self.0.borrow().is_needed)();
        if !is_needed {
            self.close();
        }
    }

    fn close(&self) {
        let mut inner = self.0.borrow_mut();
        inner.source = None;
        inner.retry = None;
    }

    fn open(&self) {
        let source = self.connect();
        let is_open = source.is_some();
        {
            let mut inner = self.0.borrow_mut();
            inner.retry = None;
            inner.source = source;
        }
        if !is_open {
            self.fail();
        }
    }

    fn connect(&self) -> Option<Source> {
        let source = EventSource::new(&format!("{API}/events")).ok()?;
        let live = self.clone();
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            live.hear(&message);
        });
        for name in NAMES {
            source.add_event_listener_with_callback(name, heard.as_ref().unchecked_ref()).ok()?;
        }
        let live = self.clone();
        let opened = Closure::<dyn FnMut()>::new(move || {
            live.0.borrow_mut().failures = 0;
            live.tell(Signal::Open);
        });
        source.set_onopen(Some(opened.as_ref().unchecked_ref()));
        let live = self.clone();
        let failed = Closure::<dyn FnMut()>::new(move || live.fail());
        source.set_onerror(Some(failed.as_ref().unchecked_ref()));
        Some(Source { source, _heard: heard, _opened: opened, _failed: failed })
    }

    fn hear(&self, message: &MessageEvent) {
        // An event that cannot be read is one that was missed.
        let event = message.data().as_string();
        let event = event.and_then(|text| parse(&message.type_(), &text));
        self.tell(Signal::Event(Box::new(event.unwrap_or(Event::Resync))));
    }

    /// The browser would try again by itself, but at its own pace and without saying so.
    fn fail(&self) {
        let (retry_in, broken) = {
            let mut inner = self.0.borrow_mut();
            let pause = PAUSES.get(inner.failures).or(PAUSES.last()).copied().unwrap_or(1);
            inner.failures += 1;
            (pause, inner.source.take())
        };
        // This runs inside one of the closures that the source owns: let it end first.
        if let Some(source) = broken {
            source.source.close();
            Timeout::new(0, move || drop(source)).forget();
        }
        let live = self.clone();
        let retry = Timeout::new(retry_in * 1_000, move || live.open());
        self.0.borrow_mut().retry = Some(retry);
        self.tell(Signal::Broken { retry_in });
    }

    fn tell(&self, signal: Signal) {
        let listener = Rc::clone(&self.0.borrow().listener);
        listener(signal);
    }
}

/// An event by its name, which says what is in it: to find that out of the text takes far more code.
fn parse(name: &str, text: &str) -> Option<Event> {
    let text = cleaned(text)?;
    match name {
        "block" => serde_json::from_str(&text).map(Event::Block).ok(),
        "transaction" => serde_json::from_str(&text).map(Event::Transaction).ok(),
        "peers" => serde_json::from_str(&text).map(Event::Peers).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::api::PeersEvent;

    #[test]
    fn an_event_is_read_as_the_node_writes_it() {
        let event = Event::Peers(PeersEvent { peers: Vec::new() });
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(parse("peers", &text), Some(event));
        assert_eq!(parse("peers", "{}"), None);
        assert_eq!(parse("of-a-later-version", &text), None);
    }
}
