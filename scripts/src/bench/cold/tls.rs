//! TLS before a local database, as DynamoDB has it, and how long it is at work.

use anyhow::{Context, Result};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// Where Amazon Linux and Debian keep the authorities they trust.
const AUTHORITIES: [&str; 2] = ["/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt"];

/// The endpoint. It is served for as long as this process runs.
pub struct Tls {
    /// Its URL.
    pub endpoint: String,
    work: Arc<Mutex<Work>>,
}

/// The time in which at least one call is at the database.
#[derive(Default)]
struct Work {
    calls: u32,
    since: Option<Instant>,
    total: Duration,
}

impl Tls {
    /// Serves the database at `address`, a host and a port. Writes what its clients have to trust to `authorities`:
    /// beside all that the machine trusts, since reading that is a part of a cold start.
    pub async fn start(address: String, authorities: &Path) -> Result<Self> {
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()])?;
        let known = AUTHORITIES.iter().find_map(|file| std::fs::read_to_string(file).ok());
        std::fs::write(authorities, known.unwrap_or_default() + &cert.pem())
            .with_context(|| format!("cannot write {}", authorities.display()))?;
        let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
        let config =
            ServerConfig::builder().with_no_client_auth().with_single_cert(vec![cert.der().clone()], key)?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let endpoint = format!("https://localhost:{}", listener.local_addr()?.port());
        let work = Arc::default();
        let shared = Arc::clone(&work);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (acceptor, address, work) = (acceptor.clone(), address.clone(), Arc::clone(&shared));
                // A connection breaks when its function is ended.
                tokio::spawn(async move { carry(client, acceptor, address, &work).await });
            }
        });
        Ok(Self { endpoint, work })
    }

    /// How long calls have been at the database up to now.
    pub fn worked(&self) -> Duration {
        self.work.lock().unwrap_or_else(PoisonError::into_inner).total
    }
}

/// Carries calls and answers, one after the other, as HTTP/1.1 has them.
async fn carry(
    client: TcpStream,
    acceptor: TlsAcceptor,
    address: String,
    work: &Mutex<Work>,
) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut client = acceptor.accept(client).await?;
    let mut database = TcpStream::connect(address).await?;
    database.set_nodelay(true)?;
    let (mut call, mut answer) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    let mut at_work = None;
    loop {
        tokio::select! {
            read = client.read(&mut call) => {
                let bytes = call.get(..read?).filter(|bytes| !bytes.is_empty());
                let Some(bytes) = bytes else { return Ok(()) };
                at_work.get_or_insert_with(|| AtWork::begin(work));
                database.write_all(bytes).await?;
            }
            read = database.read(&mut answer) => {
                let bytes = answer.get(..read?).filter(|bytes| !bytes.is_empty());
                let Some(bytes) = bytes else { return Ok(()) };
                client.write_all(bytes).await?;
                client.flush().await?;
                at_work = None;
            }
        }
    }
}

/// One call at the database.
struct AtWork<'a>(&'a Mutex<Work>);

impl<'a> AtWork<'a> {
    fn begin(work: &'a Mutex<Work>) -> Self {
        let mut now = work.lock().unwrap_or_else(PoisonError::into_inner);
        now.calls += 1;
        now.since.get_or_insert_with(Instant::now);
        drop(now);
        Self(work)
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        now.calls -= 1;
        if now.calls == 0
            && let Some(since) = now.since.take()
        {
            now.total += since.elapsed();
        }
    }
}
