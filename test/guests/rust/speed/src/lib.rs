//! A command that moves the bytes of files through streams of WASI 0.3 and of WASI 0.2, and prints for each argument how many
//! nanoseconds it took. An argument is `VERB-SERIES-PIECE`, such as `read-0.3-65536`. It reads `/data/large.bin`, and writes
//! `/out/large.bin`.

mod earlier;
mod later;

use wasip3::cli::{environment, stdout};
use wasip3::clocks::monotonic_clock;

/// What is read, and what is written.
const LENGTH: usize = 1 << 26;

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
    for argument in environment::get_arguments().iter().skip(1) {
        let parts: Vec<_> = argument.split('-').collect();
        let [verb, series, piece] = parts[..] else { panic!("{argument} is no VERB-SERIES-PIECE") };
        let piece = piece.parse().expect("a number of bytes");
        let nanoseconds = match (verb, series) {
            ("read", "0.3") => later::read(piece).await,
            ("write", "0.3") => later::write(piece).await,
            ("read", "0.2") => earlier::read(piece),
            ("write", "0.2") => earlier::write(piece),
            _ => panic!("{argument} is unknown"),
        };
        text.push_str(&format!("{argument} {nanoseconds}\n"));
    }
    let (mut writer, reader) = wasip3::wit_stream::new();
    let written = stdout::write_via_stream(reader);
    let rest = writer.write_all(text.into_bytes()).await;
    drop(writer);
    if rest.is_empty() && written.await.is_ok() { Ok(()) } else { Err(()) }
}

fn since(start: u64) -> u64 {
    monotonic_clock::now() - start
}
