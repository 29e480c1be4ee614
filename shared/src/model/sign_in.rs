//! Signing in with a password that was right.

use super::{Employee, Guess, PasswordHash, Session, Status, Token, keys};
use crate::store::{Author, Entity, Expect, Key, Record, Store, Stored, Write, jittered};
use crate::time::Time;
use crate::{Error, Result};
use std::time::Duration;

/// What somebody signs in with, as it was read.
pub struct SignIn {
    /// The guess that was right.
    pub guess: Guess,
    /// Whose password it was. They may sign in.
    pub employee: Stored<Employee>,
    /// The password that it was.
    pub hash: Record<PasswordHash>,
}

impl SignIn {
    /// Begins a session at `now` that ends by itself at `until`. Answers its token, and the employee as they were before.
    ///
    /// Many may sign in at once with one phone number. Whoever comes too late reads everything again but does not look at the
    /// password again, which takes longest, as long as it is the same one. It comes to an end as [`Guess::failed`] does.
    ///
    /// # Errors
    /// [`Error::SignInLocked`] if too many others have failed meanwhile, [`Error::Stale`] if it is another password now or
    /// the employee may sign in no more, [`Error::Busy`] if the table stays busy.
    pub async fn commit(mut self, store: &Store, now: Time, until: i64) -> Result<(Token, Stored<Employee>)> {
        let id = self.employee.id;
        let secret = keys::password(id);
        for attempt in 0.. {
            let token = Token::generate(id)?;
            match store.commit(self.write(&token, now, until)?).await {
                Ok(()) => return Ok((token, self.employee)),
                Err(Error::Stale) => tokio::time::sleep(jittered(attempt, Duration::from_millis(10))).await,
                Err(other) => return Err(other),
            }
            let mut wanted = self.guess.keys();
            wanted.extend([Key::entity(Employee::KIND, id), secret.clone()]);
            let mut found = store.get_all(&wanted).await?;
            self.guess = self.guess.read_again(&mut found)?;
            self.guess.check()?;
            let hash = found.take::<PasswordHash>(&secret)?;
            let phone = &self.employee.phone_number;
            let employee = found.take_entity::<Employee>(id)?;
            let employee = employee.filter(|now| now.status == Status::Enabled && now.phone_number == *phone);
            if Expect::unchanged(hash.as_ref()) != Expect::Revision(self.hash.revision) {
                return Err(Error::Stale);
            }
            self.employee = employee.ok_or(Error::Stale)?;
        }
        Err(Error::internal("attempts do not end"))
    }

    fn write(&self, token: &Token, now: Time, until: i64) -> Result<Write> {
        let employee = &self.employee;
        let session = Session { generation: employee.generation, until };
        let signed_in = Employee {
            last_login: Some(now),
            signed_in_until: until.max(employee.signed_in_until),
            ..employee.record.value.clone()
        };
        let mut write = Write::new(Author { by: employee.id, at: now });
        self.guess.sign_in(&mut write)?;
        // The password that was right must still be the password, and its employee still enabled.
        write.check(&keys::password(employee.id), Expect::Revision(self.hash.revision));
        write.refresh(employee, &signed_in)?;
        let key = keys::session(employee.id, &token.sha256());
        write.put_until(&key, &session, Expect::Absent, Some(until))?;
        Ok(write)
    }
}
