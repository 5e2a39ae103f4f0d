//! Talks with others by Rust's standard library, once for each argument, and prints what came of it:
//!
//!     tcp HOST:PORT        says hello and prints the answer
//!     udp ADDRESS:PORT     the same by datagrams, from an open socket and from a connected one
//!     listen ADDRESS:PORT  prints on which port it listens, and answers the first one
//!     tls HOST:PORT        as tcp, encrypted, with whom /etc/ca.pem vouches for

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

const HELLO: &[u8] = b"hello\n";

fn main() {
    for argument in std::env::args().skip(1) {
        let (how, whom) = argument.split_once(' ').expect("two words");
        let outcome = match how {
            "tcp" => tcp(whom),
            "udp" => udp(whom),
            "listen" => listen(whom),
            _ => tls(whom),
        };
        match outcome {
            Ok(answer) => println!("{how}: {answer}"),
            Err(error) => println!("{how}: {:?} {error}", error.kind()),
        }
    }
}

fn talk(mut stream: impl Read + Write) -> Result<String> {
    stream.write_all(HELLO)?;
    stream.flush()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.trim_end().into())
}

fn tcp(whom: &str) -> Result<String> {
    talk(TcpStream::connect(whom)?)
}

fn udp(whom: &str) -> Result<String> {
    let socket = UdpSocket::bind("0.0.0.0:0")?;
    let mut bytes = [0; 100];
    socket.send_to(HELLO, whom)?;
    let (length, from) = socket.recv_from(&mut bytes)?;
    let first = String::from_utf8_lossy(&bytes[..length]).trim_end().to_string();
    socket.connect(from)?;
    socket.send(HELLO)?;
    let length = socket.recv(&mut bytes)?;
    Ok(format!("{first}, {}", String::from_utf8_lossy(&bytes[..length]).trim_end()))
}

fn listen(address: &str) -> Result<String> {
    let listener = TcpListener::bind(address)?;
    println!("listening on {}", listener.local_addr()?.port());
    let (mut stream, _) = listener.accept()?;
    let mut word = [0; HELLO.len()];
    stream.read_exact(&mut word)?;
    stream.write_all(&word)?;
    Ok(String::from_utf8_lossy(&word).trim_end().into())
}

fn tls(whom: &str) -> Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file("/etc/ca.pem").map_err(Error::other)?).map_err(Error::other)?;
    let config = ClientConfig::builder_with_provider(Arc::new(rustls_rustcrypto::provider()))
        .with_safe_default_protocol_versions()
        .map_err(Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let (name, _) = whom.rsplit_once(':').ok_or(ErrorKind::InvalidInput)?;
    let name = ServerName::try_from(name.to_string()).map_err(Error::other)?;
    let connection = ClientConnection::new(Arc::new(config), name).map_err(Error::other)?;
    talk(StreamOwned::new(connection, TcpStream::connect(whom)?))
}
