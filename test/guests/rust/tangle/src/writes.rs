//! Writes files and changes directories in every way.

use futures::future::join_all;
use futures::join;
use wasip3::filesystem::types::{Descriptor, DescriptorFlags, ErrorCode, OpenFlags, PathFlags};
use crate::{data, is_pattern, list, open, open_writable, outcome, pattern, read, tell};

/// Writes by pieces; `None` appends. Gives what the future says.
async fn write(file: &Descriptor, offset: Option<u64>, bytes: &[u8], size: usize) -> String {
    let (mut writer, reader) = wasip3::wit_stream::new();
    let end = match offset {
        Some(offset) => file.write_via_stream(reader, offset),
        None => file.append_via_stream(reader),
    };
    let feed = async {
        for piece in bytes.chunks(size) {
            if !writer.write_all(piece.to_vec()).await.is_empty() {
                break;
            }
        }
        drop(writer);
    };
    outcome(join!(async { end.await }, feed).0)
}

async fn whole(file: &Descriptor) -> Vec<u8> {
    read(file, 0, 10_000, usize::MAX).await.0
}

pub async fn main() -> String {
    let mut text = String::new();
    let data = data();
    streams(&mut text, &data).await;
    names(&mut text, &data).await;
    text
}

async fn streams(text: &mut String, data: &Descriptor) {
    let file = open_writable(data, "written").await.unwrap();
    let bytes: Vec<u8> = (0..40_000).map(pattern).collect();
    for size in [700, 4096, 40_000] {
        let end = write(&file, Some(0), &bytes, size).await;
        tell!(text, "written by {size}: {end} {}", whole(&file).await == bytes);
    }
    let end = write(&file, None, &bytes[..5000], 999).await;
    let after = whole(&file).await;
    tell!(text, "appended: {end} {} {}", after.len(), is_pattern(0, &after[40_000..]));
    let end = write(&file, Some(100), b"in the middle", 1).await;
    let after = whole(&file).await;
    tell!(text, "in the middle: {end} {} {:?}", after.len(), String::from_utf8_lossy(&after[100..113]));
    tell!(text, "shorter: {} {}", outcome(file.set_size(10).await), whole(&file).await.len());
    let end = write(&file, Some(50), b"after a gap", 100).await;
    tell!(text, "after a gap: {end} {:?}", &whole(&file).await[8..]);

    for dropped in [false, true] {
        let (writer, reader) = wasip3::wit_stream::new::<u8>();
        let end = file.write_via_stream(reader, 0);
        if dropped {
            drop(end);
            drop(writer);
            tell!(text, "nothing written, future dropped");
        } else {
            drop(writer);
            tell!(text, "nothing written: {}", outcome(end.await));
        }
    }
    // The future is dropped before anything is written: what a host makes of it is its business, but the writer goes on.
    let (mut writer, reader) = wasip3::wit_stream::new();
    drop(file.write_via_stream(reader, 0));
    writer.write_all(b"unheard".to_vec()).await;
    drop(writer);

    let shared = open_writable(data, "shared").await.unwrap();
    let ends = join_all((0..50u8).map(|i| {
        let shared = &shared;
        async move { write(shared, Some(u64::from(i) * 200), &[i; 200], 7).await }
    }));
    let ok = ends.await.iter().filter(|end| *end == "ok").count();
    let after = whole(&shared).await;
    let right = after.iter().enumerate().all(|(i, byte)| usize::from(*byte) == i / 200);
    tell!(text, "50 writers: {ok} {} {right}", after.len());
    let ends = join_all((0..20u8).map(|i| {
        let shared = &shared;
        async move { write(shared, None, &[100 + i; 30], 30).await }
    }));
    let ok = ends.await.iter().filter(|end| *end == "ok").count();
    let after = whole(&shared).await;
    let mut tail = after[10_000..].to_vec();
    tail.sort();
    tell!(text, "20 appenders: {ok} {} {}", after.len(), tail.iter().enumerate().all(|(i, byte)| usize::from(*byte) == 100 + i / 30));

    let only_read = open(data, "written").await.unwrap();
    tell!(text, "not opened to write: {}", write(&only_read, Some(0), b"x", 1).await);
    tell!(text, "not opened to append: {}", write(&only_read, None, b"x", 1).await);
}

async fn names(text: &mut String, data: &Descriptor) {
    async fn made(data: &Descriptor, flags: OpenFlags, path: &str) -> Result<Descriptor, ErrorCode> {
        data.open_at(PathFlags::SYMLINK_FOLLOW, path.to_string(), flags, DescriptorFlags::READ | DescriptorFlags::WRITE).await
    }
    let path = |text: &str| text.to_string();
    tell!(text, "mkdir: {}", outcome(data.create_directory_at(path("new")).await));
    tell!(text, "mkdir again: {}", outcome(data.create_directory_at(path("new")).await));
    tell!(text, "mkdir in nothing: {}", outcome(data.create_directory_at(path("missing/new")).await));
    tell!(text, "exclusive: {}", outcome(made(data, OpenFlags::CREATE | OpenFlags::EXCLUSIVE, "new/a").await));
    tell!(text, "exclusive again: {}", outcome(made(data, OpenFlags::CREATE | OpenFlags::EXCLUSIVE, "new/a").await));
    let file = made(data, OpenFlags::empty(), "new/a").await.unwrap();
    tell!(text, "write: {}", write(&file, Some(0), b"contents", 3).await);
    let new = open(data, "new").await.unwrap();
    tell!(text, "rename: {}", outcome(data.rename_at(path("new/a"), &new, path("b")).await));
    tell!(text, "rename of nothing: {}", outcome(data.rename_at(path("new/a"), data, path("c")).await));
    tell!(text, "link: {}", outcome(data.symlink_at(path("b"), path("new/link")).await));
    tell!(text, "new: {}", list(&new).await);
    tell!(text, "through the link: {:?}", String::from_utf8(whole(&open(&new, "link").await.unwrap()).await));
    tell!(text, "rmdir of what is not empty: {}", outcome(data.remove_directory_at(path("new")).await));
    tell!(text, "unlink of a directory: {}", data.unlink_file_at(path("new")).await.is_err());
    for name in ["new/b", "new/link", "new/b"] {
        tell!(text, "unlink {name}: {}", outcome(data.unlink_file_at(path(name)).await));
    }
    tell!(text, "unlinked, but open: {:?}", String::from_utf8(whole(&file).await));
    tell!(text, "rmdir: {}", outcome(data.remove_directory_at(path("new")).await));
    tell!(text, "truncate: {}", outcome(made(data, OpenFlags::TRUNCATE, "hello.txt").await));
    tell!(text, "hello.txt: {}", whole(&open(data, "hello.txt").await.unwrap()).await.len());
    tell!(text, "/data: {}", list(data).await);
}
