//! A database that can be killed and started again with what it had.

use crate::database;
use std::{env, fs, path::PathBuf, process, time::Duration};
use tokio::{
    net::TcpListener,
    runtime::{Builder, Runtime},
};

/// A database on a file, in a runtime of its own: dropping that ends it as killing its process would.
pub struct RestartableDatabase {
    folder: PathBuf,
    port: u16,
    runtime: Option<Runtime>,
}

impl RestartableDatabase {
    /// An empty one.
    pub fn start() -> Self {
        let folder = env::temp_dir().join(format!("crm-restartable-{}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        let mut database = Self { folder, port: 0, runtime: None };
        database.open();
        database
    }

    /// Its address, which stays the same.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Kills it, and starts it again after a while.
    pub async fn restart(&mut self, down: Duration) {
        self.runtime.take().expect("a runtime").shutdown_background();
        tokio::time::sleep(down).await;
        self.open();
    }

    fn open(&mut self) {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        let (file, port) = (self.folder.join("crm.db"), self.port);
        let (sender, receiver) = std::sync::mpsc::channel();
        runtime.spawn(async move {
            let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("the port");
            let port = listener.local_addr().expect("an address").port();
            database::serve(listener, Some(&file)).expect("dynoxide starts");
            sender.send(port).expect("whoever waits for it");
        });
        self.port = receiver.recv().expect("it listens");
        self.runtime = Some(runtime);
    }
}

impl Drop for RestartableDatabase {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}
