//! Reads the files of /data in every way that 0.3 has. Arguments name sections; without any all are done.

use std::pin::pin;
use support::futures::poll;
use support::wasip3::filesystem::preopens::get_directories;
use support::wasip3::filesystem::types::{Descriptor, DescriptorFlags, OpenFlags, PathFlags};
use support::wasip3::wit_bindgen::StreamResult;
use support::{entries, is_pattern, kind, open, open_with, outcome, preopen, read_from, say, take, wants, write_report};

async fn run() -> Result<(), ()> {
    let data = preopen("/data");
    let directories: Vec<String> = get_directories().into_iter().map(|(_, name)| name).collect();
    say!("preopened: {}", directories.join(" "));
    if wants("pieces") {
        pieces(&data).await;
    }
    if wants("offsets") {
        offsets(&data).await;
    }
    if wants("drops") {
        drops(&data).await;
    }
    if wants("cancels") {
        cancels(&data).await;
    }
    if wants("turns") {
        turns(&data).await;
    }
    if wants("lists") {
        lists(&data).await;
    }
    if wants("wrong-kinds") {
        wrong_kinds(&data).await;
    }
    if wants("partial-lists") {
        partial_lists(&data).await;
    }
    if wants("opens") {
        opens(&data).await;
    }
    if wants("stats") {
        stats(&data).await;
    }
    write_report().await;
    Ok(())
}

async fn pieces(data: &Descriptor) {
    let greeting = open(data, "greeting.txt").await.unwrap();
    for piece in [1, 2, 5, 1000] {
        let (bytes, result) = read_from(&greeting, 0, piece).await;
        say!("greeting.txt by {piece}: {:?} {}", String::from_utf8_lossy(&bytes), outcome(&result));
    }
    let large = open(data, "pattern.bin").await.unwrap();
    for piece in [1023, 4096, 65_536, 10_000_000] {
        let (bytes, result) = read_from(&large, 0, piece).await;
        say!("pattern.bin by {piece}: {} {} {}", bytes.len(), is_pattern(0, &bytes), outcome(&result));
    }
    let (bytes, result) = read_from(&open(data, "nothing").await.unwrap(), 0, 10).await;
    say!("nothing: {} {}", bytes.len(), outcome(&result));
}

async fn offsets(data: &Descriptor) {
    let large = open(data, "pattern.bin").await.unwrap();
    let length = large.stat().await.unwrap().size;
    for offset in [1, 65_536, length - 1, length, length + 1, 1 << 41] {
        let (bytes, result) = read_from(&large, offset, 30_000).await;
        say!("from {offset}: {} {} {}", bytes.len(), is_pattern(offset as usize, &bytes), outcome(&result));
    }
    let (mut reader, result) = large.read_via_stream(7);
    let bytes = take(&mut reader, 700, 1).await;
    say!("700 bytes from 7, one at a time: {} {}", bytes.len(), is_pattern(7, &bytes));
    take(&mut reader, usize::MAX, 50_000).await;
    say!("and the rest: {}", outcome(&result.await));
}

async fn drops(data: &Descriptor) {
    let large = open(data, "pattern.bin").await.unwrap();
    let (mut reader, result) = large.read_via_stream(0);
    let bytes = take(&mut reader, 20, 20).await;
    drop(reader);
    say!("dropped after 20 bytes: {} {}", is_pattern(0, &bytes), outcome(&result.await));
    let (reader, result) = large.read_via_stream(0);
    drop(reader);
    say!("dropped before a byte: {}", outcome(&result.await));
    let (mut reader, result) = large.read_via_stream(0);
    drop(result);
    let bytes = take(&mut reader, usize::MAX, 60_000).await;
    say!("the future dropped first: {} {}", bytes.len(), is_pattern(0, &bytes));
    let (reader, result) = large.read_via_stream(0);
    drop((result, reader));
    let (reader, result) = large.read_via_stream(0);
    drop((reader, result));
    let (mut reader, result) = large.read_via_stream(0);
    drop(large);
    let bytes = take(&mut reader, usize::MAX, 60_000).await;
    say!("the descriptor dropped first: {} {} {}", bytes.len(), is_pattern(0, &bytes), outcome(&result.await));
    let again = open(data, "pattern.bin").await.unwrap();
    let (mut reader, _result) = again.read_via_stream(0);
    say!("left open: {}", take(&mut reader, 10, 10).await.len());
    // These ends outlive the report: they are dropped when the program ends.
    std::mem::forget((reader, _result));
}

/// What a cancelled read has taken is handed over, and nothing is lost.
async fn cancels(data: &Descriptor) {
    let large = open(data, "pattern.bin").await.unwrap();
    let (mut reader, result) = large.read_via_stream(0);
    let mut bytes = Vec::new();
    for round in 0..60 {
        let mut read = pin!(reader.read(Vec::with_capacity(500 + round)));
        let (end, part) = match poll!(read.as_mut()) {
            std::task::Poll::Ready(done) => done,
            std::task::Poll::Pending => read.as_mut().cancel(),
        };
        bytes.extend(part);
        if matches!(end, StreamResult::Dropped) {
            break;
        }
    }
    bytes.extend(take(&mut reader, usize::MAX, 50_000).await);
    say!("cancelled 60 times: {} {} {}", bytes.len(), is_pattern(0, &bytes), outcome(&result.await));
}

/// Two streams of one descriptor do not move each other.
async fn turns(data: &Descriptor) {
    let large = open(data, "pattern.bin").await.unwrap();
    let (mut left, left_result) = large.read_via_stream(0);
    let (mut right, right_result) = large.read_via_stream(100_000);
    let (mut from_left, mut from_right) = (Vec::new(), Vec::new());
    for _ in 0..100 {
        from_left.extend(take(&mut left, 301, 301).await);
        from_right.extend(take(&mut right, 97, 50).await);
    }
    from_left.extend(take(&mut left, usize::MAX, 50_000).await);
    from_right.extend(take(&mut right, usize::MAX, 50_000).await);
    say!("left: {} {} {}", from_left.len(), is_pattern(0, &from_left), outcome(&left_result.await));
    say!("right: {} {} {}", from_right.len(), is_pattern(100_000, &from_right), outcome(&right_result.await));
}

async fn lists(data: &Descriptor) {
    let (names, result) = entries(data).await;
    say!("/data: {} {}", names.join(", "), outcome(&result));
    let (names, result) = entries(&open(data, "folder").await.unwrap()).await;
    say!("folder: {} {}", names.join(", "), outcome(&result));
    let (names, result) = entries(&open(data, "crowd").await.unwrap()).await;
    let expected: Vec<String> = (1000..1300).map(|number| format!("member-{number} file")).collect();
    say!("crowd: {} {} {}", names.len(), names == expected, outcome(&result));
}

async fn wrong_kinds(data: &Descriptor) {
    let (names, result) = entries(&open(data, "greeting.txt").await.unwrap()).await;
    say!("a file as a directory: {} {}", names.len(), outcome(&result));
    let (bytes, result) = read_from(&open(data, "folder").await.unwrap(), 0, 10).await;
    say!("a directory as a file: {} {}", bytes.len(), outcome(&result));
}

async fn partial_lists(data: &Descriptor) {
    let crowd = open(data, "crowd").await.unwrap();
    let (mut reader, result) = crowd.read_directory();
    let mut count = 0;
    for room in [1, 2, 7] {
        let (end, part) = reader.read(Vec::with_capacity(room)).await;
        assert!(!matches!(end, StreamResult::Dropped));
        count += part.len();
    }
    drop(reader);
    say!("a part of crowd: {} {}", (3..=10).contains(&count), outcome(&result.await));
    let (reader, result) = crowd.read_directory();
    drop(reader);
    say!("nothing of crowd: {}", outcome(&result.await));
    let (reader, result) = crowd.read_directory();
    drop(result);
    say!("crowd without its future: {}", reader.collect().await.len());
}

async fn opens(data: &Descriptor) {
    let paths = [
        "greeting.txt",
        "./greeting.txt",
        "folder/inner.txt",
        "folder/./deep/..//inner.txt",
        "folder/../greeting.txt",
        ".",
        "folder/",
        "",
        "greeting.txt/",
        "greeting.txt/below",
        "absent",
        "absent/below",
        "..",
        "../greeting.txt",
        "folder/../..",
        "/greeting.txt",
        "to-greeting",
        "to-folder/inner.txt",
        "folder/to-nowhere",
        "round",
        "GREETING.TXT",
        "grüße.txt",
    ];
    for path in paths {
        match open(data, path).await {
            Ok(found) => say!("open {path:?}: {}", kind(&found.get_type().await.unwrap())),
            Err(error) => say!("open {path:?}: {}", outcome::<(), _>(&Err(error))),
        }
    }
    for path in ["greeting.txt", "folder", "to-greeting", "to-folder", "absent"] {
        let directory = open_with(data, path, OpenFlags::DIRECTORY, DescriptorFlags::READ).await;
        let itself = data.open_at(PathFlags::empty(), path.into(), OpenFlags::empty(), DescriptorFlags::READ).await;
        say!("{path}: as a directory {}, without following {}", outcome(&directory), outcome(&itself));
    }
    let folder = open(data, "folder").await.unwrap();
    let (bytes, _) = read_from(&open(&folder, "inner.txt").await.unwrap(), 0, 100).await;
    say!("below folder: {:?}, above it: {}", String::from_utf8_lossy(&bytes), outcome(&open(&folder, "../greeting.txt").await));
}

async fn stats(data: &Descriptor) {
    for path in ["greeting.txt", "pattern.bin", "nothing", "to-greeting", "folder/to-nowhere", "absent", "greeting.txt/below"] {
        for (word, flags) in [("followed", PathFlags::SYMLINK_FOLLOW), ("itself", PathFlags::empty())] {
            match data.stat_at(flags, path.into()).await {
                Ok(stat) => say!("stat {path} {word}: {} {}", kind(&stat.type_), stat.size),
                Err(error) => say!("stat {path} {word}: {}", outcome::<(), _>(&Err(error))),
            }
        }
    }
    for path in ["to-greeting", "folder/to-nowhere", "greeting.txt", "folder", "absent"] {
        match data.readlink_at(path.into()).await {
            Ok(target) => say!("readlink {path}: {target}"),
            Err(error) => say!("readlink {path}: {}", outcome::<(), _>(&Err(error))),
        }
    }
    let greeting = open(data, "greeting.txt").await.unwrap();
    let linked = open(data, "to-greeting").await.unwrap();
    let large = open(data, "pattern.bin").await.unwrap();
    say!("same: {} {}", greeting.is_same_object(&linked).await, greeting.is_same_object(&large).await);
    let (one, other) = (greeting.metadata_hash().await.unwrap(), linked.metadata_hash().await.unwrap());
    let third = large.metadata_hash().await.unwrap();
    let at = data.metadata_hash_at(PathFlags::SYMLINK_FOLLOW, "to-greeting".into()).await.unwrap();
    let pair = |hash: &support::wasip3::filesystem::types::MetadataHashValue| (hash.lower, hash.upper);
    say!("hash: {} {} {}", pair(&one) == pair(&other), pair(&one) == pair(&at), pair(&one) == pair(&third));
    say!("flags: {:?}", greeting.get_flags().await.unwrap());
    say!("sync: {} {}", outcome(&greeting.sync().await), outcome(&greeting.sync_data().await));
}

support::command!(run);
