//! A database that can be killed and started again with what it had.

use std::{env, fs, path::PathBuf, process, time::Duration};

use testing::database;
use tokio::{
    net::TcpListener,
    runtime::{Builder, Runtime},
};

/// A database on a file, in a runtime of its own: dropping that ends it as killing its process would.
pub struct Database {
    folder: PathBuf,
    port: u16,
    runtime: Option<Runtime>,
}

impl Database {
    pub fn start() -> Self {
        let folder = env::temp_dir().join(format!("crm-soak-{}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let mut database = Self { folder, port: 0, runtime: None };
        database.open();
        database
    }

    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub async fn restart(&mut self, down: Duration) {
        self.runtime.take().unwrap().shutdown_background();
        tokio::time::sleep(down).await;
        self.open();
    }

    fn open(&mut self) {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (file, port) = (self.folder.join("crm.db"), self.port);
        let (sender, receiver) = std::sync::mpsc::channel();
        runtime.spawn(async move {
            let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
            let port = listener.local_addr().unwrap().port();
            database::serve(listener, Some(&file)).unwrap();
            sender.send(port).unwrap();
        });
        self.port = receiver.recv().unwrap();
        self.runtime = Some(runtime);
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}
