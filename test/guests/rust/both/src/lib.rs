//! A command with WASI 0.2 and 0.3 in one: the standard library's files are of 0.2, those of `wasip3` of 0.3.

use std::fs;
use std::io::{Read, Seek, SeekFrom, Write};
use wasip3::cli::environment;
use wasip3::filesystem::preopens;
use wasip3::filesystem::types::{Descriptor, DescriptorFlags, OpenFlags, PathFlags};
use wasip3::wit_stream;

mod bindings {
    wit_bindgen::generate!({
        inline: "package wasi:cli@0.3.0; interface run { run: async func() -> result; } world command { export run; }",
        runtime_path: "wit_bindgen::rt",
    });
    impl exports::wasi::cli::run::Guest for super::Program {
        async fn run() -> Result<(), ()> {
            super::main().await;
            Ok(())
        }
    }
    use super::Program;
    export!(Program);
}

struct Program;

async fn open(root: &Descriptor, path: &str, flags: DescriptorFlags) -> Descriptor {
    root.open_at(PathFlags::empty(), path.into(), OpenFlags::empty(), flags).await.expect("a file")
}

async fn main() {
    let variables = environment::get_environment();
    println!("one environment: {}", std::env::vars().collect::<Vec<_>>() == variables);
    let root = preopens::get_directories().into_iter().find(|(_, path)| path == "/data").expect("a preopen").0;
    let later = open(&root, "large", DescriptorFlags::READ).await;
    let mut earlier = fs::File::open("/data/large").expect("a file");
    let (mut reader, done) = later.read_via_stream(0);
    let mut buffer = [0; 1000];
    let mut same = 0;
    for _ in 0..100 {
        earlier.read_exact(&mut buffer).expect("bytes");
        let mut part = Vec::new();
        while part.len() < buffer.len() {
            part.extend(reader.read(Vec::with_capacity(buffer.len() - part.len())).await.1);
        }
        same += u32::from(part == buffer);
    }
    println!("side by side: {same}");
    drop(reader);
    println!("its end: {:?}", done.await.is_ok());
    let mut streams: Vec<_> = (0..100u64).map(|i| later.read_via_stream(i * 1000)).collect();
    let mut good = 0;
    for (i, (reader, _)) in streams.iter_mut().enumerate() {
        let part = reader.read(Vec::with_capacity(100)).await.1;
        earlier.seek(SeekFrom::Start(i as u64 * 1000)).expect("a place");
        earlier.read_exact(&mut buffer).expect("bytes");
        good += u32::from(part[..] == buffer[..part.len()]);
    }
    drop(streams);
    println!("many: {good}");
    let mut file = match fs::File::create("/data/shared") {
        Ok(file) => file,
        Err(error) => return println!("nothing can be written: {error}"),
    };
    file.write_all(b"by the standard library").expect("a write");
    let later = open(&root, "shared", DescriptorFlags::READ | DescriptorFlags::WRITE).await;
    let (reader, _done) = later.read_via_stream(3);
    println!("read: {:?}", String::from_utf8(reader.collect().await));
    let (mut writer, reader) = wit_stream::new();
    let done = later.write_via_stream(reader, 3);
    writer.write_all(b"ONE STREAM".to_vec()).await;
    drop(writer);
    println!("written: {}", done.await.is_ok());
    println!("read back: {:?}", fs::read_to_string("/data/shared").expect("text"));
    fs::remove_file("/data/shared").expect("removed");
    println!("gone: {}", root.stat_at(PathFlags::empty(), "shared".into()).await.is_err());
}
