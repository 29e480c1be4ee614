//! The folder that local databases keep their data in.

use std::{
    fs::{self, File, TryLockError},
    path::PathBuf,
};

use anyhow::{Context, Result, bail};

/// The folder of the data, ours alone for as long as this value lives.
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Where it is unless somebody wants it elsewhere.
    pub fn default_path() -> PathBuf {
        testing::root().join(".data")
    }

    /// Takes the folder, and makes it before if need be.
    pub fn take(path: PathBuf) -> Result<Self> {
        let shown = path.display();
        if !path.exists() {
            fs::create_dir_all(&path).with_context(|| format!("cannot make {shown}"))?;
            // Keeps every write of the database from being taken for a change of the sources.
            fs::write(path.join(".gitignore"), "*\n")?;
        }
        let lock = File::create(path.join("lock")).with_context(|| format!("cannot write in {shown}"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                bail!(
                    "another scripts/dev or scripts/verify is using {shown}: end it, or give another --data"
                )
            }
            Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot lock {shown}")),
        }
    }

    /// The file of the embedded database.
    pub fn dynoxide(&self) -> PathBuf {
        self.path.join("crm.db")
    }

    /// The folder of the storage.
    pub fn storage(&self) -> PathBuf {
        self.path.join("storage")
    }

    /// The folder of AWS DynamoDB Local.
    pub fn dynamodb_local(&self) -> PathBuf {
        self.path.join("dynamodb-local")
    }
}
