//! Explorer: looking things up.

use thirtyfour::Key;

use crate::browser::Browser;

impl Browser {
    /// Searches for something, and goes where the search leads.
    ///
    /// # Panics
    ///
    /// When there is no field *Search*.
    pub async fn search(&self, what: &str) {
        self.visit("Explorer").await;
        self.fill("Search", what).await;
        self.type_into("Search", &Key::Enter.value().to_string()).await;
    }

    /// Presses a key wherever the focus is.
    ///
    /// # Panics
    ///
    /// When there is no page.
    pub async fn press_key(&self, key: &str) {
        let body = self.driver().active_element().await.expect("something has the focus");
        body.send_keys(key).await.expect("it takes keys");
    }
}
