//! Streams of WASI 0.2, as far as they are needed.

use crate::{since, LENGTH};
use self::wasi::filesystem::preopens;
use self::wasi::filesystem::types::{Descriptor, DescriptorFlags, OpenFlags, PathFlags};
use self::wasi::io::streams::StreamError;
use wasip3::clocks::monotonic_clock::now;

wit_bindgen::generate!({
    inline: "
        package programs:speed;
        world streams { import wasi:filesystem/preopens@0.2.6; import wasi:filesystem/types@0.2.6; import wasi:io/streams@0.2.6; }
        package wasi:io@0.2.6 {
            interface error { resource error; }
            interface streams {
                use error.{error};
                variant stream-error { last-operation-failed(error), closed }
                resource input-stream { blocking-read: func(len: u64) -> result<list<u8>, stream-error>; }
                resource output-stream {
                    check-write: func() -> result<u64, stream-error>;
                    write: func(contents: list<u8>) -> result<_, stream-error>;
                    blocking-flush: func() -> result<_, stream-error>;
                }
            }
        }
        package wasi:filesystem@0.2.6 {
            interface preopens {
                use types.{descriptor};
                get-directories: func() -> list<tuple<descriptor, string>>;
            }
            interface types {
                use wasi:io/streams@0.2.6.{input-stream, output-stream};
                flags descriptor-flags {
                    read, write, file-integrity-sync, data-integrity-sync, requested-write-sync, mutate-directory
                }
                flags path-flags { symlink-follow }
                flags open-flags { create, directory, exclusive, truncate }
                enum error-code {
                    access, would-block, already, bad-descriptor, busy, deadlock, quota, exist, file-too-large, illegal-byte-sequence,
                    in-progress, interrupted, invalid, io, is-directory, loop, too-many-links, message-size, name-too-long, no-device,
                    no-entry, no-lock, insufficient-memory, insufficient-space, not-directory, not-empty, not-recoverable, unsupported,
                    no-tty, no-such-device, overflow, not-permitted, pipe, read-only, invalid-seek, text-file-busy, cross-device
                }
                resource descriptor {
                    read-via-stream: func(offset: u64) -> result<input-stream, error-code>;
                    write-via-stream: func(offset: u64) -> result<output-stream, error-code>;
                    open-at: func(path-flags: path-flags, path: string, open-flags: open-flags, %flags: descriptor-flags)
                        -> result<descriptor, error-code>;
                }
            }
        }
    ",
    generate_all,
    runtime_path: "wit_bindgen::rt",
});

fn open(directory: &str, how: OpenFlags, flags: DescriptorFlags) -> Descriptor {
    let found = preopens::get_directories().into_iter().find(|(_, name)| name == directory).expect("a preopen");
    found.0.open_at(PathFlags::empty(), "large.bin", how, flags).expect("a file")
}

/// Blocking, as the host begins to read when it is asked; our streams never block.
pub fn read(piece: usize) -> u64 {
    let file = open("/data", OpenFlags::empty(), DescriptorFlags::READ);
    let start = now();
    let stream = file.read_via_stream(0).expect("a stream");
    let mut count = 0;
    loop {
        match stream.blocking_read(piece as u64) {
            Ok(bytes) => count += bytes.len(),
            Err(StreamError::Closed) => break,
            Err(error) => panic!("{error:?}"),
        }
    }
    let taken = since(start);
    assert_eq!(count, LENGTH);
    taken
}

pub fn write(piece: usize) -> u64 {
    let file = open("/out", OpenFlags::CREATE | OpenFlags::TRUNCATE, DescriptorFlags::WRITE);
    let start = now();
    let stream = file.write_via_stream(0).expect("a stream");
    let bytes = vec![0x5a; piece];
    for _ in 0..LENGTH / piece {
        let permit = stream.check_write().expect("room");
        assert!(permit >= piece as u64);
        stream.write(&bytes).expect("a write");
        stream.blocking_flush().expect("a flush");
    }
    drop(stream);
    since(start)
}
