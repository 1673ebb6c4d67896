//! The configuration that holds, as it can be kept: TOML that `--config` reads again.

use std::{fmt::Write as _, num::NonZeroU32, path::Path, time::Duration};

use clap::{ArgMatches, Args as _, parser::ValueSource};

use super::{Config, ConfigError, Settings};

/// Who said what holds.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// What clap read: flags and variables.
    pub matches: &'a ArgMatches,
    /// The file of `--config`, and what stands in it.
    pub file: Option<(&'a Path, &'a Settings)>,
}

impl Config {
    /// This configuration as TOML that [`Settings::read`] takes. Behind each value stands who said it. `chain`
    /// is what was said of the chain.
    ///
    /// # Errors
    ///
    /// When a path is no text, which TOML cannot say.
    pub fn to_toml(&self, chain: Option<&str>, said: Sources<'_>) -> Result<String, ConfigError> {
        let unprintable =
            |error: toml::ser::Error| ConfigError::Unprintable { reason: error.to_string() };
        let table = |settings| toml::Table::try_from(settings).map_err(unprintable);
        let settings = self.to_settings(chain);
        let values = table(&settings)?;
        let in_file = said.file.map(|(path, settings)| Ok((path, table(settings)?))).transpose()?;
        let mut text = "# What holds for this node, and who says so. `halfpenny node --config FILE` reads it.\n".to_owned();
        let fields = Settings::augment_args(clap::Command::new("node"));
        for field in fields.get_arguments() {
            let Some((flag, value)) =
                field.get_long().and_then(|flag| Some((flag, values.get(flag)?)))
            else {
                continue;
            };
            let variable = field.get_env().unwrap_or_default().to_string_lossy();
            let by = match said.matches.value_source(field.get_id().as_str()) {
                Some(ValueSource::CommandLine) => format!("--{flag}"),
                Some(ValueSource::EnvVariable) => variable.into_owned(),
                _ => match &in_file {
                    Some((path, said)) if said.get(flag).is_some_and(says_something) => {
                        in_one_line(path)
                    }
                    _ => "default".to_owned(),
                },
            };
            // Writing into a text cannot fail.
            let _ = writeln!(text, "{flag} = {value} # {by}");
        }
        Ok(text)
    }

    /// Settings that make this configuration, each of them said.
    fn to_settings(&self, chain: Option<&str>) -> Settings {
        let (limits, pool) = (&self.limits, &self.pool);
        let number = std::num::NonZeroUsize::new;
        let seconds =
            |time: Duration| NonZeroU32::new(u32::try_from(time.as_secs()).unwrap_or(u32::MAX));
        Settings {
            chain: Some(chain.unwrap_or("main").to_owned()),
            data: Some(self.data.clone()),
            listen: Some(self.listen),
            admin: Some(self.admin),
            peer: self.peers.clone(),
            host: limits.hosts.clone(),
            trusted_proxy: limits.trusted_proxies.clone(),
            log: Some(self.log.clone()),
            log_format: Some(self.log_format),
            threads: number(self.threads),
            limit_loopback: Some(limits.loopback),
            max_connections: number(limits.connections),
            connections_per_address: number(limits.connections_per_address),
            requests_per_second: Some(limits.requests_per_second),
            request_burst: Some(limits.request_burst),
            max_streams: number(limits.streams),
            streams_per_address: number(limits.streams_per_address),
            head_timeout: seconds(limits.head_timeout),
            body_timeout: seconds(limits.body_timeout),
            shutdown_timeout: seconds(self.shutdown_timeout),
            pool_bytes: number(pool.max_bytes),
            pool_per_sender: number(pool.per_sender),
            pool_max_age: seconds(Duration::from_secs(pool.max_age)),
        }
    }
}

/// A list that is empty says nothing: see [`Settings::or`].
fn says_something(value: &toml::Value) -> bool {
    value.as_array().is_none_or(|list| !list.is_empty())
}

/// A path in a comment, which ends with its line.
fn in_one_line(path: &Path) -> String {
    path.display().to_string().replace(char::is_control, " ")
}
