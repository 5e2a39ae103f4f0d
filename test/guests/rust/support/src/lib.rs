//! What the guests share: a report that goes to stdout through WASI 0.3 at the end, the pattern that large files are filled
//! with, and the export of `run` in both shapes.

pub use futures;
pub use wasip3;
pub use wit_bindgen;

use std::cell::RefCell;
use std::fmt::Debug;
use wasip3::cli::environment::get_arguments;
use wasip3::filesystem::preopens::get_directories;
use wasip3::filesystem::types::{Descriptor, DescriptorFlags, DescriptorType, ErrorCode, OpenFlags, PathFlags};
use wasip3::wit_bindgen::{StreamReader, StreamResult};

thread_local!(static REPORT: RefCell<String> = const { RefCell::new(String::new()) });

/// Adds a line to the report.
#[macro_export]
macro_rules! say {
    ($($part:tt)*) => { $crate::add_line(&format!($($part)*)) };
}

pub fn add_line(line: &str) {
    REPORT.with_borrow_mut(|report| {
        report.push_str(line);
        report.push('\n');
    });
}

/// Writes the report, all of it in one stream.
pub async fn write_report() {
    let bytes = REPORT.take().into_bytes();
    let (mut writer, reader) = wasip3::wit_stream::new();
    let taken = wasip3::cli::stdout::write_via_stream(reader);
    let write = async move { writer.write_all(bytes).await.len() };
    let (left, result) = futures::join!(write, async { taken.await });
    assert_eq!((left, result.is_ok()), (0, true));
}

/// Exports `wasi:cli/run@0.3.0`: an async function of the crate that gives `Result<(), ()>`. It is lifted with a callback, or
/// with the feature `sync` without one.
#[macro_export]
macro_rules! command {
    ($body:ident) => {
        struct Command;

        impl $crate::wasip3::exports::cli::run::Guest for Command {
            async fn run() -> Result<(), ()> {
                $body().await
            }
        }

        #[cfg(not(feature = "sync"))]
        $crate::wasip3::cli::command::export!(Command);
        #[cfg(feature = "sync")]
        $crate::wasip3::_export_command!(Command with_types_in $crate::sync);
    };
}

/// In the place of the crate wasip3's root, from which its export takes this one macro: it makes an export without a callback.
pub mod sync {
    pub mod exports {
        pub mod wasi {
            pub mod cli {
                pub mod run {
                    pub use crate::export_run_synchronously as __export_wasi_cli_run_0_3_0_cabi;
                }
            }
        }
    }
}

#[doc(hidden)]
#[macro_export]
macro_rules! export_run_synchronously {
    ($command:ident with_types_in $($path:tt)*) => {
        #[unsafe(export_name = "wasi:cli/run@0.3.0#run")]
        extern "C" fn run_synchronously() -> i32 {
            let result = $crate::wit_bindgen::block_on(<$command as $crate::wasip3::exports::cli::run::Guest>::run());
            result.is_err().into()
        }
    };
}

/// The arguments behind the program's name.
pub fn arguments() -> Vec<String> {
    get_arguments().into_iter().skip(1).collect()
}

/// Whether a section of the program is asked for: its arguments name sections, and without any all are done.
pub fn wants(section: &str) -> bool {
    let named = arguments();
    named.is_empty() || named.iter().any(|name| name == section)
}

pub fn preopen(path: &str) -> Descriptor {
    let found = get_directories().into_iter().find(|(_, name)| name == path);
    found.unwrap_or_else(|| panic!("there is no {path}")).0
}

/// The byte at an offset of every file that is filled by a pattern; test/guests/rust-data.ts has the same.
pub fn pattern(offset: usize) -> u8 {
    (offset.wrapping_mul(131) + (offset >> 9)) as u8
}

pub fn is_pattern(offset: usize, bytes: &[u8]) -> bool {
    bytes.iter().enumerate().all(|(index, byte)| *byte == pattern(offset + index))
}

/// The name of an error, or "ok". What `other` says is the host's business.
pub fn outcome<T, E: Debug>(result: &Result<T, E>) -> String {
    match result {
        Ok(_) => "ok".into(),
        Err(error) => format!("{error:?}").trim_start_matches("ErrorCode::").split([' ', '(']).next().unwrap_or("").into(),
    }
}

pub fn kind(of: &DescriptorType) -> &'static str {
    match of {
        DescriptorType::RegularFile => "file",
        DescriptorType::Directory => "directory",
        DescriptorType::SymbolicLink => "link",
        _ => "something else",
    }
}

pub async fn open_with(at: &Descriptor, path: &str, open: OpenFlags, flags: DescriptorFlags) -> Result<Descriptor, ErrorCode> {
    at.open_at(PathFlags::SYMLINK_FOLLOW, path.into(), open, flags).await
}

pub async fn open(at: &Descriptor, path: &str) -> Result<Descriptor, ErrorCode> {
    open_with(at, path, OpenFlags::empty(), DescriptorFlags::READ).await
}

/// The next `count` bytes of a stream, asked for by pieces of `piece`; fewer only at its end.
pub async fn take(reader: &mut StreamReader<u8>, count: usize, piece: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while bytes.len() < count {
        let room = Vec::with_capacity(piece.min(count - bytes.len()));
        let (result, part) = reader.read(room).await;
        bytes.extend(part);
        if matches!(result, StreamResult::Dropped) {
            break;
        }
    }
    bytes
}

/// All bytes of a file from an offset on, and how its future resolved.
pub async fn read_from(file: &Descriptor, offset: u64, piece: usize) -> (Vec<u8>, Result<(), ErrorCode>) {
    let (mut reader, result) = file.read_via_stream(offset);
    let bytes = take(&mut reader, usize::MAX, piece).await;
    (bytes, result.await)
}

/// The names and kinds of a directory's entries in alphabetical order, and how its future resolved.
pub async fn entries(directory: &Descriptor) -> (Vec<String>, Result<(), ErrorCode>) {
    let (reader, result) = directory.read_directory();
    let found = reader.collect().await;
    let mut names: Vec<String> = found.iter().map(|entry| format!("{} {}", entry.name, kind(&entry.type_))).collect();
    names.sort();
    (names, result.await)
}
