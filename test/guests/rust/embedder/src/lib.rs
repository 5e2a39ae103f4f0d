//! A command of WASI 0.3 that embeds the guest `library`: it hands files in and takes files out through what `--export-files` exports,
//! and the library reads and writes them through WASI 0.3. It says `wirtual` for `virtual`, a word of Rust's that wit-bindgen does
//! not escape; the test puts it right.

use bindings::acme::library::texts;
use bindings::wasi_nest::wirtual::files;
use wasip3::cli::stdout;

mod bindings {
    wit_bindgen::generate!({
        inline: "package acme:library@1.0.0;
            interface texts {
                write: async func(path: string, text: string) -> bool;
                read: async func(path: string) -> option<string>;
            }
            world embedder { import texts; import wasi-nest:wirtual/files@0.1.0; }
            package wasi-nest:wirtual@0.1.0 {
                interface files {
                    enum kind { directory, file, symbolic-link, other }
                    record entry { path: string, kind: kind, size: u64, changed: bool }
                    enum failure {
                        busy, file-too-large, invalid, io, is-directory, loop, name-too-long, no-entry, insufficient-memory,
                        insufficient-space, not-directory, not-empty, not-permitted, read-only,
                    }
                    %list: func() -> result<list<entry>, failure>;
                    read: func(path: string) -> result<list<u8>, failure>;
                    write: func(path: string, contents: list<u8>) -> result<_, failure>;
                    reset: func();
                }
            }",
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

fn text(path: &str) -> Result<String, files::Failure> {
    files::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

async fn main() -> Result<(), ()> {
    files::write("/data/in", b"handed in").expect("a write");
    let mut told = format!("{:?}\n", texts::read("in".into()).await);
    let written = texts::write("out".into(), "taken out".into()).await;
    told += &format!("{written} {:?}\n", text("/data/out"));
    told += &format!("{:?}\n", files::list().map(|all| all.into_iter().map(|each| (each.path, each.size, each.changed)).collect::<Vec<_>>()));
    files::reset();
    told += &format!("{:?} {:?} {:?}\n", texts::read("in".into()).await, text("/data/out"), texts::read("file".into()).await);
    let (mut writer, reader) = wasip3::wit_stream::new();
    let written = stdout::write_via_stream(reader);
    writer.write_all(told.into_bytes()).await;
    drop(writer);
    written.await.map_err(|_| ())
}
