//! A command of WASI 0.3. Its first argument says what it does with the directory `/data`; what it prints depends on nothing but
//! what is there. Everything goes through streams and futures.

use std::fmt::Write;
use wasip3::cli::{environment, stderr, stdin, stdout};
use wasip3::filesystem::preopens;
use wasip3::filesystem::types::{Descriptor, DescriptorFlags, ErrorCode, OpenFlags, PathFlags};
use wasip3::wit_bindgen::StreamResult;
use wasip3::{wit_future, wit_stream};

mod bindings {
    #[cfg(not(feature = "sync"))]
    wit_bindgen::generate!({
        inline: "package wasi:cli@0.3.0; interface run { run: async func() -> result; } world command { export run; }",
        runtime_path: "wit_bindgen::rt",
    });
    #[cfg(feature = "sync")]
    wit_bindgen::generate!({
        inline: "package wasi:cli@0.3.0; interface run { run: async func() -> result; } world command { export run; }",
        runtime_path: "wit_bindgen::rt",
        async: ["-export:wasi:cli/run@0.3.0#run"],
    });
    #[cfg(not(feature = "sync"))]
    impl exports::wasi::cli::run::Guest for super::Program {
        async fn run() -> Result<(), ()> {
            super::main().await
        }
    }
    #[cfg(feature = "sync")]
    impl exports::wasi::cli::run::Guest for super::Program {
        fn run() -> Result<(), ()> {
            wit_bindgen::block_on(super::main())
        }
    }
    use super::Program;
    export!(Program);
}

struct Program;

async fn main() -> Result<(), ()> {
    let args = environment::get_arguments();
    let word = |i: usize| args.get(i).cloned().unwrap_or_default();
    let number = |i: usize, other: u32| word(i).parse().unwrap_or(other);
    let mut text = String::new();
    match word(1).as_str() {
        "read" => read(&mut text).await,
        "write" => write(&mut text).await,
        "many" => many(&mut text, number(2, 20)).await,
        "stdio" => return stdio().await,
        "hostile" => hostile(&mut text, number(2, 1), number(3, 1000)).await,
        other => writeln!(text, "nothing to do: {other:?}").unwrap(),
    }
    print(text).await
}

async fn print(text: String) -> Result<(), ()> {
    let (mut writer, reader) = wit_stream::new();
    let done = stdout::write_via_stream(reader);
    let rest = writer.write_all(text.into_bytes()).await;
    drop(writer);
    if done.await.is_ok() && rest.is_empty() { Ok(()) } else { Err(()) }
}

fn root() -> Descriptor {
    preopens::get_directories().into_iter().find(|(_, path)| path == "/data").expect("a preopen").0
}

fn how<T>(result: &Result<T, ErrorCode>) -> String {
    match result {
        Ok(_) => "ok".into(),
        Err(code) => format!("{code:?}").split(" (").next().unwrap_or_default().replace("ErrorCode::", ""),
    }
}

async fn open(at: &Descriptor, path: &str) -> Result<Descriptor, ErrorCode> {
    at.open_at(PathFlags::SYMLINK_FOLLOW, path.into(), OpenFlags::empty(), DescriptorFlags::READ).await
}

async fn create(at: &Descriptor, path: &str) -> Result<Descriptor, ErrorCode> {
    at.open_at(PathFlags::empty(), path.into(), OpenFlags::CREATE, DescriptorFlags::READ | DescriptorFlags::WRITE).await
}

/// Adler's checksum: order counts.
fn sum(bytes: &[u8]) -> u32 {
    let (mut a, mut b) = (1u32, 0u32);
    for byte in bytes {
        a = (a + u32::from(*byte)) % 65521;
        b = (b + a) % 65521;
    }
    b << 16 | a
}

/// At most `wanted` bytes, `piece` at a time, and how the stream ended.
async fn bytes(file: &Descriptor, offset: u64, piece: usize, wanted: usize) -> (Vec<u8>, Result<(), ErrorCode>) {
    let (mut reader, done) = file.read_via_stream(offset);
    let mut all = Vec::new();
    while all.len() < wanted {
        let (result, part) = reader.read(Vec::with_capacity(piece.min(wanted - all.len()))).await;
        all.extend(part);
        if result == StreamResult::Dropped {
            break;
        }
    }
    drop(reader);
    (all, done.await)
}

async fn names(directory: &Descriptor) -> (Vec<String>, Result<(), ErrorCode>) {
    let (reader, done) = directory.read_directory();
    let mut all: Vec<_> = reader.collect().await.iter().map(|entry| format!("{} {:?}", entry.name, entry.type_)).collect();
    all.sort();
    (all, done.await)
}

async fn read(text: &mut String) {
    let root = root();
    let (all, end) = names(&root).await;
    writeln!(text, "{all:?} {}", how(&end)).unwrap();
    let large = open(&root, "large").await.expect("a file");
    for piece in [1, 7, 4096, 65536, 10_000_000] {
        let wanted = if piece < 100 { 3000 } else { usize::MAX };
        let (all, end) = bytes(&large, 5, piece, wanted).await;
        writeln!(text, "by {piece}: {} {:08x} {}", all.len(), sum(&all), how(&end)).unwrap();
    }
    for offset in [0, 299_999, 300_000, 300_001, 1 << 40] {
        let (all, end) = bytes(&large, offset, 1000, 10).await;
        writeln!(text, "at {offset}: {} {:08x} {}", all.len(), sum(&all), how(&end)).unwrap();
    }
    let (_, end) = bytes(&large, u64::MAX, 1000, 10).await;
    writeln!(text, "no offset: {}", end.is_err()).unwrap();
    // Nobody looks at the future, or at the stream, or at either.
    let (mut reader, done) = large.read_via_stream(0);
    drop(done);
    writeln!(text, "without a future: {}", reader.read(Vec::with_capacity(9)).await.1.len()).unwrap();
    drop(reader);
    let (reader, done) = large.read_via_stream(0);
    drop(reader);
    writeln!(text, "without a stream: {}", how(&done.await)).unwrap();
    drop(large.read_via_stream(0));
    for path in ["none", "folder/none", "a/b", "link", "dangling", "loop", "..", "folder/../large", ""] {
        writeln!(text, "open {path:?}: {}", how(&open(&root, path).await)).unwrap();
    }
    let (_, end) = bytes(&root, 0, 10, 10).await;
    writeln!(text, "a directory is no file: {}", how(&end)).unwrap();
    let (all, end) = names(&large).await;
    writeln!(text, "a file is no directory: {} {}", all.len(), how(&end)).unwrap();
    let (mut reader, done) = open(&root, "folder").await.expect("a directory").read_directory();
    let (_, first) = reader.read(Vec::with_capacity(3)).await;
    let (_, second) = reader.read(Vec::with_capacity(1)).await;
    drop(reader);
    writeln!(text, "some entries: {} {} {}", first.len(), second.len(), how(&done.await)).unwrap();
    let stat = root.stat_at(PathFlags::empty(), "large".into()).await.expect("a stat");
    writeln!(text, "stat: {:?} {} {}", stat.type_, stat.size, stat.link_count).unwrap();
    writeln!(text, "link: {:?}", root.readlink_at("link".into()).await.ok()).unwrap();
    writeln!(text, "no link: {}", how(&root.readlink_at("large".into()).await)).unwrap();
    writeln!(text, "same: {} {}", large.is_same_object(&large).await, large.is_same_object(&root).await).unwrap();
    let identities = [large.metadata_hash().await, root.metadata_hash_at(PathFlags::empty(), "large".into()).await];
    let [Ok(first), Ok(second)] = identities else { panic!("no identity") };
    writeln!(text, "identity: {}", (first.lower, first.upper) == (second.lower, second.upper)).unwrap();
    writeln!(text, "type: {:?} {:?}", root.get_type().await.ok(), large.get_type().await.ok()).unwrap();
    writeln!(text, "written: {}", how(&put(&large, Some(0), b"no", 2).await)).unwrap();
}

/// Writes at an offset or at the end.
async fn put(file: &Descriptor, offset: Option<u64>, data: &[u8], piece: usize) -> Result<(), ErrorCode> {
    let (mut writer, reader) = wit_stream::new();
    let done = match offset {
        Some(offset) => file.write_via_stream(reader, offset),
        None => file.append_via_stream(reader),
    };
    for part in data.chunks(piece) {
        if !writer.write_all(part.to_vec()).await.is_empty() {
            break;
        }
    }
    drop(writer);
    done.await
}

async fn write(text: &mut String) {
    let root = root();
    let file = create(&root, "made").await.expect("a new file");
    let data: Vec<u8> = (0..200_000u32).map(|i| (i.wrapping_mul(2654435761) >> 13) as u8).collect();
    for piece in [999, 70_000, 200_000] {
        let end = put(&file, Some(0), &data, piece).await;
        let (all, _) = bytes(&file, 0, 8192, usize::MAX).await;
        writeln!(text, "by {piece}: {} {}", all == data, how(&end)).unwrap();
    }
    writeln!(text, "appended: {}", how(&put(&file, None, b"the end", 3).await)).unwrap();
    let (all, _) = bytes(&file, 199_999, 100, 100).await;
    writeln!(text, "{:?}", String::from_utf8_lossy(&all[1..])).unwrap();
    let (writer, reader) = wit_stream::new::<u8>();
    let done = file.write_via_stream(reader, 0);
    drop(writer);
    writeln!(text, "nothing: {}", how(&done.await)).unwrap();
    // A reader that began before sees what is there when it reads.
    let (mut reader, _done) = file.read_via_stream(0);
    let early = reader.read(Vec::with_capacity(4)).await.1;
    put(&file, Some(4), b"ABCD", 4).await.expect("a write");
    let late = reader.read(Vec::with_capacity(4)).await.1;
    writeln!(text, "{} {:?}", early == data[..4], String::from_utf8_lossy(&late)).unwrap();
    drop(reader);
    // Fifty writers at once: all streams are begun before anything is written.
    let mut writers = Vec::new();
    for i in 0..50u64 {
        let (writer, reader) = wit_stream::new();
        writers.push((writer, file.write_via_stream(reader, i * 100)));
    }
    for (i, (writer, _)) in writers.iter_mut().enumerate().rev() {
        writer.write_all(vec![i as u8; 100]).await;
    }
    let mut good = 0;
    for (writer, done) in writers {
        drop(writer);
        good += u32::from(done.await.is_ok());
    }
    let (all, _) = bytes(&file, 0, 5000, 5000).await;
    writeln!(text, "fifty: {good} {}", all.iter().enumerate().all(|(i, byte)| usize::from(*byte) == i / 100)).unwrap();
    writeln!(text, "shorter: {}", how(&file.set_size(3).await)).unwrap();
    writeln!(text, "size: {}", file.stat().await.map_or(0, |stat| stat.size)).unwrap();
    writeln!(text, "directory: {}", how(&root.create_directory_at("new".into()).await)).unwrap();
    writeln!(text, "again: {}", how(&root.create_directory_at("new".into()).await)).unwrap();
    writeln!(text, "moved: {}", how(&root.rename_at("made".into(), &root, "new/moved".into()).await)).unwrap();
    writeln!(text, "not empty: {}", how(&root.remove_directory_at("new".into()).await)).unwrap();
    writeln!(text, "linked: {}", how(&root.link_at(PathFlags::empty(), "new/moved".into(), &root, "second".into()).await)).unwrap();
    writeln!(text, "symbolic: {}", how(&root.symlink_at("new/moved".into(), "way".into()).await)).unwrap();
    writeln!(text, "{:?}", root.readlink_at("way".into()).await.ok()).unwrap();
    for name in ["second", "way", "new/moved", "none"] {
        writeln!(text, "removed {name}: {}", how(&root.unlink_file_at(name.into()).await)).unwrap();
    }
    writeln!(text, "still there: {}", file.stat().await.map_or(0, |stat| stat.link_count + stat.size)).unwrap();
    writeln!(text, "empty: {}", how(&root.remove_directory_at("new".into()).await)).unwrap();
    writeln!(text, "{:?}", names(&root).await.0).unwrap();
}

/// So many streams at once, of which every other one is abandoned in the middle.
async fn many(text: &mut String, count: u32) {
    let root = root();
    let large = open(&root, "large").await.expect("a file");
    let mut streams: Vec<_> = (0..count).map(|i| large.read_via_stream(u64::from(i))).collect();
    let mut total = 0u64;
    for (i, (reader, _)) in streams.iter_mut().enumerate() {
        let (_, part) = reader.read(Vec::with_capacity(1 + i % 5000)).await;
        total += u64::from(sum(&part));
    }
    let mut good = 0;
    for (i, (mut reader, done)) in streams.into_iter().enumerate() {
        if i % 2 == 0 {
            total += u64::from(sum(&reader.read(Vec::with_capacity(10)).await.1));
        }
        drop(reader);
        if i % 3 != 0 {
            good += u32::from(done.await.is_ok());
        }
    }
    writeln!(text, "{count} streams: {total} {good}").unwrap();
}

/// Standard input to standard output in capitals; the environment to standard error.
async fn stdio() -> Result<(), ()> {
    let (mut reader, done) = stdin::read_via_stream();
    let (mut writer, output) = wit_stream::new();
    let written = stdout::write_via_stream(output);
    loop {
        let (result, part) = reader.read(Vec::with_capacity(10)).await;
        if !part.is_empty() && !writer.write_all(part.to_ascii_uppercase()).await.is_empty() {
            break;
        }
        if result == StreamResult::Dropped {
            break;
        }
    }
    drop(writer);
    let (mut writer, errors) = wit_stream::new();
    let told = stderr::write_via_stream(errors);
    let text = format!("{:?} {:?} {:?}\n", environment::get_environment(), environment::get_arguments(), environment::get_initial_cwd());
    writer.write_all(text.into_bytes()).await;
    drop(writer);
    let ends = [done.await.is_ok(), written.await.is_ok(), told.await.is_ok()];
    if ends == [true; 3] { Ok(()) } else { Err(()) }
}

/// Streams begun, read, written and dropped in any order. What is read must be what is there.
async fn hostile(text: &mut String, seed: u32, steps: u32) {
    let root = root();
    let large = open(&root, "large").await.expect("a file");
    let whole = bytes(&large, 0, 65536, usize::MAX).await.0;
    let mut state = seed | 1;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as usize % below
    };
    let mut open_streams = Vec::new();
    let mut futures: Vec<wasip3::wit_bindgen::FutureReader<Result<(), ErrorCode>>> = Vec::new();
    let (mut read, mut wrong, mut failed) = (0u64, 0u32, 0u32);
    for _ in 0..steps {
        match random(8) {
            0 | 1 if open_streams.len() < 1000 => {
                let offset = random(whole.len() + 10);
                let (reader, done) = large.read_via_stream(offset as u64);
                futures.push(done);
                open_streams.push((reader, offset));
            }
            2 if !open_streams.is_empty() => drop(open_streams.swap_remove(random(open_streams.len()))),
            3 if !futures.is_empty() => drop(futures.swap_remove(random(futures.len()))),
            4 if !open_streams.is_empty() && !futures.is_empty() => {
                // The end of a stream is known once it has been dropped.
                let at = random(open_streams.len());
                drop(open_streams.swap_remove(at));
                if open_streams.is_empty() {
                    while let Some(done) = futures.pop() {
                        failed += u32::from(done.await.is_err());
                    }
                }
            }
            5 => {
                let (mut reader, done) = root.read_directory();
                let _ = reader.read(Vec::with_capacity(1 + random(4))).await;
                if random(2) == 0 {
                    drop(reader);
                    failed += u32::from(done.await.is_err());
                }
            }
            _ if !open_streams.is_empty() => {
                let at = random(open_streams.len());
                let size = [0, 1, 100, 5000, 100_000][random(5)];
                let (reader, offset) = &mut open_streams[at];
                if size == 0 {
                    continue;
                }
                let (result, part) = reader.read(Vec::with_capacity(size)).await;
                let start = (*offset).min(whole.len());
                let expected = &whole[start..(start + part.len()).min(whole.len())];
                wrong += u32::from(part != expected);
                *offset += part.len();
                read += part.len() as u64;
                if result == StreamResult::Dropped {
                    open_streams.swap_remove(at);
                }
            }
            _ => {}
        }
    }
    drop(open_streams);
    for done in futures {
        failed += u32::from(done.await.is_err());
    }
    let _ = wit_future::new::<Result<(), ErrorCode>>(|| Ok(()));
    writeln!(text, "{steps} steps: {read} bytes, {wrong} wrong, {failed} failed").unwrap();
}
