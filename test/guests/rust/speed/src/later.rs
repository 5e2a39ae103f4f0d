//! Streams of WASI 0.3.

use crate::{since, LENGTH};
use wasip3::clocks::monotonic_clock::now;
use wasip3::filesystem::preopens;
use wasip3::filesystem::types::{Descriptor, DescriptorFlags, OpenFlags, PathFlags};
use wasip3::wit_bindgen::StreamResult;

async fn open(directory: &str, how: OpenFlags, flags: DescriptorFlags) -> Descriptor {
    let found = preopens::get_directories().into_iter().find(|(_, name)| name == directory).expect("a preopen");
    found.0.open_at(PathFlags::empty(), "large.bin".into(), how, flags).await.expect("a file")
}

pub async fn read(piece: usize) -> u64 {
    let file = open("/data", OpenFlags::empty(), DescriptorFlags::READ).await;
    let start = now();
    let (mut reader, end) = file.read_via_stream(0);
    let (mut count, mut buffer) = (0, Vec::with_capacity(piece));
    loop {
        buffer.clear();
        let (result, read) = reader.read(buffer).await;
        count += read.len();
        if result == StreamResult::Dropped {
            break;
        }
        buffer = read;
    }
    end.await.expect("all of it");
    let taken = since(start);
    assert_eq!(count, LENGTH);
    taken
}

pub async fn write(piece: usize) -> u64 {
    let file = open("/out", OpenFlags::CREATE | OpenFlags::TRUNCATE, DescriptorFlags::WRITE).await;
    let start = now();
    let (mut writer, reader) = wasip3::wit_stream::new();
    let end = file.write_via_stream(reader, 0);
    let mut bytes = vec![0x5a; piece];
    for _ in 0..LENGTH / piece {
        let mut rest = writer.write(bytes).await.1;
        while rest.remaining() > 0 {
            rest = writer.write_buf(rest).await.1;
        }
        bytes = rest.into_vec();
        bytes.resize(piece, 0x5a);
    }
    drop(writer);
    end.await.expect("all of it");
    let taken = since(start);
    assert_eq!(file.stat().await.expect("a size").size, LENGTH as u64);
    taken
}
