//! Employees, as people write them into tables: by a phone number, a personnel number or a name.

use shared::Result;
use shared::model::Employee;
use shared::search::{fold, phone};
use shared::store::{Order, Store, Window};
use std::collections::HashMap;

/// All employees, by what they may be called.
#[derive(Debug, Default)]
pub struct People {
    phones: HashMap<String, Vec<u32>>,
    numbers: HashMap<String, Vec<u32>>,
    names: HashMap<String, Vec<u32>>,
}

/// Between several in one cell.
const BETWEEN: [char; 7] = ['、', ',', '，', ';', '；', '\n', '\r'];

impl People {
    /// Those of a company: a read of each.
    ///
    /// # Errors
    /// [`Error::Busy`](shared::Error::Busy) if the database does not answer.
    pub async fn read(store: &Store) -> Result<Self> {
        let entries = store.all(&[Employee::NAMES], Window::ALL, Order::Ascending).await?;
        let ids: Vec<_> = entries.iter().map(|entry| entry.point.id).collect();
        let mut people = Self::default();
        for employee in store.entities::<Employee>(&ids).await? {
            let id = employee.id;
            if let Some(number) = phone::canonical(&employee.phone_number) {
                people.phones.entry(number).or_default().push(id);
            }
            let number = fold(employee.number.trim());
            if !number.is_empty() {
                people.numbers.entry(number).or_default().push(id);
            }
            let mut names = [&employee.real_name, &employee.nick_name].map(|name| fold(name.trim())).to_vec();
            names.dedup();
            for name in names.into_iter().filter(|name| !name.is_empty()) {
                people.names.entry(name).or_default().push(id);
            }
        }
        Ok(people)
    }

    /// The employee whom a text means; says in Chinese why it is nobody.
    ///
    /// # Errors
    /// If it may mean several, or means none.
    pub fn find(&self, text: &str) -> std::result::Result<u32, String> {
        let text = text.trim();
        let by_phone = phone::canonical(text).and_then(|number| self.phones.get(&number));
        let folded = fold(text);
        let found = by_phone.or_else(|| self.numbers.get(&folded)).or_else(|| self.names.get(&folded));
        match found.map(Vec::as_slice) {
            Some([id]) => Ok(*id),
            Some(several) => Err(format!("有{}位员工叫“{text}”，请改写手机号或工号", several.len())),
            None => Err(format!("没有手机号、工号或姓名是“{text}”的员工")),
        }
    }

    /// The employees in one cell.
    ///
    /// # Errors
    /// As [`People::find`], of the first that is nobody.
    pub fn find_all(&self, cell: &str) -> std::result::Result<Vec<u32>, String> {
        let texts = cell.split(BETWEEN).map(str::trim).filter(|text| !text.is_empty());
        texts.map(|text| self.find(text)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_found_by_number_or_name_and_nobody_by_chance() {
        let of = |pairs: &[(&str, &[u32])]| {
            pairs.iter().map(|(text, ids)| ((*text).to_owned(), ids.to_vec())).collect()
        };
        let people = People {
            phones: of(&[("13800138000", &[1])]),
            numbers: of(&[("a07", &[2])]),
            names: of(&[("张伟", &[1, 3]), ("李雷", &[2]), ("alice", &[4])]),
        };
        assert_eq!(people.find(" +86 138 0013 8000 "), Ok(1));
        assert_eq!(people.find("A07"), Ok(2));
        assert_eq!(people.find("ALICE"), Ok(4));
        assert_eq!(people.find("张伟").unwrap_err(), "有2位员工叫“张伟”，请改写手机号或工号");
        assert_eq!(people.find("韩梅梅").unwrap_err(), "没有手机号、工号或姓名是“韩梅梅”的员工");
        assert_eq!(people.find_all("李雷、Alice；13800138000"), Ok(vec![2, 4, 1]));
        assert_eq!(people.find_all(" 、"), Ok(vec![]));
        assert!(people.find_all("李雷，张伟").is_err());
    }
}
