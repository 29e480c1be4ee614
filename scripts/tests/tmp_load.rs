use scripts::{database, template::Template};
use shared::{
    model::Menu,
    store::{Author, Store, Write},
    time::Time,
};
#[tokio::test(flavor = "multi_thread")]
async fn load() {
    let endpoint = database::embedded(Some(std::path::Path::new("/tmp/vfy/crm.db"))).await.unwrap();
    let client = database::client(&endpoint);
    database::create_table(&client, "crm", &Template::read().unwrap().table).await.unwrap();
    let n: u32 = std::env::var("N").unwrap().parse().unwrap();
    let writes = (1..=n).map(|id| {
        let mut w = Write::new(Author { employee: 0, at: Time(0) });
        w.create(id, &Menu { name: format!("menu number {id}"), ..Menu::default() })?;
        Ok(w)
    });
    Store::new(client, "crm").load(writes, |_| {}).await.unwrap();
}
