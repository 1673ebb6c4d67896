//! What a browser's window is like: its tabs, its width, its colours, and what runs before the page.

use serde_json::json;
use thirtyfour::WindowHandle;

use super::session::Browser;
use crate::PATIENCE;

/// A tab of a browser.
#[derive(Clone, Debug)]
pub struct Tab(WindowHandle);

impl Browser {
    /// The tab that is looked at.
    ///
    /// # Panics
    ///
    /// When there is none.
    pub async fn tab(&self) -> Tab {
        Tab(self.driver().window().await.expect("a browser has a tab"))
    }

    /// Opens another tab of the same profile with the app in it, and looks at it.
    ///
    /// # Panics
    ///
    /// When the browser cannot.
    pub async fn open_tab(&self) -> Tab {
        let tab = Tab(self.driver().new_tab().await.expect("a browser can open a tab"));
        self.look_at(&tab).await;
        self.go("/").await;
        tab
    }

    /// Looks at another tab: all that follows is done there.
    ///
    /// # Panics
    ///
    /// When it is closed.
    pub async fn look_at(&self, tab: &Tab) {
        let switched = self.driver().switch_to_window(tab.0.clone()).await;
        switched.expect("the tab is open");
    }

    /// Gives the page a width and height that no window is too small or too large for.
    ///
    /// # Panics
    ///
    /// When the browser cannot.
    pub async fn resize(&self, width: u32, height: u32) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Makes the system prefer `light` or `dark`.
    ///
    /// # Panics
    ///
    /// When the browser cannot.
    pub async fn prefer(&self, scheme: &str) {
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": [feature] })).await;
        // Pictures taken before the next frames show half of the old colours.
        let script = "const done = arguments[arguments.length - 1]; let frames = 4;
            const next = () => (--frames ? requestAnimationFrame(next) : done(true)); next();";
        let drawn = self.driver().execute_async(script, Vec::new()).await;
        drawn.expect("the browser draws frames");
    }

    /// Runs a script in every page of this tab from now on, before anything of the page's own.
    ///
    /// # Panics
    ///
    /// When the browser cannot.
    pub async fn prepare(&self, script: &str) {
        let source = json!({ "source": script });
        self.devtools("Page.addScriptToEvaluateOnNewDocument", source).await;
    }

    /// What reaches beyond the right edge of the window, or of the box that it is in: the one has to be
    /// scrolled to, the other lies over its neighbour.
    ///
    /// # Errors
    ///
    /// When there is no page.
    pub async fn overhang(&self) -> anyhow::Result<Option<String>> {
        let script = "
            const root = document.scrollingElement;
            const [needs, has] = [Math.max(root.scrollWidth, document.body.scrollWidth), root.clientWidth];
            const called = (one) => `${one.tagName.toLowerCase()}.${one.className} ${tidy(one.textContent).slice(0, 40)}`;
            const all = [...document.querySelectorAll('body *')].filter(
              (one) => one instanceof HTMLElement && isSeen(one) && one.clientWidth > 1);
            const beyond = all.filter((one) => one.getBoundingClientRect().right > has + 0.5);
            if (needs > has) return `${needs} pixels in ${has}: ${beyond.slice(-6).map(called).join(' | ')}`;
            const spilt = all.filter((one) => one.scrollWidth > one.clientWidth + 1
              && getComputedStyle(one).overflowX === 'visible' && getComputedStyle(one).display !== 'inline');
            return spilt.length ? `more room than it has in ${spilt.slice(-3).map(called).join(' | ')}` : null;";
        Ok(self.ask(script, &[]).await?.as_str().map(str::to_owned))
    }

    /// Gives a command of the browser's own developer tools.
    ///
    /// # Panics
    ///
    /// When the browser does not know it, or does not answer in time: it may hang, and nothing else would
    /// end the waiting.
    pub async fn devtools(&self, command: &str, parameters: serde_json::Value) {
        let tools = self.driver().cdp();
        let done = tokio::time::timeout(PATIENCE, tools.send_raw(command, parameters)).await;
        let done = done.unwrap_or_else(|_| panic!("{} does not answer to {command}", self.who()));
        done.unwrap_or_else(|error| panic!("{} cannot {command}: {error}", self.who()));
    }
}
