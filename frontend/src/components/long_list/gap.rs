//! What stands in the document for rows that do not.

use crate::browser;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

/// An empty place as high as so many rows.
pub(super) struct Gap {
    element: HtmlElement,
    rows: usize,
    height: f64,
}

impl Gap {
    /// A gap for `rows` before `next`, or at the end of `list`; none for no rows.
    pub(super) fn fit(
        gap: &mut Option<Self>,
        list: &Element,
        next: Option<&Element>,
        rows: usize,
        height: f64,
    ) {
        if rows == 0 {
            gap.take().inspect(Self::remove);
            return;
        }
        if gap.is_none() {
            *gap = Self::insert(list, next);
        }
        if let Some(gap) = gap {
            gap.resize(rows, height);
        }
    }

    fn insert(list: &Element, next: Option<&Element>) -> Option<Self> {
        let element = browser::document()?.create_element("li").ok()?;
        let element: HtmlElement = element.dyn_into().ok()?;
        element.set_class_name("gap");
        // Not an item: the rows say themselves which of how many they are.
        element.set_attribute("aria-hidden", "true").ok()?;
        list.insert_before(&element, next.map(AsRef::as_ref)).ok()?;
        Some(Self { element, rows: 0, height: 0.0 })
    }

    fn resize(&mut self, rows: usize, height: f64) {
        // Not by an attribute, which the page's content security policy forbids.
        if (height - self.height).abs() > 0.0 {
            self.height = height;
            let _ = self.element.style().set_property("block-size", &format!("{height}px"));
        }
        if rows != self.rows {
            self.rows = rows;
            let missing = crate::format::wide(rows);
            let text = plural!(
                missing,
                "1 row is not on this paper: Export CSV has it.",
                "{number} rows are not on this paper: Export CSV has them."
            );
            let _ = self.element.set_attribute("data-paper", &text);
        }
    }

    /// What it is in the document.
    pub(super) fn element(&self) -> &Element {
        &self.element
    }

    /// Takes it out of the document.
    pub(super) fn remove(&self) {
        self.element.remove();
    }
}
