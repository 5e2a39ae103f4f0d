//! `pairs`: a hundred readers and a hundred writers at once, each pair with a part of one file, and then each with a file of its
//! own. A reader comes as far as its writer has, and begins anew there until it has seen all.

use crate::{data, open_writable, tell};
use futures::{future::join_all, join};
use wasip3::filesystem::types::Descriptor;
use wasip3::wit_bindgen::StreamResult;

const PAIRS: u64 = 100;
const LENGTH: usize = 700;

/// No byte is 0, which is what has not been written.
fn bytes_of(pair: u64) -> Vec<u8> {
    (0..LENGTH as u64).map(|at| 1 + ((pair * 7 + at) % 255) as u8).collect()
}

async fn write(file: &Descriptor, offset: u64, pair: u64) -> bool {
    let (mut writer, reader) = wasip3::wit_stream::new();
    let end = file.write_via_stream(reader, offset);
    let feed = async {
        for piece in bytes_of(pair).chunks(50 + pair as usize) {
            if !writer.write_all(piece.to_vec()).await.is_empty() {
                return false;
            }
        }
        drop(writer);
        true
    };
    let (end, fed) = join!(async { end.await }, feed);
    fed && end.is_ok()
}

/// Whether it has seen what was written and nothing else.
async fn read(file: &Descriptor, offset: u64, pair: u64) -> bool {
    let wanted = bytes_of(pair);
    let mut at = 0;
    while at < LENGTH {
        let (mut reader, end) = file.read_via_stream(offset + at as u64);
        loop {
            let (result, bytes) = reader.read(Vec::with_capacity((LENGTH - at).min(60))).await;
            let written = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
            if bytes[..written] != wanted[at..at + written] {
                return false;
            }
            at += written;
            if matches!(result, StreamResult::Dropped) || written < bytes.len() || at == LENGTH {
                break;
            }
        }
        drop(reader);
        if end.await.is_err() {
            return false;
        }
    }
    true
}

async fn pair(file: &Descriptor, offset: u64, number: u64) -> bool {
    let (is_read, is_written) = join!(read(file, offset, number), write(file, offset, number));
    is_read && is_written
}

pub async fn main() -> String {
    let data = &data();
    let shared = &open_writable(data, "of-all").await.unwrap();
    let of_one = join_all((0..PAIRS).map(|number| pair(shared, number * LENGTH as u64, number))).await;
    let of_each = join_all((0..PAIRS).map(|number| async move {
        let file = open_writable(data, &format!("of-{number}")).await.unwrap();
        pair(&file, 0, number).await
    }));
    let of_each = of_each.await;
    let count = |all: &[bool]| all.iter().filter(|right| **right).count();
    let mut text = String::new();
    tell!(text, "of one file: {}, of a file each: {}", count(&of_one), count(&of_each));
    text
}
