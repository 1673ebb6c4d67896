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
}
