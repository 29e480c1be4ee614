//! The callers whom an instance has found signed in. What they ask begins to be read while it looks whether they still are.

use super::call::Me;
use crate::store::Key;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The most that are known at once, some kilobytes each.
const MOST: usize = 500;

/// By the key of their session. Clones share them.
#[derive(Clone, Default)]
pub struct KnownCallers(Arc<Mutex<HashMap<Key, Arc<Me>>>>);

impl KnownCallers {
    /// Who was in this session when the instance last looked.
    pub(super) fn get(&self, session: &Key) -> Option<Arc<Me>> {
        self.lock().get(session).cloned()
    }

    /// They are in their session. Areas that this request did not ask for stay as they were known.
    pub(super) fn remember(&self, mut me: Me) {
        let mut known = self.lock();
        let old = known.remove(&me.session_key);
        if known.len() >= MOST {
            // Whoever comes again is known again.
            known.clear();
        }
        me.areas = me.areas.or_else(|| old.and_then(|old| old.areas.clone()));
        known.insert(me.session_key.clone(), Arc::new(me));
    }

    /// Nobody is in this session.
    pub(super) fn forget(&self, session: &Key) {
        self.lock().remove(session);
    }

    /// A poisoned lock means a panic elsewhere; whoever is known is still compared with the table.
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Arc<Me>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
