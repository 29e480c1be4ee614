//! Finding customers by name, organization, owner and phone number, in any combination.
//!
//! A condition alone is a listing: its total and any page cost what every list costs. Of several conditions one listing is
//! looked through, and its entries tell whether the others are met. Those of an organization or an owner carry the customer, as
//! those of all customers do: a page of them reads nothing else.
//! Those of a gram or a phone number do not tell the owner, who changes without an edit: to write them anew would cost as many
//! units as a customer has grams. Then customers are read, or, where that costs less, all of the owner's are looked through.

use super::Customer;
use super::phone_query::PhoneQuery;
use crate::Result;
use crate::model::Status;
use crate::search::{MOST_GRAMS, SearchProjection, Searchable, fewest_by_name, fold, is_gram, wanted_grams};
use crate::store::{Entry, Listing, Order, Point, Slice, Store, Window};
use futures_util::future::{try_join, try_join_all};
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

/// The conditions that a customer must meet, all of them; none: every visible customer.
#[derive(Debug, Clone)]
pub struct CustomerQuery {
    id: Option<u32>,
    /// Parts of a name, folded.
    names: Vec<String>,
    organization: Option<u32>,
    /// An employee, or nobody.
    owner: Option<Option<u32>>,
    phone: Option<PhoneQuery>,
    name_or_phone: Option<NameOrPhone>,
    statuses: &'static [Status],
    entered: Option<EnteredOf>,
}

/// Visible customers of an owner, who were entered in a window of time.
#[derive(Debug, Clone, Copy)]
struct EnteredOf {
    owner: u32,
    window: Window,
}

/// So many customers are read rather than another listing, whose points would have to be counted first.
const FEW: usize = 20;
/// So many entries that carry customers are a capacity unit; a customer is one, too.
const ENTRIES_OF_A_UNIT: u64 = 12;
/// The grams of digits that are looked at: few names have any of them.
const DIGIT_GRAMS: usize = 4;

/// Digits that are a part of a name or of a phone number.
#[derive(Debug, Clone)]
struct NameOrPhone {
    /// Folded.
    name: String,
    phone: PhoneQuery,
}

/// One page of the customers that were found.
#[derive(Debug)]
pub struct CustomerPage {
    /// How many there are on all pages.
    pub total: u64,
    /// Those on this page with their ids, in order.
    pub customers: Vec<(u32, Customer)>,
}

/// Somebody who may be found.
#[derive(Debug)]
struct Candidate {
    id: u32,
    /// When they were last edited.
    updated: i64,
    /// Whether they are; `None` if their entry does not tell.
    is_found: Option<bool>,
    /// Who it is, where they are found and their entry carries them.
    customer: Option<Box<Customer>>,
}

impl Default for CustomerQuery {
    fn default() -> Self {
        Self {
            id: None,
            names: Vec::new(),
            organization: None,
            owner: None,
            phone: None,
            name_or_phone: None,
            statuses: &[Status::Enabled],
            entered: None,
        }
    }
}

impl CustomerQuery {
    /// Customers with this id, with this part of a name, of this organization, with this phone number.
    pub fn new(
        id: Option<u32>,
        name: Option<&str>,
        organization: Option<u32>,
        phone: Option<PhoneQuery>,
    ) -> Self {
        Self { id, names: name.map(fold).into_iter().collect(), organization, phone, ..Self::default() }
    }

    /// Those of them with this part of a name, or with these four or more digits in their phone number.
    pub fn with_name_or_phone(mut self, text: String) -> Self {
        let name = fold(&text);
        match PhoneQuery::new(text).filter(PhoneQuery::is_number) {
            Some(phone) => self.name_or_phone = Some(NameOrPhone { name, phone }),
            None => self.names.push(name),
        }
        self
    }

    /// Those of them who belong to an employee, or to nobody.
    pub fn owned_by(self, owner: Option<u32>) -> Self {
        Self { owner: Some(owner), ..self }
    }

    /// Those of them who belong to an employee and were entered in a window of time, the last entered first.
    pub fn entered_in(self, owner: u32, window: Window) -> Self {
        Self { entered: Some(EnteredOf { owner, window }), ..self.owned_by(Some(owner)) }
    }

    /// Those of them with one of these statuses, and not only visible ones.
    pub fn with_statuses(self, statuses: &'static [Status]) -> Self {
        Self { statuses, ..self }
    }

    /// Whether it looks into names.
    pub fn is_by_name(&self) -> bool {
        !self.names.is_empty() || self.name_or_phone.is_some()
    }

    /// Whether it finds this customer.
    fn matches(&self, id: u32, customer: &Customer) -> bool {
        self.statuses.contains(&customer.status)
            && self.id.is_none_or(|own| own == id)
            && self.entered.is_none_or(|it| (it.window.from..=it.window.to).contains(&customer.created.0))
            && self.judge(&customer.search_projection(), None) == Some(true)
    }

    /// Whether it finds whoever has this projection; `None` if that does not tell. `has_phone` is whether they have the phone
    /// number by which they were looked for, where the place of an entry tells.
    fn judge(&self, projection: &SearchProjection, has_phone: Option<bool>) -> Option<bool> {
        let more = projection.more.as_ref();
        let has = |query: &PhoneQuery| more.map(|more| query.matches(&more.number));
        let has_either = |either: &NameOrPhone| match projection.contains(&either.name) {
            true => Some(true),
            false => has(&either.phone).or(has_phone.filter(|_| self.phone.is_none())),
        };
        let is_owner = |owner: Option<u32>| more.map(|more| more.owner == owner.unwrap_or(0));
        let conditions = [
            Some(projection.contains_all(&self.names)),
            Some(self.organization.is_none_or(|organization| projection.group == organization)),
            self.owner.map_or(Some(true), is_owner),
            self.phone.as_ref().map_or(Some(true), |phone| has(phone).or(has_phone)),
            self.name_or_phone.as_ref().map_or(Some(true), has_either),
        ];
        match conditions.contains(&Some(false)) {
            true => Some(false),
            false => conditions.iter().all(Option::is_some).then_some(true),
        }
    }

    /// A slice of the customers that it finds, the last edited first.
    ///
    /// # Errors
    /// [`Error::Busy`](crate::Error::Busy) if the database does not answer.
    pub async fn find(&self, store: &Store, slice: Slice) -> Result<CustomerPage> {
        if let Some(id) = self.id {
            let candidate = Candidate { id, updated: 0, is_found: None, customer: None };
            return self.among(store, vec![candidate], slice).await;
        }
        let window = self.entered.map_or(Window::ALL, |entered| entered.window);
        if let Some(listings) = self.alone().filter(|_| !window.is_empty()) {
            let page = store.page(&listings, window, Order::Descending, slice).await?;
            let projected = page.entries.iter().filter_map(|it| Some((it.point.id, Customer::of_entry(it)?)));
            let customers = self.with_ids(store, page.ids(), projected.collect()).await?;
            return Ok(CustomerPage { total: page.total, customers });
        }
        let candidates = self.candidates(store).await?;
        let candidates = self.told(store, candidates).await?;
        self.among(store, candidates, slice).await
    }

    /// The union in which exactly those stand that it finds, if there is one.
    fn alone(&self) -> Option<Vec<Listing>> {
        if self.phone.is_some() || self.name_or_phone.is_some() {
            return None;
        }
        match (self.names.as_slice(), self.organization, self.owner) {
            ([], None, _) if self.entered.is_some() => {
                self.entered.map(|it| vec![Customer::created_of(it.owner)])
            }
            _ if self.entered.is_some() => None,
            ([], None, None) => Some(self.union(Customer::all)),
            ([name], None, None) if is_gram(name) => Some(self.with_gram(name)),
            ([], Some(_), None) | ([], None, Some(_)) => self.telling().pop(),
            _ => None,
        }
    }

    /// Unions by the time of the last edit, in each of which everybody stands whom it finds; none where it looks for an id or a
    /// number.
    pub(super) fn unions(&self) -> Option<Vec<Vec<Listing>>> {
        if self.id.is_some() || self.phone.is_some() || self.name_or_phone.is_some() || self.entered.is_some()
        {
            return None;
        }
        let among = || {
            let grams = wanted_grams(&self.names).into_iter().map(|gram| self.with_gram(gram));
            self.telling().into_iter().chain(grams).collect()
        };
        Some(self.alone().map_or_else(among, |union| vec![union]))
    }

    /// Where everybody stands whom it finds, and perhaps others, by the time of the last edit.
    pub(super) async fn points(&self, store: &Store) -> Result<Vec<Point>> {
        if let Some(id) = self.id {
            return Ok(vec![Point::new(0, id)]);
        }
        let candidates = self.candidates(store).await?.into_iter();
        let candidates = candidates.filter(|candidate| candidate.is_found != Some(false));
        let score = |updated| u32::try_from(updated).unwrap_or_default();
        Ok(candidates.map(|candidate| Point::new(score(candidate.updated), candidate.id)).collect())
    }

    /// Those whom it finds among the entries of one of its unions, in their order.
    pub(super) async fn of_entries(&self, store: &Store, entries: &[Entry]) -> Result<Vec<(u32, Customer)>> {
        let candidates = entries.iter().map(|entry| self.candidate(entry, 0, None));
        let mut candidates: Vec<_> = candidates.filter(|it| it.is_found != Some(false)).collect();
        let projected = candidates.iter_mut().filter_map(|it| Some((it.id, *it.customer.take()?))).collect();
        self.with_ids(store, candidates.iter().map(|it| it.id).collect(), projected).await
    }

    /// The listings of all of its statuses.
    fn union(&self, listing: impl Fn(Status) -> Listing) -> Vec<Listing> {
        self.statuses.iter().map(|status| listing(*status)).collect()
    }

    fn with_gram(&self, gram: &str) -> Vec<Listing> {
        self.union(|status| Customer::with_gram(status, gram))
    }

    /// The unions whose entries tell everything: those of the organization and of the owner.
    fn telling(&self) -> Vec<Vec<Listing>> {
        let of = |organization| self.union(|status| Customer::of(status, organization));
        let owned = |owner| self.union(|status| Customer::owned_by(status, owner));
        self.organization.map(of).into_iter().chain(self.owner.map(owned)).collect()
    }

    /// Everybody who may be found, each at least once.
    async fn candidates(&self, store: &Store) -> Result<Vec<Candidate>> {
        if let Some(EnteredOf { owner, window }) = self.entered {
            if window.is_empty() {
                return Ok(Vec::new());
            }
            let entries = store.all(&[Customer::created_of(owner)], window, Order::Descending).await?;
            let candidate = |entry: &Entry| self.candidate(entry, i64::from(entry.point.score), None);
            return Ok(entries.iter().map(candidate).collect());
        }
        if let Some(phone) = &self.phone {
            return self.by_phone(store, phone).await;
        }
        let Some(NameOrPhone { name, phone }) = &self.name_or_phone else {
            return self.by_name(store, &self.names, MOST_GRAMS, None).await;
        };
        let names: Vec<_> = self.names.iter().chain([name]).cloned().collect();
        let (for_names, for_phones) = (store.branch(), store.branch());
        // Those who have not the name but the number stand among the numbers.
        let by_name = self.by_name(&for_names, &names, DIGIT_GRAMS, Some(false));
        let (mut found, by_phone) = try_join(by_name, self.by_phone(&for_phones, phone)).await?;
        store.join();
        found.extend(by_phone);
        Ok(found)
    }

    /// Those in whichever listing has the fewest of all in which everybody with these names stands, who is found.
    async fn by_name(
        &self,
        store: &Store,
        names: &[String],
        most_grams: usize,
        has_phone: Option<bool>,
    ) -> Result<Vec<Candidate>> {
        let with_gram = |gram: &str| self.with_gram(gram);
        // Where the owner is asked for, whoever stands in the list of a gram has to be read.
        let cost = if self.owner.is_some() { ENTRIES_OF_A_UNIT } else { 1 };
        let entries = fewest_by_name(store, names, self.telling(), with_gram, (most_grams, cost)).await?;
        let candidate = |entry: &Entry| self.candidate(entry, i64::from(entry.point.score), has_phone);
        Ok(entries.iter().map(candidate).collect())
    }

    /// Those with a phone number, which may have more digits than stand in its listing.
    async fn by_phone(&self, store: &Store, phone: &PhoneQuery) -> Result<Vec<Candidate>> {
        let (entries, is_exact) = phone.find(store, self.statuses).await?;
        // The weight is the time of the last edit.
        let candidate = |entry: &Entry| self.candidate(entry, entry.point.weight, is_exact.then_some(true));
        Ok(entries.iter().map(candidate).collect())
    }

    fn candidate(&self, entry: &Entry, updated: i64, has_phone: Option<bool>) -> Candidate {
        let customer = Customer::of_entry(entry);
        let search = || entry.projection.as_deref().and_then(SearchProjection::from_text);
        let projection = customer.as_ref().map(Customer::search_projection).or_else(search);
        let is_found = projection.and_then(|projection| self.judge(&projection, has_phone));
        let customer = customer.filter(|_| is_found == Some(true)).map(Box::new);
        Candidate { id: entry.point.id, updated, is_found, customer }
    }

    /// The candidates; or everybody in a listing that tells everything, where to look through it costs less than to read the
    /// candidates whose entries do not tell.
    async fn told(&self, store: &Store, candidates: Vec<Candidate>) -> Result<Vec<Candidate>> {
        if self.entered.is_some() {
            return Ok(candidates);
        }
        let unknown = candidates.iter().filter(|candidate| candidate.is_found.is_none()).count();
        let telling = self.telling();
        if unknown <= FEW || telling.is_empty() {
            return Ok(candidates);
        }
        let total = |union: Vec<Listing>| {
            let store = store.branch();
            async move { store.total(&union, Window::ALL).await }
        };
        let totals = try_join_all(telling.into_iter().map(total)).await?;
        store.join();
        let fewest = totals.iter().map(|total| total.count).min().unwrap_or(u64::MAX);
        if fewest / ENTRIES_OF_A_UNIT < unknown as u64 {
            return self.by_name(store, &[], 0, None).await;
        }
        Ok(candidates)
    }

    /// A slice of those who are found among the candidates. Where an entry does not tell, the customer is read.
    async fn among(&self, store: &Store, candidates: Vec<Candidate>, slice: Slice) -> Result<CustomerPage> {
        let unknown = candidates.iter().filter(|candidate| candidate.is_found.is_none());
        let unknown: BTreeSet<_> = unknown.map(|candidate| candidate.id).collect();
        let read = store.entities::<Customer>(&unknown.into_iter().collect::<Vec<_>>()).await?;
        let read = read.into_iter().map(|customer| (customer.id, customer.record.value));
        let mut read: HashMap<_, _> = read.filter(|(id, customer)| self.matches(*id, customer)).collect();
        let is_found =
            |candidate: &Candidate| candidate.is_found.unwrap_or_else(|| read.contains_key(&candidate.id));
        let mut found: Vec<_> = candidates.into_iter().filter(is_found).collect();
        found.sort_unstable_by_key(|candidate| Reverse((candidate.updated, candidate.id)));
        // A number may have the digits twice, and a name have them too.
        let mut seen = HashSet::with_capacity(found.len());
        found.retain(|candidate| seen.insert(candidate.id));
        let total = found.len() as u64;
        let found: Vec<_> = slice.of(found);
        let ids = found.iter().map(|candidate| candidate.id).collect();
        read.extend(found.into_iter().filter_map(|candidate| Some((candidate.id, *candidate.customer?))));
        Ok(CustomerPage { total, customers: self.with_ids(store, ids, read).await? })
    }

    /// The customers with these ids whom it finds, of whom some are known. The others may have been edited since they were found.
    async fn with_ids(
        &self,
        store: &Store,
        ids: Vec<u32>,
        mut known: HashMap<u32, Customer>,
    ) -> Result<Vec<(u32, Customer)>> {
        let missing: Vec<_> = ids.iter().copied().filter(|id| !known.contains_key(id)).collect();
        let missing = store.entities::<Customer>(&missing).await?;
        let missing = missing.into_iter().map(|customer| (customer.id, customer.record.value));
        known.extend(missing.filter(|(id, customer)| self.matches(*id, customer)));
        Ok(ids.into_iter().filter_map(|id| Some((id, known.remove(&id)?))).collect())
    }
}
