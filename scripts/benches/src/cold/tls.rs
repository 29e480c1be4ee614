//! TLS before a local database, as DynamoDB has it.

use anyhow::{Context, Result};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// Where Amazon Linux and Debian keep the authorities they trust.
const AUTHORITIES: [&str; 2] = ["/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt"];

/// Serves the database at `address`, a host and a port, for as long as this process runs, and answers the URL. Writes
/// whom its clients have to trust to `authorities`: beside all whom the machine trusts, since reading that is a part
/// of a cold start.
pub async fn serve(address: String, authorities: &Path) -> Result<String> {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()])?;
    let known = AUTHORITIES.iter().find_map(|file| fs::read_to_string(file).ok());
    fs::write(authorities, known.unwrap_or_default() + &cert.pem())
        .with_context(|| format!("cannot write {}", authorities.display()))?;
    let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
    let config =
        ServerConfig::builder().with_no_client_auth().with_single_cert(vec![cert.der().clone()], key)?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("https://localhost:{}", listener.local_addr()?.port());
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            // A connection breaks when its function is ended.
            tokio::spawn(forward(client, acceptor.clone(), address.clone()));
        }
    });
    Ok(url)
}

async fn forward(client: TcpStream, acceptor: TlsAcceptor, address: String) -> io::Result<()> {
    client.set_nodelay(true)?;
    let mut client = acceptor.accept(client).await?;
    let mut database = TcpStream::connect(address).await?;
    database.set_nodelay(true)?;
    copy_bidirectional(&mut client, &mut database).await.map(drop)
}
