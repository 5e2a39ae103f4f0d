//! A command of WASI 0.3 whose tasks run at once and are cancelled: its first argument says what it does with the directory
//! `/data`. What it prints depends on the content alone.

mod abandoned;
mod files;
mod hostile;
mod many;
mod operations;
mod pairs;
mod script;
mod writes;

use wasip3::cli::{environment, stdout};
use wasip3::filesystem::preopens;
use wasip3::filesystem::types::{Descriptor, DescriptorFlags, DescriptorType, ErrorCode, OpenFlags, PathFlags};
use wasip3::wit_bindgen::{StreamReader, StreamResult};

/// Adds a line to the text that is printed at the end.
#[macro_export]
macro_rules! tell {
    ($text:expr, $($format:tt)*) => {{
        $text.push_str(&format!($($format)*));
        $text.push('\n');
    }};
}

mod bindings {
    wit_bindgen::generate!({
        inline: "package wasi:cli@0.3.0; interface run { run: async func() -> result; } world command { export run; }",
        runtime_path: "wit_bindgen::rt",
    });
    impl exports::wasi::cli::run::Guest for super::Program {
        async fn run() -> Result<(), ()> {
            super::print(super::main().await).await
        }
    }
    use super::Program;
    export!(Program);
}

struct Program;

async fn main() -> String {
    let arguments = environment::get_arguments();
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse().ok()).unwrap_or(0);
    match arguments.get(1).map(String::as_str) {
        Some("files") => files::main().await,
        Some("writes") => writes::main().await,
        Some("abandoned") => abandoned::main().await,
        Some("many") => many::main().await,
        Some("pairs") => pairs::main().await,
        Some("hostile") => hostile::main().await,
        Some("operations") => operations::main(number(2), number(3)).await,
        Some("script") => script::main(arguments.get(2).map_or("", String::as_str)).await,
        _ => "nothing to do\n".to_string(),
    }
}

pub async fn print(text: String) -> Result<(), ()> {
    let (mut writer, reader) = wasip3::wit_stream::new();
    let written = stdout::write_via_stream(reader);
    let rest = writer.write_all(text.into_bytes()).await;
    drop(writer);
    if rest.is_empty() && written.await.is_ok() { Ok(()) } else { Err(()) }
}

/// The directory that all programs use.
pub fn data() -> Descriptor {
    let mut all = preopens::get_directories().into_iter();
    all.find(|(_, name)| name == "/data").expect("a preopen `/data`").0
}

pub async fn open(at: &Descriptor, path: &str) -> Result<Descriptor, ErrorCode> {
    at.open_at(PathFlags::SYMLINK_FOLLOW, path.to_string(), OpenFlags::empty(), DescriptorFlags::READ).await
}

/// Opens a file to read and write; makes it if it is not there.
pub async fn open_writable(at: &Descriptor, path: &str) -> Result<Descriptor, ErrorCode> {
    at.open_at(PathFlags::SYMLINK_FOLLOW, path.to_string(), OpenFlags::CREATE, DescriptorFlags::READ | DescriptorFlags::WRITE).await
}

/// The byte at a place of `pattern.bin`.
pub fn pattern(at: u64) -> u8 {
    (at ^ (at >> 7) ^ (at >> 13).wrapping_mul(89)) as u8
}

pub fn is_pattern(start: u64, bytes: &[u8]) -> bool {
    bytes.iter().enumerate().all(|(i, byte)| *byte == pattern(start + i as u64))
}

/// Adler's checksum.
pub fn sum(bytes: &[u8]) -> u32 {
    let (mut a, mut b) = (1u32, 0u32);
    for byte in bytes {
        a = (a + u32::from(*byte)) % 65521;
        b = (b + a) % 65521;
    }
    b << 16 | a
}

/// At most `limit` bytes, `size` a read; less at the end of the stream.
pub async fn take(stream: &mut StreamReader<u8>, size: usize, limit: usize) -> Vec<u8> {
    let mut all = Vec::new();
    while all.len() < limit {
        let (result, mut bytes) = stream.read(Vec::with_capacity(size.min(limit - all.len()))).await;
        all.append(&mut bytes);
        if matches!(result, StreamResult::Dropped) {
            break;
        }
    }
    all
}

/// All bytes of a file from an offset, and what its future says; the stream is dropped after `limit` bytes.
pub async fn read(file: &Descriptor, offset: u64, size: usize, limit: usize) -> (Vec<u8>, String) {
    let (mut stream, end) = file.read_via_stream(offset);
    let bytes = take(&mut stream, size, limit).await;
    drop(stream);
    (bytes, outcome(end.await))
}

pub fn outcome<T>(result: Result<T, ErrorCode>) -> String {
    match result {
        Ok(_) => "ok".to_string(),
        Err(error) => name(&error),
    }
}

/// Without what belongs to `other`: it is the host's business.
pub fn name(error: &ErrorCode) -> String {
    let text = format!("{error:?}");
    let name = text.trim_start_matches("ErrorCode::");
    name.split([' ', '(']).next().unwrap_or(name).to_string()
}

pub fn kind(descriptor_type: &DescriptorType) -> &'static str {
    match descriptor_type {
        DescriptorType::Directory => "directory",
        DescriptorType::RegularFile => "file",
        DescriptorType::SymbolicLink => "link",
        _ => "another",
    }
}

/// Names and kinds, sorted: the order is the host's business.
pub async fn list(directory: &Descriptor) -> String {
    let (stream, end) = directory.read_directory();
    let mut names: Vec<String> = stream.collect().await.iter().map(|entry| format!("{} {}", entry.name, kind(&entry.type_))).collect();
    names.sort();
    format!("{} {}", names.join(", "), outcome(end.await))
}
