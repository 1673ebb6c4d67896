//! What stays in this browser: keystore files in `IndexedDB`, preferences in `localStorage`.
//!
//! Both exist on plain `http` as well. A keystore file is locked; nothing secret in the clear ever
//! gets here. One file per kind of chain (address prefix and coin type), so that opening a page of
//! another coin neither shows nor harms the first one's wallet.

use idb::{
    Database, DatabaseEvent as _, Error, Factory, KeyPath, ObjectStoreParams, TransactionMode,
};
use wasm_bindgen::JsValue;

/// The database.
const DATABASE: &str = "halfpenny";
/// The only store in it: name of the wallet to text of the file.
const KEYSTORES: &str = "keystores";
/// What the names of preferences begin with.
const SETTINGS: &str = "halfpenny.";

/// Why the browser did not keep or find a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this browser does not let the page keep data: leave private browsing, or allow this address \
     to store data"
)]
pub struct StorageError;

impl From<Error> for StorageError {
    fn from(_: Error) -> Self {
        Self
    }
}

/// The name under which the wallet for a kind of chain is kept.
#[must_use]
pub fn keystore_name(prefix: &str, coin_type: u32) -> String {
    format!("{prefix}-{coin_type}")
}

/// The text of a keystore file, if there is one under this name.
///
/// # Errors
///
/// When the browser does not give access to its storage.
pub async fn load_keystore(name: &str) -> Result<Option<String>, StorageError> {
    let database = open().await?;
    let transaction = database.transaction(&[KEYSTORES], TransactionMode::ReadOnly)?;
    let value = transaction.object_store(KEYSTORES)?.get(JsValue::from_str(name))?.await?;
    database.close();
    Ok(value.and_then(|value| value.as_string()))
}

/// Keeps a keystore file, in place of an earlier one of that name. It is on disk when this returns.
///
/// # Errors
///
/// When the browser refuses, for example because the disk is full.
pub async fn save_keystore(name: &str, text: &str) -> Result<(), StorageError> {
    let database = open().await?;
    let transaction = database.transaction(&[KEYSTORES], TransactionMode::ReadWrite)?;
    let store = transaction.object_store(KEYSTORES)?;
    store.put(&JsValue::from_str(text), Some(&JsValue::from_str(name)))?.await?;
    transaction.commit()?.await?;
    database.close();
    // Where it cannot be asked or refuses, nothing is lost by that; the settings show the answer.
    crate::reactive::spawn_local(async {
        let _ = crate::browser::keep_storage().await;
    });
    Ok(())
}

/// Deletes a keystore file.
///
/// # Errors
///
/// When the browser refuses.
pub async fn delete_keystore(name: &str) -> Result<(), StorageError> {
    let database = open().await?;
    let transaction = database.transaction(&[KEYSTORES], TransactionMode::ReadWrite)?;
    transaction.object_store(KEYSTORES)?.delete(JsValue::from_str(name))?.await?;
    transaction.commit()?.await?;
    database.close();
    Ok(())
}

async fn open() -> Result<Database, StorageError> {
    let mut request = Factory::new()?.open(DATABASE, Some(1))?;
    request.on_upgrade_needed(|event| {
        let Ok(database) = event.database() else { return };
        let mut parameters = ObjectStoreParams::new();
        parameters.key_path(None::<KeyPath>);
        // A store that is there already is what we want.
        let _ = database.create_object_store(KEYSTORES, parameters);
    });
    Ok(request.await?)
}

/// A preference, as text.
#[must_use]
pub fn setting(name: &str) -> Option<String> {
    crate::browser::local_storage()?.get_item(&format!("{SETTINGS}{name}")).ok()?
}

/// Keeps a preference. Where the browser keeps nothing, it lasts as long as the page.
pub fn set_setting(name: &str, value: &str) {
    if let Some(storage) = crate::browser::local_storage() {
        let _ = storage.set_item(&format!("{SETTINGS}{name}"), value);
    }
}

/// Notes what went wrong, for the emergency kit: the last few lines. Never a secret.
pub fn log(text: &str) {
    let old = setting("log").unwrap_or_default();
    let line = format!("{} {}", js_sys::Date::new_0().to_iso_string(), text.replace('\n', " "));
    let lines: Vec<&str> = std::iter::once(line.as_str()).chain(old.lines()).take(20).collect();
    set_setting("log", &lines.join("\n"));
}

/// Forgets a preference.
pub fn remove_setting(name: &str) {
    if let Some(storage) = crate::browser::local_storage() {
        let _ = storage.remove_item(&format!("{SETTINGS}{name}"));
    }
}
