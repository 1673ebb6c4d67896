//! What the harness's own servers have in common: a request as it comes, and the head of an answer. Every
//! connection carries one of each.

use anyhow::Context as _;
use reqwest::Method;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};

/// A request, read whole.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) target: String,
    /// Names, in lower case, and values.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// When it is none, or the connection breaks.
    pub(crate) async fn read(from: impl AsyncRead + Unpin) -> anyhow::Result<Self> {
        let mut from = BufReader::new(from);
        let mut line = String::new();
        from.read_line(&mut line).await?;
        let mut words = line.split_whitespace();
        let method = words.next().context("no method")?.parse()?;
        let target = words.next().context("no path")?.to_owned();
        let (mut headers, mut length) = (Vec::new(), 0);
        loop {
            line.clear();
            from.read_line(&mut line).await?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            let (name, value) = (name.to_lowercase(), value.trim().to_owned());
            if name == "content-length" {
                length = value.parse()?;
            } else {
                headers.push((name, value));
            }
        }
        let mut body = vec![0; length];
        from.read_exact(&mut body).await?;
        Ok(Self { method, target, headers, body })
    }

    /// The path, without the query.
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }
}

/// The head of an answer that ends with its connection.
pub(crate) fn head(status: u16, headers: &[(String, String)]) -> String {
    let lines = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
    let lines: String = lines.collect();
    format!("HTTP/1.1 {status} It says\r\n{lines}connection: close\r\n\r\n")
}
