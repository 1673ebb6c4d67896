//! `/gallery`: every component once, in its states; in builds with the feature `gallery` only
//! (`trunk build --features gallery`).

use crate::prelude::*;
use crate::{
    components::{
        AccountLink, AddressField, AddressText, AmountField, AmountText, Badge, BlockLink, Card,
        CheckField, CopyButton, CopyIcon, Dialog, EmptyState, ErrorBox, Fact, Facts, Field, Glyph,
        HashText, Icon, LineChart, NoticeBox, PageHeader, PassphraseField, ProgressBar, RangeField,
        RelativeTime, SelectField, Sign, Skeleton, TextArea, Tone, TransactionLink, WizardSteps,
    },
    format,
};

const ADDRESS: &str = "dhhc1qqtwjlv6st0e8h9lptwzwml9ysec3mps75k0acdrg8fcymaencvaqfnwreh";
const HASH: &str = "00000a5b7c0de1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f80912";

/// Every component once.
#[component]
pub fn GalleryPage() -> impl IntoView {
    view! {
        <PageHeader title="Gallery" lead="Every component, in its states.">
            <Badge tone=Tone::Accent>"a dev build"</Badge>
        </PageHeader>
        <Asking/>
        <Telling/>
        <Showing/>
        <Waiting/>
    }
}

/// What asks for something.
#[component]
fn Asking() -> impl IntoView {
    let text = |text: &str| RwSignal::new(text.to_string());
    let wrong = |text: &str| Signal::stored(Some(text.to_string()));
    let options =
        vec![("a".to_string(), "One".to_string()), ("b".to_string(), "Another".to_string())];
    let always = Signal::stored(true);
    view! {
        <Card heading="Fields">
            <div class="form">
                <Field label="Name" value=text("Ada") hint=Signal::stored("Help that always shows.".to_string())/>
                <Field label="Name, wrong" value=text("?") error=wrong("A name has letters.") reveal=always/>
                <AmountField value=text("12.5")>
                    <button type="button" class="button">"Max"</button>
                </AmountField>
                <AmountField label="Amount, wrong" value=text("1e9") error=wrong("An amount is digits.") reveal=always/>
                <AddressField value=text(ADDRESS)/>
                <PassphraseField value=text("a passphrase")/>
                <TextArea label="Words" value=text("test test test") code=true/>
                <SelectField label="Choice" value=text("b") options=Signal::stored(options)/>
                <CheckField label="A box to tick" checked=RwSignal::new(true) hint="What it does."/>
                <RangeField label="Threads" value=RwSignal::new(3) max=8/>
            </div>
        </Card>
        <Card heading="Buttons and steps">
            <WizardSteps steps=vec!["Done", "Here", "Later"] current=Signal::stored(1)/>
            <div class="actions">
                <button type="button" class="button primary large">"Primary"</button>
                <button type="button" class="button">"Button"</button>
                <button type="button" class="button quiet">"Quiet"</button>
                <button type="button" class="button danger">"Danger"</button>
                <button type="button" class="button" disabled>"Disabled"</button>
                <CopyButton text="copied".to_string()/>
            </div>
        </Card>
    }
}

/// What tells something.
#[component]
fn Telling() -> impl IntoView {
    let open = RwSignal::new(false);
    let error = Signal::stored(Some("What happened, where the money is, what to do.".to_string()));
    view! {
        <Card heading="Notices and badges">
            <div class="stack">
                <ErrorBox message=error/>
                <NoticeBox>"A remark."</NoticeBox>
                <NoticeBox tone=Tone::Good>"Done."</NoticeBox>
                <NoticeBox tone=Tone::Warn>"Look at this once more."</NoticeBox>
                <p class="cluster">
                    <Badge>"neutral"</Badge> <Badge tone=Tone::Good>"good"</Badge> <Badge tone=Tone::Warn>"warn"</Badge>
                    <Badge tone=Tone::Bad>"bad"</Badge> <Badge tone=Tone::Accent>"accent"</Badge>
                </p>
            </div>
            <div class="actions">
                <button type="button" class="button" aria-haspopup="dialog" on:click=handler(move |_| open.set(true))>"Open a dialog"</button>
            </div>
            <Dialog open title="A dialog".to_string()><p>"Escape, the cross and a click beside it close it."</p></Dialog>
        </Card>
    }
}

/// What shows something.
#[component]
fn Showing() -> impl IntoView {
    let points: Vec<(f64, f64)> =
        (0_u32..60).map(|n| (f64::from(n) * 10.0, f64::from(n * n % 37) * 1e5)).collect();
    let row = |(amount, age): (u64, u64)| {
        view! {
            <tr role="row">
                <th scope="row" role="rowheader" class="wide"><TransactionLink id=HASH.to_string()/></th>
                <td role="cell" data-label="From"><AccountLink address=ADDRESS.to_string()/></td>
                <td role="cell" data-label="Age"><RelativeTime seconds=age/></td>
                <td role="cell" data-label="Amount" class="numeric"><AmountText mites=amount/></td>
            </tr>
        }
    };
    let rows = [(1, 0), (123_456_789, 60), (1_234_567_890_123, 3_600)];
    view! {
        <Card heading="Address, hash, amount">
            <Facts>
                <Fact name="Address"><AddressText address=Signal::stored(ADDRESS.to_string())/></Fact>
                <Fact name="Hash"><HashText id=HASH.to_string() copy="hash"/> <CopyIcon text=HASH.to_string() what="the hash"/></Fact>
                <Fact name="Block"><BlockLink height=12/></Fact>
                <Fact name="In"><AmountText mites=150_000_000 sign=Sign::In/></Fact>
                <Fact name="Out"><AmountText mites=150_000_000 sign=Sign::Out/></Fact>
            </Facts>
        </Card>
        <Card heading="A table that becomes cards">
            <table class="table" role="table">
                <caption class="visually-hidden">"Rows"</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th scope="col" role="columnheader">"Transaction"</th>
                        <th scope="col" role="columnheader">"From"</th>
                        <th scope="col" role="columnheader">"Age"</th>
                        <th scope="col" role="columnheader" class="numeric">"Amount"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </Card>
        <Card heading="A chart, and its table for who listens">
            <LineChart label="Hash rate" points=Signal::stored(points) value_text=format::hash_rate/>
        </Card>
    }
}

/// What stands where there is nothing yet.
#[component]
fn Waiting() -> impl IntoView {
    view! {
        <Card heading="Waiting">
            <div class="stack">
                <Skeleton/>
                <ProgressBar label="A third is done".to_string() value=Some(0.33)/>
                <ProgressBar label="Nobody knows how far".to_string() value=None/>
                <EmptyState title="Nothing here"><p>"What to do about it. "<Icon glyph=Glyph::Info size=16/></p></EmptyState>
            </div>
        </Card>
    }
}
