//! A command of WASI 0.2 that posts a body to each URL among its arguments, by a client that waits with `wasi:io/poll`, and prints what
//! came of it.

use wstd::http::error::ErrorCode;
use wstd::http::{Body, Client, Error, Request};

#[wstd::main]
async fn main() {
    for url in std::env::args().skip(1) {
        match fetch(&url).await {
            Ok(answer) => println!("{answer}"),
            Err(error) => match error.downcast_ref::<ErrorCode>() {
                Some(code) => println!("{code:?}"),
                None => println!("{error}"),
            },
        }
    }
}

async fn fetch(url: &str) -> Result<String, Error> {
    let request = Request::post(url).header("x-mine", "1").body("what is sent")?;
    let response = Client::new().send(request).await?;
    let status = response.status().as_u16();
    let answer = response.headers().get("x-answer").map(|value| value.to_str().map(str::to_owned)).transpose()?;
    let mut body: Body = response.into_body();
    Ok(format!("{status} {} {}", answer.unwrap_or_default(), body.str_contents().await?))
}
