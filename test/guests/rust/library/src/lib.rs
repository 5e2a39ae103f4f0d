//! A library of WASI 0.3 whose functions take and give descriptors, and one that writes and reads files by their paths.

use bindings::exports::acme::library::{files, texts};
use wasip3::filesystem::preopens;
use wasip3::filesystem::types::{Descriptor, DescriptorFlags, ErrorCode, OpenFlags, PathFlags};

mod bindings {
    wit_bindgen::generate!({
        inline: "package acme:library@1.0.0;
            interface files {
                use wasi:filesystem/types@0.3.0.{descriptor, error-code};
                open: async func(path: string) -> result<descriptor, error-code>;
                length: async func(file: borrow<descriptor>) -> u64;
                keep: async func(file: descriptor) -> u64;
            }
            interface texts {
                write: async func(path: string, text: string) -> bool;
                read: async func(path: string) -> option<string>;
            }
            world library { export files; export texts; }",
        path: ["../../../../node_modules/@bytecodealliance/jco/lib/wit/builtin/0.3.0/wasi-random", "../../../../node_modules/@bytecodealliance/jco/lib/wit/builtin/0.3.0/wasi-clocks", "../../../../node_modules/@bytecodealliance/jco/lib/wit/builtin/0.3.0/wasi-filesystem"],
        with: {
            "wasi:filesystem/types@0.3.0": wasip3::filesystem::types,
            "wasi:clocks/types@0.3.0": wasip3::clocks::types,
            "wasi:clocks/system-clock@0.3.0": wasip3::clocks::system_clock,
            "acme:library/files@1.0.0": generate,
            "acme:library/texts@1.0.0": generate,
        },
        runtime_path: "wit_bindgen::rt",
    });
    use super::Library;
    export!(Library);
}

struct Library;

impl files::Guest for Library {
    async fn open(path: String) -> Result<Descriptor, ErrorCode> {
        opened(path, OpenFlags::empty(), DescriptorFlags::READ).await
    }

    async fn length(file: &Descriptor) -> u64 {
        file.read_via_stream(0).0.collect().await.len() as u64
    }

    async fn keep(file: Descriptor) -> u64 {
        file.stat().await.map_or(0, |stat| stat.size)
    }
}

impl texts::Guest for Library {
    async fn write(path: String, text: String) -> bool {
        let Ok(file) = opened(path, OpenFlags::CREATE | OpenFlags::TRUNCATE, DescriptorFlags::WRITE).await else { return false };
        let (mut writer, reader) = wasip3::wit_stream::new();
        let written = file.write_via_stream(reader, 0);
        writer.write_all(text.into_bytes()).await;
        drop(writer);
        written.await.is_ok()
    }

    async fn read(path: String) -> Option<String> {
        let file = opened(path, OpenFlags::empty(), DescriptorFlags::READ).await.ok()?;
        String::from_utf8(file.read_via_stream(0).0.collect().await).ok()
    }
}

async fn opened(path: String, open: OpenFlags, flags: DescriptorFlags) -> Result<Descriptor, ErrorCode> {
    let data = preopens::get_directories().into_iter().next().ok_or(ErrorCode::NoEntry)?.0;
    data.open_at(PathFlags::SYMLINK_FOLLOW, path, open, flags).await
}
