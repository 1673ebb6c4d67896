//! What a person does with a page: finds things by what they are called, reads, presses, types.

use std::{path::Path, time::Duration};

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use thirtyfour::{Key, WebElement};

use super::session::Browser;
use crate::wait::{PATIENCE, until};

/// Put in front of every script.
const FIND: &str = include_str!("find.js");

impl Browser {
    /// Runs a script with the functions of `find.js` at hand, and returns what it returns.
    ///
    /// # Errors
    ///
    /// When it throws, or there is no page.
    pub async fn ask(&self, script: &str, arguments: &[Value]) -> anyhow::Result<Value> {
        let script = format!("{FIND}\n{script}");
        let answer = self.driver().execute(&script, arguments.to_vec()).await;
        Ok(answer.context("the script failed")?.json().clone())
    }

    /// Presses a button, or a link, as soon as it is there and enabled.
    ///
    /// # Panics
    ///
    /// When that does not happen.
    pub async fn press(&self, name: &str) {
        until(&format!("{} to press {name:?}", self.who()), PATIENCE, async || {
            let button = self.element("button", name).await?;
            let is_off = button.attr("aria-disabled").await?.as_deref() == Some("true");
            ensure!(button.is_enabled().await? && !is_off, "it is disabled");
            // As people do: a bar at the edge of the window covers what ends just there.
            button.scroll_into_view().await?;
            button.click().await.context("it cannot be pressed")
        })
        .await;
    }

    /// Whether there is a button or link of this name, enabled.
    pub async fn can_press(&self, name: &str) -> bool {
        match self.element("button", name).await {
            Ok(button) => button.is_enabled().await.unwrap_or(false),
            Err(_) => false,
        }
    }

    /// Types text into a field, in place of what it holds.
    ///
    /// # Panics
    ///
    /// When there is no such field, or it does not take the text.
    pub async fn fill(&self, label: &str, text: &str) {
        until(&format!("{} to fill in {label:?}", self.who()), PATIENCE, async || {
            let field = self.element("field", label).await?;
            field.focus().await?;
            self.driver().execute("arguments[0].select?.()", vec![field.to_json()?]).await?;
            let empty = Key::Backspace.value().to_string();
            field
                .send_keys(if text.is_empty() { &empty } else { text })
                .await
                .context("it cannot be typed into")?;
            let holds = field.value().await?.unwrap_or_default();
            // Never what it holds: it may be a secret.
            ensure!(holds == text, "it holds {} characters", holds.chars().count());
            Ok(())
        })
        .await;
    }

    /// Types text behind what a field holds, whatever comes of it.
    ///
    /// # Panics
    ///
    /// When there is no such field.
    pub async fn type_into(&self, label: &str, text: &str) {
        until(&format!("{} to type into {label:?}", self.who()), PATIENCE, async || {
            let field = self.element("field", label).await?;
            field.send_keys(text).await.context("it cannot be typed into")
        })
        .await;
    }

    /// What a field holds.
    ///
    /// # Panics
    ///
    /// When there is no such field.
    pub async fn value(&self, label: &str) -> String {
        until(&format!("{} to read {label:?}", self.who()), PATIENCE, async || {
            Ok(self.element("field", label).await?.value().await?.unwrap_or_default())
        })
        .await
    }

    /// Ticks a box, or takes one of several choices.
    ///
    /// # Panics
    ///
    /// When there is no such box or choice.
    pub async fn tick(&self, label: &str) {
        until(&format!("{} to tick {label:?}", self.who()), PATIENCE, async || {
            let field = self.element("choice", label).await?;
            if !field.is_selected().await? {
                field.scroll_into_view().await?;
                field.click().await.context("it cannot be pressed")?;
            }
            ensure!(field.is_selected().await?, "it is not ticked");
            Ok(())
        })
        .await;
    }

    /// Gives a file to a field for files.
    ///
    /// # Panics
    ///
    /// When there is no such field.
    pub async fn upload(&self, label: &str, path: &Path) {
        let path = path.display().to_string();
        until(&format!("{} to give a file to {label:?}", self.who()), PATIENCE, async || {
            let field = self.element("file", label).await?;
            field.send_keys(&path).await.context("it takes no file")
        })
        .await;
    }

    /// The text of an element that has a name, such as the output *Balance*.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub async fn named(&self, name: &str) -> anyhow::Result<String> {
        let script = "const [found] = findAll('named', arguments[0]); \
                      return found ? tidy(found.textContent) : null;";
        let text = self.ask(script, &[json!(name)]).await?;
        text.as_str().map(str::to_owned).with_context(|| format!("nothing is named {name:?}"))
    }

    /// The texts of everything of a kind (`alert`, `status`, `heading`, …) that can be seen.
    ///
    /// # Errors
    ///
    /// When there is no page.
    pub async fn texts(&self, kind: &str) -> anyhow::Result<Vec<String>> {
        let texts = self.ask("return textsOf(arguments[0]);", &[json!(kind)]).await?;
        serde_json::from_value(texts).context("texts are texts")
    }

    /// Waits for an error (role *alert*) that says this.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub async fn is_warned(&self, text: &str) {
        self.is_told("alert", text, PATIENCE).await;
    }

    /// Waits for something of a kind that says this, in any case of letters.
    ///
    /// # Panics
    ///
    /// When there is nothing.
    pub async fn is_told(&self, kind: &str, text: &str, limit: Duration) {
        let wanted = text.to_lowercase();
        until(&format!("{} to be told {text:?} by role {kind}", self.who()), limit, async || {
            let texts = self.texts(kind).await?;
            let told = texts.iter().any(|one| one.to_lowercase().contains(&wanted));
            ensure!(told, "the texts are {texts:?}");
            Ok(())
        })
        .await;
    }

    /// Waits until the page shows a text, in any case of letters.
    ///
    /// # Panics
    ///
    /// When it does not.
    pub async fn sees(&self, text: &str) {
        self.sees_within(text, PATIENCE).await;
    }

    /// [`Browser::sees`] with another limit.
    ///
    /// # Panics
    ///
    /// When the page does not show it.
    pub async fn sees_within(&self, text: &str, limit: Duration) {
        let wanted = text.to_lowercase();
        until(&format!("{} to see {text:?}", self.who()), limit, async || {
            let page = self.page_text().await?;
            ensure!(page.to_lowercase().contains(&wanted), "the page shows {page:?}");
            Ok(())
        })
        .await;
    }

    /// Everything that can be read on the page.
    ///
    /// # Errors
    ///
    /// When there is no page.
    pub async fn page_text(&self) -> anyhow::Result<String> {
        let text = self.ask("return tidy(document.body.innerText);", &[]).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Something that can be found by its kind and its name.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub async fn element(&self, kind: &str, name: &str) -> anyhow::Result<WebElement> {
        let script = format!("{FIND}\nreturn findAll(arguments[0], arguments[1])[0] ?? null;");
        let found = self.driver().execute(&script, vec![json!(kind), json!(name)]).await?;
        if found.json().is_null() {
            let names = "return findAll(arguments[0], null).map(nameOf).filter(Boolean);";
            let names = self.ask(names, &[json!(kind)]).await?;
            anyhow::bail!("there is no {kind} {name:?}, but {names}");
        }
        Ok(found.element()?)
    }
}
