//! Who is signed in, and whom an instance has found so before. What these ask begins to be read while it looks whether they still are.

use crate::model::{Areas, Employee, Session};
use crate::store::{Key, Stored};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The most that are known at once, some kilobytes each.
const MOST: usize = 500;

/// The signed-in employee.
#[derive(Debug, Clone)]
pub struct Me {
    /// Who it is, as read at the beginning of this request.
    pub employee: Stored<Employee>,
    /// The key of the session.
    pub session_key: Key,
    /// The revision of the session.
    pub session_revision: u32,
    /// The session.
    pub session: Session,
    /// Which menus claim which areas. It is read on routes of an area only.
    pub(super) areas: Option<Areas>,
}

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
