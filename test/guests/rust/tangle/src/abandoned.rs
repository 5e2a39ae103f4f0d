//! `abandoned COUNT AT_ONCE`: COUNT streams of one file, AT_ONCE at a time, some to be read and some, where files can be
//! written, to be written. Every other one is abandoned midway. Streams and futures are dropped in all orders.

use crate::{data, is_pattern, open, open_writable, outcome, pattern, take, tell};
use std::future::IntoFuture;
use std::pin::pin;
use wasip3::filesystem::types::{Descriptor, ErrorCode};
use wasip3::wit_bindgen::{FutureReader, StreamReader, StreamWriter};

const LENGTH: u64 = 300_007;

enum End {
    Reader(StreamReader<u8>),
    Writer(StreamWriter<u8>),
}

struct Open {
    end: End,
    future: FutureReader<Result<(), ErrorCode>>,
    at: u64,
    right: bool,
}

fn begin(file: &Descriptor, at: u64, writes: bool) -> Open {
    let (end, future) = if writes {
        let (writer, reader) = wasip3::wit_stream::new();
        (End::Writer(writer), file.write_via_stream(reader, at))
    } else {
        let (reader, future) = file.read_via_stream(at);
        (End::Reader(reader), future)
    };
    Open { end, future, at, right: true }
}

/// Some bytes; what is written is what is there already.
async fn some(open: &mut Open, count: u64) {
    open.right &= match &mut open.end {
        End::Writer(writer) => {
            let bytes: Vec<u8> = (open.at..open.at + count).map(pattern).collect();
            writer.write_all(bytes).await.is_empty()
        }
        End::Reader(reader) => {
            let bytes = take(reader, 1 + count as usize / 3, count as usize).await;
            bytes.len() as u64 == count && is_pattern(open.at, &bytes)
        }
    };
    open.at += count;
}

/// A read that is cancelled, if nothing is there at once.
async fn cancelled(open: &mut Open) {
    let End::Reader(reader) = &mut open.end else { return };
    let mut reading = pin!(reader.read(Vec::with_capacity(777)));
    let bytes = match futures::poll!(reading.as_mut()) {
        std::task::Poll::Ready(done) => done.1,
        std::task::Poll::Pending => reading.as_mut().cancel().1,
    };
    open.right &= is_pattern(open.at, &bytes);
}

/// Every other one to the end of the file.
async fn more(open: &mut Open, i: u64) {
    match i % 8 {
        0 | 2 | 4 | 6 => some(open, LENGTH - open.at).await,
        1 => some(open, 5000).await,
        3 => cancelled(open).await,
        _ => {}
    }
}

/// Lets go in one of four orders.
async fn finish(Open { end, future, right, .. }: Open, order: u64) -> bool {
    right && match order {
        0 => {
            drop(end);
            outcome(future.await) == "ok"
        }
        1 => {
            drop(end);
            drop(future);
            true
        }
        2 => {
            drop(future);
            drop(end);
            true
        }
        _ => {
            let mut waiting = pin!(future.into_future());
            let early = futures::poll!(waiting.as_mut()).is_ready();
            drop(end);
            early || outcome(waiting.await) == "ok"
        }
    }
}

pub async fn main() -> String {
    let arguments = wasip3::cli::environment::get_arguments();
    let number = |i: usize| arguments.get(i).and_then(|text| text.parse::<u64>().ok()).unwrap_or(1);
    let (count, at_once) = (number(2), number(3));
    let writable = open_writable(&data(), "pattern.bin").await;
    let writes = writable.is_ok();
    let file = match writable {
        Ok(file) => file,
        Err(_) => open(&data(), "pattern.bin").await.unwrap(),
    };
    let mut right = 0;
    for first in (0..count).step_by(at_once as usize) {
        let batch = first..(first + at_once).min(count);
        // What is read to its end begins near it.
        let place = |i| if i % 2 == 0 { LENGTH - 2000 + i % 1000 } else { i % 200_000 };
        let mut all: Vec<_> = batch.map(|i| (i, begin(&file, place(i), writes && i % 3 == 0))).collect();
        for (i, open) in &mut all {
            some(open, 1 + *i % 900).await;
        }
        for (i, open) in all.iter_mut().rev() {
            more(open, *i).await;
        }
        for (i, open) in all {
            right += u64::from(finish(open, i / 8 % 4).await);
        }
    }
    let mut text = String::new();
    tell!(text, "{right} of {count}");
    text
}
