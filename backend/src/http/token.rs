//! The operator's token: 32 random bytes in a file that only its owner can read.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use actix_web::http::header::{self, HeaderMap};
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::error::HttpError;

/// The name of the file in the data folder.
pub const FILE: &str = "admin-token";

/// What the operator's requests carry. Only its hash is held, so that nothing can print it.
#[derive(Clone, Debug)]
pub struct Token([u8; 32]);

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The file can be neither read nor made.
    #[error("the operator's token {} can be neither read nor made: {error}; correct the folder's permissions", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The file holds something else.
    #[error("{} is no token of 64 hex digits; delete it, and the next start makes a new one", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
    },
}

impl TokenError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "token-io",
            Self::Malformed { .. } => "token-malformed",
        }
    }
}

impl Token {
    /// Reads the token of a data folder, or makes one.
    ///
    /// # Errors
    ///
    /// When the file can be neither read nor made, or holds no token.
    pub fn open(folder: &Path) -> Result<Self, TokenError> {
        let path = folder.join(FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make(&path).map_err(|error| TokenError::Io { path: path.clone(), error })?
            }
            Err(error) => return Err(TokenError::Io { path, error }),
        };
        let text = text.trim();
        let is_token = text.len() == 64 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
        if is_token { Ok(Self(digest(text))) } else { Err(TokenError::Malformed { path }) }
    }

    /// Whether a request carries the token.
    ///
    /// # Errors
    ///
    /// When it does not.
    pub fn check(&self, headers: &HeaderMap) -> Result<(), HttpError> {
        let said = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let said = said.and_then(|value| value.strip_prefix("Bearer ")).map(str::trim);
        // Hashes are compared, so how long that takes says nothing about the token.
        if said.is_some_and(|said| digest(said) == self.0) {
            Ok(())
        } else {
            Err(HttpError::Unauthorized)
        }
    }
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.to_ascii_lowercase()).into()
}

fn make(path: &Path) -> io::Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    let mut text = HEXLOWER.encode(&bytes);
    text.push('\n');
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn headers(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        headers
    }

    #[test]
    fn a_token_is_made_once_and_only_its_owner_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let first = Token::open(folder.path()).unwrap();
        let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
        let again = Token::open(folder.path()).unwrap();
        assert_eq!(first.0, again.0);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let text = text.trim();
        assert_eq!(first.check(&headers(&format!("Bearer {text}"))), Ok(()));
        for wrong in
            [String::new(), text.to_owned(), format!("Bearer {text}0"), "Bearer".to_owned()]
        {
            assert_eq!(first.check(&headers(&wrong)), Err(HttpError::Unauthorized));
        }
        assert_eq!(first.check(&HeaderMap::new()), Err(HttpError::Unauthorized));
    }

    #[test]
    fn a_file_that_holds_something_else_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "secret\n").unwrap();
        assert_eq!(Token::open(folder.path()).unwrap_err().code(), "token-malformed");
    }
}
