//! A handler of HTTP requests of WASI 0.3: serves the files of `/www` as the streams that it is given, tells its variables, and
//! sends a body back while it is still coming.

use wasip3::cli::environment;
use wasip3::filesystem::preopens;
use wasip3::filesystem::types::{DescriptorFlags, OpenFlags, PathFlags};
use wasip3::http::types::{ErrorCode, Fields, Request, Response};
use wasip3::wit_bindgen::{spawn_local, StreamReader};
use wasip3::{wit_future, wit_stream};

wasip3::http::service::export!(Handler);

struct Handler;

impl wasip3::exports::http::handler::Guest for Handler {
    async fn handle(request: Request) -> Result<Response, ErrorCode> {
        let path = request.get_path_with_query().unwrap_or_default();
        if let Some(name) = path.strip_prefix("/www/") {
            return Ok(match file(name).await {
                Some(contents) => answer(200, contents),
                None => answer(404, text("no such file\n".into())),
            });
        }
        Ok(match path.as_str() {
            "/variables" => answer(200, text(format!("{:?}\n", environment::get_environment()))),
            "/echo" => {
                let (sent, received) = wit_future::new::<Result<(), ErrorCode>>(|| Ok(()));
                drop(sent);
                let (body, _trailers) = Request::consume_body(request, received);
                answer(200, body)
            }
            _ => answer(404, text(format!("nothing at {path}\n"))),
        })
    }
}

async fn file(name: &str) -> Option<StreamReader<u8>> {
    let www = preopens::get_directories().into_iter().find(|(_, path)| path == "/www")?.0;
    let file = www.open_at(PathFlags::SYMLINK_FOLLOW, name.into(), OpenFlags::empty(), DescriptorFlags::READ).await.ok()?;
    Some(file.read_via_stream(0).0)
}

fn text(text: String) -> StreamReader<u8> {
    let (mut writer, reader) = wit_stream::new();
    spawn_local(async move {
        writer.write_all(text.into_bytes()).await;
    });
    reader
}

fn answer(status: u16, body: StreamReader<u8>) -> Response {
    let (trailers, later) = wit_future::new::<Result<Option<Fields>, ErrorCode>>(|| Ok(None));
    drop(trailers);
    let (response, _sent) = Response::new(Fields::new(), Some(body), later);
    response.set_status_code(status).expect("a status");
    response
}
