//! What an edit does to a field.

/// What an edit does to a field: nothing, empty it, or give it a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// The field stays as it is.
    #[default]
    Absent,
    /// The field becomes empty.
    Clear,
    /// The field gets this value.
    Set(T),
}

/// A field that can be empty: an optional one, or one whose type has an empty value.
pub trait Clearable<T> {
    /// The field with a value.
    fn with(value: T) -> Self;
    /// The empty field.
    fn empty() -> Self;
}

impl<T: Default> Clearable<T> for T {
    fn with(value: T) -> Self {
        value
    }

    fn empty() -> Self {
        T::default()
    }
}

impl<T> Clearable<T> for Option<T> {
    fn with(value: T) -> Self {
        Some(value)
    }

    fn empty() -> Self {
        None
    }
}

impl<T> Patch<T> {
    /// The field after the edit, where it was `old`.
    pub fn apply<F: Clearable<T>>(self, old: F) -> F {
        match self {
            Self::Absent => old,
            Self::Clear => F::empty(),
            Self::Set(value) => F::with(value),
        }
    }

    /// The value, if it gives one.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Absent | Self::Clear => None,
        }
    }

    /// The same with what `change` makes of the value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Absent => Patch::Absent,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(change(value)),
        }
    }

    /// The same without the value.
    pub fn unit(self) -> Patch<()> {
        self.map(|_| ())
    }

    /// The same, for a field that gets `value` where it is emptied.
    pub fn clear_to(self, value: T) -> Self {
        match self {
            Self::Clear => Self::Set(value),
            other => other,
        }
    }

    /// The same, for a field that stays as it is where it would be emptied: nobody lets an employee sign in again, say, by
    /// clearing a field.
    pub fn ignore_clear(self) -> Self {
        match self {
            Self::Clear => Self::Absent,
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_keeps_clear_empties_and_a_value_replaces() {
        let old = || "old".to_owned();
        assert_eq!(Patch::Absent.apply(old()), "old");
        assert_eq!(Patch::Clear.apply(old()), "");
        assert_eq!(Patch::Set("new".to_owned()).apply(old()), "new");
        assert_eq!(Patch::<String>::Clear.apply(Some(old())), None);
        assert_eq!(Patch::Set(7).apply(None), Some(7));
        assert_eq!(Patch::Clear.clear_to(2).apply(1), 2);
        assert_eq!(Patch::Clear.ignore_clear().apply(1), 1);
    }
}
