//! A command of WASI 0.3 that makes an HTTP request with a body, sends it, and says how that ended.

use wasip3::cli::stdout;
use wasip3::http::client;
use wasip3::http::types::{ErrorCode, Fields, Request};
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
    let mut text = String::new();
    for _ in 0..100 {
        let (mut body, contents) = wit_stream::new::<u8>();
        let (_trailers, later) = wit_future::new::<Result<Option<Fields>, ErrorCode>>(|| Ok(None));
        let (request, sent) = Request::new(Fields::new(), Some(contents), later, None);
        let rest = body.write_all(b"body".to_vec()).await.len();
        drop(body);
        let answer = client::send(request).await.map(|_| ());
        text = format!("{answer:?} {:?} {rest}\n", sent.await);
    }
    let (mut writer, reader) = wit_stream::new();
    let done = stdout::write_via_stream(reader);
    writer.write_all(text.into_bytes()).await;
    drop(writer);
    done.await.map_err(|_| ())
}
