//! A command of WASI 0.3 that uses descriptors which the guest `library` gives it: reads them itself, lends and gives them back.

use bindings::acme::library::files;
use wasip3::cli::stdout;

mod bindings {
    wit_bindgen::generate!({
        inline: "package acme:library@1.0.0;
            interface files {
                use wasi:filesystem/types@0.3.0.{descriptor, error-code};
                open: async func(path: string) -> result<descriptor, error-code>;
                length: async func(file: borrow<descriptor>) -> u64;
                keep: async func(file: descriptor) -> u64;
            }
            world library-user { import files; }",
        path: ["../../../../node_modules/@bytecodealliance/jco/lib/wit/builtin/0.3.0/wasi-random", "../../../../node_modules/@bytecodealliance/jco/lib/wit/builtin/0.3.0/wasi-clocks", "../../../../node_modules/@bytecodealliance/jco/lib/wit/builtin/0.3.0/wasi-filesystem"],
        with: {
            "wasi:filesystem/types@0.3.0": wasip3::filesystem::types,
            "wasi:clocks/types@0.3.0": wasip3::clocks::types,
            "wasi:clocks/system-clock@0.3.0": wasip3::clocks::system_clock,
            "acme:library/files@1.0.0": generate,
        },
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
    let file = files::open("file".into()).await.expect("a file");
    let (stream, done) = file.read_via_stream(0);
    let text = String::from_utf8(stream.collect().await).expect("text");
    let ended = done.await.is_ok();
    let length = files::length(&file).await;
    let missing = files::open("missing".into()).await.map(|_| ());
    let told = format!("{text:?} {ended}, {length} bytes, kept {}, {missing:?}\n", files::keep(file).await);
    let (mut writer, reader) = wasip3::wit_stream::new();
    let written = stdout::write_via_stream(reader);
    writer.write_all(told.into_bytes()).await;
    drop(writer);
    written.await.map_err(|_| ())
}
