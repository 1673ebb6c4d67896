//! What is asked of the node for one page: it stays while it is asked for again, so nothing flickers.

use super::waiting::{ErrorBox, Skeleton};
use crate::prelude::*;
use crate::{api::ApiError, state::chain::use_chain};
use std::{
    cell::{Cell, RefCell},
    pin::Pin,
    rc::Rc,
};

/// The last answer; `None` until there is one.
pub type Fetched<T> = RwSignal<Option<Result<T, ApiError>>>;

/// Asks by `load` for what `key` names, again whenever `key` changes or what `refresh` tracks does.
///
/// Another key empties the answer; the same key asked again keeps it until the new one is there, and
/// through times without a connection. At most one question of a key is on its way.
pub fn fetched<K, T, F>(
    key: impl Fn() -> K + 'static,
    refresh: impl Fn() + 'static,
    load: impl Fn(K) -> F + 'static,
) -> Fetched<T>
where
    K: Clone + PartialEq + 'static,
    T: Send + Sync + 'static,
    F: Future<Output = Result<T, ApiError>> + 'static,
{
    let value: Fetched<T> = RwSignal::new(None);
    let kept = Rc::new(RefCell::new(None::<K>));
    let current = Rc::clone(&kept);
    follow(Question {
        renew: Box::new(move || {
            let key = Some(key());
            refresh();
            let same = *current.borrow() == key;
            current.replace(key);
            same
        }),
        empty: Box::new(move || value.set(None)),
        ask: Rc::new(move || {
            let asked = kept.borrow().clone().map(&load);
            Box::pin(async move {
                let answer = asked?.await;
                let keep: Keep = Box::new(move || keep(value, answer));
                Some(keep)
            })
        }),
    });
    value
}

/// A question with its types left out: one piece of code asks them all.
struct Question {
    /// Reads the key and says whether it is the one before; tracks what must lead to asking again.
    renew: Box<dyn Fn() -> bool>,
    /// Empties the answer.
    empty: Box<dyn Fn()>,
    /// Asks by the key.
    ask: Rc<dyn Fn() -> Answering>,
}

/// Keeps an answer; `false` when the page is gone.
type Keep = Box<dyn FnOnce() -> bool>;
type Answering = Pin<Box<dyn Future<Output = Option<Keep>>>>;

fn follow(question: Question) {
    let Question { renew, empty, ask } = question;
    // Before anything is known of the chain, all would only be asked for twice.
    let revision = use_chain().revision;
    let is_known = Memo::new(move || revision.with(|revision| *revision > 0));
    let asking: RefCell<Asking> = RefCell::default();
    let was_asked = Cell::new(false);
    effect(move || {
        let same = renew() && was_asked.get();
        was_asked.set(is_known.get());
        if !was_asked.get() {
            return;
        }
        if !same {
            empty();
        }
        if same && asking.borrow().under_way.get() {
            asking.borrow().again.set(true);
            return;
        }
        let this = Asking { under_way: Rc::new(Cell::new(true)), ..Asking::default() };
        // The question of the key before, if there is one, has nobody to answer any more.
        asking.replace(this.clone()).under_way.set(false);
        let ask = Rc::clone(&ask);
        spawn_local(async move {
            while this.under_way.get() {
                this.again.set(false);
                let Some(keep) = ask().await else { return };
                if !this.under_way.get() || !keep() {
                    return;
                }
                this.under_way.set(this.again.get());
            }
        });
    });
}

/// A question on its way.
#[derive(Clone, Default)]
struct Asking {
    under_way: Rc<Cell<bool>>,
    again: Rc<Cell<bool>>,
}

/// Puts the answer in its place; `false` when the page is gone. Without a connection, what was there is better.
fn keep<T: Send + Sync + 'static>(value: Fetched<T>, answer: Result<T, ApiError>) -> bool {
    let Some(has) = value.try_with_untracked(|value| matches!(value, Some(Ok(_)))) else {
        return false;
    };
    if has && matches!(answer, Err(ApiError::Offline)) {
        return true;
    }
    value.try_set(Some(answer)).is_none()
}

/// Which of the three shows.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Face {
    Waiting,
    Missing,
    Failed(String),
    Ready,
}

/// A skeleton, an error, or `children` with the answer, which stay in place while it changes.
#[component]
pub fn Loaded<T, V, C>(
    /// The answer.
    #[prop(into)]
    value: Signal<Option<Result<T, ApiError>>>,
    /// Lines of the skeleton.
    #[prop(default = 4)]
    lines: u32,
    /// What shows when the node knows no such thing; without it, the error.
    #[prop(optional, into)]
    missing: Option<ViewFn>,
    /// Builds the content.
    children: C,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    V: IntoView + 'static,
    C: Fn(Signal<T>) -> V + Send + Sync + 'static,
{
    let face = move || {
        value.with(|value| match value {
            None => Face::Waiting,
            Some(Ok(_)) => Face::Ready,
            Some(Err(error)) if error.is_not_found() => Face::Missing,
            Some(Err(error)) => Face::Failed(crate::i18n::said(&error.to_string()).into_owned()),
        })
    };
    let last = Memo::new(move || {
        value.with(|value| value.as_ref().and_then(|value| value.as_ref().ok().cloned()))
    });
    let content = move || {
        last.get_untracked()
            .map(|first| {
                let answer = Memo::new(move || last.get().unwrap_or_else(|| first.clone()));
                children(answer.into())
            })
            .into_any()
    };
    faces(Memo::new(face), lines, missing, Box::new(content))
}

/// The same with the type of the answer left out.
fn faces(
    face: Memo<Face>,
    lines: u32,
    missing: Option<ViewFn>,
    content: Box<dyn Fn() -> AnyView + Send + Sync>,
) -> AnyView {
    shown(move || match face.get() {
        Face::Waiting => view! { <Skeleton lines/> }.into_any(),
        Face::Failed(text) => view! { <ErrorBox message=text/> }.into_any(),
        Face::Missing => match &missing {
            Some(missing) => missing.run().into_any(),
            None => {
                view! { <ErrorBox message=t!("The node knows nothing by this name.").to_string()/> }
                    .into_any()
            }
        },
        Face::Ready => content(),
    })
    .into_any()
}
