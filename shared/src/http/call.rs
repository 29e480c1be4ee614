//! One request, as a handler sees it.

use super::access::{Access, check_kind};
use super::callers::Me;
use super::cookie::is_cross_site;
use super::credentials::{Credentials, credentials};
use super::idempotency::{IdempotencyRecord, applies, key_of};
use super::in_path::InPath;
use super::origin::origin;
use super::source::source;
use super::{App, Failure, HttpResult, Page, ParamSource, Params, Reply, body};
use crate::bucket::Bucket;
use crate::model::{Area, Areas, ChangesBy, Employee, OwnerLimit, RecordKind, Session, Status, keys};
use crate::store::{
    Author, Entity, EntryPage, Expect, Key, Listing, Order, Record, Store, Stored, Window, Write,
};
use crate::time::Time;
use crate::{Error, Patch};
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::http::request::Parts;
use sha2::{Digest, Sha256};
use std::sync::{Arc, OnceLock};

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
    /// How many visible customers an employee may own.
    pub owner_limit: OwnerLimit,
    /// The address that it came from, as wrong passwords are counted by.
    pub source: String,
    /// By whom records are changed.
    pub changes_by: ChangesBy,
    /// Under which address the API was called: scheme and host.
    pub origin: String,
    /// Whether the caller asks for JSON and nothing else will do.
    pub wants_json: bool,
    /// How many megabytes a file may have.
    pub max_file_mb: u32,
    in_path: InPath,
    bucket: Option<Bucket>,
    me: Option<Me>,
    idempotency: Option<IdempotencyRecord>,
}

/// What becomes of a request that may be made.
pub(super) enum Admission {
    /// Its handler is called.
    Call(Box<Call>),
    /// The same request was answered before: it gets the same answer.
    Replay(Reply),
}

impl Call {
    /// Checks the session and the permission, reads the parameters, and looks for an answer given before: one
    /// round trip. `signed_in` becomes the employee of the session, also where they are refused.
    pub(super) async fn admit(
        app: &App,
        store: Store,
        access: Access,
        parts: &Parts,
        bytes: &[u8],
        signed_in: &OnceLock<u32>,
    ) -> HttpResult<Admission> {
        let mut call = Self::new(app, store, parts);
        if access != Access::Open
            && let Some(reply) = call.sign_in(app, access, parts, bytes, signed_in).await?
        {
            return Ok(Admission::Replay(reply));
        }
        call.query = query_of(parts);
        call.body = body::params(&parts.headers, bytes)?;
        Ok(Admission::Call(Box::new(call)))
    }

    /// A reading request of somebody whom this instance has found signed in before, and how it knows them. Its handler may
    /// read while [`Call::admit`] looks whether they still are, but what it answers is only worth something if
    /// [`Call::is_of`] says so then. It can write nothing.
    pub(super) fn early(
        app: &App,
        store: Store,
        access: Access,
        parts: &Parts,
    ) -> Option<(Box<Self>, Arc<Me>)> {
        let Credentials { token, .. } = credentials(&parts.headers)?;
        let known = app.callers.get(&keys::session(token.employee(), &token.sha256()))?;
        let areas = if access.needs_areas() { Some(known.areas.clone()?) } else { None };
        access.check(&known.employee, areas.as_ref().unwrap_or(&Areas::default())).ok()?;
        let mut call = Self::new(app, store.read_only(), parts);
        call.me = Some(Me { areas, ..Me::clone(&known) });
        call.query = query_of(parts);
        Some((Box::new(call), known))
    }

    /// Whether its caller is as they were `known`.
    pub(super) fn is_of(&self, known: &Me) -> bool {
        self.me.as_ref().is_some_and(|me| {
            me.session_key == known.session_key
                && me.session_revision == known.session_revision
                && me.employee.record.revision == known.employee.record.revision
                && (me.areas.is_none() || me.areas == known.areas)
        })
    }

    /// A request of which nobody knows yet who makes it, and what it says.
    fn new(app: &App, store: Store, parts: &Parts) -> Self {
        let epoch = app.clock.epoch();
        Self {
            store,
            query: Params::default(),
            body: Params::default(),
            epoch,
            now: app.clock.wall(epoch),
            session_days: app.session_days,
            owner_limit: app.owner_limit,
            source: source(&parts.extensions),
            changes_by: app.changes_by,
            origin: origin(&parts.headers),
            wants_json: wants_json(&parts.headers),
            max_file_mb: app.max_file_mb,
            in_path: parts.extensions.get::<InPath>().cloned().unwrap_or_default(),
            bucket: app.bucket.clone(),
            me: None,
            idempotency: None,
        }
    }

    async fn sign_in(
        &mut self,
        app: &App,
        access: Access,
        parts: &Parts,
        bytes: &[u8],
        signed_in: &OnceLock<u32>,
    ) -> HttpResult<Option<Reply>> {
        let Credentials { token, in_cookie } =
            credentials(&parts.headers).ok_or_else(Failure::session_required)?;
        if in_cookie && !parts.method.is_safe() && is_cross_site(&parts.headers) {
            return Err(Failure::cross_site());
        }
        let id = token.employee();
        let (employee, session, areas) =
            (Key::entity(Employee::KIND, id), keys::session(id, &token.sha256()), keys::areas());
        let answer = if applies(&parts.method, parts.uri.path()) { key_of(&parts.headers)? } else { None };
        let answer = answer.map(|key| (keys::idempotency(id, key), request_hash(key, parts, bytes)));
        let mut keys = vec![employee, session.clone()];
        keys.extend(access.needs_areas().then(|| areas.clone()));
        keys.extend(answer.iter().map(|(key, _)| key.clone()));
        let mut found = self.store.get_all(&keys).await?;

        let record = found.take::<Session>(&session)?;
        let employee = found.take_entity::<Employee>(id)?;
        // TTL deletes late, so age is looked at here.
        let is_live = |(record, employee): &(Record<Session>, Stored<Employee>)| {
            let is_open = record.value.generation == employee.generation && self.epoch < record.value.until;
            is_open && employee.status != Status::Disabled
        };
        let Some((record, employee)) = record.zip(employee).filter(is_live) else {
            app.callers.forget(&session);
            return Err(Failure::session_required());
        };
        let _ = signed_in.set(id);
        let areas = found.take::<Areas>(&areas)?.map(|record| record.value).unwrap_or_default();
        let me = Me {
            employee,
            session_key: session,
            session_revision: record.revision,
            session: record.value,
            areas: Some(areas.clone()).filter(|_| access.needs_areas()),
        };
        app.callers.remember(me.clone());
        access.check(&me.employee, &areas)?;

        if let Some((key, request)) = answer {
            match IdempotencyRecord::look_up(key, request, &mut found, self.epoch)? {
                Ok(reply) => return Ok(Some(reply)),
                Err(record) => self.idempotency = Some(record),
            }
        }
        self.me = Some(me);
        Ok(None)
    }

    /// The value of a parameter in the path, such as `{token}`; empty if there is none.
    pub fn in_path(&self, name: &str) -> &str {
        self.in_path.get(name)
    }

    /// The bucket.
    ///
    /// # Errors
    /// [`Error::Internal`] in a function that is run without.
    pub fn bucket(&self) -> HttpResult<&Bucket> {
        self.bucket.as_ref().ok_or_else(|| Error::internal("this function has no bucket").into())
    }

    /// Whether the caller may send this request again, under an idempotency key.
    pub(super) fn has_key(&self) -> bool {
        self.idempotency.is_some()
    }

    /// Who calls.
    ///
    /// # Errors
    /// A failure on routes that need no session.
    pub fn me(&self) -> HttpResult<&Me> {
        self.me.as_ref().ok_or_else(Failure::session_required)
    }

    /// Whether the caller may enter `area`, asked on a route of some area: elsewhere nothing is known, and nobody may.
    pub fn may_enter(&self, area: Area) -> bool {
        let may_enter = |me: &Me| me.areas.as_ref().is_some_and(|areas| me.employee.may_enter(area, areas));
        self.me.as_ref().is_some_and(may_enter)
    }

    /// Lets those go on who may enter the area of `kind`, on a route whose rule is about kinds.
    ///
    /// # Errors
    /// [`Failure::forbidden`] for others.
    pub fn enter(&self, kind: RecordKind) -> HttpResult<()> {
        let me = self.me()?;
        let areas =
            me.areas.as_ref().ok_or_else(|| Error::internal("which areas are claimed was not read"))?;
        check_kind(kind, &me.employee, areas)
    }

    /// One page of the union of `listings`, over all of time.
    ///
    /// # Errors
    /// As [`Store::page`].
    pub async fn list(&self, listings: &[Listing], order: Order, page: Page) -> HttpResult<EntryPage> {
        Ok(self.store.page(listings, Window::ALL, order, page.slice()).await?)
    }

    /// The owner that a parameter names; nobody for none.
    ///
    /// # Errors
    /// [`Failure::invalid`] if it names none.
    pub fn owner(&self, params: &Params, field: &'static str) -> HttpResult<Patch<Option<u32>>> {
        let me = self.me()?.employee.id;
        Ok(params.owner(field)?.map(|owner| owner.id(me)))
    }

    /// An empty write in the caller's name.
    pub fn write(&self) -> Write {
        let by = self.me.as_ref().map_or(0, |me| me.employee.id);
        Write::new(Author { by, at: self.now })
    }

    /// Commits `write` and answers `reply`, which is remembered under the caller's idempotency key. Files that the write newly names
    /// are used from then on.
    ///
    /// # Errors
    /// As [`Store::commit`]; [`Failure::invalid`] if such a file is not there.
    pub async fn commit(&self, mut write: Write, reply: Reply) -> HttpResult {
        self.use_files(&mut write).await?;
        if let Some(record) = &self.idempotency {
            record.remember(&reply, &mut write)?;
        }
        self.store.commit(write).await?;
        Ok(reply)
    }

    /// Lets `write` renew the caller's own session in the employee's new `generation`.
    ///
    /// # Errors
    /// A failure on routes that need no session.
    pub fn keep_session(&self, write: &mut Write, generation: u32) -> HttpResult<()> {
        let me = self.me()?;
        let session = Session { generation, ..me.session.clone() };
        let expect = Expect::Revision(me.session_revision);
        Ok(write.put_until(&me.session_key, &session, expect, Some(session.until))?)
    }
}

/// The parameters in the query string.
fn query_of(parts: &Parts) -> Params {
    body::form(ParamSource::Query, parts.uri.query().unwrap_or_default().as_bytes())
}

/// Whether the header `Accept` names JSON: browsers that look for a picture or a page do not.
fn wants_json(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|line| line.split(',')).any(|kind| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("application/json")
    })
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
