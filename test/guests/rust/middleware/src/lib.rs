//! Middleware of WASI 0.3: imports `wasi:http/handler` and exports it. It hands each request on, and adds a header to the
//! response, with the value of the variable `VIA`; the body is the stream that comes from below.

use wasip3::cli::environment;
use wasip3::http::types::{ErrorCode, Fields, Request, Response};
use wasip3::wit_future;

mod below {
    wit_bindgen::generate!({
        inline: "package test:middleware; world middleware { import wasi:http/handler@0.3.0; }",
        path: [
            "../../../../node_modules/@bytecodealliance/jco/lib/wit/builtin/0.3.0/wasi-random",
            "../../../../node_modules/@bytecodealliance/jco/lib/wit/builtin/0.3.0/wasi-clocks",
            "../../../../node_modules/@bytecodealliance/jco/lib/wit/builtin/0.3.0/wasi-filesystem",
            "../../../../node_modules/@bytecodealliance/jco/lib/wit/builtin/0.3.0/wasi-sockets",
            "../../../../node_modules/@bytecodealliance/jco/lib/wit/builtin/0.3.0/wasi-cli",
            "../../../../node_modules/@bytecodealliance/jco/lib/wit/builtin/0.3.0/wasi-http",
        ],
        with: {
            "wasi:http/types@0.3.0": wasip3::http::types,
            "wasi:http/handler@0.3.0": generate,
            "wasi:clocks/types@0.3.0": wasip3::clocks::types,
        },
        runtime_path: "wit_bindgen::rt",
    });
}

wasip3::http::service::export!(Middleware);

struct Middleware;

impl wasip3::exports::http::handler::Guest for Middleware {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        let response = below::wasi::http::handler::handle(request).await?;
        let via = environment::get_environment().into_iter().find(|(name, _)| name == "VIA").map(|(_, value)| value);
        let headers = Fields::from_list(&response.get_headers().copy_all()).expect("headers");
        headers.append("x-via", via.unwrap_or_default().as_bytes()).expect("a header");
        let status = response.get_status_code();
        let (done, taken) = wit_future::new::<Result<(), ErrorCode>>(|| Ok(()));
        drop(done);
        let (body, trailers) = Response::consume_body(response, taken);
        let (response, _sent) = Response::new(headers, Some(body), trailers);
        response.set_status_code(status).expect("a status");
        Ok(response)
    }
}
