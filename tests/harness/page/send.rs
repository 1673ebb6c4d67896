//! Send: the form, the review, and what becomes of it.

use crate::browser::Browser;

/// What is typed into the form; `None` is left alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Form<'a> {
    /// *Recipient*.
    pub recipient: &'a str,
    /// *Amount*.
    pub amount: &'a str,
    /// *Fee*.
    pub fee: Option<&'a str>,
    /// *Memo*.
    pub memo: Option<&'a str>,
}

impl Browser {
    /// Opens the form and fills it in.
    ///
    /// # Panics
    ///
    /// When a field is missing.
    pub async fn fill_payment(&self, form: Form<'_>) {
        self.visit("Send").await;
        self.fill("Recipient", form.recipient).await;
        self.fill("Amount", form.amount).await;
        if let Some(fee) = form.fee {
            self.fill("Fee", fee).await;
        }
        if let Some(memo) = form.memo {
            self.fill("Memo", memo).await;
        }
    }

    /// Sends, through the review; the page then shows what becomes of it.
    ///
    /// # Panics
    ///
    /// When the page does not go on.
    pub async fn send(&self, form: Form<'_>) {
        self.fill_payment(form).await;
        self.press("Review").await;
        self.press("Confirm").await;
        self.is_told("status", "pending", crate::wait::PATIENCE).await;
    }
}
