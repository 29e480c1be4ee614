//! Records that name files: a write marks those as used that it newly names.

use super::{Call, Failure, HttpResult};
use crate::model::{File, FileLink, keys, use_file};
use crate::store::{Store, Write};
use std::collections::BTreeSet;

impl Call {
    /// Lets `write` mark the files of ours as used that records come to name by it, and that the caller has sent: what is restored was
    /// marked before. One round trip if there are any, none otherwise.
    ///
    /// # Errors
    /// [`Failure::invalid`] if one was deleted, or never was there though it is on the host that was called. An address on another
    /// host may be somebody else's, whatever it looks like.
    pub(super) async fn use_files(&self, write: &mut Write) -> HttpResult<()> {
        let own_host = self.origin.split("://").nth(1);
        let sent = |url: &str| self.body.sent_under(url).map(str::to_owned);
        use_files_of(&self.store, write, own_host, sent).await
    }
}

/// Lets `write` mark the files of ours as used that records come to name by it; `field` says in which field an address was sent, if
/// it was. One round trip if there are any, none otherwise.
///
/// # Errors
/// [`Failure::invalid`] if one was deleted, or never was there though it is on `own_host`.
pub(super) async fn use_files_of(
    store: &Store,
    write: &mut Write,
    own_host: Option<&str>,
    field: impl Fn(&str) -> Option<String>,
) -> HttpResult<()> {
    let sent = |url: &String| Some((field(url)?, FileLink::parse(url)?));
    let links: Vec<_> = write.new_links().iter().filter_map(sent).collect();
    if links.is_empty() {
        return Ok(());
    }
    let files: Vec<_> = links.iter().map(|(_, link)| keys::file(&link.token)).collect();
    let mut found = store.get_all(&files).await?;
    let mut tokens = BTreeSet::new();
    for ((field, link), key) in links.into_iter().zip(files) {
        // One write may name a file twice.
        if !tokens.insert(link.token.clone()) {
            continue;
        }
        match found.take::<File>(&key)? {
            Some(file) if !file.value.is_leaving => use_file(write, &link.token, &file)?,
            None if own_host != Some(link.host.as_str()) => {}
            _ => return Err(Failure::invalid(field, "文件不存在，请重新上传")),
        }
    }
    Ok(())
}
