//! One request, as a handler sees it.

use super::access::Access;
use super::idempotency::{Memory, key_of};
use super::{App, Failure, Page, Params, Place, Reply, body, credentials};
use crate::model::{Areas, Employee, Session, Status};
use crate::store::{self, Author, Entity, Expect, Key, Listing, Order, Store, Stored, Window, Write};
use crate::time::Time;
use crate::{Error, Result};
use axum::http::request::Parts;
use sha2::{Digest, Sha256};

/// All that a handler may use.
#[derive(Clone)]
pub struct Call {
    /// The table, with this request's meter.
    pub store: Store,
    /// The parameters in the query string.
    pub query: Params,
    /// The parameters in the body.
    pub body: Params,
    /// When the request came, in seconds since 1970 UTC: for what ends by itself.
    pub epoch: i64,
    /// The same moment on the wall clock: for what people read.
    pub now: Time,
    /// Days after a sign-in until the session ends by itself.
    pub session_days: u32,
    me: Option<Me>,
    memory: Option<Memory>,
}

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
}

/// What came of looking at a request before its handler does.
pub(super) enum Opened {
    Call(Box<Call>),
    /// The same request was answered before.
    Answered(Reply),
}

impl Call {
    /// Checks the session and the permission, reads the parameters, and looks for an answer given before: one
    /// round trip.
    pub(super) async fn open(
        app: &App,
        store: Store,
        access: Access,
        parts: &Parts,
        bytes: &[u8],
    ) -> std::result::Result<Opened, Failure> {
        let epoch = app.clock.epoch();
        let mut call = Self {
            store,
            query: Params::default(),
            body: Params::default(),
            epoch,
            now: app.clock.wall(epoch),
            session_days: app.session_days,
            me: None,
            memory: None,
        };
        if access != Access::Open
            && let Some(reply) = call.sign_in(access, parts, bytes).await?
        {
            return Ok(Opened::Answered(reply));
        }
        call.query = body::form(Place::Query, parts.uri.query().unwrap_or_default().as_bytes());
        call.body = body::params(&parts.headers, bytes)?;
        Ok(Opened::Call(Box::new(call)))
    }

    async fn sign_in(&mut self, access: Access, parts: &Parts, bytes: &[u8]) -> Result<Option<Reply>> {
        let token = credentials::token(&parts.headers).ok_or(Error::SignInRequired)?;
        let id = token.employee();
        let (employee, session, areas) =
            (Key::entity(Employee::KIND, id), Key::session(id, &token.sha256()), Key::areas());
        let answer = match parts.method.as_str() {
            "GET" => None,
            _ => key_of(&parts.headers)?,
        };
        let answer = answer.map(|key| (Key::answer(id, key), request_hash(key, parts, bytes)));
        let mut keys = vec![employee, session.clone()];
        keys.extend(matches!(access, Access::Area(_)).then(|| areas.clone()));
        keys.extend(answer.iter().map(|(key, _)| key.clone()));
        let mut found = self.store.get_all(&keys).await?;

        let record = found.take::<Session>(&session)?;
        let employee = found.take_entity::<Employee>(id)?;
        let (Some(record), Some(employee)) = (record, employee) else { return Err(Error::SignInRequired) };
        // TTL deletes late, so age is looked at here.
        let live = record.value.generation == employee.generation && self.epoch < record.value.until;
        if !live || employee.status == Status::Disabled {
            return Err(Error::SignInRequired);
        }
        let areas = found.take::<Areas>(&areas)?.map(|record| record.value).unwrap_or_default();
        access.check(&employee, &areas)?;

        if let Some((key, request)) = answer {
            match Memory::look_up(key, request, &mut found, self.epoch)? {
                Ok(reply) => return Ok(Some(reply)),
                Err(memory) => self.memory = Some(memory),
            }
        }
        let (session_revision, session_value) = (record.revision, record.value);
        self.me = Some(Me { employee, session_key: session, session_revision, session: session_value });
        Ok(None)
    }

    /// Whether the caller may send this request again, under an idempotency key.
    pub(super) fn has_key(&self) -> bool {
        self.memory.is_some()
    }

    /// Who calls.
    ///
    /// # Errors
    /// [`Error::SignInRequired`] on routes that need no session.
    pub fn me(&self) -> Result<&Me> {
        self.me.as_ref().ok_or(Error::SignInRequired)
    }

    /// One page of the union of `listings`, over all of time.
    ///
    /// # Errors
    /// As [`Store::page`].
    pub async fn list(&self, listings: &[Listing], order: Order, page: Page) -> Result<store::Page> {
        self.store.page(listings, Window::ALL, order, page.offset(), page.count).await
    }

    /// An empty write in the caller's name.
    pub fn write(&self) -> Write {
        let employee = self.me.as_ref().map_or(0, |me| me.employee.id);
        Write::new(Author { employee, at: self.now })
    }

    /// The id of what is to be edited, or nothing where something new is to be made. `version` has to be a number in
    /// either case.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming one of the two.
    pub fn edits(&self, id: &'static str) -> Result<Option<u32>> {
        let id = self.body.id(id)?.optional();
        self.body.int("version")?;
        Ok(id)
    }

    /// The entity that an edit names; where the caller sends `version`, as the one they have seen.
    ///
    /// `version` tells the version that callers see: the revision of menus and organizations, the edition of all else.
    ///
    /// # Errors
    /// [`Error::NotFound`] with `missing`, or [`Error::VersionOutOfDate`].
    pub async fn edited<T: Entity>(
        &self,
        id: u32,
        missing: &'static str,
        version: impl FnOnce(&Stored<T>) -> u32,
    ) -> Result<Stored<T>> {
        let seen = self.body.int("version")?.optional();
        let entity = self.store.entity::<T>(id).await?.ok_or(Error::NotFound(missing))?;
        match seen {
            Some(seen) if seen != i64::from(version(&entity)) => Err(Error::VersionOutOfDate),
            _ => Ok(entity),
        }
    }

    /// Commits `write` and answers `reply`, which is remembered under the caller's idempotency key.
    ///
    /// # Errors
    /// As [`Store::commit`].
    pub async fn commit(&self, mut write: Write, reply: Reply) -> Result<Reply> {
        if let Some(memory) = &self.memory {
            memory.remember(&reply, &mut write)?;
        }
        self.store.commit(write).await?;
        Ok(reply)
    }

    /// Lets `write` renew the caller's own session in the employee's new `generation`.
    ///
    /// # Errors
    /// [`Error::SignInRequired`] on routes that need no session.
    pub fn keep_session(&self, write: &mut Write, generation: u32) -> Result<()> {
        let me = self.me()?;
        let session = Session { generation, ..me.session.clone() };
        let expect = Expect::Revision(me.session_revision);
        write.put_until(&me.session_key, &session, expect, Some(session.until))
    }
}

/// What makes a request the same request again. The key, which the table has only as a hash, is in it as a salt:
/// a body may have a password in it, and nobody may try passwords against a dump of the table.
fn request_hash(key: &str, parts: &Parts, bytes: &[u8]) -> String {
    let mut hash = Sha256::new();
    for part in [key, parts.method.as_str(), parts.uri.path(), parts.uri.query().unwrap_or_default()] {
        hash.update(part);
        hash.update([0]);
    }
    hash.update(bytes);
    hex::encode(hash.finalize())
}
