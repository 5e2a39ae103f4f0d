//! Reads files and directories in every way.

use wasip3::filesystem::types::{Descriptor, DescriptorFlags, OpenFlags, PathFlags};
use wasip3::wit_bindgen::StreamResult;
use crate::{data, is_pattern, kind, list, open, outcome, read, sum, tell};
use std::pin::pin;

pub async fn main() -> String {
    let mut text = String::new();
    let data = data();
    sizes(&mut text, &data).await;
    drops(&mut text, &data).await;
    directories(&mut text, &data).await;
    paths(&mut text, &data).await;
    text
}

async fn sizes(text: &mut String, data: &Descriptor) {
    let small = open(data, "hello.txt").await.unwrap();
    for size in [1, 2, 14, 15, 16, 1000] {
        let (bytes, end) = read(&small, 0, size, usize::MAX).await;
        tell!(text, "hello.txt by {size}: {:?} {end}", String::from_utf8(bytes));
    }
    let large = open(data, "pattern.bin").await.unwrap();
    for (offset, size, limit) in [
        (0, 1, 2000),
        (77, 1, 1),
        (0, 1000, usize::MAX),
        (0, 4096, usize::MAX),
        (12_345, 65_537, usize::MAX),
        (0, 1_000_000, usize::MAX),
        (300_006, 10, usize::MAX),
        (300_007, 10, usize::MAX),
        (300_008, 10, usize::MAX),
        (1 << 33, 10, usize::MAX),
    ] {
        let (bytes, end) = read(&large, offset, size, limit).await;
        tell!(text, "pattern.bin from {offset} by {size}: {} {:08x} {} {end}", bytes.len(), sum(&bytes), is_pattern(offset, &bytes));
    }
    let (bytes, end) = read(&open(data, "none.bin").await.unwrap(), 0, 10, usize::MAX).await;
    tell!(text, "none.bin: {} {end}", bytes.len());
    let (bytes, end) = read(&open(data, "folder").await.unwrap(), 0, 10, usize::MAX).await;
    tell!(text, "folder: {} {end}", bytes.len());
}

async fn drops(text: &mut String, data: &Descriptor) {
    let file = open(data, "pattern.bin").await.unwrap();
    let (stream, end) = file.read_via_stream(0);
    drop(stream);
    tell!(text, "not read at all: {}", outcome(end.await));
    let (_, end) = read(&file, 0, 3, 9).await;
    tell!(text, "dropped after three reads: {end}");
    let (stream, end) = file.read_via_stream(0);
    drop(end);
    let bytes = stream.collect().await;
    tell!(text, "future dropped first: {} {}", bytes.len(), is_pattern(0, &bytes));
    for first in ["stream", "future"] {
        let (stream, end) = file.read_via_stream(5);
        if first == "stream" {
            drop(stream);
            drop(end);
        } else {
            drop(end);
            drop(stream);
        }
        tell!(text, "both dropped, the {first} first");
    }
    let (mut stream, end) = file.read_via_stream(9);
    let mut bytes = crate::take(&mut stream, 10, 10).await;
    drop(file);
    bytes.append(&mut stream.collect().await);
    tell!(text, "descriptor dropped midway: {} {} {}", bytes.len(), is_pattern(9, &bytes), outcome(end.await));

    // Whatever a cancelled read has got, nothing is lost and nothing comes twice.
    let file = open(data, "pattern.bin").await.unwrap();
    let (mut stream, end) = file.read_via_stream(0);
    let mut bytes = Vec::new();
    for size in 1..100 {
        let mut reading = pin!(stream.read(Vec::with_capacity(size * 11)));
        let (result, mut got) = match futures::poll!(reading.as_mut()) {
            std::task::Poll::Ready(done) => done,
            std::task::Poll::Pending => reading.as_mut().cancel(),
        };
        bytes.append(&mut got);
        if matches!(result, StreamResult::Dropped) {
            break;
        }
    }
    bytes.append(&mut stream.collect().await);
    tell!(text, "cancelled reads: {} {} {}", bytes.len(), is_pattern(0, &bytes), outcome(end.await));

    let (mut one, first) = file.read_via_stream(0);
    let (mut other, second) = file.read_via_stream(150_000);
    let (mut begin, mut rest) = (Vec::new(), Vec::new());
    for round in 0..50 {
        begin.append(&mut crate::take(&mut one, 1000, 999).await);
        rest.append(&mut crate::take(&mut other, 100 + round, 500).await);
    }
    drop((one, other));
    tell!(text, "two at once: {} {} {} {}", is_pattern(0, &begin), is_pattern(150_000, &rest), outcome(first.await), outcome(second.await));
}

async fn directories(text: &mut String, data: &Descriptor) {
    tell!(text, "/data: {}", list(data).await);
    tell!(text, "folder: {}", list(&open(data, "folder").await.unwrap()).await);
    tell!(text, "hello.txt: {}", list(&open(data, "hello.txt").await.unwrap()).await);
    let crowd = open(data, "crowd").await.unwrap();
    tell!(text, "crowd: {:08x}", sum(list(&crowd).await.as_bytes()));
    for count in [0, 1, 7, 300] {
        let (mut stream, end) = crowd.read_directory();
        let mut got = 0;
        while got < count {
            let (_, entries) = stream.read(Vec::with_capacity(count - got)).await;
            got += entries.len();
        }
        drop(stream);
        tell!(text, "{got} of crowd: {}", outcome(end.await));
    }
    let (stream, end) = crowd.read_directory();
    drop(end);
    tell!(text, "future dropped first: {}", stream.collect().await.len());
}

async fn paths(text: &mut String, data: &Descriptor) {
    const PATHS: [&str; 26] = [
        "hello.txt", "./hello.txt", "hello.txt/", "hello.txt/.", "hello.txt/x", "folder", "folder/", "folder//inner.txt", "folder/./inner.txt",
        "folder/../hello.txt", "folder/deep/leaf", "missing", "missing/x", "", ".", "..", "../x", "folder/../..", "/hello.txt", "to-hello",
        "to-folder", "to-folder/inner.txt", "folder/out", "broken", "circle", "HELLO.TXT",
    ];
    for path in PATHS {
        let opened = open(data, path).await;
        let is = match &opened {
            Ok(file) => kind(&file.get_type().await.unwrap()),
            Err(_) => "",
        };
        tell!(text, "open {path:?}: {} {is}", outcome(opened));
        for follow in [PathFlags::SYMLINK_FOLLOW, PathFlags::empty()] {
            // To Wasmtime's own file system a file with a slash behind is a file, if links are not followed; to Linux it is an error.
            if follow.is_empty() && path.starts_with("hello.txt/") {
                continue;
            }
            let is = match data.stat_at(follow, path.to_string()).await {
                // The size of a directory is the host's business.
                Ok(stat) if kind(&stat.type_) == "directory" => "directory".to_string(),
                Ok(stat) => format!("{} {}", kind(&stat.type_), stat.size),
                Err(error) => crate::name(&error),
            };
            tell!(text, "stat {path:?} {}: {is}", follow.bits());
        }
        let target = data.readlink_at(path.to_string()).await;
        tell!(text, "readlink {path:?}: {:?}", target.map_err(|error| crate::name(&error)));
        let opened = data.open_at(PathFlags::SYMLINK_FOLLOW, path.to_string(), OpenFlags::DIRECTORY, DescriptorFlags::READ).await;
        tell!(text, "open directory {path:?}: {}", outcome(opened));
        let opened = data.open_at(PathFlags::empty(), path.to_string(), OpenFlags::empty(), DescriptorFlags::READ).await;
        tell!(text, "open, not followed {path:?}: {}", outcome(opened));
    }
    let file = open(data, "hello.txt").await.unwrap();
    let (link, other) = (open(data, "to-hello").await.unwrap(), open(data, "pattern.bin").await.unwrap());
    tell!(text, "same: {} {}", file.is_same_object(&link).await, file.is_same_object(&other).await);
    tell!(text, "size: {} {}", file.stat().await.unwrap().size, other.stat().await.unwrap().size);
}
