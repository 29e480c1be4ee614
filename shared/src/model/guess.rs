//! Guesses at passwords: where the wrong ones are counted, and when no more are heard.
//!
//! A sign-in is counted for its pair of phone number and address, for the phone number and for the address. So whoever
//! guesses from elsewhere locks out nobody: a pair that signed in a short time ago is trusted, and the two counts that it
//! shares with others are not about it. A change of a password is counted for the employee who is signed in, alone.
//!
//! Of a thousand guesses at once no more than the limit are worth anything. A wrong one is answered only when it is written
//! down, and a right one only commits, if every count that is about it is still as it was when it had no lock. Whoever loses
//! such a race reads the counts again, and finds the lock. What a trusted pair is not subject to it neither writes nor
//! depends on: a whole office that signs in at once does not meet in one item.

use super::{Attempts, keys};
use crate::store::{Author, Expect, Key, ReadItems, Record, Store, Write, jittered};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// So many failures lock a pair of phone number and address, or the changes of an employee's password.
const LIMIT: usize = 10;
/// So many failures lock a phone number, or an address.
const SHARED_LIMIT: usize = 100;
/// Seconds after a sign-in in which its pair is trusted.
const TRUST: i64 = 30 * 24 * 60 * 60;
/// Seconds after which counts that nobody adds to mean nothing: their failures and their lock are over.
const LIFE: i64 = 2 * Attempts::WINDOW;

/// The items in which the failures of a guess are counted.
#[derive(Debug, Clone)]
pub struct Counted {
    /// Of the pair of phone number and address, or of the employee.
    own: Key,
    shared: Option<Shared>,
}

/// The items that a sign-in shares with others.
#[derive(Debug, Clone)]
struct Shared {
    phone: Key,
    address: Key,
}

/// What is counted for a pair of phone number and address, or for an employee.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct OwnAttempts {
    attempts: Attempts,
    /// When the pair signed in last, in seconds since 1970 UTC; 0 if never.
    signed_in: i64,
    /// The [lift](PhoneAttempts::lift) of the phone number when this was written.
    lift: u32,
}

/// What is counted for a phone number, whether or not anybody has it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct PhoneAttempts {
    attempts: Attempts,
    /// Names the last time that an admin has lifted the locks; 0 if that was long ago. What a pair has counted under another
    /// name counts no more: nobody has to know all pairs of a phone number.
    lift: u32,
    /// Until when the lock of an address is not about this phone number, for the same reason.
    lifted_until: i64,
}

/// One guess: the counts that it adds to, as they were read before the password was looked at.
#[derive(Debug)]
pub struct Guess {
    counted: Counted,
    own: Option<Record<OwnAttempts>>,
    phone: Option<Record<PhoneAttempts>>,
    address: Option<Record<Attempts>>,
    now: i64,
}

impl Counted {
    /// The items for a sign-in with `phone` from `source`.
    pub fn sign_in(phone: &str, source: &str) -> Self {
        let shared = Shared { phone: keys::phone_attempts(phone), address: keys::address_attempts(source) };
        Self { own: keys::pair_attempts(phone, source), shared: Some(shared) }
    }

    /// The item for a change of the password of `employee`, who is signed in.
    pub fn password_change(employee: u32) -> Self {
        Self { own: keys::change_attempts(employee), shared: None }
    }

    /// The keys of the items, which are to be read.
    pub fn keys(&self) -> Vec<Key> {
        let shared = self.shared.iter().flat_map(|shared| [&shared.phone, &shared.address]);
        [&self.own].into_iter().chain(shared).cloned().collect()
    }
}

impl Guess {
    /// A guess at `now`, with the counts among the items that were read.
    ///
    /// # Errors
    /// [`Error::Internal`] if an item is no count.
    pub fn new(counted: Counted, found: &mut ReadItems, now: i64) -> Result<Self> {
        let own = found.take(&counted.own)?;
        let (phone, address) = match &counted.shared {
            Some(shared) => (found.take(&shared.phone)?, found.take(&shared.address)?),
            None => (None, None),
        };
        Ok(Self { counted, own, phone, address, now })
    }

    /// The keys of its counts.
    pub(super) fn keys(&self) -> Vec<Key> {
        self.counted.keys()
    }

    /// The same guess, with the counts among the items that were read now.
    pub(super) fn read_again(self, found: &mut ReadItems) -> Result<Self> {
        Self::new(self.counted, found, self.now)
    }

    /// Whether it is heard.
    ///
    /// # Errors
    /// [`Error::SignInLocked`] if not.
    pub fn check(&self) -> Result<()> {
        let phone = self.phone_about().map(|(_, phone)| phone.attempts);
        let address = self.address_about().map(|(_, address)| address);
        let counts = [Some(self.own().attempts), phone, address];
        match counts.into_iter().flatten().filter_map(|count| count.locked_for(self.now)).max() {
            Some(seconds) => Err(Error::SignInLocked { seconds }),
            None => Ok(()),
        }
    }

    /// Writes down that it was wrong. Only then it may be answered.
    ///
    /// Many may fail at once. Whoever comes too late looks at the counts again, and not at the password. It comes to an end:
    /// every race is won by another failure, until there is a lock.
    ///
    /// # Errors
    /// [`Error::SignInLocked`] if others have failed meanwhile and there is a lock now: then nobody may learn that this was
    /// wrong. [`Error::Busy`] if the table stays busy.
    pub async fn failed(mut self, store: &Store) -> Result<()> {
        for attempt in 0.. {
            let mut write = Write::new(Author::SYSTEM);
            self.count(&mut write)?;
            match store.commit(write).await {
                Err(Error::Stale) => tokio::time::sleep(jittered(attempt, Duration::from_millis(10))).await,
                other => return other,
            }
            let mut found = store.get_all(&self.keys()).await?;
            self = self.read_again(&mut found)?;
            self.check()?;
        }
        Err(Error::internal("attempts do not end"))
    }

    /// Lets `write` sign in: the failures of the pair are forgotten, and it is trusted from now on.
    ///
    /// # Errors
    /// [`Error::Internal`] if a count cannot be an item.
    pub fn sign_in(&self, write: &mut Write) -> Result<()> {
        let own = OwnAttempts { attempts: Attempts::default(), signed_in: self.now, lift: self.lift() };
        self.put_own(write, &own)?;
        // Many addresses may guess at one phone number, and one address at many. These have no pair in common.
        if let Some((key, _)) = self.phone_about() {
            write.check(key, Expect::unchanged(self.phone.as_ref()));
        }
        if let Some((key, _)) = self.address_about() {
            write.check(key, Expect::unchanged(self.address.as_ref()));
        }
        Ok(())
    }

    /// Lets `write` forget the failures, on condition that no other was written down meanwhile.
    pub fn forgive(&self, write: &mut Write) {
        match Expect::unchanged(self.own.as_ref()) {
            Expect::Absent => write.check(&self.counted.own, Expect::Absent),
            expect => write.delete(&self.counted.own, expect),
        }
    }

    fn count(&self, write: &mut Write) -> Result<()> {
        let own = self.own();
        let own = OwnAttempts { attempts: own.attempts.failed(self.now, LIMIT), lift: self.lift(), ..own };
        self.put_own(write, &own)?;
        let until = Some(self.now + LIFE);
        if let Some((key, phone)) = self.phone_about() {
            let phone = PhoneAttempts { attempts: phone.attempts.failed(self.now, SHARED_LIMIT), ..phone };
            write.put_until(key, &phone, Expect::unchanged(self.phone.as_ref()), until)?;
        }
        if let Some((key, address)) = self.address_about() {
            let address = address.failed(self.now, SHARED_LIMIT);
            write.put_until(key, &address, Expect::unchanged(self.address.as_ref()), until)?;
        }
        Ok(())
    }

    fn put_own(&self, write: &mut Write, own: &OwnAttempts) -> Result<()> {
        let until = (own.signed_in + TRUST).max(self.now + LIFE);
        write.put_until(&self.counted.own, own, Expect::unchanged(self.own.as_ref()), Some(until))
    }

    /// The count of the pair or the employee, without what an admin has lifted.
    fn own(&self) -> OwnAttempts {
        let own = self.own.as_ref().map(|record| record.value.clone()).unwrap_or_default();
        let is_lifted = ![0, own.lift].contains(&self.lift());
        if is_lifted { OwnAttempts { attempts: Attempts::default(), ..own } } else { own }
    }

    fn lift(&self) -> u32 {
        self.phone.as_ref().map_or(0, |phone| phone.value.lift)
    }

    fn is_trusted(&self) -> bool {
        self.own.as_ref().is_some_and(|own| self.now - own.value.signed_in < TRUST)
    }

    /// The count of the phone number, if it is about this guess.
    fn phone_about(&self) -> Option<(&Key, PhoneAttempts)> {
        let shared = self.counted.shared.as_ref().filter(|_| !self.is_trusted())?;
        Some((&shared.phone, self.phone.as_ref().map(|record| record.value.clone()).unwrap_or_default()))
    }

    /// The count of the address, if it is about this guess.
    fn address_about(&self) -> Option<(&Key, Attempts)> {
        let shared = self.counted.shared.as_ref().filter(|_| !self.is_trusted())?;
        let lifted_until = self.phone.as_ref().map_or(0, |phone| phone.value.lifted_until);
        if self.now < lifted_until {
            return None;
        }
        Some((&shared.address, self.address.as_ref().map(|record| record.value.clone()).unwrap_or_default()))
    }
}

/// Lets `write` lift all locks of a phone number, from whatever address: its count is among the items that were read, under
/// [`keys::phone_attempts`].
///
/// # Errors
/// [`Error::Internal`] if there is no randomness.
pub fn lift_locks(write: &mut Write, found: &mut ReadItems, phone: &str, now: i64) -> Result<()> {
    let key = keys::phone_attempts(phone);
    let before = found.take::<PhoneAttempts>(&key)?;
    let lifted = PhoneAttempts {
        attempts: Attempts::default(),
        lift: getrandom::u32().map_err(Error::internal)?.max(1),
        lifted_until: now + Attempts::WINDOW,
    };
    write.put_until(&key, &lifted, Expect::unchanged(before.as_ref()), Some(now + LIFE))
}
