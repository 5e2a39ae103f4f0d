//! A command of WASI 0.3 that uses what the guest `plug` exports, and the streams of a file beside it.

use bindings::acme::feed::feed;
use bindings::wasi::clocks::monotonic_clock;
use bindings::wasi::random::random;
use wasip3::cli::stdout;
use wasip3::filesystem::preopens;
use wasip3::filesystem::types::{DescriptorFlags, OpenFlags, PathFlags};

mod bindings {
    wit_bindgen::generate!({
        inline: "package acme:feed@1.0.0;
            interface feed {
                count: async func(to: u32) -> stream<u8>;
                sum: async func(data: stream<u8>) -> u64;
            }
            world plug-user {
                import wasi:random/random@0.3.0;
                import wasi:clocks/monotonic-clock@0.3.0;
                import feed;
            }",
        path: [
            "../../../../node_modules/@bytecodealliance/jco/lib/wit/builtin/0.3.0/wasi-random",
            "../../../../node_modules/@bytecodealliance/jco/lib/wit/builtin/0.3.0/wasi-clocks",
        ],
        generate_all,
        runtime_path: "wit_bindgen::rt",
    });
}

mod command {
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
    monotonic_clock::wait_for(3_600_000_000_000).await;
    let counted = feed::count(1000).await.collect().await;
    let again = feed::sum(feed::count(1000).await).await;
    let data = preopens::get_directories().into_iter().find(|(_, path)| path == "/data").expect("a preopen").0;
    let file = data.open_at(PathFlags::empty(), "file".into(), OpenFlags::empty(), DescriptorFlags::READ).await.expect("a file");
    let of_file = feed::sum(file.read_via_stream(0).0).await;
    let text = format!(
        "{:?} {} at {}, {} bytes, {again}, a file {of_file}\n",
        random::get_random_bytes(3),
        random::get_random_u64(),
        monotonic_clock::now(),
        counted.len(),
    );
    let (mut writer, reader) = wasip3::wit_stream::new();
    let written = stdout::write_via_stream(reader);
    writer.write_all(text.into_bytes()).await;
    drop(writer);
    written.await.map_err(|_| ())
}
