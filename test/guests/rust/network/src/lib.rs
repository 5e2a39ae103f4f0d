//! A command of WASI 0.3 that uses the network, over loopback: its first argument says how, one thing after the other, its second is a
//! port.

use std::future::{poll_fn, Future};
use std::pin::pin;
use std::task::Poll;
use wasip3::cli::{environment, stdout};
use wasip3::filesystem::preopens;
use wasip3::filesystem::types::{DescriptorFlags, OpenFlags, PathFlags};
use wasip3::http::client;
use wasip3::http::types::{ErrorCode as HttpError, Fields, Request, Response, Scheme};
use wasip3::sockets::ip_name_lookup::resolve_addresses;
use wasip3::sockets::types::{ErrorCode, IpAddressFamily, IpSocketAddress, Ipv4SocketAddress, TcpSocket, UdpSocket};
use wasip3::wit_bindgen::StreamReader;
use wasip3::{wit_future, wit_stream};

mod bindings {
    wit_bindgen::generate!({
        inline: "package wasi:cli@0.3.0; interface run { run: async func() -> result; } world command { export run; }",
        runtime_path: "wit_bindgen::rt",
    });
    impl exports::wasi::cli::run::Guest for super::Program {
        async fn run() -> Result<(), ()> {
            super::main().await
        }
    }
    use super::Program;
    export!(Program);
}

struct Program;

async fn main() -> Result<(), ()> {
    let arguments = environment::get_arguments();
    let port = arguments.get(2).and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut lines = String::new();
    for command in arguments.get(1).map_or("", String::as_str).split(',') {
        lines += &(line(command, port).await + "\n");
    }
    print(lines).await
}

async fn line(command: &str, port: u16) -> String {
    match command {
        "client" => tcp_client(port).await.unwrap_or_else(told),
        "server" => tcp_server().await.unwrap_or_else(told),
        "udp" => udp(port).await.unwrap_or_else(told),
        "idle" => idle(port).await.unwrap_or_else(told),
        "get" => get(port).await.unwrap_or_else(|error| format!("{error:?}")),
        "lookup" => format!("{:?}", resolve_addresses("localhost".into()).await.map(|found| !found.is_empty())),
        _ => "nothing to do".into(),
    }
}

async fn print(text: String) -> Result<(), ()> {
    let (mut writer, reader) = wit_stream::new();
    let written = stdout::write_via_stream(reader);
    writer.write_all(text.into_bytes()).await;
    drop(writer);
    written.await.map_err(|_| ())
}

fn told(error: ErrorCode) -> String {
    format!("{error:?}")
}

fn loopback(port: u16) -> IpSocketAddress {
    IpSocketAddress::Ipv4(Ipv4SocketAddress { port, address: (127, 0, 0, 1) })
}

/// The embedded file as a stream, which goes on to a socket or a request as it is.
async fn body() -> StreamReader<u8> {
    let data = preopens::get_directories().into_iter().find(|(_, path)| path == "/data").expect("a preopen `/data`").0;
    let file = data.open_at(PathFlags::empty(), "body".into(), OpenFlags::empty(), DescriptorFlags::READ).await.expect("a file");
    file.read_via_stream(0).0
}

/// How many bytes come, and a sum of them that depends on their order.
async fn summed(mut stream: StreamReader<u8>) -> (usize, u32) {
    let (mut length, mut sum) = (0, 0u32);
    while let (wasip3::wit_bindgen::StreamResult::Complete(_), bytes) = stream.read(Vec::with_capacity(65536)).await {
        length += bytes.len();
        for byte in bytes {
            sum = sum.wrapping_mul(31).wrapping_add(byte.into());
        }
    }
    (length, sum)
}

async fn tcp_client(port: u16) -> Result<String, ErrorCode> {
    let socket = TcpSocket::create(IpAddressFamily::Ipv4)?;
    socket.connect(loopback(port)).await?;
    let sent = socket.send(body().await);
    let (received, done) = socket.receive();
    let (length, sum) = summed(received).await;
    sent.await?;
    done.await?;
    Ok(format!("received {length} with {sum}, sent {:?}", summed(body().await).await))
}

/// Says on which port it listens, and sends back what the first connection sends.
async fn tcp_server() -> Result<String, ErrorCode> {
    let socket = TcpSocket::create(IpAddressFamily::Ipv4)?;
    socket.bind(loopback(0))?;
    let mut connections = socket.listen()?;
    let IpSocketAddress::Ipv4(Ipv4SocketAddress { port, .. }) = socket.get_local_address()? else { panic!("no port") };
    print(format!("listening on {port}\n")).await.expect("printed");
    let connection = connections.next().await.expect("a connection");
    let (received, done) = connection.receive();
    connection.send(received).await?;
    done.await?;
    Ok("echoed".into())
}

async fn udp(port: u16) -> Result<String, ErrorCode> {
    let socket = UdpSocket::create(IpAddressFamily::Ipv4)?;
    socket.bind(loopback(0))?;
    let mut intact = 0;
    for number in 0..10u8 {
        socket.send(vec![number; 1000], Some(loopback(port))).await?;
        let (data, _) = socket.receive().await?;
        intact += usize::from(data == vec![number; 1000]);
    }
    Ok(format!("{intact} datagrams came back"))
}

/// Another socket waits for a datagram, is asked to no more, and then gets one.
async fn idle(port: u16) -> Result<String, ErrorCode> {
    let socket = UdpSocket::create(IpAddressFamily::Ipv4)?;
    socket.bind(loopback(0))?;
    let told = {
        let mut waiting = pin!(socket.receive());
        poll_fn(|context| Poll::Ready(waiting.as_mut().poll(context).is_pending())).await.then_some(()).ok_or(ErrorCode::InvalidState)?;
        udp(port).await?
    };
    socket.send(b"at last".to_vec(), Some(loopback(port))).await?;
    let (data, _) = socket.receive().await?;
    Ok(format!("{told}, and {:?}", String::from_utf8_lossy(&data)))
}

/// Posts the embedded file, and tells what the answer is.
async fn get(port: u16) -> Result<String, HttpError> {
    let (trailers, later) = wit_future::new::<Result<Option<Fields>, HttpError>>(|| Ok(None));
    drop(trailers);
    let (request, sent) = Request::new(Fields::new(), Some(body().await), later, None);
    // A denied request cannot be set; sending it says so.
    let _ = request.set_method(&wasip3::http::types::Method::Post);
    let _ = request.set_scheme(Some(&Scheme::Http));
    let _ = request.set_authority(Some(&format!("127.0.0.1:{port}")));
    let _ = request.set_path_with_query(Some("/echo"));
    let response = client::send(request).await?;
    let status = response.get_status_code();
    let (done, taken) = wit_future::new::<Result<(), HttpError>>(|| Ok(()));
    drop(done);
    let (body, _trailers) = Response::consume_body(response, taken);
    let (length, sum) = summed(body).await;
    // Wasmtime sends no more when this is dropped.
    drop(sent);
    Ok(format!("{status} {length} {sum}"))
}
